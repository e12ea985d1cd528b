/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-test"

#include "config.h"

#include "envoi-test.h"
#include "test-service.h"
#include "widgets.h"

#include "envoi-accounts-window.h"
#include "envoi-attempt-row.h"
#include "envoi-client-ids-window.h"
#include "envoi-letter-actions.h"
#include "envoi-letter-list.h"
#include "envoi-main-window.h"
#include "envoi-password-dialog.h"
#include "envoi-place-row.h"
#include "envoi-preferences-window.h"
#include "envoi-quit-dialog.h"
#include "envoi-smtp-error.h"

#include <string.h>

/* The main window with the real service and the practice server behind it. */

typedef struct {
  EnvoiService *service;
  GtkWidget    *window;
  char         *letter_id;
} Fixture;

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  fixture->service = test_service_start (TEST_SERVICE_SENDER);

  fixture->window = GTK_WIDGET (envoi_main_window_new (NULL));
  gtk_window_present (GTK_WINDOW (fixture->window));
  envoi_main_window_set_service (ENVOI_MAIN_WINDOW (fixture->window), fixture->service);
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  gtk_window_destroy (GTK_WINDOW (fixture->window));
  test_service_stop (&fixture->service);
  g_clear_pointer (&fixture->letter_id, g_free);
}

static void
send_letter_to (Fixture    *fixture,
                const char *to,
                const char *subject,
                gint64      hold_until)
{
  fixture->letter_id = test_service_send_words (fixture->service, to, subject, "Hello",
                                                hold_until);
}

static void
send_letter (Fixture    *fixture,
             const char *subject,
             gint64      hold_until)
{
  send_letter_to (fixture, "Wang Wei <practice@localhost>", subject, hold_until);
}

static void
go (Fixture *fixture,
    int      place)
{
  gtk_widget_activate_action (fixture->window, "win.show-place", "i", place);
}

/* The letter is shown with its state while that changes, and arrives. */
static void
test_letter (Fixture       *fixture,
             gconstpointer  data)
{
  send_letter (fixture, "It arrives", g_get_real_time () + G_TIME_SPAN_DAY);
  envoi_main_window_show_letter (ENVOI_MAIN_WINDOW (fixture->window), fixture->letter_id);
  widget_wait_for_words (fixture->window, "Will be sent tomorrow at");
  widget_wait_for_words (fixture->window, "to Wang Wei");

  gtk_widget_activate_action (fixture->window, "letter.send-now", NULL);
  widget_wait_for_words (fixture->window, "Sent at");
  widget_wait_for_words (fixture->window, "“It arrives” has been sent");
  g_assert_false (widget_spins (fixture->window));

  go (fixture, ENVOI_PLACE_PRACTICE);
  widget_wait_for_words (fixture->window, "It arrives");
  widget_wait_for_words (fixture->window, "from practice@localhost");
}

static gboolean
is_in_list (gpointer user_data)
{
  Fixture *fixture = user_data;
  GtkWidget *focus = gtk_root_get_focus (GTK_ROOT (fixture->window));

  return focus && gtk_widget_get_ancestor (focus, GTK_TYPE_LIST_VIEW);
}

/* Who goes to a folder by its key goes on in it by the arrow keys. */
static void
test_go_by_key (Fixture       *fixture,
                gconstpointer  data)
{
  send_letter (fixture, "Waits", g_get_real_time () + G_TIME_SPAN_DAY);
  g_assert_false (is_in_list (fixture));
  go (fixture, ENVOI_FOLDER_SCHEDULED);
  envoi_test_wait_until (is_in_list, fixture);
}

/* A sent letter shows its attempts, and goes again as a letter of its own. */
static void
test_sent_archive (Fixture       *fixture,
                   gconstpointer  data)
{
  GtkWidget *expander;

  send_letter (fixture, "Kept", g_get_real_time ());
  envoi_main_window_show_letter (ENVOI_MAIN_WINDOW (fixture->window), fixture->letter_id);
  widget_wait_for_words (fixture->window, "Sent at");

  expander = widget_find (fixture->window, GTK_TYPE_EXPANDER);
  gtk_expander_set_expanded (GTK_EXPANDER (expander), TRUE);
  widget_wait_for_words (fixture->window, "Attempt 1, at");
  widget_wait_for_words (fixture->window, "Message-ID: <");

  gtk_widget_activate_action (fixture->window, "letter.resend", NULL);
  widget_wait_for_words (fixture->window, "Sending");
  go (fixture, ENVOI_FOLDER_OUTBOX);
  widget_wait_for_words (fixture->window, "Kept");
}

