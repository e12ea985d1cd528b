/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-store"

#include "config.h"

#include "envoi-audit-record.h"
#include "envoi-letter-table-private.h"

#define COLUMNS \
  "number, time, letter_id, account_id, sender, recipients, accepted, refused, result," \
  " error_domain, error_code, reply_code, reply_enhanced, reply_text"

static gint64
count_recipients (const EnvoiLetterRecord *letter,
                  EnvoiRecipientState      state)
{
  gint64 count = 0;

  for (guint i = 0; i < letter->recipients->len; i++) {
    const EnvoiRecipientRecord *recipient = g_ptr_array_index (letter->recipients, i);

    count += recipient->state == state;
  }

  return count;
}

static char *
dup_column (sqlite3_stmt *row,
            int           column)
{
  return g_strdup ((const char *) sqlite3_column_text (row, column));
}

static EnvoiAuditRecord *
make_record (sqlite3_stmt *row)
{
  EnvoiAuditRecord *record = g_new0 (EnvoiAuditRecord, 1);

  record->number = sqlite3_column_int64 (row, 0);
  record->time = sqlite3_column_int64 (row, 1);
  record->letter_id = dup_column (row, 2);
  record->account_id = dup_column (row, 3);
  record->sender = dup_column (row, 4);
  record->n_recipients = (guint) sqlite3_column_int (row, 5);
  record->n_accepted = (guint) sqlite3_column_int (row, 6);
  record->n_refused = (guint) sqlite3_column_int (row, 7);
  envoi_letter_state_from_string ((const char *) sqlite3_column_text (row, 8), &record->result);
  record->error_domain = dup_column (row, 9);
  record->error_code = sqlite3_column_int (row, 10);
  record->reply_code = sqlite3_column_int (row, 11);
  record->reply_enhanced = dup_column (row, 12);
  record->reply_text = dup_column (row, 13);
  return record;
}

/* @rows: (nullable): NULL with @error set */
static GPtrArray *
take_records (EnvoiDatabase *database,
              sqlite3_stmt  *rows,
              GError       **error)
{
  g_autoptr (GPtrArray) records =
    g_ptr_array_new_with_free_func ((GDestroyNotify) envoi_audit_record_free);
  EnvoiStep step = ENVOI_STEP_ERROR;

  while (rows && (step = envoi_database_step (database, rows, error)) == ENVOI_STEP_ROW)
    g_ptr_array_add (records, make_record (rows));

  return step == ENVOI_STEP_DONE ? g_steal_pointer (&records) : NULL;
}

/**
 * envoi_audit_record_free:
 * @self: (transfer full): a line of the audit log
 *
 * Frees it.
 *
 * Thread: any
 */
void
envoi_audit_record_free (EnvoiAuditRecord *self)
{
  g_free (self->letter_id);
  g_free (self->account_id);
  g_free (self->sender);
  g_free (self->error_domain);
  g_free (self->reply_enhanced);
  g_free (self->reply_text);
  g_free (self);
}

/**
 * envoi_audit_table_add:
 * @database: in a transaction
 * @letter: the letter as it is after an attempt
 *
 * Adds a line, in the same commit as the attempt's outcome.
 *
 * Errors: CORRUPT, NO_SPACE
 *
 * Thread: store
 */
gboolean
envoi_audit_table_add (EnvoiDatabase           *database,
                       const EnvoiLetterRecord *letter,
                       GError                 **error)
{
  return envoi_database_run (database, error,
                             "INSERT INTO audit (time, letter_id, account_id, sender, recipients,"
                             " accepted, refused, result, error_domain, error_code, reply_code,"
                             " reply_enhanced, reply_text)"
                             " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", "isssiiissiiss",
                             letter->changed, letter->id, letter->account_id,
                             letter->envelope ? envoi_envelope_get_sender (letter->envelope) : "",
                             (gint64) letter->recipients->len,
                             count_recipients (letter, ENVOI_RECIPIENT_ACCEPTED),
                             count_recipients (letter, ENVOI_RECIPIENT_REFUSED),
                             envoi_letter_state_to_string (letter->state), letter->error_domain,
                             (gint64) letter->error_code, (gint64) letter->reply_code,
                             letter->reply_enhanced, letter->reply_text);
}

/**
 * envoi_audit_table_list:
 * @database: a database
 *
 * Returns: (transfer full) (element-type EnvoiAuditRecord) (nullable): oldest first
 *
 * Errors: CORRUPT, NO_SPACE
 *
 * Thread: store
 */
GPtrArray *
envoi_audit_table_list (EnvoiDatabase *database,
                        GError       **error)
{
  return take_records (database, envoi_database_query (database, error,
                                                       "SELECT " COLUMNS " FROM audit"
                                                       " ORDER BY number", ""), error);
}

/**
 * envoi_audit_table_list_older:
 * @database: a database
 * @before: the number of a line
 * @limit: how many at most
 *
 * Returns: (transfer full) (element-type EnvoiAuditRecord) (nullable): what is
 *   older than that line, newest first
 *
 * Errors: CORRUPT, NO_SPACE
 *
 * Thread: store
 */
GPtrArray *
envoi_audit_table_list_older (EnvoiDatabase *database,
                              gint64         before,
                              guint          limit,
                              GError       **error)
{
  return take_records (database, envoi_database_query (database, error,
                                                       "SELECT " COLUMNS " FROM audit"
                                                       " WHERE number < ? ORDER BY number DESC"
                                                       " LIMIT ?", "ii", before, (gint64) limit),
                       error);
}

/**
 * envoi_audit_table_count:
 * @database: a database
 * @account_id: an account
 * @since: microseconds since the epoch
 * @count: (out): how many attempts it has made since then
 *
 * Errors: CORRUPT, NO_SPACE
 *
 * Thread: store
 */
gboolean
envoi_audit_table_count (EnvoiDatabase *database,
                         const char    *account_id,
                         gint64         since,
                         gssize        *count,
                         GError       **error)
{
  sqlite3_stmt *rows = envoi_database_query (database, error,
                                             "SELECT count(*) FROM audit"
                                             " WHERE time >= ? AND account_id = ?", "is",
                                             since, account_id);
  EnvoiStep step = ENVOI_STEP_ERROR;

  while (rows && (step = envoi_database_step (database, rows, error)) == ENVOI_STEP_ROW)
    *count = sqlite3_column_int64 (rows, 0);

  return step == ENVOI_STEP_DONE;
}

/**
 * envoi_audit_table_prune:
 * @database: in a transaction
 * @before: microseconds since the epoch
 *
 * Deletes what is older.
 *
 * Errors: CORRUPT, NO_SPACE
 *
 * Thread: store
 */
gboolean
envoi_audit_table_prune (EnvoiDatabase *database,
                         gint64         before,
                         GError       **error)
{
  return envoi_database_run (database, error, "DELETE FROM audit WHERE time < ?", "i", before);
}
