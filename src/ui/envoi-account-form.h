/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>
#include "envoi-service.h"

G_BEGIN_DECLS

#define ENVOI_TYPE_ACCOUNT_FORM (envoi_account_form_get_type ())

/* The settings of one account, to be checked and saved. Signals: "finished" (saved, or
 * left unchanged), "told" (const char *sentence). */
G_DECLARE_FINAL_TYPE (EnvoiAccountForm, envoi_account_form, ENVOI, ACCOUNT_FORM, AdwBin)

/* @account: nullable, NULL makes a new one. */
GtkWidget *envoi_account_form_new (EnvoiService *service,
                                   EnvoiAccount *account);

G_END_DECLS
