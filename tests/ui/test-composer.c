/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-test"

#include "config.h"

#include "envoi-test.h"
#include "test-service.h"
#include "widgets.h"

#include "envoi-answer.h"
#include "envoi-attachment-chip.h"
#include "envoi-composer-window-private.h"
#include "envoi-send-limits.h"

#include <string.h>

/* A composer with the real service behind it, in folders of its own. */

typedef struct {
  EnvoiService        *service;
  EnvoiDraft          *draft;
  EnvoiComposerWindow *window;
  char                *sent;
} Fixture;

static void
sent_cb (EnvoiComposerWindow *window,
         const char          *letter_id,
         Fixture             *fixture)
{
  fixture->sent = g_strdup (letter_id);
}

static void
window_gone_cb (gpointer  data,
                GObject  *window)
{
  ((Fixture *) data)->window = NULL;
}

static void
open_composer (Fixture *fixture)
{
  fixture->window = envoi_composer_window_new ();
  envoi_composer_window_set_up (fixture->window, NULL, fixture->service, fixture->draft);
  g_object_weak_ref (G_OBJECT (fixture->window), window_gone_cb, fixture);
  g_signal_connect (fixture->window, "sent", G_CALLBACK (sent_cb), fixture);
  gtk_window_present (GTK_WINDOW (fixture->window));
}

static void
start (Fixture           *fixture,
       EnvoiServiceFlags  flags)
{
  fixture->service = test_service_start (flags);
  fixture->draft = envoi_service_create_draft (fixture->service, NULL);
}

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  start (fixture, ENVOI_SERVICE_PRACTICE);
}

static void
set_up_sender (Fixture       *fixture,
               gconstpointer  data)
{
  start (fixture, (EnvoiServiceFlags) (ENVOI_SERVICE_SEND | ENVOI_SERVICE_PRACTICE));
}

static gboolean
is_gone (gpointer fixture)
{
  return ((Fixture *) fixture)->window == NULL;
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  /* Closed as a person closes it: what is being stored is stored before the store goes. */
  if (fixture->window) {
    gtk_window_close (GTK_WINDOW (fixture->window));
    envoi_test_wait_until (is_gone, fixture);
  }
  g_clear_object (&fixture->draft);
  test_service_stop (&fixture->service);
  g_clear_pointer (&fixture->sent, g_free);
}

static EnvoiEditor *
get_editor (Fixture *fixture)
{
  return envoi_composer_body_get_editor (envoi_composer_window_get_body (fixture->window));
}

static gboolean
is_editor_ready (gpointer fixture)
{
  return envoi_editor_is_ready (get_editor (fixture));
}

/* The folders of all cases are the same; the letter is this case's own. */
static gboolean
is_in (Fixture     *fixture,
       EnvoiFolder  folder)
{
  GListModel *letters = envoi_outbox_get_folder (envoi_service_get_outbox (fixture->service),
                                                 folder);
  EnvoiLetter *letter = envoi_outbox_find (envoi_service_get_outbox (fixture->service),
                                           envoi_draft_get_id (fixture->draft));

  for (guint i = 0; i < g_list_model_get_n_items (letters); i++) {
    g_autoptr (EnvoiLetter) item = g_list_model_get_item (letters, i);

    if (item == letter)
      return TRUE;
  }

  return FALSE;
}

static void
write_letter (Fixture *fixture)
{
  envoi_draft_set (fixture->draft, "to", "Wei <wei@example.org>");
  envoi_draft_set (fixture->draft, "subject", "Hello");
  envoi_test_wait_until (is_editor_ready, fixture);
  envoi_editor_call (get_editor (fixture), "command",
                     g_variant_new ("(ss)", "insertText", "Good morning"));
}

static void
activate (Fixture    *fixture,
          const char *action)
{
  g_assert_true (gtk_widget_activate_action (GTK_WIDGET (fixture->window), action, NULL));
}

static guint
count_templates (Fixture *fixture)
{
  EnvoiOutbox *outbox = envoi_service_get_outbox (fixture->service);

  return g_list_model_get_n_items (envoi_outbox_get_folder (outbox, ENVOI_FOLDER_TEMPLATES));
}

static gboolean
has_template (gpointer fixture)
{
  return count_templates (fixture) > 0;
}

/* A template is kept beside the letter, which goes on; it is no draft and cannot be sent. */
static void
test_template (Fixture       *fixture,
               gconstpointer  data)
{
  GListModel *templates;
  g_autoptr (EnvoiLetter) template = NULL;

  open_composer (fixture);
  write_letter (fixture);
  activate (fixture, "composer.save-template");
  envoi_test_wait_until (has_template, fixture);

  templates = envoi_outbox_get_folder (envoi_service_get_outbox (fixture->service),
                                       ENVOI_FOLDER_TEMPLATES);
  template = g_list_model_get_item (templates, 0);
  g_assert_cmpstr (envoi_letter_get_id (template), !=, envoi_draft_get_id (fixture->draft));
  g_assert_cmpstr (envoi_letter_get_record (template)->subject, ==, "Hello");
  g_assert_true (envoi_letter_record_is_template (envoi_letter_get_record (template)));
  g_assert_nonnull (fixture->window);
}

