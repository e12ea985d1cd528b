/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-smtp"

#include "config.h"

#include "envoi-smtp-framing.h"

#include "envoi-smtp-error.h"

#include <glib/gi18n.h>
#include <string.h>

/* A lone CR or LF, or a NUL, can end a message at one server and not at the
 * next: that is how letters are smuggled. They never leave (RFC 5321 section
 * 2.3.8), with BDAT neither, since the next server may use DATA. */

static gboolean
refuse_octet (GError **error)
{
  g_set_error_literal (error, ENVOI_SMTP_ERROR, ENVOI_SMTP_ERROR_REFUSED_INPUT,
                       _("The letter has a line end or an octet that mail cannot carry."));
  return FALSE;
}

/* Up to and with the line end, or the rest when there is none in @bytes. */
static gsize
measure_line (const guint8 *bytes,
              gsize         length)
{
  const guint8 *end = memchr (bytes, '\n', length);

  return end ? (gsize) (end - bytes) + 1 : length;
}

/* @line has no LF but at its end. */
static gboolean
is_line_clean (gboolean      is_after_cr,
               const guint8 *line,
               gsize         length)
{
  const guint8 *cr;
  gboolean has_end = line[length - 1] == '\n';

  if (is_after_cr)
    return length == 1 && has_end;

  cr = memchr (line, '\r', length);
  if (has_end)
    return cr != NULL && cr == line + length - 2;

  return cr == NULL || cr == line + length - 1;
}

/**
 * envoi_smtp_framing_init:
 * @self: where to begin
 *
 * Stands at the start of a message.
 *
 * Thread: courier
 */
void
envoi_smtp_framing_init (EnvoiSmtpFraming *self)
{
  self->is_at_line_start = TRUE;
  self->is_after_cr = FALSE;
}

static gboolean
take_line (EnvoiSmtpFraming  *self,
           const guint8      *line,
           gsize              length,
           GError           **error)
{
  if (!is_line_clean (self->is_after_cr, line, length))
    return refuse_octet (error);

  self->is_after_cr = line[length - 1] == '\r';
  self->is_at_line_start = line[length - 1] == '\n';
  return TRUE;
}

/**
 * envoi_smtp_framing_check:
 * @self: where the message stands
 * @bytes: (array length=length): the next piece of it
 * @length: how many octets
 * @error: return location
 *
 * Checks a piece that goes into a BDAT chunk as it is.
 *
 * Errors: REFUSED_INPUT (a lone CR or LF, or a NUL)
 *
 * Returns: whether it may go
 *
 * Thread: courier
 */
gboolean
envoi_smtp_framing_check (EnvoiSmtpFraming  *self,
                          const guint8      *bytes,
                          gsize              length,
                          GError           **error)
{
  if (length > 0 && memchr (bytes, '\0', length))
    return refuse_octet (error);

  while (length > 0) {
    gsize line = measure_line (bytes, length);

    if (!take_line (self, bytes, line, error))
      return FALSE;

    bytes += line;
    length -= line;
  }

  return TRUE;
}

/**
 * envoi_smtp_framing_append_data:
 * @self: where the message stands
 * @wire: what goes to the server
 * @bytes: (array length=length): the next piece of the message
 * @length: how many octets
 * @error: return location
 *
 * Appends a piece in DATA's form: a dot that begins a line is doubled
 * (RFC 5321 section 4.5.2).
 *
 * Errors: REFUSED_INPUT (a lone CR or LF, or a NUL)
 *
 * Returns: whether all of it was appended
 *
 * Thread: courier
 */
gboolean
envoi_smtp_framing_append_data (EnvoiSmtpFraming  *self,
                                GByteArray        *wire,
                                const guint8      *bytes,
                                gsize              length,
                                GError           **error)
{
  if (length > 0 && memchr (bytes, '\0', length))
    return refuse_octet (error);

  while (length > 0) {
    gsize line = measure_line (bytes, length);
    gboolean is_dotted = self->is_at_line_start && bytes[0] == '.';

    if (!take_line (self, bytes, line, error))
      return FALSE;

    if (is_dotted)
      g_byte_array_append (wire, (const guint8 *) ".", 1);
    g_byte_array_append (wire, bytes, (guint) line);
    bytes += line;
    length -= line;
  }

  return TRUE;
}

/**
 * envoi_smtp_framing_append_end:
 * @self: where the message stands, not after a lone CR
 * @wire: what goes to the server
 *
 * Appends the dot that ends DATA, after the line end the message may lack.
 *
 * Thread: courier
 */
void
envoi_smtp_framing_append_end (EnvoiSmtpFraming *self,
                               GByteArray       *wire)
{
  if (!self->is_at_line_start)
    g_byte_array_append (wire, (const guint8 *) "\r\n", 2);

  g_byte_array_append (wire, (const guint8 *) ".\r\n", 3);
}

/**
 * envoi_smtp_framing_append_chunk:
 * @wire: what goes to the server
 * @length: octets that follow
 * @is_last: whether the message ends with them
 *
 * Appends the BDAT command of one chunk (RFC 3030 section 2).
 *
 * Thread: courier
 */
void
envoi_smtp_framing_append_chunk (GByteArray *wire,
                                 guint64     length,
                                 gboolean    is_last)
{
  g_autofree char *command = g_strdup_printf ("BDAT %" G_GUINT64_FORMAT "%s\r\n",
                                              length, is_last ? " LAST" : "");

  g_byte_array_append (wire, (const guint8 *) command, (guint) strlen (command));
}
