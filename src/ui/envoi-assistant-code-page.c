/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-ui"

#include "config.h"

#include "envoi-assistant-code-page.h"
#include "envoi-compat.h"

#include <glib/gi18n.h>
#include <string.h>

/**
 * EnvoiAssistantCodePage:
 *
 * One secret and the way to it. Most Chinese providers, and many others, take a
 * code made on their web page instead of the login password: the page says so,
 * leads there step by step, and looks at the form of what is pasted.
 *
 * Thread: main
 */
struct _EnvoiAssistantCodePage {
  AdwBin parent_instance;

  EnvoiProvider       *provider;
  char                *secret_name;    /* in the person's language */

  GtkLabel            *title;
  GtkLabel            *explanation;
  GtkWidget           *steps;
  GtkLabel            *open_step;
  GtkWidget           *settings_button;
  GtkLabel            *path_step;
  GtkLabel            *paste_step;
  AdwPasswordEntryRow *secret;
  GtkLabel            *hint;
  GtkWidget           *next_button;
  GtkLabel            *server;
};

G_DEFINE_FINAL_TYPE (EnvoiAssistantCodePage, envoi_assistant_code_page, ADW_TYPE_BIN)

enum {
  SIGNAL_SUBMITTED,
  SIGNAL_SERVER_WANTED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

/* The page of a Chinese provider calls it 授权码 in any language. */
static char *
format_secret_name (EnvoiProvider *provider)
{
  const char *name = envoi_provider_get_secret_name (provider, NULL);
  const char *chinese = envoi_provider_get_secret_name (provider, "zh");

  if (!name)
    return g_strdup (_("app password"));
  if (chinese && strstr (name, "uthorization code"))
    return g_strdup_printf ("%s (%s)", name, chinese);

  return g_strdup (name);
}

static gboolean
needs_code (EnvoiAssistantCodePage *self)
{
  return envoi_provider_needs_app_password (self->provider) == ENVOI_PROVIDER_YES;
}

static void
show_words (EnvoiAssistantCodePage *self,
            const char             *email)
{
  const char *name = envoi_provider_get_name (self->provider, NULL);
  g_autofree char *title = NULL;
  g_autofree char *text = NULL;

  if (needs_code (self)) {
    /* Translators: the name of a mail provider, then what it calls its codes for programs */
    title = g_strdup_printf (_("%s: %s"), name, self->secret_name);
    /* Translators: the name of a mail provider, then what it calls its codes for programs */
    text = g_strdup_printf (_("%s does not take your login password from programs. It needs "
                              "this instead: %s."), name, self->secret_name);
  } else {
    /* Translators: %s is a mail address */
    title = g_strdup_printf (_("Password of %s"), email);
    /* Translators: %s is the name of a mail provider */
    text = g_strdup_printf (_("The one you use at %s. If you sign in there in two steps, make "
                              "an app password for Envoi."), name);
  }

  gtk_label_set_label (self->title, title);
  gtk_label_set_label (self->explanation, text);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->secret),
                                 needs_code (self) ? self->secret_name : _("Password"));
}

/* Takes @text. */
static void
show_step (GtkLabel *label,
           guint    *number,
           char     *text)
{
  g_autofree char *owned = text;
  g_autofree char *step = g_strdup_printf ("%u. %s", ++*number, owned);

  gtk_label_set_label (label, step);
}

static void
show_steps (EnvoiAssistantCodePage *self)
{
  const char *path = envoi_provider_get_help_path (self->provider, NULL);
  gboolean has_page = envoi_provider_get_help_url (self->provider) != NULL;
  guint number = 0;

  if (has_page)
    show_step (self->open_step, &number, g_strdup (_("Open the mail settings in your browser.")));
  if (path)
    /* Translators: %s names menus, one after the other */
    show_step (self->path_step, &number, g_strdup_printf (_("Go to: %s"), path));
  show_step (self->paste_step, &number, g_strdup (_("Copy what is shown there, and paste it "
                                                    "here. Spaces do no harm.")));

  gtk_widget_set_visible (GTK_WIDGET (self->open_step), has_page);
  gtk_widget_set_visible (self->settings_button, has_page);
  gtk_widget_set_visible (GTK_WIDGET (self->path_step), path != NULL);
  gtk_widget_set_visible (GTK_WIDGET (self->paste_step), needs_code (self));
  gtk_widget_set_visible (self->steps, needs_code (self) || has_page || path);
}

static void
show_server (EnvoiAssistantCodePage *self)
{
  const EnvoiProviderServer *server = envoi_provider_get_best_server (self->provider);
  const char *security = server->security == ENVOI_SMTP_SECURITY_TLS ? "TLS" : "STARTTLS";
  g_autofree char *text = NULL;

  /* Translators: host, port, and TLS or STARTTLS */
  text = g_strdup_printf (server->is_certain ? _("Server: %s, port %u, %s. Known.")
                          /* Translators: host, port, and TLS or STARTTLS */
                                             : _("Server: %s, port %u, %s. A guess."),
                          server->host, server->port, security);
  gtk_label_set_label (self->server, text);
}

