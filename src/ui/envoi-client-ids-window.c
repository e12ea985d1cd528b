/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-ui"

#include "config.h"

#include "envoi-client-ids-window.h"
#include "envoi-client-row.h"

/**
 * EnvoiClientIdsWindow:
 *
 * The client ids one signs in with by the browser: which there are, and those
 * of the person's own. Envoi borrows none from other programs.
 *
 * Thread: main
 */
struct _EnvoiClientIdsWindow {
  AdwPreferencesWindow parent_instance;

  AdwPreferencesGroup *group;
};

G_DEFINE_FINAL_TYPE (EnvoiClientIdsWindow, envoi_client_ids_window, ADW_TYPE_PREFERENCES_WINDOW)

static void
envoi_client_ids_window_class_init (EnvoiClientIdsWindowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  gtk_widget_class_set_template_from_resource (
    widget_class, "/io/github/envoi_mail/Envoi/envoi-client-ids-window.ui");
  gtk_widget_class_bind_template_child (widget_class, EnvoiClientIdsWindow, group);
}

static void
envoi_client_ids_window_init (EnvoiClientIdsWindow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * envoi_client_ids_window_new:
 * @service: what keeps them
 *
 * Returns: (transfer floating): the window
 */
GtkWidget *
envoi_client_ids_window_new (EnvoiService *service)
{
  EnvoiClientIdsWindow *self = g_object_new (ENVOI_TYPE_CLIENT_IDS_WINDOW, NULL);
  EnvoiProviderTable *providers = envoi_service_get_providers (service);
  const EnvoiClientGuide *guide;

  for (guint i = 0; (guide = envoi_client_guide_get (i)); i++) {
    EnvoiProvider *provider = envoi_provider_table_find_oauth (providers, guide->oauth_id);

    if (provider)
      adw_preferences_group_add (self->group, envoi_client_row_new (service, provider, guide));
  }

  return GTK_WIDGET (self);
}
