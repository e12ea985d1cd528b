/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-test"

#include "config.h"

#include "envoi-store-fixture.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <sqlite3.h>
#include <sys/wait.h>
#include <unistd.h>

/* Several processes with one database; and one that is killed with it open. */

#define DRAFT (1u << ENVOI_LETTER_DRAFT)
#define QUEUED (1u << ENVOI_LETTER_QUEUED)
#define SENDING (1u << ENVOI_LETTER_SENDING)
#define N_PROCESSES 4
#define N_LETTERS 25

typedef void (*ChildFunc) (const char *folder,
                           guint       number);

static pid_t
start_child (ChildFunc   function,
             const char *folder,
             guint       number)
{
  pid_t pid = fork ();

  g_assert_cmpint (pid, >=, 0);
  if (pid == 0) {
    function (folder, number);
    _exit (0);
  }

  return pid;
}

static int
wait_for (pid_t pid)
{
  int status;

  g_assert_cmpint (waitpid (pid, &status, 0), ==, pid);
  return status;
}

static void
run_children (ChildFunc   function,
              const char *folder)
{
  pid_t pids[N_PROCESSES];

  for (guint i = 0; i < N_PROCESSES; i++)
    pids[i] = start_child (function, folder, i);
  for (guint i = 0; i < N_PROCESSES; i++)
    g_assert_cmpint (wait_for (pids[i]), ==, 0);
}

static void
run_sql (const char *folder,
         const char *sql)
{
  g_autofree char *path = g_build_filename (folder, "letters.db", NULL);
  char *message = NULL;
  sqlite3 *sqlite;

  g_assert_cmpint (sqlite3_open (path, &sqlite), ==, SQLITE_OK);
  sqlite3_exec (sqlite, sql, NULL, NULL, &message);
  g_assert_cmpstr (message, ==, NULL);
  sqlite3_close (sqlite);
}

/* Threads do not survive a fork, so whoever has opened a store forks no more:
 * each test has a process of its own, and what it prepares has one, too. */
static void
test_in_child (gconstpointer data)
{
  void (*const *function)(void) = data;
  pid_t pid = fork ();

  g_assert_cmpint (pid, >=, 0);
  if (pid == 0) {
    (*function)();
    _exit (0);
  }

  g_assert_cmpint (wait_for (pid), ==, 0);
}

static void
write_own_letters (const char *folder,
                   guint       number)
{
  EnvoiStore *store = envoi_fixture_open_store (folder);

  for (guint i = 0; i < N_LETTERS; i++) {
    g_autofree char *id = g_strdup_printf ("%u-%u", number, i);
    g_autoptr (EnvoiLetterRecord) record = envoi_fixture_make_letter (id, ENVOI_LETTER_DRAFT);
    g_autoptr (GError) error = NULL;

    envoi_fixture_write (store, record, DRAFT, &error);
    g_assert_no_error (error);
  }

  envoi_fixture_close_store (store);
}

static void
test_write_together (void)
{
  g_autofree char *folder = envoi_test_make_folder ();
  g_autoptr (GHashTable) revisions = g_hash_table_new_full (g_int64_hash, g_int64_equal, NULL, NULL);
  g_autoptr (GPtrArray) all = NULL;
  EnvoiStore *store;

  run_children (write_own_letters, folder);
  store = envoi_fixture_open_store (folder);
  g_assert_null (envoi_store_get_notice (store));
  all = envoi_fixture_list (store, EVERY_STATE, 0, 0);
  g_assert_cmpuint (all->len, ==, N_PROCESSES * N_LETTERS);
  for (guint i = 0; i < all->len; i++) {
    EnvoiLetterRecord *record = g_ptr_array_index (all, i);

    g_assert_true (g_hash_table_add (revisions, &record->revision));
    g_assert_cmpuint (record->recipients->len, ==, 2);
  }
  envoi_fixture_close_store (store);
}

/* Each tries to be the one that sends a letter; the winner leaves its number. */
static void
claim_letters (const char *folder,
               guint       number)
{
  EnvoiStore *store = envoi_fixture_open_store (folder);
  g_autofree char *path = g_strdup_printf ("%s/winner-%u", folder, number);
  g_autoptr (GString) won = g_string_new (NULL);

  for (guint i = 0; i < N_LETTERS; i++) {
    g_autofree char *id = g_strdup_printf ("letter-%u", i);
    g_autoptr (EnvoiLetterRecord) record = envoi_fixture_load (store, id, NULL);
    g_autoptr (GError) error = NULL;

    g_assert_nonnull (record);
    record->state = ENVOI_LETTER_SENDING;
    if (envoi_fixture_write (store, record, QUEUED, &error))
      g_string_append_printf (won, "%s\n", id);
    else
      g_assert_error (error, ENVOI_STORE_ERROR, ENVOI_STORE_ERROR_CONFLICT);
  }

  g_assert_true (g_file_set_contents (path, won->str, -1, NULL));
  envoi_fixture_close_store (store);
}

