/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>
#include "envoi-service.h"

G_BEGIN_DECLS

#define ENVOI_TYPE_ACCOUNTS_WINDOW (envoi_accounts_window_get_type ())

G_DECLARE_FINAL_TYPE (EnvoiAccountsWindow, envoi_accounts_window, ENVOI, ACCOUNTS_WINDOW,
                      AdwPreferencesWindow)

GtkWidget *envoi_accounts_window_new     (EnvoiService *service);
/* Over @parent; with the settings of @account (nullable) opened. */
void       envoi_accounts_window_present (EnvoiService *service,
                                          GtkWindow    *parent,
                                          EnvoiAccount *account);

G_END_DECLS
