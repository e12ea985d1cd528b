/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-test"

#include "config.h"

#include "envoi-store-fixture.h"

#include <glib/gstdio.h>
#include <sqlite3.h>

/* A database of every older version becomes one of this version, with every
 * letter; what is not ours or is newer is left alone. */

#define NEWEST 7
#define BEFORE_GRAMS 4
#define APPLICATION_ID 0x456e766f
#define DRAFT (1u << ENVOI_LETTER_DRAFT)

/* What a version 1 held. */
static const char letters_of_version_1[] =
  "INSERT INTO letters VALUES"
  " ('old', 1, 'sent', 'account', 'Old 会议', 'Bob', '<old@x>', 99, 10, 20, 0, 0, 15, 1, 0, 0, 0,"
  "  0, 'me@example.org', 0, NULL, NULL, 0, NULL, NULL, 250, '2.0.0', 'ok'),"
  " ('draft', 2, 'draft', 'account', 'Idea', '', '', 0, 11, 21, 0, 0, 0, 0, 0, 0, 0, 0, NULL, 0,"
  "  NULL, NULL, 0, NULL, NULL, 0, NULL, NULL);"
  "INSERT INTO manifests VALUES ('old', x'010203'), ('draft', x'04');"
  "INSERT INTO recipients VALUES"
  " ('old', 0, 'bob@example.org', 'accepted', 250, '2.1.5', 'ok'),"
  " ('old', 1, 'eve@example.org', 'refused', 550, '5.1.1', 'no');"
  "INSERT INTO attempts VALUES ('old', 1, 15, 20, 'sent', NULL, 0, NULL, 'data', 250, '2.0.0',"
  " 'ok', 'S: 250 ok');"
  "INSERT INTO letter_blobs VALUES ('old', 'ab');"
  "UPDATE counters SET value = 2;";

static char *
get_path (const char *folder)
{
  return g_build_filename (folder, "letters.db", NULL);
}

static void
run_sql (const char *folder,
         const char *sql)
{
  g_autofree char *path = get_path (folder);
  char *message = NULL;
  sqlite3 *sqlite;

  g_assert_cmpint (sqlite3_open (path, &sqlite), ==, SQLITE_OK);
  sqlite3_exec (sqlite, sql, NULL, NULL, &message);
  g_assert_cmpstr (message, ==, NULL);
  sqlite3_close (sqlite);
}

static char *
read_text (const char *folder,
           const char *sql)
{
  g_autofree char *path = get_path (folder);
  sqlite3_stmt *statement = NULL;
  sqlite3 *sqlite;
  char *text;

  g_assert_cmpint (sqlite3_open (path, &sqlite), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_prepare_v2 (sqlite, sql, -1, &statement, NULL), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_step (statement), ==, SQLITE_ROW);
  text = g_strdup ((const char *) sqlite3_column_text (statement, 0));
  sqlite3_finalize (statement);
  sqlite3_close (sqlite);
  return text;
}

static gint64
read_number (const char *folder,
             const char *sql)
{
  g_autofree char *text = read_text (folder, sql);

  return g_ascii_strtoll (text, NULL, 10);
}

/* As the Envoi of that time left it; what version 5 added takes a function of the store. */
static void
make_version (const char *folder,
              guint       version)
{
  for (guint i = 1; i <= version; i++) {
    g_autofree char *name = g_strdup_printf ("../data/sql/%03u.sql", i);
    g_autofree char *sql = envoi_test_read (name, NULL);

    run_sql (folder, sql);
    if (i == 1)
      run_sql (folder, letters_of_version_1);
  }

  if (version > 0) {
    g_autofree char *pragma =
      g_strdup_printf ("PRAGMA journal_mode = WAL; PRAGMA application_id = %d;"
                       "PRAGMA user_version = %u", APPLICATION_ID, version);

    run_sql (folder, pragma);
  }
}

static void
check_old_letters (EnvoiStore *store)
{
  g_autoptr (EnvoiLetterRecord) old = envoi_fixture_load (store, "old", NULL);
  g_autoptr (EnvoiLetterRecord) draft = envoi_fixture_load (store, "draft", NULL);
  g_autoptr (GPtrArray) attempts = envoi_fixture_list_attempts (store, "old");
  const EnvoiRecipientRecord *refused;

  g_assert_nonnull (old);
  g_assert_nonnull (draft);
  g_assert_cmpint (old->state, ==, ENVOI_LETTER_SENT);
  g_assert_cmpstr (old->subject, ==, "Old 会议");
  g_assert_cmpmem (g_bytes_get_data (old->manifest, NULL), g_bytes_get_size (old->manifest),
                   "\1\2\3", 3);
  g_assert_cmpuint (old->recipients->len, ==, 2);
  refused = g_ptr_array_index (old->recipients, 1);
  g_assert_cmpint (refused->state, ==, ENVOI_RECIPIENT_REFUSED);
  g_assert_cmpstr (old->blob_ids[0], ==, "ab");
  g_assert_cmpstr (old->transcript, ==, "S: 250 ok");
  g_assert_cmpuint (attempts->len, ==, 1);
  g_assert_cmpint (draft->state, ==, ENVOI_LETTER_DRAFT);
  g_assert_null (draft->envelope);
}

