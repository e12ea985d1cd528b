/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "envoi-service.h"

G_BEGIN_DECLS

/* What a report of a fault wants to know, as lines of English: versions, the system, kinds of
 * accounts and how many letters. No address, server, name, path, letter or secret.
 * @service: nullable. (transfer full). Thread: main */
char *envoi_diagnostics_format (EnvoiService *service);

G_END_DECLS