/* A letter is durable when the window goes, and has what was typed last. */
static void
test_send (Fixture       *fixture,
           gconstpointer  data)
{
  open_composer (fixture);
  write_letter (fixture);
  activate (fixture, "composer.send");
  envoi_test_wait_until (is_gone, fixture);
  g_assert_nonnull (fixture->sent);
  g_assert_nonnull (strstr (envoi_draft_get (fixture->draft, "html"), "Good morning"));
  g_assert_true (is_in (fixture, ENVOI_FOLDER_OUTBOX));
  g_assert_false (is_in (fixture, ENVOI_FOLDER_DRAFTS));
}

static gboolean
has_draft (gpointer fixture)
{
  return is_in (fixture, ENVOI_FOLDER_DRAFTS);
}

/* Nobody saves: it happens by itself, and closing keeps the rest. */
static void
test_keep (Fixture       *fixture,
           gconstpointer  data)
{
  open_composer (fixture);
  write_letter (fixture);
  envoi_test_wait_until (has_draft, fixture);
  envoi_draft_set (fixture->draft, "subject", "Hello again");
  gtk_window_close (GTK_WINDOW (fixture->window));
  envoi_test_wait_until (is_gone, fixture);
  g_assert_null (fixture->sent);
  g_assert_true (is_in (fixture, ENVOI_FOLDER_DRAFTS));
}

static void
test_empty (Fixture       *fixture,
            gconstpointer  data)
{
  open_composer (fixture);
  envoi_test_wait_until (is_editor_ready, fixture);
  gtk_window_close (GTK_WINDOW (fixture->window));
  envoi_test_wait_until (is_gone, fixture);
  g_assert_false (is_in (fixture, ENVOI_FOLDER_DRAFTS));
}

/* What was kept and then emptied goes too. */
static void
test_emptied (Fixture       *fixture,
              gconstpointer  data)
{
  open_composer (fixture);
  envoi_draft_set (fixture->draft, "subject", "x");
  envoi_test_wait_until (has_draft, fixture);
  envoi_draft_set (fixture->draft, "subject", "");
  gtk_window_close (GTK_WINDOW (fixture->window));
  envoi_test_wait_until (is_gone, fixture);
  g_assert_false (is_in (fixture, ENVOI_FOLDER_DRAFTS));
}

static void
test_plain (Fixture       *fixture,
            gconstpointer  data)
{
  EnvoiComposerBody *body;

  envoi_draft_set (fixture->draft, "text", "plain words");
  open_composer (fixture);
  body = envoi_composer_window_get_body (fixture->window);
  g_assert_true (envoi_composer_body_is_plain (body));
  g_assert_null (adw_bin_get_child (ADW_BIN (get_editor (fixture))));

  activate (fixture, "composer.plain-text");
  g_assert_false (envoi_composer_body_is_plain (body));
  envoi_test_wait_until (is_editor_ready, fixture);
  g_assert_nonnull (strstr (envoi_draft_get (fixture->draft, "html"), "plain words"));
  g_assert_cmpstr (envoi_draft_get (fixture->draft, "text"), ==, "");

  activate (fixture, "composer.plain-text");
  g_assert_cmpstr (envoi_draft_get (fixture->draft, "html"), ==, "");
  g_assert_nonnull (strstr (envoi_draft_get (fixture->draft, "text"), "plain words"));
}

static gboolean
shows_panel (gpointer fixture)
{
  return envoi_send_panel_is_shown (((Fixture *) fixture)->window->send_panel);
}

/* Nothing goes before the person has heard what is odd; writing on takes it for heard. */
static void
test_panel (Fixture       *fixture,
            gconstpointer  data)
{
  GtkWidget *focus;

  open_composer (fixture);
  write_letter (fixture);
  envoi_draft_set (fixture->draft, "subject", "");
  activate (fixture, "composer.send");
  activate (fixture, "composer.send");
  envoi_test_wait_until (shows_panel, fixture);
  focus = gtk_window_get_focus (GTK_WINDOW (fixture->window));
  g_assert_null (gtk_test_accessible_check_property (GTK_ACCESSIBLE (focus),
                                                     GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
                                                     "The subject is empty."));
  g_signal_emit_by_name (fixture->window->body, "typed");
  g_assert_false (shows_panel (fixture));
  g_assert_null (fixture->sent);

  activate (fixture, "composer.send");
  envoi_test_wait_until (shows_panel, fixture);
  g_signal_emit_by_name (fixture->window->send_panel, "confirmed");
  envoi_test_wait_until (is_gone, fixture);
  g_assert_nonnull (fixture->sent);
}

