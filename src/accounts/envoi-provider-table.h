/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "envoi-account.h"
#include "envoi-provider.h"

G_BEGIN_DECLS

#define ENVOI_TYPE_PROVIDER_TABLE (envoi_provider_table_get_type ())

/* The providers the program knows, and the person's own on top of them.
 * Property "warning" (nullable): a sentence about files that were left out. Thread: main */
G_DECLARE_FINAL_TYPE (EnvoiProviderTable, envoi_provider_table, ENVOI, PROVIDER_TABLE, GObject)

EnvoiProviderTable       *envoi_provider_table_new             (void);
/* Adds the *.json of a folder; an entry replaces the built-in one with its id. Never fails: see "warning". */
void                      envoi_provider_table_load_async      (EnvoiProviderTable   *self,
                                                                GFile                *folder,
                                                                GCancellable         *cancellable,
                                                                GAsyncReadyCallback   callback,
                                                                gpointer              user_data);
gboolean                  envoi_provider_table_load_finish     (EnvoiProviderTable   *self,
                                                                GAsyncResult         *result,
                                                                GError              **error);
guint                     envoi_provider_table_get_n_providers (EnvoiProviderTable   *self);
EnvoiProvider            *envoi_provider_table_get_provider    (EnvoiProviderTable   *self,
                                                                guint                 index);
/* All (transfer none) (nullable). */
EnvoiProvider            *envoi_provider_table_find            (EnvoiProviderTable   *self,
                                                                const char           *id);
/* By id, else the first whose sign-in is that of @id ("google"). */
EnvoiProvider            *envoi_provider_table_find_oauth      (EnvoiProviderTable   *self,
                                                                const char           *id);
EnvoiProvider            *envoi_provider_table_find_by_email   (EnvoiProviderTable   *self,
                                                                const char           *email);
EnvoiProvider            *envoi_provider_table_find_by_mx      (EnvoiProviderTable   *self,
                                                                const char           *mx_host);
/* By the host one sends through. */
EnvoiProvider            *envoi_provider_table_find_by_server  (EnvoiProviderTable   *self,
                                                                const char           *host);
/* Whose rules an account is under, also one that was set up by hand. */
EnvoiProvider            *envoi_provider_table_find_for_account (EnvoiProviderTable  *self,
                                                                EnvoiAccount         *account);
/* Who has the mailbox of an account and sends for it. */
EnvoiProvider            *envoi_provider_table_find_mailbox    (EnvoiProviderTable   *self,
                                                                EnvoiAccount         *account);
/* What a server's reply means: the longest pattern of the provider that fits.
 * @phase as envoi_smtp_phase_to_string() writes it. (transfer none) (nullable) */
const EnvoiProviderReply *envoi_provider_table_find_reply      (EnvoiProviderTable   *self,
                                                                const char           *provider_id,
                                                                const char           *phase,
                                                                int                   code,
                                                                const char           *text);

G_END_DECLS
