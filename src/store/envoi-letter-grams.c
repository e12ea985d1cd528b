/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-store"

#include "config.h"

#include "envoi-letter-grams-private.h"

#include <string.h>

#define MAX_TEXTS 8

/* A gram is the code of a character, and above it that of the one before, if any. */
#define SECOND_SHIFT 32

static int
compare_grams (gconstpointer a,
               gconstpointer b)
{
  guint64 one = *(const guint64 *) a;
  guint64 other = *(const guint64 *) b;

  return one < other ? -1 : one > other;
}

/* Grams do not reach over a space: a word that is looked for has none. */
static void
collect (GArray     *grams,
         const char *text)
{
  guint64 before = 0;

  for (const char *p = text; *p; p = g_utf8_next_char (p)) {
    guint64 character = g_unichar_tolower (g_utf8_get_char (p));
    guint64 pair = before << SECOND_SHIFT | character;

    if (g_unichar_isspace ((gunichar) character)) {
      before = 0;
      continue;
    }

    g_array_append_val (grams, character);
    if (before != 0)
      g_array_append_val (grams, pair);
    before = character;
  }
}

/* Codes and not the characters, which the index would part at its own idea of words. */
static void
append_gram (GString *words,
             guint64  gram)
{
  if (words->len > 0)
    g_string_append_c (words, ' ');
  if (gram >> SECOND_SHIFT != 0)
    g_string_append_printf (words, "%xx", (guint) (gram >> SECOND_SHIFT));

  g_string_append_printf (words, "%x", (guint) gram);
}

static char *
join (GArray *grams)
{
  GString *words = g_string_new (NULL);
  guint64 last = 0;

  g_array_sort (grams, compare_grams);
  for (guint i = 0; i < grams->len; i++) {
    guint64 gram = g_array_index (grams, guint64, i);

    if (gram != last)
      append_gram (words, gram);
    last = gram;
  }

  return g_string_free (words, FALSE);
}

static void
grams_cb (sqlite3_context  *context,
          int               n_values,
          sqlite3_value   **values)
{
  const char *texts[MAX_TEXTS + 1] = { NULL };

  for (int i = 0; i < MIN (n_values, MAX_TEXTS); i++) {
    const char *text = (const char *) sqlite3_value_text (values[i]);

    texts[i] = text ? text : "";
  }

  sqlite3_result_text (context, envoi_letter_grams_make (texts), -1, g_free);
}

/* Whether one of @texts has @word in it; @word is in lower case. */
static gboolean
is_word_in (const char     *word,
            int             n_texts,
            sqlite3_value **texts)
{
  for (int i = 0; i < n_texts; i++) {
    const char *text = (const char *) sqlite3_value_text (texts[i]);
    g_autofree char *valid = g_utf8_make_valid (text ? text : "", -1);
    g_autofree char *lower = g_utf8_strdown (valid, -1);

    if (strstr (lower, word))
      return TRUE;
  }

  return FALSE;
}

static void
holds_cb (sqlite3_context  *context,
          int               n_values,
          sqlite3_value   **values)
{
  const char *wanted = n_values > 0 ? (const char *) sqlite3_value_text (values[0]) : NULL;
  g_autofree char *lower = g_utf8_strdown (wanted ? wanted : "", -1);
  g_auto (GStrv) words = g_strsplit (lower, " ", -1);
  gboolean holds = TRUE;

  for (guint i = 0; words[i] && holds; i++)
    holds = is_word_in (words[i], n_values - 1, values + 1);

  sqlite3_result_int (context, holds);
}

static gboolean
add_function (sqlite3    *sqlite,
              const char *name,
              void (*function)(sqlite3_context *, int, sqlite3_value **))
{
  return sqlite3_create_function_v2 (sqlite, name, -1,
                                     SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_DIRECTONLY, NULL,
                                     function, NULL, NULL, NULL) == SQLITE_OK;
}

/**
 * envoi_letter_grams_make:
 * @texts: (array zero-terminated=1): texts
 *
 * Pure; the same texts always give the same words, or nothing could be taken out
 * of the index again.
 *
 * Returns: (transfer full): what stands for @texts in the index, each gram once,
 *   with spaces between them
 *
 * Thread: any
 */
char *
envoi_letter_grams_make (const char *const *texts)
{
  g_autoptr (GArray) grams = g_array_new (FALSE, FALSE, sizeof (guint64));

  for (guint i = 0; texts[i]; i++) {
    g_autofree char *valid = g_utf8_make_valid (texts[i], -1);

    collect (grams, valid);
  }

  return join (grams);
}

/**
 * envoi_letter_grams_make_word:
 * @word: a word without spaces
 *
 * Returns: (transfer full): what a text with @word has in the index: one gram for
 *   up to two characters, else each pair of neighbours
 *
 * Thread: any
 */
char *
envoi_letter_grams_make_word (const char *word)
{
  g_autoptr (GArray) grams = g_array_new (FALSE, FALSE, sizeof (guint64));
  g_autoptr (GArray) pairs = g_array_new (FALSE, FALSE, sizeof (guint64));
  g_autofree char *valid = g_utf8_make_valid (word, -1);

  collect (grams, valid);
  for (guint i = 0; i < grams->len; i++) {
    guint64 gram = g_array_index (grams, guint64, i);

    if (gram >> SECOND_SHIFT != 0)
      g_array_append_val (pairs, gram);
  }

  return join (pairs->len > 0 ? pairs : grams);
}

/**
 * envoi_letter_grams_register:
 * @sqlite: an open database
 *
 * Makes the SQL functions grams() and holds() known, which statements of ours use;
 * one in the file's own schema may not.
 *
 * Returns: whether there was memory for it
 *
 * Thread: store
 */
gboolean
envoi_letter_grams_register (sqlite3 *sqlite)
{
  return add_function (sqlite, "grams", grams_cb) && add_function (sqlite, "holds", holds_cb);
}
