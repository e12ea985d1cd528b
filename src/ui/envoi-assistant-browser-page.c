/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-ui"

#include "config.h"

#include "envoi-assistant-browser-page.h"
#include "envoi-client-guide.h"
#include "envoi-compat.h"
#include "envoi-device-code-box.h"

#include "envoi-browser.h"

#include <glib/gi18n.h>

/**
 * EnvoiAssistantBrowserPage:
 *
 * Signing in by the browser: what Envoi may do then, the wait for the person's
 * word there, and the ways round a browser that does not come back. Where this
 * build has no client id for the provider it says so and takes one.
 *
 * Thread: main
 */
struct _EnvoiAssistantBrowserPage {
  AdwBin parent_instance;

  EnvoiService        *service;
  EnvoiAccount        *account;
  EnvoiProvider       *provider;
  GCancellable        *cancellable;     /* nullable: while one waits */
  char                *address;         /* nullable: the page to sign in on */

  GtkLabel            *title;
  GtkLabel            *explanation;
  GtkWidget           *ask_box;
  GtkWidget           *open_button;
  GtkWidget           *wait_box;
  GtkSpinner          *spinner;
  GtkWidget           *stop_button;
  GtkWidget           *device_button;
  GtkWidget           *code_box;
  EnvoiDeviceCodeBox  *device_code;
  GtkWidget           *code_stop_button;
  GtkWidget           *client_box;
  GtkLabel            *guide;
  GtkWidget           *console_button;
  AdwEntryRow         *client_id;
  AdwPasswordEntryRow *client_secret;
  GtkWidget           *client_button;
  GtkLabel            *problem;
  GtkWidget           *password_button;
  GtkExpander         *trouble;
  AdwEntryRow         *final_address;
  GtkWidget           *paste_error;
};

G_DEFINE_FINAL_TYPE (EnvoiAssistantBrowserPage, envoi_assistant_browser_page, ADW_TYPE_BIN)

enum {
  SIGNAL_SIGNED_IN,
  SIGNAL_PASSWORD_WANTED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

typedef enum {
  VIEW_ASK,
  VIEW_WAIT,
  VIEW_CLIENT,
  VIEW_CODE,
} View;

static void
show_view (EnvoiAssistantBrowserPage *self,
           View                       view)
{
  gtk_widget_set_visible (self->ask_box, view == VIEW_ASK);
  gtk_widget_set_visible (self->wait_box, view == VIEW_WAIT);
  gtk_spinner_set_spinning (self->spinner, view == VIEW_WAIT);
  gtk_widget_set_visible (self->client_box, view == VIEW_CLIENT);
  gtk_widget_set_visible (self->code_box, view == VIEW_CODE);
  gtk_widget_set_visible (GTK_WIDGET (self->trouble), view == VIEW_WAIT);
}

static void
show_problem (EnvoiAssistantBrowserPage *self,
              const GError              *error)
{
  g_autoptr (EnvoiProblem) problem = error ? envoi_problem_new (error) : NULL;
  g_autofree char *text = NULL;

  if (problem)
    text = g_strdup_printf ("%s\n%s", problem->title, problem->body ? problem->body : "");

  gtk_label_set_label (self->problem, text ? g_strchomp (text) : "");
  gtk_widget_set_visible (GTK_WIDGET (self->problem), text != NULL);
}

static gboolean
asks_for_whole_mailbox (EnvoiProvider *provider)
{
  const EnvoiProviderOAuth *oauth = envoi_provider_get_oauth (provider);

  return g_strv_contains ((const char *const *) oauth->scopes, "https://mail.google.com/");
}

static void
show_words (EnvoiAssistantBrowserPage *self)
{
  const char *name = envoi_provider_get_name (self->provider, NULL);
  /* Translators: %s is the name of a mail provider */
  g_autofree char *title = g_strdup_printf (_("Sign In to %s in Your Browser"), name);
  g_autofree char *text = NULL;

  text = asks_for_whole_mailbox (self->provider)
         /* Translators: both %s are the name of a mail provider */
         ? g_strdup_printf (_("Envoi will send mail as you, and do nothing else. The page asks "
                              "for access to all your mail, because %s offers nothing narrower "
                              "to programs that send by SMTP. You can take it back at %s at any "
                              "time."), name, name)
         /* Translators: %s is the name of a mail provider */
         : g_strdup_printf (_("Envoi will send mail as you, and do nothing else. It never sees "
                              "your password, and you can take the permission back at %s at any "
                              "time."), name);
  gtk_label_set_label (self->title, title);
  gtk_label_set_label (self->explanation, text);
}

static void
show_guide (EnvoiAssistantBrowserPage *self)
{
  const EnvoiClientGuide *guide;

  guide = envoi_client_guide_find (envoi_provider_get_oauth (self->provider)->id);
  gtk_label_set_label (self->guide, guide ? envoi_client_guide_get_text (guide) :
                       _("Ask the provider how to register a program for desktop computers."));
  gtk_widget_set_visible (self->console_button, guide != NULL);
  gtk_widget_set_visible (GTK_WIDGET (self->client_secret), !guide || guide->has_secret);
}

static void
did_sign_in (GObject      *source,
             GAsyncResult *result,
             gpointer      user_data)
{
  g_autoptr (EnvoiAssistantBrowserPage) self = user_data;
  g_autoptr (GError) error = NULL;
  gboolean has_signed_in = envoi_service_sign_in_finish (ENVOI_SERVICE (source), result, &error);

  /* One that was given up has nothing more to say here. */
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) || !self->service)
    return;

  g_clear_object (&self->cancellable);
  show_view (self, VIEW_ASK);
  show_problem (self, error);
  if (has_signed_in)
    g_signal_emit (self, signals[SIGNAL_SIGNED_IN], 0);
  else
    gtk_widget_grab_focus (self->open_button);
}

