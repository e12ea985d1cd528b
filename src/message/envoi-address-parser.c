/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-message"

#include "config.h"

#include "envoi-address-private.h"
#include "envoi-message-error.h"

#include <glib/gi18n.h>
#include <string.h>

/* Reads addresses as people type and paste them, which is wider than RFC 5322:
 * full-width punctuation, semicolons, one a line, or only spaces between them.
 * What is read is then checked strictly by envoi_address_new(). */

typedef struct {
  GPtrArray *pieces;   /* of char*, one address each */
  GString   *piece;
  gboolean is_quoted;
  gboolean is_escaped;
  gboolean is_bracketed;
} Splitter;

static gboolean
is_invisible (gunichar c)
{
  return c == 0x200b || c == 0xfeff || c == 0x200e || c == 0x200f || c == 0x2060 ||
         (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069);
}

/**
 * envoi_address_is_separator:
 * @c: a character
 *
 * Returns: whether @c parts addresses in a list
 *
 * Thread: any
 */
gboolean
envoi_address_is_separator (gunichar c)
{
  return c == ',' || c == ';' || c == 0xff0c || c == 0xff1b || c == 0x3001;
}

/**
 * envoi_address_fold_width:
 * @c: a character
 *
 * Returns: the ASCII character that a full-width one stands for in an address,
 *   as a Chinese input method makes them; any other as it is
 *
 * Thread: any
 */
gunichar
envoi_address_fold_width (gunichar c)
{
  switch (c) {
    case 0xff1c:
      return '<';
    case 0xff1e:
      return '>';
    case 0xff20:
      return '@';
    case 0xff1a:
      return ':';
    default:
      return c;
  }
}

static void
end_piece (Splitter *splitter)
{
  g_strstrip (splitter->piece->str);
  if (*splitter->piece->str)
    g_ptr_array_add (splitter->pieces, g_strdup (splitter->piece->str));

  g_string_truncate (splitter->piece, 0);
  splitter->is_quoted = FALSE;
  splitter->is_escaped = FALSE;
  splitter->is_bracketed = FALSE;
}

static void
take_quoted (Splitter *splitter,
             gunichar  c)
{
  if (splitter->is_escaped)
    splitter->is_escaped = FALSE;
  else if (c == '\\')
    splitter->is_escaped = TRUE;
  else if (c == '"')
    splitter->is_quoted = FALSE;

  g_string_append_unichar (splitter->piece, c);
}

/* The name of a group, "Friends: a@x, b@y;", or a pasted "To:" or "mailto:". */
static gboolean
ends_group_name (Splitter *splitter,
                 gunichar  c)
{
  return c == ':' && !splitter->is_bracketed && !strchr (splitter->piece->str, '@');
}

static void
take_plain (Splitter *splitter,
            gunichar  typed)
{
  gunichar c = envoi_address_fold_width (typed);

  if (is_invisible (c))
    return;

  if (envoi_address_is_separator (c) && !splitter->is_bracketed) {
    end_piece (splitter);
  } else if (ends_group_name (splitter, c)) {
    g_string_truncate (splitter->piece, 0);
  } else {
    splitter->is_quoted = c == '"';
    splitter->is_bracketed = c == '<' || (splitter->is_bracketed && c != '>');
    g_string_append_unichar (splitter->piece, c == 0xa0 || c == 0x3000 || c == '\t' ? ' ' : c);
  }
}

static GPtrArray *
split (const char *text)
{
  Splitter splitter = { g_ptr_array_new_with_free_func (g_free), g_string_new (NULL) };

  for (const char *p = text; *p; p = g_utf8_next_char (p)) {
    gunichar c = g_utf8_get_char (p);

    /* A line end parts addresses even in a quotation that was never closed. */
    if (c == '\n' || c == '\r')
      end_piece (&splitter);
    else if (splitter.is_quoted)
      take_quoted (&splitter, c);
    else
      take_plain (&splitter, c);
  }

  end_piece (&splitter);
  g_string_free (splitter.piece, TRUE);
  return splitter.pieces;
}

