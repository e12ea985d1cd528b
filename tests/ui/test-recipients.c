/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-test"

#include "config.h"

#include "envoi-test.h"
#include "widgets.h"

#include "envoi-composer-fields.h"
#include "envoi-recipient-chip.h"
#include "envoi-recipient-entry.h"
#include "envoi-recipients.h"
#include "envoi-suggestions.h"

#include <adwaita.h>

typedef struct {
  const char *text;
  const char *pieces;   /* joined by | */
  const char *rest;
} Split;

static const Split splits[] = {
  { "", "", "" },
  { "wei", "", "wei" },
  { "wei@x.cn,", "wei@x.cn", "" },
  { "wei@x.cn; li@y.cn", "wei@x.cn", " li@y.cn" },
  { "wei@x.cn，li@y.cn；", "wei@x.cn|li@y.cn", "" },
  { "王伟 <wei@x.cn>、李雷 <li@y.cn>\n", "王伟 <wei@x.cn>|李雷 <li@y.cn>", "" },
  { "\"Wang, Wei\" <wei@x.cn>, li", "\"Wang, Wei\" <wei@x.cn>", " li" },
  { "\"Wang, W", "", "\"Wang, W" },
  { "\"a\\\", b\" <a@x.cn>,", "\"a\\\", b\" <a@x.cn>", "" },
  { ",,; ,a@x.cn,", "a@x.cn", "" },
  { "broken \"quote, a@x.cn\nb@x.cn\n", "broken \"quote, a@x.cn|b@x.cn", "" },
  { "a@x.cn\r\nb@x.cn\tc@x.cn\t", "a@x.cn|b@x.cn|c@x.cn", "" },
};

static void
test_split (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (splits); i++) {
    g_autofree char *rest = NULL;
    g_auto (GStrv) pieces = envoi_recipients_split (splits[i].text, &rest);
    g_autofree char *joined = g_strjoinv ("|", pieces);

    g_assert_cmpstr (joined, ==, splits[i].pieces);
    g_assert_cmpstr (rest, ==, splits[i].rest);
  }
}

static const Split lists[] = {
  { "a@x.cn, b@x.cn", "a@x.cn|b@x.cn", NULL },
  { "Wang, Wei <wei@x.cn>; Li, Lei <li@y.cn>",
    "\"Wang, Wei\" <wei@x.cn>|\"Li, Lei\" <li@y.cn>", NULL },
  { "wei@x.cn, Li Lei <li@y.cn>", "wei@x.cn|Li Lei <li@y.cn>", NULL },
  { "nobody", "nobody", NULL },
  { "nobody, <li@y.cn>", "nobody|<li@y.cn>", NULL },
};

static void
test_split_all (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (lists); i++) {
    g_auto (GStrv) pieces = envoi_recipients_split_all (lists[i].text);
    g_autofree char *joined = g_strjoinv ("|", pieces);

    g_assert_cmpstr (joined, ==, lists[i].pieces);
  }
}

static EnvoiRecipientEntry *
new_entry (void)
{
  return ENVOI_RECIPIENT_ENTRY (g_object_ref_sink (envoi_recipient_entry_new ()));
}

static GtkEditable *
get_input (EnvoiRecipientEntry *entry)
{
  return GTK_EDITABLE (gtk_widget_get_prev_sibling (gtk_widget_get_last_child (GTK_WIDGET (entry))));
}

/* Types as a person does, a character at a time. */
static void
type (EnvoiRecipientEntry *entry,
      const char          *text)
{
  for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p)) {
    int position = gtk_editable_get_position (get_input (entry));

    gtk_editable_insert_text (get_input (entry), p, (int) (g_utf8_next_char (p) - p), &position);
    gtk_editable_set_position (get_input (entry), position);
  }
}

typedef struct {
  const char *typed;
  guint n_chips;
  const char *text;
  gboolean has_problem;
} Typing;

static const Typing typings[] = {
  { "hello there", 0, "hello there", FALSE },
  { "wei@x.cn", 0, "wei@x.cn", FALSE },
  { "wei@x.cn ", 1, "wei@x.cn", FALSE },
  { "Wei <wei@X.CN>,", 1, "Wei <wei@x.cn>", FALSE },
  { "wei@x.cn;li@y.cn；", 2, "wei@x.cn, li@y.cn", FALSE },
  { "wei@x.cn,wei@x.cn,", 1, "wei@x.cn", FALSE },
  { "no address,", 1, "no address", TRUE },
  { "wei@x.cn, still ty", 1, "wei@x.cn, still ty", FALSE },
};

