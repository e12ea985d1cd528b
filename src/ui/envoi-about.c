/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-ui"

#include "config.h"

#include "envoi-about.h"

#include "envoi-diagnostics.h"
#include "envoi-web.h"

#include <adwaita.h>
#include <glib/gi18n.h>


static char *
format_web_version (gboolean is_there)
{
  if (!is_there)
    return g_strdup ("missing");

  return g_strdup_printf ("%u.%u.%u", envoi_web.webkit_get_major_version (),
                          envoi_web.webkit_get_minor_version (),
                          envoi_web.webkit_get_micro_version ());
}

/* Versions that a person can do nothing about, but who mends a fault must know. */
static char *
format_diagnostics (EnvoiService *service,
                    gboolean      has_web)
{
  g_autofree char *engine = envoi_diagnostics_format (service);
  g_autofree char *web = format_web_version (has_web);

  return g_strdup_printf ("%sGTK: %u.%u.%u\nlibadwaita: %u.%u.%u\nWebKitGTK: %s\n", engine,
                          gtk_get_major_version (), gtk_get_minor_version (),
                          gtk_get_micro_version (), adw_get_major_version (),
                          adw_get_minor_version (), adw_get_micro_version (), web);
}

static void
add_libraries (AdwAboutWindow *window)
{
  static const struct {
    const char *names;
    GtkLicense licence;
  } groups[] = {
    { "GLib, GTK, libadwaita, libsoup, libsecret, JSON-GLib, GMime, GnuTLS, libgsasl",
      GTK_LICENSE_LGPL_2_1 },
    { "libportal", GTK_LICENSE_LGPL_3_0 },
    { "WebKitGTK", GTK_LICENSE_LGPL_2_1 },
    { "libxml2", GTK_LICENSE_MIT_X11 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (groups); i++)
    adw_about_window_add_legal_section (window, groups[i].names, NULL, groups[i].licence, NULL);
  adw_about_window_add_legal_section (window, "SQLite", NULL, GTK_LICENSE_CUSTOM,
                                      _("In the public domain."));
}

static void
show (GtkWindow    *parent,
      EnvoiService *service,
      gboolean      has_web)
{
  const char *developers[] = { _("The Envoi contributors"), NULL };
  g_autofree char *diagnostics = format_diagnostics (service, has_web);
  GtkWidget *window = g_object_new (ADW_TYPE_ABOUT_WINDOW,
                                    "transient-for", parent,
                                    "modal", TRUE,
                                    "application-name", _("Envoi"),
                                    "application-icon", ENVOI_DESKTOP_ID,
                                    "version", ENVOI_VERSION,
                                    "developer-name", _("The Envoi contributors"),
                                    "developers", developers,
                                    "comments", _("Writes and sends mail, and always tells what "
                                                  "became of it."),
                                    "website", "https://github.com/envoi-mail/envoi",
                                    "issue-url", "https://github.com/envoi-mail/envoi/issues",
                                    "debug-info", diagnostics,
                                    "debug-info-filename", "envoi-diagnostics.txt",
                                    "license-type", GTK_LICENSE_GPL_3_0,
                                    /* Translators: your names, one a line */
                                    "translator-credits", _("translator-credits"),
                                    NULL);

  add_libraries (ADW_ABOUT_WINDOW (window));
  gtk_window_present (GTK_WINDOW (window));
}

static void
did_load_web_cb (GObject      *source,
                 GAsyncResult *result,
                 gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;

  show (g_task_get_source_object (task), g_task_get_task_data (task),
        envoi_web_load_finish (result, NULL));
  g_task_return_boolean (task, TRUE);
}

void
envoi_about_show (GtkWindow    *parent,
                  EnvoiService *service)
{
  GTask *task = g_task_new (parent, NULL, NULL, NULL);

  g_task_set_source_tag (task, envoi_about_show);
  g_task_set_task_data (task, g_object_ref (service), g_object_unref);
  envoi_web_load_async (NULL, did_load_web_cb, task);
}
