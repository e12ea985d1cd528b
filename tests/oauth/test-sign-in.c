/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-test"

#include "config.h"

#include "envoi-test.h"
#include "token-endpoint.h"

#include "envoi-oauth-error.h"
#include "envoi-oauth-loopback.h"
#include "envoi-oauth-sign-in.h"

typedef TokenEndpoint Fixture;

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

  token_endpoint_assert_field (fixture, "grant_type", "authorization_code");
  token_endpoint_assert_field (fixture, "code", "the+code");
  token_endpoint_assert_field (fixture, "client_id", "envoi-test");
  token_endpoint_assert_field (fixture, "client_secret", NULL);
  token_endpoint_assert_field (fixture, "redirect_uri", redirect_uri);
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
  token_endpoint_assert_field (fixture, "code", "good");

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
  token_endpoint_assert_field (fixture, "code", "one");
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
  };

  envoi_test_init (&argc, &argv);

  for (guint i = 0; i < G_N_ELEMENTS (tests); i++) {
    g_autofree char *path = g_strconcat ("/envoi/oauth/sign-in/", tests[i].name, NULL);

    g_test_add (path, Fixture, NULL, token_endpoint_set_up, tests[i].run, token_endpoint_tear_down);
  }

  return g_test_run ();
}
