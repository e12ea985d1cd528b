/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-test"

#include "config.h"

#include "envoi-test.h"

#include "envoi-autoconfig-private.h"

#include <gio/gio.h>
#include <string.h>

#define HEAD "<?xml version=\"1.0\"?><clientConfig version=\"1.1\"><emailProvider id=\"x\">"
#define TAIL "</emailProvider></clientConfig>"
#define SERVER(host, port, type, rest) \
  "<outgoingServer type=\"smtp\"><hostname>" host "</hostname><port>" port "</port>" \
  "<socketType>" type "</socketType>" rest "</outgoingServer>"
#define PASSWORD "<authentication>password-cleartext</authentication>"
#define ADDRESS "<username>%EMAILADDRESS%</username>"

static const struct {
  const char *prose;
  const char *text;
  const char *host;      /* NULL = refused */
  guint16 port;
  EnvoiSmtpSecurity security;
  const char *user;      /* for li@firm.example; NULL = the address */
} cases[] = {
  { "the usual form",
    HEAD "<domain>firm.example</domain>" SERVER ("smtp.firm.example", "465", "SSL", ADDRESS PASSWORD)
    TAIL, "smtp.firm.example", 465, ENVOI_SMTP_SECURITY_TLS, NULL },
  { "STARTTLS, and the local part as the login",
    HEAD SERVER ("smtp.firm.example", "587", "STARTTLS",
                 "<username>%EMAILLOCALPART%</username>" PASSWORD) TAIL,
    "smtp.firm.example", 587, ENVOI_SMTP_SECURITY_STARTTLS, "li" },
  { "the TLS mode is what the file says, not what the port suggests",
    HEAD SERVER ("smtp.firm.example", "587", "SSL", ADDRESS PASSWORD) TAIL,
    "smtp.firm.example", 587, ENVOI_SMTP_SECURITY_TLS, NULL },
  { "the domain fills in the host",
    HEAD SERVER ("mail.%EMAILDOMAIN%", "465", "SSL", PASSWORD) TAIL,
    "mail.firm.example", 465, ENVOI_SMTP_SECURITY_TLS, NULL },
  { "a placeholder without its end",
    HEAD SERVER ("smtp.firm.example", "465", "SSL", "<username>%EMAILADDRESS</username>" PASSWORD)
    TAIL, "smtp.firm.example", 465, ENVOI_SMTP_SECURITY_TLS, NULL },
  { "a server without TLS is passed over",
    HEAD SERVER ("clear.firm.example", "25", "plain", PASSWORD)
    SERVER ("smtp.firm.example", "465", "SSL", PASSWORD) TAIL,
    "smtp.firm.example", 465, ENVOI_SMTP_SECURITY_TLS, NULL },
  { "a server that one signs in to by Kerberos only is passed over",
    HEAD SERVER ("krb.firm.example", "465", "SSL", "<authentication>GSSAPI</authentication>")
    SERVER ("smtp.firm.example", "587", "STARTTLS", PASSWORD) TAIL,
    "smtp.firm.example", 587, ENVOI_SMTP_SECURITY_STARTTLS, NULL },
  { "servers of other kinds, unknown elements and comments",
    HEAD "<!-- a comment --><incomingServer type=\"imap\"><hostname>imap.firm.example</hostname>"
    "</incomingServer><novelty><deep/></novelty>"
    SERVER ("smtp.firm.example", "465", "SSL", "<new/>" ADDRESS PASSWORD) TAIL,
    "smtp.firm.example", 465, ENVOI_SMTP_SECURITY_TLS, NULL },
  { "white space around values",
    HEAD SERVER (" smtp.firm.example\n", " 465 ", " SSL ", PASSWORD) TAIL,
    "smtp.firm.example", 465, ENVOI_SMTP_SECURITY_TLS, NULL },
  { "a host with Chinese characters becomes its A-labels",
    HEAD SERVER ("smtp.邮件.example", "465", "SSL", PASSWORD) TAIL,
    "smtp.xn--5nq051n.example", 465, ENVOI_SMTP_SECURITY_TLS, NULL },
  { "only a server without TLS", HEAD SERVER ("smtp.firm.example", "25", "plain", PASSWORD) TAIL,
    NULL, 0, 0, NULL },
  { "no way to sign in", HEAD SERVER ("smtp.firm.example", "465", "SSL", ADDRESS) TAIL,
    NULL, 0, 0, NULL },
  { "a port beyond the last", HEAD SERVER ("smtp.firm.example", "65536", "SSL", PASSWORD) TAIL,
    NULL, 0, 0, NULL },
  { "a port that is none", HEAD SERVER ("smtp.firm.example", "46x", "SSL", PASSWORD) TAIL,
    NULL, 0, 0, NULL },
  { "a host that is none", HEAD SERVER ("smtp firm", "465", "SSL", PASSWORD) TAIL,
    NULL, 0, 0, NULL },
  { "nothing", "", NULL, 0, 0, NULL },
  { "a web page", "<html><body>Not found</body></html>", NULL, 0, 0, NULL },
  { "an end that is missing", HEAD SERVER ("smtp.firm.example", "465", "SSL", PASSWORD),
    NULL, 0, 0, NULL },
  { "entities that grow a thousandfold each",
    "<!DOCTYPE a [<!ENTITY b \"bbbbbbbbbb\"><!ENTITY c \"&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;\">]>"
    HEAD SERVER ("&c;.example", "465", "SSL", PASSWORD) TAIL, NULL, 0, 0, NULL },
  { "a file of this computer as an entity",
    "<!DOCTYPE a [<!ENTITY x SYSTEM \"file:///etc/passwd\">]>"
    HEAD SERVER ("smtp.firm.example", "465", "SSL", "<username>&x;</username>" PASSWORD) TAIL,
    NULL, 0, 0, NULL },
};

