/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-test"

#include "config.h"

#include "envoi-test.h"

#include "envoi-oauth-error.h"
#include "envoi-token-broker.h"

#include <libsoup/soup.h>

/* A provider whose refresh tokens rotate: each is good once. Presenting a used
 * one ends the permission, as real servers do. */
typedef struct {
  SoupServer *server;
  guint port;
  guint n_refreshes;
  guint n_revocations;
  guint generation;           /* refresh-N is the good one */
  gboolean is_dead;           /* the permission has ended */
  guint fails_with;           /* an HTTP status, 0 = none */
  guint n_failures;
  const char *scope;
  int life;
  gboolean is_slow;
  SoupServerMessage *held;

  int permission_life;        /* seconds; 0 = not said */

  GFile *folder;
  EnvoiSecretStore *secrets;
  EnvoiProviderTable *providers;
  EnvoiClock *clock;
  EnvoiTokenBroker *broker;
  EnvoiAccount *account;
} Fixture;

static void
answer (SoupServerMessage *message,
        guint              status,
        const char        *text)
{
  soup_server_message_set_status (message, status, NULL);
  soup_server_message_set_response (message, "application/json", SOUP_MEMORY_COPY, text,
                                    strlen (text));
}

static void
answer_refresh (Fixture           *fixture,
                SoupServerMessage *message,
                GHashTable        *form)
{
  g_autofree char *good = g_strdup_printf ("refresh-%u", fixture->generation);
  g_autofree char *text = NULL;

  fixture->n_refreshes++;
  if (fixture->n_failures > 0) {
    fixture->n_failures--;
    answer (message, fixture->fails_with, "");
    return;
  }

  if (g_strcmp0 (g_hash_table_lookup (form, "refresh_token"), good) != 0)
    fixture->is_dead = TRUE;
  if (fixture->is_dead) {
    answer (message, 400, "{\"error\":\"invalid_grant\"}");
    return;
  }

  fixture->generation++;
  text = g_strdup_printf ("{\"access_token\":\"access-%u\",\"refresh_token\":\"refresh-%u\","
                          "\"expires_in\":%d,\"refresh_token_expires_in\":%d,"
                          "\"scope\":\"%s\"}",
                          fixture->generation, fixture->generation, fixture->life,
                          fixture->permission_life, fixture->scope);
  answer (message, 200, text);
}

static void
serve_cb (SoupServer        *server,
          SoupServerMessage *message,
          const char        *path,
          GHashTable        *query,
          gpointer           user_data)
{
  Fixture *fixture = user_data;
  SoupMessageBody *body = soup_server_message_get_request_body (message);
  g_autofree char *text = g_strndup (body->data ? body->data : "", (gsize) body->length);
  g_autoptr (GHashTable) form = soup_form_decode (text);

  g_assert_cmpstr (g_hash_table_lookup (form, "client_id"), ==, "own-id");
  if (g_str_equal (path, "/revoke")) {
    fixture->n_revocations++;
    answer (message, 200, "");
    return;
  }

  answer_refresh (fixture, message, form);
  if (fixture->is_slow) {
    soup_server_message_pause (message);
    fixture->held = message;
  }
}

static void
keep_secret (Fixture    *fixture,
             const char *text)
{
  EnvoiTestWait wait = { NULL };
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (EnvoiSecret) secret = envoi_secret_new (text, -1);

  envoi_secret_store_store_async (fixture->secrets, "acc", ENVOI_SECRET_REFRESH_TOKEN, "x", secret,
                                  NULL, envoi_test_wait_cb, &wait);
  result = envoi_test_wait (&wait);
  g_assert_true (envoi_secret_store_store_finish (fixture->secrets, result, NULL));
}

/* (transfer full) (nullable) */
static char *
read_secret (Fixture *fixture)
{
  EnvoiTestWait wait = { NULL };
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (EnvoiSecret) secret = NULL;

  envoi_secret_store_lookup_async (fixture->secrets, "acc", ENVOI_SECRET_REFRESH_TOKEN, NULL,
                                   envoi_test_wait_cb, &wait);
  result = envoi_test_wait (&wait);
  secret = envoi_secret_store_lookup_finish (fixture->secrets, result, NULL);
  return secret ? g_strdup (envoi_secret_peek (secret)) : NULL;
}

