/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-app"

#include "config.h"

#include "envoi-paths.h"

#include <errno.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>

/* The letters and the account list are nobody else's business. */
#define PRIVATE_MODE 0700

GFile *
envoi_paths_dup_data_folder (void)
{
  return g_file_new_build_filename (g_get_user_data_dir (), "envoi", NULL);
}

GFile *
envoi_paths_dup_config_folder (void)
{
  return g_file_new_build_filename (g_get_user_config_dir (), "envoi", NULL);
}

gboolean
envoi_paths_make_folder_sync (GFile   *folder,
                              GError **error)
{
  const char *path = g_file_peek_path (folder);

  if (g_mkdir_with_parents (path, PRIVATE_MODE) == 0 && g_chmod (path, PRIVATE_MODE) == 0)
    return TRUE;

  g_set_error (error, G_IO_ERROR, g_io_error_from_errno (errno),
               /* Translators: a path, then what the system says */
               _("The folder %s cannot be made or written: %s."), path, g_strerror (errno));
  return FALSE;
}
