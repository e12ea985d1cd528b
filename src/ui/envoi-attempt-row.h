/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>
#include "envoi-attempt-record.h"

G_BEGIN_DECLS

#define ENVOI_TYPE_ATTEMPT_ROW (envoi_attempt_row_get_type ())

G_DECLARE_FINAL_TYPE (EnvoiAttemptRow, envoi_attempt_row, ENVOI, ATTEMPT_ROW, AdwExpanderRow)

/* @now: microseconds since the epoch. */
GtkWidget *envoi_attempt_row_new (const EnvoiAttemptRecord *attempt,
                                  gint64                    now);

G_END_DECLS
