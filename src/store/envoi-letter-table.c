/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-store"

#include "config.h"

#include "envoi-letter-table-private.h"
#include "envoi-store-error.h"

#include <gio/gio.h>
#include <glib/gi18n.h>

/* Enough for a process that was stopped for a long time to hear of deletions. */
#define KEPT_DELETIONS "10000"

/* The order of fill_record(). */
#define COLUMNS \
  "id, revision, state, account_id, subject, to_line, message_id, size, created, changed," \
  " hold_until, next_try, first_try, attempts, was_cancelled, is_handed_over, is_dismissed," \
  " pauses_account, sender, envelope_flags, envelope_id, error_domain, error_code," \
  " error_message, phase, reply_code, reply_enhanced, reply_text, part_size, lacks_receipt"

static char *
dup_column (sqlite3_stmt *row,
            int           column)
{
  return g_strdup ((const char *) sqlite3_column_text (row, column));
}

static void
replace_text (char        **text,
              sqlite3_stmt *row,
              int           column)
{
  g_free (*text);
  *text = dup_column (row, column);
}

static void
fill_times (EnvoiLetterRecord *record,
            sqlite3_stmt      *row)
{
  record->created = sqlite3_column_int64 (row, 8);
  record->changed = sqlite3_column_int64 (row, 9);
  record->hold_until = sqlite3_column_int64 (row, 10);
  record->next_try = sqlite3_column_int64 (row, 11);
  record->first_try = sqlite3_column_int64 (row, 12);
}

static void
fill_result (EnvoiLetterRecord *record,
             sqlite3_stmt      *row)
{
  record->error_domain = dup_column (row, 21);
  record->error_code = sqlite3_column_int (row, 22);
  record->error_message = dup_column (row, 23);
  record->phase = dup_column (row, 24);
  record->reply_code = sqlite3_column_int (row, 25);
  record->reply_enhanced = dup_column (row, 26);
  record->reply_text = dup_column (row, 27);
  record->lacks_receipt = sqlite3_column_int (row, 29) != 0;
}

static EnvoiLetterRecord *
make_record (sqlite3_stmt *row)
{
  EnvoiLetterRecord *record =
    envoi_letter_record_new ((const char *) sqlite3_column_text (row, 0));

  record->revision = sqlite3_column_int64 (row, 1);
  envoi_letter_state_from_string ((const char *) sqlite3_column_text (row, 2), &record->state);
  replace_text (&record->account_id, row, 3);
  replace_text (&record->subject, row, 4);
  replace_text (&record->to_line, row, 5);
  replace_text (&record->message_id, row, 6);
  record->size = (guint64) sqlite3_column_int64 (row, 7);
  fill_times (record, row);
  record->attempts = (guint) sqlite3_column_int (row, 13);
  record->was_cancelled = sqlite3_column_int (row, 14) != 0;
  record->is_handed_over = sqlite3_column_int (row, 15) != 0;
  record->is_dismissed = sqlite3_column_int (row, 16) != 0;
  record->pauses_account = sqlite3_column_int (row, 17) != 0;
  record->part_size = (guint) sqlite3_column_int (row, 28);
  fill_result (record, row);
  return record;
}

/* The forward-paths are the recipients, so they are kept one time only. */
static EnvoiEnvelope *
make_envelope (const EnvoiLetterRecord *record,
               const char              *sender,
               EnvoiEnvelopeFlags       flags,
               const char              *envelope_id)
{
  g_autoptr (GPtrArray) addresses = g_ptr_array_new ();

  for (guint i = 0; i < record->recipients->len; i++) {
    const EnvoiRecipientRecord *recipient = g_ptr_array_index (record->recipients, i);

    g_ptr_array_add (addresses, recipient->address);
  }

  g_ptr_array_add (addresses, NULL);
  return envoi_envelope_new (sender, (const char *const *) addresses->pdata, flags, envelope_id);
}

static EnvoiLetterRecord *
read_record (EnvoiDatabase *database,
             sqlite3_stmt  *row,
             gboolean       is_whole,
             GError       **error)
{
  g_autoptr (EnvoiLetterRecord) record = make_record (row);
  const char *sender = (const char *) sqlite3_column_text (row, 18);

  if (!envoi_letter_parts_read (database, record, is_whole, error))
    return NULL;

  if (sender)
    record->envelope = make_envelope (record, sender,
                                      (EnvoiEnvelopeFlags) sqlite3_column_int (row, 19),
                                      (const char *) sqlite3_column_text (row, 20));

  return g_steal_pointer (&record);
}

