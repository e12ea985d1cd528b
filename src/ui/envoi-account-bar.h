/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>
#include "envoi-service.h"

G_BEGIN_DECLS

#define ENVOI_TYPE_ACCOUNT_BAR (envoi_account_bar_get_type ())

/* One line above the list for an account in trouble, else for the service's notice.
 * Signal "account-wanted" (EnvoiAccount). */
G_DECLARE_FINAL_TYPE (EnvoiAccountBar, envoi_account_bar, ENVOI, ACCOUNT_BAR, AdwBin)

void envoi_account_bar_set_service (EnvoiAccountBar *self,
                                    EnvoiService    *service);

G_END_DECLS
