/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>
#include "envoi-service.h"

G_BEGIN_DECLS

#define ENVOI_TYPE_ACCOUNT_ASSISTANT (envoi_account_assistant_get_type ())

/* From a mail address to an account that can send. Signal: "write" (EnvoiAccount *account,
 * the person wants to write a letter from it). Thread: main */
G_DECLARE_FINAL_TYPE (EnvoiAccountAssistant, envoi_account_assistant, ENVOI, ACCOUNT_ASSISTANT,
                      AdwWindow)

GtkWidget *envoi_account_assistant_new (EnvoiService *service);

G_END_DECLS
