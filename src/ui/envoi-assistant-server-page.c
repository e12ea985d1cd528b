/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-ui"

#include "config.h"

#include "envoi-assistant-server-page.h"
#include "envoi-compat.h"

#include "envoi-text.h"

#include <glib/gi18n.h>

#define TLS_PORT 465
#define STARTTLS_PORT 587

/**
 * EnvoiAssistantServerPage:
 *
 * The server by hand: filled in with what was found or guessed, and marked as
 * the one or the other.
 *
 * Thread: main
 */
struct _EnvoiAssistantServerPage {
  AdwBin parent_instance;

  EnvoiAccount        *account;
  EnvoiFinding        *finding;
  GCancellable        *cancellable;

  GtkLabel            *explanation;
  AdwEntryRow         *host;
  AdwComboRow         *security;
  GtkAdjustment       *port;
  AdwActionRow        *ca_file;
  GtkLabel            *origin;
  GtkWidget           *help_button;
  GtkCheckButton      *agreement;
  GtkLabel            *question;
  AdwEntryRow         *user;
  AdwPasswordEntryRow *password;
  GtkLabel            *problem;
};

G_DEFINE_FINAL_TYPE (EnvoiAssistantServerPage, envoi_assistant_server_page, ADW_TYPE_BIN)

enum {
  SIGNAL_SUBMITTED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

static char *
dup_text (gpointer row)
{
  return g_strstrip (g_strdup (gtk_editable_get_text (GTK_EDITABLE (row))));
}

static char *
dup_host (EnvoiAssistantServerPage *self)
{
  return envoi_text_dup_folded (gtk_editable_get_text (GTK_EDITABLE (self->host)));
}

static char *
format_origin (const EnvoiFinding *finding)
{
  switch (finding->source) {
    case ENVOI_FINDING_TABLE:
    case ENVOI_FINDING_EXCHANGER:
      /* Translators: %s is the name of a mail provider */
      return g_strdup_printf (_("Found: this is known for %s."), finding->name);
    case ENVOI_FINDING_DOMAIN:
      /* Translators: %s is the name of a web server */
      return g_strdup_printf (_("Found: %s says so."), finding->origin);
    case ENVOI_FINDING_DATABASE:
      return g_strdup (_("Found in the public database of mail providers."));
    case ENVOI_FINDING_HOSTER:
      /* Translators: %s is the name of a web server */
      return g_strdup_printf (_("Found by where the mail of your domain goes: %s says so."),
                              finding->origin);
    case ENVOI_FINDING_RECORDS:
      /* Translators: %s is a domain, "example.org" */
      return g_strdup_printf (_("Found in the DNS records of %s."), finding->origin);
    case ENVOI_FINDING_TRIED:
      return g_strdup (_("Guessed from your address. A server for sending answered there."));
    case ENVOI_FINDING_GUESS:
    default:
      return g_strdup (_("Guessed from your address, and nothing answered. Your provider or "
                         "administrator knows the right server."));
  }
}

/* A server of the table that is not certain is still only a guess of the table's. */
static gboolean
is_certain (const EnvoiFinding *finding)
{
  return !finding->provider || envoi_provider_get_best_server (finding->provider)->is_certain;
}

static void
show_origin (EnvoiAssistantServerPage *self)
{
  const EnvoiFinding *finding = self->finding;
  g_autofree char *origin = format_origin (finding);
  g_autofree char *unsure = NULL;
  g_autofree char *question = NULL;

  if (!is_certain (finding))
    /* Translators: %s is a sentence that says where a server was found */
    unsure = g_strdup_printf (_("%s This is not certain; the next step tries it."), origin);
  gtk_label_set_label (self->origin, unsure ? unsure : origin);

  /* Translators: %s is a domain, "example.org" */
  question = g_strdup_printf (_("This server belongs to %s, and nothing proves that it is the one "
                                "for your mail. I know it: my password may go there."),
                              finding->owner);
  gtk_label_set_label (self->question, question);
  gtk_check_button_set_active (self->agreement, FALSE);
  gtk_widget_set_visible (self->help_button, finding->help_url && !finding->is_foreign);
}

/* Whoever types a server in has chosen it. */
static gboolean
needs_agreement (EnvoiAssistantServerPage *self)
{
  g_autofree char *host = dup_host (self);

  return self->finding->is_foreign && g_ascii_strcasecmp (host, self->finding->host) == 0;
}

static void
show_account (EnvoiAssistantServerPage *self)
{
  g_autofree char *host = NULL;
  g_autofree char *user = NULL;
  g_autofree char *ca_file = NULL;
  g_autofree char *text = NULL;
  guint port;
  int security;

  g_object_get (self->account, "host", &host, "port", &port, "security", &security, "user", &user,
                "ca-file", &ca_file, NULL);
  gtk_editable_set_text (GTK_EDITABLE (self->host), host);
  adw_combo_row_set_selected (self->security, security);
  gtk_adjustment_set_value (self->port, port);
  gtk_editable_set_text (GTK_EDITABLE (self->user), *user ? user :
                         envoi_account_get_email (self->account));
  if (*ca_file)
    adw_action_row_set_subtitle (self->ca_file, ca_file);

  /* Translators: %s is a mail address */
  text = g_strdup_printf (_("For %s."), envoi_account_get_email (self->account));
  gtk_label_set_label (self->explanation, text);
}

static void
read_fields (EnvoiAssistantServerPage *self)
{
  g_autofree char *host = dup_host (self);
  g_autofree char *user = dup_text (self->user);
  gboolean is_email = g_str_equal (user, envoi_account_get_email (self->account));

  g_object_set (self->account,
                "host", host,
                "port", (guint) gtk_adjustment_get_value (self->port),
                "security", (int) adw_combo_row_get_selected (self->security),
                "user", is_email ? "" : user,
                NULL);
}

static void
clear_problem (EnvoiAssistantServerPage *self)
{
  gtk_widget_remove_css_class (GTK_WIDGET (self->host), "error");
  gtk_widget_remove_css_class (GTK_WIDGET (self->user), "error");
  gtk_widget_remove_css_class (GTK_WIDGET (self->password), "error");
  gtk_widget_set_visible (GTK_WIDGET (self->problem), FALSE);
}

/* @place: what is to be mended. In a small window the sentence itself may be out of sight. */
static void
show_problem (EnvoiAssistantServerPage *self,
              gpointer                  place,
              const char               *sentence)
{
  gtk_label_set_label (self->problem, sentence);
  gtk_widget_set_visible (GTK_WIDGET (self->problem), TRUE);
  gtk_widget_add_css_class (place, "error");
  gtk_widget_grab_focus (place);
}

static gpointer
find_place (EnvoiAssistantServerPage *self,
            const char               *field)
{
  if (g_strcmp0 (field, "user") == 0)
    return self->user;

  return g_strcmp0 (field, "ca-file") == 0 ? (gpointer) self->ca_file : self->host;
}

static void
changed_cb (EnvoiAssistantServerPage *self)
{
  clear_problem (self);
  if (self->finding)
    gtk_widget_set_visible (GTK_WIDGET (self->agreement), needs_agreement (self));
}

static void
help_cb (EnvoiAssistantServerPage *self)
{
  envoi_compat_open_uri (GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (self))),
                         self->finding->help_url);
}

