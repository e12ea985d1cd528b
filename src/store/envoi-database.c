/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-store"

#include "config.h"

#include "envoi-database-private.h"
#include "envoi-letter-grams-private.h"
#include "envoi-sql-resources.h"
#include "envoi-store-error.h"

#include <errno.h>
#include <fcntl.h>
#include <gio/gio.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <unistd.h>

/* Another process holds the write lock for one commit; longer means it hangs. */
#define BUSY_TIMEOUT_MS (10 * 1000)
/* Up to this size the check at start takes a few hundredths of a second. */
#define ALWAYS_CHECKED_BYTES (32 * 1024 * 1024)

struct _EnvoiDatabase {
  GThread *thread;
  sqlite3 *sqlite;
  GHashTable *statements;   /* SQL text -> sqlite3_stmt */
  char *folder;
  char *path;
  char *changed_path;       /* touched at each commit; other processes watch it */
};

static void
set_sqlite_error (EnvoiDatabase *self,
                  int            code,
                  GError       **error)
{
  const char *text = self->sqlite ? sqlite3_errmsg (self->sqlite) : sqlite3_errstr (code);

  switch (code & 0xff) {
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      g_set_error (error, ENVOI_STORE_ERROR, ENVOI_STORE_ERROR_CORRUPT,
                   _("The letter database is damaged: %s."), text);
      break;
    case SQLITE_FULL:
    case SQLITE_READONLY:
    case SQLITE_IOERR:
    case SQLITE_CANTOPEN:
    case SQLITE_PERM:
      g_set_error (error, ENVOI_STORE_ERROR, ENVOI_STORE_ERROR_NO_SPACE,
                   _("The letter database could not be written: %s."), text);
      break;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_BUSY,
                   _("Another program keeps the letter database locked: %s."), text);
      break;
    default:
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED,
                   _("The letter database failed: %s."), text);
  }
}

static gboolean
run_script (EnvoiDatabase *self,
            const char    *sql,
            GError       **error)
{
  int code = sqlite3_exec (self->sqlite, sql, NULL, NULL, NULL);

  if (code == SQLITE_OK)
    return TRUE;

  set_sqlite_error (self, code, error);
  return FALSE;
}

static gboolean
check_whose_file (EnvoiDatabase *self,
                  GError       **error)
{
  gint64 application_id, version;

  if (!envoi_database_get_number (self, "PRAGMA application_id", &application_id, error) ||
      !envoi_database_get_number (self, "PRAGMA user_version", &version, error))
    return FALSE;

  if (application_id != 0 && application_id != ENVOI_DATABASE_APPLICATION_ID) {
    g_set_error (error, ENVOI_STORE_ERROR, ENVOI_STORE_ERROR_CORRUPT,
                 _("The letter database is another program's file."));
    return FALSE;
  }

  if (version > ENVOI_DATABASE_VERSION) {
    g_set_error (error, ENVOI_STORE_ERROR, ENVOI_STORE_ERROR_VERSION,
                 _("The letters were written by a newer version of Envoi."));
    return FALSE;
  }

  return TRUE;
}

static gboolean
is_check_needed (EnvoiDatabase *self)
{
  g_autofree char *wal = g_strconcat (self->path, "-wal", NULL);
  GStatBuf status;

  /* SQLite removes the log at an orderly end, so a log says there was none. */
  if (g_file_test (wal, G_FILE_TEST_EXISTS))
    return TRUE;

  return g_stat (self->path, &status) == 0 && status.st_size <= ALWAYS_CHECKED_BYTES;
}

static gboolean
check_pages (EnvoiDatabase *self,
             GError       **error)
{
  sqlite3_stmt *statement = envoi_database_query (self, error, "PRAGMA quick_check (1)", "");
  const char *verdict;
  gboolean is_sound;

  if (!statement || envoi_database_step (self, statement, error) == ENVOI_STEP_ERROR)
    return FALSE;

  verdict = (const char *) sqlite3_column_text (statement, 0);
  is_sound = g_strcmp0 (verdict, "ok") == 0;
  if (!is_sound)
    g_set_error (error, ENVOI_STORE_ERROR, ENVOI_STORE_ERROR_CORRUPT,
                 _("The letter database is damaged: %s."), verdict ? verdict : "no verdict");

  sqlite3_reset (statement);
  return is_sound;
}

static gboolean
migrate_one (EnvoiDatabase *self,
             gint64         version,
             GError       **error)
{
  g_autofree char *path =
    g_strdup_printf ("/io/github/envoi_mail/Envoi/sql/%03d.sql", (int) version);
  g_autofree char *pragma = g_strdup_printf ("PRAGMA user_version = %d", (int) version);
  g_autoptr (GBytes) sql = g_resource_lookup_data (envoi_sql_get_resource (), path,
                                                   G_RESOURCE_LOOKUP_FLAGS_NONE, error);

  return sql && run_script (self, g_bytes_get_data (sql, NULL), error) &&
         run_script (self, pragma, error);
}

