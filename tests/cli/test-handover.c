/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "run.h"

#include "envoi-service.h"
#include "envoi-test.h"

#include <string.h>

#define MAIL "From: practice@localhost\nTo: practice@localhost, other@localhost\n" \
  "Subject: by sendmail\n\nHello\n.\n"

/* This process is the window: it holds the lock and has the practice server. The
 * program only writes the letter; it needs no password, and no keyring. */
static EnvoiService *
start_window (void)
{
  EnvoiService *service = envoi_service_new (NULL);
  EnvoiTestWait wait = { 0 };
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  envoi_service_start_async (service,
                             (EnvoiServiceFlags) (ENVOI_SERVICE_SEND | ENVOI_SERVICE_PRACTICE),
                             NULL, envoi_test_wait_cb, &wait);
  result = envoi_test_wait (&wait);
  envoi_service_start_finish (service, result, &error);
  g_assert_no_error (error);
  g_assert_true (envoi_outbox_is_sender (envoi_service_get_outbox (service)));
  return service;
}

/* The practice account is the window's alone, so the program gets one of its own
 * for the same server. Its password is in the window's memory only. */
static void
add_account (EnvoiService *service)
{
  EnvoiPracticeServer *server = envoi_service_get_practice (service);
  g_autofree char *port = g_strdup_printf ("%u", envoi_practice_server_get_tls_port (server));
  g_auto (Run) run = run_envoictl (NULL, "account", "add", "--email", "practice@localhost",
                                   "--host", "127.0.0.1", "--port", port, "--security", "tls",
                                   "--ca-file", envoi_practice_server_get_ca_file (server), NULL);

  g_assert_cmpint (run.code, ==, 0);
}

static EnvoiAccount *
find_added (EnvoiService *service)
{
  GListModel *accounts = G_LIST_MODEL (envoi_service_get_accounts (service));

  for (guint i = 0; i < g_list_model_get_n_items (accounts); i++) {
    g_autoptr (EnvoiAccount) account = g_list_model_get_item (accounts, i);

    if (!envoi_account_is_practice (account))
      return account;
  }

  return NULL;
}

static gboolean
has_account (gpointer service)
{
  return find_added (service) != NULL;
}

static void
give_password (EnvoiService *service)
{
  g_autoptr (EnvoiSecret) secret = envoi_secret_new ("the one that counts", -1);

  envoi_practice_server_set_login (envoi_service_get_practice (service), "practice@localhost",
                                   envoi_secret_peek (secret));
  envoi_service_use_password (service, find_added (service), secret);
}

static gboolean
has_two_letters (gpointer service)
{
  GListModel *sent = envoi_outbox_get_folder (envoi_service_get_outbox (service),
                                              ENVOI_FOLDER_SENT);

  return g_list_model_get_n_items (sent) == 2;
}

typedef struct {
  const char *input;
  const char *const *words;
  Run run;
  gboolean is_done;
} Waiter;

static gpointer
run_in_thread (gpointer data)
{
  Waiter *waiter = data;

  waiter->run = run_envoictl_v (waiter->input, waiter->words);
  g_atomic_int_set (&waiter->is_done, TRUE);
  g_main_context_wakeup (NULL);
  return NULL;
}

static gboolean
is_done (gpointer waiter)
{
  return g_atomic_int_get (&((Waiter *) waiter)->is_done);
}

/* While the window, which is this thread, sends. */
static Run
run_beside_window (const char        *input,
                   const char *const *words)
{
  Waiter waiter = { .input = input, .words = words };
  GThread *thread = g_thread_new ("envoictl", run_in_thread, &waiter);

  envoi_test_wait_until (is_done, &waiter);
  g_thread_join (thread);
  return waiter.run;
}

static void
stop_window (EnvoiService *service)
{
  EnvoiTestWait wait = { 0 };
  g_autoptr (GAsyncResult) result = NULL;

  envoi_service_stop_async (service, NULL, envoi_test_wait_cb, &wait);
  result = envoi_test_wait (&wait);
  envoi_service_stop_finish (service, result, NULL);
}

/* Bad lines among good ones: the good letters are sent and waited for, each bad
 * line gets its sentence, and the status tells of the bad input. */
