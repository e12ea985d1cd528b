/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-test"

#include "config.h"

#include "envoi-faulty-vfs.h"
#include "envoi-store-fixture.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <sqlite3.h>
#include <sys/resource.h>
#include <sys/stat.h>

#define DRAFT (1u << ENVOI_LETTER_DRAFT)
#define DAY (24 * 60 * 60)

/* The disk obeys for so many operations, then it is in this mood. */
typedef struct {
  gint n_obeys;
  EnvoiDiskMood mood;
} Disk;

static Disk disk;

static EnvoiDiskMood
disk_cb (const char *operation,
         gpointer    user_data)
{
  if (disk.mood == ENVOI_DISK_OBEYS || g_atomic_int_add (&disk.n_obeys, -1) > 0)
    return ENVOI_DISK_OBEYS;

  return disk.mood;
}

static EnvoiLetterRecord *
make_version (guint version)
{
  EnvoiLetterRecord *record = envoi_fixture_make_letter ("one", ENVOI_LETTER_DRAFT);

  g_free (record->subject);
  record->subject = g_strdup_printf ("version %u", version);
  return record;
}

/* Whatever operation fails: the call says so and the letter is what it was. */
static void
test_write_fails (gconstpointer data)
{
  EnvoiDiskMood mood = GPOINTER_TO_INT (data);
  g_autofree char *folder = envoi_test_make_folder ();
  EnvoiStore *store = envoi_fixture_open_store (folder);
  g_autoptr (EnvoiLetterRecord) first = make_version (0);
  guint version = 0;
  guint n_failed = 0;
  guint n_obeys;

  g_assert_true (envoi_fixture_write (store, first, DRAFT, NULL));

  for (n_obeys = 0; n_obeys < 40; n_obeys++) {
    g_autoptr (EnvoiLetterRecord) next = make_version (version + 1);
    g_autofree char *expected = NULL;
    g_autoptr (EnvoiLetterRecord) read = NULL;
    g_autoptr (GError) error = NULL;

    disk = (Disk) { .n_obeys = (gint) n_obeys, .mood = mood };
    if (envoi_fixture_write (store, next, DRAFT, &error)) {
      version++;
    } else {
      g_assert_error (error, ENVOI_STORE_ERROR, ENVOI_STORE_ERROR_NO_SPACE);
      n_failed++;
    }

    disk = (Disk) { 0 };
    expected = g_strdup_printf ("version %u", version);
    read = envoi_fixture_load (store, "one", NULL);
    g_assert_cmpstr (read->subject, ==, expected);
    g_assert_cmpuint (read->recipients->len, ==, 2);
  }

  g_test_message ("%u of %u writes failed", n_failed, n_obeys);
  g_assert_cmpuint (n_failed, >, 5);
  g_assert_cmpuint (version, >, 0);
  envoi_fixture_close_store (store);
}

static void
test_open_fails (void)
{
  g_autofree char *folder = envoi_test_make_folder ();
  g_autoptr (GFile) file = g_file_new_for_path (folder);

  for (gint n_obeys = 0; n_obeys < 10; n_obeys++) {
    g_autoptr (EnvoiStore) store = envoi_store_new (file);
    g_autoptr (GAsyncResult) result = NULL;
    g_autoptr (GError) error = NULL;
    EnvoiTestWait wait = { NULL };

    disk = (Disk) { .n_obeys = n_obeys, .mood = ENVOI_DISK_IS_FULL };
    envoi_store_open_async (store, NULL, envoi_test_wait_cb, &wait);
    result = envoi_test_wait (&wait);
    g_assert_false (envoi_store_open_finish (store, result, &error));
    g_assert_error (error, ENVOI_STORE_ERROR, ENVOI_STORE_ERROR_NO_SPACE);
    disk = (Disk) { 0 };
  }

  envoi_fixture_close_store (envoi_fixture_open_store (folder));
}

static guint
count_set_aside (const char *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;
  guint count = 0;

  while ((name = g_dir_read_name (dir)))
    count += strstr (name, ".damaged-") != NULL;
  return count;
}

static void
spoil (const char *path,
       gint64      offset,
       guint       length)
{
  g_autofree char *bytes = g_strnfill (length, 'x');
  int fd = g_open (path, O_WRONLY, 0);

  g_assert_cmpint (pwrite (fd, bytes, length, offset), ==, (gssize) length);
  close (fd);
}