static gboolean
take_revision (EnvoiDatabase *database,
               gint64        *revision,
               GError       **error)
{
  return envoi_database_get_number (database,
                                    "UPDATE counters SET value = value + 1"
                                    " WHERE name = 'revision' RETURNING value", revision, error);
}

typedef struct {
  gboolean is_there;
  gint64 revision;
  gint64 changed;
  EnvoiLetterState state;
} Present;

static gboolean
look_up_present (EnvoiDatabase *database,
                 const char    *letter_id,
                 Present       *present,
                 GError       **error)
{
  sqlite3_stmt *row = envoi_database_query (database, error,
                                            "SELECT revision, changed, state FROM letters"
                                            " WHERE id = ?", "s", letter_id);
  EnvoiStep step = row ? envoi_database_step (database, row, error) : ENVOI_STEP_ERROR;

  *present = (Present) { 0 };

  if (step == ENVOI_STEP_ROW) {
    present->is_there = TRUE;
    present->revision = sqlite3_column_int64 (row, 0);
    present->changed = sqlite3_column_int64 (row, 1);
    envoi_letter_state_from_string ((const char *) sqlite3_column_text (row, 2),
                                    &present->state);
    sqlite3_reset (row);
  }

  return step != ENVOI_STEP_ERROR;
}

static gboolean
check_present (const Present *present,
               guint          expected,
               gint64         revision,
               GError       **error)
{
  /* A letter is born as a draft; any other that is gone was deleted meanwhile. */
  EnvoiLetterState state = present->is_there ? present->state : ENVOI_LETTER_DRAFT;
  gboolean is_expected = (expected & (1u << state)) != 0;
  gboolean is_same = revision == 0 || (present->is_there && revision == present->revision);

  if (is_expected && is_same)
    return TRUE;

  if (present->is_there)
    /* Translators: the word of a state that --json has too: "sent" */
    g_set_error (error, ENVOI_STORE_ERROR, ENVOI_STORE_ERROR_CONFLICT,
                 _("The letter was changed meanwhile (%s)."), envoi_letter_state_to_string (state));
  else
    g_set_error_literal (error, ENVOI_STORE_ERROR, ENVOI_STORE_ERROR_CONFLICT,
                         _("The letter was deleted meanwhile."));
  return FALSE;
}

static gboolean
write_row (EnvoiDatabase           *database,
           const EnvoiLetterRecord *record,
           gint64                   revision,
           GError                 **error)
{
  const EnvoiEnvelope *envelope = record->envelope;

  return envoi_database_run (
    database, error,
    "INSERT INTO letters (" COLUMNS ") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?,"
    " ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
    " ON CONFLICT (id) DO UPDATE SET revision = excluded.revision, state = excluded.state,"
    " account_id = excluded.account_id, subject = excluded.subject,"
    " to_line = excluded.to_line, message_id = excluded.message_id, size = excluded.size,"
    " created = excluded.created, changed = excluded.changed,"
    " hold_until = excluded.hold_until, next_try = excluded.next_try,"
    " first_try = excluded.first_try, attempts = excluded.attempts,"
    " was_cancelled = excluded.was_cancelled, is_handed_over = excluded.is_handed_over,"
    " is_dismissed = excluded.is_dismissed, pauses_account = excluded.pauses_account,"
    " sender = excluded.sender, envelope_flags = excluded.envelope_flags,"
    " envelope_id = excluded.envelope_id, error_domain = excluded.error_domain,"
    " error_code = excluded.error_code, error_message = excluded.error_message,"
    " phase = excluded.phase, reply_code = excluded.reply_code,"
    " reply_enhanced = excluded.reply_enhanced, reply_text = excluded.reply_text,"
    " part_size = excluded.part_size, lacks_receipt = excluded.lacks_receipt",
    "sisssssiiiiiiiiiiisissississii",
    record->id, revision, envoi_letter_state_to_string (record->state), record->account_id,
    record->subject, record->to_line, record->message_id, (gint64) record->size,
    record->created, record->changed, record->hold_until, record->next_try, record->first_try,
    (gint64) record->attempts, (gint64) record->was_cancelled, (gint64) record->is_handed_over,
    (gint64) record->is_dismissed, (gint64) record->pauses_account,
    envelope ? envoi_envelope_get_sender (envelope) : NULL,
    (gint64) (envelope ? envoi_envelope_get_flags (envelope) : 0),
    envelope ? envoi_envelope_get_envelope_id (envelope) : NULL,
    record->error_domain, (gint64) record->error_code, record->error_message, record->phase,
    (gint64) record->reply_code, record->reply_enhanced, record->reply_text,
    (gint64) record->part_size, (gint64) record->lacks_receipt);
}

