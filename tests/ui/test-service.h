/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "envoi-service.h"

G_BEGIN_DECLS

/* The real service in the test's own folders, as the window has it. (transfer full) */
EnvoiService *test_service_start (EnvoiServiceFlags   flags);
/* Takes *@service. */
void          test_service_stop  (EnvoiService      **service);

G_END_DECLS
