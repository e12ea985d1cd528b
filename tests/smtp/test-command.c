/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-test"

#include "config.h"

#include "envoi-smtp-command.h"
#include "envoi-smtp-error.h"

#include "envoi-test.h"

#include <string.h>

typedef struct {
  const char *prose;
  const char *address;
  gboolean may_be_utf8;
  const char *path;       /* NULL: refused */
} Case;

#define A32 "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"

static const Case cases[] = {
  { "an address", "bob@example.org", FALSE, "<bob@example.org>" },
  { "plus, dash, apostrophe", "o'bob+x-y@example.org", FALSE, "<o'bob+x-y@example.org>" },
  { "two dots in a row, as some Japanese carriers gave out", "b..b.@example.org", FALSE,
    "<b..b.@example.org>" },
  { "a quoted name", "\"b@b\"@example.org", FALSE, "<\"b@b\"@example.org>" },
  { "an escaped quote in a quoted name", "\"b\\\"b\"@example.org", FALSE,
    "<\"b\\\"b\"@example.org>" },
  { "an address literal", "bob@[192.0.2.1]", FALSE, "<bob@[192.0.2.1]>" },
  { "an IPv6 literal", "bob@[IPv6:2001:db8::1]", FALSE, "<bob@[IPv6:2001:db8::1]>" },
  { "a domain beyond ASCII becomes A-labels", "bob@例子.example", FALSE,
    "<bob@xn--fsqu00a.example>" },
  { "a name beyond ASCII where it is taken", "小明@example.org", TRUE, "<小明@example.org>" },
  { "and where it is not", "小明@example.org", FALSE, NULL },
  { "a local part of 64", A32 A32 "@example.org", FALSE, "<" A32 A32 "@example.org>" },
  { "of 65", A32 A32 "a@example.org", FALSE, NULL },
  { "of 300 in all", "a@" A32 A32 A32 A32 A32 A32 A32 A32 ".org", FALSE, NULL },
  { "a line end", "bob@example.org\r\nRCPT TO:<eve@example.org>", FALSE, NULL },
  { "a lone CR", "bob@example.org\r", FALSE, NULL },
  { "a lone LF", "bob\n@example.org", FALSE, NULL },
  { "a line end in quotes", "\"bob\r\nDATA\"@example.org", FALSE, NULL },
  { "a space", "bob smith@example.org", FALSE, NULL },
  { "a space in quotes", "\"bob smith\"@example.org", FALSE, NULL },
  { "a parameter in quotes", "\"a> ORCPT=x\"@example.org", FALSE, NULL },
  { "a bracket", "bob@example.org>", FALSE, NULL },
  { "another bracket", "<bob@example.org", FALSE, NULL },
  { "a tab", "bob\t@example.org", FALSE, NULL },
  { "a control character", "bob\001@example.org", FALSE, NULL },
  { "DEL", "bob\177@example.org", FALSE, NULL },
  { "NEL, a line end of Unicode", "bob\xc2\x85@example.org", TRUE, NULL },
  { "the line separator", "bob\xe2\x80\xa8@example.org", TRUE, NULL },
  { "an overlong line end", "bob\xc0\x8d\xc0\x8a@example.org", TRUE, NULL },
  { "octets that are no text", "bob\xff@example.org", TRUE, NULL },
  { "a source route", "@relay.example:bob@example.org", FALSE, NULL },
  { "two addresses", "bob@example.org,eve@example.org", FALSE, NULL },
  { "a comment", "bob(smith)@example.org", FALSE, NULL },
  { "a backslash without quotes", "b\\ob@example.org", FALSE, NULL },
  { "a quote that does not end", "\"bob@example.org", FALSE, NULL },
  { "a quote that ends early", "\"b\"ob\"@example.org", FALSE, NULL },
  { "an escape at the end of a quote", "\"bob\\\"@example.org", FALSE, NULL },
  { "no domain", "bob@", FALSE, NULL },
  { "no name", "@example.org", FALSE, NULL },
  { "no at", "bob", FALSE, NULL },
  { "nothing", "", FALSE, NULL },
  { "an empty label", "bob@example..org", FALSE, NULL },
  { "a dot first", "bob@.example.org", FALSE, NULL },
  { "a slash in the domain", "bob@example.org/x", FALSE, NULL },
  { "a literal with something behind", "bob@[192.0.2.1]x", FALSE, NULL },
  { "a literal with a word", "bob@[evil:host]", FALSE, NULL },
};

