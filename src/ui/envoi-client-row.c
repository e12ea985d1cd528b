/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-ui"

#include "config.h"

#include "envoi-client-row.h"
#include "envoi-compat.h"

#include <glib/gi18n.h>

struct _EnvoiClientRow {
  AdwExpanderRow parent_instance;

  EnvoiService           *service;
  EnvoiProvider          *provider;
  const EnvoiClientGuide *guide;

  GtkLabel               *steps;
  AdwEntryRow            *client_id;
  GtkWidget              *client_secret;
  GtkWidget              *save_button;
  GtkWidget              *forget_button;
  GtkLabel               *problem;
};

G_DEFINE_FINAL_TYPE (EnvoiClientRow, envoi_client_row, ADW_TYPE_EXPANDER_ROW)

static void
show_state (EnvoiClientRow *self)
{
  g_autofree char *own = envoi_service_dup_own_client_id (self->service, self->provider);
  gboolean has_any = envoi_service_has_client_id (self->service, self->provider);
  const char *text = own ? _("Your own client id is used")
                         : has_any ? _("The client id that Envoi was built with is used")
                                   : _("There is none");

  adw_expander_row_set_subtitle (ADW_EXPANDER_ROW (self), text);
  gtk_widget_set_visible (self->forget_button, own != NULL);
  gtk_editable_set_text (GTK_EDITABLE (self->client_id), own ? own : "");
  gtk_editable_set_text (GTK_EDITABLE (self->client_secret), "");
}

static void
did_set_client (GObject      *source,
                GAsyncResult *result,
                gpointer      user_data)
{
  g_autoptr (EnvoiClientRow) self = user_data;
  g_autoptr (EnvoiProblem) problem = NULL;
  g_autoptr (GError) error = NULL;

  envoi_service_set_client_finish (ENVOI_SERVICE (source), result, &error);
  if (!self->service)
    return;

  if (error)
    problem = envoi_problem_new (error);
  else
    show_state (self);
  gtk_label_set_label (self->problem, problem ? problem->title : "");
  gtk_widget_set_visible (GTK_WIDGET (self->problem), problem != NULL);
}

static void
set_client (EnvoiClientRow *self,
            const char     *client_id,
            EnvoiSecret    *secret)
{
  envoi_service_set_client_async (self->service, self->provider, client_id, secret, NULL,
                                  did_set_client, g_object_ref (self));
}

static void
save_cb (EnvoiClientRow *self)
{
  const char *text = gtk_editable_get_text (GTK_EDITABLE (self->client_secret));
  g_autoptr (EnvoiSecret) secret = *text ? envoi_secret_new (text, -1) : NULL;
  g_autofree char *client_id = NULL;

  client_id = g_strstrip (g_strdup (gtk_editable_get_text (GTK_EDITABLE (self->client_id))));
  if (*client_id)
    set_client (self, client_id, secret);
}

static void
forget_cb (EnvoiClientRow *self)
{
  set_client (self, "", NULL);
}

static void
changed_cb (EnvoiClientRow *self)
{
  const char *text = gtk_editable_get_text (GTK_EDITABLE (self->client_id));

  gtk_widget_set_sensitive (self->save_button, *text != '\0');
}

static void
console_cb (EnvoiClientRow *self)
{
  envoi_compat_open_uri (GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (self))),
                         self->guide->console);
}

static void
envoi_client_row_dispose (GObject *object)
{
  EnvoiClientRow *self = ENVOI_CLIENT_ROW (object);

  g_clear_object (&self->provider);
  g_clear_object (&self->service);

  G_OBJECT_CLASS (envoi_client_row_parent_class)->dispose (object);
}

static void
envoi_client_row_class_init (EnvoiClientRowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = envoi_client_row_dispose;

  gtk_widget_class_set_template_from_resource (
    widget_class, "/io/github/envoi_mail/Envoi/envoi-client-row.ui");
  gtk_widget_class_bind_template_child (widget_class, EnvoiClientRow, steps);
  gtk_widget_class_bind_template_child (widget_class, EnvoiClientRow, client_id);
  gtk_widget_class_bind_template_child (widget_class, EnvoiClientRow, client_secret);
  gtk_widget_class_bind_template_child (widget_class, EnvoiClientRow, save_button);
  gtk_widget_class_bind_template_child (widget_class, EnvoiClientRow, forget_button);
  gtk_widget_class_bind_template_child (widget_class, EnvoiClientRow, problem);
  gtk_widget_class_bind_template_callback (widget_class, save_cb);
  gtk_widget_class_bind_template_callback (widget_class, forget_cb);
  gtk_widget_class_bind_template_callback (widget_class, changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, console_cb);
}

static void
envoi_client_row_init (EnvoiClientRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * envoi_client_row_new:
 * @service: what keeps it
 * @provider: one that signs in with it
 * @guide: how one gets it
 *
 * Returns: (transfer floating): the row
 */
GtkWidget *
envoi_client_row_new (EnvoiService           *service,
                      EnvoiProvider          *provider,
                      const EnvoiClientGuide *guide)
{
  EnvoiClientRow *self = g_object_new (ENVOI_TYPE_CLIENT_ROW, "title", guide->name, NULL);

  self->service = g_object_ref (service);
  self->provider = g_object_ref (provider);
  self->guide = guide;
  gtk_label_set_label (self->steps, envoi_client_guide_get_text (guide));
  gtk_widget_set_visible (self->client_secret, guide->has_secret);
  show_state (self);
  changed_cb (self);
  return GTK_WIDGET (self);
}