static void
open_address_cb (const char *uri,
                 gpointer    user_data)
{
  EnvoiAssistantBrowserPage *self = user_data;
  g_autoptr (GError) error = NULL;

  g_free (self->address);
  self->address = g_strdup (uri);
  if (envoi_browser_open (uri, &error))
    return;

  gtk_label_set_label (self->problem, _("The browser could not be opened."));
  gtk_widget_set_visible (GTK_WIDGET (self->problem), TRUE);
  gtk_expander_set_expanded (self->trouble, TRUE);
}

static void
open_cb (EnvoiAssistantBrowserPage *self)
{
  envoi_assistant_browser_page_stop (self);
  show_problem (self, NULL);
  show_view (self, VIEW_WAIT);
  gtk_widget_grab_focus (self->stop_button);

  self->cancellable = g_cancellable_new ();
  envoi_service_sign_in_async (self->service, self->account, open_address_cb, self,
                               self->cancellable, did_sign_in, g_object_ref (self));
}

static void
stop_cb (EnvoiAssistantBrowserPage *self)
{
  envoi_assistant_browser_page_stop (self);
  gtk_widget_grab_focus (self->open_button);
}

static void
copy_cb (EnvoiAssistantBrowserPage *self)
{
  GdkClipboard *clipboard = gtk_widget_get_clipboard (GTK_WIDGET (self));

  if (self->address)
    gdk_clipboard_set_text (clipboard, self->address);
}

static void
paste_cb (EnvoiAssistantBrowserPage *self)
{
  const char *text = gtk_editable_get_text (GTK_EDITABLE (self->final_address));
  gboolean is_answer = envoi_service_paste_sign_in (self->service, text);

  gtk_label_set_label (GTK_LABEL (self->paste_error),
                       _("This is not the address of the last page. It begins with "
                         "http://127.0.0.1 or http://localhost."));
  gtk_widget_set_visible (self->paste_error, !is_answer);
}

static void
password_cb (EnvoiAssistantBrowserPage *self)
{
  envoi_assistant_browser_page_stop (self);
  g_signal_emit (self, signals[SIGNAL_PASSWORD_WANTED], 0);
}

static void
console_cb (EnvoiAssistantBrowserPage *self)
{
  const EnvoiClientGuide *guide;

  guide = envoi_client_guide_find (envoi_provider_get_oauth (self->provider)->id);
  if (guide)
    envoi_compat_open_uri (GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (self))), guide->console);
}

static void
device_cb (EnvoiAssistantBrowserPage *self)
{
  envoi_assistant_browser_page_stop (self);
  show_problem (self, NULL);
  show_view (self, VIEW_CODE);
  envoi_device_code_box_begin (self->device_code, self->service, self->account);
  gtk_widget_grab_focus (self->code_stop_button);
}

