/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-bench"

#include "config.h"

#include "envoi-test.h"

#include "envoi-service.h"

#include <stdio.h>

/* Measures an outbox that is full and an archive that is large:
 *   bench-outbox queue LETTERS      letters with one attachment of 5 MB, queued
 *   bench-outbox archive LETTERS    a start, searches and idleness with so many sent letters */

#define AT_ONCE 200
#define TICK_MS 2
#define ATTACHMENT_BYTES (5 * 1000 * 1000)

typedef struct {
  EnvoiService *service;
  guint n_open;
  guint n_polls;
  gint64 last_tick;
  gint64 longest_stall;
} Bench;

static Bench bench;

static double
get_seconds (gint64 since)
{
  return (double) (g_get_monotonic_time () - since) / G_USEC_PER_SEC;
}

static gboolean
tick_cb (gpointer user_data)
{
  gint64 now = g_get_monotonic_time ();

  bench.longest_stall = MAX (bench.longest_stall, now - bench.last_tick - TICK_MS * 1000);
  bench.last_tick = now;
  return G_SOURCE_CONTINUE;
}

static void
start (void)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  EnvoiTestWait wait = { NULL };

  bench.service = envoi_service_new (NULL);
  envoi_service_start_async (bench.service, ENVOI_SERVICE_SEND, NULL, envoi_test_wait_cb, &wait);
  result = envoi_test_wait (&wait);
  envoi_service_start_finish (bench.service, result, &error);
  g_assert_no_error (error);
}

static void
stop (void)
{
  g_autoptr (GAsyncResult) result = NULL;
  EnvoiTestWait wait = { NULL };

  envoi_service_stop_async (bench.service, NULL, envoi_test_wait_cb, &wait);
  result = envoi_test_wait (&wait);
  g_clear_object (&bench.service);
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

  start ();
  add_account ();
  attachment = attach ();
  begin = bench.last_tick = g_get_monotonic_time ();
  g_timeout_add (TICK_MS, tick_cb, NULL);

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
  stop ();
  printf ("queue: %u letters in %.1f s, %.1f MB of disk beside the attachment, longest stall %.1f ms\n",
          n_letters, seconds, (double) (measure_disk (folder) - ATTACHMENT_BYTES) / 1e6,
          (double) bench.longest_stall / 1000);
}

static void
did_write_cb (GObject      *source,
              GAsyncResult *result,
              gpointer      user_data)
{
  g_autoptr (GError) error = NULL;

  envoi_store_write_finish (ENVOI_STORE (source), result, &error);
  g_assert_no_error (error);
  bench.n_open--;
}

/* Words of an office, so that some are in every letter and some in few. */
static char *
make_text (GRand *random)
{
  static const char *const words[] = {
    "meeting", "report", "invoice", "please", "attached", "tomorrow", "regards", "project",
    "会议", "纪要", "报告", "附件", "请查收", "明天", "项目", "谢谢",
  };
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < 60; i++)
    g_string_append_printf (text, "%s%s", words[g_rand_int_range (random, 0, G_N_ELEMENTS (words))],
                            g_rand_boolean (random) ? " " : "，");
  g_string_append_printf (text, " no. %u", g_rand_int (random) % 100000);
  return g_string_free (text, FALSE);
}

static void
fill_archive (guint n_letters)
{
  EnvoiStore *store = envoi_service_get_store (bench.service);
  g_autoptr (GRand) random = g_rand_new_with_seed (7);
  g_autoptr (GBytes) manifest = g_bytes_new_static ("x", 1);
  gint64 now = g_get_real_time ();

  for (guint i = 0; i < n_letters; i++) {
    g_autofree char *id = g_strdup_printf ("letter-%06u", i);
    g_autoptr (EnvoiLetterRecord) record = envoi_letter_record_new (id);
    EnvoiRecipientRecord *recipient = envoi_recipient_record_new ("wang@example.org");

    recipient->state = ENVOI_RECIPIENT_ACCEPTED;
    g_ptr_array_add (record->recipients, recipient);
    g_free (record->subject);
    record->subject = g_strdup_printf ("Letter %u 季度报告", i);
    g_free (record->to_line);
    record->to_line = g_strdup ("Wang Wei <wang@example.org>");
    record->state = ENVOI_LETTER_SENT;
    record->changed = record->created = now - (gint64) (n_letters - i) * G_USEC_PER_SEC;
    record->manifest = g_bytes_ref (manifest);
    record->search_text = make_text (random);
    envoi_store_write_async (store, record, 1u << ENVOI_LETTER_DRAFT, NULL, did_write_cb, NULL);
    bench.n_open++;
    wait_for_room (1000);
  }

  wait_for_room (0);
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

static int
poll_cb (GPollFD *descriptors,
         guint    n_descriptors,
         int      timeout_ms)
{
  bench.n_polls++;
  return g_poll (descriptors, n_descriptors, timeout_ms);
}

static gboolean
over_cb (gpointer is_over)
{
  *(gboolean *) is_over = TRUE;
  return G_SOURCE_REMOVE;
}

/* The one wake-up that ends the measurement is not counted. */
static void
bench_idle (void)
{
  gboolean is_over = FALSE;

  for (gint64 begin = g_get_monotonic_time (); get_seconds (begin) < 2;)
    g_main_context_iteration (NULL, FALSE);

  g_main_context_set_poll_func (NULL, poll_cb);
  g_timeout_add (8000, over_cb, &is_over);
  bench.n_polls = 0;
  while (!is_over)
    g_main_context_iteration (NULL, TRUE);
  g_main_context_set_poll_func (NULL, NULL);
  printf ("idle: %u wake-ups in 8 s\n", bench.n_polls - 1);
}

static void
bench_archive (guint n_letters)
{
  static const char *const queries[] = {
    "meeting", "会议", "季度报告", "Letter 4711", "12345", "07", "纪", "wang@example.org",
    "absent-word", "会议 invoice", "罕见", "鑫", "罕见 invoice",
  };
  GListModel *sent;
  guint ticker;
  gint64 begin;

  start ();
  fill_archive (n_letters);
  stop ();

  begin = bench.last_tick = g_get_monotonic_time ();
  bench.longest_stall = 0;
  ticker = g_timeout_add (TICK_MS, tick_cb, NULL);
  start ();
  printf ("archive: ready after %.0f ms", get_seconds (begin) * 1000);
  sent = envoi_outbox_get_folder (envoi_service_get_outbox (bench.service), ENVOI_FOLDER_SENT);
  while (g_list_model_get_n_items (sent) < n_letters)
    g_main_context_iteration (NULL, TRUE);
  printf (", all %u letters after %.1f s, longest stall %.1f ms\n", n_letters, get_seconds (begin),
          (double) bench.longest_stall / 1000);
  g_source_remove (ticker);

  for (guint i = 0; i < G_N_ELEMENTS (queries); i++)
    bench_search (queries[i]);
  bench_idle ();
  stop ();
}

int
main (int    argc,
      char **argv)
{
  const char *what = argc > 1 ? argv[1] : "queue";
  guint n_letters = argc > 2 ? (guint) g_ascii_strtoull (argv[2], NULL, 10) : 10000;
  int n_arguments = 1;

  envoi_test_init (&n_arguments, &argv);
  if (g_str_equal (what, "archive"))
    bench_archive (n_letters);
  else
    bench_queue (n_letters);

  return 0;
}
