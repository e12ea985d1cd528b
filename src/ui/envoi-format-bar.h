/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

#define ENVOI_TYPE_FORMAT_BAR (envoi_format_bar_get_type ())

/* Buttons for the actions "format.*" of an EnvoiEditor and "composer.*" of the
 * window around. Signal "emoji" (const char *text). Thread: main */
G_DECLARE_FINAL_TYPE (EnvoiFormatBar, envoi_format_bar, ENVOI, FORMAT_BAR, AdwBin)

GtkWidget *envoi_format_bar_new (void);

G_END_DECLS
