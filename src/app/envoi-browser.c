/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-app"

#include "config.h"

#include "envoi-browser.h"

#include <glib/gi18n.h>
#include <string.h>

/* One entry of $BROWSER: "%s" stands for the address, else it comes last. No
 * shell sees it. */
static gboolean
run_browser (const char  *command,
             const char  *uri,
             GError     **error)
{
  g_auto (GStrv) words = NULL;
  g_autoptr (GPtrArray) arguments = g_ptr_array_new_with_free_func (g_free);
  gboolean has_uri = FALSE;

  if (!g_shell_parse_argv (command, NULL, &words, error))
    return FALSE;

  for (guint i = 0; words[i]; i++) {
    g_autoptr (GString) word = g_string_new (words[i]);

    has_uri = g_string_replace (word, "%s", uri, 0) > 0 || has_uri;
    g_ptr_array_add (arguments, g_strdup (word->str));
  }

  if (!has_uri)
    g_ptr_array_add (arguments, g_strdup (uri));
  g_ptr_array_add (arguments, NULL);

  return g_spawn_async (NULL, (char **) arguments->pdata, NULL,
                        G_SPAWN_SEARCH_PATH | G_SPAWN_STDOUT_TO_DEV_NULL |
                        G_SPAWN_STDERR_TO_DEV_NULL, NULL, NULL, NULL, error);
}

gboolean
envoi_browser_open (const char  *uri,
                    GError     **error)
{
  const char *browsers = g_getenv ("BROWSER");
  g_auto (GStrv) commands = NULL;

  if (!browsers || !*browsers)
    return g_app_info_launch_default_for_uri (uri, NULL, error);

  commands = g_strsplit (browsers, ":", -1);
  for (guint i = 0; commands[i]; i++) {
    g_clear_error (error);
    if (*commands[i] && run_browser (commands[i], uri, error))
      return TRUE;
  }

  if (error && !*error)
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND, _("$BROWSER names no program."));
  return FALSE;
}
