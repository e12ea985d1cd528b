/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>
#include "envoi-service.h"

G_BEGIN_DECLS

#define ENVOI_TYPE_SIGN_IN_WINDOW (envoi_sign_in_window_get_type ())

/* Signing in again, by the browser, for an account that is there. Thread: main */
G_DECLARE_FINAL_TYPE (EnvoiSignInWindow, envoi_sign_in_window, ENVOI, SIGN_IN_WINDOW, AdwWindow)

GtkWidget *envoi_sign_in_window_new (EnvoiService *service,
                                     EnvoiAccount *account);
/* Over @parent; FALSE when the account does not sign in by the browser. */
gboolean   envoi_sign_in_window_present (EnvoiService *service,
                                         GtkWindow    *parent,
                                         EnvoiAccount *account);

G_END_DECLS