static gboolean
migrate (EnvoiDatabase *self,
         GError       **error)
{
  g_autofree char *pragma =
    g_strdup_printf ("PRAGMA application_id = %d", ENVOI_DATABASE_APPLICATION_ID);
  gint64 version;
  gboolean is_done;

  if (!envoi_database_get_number (self, "PRAGMA user_version", &version, error))
    return FALSE;
  if (version == ENVOI_DATABASE_VERSION)
    return TRUE;

  is_done = envoi_database_begin (self, error) && run_script (self, pragma, error);
  while (is_done && version < ENVOI_DATABASE_VERSION)
    is_done = migrate_one (self, ++version, error);

  if (is_done && envoi_database_commit (self, error))
    return TRUE;

  envoi_database_rollback (self);
  return FALSE;
}

static gboolean
open_file (EnvoiDatabase *self,
           GError       **error)
{
  /* Made here, so that nobody else may read it; SQLite's own files follow its mode. */
  int fd = g_open (self->path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  int code;

  if (fd < 0) {
    envoi_store_set_errno (error, errno, _("The letter database could not be opened"));
    return FALSE;
  }

  close (fd);

  code = sqlite3_open_v2 (self->path, &self->sqlite,
                          SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL);
  if (code != SQLITE_OK) {
    set_sqlite_error (self, code, error);
    return FALSE;
  }

  sqlite3_extended_result_codes (self->sqlite, 1);
  sqlite3_busy_timeout (self->sqlite, BUSY_TIMEOUT_MS);
  if (envoi_letter_grams_register (self->sqlite))
    return TRUE;

  set_sqlite_error (self, sqlite3_errcode (self->sqlite), error);
  return FALSE;
}

static gboolean
prepare_file (EnvoiDatabase *self,
              GError       **error)
{
  gboolean needs_check = is_check_needed (self);

  return open_file (self, error) &&
         check_whose_file (self, error) &&
         run_script (self,
                     "PRAGMA journal_mode = WAL;"
                     "PRAGMA synchronous = FULL;"
                     "PRAGMA foreign_keys = ON;"
                     "PRAGMA trusted_schema = OFF;"
                     /* Else what takes one job of a batch back is written to a file, in vain. */
                     "PRAGMA temp_store = MEMORY;"
                     "PRAGMA journal_size_limit = 4194304;", error) &&
         (!needs_check || check_pages (self, error)) &&
         migrate (self, error);
}

static void
finalize_statement (gpointer statement)
{
  sqlite3_finalize (statement);
}

static EnvoiDatabase *
database_new (const char *folder)
{
  EnvoiDatabase *self = g_new0 (EnvoiDatabase, 1);

  self->thread = g_thread_self ();
  self->folder = g_strdup (folder);
  self->path = g_build_filename (folder, "letters.db", NULL);
  self->changed_path = g_build_filename (folder, "changed", NULL);
  self->statements = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, finalize_statement);
  return self;
}

static EnvoiDatabase *
open_once (const char *folder,
           GError    **error)
{
  EnvoiDatabase *self = database_new (folder);
  int fd = g_open (self->changed_path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);

  if (fd >= 0)
    close (fd);

  if (prepare_file (self, error))
    return self;

  envoi_database_close (self);
  return NULL;
}

static EnvoiDatabase *
open_anew (const char *folder,
           char      **notice,
           GError    **error)
{
  g_autofree char *path = g_build_filename (folder, "letters.db", NULL);
  g_autofree char *aside = envoi_database_file_set_aside (path, error);
  g_autofree char *name = NULL;
  EnvoiDatabase *self;

  if (!aside)
    return NULL;

  self = open_once (folder, error);
  name = g_path_get_basename (aside);
  if (self)
    *notice = g_strdup_printf (_("The letter database was damaged. It was kept as “%s” and "
                                 "a new one was begun."), name);

  return self;
}

/**
 * envoi_database_open:
 * @folder: the store's folder; it exists
 * @notice: (out) (nullable): a sentence for the person when a damaged file was set aside
 *
 * Opens letters.db, made or brought to the present version if need be. The
 * calling thread becomes the one that may use the database.
 *
 * Returns: (nullable): the database
 *
 * Errors: CORRUPT, VERSION, NO_SPACE, G_IO_ERROR
 *
 * Thread: store
 */