/* Nothing that is typed is lost, whatever it is. */
static void
test_typing (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (typings); i++) {
    EnvoiRecipientEntry *entry = new_entry ();

    type (entry, typings[i].typed);
    g_assert_cmpuint (envoi_recipient_entry_get_n_chips (entry), ==, typings[i].n_chips);
    g_assert_cmpstr (envoi_recipient_entry_get_text (entry), ==, typings[i].text);
    g_assert_cmpint (envoi_recipient_entry_get_problem (entry) != NULL, ==,
                     typings[i].has_problem);
    g_assert_finalize_object (entry);
  }
}

static void
count_cb (GObject    *object,
          GParamSpec *pspec,
          guint      *n)
{
  *n += 1;
}

static void
test_text (void)
{
  EnvoiRecipientEntry *entry = new_entry ();
  guint n = 0;

  g_signal_connect (entry, "notify::text", G_CALLBACK (count_cb), &n);
  envoi_recipient_entry_set_text (entry, "Wei <wei@x.cn>, wrong, li@y.cn");
  g_assert_cmpuint (n, ==, 1);
  g_assert_cmpuint (envoi_recipient_entry_get_n_chips (entry), ==, 3);
  g_assert_cmpstr (envoi_recipient_entry_get_text (entry), ==, "Wei <wei@x.cn>, wrong, li@y.cn");
  g_assert_nonnull (envoi_recipient_entry_get_problem (entry));

  envoi_recipient_entry_set_text (entry, "Wei <wei@x.cn>, wrong, li@y.cn");
  g_assert_cmpuint (n, ==, 1);
  envoi_recipient_entry_set_text (entry, "");
  g_assert_cmpuint (n, ==, 2);
  g_assert_cmpuint (envoi_recipient_entry_get_n_chips (entry), ==, 0);

  g_assert_finalize_object (entry);
}

static void
test_commit (void)
{
  EnvoiRecipientEntry *entry = new_entry ();

  type (entry, "wei@x.cn");
  envoi_recipient_entry_commit (entry);
  g_assert_cmpuint (envoi_recipient_entry_get_n_chips (entry), ==, 1);
  g_assert_cmpstr (gtk_editable_get_text (get_input (entry)), ==, "");
  g_assert_cmpstr (envoi_recipient_entry_get_text (entry), ==, "wei@x.cn");
  g_assert_finalize_object (entry);
}

/* Enter on a chip makes it text again; the cross takes it away. */
static void
test_chip (void)
{
  EnvoiRecipientEntry *entry = new_entry ();
  GtkWidget *chip;

  envoi_recipient_entry_set_text (entry, "wei@x.cn, li@y.cn");
  chip = gtk_widget_get_first_child (GTK_WIDGET (entry));
  g_signal_emit_by_name (chip, "edited");
  g_assert_cmpstr (gtk_editable_get_text (get_input (entry)), ==, "wei@x.cn");
  g_assert_cmpstr (envoi_recipient_entry_get_text (entry), ==, "li@y.cn, wei@x.cn");

  chip = gtk_widget_get_first_child (GTK_WIDGET (entry));
  g_signal_emit_by_name (chip, "removed");
  g_assert_cmpstr (envoi_recipient_entry_get_text (entry), ==, "wei@x.cn");
  g_assert_finalize_object (entry);
}

