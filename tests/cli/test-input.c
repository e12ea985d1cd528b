/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "run.h"

#include "envoi-test.h"

#include <string.h>
#include <sys/stat.h>

#define ADD "account", "add", "--email", "me@x.cn", "--host", "h", "--port", "465", "--security", "tls"
#define SEND "send", "--account", "me@x.cn", "--subject", "s"
#define MOST_WORDS 20

typedef struct {
  const char *words[MOST_WORDS];
  const char *says;          /* on standard error */
} BadCase;

/* What never gets anywhere: nothing is started, nothing is written. */
static const BadCase bad_words[] = {
  { { NULL }, "--help" },
  { { "please", "send", "a", "letter" }, "please" },
  { { "--bogus" }, "--bogus" },
  { { "account" }, "add|list" },
  { { "account", "frobnicate" }, "add|list" },
  { { "account", "list", "extra" }, "too many" },
  { { "account", "list", "--bogus" }, "--bogus" },
  { { "account", "list", "-j" }, "-j" },
  { { "account", "show" }, "Name one account" },
  { { "account", "show", "a", "b" }, "Name one account" },
  { { "account", "check" }, "Name one account" },
  { { "account", "find" }, "Name one mail address" },
  { { "account", "find", "a@x.cn", "b@x.cn" }, "Name one mail address" },
  { { "account", "add" }, "--email" },
  { { "account", "add", "--email", "not an address", "--host", "h", "--port", "1", "--security",
      "tls" }, "address" },
  { { "account", "add", "--email", "me@x.cn", "--port", "465", "--security", "tls" }, "--host" },
  { { "account", "add", "--email", "me@x.cn", "--host", "h", "--security", "tls" }, "--port" },
  { { "account", "add", "--email", "me@x.cn", "--host", "h", "--port", "0", "--security", "tls" },
    "--port" },
  { { "account", "add", "--email", "me@x.cn", "--host", "h", "--port", "65536", "--security",
      "tls" }, "--port" },
  { { "account", "add", "--email", "me@x.cn", "--host", "h", "--port", "12x", "--security",
      "tls" }, "--port" },
  { { "account", "add", "--email", "me@x.cn", "--host", "h", "--port", "465" }, "--security" },
  { { "account", "add", "--email", "me@x.cn", "--host", "h", "--port", "465", "--security",
      "none" }, "--security" },
  { { ADD, "--auth", "guess" }, "--auth" },
  { { ADD, "--ca-file", "/nonexistent/ca.pem" }, "--ca-file" },
  { { ADD, "--secret-stdin" }, "password" },
  { { ADD, "--password", "geheim" }, "--password" },
  { { ADD, "--name", "two\nlines" }, "--name" },
  { { ADD, "--user", "a\rb" }, "--user" },
  { { "account", "add", "--email" }, "needs a value" },
  { { ADD, "--email", "again@x.cn" }, "twice" },
  { { "send", "--to", "a@x.cn", "--subject", "s" }, "--account" },
  { { "send", "--account", "me@x.cn", "--to", "a@x.cn" }, "--subject" },
  { { SEND }, "--to" },
  { { SEND, "--to", "This is a sentence." }, "address" },
  { { SEND, "--to", "a@x.cn", "--cc", "b@" }, "address" },
  { { SEND, "--to", "a@x.cn", "--bcc", "@x.cn" }, "address" },
  { { SEND, "--to", "a@x.cn\r\nBcc: b@x.cn" }, "--to" },
  { { "send", "--account", "me@x.cn", "--to", "a@x.cn", "--subject", "one\ntwo" }, "--subject" },
  { { "send", "--account", "me@x.cn", "--to", "a@x.cn", "--subject", "\xff\xfe" }, "--subject" },
  { { "send", "--account", "me@x.cn", "--to", "a@x.cn", "--subject", "a\xe2\x80\xa8" "b" },
    "--subject" },
  { { SEND, "--to", "a@x.cn", "--header", "X-Two: a\r\nBcc: b@x.cn" }, "--header" },
  { { SEND, "--to", "a@x.cn", "--header", "no colon" }, "--header" },
  { { SEND, "--to", "a@x.cn", "--header", ": no name" }, "--header" },
  { { SEND, "--to", "a@x.cn", "--text", "/nonexistent/text" }, "/nonexistent/text" },
  { { SEND, "--to", "a@x.cn", "--html", "/nonexistent/html" }, "/nonexistent/html" },
  { { SEND, "--to", "a@x.cn", "--attach", "/nonexistent/file" }, "/nonexistent/file" },
  { { SEND, "--to", "a@x.cn", "--attach", "/" }, "not a file" },
  { { SEND, "--to", "a@x.cn", "--attach", "/dev/zero" }, "not a file" },
  { { SEND, "--to", "a@x.cn", "--at", "tomorrow" }, "--at" },
  { { SEND, "--to", "a@x.cn", "--wait=yes" }, "--wait" },
  { { SEND, "--to", "a@x.cn", "--priority", "high" }, "--priority" },
  { { SEND, "--to", "a@x.cn", "stray" }, "stray" },
  { { "send", "--account", "me@x.cn", "--eml", "/nonexistent.eml" }, "/nonexistent.eml" },
  { { SEND, "--eml", "/nonexistent.eml" }, "--eml" },
  { { SEND, "--to", "a@x.cn", "--text", "/" }, "not a file" },
  { { SEND, "--to", "a@x.cn", "--html", "/dev/zero" }, "not a file" },
  { { "send", "--account", "me@x.cn", "--eml", "/" }, "not a file" },
  { { "send", "--account", "me@x.cn", "--eml", "/dev/zero" }, "not a file" },
  { { ADD, "--ca-file", "/dev/zero" }, "--ca-file" },
  { { "outbox" }, "list|show" },
  { { "outbox", "empty" }, "list|show" },
  { { "outbox", "show" }, "Name one letter" },
  { { "outbox", "list", "now" }, "too many" },
  { { "practice", "now" }, "too many" },
};