static void
security_changed_cb (EnvoiAssistantServerPage *self)
{
  guint before = gtk_adjustment_get_value (self->port);
  gboolean is_tls = adw_combo_row_get_selected (self->security) == ENVOI_SMTP_SECURITY_TLS;

  /* A port that was chosen by hand stays. */
  if (before == TLS_PORT || before == STARTTLS_PORT)
    gtk_adjustment_set_value (self->port, is_tls ? TLS_PORT : STARTTLS_PORT);
}

static void
got_ca_file (GObject      *source,
             GAsyncResult *result,
             gpointer      user_data)
{
  g_autoptr (EnvoiAssistantServerPage) self = user_data;
  g_autoptr (GListModel) files = envoi_compat_open_files_finish (result, NULL);
  g_autoptr (GFile) file = files ? g_list_model_get_item (files, 0) : NULL;

  if (!file || !self->account)
    return;

  g_object_set (self->account, "ca-file", g_file_peek_path (file), NULL);
  adw_action_row_set_subtitle (self->ca_file, g_file_peek_path (file));
}

static void
choose_ca_cb (EnvoiAssistantServerPage *self)
{
  GtkWindow *window = GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (self)));

  envoi_compat_open_files_async (window, _("Choose a Certificate"), FALSE, self->cancellable,
                                 got_ca_file, g_object_ref (self));
}

