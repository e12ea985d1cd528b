/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-ui"

#include "config.h"

#include "envoi-shrink.h"

#include "envoi-thumbnail.h"

typedef struct {
  EnvoiService *service;
  GPtrArray *pictures;
  GPtrArray *made;        /* as many as are done */
  GFileProgressCallback progress;
  gpointer progress_data;
} Shrinking;

static void shrink_next (GTask *task);

static void
shrinking_free (Shrinking *shrinking)
{
  g_object_unref (shrinking->service);
  g_ptr_array_unref (shrinking->pictures);
  g_ptr_array_unref (shrinking->made);
  g_free (shrinking);
}

static EnvoiAttachment *
get_current (Shrinking *shrinking)
{
  return g_ptr_array_index (shrinking->pictures, shrinking->made->len);
}

/* Takes @task and @picture. */
static void
take_made (GTask           *task,
           EnvoiAttachment *picture)
{
  Shrinking *shrinking = g_task_get_task_data (task);

  g_ptr_array_add (shrinking->made, picture);
  if (shrinking->progress)
    shrinking->progress (shrinking->made->len, shrinking->pictures->len,
                         shrinking->progress_data);
  shrink_next (task);
}

/* The text goes on showing the picture by the same id. */
static EnvoiAttachment *
make_like (EnvoiAttachment *picture,
           EnvoiAttachment *made)
{
  if (!envoi_attachment_get_is_inline (picture))
    return g_object_ref (made);

  return envoi_attachment_new_inline (envoi_attachment_get_name (made),
                                      envoi_attachment_get_content_type (made),
                                      envoi_attachment_get_blob_id (made),
                                      envoi_attachment_get_size (made),
                                      envoi_attachment_get_content_id (picture));
}

static void
did_attach_cb (GObject      *source,
               GAsyncResult *result,
               gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;
  g_autoptr (EnvoiAttachment) made =
    envoi_service_attach_bytes_finish (ENVOI_SERVICE (source), result, &error);
  Shrinking *shrinking = g_task_get_task_data (task);

  if (made)
    take_made (g_steal_pointer (&task), make_like (get_current (shrinking), made));
  else
    g_task_return_error (task, error);
}

static void
did_make_cb (GObject      *source,
             GAsyncResult *result,
             gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = envoi_thumbnail_make_file_finish (result, &error);
  Shrinking *shrinking = g_task_get_task_data (task);
  EnvoiAttachment *picture = get_current (shrinking);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    g_task_return_error (task, g_steal_pointer (&error));
  else if (!bytes || g_bytes_get_size (bytes) >= envoi_attachment_get_size (picture))
    take_made (g_steal_pointer (&task), g_object_ref (picture));
  else
    envoi_service_attach_bytes_async (shrinking->service, bytes,
                                      envoi_attachment_get_name (picture),
                                      envoi_attachment_get_content_type (picture),
                                      g_task_get_cancellable (task), did_attach_cb,
                                      g_object_ref (task));
}

/* Takes @owned. */
static void
shrink_next (GTask *owned)
{
  g_autoptr (GTask) task = owned;
  Shrinking *shrinking = g_task_get_task_data (task);
  g_autoptr (GInputStream) stream = NULL;
  GError *error = NULL;

  if (shrinking->made->len == shrinking->pictures->len) {
    g_task_return_pointer (task, g_ptr_array_ref (shrinking->made),
                           (GDestroyNotify) g_ptr_array_unref);
    return;
  }

  stream = envoi_store_open_blob (envoi_service_get_store (shrinking->service),
                                  envoi_attachment_get_blob_id (get_current (shrinking)), &error);
  if (stream)
    envoi_thumbnail_make_file_async (stream,
                                     envoi_attachment_get_content_type (get_current (shrinking)),
                                     ENVOI_SHRINK_PIXELS, g_task_get_cancellable (task),
                                     did_make_cb, g_object_ref (task));
  else
    g_task_return_error (task, error);
}

void
envoi_shrink_pictures_async (EnvoiService          *service,
                             GPtrArray             *pictures,
                             GFileProgressCallback  progress,
                             gpointer               progress_data,
                             GCancellable          *cancellable,
                             GAsyncReadyCallback    callback,
                             gpointer               user_data)
{
  Shrinking *shrinking = g_new0 (Shrinking, 1);
  GTask *task = g_task_new (NULL, cancellable, callback, user_data);

  g_task_set_source_tag (task, envoi_shrink_pictures_async);
  shrinking->service = g_object_ref (service);
  shrinking->pictures = g_ptr_array_ref (pictures);
  shrinking->made = g_ptr_array_new_with_free_func (g_object_unref);
  shrinking->progress = progress;
  shrinking->progress_data = progress_data;
  g_task_set_task_data (task, shrinking, (GDestroyNotify) shrinking_free);
  shrink_next (task);
}

GPtrArray *
envoi_shrink_pictures_finish (GAsyncResult  *result,
                              GError       **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}
