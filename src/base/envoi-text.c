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

/* Whether @text begins with @word, whatever the case; @length is in bytes of @text. */
static gboolean
begins_with (const char *text,
             const char *word,
             gsize      *length)
{
  const char *t = text;

  for (const char *w = word; *w; w = g_utf8_next_char (w)) {
    if (!*t || g_unichar_tolower (g_utf8_get_char (t)) != g_unichar_tolower (g_utf8_get_char (w)))
      return FALSE;
    t = g_utf8_next_char (t);
  }

  *length = (gsize) (t - text);
  return TRUE;
}

/**
 * envoi_text_find_word:
 * @text: UTF-8
 * @word: UTF-8; an empty one is nowhere
 * @length: (out): how many bytes of @text it takes, which may differ from @word's
 *
 * Finds a word as search does: anywhere, whatever the case of the letters.
 *
 * Returns: (transfer none) (nullable): the first place in @text
 *
 * Thread: any
 */
char *
envoi_text_find_word (const char *text,
                      const char *word,
                      gsize      *length)
{
  for (const char *p = text; *word && *p; p = g_utf8_next_char (p)) {
    if (begins_with (p, word, length))
      return (char *) p;
  }

  return NULL;
}

/* A part of a text on one line: a run of white space becomes one space. */
static char *
flatten (const char *start,
         const char *end)
{
  GString *line = g_string_sized_new ((gsize) (end - start));

  for (const char *p = start; p < end; p = g_utf8_next_char (p)) {
    gunichar c = g_utf8_get_char (p);
    gboolean is_space = g_unichar_isspace (c);

    if (!is_space)
      g_string_append_unichar (line, c);
    else if (line->len > 0 && line->str[line->len - 1] != ' ')
      g_string_append_c (line, ' ');
  }

  return g_strchomp (g_string_free (line, FALSE));
}

/**
 * envoi_text_make_excerpt:
 * @text: UTF-8
 * @word: what was looked for
 * @max_chars: how many characters to show at most, the ellipses apart
 *
 * Cuts out of a long text what stands around the first place of @word, a
 * quarter of it before, on one line.
 *
 * Returns: (transfer full) (nullable): %NULL when @word is not in @text
 *
 * Thread: any
 */
char *
envoi_text_make_excerpt (const char *text,
                         const char *word,
                         gsize       max_chars)
{
  gsize length;
  const char *start = envoi_text_find_word (text, word, &length);
  const char *end = start;
  gsize n_chars = 0;
  g_autofree char *line = NULL;

  if (!start)
    return NULL;

  for (; start > text && n_chars < max_chars / 4; n_chars++)
    start = g_utf8_prev_char (start);
  for (; *end && n_chars < max_chars; n_chars++)
    end = g_utf8_next_char (end);

  line = flatten (start, end);
  return g_strconcat (start > text ? "…" : "", line, *end ? "…" : "", NULL);
}

/**
 * envoi_text_fold_width:
 * @c: a character
 *
 * Undoes what an input method for Chinese or Japanese does in its full-width
 * mode. Only for what can hold nothing but ASCII: in a sentence these are
 * characters of their own.
 *
 * Returns: the ASCII character that a full-width one stands for; any other as it is
 *
 * Thread: any
 */
gunichar
envoi_text_fold_width (gunichar c)
{
  if (c >= 0xff01 && c <= 0xff5e)
    return c - 0xff01 + '!';
  if (c == 0x3002)
    return '.';

  return c == 0x3000 ? ' ' : c;
}

/**
 * envoi_text_dup_folded:
 * @text: UTF-8, typed or pasted into a field for an address or a name of a machine
 *
 * Returns: (transfer full): @text in ASCII width, without invisible characters
 *   and without white space around it
 *
 * Thread: any
 */
char *
envoi_text_dup_folded (const char *text)
{
  GString *folded = g_string_new (NULL);

  for (const char *p = text; *p; p = g_utf8_next_char (p)) {
    gunichar c = envoi_text_fold_width (g_utf8_get_char (p));

    if (g_unichar_isspace (c))
      g_string_append_c (folded, ' ');
    else if (g_unichar_type (c) != G_UNICODE_FORMAT)
      g_string_append_unichar (folded, c);
  }

  return g_strstrip (g_string_free (folded, FALSE));
}