static void
draft_opened_cb (EnvoiLetterActions  *actions,
                 EnvoiDraft          *draft,
                 EnvoiDraft         **opened)
{
  g_set_object (opened, draft);
}

static gboolean
is_opened (gpointer data)
{
  return *(EnvoiDraft **) data != NULL;
}

static gboolean
is_nothing_left (gpointer data)
{
  EnvoiOutbox *outbox = envoi_service_get_outbox (((Fixture *) data)->service);

  return g_list_model_get_n_items (envoi_outbox_get_folder (outbox, ENVOI_FOLDER_ATTENTION)) == 0;
}

/* Who was refused can be sent to again by a letter of their own; the others have it. */
static void
test_fix_recipients (Fixture       *fixture,
                     gconstpointer  data)
{
  EnvoiOutbox *outbox = envoi_service_get_outbox (fixture->service);
  g_autoptr (EnvoiLetterActions) actions = envoi_letter_actions_new (fixture->service);
  g_autoptr (EnvoiDraft) draft = NULL;

  send_letter_to (fixture, "Wang Wei <practice@localhost>, Li <refused@localhost>", "To two",
                  g_get_real_time ());
  envoi_main_window_show_letter (ENVOI_MAIN_WINDOW (fixture->window), fixture->letter_id);
  widget_wait_for_words (fixture->window, "Not everybody has got it");

  g_signal_connect (actions, "draft-opened", G_CALLBACK (draft_opened_cb), &draft);
  envoi_letter_actions_set_letter (actions, envoi_outbox_find (outbox, fixture->letter_id));
  g_action_group_activate_action (envoi_letter_actions_get_group (actions), "fix-recipients", NULL);
  envoi_test_wait_until (is_opened, &draft);
  g_assert_nonnull (strstr (envoi_draft_get (draft, "to"), "refused@localhost"));
  g_assert_null (strstr (envoi_draft_get (draft, "to"), "practice@localhost"));
  g_assert_cmpstr (envoi_draft_get (draft, "subject"), ==, "To two");

  /* Or it is left at that. */
  g_action_group_activate_action (envoi_letter_actions_get_group (actions), "arrived", NULL);
  envoi_test_wait_until (is_nothing_left, fixture);
}

/* One press, and the letter goes to all in parts. */
static void
test_send_in_parts (Fixture       *fixture,
                    gconstpointer  data)
{
  send_letter_to (fixture, "few@localhost, a@localhost, b@localhost", "To three",
                  g_get_real_time ());
  envoi_main_window_show_letter (ENVOI_MAIN_WINDOW (fixture->window), fixture->letter_id);
  widget_wait_for_words (fixture->window, "Too many recipients in one letter");
  g_assert_true (widget_press (fixture->window, "Send in Parts"));
  widget_wait_for_words (fixture->window, "Sent at");
}

/* What is not sent yet can be cancelled, and is a draft again. */
static void
test_cancel (Fixture       *fixture,
             gconstpointer  data)
{
  send_letter (fixture, "Cancelled", g_get_real_time () + G_TIME_SPAN_DAY);
  envoi_main_window_show_letter (ENVOI_MAIN_WINDOW (fixture->window), fixture->letter_id);
  widget_wait_for_words (fixture->window, "Will be sent tomorrow at");

  gtk_widget_activate_action (fixture->window, "letter.cancel", NULL);
  widget_wait_for_words (fixture->window, "Taken back");
  go (fixture, ENVOI_FOLDER_DRAFTS);
  widget_wait_for_words (fixture->window, "Cancelled");
}