static gboolean
note_deletion (EnvoiDatabase *database,
               const char    *letter_id,
               gint64         revision,
               GError       **error)
{
  return envoi_database_run (database, error,
                             "INSERT OR REPLACE INTO deleted_letters (id, revision)"
                             " VALUES (?, ?)", "si", letter_id, revision) &&
         envoi_database_run (database, error,
                             "DELETE FROM deleted_letters WHERE revision < ? - " KEPT_DELETIONS,
                             "i", revision);
}

static char *
make_list_sql (guint       states,
               const char *condition,
               const char *end)
{
  GString *sql = g_string_new ("SELECT " COLUMNS " FROM letters WHERE ");

  envoi_letter_table_append_states (sql, states);
  g_string_append (sql, condition);
  g_string_append (sql, " ORDER BY changed DESC, id ");
  g_string_append (sql, end);
  return g_string_free (sql, FALSE);
}

static GPtrArray *
read_records (EnvoiDatabase *database,
              sqlite3_stmt  *rows,
              GError       **error)
{
  g_autoptr (GPtrArray) records =
    g_ptr_array_new_with_free_func ((GDestroyNotify) envoi_letter_record_free);
  EnvoiStep step = ENVOI_STEP_ERROR;

  while (rows && (step = envoi_database_step (database, rows, error)) == ENVOI_STEP_ROW) {
    EnvoiLetterRecord *record = read_record (database, rows, FALSE, error);

    if (!record) {
      sqlite3_reset (rows);
      return NULL;
    }

    g_ptr_array_add (records, record);
  }

  return step == ENVOI_STEP_DONE ? g_steal_pointer (&records) : NULL;
}

/**
 * envoi_letter_table_append_states:
 * @sql: a statement that is being made
 * @states: a bit for each wanted state
 *
 * Appends the condition that a letter is in one of the states.
 *
 * Thread: any
 */
void
envoi_letter_table_append_states (GString *sql,
                                  guint    states)
{
  gboolean is_first = TRUE;

  /* One state as "=", so that SQLite walks its index in the wanted order. */
  g_string_append (sql, (states & (states - 1)) == 0 ? "state = " :
                   "state IN (");
  for (EnvoiLetterState state = ENVOI_LETTER_DRAFT; state <= ENVOI_LETTER_UNKNOWN; state++) {
    if (!(states & (1u << state)))
      continue;

    g_string_append_printf (sql, "%s'%s'", is_first ? "" : ", ",
                            envoi_letter_state_to_string (state));
    is_first = FALSE;
  }

  if (is_first)
    g_string_append (sql, "''");
  if ((states & (states - 1)) != 0)
    g_string_append_c (sql, ')');
}

/**
 * envoi_letter_table_write:
 * @database: in a transaction
 * @record: the letter; without a manifest the stored one stays, with its blobs
 * @expected: a bit for each state the row may be in; DRAFT also allows that there is none
 * @revision: (out): the number of this change
 *
 * Inserts or replaces a letter when it is still what the caller saw. Leaving
 * SENDING adds the attempt to the history.
 *
 * Errors: CONFLICT, CORRUPT, NO_SPACE
 *
 * Thread: store
 */
