/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-ui"

#include "config.h"

#include "envoi-account-form.h"
#include "envoi-check-list.h"
#include "envoi-compat.h"
#include "envoi-pin-row.h"
#include "envoi-resume.h"

#include "envoi-account-pin.h"
#include "envoi-provider-table.h"
#include "envoi-text.h"

#include <glib/gi18n.h>

#define TLS_PORT 465
#define STARTTLS_PORT 587

/**
 * EnvoiAccountForm:
 *
 * The settings of an account. It works on an account object of its own, so
 * that leaving the form changes nothing.
 *
 * Thread: main
 */
struct _EnvoiAccountForm {
  AdwBin parent_instance;

  EnvoiService        *service;
  EnvoiAccount        *account;       /* the working copy */
  GCancellable        *checking;      /* while a check runs */
  GCancellable        *cancellable;

  AdwWindowTitle      *title;
  GtkWidget           *save_button;
  AdwEntryRow         *email;
  AdwEntryRow         *name;
  AdwEntryRow         *host;
  GtkAdjustment       *port;
  AdwComboRow         *security;
  AdwActionRow        *most_row;
  GtkAdjustment       *most;
  AdwEntryRow         *user;
  AdwPasswordEntryRow *password;
  GtkLabel            *keyring_hint;
  AdwActionRow        *ca_file;
  GtkWidget           *ca_clear_button;
  EnvoiPinRow         *pin;
  GtkWidget           *field_error_row;
  GtkLabel            *field_error;
  GtkButton           *check_button;
  EnvoiCheckList      *check_list;
  GtkScrolledWindow   *scrolled;
  gboolean has_news;                   /* the check list is about to grow */
};

G_DEFINE_FINAL_TYPE (EnvoiAccountForm, envoi_account_form, ADW_TYPE_BIN)