static GtkWidget *
find_early (Fixture *fixture)
{
  GtkWidget *box =
    adw_bin_get_child (ADW_BIN (envoi_composer_window_get_body (fixture->window)));
  GtkWidget *page = gtk_stack_get_visible_child (GTK_STACK (gtk_widget_get_last_child (box)));
  GtkWidget *early = gtk_widget_get_last_child (page);

  /* The surface is under it: it starts and paints only where it has a size. */
  g_assert_true (GTK_IS_OVERLAY (page));
  g_assert_true (gtk_widget_get_mapped (GTK_WIDGET (get_editor (fixture))));
  return gtk_scrolled_window_get_child (GTK_SCROLLED_WINDOW (early));
}

static gboolean
has_early_text (gpointer fixture)
{
  return strstr (envoi_editor_get_html (get_editor (fixture)), "second line more") != NULL;
}

/* What is typed before the web engine runs is in the letter, and so is what follows. */
static void
test_early (Fixture       *fixture,
            gconstpointer  data)
{
  GtkTextBuffer *buffer;

  open_composer (fixture);
  g_assert_false (envoi_editor_is_ready (get_editor (fixture)));
  g_assert_false (gtk_widget_get_can_focus (GTK_WIDGET (get_editor (fixture))));
  buffer = gtk_text_view_get_buffer (GTK_TEXT_VIEW (find_early (fixture)));
  gtk_text_buffer_insert_at_cursor (buffer, "first\nsecond line ", -1);
  g_assert_nonnull (strstr (envoi_draft_get (fixture->draft, "html"), "second line"));

  envoi_test_wait_until (is_editor_ready, fixture);
  g_assert_true (gtk_widget_get_can_focus (GTK_WIDGET (get_editor (fixture))));
  g_assert_false (gtk_widget_get_mapped (find_early (fixture)));
  envoi_editor_call (get_editor (fixture), "command", g_variant_new ("(ss)", "insertText", "more"));
  envoi_test_wait_until (has_early_text, fixture);
  g_assert_nonnull (strstr (envoi_draft_get (fixture->draft, "html"), "first"));
}

/* The key of a format, as the view has it bound. */
static void
press (GtkWidget *view,
       guint      key)
{
  g_autoptr (GListModel) controllers = gtk_widget_observe_controllers (view);
  g_autoptr (GtkShortcutTrigger) wanted = gtk_keyval_trigger_new (key, GDK_CONTROL_MASK);
  gboolean is_found = FALSE;

  for (guint i = 0; i < g_list_model_get_n_items (controllers); i++) {
    g_autoptr (GObject) controller = g_list_model_get_item (controllers, i);

    for (guint j = 0; GTK_IS_SHORTCUT_CONTROLLER (controller) &&
         j < g_list_model_get_n_items (G_LIST_MODEL (controller)); j++) {
      g_autoptr (GtkShortcut) shortcut = g_list_model_get_item (G_LIST_MODEL (controller), j);

      if (gtk_shortcut_trigger_equal (gtk_shortcut_get_trigger (shortcut), wanted))
        is_found |= gtk_shortcut_action_activate (gtk_shortcut_get_action (shortcut), 0, view,
                                                  gtk_shortcut_get_arguments (shortcut));
    }
  }
  g_assert_true (is_found);
}

static gboolean
has_early_formats (gpointer fixture)
{
  return strstr (envoi_editor_get_html (get_editor (fixture)),
                 "<div>one <b>bold <i>both</i></b> <i>last more</i></div>") != NULL;
}

/* The keys that hands know by heart hold from the first letter on, and over the change
 * of surfaces; an emoji goes where the text goes. */
static void
test_early_formats (Fixture       *fixture,
                    gconstpointer  data)
{
  GtkTextBuffer *buffer;
  GtkWidget *view;

  open_composer (fixture);
  g_assert_false (envoi_editor_is_ready (get_editor (fixture)));
  view = find_early (fixture);
  buffer = gtk_text_view_get_buffer (GTK_TEXT_VIEW (view));
  gtk_text_buffer_insert_at_cursor (buffer, "one  <", -1);
  g_assert_nonnull (strstr (envoi_draft_get (fixture->draft, "html"), "<div>one \u00a0&lt;</div>"));
  gtk_text_buffer_set_text (buffer, "", -1);
  g_assert_null (strstr (envoi_draft_get (fixture->draft, "html"), "one"));

  envoi_composer_body_insert_text (envoi_composer_window_get_body (fixture->window), "one ");
  press (view, GDK_KEY_b);
  gtk_text_buffer_insert_at_cursor (buffer, "bold ", -1);
  press (view, GDK_KEY_i);
  gtk_text_buffer_insert_at_cursor (buffer, "both", -1);
  press (view, GDK_KEY_b);
  press (view, GDK_KEY_i);
  gtk_text_buffer_insert_at_cursor (buffer, " ", -1);
  press (view, GDK_KEY_i);
  gtk_text_buffer_insert_at_cursor (buffer, "last", -1);
  g_assert_nonnull (strstr (envoi_draft_get (fixture->draft, "html"),
                            "<div>one <b>bold <i>both</i></b> <i>last</i></div>"));

  envoi_test_wait_until (is_editor_ready, fixture);
  envoi_editor_call (get_editor (fixture), "command", g_variant_new ("(ss)", "insertText", " more"));
  envoi_test_wait_until (has_early_formats, fixture);
}

