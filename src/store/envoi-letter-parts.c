/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-store"

#include "config.h"

#include "envoi-letter-table-private.h"

static char *
dup_column (sqlite3_stmt *statement,
            int           column)
{
  return g_strdup ((const char *) sqlite3_column_text (statement, column));
}

static gboolean
write_recipients (EnvoiDatabase           *database,
                  const EnvoiLetterRecord *record,
                  GError                 **error)
{
  if (!envoi_database_run (database, error, "DELETE FROM recipients WHERE letter_id = ?", "s",
                           record->id))
    return FALSE;

  for (guint i = 0; i < record->recipients->len; i++) {
    const EnvoiRecipientRecord *recipient = g_ptr_array_index (record->recipients, i);

    if (!envoi_database_run (database, error,
                             "INSERT INTO recipients (letter_id, position, address, state, code,"
                             " enhanced, text) VALUES (?, ?, ?, ?, ?, ?, ?)", "sississ",
                             record->id, (gint64) i, recipient->address,
                             envoi_recipient_state_to_string (recipient->state),
                             (gint64) recipient->code, recipient->enhanced, recipient->text))
      return FALSE;
  }

  return TRUE;
}

static gboolean
write_content (EnvoiDatabase           *database,
               const EnvoiLetterRecord *record,
               GError                 **error)
{
  if (!envoi_database_run (database, error,
                           "INSERT OR REPLACE INTO manifests (letter_id, bytes) VALUES (?, ?)",
                           "sb", record->id, record->manifest) ||
      !envoi_database_run (database, error, "DELETE FROM letter_blobs WHERE letter_id = ?", "s",
                           record->id))
    return FALSE;

  for (guint i = 0; record->blob_ids && record->blob_ids[i]; i++) {
    if (!envoi_database_run (database, error,
                             "INSERT OR IGNORE INTO letter_blobs (letter_id, blob_id)"
                             " VALUES (?, ?)", "ss", record->id, record->blob_ids[i]))
      return FALSE;
  }

  return TRUE;
}

static gboolean
read_recipients (EnvoiDatabase     *database,
                 EnvoiLetterRecord *record,
                 GError           **error)
{
  sqlite3_stmt *rows = envoi_database_query (database, error,
                                             "SELECT address, state, code, enhanced, text"
                                             " FROM recipients WHERE letter_id = ?"
                                             " ORDER BY position", "s", record->id);
  EnvoiStep step = ENVOI_STEP_ERROR;

  while (rows && (step = envoi_database_step (database, rows, error)) == ENVOI_STEP_ROW) {
    EnvoiRecipientRecord *recipient =
      envoi_recipient_record_new ((const char *) sqlite3_column_text (rows, 0));

    envoi_recipient_state_from_string ((const char *) sqlite3_column_text (rows, 1),
                                       &recipient->state);
    recipient->code = sqlite3_column_int (rows, 2);
    recipient->enhanced = dup_column (rows, 3);
    recipient->text = dup_column (rows, 4);
    g_ptr_array_add (record->recipients, recipient);
  }

  return step == ENVOI_STEP_DONE;
}

static gboolean
read_manifest (EnvoiDatabase     *database,
               EnvoiLetterRecord *record,
               GError           **error)
{
  sqlite3_stmt *row = envoi_database_query (database, error,
                                            "SELECT bytes FROM manifests WHERE letter_id = ?",
                                            "s", record->id);
  EnvoiStep step;

  if (!row)
    return FALSE;

  step = envoi_database_step (database, row, error);
  if (step == ENVOI_STEP_ROW) {
    record->manifest = g_bytes_new (sqlite3_column_blob (row, 0),
                                    (gsize) sqlite3_column_bytes (row, 0));
    sqlite3_reset (row);
  }

  return step != ENVOI_STEP_ERROR;
}

static gboolean
read_transcript (EnvoiDatabase     *database,
                 EnvoiLetterRecord *record,
                 GError           **error)
{
  sqlite3_stmt *row = envoi_database_query (database, error,
                                            "SELECT transcript FROM attempts WHERE letter_id = ?"
                                            " ORDER BY number DESC LIMIT 1", "s", record->id);
  EnvoiStep step;

  if (!row)
    return FALSE;

  step = envoi_database_step (database, row, error);
  if (step == ENVOI_STEP_ROW) {
    record->transcript = dup_column (row, 0);
    sqlite3_reset (row);
  }

  return step != ENVOI_STEP_ERROR;
}

/**
 * envoi_letter_parts_write:
 * @database: in a transaction
 * @record: a letter whose own row is there
 *
 * Replaces the recipients, and the manifest, blobs and search text when there is a
 * manifest.
 *
 * Errors: CORRUPT, NO_SPACE
 *
 * Thread: store
 */
gboolean
envoi_letter_parts_write (EnvoiDatabase           *database,
                          const EnvoiLetterRecord *record,
                          GError                 **error)
{
  return write_recipients (database, record, error) &&
         (!record->manifest || (write_content (database, record, error) &&
                                envoi_letter_search_write (database, record, error)));
}

