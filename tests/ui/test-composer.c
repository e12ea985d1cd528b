/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-test"

#include "config.h"

#include "composer-fixture.h"
#include "envoi-answer.h"
#include "envoi-test.h"
#include "widgets.h"

#include <string.h>

/* A letter is written, kept and sent. */

typedef ComposerFixture Fixture;

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

  composer_open (fixture);
  composer_write_letter (fixture);
  composer_activate (fixture, "composer.save-template");
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
  composer_open (fixture);
  composer_write_letter (fixture);
  composer_activate (fixture, "composer.send");
  envoi_test_wait_until (composer_is_gone, fixture);
  g_assert_nonnull (fixture->sent);
  g_assert_nonnull (strstr (envoi_draft_get (fixture->draft, "html"), "Good morning"));
  g_assert_true (composer_is_in (fixture, ENVOI_FOLDER_OUTBOX));
  g_assert_false (composer_is_in (fixture, ENVOI_FOLDER_DRAFTS));
}

static gboolean
has_draft (gpointer fixture)
{
  return composer_is_in (fixture, ENVOI_FOLDER_DRAFTS);
}

/* Nobody saves: it happens by itself, and closing keeps the rest. */
static void
test_keep (Fixture       *fixture,
           gconstpointer  data)
{
  composer_open (fixture);
  composer_write_letter (fixture);
  envoi_test_wait_until (has_draft, fixture);
  envoi_draft_set (fixture->draft, "subject", "Hello again");
  gtk_window_close (GTK_WINDOW (fixture->window));
  envoi_test_wait_until (composer_is_gone, fixture);
  g_assert_null (fixture->sent);
  g_assert_true (composer_is_in (fixture, ENVOI_FOLDER_DRAFTS));
}

static void
test_empty (Fixture       *fixture,
            gconstpointer  data)
{
  composer_open (fixture);
  envoi_test_wait_until (composer_is_editor_ready, fixture);
  gtk_window_close (GTK_WINDOW (fixture->window));
  envoi_test_wait_until (composer_is_gone, fixture);
  g_assert_false (composer_is_in (fixture, ENVOI_FOLDER_DRAFTS));
}

/* What was kept and then emptied goes too. */
static void
test_emptied (Fixture       *fixture,
              gconstpointer  data)
{
  composer_open (fixture);
  envoi_draft_set (fixture->draft, "subject", "x");
  envoi_test_wait_until (has_draft, fixture);
  envoi_draft_set (fixture->draft, "subject", "");
  gtk_window_close (GTK_WINDOW (fixture->window));
  envoi_test_wait_until (composer_is_gone, fixture);
  g_assert_false (composer_is_in (fixture, ENVOI_FOLDER_DRAFTS));
}

static void
test_plain (Fixture       *fixture,
            gconstpointer  data)
{
  EnvoiComposerBody *body;

  envoi_draft_set (fixture->draft, "text", "plain words");
  composer_open (fixture);
  body = envoi_composer_window_get_body (fixture->window);
  g_assert_true (envoi_composer_body_is_plain (body));
  g_assert_null (adw_bin_get_child (ADW_BIN (composer_get_editor (fixture))));

  composer_activate (fixture, "composer.plain-text");
  g_assert_false (envoi_composer_body_is_plain (body));
  envoi_test_wait_until (composer_is_editor_ready, fixture);
  g_assert_nonnull (strstr (envoi_draft_get (fixture->draft, "html"), "plain words"));
  g_assert_cmpstr (envoi_draft_get (fixture->draft, "text"), ==, "");

  composer_activate (fixture, "composer.plain-text");
  g_assert_cmpstr (envoi_draft_get (fixture->draft, "html"), ==, "");
  g_assert_nonnull (strstr (envoi_draft_get (fixture->draft, "text"), "plain words"));
}

/* As the person wants all letters. What is quoted stays, as text. */
static void
test_plain_by_preference (Fixture       *fixture,
                          gconstpointer  data)
{
  g_autoptr (GSettings) settings = g_settings_new (ENVOI_APPLICATION_ID);

  g_settings_set_boolean (settings, "plain-text", TRUE);
  envoi_draft_set (fixture->draft, "html", ENVOI_ANSWER_LINES "<div>a <b>bold</b> word</div>");
  composer_open (fixture);
  g_assert_true (envoi_composer_body_is_plain (envoi_composer_window_get_body (fixture->window)));
  g_assert_null (adw_bin_get_child (ADW_BIN (composer_get_editor (fixture))));
  g_assert_cmpstr (envoi_draft_get (fixture->draft, "html"), ==, "");
  g_assert_nonnull (strstr (envoi_draft_get (fixture->draft, "text"), "a bold word"));

  g_settings_reset (settings, "plain-text");
}