static gboolean
has_attachment (gpointer fixture)
{
  return g_list_model_get_n_items (
    envoi_draft_get_attachments (((Fixture *) fixture)->draft)) == 1;
}

static void
attach (Fixture    *fixture,
        const char *path)
{
  g_autoptr (GListStore) files = g_list_store_new (G_TYPE_FILE);
  g_autoptr (GFile) file = g_file_new_for_path (path);

  g_list_store_append (files, file);
  envoi_composer_window_attach (fixture->window, G_LIST_MODEL (files));
}

static void
test_attachment (Fixture       *fixture,
                 gconstpointer  data)
{
  g_autofree char *folder = envoi_test_make_folder ();
  g_autofree char *path = g_build_filename (folder, "报告.txt", NULL);
  g_autoptr (EnvoiAttachment) attachment = NULL;

  g_assert_true (g_file_set_contents (path, "words", -1, NULL));
  open_composer (fixture);
  attach (fixture, path);
  envoi_test_wait_until (has_attachment, fixture);
  attachment = g_list_model_get_item (envoi_draft_get_attachments (fixture->draft), 0);
  g_assert_cmpstr (envoi_attachment_get_name (attachment), ==, "报告.txt");
  g_assert_cmpuint (envoi_attachment_get_size (attachment), ==, 5);
}

/* @from: the first one of @type in it. */
/* Another name for the receiver; none at all is no name. */
static void
test_rename (void)
{
  g_autoptr (EnvoiAttachment) attachment =
    envoi_attachment_new ("a.txt", "text/plain", "0", 1);
  GtkWidget *chip = g_object_ref_sink (envoi_attachment_chip_new (attachment, NULL));
  GtkWidget *button = widget_find (chip, GTK_TYPE_MENU_BUTTON);
  GtkWidget *popover = GTK_WIDGET (gtk_menu_button_get_popover (GTK_MENU_BUTTON (button)));
  GtkWidget *entry = gtk_popover_get_child (GTK_POPOVER (popover));

  gtk_editable_set_text (GTK_EDITABLE (entry), "  报告.txt ");
  g_signal_emit_by_name (entry, "activate");
  g_assert_cmpstr (envoi_attachment_get_name (attachment), ==, "报告.txt");
  g_assert_cmpstr (gtk_widget_get_tooltip_text (button), ==, "Rename 报告.txt");

  gtk_editable_set_text (GTK_EDITABLE (entry), " ");
  g_signal_emit_by_name (entry, "activate");
  g_assert_cmpstr (envoi_attachment_get_name (attachment), ==, "报告.txt");
  g_assert_finalize_object (chip);
}

/* A letter that waits for its files goes with them, or not at all. */
static void
test_send_while_attaching (Fixture       *fixture,
                           gconstpointer  data)
{
  g_autofree char *folder = envoi_test_make_folder ();
  g_autofree char *path = g_build_filename (folder, "a.txt", NULL);

  g_assert_true (g_file_set_contents (path, "words", -1, NULL));
  open_composer (fixture);
  write_letter (fixture);
  attach (fixture, path);
  activate (fixture, "composer.send");
  envoi_test_wait_until (is_gone, fixture);
  g_assert_nonnull (fixture->sent);
  g_assert_true (has_attachment (fixture));
}

static gboolean
has_no_job (gpointer fixture)
{
  EnvoiComposerWindow *window = ((Fixture *) fixture)->window;

  return g_list_model_get_n_items (envoi_attacher_get_jobs (window->attacher)) == 0;
}

static void
test_send_without_file (Fixture       *fixture,
                        gconstpointer  data)
{
  g_autofree char *folder = envoi_test_make_folder ();
  g_autofree char *path = g_build_filename (folder, "gone.txt", NULL);

  open_composer (fixture);
  write_letter (fixture);
  attach (fixture, path);
  activate (fixture, "composer.send");
  g_assert_true (fixture->window->waits_for_files);
  envoi_test_wait_until (has_no_job, fixture);
  g_assert_false (fixture->window->waits_for_files);
  g_assert_null (fixture->sent);

  /* The second time a person knows. */
  activate (fixture, "composer.send");
  envoi_test_wait_until (is_gone, fixture);
  g_assert_nonnull (fixture->sent);
}

static EnvoiAttachment *
add_file (Fixture    *fixture,
          const char *name)
{
  g_autoptr (EnvoiAttachment) file = envoi_attachment_new (name, "text/plain", name, 5);

  envoi_draft_add_attachment (fixture->draft, file);
  return file;
}

static void
remove_file (Fixture         *fixture,
             EnvoiAttachment *file,
             guint            position)
{
  g_object_ref (file);
  envoi_draft_remove_attachment (fixture->draft, file);
  g_signal_emit_by_name (fixture->window->attachment_bar, "removed", file, position);
  g_object_unref (file);
}