static guint
count_found (EnvoiStore *store,
             const char *words)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GPtrArray) records = NULL;
  g_autoptr (GError) error = NULL;
  EnvoiTestWait wait = { NULL };

  envoi_store_search_async (store, words, EVERY_STATE, 0, NULL, envoi_test_wait_cb, &wait);
  result = envoi_test_wait (&wait);
  records = envoi_store_search_finish (store, result, &error);
  g_assert_no_error (error);
  return records->len;
}

static void
test_every_version (void)
{
  for (guint version = 0; version < NEWEST; version++) {
    g_autofree char *folder = envoi_test_make_folder ();
    g_autoptr (EnvoiLetterRecord) record = NULL;
    g_autoptr (GError) error = NULL;
    EnvoiStore *store;

    g_test_message ("version %u", version);
    make_version (folder, version);
    store = envoi_fixture_open_store (folder);
    g_assert_null (envoi_store_get_notice (store));
    if (version > 0)
      check_old_letters (store);

    record = envoi_fixture_make_letter ("new", ENVOI_LETTER_SENT);
    envoi_fixture_write (store, record, DRAFT, &error);
    g_assert_no_error (error);
    g_assert_cmpuint (count_found (store, "会议"), ==, version > 0 ? 2 : 1);
    if (version == 1) {
      g_assert_cmpuint (count_found (store, "Old"), ==, 1);
      g_assert_cmpuint (count_found (store, "eve@example.org"), ==, 1);
      g_assert_cmpuint (count_found (store, "Idea"), ==, 1);
    }
    envoi_fixture_close_store (store);
    g_assert_cmpint (read_number (folder, "PRAGMA user_version"), ==, NEWEST);
    g_assert_cmpint (read_number (folder, "PRAGMA application_id"), ==, APPLICATION_ID);
  }
}

/* More than the store puts into the new index at one go. */
#define N_OLD 450

static void
make_old_archive (const char *folder)
{
  GString *sql = g_string_new ("BEGIN; CREATE TEMP TABLE copy AS SELECT * FROM letters"
                               " WHERE id = 'old';");

  make_version (folder, BEFORE_GRAMS);
  for (guint i = 0; i < N_OLD; i++)
    g_string_append_printf (sql, "UPDATE copy SET id = 'old-%u'; INSERT INTO letters SELECT * FROM"
                            " copy; INSERT INTO letter_texts (letter_id, subject, people, text)"
                            " VALUES ('old-%u', '纪要 %u', '', '');", i, i, i);
  g_string_append (sql, "INSERT INTO letter_words (letter_words) VALUES ('rebuild'); COMMIT;");
  run_sql (folder, sql->str);
  g_string_free (sql, TRUE);
}

static gint64
count_to_index (const char *folder)
{
  return read_number (folder, "SELECT coalesce (max (value), 0) FROM counters"
                      " WHERE name = 'grams-below'");
}

static gboolean
is_indexed (gpointer folder)
{
  return count_to_index (folder) == 0;
}

static gboolean
is_begun (gpointer folder)
{
  return count_to_index (folder) < N_OLD;
}

static void
write_again (EnvoiStore *store,
             const char *id,
             const char *subject)
{
  g_autoptr (EnvoiLetterRecord) record = envoi_fixture_load (store, id, NULL);
  g_autoptr (GError) error = NULL;

  g_free (record->subject);
  record->subject = g_strdup (subject);
  /* Without its manifest a write says nothing of what can be found. */
  g_clear_pointer (&record->manifest, g_bytes_unref);
  record->manifest = g_bytes_new_static ("x", 1);
  envoi_fixture_write (store, record, EVERY_STATE, &error);
  g_assert_no_error (error);
}

