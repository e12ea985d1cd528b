/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>
#include "envoi-client-guide.h"
#include "envoi-service.h"

G_BEGIN_DECLS

#define ENVOI_TYPE_CLIENT_ROW (envoi_client_row_get_type ())

/* One provider's client id: whose is in use, how to get one, and the fields for it. Thread: main */
G_DECLARE_FINAL_TYPE (EnvoiClientRow, envoi_client_row, ENVOI, CLIENT_ROW, AdwExpanderRow)

GtkWidget *envoi_client_row_new (EnvoiService            *service,
                                 EnvoiProvider           *provider,
                                 const EnvoiClientGuide  *guide);

G_END_DECLS