/* Whoever has it keeps it, and nobody is told otherwise. */
static void
test_cancel_rest (Fixture       *fixture,
                  gconstpointer  data)
{
  send_letter_to (fixture, "practice@localhost, busy@localhost", "To two", g_get_real_time ());
  envoi_main_window_show_letter (ENVOI_MAIN_WINDOW (fixture->window), fixture->letter_id);
  widget_wait_for_words (fixture->window, "accepted");

  gtk_widget_activate_action (fixture->window, "letter.cancel", NULL);
  widget_wait_for_words (fixture->window, "For them the letter is in Drafts");
}

static gboolean
is_deleted (gpointer data)
{
  Fixture *fixture = data;

  return !envoi_outbox_find (envoi_service_get_outbox (fixture->service), fixture->letter_id);
}

static gboolean
is_selected (gpointer data)
{
  Fixture *fixture = data;
  GtkWidget *list = widget_find (widget_find (fixture->window, ENVOI_TYPE_LETTER_LIST),
                                 GTK_TYPE_LIST_VIEW);
  GtkSelectionModel *model = gtk_list_view_get_model (GTK_LIST_VIEW (list));

  EnvoiLetter *letter = gtk_single_selection_get_selected_item (GTK_SINGLE_SELECTION (model));

  return letter && g_str_equal (envoi_letter_get_id (letter), fixture->letter_id);
}

/* A deletion can be undone until its toast goes or the window closes. */
static void
test_delete (Fixture       *fixture,
             gconstpointer  data)
{
  send_letter (fixture, "Deleted", g_get_real_time ());
  envoi_main_window_show_letter (ENVOI_MAIN_WINDOW (fixture->window), fixture->letter_id);
  widget_wait_for_words (fixture->window, "Sent at");

  gtk_widget_activate_action (fixture->window, "letter.delete", NULL);
  widget_wait_for_words (fixture->window, "Letter deleted");
  g_assert_false (is_deleted (fixture));

  /* Closing is destroying; another window stands in for it at the end. */
  gtk_window_close (GTK_WINDOW (fixture->window));
  envoi_test_wait_until (is_deleted, fixture);
  fixture->window = gtk_window_new ();
}

static gboolean
is_undone (gpointer data)
{
  Fixture *fixture = data;
  EnvoiOutbox *outbox = envoi_service_get_outbox (fixture->service);

  return envoi_outbox_find_position (outbox, ENVOI_FOLDER_SENT,
                                     envoi_outbox_find (outbox, fixture->letter_id), NULL);
}

/* Deleted and brought back, also among what a search has found. */
static void
test_undo_delete (Fixture       *fixture,
                  gconstpointer  data)
{
  send_letter (fixture, "Brought back", g_get_real_time ());
  envoi_main_window_show_letter (ENVOI_MAIN_WINDOW (fixture->window), fixture->letter_id);
  widget_wait_for_words (fixture->window, "Sent at");
  envoi_main_window_search (ENVOI_MAIN_WINDOW (fixture->window), "brought");
  widget_wait_for_words (fixture->window, "1 letter");

  gtk_widget_activate_action (fixture->window, "letter.delete", NULL);
  widget_wait_for_words (fixture->window, "Nothing Found");
  widget_wait_for_words (fixture->window, "Letter deleted");
  g_assert_false (is_undone (fixture));

  g_assert_true (widget_press (fixture->window, "_Undo"));
  envoi_test_wait_until (is_undone, fixture);
  widget_wait_for_words (fixture->window, "Brought back");
}

/* More letters than the list makes rows for at once. */
static void
test_many (Fixture       *fixture,
           gconstpointer  data)
{
  g_autofree char *oldest = NULL;

  for (guint i = 0; i < 40; i++) {
    g_autofree char *subject = g_strdup_printf ("Number %u", i);

    send_letter (fixture, subject, g_get_real_time () + G_TIME_SPAN_DAY);
    if (!oldest)
      oldest = g_steal_pointer (&fixture->letter_id);
    g_clear_pointer (&fixture->letter_id, g_free);
  }

  fixture->letter_id = g_steal_pointer (&oldest);
  envoi_main_window_show_letter (ENVOI_MAIN_WINDOW (fixture->window), fixture->letter_id);
  envoi_test_wait_until (is_selected, fixture);
}

