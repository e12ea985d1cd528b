/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-ui"

#include "config.h"

#include "envoi-about.h"

#include <adwaita.h>
#include <glib/gi18n.h>

void
envoi_about_show (GtkWindow *parent)
{
  const char *developers[] = { _("The Envoi contributors"), NULL };

  adw_show_about_window (parent,
                         "application-name", _("Envoi"),
                         "application-icon", ENVOI_APPLICATION_ID,
                         "version", ENVOI_VERSION,
                         "developer-name", _("The Envoi contributors"),
                         "developers", developers,
                         "comments", _("Writes and sends mail, and always tells what "
                                       "became of it."),
                         "license-type", GTK_LICENSE_GPL_3_0,
                         /* Translators: your names, one a line */
                         "translator-credits", _("translator-credits"),
                         NULL);
}

void
envoi_about_show_shortcuts (GtkWindow *parent)
{
  g_autoptr (GtkBuilder) builder = NULL;
  GtkWindow *window;

  builder = gtk_builder_new_from_resource ("/io/github/envoi_mail/Envoi/shortcuts.ui");
  window = GTK_WINDOW (gtk_builder_get_object (builder, "shortcuts"));
  gtk_window_set_transient_for (window, parent);
  gtk_window_present (window);
}
