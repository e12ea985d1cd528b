/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "envoi-account-list.h"
#include "envoi-provider-table.h"

G_BEGIN_DECLS

#define ENVOI_TYPE_SENDER (envoi_sender_get_type ())

/* Whom a letter can be from: an identity together with its account. Thread: main (immutable) */
G_DECLARE_FINAL_TYPE (EnvoiSender, envoi_sender, ENVOI, SENDER, GObject)

EnvoiSender   *envoi_sender_new          (EnvoiAccount        *account,
                                          EnvoiIdentity       *identity);
EnvoiAccount  *envoi_sender_get_account  (EnvoiSender         *self);
EnvoiIdentity *envoi_sender_get_identity (EnvoiSender         *self);
/* Every sender of every account that is on, in their order; also those of the account
 * @kept_id, on or off, since a letter has it already. (transfer full) */
GListModel    *envoi_sender_list_new     (EnvoiAccountList    *accounts,
                                          const char          *kept_id);
/* What the provider does with a letter from @address, when that is not the login: a sentence,
 * or NULL when nothing is known against it. (transfer full) */
char          *envoi_sender_dup_warning  (EnvoiProviderTable  *providers,
                                          EnvoiAccount        *account,
                                          const char          *address);

G_END_DECLS
