/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-test"

#include "config.h"

#include "envoi-test.h"

#include "envoi-oauth-error.h"
#include "envoi-oauth-loopback.h"
#include "envoi-oauth-sign-in.h"

#include <libsoup/soup.h>

/* A token endpoint that says what a test wants, and remembers what it heard. */
typedef struct {
  SoupServer *server;
  char *base;
  guint status;
  const char *body;
  guint count;
  GHashTable *form;
  gboolean is_silent;
  SoupServerMessage *held;
  const char *next_body;      /* replaces body after one answer */

  EnvoiOAuthClient *client;
  EnvoiOAuthConfig *config;
  EnvoiRandom *random;
} Fixture;

#define GOOD "{\"access_token\":\"access-1\",\"refresh_token\":\"refresh-2\",\"expires_in\":3600}"

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

  fixture->count++;
  g_clear_pointer (&fixture->form, g_hash_table_unref);
  fixture->form = soup_form_decode (text);

  if (fixture->is_silent) {
    soup_server_message_pause (message);
    fixture->held = message;
    return;
  }

  if (fixture->status == 302)
    soup_message_headers_replace (soup_server_message_get_response_headers (message), "Location",
                                  "/elsewhere");
  soup_server_message_set_status (message, fixture->status, NULL);
  soup_server_message_set_response (message, "application/json", SOUP_MEMORY_COPY, fixture->body,
                                    strlen (fixture->body));
  if (fixture->next_body) {
    fixture->body = fixture->next_body;
    fixture->next_body = NULL;
    fixture->status = 200;
  }
}

static void
set_up (Fixture       *fixture,
        gconstpointer  user_data)
{
  static const char *const scopes[] = { "send", NULL };
  g_autoptr (GError) error = NULL;
  GSList *uris;

  fixture->server = soup_server_new (NULL, NULL);
  soup_server_add_handler (fixture->server, NULL, serve_cb, fixture, NULL);
  g_assert_true (soup_server_listen_local (fixture->server, 0, SOUP_SERVER_LISTEN_IPV4_ONLY,
                                           &error));
  uris = soup_server_get_uris (fixture->server);
  fixture->base = g_strdup_printf ("http://127.0.0.1:%d", g_uri_get_port (uris->data));
  g_slist_free_full (uris, (GDestroyNotify) g_uri_unref);
  fixture->status = 200;
  fixture->body = GOOD;

  fixture->client = envoi_oauth_client_new ();
  fixture->random = envoi_random_new_system ();
  fixture->config = envoi_oauth_config_new ();
  fixture->config->authorization_endpoint = g_strconcat (fixture->base, "/authorize", NULL);
  fixture->config->token_endpoint = g_strconcat (fixture->base, "/token", NULL);
  fixture->config->device_endpoint = g_strconcat (fixture->base, "/device", NULL);
  fixture->config->revocation_endpoint = g_strconcat (fixture->base, "/revoke", NULL);
  fixture->config->scopes = g_strdupv ((char **) scopes);
  fixture->config->client_id = g_strdup ("envoi-test");
  fixture->config->redirect_host = g_strdup ("127.0.0.1");
  fixture->config->redirect_path = g_strdup ("/back");
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  user_data)
{
  if (fixture->held)
    soup_server_message_unpause (fixture->held);
  g_clear_object (&fixture->client);
  g_clear_object (&fixture->random);
  g_clear_pointer (&fixture->config, envoi_oauth_config_unref);
  g_clear_pointer (&fixture->form, g_hash_table_unref);
  soup_server_disconnect (fixture->server);
  g_clear_object (&fixture->server);
  g_free (fixture->base);
}

static void
assert_field (Fixture    *fixture,
              const char *name,
              const char *value)
{
  g_assert_cmpstr (g_hash_table_lookup (fixture->form, name), ==, value);
}

/* What a program on this computer says to the loopback server, and what it hears. */
typedef struct {
  GSocketConnection *connection;
  char answer[8192];
  gsize length;
  gboolean is_done;
} Visit;

