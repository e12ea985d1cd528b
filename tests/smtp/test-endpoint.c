/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-test"

#include "config.h"

#include "envoi-certificate-facts.h"
#include "envoi-smtp-endpoint.h"
#include "envoi-smtp-error.h"
#include "envoi-smtp-outcome.h"

#include "envoi-test.h"

#define PIN "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

static EnvoiSmtpEndpoint *
make (const char *host,
      guint16     port,
      const char *pin)
{
  EnvoiSmtpTrust trust = { .pinned_key = pin };

  return envoi_smtp_endpoint_new (host, port, ENVOI_SMTP_SECURITY_TLS, &trust, 0, NULL);
}

static void
test_hosts (void)
{
  static const struct {
    const char *prose, *host, *kept;
  } cases[] = {
    { "a name", "smtp.example.org", "smtp.example.org" },
    { "capitals", "SMTP.Example.ORG", "smtp.example.org" },
    { "a dot at the end", "smtp.example.org.", "smtp.example.org" },
    { "beyond ASCII", "smtp.例子.example", "smtp.xn--fsqu00a.example" },
    { "an address", "192.0.2.1", "192.0.2.1" },
    { "an IPv6 address", "2001:db8::1", "2001:db8::1" },
    { "one in brackets", "[2001:db8::1]", "2001:db8::1" },
    { "nothing", "", NULL },
    { "a dot", ".", NULL },
    { "no host at all", NULL, NULL },
    { "a space", "smtp example.org", NULL },
    { "a line end", "smtp.example.org\r\nX", NULL },
    { "a bracket", "<smtp.example.org>", NULL },
    { "a URL", "smtps://smtp.example.org/", NULL },
    { "a user", "alice@smtp.example.org", NULL },
    { "no text", "smtp\xff", NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (EnvoiSmtpEndpoint) endpoint = make (cases[i].host, 465, NULL);

    g_test_message ("%s", cases[i].prose);
    g_assert_cmpstr (endpoint ? envoi_smtp_endpoint_get_host (endpoint) : NULL, ==, cases[i].kept);
  }
}

static void
test_refused (void)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (make ("a.example", 0, NULL));
  g_assert_null (make ("a.example", 1, "sha256:12"));
  g_assert_null (make ("a.example", 1, PIN "0"));
  g_assert_null (make ("a.example", 1, "md5:0123"));
  g_assert_null (envoi_smtp_endpoint_new ("", 1, 0, NULL, 0, &error));
  g_assert_error (error, ENVOI_SMTP_ERROR, ENVOI_SMTP_ERROR_REFUSED_INPUT);
}

static void
test_equal (void)
{
  g_autoptr (EnvoiSmtpEndpoint) one = make ("a.example", 465, PIN);
  g_autoptr (EnvoiSmtpEndpoint) same = make ("A.example.", 465, PIN);
  g_autoptr (EnvoiSmtpEndpoint) port = make ("a.example", 587, PIN);
  g_autoptr (EnvoiSmtpEndpoint) pin = make ("a.example", 465, NULL);

  g_assert_true (envoi_smtp_endpoint_is_equal (one, same));
  g_assert_false (envoi_smtp_endpoint_is_equal (one, port));
  g_assert_false (envoi_smtp_endpoint_is_equal (one, pin));
}

