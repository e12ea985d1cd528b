/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>
#include "envoi-place-row.h"

G_BEGIN_DECLS

#define ENVOI_TYPE_SIDEBAR (envoi_sidebar_get_type ())

/* The places. Signal "place-chosen" (int place, const char *title). */
G_DECLARE_FINAL_TYPE (EnvoiSidebar, envoi_sidebar, ENVOI, SIDEBAR, AdwBin)

void envoi_sidebar_set_outbox (EnvoiSidebar *self,
                               EnvoiOutbox  *outbox);
/* Goes to @place, with the signal, even when it is chosen already. */
void envoi_sidebar_choose     (EnvoiSidebar *self,
                               int           place);

G_END_DECLS