static char *
join_files (Fixture *fixture)
{
  GListModel *files = envoi_draft_get_attachments (fixture->draft);
  g_autoptr (GString) names = g_string_new (NULL);

  for (guint i = 0; i < g_list_model_get_n_items (files); i++) {
    g_autoptr (EnvoiAttachment) file = g_list_model_get_item (files, i);

    g_string_append (names, envoi_attachment_get_name (file));
  }

  return g_string_free (g_steal_pointer (&names), FALSE);
}

static void
assert_files (Fixture    *fixture,
              const char *names)
{
  g_autofree char *found = join_files (fixture);

  g_assert_cmpstr (found, ==, names);
}

/* Each removal is a step, the last one first; after something was typed Undo is for the
 * text, and the button that was offered with a removal still brings that file back. */
static void
test_undo_removal (Fixture       *fixture,
                   gconstpointer  data)
{
  EnvoiAttachment *a, *b, *c;

  open_composer (fixture);
  a = add_file (fixture, "a");
  b = add_file (fixture, "b");
  c = add_file (fixture, "c");
  remove_file (fixture, a, 0);
  remove_file (fixture, c, 1);
  assert_files (fixture, "b");
  activate (fixture, "composer.undo");
  assert_files (fixture, "bc");
  activate (fixture, "composer.undo");
  assert_files (fixture, "abc");

  remove_file (fixture, a, 0);
  remove_file (fixture, b, 0);
  g_signal_emit_by_name (fixture->window->body, "typed");
  activate (fixture, "composer.undo");
  assert_files (fixture, "c");
  g_assert_true (gtk_widget_activate_action (GTK_WIDGET (fixture->window), "composer.undo-removal",
                                             "u", 3u));
  assert_files (fixture, "ac");
  g_assert_true (gtk_widget_activate_action (GTK_WIDGET (fixture->window), "composer.undo-removal",
                                             "u", 3u));
  assert_files (fixture, "ac");
}

static gboolean
has_inline_picture (gpointer fixture)
{
  g_autoptr (EnvoiAttachment) attachment =
    g_list_model_get_item (envoi_draft_get_attachments (((Fixture *) fixture)->draft), 0);

  return attachment && envoi_attachment_get_is_inline (attachment) &&
         strstr (envoi_editor_get_html (get_editor (fixture)), "cid:") != NULL;
}

static gboolean
offers_picture (gpointer fixture)
{
  return envoi_notice_bar_is_shown (((Fixture *) fixture)->window->hint_bar);
}

/* A dropped picture is attached, and the text is one click away. */
static void
test_drop_picture (Fixture       *fixture,
                   gconstpointer  data)
{
  guchar pixels[4] = { 0 };
  g_autoptr (GBytes) bytes = g_bytes_new (pixels, sizeof pixels);
  g_autoptr (GdkTexture) texture =
    gdk_memory_texture_new (1, 1, GDK_MEMORY_R8G8B8A8, bytes, 4);
  g_autofree char *folder = envoi_test_make_folder ();
  g_autofree char *path = g_build_filename (folder, "a.png", NULL);
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GSList) files = g_slist_prepend (NULL, file);

  g_assert_true (gdk_texture_save_to_png (texture, path));
  open_composer (fixture);
  envoi_test_wait_until (is_editor_ready, fixture);
  envoi_paster_take_files (fixture->window->paster, files);
  envoi_test_wait_until (offers_picture, fixture);
  g_signal_emit_by_name (fixture->window->hint_bar, "chosen", 0);
  envoi_test_wait_until (has_inline_picture, fixture);
}

static void
test_schedule (Fixture       *fixture,
               gconstpointer  data)
{
  gint64 when = g_get_real_time () + G_TIME_SPAN_DAY;

  open_composer (fixture);
  write_letter (fixture);
  g_assert_true (gtk_widget_activate_action (GTK_WIDGET (fixture->window), "composer.send-at", "x",
                                             when));
  envoi_test_wait_until (is_gone, fixture);
  g_assert_true (is_in (fixture, ENVOI_FOLDER_SCHEDULED));
  g_assert_false (is_in (fixture, ENVOI_FOLDER_OUTBOX));
}

static void
sent_separately_cb (EnvoiComposerWindow *window,
                    guint                n_letters,
                    guint               *n)
{
  *n = n_letters;
}

static guint
count_letters_to (Fixture    *fixture,
                  const char *recipient)
{
  GListModel *letters = envoi_outbox_get_folder (envoi_service_get_outbox (fixture->service),
                                                 ENVOI_FOLDER_OUTBOX);
  guint n = 0;

  for (guint i = 0; i < g_list_model_get_n_items (letters); i++) {
    g_autoptr (EnvoiLetter) letter = g_list_model_get_item (letters, i);
    const EnvoiLetterRecord *record = envoi_letter_get_record (letter);

    n += g_str_equal (record->to_line, recipient) && record->recipients->len == 1;
  }

  return n;
}

