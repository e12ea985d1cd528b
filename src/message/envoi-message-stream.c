/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-message"

#include "config.h"

#include "envoi-message-error.h"
#include "envoi-segment-private.h"

#include <glib/gi18n.h>
#include <string.h>

/* Octets of a blob in one line of base64 (RFC 2045 section 6.8), and that line
 * with its CRLF. */
#define LINE_IN 57
#define LINE_OUT 78

#define N_LINES 1024
#define RAW_SIZE (LINE_IN * N_LINES)

/**
 * EnvoiMessageStream:
 *
 * A message read from its pieces, one after the other, so that memory holds one
 * buffer whatever the size of an attachment.
 *
 * Thread: the one that reads
 */
struct _EnvoiMessageStream {
  GInputStream parent_instance;

  GPtrArray *segments;
  EnvoiBlobOpenFunc open_blob;
  gpointer user_data;

  guint position;          /* the piece that is read */
  guint64 done;            /* octets taken from its literal or its blob */
  GInputStream *blob;      /* nullable: its blob, while it is read */
  guint8 *raw;             /* RAW_SIZE octets */
  guint8 *encoded;         /* LINE_OUT * N_LINES octets */
  gsize n_encoded;
  gsize n_given;           /* of the encoded octets */
};

#define ENVOI_TYPE_MESSAGE_STREAM (envoi_message_stream_get_type ())
G_DECLARE_FINAL_TYPE (EnvoiMessageStream, envoi_message_stream, ENVOI, MESSAGE_STREAM, GInputStream)
G_DEFINE_FINAL_TYPE (EnvoiMessageStream, envoi_message_stream, G_TYPE_INPUT_STREAM)

static void
go_to_next (EnvoiMessageStream *self)
{
  g_clear_object (&self->blob);
  self->position++;
  self->done = 0;
}

/* A blob error keeps its words, but a cancellation stays what it is. */
static void
set_unreadable (GError **error,
                GError  *cause)
{
  if (cause && g_error_matches (cause, G_IO_ERROR, G_IO_ERROR_CANCELLED)) {
    g_propagate_error (error, cause);
    return;
  }

  g_set_error (error, ENVOI_MESSAGE_ERROR, ENVOI_MESSAGE_ERROR_ATTACHMENT_UNREADABLE,
               _("An attachment can no longer be read: %s"),
               cause ? cause->message : _("its size has changed"));
  g_clear_error (&cause);
}

static gboolean
read_blob (EnvoiMessageStream  *self,
           const EnvoiSegment  *segment,
           gsize                wanted,
           gsize               *got,
           GCancellable        *cancellable,
           GError             **error)
{
  GError *cause = NULL;

  *got = 0;
  if (!self->blob)
    self->blob = self->open_blob (segment->blob_id, self->user_data, &cause);

  if (!self->blob ||
      !g_input_stream_read_all (self->blob, self->raw, wanted, got, cancellable, &cause) ||
      *got != wanted) {
    set_unreadable (error, cause);
    return FALSE;
  }

  self->done += *got;
  return TRUE;
}

/* A blob that has grown is not the one that was approved. */
static gboolean
check_end (EnvoiMessageStream  *self,
           const EnvoiSegment  *segment,
           GCancellable        *cancellable,
           GError             **error)
{
  GError *cause = NULL;
  guint8 more;
  gssize got;

  if (!self->blob)
    return TRUE;

  got = g_input_stream_read (self->blob, &more, 1, cancellable, &cause);
  if (got == 0)
    return TRUE;

  set_unreadable (error, cause);
  return FALSE;
}

static void
encode_lines (EnvoiMessageStream *self,
              gsize               n_raw)
{
  char *out = (char *) self->encoded;

  for (gsize at = 0; at < n_raw; at += LINE_IN) {
    int state = 0;
    int save = 0;

    out += g_base64_encode_step (self->raw + at, MIN (LINE_IN, n_raw - at), FALSE, out,
                                 &state, &save);
    out += g_base64_encode_close (FALSE, out, &state, &save);
    *out++ = '\r';
    *out++ = '\n';
  }

  self->n_encoded = (gsize) (out - (char *) self->encoded);
  self->n_given = 0;
}

