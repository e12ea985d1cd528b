/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-store"

#include "config.h"

#include "envoi-store.h"

struct _EnvoiStore {
  GObject parent_instance;

  char *notice;
};

G_DEFINE_FINAL_TYPE (EnvoiStore, envoi_store, G_TYPE_OBJECT)


static void
envoi_store_class_init (EnvoiStoreClass *klass)
{
}

static void
envoi_store_init (EnvoiStore *self)
{
}

EnvoiStore *
envoi_store_new (GFile *folder)
{
  return g_object_new (ENVOI_TYPE_STORE, NULL);
}

void
envoi_store_open_async (EnvoiStore *self, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  g_task_report_new_error (self, callback, user_data, envoi_store_open_async, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED,
                           "This part is not built in yet.");
}

gboolean
envoi_store_open_finish (EnvoiStore *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

void
envoi_store_close_async (EnvoiStore *self, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  g_task_report_new_error (self, callback, user_data, envoi_store_close_async, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED,
                           "This part is not built in yet.");
}

gboolean
envoi_store_close_finish (EnvoiStore *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

void
envoi_store_import_blob_async (EnvoiStore *self, GInputStream *input, GFileProgressCallback progress, gpointer progress_data, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  g_task_report_new_error (self, callback, user_data, envoi_store_import_blob_async, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED,
                           "This part is not built in yet.");
}

char *
envoi_store_import_blob_finish (EnvoiStore *self, GAsyncResult *result, guint64 *size, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

GInputStream *
envoi_store_open_blob (EnvoiStore *self, const char *blob_id, GError **error)
{
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED, "This part is not built in yet.");
  return 0;
}

GFile *
envoi_store_dup_blob_file (EnvoiStore *self, const char *blob_id)
{
  return 0;
}

void
envoi_store_write_async (EnvoiStore *self, const EnvoiLetterRecord *record, guint expected, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  g_task_report_new_error (self, callback, user_data, envoi_store_write_async, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED,
                           "This part is not built in yet.");
}

gboolean
envoi_store_write_finish (EnvoiStore *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

gboolean
envoi_store_mark_handed_over_sync (EnvoiStore *self, const char *letter_id, GError **error)
{
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED, "This part is not built in yet.");
  return 0;
}

void
envoi_store_load_async (EnvoiStore *self, const char *letter_id, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  g_task_report_new_error (self, callback, user_data, envoi_store_load_async, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED,
                           "This part is not built in yet.");
}

EnvoiLetterRecord *
envoi_store_load_finish (EnvoiStore *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

void
envoi_store_list_async (EnvoiStore *self, guint states, guint offset, guint limit, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  g_task_report_new_error (self, callback, user_data, envoi_store_list_async, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED,
                           "This part is not built in yet.");
}

GPtrArray *
envoi_store_list_finish (EnvoiStore *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

void
envoi_store_delete_async (EnvoiStore *self, const char *letter_id, guint expected, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  g_task_report_new_error (self, callback, user_data, envoi_store_delete_async, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED,
                           "This part is not built in yet.");
}

gboolean
envoi_store_delete_finish (EnvoiStore *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}
