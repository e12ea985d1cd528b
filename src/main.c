/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi"

#include "config.h"

#include "envoi-application.h"

#include <glib/gi18n.h>
#include <locale.h>

/* Translations are installed with the program; a run from the build tree
 * names its own folder, as the settings and icons do. */
static void
start_translations (void)
{
  const char *folder = g_getenv ("ENVOI_LOCALEDIR");

  setlocale (LC_ALL, "");
  bindtextdomain (GETTEXT_PACKAGE, folder ? folder : ENVOI_LOCALEDIR);
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
  textdomain (GETTEXT_PACKAGE);
}

int
main (int   argc,
      char *argv[])
{
  g_autoptr (EnvoiApplication) application = NULL;

  start_translations ();
  g_set_application_name (_("Envoi"));
  application = envoi_application_new ();

  return g_application_run (G_APPLICATION (application), argc, argv);
}
