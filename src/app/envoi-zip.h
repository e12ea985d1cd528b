/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Writes @folder with all in it as a zip archive, as a stream: links are left out, names are
 * UTF-8. @progress: nullable, with the octets read so far and a total of -1; called here.
 * Errors: TOO_LARGE (over 4 GiB or 65535 files), G_IO_ERROR_*. Worker only. */
gboolean envoi_zip_folder_sync (GFile                  *folder,
                                GOutputStream          *output,
                                GFileProgressCallback   progress,
                                gpointer                progress_data,
                                GCancellable           *cancellable,
                                GError                **error);

typedef struct {
  GFile *file;
  char  *name;     /* in the archive, unlike any other */
} EnvoiZipFile;

EnvoiZipFile *envoi_zip_file_new  (GFile        *file,
                                   const char   *name);
void          envoi_zip_file_free (EnvoiZipFile *self);
/* The same of files (element-type EnvoiZipFile). The total is -1, too. */
gboolean envoi_zip_files_sync  (GPtrArray              *files,
                                GOutputStream          *output,
                                GFileProgressCallback   progress,
                                gpointer                progress_data,
                                GCancellable           *cancellable,
                                GError                **error);
/* Whether a file of this kind is likely to be smaller in an archive. */
gboolean envoi_zip_helps       (const char             *content_type);

G_END_DECLS
