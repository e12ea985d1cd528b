/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-cli"

#include "config.h"

#include "envoi-cli.h"

#include "envoi-secret.h"

#include <errno.h>
#include <gio/gunixinputstream.h>
#include <glib/gi18n.h>
#include <string.h>
#include <unistd.h>

/* envoictl credential: a credential helper (gitcredentials(7)) that hands git what
 * an account signs in with, a token renewed if it has run out. Nothing that git
 * tells is kept, and for what is not an account's server it says nothing. */

typedef struct {
  char *protocol;
  char *host;        /* with the port, if git was told one */
  char *username;
} CredentialArgs;

static void
credential_args_clear (CredentialArgs *args)
{
  g_free (args->protocol);
  g_free (args->host);
  g_free (args->username);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (CredentialArgs, credential_args_clear)

static void
take_line (CredentialArgs *args,
           const char     *line)
{
  const struct {
    const char *name;
    char **value;
  } fields[] = {
    { "protocol=", &args->protocol },
    { "host=", &args->host },
    { "username=", &args->username },
  };

  for (guint i = 0; i < G_N_ELEMENTS (fields); i++) {
    if (g_str_has_prefix (line, fields[i].name)) {
      g_free (*fields[i].value);
      *fields[i].value = g_strdup (line + strlen (fields[i].name));
    }
  }
}

/* Up to an empty line or the end. */
static gboolean
read_request (CredentialArgs  *args,
              GError         **error)
{
  g_autoptr (GInputStream) input = g_unix_input_stream_new (STDIN_FILENO, FALSE);
  g_autoptr (GDataInputStream) lines = g_data_input_stream_new (input);
  GError *failure = NULL;

  for (;;) {
    g_autofree char *line = g_data_input_stream_read_line_utf8 (lines, NULL, NULL, &failure);

    if (!line || !*line)
      break;
    take_line (args, line);
  }

  if (failure)
    g_propagate_error (error, failure);
  return failure == NULL;
}

static gboolean
is_account_wanted (const CredentialArgs *args,
                   EnvoiAccount         *account)
{
  g_autofree char *host = NULL;
  g_autofree char *host_and_port = NULL;
  guint port;

  g_object_get (account, "host", &host, "port", &port, NULL);
  host_and_port = g_strdup_printf ("%s:%u", host, port);

  if (envoi_account_is_practice (account) ||
      (g_ascii_strcasecmp (args->host, host) != 0 &&
       g_ascii_strcasecmp (args->host, host_and_port) != 0))
    return FALSE;

  return !args->username || g_str_equal (args->username, envoi_account_get_login (account)) ||
         g_ascii_strcasecmp (args->username, envoi_account_get_email (account)) == 0;
}

/* NULL when no account fits, and when more than one does: git then asks the person. */
static EnvoiAccount *
find_account (EnvoiCli             *cli,
              const CredentialArgs *args)
{
  GListModel *accounts = G_LIST_MODEL (envoi_service_get_accounts (envoi_cli_get_service (cli)));
  EnvoiAccount *found = NULL;

  for (guint i = 0; i < g_list_model_get_n_items (accounts); i++) {
    g_autoptr (EnvoiAccount) account = g_list_model_get_item (accounts, i);

    if (!is_account_wanted (args, account))
      continue;
    if (found)
      return NULL;
    /* The list keeps it alive. */
    found = account;
  }

  return found;
}

/* No buffer of the C library's sees the secret. */
static gboolean
write_all (const char *bytes,
           gsize       length)
{
  while (length > 0) {
    gssize written = write (STDOUT_FILENO, bytes, length);

    if (written < 0 && errno != EINTR)
      return FALSE;
    if (written > 0) {
      bytes += written;
      length -= (gsize) written;
    }
  }

  return TRUE;
}

static void
did_get_cb (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  EnvoiCli *cli = user_data;
  g_autoptr (EnvoiSecret) secret = NULL;
  GError *error = NULL;

  secret = envoi_service_get_secret_finish (ENVOI_SERVICE (source), result, &error);
  if (!secret) {
    envoi_cli_fail (cli, error);
    return;
  }

  write_all ("password=", strlen ("password="));
  write_all (envoi_secret_peek (secret), envoi_secret_get_length (secret));
  write_all ("\n", 1);
  envoi_cli_finish (cli, ENVOI_EXIT_OK);
}

static void
give_credential (EnvoiCli *cli,
                 gpointer  data)
{
  EnvoiAccount *account = find_account (cli, data);
  g_autofree char *line = NULL;

  if (!account) {
    envoi_cli_finish (cli, ENVOI_EXIT_OK);
    return;
  }

  line = g_strdup_printf ("username=%s\n", envoi_account_get_login (account));
  write_all (line, strlen (line));
  envoi_service_get_secret_async (envoi_cli_get_service (cli), account,
                                  envoi_cli_get_cancellable (cli), did_get_cb, cli);
}

static gboolean
is_mail (const CredentialArgs *args)
{
  return args->host &&
         (g_strcmp0 (args->protocol, "smtp") == 0 || g_strcmp0 (args->protocol, "smtps") == 0);
}

static int
complain (const char *sentence)
{
  return envoi_cli_complain (FALSE, g_error_new_literal (ENVOI_CLI_ERROR, ENVOI_CLI_ERROR_USAGE,
                                                         sentence));
}

int
envoi_cli_credential (char **words)
{
  g_auto (CredentialArgs) args = { 0 };
  GError *error = NULL;

  if (!words[0] || words[1])
    return complain (_("Say get, store or erase."));
  /* What git would have kept, and later operations that are not known yet. */
  if (!g_str_equal (words[0], "get"))
    return ENVOI_EXIT_OK;
  if (isatty (STDOUT_FILENO))
    return complain (_("This is for git: a password is not shown on a terminal."));

  if (!read_request (&args, &error))
    return envoi_cli_complain (FALSE, error);
  if (!is_mail (&args))
    return ENVOI_EXIT_OK;

  return envoi_cli_run (ENVOI_SERVICE_PLAIN, FALSE, give_credential, &args);
}
