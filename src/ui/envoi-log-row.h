/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>
#include "envoi-log-item.h"

G_BEGIN_DECLS

#define ENVOI_TYPE_LOG_ROW (envoi_log_row_get_type ())

/* Property "item" (writable, nullable). Thread: main */
G_DECLARE_FINAL_TYPE (EnvoiLogRow, envoi_log_row, ENVOI, LOG_ROW, AdwBin)

void envoi_log_row_set_item (EnvoiLogRow  *self,
                             EnvoiLogItem *item);

G_END_DECLS
