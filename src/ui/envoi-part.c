/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-ui"

#include "config.h"

#include "envoi-part.h"

#include <glib/gi18n.h>

/**
 * EnvoiPart:
 *
 * A file in a letter, with its bytes in memory or in a file.
 *
 * Thread: main (immutable)
 */
struct _EnvoiPart {
  GObject parent_instance;

  char    *name;
  char    *content_type;
  char    *content_id;
  guint64 size;
  GBytes  *bytes;
  GFile   *file;
};

G_DEFINE_FINAL_TYPE (EnvoiPart, envoi_part, G_TYPE_OBJECT)

static GInputStream *
open_sync (EnvoiPart     *self,
           GCancellable  *cancellable,
           GError       **error)
{
  if (self->bytes)
    return g_memory_input_stream_new_from_bytes (self->bytes);

  return G_INPUT_STREAM (g_file_read (self->file, cancellable, error));
}

static void
open_thread (GTask        *task,
             gpointer      source,
             gpointer      task_data,
             GCancellable *cancellable)
{
  GError *error = NULL;
  GInputStream *stream = open_sync (ENVOI_PART (source), cancellable, &error);

  if (stream)
    g_task_return_pointer (task, stream, g_object_unref);
  else
    g_task_return_error (task, error);
}

static void
save_thread (GTask        *task,
             gpointer      source,
             gpointer      task_data,
             GCancellable *cancellable)
{
  GFile *target = task_data;
  GError *error = NULL;
  g_autoptr (GInputStream) input = NULL;
  g_autoptr (GFileOutputStream) output = NULL;

  input = open_sync (ENVOI_PART (source), cancellable, &error);
  if (input)
    output = g_file_replace (target, NULL, FALSE, G_FILE_CREATE_NONE, cancellable, &error);
  if (output)
    g_output_stream_splice (G_OUTPUT_STREAM (output), input,
                            G_OUTPUT_STREAM_SPLICE_CLOSE_TARGET, cancellable, &error);

  if (error)
    g_task_return_error (task, error);
  else
    g_task_return_boolean (task, TRUE);
}

static void
envoi_part_finalize (GObject *object)
{
  EnvoiPart *self = ENVOI_PART (object);

  g_free (self->name);
  g_free (self->content_type);
  g_free (self->content_id);
  g_clear_pointer (&self->bytes, g_bytes_unref);
  g_clear_object (&self->file);

  G_OBJECT_CLASS (envoi_part_parent_class)->finalize (object);
}

static void
envoi_part_class_init (EnvoiPartClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = envoi_part_finalize;
}

static void
envoi_part_init (EnvoiPart *self)
{
}

static EnvoiPart *
make_part (const char *name,
           const char *content_type,
           const char *content_id)
{
  EnvoiPart *self = g_object_new (ENVOI_TYPE_PART, NULL);

  self->name = g_strdup (name);
  self->content_type = g_strdup (content_type);
  self->content_id = g_strdup (content_id);
  return self;
}

EnvoiPart *
envoi_part_new_for_bytes (const char *name,
                          const char *content_type,
                          const char *content_id,
                          GBytes     *bytes)
{
  EnvoiPart *self = make_part (name, content_type, content_id);

  self->bytes = g_bytes_ref (bytes);
  self->size = g_bytes_get_size (bytes);
  return self;
}

EnvoiPart *
envoi_part_new_for_file (const char *name,
                         const char *content_type,
                         const char *content_id,
                         GFile      *file,
                         guint64     size)
{
  EnvoiPart *self = make_part (name, content_type, content_id);

  self->file = g_object_ref (file);
  self->size = size;
  return self;
}

GListStore *
envoi_part_list_received (EnvoiMessageReader *message,
                          gboolean            is_inline)
{
  GPtrArray *received = envoi_message_reader_get_parts (message);
  GListStore *parts = g_list_store_new (ENVOI_TYPE_PART);

  for (guint i = 0; received && i < received->len; i++) {
    const EnvoiReceivedPart *from = g_ptr_array_index (received, i);
    g_autoptr (EnvoiPart) part = NULL;

    if ((from->content_id != NULL) != is_inline)
      continue;
    part = envoi_part_new_for_bytes (from->name ? from->name : _("Unnamed"), from->content_type,
                                     from->content_id, from->bytes);
    g_list_store_append (parts, part);
  }

  return parts;
}

const char *
envoi_part_get_name (EnvoiPart *self)
{
  g_return_val_if_fail (ENVOI_IS_PART (self), NULL);

  return self->name;
}

const char *
envoi_part_get_content_type (EnvoiPart *self)
{
  g_return_val_if_fail (ENVOI_IS_PART (self), NULL);

  return self->content_type;
}

const char *
envoi_part_get_content_id (EnvoiPart *self)
{
  g_return_val_if_fail (ENVOI_IS_PART (self), NULL);

  return self->content_id;
}

guint64
envoi_part_get_size (EnvoiPart *self)
{
  g_return_val_if_fail (ENVOI_IS_PART (self), 0);

  return self->size;
}

void
envoi_part_open_async (EnvoiPart           *self,
                       GCancellable        *cancellable,
                       GAsyncReadyCallback  callback,
                       gpointer             user_data)
{
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (ENVOI_IS_PART (self));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_run_in_thread (task, open_thread);
}

GInputStream *
envoi_part_open_finish (EnvoiPart     *self,
                        GAsyncResult  *result,
                        GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

void
envoi_part_save_async (EnvoiPart           *self,
                       GFile               *target,
                       GCancellable        *cancellable,
                       GAsyncReadyCallback  callback,
                       gpointer             user_data)
{
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (ENVOI_IS_PART (self));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_task_data (task, g_object_ref (target), g_object_unref);
  g_task_run_in_thread (task, save_thread);
}

gboolean
envoi_part_save_finish (EnvoiPart     *self,
                        GAsyncResult  *result,
                        GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