static void
device_ended_cb (EnvoiAssistantBrowserPage *self,
                 const GError              *error)
{
  show_view (self, VIEW_ASK);
  show_problem (self, error);
  if (error)
    gtk_widget_grab_focus (self->open_button);
  else
    g_signal_emit (self, signals[SIGNAL_SIGNED_IN], 0);
}

static void
client_changed_cb (EnvoiAssistantBrowserPage *self)
{
  const char *text = gtk_editable_get_text (GTK_EDITABLE (self->client_id));

  gtk_widget_set_sensitive (self->client_button, *text != '\0');
}

static void
did_set_client (GObject      *source,
                GAsyncResult *result,
                gpointer      user_data)
{
  g_autoptr (EnvoiAssistantBrowserPage) self = user_data;
  g_autoptr (GError) error = NULL;

  envoi_service_set_client_finish (ENVOI_SERVICE (source), result, &error);
  if (!self->service)
    return;

  show_problem (self, error);
  if (error)
    return;

  show_view (self, VIEW_ASK);
  gtk_widget_grab_focus (self->open_button);
}

static void
client_cb (EnvoiAssistantBrowserPage *self)
{
  const char *text = gtk_editable_get_text (GTK_EDITABLE (self->client_secret));
  g_autofree char *client_id = NULL;
  g_autoptr (EnvoiSecret) secret = *text ? envoi_secret_new (text, -1) : NULL;

  client_id = g_strstrip (g_strdup (gtk_editable_get_text (GTK_EDITABLE (self->client_id))));
  if (*client_id)
    envoi_service_set_client_async (self->service, self->provider, client_id, secret, NULL,
                                    did_set_client, g_object_ref (self));
}

/* What runs holds the page: its window is gone long before it is disposed of. */
static void
envoi_assistant_browser_page_unroot (GtkWidget *widget)
{
  envoi_assistant_browser_page_stop (ENVOI_ASSISTANT_BROWSER_PAGE (widget));

  GTK_WIDGET_CLASS (envoi_assistant_browser_page_parent_class)->unroot (widget);
}

static void
envoi_assistant_browser_page_dispose (GObject *object)
{
  EnvoiAssistantBrowserPage *self = ENVOI_ASSISTANT_BROWSER_PAGE (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->account);
  g_clear_object (&self->provider);
  g_clear_object (&self->service);
  g_clear_pointer (&self->address, g_free);

  G_OBJECT_CLASS (envoi_assistant_browser_page_parent_class)->dispose (object);
}

static void
bind_template (GtkWidgetClass *widget_class)
{
  gtk_widget_class_bind_template_child (widget_class, EnvoiAssistantBrowserPage, title);
  gtk_widget_class_bind_template_child (widget_class, EnvoiAssistantBrowserPage, explanation);
  gtk_widget_class_bind_template_child (widget_class, EnvoiAssistantBrowserPage, ask_box);
  gtk_widget_class_bind_template_child (widget_class, EnvoiAssistantBrowserPage, open_button);
  gtk_widget_class_bind_template_child (widget_class, EnvoiAssistantBrowserPage, wait_box);
  gtk_widget_class_bind_template_child (widget_class, EnvoiAssistantBrowserPage, spinner);
  gtk_widget_class_bind_template_child (widget_class, EnvoiAssistantBrowserPage, stop_button);
  gtk_widget_class_bind_template_child (widget_class, EnvoiAssistantBrowserPage, client_box);
  gtk_widget_class_bind_template_child (widget_class, EnvoiAssistantBrowserPage, device_button);
  gtk_widget_class_bind_template_child (widget_class, EnvoiAssistantBrowserPage, code_box);
  gtk_widget_class_bind_template_child (widget_class, EnvoiAssistantBrowserPage, device_code);
  gtk_widget_class_bind_template_child (widget_class, EnvoiAssistantBrowserPage, code_stop_button);
  gtk_widget_class_bind_template_child (widget_class, EnvoiAssistantBrowserPage, guide);
  gtk_widget_class_bind_template_child (widget_class, EnvoiAssistantBrowserPage, console_button);
  gtk_widget_class_bind_template_child (widget_class, EnvoiAssistantBrowserPage, client_id);
  gtk_widget_class_bind_template_child (widget_class, EnvoiAssistantBrowserPage, client_secret);
  gtk_widget_class_bind_template_child (widget_class, EnvoiAssistantBrowserPage, client_button);
  gtk_widget_class_bind_template_child (widget_class, EnvoiAssistantBrowserPage, problem);
  gtk_widget_class_bind_template_child (widget_class, EnvoiAssistantBrowserPage, password_button);
  gtk_widget_class_bind_template_child (widget_class, EnvoiAssistantBrowserPage, trouble);
  gtk_widget_class_bind_template_child (widget_class, EnvoiAssistantBrowserPage, final_address);
  gtk_widget_class_bind_template_child (widget_class, EnvoiAssistantBrowserPage, paste_error);
  gtk_widget_class_bind_template_callback (widget_class, open_cb);
  gtk_widget_class_bind_template_callback (widget_class, stop_cb);
  gtk_widget_class_bind_template_callback (widget_class, copy_cb);
  gtk_widget_class_bind_template_callback (widget_class, paste_cb);
  gtk_widget_class_bind_template_callback (widget_class, password_cb);
  gtk_widget_class_bind_template_callback (widget_class, console_cb);
  gtk_widget_class_bind_template_callback (widget_class, device_cb);
  gtk_widget_class_bind_template_callback (widget_class, device_ended_cb);
  gtk_widget_class_bind_template_callback (widget_class, client_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, client_cb);
}

