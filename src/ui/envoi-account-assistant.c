/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-ui"

#include "config.h"

#include "envoi-account-assistant.h"
#include "envoi-assistant-browser-page.h"
#include "envoi-assistant-check-page.h"
#include "envoi-assistant-code-page.h"
#include "envoi-assistant-server-page.h"
#include "envoi-client-guide.h"
#include "envoi-desktop-list.h"

#include "envoi-address.h"
#include "envoi-text.h"

#include <glib/gi18n.h>

/**
 * EnvoiAccountAssistant:
 *
 * From a mail address to an account that can send: the address, the one way to
 * sign in that fits its provider, a check with the server, done. The account is
 * a working copy until the check has passed; only then is anything saved.
 *
 * Thread: main
 */
struct _EnvoiAccountAssistant {
  AdwWindow parent_instance;

  EnvoiService             *service;
  EnvoiAccount             *account;        /* the working copy */
  EnvoiFinding             *finding;        /* nullable: where the address sends through */
  GCancellable             *cancellable;    /* nullable: while one looks for it */

  const char               *way;            /* nullable: the page to sign in on */
  gboolean has_token;                       /* kept for an account that is not saved yet */
  gboolean is_saved;

  GtkStack                 *stack;
  GtkWidget                *back_button;
  AdwEntryRow              *email;
  GtkLabel                 *email_error;
  GtkWidget                *next_button;
  GtkWidget                *finding_box;
  GtkSpinner               *finding_spinner;
  GtkLabel                 *finding_step;
  EnvoiDesktopList         *desktop_list;
  EnvoiAssistantBrowserPage *browser_page;
  EnvoiAssistantCodePage   *code_page;
  EnvoiAssistantServerPage *server_page;
  EnvoiAssistantCheckPage  *check_page;
  GtkLabel                 *done_explanation;
  AdwEntryRow              *name;
  GtkWidget                *write_button;
};

G_DEFINE_FINAL_TYPE (EnvoiAccountAssistant, envoi_account_assistant, ADW_TYPE_WINDOW)

