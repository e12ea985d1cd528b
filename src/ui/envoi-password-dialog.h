/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>
#include "envoi-service.h"

G_BEGIN_DECLS

#define ENVOI_TYPE_PASSWORD_DIALOG (envoi_password_dialog_get_type ())

G_DECLARE_FINAL_TYPE (EnvoiPasswordDialog, envoi_password_dialog, ENVOI, PASSWORD_DIALOG,
                      AdwWindow)

GtkWidget *envoi_password_dialog_new (EnvoiService *service,
                                      EnvoiAccount *account);
/* Asks over @parent for the password of @account; then its letters go on. */
void       envoi_password_dialog_ask (GtkWindow    *parent,
                                      EnvoiService *service,
                                      EnvoiAccount *account);

G_END_DECLS
