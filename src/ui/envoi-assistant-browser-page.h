/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>
#include "envoi-service.h"

G_BEGIN_DECLS

#define ENVOI_TYPE_ASSISTANT_BROWSER_PAGE (envoi_assistant_browser_page_get_type ())

/* The assistant's page for providers where one signs in by the browser. Signals: "signed-in",
 * "password-wanted" (an app password instead). Thread: main */
G_DECLARE_FINAL_TYPE (EnvoiAssistantBrowserPage, envoi_assistant_browser_page, ENVOI,
                      ASSISTANT_BROWSER_PAGE, AdwBin)

/* @account has its "oauth-provider" and "auth"; it need not be saved yet. */
void envoi_assistant_browser_page_begin (EnvoiAssistantBrowserPage *self,
                                         EnvoiService              *service,
                                         EnvoiAccount              *account,
                                         EnvoiProvider             *provider);
/* Gives up waiting for the browser. */
void envoi_assistant_browser_page_stop  (EnvoiAssistantBrowserPage *self);

G_END_DECLS
