/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-test"

#include "config.h"

#include "envoi-smtp-error.h"
#include "sasl/envoi-sasl-private.h"

#include "envoi-test.h"

#include <gsasl.h>
#include <string.h>

static EnvoiSasl *
begin (const char *name,
       const char *user,
       const char *secret_text,
       GBytes     *binding)
{
  g_autoptr (EnvoiSecret) secret = envoi_secret_new (secret_text, -1);
  g_autoptr (EnvoiSmtpCredentials) credentials =
    envoi_smtp_credentials_new (ENVOI_SMTP_AUTH_AUTO, user, secret);
  g_autoptr (EnvoiSmtpEndpoint) endpoint =
    envoi_smtp_endpoint_new ("server.example.com", 587, ENVOI_SMTP_SECURITY_TLS, NULL, 0, NULL);

  return envoi_sasl_new_for_mechanism (name, credentials, endpoint, binding);
}

static void
assert_response (EnvoiSecret *response,
                 const char  *expected,
                 gsize        length)
{
  g_assert_nonnull (response);
  g_assert_cmpmem (envoi_secret_peek (response), envoi_secret_get_length (response),
                   expected, length);
  envoi_secret_unref (response);
}

static EnvoiSecret *
respond (EnvoiSasl  *sasl,
         const char *challenge)
{
  return envoi_sasl_respond (sasl, (const guint8 *) challenge, strlen (challenge), NULL);
}

static void
assert_refuses (EnvoiSasl  *sasl,
                const char *challenge)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (envoi_sasl_respond (sasl, (const guint8 *) challenge, strlen (challenge), &error));
  g_assert_error (error, ENVOI_SMTP_ERROR, ENVOI_SMTP_ERROR_PROTOCOL);
}

/* RFC 4616 section 4. */
static void
test_plain (void)
{
  g_autoptr (EnvoiSasl) sasl = begin ("PLAIN", "tim", "tanstaaftanstaaf", NULL);

  g_assert_true (envoi_sasl_is_client_first (sasl));
  assert_response (envoi_sasl_begin (sasl, NULL), "\0tim\0tanstaaftanstaaf", 21);
  assert_refuses (sasl, "");
}

