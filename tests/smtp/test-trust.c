/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-test"

#include "config.h"

#include "certificates.h"
#include "test-server.h"

#include "envoi-smtp-certificate.h"
#include "envoi-smtp-connection.h"
#include "envoi-smtp-error.h"

#include "envoi-test.h"

#include <string.h>

/* Certificates that must be refused, and a few that must not, each on both
 * ports. Whatever is refused, nothing but TLS is ever said to its server. */

#define NUL_NAME "localhost\0.example.com"

static const CertificateSpec bad[] = {
  { .prose = "for another host", .dns = { "mail.example.com" },
    .faults = ENVOI_CERTIFICATE_OTHER_NAME },
  { .prose = "for a subdomain of the host", .dns = { "mail.localhost" },
    .faults = ENVOI_CERTIFICATE_OTHER_NAME },
  { .prose = "for a name that ends like the host", .dns = { "notlocalhost" },
    .faults = ENVOI_CERTIFICATE_OTHER_NAME },
  { .prose = "for a name that begins like the host", .dns = { "localhost.example.com" },
    .faults = ENVOI_CERTIFICATE_OTHER_NAME },
  { .prose = "for the host with a dot at its end", .dns = { "localhost." },
    .faults = ENVOI_CERTIFICATE_OTHER_NAME },
  { .prose = "a star for everything", .dns = { "*" },
    .faults = ENVOI_CERTIFICATE_OTHER_NAME },
  { .prose = "a star within a label", .dns = { "local*" },
    .faults = ENVOI_CERTIFICATE_OTHER_NAME },
  { .prose = "a star before a label's end", .dns = { "*host" },
    .faults = ENVOI_CERTIFICATE_OTHER_NAME },
  { .prose = "a star below the top level", .dns = { "*.localhost" },
    .faults = ENVOI_CERTIFICATE_OTHER_NAME },
  { .prose = "a NUL behind the host", .raw_dns = NUL_NAME, .raw_dns_length = sizeof NUL_NAME - 1,
    .faults = ENVOI_CERTIFICATE_OTHER_NAME },
  { .prose = "the host only as common name", .common_name = "localhost",
    .faults = ENVOI_CERTIFICATE_NO_NAME },
  { .prose = "the host as common name beside a mail address", .common_name = "localhost",
    .mail = "postmaster@localhost",
    .faults = ENVOI_CERTIFICATE_NO_NAME },
  { .prose = "the host as common name beside a URI", .common_name = "localhost",
    .uri = "https://localhost/",
    .faults = ENVOI_CERTIFICATE_NO_NAME },
  { .prose = "the host as common name beside another name", .common_name = "localhost",
    .dns = { "mail.example.com" },
    .faults = ENVOI_CERTIFICATE_OTHER_NAME },
  { .prose = "the host as a URI", .uri = "smtp://localhost",
    .faults = ENVOI_CERTIFICATE_NO_NAME },
  { .prose = "the host's address in place of its name", .address = "127.0.0.1",
    .faults = ENVOI_CERTIFICATE_OTHER_NAME },
  { .prose = "no name at all", .common_name = NULL,
    .faults = ENVOI_CERTIFICATE_NO_NAME },
  { .prose = "expired yesterday", .dns = { "localhost" }, .has_dates = TRUE,
    .from_days = -90, .until_days = -1,
    .faults = ENVOI_CERTIFICATE_EXPIRED },
  { .prose = "valid from tomorrow", .dns = { "localhost" }, .has_dates = TRUE,
    .from_days = 1, .until_days = 90,
    .faults = ENVOI_CERTIFICATE_NOT_YET_VALID },
  { .prose = "expired long ago", .dns = { "localhost" }, .has_dates = TRUE,
    .from_days = -3000, .until_days = -2000,
    .faults = ENVOI_CERTIFICATE_EXPIRED },
  { .prose = "self-signed", .dns = { "localhost" }, .signer = SIGNER_SELF,
    .faults = ENVOI_CERTIFICATE_SELF_SIGNED },
  { .prose = "self-signed authority", .dns = { "localhost" }, .signer = SIGNER_SELF,
    .is_ca = TRUE,
    .faults = ENVOI_CERTIFICATE_SELF_SIGNED },
  { .prose = "from an authority nobody trusts", .dns = { "localhost" },
    .signer = SIGNER_STRANGER,
    .faults = ENVOI_CERTIFICATE_UNKNOWN_ISSUER },
  { .prose = "with its intermediate left out", .dns = { "localhost" }, .signer = SIGNER_HIDDEN,
    .faults = ENVOI_CERTIFICATE_UNKNOWN_ISSUER },
  { .prose = "issued by a server's certificate", .dns = { "localhost" }, .signer = SIGNER_LEAF,
    .faults = ENVOI_CERTIFICATE_ISSUER_UNFIT },
  { .prose = "from an expired intermediate", .dns = { "localhost" }, .signer = SIGNER_EXPIRED,
    .faults = ENVOI_CERTIFICATE_ISSUER_OUT_OF_DATE },
  { .prose = "from an intermediate for other names", .dns = { "localhost" },
    .signer = SIGNER_CONSTRAINED,
    .faults = ENVOI_CERTIFICATE_ISSUER_UNFIT },
  { .prose = "from an intermediate for clients", .dns = { "localhost" },
    .signer = SIGNER_CLIENT_ONLY,
    .faults = ENVOI_CERTIFICATE_NOT_FOR_SERVERS },
  { .prose = "meant for clients", .dns = { "localhost" }, .purpose = GNUTLS_KP_TLS_WWW_CLIENT,
    .faults = ENVOI_CERTIFICATE_NOT_FOR_SERVERS },
  { .prose = "meant for signing programs", .dns = { "localhost" },
    .purpose = GNUTLS_KP_CODE_SIGNING,
    .faults = ENVOI_CERTIFICATE_NOT_FOR_SERVERS },
  { .prose = "meant for mail", .dns = { "localhost" }, .purpose = GNUTLS_KP_EMAIL_PROTECTION,
    .faults = ENVOI_CERTIFICATE_NOT_FOR_SERVERS },
  { .prose = "meant for answering OCSP", .dns = { "localhost" },
    .purpose = GNUTLS_KP_OCSP_SIGNING,
    .faults = ENVOI_CERTIFICATE_NOT_FOR_SERVERS },
  { .prose = "an RSA key of 1024 bits", .dns = { "localhost" }, .key = KEY_RSA_1024,
    .faults = ENVOI_CERTIFICATE_WEAK },
  { .prose = "signed with SHA-1", .dns = { "localhost" }, .is_sha1 = TRUE,
    .faults = ENVOI_CERTIFICATE_WEAK },
  { .prose = "must be stapled and is not", .dns = { "localhost" }, .is_must_staple = TRUE,
    .faults = ENVOI_CERTIFICATE_NO_STATUS },
  { .prose = "a critical extension nobody knows", .dns = { "localhost" },
    .has_unknown_critical = TRUE,
    .faults = ENVOI_CERTIFICATE_UNKNOWN_CONDITION },
  { .prose = "expired, for another host and self-signed", .dns = { "mail.example.com" },
    .signer = SIGNER_SELF, .has_dates = TRUE, .from_days = -90, .until_days = -1,
    .faults = ENVOI_CERTIFICATE_OTHER_NAME | ENVOI_CERTIFICATE_SELF_SIGNED |
              ENVOI_CERTIFICATE_EXPIRED },
  { .prose = "for nobody, not valid yet and from a stranger", .signer = SIGNER_STRANGER,
    .has_dates = TRUE, .from_days = 1, .until_days = 90,
    .faults = ENVOI_CERTIFICATE_NO_NAME | ENVOI_CERTIFICATE_UNKNOWN_ISSUER |
              ENVOI_CERTIFICATE_NOT_YET_VALID },
  { .prose = "a false signature", .dns = { "localhost" }, .is_signature_broken = TRUE,
    .faults = ENVOI_CERTIFICATE_FALSE_SIGNATURE },
};

