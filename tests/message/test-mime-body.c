/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-test"

#include "config.h"

#include "envoi-test.h"

#include "envoi-mime-private.h"

#include <string.h>

/* Bodies, read back by a decoder of the test's own. */

static char *
decode_quoted_printable (const char *body)
{
  GString *out = g_string_new (NULL);

  for (const char *p = body; *p; p++) {
    if (*p != '=') {
      g_string_append_c (out, *p);
    } else if (strncmp (p, "=\r\n", 3) == 0) {
      p += 2;
    } else {
      g_assert_true (g_ascii_isxdigit (p[1]) && g_ascii_isxdigit (p[2]));
      g_string_append_c (out, (char) (g_ascii_xdigit_value (p[1]) * 16 +
                                      g_ascii_xdigit_value (p[2])));
      p += 2;
    }
  }

  return g_string_free (out, FALSE);
}

/* What the text is to become: one kind of line end, and one after the last line. */
static char *
canonicalize (const char *text)
{
  g_auto (GStrv) crlf = g_strsplit (text, "\r\n", -1);
  g_autofree char *without = g_strjoinv ("\n", crlf);
  g_auto (GStrv) lines = g_strsplit (g_strdelimit (without, "\r", '\n'), "\n", -1);
  char *joined = g_strjoinv ("\r\n", lines);

  if (*joined && !g_str_has_suffix (joined, "\r\n")) {
    char *ended = g_strconcat (joined, "\r\n", NULL);

    g_free (joined);
    return ended;
  }

  return joined;
}

static void
check_lines (const char *body,
             gsize       longest)
{
  g_auto (GStrv) lines = g_strsplit (body, "\r\n", -1);

  g_assert_true (g_str_is_ascii (body));
  for (guint i = 0; lines[i]; i++) {
    gsize length = strlen (lines[i]);

    g_assert_null (strpbrk (lines[i], "\r\n"));
    g_assert_cmpuint (length, <=, longest);
    /* Relays take spaces off the ends of lines and put > before From. */
    g_assert_true (length == 0 || !strchr (" \t", lines[i][length - 1]));
    g_assert_false (g_str_has_prefix (lines[i], "From "));
  }
}

static const char *
check_body (const char *text)
{
  const char *encoding;
  g_autofree char *body = envoi_mime_encode_body (text, &encoding);
  g_autofree char *expected = canonicalize (text);
  g_autofree char *found = NULL;
  gsize length = 0;

  check_lines (body, strcmp (encoding, "7bit") == 0 ? 78 : 76);
  if (strcmp (encoding, "7bit") == 0)
    found = g_strdup (body);
  else if (strcmp (encoding, "quoted-printable") == 0)
    found = decode_quoted_printable (body);
  else
    found = (char *) g_base64_decode (body, &length);

  if (strcmp (encoding, "base64") == 0)
    g_assert_cmpmem (found, length, expected, strlen (expected));
  else
    g_assert_cmpstr (found, ==, expected);
  return encoding;
}

static void
test_cases (void)
{
  g_autofree char *line_78 = g_strnfill (78, 'x');
  g_autofree char *line_79 = g_strnfill (79, 'x');
  const struct {
    const char *text;
    const char *encoding;
  } cases[] = {
    { "", "7bit" },
    { "a", "7bit" },
    { "a\r\nb\rc\n", "7bit" },
    { "\n\n\n", "7bit" },
    { "a\tb", "7bit" },
    { ".\n..\n", "7bit" },
    { "=20", "7bit" },
    { line_78, "7bit" },
    { line_79, "quoted-printable" },
    { "a \nb", "quoted-printable" },
    { "a\t\n", "quoted-printable" },
    { "a ", "quoted-printable" },
    { "-- \nWei", "quoted-printable" },
    { "From me", "quoted-printable" },
    { "a\nFrom me", "quoted-printable" },
    { "a\fb", "quoted-printable" },
    { "A long line of words in which only one, é, is foreign", "quoted-printable" },
    { "é", "base64" },
    { "你好", "base64" },
    { "😀😀😀", "base64" },
    { "你好 From me\n \n", "base64" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_test_message ("%s", cases[i].text);
    g_assert_cmpstr (check_body (cases[i].text), ==, cases[i].encoding);
  }
}

static void
test_random (void)
{
  static const char *const pieces[] = {
    "a", " ", "\t", "\n", "\r", "\r\n", "=", "From ", ".", "é", "汉", "😀", "-- ", "\f", "\x7f", "=\n", "word ",
    "averyveryveryveryveryveryveryveryveryveryverylongwordwithoutanyspace", "\u2028", "=3D", "--=_",
  };
  g_autoptr (GRand) rand = g_rand_new_with_seed (67);

  for (guint i = 0; i < 10000; i++) {
    g_autoptr (GString) text = g_string_new (NULL);
    gint32 n = g_rand_int_range (rand, 0, 80);
    /* Now and then hardly a foreign character, so that each encoding is chosen. */
    gint32 n_pieces = i % 2 ? 9 : G_N_ELEMENTS (pieces);

    for (gint32 j = 0; j < n; j++)
      g_string_append (text, pieces[g_rand_int_range (rand, 0, n_pieces)]);
    check_body (text->str);
  }
}

/* The place of a soft line end moves over each kind of character. */
static void
test_line_length (void)
{
  static const char *const ends[] = { " ", "\t", "=", "é", "😀", ".", " \n", "=\n", "é\n" };

  for (gsize length = 60; length < 84; length++) {
    for (guint i = 0; i < G_N_ELEMENTS (ends); i++) {
      g_autofree char *filled = g_strnfill (length, 'x');
      g_autofree char *text = g_strconcat (filled, ends[i], filled, ends[i], NULL);

      check_body (text);
    }
  }
}

int
main (int    argc,
      char **argv)
{
  envoi_test_init (&argc, &argv);

  g_test_add_func ("/envoi/message/mime-body/cases", test_cases);
  g_test_add_func ("/envoi/message/mime-body/random", test_random);
  g_test_add_func ("/envoi/message/mime-body/line-length", test_line_length);

  return g_test_run ();
}
