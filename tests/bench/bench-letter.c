/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-bench"

#include "config.h"

#include "envoi-test.h"

#include "envoi-secret-store.h"
#include "envoi-service.h"

#include <stdio.h>
#include <string.h>

/* Measures one letter's way through the program: how long the main loop stood
 * still, how long until the letter was durable, and how far memory rose.
 *   bench-letter MEBIBYTES [black-hole]
 * With "black-hole" the letter's server accepts connections and never answers. */

#define TICK_MS 2

typedef struct {
  EnvoiService *service;
  EnvoiDraft *draft;
  gint64 last_tick;
  gint64 longest_stall;
  char *letter_id;
} Bench;

static gboolean
tick_cb (gpointer user_data)
{
  Bench *bench = user_data;
  gint64 now = g_get_monotonic_time ();

  bench->longest_stall = MAX (bench->longest_stall, now - bench->last_tick - TICK_MS * 1000);
  bench->last_tick = now;
  return G_SOURCE_CONTINUE;
}

static long
read_status_kib (const char *key)
{
  g_autofree char *status = NULL;
  const char *line;

  g_assert_true (g_file_get_contents ("/proc/self/status", &status, NULL, NULL));
  line = strstr (status, key);
  g_assert_nonnull (line);
  return strtol (line + strlen (key), NULL, 10);
}

static void
reset_peak (void)
{
  g_assert_true (g_file_set_contents_full ("/proc/self/clear_refs", "5", 1,
                                           G_FILE_SET_CONTENTS_NONE, 0600, NULL));
}

static GFile *
make_file (gsize mebibytes)
{
  g_autofree char *folder = envoi_test_make_folder ();
  GFile *file = g_file_new_build_filename (folder, "attachment.bin", NULL);
  g_autoptr (GFileOutputStream) output = NULL;
  g_autofree guint32 *block = g_malloc (1024 * 1024);
  g_autoptr (GError) error = NULL;

  output = g_file_create (file, G_FILE_CREATE_PRIVATE, NULL, &error);
  g_assert_no_error (error);

  for (gsize i = 0; i < mebibytes; i++) {
    for (gsize j = 0; j < 1024 * 1024 / sizeof *block; j++)
      block[j] = g_random_int ();

    g_output_stream_write_all (G_OUTPUT_STREAM (output), block, 1024 * 1024, NULL, NULL, &error);
    g_assert_no_error (error);
  }

  return file;
}

static void
use_black_hole (Bench *bench)
{
  g_autoptr (GSocketListener) listener = g_socket_listener_new ();
  g_autoptr (EnvoiAccount) account = envoi_account_new ("black-hole");
  g_autoptr (EnvoiSecret) secret = envoi_secret_new ("unused", -1);
  g_autoptr (GAsyncResult) saved = NULL;
  g_autoptr (GAsyncResult) stored = NULL;
  EnvoiTestWait wait = { NULL };
  guint16 port = g_socket_listener_add_any_inet_port (listener, NULL, NULL);

  g_object_set (account, "email", "bench@localhost", "host", "127.0.0.1", "port", (guint) port, NULL);
  g_object_set_data_full (G_OBJECT (account), "listener", g_steal_pointer (&listener), g_object_unref);
  envoi_account_list_save_async (envoi_service_get_accounts (bench->service), account, NULL,
                                 envoi_test_wait_cb, &wait);
  saved = envoi_test_wait (&wait);
  envoi_service_set_password_async (bench->service, account, secret, NULL, envoi_test_wait_cb, &wait);
  stored = envoi_test_wait (&wait);

  g_clear_object (&bench->draft);
  bench->draft = envoi_service_create_draft (bench->service, account);
  g_object_set_data_full (G_OBJECT (bench->draft), "account", g_steal_pointer (&account), g_object_unref);
}

