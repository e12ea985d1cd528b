/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-store"

#include "config.h"

#include "envoi-store-private.h"

#include <glib/gi18n.h>

/**
 * envoi_store_request_new_own:
 * @self: a store
 *
 * Returns: (transfer full): a request that nobody outside waits for
 *
 * Thread: any
 */
EnvoiStoreRequest *
envoi_store_request_new_own (EnvoiStore *self)
{
  EnvoiStoreRequest *request = g_new0 (EnvoiStoreRequest, 1);

  request->store = g_object_ref (self);
  return request;
}

/**
 * envoi_store_request_new:
 * @self: a store
 * @cancellable: (nullable): stops the work before it begins
 * @callback: for the result
 * @user_data: for @callback
 *
 * Returns: (transfer full): a request with a task to return
 *
 * Thread: main
 */
EnvoiStoreRequest *
envoi_store_request_new (EnvoiStore          *self,
                         GCancellable        *cancellable,
                         GAsyncReadyCallback  callback,
                         gpointer             user_data)
{
  EnvoiStoreRequest *request = envoi_store_request_new_own (self);

  request->task = g_task_new (self, cancellable, callback, user_data);

  /* What was committed is told as such, even if somebody cancels meanwhile. */
  g_task_set_check_cancellable (request->task, FALSE);
  return request;
}

/**
 * envoi_store_request_free:
 * @request: (transfer full): a request
 *
 * Frees it. The last reference to the store may go with it.
 *
 * Thread: main
 */
void
envoi_store_request_free (EnvoiStoreRequest *request)
{
  g_clear_object (&request->task);
  g_clear_object (&request->store);
  g_free (request->letter_id);
  g_free (request->account_id);
  g_free (request->words);
  g_clear_pointer (&request->record, envoi_letter_record_free);
  g_free (request->notice);
  g_clear_pointer (&request->rows, g_ptr_array_unref);
  g_free (request);
}

/**
 * envoi_store_request_push:
 * @request: (transfer full): a request; @done gets it
 * @is_write: whether @work runs inside a transaction
 * @work: on the store thread
 * @done: on the main thread
 *
 * Queues the request; on a closed store it fails at once.
 *
 * Errors: G_IO_ERROR_CLOSED
 *
 * Thread: any
 */
void
envoi_store_request_push (EnvoiStoreRequest *request,
                          gboolean           is_write,
                          EnvoiStoreWorkFunc work,
                          EnvoiStoreDoneFunc done)
{
  EnvoiStoreJob job = {
    .is_write = is_write,
    .work = work,
    .done = done,
    .data = request,
    .cancellable = request->task ? g_task_get_cancellable (request->task) : NULL,
  };

  if (request->store->thread) {
    envoi_store_thread_push (request->store->thread, &job);
    return;
  }

  if (request->task)
    g_task_return_new_error (request->task, G_IO_ERROR, G_IO_ERROR_CLOSED,
                             _("The letter database is not open."));
  envoi_store_request_free (request);
}

/**
 * envoi_store_check_open:
 * @database: the store thread's database
 *
 * Errors: G_IO_ERROR_CLOSED when there is none
 *
 * Thread: store
 */
gboolean
envoi_store_check_open (EnvoiDatabase **database,
                        GError        **error)
{
  if (*database)
    return TRUE;

  g_set_error (error, G_IO_ERROR, G_IO_ERROR_CLOSED, _("The letter database is not open."));
  return FALSE;
}

/**
 * envoi_store_work_nothing:
 * @database: the store thread's database
 * @data: the request
 *
 * Work for a request that only wants its place in the queue.
 *
 * Thread: store
 */
gboolean
envoi_store_work_nothing (EnvoiDatabase **database,
                          gpointer        data,
                          GError        **error)
{
  return TRUE;
}