gboolean
envoi_letter_table_write (EnvoiDatabase           *database,
                          const EnvoiLetterRecord *record,
                          guint                    expected,
                          gint64                  *revision,
                          GError                 **error)
{
  gboolean ends_attempt;
  Present present;

  if (!look_up_present (database, record->id, &present, error) ||
      !check_present (&present, expected, record->revision, error) ||
      !take_revision (database, revision, error) ||
      !write_row (database, record, *revision, error) ||
      !envoi_letter_parts_write (database, record, error))
    return FALSE;

  if (!present.is_there)
    return envoi_database_run (database, error, "DELETE FROM deleted_letters WHERE id = ?", "s",
                               record->id);

  ends_attempt = present.state == ENVOI_LETTER_SENDING && record->state != ENVOI_LETTER_SENDING;
  return !ends_attempt ||
         (envoi_letter_parts_add_attempt (database, record, present.changed, error) &&
          envoi_audit_table_add (database, record, error));
}

/**
 * envoi_letter_table_mark_handed_over:
 * @database: in a transaction
 * @letter_id: a letter in SENDING
 * @is_handed_over: FALSE takes the mark back
 * @revision: (out): the number of this change
 *
 * Errors: CONFLICT, CORRUPT, NO_SPACE
 *
 * Thread: store
 */
gboolean
envoi_letter_table_mark_handed_over (EnvoiDatabase *database,
                                     const char    *letter_id,
                                     gboolean       is_handed_over,
                                     gint64        *revision,
                                     GError       **error)
{
  if (!take_revision (database, revision, error) ||
      !envoi_database_run (database, error,
                           "UPDATE letters SET is_handed_over = ?, revision = ?"
                           " WHERE id = ? AND state = 'sending'", "iis",
                           (gint64) is_handed_over, *revision, letter_id))
    return FALSE;

  if (envoi_database_get_n_changes (database) == 1)
    return TRUE;

  g_set_error (error, ENVOI_STORE_ERROR, ENVOI_STORE_ERROR_CONFLICT,
               _("The letter is not being sent any more."));
  return FALSE;
}

/**
 * envoi_letter_table_delete:
 * @database: in a transaction
 * @letter_id: a letter
 * @expected: a bit for each state the row may be in
 * @revision: (out): the number of this change
 * @blob_ids: (out) (transfer full): the blobs the letter needed
 *
 * Errors: CONFLICT, G_IO_ERROR_NOT_FOUND, CORRUPT, NO_SPACE
 *
 * Thread: store
 */
gboolean
envoi_letter_table_delete (EnvoiDatabase *database,
                           const char    *letter_id,
                           guint          expected,
                           gint64        *revision,
                           char        ***blob_ids,
                           GError       **error)
{
  Present present;

  if (!look_up_present (database, letter_id, &present, error))
    return FALSE;

  if (!present.is_there) {
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND, _("There is no such letter."));
    return FALSE;
  }

  if (!check_present (&present, expected, 0, error) ||
      !take_revision (database, revision, error))
    return FALSE;

  *blob_ids = envoi_letter_parts_dup_blob_ids (database, letter_id, error);
  return *blob_ids && envoi_letter_search_forget (database, letter_id, error) &&
         envoi_database_run (database, error, "DELETE FROM letters WHERE id = ?", "s",
                             letter_id) &&
         note_deletion (database, letter_id, *revision, error);
}

/**
 * envoi_letter_table_load:
 * @database: a database
 * @letter_id: a letter
 * @is_whole: with manifest, blobs and transcript
 *
 * Returns: (transfer full) (nullable): the letter
 *
 * Errors: G_IO_ERROR_NOT_FOUND, CORRUPT, NO_SPACE
 *
 * Thread: store
 */
EnvoiLetterRecord *
envoi_letter_table_load (EnvoiDatabase *database,
                         const char    *letter_id,
                         gboolean       is_whole,
                         GError       **error)
{
  sqlite3_stmt *row = envoi_database_query (database, error,
                                            "SELECT " COLUMNS " FROM letters WHERE id = ?", "s",
                                            letter_id);
  EnvoiStep step = row ? envoi_database_step (database, row, error) : ENVOI_STEP_ERROR;
  EnvoiLetterRecord *record = NULL;

  if (step == ENVOI_STEP_ROW) {
    record = read_record (database, row, is_whole, error);
    sqlite3_reset (row);
  } else if (step == ENVOI_STEP_DONE) {
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND, _("There is no such letter."));
  }

  return record;
}

/**
 * envoi_letter_table_list:
 * @database: a database
 * @states: a bit for each wanted state
 * @offset: how many to pass over
 * @limit: how many at most, 0 = all
 *
 * Returns: (transfer full) (element-type EnvoiLetterRecord) (nullable): newest change first
 *
 * Errors: CORRUPT, NO_SPACE
 *
 * Thread: store
 */
