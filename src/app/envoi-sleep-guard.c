/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-app"

#include "config.h"

#include "envoi-sleep-guard.h"

#include <gio/gunixfdlist.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <unistd.h>

#define LOGIND "org.freedesktop.login1"
#define LOGIND_PATH "/org/freedesktop/login1"
#define MANAGER "org.freedesktop.login1.Manager"

/**
 * EnvoiSleepGuard:
 *
 * Keeps a letter from being cut off by the computer's sleep. While one goes
 * out, a delay lock at logind makes the computer wait a few seconds. When it
 * wants to sleep, the outbox stops what the server does not have yet and waits
 * for the answer to what it has; then the lock goes. After waking up the outbox
 * goes on. Without logind nothing is different from before.
 *
 * Thread: main
 */
struct _EnvoiSleepGuard {
  GObject parent_instance;

  EnvoiOutbox     *outbox;
  GDBusConnection *bus;
  GDBusProxy      *logind;      /* NULL until it is there */
  GCancellable    *cancellable;
  guint n_sending;
  gboolean is_asking;
  int lock;                     /* the lock is held while this is open; -1 = it is not */
};

G_DEFINE_FINAL_TYPE (EnvoiSleepGuard, envoi_sleep_guard, G_TYPE_OBJECT)

enum {
  PROP_0,
  PROP_IS_HOLDING,
  N_PROPS,
};

static GParamSpec *properties[N_PROPS];

static void
let_go (EnvoiSleepGuard *self)
{
  if (self->lock < 0)
    return;

  close (self->lock);
  self->lock = -1;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_IS_HOLDING]);
}

static void
did_inhibit (GObject      *source,
             GAsyncResult *result,
             gpointer      user_data)
{
  g_autoptr (EnvoiSleepGuard) self = user_data;
  g_autoptr (GUnixFDList) descriptors = NULL;
  g_autoptr (GVariant) answer = NULL;
  g_autoptr (GError) error = NULL;
  int handle;

  answer = g_dbus_connection_call_with_unix_fd_list_finish (G_DBUS_CONNECTION (source),
                                                            &descriptors, result, &error);
  self->is_asking = FALSE;
  if (!answer || !descriptors) {
    g_debug ("The computer's sleep is not delayed: %s", error ? error->message : "no lock");
    return;
  }

  g_variant_get (answer, "(h)", &handle);
  self->lock = g_unix_fd_list_get (descriptors, handle, NULL);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_IS_HOLDING]);

  /* It may be over by now. */
  if (self->n_sending == 0)
    let_go (self);
}

static void
hold (EnvoiSleepGuard *self)
{
  if (self->lock >= 0 || self->is_asking)
    return;

  self->is_asking = TRUE;
  g_dbus_connection_call_with_unix_fd_list (self->bus, LOGIND, LOGIND_PATH, MANAGER, "Inhibit",
                                            g_variant_new ("(ssss)", "sleep:shutdown", "Envoi",
                                                           /* Translators: why the computer waits
                                                            * before it sleeps */
                                                           _("A letter is being sent"), "delay"),
                                            G_VARIANT_TYPE ("(h)"), G_DBUS_CALL_FLAGS_NONE, -1,
                                            NULL, self->cancellable, did_inhibit,
                                            g_object_ref (self));
}

static void
settled_cb (EnvoiSleepGuard  *self,
            EnvoiLetter      *letter,
            EnvoiLetterState  before,
            EnvoiLetterState  after)
{
  if (after == ENVOI_LETTER_SENDING)
    self->n_sending++;
  else if (before == ENVOI_LETTER_SENDING && self->n_sending > 0)
    self->n_sending--;
  else
    return;

  if (self->n_sending > 0)
    hold (self);
  else
    let_go (self);
}

static void
logind_signal_cb (EnvoiSleepGuard *self,
                  const char      *sender,
                  const char      *signal,
                  GVariant        *parameters)
{
  gboolean is_going;

  if (!g_str_equal (signal, "PrepareForSleep") ||
      !g_variant_is_of_type (parameters, G_VARIANT_TYPE ("(b)")))
    return;

  g_variant_get (parameters, "(b)", &is_going);
  g_message ("The computer %s", is_going ? "goes to sleep" : "has woken up");
  envoi_outbox_set_asleep (self->outbox, is_going);
}

static void
got_logind_cb (GObject      *source,
               GAsyncResult *result,
               gpointer      user_data)
{
  g_autoptr (EnvoiSleepGuard) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GDBusProxy) logind = g_dbus_proxy_new_finish (result, &error);

  if (!logind) {
    g_debug ("Nobody tells of the computer's sleep: %s", error->message);
    return;
  }

  g_signal_connect_object (logind, "g-signal", G_CALLBACK (logind_signal_cb), self,
                           G_CONNECT_SWAPPED);
  self->logind = g_steal_pointer (&logind);
}

static void
envoi_sleep_guard_get_property (GObject    *object,
                                guint       property_id,
                                GValue     *value,
                                GParamSpec *pspec)
{
  switch (property_id) {
    case PROP_IS_HOLDING:
      g_value_set_boolean (value, ENVOI_SLEEP_GUARD (object)->lock >= 0);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
  }
}

static void
envoi_sleep_guard_dispose (GObject *object)
{
  EnvoiSleepGuard *self = ENVOI_SLEEP_GUARD (object);

  g_cancellable_cancel (self->cancellable);
  let_go (self);
  g_clear_object (&self->logind);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->outbox);
  g_clear_object (&self->bus);

  G_OBJECT_CLASS (envoi_sleep_guard_parent_class)->dispose (object);
}

static void
envoi_sleep_guard_class_init (EnvoiSleepGuardClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = envoi_sleep_guard_get_property;
  object_class->dispose = envoi_sleep_guard_dispose;

  properties[PROP_IS_HOLDING] =
    g_param_spec_boolean ("is-holding", NULL, NULL, FALSE,
                          G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
envoi_sleep_guard_init (EnvoiSleepGuard *self)
{
  self->cancellable = g_cancellable_new ();
  self->lock = -1;
}

EnvoiSleepGuard *
envoi_sleep_guard_new (EnvoiOutbox     *outbox,
                       GDBusConnection *bus)
{
  EnvoiSleepGuard *self = g_object_new (ENVOI_TYPE_SLEEP_GUARD, NULL);

  self->outbox = g_object_ref (outbox);
  self->bus = g_object_ref (bus);
  g_signal_connect_object (outbox, "settled", G_CALLBACK (settled_cb), self, G_CONNECT_SWAPPED);
  g_dbus_proxy_new (bus, G_DBUS_PROXY_FLAGS_DO_NOT_LOAD_PROPERTIES |
                    G_DBUS_PROXY_FLAGS_DO_NOT_AUTO_START, NULL, LOGIND, LOGIND_PATH, MANAGER,
                    self->cancellable, got_logind_cb, g_object_ref (self));
  return self;
}

gboolean
envoi_sleep_guard_is_holding (EnvoiSleepGuard *self)
{
  g_return_val_if_fail (ENVOI_IS_SLEEP_GUARD (self), FALSE);

  return self->lock >= 0;
}
