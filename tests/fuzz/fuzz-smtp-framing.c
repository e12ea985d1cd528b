/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "envoi-smtp-framing.h"

#include <string.h>

/* Whatever the message, it is refused, or the receiver's reading of the wire
 * gives it back, ends where the wire ends, and saw no lone CR or LF. */

int LLVMFuzzerTestOneInput (const guint8 *data,
                            gsize         size);

static GByteArray *
frame (const guint8 *data,
       gsize         size,
       gsize         piece)
{
  g_autoptr (GByteArray) wire = g_byte_array_new ();
  EnvoiSmtpFraming framing;

  envoi_smtp_framing_init (&framing);
  for (gsize i = 0; i < size; i += piece)
    if (!envoi_smtp_framing_append_data (&framing, wire, data + i, MIN (piece, size - i), NULL))
      return NULL;

  if (framing.is_after_cr)
    return NULL;

  envoi_smtp_framing_append_end (&framing, wire);
  return g_steal_pointer (&wire);
}

static void
check (const GByteArray *wire,
       const guint8     *data,
       gsize             size)
{
  const char *p = (const char *) wire->data;
  const char *end = p + wire->len;
  g_autoptr (GByteArray) back = g_byte_array_new ();
  gboolean is_over = FALSE;

  while (!is_over) {
    const char *line_end = memmem (p, (gsize) (end - p), "\r\n", 2);

    g_assert_true (line_end != NULL);
    g_assert_true (memchr (p, '\n', (gsize) (line_end - p)) == NULL);
    g_assert_true (memchr (p, '\r', (gsize) (line_end - p)) == NULL);
    is_over = line_end - p == 1 && *p == '.';
    p += *p == '.' ? 1 : 0;
    if (!is_over)
      g_byte_array_append (back, (const guint8 *) p, (guint) (line_end + 2 - p));
    p = line_end + 2;
  }

  g_assert_true (p == end);
  g_assert_true (back->len == size || back->len == size + 2);
  g_assert_true (size == 0 || memcmp (back->data, data, size) == 0);
}

int
LLVMFuzzerTestOneInput (const guint8 *data,
                        gsize         size)
{
  g_autoptr (GByteArray) whole = frame (data, size, MAX (size, 1));
  g_autoptr (GByteArray) pieces = frame (data, size, 3);

  g_assert_true ((whole == NULL) == (pieces == NULL));
  if (!whole)
    return 0;

  g_assert_true (whole->len == pieces->len && memcmp (whole->data, pieces->data, whole->len) == 0);
  check (whole, data, size);
  return 0;
}
