/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-smtp"

#include "config.h"

#include "envoi-smtp-reply.h"

#include "envoi-smtp-error.h"

#include "envoi-text.h"

#include <glib/gi18n.h>
#include <string.h>

#define MAX_SHOWN_CHARS 4000
#define CODE_DIGITS 3

struct _EnvoiSmtpReplyParser {
  GByteArray *bytes;      /* arrived, not yet made into lines */
  GPtrArray *lines;       /* of GBytes: the lines of the reply in the making, after their code */
  int code;               /* of that reply, 0 before its first line */
  gsize n_octets;         /* of that reply so far */
};

/* The length of "5.1.1" at the start of @text, or 0 when there is none (RFC 2034 section 4). */
static gsize
measure_enhanced (const char *text,
                  gsize       length)
{
  gsize at = 0;

  for (guint part = 0; part < 3; part++) {
    gsize begin = at;

    while (at < length && at - begin < 3 && g_ascii_isdigit (text[at]))
      at++;

    if (at == begin || (part == 0 && at != 1))
      return 0;
    if (part < 2 && (at == length || text[at++] != '.'))
      return 0;
  }

  return at == length || text[at] == ' ' ? at : 0;
}

static gboolean
is_code (const guint8 *line,
         gsize         length)
{
  return length >= CODE_DIGITS && line[0] >= '2' && line[0] <= '5' &&
         g_ascii_isdigit (line[1]) && g_ascii_isdigit (line[2]) &&
         (length == CODE_DIGITS || line[CODE_DIGITS] == ' ' || line[CODE_DIGITS] == '-');
}

static void
set_protocol_error (GError     **error,
                    const char  *message)
{
  g_set_error_literal (error, ENVOI_SMTP_ERROR, ENVOI_SMTP_ERROR_PROTOCOL, message);
}

static void
free_bytes (gpointer bytes)
{
  g_bytes_unref (bytes);
}

/* A NUL would end the text early and hide what follows it. */
static GString *
collect_text (EnvoiSmtpReplyParser *self,
              EnvoiSmtpReply       *reply)
{
  GString *all = g_string_new (NULL);

  for (guint i = 0; i < self->lines->len; i++) {
    gsize length, skip;
    const char *line = g_bytes_get_data (g_ptr_array_index (self->lines, i), &length);

    skip = line ? measure_enhanced (line, length) : 0;
    if (skip > 0 && !reply->enhanced && line[0] == '0' + reply->code / 100)
      reply->enhanced = g_strndup (line, skip);
    if (skip > 0 && skip < length)
      skip++;

    if (i > 0)
      g_string_append_c (all, '\n');
    if (length > skip)
      g_string_append_len (all, line + skip, (gssize) (length - skip));
  }

  return all;
}

static EnvoiSmtpReply *
finish_reply (EnvoiSmtpReplyParser *self)
{
  EnvoiSmtpReply *reply = g_new0 (EnvoiSmtpReply, 1);
  g_autoptr (GPtrArray) lines = g_ptr_array_new ();
  GString *all;

  reply->code = self->code;
  all = collect_text (self, reply);
  reply->text = envoi_text_decode_foreign (all->str, all->len, MAX_SHOWN_CHARS);
  g_string_free (all, TRUE);

  for (guint i = 0; i < self->lines->len; i++) {
    gsize length;
    const char *line = g_bytes_get_data (g_ptr_array_index (self->lines, i), &length);

    g_ptr_array_add (lines, envoi_text_decode_foreign (line ? line : "", length, MAX_SHOWN_CHARS));
  }
  g_ptr_array_add (lines, NULL);
  reply->lines = (char **) g_ptr_array_free (g_steal_pointer (&lines), FALSE);

  g_ptr_array_set_size (self->lines, 0);
  self->code = 0;
  self->n_octets = 0;
  return reply;
}

/* Takes one line without its end. Returns whether it was the last of a reply;
 * on error nothing that follows can be trusted. */
static gboolean
take_line (EnvoiSmtpReplyParser  *self,
           guint8                *line,
           gsize                  length,
           GError               **error)
{
  gboolean is_last = length <= CODE_DIGITS || line[CODE_DIGITS] == ' ';
  int code;

  if (!is_code (line, length)) {
    set_protocol_error (error, _("The server sent a line that is not an SMTP reply."));
    return FALSE;
  }

  code = (line[0] - '0') * 100 + (line[1] - '0') * 10 + (line[2] - '0');
  if (self->code != 0 && self->code != code) {
    set_protocol_error (error, _("The server changed the code in the middle of a reply."));
    return FALSE;
  }

  if (self->lines->len == ENVOI_SMTP_REPLY_MAX_LINES) {
    set_protocol_error (error, _("The server sent a reply of too many lines."));
    return FALSE;
  }

  for (gsize i = 0; i < length; i++)
    if (line[i] == '\0')
      line[i] = '?';

  self->code = code;
  g_ptr_array_add (self->lines,
                   length > CODE_DIGITS + 1
                   ? g_bytes_new (line + CODE_DIGITS + 1, length - CODE_DIGITS - 1)
                   : g_bytes_new (NULL, 0));
  return is_last;
}

static gsize
trim_line_end (const guint8 *line,
               gsize         length)
{
  while (length > 0 && line[length - 1] == '\r')
    length--;

  return length;
}

/**
 * envoi_smtp_reply_free:
 * @self: (transfer full): a reply
 *
 * Frees a reply.
 *
 * Thread: courier
 */
void
envoi_smtp_reply_free (EnvoiSmtpReply *self)
{
  g_free (self->enhanced);
  g_free (self->text);
  g_strfreev (self->lines);
  g_free (self);
}