static const CertificateSpec good[] = {
  { .prose = "for the host", .dns = { "localhost" } },
  { .prose = "for the host in capitals", .dns = { "LocalHost" } },
  { .prose = "for the host among others", .dns = { "a.example", "b.example", "localhost" } },
  { .prose = "from an intermediate", .dns = { "localhost" }, .signer = SIGNER_INTERMEDIATE },
  { .prose = "without a purpose, which is any", .dns = { "localhost" }, .has_no_purpose = TRUE },
  { .prose = "for any purpose", .dns = { "localhost" }, .purpose = GNUTLS_KP_ANY },
  { .prose = "an RSA key of 2048 bits", .dns = { "localhost" }, .key = KEY_RSA_2048 },
  { .prose = "common name of another host beside the right name", .common_name = "x.example",
    .dns = { "localhost" } },
};

#define FRESH .from_hours = -1, .until_hours = 24

/* What a server shows to prove that its certificate is not revoked (RFC 6960). Where
 * the certificate demands the proof, the lack of it counts; a false one always does. */
static const struct {
  const char *prose;
  StapleSpec staple;
  Signer signer;
  gboolean is_demanded;
  EnvoiCertificateFaults faults;
} staples[] = {
  { "good", { FRESH }, SIGNER_ROOT, TRUE, 0 },
  { "good and not demanded", { FRESH }, SIGNER_ROOT, FALSE, 0 },
  { "good for a certificate from an intermediate", { FRESH }, SIGNER_INTERMEDIATE, TRUE, 0 },
  { "good from a delegate", { FRESH, .signer = STAPLE_BY_DELEGATE }, SIGNER_ROOT, TRUE, 0 },
  { "good from an intermediate's delegate", { FRESH, .signer = STAPLE_BY_DELEGATE },
    SIGNER_INTERMEDIATE, TRUE, 0 },
  { "good without an end", { .from_hours = -1, .has_no_end = TRUE }, SIGNER_ROOT, TRUE, 0 },
  { "no time and not demanded", { .form = STAPLE_TRY_LATER }, SIGNER_ROOT, FALSE, 0 },
  { "no time", { .form = STAPLE_TRY_LATER }, SIGNER_ROOT, TRUE, ENVOI_CERTIFICATE_NO_STATUS },
  { "expired", { .from_hours = -48, .until_hours = -24 }, SIGNER_ROOT, TRUE,
    ENVOI_CERTIFICATE_FALSE_STATUS },
  { "expired and not demanded", { .from_hours = -48, .until_hours = -24 }, SIGNER_ROOT, FALSE,
    ENVOI_CERTIFICATE_FALSE_STATUS },
  { "old without an end", { .from_hours = -24 * 40, .has_no_end = TRUE }, SIGNER_ROOT, TRUE,
    ENVOI_CERTIFICATE_FALSE_STATUS },
  { "from the future", { .from_hours = 24, .until_hours = 48 }, SIGNER_ROOT, TRUE,
    ENVOI_CERTIFICATE_FALSE_STATUS },
  { "revoked", { FRESH, .status = STAPLE_REVOKED }, SIGNER_ROOT, TRUE,
    ENVOI_CERTIFICATE_REVOKED },
  { "revoked and not demanded", { FRESH, .status = STAPLE_REVOKED }, SIGNER_ROOT, FALSE,
    ENVOI_CERTIFICATE_REVOKED },
  { "revoked by an intermediate's delegate",
    { FRESH, .status = STAPLE_REVOKED, .signer = STAPLE_BY_DELEGATE }, SIGNER_INTERMEDIATE, FALSE,
    ENVOI_CERTIFICATE_REVOKED },
  { "revoked behind a good one", { FRESH, .status = STAPLE_REVOKED, .form = STAPLE_FOR_TWO },
    SIGNER_ROOT, TRUE, ENVOI_CERTIFICATE_REVOKED },
  { "unknown", { FRESH, .status = STAPLE_UNKNOWN }, SIGNER_ROOT, TRUE,
    ENVOI_CERTIFICATE_FALSE_STATUS },
  { "another certificate's", { FRESH, .form = STAPLE_FOR_OTHER }, SIGNER_ROOT, TRUE,
    ENVOI_CERTIFICATE_FALSE_STATUS },
  { "another certificate's and not demanded", { FRESH, .form = STAPLE_FOR_OTHER }, SIGNER_ROOT,
    FALSE, ENVOI_CERTIFICATE_FALSE_STATUS },
  { "a false signature", { FRESH, .form = STAPLE_BROKEN }, SIGNER_ROOT, TRUE,
    ENVOI_CERTIFICATE_FALSE_STATUS },
  { "garbage", { .form = STAPLE_GARBAGE }, SIGNER_ROOT, TRUE, ENVOI_CERTIFICATE_FALSE_STATUS },
  { "from a server's certificate", { FRESH, .signer = STAPLE_BY_UNFIT_DELEGATE }, SIGNER_ROOT,
    TRUE, ENVOI_CERTIFICATE_FALSE_STATUS },
  { "from the issuer's issuer", { FRESH, .signer = STAPLE_BY_ROOT }, SIGNER_INTERMEDIATE, TRUE,
    ENVOI_CERTIFICATE_FALSE_STATUS },
  { "from a stranger", { FRESH, .signer = STAPLE_BY_STRANGER }, SIGNER_ROOT, TRUE,
    ENVOI_CERTIFICATE_FALSE_STATUS },
  { "from a stranger shown by the server", { FRESH, .signer = STAPLE_BY_SHOWN_STRANGER },
    SIGNER_ROOT, TRUE, ENVOI_CERTIFICATE_FALSE_STATUS },
};