/* Many chips wrap: the field grows instead of asking for a wider window. */
static void
test_wrapping (void)
{
  EnvoiRecipientEntry *entry = new_entry ();
  int one_line, many_lines, minimum;

  gtk_widget_measure (GTK_WIDGET (entry), GTK_ORIENTATION_VERTICAL, 300, NULL, &one_line,
                      NULL, NULL);
  envoi_recipient_entry_set_text (entry, "first@example.org, second@example.org, "
                                  "third@example.org, fourth@example.org, fifth@example.org");
  gtk_widget_measure (GTK_WIDGET (entry), GTK_ORIENTATION_VERTICAL, 300, NULL, &many_lines,
                      NULL, NULL);
  gtk_widget_measure (GTK_WIDGET (entry), GTK_ORIENTATION_HORIZONTAL, -1, &minimum, NULL,
                      NULL, NULL);
  g_assert_cmpint (many_lines, >=, 3 * one_line);
  g_assert_cmpint (minimum, <, 200);

  /* What is typed and has no room behind a chip begins a line. */
  envoi_recipient_entry_set_text (entry, "first@example.org, ");
  gtk_widget_measure (GTK_WIDGET (entry), GTK_ORIENTATION_VERTICAL, 300, NULL, &one_line,
                      NULL, NULL);
  type (entry, "somebody.else@example.org");
  gtk_widget_measure (GTK_WIDGET (entry), GTK_ORIENTATION_VERTICAL, 300, NULL, &many_lines,
                      NULL, NULL);
  g_assert_cmpint (many_lines, >, one_line);
  g_assert_finalize_object (entry);
}

static const struct {
  const char *typed;
  const char *found;     /* joined */
} suggestions[] = {
  { "", "" },
  { "  ", "" },
  { "wei", "Wei Wang <wei@example.org>|\"Zhang, Wei\" <zhang.wei@example.com>" },
  { "WANG", "Wei Wang <wei@example.org>" },
  { "example.com", "\"Zhang, Wei\" <zhang.wei@example.com>|li@example.com" },
  { "zhang", "\"Zhang, Wei\" <zhang.wei@example.com>" },
  { "雷", "李雷 <lilei@qq.com>" },
  { "李", "李雷 <lilei@qq.com>" },
  { "ei", "" },
  { "同", "同事: Bo <bo@team.example>, 李雷 <lilei@qq.com>;" },
  { "team", "" },
  { "nobody", "" },
};

static void
test_suggestions (void)
{
  static const char *const known[] = {
    "Wei Wang <wei@example.org>", "\"Zhang, Wei\" <zhang.wei@example.com>", "李雷 <lilei@qq.com>",
    "li@example.com", "同事: Bo <bo@team.example>, 李雷 <lilei@qq.com>;", NULL,
  };

  g_autoptr (EnvoiPeople) people = envoi_people_new (known);

  for (guint i = 0; i < G_N_ELEMENTS (suggestions); i++) {
    g_auto (GStrv) found = envoi_people_match (people, suggestions[i].typed, 6);
    g_autofree char *joined = g_strjoinv ("|", found);

    g_assert_cmpstr (joined, ==, suggestions[i].found);
  }
}

static void
move_cb (EnvoiRecipientEntry *from,
         EnvoiRecipientChip  *chip,
         int                  step,
         EnvoiRecipientEntry *to)
{
  envoi_recipient_entry_take_chip (to, chip);
}

/* A recipient goes to another field and leaves the first; a list comes beside what is typed. */
static void
test_move (void)
{
  GtkWidget *to = g_object_ref_sink (envoi_recipient_entry_new ());
  GtkWidget *cc = g_object_ref_sink (envoi_recipient_entry_new ());
  GtkWidget *chip;

  envoi_recipient_entry_set_text (ENVOI_RECIPIENT_ENTRY (to), "a@x.cn, Bo <b@x.cn>");
  envoi_recipient_entry_set_text (ENVOI_RECIPIENT_ENTRY (cc), "c@x.cn");
  g_signal_connect (to, "move-wanted", G_CALLBACK (move_cb), cc);
  chip = gtk_widget_get_next_sibling (gtk_widget_get_first_child (to));
  g_signal_emit_by_name (to, "move-wanted", chip, 1);
  g_assert_cmpstr (envoi_recipient_entry_get_text (ENVOI_RECIPIENT_ENTRY (to)), ==, "a@x.cn");
  g_assert_cmpstr (envoi_recipient_entry_get_text (ENVOI_RECIPIENT_ENTRY (cc)), ==,
                   "c@x.cn, Bo <b@x.cn>");

  envoi_recipient_entry_take_list (ENVOI_RECIPIENT_ENTRY (to), "d@x.cn；a@x.cn\ne@x.cn");
  g_assert_cmpstr (envoi_recipient_entry_get_text (ENVOI_RECIPIENT_ENTRY (to)), ==,
                   "a@x.cn, d@x.cn, e@x.cn");
  g_object_unref (to);
  g_object_unref (cc);
}

