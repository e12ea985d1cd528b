/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>
#include "envoi-service.h"

G_BEGIN_DECLS

#define ENVOI_TYPE_SENDING_LOG (envoi_sending_log_get_type ())

/* The window of the audit log. Thread: main */
G_DECLARE_FINAL_TYPE (EnvoiSendingLog, envoi_sending_log, ENVOI, SENDING_LOG, AdwWindow)

GtkWidget *envoi_sending_log_new    (EnvoiService    *service);
/* What "Export" does once a file was chosen. */
void       envoi_sending_log_export (EnvoiSendingLog *self,
                                     GFile           *target);

G_END_DECLS