typedef struct {
  const CertificateSpec *spec;
  EnvoiSmtpSecurity security;
  const char *host;
  gboolean is_good;
  char *pin;               /* nullable */
} Case;

static GPtrArray *
make_steps (EnvoiSmtpSecurity security)
{
  static const DialogueStep starttls[] = {
    { DIALOGUE_SERVER, (char *) "220 hi", 1 },
    { DIALOGUE_CLIENT, (char *) "EHLO [127.0.0.1]", 2 },
    { DIALOGUE_SERVER, (char *) "250-mail.example.org", 3 },
    { DIALOGUE_SERVER, (char *) "250 STARTTLS", 4 },
    { DIALOGUE_CLIENT, (char *) "STARTTLS", 5 },
    { DIALOGUE_SERVER, (char *) "220 go", 6 },
    { DIALOGUE_TLS, (char *) "", 7 },
    { DIALOGUE_CLIENT, (char *) "EHLO [127.0.0.1]", 8 },
  };
  static const DialogueStep tls[] = {
    { DIALOGUE_TLS, (char *) "", 1 },
    { DIALOGUE_SERVER, (char *) "220 hi", 2 },
    { DIALOGUE_CLIENT, (char *) "EHLO [127.0.0.1]", 3 },
  };
  static const DialogueStep rest[] = {
    { DIALOGUE_SERVER, (char *) "250 mail.example.org", 9 },
    { DIALOGUE_CLIENT, (char *) "QUIT", 10 },
    { DIALOGUE_SERVER, (char *) "221 bye", 11 },
  };
  GPtrArray *steps = g_ptr_array_new ();
  gboolean is_tls = security == ENVOI_SMTP_SECURITY_TLS;

  for (guint i = 0; i < (is_tls ? G_N_ELEMENTS (tls) : G_N_ELEMENTS (starttls)); i++)
    g_ptr_array_add (steps, (gpointer) (is_tls ? &tls[i] : &starttls[i]));
  for (guint i = 0; i < G_N_ELEMENTS (rest); i++)
    g_ptr_array_add (steps, (gpointer) &rest[i]);
  return steps;
}