static GtkDropTarget *
find_drop_target (GtkWidget *widget)
{
  g_autoptr (GListModel) controllers = gtk_widget_observe_controllers (widget);

  for (guint i = 0; i < g_list_model_get_n_items (controllers); i++) {
    g_autoptr (GObject) controller = g_list_model_get_item (controllers, i);

    if (GTK_IS_DROP_TARGET (controller))
      return GTK_DROP_TARGET (controller);
  }
  g_assert_not_reached ();
}

static gboolean
drop (GtkWidget  *on,
      GtkWidget  *chip,
      const char *text)
{
  g_auto (GValue) value = G_VALUE_INIT;
  gboolean is_taken = FALSE;

  g_value_init (&value, chip ? ENVOI_TYPE_RECIPIENT_CHIP : G_TYPE_STRING);
  if (chip)
    g_value_set_object (&value, chip);
  else
    g_value_set_string (&value, text);
  g_signal_emit_by_name (find_drop_target (on), "drop", &value, 0.0, 0.0, &is_taken);
  return is_taken;
}

static GtkWidget *
find_button (GtkWidget  *from,
             const char *label)
{
  GtkWidget *found = NULL;

  if (GTK_IS_BUTTON (from) && g_strcmp0 (gtk_button_get_label (GTK_BUTTON (from)), label) == 0)
    return from;
  for (GtkWidget *child = gtk_widget_get_first_child (from); child && !found;
       child = gtk_widget_get_next_sibling (child))
    found = find_button (child, label);

  return found;
}

static GtkWidget *
find_chip (GtkWidget *from)
{
  GtkWidget *found = ENVOI_IS_RECIPIENT_CHIP (from) ? from : NULL;

  for (GtkWidget *child = gtk_widget_get_first_child (from); child && !found;
       child = gtk_widget_get_next_sibling (child))
    found = find_chip (child);

  return found;
}

/* Nobody can aim at a field that is not shown: its button takes the recipient, and shows it. */
static void
test_drag (void)
{
  GtkWidget *fields = g_object_ref_sink (envoi_composer_fields_new ());
  g_autoptr (EnvoiDraft) draft = envoi_draft_new ("drag");
  GtkWidget *button = find_button (fields, "Bcc");

  envoi_draft_set (draft, "to", "Ann <a@x.cn>, b@x.cn");
  envoi_composer_fields_set_up (ENVOI_COMPOSER_FIELDS (fields), NULL, draft);
  g_assert_true (gtk_widget_get_visible (button));
  g_assert_true (drop (button, find_chip (fields), NULL));
  g_assert_cmpstr (envoi_draft_get (draft, "to"), ==, "b@x.cn");
  g_assert_cmpstr (envoi_draft_get (draft, "bcc"), ==, "Ann <a@x.cn>");
  g_assert_false (gtk_widget_get_visible (button));

  g_assert_true (drop (find_button (fields, "Cc"), NULL, "c@x.cn; d@x.cn"));
  g_assert_cmpstr (envoi_draft_get (draft, "cc"), ==, "c@x.cn, d@x.cn");
  /* Where it is already it stays. */
  g_assert_false (drop (gtk_widget_get_parent (find_chip (fields)), find_chip (fields), NULL));
  g_object_unref (fields);
}

/* A column of a spreadsheet. */
static void
test_long_list (void)
{
  GtkWidget *to = g_object_ref_sink (envoi_recipient_entry_new ());
  g_autoptr (GString) list = g_string_new (NULL);

  for (guint i = 0; i < 500; i++)
    g_string_append_printf (list, "同事 %u <u%u@x.cn>%s", i, i, i % 3 ? "\r\n" : i % 2 ? ";" : "，");
  envoi_recipient_entry_take_list (ENVOI_RECIPIENT_ENTRY (to), list->str);
  g_assert_cmpuint (envoi_recipient_entry_get_n_chips (ENVOI_RECIPIENT_ENTRY (to)), ==, 500);
  g_assert_null (envoi_recipient_entry_get_problem (ENVOI_RECIPIENT_ENTRY (to)));
  g_object_unref (to);
}