static void
visit_read_cb (GObject      *source,
               GAsyncResult *result,
               gpointer      user_data)
{
  Visit *visit = user_data;

  /* A server that closes before it read everything resets the connection. */
  g_input_stream_read_all_finish (G_INPUT_STREAM (source), result, &visit->length, NULL);
  visit->is_done = TRUE;
}

static gboolean
visit_done_cb (gpointer visit)
{
  return ((Visit *) visit)->is_done;
}

static Visit *
visit_begin (guint16     port,
             gboolean    is_ipv6,
             const char *bytes)
{
  Visit *visit = g_new0 (Visit, 1);
  g_autoptr (GSocketClient) client = g_socket_client_new ();
  g_autoptr (GError) error = NULL;

  visit->connection = g_socket_client_connect_to_host (client, is_ipv6 ? "::1" : "127.0.0.1", port,
                                                       NULL, &error);
  if (!visit->connection) {
    g_free (visit);
    return NULL;
  }

  g_output_stream_write_all (g_io_stream_get_output_stream (G_IO_STREAM (visit->connection)), bytes,
                             strlen (bytes), NULL, NULL, NULL);
  g_input_stream_read_all_async (g_io_stream_get_input_stream (G_IO_STREAM (visit->connection)),
                                 visit->answer, sizeof visit->answer - 1, 0, NULL, visit_read_cb,
                                 visit);
  return visit;
}

/* (transfer full): what came back, "" when only the connection closed. */
static char *
visit_end (Visit *visit)
{
  char *answer;

  envoi_test_wait_until (visit_done_cb, visit);
  answer = g_strdup (visit->answer);
  g_object_unref (visit->connection);
  g_free (visit);
  return answer;
}

static char *
say (guint16     port,
     const char *bytes)
{
  return visit_end (visit_begin (port, FALSE, bytes));
}

static char *
get_parameter (const char *uri,
               const char *name)
{
  g_autoptr (GHashTable) parameters =
    g_uri_parse_params (strchr (uri, '?') + 1, -1, "&", G_URI_PARAMS_WWW_FORM, NULL);

  return g_strdup (g_hash_table_lookup (parameters, name));
}

/* A sign-in that waits, and what a browser needs to know of it. */
typedef struct {
  EnvoiOAuthSignIn *sign_in;
  char *state;
  char *challenge;
  char *redirect_uri;
  guint16 port;
  EnvoiTestWait wait;
} Attempt;

static Attempt *
attempt_begin (Fixture      *fixture,
               GCancellable *cancellable)
{
  Attempt *attempt = g_new0 (Attempt, 1);
  g_autoptr (GError) error = NULL;
  g_autofree char *uri = NULL;
  g_autoptr (GUri) redirect = NULL;

  attempt->sign_in = envoi_oauth_sign_in_new (fixture->client, fixture->config, "a@example.org",
                                              fixture->random, &error);
  g_assert_no_error (error);
  uri = envoi_oauth_sign_in_format_uri (attempt->sign_in);
  attempt->state = get_parameter (uri, "state");
  attempt->challenge = get_parameter (uri, "code_challenge");
  attempt->redirect_uri = get_parameter (uri, "redirect_uri");
  redirect = g_uri_parse (attempt->redirect_uri, G_URI_FLAGS_NONE, NULL);
  attempt->port = (guint16) g_uri_get_port (redirect);
  envoi_oauth_sign_in_run_async (attempt->sign_in, cancellable, envoi_test_wait_cb, &attempt->wait);
  return attempt;
}

static char *
make_visit (Attempt    *attempt,
            const char *query)
{
  return g_strdup_printf ("GET /back?state=%s&%s HTTP/1.1\r\nHost: 127.0.0.1:%u\r\n"
                          "Sec-Fetch-Site: cross-site\r\nSec-Fetch-Mode: navigate\r\n\r\n",
                          attempt->state, query, attempt->port);
}

static EnvoiOAuthToken *
attempt_end (Attempt  *attempt,
             GError  **error)
{
  g_autoptr (GAsyncResult) result = envoi_test_wait (&attempt->wait);
  EnvoiOAuthToken *token = envoi_oauth_sign_in_run_finish (attempt->sign_in, result, error);

  g_clear_object (&result);
  envoi_test_let_go (&attempt->sign_in);
  g_free (attempt->state);
  g_free (attempt->challenge);
  g_free (attempt->redirect_uri);
  g_free (attempt);
  return token;
}

