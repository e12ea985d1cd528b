/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-cli"

#include "config.h"

#include "envoi-cli.h"

#include "envoi-output.h"

#include "envoi-error-names.h"
#include "envoi-store.h"

#include <glib/gi18n.h>
#include <json-glib/json-glib.h>

/* envoictl audit: every attempt to send, as JSON lines. */

typedef struct {
  gboolean must_mask;
  EnvoiCli *cli;
} AuditArgs;

/* "m***@example.org": enough to tell accounts apart, too little to write to. */
static char *
mask (const char *text)
{
  g_autoptr (GRegex) regex = g_regex_new ("([^\\s<>()\"@])[^\\s<>()\"@]*@", 0, 0, NULL);

  return g_regex_replace (regex, text, -1, 0, "\\1***@", 0, NULL);
}

static void
add_text (JsonBuilder     *builder,
          const AuditArgs *args,
          const char      *name,
          const char      *text)
{
  g_autofree char *masked = text && args->must_mask ? mask (text) : g_strdup (text);

  json_builder_set_member_name (builder, name);
  if (masked)
    json_builder_add_string_value (builder, masked);
  else
    json_builder_add_null_value (builder);
}

static void
add_number (JsonBuilder *builder,
            const char  *name,
            gint64       number)
{
  json_builder_set_member_name (builder, name);
  json_builder_add_int_value (builder, number);
}

static void
print_line (const AuditArgs        *args,
            const EnvoiAuditRecord *record)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autoptr (JsonNode) root = NULL;
  g_autoptr (GDateTime) time = g_date_time_new_from_unix_utc (record->time / G_USEC_PER_SEC);
  g_autofree char *iso = g_date_time_format (time, "%Y-%m-%dT%H:%M:%SZ");
  g_autofree char *line = NULL;

  json_builder_begin_object (builder);
  add_text (builder, args, "time", iso);
  add_text (builder, args, "letter", record->letter_id);
  add_text (builder, args, "account", record->account_id);
  add_text (builder, args, "sender", record->sender);
  add_number (builder, "recipients", record->n_recipients);
  add_number (builder, "accepted", record->n_accepted);
  add_number (builder, "refused", record->n_refused);
  add_text (builder, args, "result", envoi_letter_state_to_string (record->result));
  add_text (builder, args, "error_domain", record->error_domain);
  add_text (builder, args, "error_code", !record->error_domain ? NULL :
            envoi_error_code_to_string (record->error_domain, record->error_code));
  add_number (builder, "reply_code", record->reply_code);
  add_text (builder, args, "reply_enhanced", record->reply_enhanced);
  add_text (builder, args, "reply_text", record->reply_text);
  json_builder_end_object (builder);

  root = json_builder_get_root (builder);
  line = json_to_string (root, FALSE);
  envoi_output_print ("%s", line);
}

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

  for (guint i = 0; i < records->len; i++)
    print_line (args, g_ptr_array_index (records, i));
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
