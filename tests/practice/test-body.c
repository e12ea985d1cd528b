/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "envoi-practice-body.h"
#include "envoi-test.h"

#define MAX_SIZE 100000

typedef struct {
  const char *about;
  const char *wire;
  const char *text;       /* what is kept, when it is sound */
  const char *rest;       /* what follows the end */
  EnvoiPracticeBodyFault fault;
} Row;

#define SOUND ENVOI_PRACTICE_BODY_SOUND
#define BARE ENVOI_PRACTICE_BODY_BARE_LINE_END
#define EIGHT ENVOI_PRACTICE_BODY_EIGHT_BIT

static const Row dotted_rows[] = {
  { "A message and its end.", "a\r\nb\r\n.\r\n", "a\r\nb\r\n", "", SOUND },
  { "An empty message.", ".\r\n", "", "", SOUND },
  { "Stuffed dots.", "..\r\n..a\r\n...\r\n.\r\n", ".\r\n.a\r\n..\r\n", "", SOUND },
  { "A dot that nobody stuffed loses itself.", ".a\r\n.\r\n", "a\r\n", "", SOUND },
  { "Dots inside a line stay.", "a.b.\r\n.\r\n", "a.b.\r\n", "", SOUND },
  { "What follows is the next command.", "a\r\n.\r\nQUIT\r\n", "a\r\n", "QUIT\r\n", SOUND },
  { "LF dot LF does not end it.", "a\n.\nMAIL\r\n.\r\n", NULL, NULL, BARE },
  { "LF dot CRLF does not end it.", "a\n.\r\nMAIL\r\n.\r\n", NULL, NULL, BARE },
  { "CRLF dot LF does not end it.", "a\r\n.\nMAIL\r\n.\r\n", NULL, NULL, BARE },
  { "CR dot CR does not end it.", "a\r.\rMAIL\r\n.\r\n", NULL, NULL, BARE },
  { "CRLF dot CR does not end it.", "a\r\n.\rMAIL\r\n.\r\n", NULL, NULL, BARE },
  { "CR CR LF is no line end.", "a\r\r\n.\r\n", NULL, NULL, BARE },
  { "A CR before the end is no line end.", "a\r\n\r.\r\n", NULL, NULL, BARE },
  { "Octets above 127 were not announced.", "\xc3\xa9\r\n.\r\n", NULL, "", EIGHT },
  { "A bare LF counts even after a lesser fault.", "\xc3\xa9\n.\r\n", NULL, NULL, BARE },
};

static void
check_row (const Row *row,
           gsize      step)
{
  g_autoptr (GByteArray) text = g_byte_array_new ();
  const guint8 *wire = (const guint8 *) row->wire;
  gsize length = strlen (row->wire);
  gsize done = 0;
  gsize used = 1;
  EnvoiPracticeBody body;

  envoi_practice_body_init (&body, TRUE, FALSE, MAX_SIZE);
  while (used > 0 && done < length) {
    used = envoi_practice_body_feed (&body, wire + done, MIN (step, length - done), text);
    done += used;
  }

  g_assert_cmpint (body.fault, ==, row->fault);
  g_assert_cmpint (envoi_practice_body_is_fatal (&body), ==, row->fault == BARE);
  if (row->text)
    g_assert_cmpmem (text->data, text->len, row->text, strlen (row->text));
  if (row->rest) {
    g_assert_cmpint (body.place, ==, ENVOI_PRACTICE_BODY_ENDED);
    g_assert_cmpstr (row->wire + done, ==, row->rest);
  }
}

/* However the bytes are cut, the result is the same. */
static void
test_dotted (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (dotted_rows); i++) {
    g_test_message ("%s", dotted_rows[i].about);
    for (gsize step = 1; step <= strlen (dotted_rows[i].wire); step++)
      check_row (&dotted_rows[i], step);
  }
}

static EnvoiPracticeBodyFault
feed_all (const char *wire,
          gsize       length,
          gboolean    is_eight_bit_fine,
          GByteArray *text)
{
  EnvoiPracticeBody body;

  envoi_practice_body_init (&body, FALSE, is_eight_bit_fine, MAX_SIZE);
  envoi_practice_body_feed (&body, (const guint8 *) wire, length, text);
  envoi_practice_body_end (&body);
  return body.fault;
}

static void
test_chunked (void)
{
  static const struct {
    const char *about;
    const char *wire;
    gsize length;
    EnvoiPracticeBodyFault fault;
  } rows[] = {
    { "Dots are left alone.", ".\r\n..\r\n", 7, SOUND },
    { "The last line may have no end.", "a", 1, SOUND },
    { "A CR at the end is bare.", "a\r", 2, BARE },
    { "A bare LF.", "a\nb", 3, BARE },
    { "A NUL.", "a\0b", 3, ENVOI_PRACTICE_BODY_NUL },
    { "UTF-8.", "\xc3\xa9\r\n", 4, SOUND },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (GByteArray) text = g_byte_array_new ();

    g_test_message ("%s", rows[i].about);
    g_assert_cmpint (feed_all (rows[i].wire, rows[i].length, TRUE, text), ==, rows[i].fault);
    if (rows[i].fault == SOUND)
      g_assert_cmpmem (text->data, text->len, rows[i].wire, rows[i].length);
  }
}

static void
test_limits (void)
{
  static const struct {
    const char *about;
    gsize line;
    gsize n_lines;
    EnvoiPracticeBodyFault fault;
  } rows[] = {
    { "998 octets in a line.", 998, 1, SOUND },
    { "999 octets in a line.", 999, 1, ENVOI_PRACTICE_BODY_LONG_LINE },
    { "As large as allowed.", 998, 100, SOUND },
    { "One line more.", 998, 101, ENVOI_PRACTICE_BODY_TOO_LARGE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (GByteArray) text = g_byte_array_new ();
    g_autoptr (GString) wire = g_string_new (NULL);

    g_test_message ("%s", rows[i].about);
    for (gsize n = 0; n < rows[i].n_lines; n++) {
      for (gsize c = 0; c < rows[i].line; c++)
        g_string_append_c (wire, 'x');
      g_string_append (wire, "\r\n");
    }

    g_assert_cmpint (feed_all (wire->str, wire->len, FALSE, text), ==, rows[i].fault);
    g_assert_cmpuint (text->len, <=, MAX_SIZE);
  }
}

int
main (int   argc,
      char *argv[])
{
  envoi_test_init (&argc, &argv);

  g_test_add_func ("/envoi/practice/body/dotted", test_dotted);
  g_test_add_func ("/envoi/practice/body/chunked", test_chunked);
  g_test_add_func ("/envoi/practice/body/limits", test_limits);

  return g_test_run ();
}
