/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-store"

#include "config.h"

#include "envoi-letter-grams-private.h"
#include "envoi-letter-table-private.h"

#include "envoi-text.h"

#include <gio/gio.h>
#include <string.h>

/* The index of words knows steps of three characters; the one of grams has what is shorter. */
#define INDEXED_CHARS 3

/* About two lines of a list in a narrow window. */
#define EXCERPT_CHARS 120

/* Further on nobody looks for the place: a list must not wait for a book. */
#define MAX_EXCERPT_TEXT "20000"

/* So many letters are put into the new index by one commit; whoever writes or reads
 * meanwhile waits for no more than that. */
#define INDEXED_AT_ONCE 200

/* Letters below it are not in the index of grams yet; 0 = all are. */
#define GRAMS_BELOW "(SELECT coalesce (max (value), 0) FROM counters WHERE name = 'grams-below')"

typedef struct {
  char **words;       /* as they were given */
  char *valid;        /* the same in one piece, with spaces between them */
  GString *match;     /* for the index of words, the long ones */
  GString *grams;     /* for the index of grams, of all; empty = there is no short one */
} Words;

static void
words_clear (Words *words)
{
  g_string_free (words->match, TRUE);
  g_string_free (words->grams, TRUE);
  g_strfreev (words->words);
  g_free (words->valid);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Words, words_clear)

/* A string of FTS5's own language: whatever stands in it is only text. */
static void
append_quoted (GString    *match,
               const char *word)
{
  if (match->len > 0)
    g_string_append_c (match, ' ');

  g_string_append_c (match, '"');
  for (; *word; word++) {
    if (*word == '"')
      g_string_append_c (match, '"');
    g_string_append_c (match, *word);
  }
  g_string_append_c (match, '"');
}

static void
append_grams (GString    *grams,
              const char *word)
{
  g_autofree char *made = envoi_letter_grams_make_word (word);

  if (grams->len > 0)
    g_string_append_c (grams, ' ');
  g_string_append (grams, made);
}

static void
parse_words (Words      *words,
             const char *text)
{
  gboolean has_short = FALSE;
  char **parts;

  words->valid = g_strdelimit (g_utf8_make_valid (text, -1), "\t\n\r\f\v", ' ');
  parts = words->words = g_strsplit (words->valid, " ", -1);
  words->match = g_string_new (NULL);
  words->grams = g_string_new (NULL);

  for (guint i = 0; parts[i]; i++) {
    if (g_utf8_strlen (parts[i], -1) >= INDEXED_CHARS)
      append_quoted (words->match, parts[i]);
    else
      has_short = has_short || *parts[i];
    append_grams (words->grams, parts[i]);
  }

  if (!has_short)
    g_string_truncate (words->grams, 0);
}

/* Letters that wait for the index of grams are looked into one by one. */
static char *
make_sql_without_index (guint states)
{
  GString *sql = g_string_new ("SELECT letters.id FROM letter_texts AS texts"
                               " CROSS JOIN letters ON letters.id = texts.letter_id WHERE ");

  envoi_letter_table_append_states (sql, states);
  g_string_append (sql, " AND texts.number < " GRAMS_BELOW
                   " AND holds (?1, texts.subject, texts.people, texts.text)"
                   " ORDER BY texts.number DESC LIMIT ?2");
  return g_string_free (sql, FALSE);
}

/* The newest letters are looked at first, so that a word that is in every letter
 * costs no more than the letters that are shown; the order of the joins is ours.
 * With a short word the grams of all leave letters that nearly always have them:
 * to look into each is less work than to ask the other index about it. */
static char *
make_sql (const Words *words,
          guint        states)
{
  gboolean has_grams = words->grams->len > 0;
  const char *index = has_grams ? "letter_grams" : "letter_words";
  GString *sql = g_string_new ("SELECT letters.id FROM ");

  g_string_append_printf (sql, "%s CROSS JOIN letter_texts AS texts ON texts.number = %s.rowid"
                          " CROSS JOIN letters ON letters.id = texts.letter_id WHERE ", index,
                          index);
  envoi_letter_table_append_states (sql, states);
  g_string_append_printf (sql, " AND %s MATCH ?1", index);
  g_string_append (sql, has_grams ? " AND holds (?3, texts.subject, texts.people, texts.text)"
                                  : " AND ?3 IS NOT NULL");
  g_string_append_printf (sql, " ORDER BY %s.rowid DESC LIMIT ?2", index);
  return g_string_free (sql, FALSE);
}

static sqlite3_stmt *
query (EnvoiDatabase *database,
       const Words   *words,
       guint          states,
       guint          limit,
       GError       **error)
{
  g_autofree char *sql = make_sql (words, states);

  return envoi_database_query (database, error, sql, "sis",
                               words->grams->len > 0 ? words->grams->str : words->match->str,
                               limit ? (gint64) limit : (gint64) -1, words->valid);
}

