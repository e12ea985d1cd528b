/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "envoi-account.h"
#include "envoi-order-row.h"

G_BEGIN_DECLS

#define ENVOI_TYPE_ACCOUNT_ROW (envoi_account_row_get_type ())

/* One account with its state and the reason for it. Property "account". */
G_DECLARE_FINAL_TYPE (EnvoiAccountRow, envoi_account_row, ENVOI, ACCOUNT_ROW, EnvoiOrderRow)

GtkWidget    *envoi_account_row_new         (EnvoiAccount    *account);
EnvoiAccount *envoi_account_row_get_account (EnvoiAccountRow *self);

/* Whether new letters are from it. */
void          envoi_account_row_set_preferred (EnvoiAccountRow *self,
                                             gboolean         is_preferred);
/* How an account stands, in a few words. */
const char   *envoi_account_row_get_words   (EnvoiAccount    *account);

G_END_DECLS