/* A formatted letter that is written once more, or begun by a template, keeps its formats. */
static void
test_formatted_in_spite_of_preference (Fixture       *fixture,
                                       gconstpointer  data)
{
  g_autoptr (GSettings) settings = g_settings_new (ENVOI_APPLICATION_ID);

  g_settings_set_boolean (settings, "plain-text", TRUE);
  envoi_draft_set (fixture->draft, "html", "<div>a <b>bold</b> word</div>");
  composer_open (fixture);
  g_assert_false (envoi_composer_body_is_plain (envoi_composer_window_get_body (fixture->window)));
  g_assert_nonnull (strstr (envoi_draft_get (fixture->draft, "html"), "<b>bold</b>"));

  g_settings_reset (settings, "plain-text");
}

/* An empty one is plain too, and still nothing to keep. */
static void
test_empty_plain_by_preference (Fixture       *fixture,
                                gconstpointer  data)
{
  g_autoptr (GSettings) settings = g_settings_new (ENVOI_APPLICATION_ID);

  g_settings_set_boolean (settings, "plain-text", TRUE);
  composer_open (fixture);
  g_assert_true (envoi_composer_body_is_plain (envoi_composer_window_get_body (fixture->window)));
  g_assert_true (envoi_draft_is_empty (fixture->draft));

  composer_activate (fixture, "composer.plain-text");
  g_assert_false (envoi_composer_body_is_plain (envoi_composer_window_get_body (fixture->window)));
  g_settings_reset (settings, "plain-text");
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

  composer_open (fixture);
  composer_write_letter (fixture);
  envoi_draft_set (fixture->draft, "subject", "");
  composer_activate (fixture, "composer.send");
  composer_activate (fixture, "composer.send");
  envoi_test_wait_until (shows_panel, fixture);
  focus = gtk_window_get_focus (GTK_WINDOW (fixture->window));
  g_assert_null (gtk_test_accessible_check_property (GTK_ACCESSIBLE (focus),
                                                     GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
                                                     "The subject is empty."));
  g_signal_emit_by_name (fixture->window->body, "typed");
  g_assert_false (shows_panel (fixture));
  g_assert_null (fixture->sent);

  composer_activate (fixture, "composer.send");
  envoi_test_wait_until (shows_panel, fixture);
  g_signal_emit_by_name (fixture->window->send_panel, "confirmed");
  envoi_test_wait_until (composer_is_gone, fixture);
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
  g_assert_true (gtk_widget_get_mapped (GTK_WIDGET (composer_get_editor (fixture))));
  return gtk_scrolled_window_get_child (GTK_SCROLLED_WINDOW (early));
}

static gboolean
has_early_text (gpointer fixture)
{
  return strstr (envoi_editor_get_html (composer_get_editor (fixture)), "second line more") != NULL;
}

