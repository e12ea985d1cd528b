/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "envoi-service.h"

G_BEGIN_DECLS

#define TEST_SERVICE_SENDER ((EnvoiServiceFlags) (ENVOI_SERVICE_SEND | ENVOI_SERVICE_PRACTICE))

/* The real service in the test's own folders, as the window has it. (transfer full) */
EnvoiService *test_service_start (EnvoiServiceFlags   flags);
/* The same with passwords in memory: nobody answers a keyring that asks. (transfer full) */
EnvoiService *test_service_start_without_keyring (EnvoiServiceFlags flags);
/* Takes *@service. */
void          test_service_stop  (EnvoiService      **service);
/* Sends @draft. Returns the letter's id. (transfer full) */
char         *test_service_send  (EnvoiService       *service,
                                  EnvoiDraft         *draft,
                                  gint64              hold_until);
/* The same for a letter of a few words, from the account that letters go from. */
char         *test_service_send_words (EnvoiService  *service,
                                  const char         *to,
                                  const char         *subject,
                                  const char         *text,
                                  gint64              hold_until);

G_END_DECLS
