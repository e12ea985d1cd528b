/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-cli"

#include "config.h"

#include "envoi-cli.h"

#include "envoi-output.h"

#include <glib/gi18n.h>

/* envoictl account find ADDRESS: which server an address sends through, and who says so. */

typedef struct {
  char *email;
  gboolean is_json;

  EnvoiCli *cli;
} FindArgs;

static void
step_cb (EnvoiDiscoveryStep  step,
         const char         *domain,
         gpointer            user_data)
{
  switch (step) {
    case ENVOI_DISCOVERY_EXCHANGER:
      /* Translators: here and below %s is a domain, "example.org" */
      envoi_output_complain (_("Asking the name server where mail for %s goes."), domain);
      break;
    case ENVOI_DISCOVERY_DOMAIN:
      envoi_output_complain (_("Asking the web server of %s."), domain);
      break;
    case ENVOI_DISCOVERY_DATABASE:
      envoi_output_complain (_("Asking the public database of providers about %s."), domain);
      break;
    case ENVOI_DISCOVERY_RECORDS:
      envoi_output_complain (_("Asking the name server about servers of %s."), domain);
      break;
    case ENVOI_DISCOVERY_SERVERS:
      envoi_output_complain (_("Trying the usual servers of %s."), domain);
      break;
    default:
      break;
  }
}

static void
add_text (JsonBuilder *builder,
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
print_json (const EnvoiFinding *finding)
{
  JsonBuilder *builder = json_builder_new ();

  json_builder_begin_object (builder);
  add_text (builder, "source", envoi_finding_source_to_string (finding->source));
  add_text (builder, "origin", finding->origin);
  add_text (builder, "provider", finding->provider ? envoi_provider_get_id (finding->provider)
                                                   : NULL);
  add_text (builder, "host", finding->host);
  json_builder_set_member_name (builder, "port");
  json_builder_add_int_value (builder, finding->port);
  add_text (builder, "security", envoi_smtp_security_to_string (finding->security));
  add_text (builder, "user", finding->user);
  add_text (builder, "owner", finding->owner);
  json_builder_set_member_name (builder, "foreign");
  json_builder_add_boolean_value (builder, finding->is_foreign);
  json_builder_end_object (builder);
  envoi_output_take_json (builder);
}

static void
print (const EnvoiFinding *finding)
{
  envoi_output_print ("%s %u %s", finding->host, finding->port,
                      envoi_smtp_security_to_string (finding->security));
  if (finding->source == ENVOI_FINDING_GUESS)
    envoi_output_print ("%s", _("This is a guess, and nothing answered there."));
  else if (finding->source == ENVOI_FINDING_TRIED)
    envoi_output_print ("%s", _("This is a guess, and a server for sending answered there."));
  else if (finding->name)
    /* Translators: %s is the name of a mail provider */
    envoi_output_print (_("Found: %s."), finding->name);
  if (finding->is_foreign)
    /* Translators: %s is a domain, "example.org" */
    envoi_output_print (_("The server belongs to %s. Nothing proves that it is the right one: ask "
                          "your provider before you give it a password."), finding->owner);
}

static void
did_discover_cb (GObject      *source,
                 GAsyncResult *result,
                 gpointer      user_data)
{
  FindArgs *args = user_data;
  GError *error = NULL;
  g_autoptr (EnvoiFinding) finding = envoi_service_discover_finish (ENVOI_SERVICE (source), result,
                                                                    &error);

  if (!finding) {
    envoi_cli_fail (args->cli, error);
    return;
  }

  if (envoi_cli_is_json (args->cli))
    print_json (finding);
  else
    print (finding);
  envoi_cli_finish (args->cli, finding->source == ENVOI_FINDING_GUESS ? ENVOI_EXIT_UNAVAILABLE
                                                                      : ENVOI_EXIT_OK);
}

static void
find (EnvoiCli *cli,
      gpointer  data)
{
  FindArgs *args = data;

  args->cli = cli;
  envoi_service_discover_async (envoi_cli_get_service (cli), args->email, step_cb, args,
                                envoi_cli_get_cancellable (cli), did_discover_cb, args);
}

int
envoi_cli_account_find (char **words)
{
  FindArgs args = { NULL };
  const EnvoiOption options[] = {
    { "json", ENVOI_OPTION_FLAG, &args.is_json },
    { NULL },
  };
  g_autoptr (GPtrArray) rest = g_ptr_array_new ();
  GError *error = NULL;

  if (envoi_options_parse (options, words, rest, &error) && rest->len != 1)
    g_set_error (&error, ENVOI_CLI_ERROR, ENVOI_CLI_ERROR_USAGE, _("Name one mail address."));
  if (error)
    return envoi_cli_complain (args.is_json, error);

  args.email = g_ptr_array_index (rest, 0);
  return envoi_cli_run (ENVOI_SERVICE_PLAIN, args.is_json, find, &args);
}