/* Everybody once, even who is in two fields, and nobody sees anybody. */
static void
test_separately (Fixture       *fixture,
                 gconstpointer  data)
{
  guint n_letters = 0;

  open_composer (fixture);
  g_signal_connect (fixture->window, "sent-separately", G_CALLBACK (sent_separately_cb),
                    &n_letters);
  write_letter (fixture);
  envoi_draft_set (fixture->draft, "to", "one@example.org, two@example.org");
  envoi_draft_set (fixture->draft, "bcc", "three@example.org, one@example.org");
  activate (fixture, "composer.send-separately");
  envoi_test_wait_until (is_gone, fixture);
  g_assert_cmpuint (n_letters, ==, 3);
  g_assert_null (fixture->sent);
  g_assert_cmpuint (count_letters_to (fixture, "one@example.org"), ==, 1);
  g_assert_cmpuint (count_letters_to (fixture, "two@example.org"), ==, 1);
  g_assert_cmpuint (count_letters_to (fixture, "three@example.org"), ==, 1);
  g_assert_false (is_in (fixture, ENVOI_FOLDER_DRAFTS));
}

static gboolean
is_asked (gpointer fixture)
{
  return envoi_send_panel_is_shown (((Fixture *) fixture)->window->send_panel);
}

static void
add_gmail_account (Fixture *fixture)
{
  EnvoiAccountList *accounts = envoi_service_get_accounts (fixture->service);
  g_autoptr (EnvoiAccount) account = envoi_account_new (NULL);
  EnvoiTestWait wait = { 0 };
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  g_object_set (account, "email", "wei@gmail.com", "host", "smtp.gmail.com", "user",
                "wei@gmail.com", "provider-id", "gmail", NULL);
  envoi_account_list_save_async (accounts, account, NULL, envoi_test_wait_cb, &wait);
  result = envoi_test_wait (&wait);
  envoi_account_list_save_finish (accounts, result, &error);
  g_assert_no_error (error);
  envoi_draft_set (fixture->draft, "account-id", "wei@gmail.com");
  envoi_draft_set (fixture->draft, "from", "wei@gmail.com");
}

/* More than the provider takes in one letter: it goes as it is, in parts. */
static void
test_parts (Fixture       *fixture,
            gconstpointer  data)
{
  g_autoptr (GString) to = g_string_new (NULL);
  const EnvoiLetterRecord *record;

  for (guint i = 0; i < 101; i++)
    g_string_append_printf (to, "%sa%u@example.org", i > 0 ? ", " : "", i);
  add_gmail_account (fixture);
  open_composer (fixture);
  write_letter (fixture);
  envoi_draft_set (fixture->draft, "to", to->str);
  activate (fixture, "composer.send");
  envoi_test_wait_until (is_asked, fixture);
  g_signal_emit_by_name (fixture->window->send_panel, "chosen", "parts");
  envoi_test_wait_until (is_gone, fixture);

  record = envoi_letter_get_record (envoi_outbox_find (envoi_service_get_outbox (fixture->service),
                                                       fixture->sent));
  g_assert_cmpuint (record->recipients->len, ==, 101);
  g_assert_cmpuint (record->part_size, ==, 100);
}

static void
copy_html (Fixture    *fixture,
           const char *html)
{
  g_autoptr (GBytes) bytes = g_bytes_new (html, strlen (html));
  g_autoptr (GdkContentProvider) content =
    gdk_content_provider_new_for_bytes ("text/html", bytes);

  gdk_clipboard_set_content (gtk_widget_get_clipboard (GTK_WIDGET (fixture->window)), content);
}

static gboolean
has_pasted (gpointer fixture)
{
  return strstr (envoi_editor_get_html (get_editor (fixture)), "pasted") != NULL;
}

/* The clipboard's HTML is cleaned before the surface has it; a picture in it
 * becomes a part of the letter. */
static void
test_paste (Fixture       *fixture,
            gconstpointer  data)
{
  const char *html;

  open_composer (fixture);
  envoi_test_wait_until (is_editor_ready, fixture);
  copy_html (fixture, "<p onclick=\"x()\" style=\"color: red\">pasted<script>x()</script>"
             "<img src=\"http://example.org/track.gif\"></p><img src=\"data:image/png;base64,"
             "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5E"
             "rkJggg==\">");
  g_signal_emit_by_name (get_editor (fixture), "paste");
  envoi_test_wait_until (has_pasted, fixture);
  envoi_test_wait_until (has_attachment, fixture);
  html = envoi_editor_get_html (get_editor (fixture));
  g_assert_null (strstr (html, "script"));
  g_assert_null (strstr (html, "onclick"));
  g_assert_null (strstr (html, "example.org"));
  g_assert_null (strstr (html, "data:"));
  g_assert_nonnull (strstr (html, "src=\"cid:"));
}

static gboolean
asks_for_both (gpointer fixture)
{
  return g_list_model_get_n_items (G_LIST_MODEL (((Fixture *) fixture)->window->folders)) == 2;
}

static gboolean
has_both_archives (gpointer fixture)
{
  return g_list_model_get_n_items (
    envoi_draft_get_attachments (((Fixture *) fixture)->draft)) == 2;
}