static void
load_provider (Fixture *fixture)
{
  g_autofree char *folder = envoi_test_make_folder ();
  g_autofree char *path = g_build_filename (folder, "test.json", NULL);
  g_autoptr (GFile) file = g_file_new_for_path (folder);
  EnvoiTestWait wait = { NULL };
  g_autoptr (GAsyncResult) result = NULL;
  g_autofree char *warning = NULL;
  g_autofree char *text =
    g_strdup_printf ("{\"providers\":[{\"id\":\"test\",\"auth\":[\"oauth2\"],\"servers\":"
                     "[{\"host\":\"h\",\"port\":465,\"security\":\"tls\"}],\"oauth2\":"
                     "{\"available\":true,\"idle_days\":90,\"scopes\":[\"send\"],\"client_id\":\"file-id\","
                     "\"authorization_endpoint\":\"http://127.0.0.1:%u/authorize\","
                     "\"token_endpoint\":\"http://127.0.0.1:%u/token\","
                     "\"revocation_endpoint\":\"http://127.0.0.1:%u/revoke\"}}]}",
                     fixture->port, fixture->port, fixture->port);

  g_assert_true (g_file_set_contents (path, text, -1, NULL));
  envoi_provider_table_load_async (fixture->providers, file, NULL, envoi_test_wait_cb, &wait);
  result = envoi_test_wait (&wait);
  g_assert_true (envoi_provider_table_load_finish (fixture->providers, result, NULL));
  g_object_get (fixture->providers, "warning", &warning, NULL);
  g_assert_null (warning);
}

static void
set_up (Fixture       *fixture,
        gconstpointer  user_data)
{
  g_autofree char *path = NULL;
  GSList *uris;

  fixture->server = soup_server_new (NULL, NULL);
  soup_server_add_handler (fixture->server, NULL, serve_cb, fixture, NULL);
  g_assert_true (soup_server_listen_local (fixture->server, 0, SOUP_SERVER_LISTEN_IPV4_ONLY, NULL));
  uris = soup_server_get_uris (fixture->server);
  fixture->port = (guint) g_uri_get_port (uris->data);
  g_slist_free_full (uris, (GDestroyNotify) g_uri_unref);
  fixture->generation = 1;
  fixture->scope = "send";
  fixture->life = 3600;

  fixture->secrets = envoi_memory_secret_store_new ();
  fixture->providers = envoi_provider_table_new ();
  fixture->clock = envoi_clock_new_fake (1000 * G_USEC_PER_SEC);
  load_provider (fixture);
  path = envoi_test_make_folder ();
  fixture->folder = g_file_new_for_path (path);
  fixture->broker = envoi_token_broker_new (fixture->secrets, fixture->providers, fixture->clock,
                                            fixture->folder);
  g_assert_cmpstr (envoi_token_broker_get_client_id (fixture->broker, "test"), ==, "file-id");
  envoi_token_broker_set_client_id (fixture->broker, "test", "own-id");
  fixture->account = envoi_account_new ("acc");
  g_object_set (fixture->account, "email", "a@example.org", "oauth-provider", "test", "auth",
                ENVOI_SMTP_AUTH_XOAUTH2, NULL);
  keep_secret (fixture, "refresh-1");
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  user_data)
{
  envoi_test_let_go (&fixture->broker);
  g_clear_object (&fixture->account);
  g_clear_object (&fixture->folder);
  g_clear_object (&fixture->clock);
  g_clear_object (&fixture->providers);
  g_clear_object (&fixture->secrets);
  soup_server_disconnect (fixture->server);
  g_clear_object (&fixture->server);
}

static void
forward (Fixture *fixture,
         int      seconds)
{
  envoi_clock_set_fake_now (fixture->clock,
                            envoi_clock_get_now (fixture->clock) + seconds * (gint64) G_USEC_PER_SEC);
}

