/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

#define ENVOI_TYPE_SCHEDULE_DIALOG (envoi_schedule_dialog_get_type ())

/* A day and a time to send at. Signal "chosen" (gint64: microseconds since the
 * epoch, in the future). Thread: main */
G_DECLARE_FINAL_TYPE (EnvoiScheduleDialog, envoi_schedule_dialog, ENVOI, SCHEDULE_DIALOG, AdwWindow)

EnvoiScheduleDialog *envoi_schedule_dialog_new (GtkWindow *parent);

G_END_DECLS
