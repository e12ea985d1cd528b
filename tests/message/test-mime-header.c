/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-test"

#include "config.h"

#include "envoi-test.h"

#include "envoi-mime-private.h"

#include <string.h>

/* Header fields, read back by a decoder of the test's own. */

#define WORD "=\\?UTF-8\\?B\\?([A-Za-z0-9+/=]*)\\?="

/* What a value is made of: one, two, three and four octets, and what RFC 2047
 * and RFC 2231 give a meaning to. */
static const char *const pieces[] = {
  "a", "Z", "9", " ", "é", "я", "汉", "字", "😀", "𠮷", "=?", "?=", "=", "?", "_", "\"", "\\", ",", "<",
  ">", "(", ")", ";", ":", "@", "%", "'", "*", "word", "averyveryverylongword", "  ", ".",
};

static char *
make_random (GRand *rand,
             gint32 max_pieces)
{
  GString *value = g_string_new (NULL);
  gint32 n = g_rand_int_range (rand, 0, max_pieces);

  for (gint32 i = 0; i < n; i++)
    g_string_append (value, pieces[g_rand_int_range (rand, 0, G_N_ELEMENTS (pieces))]);

  return g_string_free (value, FALSE);
}

/* Lines, their length, and that only whole characters are in a word. */
static void
check_field (const char *field)
{
  g_auto (GStrv) lines = g_strsplit (field, "\r\n", -1);
  guint n_lines = g_strv_length (lines);

  g_assert_cmpuint (n_lines, >=, 2);
  g_assert_cmpstr (lines[n_lines - 1], ==, "");
  g_assert_true (g_str_is_ascii (field));

  for (guint i = 0; i + 1 < n_lines; i++) {
    g_assert_null (strpbrk (lines[i], "\r\n"));
    g_assert_cmpuint (strlen (lines[i]), <=, ENVOI_MIME_MAX_LINE);
    if (strstr (lines[i], "=?UTF-8?B?"))
      g_assert_cmpuint (strlen (lines[i]), <=, ENVOI_MIME_GOOD_LINE);
    if (i > 0) {
      g_assert_cmpint (lines[i][0], ==, ' ');
      g_assert_cmpuint (strspn (lines[i], " "), <, strlen (lines[i]));
    }
  }
}

static gboolean
decode_word_cb (const GMatchInfo *match,
                GString          *result,
                gpointer          user_data)
{
  guint *n_padded = user_data;
  g_autofree char *payload = g_match_info_fetch (match, 1);
  gsize length;
  g_autofree guchar *octets = g_base64_decode (payload, &length);

  g_assert_cmpuint (strlen (payload) + strlen ("=?UTF-8?B?" "?="), <=, 75);
  g_assert_true (g_utf8_validate ((const char *) octets, (gssize) length, NULL));
  g_string_append_len (result, (const char *) octets, (gssize) length);
  *n_padded += strchr (payload, '=') != NULL;
  return FALSE;
}

/* RFC 2047 section 6.2: the space between two encoded words is not there. */
static char *
decode_value (const char *value,
              guint      *n_padded)
{
  g_auto (GStrv) lines = g_strsplit (value, "\r\n", -1);
  g_autofree char *unfolded = g_strjoinv ("", lines);
  g_autoptr (GRegex) between = g_regex_new ("(" WORD ") +(?=" WORD ")", 0, 0, NULL);
  g_autoptr (GRegex) word = g_regex_new (WORD, 0, 0, NULL);
  g_autofree char *joined = g_regex_replace (between, unfolded, -1, 0, "\\1", 0, NULL);

  *n_padded = 0;
  return g_regex_replace_eval (word, joined, -1, 0, 0, decode_word_cb, n_padded, NULL);
}

static void
check_text (const char *name,
            const char *value)
{
  g_autoptr (GString) field = g_string_new (NULL);
  g_autofree char *start = g_strconcat (name, ": ", NULL);
  g_autofree char *decoded = NULL;
  guint n_padded;

  envoi_mime_append_text (field, name, value);
  if (!*value) {
    g_assert_cmpuint (strlen (field->str), ==, strlen (name) + 3);
    return;
  }

  check_field (field->str);
  g_assert_true (g_str_has_prefix (field->str, start));
  decoded = decode_value (field->str + strlen (start), &n_padded);
  g_assert_cmpstr (decoded, ==, value);
}

static void
test_text (void)
{
  static const char *const names[] = { "Subject", "X-A", "X-Very-Long-Name-Of-A-Field-Indeed-So" };
  g_autoptr (GRand) rand = g_rand_new_with_seed (41);

  for (guint i = 0; i < 20000; i++) {
    g_autofree char *value = make_random (rand, 60);

    check_text (names[i % G_N_ELEMENTS (names)], value);
  }
}

