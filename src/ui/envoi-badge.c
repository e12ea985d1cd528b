/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-ui"

#include "config.h"

#include "envoi-badge.h"

#define INTERFACE "com.canonical.Unity.LauncherEntry"
#define PATH "/com/canonical/unity/launcherentry/1"
#define LAUNCHER "application://" ENVOI_DESKTOP_ID ".desktop"

/**
 * EnvoiBadge:
 *
 * Tells docks how many letters there are to think of. Says so once for many
 * changes, and nothing when the number stays.
 *
 * Thread: main
 */
struct _EnvoiBadge {
  GObject parent_instance;

  EnvoiOutbox     *outbox;
  GDBusConnection *bus;
  guint tell_id;
  gint64 told;          /* -1 = nothing yet */
  gboolean was_urgent;
};

G_DEFINE_FINAL_TYPE (EnvoiBadge, envoi_badge, G_TYPE_OBJECT)

static guint
count (EnvoiBadge  *self,
       EnvoiFolder  folder)
{
  return g_list_model_get_n_items (envoi_outbox_get_folder (self->outbox, folder));
}

static void
tell (EnvoiBadge *self,
      gint64      number,
      gboolean    is_urgent)
{
  GVariantBuilder properties;

  g_variant_builder_init (&properties, G_VARIANT_TYPE_VARDICT);
  g_variant_builder_add (&properties, "{sv}", "count", g_variant_new_int64 (number));
  g_variant_builder_add (&properties, "{sv}", "count-visible", g_variant_new_boolean (number > 0));
  g_variant_builder_add (&properties, "{sv}", "urgent", g_variant_new_boolean (is_urgent));
  g_dbus_connection_emit_signal (self->bus, NULL, PATH, INTERFACE, "Update",
                                 g_variant_new ("(sa{sv})", LAUNCHER, &properties), NULL);
  self->told = number;
  self->was_urgent = is_urgent;
}

static gboolean
tell_cb (gpointer user_data)
{
  EnvoiBadge *self = user_data;
  guint n_attention = count (self, ENVOI_FOLDER_ATTENTION);
  gint64 number = (gint64) n_attention + count (self, ENVOI_FOLDER_OUTBOX);

  self->tell_id = 0;
  if (number != self->told || (n_attention > 0) != self->was_urgent)
    tell (self, number, n_attention > 0);

  return G_SOURCE_REMOVE;
}

static void
changed_cb (EnvoiBadge *self)
{
  if (!self->tell_id)
    self->tell_id = g_idle_add (tell_cb, self);
}

static void
envoi_badge_dispose (GObject *object)
{
  EnvoiBadge *self = ENVOI_BADGE (object);

  g_clear_handle_id (&self->tell_id, g_source_remove);
  /* A number on the icon of a program that does not run would be stale soon. */
  if (self->bus && self->told > 0)
    tell (self, 0, FALSE);
  g_clear_object (&self->outbox);
  g_clear_object (&self->bus);

  G_OBJECT_CLASS (envoi_badge_parent_class)->dispose (object);
}

static void
envoi_badge_class_init (EnvoiBadgeClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = envoi_badge_dispose;
}

static void
envoi_badge_init (EnvoiBadge *self)
{
  self->told = -1;
}

EnvoiBadge *
envoi_badge_new (EnvoiOutbox     *outbox,
                 GDBusConnection *bus)
{
  static const EnvoiFolder folders[] = { ENVOI_FOLDER_ATTENTION, ENVOI_FOLDER_OUTBOX };
  EnvoiBadge *self = g_object_new (ENVOI_TYPE_BADGE, NULL);

  self->outbox = g_object_ref (outbox);
  self->bus = g_object_ref (bus);
  for (guint i = 0; i < G_N_ELEMENTS (folders); i++)
    g_signal_connect_object (envoi_outbox_get_folder (outbox, folders[i]), "items-changed",
                             G_CALLBACK (changed_cb), self, G_CONNECT_SWAPPED);
  changed_cb (self);
  return self;
}