enum {
  SIGNAL_WRITE,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

static char *
dup_text (gpointer row)
{
  return g_strstrip (g_strdup (gtk_editable_get_text (GTK_EDITABLE (row))));
}

/* An address is copied with a name, and typed by an input method that is full of Chinese. */
static char *
dup_email (EnvoiAccountAssistant *self)
{
  const char *typed = gtk_editable_get_text (GTK_EDITABLE (self->email));
  g_autofree char *folded = envoi_text_dup_folded (typed);
  g_autoptr (EnvoiAddress) address = envoi_address_parse (folded, NULL);

  return address ? g_strdup (envoi_address_get_mailbox (address)) : g_steal_pointer (&folded);
}

static gboolean
is_on (EnvoiAccountAssistant *self,
       const char            *page)
{
  return g_strcmp0 (gtk_stack_get_visible_child_name (self->stack), page) == 0;
}

static void
show_page (EnvoiAccountAssistant *self,
           const char            *page)
{
  const struct {
    const char *page;
    gpointer first;
  } focused[] = {
    { "address", self->email },
    { "browser", self->browser_page },
    { "code", self->code_page },
    { "server", self->server_page },
    { "check", self->back_button },
    { "done", self->write_button },
  };

  gtk_stack_set_visible_child_name (self->stack, page);
  gtk_widget_set_visible (self->back_button, !is_on (self, "address") && !is_on (self, "done"));
  for (guint i = 0; i < G_N_ELEMENTS (focused); i++)
    if (g_str_equal (focused[i].page, page))
      gtk_widget_grab_focus (focused[i].first);
}

static void
show_email_error (EnvoiAccountAssistant *self,
                  const char            *sentence)
{
  gtk_label_set_label (self->email_error, sentence ? sentence : "");
  gtk_widget_set_visible (GTK_WIDGET (self->email_error), sentence != NULL);
}

static void
show_finding (EnvoiAccountAssistant *self,
              gboolean               is_finding)
{
  gtk_label_set_label (self->finding_step, "");
  gtk_widget_set_visible (self->finding_box, is_finding);
  gtk_spinner_set_spinning (self->finding_spinner, is_finding);
  gtk_widget_set_sensitive (self->next_button, !is_finding);
}

/* Who is being asked; they learn the domain, and the person may want to know it. */
static void
step_cb (EnvoiDiscoveryStep  step,
         const char         *domain,
         gpointer            user_data)
{
  EnvoiAccountAssistant *self = user_data;
  g_autofree char *text = NULL;

  if (!self->service)
    return;

  if (step == ENVOI_DISCOVERY_EXCHANGER || step == ENVOI_DISCOVERY_RECORDS)
    /* Translators: here and below %s is a domain, "example.org" */
    text = g_strdup_printf (_("Asking the name server about %s…"), domain);
  else if (step == ENVOI_DISCOVERY_DOMAIN)
    text = g_strdup_printf (_("Asking the web server of %s…"), domain);
  else if (step == ENVOI_DISCOVERY_DATABASE)
    text = g_strdup_printf (_("Asking the public database of providers about %s…"), domain);
  else
    text = g_strdup_printf (_("Trying the usual servers of %s…"), domain);

  gtk_label_set_label (self->finding_step, text);
}

static EnvoiProvider *
get_provider (EnvoiAccountAssistant *self)
{
  return self->finding ? self->finding->provider : NULL;
}

/* What the browser has granted belongs to the account that is given up. */
static void
forget_token (EnvoiAccountAssistant *self)
{
  if (self->has_token && !self->is_saved)
    envoi_service_forget_sign_in (self->service, self->account);

  self->has_token = FALSE;
}

static void
set_browser_sign_in (EnvoiAccountAssistant *self,
                     gboolean               is_browser)
{
  g_object_set (self->account,
                "auth", is_browser ? ENVOI_SMTP_AUTH_XOAUTH2 : ENVOI_SMTP_AUTH_AUTO,
                "oauth-provider", is_browser ? envoi_provider_get_id (get_provider (self)) : "",
                NULL);
}

static void
show_way (EnvoiAccountAssistant *self,
          const char            *way)
{
  const char *email = envoi_account_get_email (self->account);

  self->way = way;
  forget_token (self);
  set_browser_sign_in (self, g_str_equal (way, "browser"));
  if (g_str_equal (way, "browser"))
    envoi_assistant_browser_page_begin (self->browser_page, self->service, self->account,
                                        get_provider (self));
  else if (g_str_equal (way, "code"))
    envoi_assistant_code_page_begin (self->code_page, get_provider (self), email);
  else
    envoi_assistant_server_page_begin (self->server_page, self->account, self->finding);

  show_page (self, way);
}

/* Where nobody can register a client id alone (Yahoo), a browser sign-in without
 * one is no way at all. */
static gboolean
can_sign_in_by_browser (EnvoiAccountAssistant *self,
                        EnvoiProvider         *provider)
{
  const EnvoiProviderOAuth *oauth = envoi_provider_get_oauth (provider);
  EnvoiProviderAuth auth = envoi_provider_get_auth (provider);

  if (!oauth || !(auth & ENVOI_PROVIDER_AUTH_OAUTH2))
    return FALSE;

  return envoi_service_has_client_id (self->service, provider) ||
         envoi_client_guide_find (oauth->id) || !(auth & ENVOI_PROVIDER_AUTH_APP_PASSWORD);
}

/* The browser where the provider prefers it, or where nothing else is left. A
 * password goes nowhere that nobody vouches for before the person has agreed. */
static const char *
choose_way (EnvoiAccountAssistant *self)
{
  EnvoiProvider *provider = get_provider (self);

  if (!provider)
    return "server";
  if (can_sign_in_by_browser (self, provider))
    return "browser";

  return self->finding->is_foreign ? "server" : "code";
}

static void
take_finding (EnvoiAccountAssistant *self,
              EnvoiFinding          *finding)
{
  show_finding (self, FALSE);
  g_clear_pointer (&self->finding, envoi_finding_unref);
  self->finding = finding;
  envoi_finding_apply (finding, self->account);
  show_way (self, choose_way (self));
}

static void
did_discover (GObject      *source,
              GAsyncResult *result,
              gpointer      user_data)
{
  g_autoptr (EnvoiAccountAssistant) self = user_data;
  EnvoiFinding *finding = envoi_service_discover_finish (ENVOI_SERVICE (source), result, NULL);

  /* A search that was given up has nothing more to say here. */
  if (finding && self->service)
    take_finding (self, finding);
  else
    g_clear_pointer (&finding, envoi_finding_unref);
}

static void
stop_finding (EnvoiAccountAssistant *self)
{
  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
}

static void
discover (EnvoiAccountAssistant *self,
          const char            *email)
{
  forget_token (self);
  g_clear_object (&self->account);
  self->account = envoi_account_new (NULL);
  g_object_set (self->account, "email", email, NULL);

  show_finding (self, TRUE);
  stop_finding (self);
  self->cancellable = g_cancellable_new ();
  envoi_service_discover_async (self->service, email, step_cb, self, self->cancellable,
                                did_discover, g_object_ref (self));
}

static void
by_hand_cb (EnvoiAccountAssistant *self)
{
  stop_finding (self);
  take_finding (self, envoi_discovery_guess (envoi_account_get_email (self->account)));
}

static void
next_cb (EnvoiAccountAssistant *self)
{
  g_autofree char *email = dup_email (self);

  if (gtk_widget_get_visible (self->finding_box) || !*email)
    return;

  if (!envoi_address_check_mailbox (email, NULL))
    show_email_error (self, _("This is not a whole mail address: name@example.org"));
  else if (envoi_account_list_find (envoi_service_get_accounts (self->service), email))
    show_email_error (self, _("There is an account for this address already."));
  else if (self->way && self->account &&
           g_str_equal (envoi_account_get_email (self->account), email))
    show_page (self, self->way);
  else
    discover (self, email);
}

static void
email_changed_cb (EnvoiAccountAssistant *self)
{
  g_autofree char *email = dup_email (self);

  show_email_error (self, NULL);
  gtk_widget_set_sensitive (self->next_button, *email != '\0');
}

static void
back_cb (EnvoiAccountAssistant *self)
{
  envoi_assistant_browser_page_stop (self->browser_page);
  envoi_assistant_check_page_stop (self->check_page);
  show_page (self, is_on (self, "check") && self->way ? self->way : "address");
}

static void
password_wanted_cb (EnvoiAccountAssistant *self)
{
  show_way (self, "code");
}

static void
server_wanted_cb (EnvoiAccountAssistant *self)
{
  show_way (self, "server");
}

static EnvoiSecret *
dup_secret (EnvoiAccountAssistant *self)
{
  g_autoptr (EnvoiSecret) typed = NULL;

  if (g_strcmp0 (self->way, "code") == 0)
    return envoi_assistant_code_page_dup_secret (self->code_page);
  if (g_strcmp0 (self->way, "server") == 0)
    typed = envoi_assistant_server_page_dup_secret (self->server_page);

  return typed ? envoi_service_clean_secret (self->service, self->account,
                                             envoi_secret_peek (typed)) : NULL;
}

static void
submitted_cb (EnvoiAccountAssistant *self)
{
  g_autoptr (EnvoiSecret) secret = dup_secret (self);

  show_page (self, "check");
  envoi_assistant_check_page_begin (self->check_page, self->service, self->account, secret);
}

/* The desktop signs in; only the check is left. */
static void
desktop_chosen_cb (EnvoiAccountAssistant     *self,
                   const EnvoiDesktopAccount *account)
{
  stop_finding (self);
  show_finding (self, FALSE);
  forget_token (self);
  g_clear_object (&self->account);
  self->account = envoi_account_new (NULL);
  envoi_desktop_account_apply (account, envoi_service_get_providers (self->service),
                               self->account);
  self->way = NULL;
  submitted_cb (self);
}

static void
signed_in_cb (EnvoiAccountAssistant *self)
{
  self->has_token = TRUE;
  submitted_cb (self);
}

static EnvoiAccount *
find_saved (EnvoiAccountAssistant *self)
{
  return envoi_account_list_find (envoi_service_get_accounts (self->service),
                                  envoi_account_get_id (self->account));
}

static void
show_done (EnvoiAccountAssistant *self,
           const char            *trouble)
{
  const char *own_name = envoi_account_get_name (self->account);
  const char *real_name = *own_name ? own_name : g_get_real_name ();
  g_autofree char *text = NULL;

  text = trouble
         /* Translators: a mail address, then a sentence that says why there is no keyring */
         ? g_strdup_printf (_("Letters can go out as %s. The password was not kept: %s Envoi "
                              "asks for it each time it starts."),
                            envoi_account_get_email (self->account), trouble)
         /* Translators: %s is a mail address */
         : g_strdup_printf (_("Letters can go out as %s."),
                            envoi_account_get_email (self->account));
  gtk_label_set_label (self->done_explanation, text);

  if (!g_str_equal (real_name, "Unknown") && !g_str_equal (real_name, g_get_user_name ()))
    gtk_editable_set_text (GTK_EDITABLE (self->name), real_name);
  show_page (self, "done");
}

static void
did_set_password (GObject      *source,
                  GAsyncResult *result,
                  gpointer      user_data)
{
  g_autoptr (EnvoiAccountAssistant) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autofree char *trouble = NULL;
  g_autoptr (EnvoiSecret) secret = NULL;

  envoi_service_set_password_finish (ENVOI_SERVICE (source), result, &error);
  if (!self->service)
    return;

  /* The password works, so this session goes on with it whatever the keyring says. */
  secret = dup_secret (self);
  if (error && secret)
    envoi_service_use_password (self->service, find_saved (self), secret);

  trouble = error ? g_strdup (error->message) : envoi_service_dup_secret_trouble (self->service);
  show_done (self, trouble);
}

static void
did_save (GObject      *source,
          GAsyncResult *result,
          gpointer      user_data)
{
  g_autoptr (EnvoiAccountAssistant) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (EnvoiProblem) problem = NULL;
  g_autoptr (EnvoiSecret) secret = NULL;

  self->is_saved = envoi_account_list_save_finish (ENVOI_ACCOUNT_LIST (source), result, &error);
  if (!self->service)
    return;

  if (error) {
    problem = envoi_problem_new (error);
    envoi_assistant_check_page_fail (self->check_page, problem);
    return;
  }

  secret = dup_secret (self);
  if (secret)
    envoi_service_set_password_async (self->service, find_saved (self), secret, NULL,
                                      did_set_password, g_object_ref (self));
  else
    show_done (self, NULL);
}

static void
passed_cb (EnvoiAccountAssistant *self)
{
  gtk_widget_set_visible (self->back_button, FALSE);
  envoi_account_list_save_async (envoi_service_get_accounts (self->service), self->account, NULL,
                                 did_save, g_object_ref (self));
}

static void
keep_name (EnvoiAccountAssistant *self)
{
  g_autofree char *name = dup_text (self->name);

  if (!self->is_saved || !is_on (self, "done") || !*name)
    return;

  g_object_set (self->account, "name", name, NULL);
  envoi_account_list_save_async (envoi_service_get_accounts (self->service), self->account, NULL,
                                 NULL, NULL);
}

static gboolean
close_request_cb (EnvoiAccountAssistant *self)
{
  keep_name (self);
  return GDK_EVENT_PROPAGATE;
}

static void
write_cb (EnvoiAccountAssistant *self)
{
  g_autofree char *name = dup_text (self->name);
  EnvoiAccount *saved = find_saved (self);

  /* The letter that is now begun is to bear the name already. */
  if (saved && *name)
    g_object_set (saved, "name", name, NULL);

  if (saved)
    g_signal_emit (self, signals[SIGNAL_WRITE], 0, saved);
  gtk_window_close (GTK_WINDOW (self));
}

static void
envoi_account_assistant_dispose (GObject *object)
{
  EnvoiAccountAssistant *self = ENVOI_ACCOUNT_ASSISTANT (object);

  if (self->service)
    forget_token (self);

  stop_finding (self);
  g_clear_object (&self->account);
  g_clear_pointer (&self->finding, envoi_finding_unref);
  g_clear_object (&self->service);

  G_OBJECT_CLASS (envoi_account_assistant_parent_class)->dispose (object);
}

static void
bind_template (GtkWidgetClass *widget_class)
{
  gtk_widget_class_bind_template_child (widget_class, EnvoiAccountAssistant, stack);
  gtk_widget_class_bind_template_child (widget_class, EnvoiAccountAssistant, back_button);
  gtk_widget_class_bind_template_child (widget_class, EnvoiAccountAssistant, email);
  gtk_widget_class_bind_template_child (widget_class, EnvoiAccountAssistant, email_error);
  gtk_widget_class_bind_template_child (widget_class, EnvoiAccountAssistant, next_button);
  gtk_widget_class_bind_template_child (widget_class, EnvoiAccountAssistant, finding_box);
  gtk_widget_class_bind_template_child (widget_class, EnvoiAccountAssistant, finding_spinner);
  gtk_widget_class_bind_template_child (widget_class, EnvoiAccountAssistant, finding_step);
  gtk_widget_class_bind_template_child (widget_class, EnvoiAccountAssistant, desktop_list);
  gtk_widget_class_bind_template_child (widget_class, EnvoiAccountAssistant, browser_page);
  gtk_widget_class_bind_template_child (widget_class, EnvoiAccountAssistant, code_page);
  gtk_widget_class_bind_template_child (widget_class, EnvoiAccountAssistant, server_page);
  gtk_widget_class_bind_template_child (widget_class, EnvoiAccountAssistant, check_page);
  gtk_widget_class_bind_template_child (widget_class, EnvoiAccountAssistant, done_explanation);
  gtk_widget_class_bind_template_child (widget_class, EnvoiAccountAssistant, name);
  gtk_widget_class_bind_template_child (widget_class, EnvoiAccountAssistant, write_button);
  gtk_widget_class_bind_template_callback (widget_class, next_cb);
  gtk_widget_class_bind_template_callback (widget_class, email_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, by_hand_cb);
  gtk_widget_class_bind_template_callback (widget_class, desktop_chosen_cb);
  gtk_widget_class_bind_template_callback (widget_class, back_cb);
  gtk_widget_class_bind_template_callback (widget_class, password_wanted_cb);
  gtk_widget_class_bind_template_callback (widget_class, server_wanted_cb);
  gtk_widget_class_bind_template_callback (widget_class, submitted_cb);
  gtk_widget_class_bind_template_callback (widget_class, signed_in_cb);
  gtk_widget_class_bind_template_callback (widget_class, passed_cb);
  gtk_widget_class_bind_template_callback (widget_class, close_request_cb);
  gtk_widget_class_bind_template_callback (widget_class, write_cb);
}

static void
envoi_account_assistant_class_init (EnvoiAccountAssistantClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = envoi_account_assistant_dispose;

  signals[SIGNAL_WRITE] = g_signal_new ("write", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                                        NULL, NULL, NULL, G_TYPE_NONE, 1, ENVOI_TYPE_ACCOUNT);

  g_type_ensure (ENVOI_TYPE_ASSISTANT_BROWSER_PAGE);
  g_type_ensure (ENVOI_TYPE_ASSISTANT_CODE_PAGE);
  g_type_ensure (ENVOI_TYPE_ASSISTANT_SERVER_PAGE);
  g_type_ensure (ENVOI_TYPE_DESKTOP_LIST);
  g_type_ensure (ENVOI_TYPE_ASSISTANT_CHECK_PAGE);
  gtk_widget_class_set_template_from_resource (
    widget_class, "/io/github/envoi_mail/Envoi/envoi-account-assistant.ui");
  bind_template (widget_class);

  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "window.close", NULL);
}

static void
envoi_account_assistant_init (EnvoiAccountAssistant *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

GtkWidget *
envoi_account_assistant_new (EnvoiService *service)
{
  EnvoiAccountAssistant *self = g_object_new (ENVOI_TYPE_ACCOUNT_ASSISTANT, NULL);

  self->service = g_object_ref (service);
  envoi_desktop_list_begin (self->desktop_list, service);
  return GTK_WIDGET (self);
}