enum {
  SIGNAL_FINISHED,
  SIGNAL_TOLD,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

static void
tell (EnvoiAccountForm *self,
      const GError     *error)
{
  g_autoptr (EnvoiProblem) problem = NULL;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;

  problem = envoi_problem_new (error);
  g_signal_emit (self, signals[SIGNAL_TOLD], 0, problem->title);
}

static GtkWidget *
find_field (EnvoiAccountForm *self,
            const char       *property)
{
  const struct {
    const char *property;
    gpointer widget;
  } fields[] = {
    { "email", self->email },
    { "name", self->name },
    { "host", self->host },
    { "user", self->user },
    { "ca-file", self->ca_file },
    { "security", self->security },
  };

  for (guint i = 0; property && i < G_N_ELEMENTS (fields); i++)
    if (g_str_equal (fields[i].property, property))
      return fields[i].widget;

  return NULL;
}

static void
clear_field_error (EnvoiAccountForm *self)
{
  GtkWidget *rows[] = {
    GTK_WIDGET (self->email), GTK_WIDGET (self->name), GTK_WIDGET (self->host),
    GTK_WIDGET (self->user), GTK_WIDGET (self->ca_file), GTK_WIDGET (self->security),
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    gtk_widget_remove_css_class (rows[i], "error");

  gtk_widget_set_visible (self->field_error_row, FALSE);
}

/* Right below its field, in the same list: below the list it can be out of sight. */
static void
place_field_error (EnvoiAccountForm *self,
                   GtkWidget        *field)
{
  GtkWidget *list = gtk_widget_get_parent (field);
  GtkWidget *row = g_object_ref (self->field_error_row);

  gtk_list_box_remove (GTK_LIST_BOX (gtk_widget_get_parent (row)), row);
  gtk_list_box_insert (GTK_LIST_BOX (list), row,
                       gtk_list_box_row_get_index (GTK_LIST_BOX_ROW (field)) + 1);
  g_object_unref (row);
}

static void
show_field_error (EnvoiAccountForm *self,
                  const char       *property,
                  const char       *sentence)
{
  GtkWidget *field = find_field (self, property);

  clear_field_error (self);
  if (!field)
    field = GTK_WIDGET (self->host);

  place_field_error (self, field);
  gtk_label_set_label (self->field_error, sentence);
  gtk_widget_set_visible (self->field_error_row, TRUE);
  gtk_widget_add_css_class (field, "error");
  gtk_accessible_update_state (GTK_ACCESSIBLE (field),
                               GTK_ACCESSIBLE_STATE_INVALID, GTK_ACCESSIBLE_INVALID_TRUE,
                               -1);
  gtk_widget_grab_focus (field);
  envoi_compat_announce (field, sentence);
}

static char *
dup_text (gpointer row)
{
  return g_strstrip (g_strdup (gtk_editable_get_text (GTK_EDITABLE (row))));
}

static void
read_fields (EnvoiAccountForm *self)
{
  g_autofree char *email = envoi_text_dup_folded (gtk_editable_get_text (GTK_EDITABLE (self->email)));
  g_autofree char *name = dup_text (self->name);
  g_autofree char *host = envoi_text_dup_folded (gtk_editable_get_text (GTK_EDITABLE (self->host)));
  g_autofree char *user = dup_text (self->user);

  g_object_set (self->account,
                "email", email,
                "name", name,
                "host", host,
                "port", (guint) gtk_adjustment_get_value (self->port),
                "security", (int) adw_combo_row_get_selected (self->security),
                "most-per-hour", (guint) gtk_adjustment_get_value (self->most),
                "user", user,
                NULL);
  envoi_pin_row_show (self->pin, self->account);
}

/* Whether the form can be used; says at the field what is wrong. */
static gboolean
accept_fields (EnvoiAccountForm *self)
{
  const char *field = NULL;
  g_autoptr (GError) error = NULL;

  clear_field_error (self);
  read_fields (self);
  if (envoi_account_check (self->account, &field, &error))
    return TRUE;

  show_field_error (self, field, error->message);
  return FALSE;
}

static EnvoiSecret *
dup_secret (EnvoiAccountForm *self)
{
  const char *text = gtk_editable_get_text (GTK_EDITABLE (self->password));

  return envoi_service_clean_secret (self->service, self->account, text);
}

static void
show_ca_file (EnvoiAccountForm *self)
{
  g_autofree char *path = NULL;

  g_object_get (self->account, "ca-file", &path, NULL);
  adw_action_row_set_subtitle (self->ca_file, *path ? path :
                               _("Only for a server with a certificate of its own"));
  gtk_widget_set_visible (self->ca_clear_button, *path != '\0');
}

/* What 0 stands for with this account's provider. */
static char *
format_pace (EnvoiProvider *provider)
{
  guint letters;
  guint minutes;

  if (!provider || !envoi_provider_get_pace (provider, &letters, &minutes))
    return g_strdup (_("0: as many as there are, until the provider says to wait"));
  if (minutes == 1)
    /* Translators: %1$s is a provider; %2$u how many letters it takes in a minute */
    return g_strdup_printf (_("0: what %1$s allows, %2$u a minute"),
                            envoi_provider_get_name (provider, NULL), letters);
  if (minutes == 60)
    /* Translators: %1$s is a provider; %2$u how many letters it takes in an hour */
    return g_strdup_printf (_("0: what %1$s allows, %2$u an hour"),
                            envoi_provider_get_name (provider, NULL), letters);

  /* Translators: %1$s is a provider; %2$u how many letters it takes in a day */
  return g_strdup_printf (_("0: what %1$s allows, %2$u a day"),
                          envoi_provider_get_name (provider, NULL), letters);
}

static void
show_pace (EnvoiAccountForm *self)
{
  EnvoiProviderTable *providers = envoi_service_get_providers (self->service);
  g_autofree char *words =
    format_pace (envoi_provider_table_find_for_account (providers, self->account));

  adw_action_row_set_subtitle (self->most_row, words);
}

static void
show_account (EnvoiAccountForm *self)
{
  g_autofree char *email = NULL;
  g_autofree char *name = NULL;
  g_autofree char *host = NULL;
  g_autofree char *user = NULL;
  guint port;
  int security;

  g_object_get (self->account, "email", &email, "name", &name, "host", &host, "user", &user,
                "port", &port, "security", &security, NULL);

  gtk_editable_set_text (GTK_EDITABLE (self->email), email);
  gtk_editable_set_text (GTK_EDITABLE (self->name), name);
  gtk_editable_set_text (GTK_EDITABLE (self->host), host);
  gtk_editable_set_text (GTK_EDITABLE (self->user), user);
  adw_combo_row_set_selected (self->security, security);
  gtk_adjustment_set_value (self->port, port);
  gtk_adjustment_set_value (self->most, envoi_account_get_most_per_hour (self->account));
  show_pace (self);
  show_ca_file (self);
  envoi_pin_row_show (self->pin, self->account);

  adw_window_title_set_title (self->title, email);
}

/* Only the fallback store knows a reason; a keyring that works needs no words. */
static void
show_keyring (EnvoiAccountForm *self)
{
  g_autofree char *reason = envoi_service_dup_secret_trouble (self->service);
  g_autofree char *hint = NULL;

  if (reason)
    /* Translators: %s is a sentence that says why there is no keyring */
    hint = g_strdup_printf (_("%s Envoi asks for the password each time it starts."), reason);

  gtk_label_set_label (self->keyring_hint, hint ? hint :
                       _("Kept in your keyring, never in a file of Envoi."));
}

static void
did_find_password (GObject      *source,
                   GAsyncResult *result,
                   gpointer      user_data)
{
  g_autoptr (EnvoiAccountForm) self = user_data;

  /* Whether there is one for this account does not matter here. */
  envoi_service_find_password_finish (ENVOI_SERVICE (source), result, NULL);
  if (self->service)
    show_keyring (self);
}

/* Only asking it tells whether there is a keyring. */
static void
ask_keyring (EnvoiAccountForm *self)
{
  envoi_service_find_password_async (self->service, self->account, self->cancellable,
                                     did_find_password, g_object_ref (self));
}

static void
security_changed_cb (EnvoiAccountForm *self)
{
  guint before = gtk_adjustment_get_value (self->port);
  gboolean is_tls = adw_combo_row_get_selected (self->security) == ENVOI_SMTP_SECURITY_TLS;

  /* A port that was chosen by hand stays. */
  if (before == TLS_PORT || before == STARTTLS_PORT)
    gtk_adjustment_set_value (self->port, is_tls ? TLS_PORT : STARTTLS_PORT);
}

static void
changed_cb (EnvoiAccountForm *self)
{
  self->has_news = FALSE;
  clear_field_error (self);
}

static gboolean
scroll_cb (GtkWidget     *widget,
           GdkFrameClock *clock,
           gpointer       user_data)
{
  GtkAdjustment *adjustment =
    gtk_scrolled_window_get_vadjustment (ENVOI_ACCOUNT_FORM (widget)->scrolled);

  gtk_adjustment_set_value (adjustment, gtk_adjustment_get_upper (adjustment));
  return G_SOURCE_REMOVE;
}

/* What a check says stands below the button, perhaps out of sight. In the midst of a layout
 * nothing can be moved. */
static void
grown_cb (EnvoiAccountForm *self)
{
  if (self->has_news)
    gtk_widget_add_tick_callback (GTK_WIDGET (self), scroll_cb, NULL, NULL);
}

static void
got_ca_file (GObject      *source,
             GAsyncResult *result,
             gpointer      user_data)
{
  g_autoptr (EnvoiAccountForm) self = user_data;
  g_autoptr (GListModel) files = envoi_compat_open_files_finish (result, NULL);
  g_autoptr (GFile) file = files ? g_list_model_get_item (files, 0) : NULL;

  if (!file)
    return;

  g_object_set (self->account, "ca-file", g_file_peek_path (file), NULL);
  show_ca_file (self);
}

static void
choose_ca_cb (EnvoiAccountForm *self)
{
  GtkWindow *window = GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (self)));

