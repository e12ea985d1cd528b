/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "envoi-practice-command.h"
#include "envoi-test.h"

#define MAX_SIZE 1000

typedef struct {
  const char *about;
  const char *argument;
  const char *address;      /* NULL: not well formed */
  const char *refusal;      /* the beginning of the reply, when it is well formed */
} Row;

static const Row mail_rows[] = {
  { "An address in brackets.", "FROM:<a@example.org>", "a@example.org", NULL },
  { "The keyword in any case.", "from:<a@example.org>", "a@example.org", NULL },
  { "The null path of a bounce.", "FROM:<>", "", NULL },
  { "A quoted local part with a bracket and an at sign.", "FROM:<\"a> @\\\"b\"@example.org>",
    "\"a> @\\\"b\"@example.org", NULL },
  { "An address literal.", "FROM:<a@[127.0.0.1]>", "a@[127.0.0.1]", NULL },
  { "Parameters.", "FROM:<a@b> SIZE=999 BODY=8BITMIME RET=HDRS ENVID=a+2Bb", "a@b", NULL },
  { "SMTPUTF8 lets an address be Chinese.", "FROM:<张@例子.中国> SMTPUTF8", "张@例子.中国", NULL },
  { "Without SMTPUTF8 it may not.", "FROM:<张@例子.中国>", "张@例子.中国", "553 5.6.7" },
  { "A size within the limit.", "FROM:<a@b> SIZE=1000", "a@b", NULL },
  { "A size beyond the limit.", "FROM:<a@b> SIZE=1001", "a@b", "552 5.3.4" },
  { "A size that is none.", "FROM:<a@b> SIZE=1k", "a@b", "501" },
  { "A parameter that nobody offered.", "FROM:<a@b> FOO=1", "a@b", "555 5.5.4" },
  { "BINARYMIME is not offered.", "FROM:<a@b> BODY=BINARYMIME", "a@b", "501" },
  { "An envelope id that is no xtext.", "FROM:<a@b> ENVID=a+2b", "a@b", "501" },
  { "Postmaster alone sends nothing.", "FROM:<Postmaster>", "Postmaster", "501" },
  { "A parameter given twice.", "FROM:<a@b> SIZE=1 size=2", NULL, NULL },
  { "A parameter without a value after the sign.", "FROM:<a@b> SIZE=", NULL, NULL },
  { "Two spaces before a parameter.", "FROM:<a@b>  SIZE=1", NULL, NULL },
  { "A space at the end is tolerated.", "FROM:<a@b> ", "a@b", NULL },
  { "A space before the address.", "FROM: <a@b>", NULL, NULL },
  { "No brackets.", "FROM:a@b", NULL, NULL },
  { "The other keyword.", "TO:<a@b>", NULL, NULL },
  { "No domain.", "FROM:<a>", NULL, NULL },
  { "An empty domain.", "FROM:<a@>", NULL, NULL },
  { "A label that begins with a hyphen.", "FROM:<a@-b>", NULL, NULL },
  { "Two dots in the domain.", "FROM:<a@b..c>", NULL, NULL },
  { "Two dots in the local part.", "FROM:<a..b@c>", NULL, NULL },
  { "A dot at the end of the local part.", "FROM:<a.@c>", NULL, NULL },
  { "A space in the address.", "FROM:<a b@c>", NULL, NULL },
  { "A bracket in the address.", "FROM:<a>b@c>", NULL, NULL },
  { "A quoted string without an end.", "FROM:<\"a@b>", NULL, NULL },
  { "A control character in a quoted string.", "FROM:<\"a\tb\"@c>", NULL, NULL },
  { "A source route.", "FROM:<@relay:a@b>", NULL, NULL },
  { "A local part of 65 characters.",
    "FROM:<aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa@b>", NULL, NULL },
};

