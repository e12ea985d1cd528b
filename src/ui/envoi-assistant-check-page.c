/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-ui"

#include "config.h"

#include "envoi-assistant-check-page.h"
#include "envoi-check-list.h"
#include "envoi-compat.h"

#include <glib/gi18n.h>

/**
 * EnvoiAssistantCheckPage:
 *
 * Tries an account step by step. The first failure opens in place, with its
 * cause and what can be done about it.
 *
 * Thread: main
 */
struct _EnvoiAssistantCheckPage {
  AdwBin parent_instance;

  EnvoiService   *service;
  EnvoiAccount   *account;
  EnvoiSecret    *secret;         /* nullable */
  GCancellable   *cancellable;    /* nullable: while it runs */
  char           *url;            /* nullable: the page that helps */

  GtkLabel       *title;
  EnvoiCheckList *check_list;
  GtkWidget      *remedies;
  GtkWidget      *back_button;
  GtkButton      *page_button;
};

G_DEFINE_FINAL_TYPE (EnvoiAssistantCheckPage, envoi_assistant_check_page, ADW_TYPE_BIN)

enum {
  SIGNAL_PASSED,
  SIGNAL_BACK,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

static void
step_cb (const char      *phase,
         EnvoiCheckState  state,
         const char      *text,
         gpointer         user_data)
{
  EnvoiAssistantCheckPage *self = user_data;

  if (self->cancellable)
    envoi_check_list_add_step (self->check_list, phase, state);
}

static void
did_check (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr (EnvoiAssistantCheckPage) self = user_data;
  EnvoiService *service = ENVOI_SERVICE (source);
  g_autoptr (GError) error = NULL;
  g_autoptr (EnvoiProblem) problem = NULL;

  if (!envoi_service_check_account_finish (service, result, &error)) {
    problem = envoi_service_check_account_dup_problem (service, result);
    if (!problem)
      problem = envoi_problem_new (error);
  }

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) || !self->service)
    return;

  g_clear_object (&self->cancellable);
  if (problem) {
    envoi_assistant_check_page_fail (self, problem);
    return;
  }

  envoi_check_list_finish (self->check_list, NULL);
  g_signal_emit (self, signals[SIGNAL_PASSED], 0);
}

static void
run (EnvoiAssistantCheckPage *self)
{
  gtk_label_set_label (self->title, _("Checking"));
  gtk_widget_set_visible (self->remedies, FALSE);
  envoi_check_list_clear (self->check_list);
  envoi_check_list_set_account (self->check_list, self->account);

  self->cancellable = g_cancellable_new ();
  envoi_service_check_account_async (self->service, self->account, self->secret, step_cb, self,
                                     self->cancellable, did_check, g_object_ref (self));
}

static void
back_cb (EnvoiAssistantCheckPage *self)
{
  g_signal_emit (self, signals[SIGNAL_BACK], 0);
}

static void
retry_cb (EnvoiAssistantCheckPage *self)
{
  envoi_assistant_check_page_stop (self);
  run (self);
}

static void
page_cb (EnvoiAssistantCheckPage *self)
{
  envoi_compat_open_uri (GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (self))), self->url);
}

/* What runs holds the page: its window is gone long before it is disposed of. */
static void
envoi_assistant_check_page_unroot (GtkWidget *widget)
{
  envoi_assistant_check_page_stop (ENVOI_ASSISTANT_CHECK_PAGE (widget));

  GTK_WIDGET_CLASS (envoi_assistant_check_page_parent_class)->unroot (widget);
}

static void
envoi_assistant_check_page_dispose (GObject *object)
{
  EnvoiAssistantCheckPage *self = ENVOI_ASSISTANT_CHECK_PAGE (object);

  envoi_assistant_check_page_stop (self);
  g_clear_object (&self->account);
  g_clear_object (&self->service);
  g_clear_pointer (&self->secret, envoi_secret_unref);
  g_clear_pointer (&self->url, g_free);

  G_OBJECT_CLASS (envoi_assistant_check_page_parent_class)->dispose (object);
}

static void
envoi_assistant_check_page_class_init (EnvoiAssistantCheckPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = envoi_assistant_check_page_dispose;
  widget_class->unroot = envoi_assistant_check_page_unroot;

  signals[SIGNAL_PASSED] = g_signal_new ("passed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                                         NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[SIGNAL_BACK] = g_signal_new ("back", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                                       NULL, NULL, NULL, G_TYPE_NONE, 0);

  g_type_ensure (ENVOI_TYPE_CHECK_LIST);
  gtk_widget_class_set_template_from_resource (
    widget_class, "/io/github/envoi_mail/Envoi/envoi-assistant-check-page.ui");
  gtk_widget_class_bind_template_child (widget_class, EnvoiAssistantCheckPage, title);
  gtk_widget_class_bind_template_child (widget_class, EnvoiAssistantCheckPage, check_list);
  gtk_widget_class_bind_template_child (widget_class, EnvoiAssistantCheckPage, remedies);
  gtk_widget_class_bind_template_child (widget_class, EnvoiAssistantCheckPage, back_button);
  gtk_widget_class_bind_template_child (widget_class, EnvoiAssistantCheckPage, page_button);
  gtk_widget_class_bind_template_callback (widget_class, back_cb);
  gtk_widget_class_bind_template_callback (widget_class, retry_cb);
  gtk_widget_class_bind_template_callback (widget_class, page_cb);
}

static void
envoi_assistant_check_page_init (EnvoiAssistantCheckPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

void
envoi_assistant_check_page_begin (EnvoiAssistantCheckPage *self,
                                  EnvoiService            *service,
                                  EnvoiAccount            *account,
                                  EnvoiSecret             *secret)
{
  g_return_if_fail (ENVOI_IS_ASSISTANT_CHECK_PAGE (self));

  envoi_assistant_check_page_stop (self);
  g_set_object (&self->service, service);
  g_set_object (&self->account, account);
  g_clear_pointer (&self->secret, envoi_secret_unref);
  self->secret = secret ? envoi_secret_ref (secret) : NULL;
  run (self);
}

void
envoi_assistant_check_page_stop (EnvoiAssistantCheckPage *self)
{
  g_return_if_fail (ENVOI_IS_ASSISTANT_CHECK_PAGE (self));

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
}

void
envoi_assistant_check_page_fail (EnvoiAssistantCheckPage *self,
                                 const EnvoiProblem      *problem)
{
  g_return_if_fail (ENVOI_IS_ASSISTANT_CHECK_PAGE (self));

  g_free (self->url);
  self->url = g_strdup (problem->url);
  gtk_label_set_label (self->title, _("That Did Not Work"));
  envoi_check_list_finish (self->check_list, problem);
  gtk_widget_set_visible (GTK_WIDGET (self->page_button), self->url != NULL);
  if (self->url && problem->action_label)
    gtk_button_set_label (self->page_button, problem->action_label);
  gtk_widget_set_visible (self->remedies, TRUE);
  gtk_widget_grab_focus (self->back_button);
}
