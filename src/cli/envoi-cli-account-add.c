/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-cli"

#include "config.h"

#include "envoi-cli.h"

#include "envoi-ask.h"
#include "envoi-output.h"

#include "envoi-account-pin.h"
#include "envoi-address.h"

#include <glib/gi18n.h>

/* envoictl account add: adds the account of an address, or replaces its settings. */

typedef struct {
  char *email;
  char *name;
  char *host;
  char *port_text;
  char *security_text;
  char *auth_text;
  char *user;
  char *ca_file;
  char *pin;
  char *oauth;
  gboolean is_secret_on_stdin;
  gboolean is_json;

  char *most_text;
  guint port;
  guint most_per_hour;
  EnvoiSmtpSecurity security;
  EnvoiSmtpAuth auth;
  EnvoiSecret *secret;

  EnvoiCli *cli;
} AddArgs;

static void
add_args_clear (AddArgs *args)
{
  g_free (args->email);
  g_free (args->name);
  g_free (args->host);
  g_free (args->port_text);
  g_free (args->security_text);
  g_free (args->auth_text);
  g_free (args->user);
  g_free (args->ca_file);
  g_free (args->pin);
  g_free (args->oauth);
  g_free (args->most_text);
  g_clear_pointer (&args->secret, envoi_secret_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (AddArgs, add_args_clear)

static EnvoiAccount *
find_added (const AddArgs *args)
{
  EnvoiAccountList *accounts = envoi_service_get_accounts (envoi_cli_get_service (args->cli));
  EnvoiAccount *account = envoi_account_list_find (accounts, args->email);

  /* Somebody else's account may send as this address too. */
  return account && envoi_account_is_same_address (envoi_account_get_email (account), args->email)
         ? account : NULL;
}

static void
print_and_finish (const AddArgs *args,
                  EnvoiExit      code)
{
  EnvoiAccount *account = find_added (args);

  if (envoi_cli_is_json (args->cli)) {
    JsonBuilder *builder = json_builder_new ();

    envoi_output_add_account (builder, envoi_cli_get_service (args->cli), account);
    envoi_output_take_json (builder);
  } else {
    envoi_output_print_account (account);
  }

  envoi_cli_finish (args->cli, code);
}

static void
did_set_password_cb (GObject      *source,
                     GAsyncResult *result,
                     gpointer      user_data)
{
  AddArgs *args = user_data;
  g_autofree char *trouble = NULL;
  GError *error = NULL;

  if (!envoi_service_set_password_finish (ENVOI_SERVICE (source), result, &error)) {
    envoi_cli_fail (args->cli, error);
    return;
  }

  trouble = envoi_service_dup_secret_trouble (ENVOI_SERVICE (source));
  if (trouble)
    envoi_output_complain (_("The account was added, but its password was not kept: %s Envoi "
                             "will ask for it each time."), trouble);
  print_and_finish (args, trouble ? ENVOI_EXIT_UNAVAILABLE : ENVOI_EXIT_OK);
}

static void
did_save_cb (GObject      *source,
             GAsyncResult *result,
             gpointer      user_data)
{
  AddArgs *args = user_data;
  GError *error = NULL;

  if (!envoi_account_list_save_finish (ENVOI_ACCOUNT_LIST (source), result, &error))
    envoi_cli_fail (args->cli, error);
  else if (args->secret)
    envoi_service_set_password_async (envoi_cli_get_service (args->cli), find_added (args),
                                      args->secret, envoi_cli_get_cancellable (args->cli),
                                      did_set_password_cb, args);
  else
    print_and_finish (args, ENVOI_EXIT_OK);
}

/* What is not named stays as it was, but trust: that is given anew or not at all. */
static EnvoiAccount *
make_account (const AddArgs *args)
{
  EnvoiAccount *known = find_added (args);
  EnvoiAccount *account = known ? envoi_account_copy (known) : envoi_account_new (NULL);
  const struct {
    const char *property;
    const char *text;
  } texts[] = {
    { "name", args->name }, { "user", args->user }, { "oauth-provider", args->oauth },
  };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++) {
    if (texts[i].text)
      g_object_set (account, texts[i].property, texts[i].text, NULL);
  }

  g_object_set (account, "email", args->email, "host", args->host, "port", args->port,
                "security", args->security, "ca-file", args->ca_file ? args->ca_file : "", NULL);
  envoi_account_pin (account, args->pin);
  if (args->auth_text)
    g_object_set (account, "auth", args->auth, NULL);
  if (args->most_text)
    g_object_set (account, "most-per-hour", args->most_per_hour, NULL);
  return account;
}

static void
add_account (EnvoiCli *cli,
             gpointer  data)
{
  AddArgs *args = data;
  g_autoptr (EnvoiAccount) account = NULL;
  const char *field = NULL;
  GError *error = NULL;

  args->cli = cli;
  account = make_account (args);
  if (!envoi_account_check (account, &field, &error)) {
    g_autoptr (GError) owned = error;

    envoi_cli_fail (cli, g_error_new_literal (ENVOI_CLI_ERROR, ENVOI_CLI_ERROR_USAGE,
                                              owned->message));
    return;
  }

  envoi_account_list_save_async (envoi_service_get_accounts (envoi_cli_get_service (cli)), account,
                                 envoi_cli_get_cancellable (cli), did_save_cb, args);
}

static gboolean
parse_port (AddArgs  *args,
            GError  **error)
{
  guint64 port;

  if (!envoi_options_require ("port", args->port_text, error))
    return FALSE;

  if (!g_ascii_string_to_unsigned (args->port_text, 10, 1, G_MAXUINT16, &port, NULL)) {
    g_set_error (error, ENVOI_CLI_ERROR, ENVOI_CLI_ERROR_USAGE,
                 _("--port must be a number from 1 to 65535."));
    return FALSE;
  }

  args->port = (guint) port;
  return TRUE;
}

static gboolean
parse_most (AddArgs  *args,
            GError  **error)
{
  guint64 most;

  if (!args->most_text)
    return TRUE;

  if (!g_ascii_string_to_unsigned (args->most_text, 10, 0, ENVOI_ACCOUNT_MOST_PER_HOUR, &most,
                                   NULL)) {
    g_set_error (error, ENVOI_CLI_ERROR, ENVOI_CLI_ERROR_USAGE,
                 _("--letters-per-hour must be a number up to %d; 0 is what the provider "
                   "allows."), ENVOI_ACCOUNT_MOST_PER_HOUR);
    return FALSE;
  }

  args->most_per_hour = (guint) most;
  return TRUE;
}

static gboolean
parse_words (AddArgs  *args,
             GError  **error)
{
  if (!envoi_options_require ("security", args->security_text, error))
    return FALSE;

  if (!envoi_smtp_security_from_string (args->security_text, &args->security)) {
    g_set_error (error, ENVOI_CLI_ERROR, ENVOI_CLI_ERROR_USAGE,
                 _("--security must be tls or starttls."));
    return FALSE;
  }

  if (args->auth_text && !envoi_smtp_auth_from_string (args->auth_text, &args->auth)) {
    g_set_error (error, ENVOI_CLI_ERROR, ENVOI_CLI_ERROR_USAGE,
                 _("--auth must be auto, plain, login, cram-md5, scram-sha-256, xoauth2 or "
                   "oauthbearer."));
    return FALSE;
  }

  return TRUE;
}

/* The account outlives this run's working folder, so its path must be whole. */
static gboolean
find_ca_file (AddArgs  *args,
              GError  **error)
{
  char *path;

  if (!args->ca_file)
    return TRUE;

  path = g_canonicalize_filename (args->ca_file, NULL);
  g_free (args->ca_file);
  args->ca_file = path;
  if (g_file_test (path, G_FILE_TEST_IS_REGULAR) && g_utf8_validate (path, -1, NULL))
    return TRUE;

  g_set_error (error, ENVOI_CLI_ERROR, ENVOI_CLI_ERROR_USAGE, _("--ca-file names no file."));
  return FALSE;
}

static gboolean
parse_pin (AddArgs  *args,
           GError  **error)
{
  if (!args->pin || envoi_account_is_key (args->pin))
    return TRUE;

  g_set_error (error, ENVOI_CLI_ERROR, ENVOI_CLI_ERROR_USAGE,
               _("--pin must be sha256: and the 64 hexadecimal digits of the server's key."));
  return FALSE;
}

static gboolean
parse_email (AddArgs  *args,
             GError  **error)
{
  g_autoptr (EnvoiAddress) address = NULL;

  if (!envoi_options_require ("email", args->email, error))
    return FALSE;

  address = envoi_address_new (NULL, args->email, error);
  if (!address)
    return FALSE;

  g_free (args->email);
  args->email = g_strdup (envoi_address_get_mailbox (address));
  return TRUE;
}

static gboolean
parse (AddArgs  *args,
       char    **words,
       GError  **error)
{
  const EnvoiOption options[] = {
    { "email", ENVOI_OPTION_TEXT, &args->email },
    { "name", ENVOI_OPTION_TEXT, &args->name },
    { "host", ENVOI_OPTION_TEXT, &args->host },
    { "port", ENVOI_OPTION_TEXT, &args->port_text },
    { "security", ENVOI_OPTION_TEXT, &args->security_text },
    { "auth", ENVOI_OPTION_TEXT, &args->auth_text },
    { "user", ENVOI_OPTION_TEXT, &args->user },
    { "ca-file", ENVOI_OPTION_FILE, &args->ca_file },
    { "pin", ENVOI_OPTION_TEXT, &args->pin },
    { "oauth", ENVOI_OPTION_TEXT, &args->oauth },
    { "letters-per-hour", ENVOI_OPTION_TEXT, &args->most_text },
    { "secret-stdin", ENVOI_OPTION_FLAG, &args->is_secret_on_stdin },
    { "json", ENVOI_OPTION_FLAG, &args->is_json },
    { NULL },
  };
  g_autoptr (GPtrArray) rest = g_ptr_array_new ();

  if (!envoi_options_parse (options, words, rest, error))
    return FALSE;

  if (rest->len > 0) {
    g_set_error (error, ENVOI_CLI_ERROR, ENVOI_CLI_ERROR_USAGE, _("There is a word too many."));
    return FALSE;
  }

  if (!parse_email (args, error) || !envoi_options_require ("host", args->host, error) ||
      !parse_port (args, error) || !parse_words (args, error) || !find_ca_file (args, error) ||
      !parse_pin (args, error) || !parse_most (args, error))
    return FALSE;

  if (args->is_secret_on_stdin)
    args->secret = envoi_ask_read_stdin (error);

  return !args->is_secret_on_stdin || args->secret;
}

int
envoi_cli_account_add (char **words)
{
  g_auto (AddArgs) args = { 0 };
  GError *error = NULL;

  if (!parse (&args, words, &error))
    return envoi_cli_complain (args.is_json, error);

  return envoi_cli_run (ENVOI_SERVICE_PLAIN, args.is_json, add_account, &args);
}