static void
queue_letters (const char *folder,
               guint       number)
{
  EnvoiStore *store = envoi_fixture_open_store (folder);

  for (guint i = 0; i < N_LETTERS; i++) {
    g_autofree char *id = g_strdup_printf ("letter-%u", i);
    g_autoptr (EnvoiLetterRecord) record = envoi_fixture_make_letter (id, ENVOI_LETTER_QUEUED);

    g_assert_true (envoi_fixture_write (store, record, DRAFT, NULL));
  }
  envoi_fixture_close_store (store);
}

static void
test_one_winner (void)
{
  g_autofree char *folder = envoi_test_make_folder ();
  g_autoptr (GHashTable) winners = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  g_assert_cmpint (wait_for (start_child (queue_letters, folder, 0)), ==, 0);
  run_children (claim_letters, folder);

  for (guint number = 0; number < N_PROCESSES; number++) {
    g_autofree char *path = g_strdup_printf ("%s/winner-%u", folder, number);
    g_autofree char *won = NULL;
    g_auto (GStrv) ids = NULL;

    g_assert_true (g_file_get_contents (path, &won, NULL, NULL));
    ids = g_strsplit (won, "\n", -1);
    for (guint i = 0; ids[i]; i++) {
      if (*ids[i])
        g_assert_true (g_hash_table_add (winners, g_strdup (ids[i])));
    }
  }
  g_assert_cmpuint (g_hash_table_size (winners), ==, N_LETTERS);
}

/* The log is all there is of what was written last. */
static void
write_and_die (const char *folder,
               guint       number)
{
  EnvoiStore *store = envoi_fixture_open_store (folder);
  g_autoptr (EnvoiLetterRecord) record = envoi_fixture_make_letter ("one", ENVOI_LETTER_SENDING);

  g_assert_true (envoi_fixture_write (store, record, DRAFT | SENDING, NULL));
  g_assert_true (envoi_fixture_hand_over (store, "one", NULL));
  kill (getpid (), SIGKILL);
}

static void
test_log_is_read (void)
{
  g_autofree char *folder = envoi_test_make_folder ();
  g_autofree char *wal = g_build_filename (folder, "letters.db-wal", NULL);
  g_autoptr (EnvoiLetterRecord) record = NULL;
  EnvoiStore *store;

  g_assert_true (WIFSIGNALED (wait_for (start_child (write_and_die, folder, 0))));
  g_assert_true (g_file_test (wal, G_FILE_TEST_EXISTS));
  store = envoi_fixture_open_store (folder);
  g_assert_null (envoi_store_get_notice (store));
  record = envoi_fixture_load (store, "one", NULL);
  g_assert_true (record->is_handed_over);
  envoi_fixture_close_store (store);
  g_assert_false (g_file_test (wal, G_FILE_TEST_EXISTS));
}

static void
examine_torn (const char *folder,
              guint       part)
{
  EnvoiStore *store = envoi_fixture_open_store (folder);
  g_autoptr (EnvoiLetterRecord) record = envoi_fixture_load (store, "one", NULL);

  g_assert_null (envoi_store_get_notice (store));
  if (part == 0)
    g_assert_null (record);
  if (part == 8)
    g_assert_true (record->is_handed_over);
  if (record)
    g_assert_cmpuint (record->recipients->len, ==, 2);
  envoi_fixture_close_store (store);
}

/* A power cut may leave any beginning of the log: each is a moment of the past. */
static void
test_torn_log (void)
{
  for (guint part = 0; part <= 8; part++) {
    g_autofree char *folder = envoi_test_make_folder ();
    g_autofree char *wal = g_build_filename (folder, "letters.db-wal", NULL);
    g_autofree char *shm = g_build_filename (folder, "letters.db-shm", NULL);
    GStatBuf status;

    g_assert_true (WIFSIGNALED (wait_for (start_child (write_and_die, folder, 0))));
    g_assert_cmpint (g_stat (wal, &status), ==, 0);
    g_assert_cmpint (truncate (wal, status.st_size * part / 8), ==, 0);
    g_unlink (shm);
    g_assert_cmpint (wait_for (start_child (examine_torn, folder, part)), ==, 0);
  }
}

static void
import_same (const char *folder,
             guint       number)
{
  EnvoiStore *store = envoi_fixture_open_store (folder);

  for (guint i = 0; i < N_LETTERS; i++) {
    g_autofree char *bytes = g_strdup_printf ("attachment %u", i);
    g_autofree char *blob_id = envoi_fixture_import (store, bytes, strlen (bytes), NULL);

    g_assert_nonnull (blob_id);
  }

  envoi_fixture_close_store (store);
}

static guint
count_blobs (const char *path)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;
  guint count = 0;

  while (dir && (name = g_dir_read_name (dir))) {
    g_autofree char *child = g_build_filename (path, name, NULL);

    if (g_file_test (child, G_FILE_TEST_IS_DIR))
      count += count_blobs (child);
    else
      count += strlen (name) >= 60;
  }

  return count;
}

