/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>
#include "envoi-service.h"

G_BEGIN_DECLS

#define ENVOI_TYPE_PREFERENCES_WINDOW (envoi_preferences_window_get_type ())

G_DECLARE_FINAL_TYPE (EnvoiPreferencesWindow, envoi_preferences_window, ENVOI, PREFERENCES_WINDOW,
                      AdwPreferencesWindow)

GtkWidget *envoi_preferences_window_new (EnvoiService *service);

G_END_DECLS
