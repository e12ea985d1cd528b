/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-cli"

#include "config.h"

#include "envoi-options.h"

#include "envoi-text.h"

#include <glib/gi18n.h>
#include <string.h>

/* GOptionContext converts words from the locale's encoding, which fails for a
 * Chinese subject where LC_ALL=C. Here, text is UTF-8 whatever the locale is. */

G_DEFINE_QUARK (envoi-cli-error-quark, envoi_cli_error)

static const EnvoiOption *
find_option (const EnvoiOption *options,
             const char        *word)
{
  const char *name = word + strlen ("--");
  gsize length = strcspn (name, "=");

  for (const EnvoiOption *option = options; option->name; option++) {
    if (strlen (option->name) == length && strncmp (option->name, name, length) == 0)
      return option;
  }

  return NULL;
}

static gboolean
check_text (const EnvoiOption  *option,
            const char         *value,
            GError            **error)
{
  gboolean is_file = option->kind == ENVOI_OPTION_FILE || option->kind == ENVOI_OPTION_FILES;

  if (is_file || envoi_text_is_one_line (value))
    return TRUE;

  if (g_utf8_validate (value, -1, NULL))
    g_set_error (error, ENVOI_CLI_ERROR, ENVOI_CLI_ERROR_USAGE,
                 _("--%s holds a line break or another control character."), option->name);
  else
    g_set_error (error, ENVOI_CLI_ERROR, ENVOI_CLI_ERROR_USAGE, _("--%s is not UTF-8 text."),
                 option->name);

  return FALSE;
}

static gboolean
set_once (const EnvoiOption  *option,
          const char         *value,
          GError            **error)
{
  char **target = option->target;

  if (*target) {
    g_set_error (error, ENVOI_CLI_ERROR, ENVOI_CLI_ERROR_USAGE, _("--%s is given twice."),
                 option->name);
    return FALSE;
  }

  *target = g_strdup (value);
  return TRUE;
}

static gboolean
set_value (const EnvoiOption  *option,
           const char         *value,
           GError            **error)
{
  GPtrArray **list;

  if (!check_text (option, value, error))
    return FALSE;

  if (option->kind == ENVOI_OPTION_TEXT || option->kind == ENVOI_OPTION_FILE)
    return set_once (option, value, error);

  list = option->target;
  if (!*list)
    *list = g_ptr_array_new_with_free_func (g_free);
  g_ptr_array_add (*list, g_strdup (value));
  return TRUE;
}

/* Returns how many words the option took, 0 with @error set. */
static guint
parse_option (const EnvoiOption  *options,
              char              **args,
              GError            **error)
{
  const EnvoiOption *option = find_option (options, args[0]);
  const char *equals = strchr (args[0], '=');

  if (!option) {
    g_set_error (error, ENVOI_CLI_ERROR, ENVOI_CLI_ERROR_USAGE, _("There is no option %.*s."),
                 (int) strcspn (args[0], "="), args[0]);
    return 0;
  }

  if (option->kind == ENVOI_OPTION_FLAG) {
    if (equals) {
      g_set_error (error, ENVOI_CLI_ERROR, ENVOI_CLI_ERROR_USAGE, _("--%s takes no value."),
                   option->name);
      return 0;
    }
    *(gboolean *) option->target = TRUE;
    return 1;
  }

  if (!equals && !args[1]) {
    g_set_error (error, ENVOI_CLI_ERROR, ENVOI_CLI_ERROR_USAGE, _("--%s needs a value."),
                 option->name);
    return 0;
  }

  if (!set_value (option, equals ? equals + 1 : args[1], error))
    return 0;

  return equals ? 1 : 2;
}

gboolean
envoi_options_parse (const EnvoiOption  *options,
                     char              **args,
                     GPtrArray          *words,
                     GError            **error)
{
  gboolean is_over = FALSE;
  guint n_taken;

  for (char **arg = args; *arg; arg += n_taken) {
    n_taken = 1;

    if (!is_over && g_str_equal (*arg, "--")) {
      is_over = TRUE;
    } else if (!is_over && g_str_has_prefix (*arg, "--")) {
      n_taken = parse_option (options, arg, error);
      if (n_taken == 0)
        return FALSE;
    } else if (!is_over && arg[0][0] == '-' && arg[0][1] != '\0') {
      g_set_error (error, ENVOI_CLI_ERROR, ENVOI_CLI_ERROR_USAGE, _("There is no option %s."),
                   *arg);
      return FALSE;
    } else {
      g_ptr_array_add (words, *arg);
    }
  }

  return TRUE;
}

gboolean
envoi_options_require (const char  *name,
                       const char  *value,
                       GError     **error)
{
  if (value && *value)
    return TRUE;

  g_set_error (error, ENVOI_CLI_ERROR, ENVOI_CLI_ERROR_USAGE, _("--%s is missing."), name);
  return FALSE;
}
