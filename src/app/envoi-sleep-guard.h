/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>
#include "envoi-outbox.h"

G_BEGIN_DECLS

#define ENVOI_TYPE_SLEEP_GUARD (envoi_sleep_guard_get_type ())

/* Between the outbox and the computer's sleep. Property "is-holding" (read-only, notify): the
 * computer waits for us. Thread: main */
G_DECLARE_FINAL_TYPE (EnvoiSleepGuard, envoi_sleep_guard, ENVOI, SLEEP_GUARD, GObject)

/* @bus: the system bus, or one that stands in for it. */
EnvoiSleepGuard *envoi_sleep_guard_new        (EnvoiOutbox     *outbox,
                                               GDBusConnection *bus);
gboolean         envoi_sleep_guard_is_holding (EnvoiSleepGuard *self);

G_END_DECLS