static gboolean
envoi_assistant_browser_page_grab_focus (GtkWidget *widget)
{
  EnvoiAssistantBrowserPage *self = ENVOI_ASSISTANT_BROWSER_PAGE (widget);
  gboolean needs_client = gtk_widget_get_visible (self->client_box);

  return gtk_widget_grab_focus (needs_client ? GTK_WIDGET (self->client_id) : self->open_button);
}

static void
envoi_assistant_browser_page_class_init (EnvoiAssistantBrowserPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = envoi_assistant_browser_page_dispose;
  widget_class->unroot = envoi_assistant_browser_page_unroot;
  widget_class->focus = envoi_compat_focus_in_order;
  widget_class->grab_focus = envoi_assistant_browser_page_grab_focus;

  signals[SIGNAL_SIGNED_IN] = g_signal_new ("signed-in", G_TYPE_FROM_CLASS (klass),
                                            G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                            G_TYPE_NONE, 0);
  signals[SIGNAL_PASSWORD_WANTED] = g_signal_new ("password-wanted", G_TYPE_FROM_CLASS (klass),
                                                  G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                                  G_TYPE_NONE, 0);

  g_type_ensure (ENVOI_TYPE_DEVICE_CODE_BOX);
  gtk_widget_class_set_template_from_resource (
    widget_class, "/io/github/envoi_mail/Envoi/envoi-assistant-browser-page.ui");
  bind_template (widget_class);
}

static void
envoi_assistant_browser_page_init (EnvoiAssistantBrowserPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

void
envoi_assistant_browser_page_begin (EnvoiAssistantBrowserPage *self,
                                    EnvoiService              *service,
                                    EnvoiAccount              *account,
                                    EnvoiProvider             *provider)
{
  EnvoiProviderAuth auth;

  g_return_if_fail (ENVOI_IS_ASSISTANT_BROWSER_PAGE (self));
  g_return_if_fail (envoi_provider_get_oauth (provider) != NULL);

  g_set_object (&self->service, service);
  g_set_object (&self->account, account);
  g_set_object (&self->provider, provider);

  auth = envoi_provider_get_auth (provider);
  gtk_widget_set_visible (self->password_button, (auth & ENVOI_PROVIDER_AUTH_APP_PASSWORD) != 0);
  gtk_widget_set_visible (self->device_button,
                          envoi_provider_get_oauth (provider)->device_endpoint != NULL);
  gtk_editable_set_text (GTK_EDITABLE (self->final_address), "");
  gtk_widget_set_visible (self->paste_error, FALSE);
  show_problem (self, NULL);
  show_words (self);
  show_guide (self);
  show_view (self, envoi_service_has_client_id (service, provider) ? VIEW_ASK : VIEW_CLIENT);
}

void
envoi_assistant_browser_page_stop (EnvoiAssistantBrowserPage *self)
{
  g_return_if_fail (ENVOI_IS_ASSISTANT_BROWSER_PAGE (self));

  envoi_device_code_box_stop (self->device_code);
  if (gtk_widget_get_visible (self->code_box))
    show_view (self, VIEW_ASK);
  if (!self->cancellable)
    return;

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  show_view (self, VIEW_ASK);
}