/* Exactly what is wrong is said, and nothing else; and who, whose and until when. */
static void
check_refused (const EnvoiSmtpOutcome *outcome,
               const CertificateSpec  *spec,
               const char             *host)
{
  g_autoptr (EnvoiCertificateFacts) facts = NULL;

  g_assert_error (outcome->error, ENVOI_SMTP_ERROR, ENVOI_SMTP_ERROR_TLS_UNTRUSTED);
  g_assert_cmpint (outcome->phase, ==, ENVOI_SMTP_PHASE_TLS);
  g_test_message ("%s", outcome->error->message);

  facts = envoi_certificate_facts_parse (outcome->error->message);
  g_assert_nonnull (facts);
  g_assert_cmphex (facts->faults, ==, spec->faults);
  g_assert_cmpstr (facts->host, ==, host);
  g_assert_cmpint (strlen (facts->key), ==, strlen ("sha256:") + 64);
  g_assert_cmpint (facts->valid_from, <, facts->valid_until);
  if (spec->signer == SIGNER_STRANGER)
    g_assert_cmpstr (facts->issuer, ==, "Strange Authority");
  if (spec->dns[0] && spec->dns[0][0] != '*')
    g_assert_nonnull (strstr (facts->names, spec->dns[0]));
}

static void
meet (const Case *test)
{
  g_autoptr (GPtrArray) steps = make_steps (test->security);
  Dialogue dialogue = { .name = (char *) test->spec->prose, .steps = steps };
  g_autofree char *key = NULL;
  gnutls_certificate_credentials_t credentials = certificates_make (test->spec, &key);
  TestServer *server = test_server_new (&dialogue, credentials);
  g_autoptr (GError) error = NULL;
  EnvoiSmtpTrust trust = {
    .ca_file = certificates_get_ca_file (),
    .pinned_key = test->pin && g_str_equal (test->pin, "right") ? key : test->pin,
  };
  g_autoptr (EnvoiSmtpEndpoint) endpoint =
    envoi_smtp_endpoint_new (test->host, test_server_get_port (server), test->security,
                             &trust,
                             ENVOI_SMTP_QUIRK_NONE, &error);
  g_autoptr (EnvoiClock) clock = envoi_clock_new_system ();
  g_autoptr (EnvoiSmtpConnection) connection = NULL;
  g_autoptr (EnvoiSmtpOutcome) outcome = NULL;
  g_autofree char *failure = NULL;
  g_autoptr (GString) in_clear = NULL;
  g_autoptr (GString) message = NULL;

  g_assert_no_error (error);
  connection = envoi_smtp_connection_new (endpoint, clock);
  outcome = envoi_smtp_connection_open_sync (connection, NULL, NULL);
  envoi_smtp_connection_close_sync (connection);
  test_server_finish (server, &failure, &in_clear, &message);

  if (test->is_good) {
    g_assert_no_error (outcome->error);
    g_assert_cmpstr (failure, ==, NULL);
    g_assert_cmpstr (envoi_smtp_connection_get_info (connection)->certificate_key, ==, key);
  } else {
    check_refused (outcome, test->spec, test->host);
  }

  gnutls_certificate_free_credentials (credentials);
}

