/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

#define ENVOI_TYPE_SHORTCUTS_WINDOW (envoi_shortcuts_window_get_type ())

/* Every key there is, to read and to search. Thread: main */
G_DECLARE_FINAL_TYPE (EnvoiShortcutsWindow, envoi_shortcuts_window, ENVOI, SHORTCUTS_WINDOW,
                      AdwPreferencesWindow)

void envoi_shortcuts_window_present (GtkWindow *parent);

G_END_DECLS