static void
test_damaged (void)
{
  static const struct {
    const char *what;
    gint64 offset;
    guint length;
  } cases[] = {
    { "the header", 0, 100 },
    { "a page in the middle", 4096, 4096 },
    { "all pages but the first", 4096, 12 * 4096 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *folder = envoi_test_make_folder ();
    g_autofree char *path = g_build_filename (folder, "letters.db", NULL);
    EnvoiStore *store = envoi_fixture_open_store (folder);
    g_autoptr (EnvoiLetterRecord) record = make_version (1);
    g_autoptr (GPtrArray) none = NULL;

    g_test_message ("%s", cases[i].what);
    g_assert_true (envoi_fixture_write (store, record, DRAFT, NULL));
    envoi_fixture_close_store (store);
    spoil (path, cases[i].offset, cases[i].length);

    store = envoi_fixture_open_store (folder);
    g_assert_nonnull (envoi_store_get_notice (store));
    g_assert_cmpuint (count_set_aside (folder), >=, 1);
    none = envoi_fixture_list (store, EVERY_STATE, 0, 0);
    g_assert_cmpuint (none->len, ==, 0);
    g_assert_true (envoi_fixture_write (store, record, DRAFT, NULL));
    envoi_fixture_close_store (store);

    store = envoi_fixture_open_store (folder);
    g_assert_null (envoi_store_get_notice (store));
    envoi_fixture_close_store (store);
  }
}

static void
run_sql (const char *folder,
         const char *sql)
{
  g_autofree char *path = g_build_filename (folder, "letters.db", NULL);
  sqlite3 *sqlite;

  g_assert_cmpint (sqlite3_open (path, &sqlite), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_exec (sqlite, sql, NULL, NULL, NULL), ==, SQLITE_OK);
  sqlite3_close (sqlite);
}

static void
test_newer_version (void)
{
  g_autofree char *folder = envoi_test_make_folder ();
  g_autoptr (GFile) file = g_file_new_for_path (folder);
  g_autoptr (EnvoiStore) store = envoi_store_new (file);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  EnvoiTestWait wait = { NULL };

  envoi_fixture_close_store (envoi_fixture_open_store (folder));
  run_sql (folder, "PRAGMA user_version = 1000");
  envoi_store_open_async (store, NULL, envoi_test_wait_cb, &wait);
  result = envoi_test_wait (&wait);
  g_assert_false (envoi_store_open_finish (store, result, &error));
  g_assert_error (error, ENVOI_STORE_ERROR, ENVOI_STORE_ERROR_VERSION);
  g_assert_cmpuint (count_set_aside (folder), ==, 0);
}

static void
test_private (void)
{
  static const char *const names[] = { "", "letters.db", "letters.db-wal", "blobs" };
  g_autofree char *folder = envoi_test_make_folder ();
  g_autofree char *inner = g_build_filename (folder, "envoi", NULL);
  mode_t before = umask (0);
  EnvoiStore *store = envoi_fixture_open_store (inner);

  for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
    g_autofree char *path = g_build_filename (inner, names[i], NULL);
    GStatBuf status;

    g_assert_cmpint (g_stat (path, &status), ==, 0);
    g_assert_cmpuint (status.st_mode & 077, ==, 0);
  }

  umask (before);
  envoi_fixture_close_store (store);
}

/* Blobs */

static guint
count_files (const char *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;
  guint count = 0;

  while (dir && (name = g_dir_read_name (dir))) {
    g_autofree char *path = g_build_filename (folder, name, NULL);

    if (g_file_test (path, G_FILE_TEST_IS_DIR))
      count += count_files (path);
    else
      count += !g_str_equal (name, ".lock");
  }

  return count;
}

static char *
get_blob_path (EnvoiStore *store,
               const char *blob_id)
{
  g_autoptr (GFile) file = envoi_store_dup_blob_file (store, blob_id);

  return g_file_get_path (file);
}

static void
make_old (const char *path)
{
  struct timespec times[2] = { { 0, UTIME_OMIT }, { 0, 0 } };

  times[1].tv_sec = g_get_real_time () / G_USEC_PER_SEC - 2 * DAY;
  g_assert_cmpint (utimensat (AT_FDCWD, path, times, 0), ==, 0);
}

static void
test_blob_once (void)
{
  g_autofree char *folder = envoi_test_make_folder ();
  g_autofree char *blobs = g_build_filename (folder, "blobs", NULL);
  EnvoiStore *store = envoi_fixture_open_store (folder);
  g_autofree char *first = envoi_fixture_import (store, "abc", 3, NULL);
  g_autofree char *second = envoi_fixture_import (store, "abc", 3, NULL);
  g_autofree char *empty = envoi_fixture_import (store, "", 0, NULL);
  g_autoptr (GInputStream) input = NULL;
  char bytes[8];

  g_assert_cmpstr (first, ==,
                   "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  g_assert_cmpstr (first, ==, second);
  g_assert_nonnull (empty);
  g_assert_cmpuint (count_files (blobs), ==, 2);
  input = envoi_store_open_blob (store, first, NULL);
  g_assert_cmpint (g_input_stream_read (input, bytes, sizeof bytes, NULL, NULL), ==, 3);
  g_assert_cmpmem (bytes, 3, "abc", 3);
  envoi_fixture_close_store (store);
}

static void
test_blob_ids (void)
{
  static const char *const bad[] = {
    NULL, "", "abc", "../../../../etc/passwd",
    "BA7816BF8F01CFEA414140DE5DAE2223B00361A396177A9CB410FF61F20015AD",
    "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad0",
    "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015a/",
  };
  g_autofree char *folder = envoi_test_make_folder ();
  EnvoiStore *store = envoi_fixture_open_store (folder);

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++) {
    g_autoptr (GError) error = NULL;

    g_assert_null (envoi_store_dup_blob_file (store, bad[i]));
    g_assert_null (envoi_store_open_blob (store, bad[i], &error));
    g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
  }

  envoi_fixture_close_store (store);
}

