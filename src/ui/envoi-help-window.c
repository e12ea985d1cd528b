/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-ui"

#include "config.h"

#include "envoi-help-window.h"

#include <glib/gi18n.h>

#define FOLDER "/io/github/envoi_mail/Envoi/"
#define ENGLISH FOLDER "help.ui"
#define DEFAULT_WIDTH 640
#define DEFAULT_HEIGHT 640

/**
 * EnvoiHelpWindow:
 *
 * The page is made of the guide when the program is built (ui/make-help.py).
 *
 * Thread: main
 */
struct _EnvoiHelpWindow {
  AdwPreferencesWindow parent_instance;
};

G_DEFINE_FINAL_TYPE (EnvoiHelpWindow, envoi_help_window, ADW_TYPE_PREFERENCES_WINDOW)

/* The guide in the first of the person's languages that it is written in. */
static char *
dup_page_path (void)
{
  const char *const *languages = g_get_language_names ();

  for (guint i = 0; languages[i] && !g_str_has_prefix (languages[i], "en"); i++) {
    g_autofree char *path = g_strdup_printf (FOLDER "help.%s.ui", languages[i]);

    if (g_resources_get_info (path, G_RESOURCE_LOOKUP_FLAGS_NONE, NULL, NULL, NULL))
      return g_steal_pointer (&path);
  }

  return g_strdup (ENGLISH);
}

static void
envoi_help_window_class_init (EnvoiHelpWindowClass *klass)
{
}

static void
envoi_help_window_init (EnvoiHelpWindow *self)
{
  g_autofree char *path = dup_page_path ();
  g_autoptr (GtkBuilder) builder = gtk_builder_new_from_resource (path);

  gtk_window_set_title (GTK_WINDOW (self), _("Help"));
  gtk_window_set_default_size (GTK_WINDOW (self), DEFAULT_WIDTH, DEFAULT_HEIGHT);
  adw_preferences_window_set_search_enabled (ADW_PREFERENCES_WINDOW (self), TRUE);
  adw_preferences_window_add (ADW_PREFERENCES_WINDOW (self),
                              ADW_PREFERENCES_PAGE (gtk_builder_get_object (builder, "page")));
}

GtkWidget *
envoi_help_window_new (void)
{
  return g_object_new (ENVOI_TYPE_HELP_WINDOW, NULL);
}
