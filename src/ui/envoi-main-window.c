/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-ui"

#include "config.h"

#include "envoi-main-window.h"

/**
 * EnvoiMainWindow:
 *
 * Where the letters are: places, the list of one place, and one letter.
 *
 * Thread: main
 */
struct _EnvoiMainWindow {
  AdwApplicationWindow parent_instance;
};

G_DEFINE_FINAL_TYPE (EnvoiMainWindow, envoi_main_window, ADW_TYPE_APPLICATION_WINDOW)

static void
envoi_main_window_class_init (EnvoiMainWindowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  gtk_widget_class_set_template_from_resource (
    widget_class, "/io/github/envoi_mail/Envoi/envoi-main-window.ui");
}

static void
envoi_main_window_init (EnvoiMainWindow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

EnvoiMainWindow *
envoi_main_window_new (EnvoiApplication *application)
{
  return g_object_new (ENVOI_TYPE_MAIN_WINDOW, "application", application, NULL);
}
