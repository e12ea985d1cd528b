/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-cli"

#include "config.h"

#include "envoi-cli.h"

#include "envoi-output.h"

#include "envoi-audit-line.h"
#include "envoi-store.h"

#include <glib/gi18n.h>

/* envoictl audit: every attempt to send, as JSON lines. */

typedef struct {
  gboolean must_mask;
  EnvoiCli *cli;
} AuditArgs;

static void
did_list_cb (GObject      *source,
             GAsyncResult *result,
             gpointer      user_data)
{
  AuditArgs *args = user_data;
  g_autoptr (GPtrArray) records = NULL;
  GError *error = NULL;

  records = envoi_store_list_audit_finish (ENVOI_STORE (source), result, &error);
  if (!records) {
    envoi_cli_fail (args->cli, error);
    return;
  }

  for (guint i = 0; i < records->len; i++) {
    g_autofree char *line = envoi_audit_line_format (g_ptr_array_index (records, i),
                                                     args->must_mask);

    envoi_output_print ("%s", line);
  }
  envoi_cli_finish (args->cli, ENVOI_EXIT_OK);
}

static void
run_command (EnvoiCli *cli,
             gpointer  data)
{
  AuditArgs *args = data;

  args->cli = cli;
  envoi_store_list_audit_async (envoi_service_get_store (envoi_cli_get_service (cli)),
                                envoi_cli_get_cancellable (cli), did_list_cb, args);
}

int
envoi_cli_audit (char **words)
{
  AuditArgs args = { 0 };
  const EnvoiOption options[] = {
    { "mask", ENVOI_OPTION_FLAG, &args.must_mask },
    { NULL },
  };
  g_autoptr (GPtrArray) rest = g_ptr_array_new ();
  GError *error = NULL;

  if (!envoi_options_parse (options, words, rest, &error))
    return envoi_cli_complain (FALSE, error);
  if (rest->len > 0)
    return envoi_cli_complain (FALSE, g_error_new (ENVOI_CLI_ERROR, ENVOI_CLI_ERROR_USAGE,
                                                   _("There is a word too many.")));

  return envoi_cli_run (ENVOI_SERVICE_PLAIN, FALSE, run_command, &args);
}
