/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Asked for each old blob; may set @error when it does not know. */
typedef gboolean (*EnvoiBlobUsedFunc) (const char  *blob_id,
                                       gboolean    *is_used,
                                       gpointer     user_data,
                                       GError     **error);

/* What to import; @progress is nullable and called on the importing thread. */
typedef struct {
  GInputStream          *input;
  GFileProgressCallback  progress;
  gpointer               progress_data;
  guint64                size;      /* out: octets copied */
} EnvoiBlobImport;

gboolean  envoi_blob_id_is_valid          (const char             *blob_id);
char     *envoi_blob_folder_make_path     (const char             *folder,
                                           const char             *blob_id);
char     *envoi_blob_folder_import_sync   (const char             *folder,
                                           EnvoiBlobImport        *import,
                                           GCancellable           *cancellable,
                                           GError                **error);
void      envoi_blob_folder_collect_sync  (const char             *folder,
                                           const char *const      *blob_ids,
                                           EnvoiBlobUsedFunc       is_used,
                                           gpointer                user_data);

G_END_DECLS
