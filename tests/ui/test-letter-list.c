/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-test"

#include "config.h"

#include "envoi-test.h"
#include "widgets.h"

#include "envoi-letter-cell.h"
#include "envoi-letter-list.h"
#include "envoi-letter-private.h"
#include "envoi-words.h"

#define N_LETTERS 1000
#define USUAL_DPI 96
#define ANY G_MAXUINT

/* A long list, which has rows in view only; and there they are whole, however one comes there. */

typedef struct {
  GtkWidget *window;
  GtkWidget *letters;
  GtkWidget *list;
  GListModel *hits;
  guint wanted;          /* the number of the letter that is to be in view, ANY */
  guint left;            /* the number of the letter that is not to be first, ANY */
} Fixture;

static EnvoiLetterRecord *
make_record (guint number)
{
  g_autofree char *id = g_strdup_printf ("letter-%u", number);
  EnvoiLetterRecord *record = envoi_letter_record_new (id);

  g_free (record->subject);
  record->subject = g_strdup_printf ("%u %s", number, number % 3 ? "letters" : "封邮件");
  g_free (record->to_line);
  record->to_line = g_strdup ("Wang Wei <wang@example.org>");
  record->state = ENVOI_LETTER_SENT;
  return record;
}

/* None, a line or two lines of text. */
static char *
make_excerpt (guint number)
{
  GString *excerpt = g_string_new (NULL);

  for (guint i = 0; i < number * 7 % 30; i++)
    g_string_append (excerpt, "meeting ");

  return g_string_free (excerpt, excerpt->len == 0);
}

static GListModel *
make_hits (gboolean has_excerpts)
{
  GListStore *hits = g_list_store_new (ENVOI_TYPE_SEARCH_HIT);

  for (guint i = 0; i < N_LETTERS; i++) {
    g_autoptr (EnvoiLetter) letter = envoi_letter_new (make_record (i));
    g_autofree char *excerpt = has_excerpts ? make_excerpt (i) : NULL;
    g_autoptr (EnvoiSearchHit) hit = envoi_search_hit_new (letter, excerpt);

    g_list_store_append (hits, hit);
  }

  return G_LIST_MODEL (hits);
}

static EnvoiLetter *
get_letter (Fixture *fixture,
            guint    number)
{
  g_autoptr (EnvoiSearchHit) hit = g_list_model_get_item (fixture->hits, number);

  return envoi_search_hit_get_letter (hit);
}

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  fixture->window = gtk_window_new ();
  fixture->letters = g_object_new (ENVOI_TYPE_LETTER_LIST, NULL);
  fixture->list = widget_find (fixture->letters, GTK_TYPE_LIST_VIEW);
  fixture->hits = make_hits (GPOINTER_TO_INT (data));
  gtk_window_set_default_size (GTK_WINDOW (fixture->window), 360, 700);
  gtk_window_set_child (GTK_WINDOW (fixture->window), fixture->letters);
  envoi_letter_list_set_hits (ENVOI_LETTER_LIST (fixture->letters), "letters meeting", fixture->hits);
  gtk_window_present (GTK_WINDOW (fixture->window));
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  gtk_window_destroy (GTK_WINDOW (fixture->window));
  g_clear_object (&fixture->hits);
}

static GtkWidget *
get_row (GtkWidget *item)
{
  GtkWidget *cell = gtk_widget_get_first_child (item);

  g_assert_true (ENVOI_IS_LETTER_CELL (cell));
  return gtk_widget_get_first_child (cell);
}

/* The subject is the first label of a row, and begins with the letter's number. */
static guint
get_number (GtkWidget *row)
{
  GtkWidget *subject = widget_find (row, GTK_TYPE_LABEL);

  return (guint) g_ascii_strtoull (gtk_label_get_label (GTK_LABEL (subject)), NULL, 10);
}

static void
assert_named (Fixture   *fixture,
              GtkWidget *item,
              guint      number)
{
  const EnvoiLetterRecord *record = envoi_letter_get_record (get_letter (fixture, number));
  g_autofree char *when = envoi_words_format_when (record->changed, g_get_real_time ());
  g_autofree char *name = g_strdup_printf ("%s, to Wang Wei, sent, %s", record->subject, when);
  g_autofree char *complaint = NULL;

  complaint = gtk_test_accessible_check_property (GTK_ACCESSIBLE (item),
                                                  GTK_ACCESSIBLE_PROPERTY_LABEL, name, NULL);
  g_assert_cmpstr (complaint, ==, NULL);
}