/* Fills the buffer from the blob of the piece that is read. */
static gboolean
fill (EnvoiMessageStream  *self,
      const EnvoiSegment  *segment,
      GCancellable        *cancellable,
      GError             **error)
{
  gsize wanted = (gsize) MIN (segment->blob_size - self->done, RAW_SIZE);
  gsize got;

  if (!read_blob (self, segment, wanted, &got, cancellable, error))
    return FALSE;

  if (segment->kind == ENVOI_SEGMENT_BASE64) {
    encode_lines (self, got);
  } else {
    memcpy (self->encoded, self->raw, got);
    self->n_encoded = got;
    self->n_given = 0;
  }

  return self->done < segment->blob_size || check_end (self, segment, cancellable, error);
}

static gsize
give_literal (EnvoiMessageStream *self,
              const EnvoiSegment *segment,
              guint8             *buffer,
              gsize               count)
{
  gsize size;
  const guint8 *octets = g_bytes_get_data (segment->literal, &size);
  gsize given = (gsize) MIN (count, size - self->done);

  if (given > 0)
    memcpy (buffer, octets + self->done, given);
  self->done += given;
  if (self->done == size)
    go_to_next (self);

  return given;
}

static gsize
give_encoded (EnvoiMessageStream *self,
              const EnvoiSegment *segment,
              guint8             *buffer,
              gsize               count)
{
  gsize given = MIN (count, self->n_encoded - self->n_given);

  memcpy (buffer, self->encoded + self->n_given, given);
  self->n_given += given;
  if (self->n_given == self->n_encoded && self->done == segment->blob_size)
    go_to_next (self);

  return given;
}

static gssize
envoi_message_stream_read (GInputStream  *stream,
                           void          *buffer,
                           gsize          count,
                           GCancellable  *cancellable,
                           GError       **error)
{
  EnvoiMessageStream *self = ENVOI_MESSAGE_STREAM (stream);
  gsize given = 0;

  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return -1;

  while (given == 0 && count > 0 && self->position < self->segments->len) {
    const EnvoiSegment *segment = g_ptr_array_index (self->segments, self->position);

    if (segment->kind == ENVOI_SEGMENT_LITERAL) {
      given = give_literal (self, segment, buffer, count);
    } else {
      if (self->n_given == self->n_encoded && !fill (self, segment, cancellable, error))
        return -1;
      given = give_encoded (self, segment, buffer, count);
    }
  }

  return (gssize) given;
}

static gboolean
envoi_message_stream_close (GInputStream  *stream,
                            GCancellable  *cancellable,
                            GError       **error)
{
  g_clear_object (&ENVOI_MESSAGE_STREAM (stream)->blob);
  return TRUE;
}

static void
envoi_message_stream_finalize (GObject *object)
{
  EnvoiMessageStream *self = ENVOI_MESSAGE_STREAM (object);

  g_clear_object (&self->blob);
  g_ptr_array_unref (self->segments);
  g_free (self->raw);
  g_free (self->encoded);

  G_OBJECT_CLASS (envoi_message_stream_parent_class)->finalize (object);
}

static void
envoi_message_stream_class_init (EnvoiMessageStreamClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = envoi_message_stream_finalize;
  G_INPUT_STREAM_CLASS (klass)->read_fn = envoi_message_stream_read;
  G_INPUT_STREAM_CLASS (klass)->close_fn = envoi_message_stream_close;
}

static void
envoi_message_stream_init (EnvoiMessageStream *self)
{
  self->raw = g_malloc (RAW_SIZE);
  self->encoded = g_malloc (LINE_OUT * N_LINES);
}

/**
 * envoi_message_stream_new:
 * @segments: (element-type EnvoiSegment): the pieces
 * @open_blob: opens a blob, on the thread that reads
 * @user_data: for @open_blob; must outlive the stream
 *
 * Errors while reading: ATTACHMENT_UNREADABLE
 *
 * Returns: (transfer full): the message
 *
 * Thread: the one that reads
 */
GInputStream *
envoi_message_stream_new (GPtrArray         *segments,
                          EnvoiBlobOpenFunc  open_blob,
                          gpointer           user_data)
{
  EnvoiMessageStream *self = g_object_new (ENVOI_TYPE_MESSAGE_STREAM, NULL);

  self->segments = g_ptr_array_ref (segments);
  self->open_blob = open_blob;
  self->user_data = user_data;
  return G_INPUT_STREAM (self);
}