/* What is typed before the web engine runs is in the letter, and so is what follows. */
static void
test_early (Fixture       *fixture,
            gconstpointer  data)
{
  GtkTextBuffer *buffer;

  composer_open (fixture);
  g_assert_false (envoi_editor_is_ready (composer_get_editor (fixture)));
  g_assert_false (gtk_widget_get_can_focus (GTK_WIDGET (composer_get_editor (fixture))));
  buffer = gtk_text_view_get_buffer (GTK_TEXT_VIEW (find_early (fixture)));
  gtk_text_buffer_insert_at_cursor (buffer, "first\nsecond line ", -1);
  g_assert_nonnull (strstr (envoi_draft_get (fixture->draft, "html"), "second line"));

  envoi_test_wait_until (composer_is_editor_ready, fixture);
  g_assert_true (gtk_widget_get_can_focus (GTK_WIDGET (composer_get_editor (fixture))));
  g_assert_false (gtk_widget_get_mapped (find_early (fixture)));
  envoi_editor_call (composer_get_editor (fixture), "command", g_variant_new ("(ss)", "insertText", "more"));
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
  return strstr (envoi_editor_get_html (composer_get_editor (fixture)),
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

  composer_open (fixture);
  g_assert_false (envoi_editor_is_ready (composer_get_editor (fixture)));
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

  envoi_test_wait_until (composer_is_editor_ready, fixture);
  envoi_editor_call (composer_get_editor (fixture), "command", g_variant_new ("(ss)", "insertText", " more"));
  envoi_test_wait_until (has_early_formats, fixture);
}

static void
test_schedule (Fixture       *fixture,
               gconstpointer  data)
{
  gint64 when = g_get_real_time () + G_TIME_SPAN_DAY;

  composer_open (fixture);
  composer_write_letter (fixture);
  g_assert_true (gtk_widget_activate_action (GTK_WIDGET (fixture->window), "composer.send-at", "x",
                                             when));
  envoi_test_wait_until (composer_is_gone, fixture);
  g_assert_true (composer_is_in (fixture, ENVOI_FOLDER_SCHEDULED));
  g_assert_false (composer_is_in (fixture, ENVOI_FOLDER_OUTBOX));
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

  composer_open (fixture);
  g_signal_connect (fixture->window, "sent-separately", G_CALLBACK (sent_separately_cb),
                    &n_letters);
  composer_write_letter (fixture);
  envoi_draft_set (fixture->draft, "to", "one@example.org, two@example.org");
  envoi_draft_set (fixture->draft, "bcc", "three@example.org, one@example.org");
  composer_activate (fixture, "composer.send-separately");
  envoi_test_wait_until (composer_is_gone, fixture);
  g_assert_cmpuint (n_letters, ==, 3);
  g_assert_null (fixture->sent);
  g_assert_cmpuint (count_letters_to (fixture, "one@example.org"), ==, 1);
  g_assert_cmpuint (count_letters_to (fixture, "two@example.org"), ==, 1);
  g_assert_cmpuint (count_letters_to (fixture, "three@example.org"), ==, 1);
  g_assert_false (composer_is_in (fixture, ENVOI_FOLDER_DRAFTS));
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
  composer_open (fixture);
  composer_write_letter (fixture);
  envoi_draft_set (fixture->draft, "to", to->str);
  composer_activate (fixture, "composer.send");
  envoi_test_wait_until (is_asked, fixture);
  g_signal_emit_by_name (fixture->window->send_panel, "chosen", "parts");
  envoi_test_wait_until (composer_is_gone, fixture);

  record = envoi_letter_get_record (envoi_outbox_find (envoi_service_get_outbox (fixture->service),
                                                       fixture->sent));
  g_assert_cmpuint (record->recipients->len, ==, 101);
  g_assert_cmpuint (record->part_size, ==, 100);
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

  composer_open (fixture);
  envoi_test_settle ();
  g_assert_cmpint (envoi_practice_server_get_counts (server).n_connections, ==, 0);

  envoi_draft_set (fixture->draft, "subject", "H");
  envoi_test_wait_until (has_signed_in, fixture);
  envoi_draft_set (fixture->draft, "subject", "He");
  envoi_test_settle ();
  g_assert_cmpint (envoi_practice_server_get_counts (server).n_connections, ==, 1);
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

  composer_open (fixture);
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
  composer_open (fixture);
  envoi_test_wait_until (has_started, fixture);
  g_assert_false (has_format_bar (fixture));

  composer_activate (fixture, "composer.plain-text");
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
  g_test_add ("/envoi/ui/composer/" name, Fixture, NULL, composer_set_up, function, \
              composer_tear_down)

int
main (int   argc,
      char *argv[])
{
  envoi_test_init (&argc, &argv);
  adw_init ();

  g_test_add_func ("/envoi/ui/composer/finalize", test_finalize);
  g_test_add ("/envoi/ui/composer/first-word", Fixture, NULL, composer_set_up_sender, test_first_word,
              composer_tear_down);
  ADD ("template", test_template);
  ADD ("send", test_send);
  ADD ("panel", test_panel);
  ADD ("keep", test_keep);
  ADD ("empty", test_empty);
  ADD ("emptied", test_emptied);
  ADD ("early", test_early);
  ADD ("early-formats", test_early_formats);
  ADD ("plain", test_plain);
  ADD ("plain-by-preference", test_plain_by_preference);
  ADD ("formatted-in-spite-of-preference", test_formatted_in_spite_of_preference);
  ADD ("empty-plain-by-preference", test_empty_plain_by_preference);
  ADD ("late-format-bar", test_late_format_bar);
  ADD ("plain-without-format-bar", test_plain_without_format_bar);
  ADD ("schedule", test_schedule);
  ADD ("separately", test_separately);
  ADD ("parts", test_parts);

  return g_test_run ();
}