static gboolean
has_room (GtkWidget *row)
{
  int margins = gtk_widget_get_margin_top (row) + gtk_widget_get_margin_bottom (row);
  int width = gtk_widget_get_width (row) + gtk_widget_get_margin_start (row) +
              gtk_widget_get_margin_end (row);
  int needed;

  gtk_widget_measure (row, GTK_ORIENTATION_VERTICAL, width, &needed, NULL, NULL, NULL);
  return gtk_widget_get_height (row) + margins >= needed;
}

/* Whether the letters in view follow on one another, none over another, each with what it
 * needs, and the wanted one is among them. */
static gboolean
is_whole (gpointer data)
{
  Fixture *fixture = data;
  guint n_rows = 0;
  guint next = 0;
  float bottom = 0;
  gboolean is_in_view = fixture->wanted == ANY;

  for (GtkWidget *item = gtk_widget_get_first_child (fixture->list); item;
       item = gtk_widget_get_next_sibling (item)) {
    GtkWidget *row = get_row (item);
    graphene_rect_t bounds;

    g_assert_true (gtk_test_accessible_has_property (GTK_ACCESSIBLE (item),
                                                     GTK_ACCESSIBLE_PROPERTY_LABEL));
    if (!gtk_widget_get_mapped (item)) {
      g_assert_null (row);
      continue;
    }
    if (!row || !has_room (row) || !gtk_widget_compute_bounds (item, fixture->list, &bounds))
      return FALSE;
    if (n_rows == 0 ? get_number (row) == fixture->left :
        get_number (row) != next || bounds.origin.y < bottom)
      return FALSE;

    assert_named (fixture, item, get_number (row));
    is_in_view = is_in_view || get_number (row) == fixture->wanted;
    next = get_number (row) + 1;
    bottom = bounds.origin.y + bounds.size.height;
    n_rows++;
  }

  return is_in_view && n_rows >= 4 && bottom >= (float) gtk_widget_get_height (fixture->list);
}

static void
wait_for_letter (Fixture *fixture,
                 guint    number)
{
  fixture->wanted = number;
  fixture->left = ANY;
  envoi_test_wait_until (is_whole, fixture);
}

/* Until @left is not the first letter in view any more. */
static void
wait_for_others (Fixture *fixture,
                 guint    left)
{
  fixture->wanted = ANY;
  fixture->left = left;
  envoi_test_wait_until (is_whole, fixture);
}

static gboolean
is_all_there (gpointer data)
{
  Fixture *fixture = data;
  GtkSelectionModel *model = gtk_list_view_get_model (GTK_LIST_VIEW (fixture->list));

  return g_list_model_get_n_items (G_LIST_MODEL (model)) == N_LETTERS;
}

static void
jump_to (Fixture *fixture,
         double   part)
{
  GtkAdjustment *bar = gtk_scrollable_get_vadjustment (GTK_SCROLLABLE (fixture->list));
  double range = gtk_adjustment_get_upper (bar) - gtk_adjustment_get_page_size (bar);

  gtk_adjustment_set_value (bar, range * part);
}

static guint
find_in_view (Fixture *fixture)
{
  for (GtkWidget *item = gtk_widget_get_first_child (fixture->list); item;
       item = gtk_widget_get_next_sibling (item))
    if (gtk_widget_get_mapped (item) && get_row (item))
      return get_number (get_row (item));

  return 0;
}

/* The bar jumps over more rows than a list view has. */
static void
test_jump (Fixture       *fixture,
           gconstpointer  data)
{
  wait_for_letter (fixture, 0);
  envoi_test_wait_until (is_all_there, fixture);

  jump_to (fixture, 1);
  wait_for_letter (fixture, N_LETTERS - 1);

  for (double part = 0.9; part > 0; part -= 0.2) {
    guint before = find_in_view (fixture);

    jump_to (fixture, part);
    wait_for_others (fixture, before);
  }

  jump_to (fixture, 0);
  wait_for_letter (fixture, 0);
}