/* Everybody gets one letter: the field that is seen first keeps who stands in two. */
static void
test_merge (void)
{
  GtkWidget *fields = g_object_ref_sink (envoi_composer_fields_new ());
  g_autoptr (EnvoiDraft) draft = envoi_draft_new ("merge");

  envoi_draft_set (draft, "to", "a@x.cn");
  envoi_draft_set (draft, "cc", "Ann <a@X.cn>, b@x.cn");
  envoi_draft_set (draft, "bcc", "b@x.cn, c@x.cn, nobody");
  envoi_composer_fields_set_up (ENVOI_COMPOSER_FIELDS (fields), NULL, draft);
  g_assert_cmpstr (envoi_draft_get (draft, "to"), ==, "a@x.cn");
  g_assert_cmpstr (envoi_draft_get (draft, "cc"), ==, "b@x.cn");
  g_assert_cmpstr (envoi_draft_get (draft, "bcc"), ==, "c@x.cn, nobody");

  envoi_draft_set (draft, "to", "a@x.cn, c@x.cn");
  g_assert_cmpstr (envoi_draft_get (draft, "bcc"), ==, "nobody");
  g_object_unref (fields);
}

static gboolean
is_shown (gpointer widget)
{
  return gtk_widget_get_height (widget) > 0;
}

/* The data "empty" is the height without a recipient. */
static gboolean
has_three_lines (gpointer fields)
{
  return gtk_widget_get_height (fields) >
         GPOINTER_TO_INT (g_object_get_data (fields, "empty")) + 40;
}

/* In a narrow window nobody hides behind the first line. */
static void
test_lines (void)
{
  GtkWidget *window = gtk_window_new ();
  GtkWidget *fields = envoi_composer_fields_new ();
  g_autoptr (EnvoiDraft) draft = envoi_draft_new ("lines");

  gtk_window_set_default_size (GTK_WINDOW (window), 360, 600);
  gtk_widget_set_valign (fields, GTK_ALIGN_START);
  gtk_window_set_child (GTK_WINDOW (window), fields);
  envoi_composer_fields_set_up (ENVOI_COMPOSER_FIELDS (fields), NULL, draft);
  gtk_window_present (GTK_WINDOW (window));
  envoi_test_wait_until (is_shown, fields);
  g_object_set_data (G_OBJECT (fields), "empty",
                     GINT_TO_POINTER (gtk_widget_get_height (fields)));
  envoi_draft_set (draft, "to", "annabel@example.org, robert@example.org, charles@example.org");
  envoi_test_wait_until (has_three_lines, fields);
  gtk_window_destroy (GTK_WINDOW (window));
}

static void
load_style (void)
{
  g_autoptr (GtkCssProvider) style = gtk_css_provider_new ();

  gtk_css_provider_load_from_resource (style, "/io/github/envoi_mail/Envoi/style.css");
  gtk_style_context_add_provider_for_display (gdk_display_get_default (), GTK_STYLE_PROVIDER (style),
                                              GTK_STYLE_PROVIDER_PRIORITY_APPLICATION);
}

static void
painted_cb (GdkFrameClock *clock,
            guint         *n_frames)
{
  (*n_frames)++;
}

static gboolean
has_three_frames (gpointer n_frames)
{
  return *(guint *) n_frames >= 3;
}

static void
wait_for_three_frames (GtkWidget *widget)
{
  GdkFrameClock *clock = gtk_widget_get_frame_clock (widget);
  guint n_frames = 0;
  gulong handler = g_signal_connect (clock, "after-paint", G_CALLBACK (painted_cb), &n_frames);

  gdk_frame_clock_begin_updating (clock);
  envoi_test_wait_until (has_three_frames, &n_frames);
  gdk_frame_clock_end_updating (clock);
  g_signal_handler_disconnect (clock, handler);
}

/* Whoever is typed and begins another line is seen: the field grows up to a height of 132
 * pixels, and then shows the end. */
