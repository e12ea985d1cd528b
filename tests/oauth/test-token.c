/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-test"

#include "config.h"

#include "envoi-test.h"
#include "token-endpoint.h"

#include "envoi-oauth-error.h"

/* What is asked of a token endpoint when no browser comes back: a refresh, a
 * revocation, and a code for another screen. */

typedef TokenEndpoint Fixture;

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
  token_endpoint_assert_field (fixture, "grant_type", "refresh_token");
  token_endpoint_assert_field (fixture, "refresh_token", "refresh-1");
  token_endpoint_assert_field (fixture, "client_secret", "s&cret");
  token_endpoint_assert_field (fixture, "scope", "send");
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
  token_endpoint_assert_field (fixture, "token", "refresh-1");

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

  fixture->next_body = TOKEN_ENDPOINT_GOOD;
  envoi_clock_set_fake_now (clock, 2 * G_USEC_PER_SEC);
  envoi_test_wait_until (heard_two_cb, fixture);
  token_endpoint_assert_field (fixture, "device_code", "d");

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

#define DEVICE_CODE(interval, expires_in) \
  "{\"device_code\":\"d\",\"user_code\":\"ABCD\",\"interval\":" interval "," \
  "\"expires_in\":" expires_in ",\"verification_uri\":\"https://id.example/d\"}"

/* Until the person is shown @code; @answer is next. */
static void
show_code (Fixture    *fixture,
           EnvoiClock *clock,
           const char *code,
           const char *answer)
{
  fixture->body = code;
  fixture->next_body = answer;
  envoi_oauth_client_device_async (fixture->client, fixture->config, clock, show_cb, NULL,
                                   envoi_test_wait_cb, &device_wait);
  envoi_test_wait_until (is_shown_cb, NULL);
  g_clear_pointer (&shown, g_free);
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

  show_code (fixture, clock, DEVICE_CODE ("2", "900"), "{\"error\":\"slow_down\"}");
  envoi_clock_set_fake_now (clock, 2 * G_USEC_PER_SEC);
  envoi_test_wait_until (heard_two_cb, fixture);
  fixture->body = TOKEN_ENDPOINT_GOOD;
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

  show_code (fixture, clock, DEVICE_CODE ("5", "12"), "{\"error\":\"authorization_pending\"}");
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
    g_autofree char *path = g_strconcat ("/envoi/oauth/token/", tests[i].name, NULL);

    g_test_add (path, Fixture, NULL, token_endpoint_set_up, tests[i].run, token_endpoint_tear_down);
  }

  return g_test_run ();
}
