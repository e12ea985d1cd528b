/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-bench"

#include "config.h"

#include "archive.h"
#include "envoi-test.h"

#include <sqlite3.h>
#include <stdio.h>

/* Measures an outbox that is full and an archive that is large:
 *   bench-outbox queue LETTERS            letters with one attachment of 5 MB, queued
 *   bench-outbox fill LETTERS FOLDER      a store with so many sent letters is made there
 *   bench-outbox archive LETTERS FOLDER   a start, searches and idleness with it
 *   bench-outbox migrate LETTERS FOLDER   the same from a store without the index of short words */

#define AT_ONCE 200
#define ATTACHMENT_BYTES (5 * 1000 * 1000)
/* The data folder as it was before its index of short words. */
#define TAKE_INDEX_OUT \
  "DROP TABLE letter_grams; ALTER TABLE letters DROP COLUMN part_size;" \
  "ALTER TABLE letters DROP COLUMN lacks_receipt; PRAGMA user_version = 4;"
#define LETTERS_TO_INDEX "SELECT value FROM counters WHERE name = 'grams-below'"

typedef struct {
  EnvoiService *service;
  guint n_open;
} Bench;

static Bench bench;

static double
get_seconds (gint64 since)
{
  return (double) (g_get_monotonic_time () - since) / G_USEC_PER_SEC;
}

static void
print_stall (void)
{
  ArchiveStall stall = archive_get_longest_stall ();

  printf (", longest stall %.1f ms, most work at one go %.1f ms\n", (double) stall.wall / 1000,
          (double) stall.busy / 1000);
}

static guint64
measure_disk (const char *path)
{
  g_autoptr (GFile) folder = g_file_new_for_path (path);
  guint64 size = 0;

  g_file_measure_disk_usage (folder, G_FILE_MEASURE_NONE, NULL, NULL, NULL, &size, NULL, NULL, NULL);
  return size;
}

static EnvoiAttachment *
attach (void)
{
  g_autofree char *folder = envoi_test_make_folder ();
  g_autoptr (GFile) file = g_file_new_build_filename (folder, "report.pdf", NULL);
  g_autofree char *octets = g_malloc (ATTACHMENT_BYTES);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  EnvoiTestWait wait = { NULL };
  EnvoiAttachment *attachment;

  for (guint i = 0; i < ATTACHMENT_BYTES; i++)
    octets[i] = (char) g_random_int ();
  g_file_replace_contents (file, octets, ATTACHMENT_BYTES, NULL, FALSE, G_FILE_CREATE_NONE, NULL,
                           NULL, &error);
  g_assert_no_error (error);
  envoi_service_attach_async (bench.service, file, NULL, NULL, NULL, envoi_test_wait_cb, &wait);
  result = envoi_test_wait (&wait);
  attachment = envoi_service_attach_finish (bench.service, result, &error);
  g_assert_no_error (error);
  return attachment;
}

static void
did_send_cb (GObject      *source,
             GAsyncResult *result,
             gpointer      user_data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *id = envoi_service_send_finish (ENVOI_SERVICE (source), result, &error);

  g_assert_no_error (error);
  bench.n_open--;
}

static void
wait_for_room (guint n_most)
{
  while (bench.n_open > n_most)
    g_main_context_iteration (NULL, TRUE);
}

/* Nothing is sent: the letters are for tomorrow. */
static void
add_account (void)
{
  g_autoptr (EnvoiAccount) account = envoi_account_new ("bench");
  g_autoptr (GAsyncResult) result = NULL;
  EnvoiTestWait wait = { NULL };

  g_object_set (account, "email", "bench@localhost", "host", "127.0.0.1", "port", 1u, NULL);
  envoi_account_list_save_async (envoi_service_get_accounts (bench.service), account, NULL,
                                 envoi_test_wait_cb, &wait);
  result = envoi_test_wait (&wait);
}

static void
bench_queue (guint n_letters)
{
  g_autoptr (EnvoiAttachment) attachment = NULL;
  g_autofree char *folder = g_build_filename (g_get_user_data_dir (), "envoi", NULL);
  gint64 begin;
  double seconds;

  bench.service = archive_start (NULL, ENVOI_SERVICE_SEND);
  add_account ();
  attachment = attach ();
  begin = g_get_monotonic_time ();
  archive_watch ();

  for (guint i = 0; i < n_letters; i++) {
    g_autoptr (EnvoiDraft) draft = envoi_service_create_draft (bench.service, NULL);
    g_autofree char *subject = g_strdup_printf ("Report %u", i);

    envoi_draft_set (draft, "account-id", "bench");
    envoi_draft_set (draft, "from", "bench@localhost");
    envoi_draft_set (draft, "to", "Wang Wei <wang@example.org>");
    envoi_draft_set (draft, "subject", subject);
    envoi_draft_set (draft, "html", "<p>Please find the <b>report</b> attached.</p>");
    envoi_draft_add_attachment (draft, attachment);
    envoi_service_send_async (bench.service, draft, g_get_real_time () + G_TIME_SPAN_DAY, NULL,
                              did_send_cb, NULL);
    bench.n_open++;
    wait_for_room (AT_ONCE);
  }

  wait_for_room (0);
  seconds = get_seconds (begin);
  printf ("queue: %u letters in %.1f s", n_letters, seconds);
  print_stall ();
  archive_stop (bench.service);
  printf ("queue: %.1f MB of disk beside the attachment\n",
          (double) (measure_disk (folder) - ATTACHMENT_BYTES) / 1e6);
}