static void
assert_good_answer (const char *answer)
{
  g_assert_true (g_str_has_prefix (answer, "HTTP/1.1 200 "));
  g_assert_nonnull (strstr (answer, "Cache-Control: no-store"));
  g_assert_nonnull (strstr (answer, "Content-Security-Policy: default-src 'none'"));
  g_assert_nonnull (strstr (answer, "Referrer-Policy: no-referrer"));
  g_assert_nonnull (strstr (answer, "You are signed in."));
}

static void
test_whole (Fixture       *fixture,
            gconstpointer  user_data)
{
  Attempt *attempt = attempt_begin (fixture, NULL);
  g_autofree char *visit = make_visit (attempt, "code=the%2Bcode");
  g_autofree char *redirect_uri = g_strdup (attempt->redirect_uri);
  g_autofree char *challenge = g_strdup (attempt->challenge);
  guint16 port = attempt->port;
  g_autofree char *answer = say (port, visit);
  g_autofree char *again = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (EnvoiOAuthToken) token = attempt_end (attempt, &error);

  g_assert_no_error (error);
  assert_good_answer (answer);
  g_assert_null (strstr (answer, "the+code"));
  g_assert_cmpstr (envoi_secret_peek (token->access_token), ==, "access-1");
  g_assert_cmpstr (envoi_secret_peek (token->refresh_token), ==, "refresh-2");

  assert_field (fixture, "grant_type", "authorization_code");
  assert_field (fixture, "code", "the+code");
  assert_field (fixture, "client_id", "envoi-test");
  assert_field (fixture, "client_secret", NULL);
  assert_field (fixture, "redirect_uri", redirect_uri);
  again = envoi_pkce_make_challenge (g_hash_table_lookup (fixture->form, "code_verifier"));
  g_assert_cmpstr (again, ==, challenge);

  /* One shot: the port is closed. */
  g_assert_null (visit_begin (port, FALSE, "GET / HTTP/1.1\r\n\r\n"));
  g_assert_null (visit_begin (port, TRUE, "GET / HTTP/1.1\r\n\r\n"));
}

