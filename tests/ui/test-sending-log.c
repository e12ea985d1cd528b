/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-test"

#include "config.h"

#include "envoi-test.h"
#include "test-service.h"
#include "widgets.h"

#include "envoi-log-item.h"
#include "envoi-sending-log.h"
#include "envoi-smtp-error.h"

#include <string.h>

/* The window of the audit log over a real service. */

#define MANY 150
#define EVERY_STATE ((1u << (ENVOI_LETTER_UNKNOWN + 1)) - 1)
#define NOON (G_GINT64_CONSTANT (1767268800) * G_USEC_PER_SEC)   /* 1 January 2026 */

typedef struct {
  EnvoiService *service;
  GSettings    *settings;
  GtkWidget    *window;
  guint n_wanted;
} Fixture;

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  fixture->settings = g_settings_new (ENVOI_APPLICATION_ID);
  g_settings_reset (fixture->settings, "audit-mask");
  fixture->service = test_service_start (TEST_SERVICE_SENDER);

  /* The log of the test before is in the same folder. */
  envoi_store_prune_audit (envoi_service_get_store (fixture->service), G_MAXINT64);
}

static void
open_window (Fixture *fixture)
{
  fixture->window = envoi_sending_log_new (fixture->service);
  gtk_window_present (GTK_WINDOW (fixture->window));
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  gtk_window_destroy (GTK_WINDOW (fixture->window));
  test_service_stop (&fixture->service);
  g_clear_object (&fixture->settings);
}

static GListModel *
get_lines (Fixture *fixture)
{
  GtkWidget *list = widget_find (fixture->window, GTK_TYPE_LIST_VIEW);

  return G_LIST_MODEL (gtk_list_view_get_model (GTK_LIST_VIEW (list)));
}

static gboolean
has_lines (gpointer data)
{
  Fixture *fixture = data;

  return g_list_model_get_n_items (get_lines (fixture)) == fixture->n_wanted;
}

static void
wait_for_lines (Fixture *fixture,
                guint    n_wanted)
{
  g_test_message ("waiting for %u lines", n_wanted);
  fixture->n_wanted = n_wanted;
  envoi_test_wait_until (has_lines, fixture);
}

static void
write_record (Fixture           *fixture,
              EnvoiLetterRecord *record)
{
  EnvoiTestWait wait = { 0 };
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  envoi_store_write_async (envoi_service_get_store (fixture->service), record,
                           EVERY_STATE, NULL, envoi_test_wait_cb, &wait);
  result = envoi_test_wait (&wait);
  envoi_store_write_finish (envoi_service_get_store (fixture->service), result, &error);
  g_assert_no_error (error);
}

/* One failed attempt of a letter of an account that is no more; only the log is real. */
static void
attempt_at (Fixture    *fixture,
            const char *id,
            gint64      time)
{
  static const char *const recipients[] = { "wang@example.org", NULL };
  g_autoptr (EnvoiLetterRecord) record = envoi_letter_record_new (id);

  record->envelope = envoi_envelope_new ("lilei@example.org", recipients, 0, NULL);
  g_ptr_array_add (record->recipients, envoi_recipient_record_new (recipients[0]));
  record->state = ENVOI_LETTER_SENDING;
  record->changed = time;
  write_record (fixture, record);

  record->state = ENVOI_LETTER_FAILED;
  record->error_domain = g_strdup ("smtp");
  record->error_code = ENVOI_SMTP_ERROR_PERMANENT;
  record->reply_code = 550;
  record->reply_enhanced = g_strdup ("5.7.1");
  record->reply_text = g_strdup ("lilei@example.org 不能发信");
  write_record (fixture, record);
}

static void
attempt (Fixture    *fixture,
         const char *id)
{
  attempt_at (fixture, id, NOON);
}

static void
send_letter (Fixture *fixture)
{
  g_autoptr (EnvoiDraft) draft = envoi_service_create_draft (fixture->service, NULL);
  EnvoiTestWait wait = { 0 };
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *id = NULL;

  envoi_draft_set (draft, "to", "Wang Wei <practice@localhost>");
  envoi_draft_set (draft, "subject", "Report");
  envoi_draft_set (draft, "text", "Hello");
  envoi_service_send_async (fixture->service, draft, 1, NULL, envoi_test_wait_cb, &wait);
  result = envoi_test_wait (&wait);
  id = envoi_service_send_finish (fixture->service, result, &error);
  g_assert_no_error (error);
}

