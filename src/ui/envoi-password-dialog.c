/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-ui"

#include "config.h"

#include "envoi-password-dialog.h"

#include "envoi-compat.h"
#include "envoi-resume.h"

#include <glib/gi18n.h>

/**
 * EnvoiPasswordDialog:
 *
 * Asks for the password of an account, checks it with the server and keeps it.
 * The window stays with what was typed until that has worked.
 *
 * Thread: main
 */
struct _EnvoiPasswordDialog {
  AdwWindow parent_instance;

  EnvoiService        *service;
  EnvoiAccount        *account;
  GCancellable        *cancellable;

  GtkLabel            *heading;
  GtkLabel            *reason;
  GtkWidget           *help;
  GtkLabel            *needed;
  GtkLabel            *path;
  GtkWidget           *settings_button;
  AdwPasswordEntryRow *password;
  GtkWidget           *sign_in_button;
  GtkSpinner          *spinner;
  GtkLabel            *problem;
};

G_DEFINE_FINAL_TYPE (EnvoiPasswordDialog, envoi_password_dialog, ADW_TYPE_WINDOW)

static EnvoiSecret *
dup_secret (EnvoiPasswordDialog *self)
{
  return envoi_service_clean_secret (self->service, self->account,
                                     gtk_editable_get_text (GTK_EDITABLE (self->password)));
}

static void
show_busy (EnvoiPasswordDialog *self,
           gboolean             is_busy)
{
  gtk_widget_set_sensitive (GTK_WIDGET (self->password), !is_busy);
  gtk_widget_set_sensitive (self->sign_in_button, !is_busy);
  gtk_widget_set_visible (GTK_WIDGET (self->spinner), is_busy);
  gtk_spinner_set_spinning (self->spinner, is_busy);
}

static void
show_problem (EnvoiPasswordDialog *self,
              const EnvoiProblem  *problem)
{
  g_autofree char *text = g_strdup_printf ("%s\n%s", problem->title,
                                           problem->body ? problem->body : "");

  show_busy (self, FALSE);
  gtk_label_set_label (self->problem, g_strchomp (text));
  gtk_widget_set_visible (GTK_WIDGET (self->problem), TRUE);
  gtk_widget_grab_focus (GTK_WIDGET (self->password));
}

static void
did_store (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr (EnvoiPasswordDialog) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (EnvoiProblem) problem = NULL;

  if (!envoi_service_set_password_finish (ENVOI_SERVICE (source), result, &error)) {
    problem = envoi_problem_new (error);
    if (self->service)
      show_problem (self, problem);
    return;
  }

  if (self->account)
    envoi_resume_letters (ENVOI_SERVICE (source), self->account);
  gtk_window_destroy (GTK_WINDOW (self));
}

static void
store (EnvoiPasswordDialog *self)
{
  g_autoptr (EnvoiSecret) secret = dup_secret (self);

  envoi_service_set_password_async (self->service, self->account, secret, NULL, did_store,
                                    g_object_ref (self));
}

