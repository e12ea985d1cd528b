/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

#define ENVOI_TYPE_SEND_PANEL (envoi_send_panel_get_type ())

/* What a letter lacks, under the letter, before it is sent. Signals: "confirmed"
 * (send it anyway), "chosen" (const char *field: look there). Thread: main */
G_DECLARE_FINAL_TYPE (EnvoiSendPanel, envoi_send_panel, ENVOI, SEND_PANEL, AdwBin)

GtkWidget *envoi_send_panel_new  (void);
/* @findings: element-type EnvoiSendFinding, not empty */
void       envoi_send_panel_show (EnvoiSendPanel *self,
                                  GPtrArray      *findings);
void       envoi_send_panel_hide (EnvoiSendPanel *self);
gboolean   envoi_send_panel_is_shown (EnvoiSendPanel *self);

G_END_DECLS
