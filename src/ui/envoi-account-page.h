/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>
#include "envoi-service.h"

G_BEGIN_DECLS

#define ENVOI_TYPE_ACCOUNT_PAGE (envoi_account_page_get_type ())

/* One account: how it stands, on or off, its identities, how its sign-in stands, and the ways
 * to the forms. Signals "finished", "removed" (the person wants it gone), "told" (const char *). Thread: main */
G_DECLARE_FINAL_TYPE (EnvoiAccountPage, envoi_account_page, ENVOI, ACCOUNT_PAGE, AdwBin)

GtkWidget    *envoi_account_page_new         (EnvoiService     *service,
                                              EnvoiAccount     *account);
EnvoiAccount *envoi_account_page_get_account (EnvoiAccountPage *self);

G_END_DECLS
