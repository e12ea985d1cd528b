/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-store"

#include "config.h"

#include "envoi-database-private.h"
#include "envoi-store-error.h"

#include <errno.h>
#include <fcntl.h>
#include <gio/gio.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <sys/file.h>
#include <unistd.h>

/* SQLite keeps these beside the file; they belong to it and go with it. */
static const char *const companions[] = { "", "-wal", "-shm" };

/**
 * envoi_store_set_errno:
 * @error: (out) (optional): where the error goes
 * @saved_errno: the errno of the call that failed
 * @what: what could not be done: "The file could not be kept"
 *
 * Says "no space" for everything that means the disk does not take the bytes,
 * since the person's way out is the same.
 *
 * Errors: ENVOI_STORE_ERROR_NO_SPACE, G_IO_ERROR
 *
 * Thread: any
 */
void
envoi_store_set_errno (GError    **error,
                       int         saved_errno,
                       const char *what)
{
  switch (saved_errno) {
    case ENOSPC:
    case EDQUOT:
    case EFBIG:
    case EROFS:
    case EIO:
    case EACCES:
    case EPERM:
      g_set_error (error, ENVOI_STORE_ERROR, ENVOI_STORE_ERROR_NO_SPACE, "%s: %s",
                   what, g_strerror (saved_errno));
      break;
    default:
      g_set_error (error, G_IO_ERROR, (int) g_io_error_from_errno (saved_errno),
                   "%s: %s", what, g_strerror (saved_errno));
  }
}

/**
 * envoi_database_file_lock_sync:
 * @folder: the store's folder
 * @fd: (out): close it to release the lock
 *
 * Waits until no other process is opening the database. Without it, two
 * processes that find the same damaged file would set aside each other's new one.
 *
 * Errors: NO_SPACE, G_IO_ERROR
 *
 * Thread: store
 */
gboolean
envoi_database_file_lock_sync (const char *folder,
                               int        *fd,
                               GError    **error)
{
  g_autofree char *path = g_build_filename (folder, "open.lock", NULL);

  *fd = g_open (path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (*fd >= 0 && flock (*fd, LOCK_EX) == 0)
    return TRUE;

  envoi_store_set_errno (error, errno, _("The letter database could not be locked"));
  if (*fd >= 0)
    close (*fd);
  *fd = -1;
  return FALSE;
}

static char *
make_free_name (const char *path)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_utc ();
  g_autofree char *stamp = g_date_time_format (now, "%Y%m%dT%H%M%SZ");
  char *name = g_strdup_printf ("%s.damaged-%s", path, stamp);

  for (guint i = 2; g_file_test (name, G_FILE_TEST_EXISTS); i++) {
    g_free (name);
    name = g_strdup_printf ("%s.damaged-%s-%u", path, stamp, i);
  }

  return name;
}

/**
 * envoi_database_file_set_aside:
 * @path: a damaged database
 *
 * Renames the file with what SQLite keeps beside it, so that a new one can be
 * made while an expert can still look into the old one.
 *
 * Returns: (transfer full) (nullable): the new path
 *
 * Errors: ENVOI_STORE_ERROR_CORRUPT when it could not be renamed
 *
 * Thread: store
 */
char *
envoi_database_file_set_aside (const char *path,
                               GError    **error)
{
  g_autofree char *name = make_free_name (path);

  for (guint i = 0; i < G_N_ELEMENTS (companions); i++) {
    g_autofree char *from = g_strconcat (path, companions[i], NULL);
    g_autofree char *to = g_strconcat (name, companions[i], NULL);

    if (g_rename (from, to) != 0 && errno != ENOENT) {
      g_set_error (error, ENVOI_STORE_ERROR, ENVOI_STORE_ERROR_CORRUPT,
                   _("The letter database is damaged and could not be set aside: %s."),
                   g_strerror (errno));
      return NULL;
    }
  }

  return g_steal_pointer (&name);
}
