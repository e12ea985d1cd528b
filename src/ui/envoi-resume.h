/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "envoi-service.h"

G_BEGIN_DECLS

/* The person has just signed in to @account: what waits for its next try goes now,
 * and what had failed for want of a sign-in is queued again. */
void envoi_resume_letters (EnvoiService *service,
                           EnvoiAccount *account);

G_END_DECLS
