/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>
#include "envoi-outbox.h"

G_BEGIN_DECLS

#define ENVOI_TYPE_BADGE (envoi_badge_get_type ())

/* The number on the program's icon: letters that need the person or have yet to go out. By the
 * signal com.canonical.Unity.LauncherEntry.Update, which docks of GNOME, KDE and others read.
 * Thread: main */
G_DECLARE_FINAL_TYPE (EnvoiBadge, envoi_badge, ENVOI, BADGE, GObject)

/* @bus: the session's. */
EnvoiBadge *envoi_badge_new (EnvoiOutbox     *outbox,
                             GDBusConnection *bus);

G_END_DECLS