static EnvoiSecret *
get_token (Fixture      *fixture,
           EnvoiSecret  *refused,
           GError      **error)
{
  EnvoiTestWait wait = { NULL };
  g_autoptr (GAsyncResult) result = NULL;

  envoi_token_broker_get_token_async (fixture->broker, fixture->account, refused, NULL,
                                      envoi_test_wait_cb, &wait);
  result = envoi_test_wait (&wait);
  return envoi_token_broker_get_token_finish (fixture->broker, result, error);
}

static void
assert_token (Fixture    *fixture,
              const char *expected)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (EnvoiSecret) token = get_token (fixture, NULL, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (envoi_secret_peek (token), ==, expected);
}

static void
test_rotation_and_expiry (Fixture       *fixture,
                          gconstpointer  user_data)
{
  g_autofree char *first = NULL;
  g_autofree char *second = NULL;
  EnvoiTokenHealth health;

  assert_token (fixture, "access-2");
  first = read_secret (fixture);
  g_assert_cmpstr (first, ==, "refresh-2");
  health = envoi_token_broker_get_health (fixture->broker, fixture->account);
  g_assert_cmpint (health.access_ends_us - health.refreshed_us, ==, 3600 * (gint64) G_USEC_PER_SEC);
  g_assert_cmpstr (health.granted, ==, "send");

  forward (fixture, 3500);
  assert_token (fixture, "access-2");
  g_assert_cmpuint (fixture->n_refreshes, ==, 1);

  /* A minute before the end it is not worth sending. */
  forward (fixture, 50);
  assert_token (fixture, "access-3");
  second = read_secret (fixture);
  g_assert_cmpstr (second, ==, "refresh-3");

  /* A clock that was set back makes the rest of the life unknown. */
  forward (fixture, -2000);
  assert_token (fixture, "access-4");
}

static void
test_single_flight (Fixture       *fixture,
                    gconstpointer  user_data)
{
  enum { N = 20 };
  EnvoiTestWait waits[N] = { { NULL } };

  for (guint i = 0; i < N; i++)
    envoi_token_broker_get_token_async (fixture->broker, fixture->account, NULL, NULL,
                                        envoi_test_wait_cb, &waits[i]);

  for (guint i = 0; i < N; i++) {
    g_autoptr (GAsyncResult) result = envoi_test_wait (&waits[i]);
    g_autoptr (GError) error = NULL;
    g_autoptr (EnvoiSecret) token =
      envoi_token_broker_get_token_finish (fixture->broker, result, &error);

    g_assert_no_error (error);
    g_assert_cmpstr (envoi_secret_peek (token), ==, "access-2");
  }

  g_assert_cmpuint (fixture->n_refreshes, ==, 1);
}

/* Twenty couriers are refused the same old token at the same time. */
static void
test_refused (Fixture       *fixture,
              gconstpointer  user_data)
{
  g_autoptr (EnvoiSecret) old = get_token (fixture, NULL, NULL);
  g_autoptr (EnvoiSecret) one = get_token (fixture, old, NULL);
  g_autoptr (EnvoiSecret) two = get_token (fixture, old, NULL);

  g_assert_cmpstr (envoi_secret_peek (one), ==, "access-3");
  g_assert_cmpstr (envoi_secret_peek (two), ==, "access-3");
  g_assert_cmpuint (fixture->n_refreshes, ==, 2);
  g_assert_cmpint (envoi_account_get_state (fixture->account), ==, ENVOI_ACCOUNT_READY);
}

static void
test_grant_invalid (Fixture       *fixture,
                    gconstpointer  user_data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *left = NULL;

  fixture->is_dead = TRUE;
  g_assert_null (get_token (fixture, NULL, &error));
  g_assert_error (error, ENVOI_OAUTH_ERROR, ENVOI_OAUTH_ERROR_GRANT_INVALID);
  g_assert_cmpint (envoi_account_get_state (fixture->account), ==, ENVOI_ACCOUNT_NEEDS_SIGN_IN);
  left = read_secret (fixture);
  g_assert_null (left);
  g_clear_error (&error);

  g_assert_null (get_token (fixture, NULL, &error));
  g_assert_error (error, ENVOI_ACCOUNTS_ERROR, ENVOI_ACCOUNTS_ERROR_NEEDS_SIGN_IN);
}

