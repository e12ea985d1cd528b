/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-cli"

#include "config.h"

#include "envoi-cli.h"

#include "envoi-ask.h"
#include "envoi-error-names.h"
#include "envoi-output.h"

#include <glib/gi18n.h>

/* envoictl account check: every step to the server, and no letter. */

typedef struct {
  char *account;
  gboolean is_secret_on_stdin;
  gboolean is_json;
  EnvoiSecret *secret;

  EnvoiCli *cli;
  EnvoiAccount *found;
  JsonBuilder *steps;
} CheckArgs;

static void
check_args_clear (CheckArgs *args)
{
  g_free (args->account);
  g_clear_pointer (&args->secret, envoi_secret_unref);
  g_clear_object (&args->steps);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (CheckArgs, check_args_clear)

static void
add_member (JsonBuilder *builder,
            const char  *name,
            const char  *value)
{
  json_builder_set_member_name (builder, name);
  if (value)
    json_builder_add_string_value (builder, value);
  else
    json_builder_add_null_value (builder);
}

static void
step_cb (const char      *phase,
         EnvoiCheckState  state,
         const char      *text,
         gpointer         user_data)
{
  CheckArgs *args = user_data;
  gboolean has_passed = state == ENVOI_CHECK_PASSED;
  g_autoptr (GString) lines = g_string_new (text);

  if (state == ENVOI_CHECK_RUNNING)
    return;

  g_string_replace (lines, "\n", "\n            ", 0);
  if (!envoi_cli_is_json (args->cli))
    envoi_output_print ("%s  %s%s%s", has_passed ? _("ok    ") : _("failed"), phase,
                        text ? ": " : "", lines->str);

  json_builder_begin_object (args->steps);
  add_member (args->steps, "phase", phase);
  add_member (args->steps, "state", has_passed ? "passed" : "failed");
  add_member (args->steps, "text", text);
  json_builder_end_object (args->steps);
}

static void
print_json (CheckArgs          *args,
            const GError       *error,
            const EnvoiProblem *problem)
{
  JsonBuilder *builder = json_builder_new ();

  json_builder_end_array (args->steps);

  json_builder_begin_object (builder);
  add_member (builder, "account", envoi_account_get_email (args->found));
  add_member (builder, "state", error ? "failed" : "passed");
  json_builder_set_member_name (builder, "steps");
  json_builder_add_value (builder, json_builder_get_root (args->steps));
  json_builder_set_member_name (builder, "error");
  if (error)
    envoi_output_add_error (builder, envoi_error_domain_to_string (error->domain), error->code,
                            problem);
  else
    json_builder_add_null_value (builder);
  json_builder_end_object (builder);
  envoi_output_take_json (builder);
}

static void
did_check_cb (GObject      *source,
              GAsyncResult *result,
              gpointer      user_data)
{
  CheckArgs *args = user_data;
  EnvoiService *service = ENVOI_SERVICE (source);
  g_autoptr (EnvoiProblem) problem = NULL;
  g_autoptr (GError) error = NULL;

  if (!envoi_service_check_account_finish (service, result, &error)) {
    problem = envoi_service_check_account_dup_problem (service, result);
    if (!problem)
      problem = envoi_problem_new (error);
    /* Translators: what is wrong, then what to do about it */
    envoi_output_complain (_("%s. %s"), problem->title, problem->body);
  }

  if (envoi_cli_is_json (args->cli))
    print_json (args, error, problem);

  envoi_cli_finish (args->cli, error ? envoi_exit_for_error (error) : ENVOI_EXIT_OK);
}

static void
did_sign_in_cb (GObject      *source,
                GAsyncResult *result,
                gpointer      user_data)
{
  CheckArgs *args = user_data;
  GError *error = NULL;

  if (!envoi_ask_for_sign_in_finish (args->cli, result, &error)) {
    envoi_cli_fail (args->cli, error);
    return;
  }

  envoi_service_check_account_async (envoi_cli_get_service (args->cli), args->found, NULL,
                                     step_cb, args, envoi_cli_get_cancellable (args->cli),
                                     did_check_cb, args);
}

static void
check_account (EnvoiCli *cli,
               gpointer  data)
{
  CheckArgs *args = data;
  GError *error = NULL;

  args->cli = cli;
  args->found = envoi_cli_find_account (cli, args->account, &error);
  args->steps = json_builder_new ();
  json_builder_begin_array (args->steps);

  if (args->found)
    envoi_ask_for_sign_in_async (cli, args->found, args->secret, did_sign_in_cb, args);
  else
    envoi_cli_fail (cli, error);
}

static gboolean
parse (CheckArgs  *args,
       char      **words,
       GError    **error)
{
  const EnvoiOption options[] = {
    { "json", ENVOI_OPTION_FLAG, &args->is_json },
    { "secret-stdin", ENVOI_OPTION_FLAG, &args->is_secret_on_stdin },
    { NULL },
  };
  g_autoptr (GPtrArray) rest = g_ptr_array_new ();

  if (!envoi_options_parse (options, words, rest, error))
    return FALSE;

  if (rest->len != 1) {
    g_set_error (error, ENVOI_CLI_ERROR, ENVOI_CLI_ERROR_USAGE, _("Name one account."));
    return FALSE;
  }

  args->account = g_strdup (g_ptr_array_index (rest, 0));
  if (args->is_secret_on_stdin)
    args->secret = envoi_ask_read_stdin (error);

  return !args->is_secret_on_stdin || args->secret;
}

int
envoi_cli_account_check (char **words)
{
  g_auto (CheckArgs) args = { 0 };
  GError *error = NULL;

  if (!parse (&args, words, &error))
    return envoi_cli_complain (args.is_json, error);

  return envoi_cli_run (ENVOI_SERVICE_PLAIN, args.is_json, check_account, &args);
}
