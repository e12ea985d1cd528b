/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-ui"

#include "config.h"

#include "envoi-application.h"
#include "envoi-main-window.h"

/**
 * EnvoiApplication:
 *
 * The program: one instance, its actions, and the service behind its windows.
 *
 * Thread: main
 */
struct _EnvoiApplication {
  AdwApplication parent_instance;

  EnvoiService   *service;
};

G_DEFINE_FINAL_TYPE (EnvoiApplication, envoi_application, ADW_TYPE_APPLICATION)

static void
envoi_application_activate (GApplication *application)
{
  GtkWindow *window = gtk_application_get_active_window (GTK_APPLICATION (application));

  if (!window)
    window = GTK_WINDOW (envoi_main_window_new (ENVOI_APPLICATION (application)));

  gtk_window_present (window);
}

static void
envoi_application_dispose (GObject *object)
{
  EnvoiApplication *self = ENVOI_APPLICATION (object);

  g_clear_object (&self->service);

  G_OBJECT_CLASS (envoi_application_parent_class)->dispose (object);
}

static void
envoi_application_class_init (EnvoiApplicationClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GApplicationClass *application_class = G_APPLICATION_CLASS (klass);

  object_class->dispose = envoi_application_dispose;
  application_class->activate = envoi_application_activate;
}

static void
envoi_application_init (EnvoiApplication *self)
{
}

EnvoiApplication *
envoi_application_new (void)
{
  return g_object_new (ENVOI_TYPE_APPLICATION,
                       "application-id", ENVOI_APPLICATION_ID,
                       "flags", G_APPLICATION_HANDLES_OPEN,
                       NULL);
}

EnvoiService *
envoi_application_get_service (EnvoiApplication *self)
{
  g_return_val_if_fail (ENVOI_IS_APPLICATION (self), NULL);

  return self->service;
}
