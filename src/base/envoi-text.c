/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-base"

#include "config.h"

#include "envoi-text.h"

#include <string.h>

/* Text that came from elsewhere is data: it is decoded, shortened and stripped
 * of everything that could steer a terminal or turn the reading direction. */

static gboolean
is_direction_mark (gunichar c)
{
  return (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069) ||
         c == 0x200e || c == 0x200f || c == 0x061c;
}

static gboolean
is_unwanted (gunichar c)
{
  GUnicodeType type = g_unichar_type (c);

  return type == G_UNICODE_CONTROL || type == G_UNICODE_UNASSIGNED ||
         type == G_UNICODE_SURROGATE || type == G_UNICODE_PRIVATE_USE ||
         c == 0x2028 || c == 0x2029 || c == 0xfeff || is_direction_mark (c);
}

static char *
decode (const char *bytes,
        gsize       length)
{
  static const char *const charsets[] = { "GB18030", "ISO-8859-1" };

  if (g_utf8_validate_len (bytes, length, NULL))
    return g_strndup (bytes, length);

  for (guint i = 0; i < G_N_ELEMENTS (charsets); i++) {
    char *text = g_convert (bytes, (gssize) length, "UTF-8", charsets[i], NULL, NULL, NULL);

    if (text)
      return text;
  }

  return g_strdup ("");
}

/**
 * envoi_text_decode_foreign:
 * @bytes: bytes from a server, a file name or a clipboard
 * @length: how many bytes
 * @max_chars: how many characters to keep at most
 *
 * Makes text that is safe to show: decoded as UTF-8, else GB18030 (QQ and
 * NetEase answer in it), else Latin-1; without control and direction
 * characters; line ends become one space each; an ellipsis ends what was cut.
 *
 * Returns: (transfer full): valid UTF-8
 *
 * Thread: any
 */
char *
envoi_text_decode_foreign (const char *bytes,
                           gsize       length,
                           gsize       max_chars)
{
  g_autofree char *text = decode (bytes, length);
  GString *clean = g_string_sized_new (length);
  gsize n_chars = 0;

  for (const char *p = text; *p; p = g_utf8_next_char (p)) {
    gunichar c = g_utf8_get_char (p);
    gboolean is_line_end = c == '\n' || c == '\t';

    if (!is_line_end && is_unwanted (c))
      continue;

    if (n_chars++ == max_chars) {
      g_string_append (clean, "…");
      break;
    }

    g_string_append_unichar (clean, is_line_end ? ' ' : c);
  }

  return g_string_free (clean, FALSE);
}

/**
 * envoi_text_is_one_line:
 * @text: UTF-8
 *
 * Tells whether @text may stand in a header field or a command: no CR, LF, or
 * other control character but tab, and no Unicode line or paragraph separator.
 *
 * Returns: whether it may
 *
 * Thread: any
 */
gboolean
envoi_text_is_one_line (const char *text)
{
  if (!g_utf8_validate (text, -1, NULL))
    return FALSE;

  for (const char *p = text; *p; p = g_utf8_next_char (p)) {
    gunichar c = g_utf8_get_char (p);

    if (c != '\t' && (g_unichar_iscntrl (c) || c == 0x2028 || c == 0x2029))
      return FALSE;
  }

  return TRUE;
}
