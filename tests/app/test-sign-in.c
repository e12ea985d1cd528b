/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "fixture.h"

#include "envoi-browser.h"
#include "envoi-oauth-error.h"
#include "envoi-test.h"

#include <glib/gstdio.h>
#include <libsoup/soup.h>
#include <string.h>

#define SENDER_WITH_PRACTICE ((EnvoiServiceFlags) (ENVOI_SERVICE_SEND | ENVOI_SERVICE_PRACTICE))
#define USER "practice@localhost"
#define GOOD_TOKEN "the-token-the-mail-server-takes"

/* A provider whose mail server is the practice server: it takes one token. */
typedef struct {
  Fixture fixture;
  SoupServer *server;
  SoupSession *browser;
  const char *answers[4];   /* of the token endpoint, in order; the last stays */
  guint n_asked;
  guint n_revoked;
  gboolean is_slow;         /* holds its first answer back: */
  SoupServerMessage *held;  /* nullable */
  EnvoiAccount *account;
} Provider;

static void
token_cb (SoupServer        *server,
          SoupServerMessage *message,
          const char        *path,
          GHashTable        *query,
          gpointer           user_data)
{
  Provider *provider = user_data;
  const char *text = provider->answers[provider->n_asked];
  guint status = *text ? (strstr (text, "error") ? 400 : 200) : 503;

  provider->n_asked += provider->answers[provider->n_asked + 1] ? 1 : 0;
  soup_server_message_set_status (message, status, NULL);
  soup_server_message_set_response (message, "application/json", SOUP_MEMORY_COPY, text,
                                    strlen (text));
  if (provider->is_slow && !provider->held) {
    provider->held = g_object_ref (message);
    soup_server_message_pause (message);
  }
}

static void
device_cb (SoupServer        *server,
           SoupServerMessage *message,
           const char        *path,
           GHashTable        *query,
           gpointer           user_data)
{
  static const char text[] = "{\"device_code\":\"d\",\"user_code\":\"WDJB-MJHT\",\"interval\":1,"
                             "\"expires_in\":600,\"verification_uri\":\"https://provider.example/go\"}";

  soup_server_message_set_status (message, 200, NULL);
  soup_server_message_set_response (message, "application/json", SOUP_MEMORY_STATIC, text,
                                    strlen (text));
}

/* A network that swallows everything: the provider is told, and says nothing. */
static void
revoke_cb (SoupServer        *server,
           SoupServerMessage *message,
           const char        *path,
           GHashTable        *query,
           gpointer           user_data)
{
  ((Provider *) user_data)->n_revoked++;
  soup_server_message_pause (message);
}

static void
write_provider_file (Provider *provider)
{
  g_autofree char *folder = g_build_filename (provider->fixture.folder, "config", "providers.d",
                                              NULL);
  g_autofree char *path = g_build_filename (folder, "test.json", NULL);
  GSList *uris = soup_server_get_uris (provider->server);
  int port = g_uri_get_port (uris->data);
  g_autofree char *text = g_strdup_printf (
    "{\"providers\":[{\"id\":\"test\",\"auth\":[\"oauth2\"],\"servers\":[{\"host\":\"h\","
    "\"port\":465,\"security\":\"tls\"}],\"oauth2\":{\"available\":true,\"scopes\":[\"send\"],"
    "\"client_id\":\"ours\",\"authorization_endpoint\":\"http://127.0.0.1:%d/authorize\","
    "\"device_endpoint\":\"http://127.0.0.1:%d/device\","
    "\"revocation_endpoint\":\"http://127.0.0.1:%d/revoke\","
    "\"token_endpoint\":\"http://127.0.0.1:%d/token\"}}]}", port, port, port, port);

  g_slist_free_full (uris, (GDestroyNotify) g_uri_unref);
  g_assert_cmpint (g_mkdir_with_parents (folder, 0700), ==, 0);
  g_assert_true (g_file_set_contents (path, text, -1, NULL));
}

static void
keep_refresh_token (Provider *provider)
{
  g_autoptr (EnvoiSecret) secret = envoi_secret_new ("refresh", -1);
  EnvoiTestWait wait = { 0 };
  g_autoptr (GAsyncResult) result = NULL;

  envoi_secret_store_store_async (provider->fixture.secrets,
                                  envoi_account_get_id (provider->account),
                                  ENVOI_SECRET_REFRESH_TOKEN, "x", secret, NULL,
                                  envoi_test_wait_cb, &wait);
  result = envoi_test_wait (&wait);
  g_assert_true (envoi_secret_store_store_finish (provider->fixture.secrets, result, NULL));
}

