/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define ENVOI_TYPE_ATTACHMENT (envoi_attachment_get_type ())

/* One file of a letter. Its bytes are in the blob folder under @blob_id (SHA-256,
 * 64 hexadecimal digits). Properties: "name", "content-type", "size", "blob-id",
 * "is-inline", "content-id". Thread: main */
G_DECLARE_FINAL_TYPE (EnvoiAttachment, envoi_attachment, ENVOI, ATTACHMENT, GObject)

EnvoiAttachment *envoi_attachment_new              (const char      *name,
                                                    const char      *content_type,
                                                    const char      *blob_id,
                                                    guint64          size);
/* A picture inside the text, shown by cid:@content_id. */
EnvoiAttachment *envoi_attachment_new_inline       (const char      *name,
                                                    const char      *content_type,
                                                    const char      *blob_id,
                                                    guint64          size,
                                                    const char      *content_id);
const char      *envoi_attachment_get_name         (EnvoiAttachment *self);
void             envoi_attachment_set_name         (EnvoiAttachment *self,
                                                    const char      *name);
const char      *envoi_attachment_get_content_type (EnvoiAttachment *self);
const char      *envoi_attachment_get_blob_id      (EnvoiAttachment *self);
guint64          envoi_attachment_get_size         (EnvoiAttachment *self);
gboolean         envoi_attachment_get_is_inline    (EnvoiAttachment *self);
const char      *envoi_attachment_get_content_id   (EnvoiAttachment *self);   /* nullable */

G_END_DECLS
