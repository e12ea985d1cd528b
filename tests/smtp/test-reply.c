/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-test"

#include "config.h"

#include "envoi-smtp-error.h"
#include "envoi-smtp-reply.h"

#include "envoi-test.h"

#include <string.h>

typedef struct {
  const char *prose;
  const char *bytes;
  int code;              /* 0: more is needed; -1: the peer broke the protocol */
  const char *enhanced;
  const char *text;
} Case;

static const Case cases[] = {
  { "one line", "250 ok\r\n", 250, NULL, "ok" },
  { "several lines become one text", "250-one\r\n250-two\r\n250 three\r\n", 250, NULL,
    "one two three" },
  { "a code alone", "250\r\n", 250, NULL, "" },
  { "a code and a space", "250 \r\n", 250, NULL, "" },
  { "a lone LF ends a line, as some servers write", "250 ok\n", 250, NULL, "ok" },
  { "CR CR LF ends a line", "250 ok\r\r\n", 250, NULL, "ok" },
  { "a lone CR does not end a line", "250 ok\r250 more", 0, NULL, NULL },
  { "a line without an end", "250 ok", 0, NULL, NULL },
  { "a reply without its last line", "250-one\r\n250-two\r\n", 0, NULL, NULL },
  { "an enhanced code", "550 5.1.1 no such user\r\n", 550, "5.1.1", "no such user" },
  { "an enhanced code on every line", "535-5.7.8 bad\r\n535 5.7.8 password\r\n", 535, "5.7.8",
    "bad password" },
  { "an enhanced code missing on the last line", "550-5.7.1 a\r\n550 b\r\n", 550, "5.7.1", "a b" },
  { "an enhanced code of another class says nothing", "250 5.0.0 ok\r\n", 250, NULL, "ok" },
  { "an enhanced code alone", "250 2.0.0\r\n", 250, "2.0.0", "" },
  { "three-digit parts", "535 5.7.139 x\r\n", 535, "5.7.139", "x" },
  { "an address is no enhanced code", "250 127.0.0.1 ok\r\n", 250, NULL, "127.0.0.1 ok" },
  { "a version is no enhanced code", "250 5.1 ok\r\n", 250, NULL, "5.1 ok" },
  { "four digits in a part are none", "550 5.7.1234 x\r\n", 550, NULL, "5.7.1234 x" },
  { "UTF-8", "550 \xe4\xbd\xa0\xe5\xa5\xbd\r\n", 550, NULL, "你好" },
  { "GBK, as QQ writes", "550 \xc4\xe3\xba\xc3\r\n", 550, NULL, "你好" },
  { "Latin-1", "550 d\xe9sol\xe9!\r\n", 550, NULL, NULL },
  { "terminal escapes are taken out", "550 \033[2Jgone\r\n", 550, NULL, "[2Jgone" },
  { "so are marks that turn the reading direction", "550 a\xe2\x80\xae" "b\r\n", 550, NULL, "ab" },
  { "two digits", "25 ok\r\n", -1, NULL, NULL },
  { "four digits", "2500 ok\r\n", -1, NULL, NULL },
  { "a code that begins with 1", "150 ok\r\n", -1, NULL, NULL },
  { "a code that begins with 6", "650 ok\r\n", -1, NULL, NULL },
  { "a code that begins with 0", "050 ok\r\n", -1, NULL, NULL },
  { "letters", "2a0 ok\r\n", -1, NULL, NULL },
  { "another separator", "250_ok\r\n", -1, NULL, NULL },
  { "a sign", "+250 ok\r\n", -1, NULL, NULL },
  { "a space before the code", " 250 ok\r\n", -1, NULL, NULL },
  { "an empty line", "\r\n250 ok\r\n", -1, NULL, NULL },
  { "codes that differ", "250-one\r\n251 two\r\n", -1, NULL, NULL },
  { "a web server", "HTTP/1.1 400 Bad Request\r\n", -1, NULL, NULL },
  { "an IMAP server", "* OK ready\r\n", -1, NULL, NULL },
};

static void
feed_in_pieces (EnvoiSmtpReplyParser *parser,
                const char           *bytes,
                gsize                 length,
                gsize                 piece,
                EnvoiSmtpReply      **reply,
                GError              **error)
{
  gboolean is_fine = TRUE;

  for (gsize i = 0; i < length && is_fine && !*reply; i += piece) {
    envoi_smtp_reply_parser_feed (parser, (const guint8 *) bytes + i, MIN (piece, length - i));
    is_fine = envoi_smtp_reply_parser_next (parser, reply, error);
    g_assert_true (is_fine == (*error == NULL));
  }
}

static void
check_case (const Case *test,
            gsize       piece)
{
  g_autoptr (EnvoiSmtpReplyParser) parser = envoi_smtp_reply_parser_new ();
  g_autoptr (EnvoiSmtpReply) reply = NULL;
  g_autoptr (GError) error = NULL;

  feed_in_pieces (parser, test->bytes, strlen (test->bytes), piece, &reply, &error);

  if (test->code < 0) {
    g_assert_error (error, ENVOI_SMTP_ERROR, ENVOI_SMTP_ERROR_PROTOCOL);
    return;
  }

  g_assert_no_error (error);
  g_assert_true ((reply != NULL) == (test->code > 0));
  if (!reply)
    return;

  g_assert_cmpint (reply->code, ==, test->code);
  g_assert_cmpstr (reply->enhanced, ==, test->enhanced);
  g_assert_true (g_utf8_validate (reply->text, -1, NULL));
  if (test->text)
    g_assert_cmpstr (reply->text, ==, test->text);
}

