/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-cli"

#include "config.h"

#include "envoi-cli.h"

#include "envoi-output.h"

#include <glib/gi18n.h>

/* envoictl account export|import: every account but the practice one, without secrets. */

typedef struct {
  gboolean is_import;
  gboolean is_json;
  GFile *file;

  EnvoiCli *cli;
} TransferArgs;

static void
did_export_cb (GObject      *source,
               GAsyncResult *result,
               gpointer      user_data)
{
  TransferArgs *args = user_data;
  GError *error = NULL;

  if (envoi_service_export_accounts_finish (ENVOI_SERVICE (source), result, &error))
    envoi_cli_finish (args->cli, ENVOI_EXIT_OK);
  else
    envoi_cli_fail (args->cli, error);
}

static void
print_report (const TransferArgs      *args,
              const EnvoiImportReport *report)
{
  const struct {
    const char *name;
    const char *words;
    guint n;
  } lines[] = {
    { "added", _("added:"), report->n_added },
    { "extended", _("got more identities:"), report->n_extended },
    { "known", _("were here already:"), report->n_known },
    { "refused", _("cannot be used:"), report->n_refused },
  };
  JsonBuilder *builder = json_builder_new ();

  json_builder_begin_object (builder);
  for (guint i = 0; i < G_N_ELEMENTS (lines); i++) {
    json_builder_set_member_name (builder, lines[i].name);
    json_builder_add_int_value (builder, lines[i].n);
    if (!args->is_json)
      envoi_output_print ("%s %u", lines[i].words, lines[i].n);
  }
  json_builder_end_object (builder);

  if (args->is_json)
    envoi_output_take_json (builder);
  else
    g_object_unref (builder);
}

static void
did_import_cb (GObject      *source,
               GAsyncResult *result,
               gpointer      user_data)
{
  TransferArgs *args = user_data;
  EnvoiImportReport report;
  GError *error = NULL;

  if (!envoi_service_import_accounts_finish (ENVOI_SERVICE (source), result, &report, &error)) {
    envoi_cli_fail (args->cli, error);
    return;
  }

  print_report (args, &report);
  envoi_cli_finish (args->cli, report.n_refused > 0 ? ENVOI_EXIT_BAD_INPUT : ENVOI_EXIT_OK);
}

static void
transfer (EnvoiCli *cli,
          gpointer  data)
{
  TransferArgs *args = data;
  EnvoiService *service = envoi_cli_get_service (cli);

  args->cli = cli;
  if (args->is_import)
    envoi_service_import_accounts_async (service, args->file, envoi_cli_get_cancellable (cli),
                                         did_import_cb, args);
  else
    envoi_service_export_accounts_async (service, args->file, envoi_cli_get_cancellable (cli),
                                         did_export_cb, args);
}

/* @words: "export" or "import", then what follows it. */
int
envoi_cli_account_transfer (char **words)
{
  TransferArgs args = { .is_import = g_str_equal (words[0], "import") };
  const EnvoiOption options[] = {
    { "json", ENVOI_OPTION_FLAG, &args.is_json },
    { NULL },
  };
  g_autoptr (GPtrArray) rest = g_ptr_array_new ();
  g_autoptr (GFile) file = NULL;
  GError *error = NULL;

  if (envoi_options_parse (options, words + 1, rest, &error) && rest->len != 1)
    g_set_error (&error, ENVOI_CLI_ERROR, ENVOI_CLI_ERROR_USAGE, _("Name one file."));
  if (error)
    return envoi_cli_complain (args.is_json, error);

  file = g_file_new_for_commandline_arg (g_ptr_array_index (rest, 0));
  args.file = file;
  return envoi_cli_run (ENVOI_SERVICE_PLAIN, args.is_json, transfer, &args);
}