  envoi_compat_open_files_async (window, _("Choose a Certificate"), FALSE, self->cancellable,
                                 got_ca_file, g_object_ref (self));
}

static void
clear_ca_cb (EnvoiAccountForm *self)
{
  g_object_set (self->account, "ca-file", "", NULL);
  show_ca_file (self);
}

static void
step_cb (const char      *phase,
         EnvoiCheckState  state,
         const char      *text,
         gpointer         user_data)
{
  envoi_check_list_add_step (ENVOI_CHECK_LIST (user_data), phase, state);
}

static void
stop_check (EnvoiAccountForm *self)
{
  g_cancellable_cancel (self->checking);
  g_clear_object (&self->checking);
}

static void
did_check (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr (EnvoiAccountForm) self = user_data;
  EnvoiService *service = ENVOI_SERVICE (source);
  g_autoptr (GError) error = NULL;
  g_autoptr (EnvoiProblem) problem = NULL;

  if (!envoi_service_check_account_finish (service, result, &error)) {
    problem = envoi_service_check_account_dup_problem (service, result);
    if (!problem)
      problem = envoi_problem_new (error);
  }

  if (!self->service)
    return;

  g_clear_object (&self->checking);
  gtk_button_set_label (self->check_button, _("C_heck"));
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    envoi_check_list_clear (self->check_list);
  else
    envoi_check_list_finish (self->check_list, problem);
}