static void
test_cases (void)
{
  static const gsize pieces[] = { 1, 2, 3, 7, 4096 };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    for (guint j = 0; j < G_N_ELEMENTS (pieces); j++) {
      g_test_message ("%s, in pieces of %" G_GSIZE_FORMAT, cases[i].prose, pieces[j]);
      check_case (&cases[i], pieces[j]);
    }
}

/* What is built here is refused or taken at the very limit. */
static void
check_limit (const GString *bytes,
             gboolean       is_taken)
{
  g_autoptr (EnvoiSmtpReplyParser) parser = envoi_smtp_reply_parser_new ();
  g_autoptr (EnvoiSmtpReply) reply = NULL;
  g_autoptr (GError) error = NULL;

  feed_in_pieces (parser, bytes->str, bytes->len, 1000, &reply, &error);
  g_assert_true ((reply != NULL) == is_taken);
  g_assert_true ((error == NULL) == is_taken);
}

static void
test_lines (void)
{
  for (guint n = 127; n <= 129; n++) {
    g_autoptr (GString) bytes = g_string_new (NULL);

    for (guint i = 1; i < n; i++)
      g_string_append (bytes, "250-x\r\n");
    g_string_append (bytes, "250 x\r\n");
    check_limit (bytes, n <= 128);
  }
}

static void
test_line_length (void)
{
  for (gsize n = 1998; n <= 2002; n++) {
    g_autoptr (GString) bytes = g_string_new ("250 ");

    while (bytes->len < n - 1)
      g_string_append_c (bytes, 'x');
    g_string_append (bytes, "\r\n");
    check_limit (bytes, n <= 2000);
  }
}

static void
test_octets (void)
{
  g_autoptr (GString) bytes = g_string_new (NULL);

  while (bytes->len < 66 * 1024) {
    g_autofree char *line = g_strnfill (1500, 'x');

    g_string_append_printf (bytes, "250-%s\r\n", line);
  }
  check_limit (bytes, FALSE);
}

static void
test_endless_line (void)
{
  g_autoptr (EnvoiSmtpReplyParser) parser = envoi_smtp_reply_parser_new ();
  g_autoptr (EnvoiSmtpReply) reply = NULL;
  g_autoptr (GError) error = NULL;
  gsize n_fed = 0;

  while (!error) {
    envoi_smtp_reply_parser_feed (parser, (const guint8 *) "250 xxxxxx", 10);
    n_fed += 10;
    envoi_smtp_reply_parser_next (parser, &reply, &error);
    g_assert_cmpuint (n_fed, <=, 2100);
  }
}

static void
test_nul (void)
{
  static const char bytes[] = "250 AUTH\0PLAIN\r\n";
  g_autoptr (EnvoiSmtpReplyParser) parser = envoi_smtp_reply_parser_new ();
  g_autoptr (EnvoiSmtpReply) reply = NULL;
  g_autoptr (GError) error = NULL;

  envoi_smtp_reply_parser_feed (parser, (const guint8 *) bytes, sizeof bytes - 1);
  g_assert_true (envoi_smtp_reply_parser_next (parser, &reply, &error));
  g_assert_cmpstr (reply->text, ==, "AUTH?PLAIN");
}

/* Replies to a pipelined group arrive in one piece and come out one by one. */
static void
test_group (void)
{
  static const char bytes[] = "250 a\r\n550-b\r\n550 c\r\n354 d\r\n25";
  g_autoptr (EnvoiSmtpReplyParser) parser = envoi_smtp_reply_parser_new ();
  static const int codes[] = { 250, 550, 354 };

  envoi_smtp_reply_parser_feed (parser, (const guint8 *) bytes, sizeof bytes - 1);
  for (guint i = 0; i < G_N_ELEMENTS (codes); i++) {
    g_autoptr (EnvoiSmtpReply) reply = NULL;

    g_assert_true (envoi_smtp_reply_parser_next (parser, &reply, NULL));
    g_assert_cmpint (reply->code, ==, codes[i]);
    g_assert_false (envoi_smtp_reply_parser_is_empty (parser));
  }
}

static void
test_kinds (void)
{
  static const struct {
    int code;
    gboolean is_positive, is_transient, is_closing;
  } kinds[] = {
    { 250, TRUE, FALSE, FALSE }, { 251, TRUE, FALSE, FALSE }, { 221, FALSE, FALSE, TRUE },
    { 354, FALSE, FALSE, FALSE }, { 421, FALSE, TRUE, TRUE }, { 450, FALSE, TRUE, FALSE },
    { 550, FALSE, FALSE, FALSE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++) {
    EnvoiSmtpReply reply = { .code = kinds[i].code };

    g_assert_true (envoi_smtp_reply_is_positive (&reply) == kinds[i].is_positive);
    g_assert_true (envoi_smtp_reply_is_transient (&reply) == kinds[i].is_transient);
    g_assert_true (envoi_smtp_reply_is_closing (&reply) == kinds[i].is_closing);
  }
}

int
main (int    argc,
      char **argv)
{
  envoi_test_init (&argc, &argv);

  g_test_add_func ("/envoi/smtp/reply/cases", test_cases);
  g_test_add_func ("/envoi/smtp/reply/lines", test_lines);
  g_test_add_func ("/envoi/smtp/reply/line-length", test_line_length);
  g_test_add_func ("/envoi/smtp/reply/octets", test_octets);
  g_test_add_func ("/envoi/smtp/reply/endless-line", test_endless_line);
  g_test_add_func ("/envoi/smtp/reply/nul", test_nul);
  g_test_add_func ("/envoi/smtp/reply/group", test_group);
  g_test_add_func ("/envoi/smtp/reply/kinds", test_kinds);

  return g_test_run ();
}
