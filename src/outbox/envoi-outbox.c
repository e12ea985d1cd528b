/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-outbox"

#include "config.h"

#include "envoi-outbox.h"

struct _EnvoiOutbox {
  GObject parent_instance;

  GListStore *folder;
};

G_DEFINE_FINAL_TYPE (EnvoiOutbox, envoi_outbox, G_TYPE_OBJECT)


static void
envoi_outbox_class_init (EnvoiOutboxClass *klass)
{
}

static void
envoi_outbox_init (EnvoiOutbox *self)
{
  self->folder = g_list_store_new (ENVOI_TYPE_LETTER);
}

EnvoiOutbox *
envoi_outbox_new (EnvoiStore     *store,
                  EnvoiDeliverer *deliverer,
                  EnvoiClock     *clock,
                  EnvoiRandom    *random,
                  GFile          *lock_file)
{
  return g_object_new (ENVOI_TYPE_OUTBOX, NULL);
}

GListModel *
envoi_outbox_get_folder (EnvoiOutbox *self,
                         EnvoiFolder  folder)
{
  return G_LIST_MODEL (self->folder);
}

void
envoi_outbox_start_async (EnvoiOutbox *self, gboolean may_send, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  g_task_report_new_error (self, callback, user_data, envoi_outbox_start_async, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED,
                           "This part is not built in yet.");
}

gboolean
envoi_outbox_start_finish (EnvoiOutbox *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

gboolean
envoi_outbox_is_sender (EnvoiOutbox *self)
{
  return 0;
}

EnvoiLetter *
envoi_outbox_find (EnvoiOutbox *self, const char *letter_id)
{
  return 0;
}

void
envoi_outbox_save_draft_async (EnvoiOutbox *self, const EnvoiLetterRecord *record, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  g_task_report_new_error (self, callback, user_data, envoi_outbox_save_draft_async, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED,
                           "This part is not built in yet.");
}

gboolean
envoi_outbox_save_draft_finish (EnvoiOutbox *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

void
envoi_outbox_submit_async (EnvoiOutbox *self, const EnvoiLetterRecord *record, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  g_task_report_new_error (self, callback, user_data, envoi_outbox_submit_async, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED,
                           "This part is not built in yet.");
}

gboolean
envoi_outbox_submit_finish (EnvoiOutbox *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

void
envoi_outbox_act_async (EnvoiOutbox *self, const char *letter_id, EnvoiOutboxAction action, GBytes *draft_manifest, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  g_task_report_new_error (self, callback, user_data, envoi_outbox_act_async, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED,
                           "This part is not built in yet.");
}

gboolean
envoi_outbox_act_finish (EnvoiOutbox *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

void
envoi_outbox_flush (EnvoiOutbox *self)
{

}

void
envoi_outbox_stop_async (EnvoiOutbox *self, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  g_task_report_new_error (self, callback, user_data, envoi_outbox_stop_async, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED,
                           "This part is not built in yet.");
}

gboolean
envoi_outbox_stop_finish (EnvoiOutbox *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}
