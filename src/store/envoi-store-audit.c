/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-store"

#include "config.h"

#include "envoi-store-private.h"

#include "envoi-letter-table-private.h"

static gboolean
work_list_audit (EnvoiDatabase **database,
                 gpointer        data,
                 GError        **error)
{
  EnvoiStoreRequest *request = data;

  if (!envoi_store_check_open (database, error))
    return FALSE;

  request->rows = request->limit == 0 ? envoi_audit_table_list (*database, error) :
                  envoi_audit_table_list_older (*database, request->before, request->limit, error);
  return request->rows != NULL;
}

static void
listed_audit (gpointer  data,
              GError   *error)
{
  g_autoptr (EnvoiStoreRequest) request = data;

  if (error)
    g_task_return_error (request->task, g_error_copy (error));
  else
    g_task_return_pointer (request->task, g_steal_pointer (&request->rows),
                           (GDestroyNotify) g_ptr_array_unref);
}

static gboolean
work_prune_audit (EnvoiDatabase **database,
                  gpointer        data,
                  GError        **error)
{
  EnvoiStoreRequest *request = data;

  return envoi_audit_table_prune (*database, request->before, error);
}

static void
pruned_audit (gpointer  data,
              GError   *error)
{
  g_autoptr (EnvoiStoreRequest) request = data;

  if (error)
    g_debug ("Old lines of the audit log stay for now: %s", error->message);
}

static gboolean
work_count_attempts (EnvoiDatabase **database,
                     gpointer        data,
                     GError        **error)
{
  EnvoiStoreRequest *request = data;

  return envoi_store_check_open (database, error) &&
         envoi_audit_table_count (*database, request->account_id, request->since,
                                  &request->n_counted, error);
}

static void
counted_attempts (gpointer  data,
                  GError   *error)
{
  g_autoptr (EnvoiStoreRequest) request = data;

  if (error)
    g_task_return_error (request->task, g_error_copy (error));
  else
    g_task_return_int (request->task, request->n_counted);
}

/**
 * envoi_store_list_audit_async:
 * @self: a store
 * @cancellable: (nullable): stops it before it begins
 * @callback: called with the result
 * @user_data: for @callback
 *
 * Lists the audit log, which outlives the letters it tells of.
 *
 * Errors: CORRUPT, NO_SPACE
 *
 * Thread: main
 */
void
envoi_store_list_audit_async (EnvoiStore          *self,
                              GCancellable        *cancellable,
                              GAsyncReadyCallback  callback,
                              gpointer             user_data)
{
  g_return_if_fail (ENVOI_IS_STORE (self));

  envoi_store_request_push (envoi_store_request_new (self, cancellable, callback, user_data),
                            FALSE, work_list_audit, listed_audit);
}

/**
 * envoi_store_list_audit_older_async:
 * @self: a store
 * @before: the number of a line; G_MAXINT64 = begin with the newest
 * @limit: how many at most, 1 or more
 * @cancellable: (nullable): stops it before it begins
 * @callback: called with the result; it uses [method@Store.list_audit_finish]
 * @user_data: for @callback
 *
 * Lists the part of the audit log that is older than a line, newest first.
 *
 * Errors: CORRUPT, NO_SPACE
 *
 * Thread: main
 */
void
envoi_store_list_audit_older_async (EnvoiStore          *self,
                                    gint64               before,
                                    guint                limit,
                                    GCancellable        *cancellable,
                                    GAsyncReadyCallback  callback,
                                    gpointer             user_data)
{
  EnvoiStoreRequest *request;

  g_return_if_fail (ENVOI_IS_STORE (self));
  g_return_if_fail (limit > 0);

  request = envoi_store_request_new (self, cancellable, callback, user_data);
  request->before = before;
  request->limit = limit;
  envoi_store_request_push (request, FALSE, work_list_audit, listed_audit);
}

/**
 * envoi_store_list_audit_finish:
 * @self: a store
 * @result: what the callback got
 *
 * Returns: (transfer full) (element-type EnvoiAuditRecord) (nullable): in the order
 *   of the call
 *
 * Thread: main
 */
GPtrArray *
envoi_store_list_audit_finish (EnvoiStore   *self,
                               GAsyncResult *result,
                               GError      **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

/**
 * envoi_store_prune_audit:
 * @self: an open store
 * @before: microseconds since the epoch
 *
 * Deletes older lines of the audit log soon. It matters little whether this
 * time it succeeds, so nobody is told.
 *
 * Thread: main
 */
void
envoi_store_prune_audit (EnvoiStore *self,
                         gint64      before)
{
  EnvoiStoreRequest *request;

  g_return_if_fail (ENVOI_IS_STORE (self));

  request = envoi_store_request_new_own (self);
  request->before = before;
  envoi_store_request_push (request, TRUE, work_prune_audit, pruned_audit);
}

/**
 * envoi_store_count_attempts_async:
 * @self: a store
 * @account_id: an account
 * @since: microseconds since the epoch
 * @cancellable: (nullable): stops it before it begins
 * @callback: called with the result
 * @user_data: for @callback
 *
 * Counts the attempts in the audit log, whichever process made them.
 *
 * Errors: CORRUPT, NO_SPACE
 *
 * Thread: main
 */
void
envoi_store_count_attempts_async (EnvoiStore          *self,
                                  const char          *account_id,
                                  gint64               since,
                                  GCancellable        *cancellable,
                                  GAsyncReadyCallback  callback,
                                  gpointer             user_data)
{
  EnvoiStoreRequest *request;

  g_return_if_fail (ENVOI_IS_STORE (self));
  g_return_if_fail (account_id != NULL);

  request = envoi_store_request_new (self, cancellable, callback, user_data);
  request->account_id = g_strdup (account_id);
  request->since = since;
  envoi_store_request_push (request, FALSE, work_count_attempts, counted_attempts);
}

/**
 * envoi_store_count_attempts_finish:
 * @self: a store
 * @result: what the callback got
 *
 * Returns: the number, or -1 with @error set
 *
 * Thread: main
 */
gssize
envoi_store_count_attempts_finish (EnvoiStore    *self,
                                   GAsyncResult  *result,
                                   GError       **error)
{
  return g_task_propagate_int (G_TASK (result), error);
}
