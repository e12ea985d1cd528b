/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-store"

#include "config.h"

#include "envoi-blob-folder-private.h"
#include "envoi-database-private.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <sys/file.h>
#include <unistd.h>

/*
 * Blobs are files named by the SHA-256 of what is in them: blobs/ab/abcd….
 * A file appears there by rename only, so it is always whole.
 *
 * A blob that no letter needs is still left alone for a day: it was perhaps
 * imported for a draft that is not saved yet.
 */

#define BLOB_ID_LENGTH 64
#define BUFFER_SIZE (256 * 1024)
#define YOUNG_SECONDS (24 * 60 * 60)
#define TEMPORARY_PREFIX ".import-"

typedef struct {
  EnvoiBlobImport *import;
  GCancellable *cancellable;
  goffset expected_size;      /* 0 = not known */
  int fd;
  GChecksum *checksum;
} Copy;

static gboolean
write_all (int           fd,
           const guint8 *bytes,
           gsize         length,
           GError      **error)
{
  gsize done = 0;

  while (done < length) {
    gssize written = write (fd, bytes + done, length - done);

    if (written < 0 && errno != EINTR) {
      envoi_store_set_errno (error, errno, _("The attachment could not be kept"));
      return FALSE;
    }

    done += written > 0 ? (gsize) written : 0;
  }

  return TRUE;
}

static goffset
query_size (GInputStream *input)
{
  g_autoptr (GFileInfo) info = NULL;

  if (!G_IS_FILE_INPUT_STREAM (input))
    return 0;

  info = g_file_input_stream_query_info (G_FILE_INPUT_STREAM (input),
                                         G_FILE_ATTRIBUTE_STANDARD_SIZE, NULL, NULL);
  return info ? g_file_info_get_size (info) : 0;
}

static gboolean
copy_bytes (Copy    *copy,
            GError **error)
{
  EnvoiBlobImport *import = copy->import;
  g_autofree guint8 *buffer = g_malloc (BUFFER_SIZE);
  gssize length;

  while ((length = g_input_stream_read (import->input, buffer, BUFFER_SIZE, copy->cancellable,
                                        error)) > 0) {
    if (!write_all (copy->fd, buffer, (gsize) length, error))
      return FALSE;

    g_checksum_update (copy->checksum, buffer, length);
    import->size += (guint64) length;
    if (import->progress)
      import->progress ((goffset) import->size, copy->expected_size, import->progress_data);
  }

  return length == 0;
}

static gboolean
sync_folder (const char *path,
             GError    **error)
{
  int fd = g_open (path, O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0);
  gboolean is_synced = fd >= 0 && fsync (fd) == 0;

  if (!is_synced)
    envoi_store_set_errno (error, errno, _("The attachment could not be kept"));
  if (fd >= 0)
    close (fd);
  return is_synced;
}

static int
lock_folder (const char *folder,
             int         operation)
{
  g_autofree char *path = g_build_filename (folder, ".lock", NULL);
  int fd = g_open (path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);

  if (fd >= 0 && flock (fd, operation) != 0) {
    close (fd);
    fd = -1;
  }

  return fd;
}

/* Collecting and putting in place exclude each other, between processes too;
 * else a blob could be collected just after a second import had relied on it. */
static gboolean
put_in_place (const char *folder,
              const char *temporary,
              const char *blob_id,
              GError    **error)
{
  g_autofree char *path = envoi_blob_folder_make_path (folder, blob_id);
  g_autofree char *parent = g_path_get_dirname (path);
  gboolean is_new_parent = g_mkdir (parent, 0700) == 0;
  int lock = lock_folder (folder, LOCK_SH);
  gboolean is_done = lock >= 0 && g_rename (temporary, path) == 0;

  if (!is_done)
    envoi_store_set_errno (error, errno, _("The attachment could not be kept"));
  if (lock >= 0)
    close (lock);

  return is_done && sync_folder (parent, error) &&
         (!is_new_parent || sync_folder (folder, error));
}

static gboolean
finish_file (Copy    *copy,
             GError **error)
{
  if (fsync (copy->fd) == 0)
    return TRUE;

  envoi_store_set_errno (error, errno, _("The attachment could not be kept"));
  return FALSE;
}

static gboolean
is_young (const char *path)
{
  GStatBuf status;

  return g_stat (path, &status) != 0 ||
         g_get_real_time () / G_USEC_PER_SEC - status.st_mtime < YOUNG_SECONDS;
}

