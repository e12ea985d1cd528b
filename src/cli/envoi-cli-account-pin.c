/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-cli"

#include "config.h"

#include "envoi-cli.h"

#include "envoi-ask.h"
#include "envoi-output.h"

#include "envoi-account-pin.h"
#include "envoi-certificate-words.h"

#include <glib/gi18n.h>
#include <string.h>

/* envoictl account pin: shows what the server shows and, once the person has
 * proven to have read the fingerprint, trusts that one key. */

/* So many of the fingerprint's last digits are typed: nobody hits them by chance. */
#define TYPED_DIGITS 8

typedef struct {
  char *account;
  char *key;
  gboolean is_removing;
  gboolean is_json;

  EnvoiCli *cli;
  EnvoiAccount *found;
  EnvoiCertificateFacts *facts;
} PinArgs;

static void
pin_args_clear (PinArgs *args)
{
  g_free (args->account);
  g_free (args->key);
  g_clear_pointer (&args->facts, envoi_certificate_facts_free);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (PinArgs, pin_args_clear)

static void
did_save_cb (GObject      *source,
             GAsyncResult *result,
             gpointer      user_data)
{
  PinArgs *args = user_data;
  JsonBuilder *builder;
  GError *error = NULL;

  if (!envoi_account_list_save_finish (ENVOI_ACCOUNT_LIST (source), result, &error)) {
    envoi_cli_fail (args->cli, error);
    return;
  }

  if (envoi_cli_is_json (args->cli)) {
    builder = json_builder_new ();
    envoi_output_add_account (builder, envoi_cli_get_service (args->cli), args->found);
    envoi_output_take_json (builder);
  } else {
    envoi_output_print ("%s", args->is_removing ?
                        _("No key is pinned any more; the server is checked as usual.")
                        : _("From now on this account trusts this key and no other."));
  }

  envoi_cli_finish (args->cli, ENVOI_EXIT_OK);
}

static void
save (PinArgs    *args,
      const char *key)
{
  envoi_account_pin (args->found, key);
  envoi_account_list_save_async (envoi_service_get_accounts (envoi_cli_get_service (args->cli)),
                                 args->found, envoi_cli_get_cancellable (args->cli), did_save_cb,
                                 args);
}

static void
refuse (PinArgs    *args,
        const char *sentence)
{
  envoi_cli_fail (args->cli, g_error_new_literal (ENVOI_CLI_ERROR, ENVOI_CLI_ERROR_USAGE,
                                                  sentence));
}

static void
did_ask_cb (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  PinArgs *args = user_data;
  GError *error = NULL;
  g_autofree char *typed = envoi_ask_word_finish (result, &error);
  const char *digits = args->facts->key + strlen (args->facts->key) - TYPED_DIGITS;

  if (!typed)
    envoi_cli_fail (args->cli, error);
  else if (g_ascii_strcasecmp (typed, digits) == 0)
    save (args, args->facts->key);
  else
    refuse (args, _("That is not how the key ends. Nothing was changed."));
}

static void
show (const PinArgs *args)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_utc ();
  g_autofree char *details = envoi_certificate_words_format_details (args->facts);
  g_autofree char *body = args->facts->faults == 0
                          ? g_strdup (_("This computer trusts the certificate already; a pinned "
                                        "key would only make renewing it harder."))
                          : envoi_certificate_words_format_body (args->facts, now);

  envoi_output_complain ("%s\n%s", body, details);
}

static void
did_look_cb (GObject      *source,
             GAsyncResult *result,
             gpointer      user_data)
{
  PinArgs *args = user_data;
  GError *error = NULL;

  args->facts = envoi_service_look_at_certificate_finish (ENVOI_SERVICE (source), result, &error);
  if (!args->facts) {
    envoi_cli_fail (args->cli, error);
    return;
  }

  show (args);
  if (!args->key)
    envoi_ask_word_async (_("Compare the key with what the server's owner tells you, never only "
                            "with what is shown here.\nTo trust it from now on, type its last "
                            "8 digits: "),
                          envoi_cli_get_cancellable (args->cli), did_ask_cb, args);
  else if (g_ascii_strcasecmp (args->key, args->facts->key) == 0)
    save (args, args->facts->key);
  else
    refuse (args, _("The server shows another key than the one given. Nothing was changed."));
}

static void
pin (EnvoiCli *cli,
     gpointer  data)
{
  PinArgs *args = data;
  GError *error = NULL;

  args->cli = cli;
  args->found = envoi_cli_find_account (cli, args->account, &error);
  if (!args->found)
    envoi_cli_fail (cli, error);
  else if (args->is_removing)
    save (args, NULL);
  else
    envoi_service_look_at_certificate_async (envoi_cli_get_service (cli), args->found,
                                             envoi_cli_get_cancellable (cli), did_look_cb, args);
}

static gboolean
parse (PinArgs  *args,
       char    **words,
       GError  **error)
{
  const EnvoiOption options[] = {
    { "key", ENVOI_OPTION_TEXT, &args->key },
    { "remove", ENVOI_OPTION_FLAG, &args->is_removing },
    { "json", ENVOI_OPTION_FLAG, &args->is_json },
    { NULL },
  };
  g_autoptr (GPtrArray) rest = g_ptr_array_new ();

  if (!envoi_options_parse (options, words, rest, error))
    return FALSE;

  if (rest->len != 1)
    g_set_error (error, ENVOI_CLI_ERROR, ENVOI_CLI_ERROR_USAGE, _("Name one account."));
  else if (args->key && (args->is_removing || !envoi_account_is_key (args->key)))
    g_set_error (error, ENVOI_CLI_ERROR, ENVOI_CLI_ERROR_USAGE,
                 _("--key must be sha256: and the 64 hexadecimal digits of the server's key."));
  else
    args->account = g_strdup (g_ptr_array_index (rest, 0));

  return args->account != NULL;
}

int
envoi_cli_account_pin (char **words)
{
  g_auto (PinArgs) args = { 0 };
  GError *error = NULL;

  if (!parse (&args, words, &error))
    return envoi_cli_complain (args.is_json, error);

  return envoi_cli_run (ENVOI_SERVICE_PLAIN, args.is_json, pin, &args);
}