static void
test_import_together (void)
{
  g_autofree char *folder = envoi_test_make_folder ();
  g_autofree char *blobs = g_build_filename (folder, "blobs", NULL);

  run_children (import_same, folder);
  g_assert_cmpuint (count_blobs (blobs), ==, N_LETTERS);
}

/* Rows that no Envoi would write are read without a crash. */
static void
test_odd_rows (void)
{
  static const char *const changes[] = {
    "DELETE FROM recipients",
    "DELETE FROM manifests",
    "DELETE FROM letter_texts",
    "DELETE FROM attempts",
    "DELETE FROM audit",
    "UPDATE letters SET sender = NULL",
    "UPDATE letters SET sender = '', envelope_id = ''",
    "UPDATE letters SET attempts = -1, size = -1, changed = -1",
    "UPDATE letters SET subject = x'ff00fe'",
    "UPDATE letters SET error_code = 9999, error_domain = 'what'",
    "UPDATE manifests SET bytes = x''",
    "UPDATE recipients SET address = ''",
    "UPDATE recipients SET code = 99999999, text = x'ff'",
    "INSERT INTO letter_blobs VALUES ('one', '../../etc/passwd')",
    "UPDATE counters SET value = 0",
  };

  for (guint i = 0; i < G_N_ELEMENTS (changes); i++) {
    g_autofree char *folder = envoi_test_make_folder ();
    EnvoiStore *store = envoi_fixture_open_store (folder);
    g_autoptr (EnvoiLetterRecord) record = envoi_fixture_make_letter ("one", ENVOI_LETTER_SENT);
    g_autoptr (EnvoiLetterRecord) read = NULL;
    g_autoptr (GPtrArray) all = NULL;
    g_autoptr (GError) error = NULL;

    g_test_message ("%s", changes[i]);
    g_assert_true (envoi_fixture_write (store, record, DRAFT, NULL));
    envoi_fixture_close_store (store);
    run_sql (folder, changes[i]);

    store = envoi_fixture_open_store (folder);
    all = envoi_fixture_list (store, EVERY_STATE, 0, 0);
    g_assert_cmpuint (all->len, ==, 1);
    read = envoi_fixture_load (store, "one", &error);
    g_assert_no_error (error);
    g_assert_cmpint (read->state, ==, ENVOI_LETTER_SENT);
    g_assert_true (envoi_fixture_delete (store, "one", EVERY_STATE, NULL));
    envoi_fixture_close_store (store);
  }
}

/* A table that is gone makes every call fail by an error, and nothing else. */
static void
test_missing_tables (void)
{
  static const char *const tables[] = {
    "letters", "recipients", "manifests", "attempts", "letter_blobs", "letter_texts",
    "letter_words", "letter_grams", "audit", "counters", "deleted_letters",
  };

  for (guint i = 0; i < G_N_ELEMENTS (tables); i++) {
    g_autofree char *folder = envoi_test_make_folder ();
    g_autofree char *sql = g_strdup_printf ("DROP TABLE %s", tables[i]);
    EnvoiStore *store = envoi_fixture_open_store (folder);
    g_autoptr (EnvoiLetterRecord) record = envoi_fixture_make_letter ("one", ENVOI_LETTER_SENDING);
    g_autoptr (GError) write_error = NULL;
    g_autoptr (GError) delete_error = NULL;
    gboolean is_written;
    gboolean is_deleted;

    g_test_message ("without %s", tables[i]);
    g_assert_true (envoi_fixture_write (store, record, DRAFT, NULL));
    run_sql (folder, sql);
    record->state = ENVOI_LETTER_SENT;
    is_written = envoi_fixture_write (store, record, SENDING, &write_error);
    is_deleted = envoi_fixture_delete (store, "one", EVERY_STATE, &delete_error);
    g_assert_true (is_written == (write_error == NULL));
    g_assert_true (is_deleted == (delete_error == NULL));
    g_assert_false (is_written && is_deleted);
    envoi_fixture_close_store (store);
  }
}

static const struct {
  void (*function)(void);
  const char *path;
} tests[] = {
  { test_write_together, "/envoi/store/processes/write-together" },
  { test_import_together, "/envoi/store/processes/import-together" },
  { test_log_is_read, "/envoi/store/processes/log-is-read" },
  { test_one_winner, "/envoi/store/processes/one-winner" },
  { test_torn_log, "/envoi/store/processes/torn-log" },
  { test_odd_rows, "/envoi/store/processes/odd-rows" },
  { test_missing_tables, "/envoi/store/processes/missing-tables" },
};

int
main (int    argc,
      char **argv)
{
  envoi_test_init (&argc, &argv);

  for (guint i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add_data_func (tests[i].path, &tests[i].function, test_in_child);

  return g_test_run ();
}