/* The first and the last letter, which wait for the index when the other is in it. */
static void
change_letters (EnvoiStore *store)
{
  g_autofree char *last = g_strdup_printf ("old-%u", N_OLD - 2);
  g_autofree char *gone = g_strdup_printf ("old-%u", N_OLD - 1);
  g_autoptr (GError) error = NULL;

  write_again (store, "old-0", "罕见");
  write_again (store, last, "罕见");
  envoi_fixture_delete (store, "old-1", EVERY_STATE, &error);
  g_assert_no_error (error);
  envoi_fixture_delete (store, gone, EVERY_STATE, &error);
  g_assert_no_error (error);
}

static void
check_changed_letters (EnvoiStore *store)
{
  g_assert_cmpuint (count_found (store, "纪要"), ==, N_OLD - 4);
  g_assert_cmpuint (count_found (store, "要"), ==, N_OLD - 4);
  g_assert_cmpuint (count_found (store, "罕见"), ==, 2);
  g_assert_cmpuint (count_found (store, "见纪"), ==, 0);
}

static void
index_and_check (const char *folder,
                 EnvoiStore *store)
{
  envoi_store_catch_up (store);
  envoi_test_wait_until (is_indexed, (gpointer) folder);
  check_changed_letters (store);
  envoi_fixture_close_store (store);
  run_sql (folder, "INSERT INTO letter_grams (letter_grams) VALUES ('integrity-check')");
}

/* Nobody waits for the index: all are found, changed and deleted before they are in it. */
static void
test_index_follows (void)
{
  g_autofree char *folder = envoi_test_make_folder ();
  EnvoiStore *store;

  make_old_archive (folder);
  store = envoi_fixture_open_store (folder);
  g_assert_cmpint (count_to_index (folder), >, N_OLD);
  g_assert_cmpuint (count_found (store, "纪要"), ==, N_OLD);
  change_letters (store);
  check_changed_letters (store);
  index_and_check (folder, store);
}

/* An end in the middle: the rest follows the next time. */
static void
test_index_interrupted (void)
{
  g_autofree char *folder = envoi_test_make_folder ();
  EnvoiStore *store;

  make_old_archive (folder);
  store = envoi_fixture_open_store (folder);
  envoi_store_catch_up (store);
  envoi_test_wait_until (is_begun, folder);
  envoi_fixture_close_store (store);
  g_assert_cmpint (count_to_index (folder), >, 0);

  store = envoi_fixture_open_store (folder);
  g_assert_cmpuint (count_found (store, "纪要"), ==, N_OLD);
  change_letters (store);
  check_changed_letters (store);
  index_and_check (folder, store);
}

/* The same tables, whichever way they came to be. */
static void
test_same_tables (void)
{
  g_autofree char *old = envoi_test_make_folder ();
  g_autofree char *fresh = envoi_test_make_folder ();
  g_autofree char *tables_of_old = NULL;
  g_autofree char *tables_of_fresh = NULL;
  const char *sql = "SELECT group_concat (name || coalesce (sql, ''))"
                    " FROM (SELECT name, sql FROM sqlite_schema ORDER BY name)";

  make_version (old, 1);
  envoi_fixture_close_store (envoi_fixture_open_store (old));
  envoi_fixture_close_store (envoi_fixture_open_store (fresh));
  tables_of_old = read_text (old, sql);
  tables_of_fresh = read_text (fresh, sql);
  g_assert_nonnull (strstr (tables_of_fresh, "letter_words"));
  g_assert_cmpstr (tables_of_old, ==, tables_of_fresh);
}

static void
test_opened_twice (void)
{
  g_autofree char *folder = envoi_test_make_folder ();

  make_version (folder, 1);
  for (guint i = 0; i < 3; i++) {
    EnvoiStore *store = envoi_fixture_open_store (folder);

    check_old_letters (store);
    g_assert_cmpuint (count_found (store, "Old"), ==, 1);
    envoi_fixture_close_store (store);
  }
}

static void
assert_open_fails (const char *folder,
                   int         code)
{
  g_autoptr (GFile) file = g_file_new_for_path (folder);
  g_autoptr (EnvoiStore) store = envoi_store_new (file);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  EnvoiTestWait wait = { NULL };

  envoi_store_open_async (store, NULL, envoi_test_wait_cb, &wait);
  result = envoi_test_wait (&wait);
  g_assert_false (envoi_store_open_finish (store, result, &error));
  g_assert_error (error, ENVOI_STORE_ERROR, code);
}