/* Every attack is turned away, and the sign-in works afterwards. */
static void
test_attacks (Fixture       *fixture,
              gconstpointer  user_data)
{
  /* $P = the port, $S = the state */
  static const struct {
    const char *says;
    const char *request;
    const char *status;
  } cases[] = {
    { "A wrong path.", "GET /other?code=x&state=$S HTTP/1.1\r\nHost: 127.0.0.1:$P\r\n\r\n", "404" },
    { "A longer path.", "GET /back/?code=x&state=$S HTTP/1.1\r\nHost: 127.0.0.1:$P\r\n\r\n", "404" },
    { "The icon.", "GET /favicon.ico HTTP/1.1\r\nHost: 127.0.0.1:$P\r\n\r\n", "404" },
    { "A name that resolves to us.",
      "GET /back?code=x&state=$S HTTP/1.1\r\nHost: evil.example:$P\r\n\r\n", "400" },
    { "No host.", "GET /back?code=x&state=$S HTTP/1.1\r\n\r\n", "400" },
    { "A host without our port.",
      "GET /back?code=x&state=$S HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n", "400" },
    { "Two hosts.", "GET /back?code=x&state=$S HTTP/1.1\r\nHost: 127.0.0.1:$P\r\n"
      "Host: 127.0.0.1:$P\r\n\r\n", "400" },
    { "A wrong state.", "GET /back?code=x&state=0 HTTP/1.1\r\nHost: 127.0.0.1:$P\r\n\r\n", "400" },
    { "A refusal with a wrong state.",
      "GET /back?error=access_denied&state=0 HTTP/1.1\r\nHost: 127.0.0.1:$P\r\n\r\n", "400" },
    { "No query.", "GET /back HTTP/1.1\r\nHost: 127.0.0.1:$P\r\n\r\n", "400" },
    { "Another method.", "POST /back?code=x&state=$S HTTP/1.1\r\nHost: 127.0.0.1:$P\r\n\r\n", "405" },
    { "A page's script.", "GET /back?code=x&state=$S HTTP/1.1\r\nHost: 127.0.0.1:$P\r\n"
      "Sec-Fetch-Site: cross-site\r\nSec-Fetch-Mode: cors\r\n\r\n", "400" },
    { "A page's picture.", "GET /back?code=x&state=$S HTTP/1.1\r\nHost: 127.0.0.1:$P\r\n"
      "Sec-Fetch-Mode: no-cors\r\n\r\n", "400" },
    { "An old browser's script.", "GET /back?code=x&state=$S HTTP/1.1\r\nHost: 127.0.0.1:$P\r\n"
      "Origin: https://evil.example\r\n\r\n", "400" },
    { "Not HTTP.", "HELO evil.example\r\n\r\n", "400" },
    { "HTTP of another age.", "GET /back?code=x&state=$S\r\n\r\n", "400" },
  };
  Attempt *attempt = attempt_begin (fixture, NULL);
  g_autofree char *visit = make_visit (attempt, "code=good");
  g_autofree char *huge = g_strnfill (20000, 'x');
  g_autofree char *huge_answer = NULL;
  g_autofree char *answer = NULL;
  g_autofree char *port = g_strdup_printf ("%u", attempt->port);
  g_autoptr (GError) error = NULL;
  g_autoptr (EnvoiOAuthToken) token = NULL;
  Visit *silent[12] = { NULL };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GString) request = g_string_new (cases[i].request);
    g_autofree char *reply = NULL;

    g_test_message ("%s", cases[i].says);
    g_string_replace (request, "$P", port, 0);
    g_string_replace (request, "$S", attempt->state, 0);
    reply = say (attempt->port, request->str);
    g_assert_true (g_str_has_prefix (reply, "HTTP/1.1 "));
    g_assert_cmpmem (reply + 9, 3, cases[i].status, 3);
    g_assert_null (strstr (reply, "evil"));
  }

  huge_answer = say (attempt->port, huge);
  g_assert_true (*huge_answer == '\0' || g_str_has_prefix (huge_answer, "HTTP/1.1 400"));

  /* More silent visitors than there is room for do not lock the browser out. */
  for (guint i = 0; i < G_N_ELEMENTS (silent); i++) {
    silent[i] = visit_begin (attempt->port, FALSE, "GET /back");
    while (g_main_context_iteration (NULL, FALSE))
      continue;
  }

  answer = say (attempt->port, visit);
  assert_good_answer (answer);
  token = attempt_end (attempt, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (fixture->count, ==, 1);
  assert_field (fixture, "code", "good");

  for (guint i = 0; i < G_N_ELEMENTS (silent); i++)
    g_free (visit_end (silent[i]));
}

/* A browser that sends its request twice, or somebody who has seen the address: one of them counts. */
static void
test_second_request (Fixture       *fixture,
                     gconstpointer  user_data)
{
  Attempt *attempt = attempt_begin (fixture, NULL);
  g_autofree char *request = make_visit (attempt, "code=one");
  Visit *visits[] = {
    visit_begin (attempt->port, FALSE, request),
    visit_begin (attempt->port, FALSE, request),
  };
  g_autoptr (GError) error = NULL;
  g_autoptr (EnvoiOAuthToken) token = attempt_end (attempt, &error);
  guint n_good = 0;

  g_assert_no_error (error);
  for (guint i = 0; i < G_N_ELEMENTS (visits); i++) {
    g_autofree char *answer = visit_end (visits[i]);

    n_good += g_str_has_prefix (answer, "HTTP/1.1 200") ? 1 : 0;
  }

  g_assert_cmpuint (n_good, ==, 1);
  g_assert_cmpuint (fixture->count, ==, 1);
  assert_field (fixture, "code", "one");
}

