/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-ui"

#include "config.h"

#include "envoi-account-form.h"
#include "envoi-account-row.h"
#include "envoi-accounts-window.h"
#include "envoi-application.h"

#include <glib/gi18n.h>

/**
 * EnvoiAccountsWindow:
 *
 * The accounts, their state, and a form for each.
 *
 * Thread: main
 */
struct _EnvoiAccountsWindow {
  AdwPreferencesWindow parent_instance;

  EnvoiService        *service;

  GtkListBox          *list;
};

G_DEFINE_FINAL_TYPE (EnvoiAccountsWindow, envoi_accounts_window, ADW_TYPE_PREFERENCES_WINDOW)

static GtkWidget *
make_row (gpointer item,
          gpointer user_data)
{
  return envoi_account_row_new (item);
}

static void
told_cb (EnvoiAccountsWindow *self,
         const char          *sentence)
{
  g_autofree char *escaped = g_markup_escape_text (sentence, -1);

  adw_preferences_window_add_toast (ADW_PREFERENCES_WINDOW (self), adw_toast_new (escaped));
}

static void
finished_cb (EnvoiAccountsWindow *self)
{
  adw_preferences_window_close_subpage (ADW_PREFERENCES_WINDOW (self));
}

static void
open_form (EnvoiAccountsWindow *self,
           EnvoiAccount        *account)
{
  GtkWidget *form = envoi_account_form_new (self->service, account);

  g_signal_connect_object (form, "finished", G_CALLBACK (finished_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (form, "told", G_CALLBACK (told_cb), self, G_CONNECT_SWAPPED);
  adw_preferences_window_present_subpage (ADW_PREFERENCES_WINDOW (self), form);
  gtk_widget_grab_focus (form);
}

static void
add_cb (EnvoiAccountsWindow *self)
{
  GtkWindow *parent = gtk_window_get_transient_for (GTK_WINDOW (self));
  GtkApplication *application = parent ? gtk_window_get_application (parent) : NULL;
  GtkWidget *assistant;

  if (!application)
    return;

  assistant = envoi_application_add_account (ENVOI_APPLICATION (application), GTK_WINDOW (self));
  g_signal_connect_object (assistant, "write", G_CALLBACK (gtk_window_close), self,
                           G_CONNECT_SWAPPED);
}

static void
row_activated_cb (EnvoiAccountsWindow *self,
                  EnvoiAccountRow     *row)
{
  open_form (self, envoi_account_row_get_account (row));
}

static void
envoi_accounts_window_dispose (GObject *object)
{
  EnvoiAccountsWindow *self = ENVOI_ACCOUNTS_WINDOW (object);

  g_clear_object (&self->service);

  G_OBJECT_CLASS (envoi_accounts_window_parent_class)->dispose (object);
}

static void
envoi_accounts_window_class_init (EnvoiAccountsWindowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = envoi_accounts_window_dispose;

  gtk_widget_class_set_template_from_resource (
    widget_class, "/io/github/envoi_mail/Envoi/envoi-accounts-window.ui");
  gtk_widget_class_bind_template_child (widget_class, EnvoiAccountsWindow, list);
  gtk_widget_class_bind_template_callback (widget_class, add_cb);
  gtk_widget_class_bind_template_callback (widget_class, row_activated_cb);
}

static void
envoi_accounts_window_init (EnvoiAccountsWindow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

GtkWidget *
envoi_accounts_window_new (EnvoiService *service)
{
  EnvoiAccountsWindow *self = g_object_new (ENVOI_TYPE_ACCOUNTS_WINDOW, NULL);

  self->service = g_object_ref (service);
  gtk_list_box_bind_model (self->list, G_LIST_MODEL (envoi_service_get_accounts (service)),
                           make_row, NULL, NULL);
  return GTK_WIDGET (self);
}

void
envoi_accounts_window_present (EnvoiService *service,
                               GtkWindow    *parent,
                               EnvoiAccount *account)
{
  GtkWidget *window = envoi_accounts_window_new (service);

  gtk_window_set_transient_for (GTK_WINDOW (window), parent);
  if (account)
    open_form (ENVOI_ACCOUNTS_WINDOW (window), account);
  gtk_window_present (GTK_WINDOW (window));
}
