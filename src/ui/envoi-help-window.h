/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

#define ENVOI_TYPE_HELP_WINDOW (envoi_help_window_get_type ())

/* The guide of docs/, to read and to search without a network. Thread: main */
G_DECLARE_FINAL_TYPE (EnvoiHelpWindow, envoi_help_window, ENVOI, HELP_WINDOW, AdwPreferencesWindow)

GtkWidget *envoi_help_window_new (void);

G_END_DECLS
