/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-ui"

#include "config.h"

#include "envoi-preferences-window.h"
#include "envoi-client-ids-window.h"

#include "envoi-message-error.h"
#include "envoi-problem.h"
#include "envoi-service-contacts.h"

#include <glib/gi18n.h>

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
  GtkSwitch           *plain_text;
  GtkSwitch           *ask_database;
  AdwComboRow         *account;
  AdwEntryRow         *sensitive_words;
  AdwActionRow        *contacts;
  GtkSwitch           *desktop_contacts;
  GtkWidget           *forget_button;
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

/* People */

static void
show_contacts (EnvoiPreferencesWindow *self)
{
  guint n = envoi_service_count_contacts (self->service);
  g_autofree char *subtitle =
    n > 0 ? g_strdup_printf (ngettext ("%u person is offered when you write an address",
                                       "%u people are offered when you write an address", n), n)
          : g_strdup (_("From a vCard file (.vcf), as phones and address books write it"));

  adw_action_row_set_subtitle (self->contacts, subtitle);
  gtk_widget_set_visible (self->forget_button, n > 0);
}

static void
tell (EnvoiPreferencesWindow *self,
      const char             *sentence)
{
  g_autofree char *escaped = g_markup_escape_text (sentence, -1);

  adw_preferences_window_add_toast (ADW_PREFERENCES_WINDOW (self), adw_toast_new (escaped));
}

static void
did_import_cb (GObject      *source,
               GAsyncResult *result,
               gpointer      user_data)
{
  g_autoptr (EnvoiPreferencesWindow) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (EnvoiProblem) problem = NULL;
  g_autofree char *sentence = NULL;
  guint n_new = 0;

  if (!envoi_service_import_contacts_finish (ENVOI_SERVICE (source), result, &n_new, &error)) {
    problem = envoi_problem_new (error);
    tell (self, error->domain == ENVOI_MESSAGE_ERROR ? error->message : problem->title);
    return;
  }

  if (!self->service)
    return;
  sentence = g_strdup_printf (ngettext ("%u new person", "%u new people", n_new), n_new);
  tell (self, sentence);
  show_contacts (self);
}

static void
book_chosen_cb (GtkNativeDialog        *dialog,
                int                     response,
                EnvoiPreferencesWindow *self)
{
  g_autoptr (GFile) file = NULL;

  if (response == GTK_RESPONSE_ACCEPT) {
    file = gtk_file_chooser_get_file (GTK_FILE_CHOOSER (dialog));
    envoi_service_import_contacts_async (self->service, file, NULL, did_import_cb,
                                         g_object_ref (self));
  }

  g_object_unref (dialog);
}

static void
import_cb (EnvoiPreferencesWindow *self)
{
  GtkFileChooserNative *dialog =
    gtk_file_chooser_native_new (_("Import Contacts"), GTK_WINDOW (self),
                                 GTK_FILE_CHOOSER_ACTION_OPEN, _("_Import"), NULL);
  g_autoptr (GtkFileFilter) filter = gtk_file_filter_new ();

  gtk_file_filter_set_name (filter, _("Contacts (vCard)"));
  gtk_file_filter_add_suffix (filter, "vcf");
  gtk_file_filter_add_mime_type (filter, "text/vcard");
  gtk_file_chooser_add_filter (GTK_FILE_CHOOSER (dialog), filter);
  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (dialog), TRUE);
  g_signal_connect_object (dialog, "response", G_CALLBACK (book_chosen_cb), self, 0);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (dialog));
}

static void
forget_cb (EnvoiPreferencesWindow *self)
{
  envoi_service_forget_contacts (self->service);
  show_contacts (self);
}

static void
client_ids_cb (EnvoiPreferencesWindow *self)
{
  GtkWidget *window = envoi_client_ids_window_new (self->service);

  gtk_window_set_transient_for (GTK_WINDOW (window), GTK_WINDOW (self));
  gtk_window_present (GTK_WINDOW (window));
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
  gtk_widget_class_bind_template_child (widget_class, EnvoiPreferencesWindow, plain_text);
  gtk_widget_class_bind_template_child (widget_class, EnvoiPreferencesWindow, ask_database);
  gtk_widget_class_bind_template_callback (widget_class, client_ids_cb);
  gtk_widget_class_bind_template_child (widget_class, EnvoiPreferencesWindow, account);
  gtk_widget_class_bind_template_child (widget_class, EnvoiPreferencesWindow, sensitive_words);
  gtk_widget_class_bind_template_child (widget_class, EnvoiPreferencesWindow, contacts);
  gtk_widget_class_bind_template_child (widget_class, EnvoiPreferencesWindow, desktop_contacts);
  gtk_widget_class_bind_template_child (widget_class, EnvoiPreferencesWindow, forget_button);
  gtk_widget_class_bind_template_callback (widget_class, import_cb);
  gtk_widget_class_bind_template_callback (widget_class, forget_cb);
}

static void
envoi_preferences_window_init (EnvoiPreferencesWindow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));

  self->settings = g_settings_new (ENVOI_APPLICATION_ID);
  g_settings_bind (self->settings, "undo-seconds", self->undo_seconds, "value",
                   G_SETTINGS_BIND_DEFAULT);
  g_settings_bind (self->settings, "plain-text", self->plain_text, "active",
                   G_SETTINGS_BIND_DEFAULT);
  g_settings_bind (self->settings, "ask-provider-database", self->ask_database, "active",
                   G_SETTINGS_BIND_DEFAULT);
  g_settings_bind (self->settings, "desktop-contacts", self->desktop_contacts, "active",
                   G_SETTINGS_BIND_DEFAULT);
  g_settings_bind (self->settings, "sensitive-words", self->sensitive_words, "text",
                   G_SETTINGS_BIND_DEFAULT);
}

GtkWidget *
envoi_preferences_window_new (EnvoiService *service)
{
  EnvoiPreferencesWindow *self = g_object_new (ENVOI_TYPE_PREFERENCES_WINDOW, NULL);

  self->service = g_object_ref (service);
  adw_combo_row_set_model (self->account, G_LIST_MODEL (envoi_service_get_accounts (service)));
  show_account (self);
  show_contacts (self);

  /* Only a choice of the person is written, not what is shown first. */
  g_signal_connect_object (self->account, "notify::selected-item", G_CALLBACK (account_chosen_cb),
                           self, G_CONNECT_SWAPPED);
  return GTK_WIDGET (self);
}
