/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

#define ENVOI_TYPE_LINK_DIALOG (envoi_link_dialog_get_type ())

/* Text and address of a link. Signal "chosen" (const char *href, const char *text;
 * an empty href takes the link away). Thread: main */
G_DECLARE_FINAL_TYPE (EnvoiLinkDialog, envoi_link_dialog, ENVOI, LINK_DIALOG, AdwWindow)

EnvoiLinkDialog *envoi_link_dialog_new (GtkWindow  *parent,
                                        const char *text,
                                        const char *href);

G_END_DECLS
