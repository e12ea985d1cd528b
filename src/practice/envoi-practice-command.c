/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-practice"

#include "config.h"

#include "envoi-practice-command.h"

#include <string.h>

/* What a client may say, read strictly: an address that a careless server would
 * take is refused here, so that practice shows the mistake. All functions are
 * pure; a refusal is a reply line without its CRLF.
 *
 * Thread: any */

#define LONGEST_LOCAL_PART 64
#define LONGEST_PATH 254
#define LONGEST_ENVELOPE_ID 100
#define LONGEST_ORIGINAL_RECIPIENT 500

#define REFUSAL_SYNTAX "501 5.5.4 The address or a parameter is not well formed"

typedef struct {
  const char *name;
  gboolean (*is_fine)(const char *value);
} Parameter;

static gboolean
is_atom_text (char c)
{
  return g_ascii_isalnum (c) || (guchar) c >= 0x80 ||
         (c != '\0' && strchr ("!#$%&'*+-/=?^_`{|}~", c) != NULL);
}

static gboolean
skip_quoted_string (const char **cursor)
{
  const char *p = *cursor + 1;

  while (*p != '"') {
    if (*p == '\\')
      p++;
    if ((guchar) *p < ' ' || *p == 0x7f)
      return FALSE;
    p++;
  }

  *cursor = p + 1;
  return TRUE;
}

static gboolean
skip_dot_string (const char **cursor)
{
  const char *p = *cursor;

  while (is_atom_text (*p)) {
    while (is_atom_text (*p))
      p++;
    if (*p != '.' || !is_atom_text (p[1]))
      break;
    p++;
  }

  if (p == *cursor)
    return FALSE;
  *cursor = p;
  return TRUE;
}

static gboolean
is_label_char (char c)
{
  return g_ascii_isalnum (c) || c == '-' || (guchar) c >= 0x80;
}

static gboolean
skip_labels (const char **cursor)
{
  const char *p = *cursor;
  const char *label;

  do {
    label = p;
    while (is_label_char (*p))
      p++;
    if (p == label || *label == '-' || p[-1] == '-')
      return FALSE;
  } while (*p == '.' && p++);

  *cursor = p;
  return TRUE;
}

static gboolean
skip_literal (const char **cursor)
{
  const char *p = *cursor + 1;

  while (g_ascii_isalnum (*p) || (*p != '\0' && strchr (".:-", *p)))
    p++;
  if (*p != ']' || p == *cursor + 1)
    return FALSE;

  *cursor = p + 1;
  return TRUE;
}

static gboolean
skip_domain (const char **cursor)
{
  return **cursor == '[' ? skip_literal (cursor) : skip_labels (cursor);
}

/* RFC 5321 section 4.1.2; source routes are long dead and refused. */
static gboolean
skip_mailbox (const char **cursor)
{
  const char *begin = *cursor;
  gboolean is_quoted = **cursor == '"';

  if (!(is_quoted ? skip_quoted_string (cursor) : skip_dot_string (cursor)))
    return FALSE;
  if (*cursor - begin > LONGEST_LOCAL_PART || **cursor != '@')
    return FALSE;

  (*cursor)++;
  return skip_domain (cursor) && *cursor - begin <= LONGEST_PATH;
}

static gboolean
skip_path (const char **cursor,
           char       **address)
{
  const char *begin;

  if (**cursor != '<')
    return FALSE;

  begin = ++(*cursor);
  if (g_ascii_strncasecmp (begin, "postmaster>", 11) == 0)
    *cursor += 10;
  else if (*begin != '>' && !skip_mailbox (cursor))
    return FALSE;
  if (**cursor != '>')
    return FALSE;

  *address = g_strndup (begin, *cursor - begin);
  (*cursor)++;
  return TRUE;
}

static gboolean
is_parameter_name (const char *name)
{
  const char *p = name;

  if (!g_ascii_isalnum (*p))
    return FALSE;
  while (g_ascii_isalnum (*p) || *p == '-')
    p++;
  return *p == '\0';
}

