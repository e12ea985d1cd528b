/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-message"

#include "config.h"

#include "envoi-mime-private.h"

#include <string.h>

/* Header fields. Values come in as checked text of one line; whatever is not
 * plain ASCII leaves as an encoded word, so no value can end a field. */

/* RFC 2047 section 2: an encoded word has at most 75 characters. */
#define WORD_START "=?UTF-8?B?"
#define WORD_END "?="
#define MAX_WORD_OCTETS 45
#define MIN_WORD_OCTETS 12

/* The same inside quotation marks after a parameter's name. */
#define PARAMETER_WORD_OCTETS 42

/* A run of ASCII that is longer cannot be folded well and is encoded too. */
#define MAX_PLAIN_RUN 66

/* An ASCII token that must stay as it is, a URL, unless a line would burst. */
#define MAX_TOKEN 900

/* Percent-encoded octets in one parameter; a longer name is continued. */
#define MAX_PARAMETER 800

typedef struct {
  GString *out;
  gsize column;
  gboolean is_first;
} Folder;

static void
folder_init (Folder     *folder,
             GString    *out,
             const char *name)
{
  g_string_append_printf (out, "%s:", name);
  *folder = (Folder) { out, strlen (name) + 1, TRUE };
}

/* Each token follows a space, or a fold when the line would be too long. */
static void
add_token (Folder     *folder,
           const char *token)
{
  gsize length = strlen (token);

  if (!folder->is_first && folder->column + 1 + length > ENVOI_MIME_GOOD_LINE) {
    g_string_append (folder->out, "\r\n");
    folder->column = 0;
  }

  g_string_append_c (folder->out, ' ');
  g_string_append (folder->out, token);
  folder->column += 1 + length;
  folder->is_first = FALSE;
}

static void
finish (Folder *folder)
{
  g_string_append (folder->out, "\r\n");
}

/* How many octets of @text fit in one word without cutting a character. A number
 * that makes base64 without padding is preferred: GMime takes padding for the end
 * of all neighbouring words, and Geary, Balsa and Pan read with it. */
static gsize
measure_word (const char *text,
              gsize       limit)
{
  gsize length = 0;
  gsize unpadded = 0;

  while (text[length]) {
    gsize next = (gsize) (g_utf8_next_char (text + length) - text);

    if (next > limit)
      break;
    length = next;
    if (length % 3 == 0)
      unpadded = length;
  }

  return text[length] && unpadded > 0 ? unpadded : length;
}

static GPtrArray *
encode_words (const char *text,
              gsize       first_limit,
              gsize       limit)
{
  GPtrArray *words = g_ptr_array_new_with_free_func (g_free);

  while (*text) {
    gsize length = measure_word (text, words->len == 0 ? first_limit : limit);
    g_autofree char *base64 = g_base64_encode ((const guchar *) text, length);

    g_ptr_array_add (words, g_strconcat (WORD_START, base64, WORD_END, NULL));
    text += length;
  }

  return words;
}

static gboolean
has_run_longer_than (const char *text,
                     gsize       limit)
{
  while (*text) {
    gsize run = strcspn (text, " ");

    if (run > limit)
      return TRUE;
    text += run + strspn (text + run, " ");
  }

  return FALSE;
}

/* Text that would not come out as it went in: what looks like an encoded word,
 * or spaces that folding could change. */
static gboolean
must_encode (const char *text,
             gsize       longest_run)
{
  gsize length = strlen (text);

  return !g_str_is_ascii (text) || strstr (text, "=?") || strstr (text, "  ") ||
         strchr (text, '\t') || *text == ' ' || (length > 0 && text[length - 1] == ' ') ||
         has_run_longer_than (text, longest_run);
}

static void
add_plain (Folder     *folder,
           const char *text)
{
  g_auto (GStrv) tokens = g_strsplit (text, " ", -1);

  for (guint i = 0; tokens[i]; i++) {
    if (*tokens[i])
      add_token (folder, tokens[i]);
  }
}

/* RFC 2047 section 2: a line with an encoded word has at most 76 characters, and
 * the first one begins after the field's name. */
static gsize
get_first_limit (const Folder *folder)
{
  gsize taken = folder->column + 1 + strlen (WORD_START WORD_END);
  gsize room = taken < ENVOI_MIME_GOOD_LINE ? (ENVOI_MIME_GOOD_LINE - taken) / 4 * 3 : 0;

  return folder->is_first ? CLAMP (room, MIN_WORD_OCTETS, MAX_WORD_OCTETS) : MAX_WORD_OCTETS;
}

static void
add_encoded (Folder     *folder,
             const char *text)
{
  g_autoptr (GPtrArray) words = encode_words (text, get_first_limit (folder), MAX_WORD_OCTETS);

  for (guint i = 0; i < words->len; i++)
    add_token (folder, g_ptr_array_index (words, i));
}

/**
 * envoi_mime_append_text:
 * @out: where the field goes
 * @name: the field's name
 * @value: its text, one line of UTF-8
 *
 * Writes an unstructured field: plain when it can be, else as encoded words in
 * base64 (RFC 2047), which every reader in use decodes.
 *
 * Thread: any
 */
void
envoi_mime_append_text (GString    *out,
                        const char *name,
                        const char *value)
{
  gboolean is_subject = strcmp (name, "Subject") == 0;
  Folder folder;

  folder_init (&folder, out, name);
  if (must_encode (value, is_subject ? MAX_PLAIN_RUN : MAX_TOKEN))
    add_encoded (&folder, value);
  else
    add_plain (&folder, value);
  finish (&folder);
}