EnvoiDatabase *
envoi_database_open (const char *folder,
                     char      **notice,
                     GError    **error)
{
  g_autoptr (GError) local_error = NULL;
  EnvoiDatabase *self;
  int fd;

  if (!envoi_database_file_lock_sync (folder, &fd, error))
    return NULL;

  self = open_once (folder, &local_error);
  if (g_error_matches (local_error, ENVOI_STORE_ERROR, ENVOI_STORE_ERROR_CORRUPT)) {
    g_message ("%s", local_error->message);
    g_clear_error (&local_error);
    self = open_anew (folder, notice, &local_error);
  }

  close (fd);

  if (!self)
    g_propagate_error (error, g_steal_pointer (&local_error));
  return self;
}

/**
 * envoi_database_close:
 * @self: (transfer full): a database
 *
 * Closes the file. Whoever closes last makes SQLite fold the log into it.
 *
 * Thread: store
 */
void
envoi_database_close (EnvoiDatabase *self)
{
  g_assert (self->thread == g_thread_self ());

  g_clear_pointer (&self->statements, g_hash_table_unref);
  g_clear_pointer (&self->sqlite, sqlite3_close);
  g_free (self->folder);
  g_free (self->path);
  g_free (self->changed_path);
  g_free (self);
}

/**
 * envoi_database_get_folder:
 * @self: a database
 *
 * Returns: (transfer none): the store's folder
 *
 * Thread: store
 */
const char *
envoi_database_get_folder (EnvoiDatabase *self)
{
  g_assert (self->thread == g_thread_self ());

  return self->folder;
}

/**
 * envoi_database_begin:
 * @self: a database
 *
 * Begins a transaction that holds the write lock from its first moment, so
 * that what is read in it cannot change before it is written.
 *
 * Errors: CORRUPT, NO_SPACE, G_IO_ERROR_BUSY
 *
 * Thread: store
 */
gboolean
envoi_database_begin (EnvoiDatabase *self,
                      GError       **error)
{
  return envoi_database_run (self, error, "BEGIN IMMEDIATE", "");
}

/**
 * envoi_database_commit:
 * @self: a database in a transaction
 *
 * Commits; the change is on the disk when this returns %TRUE. Other processes
 * are woken.
 *
 * Errors: CORRUPT, NO_SPACE
 *
 * Thread: store
 */
gboolean
envoi_database_commit (EnvoiDatabase *self,
                       GError       **error)
{
  if (!envoi_database_run (self, error, "COMMIT", ""))
    return FALSE;

  /* Nothing depends on it: another process also looks when it writes itself. */
  if (utimensat (AT_FDCWD, self->changed_path, NULL, 0) != 0)
    g_debug ("Could not touch the file that wakes other processes: %s", g_strerror (errno));

  return TRUE;
}

/**
 * envoi_database_rollback:
 * @self: a database
 *
 * Takes a transaction back, if SQLite has not done so by itself after an error.
 *
 * Thread: store
 */
void
envoi_database_rollback (EnvoiDatabase *self)
{
  g_autoptr (GError) error = NULL;

  if (envoi_database_is_in_transaction (self) && !run_script (self, "ROLLBACK", &error))
    g_warning ("%s", error->message);
}

/**
 * envoi_database_is_in_transaction:
 * @self: a database
 *
 * Returns: whether a transaction is open; SQLite ends one on its own after some errors
 *
 * Thread: store
 */
gboolean
envoi_database_is_in_transaction (EnvoiDatabase *self)
{
  g_assert (self->thread == g_thread_self ());

  return !sqlite3_get_autocommit (self->sqlite);
}

static sqlite3_stmt *
get_statement (EnvoiDatabase *self,
               const char    *sql,
               GError       **error)
{
  sqlite3_stmt *statement = g_hash_table_lookup (self->statements, sql);
  int code;

  if (statement) {
    sqlite3_reset (statement);
    return statement;
  }

  code = sqlite3_prepare_v3 (self->sqlite, sql, -1, SQLITE_PREPARE_PERSISTENT, &statement, NULL);
  if (code != SQLITE_OK) {
    set_sqlite_error (self, code, error);
    return NULL;
  }

  g_hash_table_insert (self->statements, g_strdup (sql), statement);
  return statement;
}

static void
bind_values (sqlite3_stmt *statement,
             const char   *types,
             va_list       values)
{
  for (int i = 0; types[i]; i++) {
    int code = SQLITE_MISUSE;

    if (types[i] == 's') {
      code = sqlite3_bind_text (statement, i + 1, va_arg (values, const char *), -1,
                                SQLITE_TRANSIENT);
    } else if (types[i] == 'i') {
      code = sqlite3_bind_int64 (statement, i + 1, va_arg (values, gint64));
    } else if (types[i] == 'b') {
      GBytes *bytes = va_arg (values, GBytes *);
      const void *data = g_bytes_get_data (bytes, NULL);

      /* A null pointer would make it NULL instead of empty. */
      code = sqlite3_bind_blob64 (statement, i + 1, data ? data : "",
                                  g_bytes_get_size (bytes), SQLITE_TRANSIENT);
    }

    g_assert (code == SQLITE_OK);
  }
}