static gboolean
read_ids (EnvoiDatabase *database,
          sqlite3_stmt  *rows,
          GPtrArray     *ids,
          GError       **error)
{
  EnvoiStep step = ENVOI_STEP_ERROR;

  while (rows && (step = envoi_database_step (database, rows, error)) == ENVOI_STEP_ROW)
    g_ptr_array_add (ids, g_strdup ((const char *) sqlite3_column_text (rows, 0)));

  return step == ENVOI_STEP_DONE;
}

static GPtrArray *
find_ids (EnvoiDatabase *database,
          const Words   *words,
          guint          states,
          guint          limit,
          GError       **error)
{
  g_autoptr (GPtrArray) ids = g_ptr_array_new_with_free_func (g_free);
  g_autofree char *sql = NULL;
  gint64 rest;

  if (!read_ids (database, query (database, words, states, limit, error), ids, error))
    return NULL;
  if (words->grams->len == 0 || (limit > 0 && ids->len >= limit))
    return g_steal_pointer (&ids);

  sql = make_sql_without_index (states);
  rest = limit ? (gint64) limit - ids->len : -1;
  if (!read_ids (database, envoi_database_query (database, error, sql, "si", words->valid, rest),
                 ids, error))
    return NULL;

  return g_steal_pointer (&ids);
}

static int
compare_records (gconstpointer a,
                 gconstpointer b)
{
  const EnvoiLetterRecord *one = *(const EnvoiLetterRecord *const *) a;
  const EnvoiLetterRecord *other = *(const EnvoiLetterRecord *const *) b;

  if (one->changed != other->changed)
    return one->changed > other->changed ? -1 : 1;

  return g_strcmp0 (one->id, other->id);
}

static char *
make_excerpt (char      **words,
              const char *text)
{
  g_autofree char *valid = g_utf8_make_valid (text ? text : "", -1);
  char *excerpt = NULL;

  for (guint i = 0; words[i] && !excerpt; i++)
    excerpt = envoi_text_make_excerpt (valid, words[i], EXCERPT_CHARS);

  return excerpt;
}

/* Loads a letter that was found, with the words around the place. */
static EnvoiLetterRecord *
load_found (EnvoiDatabase *database,
            const char    *letter_id,
            char         **words,
            GError       **error)
{
  g_autoptr (EnvoiLetterRecord) record = NULL;
  EnvoiStep step = ENVOI_STEP_ERROR;
  sqlite3_stmt *row;

  record = envoi_letter_table_load (database, letter_id, FALSE, error);
  if (!record)
    return NULL;

  row = envoi_database_query (database, error, "SELECT substr (text, 1, " MAX_EXCERPT_TEXT ")"
                              " FROM letter_texts WHERE letter_id = ?", "s", letter_id);
  while (row && (step = envoi_database_step (database, row, error)) == ENVOI_STEP_ROW) {
    g_free (record->excerpt);
    record->excerpt = make_excerpt (words, (const char *) sqlite3_column_text (row, 0));
  }

  return step == ENVOI_STEP_DONE ? g_steal_pointer (&record) : NULL;
}

static char *
make_people (const EnvoiLetterRecord *record)
{
  GString *people = g_string_new (record->to_line);

  for (guint i = 0; i < record->recipients->len; i++) {
    const EnvoiRecipientRecord *recipient = g_ptr_array_index (record->recipients, i);

    g_string_append_printf (people, "%c%s", i == 0 ? '\n' : ' ', recipient->address);
  }

  return g_string_free (people, FALSE);
}

static gboolean
write_text (EnvoiDatabase           *database,
            const EnvoiLetterRecord *record,
            const char              *people,
            GError                 **error)
{
  return envoi_database_run (database, error,
                             "INSERT INTO letter_texts (letter_id, subject, people, text)"
                             " VALUES (?1, ?2, ?3, coalesce (?4, ''))"
                             " ON CONFLICT (letter_id) DO UPDATE SET subject = excluded.subject,"
                             " people = excluded.people, text = coalesce (?4, text)", "ssss",
                             record->id, record->subject, people, record->search_text);
}

/**
 * envoi_letter_search_forget:
 * @database: in a transaction
 * @letter_id: a letter
 *
 * Takes a letter out of the indexes, which need the text that went in. The text
 * itself goes with the letter's row.
 *
 * Errors: CORRUPT, NO_SPACE
 *
 * Thread: store
 */
gboolean
envoi_letter_search_forget (EnvoiDatabase *database,
                            const char    *letter_id,
                            GError       **error)
{
  return envoi_database_run (database, error,
                             "INSERT INTO letter_words (letter_words, rowid, subject, people,"
                             " text) SELECT 'delete', number, subject, people, text"
                             " FROM letter_texts WHERE letter_id = ?", "s", letter_id) &&
         envoi_database_run (database, error,
                             "INSERT INTO letter_grams (letter_grams, rowid, grams)"
                             " SELECT 'delete', number, grams (subject, people, text)"
                             " FROM letter_texts WHERE letter_id = ? AND number >= " GRAMS_BELOW,
                             "s", letter_id);
}

