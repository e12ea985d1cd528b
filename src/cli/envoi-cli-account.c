/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-cli"

#include "config.h"

#include "envoi-cli.h"

#include "envoi-ask.h"
#include "envoi-output.h"

#include "envoi-browser.h"

#include <glib/gi18n.h>

/* envoictl account list|show|remove|sign-in|on|off; the others have files of their own. */

typedef struct {
  char *account;
  gboolean is_json;
  gboolean is_secret_on_stdin;
  gboolean is_device;
  EnvoiSecret *secret;

  EnvoiCli *cli;
  EnvoiAccount *found;
} AccountArgs;

static void
account_args_clear (AccountArgs *args)
{
  g_free (args->account);
  g_clear_pointer (&args->secret, envoi_secret_unref);
  g_clear_object (&args->found);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (AccountArgs, account_args_clear)

/* FALSE when the run has failed. */
static gboolean
find_account (AccountArgs *args,
              EnvoiCli    *cli)
{
  GError *error = NULL;
  EnvoiAccount *account = envoi_cli_find_account (cli, args->account, &error);

  args->cli = cli;
  if (account)
    args->found = g_object_ref (account);
  else
    envoi_cli_fail (cli, error);

  return account != NULL;
}

static void
list (EnvoiCli *cli,
      gpointer  data)
{
  GListModel *accounts = G_LIST_MODEL (envoi_service_get_accounts (envoi_cli_get_service (cli)));
  JsonBuilder *builder = json_builder_new ();

  json_builder_begin_array (builder);
  for (guint i = 0; i < g_list_model_get_n_items (accounts); i++) {
    g_autoptr (EnvoiAccount) account = g_list_model_get_item (accounts, i);

    envoi_output_add_account (builder, envoi_cli_get_service (cli), account);
    if (!envoi_cli_is_json (cli))
      envoi_output_print_account (account);
  }
  json_builder_end_array (builder);

  if (envoi_cli_is_json (cli))
    envoi_output_take_json (builder);
  else
    g_object_unref (builder);

  envoi_cli_finish (cli, ENVOI_EXIT_OK);
}

static void
print_and_finish (AccountArgs *args,
                  EnvoiExit    code)
{
  JsonBuilder *builder;

  if (envoi_cli_is_json (args->cli)) {
    builder = json_builder_new ();
    envoi_output_add_account (builder, envoi_cli_get_service (args->cli), args->found);
    envoi_output_take_json (builder);
  } else {
    envoi_output_print_account (args->found);
  }

  envoi_cli_finish (args->cli, code);
}

static void
show (EnvoiCli *cli,
      gpointer  data)
{
  AccountArgs *args = data;

  if (!find_account (args, cli))
    return;

  if (envoi_cli_is_json (cli)) {
    print_and_finish (args, ENVOI_EXIT_OK);
  } else {
    envoi_output_print_account_details (envoi_cli_get_service (cli), args->found);
    envoi_cli_finish (cli, ENVOI_EXIT_OK);
  }
}

static void
did_enable_cb (GObject      *source,
               GAsyncResult *result,
               gpointer      user_data)
{
  AccountArgs *args = user_data;
  GError *error = NULL;

  if (envoi_service_change_account_finish (ENVOI_SERVICE (source), result, &error))
    print_and_finish (args, ENVOI_EXIT_OK);
  else
    envoi_cli_fail (args->cli, error);
}

static void
set_enabled (EnvoiCli    *cli,
             AccountArgs *args,
             gboolean     is_enabled)
{
  if (find_account (args, cli))
    envoi_service_change_account_async (envoi_cli_get_service (cli), args->found,
                                        is_enabled ? ENVOI_ACCOUNT_TURN_ON : ENVOI_ACCOUNT_TURN_OFF,
                                        envoi_cli_get_cancellable (cli), did_enable_cb, args);
}

static void
turn_on (EnvoiCli *cli,
         gpointer  data)
{
  set_enabled (cli, data, TRUE);
}

static void
turn_off (EnvoiCli *cli,
          gpointer  data)
{
  set_enabled (cli, data, FALSE);
}

static void
did_remove_cb (GObject      *source,
               GAsyncResult *result,
               gpointer      user_data)
{
  AccountArgs *args = user_data;
  GError *error = NULL;

  if (envoi_service_remove_account_finish (ENVOI_SERVICE (source), result, &error))
    print_and_finish (args, ENVOI_EXIT_OK);
  else
    envoi_cli_fail (args->cli, error);
}

static void
remove_account (EnvoiCli *cli,
                gpointer  data)
{
  AccountArgs *args = data;

  if (find_account (args, cli))
    envoi_service_remove_account_async (envoi_cli_get_service (cli), args->found,
                                        envoi_cli_get_cancellable (cli), did_remove_cb, args);
}

static void
did_set_password_cb (GObject      *source,
                     GAsyncResult *result,
                     gpointer      user_data)
{
  AccountArgs *args = user_data;
  g_autofree char *trouble = NULL;
  GError *error = NULL;

  if (!envoi_service_set_password_finish (ENVOI_SERVICE (source), result, &error)) {
    envoi_cli_fail (args->cli, error);
    return;
  }

  trouble = envoi_service_dup_secret_trouble (ENVOI_SERVICE (source));
  if (trouble)
    envoi_output_complain (_("The password was not kept: %s Envoi will ask for it each time."),
                           trouble);
  print_and_finish (args, trouble ? ENVOI_EXIT_UNAVAILABLE : ENVOI_EXIT_OK);
}

static void
set_password (AccountArgs *args)
{
  envoi_service_set_password_async (envoi_cli_get_service (args->cli), args->found, args->secret,
                                    envoi_cli_get_cancellable (args->cli), did_set_password_cb,
                                    args);
}

static void
did_ask_cb (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  AccountArgs *args = user_data;
  GError *error = NULL;

  args->secret = envoi_ask_terminal_finish (result, &error);
  if (args->secret)
    set_password (args);
  else
    envoi_cli_fail (args->cli, error);
}

static void
open_cb (const char *uri,
         gpointer    user_data)
{
  g_autoptr (GError) error = NULL;

  envoi_output_complain (_("Sign in on this page: %s"), uri);
  if (!envoi_browser_open (uri, &error))
    envoi_output_complain (_("The browser was not opened: %s"), error->message);
}

static void
did_sign_in_cb (GObject      *source,
                GAsyncResult *result,
                gpointer      user_data)
{
  AccountArgs *args = user_data;
  GError *error = NULL;

  if (envoi_service_sign_in_finish (ENVOI_SERVICE (source), result, &error))
    print_and_finish (args, ENVOI_EXIT_OK);
  else
    envoi_cli_fail (args->cli, error);
}

static void
show_code_cb (const char *uri,
              const char *code,
              gpointer    user_data)
{
  /* Translators: the address of a page, then a code of letters and digits */
  envoi_output_complain (_("On any screen, open %s and type this code: %s"), uri, code);
}

static void
did_sign_in_device_cb (GObject      *source,
                       GAsyncResult *result,
                       gpointer      user_data)
{
  AccountArgs *args = user_data;
  GError *error = NULL;

  if (envoi_service_sign_in_device_finish (ENVOI_SERVICE (source), result, &error))
    print_and_finish (args, ENVOI_EXIT_OK);
  else
    envoi_cli_fail (args->cli, error);
}

static void
sign_in (EnvoiCli *cli,
         gpointer  data)
{
  AccountArgs *args = data;
  g_autofree char *prompt = NULL;

  if (!find_account (args, cli))
    return;

  if (*envoi_account_get_oauth_provider (args->found) && args->is_device) {
    envoi_service_sign_in_device_async (envoi_cli_get_service (cli), args->found, show_code_cb,
                                        args, envoi_cli_get_cancellable (cli),
                                        did_sign_in_device_cb, args);
  } else if (args->is_device) {
    envoi_cli_fail (cli, g_error_new (ENVOI_CLI_ERROR, ENVOI_CLI_ERROR_USAGE,
                                      _("One signs in to this account with a password.")));
  } else if (*envoi_account_get_oauth_provider (args->found)) {
    envoi_service_sign_in_async (envoi_cli_get_service (cli), args->found, open_cb, args,
                                 envoi_cli_get_cancellable (cli), did_sign_in_cb, args);
  } else if (args->secret) {
    set_password (args);
  } else {
    prompt = g_strdup_printf (_("Password for %s: "), envoi_account_get_email (args->found));
    envoi_ask_terminal_async (prompt, envoi_cli_get_cancellable (cli), did_ask_cb, args);
  }
}

static const struct {
  const char *name;
  EnvoiCliCommand command;
  guint n_words;
} commands[] = {
  { "list", list, 0 },
  { "show", show, 1 },
  { "remove", remove_account, 1 },
  { "sign-in", sign_in, 1 },
  { "on", turn_on, 1 },
  { "off", turn_off, 1 },
};

static gboolean
parse (AccountArgs  *args,
       char        **words,
       guint         n_words,
       GError      **error)
{
  const EnvoiOption options[] = {
    { "json", ENVOI_OPTION_FLAG, &args->is_json },
    { "secret-stdin", ENVOI_OPTION_FLAG, &args->is_secret_on_stdin },
    { "device", ENVOI_OPTION_FLAG, &args->is_device },
    { NULL },
  };
  g_autoptr (GPtrArray) rest = g_ptr_array_new ();

  if (!envoi_options_parse (options, words, rest, error))
    return FALSE;

  if (rest->len != n_words) {
    g_set_error (error, ENVOI_CLI_ERROR, ENVOI_CLI_ERROR_USAGE,
                 n_words == 0 ? _("There is a word too many.") : _("Name one account."));
    return FALSE;
  }

  if (n_words > 0)
    args->account = g_strdup (g_ptr_array_index (rest, 0));
  if (args->is_secret_on_stdin)
    args->secret = envoi_ask_read_stdin (error);

  return !args->is_secret_on_stdin || args->secret;
}

int
envoi_cli_account (char **words)
{
  g_auto (AccountArgs) args = { 0 };
  GError *error = NULL;

  if (g_strcmp0 (words[0], "add") == 0)
    return envoi_cli_account_add (words + 1);
  if (g_strcmp0 (words[0], "check") == 0)
    return envoi_cli_account_check (words + 1);
  if (g_strcmp0 (words[0], "pin") == 0)
    return envoi_cli_account_pin (words + 1);
  if (g_strcmp0 (words[0], "find") == 0)
    return envoi_cli_account_find (words + 1);
  if (g_strcmp0 (words[0], "export") == 0 || g_strcmp0 (words[0], "import") == 0)
    return envoi_cli_account_transfer (words);

  for (guint i = 0; i < G_N_ELEMENTS (commands); i++) {
    if (g_strcmp0 (words[0], commands[i].name) != 0)
      continue;

    if (!parse (&args, words + 1, commands[i].n_words, &error))
      return envoi_cli_complain (args.is_json, error);

    return envoi_cli_run (ENVOI_SERVICE_PLAIN, args.is_json, commands[i].command, &args);
  }

  return envoi_cli_complain (FALSE, g_error_new (ENVOI_CLI_ERROR, ENVOI_CLI_ERROR_USAGE,
                                                 _("Say: envoictl account "
                                                   "add|list|show|find|check|pin|remove|sign-in|on|off|export|import")));
}