/* Before the first letter the window says what will be here; then it follows. */
static void
test_follows (Fixture       *fixture,
              gconstpointer  data)
{
  open_window (fixture);
  widget_wait_for_words (fixture->window, "Nothing Sent Yet");
  g_assert_false (widget_spins (fixture->window));
  send_letter (fixture);
  wait_for_lines (fixture, 1);
  widget_wait_for_words (fixture->window, "practice@localhost, to 1 recipient");
  widget_wait_for_words (fixture->window, "250");
  g_assert_true (widget_says (fixture->window, "Sent"));
  send_letter (fixture);
  wait_for_lines (fixture, 2);
}

/* Scrolls to the end, again and again as the list learns how long it is. */
static gboolean
has_lines_below (gpointer data)
{
  Fixture *fixture = data;
  GtkScrollable *list = GTK_SCROLLABLE (widget_find (fixture->window, GTK_TYPE_LIST_VIEW));
  GtkAdjustment *adjustment = gtk_scrollable_get_vadjustment (list);

  gtk_adjustment_set_value (adjustment, gtk_adjustment_get_upper (adjustment));
  return has_lines (fixture);
}

/* An old log is read as far as somebody scrolls, each line once, newest first. */
static void
test_pages (Fixture       *fixture,
            gconstpointer  data)
{
  gint64 before = G_MAXINT64;

  for (guint i = 0; i < MANY; i++)
    attempt (fixture, "one");
  open_window (fixture);
  wait_for_lines (fixture, 100);

  fixture->n_wanted = MANY;
  envoi_test_wait_until (has_lines_below, fixture);

  /* What comes meanwhile goes on top, and the pages below stay. */
  attempt (fixture, "one");
  wait_for_lines (fixture, MANY + 1);
  for (guint i = 0; i <= MANY; i++) {
    g_autoptr (EnvoiLogItem) item = g_list_model_get_item (get_lines (fixture), i);

    g_assert_cmpint (envoi_log_item_get_record (item)->number, <, before);
    before = envoi_log_item_get_record (item)->number;
  }
}

static gboolean
is_written (gpointer data)
{
  return g_file_query_exists (data, NULL);
}

/* Several toasts may wait for each other, so the file itself is waited for. */
static char *
export (Fixture *fixture)
{
  g_autofree char *folder = envoi_test_make_folder ();
  g_autoptr (GFile) file = g_file_new_build_filename (folder, "log.jsonl", NULL);
  char *contents = NULL;

  envoi_sending_log_export (ENVOI_SENDING_LOG (fixture->window), file);
  envoi_test_wait_until (is_written, file);
  widget_wait_for_words (fixture->window, "The log has been saved");
  g_assert_true (g_file_load_contents (file, NULL, &contents, NULL, NULL, NULL));
  return contents;
}

/* With the switch on, neither the window nor the file has a whole address. */
static void
test_mask (Fixture       *fixture,
           gconstpointer  data)
{
  g_autofree char *whole = NULL;
  g_autofree char *masked = NULL;

  attempt (fixture, "one");
  open_window (fixture);
  widget_wait_for_words (fixture->window, "550 5.7.1 lilei@example.org 不能发信");
  whole = export (fixture);
  g_assert_nonnull (strstr (whole, "\"sender\":\"lilei@example.org\""));
  g_assert_nonnull (strstr (whole, "\"error_code\":\"PERMANENT\""));
  g_assert_true (g_str_has_suffix (whole, "}\n"));

  gtk_widget_activate_action (fixture->window, "log.audit-mask", NULL);
  g_assert_true (g_settings_get_boolean (fixture->settings, "audit-mask"));
  widget_wait_for_words (fixture->window, "550 5.7.1 l***@example.org 不能发信");
  g_assert_true (widget_says (fixture->window, "l***@example.org, to 1 recipient"));
  g_assert_false (widget_says (fixture->window, "lilei"));
  masked = export (fixture);
  g_assert_null (strstr (masked, "lilei"));
  g_assert_nonnull (strstr (masked, "l***@example.org"));
}

/* A file that cannot be written is told of, and nothing else happens. */
static void
test_export_fails (Fixture       *fixture,
                   gconstpointer  data)
{
  g_autofree char *folder = envoi_test_make_folder ();
  g_autoptr (GFile) file = g_file_new_build_filename (folder, "no such folder", "log", NULL);

  attempt (fixture, "one");
  open_window (fixture);
  wait_for_lines (fixture, 1);
  envoi_sending_log_export (ENVOI_SENDING_LOG (fixture->window), file);
  widget_wait_for_words (fixture->window, "The file could not be saved");
}

