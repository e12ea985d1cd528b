/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>
#include "envoi-application.h"

G_BEGIN_DECLS

#define ENVOI_TYPE_MAIN_WINDOW (envoi_main_window_get_type ())

G_DECLARE_FINAL_TYPE (EnvoiMainWindow, envoi_main_window, ENVOI, MAIN_WINDOW, AdwApplicationWindow)

EnvoiMainWindow *envoi_main_window_new (EnvoiApplication *application);

G_END_DECLS
