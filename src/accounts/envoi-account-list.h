/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>
#include "envoi-account.h"

G_BEGIN_DECLS

#define ENVOI_TYPE_ACCOUNT_LIST (envoi_account_list_get_type ())

/* GListModel of EnvoiAccount, kept in a key file (no secrets) that is replaced
 * atomically with mode 0600 and watched for changes by another process.
 * A file that cannot be parsed is set aside, never overwritten; property "warning"
 * (nullable) then holds a sentence for the person. Thread: main */
G_DECLARE_FINAL_TYPE (EnvoiAccountList, envoi_account_list, ENVOI, ACCOUNT_LIST, GObject)

EnvoiAccountList *envoi_account_list_new         (GFile                *file);
void              envoi_account_list_load_async  (EnvoiAccountList     *self,
                                                  GCancellable         *cancellable,
                                                  GAsyncReadyCallback   callback,
                                                  gpointer              user_data);
gboolean          envoi_account_list_load_finish (EnvoiAccountList     *self,
                                                  GAsyncResult         *result,
                                                  GError              **error);
/* Adds, or by id replaces the settings of the list's own object, once they are saved. */
void              envoi_account_list_save_async  (EnvoiAccountList     *self,
                                                  EnvoiAccount         *account,
                                                  GCancellable         *cancellable,
                                                  GAsyncReadyCallback   callback,
                                                  gpointer              user_data);
gboolean          envoi_account_list_save_finish (EnvoiAccountList     *self,
                                                  GAsyncResult         *result,
                                                  GError              **error);
void              envoi_account_list_remove_async (EnvoiAccountList    *self,
                                                  EnvoiAccount         *account,
                                                  GCancellable         *cancellable,
                                                  GAsyncReadyCallback   callback,
                                                  gpointer              user_data);
gboolean          envoi_account_list_remove_finish (EnvoiAccountList   *self,
                                                  GAsyncResult         *result,
                                                  GError              **error);
/* Puts the accounts of @ids first, in this order, for every program that reads the file. */
void              envoi_account_list_arrange_async (EnvoiAccountList   *self,
                                                  const char *const    *ids,
                                                  GCancellable         *cancellable,
                                                  GAsyncReadyCallback   callback,
                                                  gpointer              user_data);
gboolean          envoi_account_list_arrange_finish (EnvoiAccountList  *self,
                                                  GAsyncResult         *result,
                                                  GError              **error);
/* The accounts for another computer, without secrets; and back. */
char             *envoi_account_list_format      (EnvoiAccountList     *self);
GPtrArray        *envoi_account_list_parse       (const char           *text,
                                                  GError              **error);
/* Shows @account, one with "is-practice", while this list lives; it is never written. */
void              envoi_account_list_add_practice (EnvoiAccountList    *self,
                                                  EnvoiAccount         *account);
/* Those saved with "is-removed", without it: not in the list until they are saved so again. */
GPtrArray        *envoi_account_list_get_set_aside (EnvoiAccountList   *self);
/* By id, else by email (case-insensitive domain). (nullable, transfer none) */
EnvoiAccount     *envoi_account_list_find        (EnvoiAccountList     *self,
                                                  const char           *id_or_email);

G_END_DECLS
