/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-message"

#include "config.h"

#include "envoi-manifest.h"
#include "envoi-message-error.h"
#include "envoi-mime-private.h"
#include "envoi-raw-private.h"

#include <glib/gi18n.h>
#include <string.h>

#define CHUNK (64 * 1024)

/* No provider takes anything near it. */
#define MAX_MESSAGE (G_GUINT64_CONSTANT (1) << 31)

/* One line is looked at a time; a line is at most ENVOI_MIME_MAX_LINE octets. */
typedef struct {
  GString *line;
  GString *from;             /* the lines of From, until all of it is there */
  GString *out;              /* not written yet */
  guint64 n_written;
  gboolean is_first;
  gboolean is_body;
  gboolean is_dropping;      /* inside a field that must not leave */
  gboolean is_after_cr;
} Normalizer;

static gboolean
is_field (const char *name,
          const char *line,
          gsize       name_length)
{
  return strlen (name) == name_length && g_ascii_strncasecmp (line, name, name_length) == 0;
}

static gboolean
is_secret_field (const char *line,
                 gsize       name_length)
{
  return is_field ("Bcc", line, name_length) || is_field ("Resent-Bcc", line, name_length);
}

static void
append_line (GString       *text,
             const GString *line)
{
  g_string_append_len (text, line->str, (gssize) line->len);
  g_string_append (text, "\r\n");
}

static void
keep_line (Normalizer *self)
{
  append_line (self->from->len > 0 ? self->from : self->out, self->line);
}

/* cron writes "From: root (Cron Daemon)". Outside this machine that is nobody, and
 * servers refuse it; sealing puts the account there instead. */
static void
end_from (Normalizer *self)
{
  if (strchr (self->from->str, '@'))
    g_string_append_len (self->out, self->from->str, (gssize) self->from->len);

  g_string_truncate (self->from, 0);
}

static gboolean
is_blank (const GString *line)
{
  return strspn (line->str, " \t") == line->len;
}

static void
take_header_line (Normalizer *self)
{
  const GString *line = self->line;
  gboolean is_first = self->is_first;
  gsize name_length = envoi_raw_measure_name (line->str, line->len);

  self->is_first = FALSE;
  if (!g_ascii_isspace (*line->str))
    end_from (self);

  /* Mailbox files and "git format-patch" begin with a line that is no field. */
  if (is_first && name_length == 0 && g_str_has_prefix (line->str, "From ")) {
    self->is_first = TRUE;
  } else if (line->len == 0) {
    self->is_body = TRUE;
    keep_line (self);
  } else if (name_length > 0) {
    self->is_dropping = is_secret_field (line->str, name_length);
    if (is_field ("From", line->str, name_length))
      append_line (self->from, line);
    else if (!self->is_dropping)
      keep_line (self);
  } else if (g_ascii_isspace (*line->str) && !is_first) {
    /* A folded line of spaces alone is taken for the end by some servers. */
    if (!self->is_dropping && !is_blank (line))
      keep_line (self);
  } else {
    /* A text without any header, as it is piped into sendmail. */
    g_string_append (self->out, "\r\n");
    self->is_body = TRUE;
    keep_line (self);
  }
}

static void
take_line (Normalizer *self)
{
  if (self->is_body)
    keep_line (self);
  else
    take_header_line (self);

  g_string_truncate (self->line, 0);
}

static gboolean
refuse (GError     **error,
        const char  *sentence)
{
  g_set_error_literal (error, ENVOI_MESSAGE_ERROR, ENVOI_MESSAGE_ERROR_REFUSED_INPUT, sentence);
  return FALSE;
}

/* CR, LF and CRLF each end one line. */
static gboolean
take_octets (Normalizer  *self,
             const char  *octets,
             gsize        length,
             GError     **error)
{
  for (gsize i = 0; i < length; i++) {
    gboolean is_after_cr = self->is_after_cr;

    self->is_after_cr = octets[i] == '\r';
    if (octets[i] == '\0')
      return refuse (error, _("The message holds a NUL octet, which mail cannot carry. "
                              "Attach binary files instead of pasting them in."));

    if (octets[i] == '\r' || (octets[i] == '\n' && !is_after_cr))
      take_line (self);
    else if (octets[i] != '\n')
      g_string_append_c (self->line, octets[i]);

    if (self->line->len > ENVOI_MIME_MAX_LINE)
      return refuse (error, _("The message has a line of more than 998 octets, which mail "
                              "servers may cut. Encode it as quoted-printable or base64."));
  }

  return TRUE;
}

static gboolean
write_out (Normalizer     *self,
           GOutputStream  *output,
           GCancellable   *cancellable,
           GError        **error)
{
  self->n_written += self->out->len;
  if (self->n_written > MAX_MESSAGE) {
    g_set_error_literal (error, ENVOI_MESSAGE_ERROR, ENVOI_MESSAGE_ERROR_TOO_LARGE,
                         _("The message is larger than any mail server takes."));
    return FALSE;
  }

  if (!g_output_stream_write_all (output, self->out->str, self->out->len, NULL, cancellable, error))
    return FALSE;

  g_string_truncate (self->out, 0);
  return TRUE;
}

static void
take_end (Normalizer *self)
{
  if (self->line->len > 0)
    take_line (self);
  end_from (self);
  if (!self->is_body)
    g_string_append (self->out, "\r\n");
}

static gboolean
normalize (Normalizer     *self,
           GInputStream   *input,
           GOutputStream  *output,
           GCancellable   *cancellable,
           GError        **error)
{
  g_autofree char *chunk = g_malloc (CHUNK);
  gssize got;

  while ((got = g_input_stream_read (input, chunk, CHUNK, cancellable, error)) > 0) {
    if (!take_octets (self, chunk, (gsize) got, error) ||
        !write_out (self, output, cancellable, error))
      return FALSE;
  }

  if (got < 0)
    return FALSE;

  take_end (self);
  return write_out (self, output, cancellable, error) &&
         g_output_stream_flush (output, cancellable, error);
}

/**
 * envoi_message_normalize_sync:
 * @input: a message with line ends of any kind
 * @output: where the message goes with CRLF and without Bcc
 * @cancellable: (nullable): to stop
 * @error: return location for an error
 *
 * Makes a finished message fit for the wire (RFC 5321 section 2.3.8): every line
 * ends with CRLF, Bcc and Resent-Bcc are gone, and so are the first line of a
 * mailbox file and a From without any domain.
 *
 * Errors: REFUSED_INPUT (NUL, a line over 998 octets), TOO_LARGE, those of the streams
 *
 * Returns: whether the whole message was copied
 *
 * Thread: worker
 */
gboolean
envoi_message_normalize_sync (GInputStream   *input,
                              GOutputStream  *output,
                              GCancellable   *cancellable,
                              GError        **error)
{
  Normalizer self = {
    g_string_new (NULL), g_string_new (NULL), g_string_new (NULL), .is_first = TRUE
  };
  gboolean is_done = normalize (&self, input, output, cancellable, error);

  g_string_free (self.line, TRUE);
  g_string_free (self.from, TRUE);
  g_string_free (self.out, TRUE);
  return is_done;
}