GPtrArray *
envoi_letter_table_list (EnvoiDatabase *database,
                         guint          states,
                         guint          offset,
                         guint          limit,
                         GError       **error)
{
  g_autofree char *sql = make_list_sql (states, "", "LIMIT ? OFFSET ?");

  return read_records (database,
                       envoi_database_query (database, error, sql, "ii",
                                             limit ? (gint64) limit : (gint64) -1,
                                             (gint64) offset), error);
}

/**
 * envoi_letter_table_list_older:
 * @database: a database
 * @states: a bit for each wanted state
 * @last: the last letter of the page before
 * @limit: how many at most
 *
 * Goes on behind a letter, which costs the same however deep the page is.
 *
 * Returns: (transfer full) (element-type EnvoiLetterRecord) (nullable): newest change first
 *
 * Errors: CORRUPT, NO_SPACE
 *
 * Thread: store
 */
GPtrArray *
envoi_letter_table_list_older (EnvoiDatabase           *database,
                               guint                    states,
                               const EnvoiLetterRecord *last,
                               guint                    limit,
                               GError                 **error)
{
  g_autofree char *sql = make_list_sql (states,
                                        " AND changed <= ?1 AND (changed < ?1 OR id > ?2)",
                                        "LIMIT ?3");

  return read_records (database,
                       envoi_database_query (database, error, sql, "isi", last->changed,
                                             last->id, (gint64) limit), error);
}

/**
 * envoi_letter_table_list_changes:
 * @database: a database
 * @revision: (inout): the last change the caller knows; moved to the newest one
 *
 * Returns: (transfer full) (element-type utf8) (nullable): ids of letters that
 *   were written or deleted since, oldest change first
 *
 * Errors: CORRUPT, NO_SPACE
 *
 * Thread: store
 */
GPtrArray *
envoi_letter_table_list_changes (EnvoiDatabase *database,
                                 gint64        *revision,
                                 GError       **error)
{
  g_autoptr (GPtrArray) ids = g_ptr_array_new_with_free_func (g_free);
  sqlite3_stmt *rows = envoi_database_query (database, error,
                                             "SELECT id, revision FROM letters"
                                             " WHERE revision > ?1 UNION ALL"
                                             " SELECT id, revision FROM deleted_letters"
                                             " WHERE revision > ?1 ORDER BY 2", "i", *revision);
  EnvoiStep step = ENVOI_STEP_ERROR;

  while (rows && (step = envoi_database_step (database, rows, error)) == ENVOI_STEP_ROW) {
    g_ptr_array_add (ids, dup_column (rows, 0));
    *revision = sqlite3_column_int64 (rows, 1);
  }

  return step == ENVOI_STEP_DONE ? g_steal_pointer (&ids) : NULL;
}

/**
 * envoi_letter_table_get_revision:
 * @database: a database
 * @revision: (out): the number of the newest change
 *
 * Errors: CORRUPT, NO_SPACE
 *
 * Thread: store
 */
gboolean
envoi_letter_table_get_revision (EnvoiDatabase *database,
                                 gint64        *revision,
                                 GError       **error)
{
  return envoi_database_get_number (database,
                                    "SELECT value FROM counters WHERE name = 'revision'",
                                    revision, error);
}

/**
 * envoi_letter_table_is_blob_used:
 * @database: a database
 * @blob_id: a blob
 * @is_used: (out): whether a letter needs it
 *
 * Errors: CORRUPT, NO_SPACE
 *
 * Thread: store
 */
gboolean
envoi_letter_table_is_blob_used (EnvoiDatabase *database,
                                 const char    *blob_id,
                                 gboolean      *is_used,
                                 GError       **error)
{
  sqlite3_stmt *row = envoi_database_query (database, error,
                                            "SELECT 1 FROM letter_blobs WHERE blob_id = ?"
                                            " LIMIT 1", "s", blob_id);
  EnvoiStep step = row ? envoi_database_step (database, row, error) : ENVOI_STEP_ERROR;

  *is_used = step == ENVOI_STEP_ROW;
  if (step == ENVOI_STEP_ROW)
    sqlite3_reset (row);

  return step != ENVOI_STEP_ERROR;
}
