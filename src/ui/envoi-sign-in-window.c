/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-ui"

#include "config.h"

#include "envoi-sign-in-window.h"
#include "envoi-assistant-browser-page.h"
#include "envoi-password-dialog.h"
#include "envoi-resume.h"

/**
 * EnvoiSignInWindow:
 *
 * The assistant's browser page alone, for an account whose sign-in has ended.
 * Its letters go on once it has a new one.
 *
 * Thread: main
 */
struct _EnvoiSignInWindow {
  AdwWindow parent_instance;

  EnvoiService              *service;
  EnvoiAccount              *account;

  AdwWindowTitle            *title;
  EnvoiAssistantBrowserPage *page;
};

G_DEFINE_FINAL_TYPE (EnvoiSignInWindow, envoi_sign_in_window, ADW_TYPE_WINDOW)

static void
signed_in_cb (EnvoiSignInWindow *self)
{
  envoi_resume_letters (self->service, self->account);
  gtk_window_close (GTK_WINDOW (self));
}

static void
password_wanted_cb (EnvoiSignInWindow *self)
{
  GtkWindow *parent = gtk_window_get_transient_for (GTK_WINDOW (self));

  envoi_password_dialog_ask (parent, self->service, self->account);
  gtk_window_close (GTK_WINDOW (self));
}

static void
envoi_sign_in_window_dispose (GObject *object)
{
  EnvoiSignInWindow *self = ENVOI_SIGN_IN_WINDOW (object);

  g_clear_object (&self->account);
  g_clear_object (&self->service);

  G_OBJECT_CLASS (envoi_sign_in_window_parent_class)->dispose (object);
}

static void
envoi_sign_in_window_class_init (EnvoiSignInWindowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = envoi_sign_in_window_dispose;

  g_type_ensure (ENVOI_TYPE_ASSISTANT_BROWSER_PAGE);
  gtk_widget_class_set_template_from_resource (
    widget_class, "/io/github/envoi_mail/Envoi/envoi-sign-in-window.ui");
  gtk_widget_class_bind_template_child (widget_class, EnvoiSignInWindow, title);
  gtk_widget_class_bind_template_child (widget_class, EnvoiSignInWindow, page);
  gtk_widget_class_bind_template_callback (widget_class, signed_in_cb);
  gtk_widget_class_bind_template_callback (widget_class, password_wanted_cb);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "window.close", NULL);
}

static void
envoi_sign_in_window_init (EnvoiSignInWindow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * envoi_sign_in_window_new:
 * @service: where the sign-in is kept
 * @account: an account that signs in by the browser, at a provider of the table
 *
 * Returns: (transfer floating): the window, on the page for the account's provider
 */
GtkWidget *
envoi_sign_in_window_new (EnvoiService *service,
                          EnvoiAccount *account)
{
  EnvoiSignInWindow *self = g_object_new (ENVOI_TYPE_SIGN_IN_WINDOW, NULL);
  EnvoiProvider *provider =
    envoi_provider_table_find_oauth (envoi_service_get_providers (service),
                                     envoi_account_get_oauth_provider (account));

  self->service = g_object_ref (service);
  self->account = g_object_ref (account);
  adw_window_title_set_subtitle (self->title, envoi_account_get_email (account));
  envoi_assistant_browser_page_begin (self->page, service, account, provider);
  return GTK_WIDGET (self);
}

/**
 * envoi_sign_in_window_present:
 * @service: the service
 * @parent: the window that it belongs to
 * @account: an account
 *
 * Returns: %FALSE, and nothing is shown, when the account does not sign in by
 *   the browser at somebody who is known
 *
 * Thread: main
 */
gboolean
envoi_sign_in_window_present (EnvoiService *service,
                              GtkWindow    *parent,
                              EnvoiAccount *account)
{
  GtkWidget *window;

  if (!envoi_account_is_oauth (account) ||
      !envoi_provider_table_find_oauth (envoi_service_get_providers (service),
                                        envoi_account_get_oauth_provider (account)))
    return FALSE;

  window = envoi_sign_in_window_new (service, account);
  gtk_window_set_transient_for (GTK_WINDOW (window), parent);
  gtk_window_present (GTK_WINDOW (window));
  return TRUE;
}