/**
 * envoi_letter_parts_read:
 * @database: a database
 * @record: a record filled from its own row
 * @is_whole: also the manifest, the blobs and the last transcript
 *
 * Errors: CORRUPT, NO_SPACE
 *
 * Thread: store
 */
gboolean
envoi_letter_parts_read (EnvoiDatabase     *database,
                         EnvoiLetterRecord *record,
                         gboolean           is_whole,
                         GError           **error)
{
  if (!read_recipients (database, record, error))
    return FALSE;
  if (!is_whole)
    return TRUE;

  g_clear_pointer (&record->blob_ids, g_strfreev);
  record->blob_ids = envoi_letter_parts_dup_blob_ids (database, record->id, error);

  return record->blob_ids && read_manifest (database, record, error) &&
         read_transcript (database, record, error);
}

/**
 * envoi_letter_parts_add_attempt:
 * @database: in a transaction
 * @record: the letter as it is after the attempt
 * @began: when the attempt began
 *
 * Adds a line to the letter's history.
 *
 * Errors: CORRUPT, NO_SPACE
 *
 * Thread: store
 */
gboolean
envoi_letter_parts_add_attempt (EnvoiDatabase           *database,
                                const EnvoiLetterRecord *record,
                                gint64                   began,
                                GError                 **error)
{
  return envoi_database_run (database, error,
                             "INSERT INTO attempts (letter_id, number, began, ended, result,"
                             " error_domain, error_code, error_message, phase, reply_code,"
                             " reply_enhanced, reply_text, transcript) SELECT ?1,"
                             " 1 + coalesce (max (number), 0), ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9,"
                             " ?10, ?11, ?12 FROM attempts WHERE letter_id = ?1",
                             "siissississs", record->id, began, record->changed,
                             envoi_letter_state_to_string (record->state), record->error_domain,
                             (gint64) record->error_code, record->error_message, record->phase,
                             (gint64) record->reply_code, record->reply_enhanced,
                             record->reply_text, record->transcript);
}

/**
 * envoi_letter_parts_list_attempts:
 * @database: a database
 * @letter_id: a letter
 *
 * Returns: (transfer full) (element-type EnvoiAttemptRecord) (nullable): oldest first
 *
 * Errors: CORRUPT, NO_SPACE
 *
 * Thread: store
 */
GPtrArray *
envoi_letter_parts_list_attempts (EnvoiDatabase *database,
                                  const char    *letter_id,
                                  GError       **error)
{
  g_autoptr (GPtrArray) attempts =
    g_ptr_array_new_with_free_func ((GDestroyNotify) envoi_attempt_record_free);
  sqlite3_stmt *rows = envoi_database_query (database, error,
                                             "SELECT number, began, ended, result, error_domain,"
                                             " error_code, error_message, phase, reply_code,"
                                             " reply_enhanced, reply_text, transcript"
                                             " FROM attempts WHERE letter_id = ?"
                                             " ORDER BY number", "s", letter_id);
  EnvoiStep step = ENVOI_STEP_ERROR;

  while (rows && (step = envoi_database_step (database, rows, error)) == ENVOI_STEP_ROW) {
    EnvoiAttemptRecord *attempt = g_new0 (EnvoiAttemptRecord, 1);

    attempt->number = (guint) sqlite3_column_int (rows, 0);
    attempt->began = sqlite3_column_int64 (rows, 1);
    attempt->ended = sqlite3_column_int64 (rows, 2);
    envoi_letter_state_from_string ((const char *) sqlite3_column_text (rows, 3),
                                    &attempt->result);
    attempt->error_domain = dup_column (rows, 4);
    attempt->error_code = sqlite3_column_int (rows, 5);
    attempt->error_message = dup_column (rows, 6);
    attempt->phase = dup_column (rows, 7);
    attempt->reply_code = sqlite3_column_int (rows, 8);
    attempt->reply_enhanced = dup_column (rows, 9);
    attempt->reply_text = dup_column (rows, 10);
    attempt->transcript = dup_column (rows, 11);
    g_ptr_array_add (attempts, attempt);
  }

  return step == ENVOI_STEP_DONE ? g_steal_pointer (&attempts) : NULL;
}

/**
 * envoi_letter_parts_dup_blob_ids:
 * @database: a database
 * @letter_id: a letter
 *
 * Returns: (transfer full) (array zero-terminated=1) (nullable): the blobs it needs
 *
 * Errors: CORRUPT, NO_SPACE
 *
 * Thread: store
 */
char **
envoi_letter_parts_dup_blob_ids (EnvoiDatabase *database,
                                 const char    *letter_id,
                                 GError       **error)
{
  g_autoptr (GStrvBuilder) ids = g_strv_builder_new ();
  sqlite3_stmt *rows = envoi_database_query (database, error,
                                             "SELECT blob_id FROM letter_blobs"
                                             " WHERE letter_id = ? ORDER BY blob_id", "s",
                                             letter_id);
  EnvoiStep step = ENVOI_STEP_ERROR;

  while (rows && (step = envoi_database_step (database, rows, error)) == ENVOI_STEP_ROW)
    g_strv_builder_add (ids, (const char *) sqlite3_column_text (rows, 0));

  return step == ENVOI_STEP_DONE ? g_strv_builder_end (ids) : NULL;
}