/* A field's name of the longest kind leaves room for a word all the same. */
static void
test_long_names (void)
{
  for (gsize length = 1; length <= 64; length++) {
    g_autofree char *name = g_strnfill (length, 'X');
    g_autoptr (GString) field = g_string_new (NULL);
    g_autofree char *decoded = NULL;
    guint n_padded;

    envoi_mime_append_text (field, name, "汉字😀汉字汉字汉字汉字汉字汉字汉字");
    decoded = decode_value (field->str + length + 2, &n_padded);
    g_assert_cmpstr (decoded, ==, "汉字😀汉字汉字汉字汉字汉字汉字汉字");
  }
}

/* Where it is possible, no word but the last is padded. */
static void
test_padding (void)
{
  static const char *const characters[] = { "a", "é", "汉", "😀" };

  for (guint i = 0; i < G_N_ELEMENTS (characters); i++) {
    g_autoptr (GString) value = g_string_new ("é");
    g_autoptr (GString) field = g_string_new (NULL);
    g_autofree char *decoded = NULL;
    guint n_padded;

    g_string_truncate (value, 0);
    for (guint j = 0; j < 200; j++)
      g_string_append (value, characters[i]);
    if (i == 0)
      g_string_append (value, "é");
    envoi_mime_append_text (field, "Subject", value->str);
    decoded = decode_value (field->str + strlen ("Subject: "), &n_padded);
    g_assert_cmpstr (decoded, ==, value->str);
    g_assert_cmpuint (n_padded, <=, 1);
  }
}

static void
test_plain (void)
{
  static const struct {
    const char *name;
    const char *value;
    const char *field;
  } cases[] = {
    { "Subject", "Hello", "Subject: Hello\r\n" },
    { "Subject", "a b", "Subject: a b\r\n" },
    { "Subject", "", "Subject:\r\n" },
    { "Subject", "你好", "Subject: =?UTF-8?B?5L2g5aW9?=\r\n" },
    { "Subject", "=?x?=", "Subject: =?UTF-8?B?PT94Pz0=?=\r\n" },
    { "Subject", "a  b", "Subject: =?UTF-8?B?YSAgYg==?=\r\n" },
    { "Subject", " a", "Subject: =?UTF-8?B?IGE=?=\r\n" },
    { "Subject", "a\tb", "Subject: =?UTF-8?B?YQli?=\r\n" },
    { "X-Link", "https://x.cn/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
      "X-Link: https://x.cn/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\r\n" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GString) field = g_string_new (NULL);

    envoi_mime_append_text (field, cases[i].name, cases[i].value);
    g_assert_cmpstr (field->str, ==, cases[i].field);
  }
}

static void
test_words (void)
{
  g_autoptr (GString) ids = g_string_new (NULL);
  g_autoptr (GString) field = g_string_new (NULL);
  g_auto (GStrv) lines = NULL;
  g_autofree char *unfolded = NULL;
  g_autofree char *expected = NULL;

  for (guint i = 0; i < 50; i++)
    g_string_append_printf (ids, "%s<id-%u-of-a-long-thread@example.org>", i > 0 ? " " : "", i);
  envoi_mime_append_words (field, "References", ids->str);
  check_field (field->str);
  lines = g_strsplit (field->str, "\r\n", -1);
  for (guint i = 0; lines[i]; i++)
    g_assert_cmpuint (strlen (lines[i]), <=, ENVOI_MIME_GOOD_LINE);
  unfolded = g_strjoinv ("", lines);
  expected = g_strconcat ("References: ", ids->str, NULL);
  g_assert_cmpstr (unfolded, ==, expected);
}

/* Whoever reads the field finds the same addresses; our own parser stands for
 * them here, judge-letters.py asks others. */
static void
test_addresses (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (43);

  for (guint i = 0; i < 5000; i++) {
    g_autoptr (GPtrArray) addresses =
      g_ptr_array_new_with_free_func ((GDestroyNotify) envoi_address_unref);
    g_autoptr (GPtrArray) again = NULL;
    g_autoptr (GString) field = g_string_new (NULL);
    g_autoptr (GError) error = NULL;
    g_autofree char *decoded = NULL;
    gint32 n = g_rand_int_range (rand, 1, 6);
    guint n_padded;

    for (gint32 j = 0; j < n; j++) {
      g_autofree char *name = make_random (rand, 12);
      g_autofree char *mailbox = g_strdup_printf ("user%d@example%u.org", j, i);

      g_ptr_array_add (addresses, envoi_address_new (name, mailbox, &error));
      g_assert_no_error (error);
    }

    envoi_mime_append_addresses (field, "Cc", addresses);
    check_field (field->str);
    /* A quoted name with encoded words in it would be read wrongly. */
    g_assert_false (g_regex_match_simple ("^(?:[^\"]|\"(?:[^\"\\\\]|\\\\.)*\")*\"(?:[^\"\\\\]|\\\\.)*"
                                          "=\\?UTF-8\\?(?:[^\"\\\\]|\\\\.)*\"", field->str,
                                          G_REGEX_DOTALL, 0));
    decoded = decode_value (field->str + strlen ("Cc: "), &n_padded);
    for (gint32 j = 0; j < n; j++) {
      const char *mailbox = envoi_address_get_mailbox (g_ptr_array_index (addresses, j));

      g_assert_nonnull (strstr (decoded, mailbox));
    }
  }
}