static void
bench_search (const char *words)
{
  EnvoiOutbox *outbox = envoi_service_get_outbox (bench.service);
  double best = G_MAXDOUBLE;
  guint n_found = 0;

  for (guint i = 0; i < 5; i++) {
    g_autoptr (GAsyncResult) result = NULL;
    g_autoptr (GListModel) hits = NULL;
    EnvoiTestWait wait = { NULL };
    gint64 begin = g_get_monotonic_time ();

    envoi_outbox_search_async (outbox, words, 200, NULL, envoi_test_wait_cb, &wait);
    result = envoi_test_wait (&wait);
    best = MIN (best, get_seconds (begin));
    hits = envoi_outbox_search_finish (outbox, result, NULL);
    n_found = g_list_model_get_n_items (hits);
  }

  printf ("search: “%s” %.1f ms, %u shown\n", words, best * 1000, n_found);
}

static void
run_for (gint64 time)
{
  for (gint64 begin = g_get_monotonic_time (); g_get_monotonic_time () - begin < time;)
    g_main_context_iteration (NULL, FALSE);
}

static void
bench_idle (void)
{
  run_for (2 * G_USEC_PER_SEC);
  printf ("idle: %u wake-ups in 8 s\n", archive_count_wake_ups (8));
}

static void
start_and_load (const char *what,
                const char *folder,
                guint       n_letters)
{
  GListModel *sent;
  gint64 begin = g_get_monotonic_time ();

  archive_watch ();
  bench.service = archive_start (folder, ENVOI_SERVICE_SEND);
  printf ("%s: ready after %.0f ms", what, get_seconds (begin) * 1000);
  sent = envoi_outbox_get_folder (envoi_service_get_outbox (bench.service), ENVOI_FOLDER_SENT);
  while (g_list_model_get_n_items (sent) < n_letters)
    g_main_context_iteration (NULL, TRUE);
  printf (", all %u letters after %.1f s", n_letters, get_seconds (begin));
  print_stall ();
}

static void
bench_archive (const char *folder,
               guint       n_letters)
{
  static const char *const queries[] = {
    "meeting", "会议", "季度报告", "Letter 4711", "12345", "07", "纪", "wang@example.org",
    "absent-word", "会议 invoice", "罕见", "鑫", "罕见 invoice",
  };

  start_and_load ("archive", folder, n_letters);
  for (guint i = 0; i < G_N_ELEMENTS (queries); i++)
    bench_search (queries[i]);
  bench_idle ();
  archive_stop (bench.service);
}

static gboolean
is_indexed (sqlite3 *sqlite)
{
  sqlite3_stmt *statement = NULL;
  gboolean is_indexed;

  g_assert_cmpint (sqlite3_prepare_v2 (sqlite, LETTERS_TO_INDEX, -1, &statement, NULL), ==,
                   SQLITE_OK);
  is_indexed = sqlite3_step (statement) == SQLITE_DONE;
  sqlite3_finalize (statement);
  return is_indexed;
}

static void
bench_migrate (const char *folder,
               guint       n_letters)
{
  g_autofree char *path = g_build_filename (folder, "letters.db", NULL);
  sqlite3 *sqlite = NULL;
  gint64 begin;

  g_assert_cmpint (sqlite3_open (path, &sqlite), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_exec (sqlite, TAKE_INDEX_OUT, NULL, NULL, NULL), ==, SQLITE_OK);

  start_and_load ("upgrade", folder, n_letters);
  begin = g_get_monotonic_time ();
  archive_watch ();
  bench_search ("会议");
  bench_search ("罕见");
  while (!is_indexed (sqlite))
    run_for (G_USEC_PER_SEC / 5);
  printf ("upgrade: the index is there after %.1f s more", get_seconds (begin));
  print_stall ();
  bench_search ("会议");
  sqlite3_close (sqlite);
  archive_stop (bench.service);
}

static void
bench_fill (const char *folder,
            guint       n_letters)
{
  bench.service = archive_start (folder, ENVOI_SERVICE_PLAIN);
  archive_fill (bench.service, n_letters);
  archive_stop (bench.service);
}

int
main (int    argc,
      char **argv)
{
  const char *what = argc > 1 ? argv[1] : "queue";
  guint n_letters = argc > 2 ? (guint) g_ascii_strtoull (argv[2], NULL, 10) : 10000;
  const char *folder = argc > 3 ? argv[3] : NULL;
  int n_arguments = 1;

  envoi_test_init (&n_arguments, &argv);
  if (g_str_equal (what, "fill"))
    bench_fill (folder, n_letters);
  else if (g_str_equal (what, "archive"))
    bench_archive (folder, n_letters);
  else if (g_str_equal (what, "migrate"))
    bench_migrate (folder, n_letters);
  else
    bench_queue (n_letters);

  return 0;
}