static void
set_up (Provider *provider)
{
  provider->server = soup_server_new (NULL, NULL);
  provider->browser = soup_session_new ();
  soup_server_add_handler (provider->server, "/token", token_cb, provider, NULL);
  soup_server_add_handler (provider->server, "/device", device_cb, provider, NULL);
  soup_server_add_handler (provider->server, "/revoke", revoke_cb, provider, NULL);
  g_assert_true (soup_server_listen_local (provider->server, 0, SOUP_SERVER_LISTEN_IPV4_ONLY,
                                           NULL));
  provider->fixture.folder = envoi_test_make_folder ();
  write_provider_file (provider);

  fixture_start (&provider->fixture, SENDER_WITH_PRACTICE, NULL);
  envoi_practice_server_set_login (envoi_service_get_practice (provider->fixture.service), USER,
                                   GOOD_TOKEN);
  provider->account = fixture_add_account (&provider->fixture, "me@localhost", NULL);
  g_object_set (provider->account, "oauth-provider", "test", "auth", ENVOI_SMTP_AUTH_XOAUTH2,
                NULL);
}

static void
tear_down (Provider *provider)
{
  fixture_stop (&provider->fixture);
  soup_server_disconnect (provider->server);
  g_clear_object (&provider->browser);
  g_clear_object (&provider->server);
}

static EnvoiLetterRecord *
send_letter (Provider *provider)
{
  g_autoptr (EnvoiDraft) draft = fixture_write (&provider->fixture, provider->account, USER);
  g_autofree char *id = fixture_send (&provider->fixture, draft, fixture_now (&provider->fixture));

  return fixture_wait_settled (&provider->fixture, id);
}

/* The browser: looks at the address, and comes back with a code and the state. */
static void
open_cb (const char *uri,
         gpointer    user_data)
{
  Provider *provider = user_data;
  g_autoptr (GUri) parsed = g_uri_parse (uri, G_URI_FLAGS_NONE, NULL);
  g_autoptr (GHashTable) query = soup_form_decode (g_uri_get_query (parsed));
  g_autofree char *back = NULL;
  g_autoptr (SoupMessage) message = NULL;

  g_assert_cmpstr (g_uri_get_path (parsed), ==, "/authorize");
  g_assert_cmpstr (g_hash_table_lookup (query, "client_id"), ==, "ours");
  g_assert_cmpstr (g_hash_table_lookup (query, "login_hint"), ==, "me@localhost");
  back = g_strdup_printf ("%s?code=abc&state=%s",
                          (char *) g_hash_table_lookup (query, "redirect_uri"),
                          (char *) g_hash_table_lookup (query, "state"));
  message = soup_message_new ("GET", back);
  soup_session_send_async (provider->browser, message, G_PRIORITY_DEFAULT, NULL, NULL, NULL);
}

static gboolean
sign_in (Provider  *provider,
         GError   **error)
{
  EnvoiTestWait wait = { 0 };
  g_autoptr (GAsyncResult) result = NULL;

  envoi_service_sign_in_async (provider->fixture.service, provider->account, open_cb, provider,
                               NULL, envoi_test_wait_cb, &wait);
  result = envoi_test_wait (&wait);
  return envoi_service_sign_in_finish (provider->fixture.service, result, error);
}

static void
test_browser_to_letter (void)
{
  Provider provider = { 0 };
  g_autoptr (EnvoiLetterRecord) record = NULL;
  gboolean has_signed_in;
  g_autoptr (GError) error = NULL;

  provider.answers[0] = "{\"access_token\":\"" GOOD_TOKEN "\",\"refresh_token\":\"r\","
                        "\"expires_in\":3600,\"token_type\":\"Bearer\"}";
  set_up (&provider);
  has_signed_in = sign_in (&provider, &error);
  g_assert_no_error (error);
  g_assert_true (has_signed_in);
  record = send_letter (&provider);
  g_assert_cmpint (record->state, ==, ENVOI_LETTER_SENT);
  g_assert_null (strstr (record->transcript, GOOD_TOKEN));
  tear_down (&provider);
}

