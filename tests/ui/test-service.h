/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "envoi-service.h"

G_BEGIN_DECLS

#define TEST_SERVICE_SENDER ((EnvoiServiceFlags) (ENVOI_SERVICE_SEND | ENVOI_SERVICE_PRACTICE))

/* The real service in the test's own folders, as the window has it. (transfer full) */
EnvoiService *test_service_start (EnvoiServiceFlags   flags);
/* Takes *@service. */
void          test_service_stop  (EnvoiService      **service);
/* Sends @draft. Returns the letter's id. (transfer full) */
char         *test_service_send  (EnvoiService       *service,
                                  EnvoiDraft         *draft,
                                  gint64              hold_until);

G_END_DECLS