static void
search (Fixture    *fixture,
        const char *words)
{
  GtkWidget *entry = widget_find (fixture->window, GTK_TYPE_SEARCH_ENTRY);

  gtk_widget_activate_action (fixture->window, "win.search", NULL);
  gtk_editable_set_text (GTK_EDITABLE (entry), words);
}

/* Every folder is looked through by one search; leaving it shows the folder again. */
static void
test_search (Fixture       *fixture,
             gconstpointer  data)
{
  send_letter (fixture, "会议纪要 searched", g_get_real_time () + G_TIME_SPAN_DAY);
  g_free (fixture->letter_id);
  send_letter (fixture, "Lunch searched", g_get_real_time ());
  go (fixture, ENVOI_FOLDER_ATTENTION);
  widget_wait_for_words (fixture->window, "Nothing Needs You");

  search (fixture, "hello searched");
  widget_wait_for_words (fixture->window, "2 letters");
  widget_wait_for_words (fixture->window, "Lunch");
  widget_wait_for_words (fixture->window, "Hello");

  search (fixture, "会议");
  widget_wait_for_words (fixture->window, "1 letter");
  widget_wait_for_words (fixture->window, "会议纪要");
  /* A toast may still say that it has been sent. */
  g_assert_false (widget_says (widget_find (fixture->window, ENVOI_TYPE_LETTER_LIST), "Lunch"));

  search (fixture, "hello nobody");
  widget_wait_for_words (fixture->window, "Nothing Found");

  search (fixture, "");
  widget_wait_for_words (fixture->window, "Nothing Needs You");
  search (fixture, "lunch");
  widget_wait_for_words (fixture->window, "Lunch");
  go (fixture, ENVOI_FOLDER_SCHEDULED);
  widget_wait_for_words (fixture->window, "会议纪要");
  g_assert_false (widget_says (fixture->window, "Found"));
}

/* Returns: (transfer none) */
static EnvoiAccount *
add_account (Fixture    *fixture,
             const char *email)
{
  EnvoiAccountList *accounts = envoi_service_get_accounts (fixture->service);
  g_autoptr (EnvoiAccount) account = envoi_account_new (NULL);
  EnvoiTestWait wait = { 0 };
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  g_object_set (account, "email", email, "host", "smtp.qq.com", "port", 465, NULL);
  envoi_account_list_save_async (accounts, account, NULL, envoi_test_wait_cb, &wait);
  result = envoi_test_wait (&wait);
  envoi_account_list_save_finish (accounts, result, &error);
  g_assert_no_error (error);
  return envoi_account_list_find (accounts, email);
}

/* Who has no account yet is told what this program is, and how to try it. */
static void
test_welcome (Fixture       *fixture,
              gconstpointer  data)
{
  go (fixture, ENVOI_FOLDER_OUTBOX);
  widget_wait_for_words (fixture->window, "Welcome to Envoi");
  g_assert_true (widget_says (fixture->window, "Write a Practice Letter"));
  add_account (fixture, "lilei@qq.com");
  widget_wait_for_words (fixture->window, "Nothing on Its Way");
  g_assert_false (widget_says (fixture->window, "Add Account"));
}

/* A refused code is asked for again with the way to a new one. */
static void
test_password_help (Fixture       *fixture,
                    gconstpointer  data)
{
  EnvoiAccount *account = add_account (fixture, "han@qq.com");
  GtkWidget *window = fixture->window;

  fixture->window = envoi_password_dialog_new (fixture->service, account);
  gtk_window_present (GTK_WINDOW (fixture->window));
  widget_wait_for_words (fixture->window, "QQ Mail does not take your login password");
  widget_wait_for_words (fixture->window, "Go to: mail.qq.com");
  widget_wait_for_words (fixture->window, "Open Mail Settings");
  gtk_window_destroy (GTK_WINDOW (fixture->window));
  fixture->window = window;
}

static void
test_empty (Fixture       *fixture,
            gconstpointer  data)
{
  go (fixture, ENVOI_FOLDER_OUTBOX);
  widget_wait_for_words (fixture->window, "Welcome to Envoi");
  go (fixture, ENVOI_FOLDER_SCHEDULED);
  widget_wait_for_words (fixture->window, "Nothing Scheduled");
}