static void
collect_one (const char        *folder,
             const char        *blob_id,
             EnvoiBlobUsedFunc  is_used,
             gpointer           user_data)
{
  g_autofree char *path = envoi_blob_folder_make_path (folder, blob_id);
  g_autoptr (GError) error = NULL;
  gboolean used = TRUE;

  if (is_young (path))
    return;

  if (!is_used (blob_id, &used, user_data, &error))
    g_debug ("A blob is kept, since its use is not known: %s", error->message);
  else if (!used && g_unlink (path) == 0)
    g_debug ("A blob that no letter needs was removed");
}

static void
collect_folder (const char        *folder,
                const char        *name,
                EnvoiBlobUsedFunc  is_used,
                gpointer           user_data)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *blob_id;

  while (dir && (blob_id = g_dir_read_name (dir))) {
    if (envoi_blob_id_is_valid (blob_id))
      collect_one (folder, blob_id, is_used, user_data);
  }
}

static void
collect_all (const char        *folder,
             EnvoiBlobUsedFunc  is_used,
             gpointer           user_data)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while (dir && (name = g_dir_read_name (dir))) {
    g_autofree char *path = g_build_filename (folder, name, NULL);

    if (!g_str_has_prefix (name, "."))
      collect_folder (folder, name, is_used, user_data);
    else if (g_str_has_prefix (name, TEMPORARY_PREFIX) && !is_young (path))
      g_unlink (path);
  }
}

/**
 * envoi_blob_id_is_valid:
 * @blob_id: (nullable): a name
 *
 * Returns: whether it is 64 lower-case hexadecimal digits, so that it can
 *   never lead out of the folder
 *
 * Thread: any
 */
gboolean
envoi_blob_id_is_valid (const char *blob_id)
{
  return blob_id && strspn (blob_id, "0123456789abcdef") == BLOB_ID_LENGTH &&
         blob_id[BLOB_ID_LENGTH] == '\0';
}

/**
 * envoi_blob_folder_make_path:
 * @folder: the folder of blobs
 * @blob_id: a valid id
 *
 * Returns: (transfer full): where the blob is
 *
 * Thread: any
 */
char *
envoi_blob_folder_make_path (const char *folder,
                             const char *blob_id)
{
  const char parent[] = { blob_id[0], blob_id[1], '\0' };

  return g_build_filename (folder, parent, blob_id, NULL);
}

/**
 * envoi_blob_folder_import_sync:
 * @folder: the folder of blobs; it exists
 * @import: what to copy; gets its size
 * @cancellable: (nullable): stops the copy
 *
 * Copies @input into the blobs; the blob is on the disk when this returns.
 *
 * Returns: (transfer full) (nullable): the blob's id
 *
 * Errors: NO_SPACE, G_IO_ERROR (of the input)
 *
 * Thread: any worker
 */
char *
envoi_blob_folder_import_sync (const char       *folder,
                               EnvoiBlobImport  *import,
                               GCancellable     *cancellable,
                               GError          **error)
{
  g_autofree char *temporary = g_build_filename (folder, TEMPORARY_PREFIX "XXXXXX", NULL);
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  Copy copy = {
    .import = import,
    .cancellable = cancellable,
    .expected_size = query_size (import->input),
    .fd = g_mkstemp_full (temporary, O_RDWR | O_CLOEXEC, 0600),
    .checksum = checksum,
  };
  const char *blob_id = NULL;
  gboolean is_copied;

  import->size = 0;

  if (copy.fd < 0) {
    envoi_store_set_errno (error, errno, _("The attachment could not be kept"));
    return NULL;
  }

  is_copied = copy_bytes (&copy, error) && finish_file (&copy, error);
  close (copy.fd);
  if (is_copied)
    blob_id = g_checksum_get_string (checksum);
  if (is_copied && put_in_place (folder, temporary, blob_id, error))
    return g_strdup (blob_id);

  g_unlink (temporary);
  return NULL;
}

/**
 * envoi_blob_folder_collect_sync:
 * @folder: the folder of blobs
 * @blob_ids: (nullable) (array zero-terminated=1): those to look at; %NULL = all
 * @is_used: says whether a letter needs a blob
 * @user_data: for @is_used
 *
 * Removes blobs older than a day that no letter needs. A failure leaves a
 * file too many, which does no harm.
 *
 * Thread: store
 */
void
envoi_blob_folder_collect_sync (const char        *folder,
                                const char *const *blob_ids,
                                EnvoiBlobUsedFunc  is_used,
                                gpointer           user_data)
{
  int lock = lock_folder (folder, LOCK_EX);

  if (lock < 0)
    return;

  if (!blob_ids)
    collect_all (folder, is_used, user_data);
  for (guint i = 0; blob_ids && blob_ids[i]; i++)
    collect_one (folder, blob_ids[i], is_used, user_data);

  close (lock);
}