/* The log outlives its letters: a line of one that is gone leads nowhere. */
static void
test_gone (Fixture       *fixture,
           gconstpointer  data)
{
  EnvoiTestWait wait = { 0 };
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  attempt (fixture, "one");
  envoi_store_delete_async (envoi_service_get_store (fixture->service), "one",
                            1u << ENVOI_LETTER_FAILED, NULL, envoi_test_wait_cb, &wait);
  result = envoi_test_wait (&wait);
  envoi_store_delete_finish (envoi_service_get_store (fixture->service), result, &error);
  g_assert_no_error (error);

  open_window (fixture);
  widget_wait_for_words (fixture->window, "Not sent");
  g_signal_emit_by_name (widget_find (fixture->window, GTK_TYPE_LIST_VIEW), "activate", 0);
  widget_wait_for_words (fixture->window, "This letter has been deleted");
}

static void
test_days (Fixture       *fixture,
           gconstpointer  data)
{
  open_window (fixture);
  gtk_widget_activate_action (fixture->window, "log.audit-days", "u", 30);
  g_assert_cmpuint (g_settings_get_uint (fixture->settings, "audit-days"), ==, 30);
  gtk_widget_activate_action (fixture->window, "log.audit-days", "u", 365);
  g_assert_cmpuint (g_settings_get_uint (fixture->settings, "audit-days"), ==, 365);
}

static void
start_again (Fixture *fixture)
{
  test_service_stop (&fixture->service);
  fixture->service = test_service_start (TEST_SERVICE_SENDER);
}

/* The next start forgets what is older than the person wants it kept, and no more. */
static void
test_kept_time (Fixture       *fixture,
                gconstpointer  data)
{
  gint64 now = g_get_real_time ();

  attempt_at (fixture, "before", now - 31 * G_TIME_SPAN_DAY);
  attempt_at (fixture, "since", now - 29 * G_TIME_SPAN_DAY);
  g_settings_set_uint (fixture->settings, "audit-days", 0);
  start_again (fixture);
  open_window (fixture);
  wait_for_lines (fixture, 2);
  gtk_window_destroy (GTK_WINDOW (fixture->window));

  g_settings_set_uint (fixture->settings, "audit-days", 30);
  start_again (fixture);
  g_settings_reset (fixture->settings, "audit-days");
  open_window (fixture);
  wait_for_lines (fixture, 1);
}

/* What came of an attempt, as a person reads it. */
static void
test_outcomes (void)
{
  static const struct {
    EnvoiLetterState result;
    guint n_refused;
    int code;                 /* an EnvoiSmtpError, -1 = none */
    const char *expected;
  } cases[] = {
    { ENVOI_LETTER_SENT, 0, -1, "Sent" },
    { ENVOI_LETTER_SENT, 1, -1, "Sent, 1 recipient refused" },
    { ENVOI_LETTER_SENT, 3, -1, "Sent, 3 recipients refused" },
    { ENVOI_LETTER_WAITING, 0, ENVOI_SMTP_ERROR_UNREACHABLE,
      "Put off: The mail server cannot be reached" },
    { ENVOI_LETTER_FAILED, 0, ENVOI_SMTP_ERROR_AUTH_REJECTED,
      "Not sent: The server refused the sign-in" },
    { ENVOI_LETTER_UNKNOWN, 0, ENVOI_SMTP_ERROR_OUTCOME_UNKNOWN, "May have been delivered" },
    { ENVOI_LETTER_WAITING, 0, -1, "Put off" },
    { ENVOI_LETTER_DRAFT, 0, -1, "Stopped" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    EnvoiAuditRecord *record = g_new0 (EnvoiAuditRecord, 1);
    g_autoptr (EnvoiLogItem) item = NULL;
    g_autofree char *outcome = NULL;

    record->sender = g_strdup ("me@example.org");
    record->result = cases[i].result;
    record->n_refused = cases[i].n_refused;
    record->error_domain = cases[i].code < 0 ? NULL : g_strdup ("smtp");
    record->error_code = cases[i].code;
    item = envoi_log_item_new (record, NULL, FALSE);
    outcome = envoi_log_item_dup_outcome (item);
    g_assert_cmpstr (outcome, ==, cases[i].expected);
  }
}

#define ADD(name, function) \
  g_test_add ("/envoi/ui/sending-log/" name, Fixture, NULL, set_up, function, tear_down)

int
main (int   argc,
      char *argv[])
{
  envoi_test_init (&argc, &argv);
  adw_init ();

  ADD ("follows", test_follows);
  ADD ("pages", test_pages);
  ADD ("mask", test_mask);
  ADD ("export-fails", test_export_fails);
  ADD ("gone", test_gone);
  ADD ("days", test_days);
  ADD ("kept-time", test_kept_time);
  g_test_add_func ("/envoi/ui/sending-log/outcomes", test_outcomes);

  return g_test_run ();
}
