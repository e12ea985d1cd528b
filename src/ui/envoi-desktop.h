/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>
#include "envoi-service.h"

G_BEGIN_DECLS

#define ENVOI_TYPE_DESKTOP (envoi_desktop_get_type ())

/* The program's part in the desktop: notifications, the number on the icon, and a
 * computer that waits before it sleeps. Thread: main */
G_DECLARE_FINAL_TYPE (EnvoiDesktop, envoi_desktop, ENVOI, DESKTOP, GObject)

/* @application owns what is returned; @service is ready. */
EnvoiDesktop *envoi_desktop_new (GtkApplication *application,
                                 EnvoiService   *service);

G_END_DECLS