static gboolean
add_parameter (GHashTable *parameters,
               const char *word)
{
  const char *equals = strchr (word, '=');
  g_autofree char *name = equals ? g_strndup (word, equals - word) : g_strdup (word);
  char *key;

  if (!is_parameter_name (name) || (equals && equals[1] == '\0'))
    return FALSE;

  key = g_ascii_strup (name, -1);
  /* A name that is given twice makes two readers disagree; neither is asked. */
  return g_hash_table_insert (parameters, key, g_strdup (equals ? equals + 1 : ""));
}

static gboolean
parse_parameters (const char *text,
                  GHashTable *parameters)
{
  g_auto (GStrv) words = NULL;

  if (*text == '\0')
    return TRUE;
  if (*text != ' ')
    return FALSE;

  words = g_strsplit (text + 1, " ", -1);
  for (char **word = words; *word; word++)
    if (!add_parameter (parameters, *word))
      return FALSE;

  return TRUE;
}

static gboolean
is_xtext (const char *text)
{
  for (const char *p = text; *p; p++) {
    if (*p < '!' || *p > '~' || *p == '=')
      return FALSE;
    if (*p == '+' && (!g_ascii_isxdigit (p[1]) || !g_ascii_isxdigit (p[2]) ||
                      g_ascii_islower (p[1]) || g_ascii_islower (p[2])))
      return FALSE;
  }

  return TRUE;
}

static gboolean
is_size (const char *value)
{
  gsize length = strlen (value);

  return length >= 1 && length <= 20 && strspn (value, "0123456789") == length;
}

static gboolean
is_body (const char *value)
{
  return g_ascii_strcasecmp (value, "7BIT") == 0 || g_ascii_strcasecmp (value, "8BITMIME") == 0;
}

static gboolean
is_absent (const char *value)
{
  return *value == '\0';
}

static gboolean
is_return (const char *value)
{
  return g_ascii_strcasecmp (value, "FULL") == 0 || g_ascii_strcasecmp (value, "HDRS") == 0;
}

static gboolean
is_envelope_id (const char *value)
{
  return *value != '\0' && strlen (value) <= LONGEST_ENVELOPE_ID && is_xtext (value);
}

static gboolean
is_submitter (const char *value)
{
  return *value != '\0' && is_xtext (value);
}

static gboolean
is_notify (const char *value)
{
  static const char *const events[] = { "SUCCESS", "FAILURE", "DELAY", NULL };
  g_auto (GStrv) words = NULL;

  if (g_ascii_strcasecmp (value, "NEVER") == 0)
    return TRUE;

  words = g_strsplit (value, ",", -1);
  for (char **word = words; *word; word++) {
    g_autofree char *upper = g_ascii_strup (*word, -1);

    if (!g_strv_contains (events, upper))
      return FALSE;
  }

  return words[0] != NULL;
}

static gboolean
is_original_recipient (const char *value)
{
  const char *semicolon = strchr (value, ';');

  return semicolon && semicolon > value && strlen (value) <= LONGEST_ORIGINAL_RECIPIENT &&
         is_xtext (value);
}

static const Parameter mail_parameters[] = {
  { "SIZE", is_size },
  { "BODY", is_body },
  { "SMTPUTF8", is_absent },
  { "RET", is_return },
  { "ENVID", is_envelope_id },
  { "AUTH", is_submitter },
  { NULL },
};

static const Parameter rcpt_parameters[] = {
  { "NOTIFY", is_notify },
  { "ORCPT", is_original_recipient },
  { NULL },
};

static const char *
check_parameters (const EnvoiPracticePath *self,
                  const Parameter         *known)
{
  GHashTableIter iter;
  gpointer name, value;

  g_hash_table_iter_init (&iter, self->parameters);
  while (g_hash_table_iter_next (&iter, &name, &value)) {
    const Parameter *parameter = known;

    while (parameter->name && strcmp (parameter->name, name) != 0)
      parameter++;
    if (!parameter->name)
      return "555 5.5.4 This parameter was not offered";
    if (!parameter->is_fine (value))
      return REFUSAL_SYNTAX;
  }

  return NULL;
}

/**
 * envoi_practice_command_split:
 * @line: a command line without its CRLF
 * @verb: (out) (transfer full): its first word in capitals
 * @argument: (out) (transfer none): the rest, inside @line
 *
 * Parts a command line.
 *
 * Returns: whether @line is valid UTF-8 text that begins with a word
 *
 * Thread: any
 */