static void
test_sign_in_refused (void)
{
  Provider provider = { 0 };
  g_autoptr (GError) error = NULL;

  provider.answers[0] = "{\"error\":\"access_denied\"}";
  set_up (&provider);
  g_assert_false (sign_in (&provider, &error));
  g_assert_nonnull (error);
  g_assert_cmpuint (error->domain, ==, ENVOI_OAUTH_ERROR);
  g_assert_false (envoi_service_paste_sign_in (provider.fixture.service, "http://127.0.0.1/"));
  tear_down (&provider);
}

static void
shown_cb (const char *uri,
          const char *code,
          gpointer    user_data)
{
  char **shown = user_data;

  g_assert_null (*shown);
  *shown = g_strconcat (uri, " ", code, NULL);
}

static void
begin_on_another_screen (Provider      *provider,
                         char         **shown,
                         GCancellable  *cancellable,
                         EnvoiTestWait *wait)
{
  envoi_service_sign_in_device_async (provider->fixture.service, provider->account, shown_cb, shown,
                                      cancellable, envoi_test_wait_cb, wait);
}

/* The person has not typed the code yet when Envoi asks for the first time. */
static void
test_another_screen (void)
{
  Provider provider = { 0 };
  EnvoiTestWait wait = { 0 };
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (EnvoiLetterRecord) record = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *shown = NULL;

  provider.answers[0] = "{\"error\":\"authorization_pending\"}";
  provider.answers[1] = "{\"access_token\":\"" GOOD_TOKEN "\",\"refresh_token\":\"r\","
                        "\"expires_in\":3600}";
  set_up (&provider);
  begin_on_another_screen (&provider, &shown, NULL, &wait);
  result = envoi_test_wait (&wait);
  g_assert_true (envoi_service_sign_in_device_finish (provider.fixture.service, result, &error));
  g_assert_no_error (error);
  g_assert_cmpstr (shown, ==, "https://provider.example/go WDJB-MJHT");
  record = send_letter (&provider);
  g_assert_cmpint (record->state, ==, ENVOI_LETTER_SENT);
  g_clear_object (&result);
  tear_down (&provider);
}

static gboolean
is_set (gpointer text)
{
  return *(char **) text != NULL;
}