/**
 * envoi_letter_search_write:
 * @database: in a transaction
 * @record: a letter whose own row is there; without a search text the stored one stays
 *
 * Makes a letter findable.
 *
 * Errors: CORRUPT, NO_SPACE
 *
 * Thread: store
 */
gboolean
envoi_letter_search_write (EnvoiDatabase           *database,
                           const EnvoiLetterRecord *record,
                           GError                 **error)
{
  g_autofree char *people = make_people (record);

  return envoi_letter_search_forget (database, record->id, error) &&
         write_text (database, record, people, error) &&
         envoi_database_run (database, error,
                             "INSERT INTO letter_words (rowid, subject, people, text)"
                             " SELECT number, subject, people, text FROM letter_texts"
                             " WHERE letter_id = ?", "s", record->id) &&
         envoi_database_run (database, error,
                             "INSERT INTO letter_grams (rowid, grams)"
                             " SELECT number, grams (subject, people, text) FROM letter_texts"
                             " WHERE letter_id = ? AND number >= " GRAMS_BELOW, "s", record->id);
}

/**
 * envoi_letter_search_has_more:
 * @database: a database
 * @has_more: (out): whether letters wait for [func@letter_search_index_more]
 *
 * Errors: CORRUPT, NO_SPACE
 *
 * Thread: store
 */
gboolean
envoi_letter_search_has_more (EnvoiDatabase *database,
                              gboolean      *has_more,
                              GError       **error)
{
  gint64 below;

  if (!envoi_database_get_number (database, "SELECT " GRAMS_BELOW, &below, error))
    return FALSE;

  *has_more = below > 0;
  return TRUE;
}

/**
 * envoi_letter_search_index_more:
 * @database: in a transaction
 *
 * Puts the next letters into the index of grams that came with version 5, the
 * newest first. A letter that is written meanwhile stays where it is in the row.
 *
 * Errors: CORRUPT, NO_SPACE
 *
 * Thread: store
 */
gboolean
envoi_letter_search_index_more (EnvoiDatabase *database,
                                GError       **error)
{
  gint64 first;

  if (!envoi_database_get_number (database, "SELECT coalesce (min (number), 0) FROM (SELECT number"
                                  " FROM letter_texts WHERE number < " GRAMS_BELOW
                                  " ORDER BY number DESC LIMIT " G_STRINGIFY (INDEXED_AT_ONCE) ")",
                                  &first, error))
    return FALSE;

  if (first == 0)
    return envoi_database_run (database, error,
                               "DELETE FROM counters WHERE name = 'grams-below'", "");

  return envoi_database_run (database, error,
                             "INSERT INTO letter_grams (rowid, grams)"
                             " SELECT number, grams (subject, people, text) FROM letter_texts"
                             " WHERE number >= ? AND number < " GRAMS_BELOW, "i", first) &&
         envoi_database_run (database, error,
                             "UPDATE counters SET value = ? WHERE name = 'grams-below'", "i",
                             first);
}

/**
 * envoi_letter_search_find:
 * @database: a database
 * @text: words, with spaces between them; each must be in the letter
 * @states: a bit for each wanted state
 * @limit: how many at most, 0 = all
 *
 * Looks in subjects, addresses and texts, whatever the case of the letters. With
 * a @limit it is the letters begun last that are found.
 *
 * Returns: (transfer full) (element-type EnvoiLetterRecord) (nullable): newest
 *   change first, each with an excerpt when a word is in its text; none when
 *   there is no word
 *
 * Errors: CORRUPT, NO_SPACE
 *
 * Thread: store
 */
GPtrArray *
envoi_letter_search_find (EnvoiDatabase *database,
                          const char    *text,
                          guint          states,
                          guint          limit,
                          GError       **error)
{
  g_autoptr (GPtrArray) records =
    g_ptr_array_new_with_free_func ((GDestroyNotify) envoi_letter_record_free);
  g_autoptr (GPtrArray) ids = NULL;
  g_auto (Words) words = { 0 };

  parse_words (&words, text);
  if (words.match->len == 0 && words.grams->len == 0)
    return g_steal_pointer (&records);

  ids = find_ids (database, &words, states, limit, error);
  for (guint i = 0; ids && i < ids->len; i++) {
    EnvoiLetterRecord *record = load_found (database, g_ptr_array_index (ids, i), words.words,
                                            error);

    if (!record)
      return NULL;
    g_ptr_array_add (records, record);
  }

  g_ptr_array_sort (records, compare_records);
  return ids ? g_steal_pointer (&records) : NULL;
}