/* A migration that cannot be done is taken back whole. */
static void
test_failed_migration (void)
{
  g_autofree char *folder = envoi_test_make_folder ();
  g_autoptr (GFile) file = g_file_new_for_path (folder);
  g_autoptr (EnvoiStore) store = envoi_store_new (file);
  g_autoptr (GAsyncResult) result = NULL;
  EnvoiTestWait wait = { NULL };

  make_version (folder, 1);
  run_sql (folder, "CREATE TABLE letter_words (in_the_way)");
  envoi_store_open_async (store, NULL, envoi_test_wait_cb, &wait);
  result = envoi_test_wait (&wait);
  g_assert_false (envoi_store_open_finish (store, result, NULL));
  g_assert_cmpint (read_number (folder, "PRAGMA user_version"), ==, 1);
  g_assert_cmpint (read_number (folder, "SELECT count (*) FROM sqlite_schema"
                                " WHERE name = 'letter_texts'"), ==, 0);
  g_assert_cmpint (read_number (folder, "SELECT count (*) FROM letters"), ==, 2);

  run_sql (folder, "DROP TABLE letter_words");
  envoi_fixture_close_store (envoi_fixture_open_store (folder));
  g_assert_cmpint (read_number (folder, "PRAGMA user_version"), ==, NEWEST);
}

static void
test_newer (void)
{
  g_autofree char *folder = envoi_test_make_folder ();

  make_version (folder, NEWEST - 1);
  run_sql (folder, "PRAGMA user_version = 1000");
  assert_open_fails (folder, ENVOI_STORE_ERROR_VERSION);
  g_assert_cmpint (read_number (folder, "SELECT count (*) FROM letters"), ==, 2);
  g_assert_cmpint (read_number (folder, "PRAGMA user_version"), ==, 1000);
}

static char *
find_aside (const char *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while ((name = g_dir_read_name (dir))) {
    if (g_str_has_prefix (name, "letters.db.damaged-") && !g_str_has_suffix (name, "-wal") &&
        !g_str_has_suffix (name, "-shm"))
      return g_build_filename (folder, name, NULL);
  }

  return NULL;
}

/* Another program's file is not ours to write into, and not ours to delete. */
static void
test_foreign (void)
{
  g_autofree char *folder = envoi_test_make_folder ();
  g_autofree char *aside = NULL;
  g_autofree char *name = NULL;
  EnvoiStore *store;

  run_sql (folder, "PRAGMA application_id = 42; CREATE TABLE theirs (a);"
           "INSERT INTO theirs VALUES (7)");
  store = envoi_fixture_open_store (folder);
  aside = find_aside (folder);
  g_assert_nonnull (aside);
  name = g_path_get_basename (aside);
  g_assert_nonnull (strstr (envoi_store_get_notice (store), name));
  envoi_fixture_close_store (store);

  g_clear_pointer (&name, g_free);
  name = get_path (folder);
  g_assert_cmpint (g_rename (aside, name), ==, 0);
  g_assert_cmpint (read_number (folder, "SELECT a FROM theirs"), ==, 7);
}

static void
test_not_a_database (void)
{
  static const char *const contents[] = {
    "this is a letter, not a database of letters",
    "SQLite format 3",
    "\1\2\3",
  };

  for (guint i = 0; i < G_N_ELEMENTS (contents); i++) {
    g_autofree char *folder = envoi_test_make_folder ();
    g_autofree char *path = get_path (folder);
    g_autofree char *aside = NULL;
    g_autofree char *kept = NULL;
    EnvoiStore *store;

    g_assert_true (g_file_set_contents (path, contents[i], -1, NULL));
    store = envoi_fixture_open_store (folder);
    g_assert_nonnull (envoi_store_get_notice (store));
    aside = find_aside (folder);
    g_assert_true (g_file_get_contents (aside, &kept, NULL, NULL));
    g_assert_cmpstr (kept, ==, contents[i]);
    envoi_fixture_close_store (store);
  }
}

int
main (int    argc,
      char **argv)
{
  envoi_test_init (&argc, &argv);

  g_test_add_func ("/envoi/store/migration/every-version", test_every_version);
  g_test_add_func ("/envoi/store/migration/same-tables", test_same_tables);
  g_test_add_func ("/envoi/store/migration/index-follows", test_index_follows);
  g_test_add_func ("/envoi/store/migration/index-interrupted", test_index_interrupted);
  g_test_add_func ("/envoi/store/migration/opened-twice", test_opened_twice);
  g_test_add_func ("/envoi/store/migration/failed", test_failed_migration);
  g_test_add_func ("/envoi/store/migration/newer", test_newer);
  g_test_add_func ("/envoi/store/migration/foreign", test_foreign);
  g_test_add_func ("/envoi/store/migration/not-a-database", test_not_a_database);

  return g_test_run ();
}
