/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-accounts"

#include "config.h"

#include "envoi-account-list-private.h"

/* What a person does with the accounts: each change is one job on the file, and
 * the list shows what the file says then. */

/**
 * envoi_account_list_save_async:
 * @self: a list
 * @account: the account; its settings are taken now
 * @cancellable: (nullable): stops the wait
 * @callback: called when the file is on the disk
 * @user_data: for @callback
 *
 * Writes one account. Once it is written the list shows it: @account itself
 * when its id is new, else the list's own object with the new settings.
 *
 * Thread: main
 */
void
envoi_account_list_save_async (EnvoiAccountList    *self,
                               EnvoiAccount        *account,
                               GCancellable        *cancellable,
                               GAsyncReadyCallback  callback,
                               gpointer             user_data)
{
  GTask *task;

  g_return_if_fail (ENVOI_IS_ACCOUNT_LIST (self));
  g_return_if_fail (ENVOI_IS_ACCOUNT (account));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, envoi_account_list_save_async);
  envoi_account_list_begin (self, ENVOI_ACCOUNT_JOB_PUT, account, NULL, task);
}

/**
 * envoi_account_list_save_finish:
 * @self: a list
 * @result: what the callback got
 * @error: where an error goes
 *
 * Errors: those of the file system; the file is as it was then.
 *
 * Returns: whether the account is on the disk
 *
 * Thread: main
 */
gboolean
envoi_account_list_save_finish (EnvoiAccountList  *self,
                                GAsyncResult      *result,
                                GError           **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

/**
 * envoi_account_list_remove_async:
 * @self: a list
 * @account: the account
 * @cancellable: (nullable): stops the wait
 * @callback: called when the file is on the disk
 * @user_data: for @callback
 *
 * Forgets an account's settings. Its secrets are another matter: clear them first.
 *
 * Thread: main
 */
void
envoi_account_list_remove_async (EnvoiAccountList    *self,
                                 EnvoiAccount        *account,
                                 GCancellable        *cancellable,
                                 GAsyncReadyCallback  callback,
                                 gpointer             user_data)
{
  GTask *task;

  g_return_if_fail (ENVOI_IS_ACCOUNT_LIST (self));
  g_return_if_fail (ENVOI_IS_ACCOUNT (account));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, envoi_account_list_remove_async);
  envoi_account_list_begin (self, ENVOI_ACCOUNT_JOB_REMOVE, account, NULL, task);
}

/**
 * envoi_account_list_remove_finish:
 * @self: a list
 * @result: what the callback got
 * @error: where an error goes
 *
 * Errors: those of the file system; the file is as it was then.
 *
 * Returns: whether the account is gone from the disk
 *
 * Thread: main
 */
gboolean
envoi_account_list_remove_finish (EnvoiAccountList  *self,
                                  GAsyncResult      *result,
                                  GError           **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

/**
 * envoi_account_list_arrange_async:
 * @self: a list
 * @ids: accounts, the first one first; those that are not named come after them
 * @cancellable: (nullable): ends the wait
 * @callback: called when the file has the order
 * @user_data: for @callback
 *
 * Thread: main
 */
void
envoi_account_list_arrange_async (EnvoiAccountList    *self,
                                  const char *const   *ids,
                                  GCancellable        *cancellable,
                                  GAsyncReadyCallback  callback,
                                  gpointer             user_data)
{
  GTask *task;

  g_return_if_fail (ENVOI_IS_ACCOUNT_LIST (self));
  g_return_if_fail (ids != NULL);

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, envoi_account_list_arrange_async);
  envoi_account_list_begin (self, ENVOI_ACCOUNT_JOB_ARRANGE, NULL, ids, task);
}

/**
 * envoi_account_list_arrange_finish:
 * @self: a list
 * @result: what the callback got
 * @error: where an error goes
 *
 * Errors: those of the file system; the order is unchanged then.
 *
 * Returns: whether it worked
 *
 * Thread: main
 */
gboolean
envoi_account_list_arrange_finish (EnvoiAccountList  *self,
                                   GAsyncResult      *result,
                                   GError           **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