static void
check_cb (EnvoiAccountForm *self)
{
  g_autoptr (EnvoiSecret) secret = NULL;

  if (self->checking) {
    g_cancellable_cancel (self->checking);
    return;
  }
  if (!accept_fields (self))
    return;

  secret = dup_secret (self);
  self->has_news = TRUE;
  self->checking = g_cancellable_new ();
  gtk_button_set_label (self->check_button, _("_Stop"));
  envoi_check_list_clear (self->check_list);
  envoi_check_list_set_account (self->check_list, self->account);
  envoi_service_check_account_async (self->service, self->account, secret, step_cb,
                                     self->check_list, self->checking, did_check,
                                     g_object_ref (self));
}

static void
pinned_cb (EnvoiAccountForm *self)
{
  envoi_pin_row_show (self->pin, self->account);
  check_cb (self);
}

static void
did_store_password (GObject      *source,
                    GAsyncResult *result,
                    gpointer      user_data)
{
  g_autoptr (EnvoiAccountForm) self = user_data;
  g_autoptr (GError) error = NULL;

  if (!envoi_service_set_password_finish (ENVOI_SERVICE (source), result, &error))
    tell (self, error);
  else if (self->account)
    envoi_resume_letters (ENVOI_SERVICE (source), self->account);

  g_signal_emit (self, signals[SIGNAL_FINISHED], 0);
}

static void
did_save (GObject      *source,
          GAsyncResult *result,
          gpointer      user_data)
{
  g_autoptr (EnvoiAccountForm) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (EnvoiSecret) secret = NULL;
  EnvoiAccount *saved;

  if (!envoi_account_list_save_finish (ENVOI_ACCOUNT_LIST (source), result, &error)) {
    gtk_widget_set_sensitive (self->save_button, TRUE);
    tell (self, error);
    return;
  }

  saved = envoi_account_list_find (ENVOI_ACCOUNT_LIST (source),
                                   envoi_account_get_id (self->account));
  envoi_outbox_renew_pace (envoi_service_get_outbox (self->service),
                           envoi_account_get_id (self->account));
  secret = dup_secret (self);
  if (secret && saved)
    envoi_service_set_password_async (self->service, saved, secret, NULL, did_store_password,
                                      g_object_ref (self));
  else
    g_signal_emit (self, signals[SIGNAL_FINISHED], 0);
}

static gboolean
is_pinned (EnvoiAccountForm *self)
{
  g_autofree char *pin = envoi_account_dup_pin (self->account);

  return pin != NULL;
}

static void
save_cb (EnvoiAccountForm *self)
{
  if (!accept_fields (self))
    return;

  /* Trust in a server that the account has left would wait there for its return. */
  if (envoi_account_has_pin (self->account) && !is_pinned (self))
    envoi_account_pin (self->account, NULL);
  gtk_widget_set_sensitive (self->save_button, FALSE);
  envoi_account_list_save_async (envoi_service_get_accounts (self->service), self->account, NULL,
                                 did_save, g_object_ref (self));
}

static void
back_cb (EnvoiAccountForm *self)
{
  g_signal_emit (self, signals[SIGNAL_FINISHED], 0);
}

static gboolean
envoi_account_form_grab_focus (GtkWidget *widget)
{
  return gtk_widget_grab_focus (GTK_WIDGET (ENVOI_ACCOUNT_FORM (widget)->email));
}

/* A check that runs holds the form: its window is gone long before it is disposed of. */
static void
envoi_account_form_unroot (GtkWidget *widget)
{
  stop_check (ENVOI_ACCOUNT_FORM (widget));

  GTK_WIDGET_CLASS (envoi_account_form_parent_class)->unroot (widget);
}

static void
envoi_account_form_dispose (GObject *object)
{
  EnvoiAccountForm *self = ENVOI_ACCOUNT_FORM (object);

  stop_check (self);
  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->account);
  g_clear_object (&self->service);

  G_OBJECT_CLASS (envoi_account_form_parent_class)->dispose (object);
}