static void
test_words (void)
{
  for (int i = ENVOI_SMTP_AUTH_AUTO; i <= ENVOI_SMTP_AUTH_OAUTHBEARER; i++) {
    EnvoiSmtpAuth auth;

    g_assert_true (envoi_smtp_auth_from_string (envoi_smtp_auth_to_string ((EnvoiSmtpAuth) i),
                                                &auth));
    g_assert_cmpint (auth, ==, i);
  }
  for (int i = ENVOI_SMTP_SECURITY_TLS; i <= ENVOI_SMTP_SECURITY_STARTTLS; i++) {
    EnvoiSmtpSecurity security;

    g_assert_true (envoi_smtp_security_from_string
                     (envoi_smtp_security_to_string ((EnvoiSmtpSecurity) i), &security));
    g_assert_cmpint (security, ==, i);
  }

  g_assert_false (envoi_smtp_auth_from_string ("gssapi", &(EnvoiSmtpAuth) { 0 }));
  g_assert_false (envoi_smtp_security_from_string ("none", &(EnvoiSmtpSecurity) { 0 }));
  g_assert_false (envoi_smtp_security_from_string (NULL, &(EnvoiSmtpSecurity) { 0 }));
  for (int i = ENVOI_SMTP_PHASE_DNS; i <= ENVOI_SMTP_PHASE_QUIT; i++)
    g_assert_nonnull (envoi_smtp_phase_to_string ((EnvoiSmtpPhase) i));
}

static void
test_credentials (void)
{
  g_autoptr (EnvoiSecret) secret = envoi_secret_new ("secret", -1);
  g_autoptr (EnvoiSmtpCredentials) credentials =
    envoi_smtp_credentials_new (ENVOI_SMTP_AUTH_LOGIN, "alice", secret);
  g_autoptr (EnvoiSmtpCredentials) again = envoi_smtp_credentials_ref (credentials);

  g_assert_cmpint (envoi_smtp_credentials_get_auth (again), ==, ENVOI_SMTP_AUTH_LOGIN);
  g_assert_cmpstr (envoi_smtp_credentials_get_user (again), ==, "alice");
  g_assert_true (envoi_smtp_credentials_get_secret (again) == secret);
}

/* What a certificate showed comes out of an error's message as it went in; what
 * has no such lines has no facts. */
static void
test_facts (void)
{
  static const EnvoiCertificateFacts facts = {
    .host = (char *) "mail.example.org", .names = (char *) "a.example, Wrong: expired",
    .issuer = (char *) "", .valid_from = 1700000000, .valid_until = 1800000000,
    .key = (char *) "sha256:00", .faults = ENVOI_CERTIFICATE_EXPIRED | ENVOI_CERTIFICATE_WEAK,
  };
  g_autofree char *lines = envoi_certificate_facts_format (&facts);
  g_autofree char *message = g_strconcat ("It cannot be trusted: it has expired.\n", lines, NULL);
  g_autoptr (EnvoiCertificateFacts) back = envoi_certificate_facts_parse (message);
  g_autoptr (EnvoiCertificateFacts) copy = envoi_certificate_facts_copy (back);
  g_auto (GStrv) faults = envoi_certificate_facts_dup_faults (copy);
  g_autofree char *words = g_strjoinv (" ", faults);

  g_assert_cmpstr (copy->host, ==, facts.host);
  g_assert_cmpstr (copy->names, ==, facts.names);
  g_assert_cmpstr (copy->issuer, ==, "");
  g_assert_cmpint (copy->valid_from, ==, facts.valid_from);
  g_assert_cmpint (copy->valid_until, ==, facts.valid_until);
  g_assert_cmpstr (copy->key, ==, facts.key);
  g_assert_cmphex (copy->faults, ==, facts.faults);
  g_assert_cmpstr (words, ==, "weak expired");

  g_assert_null (envoi_certificate_facts_parse ("The connection was lost."));
  g_assert_null (envoi_certificate_facts_parse ("It said: “Server: x”."));
}

int
main (int    argc,
      char **argv)
{
  envoi_test_init (&argc, &argv);

  g_test_add_func ("/envoi/smtp/endpoint/certificate-facts", test_facts);
  g_test_add_func ("/envoi/smtp/endpoint/hosts", test_hosts);
  g_test_add_func ("/envoi/smtp/endpoint/refused", test_refused);
  g_test_add_func ("/envoi/smtp/endpoint/equal", test_equal);
  g_test_add_func ("/envoi/smtp/endpoint/words", test_words);
  g_test_add_func ("/envoi/smtp/endpoint/credentials", test_credentials);

  return g_test_run ();
}
