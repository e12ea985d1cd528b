/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-app"

#include "config.h"

#include "envoi-service-private.h"

#include "envoi-manifest.h"

#include <glib/gi18n.h>

/* A sealed letter as the file a mail program opens: the same bytes that go to
 * the server, since both are read from the same manifest. */

typedef struct {
  EnvoiStore *store;
  GFile *target;
  GBytes *manifest;
} Saving;

static void
saving_free (Saving *saving)
{
  g_object_unref (saving->store);
  g_object_unref (saving->target);
  g_clear_pointer (&saving->manifest, g_bytes_unref);
  g_free (saving);
}

/* worker */
static GInputStream *
open_blob_cb (const char  *blob_id,
              gpointer     user_data,
              GError     **error)
{
  Saving *saving = user_data;

  return envoi_store_open_blob (saving->store, blob_id, error);
}

/* worker: a file that was there before stays until the new one is whole. */
static gboolean
write_message (Saving        *saving,
               GCancellable  *cancellable,
               GError       **error)
{
  g_autoptr (EnvoiManifest) manifest = envoi_manifest_deserialize (saving->manifest, error);
  g_autoptr (GInputStream) message = NULL;
  g_autoptr (GFileOutputStream) file = NULL;

  if (!manifest)
    return FALSE;

  message = envoi_manifest_open (manifest, open_blob_cb, saving, error);
  if (!message)
    return FALSE;

  file = g_file_replace (saving->target, NULL, FALSE, G_FILE_CREATE_PRIVATE, cancellable, error);
  if (!file)
    return FALSE;

  return g_output_stream_splice (G_OUTPUT_STREAM (file), message,
                                 G_OUTPUT_STREAM_SPLICE_CLOSE_SOURCE |
                                 G_OUTPUT_STREAM_SPLICE_CLOSE_TARGET, cancellable, error) >= 0;
}

static void
save_thread (GTask        *task,
             gpointer      source,
             gpointer      data,
             GCancellable *cancellable)
{
  GError *error = NULL;

  if (write_message (data, cancellable, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static void
did_load_cb (GObject      *source,
             GAsyncResult *result,
             gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  Saving *saving = g_task_get_task_data (task);
  g_autoptr (EnvoiLetterRecord) record = NULL;
  GError *error = NULL;

  record = envoi_store_load_finish (ENVOI_STORE (source), result, &error);
  if (!record) {
    g_task_return_error (task, error);
    return;
  }
  if (record->state == ENVOI_LETTER_DRAFT || !record->manifest) {
    g_task_return_new_error (task, ENVOI_STORE_ERROR, ENVOI_STORE_ERROR_CONFLICT,
                             _("A draft is not a message yet."));
    return;
  }

  saving->manifest = g_bytes_ref (record->manifest);
  g_task_run_in_thread (task, save_thread);
}

void
envoi_service_save_message_async (EnvoiService        *self,
                                  const char          *letter_id,
                                  GFile               *target,
                                  GCancellable        *cancellable,
                                  GAsyncReadyCallback  callback,
                                  gpointer             user_data)
{
  Saving *saving;
  GTask *task;

  g_return_if_fail (ENVOI_IS_SERVICE (self));
  g_return_if_fail (letter_id != NULL);
  g_return_if_fail (G_IS_FILE (target));

  saving = g_new0 (Saving, 1);
  saving->store = g_object_ref (self->store);
  saving->target = g_object_ref (target);
  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, envoi_service_save_message_async);
  g_task_set_task_data (task, saving, (GDestroyNotify) saving_free);
  envoi_store_load_async (self->store, letter_id, cancellable, did_load_cb, task);
}

gboolean
envoi_service_save_message_finish (EnvoiService  *self,
                                   GAsyncResult  *result,
                                   GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