static void
test_nobody (void)
{
  g_autoptr (GPtrArray) addresses = g_ptr_array_new ();
  g_autoptr (GString) field = g_string_new (NULL);

  envoi_mime_append_addresses (field, "Cc", addresses);
  g_assert_cmpstr (field->str, ==, "");
}

/* The value of ";\r\n name=..." in all three of its forms. */
static char *
decode_parameter (const char *parameter)
{
  g_autoptr (GRegex) part = g_regex_new (";\r\n name(?:\\*(?:(\\d+)\\*)?=(?:UTF-8'')?([^\\s;\"]*)|=\"([^\"]*)\")",
                                         0, 0, NULL);
  g_autoptr (GMatchInfo) match = NULL;
  GString *value = g_string_new (NULL);
  guint n_parts = 0;
  gsize n_read = 0;

  g_regex_match (part, parameter, 0, &match);
  for (; g_match_info_matches (match); g_match_info_next (match, NULL)) {
    g_autofree char *whole = g_match_info_fetch (match, 0);
    g_autofree char *number = g_match_info_fetch (match, 1);
    g_autofree char *percent = g_match_info_fetch (match, 2);
    g_autofree char *quoted = g_match_info_fetch (match, 3);

    if (*percent) {
      g_autofree char *decoded = g_uri_unescape_string (percent, NULL);

      if (*number)
        g_assert_cmpuint (g_ascii_strtoull (number, NULL, 10), ==, n_parts);
      g_assert_nonnull (decoded);
      g_string_append (value, decoded);
    } else if (quoted) {
      g_string_append (value, quoted);
    }
    n_read += strlen (whole);
    n_parts++;
  }

  g_assert_cmpuint (n_read, ==, strlen (parameter));
  return g_string_free (value, FALSE);
}

static void
test_parameter (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (47);

  for (guint i = 0; i < 10000; i++) {
    g_autofree char *value = make_random (rand, i % 50 == 0 ? 400 : 30);
    g_autoptr (GString) parameter = g_string_new (NULL);
    g_autofree char *decoded = NULL;

    envoi_mime_append_parameter (parameter, "name", value);
    g_assert_true (g_str_is_ascii (parameter->str));
    decoded = decode_parameter (parameter->str);
    g_assert_cmpstr (decoded, ==, value);
  }
}

static void
test_old_parameter (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (53);

  for (guint i = 0; i < 10000; i++) {
    g_autofree char *value = make_random (rand, i % 50 == 0 ? 400 : 30);
    g_autoptr (GString) parameter = g_string_new (NULL);
    g_autofree char *decoded = NULL;
    gsize length;
    guint n_padded;

    envoi_mime_append_old_parameter (parameter, "name", value);
    length = parameter->len;
    g_assert_true (g_str_has_prefix (parameter->str, ";\r\n name=\""));
    g_assert_cmpint (parameter->str[length - 1], ==, '"');
    g_string_truncate (parameter, length - 1);
    /* No other quotation mark can end it early. */
    g_assert_null (strpbrk (parameter->str + strlen (";\r\n name=\""), "\"\\"));
    decoded = decode_value (parameter->str + strlen (";\r\n name=\""), &n_padded);
    g_assert_cmpstr (decoded, ==, value);
  }
}

int
main (int    argc,
      char **argv)
{
  envoi_test_init (&argc, &argv);

  g_test_add_func ("/envoi/message/mime-header/text", test_text);
  g_test_add_func ("/envoi/message/mime-header/long-names", test_long_names);
  g_test_add_func ("/envoi/message/mime-header/padding", test_padding);
  g_test_add_func ("/envoi/message/mime-header/plain", test_plain);
  g_test_add_func ("/envoi/message/mime-header/words", test_words);
  g_test_add_func ("/envoi/message/mime-header/addresses", test_addresses);
  g_test_add_func ("/envoi/message/mime-header/nobody", test_nobody);
  g_test_add_func ("/envoi/message/mime-header/parameter", test_parameter);
  g_test_add_func ("/envoi/message/mime-header/old-parameter", test_old_parameter);

  return g_test_run ();
}