/* What can be said of the text as it is being typed. */
static void
show_hint (EnvoiAssistantCodePage *self,
           EnvoiProviderForm       form)
{
  g_autofree char *text = NULL;

  gtk_widget_remove_css_class (GTK_WIDGET (self->hint), "success");
  gtk_widget_remove_css_class (GTK_WIDGET (self->hint), "warning");

  if (needs_code (self) && form == ENVOI_PROVIDER_FORM_RIGHT) {
    text = g_strdup (_("This has the right form."));
    gtk_widget_add_css_class (GTK_WIDGET (self->hint), "success");
  } else if (needs_code (self) && form == ENVOI_PROVIDER_FORM_WRONG) {
    /* Translators: %s is what a provider calls its codes for programs */
    text = g_strdup_printf (_("This does not look like what is needed (%s). Is it your login "
                              "password?"), self->secret_name);
    gtk_widget_add_css_class (GTK_WIDGET (self->hint), "warning");
  } else {
    text = g_strdup (_("Kept in your keyring, never in a file of Envoi."));
  }

  gtk_label_set_label (self->hint, text);
}

static void
secret_changed_cb (EnvoiAssistantCodePage *self)
{
  g_autoptr (EnvoiSecret) secret = envoi_assistant_code_page_dup_secret (self);

  gtk_widget_set_sensitive (self->next_button, secret != NULL);
  show_hint (self, envoi_provider_judge_secret (self->provider,
                                                secret ? envoi_secret_peek (secret) : ""));
}

static void
next_cb (EnvoiAssistantCodePage *self)
{
  if (gtk_widget_get_sensitive (self->next_button))
    g_signal_emit (self, signals[SIGNAL_SUBMITTED], 0);
}

static void
server_cb (EnvoiAssistantCodePage *self)
{
  g_signal_emit (self, signals[SIGNAL_SERVER_WANTED], 0);
}

static void
settings_cb (EnvoiAssistantCodePage *self)
{
  envoi_compat_open_uri (GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (self))),
                         envoi_provider_get_help_url (self->provider));
  gtk_widget_grab_focus (GTK_WIDGET (self->secret));
}

static gboolean
envoi_assistant_code_page_grab_focus (GtkWidget *widget)
{
  return gtk_widget_grab_focus (GTK_WIDGET (ENVOI_ASSISTANT_CODE_PAGE (widget)->secret));
}

static void
envoi_assistant_code_page_dispose (GObject *object)
{
  EnvoiAssistantCodePage *self = ENVOI_ASSISTANT_CODE_PAGE (object);

  g_clear_object (&self->provider);
  g_clear_pointer (&self->secret_name, g_free);

  G_OBJECT_CLASS (envoi_assistant_code_page_parent_class)->dispose (object);
}

static void
envoi_assistant_code_page_class_init (EnvoiAssistantCodePageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = envoi_assistant_code_page_dispose;
  widget_class->focus = envoi_compat_focus_in_order;
  widget_class->grab_focus = envoi_assistant_code_page_grab_focus;

  signals[SIGNAL_SUBMITTED] = g_signal_new ("submitted", G_TYPE_FROM_CLASS (klass),
                                            G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                            G_TYPE_NONE, 0);
  signals[SIGNAL_SERVER_WANTED] = g_signal_new ("server-wanted", G_TYPE_FROM_CLASS (klass),
                                                G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                                G_TYPE_NONE, 0);

  gtk_widget_class_set_template_from_resource (
    widget_class, "/io/github/envoi_mail/Envoi/envoi-assistant-code-page.ui");
  gtk_widget_class_bind_template_child (widget_class, EnvoiAssistantCodePage, title);
  gtk_widget_class_bind_template_child (widget_class, EnvoiAssistantCodePage, explanation);
  gtk_widget_class_bind_template_child (widget_class, EnvoiAssistantCodePage, steps);
  gtk_widget_class_bind_template_child (widget_class, EnvoiAssistantCodePage, open_step);
  gtk_widget_class_bind_template_child (widget_class, EnvoiAssistantCodePage, settings_button);
  gtk_widget_class_bind_template_child (widget_class, EnvoiAssistantCodePage, path_step);
  gtk_widget_class_bind_template_child (widget_class, EnvoiAssistantCodePage, paste_step);
  gtk_widget_class_bind_template_child (widget_class, EnvoiAssistantCodePage, secret);
  gtk_widget_class_bind_template_child (widget_class, EnvoiAssistantCodePage, hint);
  gtk_widget_class_bind_template_child (widget_class, EnvoiAssistantCodePage, next_button);
  gtk_widget_class_bind_template_child (widget_class, EnvoiAssistantCodePage, server);
  gtk_widget_class_bind_template_callback (widget_class, secret_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, next_cb);
  gtk_widget_class_bind_template_callback (widget_class, server_cb);
  gtk_widget_class_bind_template_callback (widget_class, settings_cb);
}

static void
envoi_assistant_code_page_init (EnvoiAssistantCodePage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

void
envoi_assistant_code_page_begin (EnvoiAssistantCodePage *self,
                                 EnvoiProvider          *provider,
                                 const char             *email)
{
  g_return_if_fail (ENVOI_IS_ASSISTANT_CODE_PAGE (self));
  g_return_if_fail (ENVOI_IS_PROVIDER (provider));

  g_set_object (&self->provider, provider);
  g_free (self->secret_name);
  self->secret_name = format_secret_name (provider);
  show_words (self, email);
  show_steps (self);
  show_server (self);
  secret_changed_cb (self);
}

EnvoiSecret *
envoi_assistant_code_page_dup_secret (EnvoiAssistantCodePage *self)
{
  g_autoptr (EnvoiSecret) secret = NULL;
  const char *text;

  g_return_val_if_fail (ENVOI_IS_ASSISTANT_CODE_PAGE (self), NULL);

  if (!self->provider)
    return NULL;

  text = gtk_editable_get_text (GTK_EDITABLE (self->secret));
  secret = envoi_secret_new_take (envoi_provider_clean_secret (self->provider, text));
  return *envoi_secret_peek (secret) ? g_steal_pointer (&secret) : NULL;
}