/**
 * envoi_smtp_reply_is_positive:
 * @self: a reply
 *
 * Tells whether what was asked is done (2yz). Servers answer MAIL with codes
 * other than 250 and mean yes.
 *
 * Returns: whether it is
 *
 * Thread: courier
 */
gboolean
envoi_smtp_reply_is_positive (const EnvoiSmtpReply *self)
{
  return self->code / 100 == 2 && self->code != 221;
}

/**
 * envoi_smtp_reply_is_transient:
 * @self: a reply
 *
 * Tells whether a later try may succeed (RFC 5321 section 4.2.1).
 *
 * Returns: whether it may
 *
 * Thread: courier
 */
gboolean
envoi_smtp_reply_is_transient (const EnvoiSmtpReply *self)
{
  return self->code / 100 == 4;
}

/**
 * envoi_smtp_reply_is_closing:
 * @self: a reply
 *
 * Tells whether the server hangs up with this reply (RFC 5321 section 3.8).
 *
 * Returns: whether it does
 *
 * Thread: courier
 */
gboolean
envoi_smtp_reply_is_closing (const EnvoiSmtpReply *self)
{
  return self->code == 421 || self->code == 221;
}

/**
 * envoi_smtp_reply_parser_new:
 *
 * Makes a parser that has seen nothing.
 *
 * Returns: (transfer full): the parser
 *
 * Thread: courier
 */
EnvoiSmtpReplyParser *
envoi_smtp_reply_parser_new (void)
{
  EnvoiSmtpReplyParser *self = g_new0 (EnvoiSmtpReplyParser, 1);

  self->bytes = g_byte_array_new ();
  self->lines = g_ptr_array_new_with_free_func (free_bytes);
  return self;
}

/**
 * envoi_smtp_reply_parser_free:
 * @self: (transfer full): a parser
 *
 * Frees a parser and what it has not given out.
 *
 * Thread: courier
 */
void
envoi_smtp_reply_parser_free (EnvoiSmtpReplyParser *self)
{
  g_byte_array_unref (self->bytes);
  g_ptr_array_unref (self->lines);
  g_free (self);
}

/**
 * envoi_smtp_reply_parser_feed:
 * @self: a parser
 * @bytes: (array length=length): what arrived
 * @length: how many octets
 *
 * Adds what arrived. The caller takes the replies after each piece, which
 * bounds what is kept to one reply and one piece.
 *
 * Thread: courier
 */
void
envoi_smtp_reply_parser_feed (EnvoiSmtpReplyParser *self,
                              const guint8         *bytes,
                              gsize                 length)
{
  g_byte_array_append (self->bytes, bytes, (guint) length);
}

/**
 * envoi_smtp_reply_parser_next:
 * @self: a parser
 * @reply: (out) (nullable): the next complete reply, NULL when more is needed
 * @error: return location
 *
 * Takes the next reply (RFC 5321 section 4.2.1): at most 128 lines of at most
 * 2,000 octets and 64 KiB, all with one code. A lone LF ends a line too, as
 * some servers write; a lone CR does not.
 *
 * Errors: PROTOCOL
 *
 * Returns: FALSE when the peer broke the protocol; the parser is then spent
 *
 * Thread: courier
 */
gboolean
envoi_smtp_reply_parser_next (EnvoiSmtpReplyParser  *self,
                              EnvoiSmtpReply       **reply,
                              GError               **error)
{
  gsize begin = 0;

  *reply = NULL;
  while (!*reply) {
    g_autoptr (GError) local_error = NULL;
    guint8 *line = self->bytes->data + begin;
    gsize left = self->bytes->len - begin;
    guint8 *end = left > 0 ? memchr (line, '\n', left) : NULL;
    gsize length = end ? (gsize) (end - line) : left;

    if (length > ENVOI_SMTP_REPLY_MAX_LINE_OCTETS ||
        self->n_octets + length > ENVOI_SMTP_REPLY_MAX_OCTETS) {
      set_protocol_error (error, _("The server sent a reply that is too long."));
      return FALSE;
    }
    if (!end)
      break;

    begin += length + 1;
    self->n_octets += length + 1;
    if (take_line (self, line, trim_line_end (line, length), &local_error))
      *reply = finish_reply (self);
    if (local_error) {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }
  }

  if (begin > 0)
    g_byte_array_remove_range (self->bytes, 0, (guint) begin);
  return TRUE;
}

/**
 * envoi_smtp_reply_parser_is_empty:
 * @self: a parser
 *
 * Tells whether not one octet waits to become a reply. After STARTTLS anything
 * else is an attack (RFC 3207 section 6).
 *
 * Returns: whether nothing waits
 *
 * Thread: courier
 */
gboolean
envoi_smtp_reply_parser_is_empty (EnvoiSmtpReplyParser *self)
{
  return self->bytes->len == 0 && self->lines->len == 0;
}

/**
 * envoi_smtp_reply_parser_dup_partial:
 * @self: a parser
 *
 * What has arrived without becoming a reply, to say what kind of server it is
 * or what it said last before it hung up.
 *
 * Returns: (transfer full): at most one line, safe to show, perhaps empty
 *
 * Thread: courier
 */
char *
envoi_smtp_reply_parser_dup_partial (EnvoiSmtpReplyParser *self)
{
  const guint8 *end;
  gsize length = self->bytes->len;

  if (length == 0)
    return g_strdup ("");

  end = memchr (self->bytes->data, '\n', length);
  if (end)
    length = (gsize) (end - self->bytes->data);

  return envoi_text_decode_foreign ((const char *) self->bytes->data,
                                    trim_line_end (self->bytes->data, length), 100);
}
