/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>
#include "envoi-service.h"

G_BEGIN_DECLS

#define ENVOI_TYPE_NOTIFIER (envoi_notifier_get_type ())

/* Tells the desktop what became of letters while no window is looked at. Thread: main */
G_DECLARE_FINAL_TYPE (EnvoiNotifier, envoi_notifier, ENVOI, NOTIFIER, GObject)

EnvoiNotifier *envoi_notifier_new (GtkApplication *application,
                                   EnvoiService   *service);

G_END_DECLS
