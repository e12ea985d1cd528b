/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-app"

#include "config.h"

#include "envoi-service-private.h"

#include "envoi-message-error.h"
#include "envoi-store-error.h"
#include "envoi-zip.h"

#include <glib/gi18n.h>
#include <string.h>

/* Attachments: a copy of the file goes into the store at once, so that what is
 * sent is what was attached, whatever becomes of the file. */

#define FILE_ATTRIBUTES \
  G_FILE_ATTRIBUTE_STANDARD_TYPE "," G_FILE_ATTRIBUTE_STANDARD_DISPLAY_NAME "," \
  G_FILE_ATTRIBUTE_STANDARD_CONTENT_TYPE

/* Of the way to an archive, as far as the main thread is told of it. */
#define N_STEPS 100

typedef struct {
  GFile *file;                   /* NULL for bytes */
  char *name;
  char *content_type;
  GFileProgressCallback progress;
  gpointer progress_data;
} Attach;

static void
attach_free (Attach *attach)
{
  g_clear_object (&attach->file);
  g_free (attach->name);
  g_free (attach->content_type);
  g_free (attach);
}

/* Cancelling and a full disk keep their own error; the rest is the file's fault. */
static GError *
explain (const Attach *attach,
         GError       *error)
{
  GError *explained;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) ||
      error->domain == ENVOI_STORE_ERROR)
    return error;

  explained = g_error_new (ENVOI_MESSAGE_ERROR, ENVOI_MESSAGE_ERROR_ATTACHMENT_UNREADABLE,
                           /* Translators: a file name, then a sentence that says why */
                           _("“%s” cannot be attached: %s"), attach->name, error->message);
  g_error_free (error);
  return explained;
}

static void
did_import_cb (GObject      *source,
               GAsyncResult *result,
               gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  Attach *attach = g_task_get_task_data (task);
  g_autofree char *blob_id = NULL;
  guint64 size = 0;
  GError *error = NULL;

  blob_id = envoi_store_import_blob_finish (ENVOI_STORE (source), result, &size, &error);

  if (blob_id)
    g_task_return_pointer (task,
                           envoi_attachment_new (attach->name, attach->content_type, blob_id, size),
                           g_object_unref);
  else
    g_task_return_error (task, explain (attach, error));
}

static void
import (GTask        *task,
        GInputStream *input)
{
  EnvoiService *self = g_task_get_source_object (task);
  Attach *attach = g_task_get_task_data (task);

  envoi_store_import_blob_async (self->store, input, attach->progress, attach->progress_data,
                                 g_task_get_cancellable (task), did_import_cb,
                                 g_object_ref (task));
}

static void
did_open_cb (GObject      *source,
             GAsyncResult *result,
             gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GFileInputStream) input = NULL;
  GError *error = NULL;

  input = g_file_read_finish (G_FILE (source), result, &error);
  if (input)
    import (task, G_INPUT_STREAM (input));
  else
    g_task_return_error (task, explain (g_task_get_task_data (task), error));
}

static char *
get_mime_type (GFileInfo *info)
{
  const char *type = g_file_info_get_content_type (info);
  char *mime_type = type ? g_content_type_get_mime_type (type) : NULL;

  return mime_type ? mime_type : g_strdup ("application/octet-stream");
}

static void
did_query_cb (GObject      *source,
              GAsyncResult *result,
              gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  Attach *attach = g_task_get_task_data (task);
  g_autoptr (GFileInfo) info = NULL;
  GError *error = NULL;

  info = g_file_query_info_finish (G_FILE (source), result, &error);
  if (!info) {
    g_task_return_error (task, explain (attach, error));
    return;
  }

  g_free (attach->name);
  attach->name = g_strdup (g_file_info_get_display_name (info));
  attach->content_type = get_mime_type (info);

  /* Reading a pipe or a device could wait for ever. */
  if (g_file_info_get_file_type (info) != G_FILE_TYPE_REGULAR) {
    error = g_error_new (G_IO_ERROR, G_IO_ERROR_NOT_REGULAR_FILE, _("It is not a file."));
    g_task_return_error (task, explain (attach, error));
    return;
  }

  g_file_read_async (attach->file, G_PRIORITY_DEFAULT, g_task_get_cancellable (task), did_open_cb,
                     g_object_ref (task));
}

void
envoi_service_attach_async (EnvoiService          *self,
                            GFile                 *file,
                            GFileProgressCallback  progress,
                            gpointer               progress_data,
                            GCancellable          *cancellable,
                            GAsyncReadyCallback    callback,
                            gpointer               user_data)
{
  Attach *attach;
  GTask *task;

  g_return_if_fail (ENVOI_IS_SERVICE (self));
  g_return_if_fail (G_IS_FILE (file));

  attach = g_new0 (Attach, 1);
  attach->file = g_object_ref (file);
  attach->name = g_file_get_basename (file);
  attach->progress = progress;
  attach->progress_data = progress_data;

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, envoi_service_attach_async);
  g_task_set_task_data (task, attach, (GDestroyNotify) attach_free);
  g_file_query_info_async (file, FILE_ATTRIBUTES, G_FILE_QUERY_INFO_NONE, G_PRIORITY_DEFAULT,
                           cancellable, did_query_cb, task);
}