static void
test_slow (Fixture       *fixture,
           gconstpointer  user_data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (EnvoiOAuthLoopback) loopback = envoi_oauth_loopback_new (0, "/", &error);
  g_autofree char *answer = NULL;

  g_assert_no_error (error);
  envoi_oauth_loopback_set_patience (loopback, 50);
  answer = say (envoi_oauth_loopback_get_port (loopback), "GET / HTTP/1.1\r\nHost: ");
  g_assert_cmpstr (answer, ==, "");
}

static void
test_ipv6 (Fixture       *fixture,
           gconstpointer  user_data)
{
  Attempt *attempt;
  g_autofree char *visit = NULL;
  g_autofree char *answer = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (EnvoiOAuthToken) token = NULL;
  Visit *other;

  g_free (fixture->config->redirect_host);
  fixture->config->redirect_host = g_strdup ("localhost");
  attempt = attempt_begin (fixture, NULL);
  g_assert_true (g_str_has_prefix (attempt->redirect_uri, "http://localhost:"));
  visit = g_strdup_printf ("GET /back?state=%s&code=six HTTP/1.1\r\nHost: localhost:%u\r\n\r\n",
                           attempt->state, attempt->port);
  other = visit_begin (attempt->port, TRUE, visit);
  answer = other ? visit_end (other) : say (attempt->port, visit);
  assert_good_answer (answer);
  token = attempt_end (attempt, &error);
  g_assert_no_error (error);
}

static void
test_declined (Fixture       *fixture,
               gconstpointer  user_data)
{
  Attempt *attempt = attempt_begin (fixture, NULL);
  g_autofree char *visit = make_visit (attempt, "error=access_denied&error_description=No%21");
  g_autofree char *answer = say (attempt->port, visit);
  g_autoptr (GError) error = NULL;

  g_assert_nonnull (strstr (answer, "The sign-in failed."));
  g_assert_null (strstr (answer, "No!"));
  g_assert_null (attempt_end (attempt, &error));
  g_assert_error (error, ENVOI_OAUTH_ERROR, ENVOI_OAUTH_ERROR_DENIED);
  g_assert_cmpuint (fixture->count, ==, 0);
}

static void
test_paste (Fixture       *fixture,
            gconstpointer  user_data)
{
  Attempt *attempt = attempt_begin (fixture, NULL);
  g_autofree char *address = g_strdup_printf ("  http://127.0.0.1:1/back?code=p&state=%s\n",
                                              attempt->state);
  g_autoptr (GError) error = NULL;
  g_autoptr (EnvoiOAuthToken) token = NULL;

  g_assert_false (envoi_oauth_sign_in_paste (attempt->sign_in, "garbage"));
  g_assert_false (envoi_oauth_sign_in_paste (attempt->sign_in, "http://127.0.0.1/?code=p&state=0"));
  g_assert_true (envoi_oauth_sign_in_paste (attempt->sign_in, address));
  g_assert_false (envoi_oauth_sign_in_paste (attempt->sign_in, address));
  token = attempt_end (attempt, &error);
  g_assert_no_error (error);
}