static void
test_blob_no_space (void)
{
  g_autofree char *folder = envoi_test_make_folder ();
  g_autofree char *blobs = g_build_filename (folder, "blobs", NULL);
  g_autofree char *bytes = g_strnfill (3 * 1024 * 1024, 'b');
  EnvoiStore *store = envoi_fixture_open_store (folder);
  struct rlimit before, small;
  g_autoptr (GError) error = NULL;

  signal (SIGXFSZ, SIG_IGN);
  getrlimit (RLIMIT_FSIZE, &before);
  small = before;
  small.rlim_cur = 1024 * 1024;
  setrlimit (RLIMIT_FSIZE, &small);
  g_assert_null (envoi_fixture_import (store, bytes, 3 * 1024 * 1024, &error));
  setrlimit (RLIMIT_FSIZE, &before);

  g_assert_error (error, ENVOI_STORE_ERROR, ENVOI_STORE_ERROR_NO_SPACE);
  g_assert_cmpuint (count_files (blobs), ==, 0);
  envoi_fixture_close_store (store);
}

static void
test_blob_collection (void)
{
  g_autofree char *folder = envoi_test_make_folder ();
  EnvoiStore *store = envoi_fixture_open_store (folder);
  g_autofree char *used = envoi_fixture_import (store, "used", 4, NULL);
  g_autofree char *old = envoi_fixture_import (store, "old", 3, NULL);
  g_autofree char *young = envoi_fixture_import (store, "young", 5, NULL);
  g_autofree char *used_path = get_blob_path (store, used);
  g_autofree char *old_path = get_blob_path (store, old);
  g_autofree char *young_path = get_blob_path (store, young);
  g_autoptr (EnvoiLetterRecord) record = make_version (1);
  const char *blob_ids[] = { used, NULL };

  g_strfreev (record->blob_ids);
  record->blob_ids = g_strdupv ((char **) blob_ids);
  g_assert_true (envoi_fixture_write (store, record, DRAFT, NULL));
  make_old (used_path);
  make_old (old_path);
  envoi_fixture_close_store (store);

  store = envoi_fixture_open_store (folder);
  g_ptr_array_unref (envoi_fixture_list (store, 0, 0, 0));
  g_assert_true (g_file_test (used_path, G_FILE_TEST_EXISTS));
  g_assert_false (g_file_test (old_path, G_FILE_TEST_EXISTS));
  g_assert_true (g_file_test (young_path, G_FILE_TEST_EXISTS));

  g_assert_true (envoi_fixture_delete (store, "one", DRAFT, NULL));
  g_ptr_array_unref (envoi_fixture_list (store, 0, 0, 0));
  g_assert_false (g_file_test (used_path, G_FILE_TEST_EXISTS));
  g_assert_true (g_file_test (young_path, G_FILE_TEST_EXISTS));
  envoi_fixture_close_store (store);
}

int
main (int    argc,
      char **argv)
{
  envoi_test_init (&argc, &argv);
  envoi_faulty_vfs_install (disk_cb, NULL);

  g_test_add_data_func ("/envoi/store/disk/full", GINT_TO_POINTER (ENVOI_DISK_IS_FULL),
                        test_write_fails);
  g_test_add_data_func ("/envoi/store/disk/fails", GINT_TO_POINTER (ENVOI_DISK_FAILS),
                        test_write_fails);
  g_test_add_func ("/envoi/store/disk/open-fails", test_open_fails);
  g_test_add_func ("/envoi/store/disk/damaged", test_damaged);
  g_test_add_func ("/envoi/store/disk/newer-version", test_newer_version);
  g_test_add_func ("/envoi/store/disk/private", test_private);
  g_test_add_func ("/envoi/store/disk/blob-once", test_blob_once);
  g_test_add_func ("/envoi/store/disk/blob-ids", test_blob_ids);
  g_test_add_func ("/envoi/store/disk/blob-no-space", test_blob_no_space);
  g_test_add_func ("/envoi/store/disk/blob-collection", test_blob_collection);

  return g_test_run ();
}