static void
assert_untouched (void)
{
  g_autofree char *data = g_build_filename (g_get_user_data_dir (), "envoi", NULL);
  g_autofree char *config = g_build_filename (g_get_user_config_dir (), "envoi", NULL);

  g_assert_false (g_file_test (data, G_FILE_TEST_EXISTS));
  g_assert_false (g_file_test (config, G_FILE_TEST_EXISTS));
}

static void
test_bad_words (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (bad_words); i++) {
    g_auto (Run) run = run_envoictl_v (NULL, bad_words[i].words);

    g_assert_cmpint (run.code, ==, 65);
    g_assert_cmpstr (run.out, ==, "");
    g_assert_true (g_str_has_prefix (run.err, "envoictl: "));
    g_assert_nonnull (strstr (run.err, bad_words[i].says));
    g_assert_null (strstr (run.err, "geheim"));
  }

  assert_untouched ();
}

/* With --json there is an object to read, whatever went wrong. */
static void
test_bad_words_json (void)
{
  g_auto (Run) run = run_envoictl (NULL, SEND, "--to", "nobody", "--json", NULL);
  g_autoptr (JsonNode) node = NULL;
  JsonObject *object;

  g_assert_cmpint (run.code, ==, 65);
  node = run_parse_json (&run);
  object = json_node_get_object (node);
  g_assert_true (json_object_get_null_member (object, "id"));
  g_assert_cmpstr (json_object_get_string_member (object, "state"), ==, "failed");
  object = json_object_get_object_member (object, "error");
  g_assert_cmpstr (json_object_get_string_member (object, "domain"), ==, "message");
  g_assert_cmpstr (json_object_get_string_member (object, "code"), ==, "BAD_ADDRESS");
  assert_untouched ();
}

static void
test_bad_files (void)
{
  g_autofree char *folder = envoi_test_make_folder ();
  g_autofree char *path = g_build_filename (folder, "text", NULL);
  static const struct {
    const char *bytes;
    gssize length;
  } rows[] = { { "a\0b", 3 }, { "\xb5\xda", 2 } };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_auto (Run) run = { 0 };

    g_assert_true (g_file_set_contents (path, rows[i].bytes, rows[i].length, NULL));
    run = run_envoictl (NULL, SEND, "--to", "a@x.cn", "--text", path, NULL);
    g_assert_cmpint (run.code, ==, 65);
    g_assert_nonnull (strstr (run.err, "UTF-8"));
  }

  assert_untouched ();
}

