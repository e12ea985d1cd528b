/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-test"

#include "config.h"

#include "envoi-test.h"
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
  const char   *wanted;       /* what some label in the window must say */
} Fixture;

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  EnvoiTestWait wait = { 0 };
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  fixture->service = envoi_service_new (NULL);
  envoi_service_start_async (fixture->service, ENVOI_SERVICE_SEND | ENVOI_SERVICE_PRACTICE, NULL,
                             envoi_test_wait_cb, &wait);
  result = envoi_test_wait (&wait);
  envoi_service_start_finish (fixture->service, result, &error);
  g_assert_no_error (error);

  fixture->window = GTK_WIDGET (envoi_main_window_new (NULL));
  gtk_window_present (GTK_WINDOW (fixture->window));
  envoi_main_window_set_service (ENVOI_MAIN_WINDOW (fixture->window), fixture->service);
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  EnvoiTestWait wait = { 0 };
  g_autoptr (GAsyncResult) result = NULL;

  gtk_window_destroy (GTK_WINDOW (fixture->window));
  envoi_service_stop_async (fixture->service, NULL, envoi_test_wait_cb, &wait);
  result = envoi_test_wait (&wait);
  g_clear_object (&fixture->service);
  g_clear_pointer (&fixture->letter_id, g_free);
}

static void
send_letter_to (Fixture    *fixture,
                const char *to,
                const char *subject,
                gint64      hold_until)
{
  g_autoptr (EnvoiDraft) draft = envoi_service_create_draft (fixture->service, NULL);
  EnvoiTestWait wait = { 0 };
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  envoi_draft_set (draft, "to", to);
  envoi_draft_set (draft, "subject", subject);
  envoi_draft_set (draft, "text", "Hello");
  envoi_service_send_async (fixture->service, draft, hold_until, NULL, envoi_test_wait_cb, &wait);
  result = envoi_test_wait (&wait);
  fixture->letter_id = envoi_service_send_finish (fixture->service, result, &error);
  g_assert_no_error (error);
}

static void
send_letter (Fixture    *fixture,
             const char *subject,
             gint64      hold_until)
{
  send_letter_to (fixture, "Wang Wei <practice@localhost>", subject, hold_until);
}

static gboolean
says (GtkWidget  *widget,
      const char *wanted)
{
  if (!gtk_widget_get_mapped (widget))
    return FALSE;
  if (GTK_IS_LABEL (widget) && g_str_has_prefix (gtk_label_get_label (GTK_LABEL (widget)), wanted))
    return TRUE;

  for (GtkWidget *child = gtk_widget_get_first_child (widget); child;
       child = gtk_widget_get_next_sibling (child))
    if (says (child, wanted))
      return TRUE;

  return FALSE;
}

static gboolean
is_said (gpointer data)
{
  Fixture *fixture = data;

  return says (fixture->window, fixture->wanted);
}

