/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-bench"

#include "config.h"

#include "archive.h"
#include "envoi-test.h"

#include <time.h>

#define MOST_OPEN 1000
#define WORDS_A_LETTER 60
#define MINUTES_BETWEEN 10

static guint n_open;

EnvoiService *
archive_start (const char       *folder,
               EnvoiServiceFlags flags)
{
  g_autoptr (GFile) data_folder = folder ? g_file_new_for_path (folder) : NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  EnvoiTestWait wait = { NULL };
  EnvoiService *service = g_object_new (ENVOI_TYPE_SERVICE, "data-folder", data_folder, NULL);

  envoi_service_start_async (service, flags, NULL, envoi_test_wait_cb, &wait);
  result = envoi_test_wait (&wait);
  envoi_service_start_finish (service, result, &error);
  g_assert_no_error (error);
  return service;
}

void
archive_stop (EnvoiService *service)
{
  g_autoptr (GAsyncResult) result = NULL;
  EnvoiTestWait wait = { NULL };

  envoi_service_stop_async (service, NULL, envoi_test_wait_cb, &wait);
  result = envoi_test_wait (&wait);
  g_object_unref (service);
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

  for (guint i = 0; i < WORDS_A_LETTER; i++)
    g_string_append_printf (text, "%s%s", words[g_rand_int_range (random, 0, G_N_ELEMENTS (words))],
                            g_rand_boolean (random) ? " " : "，");
  g_string_append_printf (text, " no. %u", g_rand_int (random) % 100000);
  return g_string_free (text, FALSE);
}

static char *
make_to_line (GRand *random)
{
  static const char *const names[] = {
    "Wang Wei", "李雷", "Anna Schmidt", "韩梅梅", "O. Nord", "财务部", "Board of the Society",
    "张伟", "Ines", "Müller, Jörg", "王芳", "J. de la Cruz",
  };
  GString *line = g_string_new (NULL);

  for (guint i = 0, n_people = g_rand_int (random) % 3; i <= n_people; i++)
    g_string_append_printf (line, "%s\"%s\" <someone%u@example.org>", i > 0 ? ", " : "",
                            names[g_rand_int_range (random, 0, G_N_ELEMENTS (names))],
                            g_rand_int (random) % 1000);
  return g_string_free (line, FALSE);
}

static EnvoiLetterRecord *
make_letter (GRand *random,
             guint  number,
             gint64 sent)
{
  g_autofree char *id = g_strdup_printf ("letter-%06u", number);
  EnvoiLetterRecord *record = envoi_letter_record_new (id);
  EnvoiRecipientRecord *recipient = envoi_recipient_record_new ("wang@example.org");

  recipient->state = ENVOI_RECIPIENT_ACCEPTED;
  g_ptr_array_add (record->recipients, recipient);
  g_free (record->subject);
  record->subject = g_strdup_printf ("Letter %u 季度报告", number);
  g_free (record->to_line);
  record->to_line = make_to_line (random);
  record->state = ENVOI_LETTER_SENT;
  record->changed = record->created = sent;
  record->manifest = g_bytes_new_static ("x", 1);
  record->search_text = make_text (random);
  return record;
}

static void
did_write_cb (GObject      *source,
              GAsyncResult *result,
              gpointer      user_data)
{
  g_autoptr (GError) error = NULL;

  envoi_store_write_finish (ENVOI_STORE (source), result, &error);
  g_assert_no_error (error);
  n_open--;
}

static void
wait_for_room (guint n_most)
{
  while (n_open > n_most)
    g_main_context_iteration (NULL, TRUE);
}

void
archive_fill (EnvoiService *service,
              guint         n_letters)
{
  EnvoiStore *store = envoi_service_get_store (service);
  g_autoptr (GRand) random = g_rand_new_with_seed (7);
  gint64 now = g_get_real_time ();

  for (guint i = 0; i < n_letters; i++) {
    g_autoptr (EnvoiLetterRecord) record =
      make_letter (random, i, now - (n_letters - i) * MINUTES_BETWEEN * G_TIME_SPAN_MINUTE);

    envoi_store_write_async (store, record, 1u << ENVOI_LETTER_DRAFT, NULL, did_write_cb, NULL);
    n_open++;
    wait_for_room (MOST_OPEN);
  }

  wait_for_room (0);
}

/* The watch: between two calls of poll() the thread works; whoever clicks waits that long. */

static ArchiveStall longest;
static gint64 woke_at;
static gint64 busy_at;

gint64
archive_get_own_time (void)
{
  struct timespec now;

  clock_gettime (CLOCK_THREAD_CPUTIME_ID, &now);
  return (gint64) now.tv_sec * G_USEC_PER_SEC + now.tv_nsec / 1000;
}

static guint n_polls;

static int
poll_cb (GPollFD *descriptors,
         guint    n_descriptors,
         int      timeout_ms)
{
  int n_ready;

  n_polls++;
  longest.wall = MAX (longest.wall, g_get_monotonic_time () - woke_at);
  longest.busy = MAX (longest.busy, archive_get_own_time () - busy_at);
  n_ready = g_poll (descriptors, n_descriptors, timeout_ms);
  woke_at = g_get_monotonic_time ();
  busy_at = archive_get_own_time ();
  return n_ready;
}

void
archive_watch (void)
{
  longest = (ArchiveStall) { 0 };
  woke_at = g_get_monotonic_time ();
  busy_at = archive_get_own_time ();
  g_main_context_set_poll_func (NULL, poll_cb);
}

ArchiveStall
archive_get_longest_stall (void)
{
  /* What has gone on since the last poll counts too. */
  poll_cb (NULL, 0, 0);
  g_main_context_set_poll_func (NULL, NULL);
  return longest;
}

static gboolean
over_cb (gpointer is_over)
{
  *(gboolean *) is_over = TRUE;
  return G_SOURCE_REMOVE;
}

guint
archive_count_wake_ups (guint seconds)
{
  gboolean is_over = FALSE;

  archive_watch ();
  n_polls = 0;
  g_timeout_add (seconds * 1000, over_cb, &is_over);
  while (!is_over)
    g_main_context_iteration (NULL, TRUE);
  g_main_context_set_poll_func (NULL, NULL);

  /* The one that ends the measurement is not counted. */
  return n_polls - 1;
}