/**
 * envoi_mime_append_words:
 * @out: where the field goes
 * @name: the field's name
 * @value: ASCII tokens with spaces between, none over 998 octets
 *
 * Writes a field of tokens that stay as they are: message ids, a date.
 *
 * Thread: any
 */
void
envoi_mime_append_words (GString    *out,
                         const char *name,
                         const char *value)
{
  Folder folder;

  folder_init (&folder, out, name);
  add_plain (&folder, value);
  finish (&folder);
}

static gboolean
is_phrase_of_atoms (const char *text)
{
  for (const char *p = text; *p; p++) {
    if (!g_ascii_isalnum (*p) && !strchr ("!#$%&'*+-/=?^_`{|}~ ", *p))
      return FALSE;
  }

  return TRUE;
}

static char *
quote (const char *text)
{
  GString *quoted = g_string_new ("\"");

  for (const char *p = text; *p; p++) {
    if (*p == '"' || *p == '\\')
      g_string_append_c (quoted, '\\');
    g_string_append_c (quoted, *p);
  }

  g_string_append_c (quoted, '"');
  return g_string_free (quoted, FALSE);
}

/* Only the phrase is ever encoded: an encoded word with the address in it is
 * refused by QQ Mail and means nothing to the others. */
static void
add_address (Folder       *folder,
             EnvoiAddress *address,
             gboolean      is_last)
{
  const char *name = envoi_address_get_name (address);
  const char *end = is_last ? "" : ",";
  g_autofree char *mailbox = NULL;
  g_autofree char *quoted = NULL;

  if (!name) {
    mailbox = g_strconcat (envoi_address_get_mailbox (address), end, NULL);
    add_token (folder, mailbox);
    return;
  }

  if (must_encode (name, MAX_PLAIN_RUN) || strlen (name) > MAX_PLAIN_RUN) {
    add_encoded (folder, name);
  } else if (is_phrase_of_atoms (name)) {
    add_plain (folder, name);
  } else {
    quoted = quote (name);
    add_token (folder, quoted);
  }

  mailbox = g_strdup_printf ("<%s>%s", envoi_address_get_mailbox (address), end);
  add_token (folder, mailbox);
}

/**
 * envoi_mime_append_addresses:
 * @out: where the field goes
 * @name: the field's name
 * @addresses: (element-type EnvoiAddress): who; nothing is written for nobody
 *
 * Writes a field of addresses (RFC 5322 section 3.6.3).
 *
 * Thread: any
 */
void
envoi_mime_append_addresses (GString    *out,
                             const char *name,
                             GPtrArray  *addresses)
{
  Folder folder;

  if (addresses->len == 0)
    return;

  folder_init (&folder, out, name);
  for (guint i = 0; i < addresses->len; i++)
    add_address (&folder, g_ptr_array_index (addresses, i), i + 1 == addresses->len);
  finish (&folder);
}

static gboolean
is_plain_parameter (const char *value)
{
  return g_str_is_ascii (value) && !strpbrk (value, "\"\\") && !strstr (value, "=?") &&
         strlen (value) <= MAX_PARAMETER;
}

/**
 * envoi_mime_append_old_parameter:
 * @out: where the parameter goes
 * @name: the parameter's name
 * @value: its value
 *
 * Writes a parameter whose value, when it is not ASCII, is encoded words in
 * quotation marks. RFC 2047 section 5 does not allow it; QQ Mail, Foxmail and
 * Outlook before 2007 understand nothing else, and all others understand it too.
 *
 * Thread: any
 */
void
envoi_mime_append_old_parameter (GString    *out,
                                 const char *name,
                                 const char *value)
{
  g_autoptr (GPtrArray) words = NULL;

  g_string_append_printf (out, ";\r\n %s=\"", name);

  if (is_plain_parameter (value)) {
    g_string_append (out, value);
  } else {
    words = encode_words (value, PARAMETER_WORD_OCTETS, PARAMETER_WORD_OCTETS);
    for (guint i = 0; i < words->len; i++)
      g_string_append_printf (out, "%s%s", i > 0 ? "\r\n " : "",
                              (const char *) g_ptr_array_index (words, i));
  }

  g_string_append_c (out, '"');
}

static gsize
append_percent (GString    *out,
                const char *value,
                gsize       limit)
{
  gsize start = out->len;
  const char *p = value;

  while (*p && out->len - start < limit) {
    /* A character is not parted between two continuations. */
    for (const char *end = g_utf8_next_char (p); p < end; p++) {
      if (g_ascii_isalnum (*p) || strchr ("-._~", *p))
        g_string_append_c (out, *p);
      else
        g_string_append_printf (out, "%%%02X", (guint8) *p);
    }
  }

  return (gsize) (p - value);
}

/**
 * envoi_mime_append_parameter:
 * @out: where the parameter goes
 * @name: the parameter's name
 * @value: its value
 *
 * Writes a parameter as RFC 2231 says, on one line as long as that is possible:
 * several readers mix continuations up.
 *
 * Thread: any
 */
void
envoi_mime_append_parameter (GString    *out,
                             const char *name,
                             const char *value)
{
  g_autoptr (GString) whole = g_string_new (NULL);
  guint n_parts = 0;

  if (is_plain_parameter (value)) {
    g_string_append_printf (out, ";\r\n %s=\"%s\"", name, value);
    return;
  }

  append_percent (whole, value, G_MAXSIZE);
  if (whole->len <= MAX_PARAMETER) {
    g_string_append_printf (out, ";\r\n %s*=UTF-8''%s", name, whole->str);
    return;
  }

  while (*value) {
    g_string_append_printf (out, ";\r\n %s*%u*=%s", name, n_parts, n_parts == 0 ? "UTF-8''" : "");
    value += append_percent (out, value, MAX_PARAMETER);
    n_parts++;
  }
}
