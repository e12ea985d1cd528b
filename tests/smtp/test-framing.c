/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-test"

#include "config.h"

#include "envoi-smtp-error.h"
#include "envoi-smtp-framing.h"

#include "envoi-test.h"

#include <string.h>

typedef struct {
  const char *prose;
  const char *message;
  const char *wire;      /* NULL: refused */
} Case;

static const Case cases[] = {
  { "an empty message", "", ".\r\n" },
  { "a line", "a\r\n", "a\r\n.\r\n" },
  { "a line without an end gets one", "a", "a\r\n.\r\n" },
  { "a dot alone", ".\r\n", "..\r\n.\r\n" },
  { "a dot alone without an end", ".", "..\r\n.\r\n" },
  { "two dots", "..\r\n", "...\r\n.\r\n" },
  { "a dot that begins a line", "a\r\n.b\r\n", "a\r\n..b\r\n.\r\n" },
  { "a dot within a line", "a.\r\nb.c\r\n", "a.\r\nb.c\r\n.\r\n" },
  { "what looks like the end", "a\r\n.\r\nMAIL FROM:<>\r\n", "a\r\n..\r\nMAIL FROM:<>\r\n.\r\n" },
  { "empty lines", "\r\n\r\n", "\r\n\r\n.\r\n" },
  { "LF dot LF", "a\n.\nb\r\n", NULL },
  { "CR dot CR", "a\r.\rb\r\n", NULL },
  { "CR dot LF", "a\r.\nb\r\n", NULL },
  { "LF dot CR", "a\n.\rb\r\n", NULL },
  { "LF dot CRLF", "a\n.\r\nb\r\n", NULL },
  { "CRLF dot LF", "a\r\n.\nb\r\n", NULL },
  { "CRLF dot CR", "a\r\n.\rb\r\n", NULL },
  { "CR CR LF dot CR CR LF", "a\r\r\n.\r\r\nb\r\n", NULL },
  { "a CR at the very end", "a\r", NULL },
};

static gboolean
frame (const char *message,
       gsize       length,
       gsize       piece,
       GByteArray *wire)
{
  EnvoiSmtpFraming framing;

  envoi_smtp_framing_init (&framing);
  for (gsize i = 0; i < length; i += piece)
    if (!envoi_smtp_framing_append_data (&framing, wire, (const guint8 *) message + i,
                                         MIN (piece, length - i), NULL))
      return FALSE;

  if (framing.is_after_cr)
    return FALSE;

  envoi_smtp_framing_append_end (&framing, wire);
  return TRUE;
}

static gboolean
check (const char *message,
       gsize       length,
       gsize       piece)
{
  EnvoiSmtpFraming framing;

  envoi_smtp_framing_init (&framing);
  for (gsize i = 0; i < length; i += piece)
    if (!envoi_smtp_framing_check (&framing, (const guint8 *) message + i,
                                   MIN (piece, length - i), NULL))
      return FALSE;

  return !framing.is_after_cr;
}

/* Every message, cut at every offset: a boundary between pieces means nothing. */
static void
test_cases (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    gsize length = strlen (cases[i].message);

    g_test_message ("%s", cases[i].prose);
    for (gsize piece = 1; piece <= length + 1; piece++) {
      g_autoptr (GByteArray) wire = g_byte_array_new ();
      gboolean is_framed = frame (cases[i].message, length, piece, wire);

      g_assert_true (is_framed == (cases[i].wire != NULL));
      g_assert_true (check (cases[i].message, length, piece) == is_framed);
      if (is_framed)
        g_assert_cmpmem (wire->data, wire->len, cases[i].wire, strlen (cases[i].wire));
    }
  }
}

static void
test_nul (void)
{
  static const char message[] = "a\r\n\0.\r\n";
  g_autoptr (GByteArray) wire = g_byte_array_new ();

  g_assert_false (frame (message, sizeof message - 1, 100, wire));
  g_assert_false (check (message, sizeof message - 1, 100));
}

/* The receiver's side of RFC 5321 section 4.5.2; returns what comes after the end. */
static const char *
unframe (const GByteArray *wire,
         GString          *message)
{
  const char *p = (const char *) wire->data;
  const char *end = p + wire->len;

  while (p < end) {
    const char *line_end = memmem (p, (gsize) (end - p), "\r\n", 2);

    g_assert_nonnull (line_end);
    if (line_end - p == 1 && *p == '.')
      return line_end + 2;

    p += *p == '.' ? 1 : 0;
    g_string_append_len (message, p, line_end + 2 - p);
    p = line_end + 2;
  }

  g_assert_not_reached ();
}

static void
check_wire (const GByteArray *wire)
{
  for (guint i = 0; i < wire->len; i++) {
    if (wire->data[i] == '\n')
      g_assert_true (i > 0 && wire->data[i - 1] == '\r');
    if (wire->data[i] == '\r')
      g_assert_true (i + 1 < wire->len && wire->data[i + 1] == '\n');
  }
}

/* Random octets with many line ends and dots: either refused, or on the wire
 * there is one end, which is the last thing, and the message comes back. */
static void
test_random (void)
{
  static const char *const parts[] = { "\r\n", "\r\n", ".", ".", "a", "\r", "\n", "\xff", "MAIL" };

  for (guint i = 0; i < 50000; i++) {
    g_autoptr (GString) message = g_string_new (NULL);
    g_autoptr (GString) back = g_string_new (NULL);
    g_autoptr (GByteArray) wire = g_byte_array_new ();
    /* Most messages are clean, so that they get through. */
    gint n_parts = g_test_rand_int_range (0, 8) == 0 ? 9 : 5;

    for (gint j = g_test_rand_int_range (0, 12); j > 0; j--)
      g_string_append (message, parts[g_test_rand_int_range (0, n_parts)]);

    if (!frame (message->str, message->len, (gsize) g_test_rand_int_range (1, 5), wire))
      continue;

    check_wire (wire);
    g_assert_true (unframe (wire, back) == (const char *) wire->data + wire->len);
    if (message->len > 0 && !g_str_has_suffix (message->str, "\r\n"))
      g_string_append (message, "\r\n");
    g_assert_cmpmem (back->str, back->len, message->str, message->len);
  }
}

static void
test_chunk (void)
{
  g_autoptr (GByteArray) wire = g_byte_array_new ();
  static const char expected[] = "BDAT 1048576\r\nBDAT 0 LAST\r\n";

  envoi_smtp_framing_append_chunk (wire, 1048576, FALSE);
  envoi_smtp_framing_append_chunk (wire, 0, TRUE);
  g_assert_cmpmem (wire->data, wire->len, expected, sizeof expected - 1);
}

int
main (int    argc,
      char **argv)
{
  envoi_test_init (&argc, &argv);

  g_test_add_func ("/envoi/smtp/framing/cases", test_cases);
  g_test_add_func ("/envoi/smtp/framing/nul", test_nul);
  g_test_add_func ("/envoi/smtp/framing/random", test_random);
  g_test_add_func ("/envoi/smtp/framing/chunk", test_chunk);

  return g_test_run ();
}
