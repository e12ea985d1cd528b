/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-app"

#include "config.h"

#include "envoi-settings.h"

#define DEFAULT_UNDO_SECONDS 10
#define DEFAULT_AUDIT_DAYS 365
#define CLIENT_IDS "oauth-client-ids"

struct _EnvoiSettings {
  GObject parent_instance;

  /* NULL without an installed schema: GSettings itself would abort. */
  GSettings *settings;
};

G_DEFINE_FINAL_TYPE (EnvoiSettings, envoi_settings, G_TYPE_OBJECT)

static void
envoi_settings_dispose (GObject *object)
{
  EnvoiSettings *self = ENVOI_SETTINGS (object);

  g_clear_object (&self->settings);

  G_OBJECT_CLASS (envoi_settings_parent_class)->dispose (object);
}

static void
envoi_settings_class_init (EnvoiSettingsClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = envoi_settings_dispose;
}

static void
envoi_settings_init (EnvoiSettings *self)
{
  GSettingsSchemaSource *source = g_settings_schema_source_get_default ();
  g_autoptr (GSettingsSchema) schema = NULL;

  if (source)
    schema = g_settings_schema_source_lookup (source, ENVOI_APPLICATION_ID, TRUE);
  if (schema)
    self->settings = g_settings_new_full (schema, NULL, NULL);
}

EnvoiSettings *
envoi_settings_new (void)
{
  return g_object_new (ENVOI_TYPE_SETTINGS, NULL);
}

gint64
envoi_settings_get_undo_time (EnvoiSettings *self)
{
  guint seconds = self->settings ? g_settings_get_uint (self->settings, "undo-seconds")
                                 : DEFAULT_UNDO_SECONDS;

  return (gint64) seconds * G_USEC_PER_SEC;
}

gboolean
envoi_settings_has_warm_connection (EnvoiSettings *self)
{
  return self->settings ? g_settings_get_boolean (self->settings, "warm-connection") : TRUE;
}

gint64
envoi_settings_get_audit_time (EnvoiSettings *self)
{
  guint days = self->settings ? g_settings_get_uint (self->settings, "audit-days")
                              : DEFAULT_AUDIT_DAYS;

  return (gint64) days * 24 * 60 * 60 * G_USEC_PER_SEC;
}

char *
envoi_settings_dup_default_account (EnvoiSettings *self)
{
  return self->settings ? g_settings_get_string (self->settings, "default-account")
                        : g_strdup ("");
}

gboolean
envoi_settings_uses_desktop_contacts (EnvoiSettings *self)
{
  return self->settings ? g_settings_get_boolean (self->settings, "desktop-contacts") : TRUE;
}

gboolean
envoi_settings_asks_provider_database (EnvoiSettings *self)
{
  return self->settings ? g_settings_get_boolean (self->settings, "ask-provider-database") : TRUE;
}

void
envoi_settings_set_default_account (EnvoiSettings *self,
                                    const char    *account_id)
{
  if (self->settings)
    g_settings_set_string (self->settings, "default-account", account_id);
}

GVariant *
envoi_settings_dup_client_ids (EnvoiSettings *self)
{
  if (self->settings)
    return g_settings_get_value (self->settings, CLIENT_IDS);

  return g_variant_ref_sink (g_variant_new_array (G_VARIANT_TYPE ("{ss}"), NULL, 0));
}

void
envoi_settings_set_client_id (EnvoiSettings *self,
                              const char    *oauth_id,
                              const char    *client_id)
{
  g_autoptr (GVariant) before = envoi_settings_dup_client_ids (self);
  GVariantBuilder builder;
  GVariantIter iter;
  const char *key;
  const char *value;

  if (!self->settings)
    return;

  g_variant_builder_init (&builder, G_VARIANT_TYPE ("a{ss}"));
  g_variant_iter_init (&iter, before);
  while (g_variant_iter_next (&iter, "{&s&s}", &key, &value)) {
    if (!g_str_equal (key, oauth_id))
      g_variant_builder_add (&builder, "{ss}", key, value);
  }
  if (client_id && *client_id)
    g_variant_builder_add (&builder, "{ss}", oauth_id, client_id);

  g_settings_set_value (self->settings, CLIENT_IDS, g_variant_builder_end (&builder));
}