static void
assert_batch_with_bad_lines (void)
{
  static const char *const words[] = {
    "send", "--account", "practice@localhost", "--batch", "--wait", NULL,
  };
  static const char lines[] =
    "{\"to\": \"practice@localhost\", \"subject\": \"good one\", \"text\": \"Hello\"}\n"
    "{\"to\": \"not an address\", \"subject\": \"bad\"}\n"
    "{\"to\": \"practice@localhost\", \"subject\": \"attached\", \"attach\": \"/none/such\"}\n"
    "{\"to\": \"practice@localhost\", \"subject\": \"good two\", \"text\": \"Hello\"}\n";
  g_auto (Run) run = { 0 };
  g_auto (GStrv) ids = NULL;

  run = run_beside_window (lines, words);

  g_assert_cmpint (run.code, ==, 65);
  g_assert_nonnull (strstr (run.err, "Line 2: "));
  g_assert_nonnull (strstr (run.err, "Line 3: "));
  g_assert_null (strstr (run.err, "Line 1"));
  g_assert_null (strstr (run.err, "Line 4"));
  ids = g_strsplit (g_strstrip (run.out), "\n", -1);
  g_assert_cmpuint (g_strv_length (ids), ==, 2);

  /* It has ended, so both have come to their end. */
  for (guint i = 0; i < 2; i++) {
    g_auto (Run) show = run_envoictl (NULL, "outbox", "show", ids[i], "--json", NULL);
    g_autoptr (JsonNode) letter = run_parse_json (&show);

    g_assert_cmpstr (json_object_get_string_member (json_node_get_object (letter), "state"), ==,
                     "sent");
  }
}

static JsonObject *
parse_line (const char  *line,
            JsonNode   **node)
{
  g_autoptr (GError) error = NULL;

  *node = json_from_string (line, &error);
  g_assert_no_error (error);
  g_assert_true (JSON_NODE_HOLDS_OBJECT (*node));
  return json_node_get_object (*node);
}

/* The same for a program: an object a line, first the letters that are durable, by
 * their lines, then what became of each. */
static void
assert_batch_in_json (void)
{
  static const char *const words[] = {
    "send", "--account", "practice@localhost", "--batch", "--wait", "--json", NULL,
  };
  static const char lines[] =
    "{\"to\": \"practice@localhost\", \"subject\": \"批量“一”\", \"text\": \"Hello\\nBob\"}\n"
    "\n"
    "{\"to\": \"not an address\", \"subject\": \"bad\"}\n"
    "{\"to\": \"practice@localhost\", \"subject\": \"批量二\", \"text\": \"Hello\"}\n";
  static const gint64 good_lines[] = { 1, 4 };
  g_auto (Run) run = run_beside_window (lines, words);
  g_auto (GStrv) printed = g_strsplit (g_strchomp (run.out), "\n", -1);

  g_assert_cmpint (run.code, ==, 65);
  g_assert_nonnull (strstr (run.err, "Line 3: "));
  g_assert_cmpuint (g_strv_length (printed), ==, 4);

  for (guint i = 0; i < 2; i++) {
    g_autoptr (JsonNode) durable_node = NULL;
    g_autoptr (JsonNode) letter_node = NULL;
    JsonObject *durable = parse_line (printed[i], &durable_node);
    JsonObject *letter = parse_line (printed[i + 2], &letter_node);

    g_assert_cmpint (json_object_get_int_member (durable, "line"), ==, good_lines[i]);
    g_assert_cmpstr (json_object_get_string_member (durable, "id"), ==,
                     json_object_get_string_member (letter, "id"));
    g_assert_cmpstr (json_object_get_string_member (letter, "state"), ==, "sent");
    g_assert_true (json_object_get_null_member (letter, "error"));
  }
}

static void
test_window_sends (void)
{
  static const char *const words[] = {
    "send", "--account", "practice@localhost", "--to", "practice@localhost", "--subject",
    "by envoictl", "--wait", "--json", NULL,
  };
  g_autoptr (EnvoiService) service = start_window ();
  g_auto (Run) queued = { 0 };
  g_auto (Run) waited = { 0 };
  g_autoptr (JsonNode) node = NULL;

  add_account (service);
  envoi_test_wait_until (has_account, service);
  give_password (service);

  /* Without --wait it is enough that the letter is durable. */
  queued = run_sendmail (MAIL, "-t", "-i", NULL);
  g_assert_cmpint (queued.code, ==, 0);
  g_assert_cmpstr (queued.out, ==, "");

  waited = run_beside_window (NULL, words);
  g_assert_cmpint (waited.code, ==, 0);
  node = run_parse_json (&waited);
  g_assert_cmpstr (json_object_get_string_member (json_node_get_object (node), "state"), ==,
                   "sent");

  envoi_test_wait_until (has_two_letters, service);
  assert_batch_with_bad_lines ();
  assert_batch_in_json ();
  stop_window (service);
}

int
main (int   argc,
      char *argv[])
{
  envoi_test_init (&argc, &argv);
  g_setenv ("DBUS_SESSION_BUS_ADDRESS", "disabled:", TRUE);
  g_test_add_func ("/envoi/cli/handover/window-sends", test_window_sends);
  return g_test_run ();
}