static sqlite3_stmt *
query_valist (EnvoiDatabase *self,
              GError       **error,
              const char    *sql,
              const char    *types,
              va_list        values)
{
  sqlite3_stmt *statement;

  g_assert (self->thread == g_thread_self ());

  statement = get_statement (self, sql, error);
  if (statement)
    bind_values (statement, types, values);

  return statement;
}

/**
 * envoi_database_query:
 * @self: a database
 * @error: (out) (optional): where an error goes
 * @sql: one statement; it is compiled once and kept
 * @types: a letter for each value
 * @...: the values
 *
 * Returns: (nullable) (transfer none): the statement, ready for
 *   [func@database_step]; reset it when it is left before its last row
 *
 * Errors: CORRUPT, NO_SPACE, G_IO_ERROR
 *
 * Thread: store
 */
sqlite3_stmt *
envoi_database_query (EnvoiDatabase *self,
                      GError       **error,
                      const char    *sql,
                      const char    *types,
                      ...)
{
  sqlite3_stmt *statement;
  va_list values;

  va_start (values, types);
  statement = query_valist (self, error, sql, types, values);
  va_end (values);
  return statement;
}

/**
 * envoi_database_step:
 * @self: a database
 * @statement: a statement
 *
 * Goes to the next row. The statement is reset after the last one and after an error.
 *
 * Errors: CORRUPT, NO_SPACE, G_IO_ERROR
 *
 * Thread: store
 */
EnvoiStep
envoi_database_step (EnvoiDatabase *self,
                     sqlite3_stmt  *statement,
                     GError       **error)
{
  int code;

  g_assert (self->thread == g_thread_self ());

  code = sqlite3_step (statement);
  if (code == SQLITE_ROW)
    return ENVOI_STEP_ROW;

  if (code != SQLITE_DONE)
    set_sqlite_error (self, code, error);
  sqlite3_reset (statement);
  return code == SQLITE_DONE ? ENVOI_STEP_DONE : ENVOI_STEP_ERROR;
}

/**
 * envoi_database_run:
 * @self: a database
 * @error: (out) (optional): where an error goes
 * @sql: one statement; it is compiled once and kept
 * @types: a letter for each value
 * @...: the values
 *
 * Runs a statement to its end, without looking at rows.
 *
 * Errors: CORRUPT, NO_SPACE, G_IO_ERROR
 *
 * Thread: store
 */
gboolean
envoi_database_run (EnvoiDatabase *self,
                    GError       **error,
                    const char    *sql,
                    const char    *types,
                    ...)
{
  sqlite3_stmt *statement;
  EnvoiStep step = ENVOI_STEP_ROW;
  va_list values;

  va_start (values, types);
  statement = query_valist (self, error, sql, types, values);
  va_end (values);

  while (statement && step == ENVOI_STEP_ROW)
    step = envoi_database_step (self, statement, error);

  return statement && step == ENVOI_STEP_DONE;
}

/**
 * envoi_database_get_number:
 * @self: a database
 * @sql: a statement that gives one row with one number
 * @number: (out): the number
 *
 * Errors: CORRUPT, NO_SPACE, G_IO_ERROR
 *
 * Thread: store
 */
gboolean
envoi_database_get_number (EnvoiDatabase *self,
                           const char    *sql,
                           gint64        *number,
                           GError       **error)
{
  sqlite3_stmt *statement = envoi_database_query (self, error, sql, "");
  EnvoiStep step;

  if (!statement)
    return FALSE;

  step = envoi_database_step (self, statement, error);
  if (step == ENVOI_STEP_ERROR)
    return FALSE;

  *number = step == ENVOI_STEP_ROW ? sqlite3_column_int64 (statement, 0) : 0;

  /* A RETURNING clause changes nothing before its statement has ended. */
  while (step == ENVOI_STEP_ROW)
    step = envoi_database_step (self, statement, error);

  return step == ENVOI_STEP_DONE;
}

/**
 * envoi_database_get_n_changes:
 * @self: a database
 *
 * Returns: how many rows the last statement changed
 *
 * Thread: store
 */
int
envoi_database_get_n_changes (EnvoiDatabase *self)
{
  g_assert (self->thread == g_thread_self ());

  return sqlite3_changes (self->sqlite);
}
