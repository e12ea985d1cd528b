/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "envoi-manifest.h"

G_BEGIN_DECLS

/* How a piece of a message comes about. The numbers are in stored letters. */
typedef enum {
  ENVOI_SEGMENT_LITERAL = 0,    /* these octets */
  ENVOI_SEGMENT_BASE64 = 1,     /* a blob, base64 in lines of 76 */
  ENVOI_SEGMENT_VERBATIM = 2,   /* a blob as it is */
} EnvoiSegmentKind;

typedef struct {
  EnvoiSegmentKind kind;
  GBytes *literal;              /* for a literal one */
  char *blob_id;                /* for the others */
  guint64 blob_size;
} EnvoiSegment;

EnvoiSegment *envoi_segment_new_literal  (GBytes             *literal);
EnvoiSegment *envoi_segment_new_blob     (EnvoiSegmentKind    kind,
                                          const char         *blob_id,
                                          guint64             blob_size);
void          envoi_segment_free         (EnvoiSegment       *self);
GPtrArray    *envoi_segment_new_array    (void);
/* Octets of the message. */
guint64       envoi_segment_get_size     (const EnvoiSegment *self);
gboolean      envoi_segment_is_blob_id   (const char         *blob_id);
/* @segments are read one after the other; blobs are opened when their turn comes. */
GInputStream *envoi_message_stream_new   (GPtrArray          *segments,
                                          EnvoiBlobOpenFunc   open_blob,
                                          gpointer            user_data);

G_END_DECLS