static gboolean
is_asked_cb (gpointer fixture)
{
  return ((Fixture *) fixture)->n_refreshes == 1;
}

/* Another process refreshed between our look at the store and our question. */
static void
test_other_process (Fixture       *fixture,
                    gconstpointer  user_data)
{
  EnvoiTestWait wait = { NULL };
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (EnvoiSecret) token = NULL;
  g_autoptr (GError) error = NULL;

  fixture->is_slow = TRUE;
  fixture->generation = 7;
  envoi_token_broker_get_token_async (fixture->broker, fixture->account, NULL, NULL,
                                      envoi_test_wait_cb, &wait);
  envoi_test_wait_until (is_asked_cb, fixture);
  keep_secret (fixture, "refresh-7");
  fixture->is_slow = FALSE;
  fixture->is_dead = FALSE;
  soup_server_message_unpause (fixture->held);

  result = envoi_test_wait (&wait);
  token = envoi_token_broker_get_token_finish (fixture->broker, result, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (envoi_secret_peek (token), ==, "access-8");
}

static gboolean
has_failed_cb (gpointer fixture)
{
  return ((Fixture *) fixture)->n_failures == 0;
}

static void
test_retries (Fixture       *fixture,
              gconstpointer  user_data)
{
  EnvoiTestWait wait = { NULL };
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (EnvoiSecret) token = NULL;
  g_autoptr (GError) error = NULL;

  fixture->fails_with = 503;
  fixture->n_failures = 1;
  envoi_token_broker_get_token_async (fixture->broker, fixture->account, NULL, NULL,
                                      envoi_test_wait_cb, &wait);
  envoi_test_wait_until (has_failed_cb, fixture);
  while (!wait.result) {
    forward (fixture, 1);
    g_main_context_iteration (NULL, TRUE);
  }

  result = envoi_test_wait (&wait);
  token = envoi_token_broker_get_token_finish (fixture->broker, result, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (fixture->n_refreshes, ==, 2);
}

/* A provider that stays down costs three questions, and nothing else. */
static void
test_unreachable (Fixture       *fixture,
                  gconstpointer  user_data)
{
  EnvoiTestWait wait = { NULL };
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *left = NULL;

  fixture->fails_with = 500;
  fixture->n_failures = 100;
  envoi_token_broker_get_token_async (fixture->broker, fixture->account, NULL, NULL,
                                      envoi_test_wait_cb, &wait);
  while (!wait.result) {
    forward (fixture, 1);
    g_main_context_iteration (NULL, TRUE);
  }

  result = envoi_test_wait (&wait);
  g_assert_null (envoi_token_broker_get_token_finish (fixture->broker, result, &error));
  g_assert_error (error, ENVOI_OAUTH_ERROR, ENVOI_OAUTH_ERROR_UNREACHABLE);
  g_assert_cmpuint (fixture->n_refreshes, ==, 3);
  g_assert_cmpint (envoi_account_get_state (fixture->account), ==, ENVOI_ACCOUNT_READY);
  left = read_secret (fixture);
  g_assert_cmpstr (left, ==, "refresh-1");
}

static void
test_scope (Fixture       *fixture,
            gconstpointer  user_data)
{
  g_autoptr (GError) error = NULL;

  fixture->scope = "profile";
  g_assert_null (get_token (fixture, NULL, &error));
  g_assert_error (error, ENVOI_OAUTH_ERROR, ENVOI_OAUTH_ERROR_SCOPE_MISSING);
  g_assert_cmpint (envoi_account_get_state (fixture->account), ==, ENVOI_ACCOUNT_NEEDS_SIGN_IN);
}

static void
test_no_client_id (Fixture       *fixture,
                   gconstpointer  user_data)
{
  g_autoptr (GError) error = NULL;

  g_object_set (fixture->account, "oauth-provider", "aol", NULL);
  g_assert_null (get_token (fixture, NULL, &error));
  g_assert_error (error, ENVOI_OAUTH_ERROR, ENVOI_OAUTH_ERROR_CLIENT_INVALID);
  g_clear_error (&error);

  g_object_set (fixture->account, "oauth-provider", "nobody", NULL);
  g_assert_null (get_token (fixture, NULL, &error));
  g_assert_error (error, ENVOI_ACCOUNTS_ERROR, ENVOI_ACCOUNTS_ERROR_NOT_FOUND);
}

/* Who gives up leaves; the refresh goes on and its answer is kept. */
static void
test_cancelled (Fixture       *fixture,
                gconstpointer  user_data)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  EnvoiTestWait wait = { NULL };
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  fixture->is_slow = TRUE;
  envoi_token_broker_get_token_async (fixture->broker, fixture->account, NULL, cancellable,
                                      envoi_test_wait_cb, &wait);
  envoi_test_wait_until (is_asked_cb, fixture);
  g_cancellable_cancel (cancellable);
  result = envoi_test_wait (&wait);
  g_assert_null (envoi_token_broker_get_token_finish (fixture->broker, result, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);

  fixture->is_slow = FALSE;
  soup_server_message_unpause (fixture->held);
  assert_token (fixture, "access-2");
  g_assert_cmpuint (fixture->n_refreshes, ==, 1);
}

static void
test_keep_and_forget (Fixture       *fixture,
                      gconstpointer  user_data)
{
  g_autoptr (EnvoiOAuthToken) token = envoi_oauth_token_new ("access-new", "refresh-1", "send",
                                                             3600 * (gint64) G_USEC_PER_SEC);
  g_autoptr (EnvoiOAuthToken) fleeting = envoi_oauth_token_new ("access-new", NULL, "send", 0);
  EnvoiTestWait wait = { NULL };
  g_autoptr (GAsyncResult) kept = NULL;
  g_autoptr (GAsyncResult) not_kept = NULL;
  g_autoptr (GAsyncResult) forgotten = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *left = NULL;

  envoi_account_set_state (fixture->account, ENVOI_ACCOUNT_NEEDS_SIGN_IN, "Why.");
  envoi_token_broker_keep_async (fixture->broker, fixture->account, fleeting, NULL,
                                 envoi_test_wait_cb, &wait);
  not_kept = envoi_test_wait (&wait);
  g_assert_false (envoi_token_broker_keep_finish (fixture->broker, not_kept, &error));
  g_assert_error (error, ENVOI_OAUTH_ERROR, ENVOI_OAUTH_ERROR_SCOPE_MISSING);
  g_clear_error (&error);

  envoi_token_broker_keep_async (fixture->broker, fixture->account, token, NULL, envoi_test_wait_cb,
                                 &wait);
  kept = envoi_test_wait (&wait);
  g_assert_true (envoi_token_broker_keep_finish (fixture->broker, kept, &error));
  g_assert_cmpint (envoi_account_get_state (fixture->account), ==, ENVOI_ACCOUNT_READY);
  assert_token (fixture, "access-new");
  g_assert_cmpuint (fixture->n_refreshes, ==, 0);

  envoi_token_broker_forget_async (fixture->broker, fixture->account, NULL, envoi_test_wait_cb,
                                   &wait);
  forgotten = envoi_test_wait (&wait);
  g_assert_true (envoi_token_broker_forget_finish (fixture->broker, forgotten, &error));
  g_assert_cmpuint (fixture->n_revocations, ==, 1);
  left = read_secret (fixture);
  g_assert_null (left);
  g_assert_null (get_token (fixture, NULL, &error));
  g_assert_error (error, ENVOI_ACCOUNTS_ERROR, ENVOI_ACCOUNTS_ERROR_NEEDS_SIGN_IN);
  g_clear_object (&kept);
  g_clear_object (&not_kept);
  g_clear_object (&forgotten);
}

static void
refuse_store_async (EnvoiSecretStore    *store,
                    const char          *account_id,
                    EnvoiSecretKind      kind,
                    const char          *label,
                    EnvoiSecret         *secret,
                    GCancellable        *cancellable,
                    GAsyncReadyCallback  callback,
                    gpointer             user_data)
{
  g_task_report_new_error (store, callback, user_data, NULL, ENVOI_SECRETS_ERROR,
                           ENVOI_SECRETS_ERROR_LOCKED, "The keyring is locked.");
}

/* The keyring locks between the lookup and the store: the rotated token is worth
 * more than the rule, so it is kept in memory and used for the next refresh. */
static void
test_store_fails (Fixture       *fixture,
                  gconstpointer  user_data)
{
  g_autoptr (EnvoiSecret) one = NULL;
  g_autoptr (EnvoiSecret) two = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *stored = NULL;
  EnvoiSecretStoreInterface *iface = ENVOI_SECRET_STORE_GET_IFACE (fixture->secrets);
  EnvoiSecretStoreInterface kept = *iface;

  iface->store_async = refuse_store_async;
  one = get_token (fixture, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (envoi_secret_peek (one), ==, "access-2");
  g_assert_cmpint (envoi_account_get_state (fixture->account), ==, ENVOI_ACCOUNT_KEYRING_TROUBLE);

  iface->store_async = kept.store_async;
  two = get_token (fixture, one, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (envoi_secret_peek (two), ==, "access-3");
  g_assert_cmpint (envoi_account_get_state (fixture->account), ==, ENVOI_ACCOUNT_READY);
  stored = read_secret (fixture);
  g_assert_cmpstr (stored, ==, "refresh-3");
}

#define DAY_US (24 * 3600 * (gint64) G_USEC_PER_SEC)

static void
load_journal (EnvoiTokenJournal *journal)
{
  EnvoiTestWait wait = { NULL };
  g_autoptr (GAsyncResult) result = NULL;

  envoi_token_journal_load_async (journal, NULL, envoi_test_wait_cb, &wait);
  result = envoi_test_wait (&wait);
  envoi_token_journal_load_finish (journal, result);
}

/* A broker as another run of the program makes it. */
static EnvoiTokenBroker *
start_again (Fixture *fixture)
{
  EnvoiTokenBroker *broker = envoi_token_broker_new (fixture->secrets, fixture->providers,
                                                     fixture->clock, fixture->folder);

  envoi_token_broker_set_client_id (broker, "test", "own-id");
  load_journal (envoi_token_broker_get_journal (broker));
  return broker;
}

static void
test_health (Fixture       *fixture,
             gconstpointer  user_data)
{
  gint64 start_us = envoi_clock_get_now (fixture->clock);
  EnvoiTokenHealth health = envoi_token_broker_get_health (fixture->broker, fixture->account);

  g_assert_cmpint (health.refreshed_us, ==, 0);
  g_assert_cmpint (health.due, ==, ENVOI_TOKEN_DUE_UNKNOWN);
  g_assert_cmpstr (health.needed[0], ==, "send");

  /* Unused for 90 days it ends, so each use puts that off. */
  assert_token (fixture, "access-2");
  health = envoi_token_broker_get_health (fixture->broker, fixture->account);
  g_assert_cmpint (health.due, ==, ENVOI_TOKEN_DUE_UNUSED);
  g_assert_cmpint (health.due_us, ==, start_us + 90 * DAY_US);

  /* A project in testing: seven days, whatever is done. */
  fixture->permission_life = 7 * 24 * 3600;
  forward (fixture, 3600);
  assert_token (fixture, "access-3");
  health = envoi_token_broker_get_health (fixture->broker, fixture->account);
  g_assert_cmpint (health.due, ==, ENVOI_TOKEN_DUE_ENDS);
  g_assert_cmpint (health.due_us, ==, start_us + 3600 * (gint64) G_USEC_PER_SEC + 7 * DAY_US);
}

static void
test_health_is_kept (Fixture       *fixture,
                     gconstpointer  user_data)
{
  g_autoptr (EnvoiTokenBroker) again = NULL;
  g_autoptr (EnvoiTokenBroker) last = NULL;
  EnvoiTestWait wait = { NULL };
  g_autoptr (GAsyncResult) forgotten = NULL;
  gint64 start_us = envoi_clock_get_now (fixture->clock);
  EnvoiTokenHealth health;

  fixture->permission_life = 7 * 24 * 3600;
  assert_token (fixture, "access-2");
  envoi_test_let_go (&fixture->broker);

  again = start_again (fixture);
  health = envoi_token_broker_get_health (again, fixture->account);
  g_assert_cmpint (health.refreshed_us, ==, start_us);
  g_assert_cmpint (health.access_ends_us, ==, 0);
  g_assert_cmpint (health.due_us, ==, start_us + 7 * DAY_US);
  g_assert_cmpstr (health.granted, ==, "send");

  envoi_token_broker_forget_async (again, fixture->account, NULL, envoi_test_wait_cb, &wait);
  forgotten = envoi_test_wait (&wait);
  g_assert_true (envoi_token_broker_forget_finish (again, forgotten, NULL));
  g_clear_object (&forgotten);
  envoi_test_let_go (&again);

  last = start_again (fixture);
  health = envoi_token_broker_get_health (last, fixture->account);
  g_assert_cmpint (health.refreshed_us, ==, 0);
  fixture->broker = g_steal_pointer (&last);
}

static void
get_both_tokens (Fixture          *fixture,
                 EnvoiTokenBroker *other)
{
  EnvoiTestWait waits[2] = { { NULL }, { NULL } };

  envoi_token_broker_get_token_async (fixture->broker, fixture->account, NULL, NULL,
                                      envoi_test_wait_cb, &waits[0]);
  envoi_token_broker_get_token_async (other, fixture->account, NULL, NULL, envoi_test_wait_cb,
                                      &waits[1]);
  for (guint i = 0; i < 2; i++) {
    g_autoptr (GAsyncResult) result = envoi_test_wait (&waits[i]);
    g_autoptr (EnvoiSecret) token = NULL;
    g_autoptr (GError) error = NULL;

    token = envoi_token_broker_get_token_finish (i == 0 ? fixture->broker : other, result, &error);
    g_assert_no_error (error);
  }
}

/* A token that is used twice ends everything, so programs wait for each other. */
static void
test_two_programs (Fixture       *fixture,
                   gconstpointer  user_data)
{
  g_autoptr (EnvoiTokenBroker) other = start_again (fixture);

  for (guint i = 0; i < 10; i++) {
    get_both_tokens (fixture, other);
    forward (fixture, 3600);
  }

  g_assert_false (fixture->is_dead);
  g_assert_cmpuint (fixture->n_refreshes, ==, 20);
  envoi_test_let_go (&other);
}

int
main (int   argc,
      char *argv[])
{
  static const struct {
    const char *name;
    void (*run)(Fixture *, gconstpointer);
  } tests[] = {
    { "rotation-and-expiry", test_rotation_and_expiry },
    { "single-flight", test_single_flight },
    { "refused", test_refused },
    { "grant-invalid", test_grant_invalid },
    { "other-process", test_other_process },
    { "retries", test_retries },
    { "unreachable", test_unreachable },
    { "scope", test_scope },
    { "no-client-id", test_no_client_id },
    { "cancelled", test_cancelled },
    { "keep-and-forget", test_keep_and_forget },
    { "store-fails", test_store_fails },
    { "health", test_health },
    { "health-is-kept", test_health_is_kept },
    { "two-programs", test_two_programs },
  };

  envoi_test_init (&argc, &argv);

  for (guint i = 0; i < G_N_ELEMENTS (tests); i++) {
    g_autofree char *path = g_strconcat ("/envoi/accounts/token-broker/", tests[i].name, NULL);

    g_test_add (path, Fixture, NULL, set_up, tests[i].run, tear_down);
  }

  return g_test_run ();
}
