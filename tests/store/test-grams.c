/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-test"

#include "config.h"

#include "envoi-test.h"

#include "envoi-letter-grams-private.h"

/* What the index of short words knows of a text. */

static void
test_texts (void)
{
  static const struct {
    const char *first;
    const char *second;
    const char *grams;
  } cases[] = {
    { "", NULL, "" },
    { " \n\t ", NULL, "" },
    { "a", NULL, "61" },
    { "ab", NULL, "61 62 61x62" },
    { "BA", NULL, "61 62 62x61" },
    { "a b", NULL, "61 62" },
    { "a", "b", "61 62" },
    { "aaaa", "aa", "61 61x61" },
    { "a\nb", NULL, "61 62" },
    { "会议", NULL, "4f1a 8bae 4f1ax8bae" },
    { "会　议", NULL, "4f1a 8bae" },
    { "É%", NULL, "25 e9 e9x25" },
    { "\xff" "a", NULL, "61 fffd fffdx61" },
    { "𠮷", NULL, "20bb7" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    const char *const texts[] = { cases[i].first, cases[i].second, NULL };
    g_autofree char *grams = envoi_letter_grams_make (texts);

    g_assert_cmpstr (grams, ==, cases[i].grams);
  }
}

/* A word asks for as few grams as tell it: the pairs have the single characters in them. */
static void
test_words (void)
{
  static const struct {
    const char *word;
    const char *grams;
  } cases[] = {
    { "", "" },
    { "a", "61" },
    { "Ab", "61x62" },
    { "abc", "61x62 62x63" },
    { "aaaa", "61x61" },
    { "纪", "7eaa" },
    { "会议纪", "4f1ax8bae 8baex7eaa" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *grams = envoi_letter_grams_make_word (cases[i].word);

    g_assert_cmpstr (grams, ==, cases[i].grams);
  }
}

static void
test_functions (void)
{
  static const struct {
    const char *sql;
    const char *answer;
  } cases[] = {
    { "SELECT grams ('a', NULL, 'b')", "61 62" },
    { "SELECT grams ()", "" },
    { "SELECT holds ('ÉTÉ', 'un été', '')", "1" },
    { "SELECT holds ('été hiver', 'Hiver', 'Été')", "1" },
    { "SELECT holds ('été hiver', 'un été', '')", "0" },
    { "SELECT holds ('ab', 'a', 'b')", "0" },
    { "SELECT holds ('%', 'none')", "0" },
    { "SELECT holds ('', NULL)", "1" },
  };
  sqlite3 *sqlite = NULL;

  g_assert_cmpint (sqlite3_open (":memory:", &sqlite), ==, SQLITE_OK);
  g_assert_true (envoi_letter_grams_register (sqlite));
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    sqlite3_stmt *statement = NULL;

    g_test_message ("%s", cases[i].sql);
    g_assert_cmpint (sqlite3_prepare_v2 (sqlite, cases[i].sql, -1, &statement, NULL), ==,
                     SQLITE_OK);
    g_assert_cmpint (sqlite3_step (statement), ==, SQLITE_ROW);
    g_assert_cmpstr ((const char *) sqlite3_column_text (statement, 0), ==, cases[i].answer);
    sqlite3_finalize (statement);
  }
  sqlite3_close (sqlite);
}

int
main (int    argc,
      char **argv)
{
  envoi_test_init (&argc, &argv);

  g_test_add_func ("/envoi/store/grams/texts", test_texts);
  g_test_add_func ("/envoi/store/grams/words", test_words);
  g_test_add_func ("/envoi/store/grams/functions", test_functions);

  return g_test_run ();
}
