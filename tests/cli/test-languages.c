/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "run.h"

#include "envoi-test.h"

#include <gio/gio.h>
#include <glib/gstdio.h>
#include <string.h>

/* What the layers below the programs say of a failure, read by somebody who reads Chinese. */

#define MOST_WORDS 24
/* Nothing listens on a port of the system that no service has. */
#define CLOSED_PORT "1"

typedef struct {
  const char *prose;
  const char *words[MOST_WORDS];
  const char *said;
} Case;

static const Case cases[] = {
  { "a whole web address is no server's name",
    { "account", "add", "--email", "me@x.cn", "--host", "https://x.cn/", "--port", "465",
      "--security", "tls" },
    "服务器名称只能是 smtp.example.org 这样的名称，不能是网址。" },
  { "nor is a name with a port",
    { "account", "add", "--email", "me@x.cn", "--host", "x.cn:465", "--port", "465",
      "--security", "tls" },
    "服务器名称里不能带端口，端口有单独的一栏。" },
  { "an account that is not there",
    { "send", "--account", "gone@x.cn", "--to", "li@x.cn", "--subject", "a" },
    "没有账户“gone@x.cn”。" },
};

static void
speak_chinese (void)
{
  g_autofree char *translations = g_test_build_filename (G_TEST_BUILT, "..", "po", NULL);

  g_setenv ("ENVOI_LOCALEDIR", translations, TRUE);
  g_setenv ("LANGUAGE", "zh_CN", TRUE);
}

static void
test_refusals (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_auto (Run) run = { 0 };

    g_test_message ("%s", cases[i].prose);
    run = run_envoictl_v (NULL, cases[i].words);
    g_assert_cmpint (run.code, !=, 0);
    g_assert_nonnull (strstr (run.err, cases[i].said));
  }
}

/* The file of a person's own providers is left out with a reason for the person who wrote it. */
static void
test_provider_file (void)
{
  g_autofree char *folder =
    g_build_filename (g_get_user_config_dir (), "envoi", "providers.d", NULL);
  g_autofree char *path = g_build_filename (folder, "mine.json", NULL);
  g_auto (Run) run = { 0 };
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (g_mkdir_with_parents (folder, 0700), ==, 0);
  g_file_set_contents (path, "{\"providers\": [{\"id\": \"Mine!\"}]}", -1, &error);
  g_assert_no_error (error);

  run = run_envoictl (NULL, "account", "list", NULL);
  g_assert_cmpint (run.code, ==, 0);
  g_assert_nonnull (strstr (run.err, "服务商文件“mine.json”没有采用："));
  g_assert_null (strstr (run.err, "left out"));
  g_unlink (path);
}

/* The letter keeps what was said, for the details of its card and for the next start. */
static void
test_kept_words (void)
{
  g_auto (Run) added = { 0 };
  g_auto (Run) sent = { 0 };

  added = run_envoictl (NULL, "account", "add", "--email", "me@localhost", "--host", "127.0.0.1",
                        "--port", CLOSED_PORT, "--security", "tls", NULL);
  g_assert_cmpint (added.code, ==, 0);
  sent = run_envoictl ("secret", "send", "--account", "me@localhost", "--to", "li@x.cn",
                       "--subject", "a", "--secret-stdin", "--wait", NULL);
  g_assert_cmpint (sent.code, ==, 75);
  g_assert_nonnull (strstr (sent.out, "服务器 127.0.0.1 不接受端口 " CLOSED_PORT " 上的连接。"));
}

int
main (int   argc,
      char *argv[])
{
  envoi_test_init (&argc, &argv);
  speak_chinese ();
  g_test_add_func ("/envoi/cli/languages/refusals", test_refusals);
  g_test_add_func ("/envoi/cli/languages/provider-file", test_provider_file);
  g_test_add_func ("/envoi/cli/languages/kept-words", test_kept_words);
  return g_test_run ();
}