/* A pipe to which nobody writes is not waited for. */
static void
test_pipes (void)
{
  g_autofree char *folder = envoi_test_make_folder ();
  g_autofree char *path = g_build_filename (folder, "pipe", NULL);
  const char *const cases[][MOST_WORDS] = {
    { SEND, "--to", "a@x.cn", "--text", path },
    { SEND, "--to", "a@x.cn", "--html", path },
    { SEND, "--to", "a@x.cn", "--attach", path },
    { "send", "--account", "me@x.cn", "--eml", path },
    { ADD, "--ca-file", path },
  };

  g_assert_cmpint (mkfifo (path, 0600), ==, 0);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_auto (Run) run = run_envoictl_v (NULL, cases[i]);

    g_assert_cmpint (run.code, ==, 65);
    g_assert_nonnull (strstr (run.err, "file"));
  }

  assert_untouched ();
}

typedef struct {
  const char *input;
  const char *words[8];
  const char *says;
} SendmailCase;

static const SendmailCase bad_sendmail[] = {
  { NULL, { "a@x.cn" }, "no message" },
  { "From: me@x.cn\n\nHello\n", { NULL }, "-t" },
  { "From: me@x.cn\nSubject: nobody\n\nHello\n", { "-t" }, "recipient" },
  { "From: me@x.cn\n\nHello\n", { "not an address" }, "address" },
  { "From: me@x.cn\n\nHello\n", { "-f" }, "-f" },
  { "From: me@x.cn\n\nHello\n", { "-f", "no body@x.cn" }, "address" },
  { "From: me@x.cn\n\nHello\n", { "-bs" }, "-bs" },
  { "From: me@x.cn\n\nHello\n", { "-bp" }, "-bp" },
  { "From: me@x.cn\n\nHello\n", { "-q" }, "-q" },
};

static void
test_bad_sendmail (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (bad_sendmail); i++) {
    const SendmailCase *row = &bad_sendmail[i];
    g_auto (Run) run = run_sendmail (row->input, row->words[0], row->words[1], NULL);

    g_assert_cmpint (run.code, ==, 65);
    g_assert_cmpstr (run.out, ==, "");
    g_assert_nonnull (strstr (run.err, row->says));
  }

  assert_untouched ();
}

/* mail(1) names no sender, cron a user of this machine: it is the accounts that are missing. */
static void
test_sendmail_without_account (void)
{
  static const SendmailCase cases[] = {
    { "Subject: no sender\n\nHello\n", { "a@x.cn" }, "no account to send from" },
    { "From: root (Cron Daemon)\n\nHello\n", { "-froot", "a@x.cn" }, "no account to send from" },
    { "From: me@x.cn\n\nHello\n", { "a@x.cn" }, "me@x.cn" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_auto (Run) run = run_sendmail (cases[i].input, cases[i].words[0], cases[i].words[1], NULL);

    g_assert_cmpint (run.code, ==, 78);
    g_assert_cmpstr (run.out, ==, "");
    g_assert_nonnull (strstr (run.err, cases[i].says));
  }
}

static void
test_help (void)
{
  g_auto (Run) help = run_envoictl (NULL, "--help", NULL);
  g_auto (Run) version = run_envoictl (NULL, "--version", NULL);

  g_assert_cmpint (help.code, ==, 0);
  g_assert_nonnull (strstr (help.out, "envoictl outbox list"));
  g_assert_cmpint (version.code, ==, 0);
  g_assert_nonnull (strstr (version.out, ENVOI_VERSION));
  assert_untouched ();
}

int
main (int   argc,
      char *argv[])
{
  envoi_test_init (&argc, &argv);
  g_test_add_func ("/envoi/cli/input/bad-words", test_bad_words);
  g_test_add_func ("/envoi/cli/input/bad-words-json", test_bad_words_json);
  g_test_add_func ("/envoi/cli/input/bad-files", test_bad_files);
  g_test_add_func ("/envoi/cli/input/pipes", test_pipes);
  g_test_add_func ("/envoi/cli/input/bad-sendmail", test_bad_sendmail);
  g_test_add_func ("/envoi/cli/input/help", test_help);
  /* The last one: it starts the service, which makes its folders. */
  g_test_add_func ("/envoi/cli/input/sendmail-without-account", test_sendmail_without_account);

  return g_test_run ();
}
