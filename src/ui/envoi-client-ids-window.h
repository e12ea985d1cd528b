/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>
#include "envoi-service.h"

G_BEGIN_DECLS

#define ENVOI_TYPE_CLIENT_IDS_WINDOW (envoi_client_ids_window_get_type ())

/* The person's own client ids, by provider. Thread: main */
G_DECLARE_FINAL_TYPE (EnvoiClientIdsWindow, envoi_client_ids_window, ENVOI, CLIENT_IDS_WINDOW,
                      AdwPreferencesWindow)

GtkWidget *envoi_client_ids_window_new (EnvoiService *service);

G_END_DECLS