static void
test_typed_lines (void)
{
  GtkWidget *window = gtk_window_new ();
  GtkWidget *fields = envoi_composer_fields_new ();
  GtkWidget *to;
  g_autoptr (EnvoiDraft) draft = envoi_draft_new ("lines");

  load_style ();
  gtk_window_set_default_size (GTK_WINDOW (window), 760, 600);
  gtk_window_set_child (GTK_WINDOW (window), fields);
  envoi_composer_fields_set_up (ENVOI_COMPOSER_FIELDS (fields), NULL, draft);
  gtk_window_present (GTK_WINDOW (window));
  envoi_test_wait_until (is_shown, fields);
  to = widget_find (fields, ENVOI_TYPE_RECIPIENT_ENTRY);
  gtk_widget_grab_focus (to);

  for (guint i = 0; i < 12; i++) {
    GtkWidget *view = gtk_widget_get_ancestor (to, GTK_TYPE_SCROLLED_WINDOW);
    graphene_rect_t caret;
    int wanted;

    type (ENVOI_RECIPIENT_ENTRY (to), i % 2 == 0 ? "a" : "person");
    type (ENVOI_RECIPIENT_ENTRY (to), (char[]) { (char) ('a' + i), '\0' });
    type (ENVOI_RECIPIENT_ENTRY (to), "@localhost");
    wait_for_three_frames (fields);
    g_signal_emit_by_name (get_input (ENVOI_RECIPIENT_ENTRY (to)), "activate");
    wait_for_three_frames (fields);
    gtk_widget_measure (to, GTK_ORIENTATION_VERTICAL, gtk_widget_get_width (to), NULL, &wanted,
                        NULL, NULL);
    g_assert_cmpint (gtk_widget_get_height (view), ==, MIN (wanted, 132));
    g_assert_true (gtk_widget_compute_bounds (GTK_WIDGET (get_input (ENVOI_RECIPIENT_ENTRY (to))), view,
                                              &caret));
    g_assert_cmpfloat (caret.origin.y, >=, 0);
    g_assert_cmpfloat (caret.origin.y + caret.size.height, <=, 132);
  }

  gtk_window_destroy (GTK_WINDOW (window));
}

/* RFC 5322, 3.4: the name of a group is no recipient, its members are. */
static void
test_group (void)
{
  GtkWidget *to = g_object_ref_sink (envoi_recipient_entry_new ());

  envoi_recipient_entry_take_list (ENVOI_RECIPIENT_ENTRY (to),
                                   "同事: 王伟 <wei@x.cn>, li@y.cn;, c@x.cn");
  g_assert_null (envoi_recipient_entry_get_problem (ENVOI_RECIPIENT_ENTRY (to)));
  g_assert_cmpuint (envoi_recipient_entry_get_n_chips (ENVOI_RECIPIENT_ENTRY (to)), ==, 3);

  /* So is one that is chosen from the address book. */
  g_signal_emit_by_name (gtk_widget_get_last_child (to), "chosen",
                         "Team A: \"Lee, Ann\" <ann@x.cn>, c@x.cn;");
  g_assert_cmpstr (envoi_recipient_entry_get_text (ENVOI_RECIPIENT_ENTRY (to)), ==,
                   "王伟 <wei@x.cn>, li@y.cn, c@x.cn, \"Lee, Ann\" <ann@x.cn>");
  g_object_unref (to);
}

int
main (int   argc,
      char *argv[])
{
  envoi_test_init (&argc, &argv);
  adw_init ();

  g_test_add_func ("/envoi/ui/recipients/suggestions", test_suggestions);
  g_test_add_func ("/envoi/ui/recipients/split", test_split);
  g_test_add_func ("/envoi/ui/recipients/split-all", test_split_all);
  g_test_add_func ("/envoi/ui/recipients/move", test_move);
  g_test_add_func ("/envoi/ui/recipients/drag", test_drag);
  g_test_add_func ("/envoi/ui/recipients/merge", test_merge);
  g_test_add_func ("/envoi/ui/recipients/group", test_group);
  g_test_add_func ("/envoi/ui/recipients/lines", test_lines);
  g_test_add_func ("/envoi/ui/recipients/typed-lines", test_typed_lines);
  g_test_add_func ("/envoi/ui/recipients/long-list", test_long_list);
  g_test_add_func ("/envoi/ui/recipients/typing", test_typing);
  g_test_add_func ("/envoi/ui/recipients/text", test_text);
  g_test_add_func ("/envoi/ui/recipients/commit", test_commit);
  g_test_add_func ("/envoi/ui/recipients/chip", test_chip);
  g_test_add_func ("/envoi/ui/recipients/wrapping", test_wrapping);

  return g_test_run ();
}