/* The windows beside it, with the service's accounts in them. */
static void
test_others (Fixture       *fixture,
             gconstpointer  data)
{
  g_autoptr (EnvoiAccount) account = envoi_service_dup_default_account (fixture->service);
  GtkWidget *windows[] = {
    envoi_accounts_window_new (fixture->service),
    envoi_preferences_window_new (fixture->service),
    envoi_client_ids_window_new (fixture->service),
    envoi_password_dialog_new (fixture->service, account),
  };

  for (guint i = 0; i < G_N_ELEMENTS (windows); i++) {
    g_object_ref (windows[i]);
    gtk_window_destroy (GTK_WINDOW (windows[i]));
    g_assert_finalize_object (windows[i]);
  }
}

static void
assert_attempt (int         reply_code,
                const char *words,
                const char *details)
{
  const EnvoiAttemptRecord attempt = {
    .number = 1, .ended = G_USEC_PER_SEC, .result = ENVOI_LETTER_WAITING,
    .error_domain = (char *) "smtp", .error_code = ENVOI_SMTP_ERROR_UNREACHABLE,
    .error_message = (char *) "The server at mail.example.org is not there.",
    .reply_code = reply_code, .reply_text = (char *) (reply_code ? "busy" : NULL),
    .transcript = (char *) "S: …",
  };
  GtkWidget *row = g_object_ref_sink (envoi_attempt_row_new (&attempt, 2 * G_USEC_PER_SEC));
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (GTK_TEXT_VIEW (widget_find (row, GTK_TYPE_TEXT_VIEW)));
  g_autofree char *text = NULL;

  g_object_get (buffer, "text", &text, NULL);
  g_assert_cmpstr (adw_expander_row_get_subtitle (ADW_EXPANDER_ROW (row)), ==, words);
  g_assert_cmpstr (text, ==, details);
  g_assert_finalize_object (row);
}

/* In the row the server's words or ours; what the engine wrote is behind it. */
static void
test_attempt_row (Fixture       *fixture,
                  gconstpointer  data)
{
  assert_attempt (421, "421 busy", "S: …");
  assert_attempt (0, "The mail server cannot be reached",
                  "The server at mail.example.org is not there.\n\nS: …");
}

static GtkWidget *
find_question (void)
{
  g_autoptr (GList) windows = gtk_window_list_toplevels ();

  for (GList *link = windows; link; link = link->next)
    if (ADW_IS_MESSAGE_DIALOG (link->data))
      return link->data;

  return NULL;
}

static void
quit_cb (gboolean is_quit,
         gpointer user_data)
{
  Fixture *fixture = user_data;

  g_assert_true (is_quit);
  gtk_window_destroy (GTK_WINDOW (fixture->window));
  fixture->window = gtk_window_new ();
}

/* The windows go while the question's answer is still being given. */
static void
test_quit (Fixture       *fixture,
           gconstpointer  data)
{
  envoi_quit_dialog_ask (GTK_WINDOW (fixture->window), envoi_service_get_outbox (fixture->service),
                         quit_cb, fixture);
  g_assert_true (widget_press (find_question (), "_Quit"));
  g_assert_null (find_question ());
}

static void
add (const char *name,
     void (*run)(Fixture *, gconstpointer))
{
  g_autofree char *path = g_strdup_printf ("/envoi/ui/window/%s", name);

  g_test_add (path, Fixture, NULL, set_up, run, tear_down);
}

int
main (int   argc,
      char *argv[])
{
  envoi_test_init (&argc, &argv);
  adw_init ();

  add ("empty", test_empty);
  add ("letter", test_letter);
  add ("go-by-key", test_go_by_key);
  add ("sent-archive", test_sent_archive);
  add ("fix-recipients", test_fix_recipients);
  add ("send-in-parts", test_send_in_parts);
  add ("cancel", test_cancel);
  add ("cancel-rest", test_cancel_rest);
  add ("delete", test_delete);
  add ("undo-delete", test_undo_delete);
  add ("many", test_many);
  add ("search", test_search);
  add ("others", test_others);
  add ("attempt-row", test_attempt_row);
  add ("quit", test_quit);
  /* They leave an account behind, which would be the one that letters go from. */
  add ("welcome", test_welcome);
  add ("password-help", test_password_help);

  return g_test_run ();
}
