/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-ui"

#include "config.h"

#include "envoi-badge.h"
#include "envoi-desktop.h"
#include "envoi-notifier.h"

#include "envoi-sleep-guard.h"

/**
 * EnvoiDesktop:
 *
 * Holds together what the program is in the desktop beside its windows. What
 * the desktop lacks is left out: there may be no bus at all.
 *
 * Thread: main
 */
struct _EnvoiDesktop {
  GObject parent_instance;

  EnvoiOutbox     *outbox;
  EnvoiNotifier   *notifier;
  EnvoiBadge      *badge;             /* NULL without a session bus */
  EnvoiSleepGuard *sleep_guard;       /* NULL until the system bus is there */
  GCancellable    *cancellable;
};

G_DEFINE_FINAL_TYPE (EnvoiDesktop, envoi_desktop, G_TYPE_OBJECT)

static void
got_system_bus_cb (GObject      *source,
                   GAsyncResult *result,
                   gpointer      user_data)
{
  g_autoptr (EnvoiDesktop) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GDBusConnection) bus = g_bus_get_finish (result, &error);

  if (!bus)
    g_debug ("Nobody tells of the computer's sleep: %s", error->message);
  else if (self->outbox)
    self->sleep_guard = envoi_sleep_guard_new (self->outbox, bus);
}

static void
envoi_desktop_dispose (GObject *object)
{
  EnvoiDesktop *self = ENVOI_DESKTOP (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->notifier);
  g_clear_object (&self->badge);
  g_clear_object (&self->sleep_guard);
  g_clear_object (&self->outbox);

  G_OBJECT_CLASS (envoi_desktop_parent_class)->dispose (object);
}

static void
envoi_desktop_class_init (EnvoiDesktopClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = envoi_desktop_dispose;
}

static void
envoi_desktop_init (EnvoiDesktop *self)
{
  self->cancellable = g_cancellable_new ();
}

EnvoiDesktop *
envoi_desktop_new (GtkApplication *application,
                   EnvoiService   *service)
{
  EnvoiDesktop *self = g_object_new (ENVOI_TYPE_DESKTOP, NULL);
  GDBusConnection *bus = g_application_get_dbus_connection (G_APPLICATION (application));

  self->outbox = g_object_ref (envoi_service_get_outbox (service));
  self->notifier = envoi_notifier_new (application, service);
  if (bus)
    self->badge = envoi_badge_new (self->outbox, bus);
  g_bus_get (G_BUS_TYPE_SYSTEM, self->cancellable, got_system_bus_cb, g_object_ref (self));
  return self;
}