static void
did_check (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr (EnvoiPasswordDialog) self = user_data;
  EnvoiService *service = ENVOI_SERVICE (source);
  g_autoptr (GError) error = NULL;
  g_autoptr (EnvoiProblem) problem = NULL;

  if (envoi_service_check_account_finish (service, result, &error)) {
    if (self->service)
      store (self);
    return;
  }

  problem = envoi_service_check_account_dup_problem (service, result);
  if (!problem)
    problem = envoi_problem_new (error);
  if (self->service && !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    show_problem (self, problem);
}

/* The dialog has no room for the steps; only the end counts. */
static void
step_cb (const char      *phase,
         EnvoiCheckState  state,
         const char      *text,
         gpointer         user_data)
{
}

static void
sign_in_cb (EnvoiPasswordDialog *self)
{
  g_autoptr (EnvoiSecret) secret = dup_secret (self);

  show_busy (self, TRUE);
  gtk_widget_set_visible (GTK_WIDGET (self->problem), FALSE);
  envoi_service_check_account_async (self->service, self->account, secret, step_cb, self,
                                     self->cancellable, did_check, g_object_ref (self));
}

/* NULL where the login password is what is wanted, or where nobody knows. */
static EnvoiProvider *
find_provider (EnvoiPasswordDialog *self)
{
  EnvoiProviderTable *providers = envoi_service_get_providers (self->service);
  EnvoiProvider *provider = envoi_provider_table_find_for_account (providers, self->account);

  if (!provider || envoi_provider_needs_app_password (provider) != ENVOI_PROVIDER_YES)
    return NULL;

  return provider;
}

/* Whoever types the login password here is refused again: what is wanted, and where it is made. */
static void
show_help (EnvoiPasswordDialog *self)
{
  EnvoiProvider *provider = find_provider (self);
  const char *menus = provider ? envoi_provider_get_help_path (provider, NULL) : NULL;
  g_autofree char *needed = NULL;
  g_autofree char *path = NULL;

  gtk_widget_set_visible (self->help, provider != NULL);
  if (!provider)
    return;

  /* Translators: the name of a mail provider, then what it calls its codes for programs */
  needed = g_strdup_printf (_("%s does not take your login password from programs. It needs "
                              "this instead: %s."), envoi_provider_get_name (provider, NULL),
                            envoi_provider_get_secret_name (provider, NULL));
  /* Translators: %s names menus, one after the other */
  path = g_strdup_printf (_("Go to: %s"), menus ? menus : "");
  gtk_label_set_label (self->needed, needed);
  gtk_label_set_label (self->path, path);
  gtk_widget_set_visible (GTK_WIDGET (self->path), menus != NULL);
  gtk_widget_set_visible (self->settings_button, envoi_provider_get_help_url (provider) != NULL);
}

static void
settings_cb (EnvoiPasswordDialog *self)
{
  EnvoiProvider *provider = find_provider (self);

  if (provider)
    envoi_compat_open_uri (GTK_WINDOW (self), envoi_provider_get_help_url (provider));
  gtk_widget_grab_focus (GTK_WIDGET (self->password));
}

static void
changed_cb (EnvoiPasswordDialog *self)
{
  g_autoptr (EnvoiSecret) secret = dup_secret (self);

  gtk_widget_set_sensitive (self->sign_in_button, secret != NULL);
}

static void
envoi_password_dialog_dispose (GObject *object)
{
  EnvoiPasswordDialog *self = ENVOI_PASSWORD_DIALOG (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->account);
  g_clear_object (&self->service);

  G_OBJECT_CLASS (envoi_password_dialog_parent_class)->dispose (object);
}

static void
envoi_password_dialog_class_init (EnvoiPasswordDialogClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = envoi_password_dialog_dispose;

  gtk_widget_class_set_template_from_resource (
    widget_class, "/io/github/envoi_mail/Envoi/envoi-password-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, EnvoiPasswordDialog, heading);
  gtk_widget_class_bind_template_child (widget_class, EnvoiPasswordDialog, reason);
  gtk_widget_class_bind_template_child (widget_class, EnvoiPasswordDialog, password);
  gtk_widget_class_bind_template_child (widget_class, EnvoiPasswordDialog, sign_in_button);
  gtk_widget_class_bind_template_child (widget_class, EnvoiPasswordDialog, spinner);
  gtk_widget_class_bind_template_child (widget_class, EnvoiPasswordDialog, problem);
  gtk_widget_class_bind_template_callback (widget_class, sign_in_cb);
  gtk_widget_class_bind_template_child (widget_class, EnvoiPasswordDialog, help);
  gtk_widget_class_bind_template_child (widget_class, EnvoiPasswordDialog, needed);
  gtk_widget_class_bind_template_child (widget_class, EnvoiPasswordDialog, path);
  gtk_widget_class_bind_template_child (widget_class, EnvoiPasswordDialog, settings_button);
  gtk_widget_class_bind_template_callback (widget_class, changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, settings_cb);

  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "window.close", NULL);
}

static void
envoi_password_dialog_init (EnvoiPasswordDialog *self)
{
  self->cancellable = g_cancellable_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_widget_grab_focus (GTK_WIDGET (self->password));
}

GtkWidget *
envoi_password_dialog_new (EnvoiService *service,
                           EnvoiAccount *account)
{
  EnvoiPasswordDialog *self = g_object_new (ENVOI_TYPE_PASSWORD_DIALOG, NULL);
  const char *reason = envoi_account_get_state_reason (account);
  g_autofree char *heading = NULL;

  self->service = g_object_ref (service);
  self->account = g_object_ref (account);

  /* Translators: %s is a mail address */
  heading = g_strdup_printf (_("Password of %s"), envoi_account_get_email (account));
  gtk_label_set_label (self->heading, heading);
  gtk_label_set_label (self->reason, reason ? reason : "");
  gtk_widget_set_visible (GTK_WIDGET (self->reason), reason && *reason);
  show_help (self);
  return GTK_WIDGET (self);
}

void
envoi_password_dialog_ask (GtkWindow    *parent,
                           EnvoiService *service,
                           EnvoiAccount *account)
{
  GtkWidget *dialog = envoi_password_dialog_new (service, account);

  gtk_window_set_transient_for (GTK_WINDOW (dialog), parent);
  gtk_window_present (GTK_WINDOW (dialog));
  gtk_widget_grab_focus (GTK_WIDGET (ENVOI_PASSWORD_DIALOG (dialog)->password));
}
