/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>
#include "envoi-service.h"

G_BEGIN_DECLS

#define ENVOI_TYPE_ASSISTANT_CHECK_PAGE (envoi_assistant_check_page_get_type ())

/* The assistant's page that tries an account, a tick for each step. Signals: "passed",
 * "back" (the person wants to change something). Thread: main */
G_DECLARE_FINAL_TYPE (EnvoiAssistantCheckPage, envoi_assistant_check_page, ENVOI,
                      ASSISTANT_CHECK_PAGE, AdwBin)

/* @secret: nullable, the stored one is used. */
void envoi_assistant_check_page_begin (EnvoiAssistantCheckPage *self,
                                       EnvoiService            *service,
                                       EnvoiAccount            *account,
                                       EnvoiSecret             *secret);
void envoi_assistant_check_page_stop  (EnvoiAssistantCheckPage *self);
/* What went wrong after the check itself: the account could not be saved. */
void envoi_assistant_check_page_fail  (EnvoiAssistantCheckPage *self,
                                       const EnvoiProblem      *problem);

G_END_DECLS
