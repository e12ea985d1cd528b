/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-message"

#include "config.h"

#include "envoi-raw-private.h"

#include <string.h>

/* Where the line at @octets ends, and where the next one begins. */
static gsize
measure_line (const char *octets,
              gsize       length,
              gsize      *next)
{
  gsize end = 0;

  while (end < length && octets[end] != '\r' && octets[end] != '\n')
    end++;

  *next = end;
  if (*next < length && octets[*next] == '\r')
    (*next)++;
  if (*next < length && octets[*next] == '\n')
    (*next)++;

  return end;
}

static void
add_field (EnvoiRawHeader *header,
           const char     *line,
           gsize           length,
           gsize           name_length)
{
  const char *colon = memchr (line, ':', length);
  gsize value_at = (gsize) (colon - line) + 1;

  g_ptr_array_add (header->names, g_strndup (line, name_length));
  g_ptr_array_add (header->values, g_strndup (line + value_at, length - value_at));
}

/* Unfolding takes the line end away and leaves the space (RFC 5322 section 2.2.3). */
static void
continue_field (EnvoiRawHeader *header,
                const char     *line,
                gsize           length)
{
  char **value;
  g_autofree char *more = NULL;
  char *whole;

  if (header->values->len == 0)
    return;

  value = (char **) &g_ptr_array_index (header->values, header->values->len - 1);
  more = g_strndup (line, length);
  whole = g_strconcat (*value, more, NULL);
  g_free (*value);
  *value = whole;
}

/**
 * envoi_raw_measure_name:
 * @line: a line of a header
 * @length: its octets
 *
 * Returns: how long the field's name is, 0 when the line begins no field
 *
 * Thread: any
 */
gsize
envoi_raw_measure_name (const char *line,
                        gsize       length)
{
  gsize name_length = 0;
  gsize end;

  while (name_length < length && g_ascii_isgraph (line[name_length]) && line[name_length] != ':')
    name_length++;

  /* The obsolete syntax has spaces before the colon (RFC 5322 section 4.5). */
  end = name_length;
  while (end < length && (line[end] == ' ' || line[end] == '\t'))
    end++;

  return end < length && line[end] == ':' ? name_length : 0;
}

/**
 * envoi_raw_header_parse:
 * @header: (out caller-allocates): the fields
 * @octets: (array length=length): a message or its beginning
 * @length: how many octets
 *
 * Takes a header apart, with line ends of any kind and after the "From " line
 * of a mailbox file.
 *
 * Thread: any
 */
void
envoi_raw_header_parse (EnvoiRawHeader *header,
                        const char     *octets,
                        gsize           length)
{
  gsize at = 0;

  *header = (EnvoiRawHeader) {
    .names = g_ptr_array_new_with_free_func (g_free),
    .values = g_ptr_array_new_with_free_func (g_free),
  };

  while (at < length) {
    const char *line = octets + at;
    gsize next;
    gsize line_length = measure_line (line, length - at, &next);
    gsize name_length = envoi_raw_measure_name (line, line_length);
    gboolean is_continued = line_length > 0 && (*line == ' ' || *line == '\t');
    gboolean is_mailbox_line = at == 0 && name_length == 0 && line_length >= 5 &&
                               memcmp (line, "From ", 5) == 0;

    if (name_length > 0)
      add_field (header, line, line_length, name_length);
    else if (is_continued)
      continue_field (header, line, line_length);
    else if (!is_mailbox_line)
      break;

    for (gsize i = 0; i < line_length; i++)
      header->has_8bit = header->has_8bit || (guint8) line[i] >= 0x80;
    at += next;
  }

  header->length = at;
  for (guint i = 0; i < header->values->len; i++)
    g_strstrip (g_ptr_array_index (header->values, i));
}

/**
 * envoi_raw_header_clear:
 * @header: a header
 *
 * Frees what is in @header.
 *
 * Thread: any
 */
void
envoi_raw_header_clear (EnvoiRawHeader *header)
{
  g_clear_pointer (&header->names, g_ptr_array_unref);
  g_clear_pointer (&header->values, g_ptr_array_unref);
}

/**
 * envoi_raw_header_get:
 * @header: a header
 * @name: a field's name in any case
 *
 * Returns: (transfer none) (nullable): the value of the first such field
 *
 * Thread: any
 */
const char *
envoi_raw_header_get (EnvoiRawHeader *header,
                      const char     *name)
{
  for (guint i = 0; i < header->names->len; i++) {
    if (g_ascii_strcasecmp (g_ptr_array_index (header->names, i), name) == 0)
      return g_ptr_array_index (header->values, i);
  }

  return NULL;
}

static gboolean
join_words_cb (const GMatchInfo *match,
               GString          *result,
               gpointer          user_data)
{
  g_autofree char *charset = g_match_info_fetch (match, 1);
  g_autofree char *whole = g_match_info_fetch (match, 0);
  g_auto (GStrv) words = g_strsplit (whole, "?=", -1);
  g_autoptr (GByteArray) octets = g_byte_array_new ();
  g_autofree char *base64 = NULL;

  for (guint i = 0; words[i]; i++) {
    const char *payload = strrchr (words[i], '?');
    gsize length;
    g_autofree guchar *decoded = payload ? g_base64_decode (payload + 1, &length) : NULL;

    if (decoded)
      g_byte_array_append (octets, decoded, (guint) length);
  }

  base64 = g_base64_encode (octets->data, octets->len);
  g_string_append_printf (result, "=?%s?B?%s?=", charset, base64);
  return FALSE;
}

/**
 * envoi_raw_join_words:
 * @value: the value of a field
 *
 * Makes one word of neighbouring encoded words in base64. GMime takes the first
 * word's padding for the end of them all, and a character may be cut in two
 * between words, which RFC 2047 section 5 forbids and NetEase does.
 *
 * Returns: (transfer full): the value, for GMime to decode
 *
 * Thread: any
 */
char *
envoi_raw_join_words (const char *value)
{
  g_autoptr (GRegex) neighbours =
    g_regex_new ("=\\?([^?\\s]+)\\?b\\?[A-Za-z0-9+/=]*\\?=(?:\\s+=\\?\\1\\?b\\?[A-Za-z0-9+/=]*\\?=)+",
                 G_REGEX_CASELESS | G_REGEX_RAW, 0, NULL);

  return g_regex_replace_eval (neighbours, value, -1, 0, 0, join_words_cb, NULL, NULL);
}

/**
 * envoi_raw_new_options:
 *
 * Returns: (transfer full): how foreign mail is parsed: text of no declared
 *   charset is UTF-8, else GB18030 (QQ and NetEase), else Latin-1
 *
 * Thread: any
 */
GMimeParserOptions *
envoi_raw_new_options (void)
{
  static gsize is_ready;
  const char *charsets[] = { "utf-8", "gb18030", "iso-8859-1", NULL };
  GMimeParserOptions *options;

  if (g_once_init_enter (&is_ready)) {
    g_mime_init ();
    g_once_init_leave (&is_ready, 1);
  }

  options = g_mime_parser_options_new ();
  g_mime_parser_options_set_fallback_charsets (options, charsets);
  return options;
}