static void
test_case (gconstpointer data)
{
  meet (data);
}

static void
free_case (gpointer data)
{
  g_free (((Case *) data)->pin);
  g_free (data);
}

static void
add_case (const char            *kind,
          const CertificateSpec *spec,
          const char            *host,
          gboolean               is_good,
          const char            *pin)
{
  for (int security = ENVOI_SMTP_SECURITY_TLS; security <= ENVOI_SMTP_SECURITY_STARTTLS;
       security++) {
    Case *test = g_new0 (Case, 1);
    g_autofree char *prose = g_strdelimit (g_strdup (spec->prose), " ", '-');
    g_autofree char *path =
      g_strdup_printf ("/envoi/smtp/trust/%s/%s/%s", kind, prose,
                       envoi_smtp_security_to_string ((EnvoiSmtpSecurity) security));

    test->spec = spec;
    test->host = host;
    test->security = (EnvoiSmtpSecurity) security;
    test->is_good = is_good;
    test->pin = g_strdup (pin);
    g_test_add_data_func_full (path, test, test_case, free_case);
  }
}

static void
add_addresses (void)
{
  static const CertificateSpec right = {
    .prose = "an address as an address", .address = "127.0.0.1",
  };
  static const CertificateSpec as_name = {
    .prose = "an address as a name", .dns = { "127.0.0.1" },
    .faults = ENVOI_CERTIFICATE_OTHER_NAME,
  };
  static const CertificateSpec as_common_name = {
    .prose = "an address as common name", .common_name = "127.0.0.1",
    .faults = ENVOI_CERTIFICATE_NO_NAME,
  };
  static const CertificateSpec other = {
    .prose = "another address", .address = "127.0.0.2", .faults = ENVOI_CERTIFICATE_OTHER_NAME,
  };

  add_case ("good", &right, "127.0.0.1", TRUE, NULL);
  add_case ("bad", &as_name, "127.0.0.1", FALSE, NULL);
  add_case ("bad", &as_common_name, "127.0.0.1", FALSE, NULL);
  add_case ("bad", &other, "127.0.0.1", FALSE, NULL);
}

