/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-store"

#include "config.h"

#include "envoi-store-private.h"

#include "envoi-blob-folder-private.h"

#include <glib/gi18n.h>

/* Import tells the main thread of progress in such steps, not for each buffer. */
#define PROGRESS_STEP (1024 * 1024)

typedef struct {
  GInputStream *input;
  GFileProgressCallback progress;
  gpointer progress_data;
  goffset told;
  guint64 size;
  GMainContext *context;
} Import;

static void
import_free (Import *import)
{
  g_clear_object (&import->input);
  g_clear_pointer (&import->context, g_main_context_unref);
  g_free (import);
}

typedef struct {
  GFileProgressCallback progress;
  gpointer progress_data;
  goffset current;
  goffset total;
} Progress;

static gboolean
tell_progress_cb (gpointer user_data)
{
  Progress *progress = user_data;

  progress->progress (progress->current, progress->total, progress->progress_data);
  return G_SOURCE_REMOVE;
}

static void
import_progressed (goffset  current,
                   goffset  total,
                   gpointer user_data)
{
  Import *import = user_data;
  Progress *progress;

  if (!import->progress || current - import->told < PROGRESS_STEP)
    return;

  import->told = current;
  progress = g_new0 (Progress, 1);
  progress->progress = import->progress;
  progress->progress_data = import->progress_data;
  progress->current = current;
  progress->total = total;
  g_main_context_invoke_full (import->context, G_PRIORITY_DEFAULT, tell_progress_cb, progress,
                              g_free);
}

static void
import_in_thread (GTask        *task,
                  gpointer      source,
                  gpointer      task_data,
                  GCancellable *cancellable)
{
  EnvoiStore *self = ENVOI_STORE (source);
  Import *import = task_data;
  g_autofree char *blobs = g_build_filename (g_file_peek_path (self->folder), "blobs", NULL);
  g_autoptr (GError) error = NULL;
  EnvoiBlobImport blob_import = {
    .input = import->input,
    .progress = import_progressed,
    .progress_data = import,
  };
  char *blob_id = NULL;

  if (envoi_store_make_folders (self, &error))
    blob_id = envoi_blob_folder_import_sync (blobs, &blob_import, cancellable, &error);
  import->size = blob_import.size;

  if (blob_id)
    g_task_return_pointer (task, blob_id, g_free);
  else
    g_task_return_error (task, g_steal_pointer (&error));
}

/**
 * envoi_store_import_blob_async:
 * @self: a store
 * @input: what to keep
 * @progress: (nullable): called on the main thread about once a mebibyte; a
 *   total of 0 means that it is not known
 * @progress_data: for @progress; valid until @callback
 * @cancellable: (nullable): stops the copy; nothing is left of it
 * @callback: called when the blob is on the disk
 * @user_data: for @callback
 *
 * Copies @input into the blobs. The same content is kept one time.
 *
 * Errors: NO_SPACE, G_IO_ERROR (of the input)
 *
 * Thread: main; the copy runs on a worker
 */
void
envoi_store_import_blob_async (EnvoiStore            *self,
                               GInputStream          *input,
                               GFileProgressCallback  progress,
                               gpointer               progress_data,
                               GCancellable          *cancellable,
                               GAsyncReadyCallback    callback,
                               gpointer               user_data)
{
  g_autoptr (GTask) task = NULL;
  Import *import;

  g_return_if_fail (ENVOI_IS_STORE (self));
  g_return_if_fail (G_IS_INPUT_STREAM (input));

  import = g_new0 (Import, 1);
  import->input = g_object_ref (input);
  import->progress = progress;
  import->progress_data = progress_data;
  import->context = g_main_context_ref_thread_default ();

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_task_data (task, import, (GDestroyNotify) import_free);
  g_task_run_in_thread (task, import_in_thread);
}

/**
 * envoi_store_import_blob_finish:
 * @self: a store
 * @result: what the callback got
 * @size: (out) (optional): octets of the blob
 *
 * Returns: (transfer full) (nullable): the blob's id, 64 hexadecimal digits
 *
 * Thread: main
 */
char *
envoi_store_import_blob_finish (EnvoiStore   *self,
                                GAsyncResult *result,
                                guint64      *size,
                                GError      **error)
{
  Import *import = g_task_get_task_data (G_TASK (result));

  if (size)
    *size = import->size;
  return g_task_propagate_pointer (G_TASK (result), error);
}

/**
 * envoi_store_open_blob:
 * @self: a store
 * @blob_id: a blob
 *
 * Returns: (transfer full) (nullable): a stream to read it
 *
 * Errors: G_IO_ERROR_NOT_FOUND, G_IO_ERROR
 *
 * Thread: any
 */
GInputStream *
envoi_store_open_blob (EnvoiStore *self,
                       const char *blob_id,
                       GError    **error)
{
  g_autoptr (GFile) file = envoi_store_dup_blob_file (self, blob_id);

  if (!file) {
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND, _("There is no such attachment."));
    return NULL;
  }

  return G_INPUT_STREAM (g_file_read (file, NULL, error));
}

/**
 * envoi_store_dup_blob_file:
 * @self: a store
 * @blob_id: a blob
 *
 * Returns: (transfer full) (nullable): where the blob is, whether it exists or
 *   not; %NULL when the id is not well formed
 *
 * Thread: any
 */
GFile *
envoi_store_dup_blob_file (EnvoiStore *self,
                           const char *blob_id)
{
  g_autofree char *blobs = NULL;
  g_autofree char *path = NULL;

  g_return_val_if_fail (ENVOI_IS_STORE (self), NULL);

  if (!envoi_blob_id_is_valid (blob_id))
    return NULL;

  blobs = g_build_filename (g_file_peek_path (self->folder), "blobs", NULL);
  path = envoi_blob_folder_make_path (blobs, blob_id);
  return g_file_new_for_path (path);
}
