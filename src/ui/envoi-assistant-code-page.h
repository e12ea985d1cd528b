/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>
#include "envoi-service.h"

G_BEGIN_DECLS

#define ENVOI_TYPE_ASSISTANT_CODE_PAGE (envoi_assistant_code_page_get_type ())

/* The assistant's page for an authorization code, an app password or a password. Signals:
 * "submitted", "server-wanted". Thread: main */
G_DECLARE_FINAL_TYPE (EnvoiAssistantCodePage, envoi_assistant_code_page, ENVOI,
                      ASSISTANT_CODE_PAGE, AdwBin)

void         envoi_assistant_code_page_begin      (EnvoiAssistantCodePage *self,
                                                   EnvoiProvider          *provider,
                                                   const char             *email);
/* As the server wants it; NULL when nothing was typed. */
EnvoiSecret *envoi_assistant_code_page_dup_secret (EnvoiAssistantCodePage *self);

G_END_DECLS