static void
attach (Bench *bench,
        gsize  mebibytes)
{
  g_autoptr (GFile) file = make_file (mebibytes);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (EnvoiAttachment) attachment = NULL;
  g_autoptr (GError) error = NULL;
  EnvoiTestWait wait = { NULL };

  reset_peak ();
  bench->last_tick = g_get_monotonic_time ();
  bench->longest_stall = 0;
  envoi_service_attach_async (bench->service, file, NULL, NULL, NULL, envoi_test_wait_cb, &wait);
  result = envoi_test_wait (&wait);
  attachment = envoi_service_attach_finish (bench->service, result, &error);
  g_assert_no_error (error);
  envoi_draft_add_attachment (bench->draft, attachment);
}

static double
send_letter (Bench *bench)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  EnvoiTestWait wait = { NULL };
  gint64 begin = g_get_monotonic_time ();

  envoi_draft_set (bench->draft, "to", "practice@localhost");
  envoi_draft_set (bench->draft, "subject", "基准");
  envoi_draft_set (bench->draft, "html", "<p>A <b>formatted</b> letter.</p>");
  envoi_service_send_async (bench->service, bench->draft, 1, NULL, envoi_test_wait_cb, &wait);
  result = envoi_test_wait (&wait);
  bench->letter_id = envoi_service_send_finish (bench->service, result, &error);
  g_assert_no_error (error);
  return (g_get_monotonic_time () - begin) / 1000.0;
}

static gboolean
is_sent (gpointer user_data)
{
  Bench *bench = user_data;
  EnvoiLetter *letter = envoi_outbox_find (envoi_service_get_outbox (bench->service), bench->letter_id);

  return letter && envoi_letter_get_state (letter) == ENVOI_LETTER_SENT;
}

static gboolean
two_seconds_cb (gpointer user_data)
{
  *(gboolean *) user_data = TRUE;
  return G_SOURCE_REMOVE;
}

static gboolean
is_true (gpointer user_data)
{
  return *(gboolean *) user_data;
}

static void
start_service (Bench *bench)
{
  g_autoptr (EnvoiSecretStore) secrets = envoi_memory_secret_store_new ();
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  EnvoiTestWait wait = { NULL };

  bench->service = envoi_service_new (secrets);
  envoi_service_start_async (bench->service, ENVOI_SERVICE_SEND | ENVOI_SERVICE_PRACTICE, NULL,
                             envoi_test_wait_cb, &wait);
  result = envoi_test_wait (&wait);
  envoi_service_start_finish (bench->service, result, &error);
  g_assert_no_error (error);
}

static void
stop_service (Bench *bench)
{
  g_autoptr (GAsyncResult) result = NULL;
  EnvoiTestWait wait = { NULL };

  envoi_service_stop_async (bench->service, NULL, envoi_test_wait_cb, &wait);
  result = envoi_test_wait (&wait);
  envoi_service_stop_finish (bench->service, result, NULL);
}

int
main (int    argc,
      char **argv)
{
  Bench bench = { NULL };
  gsize mebibytes = argc > 1 ? g_ascii_strtoull (argv[1], NULL, 10) : 25;
  gboolean is_black_hole = argc > 2 && g_str_equal (argv[2], "black-hole");
  gboolean waited = FALSE;
  g_autoptr (GFile) warm_up = NULL;
  long rss_before;
  double durable_ms;

  argc = 1;
  envoi_test_init (&argc, &argv);
  start_service (&bench);
  bench.draft = envoi_service_create_draft (bench.service, NULL);
  if (is_black_hole)
    use_black_hole (&bench);

  g_timeout_add (TICK_MS, tick_cb, &bench);
  rss_before = read_status_kib ("VmRSS:");
  attach (&bench, mebibytes);
  durable_ms = send_letter (&bench);

  if (is_black_hole) {
    g_timeout_add_seconds (2, two_seconds_cb, &waited);
    envoi_test_wait_until (is_true, &waited);
  } else {
    envoi_test_wait_until (is_sent, &bench);
  }

  printf ("attachment MiB %zu, %s: longest main-loop stall %.1f ms, durable after %.1f ms, "
          "resident set +%.1f MiB at most\n",
          mebibytes, is_black_hole ? "black-holed server" : "practice server",
          bench.longest_stall / 1000.0, durable_ms,
          (read_status_kib ("VmHWM:") - rss_before) / 1024.0);

  stop_service (&bench);
  return 0;
}
