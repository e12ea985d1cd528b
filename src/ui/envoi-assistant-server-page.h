/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>
#include "envoi-service.h"

G_BEGIN_DECLS

#define ENVOI_TYPE_ASSISTANT_SERVER_PAGE (envoi_assistant_server_page_get_type ())

/* The assistant's page for a server that has to be named. Signal: "submitted".
 * Thread: main */
G_DECLARE_FINAL_TYPE (EnvoiAssistantServerPage, envoi_assistant_server_page, ENVOI,
                      ASSISTANT_SERVER_PAGE, AdwBin)

/* Shows @account and writes into it; says where @finding is from, and asks about a foreign one. */
void         envoi_assistant_server_page_begin      (EnvoiAssistantServerPage *self,
                                                     EnvoiAccount             *account,
                                                     EnvoiFinding             *finding);
EnvoiSecret *envoi_assistant_server_page_dup_secret (EnvoiAssistantServerPage *self);

G_END_DECLS