static void
answer (Fixture *fixture)
{
  g_signal_emit_by_name (fixture->window->hint_bar, "chosen", 0);
}

/* Folders are asked about together; an answer is for the question that is shown, not for
 * one before it: nothing is attached that nobody asked for. */
static void
test_folders (Fixture       *fixture,
              gconstpointer  data)
{
  g_autofree char *one = envoi_test_make_folder ();
  g_autofree char *other = envoi_test_make_folder ();

  open_composer (fixture);
  envoi_test_wait_until (is_editor_ready, fixture);
  attach (fixture, one);
  attach (fixture, other);
  envoi_test_wait_until (asks_for_both, fixture);
  envoi_composer_window_want_file (fixture->window, "passwd");
  answer (fixture);
  g_assert_cmpuint (g_list_model_get_n_items (envoi_attacher_get_jobs (fixture->window->attacher)),
                    ==, 0);

  g_list_store_remove_all (fixture->window->folders);
  attach (fixture, one);
  attach (fixture, other);
  envoi_test_wait_until (asks_for_both, fixture);
  /* What goes on being written has no part in it. */
  g_signal_emit_by_name (fixture->window->body, "typed");
  g_assert_true (envoi_notice_bar_is_shown (fixture->window->hint_bar));
  answer (fixture);
  g_assert_false (envoi_notice_bar_is_shown (fixture->window->hint_bar));
  envoi_test_wait_until (has_both_archives, fixture);
}

/* What a page shows and the letter does not is said, with an offer or without one. */
static void
test_left_out (Fixture       *fixture,
               gconstpointer  data)
{
  GtkWidget *label;

  open_composer (fixture);
  envoi_test_wait_until (is_editor_ready, fixture);
  copy_html (fixture, "<p>pasted <img src=\"https://example.org/a.png\"></p>");
  g_signal_emit_by_name (get_editor (fixture), "paste");
  envoi_test_wait_until (offers_picture, fixture);
  label = widget_find (GTK_WIDGET (fixture->window->hint_bar), GTK_TYPE_LABEL);
  g_assert_cmpstr (gtk_label_get_text (GTK_LABEL (label)), ==,
                   "1 picture from the internet was left out.");
  g_signal_emit_by_name (fixture->window->body, "typed");
  g_assert_true (envoi_notice_bar_is_shown (fixture->window->hint_bar));
}

/* An answer leaves out what the letter it answers shows from the internet, and says so. */
static void
test_answer_left_out (Fixture       *fixture,
                      gconstpointer  data)
{
  g_autoptr (EnvoiDraft) letter = envoi_draft_new ("letter");
  EnvoiOriginal *original = envoi_original_new (letter, "", 0);
  GtkWidget *label;

  envoi_draft_set (letter, "html", "<img src=\"https://example.org/a.png\">"
                   "<img src=\"https://example.org/b.png\">");
  envoi_answer_fill (fixture->draft, ENVOI_ANSWER_EDIT, original, NULL);
  envoi_original_free (original);
  open_composer (fixture);
  label = widget_find (GTK_WIDGET (fixture->window->hint_bar), GTK_TYPE_LABEL);
  g_assert_true (envoi_notice_bar_is_shown (fixture->window->hint_bar));
  g_assert_cmpstr (gtk_label_get_text (GTK_LABEL (label)), ==,
                   "2 pictures from the internet were left out.");
  g_signal_emit_by_name (fixture->window->body, "typed");
  g_assert_true (envoi_notice_bar_is_shown (fixture->window->hint_bar));
}

/* A screenshot goes into the text. */
static void
test_paste_picture (Fixture       *fixture,
                    gconstpointer  data)
{
  guchar pixels[4 * 4 * 4] = { 0 };
  g_autoptr (GBytes) bytes = g_bytes_new (pixels, sizeof pixels);
  g_autoptr (GdkTexture) texture =
    gdk_memory_texture_new (4, 4, GDK_MEMORY_R8G8B8A8, bytes, 16);
  g_autoptr (EnvoiAttachment) picture = NULL;

  open_composer (fixture);
  envoi_test_wait_until (is_editor_ready, fixture);
  gdk_clipboard_set_texture (gtk_widget_get_clipboard (GTK_WIDGET (fixture->window)), texture);
  g_signal_emit_by_name (get_editor (fixture), "paste");
  envoi_test_wait_until (has_attachment, fixture);
  picture = g_list_model_get_item (envoi_draft_get_attachments (fixture->draft), 0);
  g_assert_true (envoi_attachment_get_is_inline (picture));
  g_assert_cmpstr (envoi_attachment_get_content_type (picture), ==, "image/png");
}

static gboolean
has_signed_in (gpointer user_data)
{
  Fixture *fixture = user_data;

  return envoi_practice_server_get_counts (envoi_service_get_practice (fixture->service)).n_sign_ins == 1;
}

/* The first word of a letter makes its account's connection, which Send then finds; an
 * empty letter that is opened and closed is nobody's business. */
