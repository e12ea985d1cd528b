/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-test"

#include "config.h"

#include "envoi-test.h"
#include "strict-html.h"

#include "envoi-html.h"

#include <string.h>

/* What programs put on the clipboard, what a letter keeps of it, and its plain
 * twin: data/clipboard/NAME.html, NAME.kept and NAME.text. With ENVOI_UPDATE set
 * to a folder, what comes out is written there, to be looked at and kept. */

#define MIN_SAMPLES 60

/* What a reader never sees, and what Office writes for older programs. */
#define UNSEEN "<!--.*?-->|<!\\[.*?\\]>|<(style|script|title|xml|svg|noscript|select)\\b.*?</\\1>|" \
  "<([a-z]+)\\b[^>]*display: ?none[^>]*>.*?</\\2>"

static void
compare (const char *name,
         const char *suffix,
         const char *found)
{
  g_autofree char *file = g_strdup_printf ("data/clipboard/%s.%s", name, suffix);
  const char *folder = g_getenv ("ENVOI_UPDATE");
  g_autofree char *wanted = NULL;

  if (folder) {
    g_autofree char *path = g_build_filename (folder, file, NULL);

    g_assert_true (g_file_set_contents (path, found, -1, NULL));
    return;
  }

  wanted = envoi_test_read (file, NULL);
  g_assert_cmpstr (found, ==, wanted);
}

static char *
replace (const char *text,
         const char *pattern,
         const char *with)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GRegex) regex = g_regex_new (pattern, G_REGEX_CASELESS | G_REGEX_DOTALL, 0, &error);
  char *result;

  g_assert_no_error (error);
  result = g_regex_replace_literal (regex, text, -1, 0, with, 0, &error);
  g_assert_no_error (error);
  return result;
}

static gboolean
decode_reference_cb (const GMatchInfo *match,
                     GString          *result,
                     gpointer          user_data)
{
  static const struct {
    const char *name;
    const char *character;
  } known[] = {
    { "amp", "&" }, { "lt", "<" }, { "gt", ">" }, { "quot", "\"" }, { "nbsp", " " }, { "bull", "•" },
  };
  g_autofree char *name = g_match_info_fetch (match, 1);
  g_autofree char *whole = g_match_info_fetch (match, 0);

  for (guint i = 0; i < G_N_ELEMENTS (known); i++) {
    if (strcmp (name, known[i].name) == 0) {
      g_string_append (result, known[i].character);
      return FALSE;
    }
  }

  if (*name == '#') {
    gboolean is_hexadecimal = name[1] == 'x';
    const char *digits = name + (is_hexadecimal ? 2 : 1);

    g_string_append_unichar (result,
                             (gunichar) g_ascii_strtoull (digits, NULL, is_hexadecimal ? 16 : 10));
  } else {
    g_string_append (result, whole);
  }
  return FALSE;
}

/* The words between the tags of @html, found without any HTML parser. */
static char **
list_words (const char *html)
{
  g_autofree char *seen = replace (html, UNSEEN, "");
  g_autofree char *text = replace (seen, "<(?:\"[^\"]*\"|'[^']*'|[^>\"'])*>", " ");
  g_autoptr (GRegex) reference = g_regex_new ("&(#?[a-z0-9]+);", G_REGEX_CASELESS, 0, NULL);
  g_autofree char *decoded = g_regex_replace_eval (reference, text, -1, 0, 0, decode_reference_cb,
                                                   NULL, NULL);

  return g_regex_split_simple ("[\\s\u00a0]+", decoded, 0, 0);
}

/* Each word of @from is in @to, and when @is_ordered after the one before. */
static void
assert_words (char       **from,
              const char  *to,
              gboolean     is_ordered)
{
  const char *at = to;

  for (guint i = 0; from[i]; i++) {
    const char *found = strstr (at, from[i]);

    if (!found)
      g_error ("“%s” is not kept in %s", from[i], to);
    if (is_ordered)
      at = found + strlen (from[i]);
  }
}