static void
next_cb (EnvoiAssistantServerPage *self)
{
  const char *field = NULL;
  g_autoptr (GError) error = NULL;

  clear_problem (self);
  read_fields (self);
  if (!envoi_account_check (self->account, &field, &error))
    show_problem (self, find_place (self, field), error->message);
  else if (!*gtk_editable_get_text (GTK_EDITABLE (self->password)))
    show_problem (self, self->password, _("The password is missing."));
  else if (needs_agreement (self) && !gtk_check_button_get_active (self->agreement))
    show_problem (self, self->agreement,
                  _("Please say first whether the server is the right one."));
  else
    g_signal_emit (self, signals[SIGNAL_SUBMITTED], 0);
}

static gboolean
envoi_assistant_server_page_grab_focus (GtkWidget *widget)
{
  EnvoiAssistantServerPage *self = ENVOI_ASSISTANT_SERVER_PAGE (widget);
  gboolean is_found = self->finding && self->finding->source != ENVOI_FINDING_GUESS &&
                      !self->finding->is_foreign;

  return gtk_widget_grab_focus (is_found ? GTK_WIDGET (self->password) : GTK_WIDGET (self->host));
}

static void
envoi_assistant_server_page_dispose (GObject *object)
{
  EnvoiAssistantServerPage *self = ENVOI_ASSISTANT_SERVER_PAGE (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->account);
  g_clear_pointer (&self->finding, envoi_finding_unref);

  G_OBJECT_CLASS (envoi_assistant_server_page_parent_class)->dispose (object);
}

static void
envoi_assistant_server_page_class_init (EnvoiAssistantServerPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = envoi_assistant_server_page_dispose;
  widget_class->focus = envoi_compat_focus_in_order;
  widget_class->grab_focus = envoi_assistant_server_page_grab_focus;

  signals[SIGNAL_SUBMITTED] = g_signal_new ("submitted", G_TYPE_FROM_CLASS (klass),
                                            G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                            G_TYPE_NONE, 0);

  gtk_widget_class_set_template_from_resource (
    widget_class, "/io/github/envoi_mail/Envoi/envoi-assistant-server-page.ui");
  gtk_widget_class_bind_template_child (widget_class, EnvoiAssistantServerPage, explanation);
  gtk_widget_class_bind_template_child (widget_class, EnvoiAssistantServerPage, host);
  gtk_widget_class_bind_template_child (widget_class, EnvoiAssistantServerPage, security);
  gtk_widget_class_bind_template_child (widget_class, EnvoiAssistantServerPage, port);
  gtk_widget_class_bind_template_child (widget_class, EnvoiAssistantServerPage, ca_file);
  gtk_widget_class_bind_template_child (widget_class, EnvoiAssistantServerPage, origin);
  gtk_widget_class_bind_template_child (widget_class, EnvoiAssistantServerPage, help_button);
  gtk_widget_class_bind_template_child (widget_class, EnvoiAssistantServerPage, agreement);
  gtk_widget_class_bind_template_child (widget_class, EnvoiAssistantServerPage, question);
  gtk_widget_class_bind_template_child (widget_class, EnvoiAssistantServerPage, user);
  gtk_widget_class_bind_template_child (widget_class, EnvoiAssistantServerPage, password);
  gtk_widget_class_bind_template_child (widget_class, EnvoiAssistantServerPage, problem);
  gtk_widget_class_bind_template_callback (widget_class, changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, help_cb);
  gtk_widget_class_bind_template_callback (widget_class, security_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, choose_ca_cb);
  gtk_widget_class_bind_template_callback (widget_class, next_cb);
}

static void
envoi_assistant_server_page_init (EnvoiAssistantServerPage *self)
{
  self->cancellable = g_cancellable_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
}

void
envoi_assistant_server_page_begin (EnvoiAssistantServerPage *self,
                                   EnvoiAccount             *account,
                                   EnvoiFinding             *finding)
{
  g_return_if_fail (ENVOI_IS_ASSISTANT_SERVER_PAGE (self));
  g_return_if_fail (ENVOI_IS_ACCOUNT (account));

  g_return_if_fail (finding != NULL);

  g_set_object (&self->account, account);
  g_clear_pointer (&self->finding, envoi_finding_unref);
  self->finding = envoi_finding_ref (finding);
  show_account (self);
  show_origin (self);
  changed_cb (self);
}

EnvoiSecret *
envoi_assistant_server_page_dup_secret (EnvoiAssistantServerPage *self)
{
  const char *text;

  g_return_val_if_fail (ENVOI_IS_ASSISTANT_SERVER_PAGE (self), NULL);

  text = gtk_editable_get_text (GTK_EDITABLE (self->password));
  return *text ? envoi_secret_new (text, -1) : NULL;
}