EnvoiAttachment *
envoi_service_attach_finish (EnvoiService  *self,
                             GAsyncResult  *result,
                             GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

/* What becomes an archive, frozen for the worker. */
typedef struct {
  GFile *folder;                 /* nullable: with all in it */
  GPtrArray *files;              /* else of EnvoiZipFile */
  guint64 total;                 /* octets of these */
  guint64 told;
  GFileProgressCallback progress;   /* nullable */
  gpointer progress_data;
  GMainContext *context;         /* to tell of progress in */
} Zipping;

static void
zipping_free (Zipping *zipping)
{
  g_clear_object (&zipping->folder);
  g_clear_pointer (&zipping->files, g_ptr_array_unref);
  g_clear_pointer (&zipping->context, g_main_context_unref);
  g_free (zipping);
}

typedef struct {
  GFileProgressCallback progress;
  gpointer progress_data;
  goffset done;
  goffset total;
} Progress;

static gboolean
tell_progress_cb (gpointer user_data)
{
  Progress *progress = user_data;

  progress->progress (progress->done, progress->total, progress->progress_data);
  return G_SOURCE_REMOVE;
}

/* worker */
static void
zip_progressed (goffset  done,
                goffset  total,
                gpointer user_data)
{
  Zipping *zipping = user_data;
  Progress *progress;

  if (!zipping->progress || (guint64) done - zipping->told < zipping->total / N_STEPS)
    return;

  zipping->told = (guint64) done;
  progress = g_new0 (Progress, 1);
  progress->progress = zipping->progress;
  progress->progress_data = zipping->progress_data;
  progress->done = done;
  progress->total = (goffset) zipping->total;
  g_main_context_invoke_full (zipping->context, G_PRIORITY_DEFAULT, tell_progress_cb, progress,
                              g_free);
}

/* worker */
static gboolean
write_zip (Zipping        *zipping,
           GOutputStream  *output,
           GCancellable   *cancellable,
           GError        **error)
{
  if (zipping->folder)
    return envoi_zip_folder_sync (zipping->folder, output, NULL, NULL, cancellable, error);

  return envoi_zip_files_sync (zipping->files, output, zip_progressed, zipping, cancellable,
                               error);
}

/* worker. The archive has no name any more when this returns: whatever happens, it goes. */
static GInputStream *
make_zip (Zipping       *zipping,
          GCancellable  *cancellable,
          GError       **error)
{
  g_autoptr (GFileIOStream) stream = NULL;
  g_autoptr (GFile) file = g_file_new_tmp ("envoi-XXXXXX.zip", &stream, error);
  GInputStream *input = NULL;

  if (!file)
    return NULL;

  if (write_zip (zipping, g_io_stream_get_output_stream (G_IO_STREAM (stream)), cancellable,
                 error) &&
      g_io_stream_close (G_IO_STREAM (stream), cancellable, error))
    input = G_INPUT_STREAM (g_file_read (file, cancellable, error));

  g_file_delete (file, NULL, NULL);
  return input;
}

static void
zip_in_thread (GTask        *task,
               gpointer      self,
               gpointer      zipping,
               GCancellable *cancellable)
{
  GError *error = NULL;
  GInputStream *input = make_zip (zipping, cancellable, &error);

  if (input)
    g_task_return_pointer (task, input, g_object_unref);
  else
    g_task_return_error (task, error);
}

static void
did_zip_cb (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GInputStream) input = NULL;
  GError *error = NULL;

  input = g_task_propagate_pointer (G_TASK (result), &error);
  if (input)
    import (task, input);
  else if (error->domain == ENVOI_MESSAGE_ERROR)
    g_task_return_error (task, error);
  else
    g_task_return_error (task, explain (g_task_get_task_data (task), error));
}

/* Takes @attach and @zipping; @task is returned with the attachment. */
static void
start_zipping (GTask   *task,
               Attach  *attach,
               Zipping *zipping)
{
  g_autoptr (GTask) inner = NULL;

  attach->content_type = g_strdup ("application/zip");
  g_task_set_task_data (task, attach, (GDestroyNotify) attach_free);

  inner = g_task_new (g_task_get_source_object (task), g_task_get_cancellable (task), did_zip_cb,
                      task);
  g_task_set_task_data (inner, zipping, (GDestroyNotify) zipping_free);
  g_task_run_in_thread (inner, zip_in_thread);
}