static void
wait_for_words (Fixture    *fixture,
                const char *wanted)
{
  g_test_message ("waiting for “%s”", wanted);
  fixture->wanted = wanted;
  envoi_test_wait_until (is_said, fixture);
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
  wait_for_words (fixture, "Will be sent tomorrow at");
  wait_for_words (fixture, "to Wang Wei");

  gtk_widget_activate_action (fixture->window, "letter.send-now", NULL);
  wait_for_words (fixture, "Sent at");
  wait_for_words (fixture, "“It arrives” has been sent");
  g_assert_false (widget_spins (fixture->window));

  go (fixture, ENVOI_PLACE_PRACTICE);
  wait_for_words (fixture, "It arrives");
  wait_for_words (fixture, "from practice@localhost");
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
  wait_for_words (fixture, "Sent at");

  expander = widget_find (fixture->window, GTK_TYPE_EXPANDER);
  gtk_expander_set_expanded (GTK_EXPANDER (expander), TRUE);
  wait_for_words (fixture, "Attempt 1, at");
  wait_for_words (fixture, "Message-ID: <");

  gtk_widget_activate_action (fixture->window, "letter.resend", NULL);
  wait_for_words (fixture, "Sending");
  go (fixture, ENVOI_FOLDER_OUTBOX);
  wait_for_words (fixture, "Kept");
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
  wait_for_words (fixture, "Not everybody has got it");

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

static gboolean
press (GtkWidget  *widget,
       const char *label)
{
  if (GTK_IS_BUTTON (widget) && gtk_widget_get_mapped (widget) &&
      g_strcmp0 (gtk_button_get_label (GTK_BUTTON (widget)), label) == 0) {
    g_signal_emit_by_name (widget, "clicked");
    return TRUE;
  }

  for (GtkWidget *child = gtk_widget_get_first_child (widget); child;
       child = gtk_widget_get_next_sibling (child))
    if (press (child, label))
      return TRUE;

  return FALSE;
}

/* One press, and the letter goes to all in parts. */
static void
test_send_in_parts (Fixture       *fixture,
                    gconstpointer  data)
{
  send_letter_to (fixture, "few@localhost, a@localhost, b@localhost", "To three",
                  g_get_real_time ());
  envoi_main_window_show_letter (ENVOI_MAIN_WINDOW (fixture->window), fixture->letter_id);
  wait_for_words (fixture, "Too many recipients in one letter");
  g_assert_true (press (fixture->window, "Send in Parts"));
  wait_for_words (fixture, "Sent at");
}

/* What is not sent yet can be cancelled, and is a draft again. */
static void
test_cancel (Fixture       *fixture,
             gconstpointer  data)
{
  send_letter (fixture, "Cancelled", g_get_real_time () + G_TIME_SPAN_DAY);
  envoi_main_window_show_letter (ENVOI_MAIN_WINDOW (fixture->window), fixture->letter_id);
  wait_for_words (fixture, "Will be sent tomorrow at");

  gtk_widget_activate_action (fixture->window, "letter.cancel", NULL);
  wait_for_words (fixture, "Taken back");
  go (fixture, ENVOI_FOLDER_DRAFTS);
  wait_for_words (fixture, "Cancelled");
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
  wait_for_words (fixture, "Sent at");

  gtk_widget_activate_action (fixture->window, "letter.delete", NULL);
  wait_for_words (fixture, "Letter deleted");
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
  wait_for_words (fixture, "Sent at");
  envoi_main_window_search (ENVOI_MAIN_WINDOW (fixture->window), "brought");
  wait_for_words (fixture, "1 letter");

  gtk_widget_activate_action (fixture->window, "letter.delete", NULL);
  wait_for_words (fixture, "Nothing Found");
  wait_for_words (fixture, "Letter deleted");
  g_assert_false (is_undone (fixture));

  g_assert_true (press (fixture->window, "_Undo"));
  envoi_test_wait_until (is_undone, fixture);
  wait_for_words (fixture, "Brought back");
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
  wait_for_words (fixture, "Nothing Needs You");

  search (fixture, "hello searched");
  wait_for_words (fixture, "2 letters");
  wait_for_words (fixture, "Lunch");
  wait_for_words (fixture, "Hello");

  search (fixture, "会议");
  wait_for_words (fixture, "1 letter");
  wait_for_words (fixture, "会议纪要");
  g_assert_false (says (fixture->window, "Lunch"));

  search (fixture, "hello nobody");
  wait_for_words (fixture, "Nothing Found");

  search (fixture, "");
  wait_for_words (fixture, "Nothing Needs You");
  search (fixture, "lunch");
  wait_for_words (fixture, "Lunch");
  go (fixture, ENVOI_FOLDER_SCHEDULED);
  wait_for_words (fixture, "会议纪要");
  g_assert_false (says (fixture->window, "Found"));
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
  wait_for_words (fixture, "Welcome to Envoi");
  g_assert_true (says (fixture->window, "_Write a Practice Letter"));
  add_account (fixture, "lilei@qq.com");
  wait_for_words (fixture, "Nothing on Its Way");
  g_assert_false (says (fixture->window, "_Add Account"));
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
  wait_for_words (fixture, "QQ Mail does not take your login password");
  wait_for_words (fixture, "Go to: mail.qq.com");
  wait_for_words (fixture, "_Open Mail Settings");
  gtk_window_destroy (GTK_WINDOW (fixture->window));
  fixture->window = window;
}

static void
test_empty (Fixture       *fixture,
            gconstpointer  data)
{
  go (fixture, ENVOI_FOLDER_OUTBOX);
  wait_for_words (fixture, "Welcome to Envoi");
  go (fixture, ENVOI_FOLDER_SCHEDULED);
  wait_for_words (fixture, "Nothing Scheduled");
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
  g_assert_true (press (find_question (), "_Quit"));
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