/* The first @wanted outside quotation marks, or NULL; *@is_closed tells whether
 * every quotation ends. */
static const char *
find_unquoted (const char *text,
               char        wanted,
               gboolean   *is_closed)
{
  gboolean is_quoted = FALSE;
  const char *found = NULL;

  for (const char *p = text; *p; p++) {
    if (*p == '\\' && is_quoted && p[1])
      p++;
    else if (*p == '"')
      is_quoted = !is_quoted;
    else if (*p == wanted && !is_quoted && !found)
      found = p;
  }

  *is_closed = !is_quoted;
  return found;
}

static void
strip_apostrophes (GString *name)
{
  if (name->len > 0 && name->str[name->len - 1] == ' ')
    g_string_truncate (name, name->len - 1);

  if (name->len > 2 && name->str[0] == '\'' && name->str[name->len - 1] == '\'') {
    g_string_truncate (name, name->len - 1);
    g_string_erase (name, 0, 1);
  }
}

/* A phrase (RFC 5322 section 3.2.5) as plain text: quotation marks and escapes
 * resolved, runs of spaces outside them made one. */
static char *
unquote_name (const char *phrase,
              gsize       length)
{
  GString *name = g_string_new (NULL);
  gboolean is_quoted = FALSE;
  gboolean was_quoted = FALSE;

  for (const char *p = phrase; p < phrase + length; p++) {
    if (*p == '"') {
      is_quoted = !is_quoted;
      was_quoted = TRUE;
      continue;
    }

    if (*p == '\\' && is_quoted && p + 1 < phrase + length)
      p++;
    else if (*p == ' ' && !is_quoted &&
             (name->len == 0 || name->str[name->len - 1] == ' '))
      continue;

    g_string_append_c (name, *p);
  }

  if (!was_quoted)
    strip_apostrophes (name);

  return g_string_free (name, FALSE);
}

static EnvoiAddress *
parse_bracketed (const char  *piece,
                 const char  *open,
                 GError     **error)
{
  const char *close = strchr (open, '>');
  g_autofree char *name = unquote_name (piece, open - piece);
  g_autofree char *mailbox = NULL;
  g_autofree char *rest = NULL;

  if (!close) {
    envoi_address_set_error (error, _("“%s” has a < without its >."), piece);
    return NULL;
  }

  rest = g_strstrip (g_strdup (close + 1));
  if (*rest) {
    envoi_address_set_error (error, _("“%s” has words after its address; a comma may be missing."),
                             piece);
    return NULL;
  }

  mailbox = g_strstrip (g_strndup (open + 1, close - open - 1));
  return envoi_address_new (name, mailbox, error);
}

/* The older form "wei@x.cn (Wang Wei)". */
static EnvoiAddress *
parse_commented (const char  *piece,
                 const char  *open,
                 GError     **error)
{
  gsize length = strlen (open);
  g_autofree char *mailbox = g_strstrip (g_strndup (piece, open - piece));
  g_autofree char *name = NULL;

  if (open[length - 1] != ')')
    return envoi_address_new (NULL, piece, error);

  name = g_strstrip (g_strndup (open + 1, length - 2));
  return envoi_address_new (name, mailbox, error);
}

/* Outlook writes 'wei@x.cn' for somebody who has no name. */
static EnvoiAddress *
parse_bare (const char  *piece,
            GError     **error)
{
  gsize length = strlen (piece);
  g_autofree char *inner = NULL;

  if (length < 3 || piece[0] != '\'' || piece[length - 1] != '\'')
    return envoi_address_new (NULL, piece, error);

  inner = g_strndup (piece + 1, length - 2);
  return envoi_address_new (NULL, inner, error);
}