static void
test_first_word (Fixture       *fixture,
                 gconstpointer  data)
{
  EnvoiPracticeServer *server = envoi_service_get_practice (fixture->service);

  open_composer (fixture);
  envoi_test_settle ();
  g_assert_cmpint (envoi_practice_server_get_counts (server).n_connections, ==, 0);

  envoi_draft_set (fixture->draft, "subject", "H");
  envoi_test_wait_until (has_signed_in, fixture);
  envoi_draft_set (fixture->draft, "subject", "He");
  envoi_test_settle ();
  g_assert_cmpint (envoi_practice_server_get_counts (server).n_connections, ==, 1);
}

static void
test_encoded_size (void)
{
  g_assert_cmpuint (envoi_attachment_encoded_size (0), ==, 0);
  g_assert_cmpuint (envoi_attachment_encoded_size (1), ==, 6);
  g_assert_cmpuint (envoi_attachment_encoded_size (57), ==, 78);
  g_assert_cmpuint (envoi_attachment_encoded_size (58), ==, 78 + 6);
}

static gboolean
has_format_bar (gpointer fixture)
{
  return ENVOI_IS_FORMAT_BAR (adw_bin_get_child (((Fixture *) fixture)->window->format_place));
}

static int
measure_height (AdwBin *place)
{
  int height;

  gtk_widget_measure (GTK_WIDGET (place), GTK_ORIENTATION_VERTICAL, -1, NULL, &height, NULL, NULL);
  return height;
}

/* The format bar comes behind the first frame, and nothing moves when it does. */
static void
test_late_format_bar (Fixture       *fixture,
                      gconstpointer  data)
{
  int before;

  open_composer (fixture);
  g_assert_false (has_format_bar (fixture));
  before = measure_height (fixture->window->format_place);
  envoi_test_wait_until (has_format_bar, fixture);
  g_assert_cmpint (measure_height (fixture->window->format_place), ==, before);
}

static gboolean
has_started (gpointer fixture)
{
  GtkWidget *window = GTK_WIDGET (((Fixture *) fixture)->window);

  return gtk_widget_get_mapped (window) && ((Fixture *) fixture)->window->start_source == 0;
}

/* A plain letter has none, until it is formatted after all. */
static void
test_plain_without_format_bar (Fixture       *fixture,
                               gconstpointer  data)
{
  envoi_draft_set (fixture->draft, "text", "plain words");
  open_composer (fixture);
  envoi_test_wait_until (has_started, fixture);
  g_assert_false (has_format_bar (fixture));

  activate (fixture, "composer.plain-text");
  g_assert_true (has_format_bar (fixture));
}

static void
test_finalize (void)
{
  g_autoptr (EnvoiDraft) draft = envoi_draft_new ("id");
  EnvoiComposerWindow *window = envoi_composer_window_new ();
  EnvoiComposerWindow *spare = envoi_composer_window_new ();

  g_object_ref (window);
  envoi_composer_window_set_up (window, NULL, NULL, draft);
  gtk_window_destroy (GTK_WINDOW (window));
  g_assert_finalize_object (window);
  g_assert_cmpuint (G_OBJECT (draft)->ref_count, ==, 1);

  g_object_ref (spare);
  gtk_window_destroy (GTK_WINDOW (spare));
  g_assert_finalize_object (spare);
}

#define ADD(name, function) \
  g_test_add ("/envoi/ui/composer/" name, Fixture, NULL, set_up, function, tear_down)

int
main (int   argc,
      char *argv[])
{
  envoi_test_init (&argc, &argv);
  adw_init ();

  g_test_add_func ("/envoi/ui/composer/finalize", test_finalize);
  g_test_add_func ("/envoi/ui/composer/encoded-size", test_encoded_size);
  g_test_add_func ("/envoi/ui/composer/rename", test_rename);
  g_test_add ("/envoi/ui/composer/first-word", Fixture, NULL, set_up_sender, test_first_word,
              tear_down);
  ADD ("template", test_template);
  ADD ("send", test_send);
  ADD ("panel", test_panel);
  ADD ("keep", test_keep);
  ADD ("empty", test_empty);
  ADD ("emptied", test_emptied);
  ADD ("early", test_early);
  ADD ("early-formats", test_early_formats);
  ADD ("plain", test_plain);
  ADD ("late-format-bar", test_late_format_bar);
  ADD ("plain-without-format-bar", test_plain_without_format_bar);
  ADD ("attachment", test_attachment);
  ADD ("send-while-attaching", test_send_while_attaching);
  ADD ("send-without-file", test_send_without_file);
  ADD ("undo-removal", test_undo_removal);
  ADD ("drop-picture", test_drop_picture);
  ADD ("folders", test_folders);
  ADD ("schedule", test_schedule);
  ADD ("separately", test_separately);
  ADD ("paste", test_paste);
  ADD ("left-out", test_left_out);
  ADD ("answer-left-out", test_answer_left_out);
  ADD ("paste-picture", test_paste_picture);
  /* It leaves an account behind, which would be the one that letters go from. */
  ADD ("parts", test_parts);

  return g_test_run ();
}