static void
check_text (const char *pasted,
            const char *kept,
            const char *text)
{
  g_auto (GStrv) pasted_words = list_words (pasted);
  g_auto (GStrv) kept_words = list_words (kept);
  g_autofree char *joined = g_strjoinv (" ", kept_words);
  g_autofree char *shown = replace (kept, "<rp>.*?</rp>", "");
  g_auto (GStrv) shown_words = list_words (shown);

  assert_words (pasted_words, joined, TRUE);
  assert_words (shown_words, text, FALSE);
}

static guint
count (const char *html,
       const char *pattern)
{
  g_autoptr (GRegex) regex = g_regex_new (pattern, G_REGEX_CASELESS, 0, NULL);
  g_autoptr (GMatchInfo) match = NULL;
  guint n = 0;

  g_regex_match (regex, html, 0, &match);
  for (; g_match_info_matches (match); g_match_info_next (match, NULL))
    n++;

  return n;
}

static void
check_structure (const char *pasted,
                 const char *kept)
{
  static const char *const kinds[] = {
    "<table\\b", "<tr\\b", "<t[dh]\\b", "<[ou]l\\b", "<li\\b", "<blockquote\\b", "<h[1-6]\\b", "<pre\\b",
    "colspan=", "rowspan=", "[ \n]href=[\"']?(?:https?://|mailto:)",
  };
  g_autofree char *seen = replace (pasted, UNSEEN, "");

  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++) {
    g_test_message ("%s", kinds[i]);
    g_assert_cmpuint (count (kept, kinds[i]), ==, count (seen, kinds[i]));
  }
}

static void
test_sample (gconstpointer user_data)
{
  const char *name = user_data;
  g_autofree char *file = g_strdup_printf ("data/clipboard/%s.html", name);
  g_autofree char *pasted = envoi_test_read (file, NULL);
  g_autoptr (GError) error = NULL;
  g_autofree char *kept = envoi_html_sanitize (pasted, &error);
  g_autofree char *again = NULL;
  g_autofree char *text = NULL;

  g_assert_no_error (error);
  again = envoi_html_sanitize (kept, &error);
  g_assert_cmpstr (again, ==, kept);
  text = envoi_html_to_text (kept);
  compare (name, "kept", kept);
  compare (name, "text", text);
  strict_html_check (kept);
  check_text (pasted, kept, text);
  check_structure (pasted, kept);
}

static void
test_number (void)
{
  g_autofree char *folder = g_test_build_filename (G_TEST_DIST, "data", "clipboard", NULL);
  g_autoptr (GDir) files = g_dir_open (folder, 0, NULL);
  guint n_samples = 0;

  for (const char *file = g_dir_read_name (files); file; file = g_dir_read_name (files))
    n_samples += g_str_has_suffix (file, ".html");

  g_assert_cmpuint (n_samples, >=, MIN_SAMPLES);
}

static void
add_samples (void)
{
  g_autofree char *folder = g_test_build_filename (G_TEST_DIST, "data", "clipboard", NULL);
  g_autoptr (GDir) files = g_dir_open (folder, 0, NULL);

  for (const char *file = g_dir_read_name (files); file; file = g_dir_read_name (files)) {
    char *name = g_strdup (file);
    g_autofree char *path = NULL;

    if (!g_str_has_suffix (file, ".html")) {
      g_free (name);
      continue;
    }
    *strrchr (name, '.') = '\0';
    path = g_strdup_printf ("/envoi/message/clipboard/%s", name);
    g_test_add_data_func_full (path, name, test_sample, g_free);
  }
}

int
main (int    argc,
      char **argv)
{
  envoi_test_init (&argc, &argv);

  g_test_add_func ("/envoi/message/clipboard/number", test_number);
  add_samples ();

  return g_test_run ();
}