/* Little by little, rows come in at one end and go out at the other. */
static void
test_wheel (Fixture       *fixture,
            gconstpointer  data)
{
  GtkAdjustment *bar = gtk_scrollable_get_vadjustment (GTK_SCROLLABLE (fixture->list));

  wait_for_letter (fixture, 0);
  envoi_test_wait_until (is_all_there, fixture);

  for (int i = 0; i < 60; i++) {
    gtk_adjustment_set_value (bar, gtk_adjustment_get_value (bar) + (i < 40 ? 120 : -90));
    g_main_context_iteration (NULL, TRUE);
  }

  wait_for_others (fixture, 0);
}

/* A letter that changes out of view is the changed one when one comes to it. */
static void
test_change (Fixture       *fixture,
             gconstpointer  data)
{
  EnvoiLetterRecord *record = make_record (N_LETTERS - 1);
  GtkWidget *last;

  wait_for_letter (fixture, 0);
  envoi_test_wait_until (is_all_there, fixture);
  jump_to (fixture, 0.95);
  wait_for_others (fixture, 0);

  g_free (record->subject);
  record->subject = g_strdup_printf ("%d changed", N_LETTERS - 1);
  last = gtk_widget_get_last_child (fixture->list);
  g_assert_null (get_row (last));
  envoi_letter_take_record (get_letter (fixture, N_LETTERS - 1), record);
  assert_named (fixture, last, N_LETTERS - 1);

  jump_to (fixture, 1);
  wait_for_letter (fixture, N_LETTERS - 1);
}

static gboolean
is_hidden (gpointer data)
{
  Fixture *fixture = data;

  return !gtk_widget_get_mapped (fixture->list);
}

static void
test_hidden (Fixture       *fixture,
             gconstpointer  data)
{
  wait_for_letter (fixture, 0);

  gtk_widget_set_visible (fixture->letters, FALSE);
  envoi_test_wait_until (is_hidden, fixture);
  g_assert_null (get_row (gtk_widget_get_first_child (fixture->list)));

  gtk_widget_set_visible (fixture->letters, TRUE);
  wait_for_letter (fixture, 0);
}

/* Other words find other letters; what was found before leaves nothing behind. */
static void
test_other_hits (Fixture       *fixture,
                 gconstpointer  data)
{
  wait_for_letter (fixture, 0);
  envoi_test_wait_until (is_all_there, fixture);
  jump_to (fixture, 0.5);
  wait_for_others (fixture, 0);

  g_object_unref (fixture->hits);
  fixture->hits = make_hits (!GPOINTER_TO_INT (data));
  envoi_letter_list_set_hits (ENVOI_LETTER_LIST (fixture->letters), "other", fixture->hits);
  wait_for_letter (fixture, 0);
  envoi_test_wait_until (is_all_there, fixture);
}

/* Letters twice as large need more room, and no more than they need when they are small again. */
static void
test_large_text (Fixture       *fixture,
                 gconstpointer  data)
{
  GtkSettings *settings = gtk_settings_get_default ();
  int height;

  wait_for_letter (fixture, 0);
  height = gtk_widget_get_height (get_row (gtk_widget_get_first_child (fixture->list)));

  g_object_set (settings, "gtk-xft-dpi", 2 * USUAL_DPI * 1024, NULL);
  while (gtk_widget_get_height (get_row (gtk_widget_get_first_child (fixture->list))) <= height)
    g_main_context_iteration (NULL, TRUE);
  wait_for_letter (fixture, 0);

  g_object_set (settings, "gtk-xft-dpi", USUAL_DPI * 1024, NULL);
  while (gtk_widget_get_height (get_row (gtk_widget_get_first_child (fixture->list))) > height)
    g_main_context_iteration (NULL, TRUE);
  wait_for_letter (fixture, 0);
}

#define ADD(name, has_excerpts, function) \
  g_test_add ("/envoi/ui/letter-list/" name, Fixture, GINT_TO_POINTER (has_excerpts), set_up, \
              function, tear_down)

int
main (int    argc,
      char **argv)
{
  envoi_test_init (&argc, &argv);
  adw_init ();

  ADD ("jump", FALSE, test_jump);
  ADD ("jump-in-search", TRUE, test_jump);
  ADD ("wheel", FALSE, test_wheel);
  ADD ("wheel-in-search", TRUE, test_wheel);
  ADD ("change", FALSE, test_change);
  ADD ("hidden", FALSE, test_hidden);
  ADD ("other-hits", FALSE, test_other_hits);
  ADD ("large-text", TRUE, test_large_text);

  return g_test_run ();
}