static void
test_paths (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GError) error = NULL;
    g_autofree char *path = NULL;

    g_test_message ("%s", cases[i].prose);
    path = envoi_smtp_command_format_path (cases[i].address, cases[i].may_be_utf8, &error);
    g_assert_cmpstr (path, ==, cases[i].path);
    if (!path)
      g_assert_error (error, ENVOI_SMTP_ERROR, ENVOI_SMTP_ERROR_REFUSED_INPUT);
  }
}

/* Whatever the octets, a path is one word between its two brackets. */
static void
test_random_paths (void)
{
  static const char alphabet[] = "ab@@..\"\"\\\\<> \r\n\t\001\177[]:;,()+=\xc3\xa9\xe2\x80\xa8";

  for (guint i = 0; i < 20000; i++) {
    char address[24];
    g_autofree char *path = NULL;
    guint length = (guint) g_test_rand_int_range (0, sizeof address);

    for (guint j = 0; j < length; j++)
      address[j] = alphabet[g_test_rand_int_range (0, sizeof alphabet - 1)];
    address[length] = '\0';

    path = envoi_smtp_command_format_path (address, TRUE, NULL);
    if (!path)
      continue;

    g_assert_true (path[0] == '<' && path[strlen (path) - 1] == '>');
    g_assert_cmpuint (strcspn (path + 1, "<> \r\n\t\001\177"), ==, strlen (path) - 2);
  }
}