static const Row rcpt_rows[] = {
  { "An address.", "TO:<a@b>", "a@b", NULL },
  { "Postmaster alone.", "TO:<postmaster>", "postmaster", NULL },
  { "Delivery reports.", "TO:<a@b> NOTIFY=SUCCESS,failure ORCPT=rfc822;a@b", "a@b", NULL },
  { "No delivery reports.", "TO:<a@b> NOTIFY=NEVER", "a@b", NULL },
  { "The null path receives nothing.", "TO:<>", "", "501 5.1.3" },
  { "NEVER with something else.", "TO:<a@b> NOTIFY=NEVER,DELAY", "a@b", "501" },
  { "An event that does not exist.", "TO:<a@b> NOTIFY=READ", "a@b", "501" },
  { "An original recipient without a type.", "TO:<a@b> ORCPT=a@b", "a@b", "501" },
  { "A parameter of MAIL.", "TO:<a@b> SIZE=1", "a@b", "555 5.5.4" },
};

static void
check_row (const Row  *row,
           const char *keyword)
{
  const char *refusal;
  g_autoptr (EnvoiPracticePath) path = envoi_practice_path_parse (row->argument, keyword, &refusal);

  g_test_message ("%s", row->about);
  if (!row->address) {
    g_assert_null (path);
    g_assert_true (g_str_has_prefix (refusal, "501"));
    return;
  }

  g_assert_nonnull (path);
  g_assert_cmpstr (path->address, ==, row->address);
  refusal = g_str_equal (keyword, "FROM:") ? envoi_practice_path_check_mail (path, MAX_SIZE) :
            envoi_practice_path_check_rcpt (path, FALSE);
  if (row->refusal)
    g_assert_true (g_str_has_prefix (refusal, row->refusal));
  else
    g_assert_cmpstr (refusal, ==, NULL);
}

static void
test_mail (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (mail_rows); i++)
    check_row (&mail_rows[i], "FROM:");
}

static void
test_rcpt (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (rcpt_rows); i++)
    check_row (&rcpt_rows[i], "TO:");
}

static void
test_split (void)
{
  static const struct {
    const char *about;
    const char *line;
    const char *verb;
    const char *argument;
  } rows[] = {
    { "A word alone.", "quit", "QUIT", "" },
    { "A word and the rest.", "Mail FROM:<a@b> SIZE=1", "MAIL", "FROM:<a@b> SIZE=1" },
    { "An empty line.", "", NULL, NULL },
    { "A space first.", " NOOP", NULL, NULL },
    { "Something glued to the word.", "QUIT\t", NULL, NULL },
    { "A web browser gets no further.", "GET / HTTP/1.1", "GET", "/ HTTP/1.1" },
    { "Bytes that are no UTF-8.", "MAIL FROM:<\xff@b>", NULL, NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autofree char *verb = NULL;
    const char *argument = NULL;

    g_test_message ("%s", rows[i].about);
    g_assert_cmpint (envoi_practice_command_split (rows[i].line, &verb, &argument), ==,
                     rows[i].verb != NULL);
    g_assert_cmpstr (verb, ==, rows[i].verb);
    g_assert_cmpstr (argument, ==, rows[i].argument);
  }
}

static void
test_host (void)
{
  static const struct {
    const char *argument;
    gboolean is_host;
  } rows[] = {
    { "localhost", TRUE }, { "a.b-c.example", TRUE }, { "[127.0.0.1]", TRUE },
    { "[IPv6:::1]", TRUE }, { "", FALSE }, { "a b", FALSE }, { "-a", FALSE }, { "a.", FALSE },
    { "[]", FALSE }, { "[127.0.0.1", FALSE }, { "a_b", FALSE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_test_message ("%s", rows[i].argument);
    g_assert_cmpint (envoi_practice_command_is_host (rows[i].argument), ==, rows[i].is_host);
  }
}

int
main (int   argc,
      char *argv[])
{
  envoi_test_init (&argc, &argv);

  g_test_add_func ("/envoi/practice/command/mail", test_mail);
  g_test_add_func ("/envoi/practice/command/rcpt", test_rcpt);
  g_test_add_func ("/envoi/practice/command/split", test_split);
  g_test_add_func ("/envoi/practice/command/host", test_host);

  return g_test_run ();
}
