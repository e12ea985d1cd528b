/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-ui"

#include "config.h"

#include "envoi-preferences-window.h"

/**
 * EnvoiPreferencesWindow:
 *
 * The few settings there are; each takes effect at once.
 *
 * Thread: main
 */
struct _EnvoiPreferencesWindow {
  AdwPreferencesWindow parent_instance;

  EnvoiService        *service;
  GSettings           *settings;

  GtkAdjustment       *undo_seconds;
  GtkSwitch           *ask_database;
  AdwComboRow         *account;
};

G_DEFINE_FINAL_TYPE (EnvoiPreferencesWindow, envoi_preferences_window, ADW_TYPE_PREFERENCES_WINDOW)

static void
show_account (EnvoiPreferencesWindow *self)
{
  GListModel *accounts = G_LIST_MODEL (envoi_service_get_accounts (self->service));
  g_autoptr (EnvoiAccount) chosen = envoi_service_dup_default_account (self->service);

  for (guint i = 0; i < g_list_model_get_n_items (accounts); i++) {
    g_autoptr (EnvoiAccount) account = g_list_model_get_item (accounts, i);

    if (account == chosen)
      adw_combo_row_set_selected (self->account, i);
  }
}

static void
account_chosen_cb (EnvoiPreferencesWindow *self)
{
  EnvoiAccount *account = adw_combo_row_get_selected_item (self->account);

  if (account && self->service)
    g_settings_set_string (self->settings, "default-account", envoi_account_get_id (account));
}

static void
envoi_preferences_window_dispose (GObject *object)
{
  EnvoiPreferencesWindow *self = ENVOI_PREFERENCES_WINDOW (object);

  g_clear_object (&self->service);
  g_clear_object (&self->settings);

  G_OBJECT_CLASS (envoi_preferences_window_parent_class)->dispose (object);
}

static void
envoi_preferences_window_class_init (EnvoiPreferencesWindowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = envoi_preferences_window_dispose;

  g_type_ensure (ENVOI_TYPE_ACCOUNT);
  gtk_widget_class_set_template_from_resource (
    widget_class, "/io/github/envoi_mail/Envoi/envoi-preferences-window.ui");
  gtk_widget_class_bind_template_child (widget_class, EnvoiPreferencesWindow, undo_seconds);
  gtk_widget_class_bind_template_child (widget_class, EnvoiPreferencesWindow, ask_database);
  gtk_widget_class_bind_template_child (widget_class, EnvoiPreferencesWindow, account);
}

static void
envoi_preferences_window_init (EnvoiPreferencesWindow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));

  self->settings = g_settings_new (ENVOI_APPLICATION_ID);
  g_settings_bind (self->settings, "undo-seconds", self->undo_seconds, "value",
                   G_SETTINGS_BIND_DEFAULT);
  g_settings_bind (self->settings, "ask-provider-database", self->ask_database, "active",
                   G_SETTINGS_BIND_DEFAULT);
}

GtkWidget *
envoi_preferences_window_new (EnvoiService *service)
{
  EnvoiPreferencesWindow *self = g_object_new (ENVOI_TYPE_PREFERENCES_WINDOW, NULL);

  self->service = g_object_ref (service);
  adw_combo_row_set_model (self->account, G_LIST_MODEL (envoi_service_get_accounts (service)));
  show_account (self);

  /* Only a choice of the person is written, not what is shown first. */
  g_signal_connect_object (self->account, "notify::selected-item", G_CALLBACK (account_chosen_cb),
                           self, G_CONNECT_SWAPPED);
  return GTK_WIDGET (self);
}
