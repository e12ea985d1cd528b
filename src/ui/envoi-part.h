/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>
#include "envoi-message-reader.h"

G_BEGIN_DECLS

#define ENVOI_TYPE_PART (envoi_part_get_type ())

/* A file in a letter as a view offers it: its bytes are in memory (a received
 * letter) or in a file (the store's blobs). Thread: main (immutable) */
G_DECLARE_FINAL_TYPE (EnvoiPart, envoi_part, ENVOI, PART, GObject)

EnvoiPart    *envoi_part_new_for_bytes    (const char           *name,
                                           const char           *content_type,
                                           const char           *content_id,
                                           GBytes               *bytes);
EnvoiPart    *envoi_part_new_for_file     (const char           *name,
                                           const char           *content_type,
                                           const char           *content_id,
                                           GFile                *file,
                                           guint64               size);
/* The files of a message, or the pictures inside its text. (element-type EnvoiPart) */
GListStore   *envoi_part_list_received    (EnvoiMessageReader   *message,
                                           gboolean              is_inline);
const char   *envoi_part_get_name         (EnvoiPart            *self);
const char   *envoi_part_get_content_type (EnvoiPart            *self);
const char   *envoi_part_get_content_id   (EnvoiPart            *self);   /* nullable */
guint64       envoi_part_get_size         (EnvoiPart            *self);
/* The bytes, without waiting for a disk. */
void          envoi_part_open_async       (EnvoiPart            *self,
                                           GCancellable         *cancellable,
                                           GAsyncReadyCallback   callback,
                                           gpointer              user_data);
GInputStream *envoi_part_open_finish      (EnvoiPart            *self,
                                           GAsyncResult         *result,
                                           GError              **error);
/* Replaces @target whole or not at all. */
void          envoi_part_save_async       (EnvoiPart            *self,
                                           GFile                *target,
                                           GCancellable         *cancellable,
                                           GAsyncReadyCallback   callback,
                                           gpointer              user_data);
gboolean      envoi_part_save_finish      (EnvoiPart            *self,
                                           GAsyncResult         *result,
                                           GError              **error);

G_END_DECLS