static void
test_another_screen_cancelled (void)
{
  Provider provider = { 0 };
  EnvoiTestWait wait = { 0 };
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *shown = NULL;

  provider.answers[0] = "{\"error\":\"authorization_pending\"}";
  set_up (&provider);
  begin_on_another_screen (&provider, &shown, cancellable, &wait);
  envoi_test_wait_until (is_set, &shown);
  g_cancellable_cancel (cancellable);
  result = envoi_test_wait (&wait);
  g_assert_false (envoi_service_sign_in_device_finish (provider.fixture.service, result, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_object (&result);
  tear_down (&provider);
}

static gboolean
is_told_cb (gpointer provider)
{
  return ((Provider *) provider)->n_revoked > 0;
}

static gboolean
has_refresh_token (EnvoiSecretStore *secrets,
                   const char       *id)
{
  EnvoiTestWait wait = { 0 };
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (EnvoiSecret) secret = NULL;

  envoi_secret_store_lookup_async (secrets, id, ENVOI_SECRET_REFRESH_TOKEN, NULL,
                                   envoi_test_wait_cb, &wait);
  result = envoi_test_wait (&wait);
  secret = envoi_secret_store_lookup_finish (secrets, result, NULL);
  return secret != NULL;
}

/* A provider that never answers. Returns: (transfer full): the id of an account with a token. */
static char *
set_up_deaf (Provider *provider)
{
  provider->answers[0] = "";
  set_up (provider);
  keep_refresh_token (provider);
  return g_strdup (envoi_account_get_id (provider->account));
}

/* Whoever has had enough of waiting loses nothing but the provider's word. */
static void
test_removed_on_a_dead_network (void)
{
  Provider provider = { 0 };
  EnvoiTestWait wait = { 0 };
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *id = NULL;

  id = set_up_deaf (&provider);
  envoi_service_remove_account_async (provider.fixture.service, provider.account, cancellable,
                                      envoi_test_wait_cb, &wait);
  envoi_test_wait_until (is_told_cb, &provider);
  g_assert_false (has_refresh_token (provider.fixture.secrets, id));
  g_cancellable_cancel (cancellable);
  result = envoi_test_wait (&wait);
  g_assert_true (envoi_service_remove_account_finish (provider.fixture.service, result, &error));
  g_assert_no_error (error);
  g_assert_null (envoi_account_list_find (envoi_service_get_accounts (provider.fixture.service),
                                          id));
  g_clear_object (&result);
  tear_down (&provider);
}

static void
set_aside (Provider *provider)
{
  EnvoiTestWait wait = { 0 };
  g_autoptr (GAsyncResult) result = NULL;

  envoi_service_change_account_async (provider->fixture.service, provider->account,
                                      ENVOI_ACCOUNT_SET_ASIDE, NULL, envoi_test_wait_cb, &wait);
  result = envoi_test_wait (&wait);
  g_assert_true (envoi_service_change_account_finish (provider->fixture.service, result, NULL));
}

/* The end of the service, of which nothing is left. */
static void
wait_for_end (Provider      *provider,
              EnvoiTestWait *wait)
{
  g_autoptr (GAsyncResult) result = envoi_test_wait (wait);
  g_autoptr (GError) error = NULL;

  g_assert_true (envoi_service_stop_finish (provider->fixture.service, result, &error));
  g_assert_no_error (error);
  g_clear_object (&result);
  g_clear_object (&provider->fixture.service);
}

/* The same as the program ends: the removal is carried out, and the end comes all the same. */
static void
test_stopped_on_a_dead_network (void)
{
  Provider provider = { 0 };
  EnvoiTestWait wait = { 0 };
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autofree char *path = NULL;
  g_autofree char *text = NULL;
  g_autofree char *id = NULL;

  id = set_up_deaf (&provider);
  path = g_build_filename (provider.fixture.folder, "config", "accounts.ini", NULL);
  set_aside (&provider);
  envoi_service_stop_async (provider.fixture.service, cancellable, envoi_test_wait_cb, &wait);
  envoi_test_wait_until (is_told_cb, &provider);
  g_cancellable_cancel (cancellable);
  wait_for_end (&provider, &wait);
  g_assert_false (has_refresh_token (provider.fixture.secrets, id));
  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  g_assert_null (strstr (text, "me@localhost"));
  tear_down (&provider);
}

/* A sign-in whose account came to nothing, just before the program ends. */
static void
test_forgotten_at_the_end (void)
{
  Provider provider = { 0 };
  EnvoiTestWait wait = { 0 };
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autofree char *id = NULL;

  id = set_up_deaf (&provider);
  envoi_service_forget_sign_in (provider.fixture.service, provider.account);
  envoi_service_stop_async (provider.fixture.service, cancellable, envoi_test_wait_cb, &wait);
  envoi_test_wait_until (is_told_cb, &provider);
  /* Time enough for an end that would not wait: in it another service comes and goes. */
  fixture_stop_service (fixture_start_another (&provider.fixture, ENVOI_SERVICE_PRACTICE));
  g_assert_null (wait.result);
  g_assert_false (has_refresh_token (provider.fixture.secrets, id));
  g_cancellable_cancel (cancellable);
  wait_for_end (&provider, &wait);
  tear_down (&provider);
}

/* Who has no time at all when the program ends. */
static void
test_forgotten_in_no_time (void)
{
  Provider provider = { 0 };
  EnvoiTestWait wait = { 0 };
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autofree char *id = NULL;

  id = set_up_deaf (&provider);
  envoi_service_forget_sign_in (provider.fixture.service, provider.account);
  g_cancellable_cancel (cancellable);
  envoi_service_stop_async (provider.fixture.service, cancellable, envoi_test_wait_cb, &wait);
  wait_for_end (&provider, &wait);
  g_assert_false (has_refresh_token (provider.fixture.secrets, id));
  tear_down (&provider);
}

typedef struct {
  const char *first;
  const char *second;
  EnvoiLetterState state;
  EnvoiAccountState account_state;
  guint n_asked;
} RefreshCase;

#define STALE "{\"access_token\":\"stale\",\"expires_in\":3600}"
#define FRESH "{\"access_token\":\"" GOOD_TOKEN "\",\"expires_in\":3600}"

static const RefreshCase refreshes[] = {
  { FRESH, FRESH, ENVOI_LETTER_SENT, ENVOI_ACCOUNT_READY, 1 },
  /* Refused once, so one fresh token is tried, and only one. */
  { STALE, FRESH, ENVOI_LETTER_SENT, ENVOI_ACCOUNT_READY, 2 },
  { STALE, STALE, ENVOI_LETTER_FAILED, ENVOI_ACCOUNT_NEEDS_SIGN_IN, 2 },
  { "{\"error\":\"invalid_grant\"}", FRESH, ENVOI_LETTER_FAILED, ENVOI_ACCOUNT_NEEDS_SIGN_IN, 1 },
  /* The provider is in trouble: it has judged nothing, so the letter waits. */
  { "", "", ENVOI_LETTER_WAITING, ENVOI_ACCOUNT_READY, 1 },
};

static void
test_refreshes (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (refreshes); i++) {
    const RefreshCase *row = &refreshes[i];
    Provider provider = { 0 };
    g_autoptr (EnvoiLetterRecord) record = NULL;

    g_test_message ("row %u", i);
    provider.answers[0] = row->first;
    provider.answers[1] = row->second;
    provider.answers[2] = "{\"error\":\"asked too often\"}";
    set_up (&provider);
    keep_refresh_token (&provider);
    record = send_letter (&provider);

    g_assert_cmpint (record->state, ==, row->state);
    g_assert_cmpint (envoi_account_get_state (provider.account), ==, row->account_state);
    if (*row->first)
      g_assert_cmpuint (provider.n_asked, ==, row->n_asked);
    tear_down (&provider);
  }
}

static EnvoiPracticeCounts
get_counts (Provider *provider)
{
  return envoi_practice_server_get_counts (envoi_service_get_practice (provider->fixture.service));
}

/* TLS is up, and EHLO has been said in it. */
static gboolean
has_greeted (gpointer user_data)
{
  Provider *provider = user_data;

  return provider->held && get_counts (provider).n_hellos > 0;
}

static gboolean
has_signed_in (gpointer user_data)
{
  return get_counts (user_data).n_sign_ins == 1;
}

static void
release (Provider *provider)
{
  g_autoptr (SoupServerMessage) held = g_steal_pointer (&provider->held);

  g_assert_cmpint (get_counts (provider).n_sign_ins, ==, 0);
  provider->is_slow = FALSE;
  soup_server_message_unpause (held);
}

static void
set_up_slow (Provider *provider)
{
  provider->answers[0] = FRESH;
  provider->is_slow = TRUE;
  set_up (provider);
  keep_refresh_token (provider);
}

static void
check_one_way (Provider *provider)
{
  EnvoiPracticeCounts counts = get_counts (provider);

  g_assert_cmpint (counts.n_connections, ==, 1);
  g_assert_cmpint (counts.n_sign_ins, ==, 1);
}

/* While the token is on its way the letter's connection is made up to EHLO, and the
 * letter goes over that one. */
static void
test_slow_token (void)
{
  Provider provider = { 0 };
  g_autoptr (EnvoiDraft) draft = NULL;
  g_autoptr (EnvoiLetterRecord) record = NULL;
  g_autofree char *id = NULL;

  set_up_slow (&provider);
  draft = fixture_write (&provider.fixture, provider.account, USER);
  id = fixture_send (&provider.fixture, draft, fixture_now (&provider.fixture));
  envoi_test_wait_until (has_greeted, &provider);
  release (&provider);
  record = fixture_wait_settled (&provider.fixture, id);
  g_assert_cmpint (record->state, ==, ENVOI_LETTER_SENT);
  check_one_way (&provider);
  tear_down (&provider);
}

/* The same when the connection is made ahead of the letter. */
static void
test_slow_token_ahead (void)
{
  Provider provider = { 0 };
  g_autoptr (EnvoiLetterRecord) record = NULL;

  set_up_slow (&provider);
  envoi_service_warm_up (provider.fixture.service, provider.account);
  envoi_test_wait_until (has_greeted, &provider);
  release (&provider);
  envoi_test_wait_until (has_signed_in, &provider);
  record = send_letter (&provider);
  g_assert_cmpint (record->state, ==, ENVOI_LETTER_SENT);
  check_one_way (&provider);
  tear_down (&provider);
}

static void
set_client (EnvoiService  *service,
            EnvoiProvider *provider,
            const char    *client_id,
            const char    *secret_text)
{
  g_autoptr (EnvoiSecret) secret = secret_text ? envoi_secret_new (secret_text, -1) : NULL;
  EnvoiTestWait wait = { 0 };
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  envoi_service_set_client_async (service, provider, client_id, secret, NULL, envoi_test_wait_cb,
                                  &wait);
  result = envoi_test_wait (&wait);
  envoi_service_set_client_finish (service, result, &error);
  g_assert_no_error (error);
}

static EnvoiSecret *
look_up_client_secret (Fixture *fixture)
{
  EnvoiTestWait wait = { 0 };
  g_autoptr (GAsyncResult) result = NULL;

  envoi_secret_store_lookup_async (fixture->secrets, "oauth-client-google",
                                   ENVOI_SECRET_CLIENT_SECRET, NULL, envoi_test_wait_cb, &wait);
  result = envoi_test_wait (&wait);
  return envoi_secret_store_lookup_finish (fixture->secrets, result, NULL);
}

/* A client id of the person's own is there for the next start as well, its
 * secret with the other secrets. */
static void
test_own_client (void)
{
  Fixture fixture = { 0 };
  EnvoiService *another;
  EnvoiProvider *gmail;
  EnvoiProvider *qq;
  g_autoptr (EnvoiSecret) secret = NULL;

  fixture_start (&fixture, ENVOI_SERVICE_PLAIN, NULL);
  gmail = envoi_provider_table_find (envoi_service_get_providers (fixture.service), "gmail");
  qq = envoi_provider_table_find (envoi_service_get_providers (fixture.service), "qq");
  g_assert_false (envoi_service_has_client_id (fixture.service, gmail));
  g_assert_false (envoi_service_has_client_id (fixture.service, qq));

  set_client (fixture.service, gmail, "my-id", "my-secret");
  g_assert_true (envoi_service_has_client_id (fixture.service, gmail));
  secret = look_up_client_secret (&fixture);
  g_assert_nonnull (secret);
  g_assert_cmpstr (envoi_secret_peek (secret), ==, "my-secret");

  another = fixture_start_another (&fixture, ENVOI_SERVICE_PLAIN);
  g_assert_true (envoi_service_has_client_id (
                   another, envoi_provider_table_find (envoi_service_get_providers (another),
                                                       "gmail")));
  fixture_stop_service (another);

  set_client (fixture.service, gmail, "", NULL);
  g_assert_false (envoi_service_has_client_id (fixture.service, gmail));
  g_clear_pointer (&secret, envoi_secret_unref);
  g_assert_null (look_up_client_secret (&fixture));
  fixture_stop (&fixture);
}

static gboolean
is_there (gpointer path)
{
  return g_file_test (path, G_FILE_TEST_EXISTS);
}

static void
test_browser (void)
{
  g_autofree char *folder = envoi_test_make_folder ();
  g_autofree char *path = g_build_filename (folder, "opened", NULL);
  g_autofree char *commands = g_strdup_printf ("/nonexistent/browser:touch %s", path);
  g_autofree char *with_mark = NULL;
  g_autoptr (GError) error = NULL;

  g_setenv ("BROWSER", commands, TRUE);
  g_chdir (folder);
  g_assert_true (envoi_browser_open ("page", &error));
  g_assert_no_error (error);
  envoi_test_wait_until (is_there, path);

  with_mark = g_build_filename (folder, "marked-page", NULL);
  g_setenv ("BROWSER", "touch marked-%s", TRUE);
  g_assert_true (envoi_browser_open ("page", &error));
  envoi_test_wait_until (is_there, with_mark);

  g_setenv ("BROWSER", "/nonexistent/browser", TRUE);
  g_assert_false (envoi_browser_open ("page", &error));
  g_assert_nonnull (error);
}

int
main (int   argc,
      char *argv[])
{
  envoi_test_init (&argc, &argv);
  g_test_add_func ("/envoi/app/sign-in/another-screen", test_another_screen);
  g_test_add_func ("/envoi/app/sign-in/another-screen-cancelled", test_another_screen_cancelled);
  g_test_add_func ("/envoi/app/sign-in/browser-to-letter", test_browser_to_letter);
  g_test_add_func ("/envoi/app/sign-in/sign-in-refused", test_sign_in_refused);
  g_test_add_func ("/envoi/app/sign-in/removed-on-a-dead-network", test_removed_on_a_dead_network);
  g_test_add_func ("/envoi/app/sign-in/stopped-on-a-dead-network", test_stopped_on_a_dead_network);
  g_test_add_func ("/envoi/app/sign-in/forgotten-at-the-end", test_forgotten_at_the_end);
  g_test_add_func ("/envoi/app/sign-in/forgotten-in-no-time", test_forgotten_in_no_time);
  g_test_add_func ("/envoi/app/sign-in/refreshes", test_refreshes);
  g_test_add_func ("/envoi/app/sign-in/slow-token", test_slow_token);
  g_test_add_func ("/envoi/app/sign-in/slow-token-ahead", test_slow_token_ahead);
  g_test_add_func ("/envoi/app/sign-in/own-client", test_own_client);
  g_test_add_func ("/envoi/app/sign-in/browser", test_browser);
  return g_test_run ();
}