void
envoi_service_attach_folder_async (EnvoiService        *self,
                                   GFile               *folder,
                                   GCancellable        *cancellable,
                                   GAsyncReadyCallback  callback,
                                   gpointer             user_data)
{
  g_autofree char *name = NULL;
  g_autofree char *shown = NULL;
  Zipping *zipping;
  Attach *attach;
  GTask *task;

  g_return_if_fail (ENVOI_IS_SERVICE (self));
  g_return_if_fail (G_IS_FILE (folder));

  name = g_file_get_basename (folder);
  shown = g_utf8_make_valid (name, -1);
  attach = g_new0 (Attach, 1);
  attach->file = g_object_ref (folder);
  attach->name = g_strconcat (shown, ".zip", NULL);
  zipping = g_new0 (Zipping, 1);
  zipping->folder = g_object_ref (folder);

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, envoi_service_attach_folder_async);
  start_zipping (task, attach, zipping);
}

/* Two files of one name would be one file for whoever unpacks them. */
static char *
dup_free_name (GHashTable *names,
               const char *wanted)
{
  g_autofree char *clean = g_strdelimit (g_strdup (wanted), "/\\", '_');
  const char *dot = strrchr (clean, '.');
  gsize stem = dot && dot != clean ? (gsize) (dot - clean) : strlen (clean);
  g_autofree char *name = g_strdup (clean);

  for (guint n = 2; g_hash_table_contains (names, name); n++) {
    g_free (name);
    name = g_strdup_printf ("%.*s (%u)%s", (int) stem, clean, n, clean + stem);
  }

  g_hash_table_add (names, g_strdup (name));
  return g_steal_pointer (&name);
}

static gboolean
add_to_zipping (EnvoiService  *self,
                Zipping       *zipping,
                GPtrArray     *attachments,
                GError       **error)
{
  g_autoptr (GHashTable) used = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  zipping->files = g_ptr_array_new_with_free_func ((GDestroyNotify) envoi_zip_file_free);
  for (guint i = 0; i < attachments->len; i++) {
    EnvoiAttachment *attachment = g_ptr_array_index (attachments, i);
    g_autofree char *name = dup_free_name (used, envoi_attachment_get_name (attachment));
    g_autoptr (GFile) file =
      envoi_store_dup_blob_file (self->store, envoi_attachment_get_blob_id (attachment));

    if (!file) {
      g_set_error (error, ENVOI_MESSAGE_ERROR, ENVOI_MESSAGE_ERROR_ATTACHMENT_UNREADABLE,
                   _("The attachment “%s” has no contents. Attach it again."), name);
      return FALSE;
    }

    g_ptr_array_add (zipping->files, envoi_zip_file_new (file, name));
    zipping->total += envoi_attachment_get_size (attachment);
  }

  return TRUE;
}

void
envoi_service_compress_async (EnvoiService          *self,
                              GPtrArray             *attachments,
                              const char            *name,
                              GFileProgressCallback  progress,
                              gpointer               progress_data,
                              GCancellable          *cancellable,
                              GAsyncReadyCallback    callback,
                              gpointer               user_data)
{
  GError *error = NULL;
  Zipping *zipping;
  Attach *attach;
  GTask *task;

  g_return_if_fail (ENVOI_IS_SERVICE (self));
  g_return_if_fail (attachments != NULL && name != NULL);

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, envoi_service_compress_async);
  zipping = g_new0 (Zipping, 1);
  zipping->progress = progress;
  zipping->progress_data = progress_data;
  zipping->context = g_main_context_ref_thread_default ();

  if (!add_to_zipping (self, zipping, attachments, &error)) {
    zipping_free (zipping);
    g_task_return_error (task, error);
    g_object_unref (task);
    return;
  }

  attach = g_new0 (Attach, 1);
  attach->name = g_strdup (name);
  start_zipping (task, attach, zipping);
}

void
envoi_service_attach_bytes_async (EnvoiService        *self,
                                  GBytes              *bytes,
                                  const char          *name,
                                  const char          *content_type,
                                  GCancellable        *cancellable,
                                  GAsyncReadyCallback  callback,
                                  gpointer             user_data)
{
  g_autoptr (GInputStream) input = NULL;
  g_autoptr (GTask) task = NULL;
  Attach *attach;

  g_return_if_fail (ENVOI_IS_SERVICE (self));
  g_return_if_fail (bytes != NULL && name != NULL && content_type != NULL);

  attach = g_new0 (Attach, 1);
  attach->name = g_strdup (name);
  attach->content_type = g_strdup (content_type);

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, envoi_service_attach_bytes_async);
  g_task_set_task_data (task, attach, (GDestroyNotify) attach_free);
  input = g_memory_input_stream_new_from_bytes (bytes);
  import (task, input);
}

EnvoiAttachment *
envoi_service_attach_bytes_finish (EnvoiService  *self,
                                   GAsyncResult  *result,
                                   GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
