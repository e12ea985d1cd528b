/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-message"

#include "config.h"

#include "envoi-mime-private.h"

#include <gmime/gmime.h>
#include <string.h>

/* Quoted-printable writes an octet beyond ASCII in three, base64 every three
 * octets in four: one foreign octet in six is where base64 becomes shorter. */
#define QUOTED_PRINTABLE_SHARE 6

static char *
to_line_feeds (const char *text)
{
  GString *clean = g_string_sized_new (strlen (text) + 1);

  for (const char *p = text; *p; p++) {
    if (*p == '\r' && p[1] == '\n')
      continue;
    g_string_append_c (clean, *p == '\r' ? '\n' : *p);
  }

  if (clean->len > 0 && clean->str[clean->len - 1] != '\n')
    g_string_append_c (clean, '\n');

  return g_string_free (clean, FALSE);
}

static char *
to_crlf (const char *text,
         gsize       length)
{
  GString *crlf = g_string_sized_new (length + length / 32);

  for (gsize i = 0; i < length; i++) {
    if (text[i] == '\n')
      g_string_append_c (crlf, '\r');
    g_string_append_c (crlf, text[i]);
  }

  return g_string_free (crlf, FALSE);
}

/* Whether @text may go as it is: short lines of ASCII that no relay is known to
 * touch, neither at their ends nor at a leading "From ". */
static gboolean
is_plain (const char *text)
{
  gsize column = 0;

  for (const char *p = text; *p; p++) {
    gboolean is_line_end = *p == '\n';

    if (is_line_end && p > text && (p[-1] == ' ' || p[-1] == '\t'))
      return FALSE;
    if (!is_line_end && *p != '\t' && !g_ascii_isprint (*p))
      return FALSE;
    if (column == 0 && g_str_has_prefix (p, "From "))
      return FALSE;

    column = is_line_end ? 0 : column + 1;
    if (column > ENVOI_MIME_GOOD_LINE + 2)
      return FALSE;
  }

  return TRUE;
}

static gboolean
is_shorter_in_base64 (const char *text)
{
  gsize n_foreign = 0;
  gsize length = 0;

  for (const char *p = text; *p; p++, length++)
    n_foreign += (guint8) *p >= 0x80;

  return n_foreign > length / QUOTED_PRINTABLE_SHARE;
}

/* Whether the octet at @p goes as it is (RFC 2045 section 6.7). Relays take spaces
 * off line ends and put > before "From ". */
static gboolean
is_literal (const char *p,
            gsize       column)
{
  if (*p == ' ' || *p == '\t')
    return p[1] != '\n' && p[1] != '\0';

  return g_ascii_isgraph (*p) && *p != '=' && !(column == 0 && g_str_has_prefix (p, "From "));
}

/* GMime's own encoder leaves "From " as it is and makes lines of 77 octets. */
static char *
encode_quoted_printable (const char *text)
{
  GString *out = g_string_new (NULL);
  gsize column = 0;

  for (const char *p = text; *p;) {
    const char *next = g_utf8_next_char (p);
    gsize width = is_literal (p, column) ? 1 : 3 * (gsize) (next - p);

    if (*p == '\n') {
      g_string_append (out, "\r\n");
      column = 0;
      p = next;
      continue;
    }

    /* A character is not parted, and room is kept for the "=" of a soft line end;
     * what follows it begins a line. */
    if (column + width > ENVOI_MIME_GOOD_LINE - 1) {
      g_string_append (out, "=\r\n");
      column = 0;
      continue;
    }

    if (width == 1)
      g_string_append_c (out, *p++);
    for (; p < next; p++)
      g_string_append_printf (out, "=%02X", (guint8) *p);
    column += width;
  }

  return g_string_free (out, FALSE);
}

static char *
encode_base64 (const char *text)
{
  GMimeEncoding state;
  gsize length = strlen (text);
  g_autofree char *out = NULL;
  gsize written;

  g_mime_encoding_init_encode (&state, GMIME_CONTENT_ENCODING_BASE64);
  out = g_malloc (g_mime_encoding_outlen (&state, length) + 1);
  written = g_mime_encoding_flush (&state, text, length, out);
  return to_crlf (out, written);
}

/**
 * envoi_mime_encode_body:
 * @text: text of any line ends, UTF-8
 * @encoding: (out) (transfer none): the Content-Transfer-Encoding
 *
 * Encodes a text part so that no line is over 76 octets (78 when it goes as it
 * is) and every octet is ASCII.
 *
 * Returns: (transfer full): lines that end with CRLF
 *
 * Thread: any
 */
char *
envoi_mime_encode_body (const char  *text,
                        const char **encoding)
{
  g_autofree char *lines = to_line_feeds (text);
  g_autofree char *canonical = NULL;

  if (is_plain (lines)) {
    *encoding = "7bit";
    return to_crlf (lines, strlen (lines));
  }

  if (!is_shorter_in_base64 (lines)) {
    *encoding = "quoted-printable";
    return encode_quoted_printable (lines);
  }

  /* Inside base64 line ends are CRLF too (RFC 2045 section 6.8). */
  *encoding = "base64";
  canonical = to_crlf (lines, strlen (lines));
  return encode_base64 (canonical);
}