static void
test_login (void)
{
  static const char *const prompts[][2] = {
    { "Username:", "Password:" }, { "username:", "password:" }, { "User Name", "Password" },
    { "", "" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (prompts); i++) {
    g_autoptr (EnvoiSasl) sasl = begin ("LOGIN", "tim", "tanstaaf", NULL);

    g_assert_false (envoi_sasl_is_client_first (sasl));
    assert_response (respond (sasl, prompts[i][0]), "tim", 3);
    assert_response (respond (sasl, prompts[i][1]), "tanstaaf", 8);
    assert_refuses (sasl, "Password:");
  }
}

/* RFC 2195 section 2. */
static void
test_cram_md5 (void)
{
  static const char expected[] = "tim b913a602c7eda7a495b4e6e7334d3890";
  g_autoptr (EnvoiSasl) sasl = begin ("CRAM-MD5", "tim", "tanstaaftanstaaf", NULL);

  assert_response (respond (sasl, "<1896.697170952@postoffice.reston.mci.net>"),
                   expected, strlen (expected));
  assert_refuses (sasl, "<again>");
}

/* Google's own example of the form. */
static void
test_xoauth2 (void)
{
  static const char expected[] =
    "user=someuser@example.com\001auth=Bearer ya29.vF9dft4qmTc2Nvb3RlckBhdHRhdmlzdGEuY29tCg"
    "\001\001";
  g_autoptr (EnvoiSasl) sasl = begin ("XOAUTH2", "someuser@example.com",
                                      "ya29.vF9dft4qmTc2Nvb3RlckBhdHRhdmlzdGEuY29tCg", NULL);

  assert_response (envoi_sasl_begin (sasl, NULL), expected, strlen (expected));
  assert_response (respond (sasl, "{\"status\":\"401\",\"schemes\":\"bearer mac\"}"), "", 0);
  g_assert_nonnull (strstr (envoi_sasl_get_explanation (sasl), "expired"));
  assert_refuses (sasl, "{\"status\":\"401\"}");
}

/* RFC 7628 section 4.1 (user and host as there) and 4.3. */
static void
test_oauthbearer (void)
{
  static const char expected[] =
    "n,a=user@example.com,\001host=server.example.com\001port=587\001"
    "auth=Bearer vF9dft4qmTc2Nvb3RlckBhbHRhdmlzdGEuY29tCg==\001\001";
  g_autoptr (EnvoiSasl) sasl = begin ("OAUTHBEARER", "user@example.com",
                                      "vF9dft4qmTc2Nvb3RlckBhbHRhdmlzdGEuY29tCg==", NULL);

  assert_response (envoi_sasl_begin (sasl, NULL), expected, strlen (expected));
  assert_response (respond (sasl, "{\"status\":\"invalid_token\",\"scope\":\"example_scope\"}"),
                   "\001", 1);
  g_assert_nonnull (strstr (envoi_sasl_get_explanation (sasl), "expired"));
  assert_refuses (sasl, "");
}

static void
test_oauthbearer_name (void)
{
  g_autoptr (EnvoiSasl) sasl = begin ("OAUTHBEARER", "a=b,c", "t", NULL);
  g_autoptr (EnvoiSecret) response = envoi_sasl_begin (sasl, NULL);

  g_assert_true (g_str_has_prefix (envoi_secret_peek (response), "n,a=a=3Db=2Cc,\001"));
}

static void
test_json (void)
{
  static const struct {
    const char *prose, *json, *status;
  } cases[] = {
    { "Google", "{\"status\":\"400\",\"schemes\":\"Bearer\"}", "400" },
    { "a number", "{ \"status\" : 401 }", "401" },
    { "not first", "{\"schemes\":\"x\",\n\t\"status\":\"invalid_token\"}", "invalid_token" },
    { "no such member", "{\"state\":\"400\"}", NULL },
    { "no value", "{\"status\"", NULL },
    { "no value after the colon", "{\"status\":", NULL },
    { "an empty value", "{\"status\":\"\"}", NULL },
    { "another kind of value", "{\"status\":[1]}", NULL },
    { "a value that is cut", "{\"status\":\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\"}",
      "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa" },
    { "markup", "{\"status\":\"<b>\"}", NULL },
    { "no JSON", "hello", NULL },
    { "nothing", "", NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *status = envoi_sasl_dup_json_status ((const guint8 *) cases[i].json,
                                                          strlen (cases[i].json));

    g_test_message ("%s", cases[i].prose);
    g_assert_cmpstr (status, ==, cases[i].status);
    g_assert_nonnull (envoi_sasl_explain_status (status));
  }
}

static int
server_cb (Gsasl         *library,
           Gsasl_session *session,
           Gsasl_property property)
{
  if (property != GSASL_PASSWORD && property != GSASL_CB_TLS_EXPORTER)
    return GSASL_NO_CALLBACK;

  gsasl_property_set (session, property, property == GSASL_PASSWORD ? "pencil" : "YmluZGluZw==");
  return GSASL_OK;
}

/* Signs in at a server by libgsasl; returns whether both were satisfied. */
static gboolean
sign_in (const char *mechanism,
         const char *password,
         const char *binding_text)
{
  g_autoptr (GBytes) binding = binding_text ? g_bytes_new (binding_text, strlen (binding_text))
                                            : NULL;
  g_autoptr (EnvoiSasl) sasl = begin (mechanism, "user", password, binding);
  g_autoptr (EnvoiSecret) response = envoi_sasl_begin (sasl, NULL);
  Gsasl *library;
  Gsasl_session *session;
  int status = GSASL_NEEDS_MORE;

  g_assert_cmpint (gsasl_init (&library), ==, GSASL_OK);
  gsasl_callback_set (library, server_cb);
  g_assert_cmpint (gsasl_server_start (library, mechanism, &session), ==, GSASL_OK);

  while (response) {
    char *challenge = NULL;
    size_t length = 0;

    g_assert_false (envoi_sasl_is_server_proven (sasl) && status == GSASL_NEEDS_MORE);
    status = gsasl_step (session, envoi_secret_peek (response),
                         envoi_secret_get_length (response), &challenge, &length);
    g_clear_pointer (&response, envoi_secret_unref);
    if ((status == GSASL_OK || status == GSASL_NEEDS_MORE) && length > 0)
      response = envoi_sasl_respond (sasl, (const guint8 *) challenge, length, NULL);
    gsasl_free (challenge);
    if (status == GSASL_OK)
      break;
  }

  gsasl_finish (session);
  gsasl_done (library);
  return status == GSASL_OK && envoi_sasl_is_server_proven (sasl);
}

static void
test_scram (void)
{
  static const struct {
    const char *prose;
    const char *mechanism;
    const char *password;
    const char *binding;
    gboolean works;
  } cases[] = {
    { "SHA-1", "SCRAM-SHA-1", "pencil", NULL, TRUE },
    { "SHA-256", "SCRAM-SHA-256", "pencil", NULL, TRUE },
    { "a wrong password", "SCRAM-SHA-256", "pen", NULL, FALSE },
    { "bound to the same TLS", "SCRAM-SHA-256-PLUS", "pencil", "binding", TRUE },
    { "bound to another TLS, as with somebody in between", "SCRAM-SHA-256-PLUS", "pencil",
      "another", FALSE },
    { "SHA-1 bound", "SCRAM-SHA-1-PLUS", "pencil", "binding", TRUE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_test_message ("%s", cases[i].prose);
    g_assert_true (sign_in (cases[i].mechanism, cases[i].password, cases[i].binding) ==
                   cases[i].works);
  }
}

/* The client's nonce of RFC 5802 section 5, in place of chance: libgsasl takes
 * this function rather than its own, since the program is searched first. */
static gboolean is_nonce_known;

int
gsasl_nonce (char  *bytes,
             size_t length)
{
  if (is_nonce_known) {
    gsize n = 0;
    g_autofree guint8 *nonce = g_base64_decode ("fyko+d2lbbFgONRv9qkxdawL", &n);

    memcpy (bytes, nonce, MIN (n, length));
    return GSASL_OK;
  }

  return gsasl_random (bytes, length);
}

static void
test_scram_vector (void)
{
  static const char first[] = "n,,n=user,r=fyko+d2lbbFgONRv9qkxdawL";
  static const char final[] = "c=biws,r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,"
                              "p=v0X8v3Bz2T0CJGbJQyF0X+HI4Ts=";
  g_autoptr (EnvoiSasl) sasl = begin ("SCRAM-SHA-1", "user", "pencil", NULL);

  is_nonce_known = TRUE;
  assert_response (envoi_sasl_begin (sasl, NULL), first, strlen (first));
  assert_response (respond (sasl, "r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,"
                            "s=QSXCR+Q6sek8bf92,i=4096"), final, strlen (final));
  g_assert_false (envoi_sasl_is_server_proven (sasl));
  assert_response (respond (sasl, "v=rmF9pqV8S7suAoZWja4dJRkFsKQ="), "", 0);
  g_assert_true (envoi_sasl_is_server_proven (sasl));
  is_nonce_known = FALSE;
}

/* A server that is not what it claims, or that wants too little or too much. */
static void
test_scram_refused (void)
{
  static const char *const challenges[] = {
    "r=anothernonce,s=QSXCR+Q6sek8bf92,i=4096",
    "r=fyko+d2lbbFgONRv9qkxdawL,s=QSXCR+Q6sek8bf92,i=4095",
    "r=fyko+d2lbbFgONRv9qkxdawLx,s=QSXCR+Q6sek8bf92,i=1",
    "r=fyko+d2lbbFgONRv9qkxdawLx,s=QSXCR+Q6sek8bf92,i=10000001",
    "r=fyko+d2lbbFgONRv9qkxdawLx,s=QSXCR+Q6sek8bf92,i=99999999999999999999",
    "r=fyko+d2lbbFgONRv9qkxdawLx,s=QSXCR+Q6sek8bf92,i=-1",
    "r=fyko+d2lbbFgONRv9qkxdawLx,s=QSXCR+Q6sek8bf92",
    "e=other-error",
    "",
  };

  is_nonce_known = TRUE;
  for (guint i = 0; i < G_N_ELEMENTS (challenges); i++) {
    g_autoptr (EnvoiSasl) sasl = begin ("SCRAM-SHA-1", "user", "pencil", NULL);

    envoi_secret_unref (envoi_sasl_begin (sasl, NULL));
    assert_refuses (sasl, challenges[i]);
    g_assert_false (envoi_sasl_is_server_proven (sasl));
  }
  is_nonce_known = FALSE;
}

static void
test_scram_false_server (void)
{
  g_autoptr (EnvoiSasl) sasl = begin ("SCRAM-SHA-1", "user", "pencil", NULL);

  is_nonce_known = TRUE;
  envoi_secret_unref (envoi_sasl_begin (sasl, NULL));
  envoi_secret_unref (respond (sasl, "r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,"
                               "s=QSXCR+Q6sek8bf92,i=4096"));
  assert_refuses (sasl, "v=AAAApqV8S7suAoZWja4dJRkFsKQ=");
  g_assert_false (envoi_sasl_is_server_proven (sasl));
  is_nonce_known = FALSE;
}

static void
test_unknown (void)
{
  g_assert_null (begin ("GSSAPI", "user", "pencil", NULL));
}

int
main (int    argc,
      char **argv)
{
  envoi_test_init (&argc, &argv);

  g_test_add_func ("/envoi/smtp/sasl/plain", test_plain);
  g_test_add_func ("/envoi/smtp/sasl/login", test_login);
  g_test_add_func ("/envoi/smtp/sasl/cram-md5", test_cram_md5);
  g_test_add_func ("/envoi/smtp/sasl/xoauth2", test_xoauth2);
  g_test_add_func ("/envoi/smtp/sasl/oauthbearer", test_oauthbearer);
  g_test_add_func ("/envoi/smtp/sasl/oauthbearer-name", test_oauthbearer_name);
  g_test_add_func ("/envoi/smtp/sasl/json", test_json);
  g_test_add_func ("/envoi/smtp/sasl/scram", test_scram);
  g_test_add_func ("/envoi/smtp/sasl/scram-vector", test_scram_vector);
  g_test_add_func ("/envoi/smtp/sasl/scram-refused", test_scram_refused);
  g_test_add_func ("/envoi/smtp/sasl/scram-false-server", test_scram_false_server);
  g_test_add_func ("/envoi/smtp/sasl/unknown", test_unknown);

  return g_test_run ();
}