static void
bind_template (GtkWidgetClass *widget_class)
{
  gtk_widget_class_bind_template_child (widget_class, EnvoiAccountForm, title);
  gtk_widget_class_bind_template_child (widget_class, EnvoiAccountForm, save_button);
  gtk_widget_class_bind_template_child (widget_class, EnvoiAccountForm, email);
  gtk_widget_class_bind_template_child (widget_class, EnvoiAccountForm, name);
  gtk_widget_class_bind_template_child (widget_class, EnvoiAccountForm, host);
  gtk_widget_class_bind_template_child (widget_class, EnvoiAccountForm, port);
  gtk_widget_class_bind_template_child (widget_class, EnvoiAccountForm, security);
  gtk_widget_class_bind_template_child (widget_class, EnvoiAccountForm, most_row);
  gtk_widget_class_bind_template_child (widget_class, EnvoiAccountForm, most);
  gtk_widget_class_bind_template_child (widget_class, EnvoiAccountForm, user);
  gtk_widget_class_bind_template_child (widget_class, EnvoiAccountForm, password);
  gtk_widget_class_bind_template_child (widget_class, EnvoiAccountForm, keyring_hint);
  gtk_widget_class_bind_template_child (widget_class, EnvoiAccountForm, ca_file);
  gtk_widget_class_bind_template_child (widget_class, EnvoiAccountForm, ca_clear_button);
  gtk_widget_class_bind_template_child (widget_class, EnvoiAccountForm, pin);
  gtk_widget_class_bind_template_child (widget_class, EnvoiAccountForm, field_error_row);
  gtk_widget_class_bind_template_child (widget_class, EnvoiAccountForm, field_error);
  gtk_widget_class_bind_template_child (widget_class, EnvoiAccountForm, check_button);
  gtk_widget_class_bind_template_child (widget_class, EnvoiAccountForm, check_list);
  gtk_widget_class_bind_template_child (widget_class, EnvoiAccountForm, scrolled);
  gtk_widget_class_bind_template_callback (widget_class, security_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, choose_ca_cb);
  gtk_widget_class_bind_template_callback (widget_class, clear_ca_cb);
  gtk_widget_class_bind_template_callback (widget_class, check_cb);
  gtk_widget_class_bind_template_callback (widget_class, pinned_cb);
  gtk_widget_class_bind_template_callback (widget_class, save_cb);
  gtk_widget_class_bind_template_callback (widget_class, back_cb);
}

static void
envoi_account_form_class_init (EnvoiAccountFormClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = envoi_account_form_dispose;
  widget_class->unroot = envoi_account_form_unroot;
  widget_class->focus = envoi_compat_focus_in_order;
  widget_class->grab_focus = envoi_account_form_grab_focus;

  signals[SIGNAL_FINISHED] = g_signal_new ("finished", G_TYPE_FROM_CLASS (klass),
                                           G_SIGNAL_RUN_LAST | G_SIGNAL_ACTION, 0, NULL, NULL,
                                           NULL, G_TYPE_NONE, 0);
  signals[SIGNAL_TOLD] = g_signal_new ("told", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                                       NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);

  g_type_ensure (ENVOI_TYPE_CHECK_LIST);
  g_type_ensure (ENVOI_TYPE_PIN_ROW);
  gtk_widget_class_set_template_from_resource (
    widget_class, "/io/github/envoi_mail/Envoi/envoi-account-form.ui");
  bind_template (widget_class);

  gtk_widget_class_add_binding_signal (widget_class, GDK_KEY_Escape, 0, "finished", NULL);
}

static void
envoi_account_form_init (EnvoiAccountForm *self)
{
  self->cancellable = g_cancellable_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
  g_signal_connect_object (gtk_scrolled_window_get_vadjustment (self->scrolled), "changed",
                           G_CALLBACK (grown_cb), self, G_CONNECT_SWAPPED);
}

GtkWidget *
envoi_account_form_new (EnvoiService *service,
                        EnvoiAccount *account)
{
  EnvoiAccountForm *self = g_object_new (ENVOI_TYPE_ACCOUNT_FORM, NULL);

  self->service = g_object_ref (service);
  self->account = envoi_account_copy (account);
  show_account (self);
  show_keyring (self);
  ask_keyring (self);
  return GTK_WIDGET (self);
}
