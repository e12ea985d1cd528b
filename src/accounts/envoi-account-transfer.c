/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-accounts"

#include "config.h"

#include "envoi-account-list.h"

#include "envoi-account-file-private.h"

/* Accounts for another computer: the account file's own form, without what is this computer's. */

/**
 * envoi_account_list_format:
 * @self: a list
 *
 * What another computer can import: the accounts' settings and identities, in
 * the account file's own form. There are no secrets in it, and no practice
 * account.
 *
 * Returns: (transfer full): the text of a file
 *
 * Thread: main
 */
char *
envoi_account_list_format (EnvoiAccountList *self)
{
  g_autoptr (GPtrArray) records =
    g_ptr_array_new_with_free_func ((GDestroyNotify) envoi_account_record_free);

  g_return_val_if_fail (ENVOI_IS_ACCOUNT_LIST (self), NULL);

  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self)); i++) {
    g_autoptr (EnvoiAccount) account = g_list_model_get_item (G_LIST_MODEL (self), i);

    if (!envoi_account_is_practice (account))
      g_ptr_array_add (records, envoi_account_record_new (account));
  }

  return envoi_account_file_format (records);
}

/**
 * envoi_account_list_parse:
 * @text: what envoi_account_list_format() made, perhaps elsewhere
 * @error: where an error goes
 *
 * Reads accounts without taking them over. None is a practice account.
 *
 * Errors: those of key files.
 *
 * Returns: (transfer full) (element-type EnvoiAccount): the accounts, or %NULL with @error set
 *
 * Thread: main
 */
GPtrArray *
envoi_account_list_parse (const char  *text,
                          GError     **error)
{
  g_autoptr (EnvoiAccountFile) file = envoi_account_file_parse (text, error);
  GPtrArray *accounts;

  if (!file)
    return NULL;

  accounts = g_ptr_array_new_with_free_func (g_object_unref);
  for (guint i = 0; i < file->records->len; i++) {
    const EnvoiAccountRecord *record = g_ptr_array_index (file->records, i);
    EnvoiAccount *account = envoi_account_new (record->id);

    envoi_account_record_apply (record, account);
    g_object_set (account, "is-practice", FALSE, NULL);
    g_ptr_array_add (accounts, account);
  }

  return accounts;
}
