/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-message"

#include "config.h"

#include "envoi-segment-private.h"

#include <string.h>

/* Octets of a blob in one line of base64, and that line with its CRLF. */
#define LINE_IN 57
#define LINE_OUT 78

#define BLOB_ID_LENGTH 64

/**
 * envoi_segment_new_literal:
 * @literal: octets of the message
 *
 * Returns: (transfer full): a piece that is @literal
 *
 * Thread: any
 */
EnvoiSegment *
envoi_segment_new_literal (GBytes *literal)
{
  EnvoiSegment *self = g_new0 (EnvoiSegment, 1);

  self->kind = ENVOI_SEGMENT_LITERAL;
  self->literal = g_bytes_ref (literal);
  return self;
}

/**
 * envoi_segment_new_blob:
 * @kind: how the blob is written
 * @blob_id: which blob
 * @blob_size: its octets, before encoding
 *
 * Returns: (transfer full): a piece that is read from a blob
 *
 * Thread: any
 */
EnvoiSegment *
envoi_segment_new_blob (EnvoiSegmentKind  kind,
                        const char       *blob_id,
                        guint64           blob_size)
{
  EnvoiSegment *self = g_new0 (EnvoiSegment, 1);

  self->kind = kind;
  self->blob_id = g_strdup (blob_id);
  self->blob_size = blob_size;
  return self;
}

/**
 * envoi_segment_free:
 * @self: (transfer full): a piece
 *
 * Frees it.
 *
 * Thread: any
 */
void
envoi_segment_free (EnvoiSegment *self)
{
  g_clear_pointer (&self->literal, g_bytes_unref);
  g_free (self->blob_id);
  g_free (self);
}

/**
 * envoi_segment_new_array:
 *
 * Returns: (transfer full) (element-type EnvoiSegment): room for pieces
 *
 * Thread: any
 */
GPtrArray *
envoi_segment_new_array (void)
{
  return g_ptr_array_new_with_free_func ((GDestroyNotify) envoi_segment_free);
}

/**
 * envoi_segment_get_size:
 * @self: a piece
 *
 * Returns: how many octets of the message it makes
 *
 * Thread: any
 */
guint64
envoi_segment_get_size (const EnvoiSegment *self)
{
  guint64 rest = self->blob_size % LINE_IN;

  switch (self->kind) {
    case ENVOI_SEGMENT_LITERAL:
      return g_bytes_get_size (self->literal);
    case ENVOI_SEGMENT_BASE64:
      return self->blob_size / LINE_IN * LINE_OUT + (rest > 0 ? (rest + 2) / 3 * 4 + 2 : 0);
    case ENVOI_SEGMENT_VERBATIM:
      return self->blob_size;
    default:
      g_assert_not_reached ();
  }
}

/**
 * envoi_segment_is_blob_id:
 * @blob_id: (nullable): what may be an id
 *
 * Returns: whether it is 64 hexadecimal digits in lower case
 *
 * Thread: any
 */
gboolean
envoi_segment_is_blob_id (const char *blob_id)
{
  return blob_id && strlen (blob_id) == BLOB_ID_LENGTH &&
         strspn (blob_id, "0123456789abcdef") == BLOB_ID_LENGTH;
}