static void
test_cancelled (Fixture       *fixture,
                gconstpointer  user_data)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  Attempt *attempt = attempt_begin (fixture, cancellable);
  g_autoptr (GError) error = NULL;

  g_cancellable_cancel (cancellable);
  g_assert_null (attempt_end (attempt, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

static void
test_nobody_comes (Fixture       *fixture,
                   gconstpointer  user_data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (EnvoiOAuthSignIn) sign_in = envoi_oauth_sign_in_new (fixture->client, fixture->config,
                                                                  NULL, fixture->random, &error);
  EnvoiTestWait wait = { NULL };
  g_autoptr (GAsyncResult) result = NULL;

  envoi_oauth_sign_in_set_patience (sign_in, 20);
  envoi_oauth_sign_in_run_async (sign_in, NULL, envoi_test_wait_cb, &wait);
  result = envoi_test_wait (&wait);
  g_assert_null (envoi_oauth_sign_in_run_finish (sign_in, result, &error));
  g_assert_error (error, ENVOI_OAUTH_ERROR, ENVOI_OAUTH_ERROR_DENIED);
}

static EnvoiOAuthToken *
refresh (Fixture  *fixture,
         GError  **error)
{
  EnvoiTestWait wait = { NULL };
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (EnvoiSecret) token = envoi_secret_new ("refresh-1", -1);

  envoi_oauth_client_refresh_async (fixture->client, fixture->config, token, NULL,
                                    envoi_test_wait_cb, &wait);
  result = envoi_test_wait (&wait);
  return envoi_oauth_client_token_finish (fixture->client, result, error);
}

static void
test_refresh (Fixture       *fixture,
              gconstpointer  user_data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (EnvoiOAuthToken) token = NULL;

  fixture->config->client_secret = envoi_secret_new ("s&cret", -1);
  token = refresh (fixture, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (envoi_secret_peek (token->refresh_token), ==, "refresh-2");
  assert_field (fixture, "grant_type", "refresh_token");
  assert_field (fixture, "refresh_token", "refresh-1");
  assert_field (fixture, "client_secret", "s&cret");
  assert_field (fixture, "scope", "send");
}

static void
test_refresh_fails (Fixture       *fixture,
                    gconstpointer  user_data)
{
  g_autofree char *huge = g_strnfill (100 * 1024, ' ');
  const struct {
    guint status;
    const char *body;
    int code;
  } cases[] = {
    { 400, "{\"error\":\"invalid_grant\"}", ENVOI_OAUTH_ERROR_GRANT_INVALID },
    { 401, "{\"error\":\"invalid_client\"}", ENVOI_OAUTH_ERROR_CLIENT_INVALID },
    { 503, "busy", ENVOI_OAUTH_ERROR_UNREACHABLE },
    { 302, "", ENVOI_OAUTH_ERROR_MALFORMED },
    { 200, huge, ENVOI_OAUTH_ERROR_MALFORMED },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GError) error = NULL;

    fixture->status = cases[i].status;
    fixture->body = cases[i].body;
    fixture->count = 0;
    g_assert_null (refresh (fixture, &error));
    g_assert_error (error, ENVOI_OAUTH_ERROR, cases[i].code);
    g_assert_null (strstr (error->message, "refresh-1"));
    /* A redirect is not followed: the form holds secrets. */
    g_assert_cmpuint (fixture->count, ==, 1);
  }
}

static void
test_slow_and_dead (Fixture       *fixture,
                    gconstpointer  user_data)
{
  g_autoptr (GError) error = NULL;

  fixture->is_silent = TRUE;
  envoi_oauth_client_set_patience (fixture->client, 50);
  g_assert_null (refresh (fixture, &error));
  g_assert_error (error, ENVOI_OAUTH_ERROR, ENVOI_OAUTH_ERROR_UNREACHABLE);
  g_clear_error (&error);

  soup_server_disconnect (fixture->server);
  fixture->held = NULL;
  envoi_oauth_client_set_patience (fixture->client, 30000);
  g_assert_null (refresh (fixture, &error));
  g_assert_error (error, ENVOI_OAUTH_ERROR, ENVOI_OAUTH_ERROR_UNREACHABLE);
}

/* Without TLS a secret goes nowhere but to this computer. */
static void
test_plain_http (Fixture       *fixture,
                 gconstpointer  user_data)
{
  g_autoptr (GError) error = NULL;

  g_free (fixture->config->token_endpoint);
  fixture->config->token_endpoint = g_strdup ("http://id.example/token");
  g_assert_null (refresh (fixture, &error));
  g_assert_error (error, ENVOI_OAUTH_ERROR, ENVOI_OAUTH_ERROR_MALFORMED);
}

static gboolean
take_back (Fixture  *fixture,
           GError  **error)
{
  EnvoiTestWait wait = { NULL };
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (EnvoiSecret) token = envoi_secret_new ("refresh-1", -1);

  envoi_oauth_client_revoke_async (fixture->client, fixture->config, token, NULL,
                                   envoi_test_wait_cb, &wait);
  result = envoi_test_wait (&wait);
  return envoi_oauth_client_revoke_finish (fixture->client, result, error);
}

static void
test_revoke (Fixture       *fixture,
             gconstpointer  user_data)
{
  g_autoptr (GError) error = NULL;

  fixture->body = "";
  g_assert_true (take_back (fixture, &error));
  assert_field (fixture, "token", "refresh-1");

  fixture->status = 503;
  g_assert_false (take_back (fixture, &error));
  g_assert_error (error, ENVOI_OAUTH_ERROR, ENVOI_OAUTH_ERROR_UNREACHABLE);
  g_clear_error (&error);

  fixture->count = 0;
  g_clear_pointer (&fixture->config->revocation_endpoint, g_free);
  g_assert_true (take_back (fixture, &error));
  g_assert_cmpuint (fixture->count, ==, 0);
}

static EnvoiTestWait device_wait;
static char *shown;

static void
show_cb (const EnvoiOAuthDeviceCode *code,
         gpointer                    user_data)
{
  shown = g_strdup_printf ("%s %s", code->user_code, code->verification_uri);
}

static gboolean
heard_two_cb (gpointer fixture)
{
  return ((Fixture *) fixture)->count >= 2;
}

static gboolean
is_shown_cb (gpointer user_data)
{
  return shown != NULL;
}

static void
test_device (Fixture       *fixture,
             gconstpointer  user_data)
{
  g_autoptr (EnvoiClock) clock = envoi_clock_new_fake (0);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (EnvoiOAuthToken) token = NULL;

  fixture->body = "{\"device_code\":\"d\",\"user_code\":\"ABCD\",\"interval\":2,\"expires_in\":900,"
                  "\"verification_uri\":\"https://id.example/d\"}";
  fixture->next_body = "{\"error\":\"authorization_pending\"}";
  envoi_oauth_client_device_async (fixture->client, fixture->config, clock, show_cb, NULL,
                                   envoi_test_wait_cb, &device_wait);
  envoi_test_wait_until (is_shown_cb, NULL);
  g_assert_cmpstr (shown, ==, "ABCD https://id.example/d");
  g_clear_pointer (&shown, g_free);

  fixture->next_body = GOOD;
  envoi_clock_set_fake_now (clock, 2 * G_USEC_PER_SEC);
  envoi_test_wait_until (heard_two_cb, fixture);
  assert_field (fixture, "device_code", "d");

  while (!device_wait.result) {
    envoi_clock_set_fake_now (clock, envoi_clock_get_now (clock) + G_USEC_PER_SEC);
    g_main_context_iteration (NULL, TRUE);
  }
  result = envoi_test_wait (&device_wait);
  token = envoi_oauth_client_token_finish (fixture->client, result, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (envoi_secret_peek (token->access_token), ==, "access-1");
}

static void
test_device_declined (Fixture       *fixture,
                      gconstpointer  user_data)
{
  g_autoptr (EnvoiClock) clock = envoi_clock_new_fake (0);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  fixture->body = "{\"device_code\":\"d\",\"user_code\":\"ABCD\","
                  "\"verification_uri\":\"https://id.example/d\"}";
  fixture->next_body = "{\"error\":\"authorization_declined\"}";
  envoi_oauth_client_device_async (fixture->client, fixture->config, clock, show_cb, NULL,
                                   envoi_test_wait_cb, &device_wait);
  envoi_test_wait_until (is_shown_cb, NULL);
  g_clear_pointer (&shown, g_free);
  envoi_clock_set_fake_now (clock, 5 * G_USEC_PER_SEC);
  result = envoi_test_wait (&device_wait);
  g_assert_null (envoi_oauth_client_token_finish (fixture->client, result, &error));
  g_assert_error (error, ENVOI_OAUTH_ERROR, ENVOI_OAUTH_ERROR_DENIED);
}

static gboolean
over_cb (gpointer is_over)
{
  *(gboolean *) is_over = TRUE;
  return G_SOURCE_REMOVE;
}

static gboolean
is_true (gpointer value)
{
  return *(gboolean *) value;
}

/* Lets an answer that is on its way arrive; nothing else tells of it. */
static void
settle (void)
{
  gboolean is_over = FALSE;

  g_timeout_add (400, over_cb, &is_over);
  envoi_test_wait_until (is_true, &is_over);
}

/* RFC 8628 section 3.5: five seconds more from then on. */
static void
test_device_slow_down (Fixture       *fixture,
                       gconstpointer  user_data)
{
  g_autoptr (EnvoiClock) clock = envoi_clock_new_fake (0);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (EnvoiOAuthToken) token = NULL;

  fixture->body = "{\"device_code\":\"d\",\"user_code\":\"ABCD\",\"interval\":2,\"expires_in\":900,"
                  "\"verification_uri\":\"https://id.example/d\"}";
  fixture->next_body = "{\"error\":\"slow_down\"}";
  envoi_oauth_client_device_async (fixture->client, fixture->config, clock, show_cb, NULL,
                                   envoi_test_wait_cb, &device_wait);
  envoi_test_wait_until (is_shown_cb, NULL);
  g_clear_pointer (&shown, g_free);

  envoi_clock_set_fake_now (clock, 2 * G_USEC_PER_SEC);
  envoi_test_wait_until (heard_two_cb, fixture);
  fixture->body = GOOD;
  settle ();
  envoi_clock_set_fake_now (clock, 8 * G_USEC_PER_SEC);
  settle ();
  g_assert_cmpuint (fixture->count, ==, 2);
  envoi_clock_set_fake_now (clock, 30 * G_USEC_PER_SEC);
  result = envoi_test_wait (&device_wait);
  token = envoi_oauth_client_token_finish (fixture->client, result, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (fixture->count, ==, 3);
}

static void
test_device_expired (Fixture       *fixture,
                     gconstpointer  user_data)
{
  g_autoptr (EnvoiClock) clock = envoi_clock_new_fake (0);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  fixture->body = "{\"device_code\":\"d\",\"user_code\":\"ABCD\",\"interval\":5,\"expires_in\":12,"
                  "\"verification_uri\":\"https://id.example/d\"}";
  fixture->next_body = "{\"error\":\"authorization_pending\"}";
  envoi_oauth_client_device_async (fixture->client, fixture->config, clock, show_cb, NULL,
                                   envoi_test_wait_cb, &device_wait);
  envoi_test_wait_until (is_shown_cb, NULL);
  g_clear_pointer (&shown, g_free);

  envoi_clock_set_fake_now (clock, 5 * G_USEC_PER_SEC);
  envoi_test_wait_until (heard_two_cb, fixture);
  envoi_clock_set_fake_now (clock, 11 * G_USEC_PER_SEC);
  result = envoi_test_wait (&device_wait);
  g_assert_null (envoi_oauth_client_token_finish (fixture->client, result, &error));
  g_assert_error (error, ENVOI_OAUTH_ERROR, ENVOI_OAUTH_ERROR_GRANT_INVALID);
  g_assert_cmpuint (fixture->count, <=, 3);
}

int
main (int   argc,
      char *argv[])
{
  static const struct {
    const char *name;
    void (*run)(Fixture *, gconstpointer);
  } tests[] = {
    { "whole", test_whole },
    { "attacks", test_attacks },
    { "second-request", test_second_request },
    { "slow-visitor", test_slow },
    { "ipv6", test_ipv6 },
    { "declined", test_declined },
    { "paste", test_paste },
    { "cancelled", test_cancelled },
    { "nobody-comes", test_nobody_comes },
    { "refresh", test_refresh },
    { "refresh-fails", test_refresh_fails },
    { "slow-and-dead", test_slow_and_dead },
    { "plain-http", test_plain_http },
    { "revoke", test_revoke },
    { "device", test_device },
    { "device-declined", test_device_declined },
    { "device-slow-down", test_device_slow_down },
    { "device-expired", test_device_expired },
  };

  envoi_test_init (&argc, &argv);

  for (guint i = 0; i < G_N_ELEMENTS (tests); i++) {
    g_autofree char *path = g_strconcat ("/envoi/oauth/sign-in/", tests[i].name, NULL);

    g_test_add (path, Fixture, NULL, set_up, tests[i].run, tear_down);
  }

  return g_test_run ();
}