static gboolean
is_bare_list (const char *piece)
{
  g_auto (GStrv) words = NULL;

  if (!strchr (piece, ' ') || strpbrk (piece, "\"<>()"))
    return FALSE;

  words = g_strsplit (piece, " ", -1);
  for (guint i = 0; words[i]; i++) {
    if (*words[i] && !strchr (words[i], '@'))
      return FALSE;
  }

  return TRUE;
}

static EnvoiAddress *
parse_piece (const char  *piece,
             GError     **error)
{
  gboolean is_closed;
  const char *open = find_unquoted (piece, '<', &is_closed);

  /* What is left of a link when its scheme was taken for the name of a group. */
  if (g_str_has_prefix (piece, "//")) {
    envoi_address_set_error (error, _("“%s” is a web address."), piece);
    return NULL;
  }

  if (!is_closed) {
    envoi_address_set_error (error, _("“%s” has a quotation mark without its partner."), piece);
    return NULL;
  }

  if (open)
    return parse_bracketed (piece, open, error);

  open = find_unquoted (piece, '(', &is_closed);
  if (open)
    return parse_commented (piece, open, error);

  return parse_bare (piece, error);
}

static gboolean
add_piece (GPtrArray   *addresses,
           const char  *piece,
           GError     **error)
{
  g_auto (GStrv) words = NULL;

  if (is_bare_list (piece))
    words = g_strsplit (piece, " ", -1);
  else
    words = g_strdupv ((char *[]) { (char *) piece, NULL });

  for (guint i = 0; words[i]; i++) {
    EnvoiAddress *address;

    if (!*words[i])
      continue;

    address = parse_piece (words[i], error);
    if (!address)
      return FALSE;
    g_ptr_array_add (addresses, address);
  }

  return TRUE;
}

/**
 * envoi_address_parse_list:
 * @text: addresses as a person typed or pasted them
 * @error: return location for an error
 *
 * Reads a list of addresses parted by commas, semicolons, their full-width
 * forms or line ends; bare addresses also by spaces. Group names are left out.
 *
 * Errors: BAD_ADDRESS (the message repeats the bad one), REFUSED_INPUT
 *
 * Returns: (transfer full) (nullable) (element-type EnvoiAddress): the addresses
 *   in order, empty for empty text
 *
 * Thread: any
 */
GPtrArray *
envoi_address_parse_list (const char  *text,
                          GError     **error)
{
  g_autoptr (GPtrArray) addresses = NULL;
  g_autoptr (GPtrArray) pieces = NULL;

  g_return_val_if_fail (text != NULL, NULL);

  if (!g_utf8_validate (text, -1, NULL)) {
    g_set_error_literal (error, ENVOI_MESSAGE_ERROR, ENVOI_MESSAGE_ERROR_REFUSED_INPUT,
                         _("An address is not valid text."));
    return NULL;
  }

  addresses = g_ptr_array_new_with_free_func ((GDestroyNotify) envoi_address_unref);
  pieces = split (text);
  for (guint i = 0; i < pieces->len; i++) {
    if (!add_piece (addresses, g_ptr_array_index (pieces, i), error))
      return NULL;
  }

  return g_steal_pointer (&addresses);
}

/**
 * envoi_address_parse:
 * @text: one address as a person typed it
 * @error: return location for an error
 *
 * Reads exactly one address.
 *
 * Errors: BAD_ADDRESS, REFUSED_INPUT
 *
 * Returns: (transfer full) (nullable): the address
 *
 * Thread: any
 */
EnvoiAddress *
envoi_address_parse (const char  *text,
                     GError     **error)
{
  g_autoptr (GPtrArray) addresses = envoi_address_parse_list (text, error);

  if (!addresses)
    return NULL;

  if (addresses->len == 0) {
    envoi_address_set_error (error, _("There is no address in “%s”."), text);
    return NULL;
  }

  if (addresses->len > 1) {
    envoi_address_set_error (error, _("“%s” is more than one address."), text);
    return NULL;
  }

  return envoi_address_ref (g_ptr_array_index (addresses, 0));
}