gboolean
envoi_practice_command_split (const char  *line,
                              char       **verb,
                              const char **argument)
{
  const char *p = line;

  while (g_ascii_isalnum (*p))
    p++;
  if (p == line || (*p != ' ' && *p != '\0') || !g_utf8_validate (line, -1, NULL))
    return FALSE;

  *verb = g_ascii_strup (line, p - line);
  *argument = *p == ' ' ? p + 1 : p;
  return TRUE;
}

/**
 * envoi_practice_command_is_host:
 * @argument: what followed EHLO or HELO
 *
 * Returns: whether it is one domain or address literal (RFC 5321 section 4.1.1.1)
 *
 * Thread: any
 */
gboolean
envoi_practice_command_is_host (const char *argument)
{
  const char *p = argument;

  return skip_domain (&p) && *p == '\0' && p - argument <= 255;
}

/**
 * envoi_practice_path_parse:
 * @argument: what followed MAIL or RCPT
 * @keyword: "FROM:" or "TO:"
 * @refusal: (out) (transfer none): the reply when it is not well formed
 *
 * Reads an address in brackets and its parameters (RFC 5321 section 4.1.2).
 *
 * Returns: (transfer full) (nullable): the path, or %NULL with @refusal set
 *
 * Thread: any
 */
EnvoiPracticePath *
envoi_practice_path_parse (const char  *argument,
                           const char  *keyword,
                           const char **refusal)
{
  g_autoptr (EnvoiPracticePath) self = g_new0 (EnvoiPracticePath, 1);
  const char *p = argument;

  *refusal = REFUSAL_SYNTAX;
  self->parameters = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);

  if (g_ascii_strncasecmp (p, keyword, strlen (keyword)) != 0)
    return NULL;

  p += strlen (keyword);
  if (!skip_path (&p, &self->address) || !parse_parameters (p, self->parameters))
    return NULL;

  self->is_non_ascii = !g_str_is_ascii (self->address);
  *refusal = NULL;
  return g_steal_pointer (&self);
}

/**
 * envoi_practice_path_free:
 * @self: (transfer full): a path
 *
 * Frees @self.
 *
 * Thread: any
 */
void
envoi_practice_path_free (EnvoiPracticePath *self)
{
  g_free (self->address);
  g_hash_table_unref (self->parameters);
  g_free (self);
}

/**
 * envoi_practice_path_check_mail:
 * @self: a reverse-path
 * @max_size: the largest message in octets
 *
 * Checks what was asked for with MAIL: SIZE (RFC 1870), BODY (RFC 6152),
 * SMTPUTF8 (RFC 6531), RET and ENVID (RFC 3461), AUTH (RFC 4954).
 *
 * Returns: (nullable) (transfer none): a refusal
 *
 * Thread: any
 */
const char *
envoi_practice_path_check_mail (const EnvoiPracticePath *self,
                                guint64                  max_size)
{
  const char *refusal = check_parameters (self, mail_parameters);
  const char *size = g_hash_table_lookup (self->parameters, "SIZE");

  if (refusal)
    return refusal;
  if (g_ascii_strcasecmp (self->address, "postmaster") == 0)
    return REFUSAL_SYNTAX;
  if (self->is_non_ascii && !g_hash_table_contains (self->parameters, "SMTPUTF8"))
    return "553 5.6.7 This address needs SMTPUTF8";
  if (size && g_ascii_strtoull (size, NULL, 10) > max_size)
    return "552 5.3.4 The message is larger than this server takes";

  return NULL;
}

/**
 * envoi_practice_path_check_rcpt:
 * @self: a forward-path
 * @is_utf8_fine: whether MAIL said SMTPUTF8
 *
 * Checks a recipient and what was asked for with RCPT: NOTIFY and ORCPT
 * (RFC 3461).
 *
 * Returns: (nullable) (transfer none): a refusal
 *
 * Thread: any
 */
const char *
envoi_practice_path_check_rcpt (const EnvoiPracticePath *self,
                                gboolean                 is_utf8_fine)
{
  const char *refusal = check_parameters (self, rcpt_parameters);

  if (refusal)
    return refusal;
  if (*self->address == '\0')
    return "501 5.1.3 A recipient has an address";
  if (self->is_non_ascii && !is_utf8_fine)
    return "553 5.6.7 This address needs SMTPUTF8";

  return NULL;
}
