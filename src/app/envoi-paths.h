/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Where things rest below the XDG base folders; see README.md. */
GFile    *envoi_paths_dup_data_folder   (void);
GFile    *envoi_paths_dup_config_folder (void);
/* Worker only: makes @folder and its parents, for this user alone. */
gboolean  envoi_paths_make_folder_sync  (GFile   *folder,
                                         GError **error);

G_END_DECLS