static void
add_pins (void)
{
  static const CertificateSpec own = {
    .prose = "self-signed with the pinned key", .common_name = "router", .signer = SIGNER_SELF,
  };
  static const CertificateSpec replaced = {
    .prose = "a good certificate with another key than the pinned", .dns = { "localhost" },
    .faults = ENVOI_CERTIFICATE_OTHER_KEY,
  };

  add_case ("pinned", &own, "localhost", TRUE, "right");
  add_case ("pinned", &replaced, "localhost", FALSE,
            "sha256:0000000000000000000000000000000000000000000000000000000000000000");
}

static void
add_staples (void)
{
  static CertificateSpec specs[G_N_ELEMENTS (staples)];

  for (guint i = 0; i < G_N_ELEMENTS (staples); i++) {
    specs[i] = (CertificateSpec) {
      .prose = staples[i].prose, .dns = { "localhost" }, .signer = staples[i].signer,
      .is_must_staple = staples[i].is_demanded, .staple = &staples[i].staple,
      .faults = staples[i].faults,
    };
    add_case ("stapled", &specs[i], "localhost", specs[i].faults == 0, NULL);
  }
}

static void
test_names (void)
{
  static const struct {
    const char *prose;
    const char *pattern;
    const char *host;
    gboolean is_match;
  } cases[] = {
    { "the same", "mail.example.org", "mail.example.org", TRUE },
    { "without regard to case", "Mail.Example.ORG", "mail.example.org", TRUE },
    { "a star for one label", "*.example.org", "mail.example.org", TRUE },
    { "not for two", "*.example.org", "a.mail.example.org", FALSE },
    { "nor for none", "*.example.org", "example.org", FALSE },
    { "nor for an empty one", "*.example.org", ".example.org", FALSE },
    { "a star with something", "*a.example.org", "aa.example.org", FALSE },
    { "something with a star", "a*.example.org", "aa.example.org", FALSE },
    { "a star further right", "mail.*.org", "mail.example.org", FALSE },
    { "two stars", "*.*.org", "mail.example.org", FALSE },
    { "a star over a top level", "*.org", "example.org", FALSE },
    { "a star alone", "*", "org", FALSE },
    { "a dot at the end", "*.example.org.", "mail.example.org", FALSE },
    { "an A-label under a star", "*.example.org", "xn--fsqu00a.example.org", TRUE },
    { "nothing", "", "mail.example.org", FALSE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_test_message ("%s", cases[i].prose);
    g_assert_true (envoi_smtp_certificate_is_name_match (cases[i].pattern, cases[i].host) ==
                   cases[i].is_match);
  }
}

int
main (int    argc,
      char **argv)
{
  envoi_test_init (&argc, &argv);

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    add_case ("bad", &bad[i], "localhost", FALSE, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (good); i++)
    add_case ("good", &good[i], "localhost", TRUE, NULL);
  add_addresses ();
  add_pins ();
  add_staples ();
  g_test_add_func ("/envoi/smtp/trust/names", test_names);

  return g_test_run ();
}