static void
test_forms (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GError) error = NULL;
    g_autoptr (EnvoiAutoconfig) config = NULL;
    g_autofree char *user = NULL;

    g_test_message ("%s", cases[i].prose);
    config = envoi_autoconfig_parse (cases[i].text, strlen (cases[i].text), "firm.example", &error);
    g_assert_true ((config == NULL) == (error != NULL));
    g_assert_cmpstr (config ? config->host : NULL, ==, cases[i].host);
    if (!config)
      continue;

    g_assert_cmpuint (config->port, ==, cases[i].port);
    g_assert_cmpint (config->security, ==, cases[i].security);
    user = envoi_autoconfig_format_user (config, "li@firm.example");
    g_assert_cmpstr (user, ==, cases[i].user);
  }
}

static void
test_words (void)
{
  static const char text[] =
    HEAD "<domain>other.example</domain><domain> FIRM.example </domain>"
    "<displayName>The Firm of Examples</displayName><displayShortName>Firm</displayShortName>"
    "<enable visiturl=\"https://firm.example/enable\"/>"
    "<documentation url=\"https://firm.example/help\"/>"
    SERVER ("smtp.firm.example", "465", "SSL", "<authentication>OAuth2</authentication>" PASSWORD)
    TAIL;
  g_autoptr (GError) error = NULL;
  g_autoptr (EnvoiAutoconfig) config = NULL;

  config = envoi_autoconfig_parse (text, strlen (text), "firm.example", &error);
  g_assert_no_error (error);
  g_assert_cmpstr (config->name, ==, "Firm");
  g_assert_cmpstr (config->help_url, ==, "https://firm.example/enable");
  g_assert_true (config->names_domain);
  g_assert_true (config->takes_oauth2 && config->takes_password);
}

/* Pages are shown and opened, so they are https or nothing. */
static void
test_bad_words (void)
{
  static const char text[] =
    HEAD "<domain>other.example</domain><displayName>Firm\nof lines</displayName>"
    "<documentation url=\"javascript:alert(1)\"/>"
    SERVER ("smtp.firm.example", "465", "SSL", "<username>a\nb</username>" PASSWORD) TAIL;
  g_autoptr (EnvoiAutoconfig) config = NULL;
  g_autofree char *user = NULL;

  config = envoi_autoconfig_parse (text, strlen (text), "firm.example", NULL);
  g_assert_nonnull (config);
  g_assert_null (config->name);
  g_assert_null (config->help_url);
  g_assert_false (config->names_domain);
  user = envoi_autoconfig_format_user (config, "li@firm.example");
  g_assert_null (user);
}

/* Other encodings could hide a document type from the look that is taken for one. */
static void
test_encodings (void)
{
  static const char latin1[] =
    "<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?><clientConfig><emailProvider>"
    "<displayName>M\xfcller</displayName>"
    SERVER ("smtp.firm.example", "465", "SSL", PASSWORD) TAIL;
  static const char utf16[] = "\xfe\xff\0<\0!\0D\0O\0C\0T\0Y\0P\0E\0 \0a\0>\0<\0a\0/\0>";
  g_autoptr (EnvoiAutoconfig) config = NULL;
  g_autoptr (GError) error = NULL;

  config = envoi_autoconfig_parse (latin1, strlen (latin1), "firm.example", &error);
  g_assert_no_error (error);
  g_assert_cmpstr (config->name, ==, "Müller");
  g_assert_null (envoi_autoconfig_parse (utf16, sizeof utf16 - 1, "firm.example", &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA);
}

static void
test_too_large (void)
{
  g_autofree char *padding = g_strnfill (ENVOI_AUTOCONFIG_LARGEST, ' ');
  g_autofree char *text = g_strconcat (HEAD, padding,
                                       SERVER ("smtp.firm.example", "465", "SSL", PASSWORD) TAIL,
                                       NULL);

  g_assert_null (envoi_autoconfig_parse (text, strlen (text), "firm.example", NULL));
}

int
main (int   argc,
      char *argv[])
{
  envoi_test_init (&argc, &argv);
  g_test_add_func ("/envoi/accounts/autoconfig/forms", test_forms);
  g_test_add_func ("/envoi/accounts/autoconfig/words", test_words);
  g_test_add_func ("/envoi/accounts/autoconfig/bad-words", test_bad_words);
  g_test_add_func ("/envoi/accounts/autoconfig/encodings", test_encodings);
  g_test_add_func ("/envoi/accounts/autoconfig/too-large", test_too_large);
  return g_test_run ();
}