static void
test_xtext (void)
{
  static const struct {
    const char *prose, *text, *xtext;
  } xtexts[] = {
    { "plain", "abc", "abc" },
    { "plus and equals", "a+b=c", "a+2Bb+3Dc" },
    { "a space and a line end", "a b\r\n", "a+20b+0D+0A" },
    { "beyond ASCII", "\xc3\xa9", "+C3+A9" },
    { "the edges", "!~\177", "!~+7F" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (xtexts); i++) {
    g_autofree char *xtext = envoi_smtp_command_format_xtext (xtexts[i].text);

    g_assert_cmpstr (xtext, ==, xtexts[i].xtext);
  }
}

static EnvoiEnvelope *
make_envelope (const char         *sender,
               EnvoiEnvelopeFlags  flags,
               const char         *id)
{
  const char *const recipients[] = { "bob+x@example.org", "小明@example.org", NULL };

  return envoi_envelope_new (sender, recipients, flags, id);
}

static void
test_mail (void)
{
  static const EnvoiSmtpCapabilities all = {
    .has_size = TRUE, .has_8bitmime = TRUE, .has_smtputf8 = TRUE, .has_dsn = TRUE,
    .has_requiretls = TRUE,
  };
  static const EnvoiSmtpCapabilities none = { 0 };
  static const struct {
    const char *prose;
    const EnvoiSmtpCapabilities *offers;
    EnvoiSmtpMessageTraits traits;
    EnvoiEnvelopeFlags flags;
    const char *command;
  } mails[] = {
    { "nothing offered, nothing said", &none, { 10, TRUE, TRUE },
      ENVOI_ENVELOPE_REQUIRE_TLS | ENVOI_ENVELOPE_NOTIFY_DELAY,
      "MAIL FROM:<alice@example.org>\r\n" },
    { "all offered, nothing wanted", &all, { 0 }, 0, "MAIL FROM:<alice@example.org>\r\n" },
    { "the size alone", &all, { 10 }, 0, "MAIL FROM:<alice@example.org> SIZE=10\r\n" },
    { "everything", &all, { G_MAXUINT64, TRUE, TRUE },
      ENVOI_ENVELOPE_REQUIRE_TLS | ENVOI_ENVELOPE_NOTIFY_DELAY,
      "MAIL FROM:<alice@example.org> SIZE=18446744073709551615 BODY=8BITMIME SMTPUTF8 RET=HDRS "
      "ENVID=a+20b REQUIRETLS\r\n" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (mails); i++) {
    g_autoptr (EnvoiEnvelope) envelope = make_envelope ("alice@example.org", mails[i].flags, "a b");
    g_autofree char *command = NULL;

    g_test_message ("%s", mails[i].prose);
    command = envoi_smtp_command_format_mail (envelope, &mails[i].traits, mails[i].offers, NULL);
    g_assert_cmpstr (command, ==, mails[i].command);
  }
}

static void
test_null_sender (void)
{
  static const EnvoiSmtpCapabilities none = { 0 };
  static const EnvoiSmtpMessageTraits traits = { 0 };
  g_autoptr (EnvoiEnvelope) envelope = make_envelope ("", 0, NULL);
  g_autofree char *command = envoi_smtp_command_format_mail (envelope, &traits, &none, NULL);

  g_assert_cmpstr (command, ==, "MAIL FROM:<>\r\n");
}

static void
test_rcpt (void)
{
  static const EnvoiSmtpCapabilities offers = { .has_dsn = TRUE, .has_smtputf8 = TRUE };
  g_autoptr (EnvoiEnvelope) envelope =
    make_envelope ("alice@example.org",
                   ENVOI_ENVELOPE_NOTIFY_SUCCESS | ENVOI_ENVELOPE_NOTIFY_DELAY, NULL);
  g_autofree char *ascii = envoi_smtp_command_format_rcpt (envelope, 0, &offers, NULL);
  g_autofree char *utf8 = envoi_smtp_command_format_rcpt (envelope, 1, &offers, NULL);

  g_assert_cmpstr (ascii, ==, "RCPT TO:<bob+x@example.org> NOTIFY=SUCCESS,DELAY "
                   "ORCPT=rfc822;bob+2Bx@example.org\r\n");
  g_assert_cmpstr (utf8, ==, "RCPT TO:<小明@example.org> NOTIFY=SUCCESS,DELAY\r\n");
}

/* What is to be told: notices were wanted that cannot be asked for. */
static void
test_notices (void)
{
  static const EnvoiSmtpCapabilities none = { 0 };
  static const EnvoiSmtpCapabilities offers = { .has_dsn = TRUE };
  g_autoptr (EnvoiEnvelope) wish =
    make_envelope ("alice@example.org", ENVOI_ENVELOPE_NOTIFY_SUCCESS, NULL);
  g_autoptr (EnvoiEnvelope) plain =
    make_envelope ("alice@example.org", ENVOI_ENVELOPE_REQUIRE_TLS, NULL);

  g_assert_true (envoi_smtp_command_lacks_notices (wish, &none));
  g_assert_false (envoi_smtp_command_lacks_notices (wish, &offers));
  g_assert_false (envoi_smtp_command_lacks_notices (plain, &none));
}

int
main (int    argc,
      char **argv)
{
  envoi_test_init (&argc, &argv);

  g_test_add_func ("/envoi/smtp/command/paths", test_paths);
  g_test_add_func ("/envoi/smtp/command/random-paths", test_random_paths);
  g_test_add_func ("/envoi/smtp/command/xtext", test_xtext);
  g_test_add_func ("/envoi/smtp/command/mail", test_mail);
  g_test_add_func ("/envoi/smtp/command/null-sender", test_null_sender);
  g_test_add_func ("/envoi/smtp/command/rcpt", test_rcpt);
  g_test_add_func ("/envoi/smtp/command/notices", test_notices);

  return g_test_run ();
}
