/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-cli"

#include "config.h"

#include "envoi-cli.h"

#include "envoi-send.h"

#include "envoi-address.h"
#include "envoi-message-error.h"
#include "envoi-message-recipients.h"

#include <gio/gunixinputstream.h>
#include <glib/gi18n.h>
#include <string.h>
#include <unistd.h>

/* envoi-sendmail: what git, mutt and cron expect of a sendmail command. */

#define HEADER_LIMIT (1024 * 1024)

typedef struct {
  gboolean is_from_header;     /* -t */
  char *sender;                /* -f */
  GPtrArray *recipients;

  GInputStream *message;
  GBytes *header;
  EnvoiSendHow how;
} SendmailArgs;

static void
sendmail_args_clear (SendmailArgs *args)
{
  g_free (args->sender);
  g_clear_pointer (&args->recipients, g_ptr_array_unref);
  g_clear_object (&args->message);
  g_clear_pointer (&args->header, g_bytes_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (SendmailArgs, sendmail_args_clear)

/* cron and mail(1) name nobody, or a user of this machine: their mail goes by the
 * account that new letters go by. */
static EnvoiAccount *
dup_account (EnvoiCli            *cli,
             const SendmailArgs  *args,
             GError             **error)
{
  EnvoiAccount *account;

  if (args->sender) {
    account = envoi_cli_find_account (cli, args->sender, error);
    return account ? g_object_ref (account) : NULL;
  }

  account = envoi_service_dup_default_account (envoi_cli_get_service (cli));
  if (!account)
    g_set_error (error, ENVOI_ACCOUNTS_ERROR, ENVOI_ACCOUNTS_ERROR_NOT_FOUND,
                 _("There is no account to send from. “envoictl account add” makes one."));

  return account;
}

static void
run_command (EnvoiCli *cli,
             gpointer  data)
{
  SendmailArgs *args = data;
  const char *const *recipients = (const char *const *) args->recipients->pdata;
  g_autoptr (EnvoiAccount) account = NULL;
  GError *error = NULL;

  account = dup_account (cli, args, &error);
  if (account)
    envoi_send_message_and_finish (cli, account, args->message, recipients, &args->how);
  else
    envoi_cli_fail (cli, error);
}

static gboolean
add_recipient (SendmailArgs  *args,
               const char    *text,
               GError       **error)
{
  g_autoptr (GPtrArray) list = NULL;

  if (!g_utf8_validate (text, -1, NULL)) {
    g_set_error (error, ENVOI_CLI_ERROR, ENVOI_CLI_ERROR_USAGE, _("A recipient is not UTF-8."));
    return FALSE;
  }

  list = envoi_address_parse_list (text, error);
  for (guint i = 0; list && i < list->len; i++)
    g_ptr_array_add (args->recipients,
                     g_strdup (envoi_address_get_mailbox (g_ptr_array_index (list, i))));

  return list != NULL;
}

/* A name without a domain is a user of this machine, as cron gives it: no sender. */
static gboolean
set_sender (SendmailArgs  *args,
            const char    *text,
            GError       **error)
{
  g_autoptr (EnvoiAddress) address = NULL;

  if (!strchr (text, '@'))
    return TRUE;

  if (!g_utf8_validate (text, -1, NULL)) {
    g_set_error (error, ENVOI_CLI_ERROR, ENVOI_CLI_ERROR_USAGE, _("The sender is not UTF-8."));
    return FALSE;
  }

  address = envoi_address_parse (text, error);
  if (!address)
    return FALSE;

  g_free (args->sender);
  args->sender = g_strdup (envoi_address_get_mailbox (address));
  return TRUE;
}

static gboolean
refuse_mode (const char  *word,
             GError     **error)
{
  g_set_error (error, ENVOI_CLI_ERROR, ENVOI_CLI_ERROR_USAGE,
               _("envoi-sendmail only sends a message from standard input; it does not know %s."),
               word);
  return FALSE;
}

/* One word of options. @next: what follows, for an option's value; sets
 * @has_taken_next. What only matters to a mail server is accepted and ignored. */
static gboolean
parse_option (SendmailArgs  *args,
              const char    *word,
              const char    *next,
              gboolean      *has_taken_next,
              GError       **error)
{
  gboolean has_value = word[2] != '\0';
  const char *value = has_value ? word + 2 : next;

  *has_taken_next = strchr ("fFrNRBhXLOVpC", word[1]) && !has_value;
  if (*has_taken_next && !next) {
    g_set_error (error, ENVOI_CLI_ERROR, ENVOI_CLI_ERROR_USAGE, _("%s needs a value."), word);
    return FALSE;
  }

  switch (word[1]) {
    case 't':
      args->is_from_header = TRUE;
      return TRUE;
    case 'f':
    case 'r':
      return set_sender (args, value, error);
    case 'b':
      return g_str_equal (word, "-bm") || refuse_mode (word, error);
    case 'i': case 'o': case 'F': case 'N': case 'R': case 'B': case 'h': case 'X': case 'L':
    case 'O': case 'V': case 'p': case 'C': case 'n': case 'm': case 'v': case 'U': case 'G':
    case 'e':
      return TRUE;
    default:
      return refuse_mode (word, error);
  }
}

static gboolean
parse_words (SendmailArgs  *args,
             char         **words,
             GError       **error)
{
  gboolean is_over = FALSE;

  for (char **word = words; *word; word++) {
    gboolean has_taken_next = FALSE;

    if (!is_over && g_str_equal (*word, "--"))
      is_over = TRUE;
    else if (is_over || **word != '-' || (*word)[1] == '\0') {
      if (!add_recipient (args, *word, error))
        return FALSE;
    } else if (!parse_option (args, *word, word[1], &has_taken_next, error))
      return FALSE;

    if (has_taken_next)
      word++;
  }

  return TRUE;
}

static gboolean
has_header_end (const char *bytes,
                gsize       length)
{
  return memmem (bytes, length, "\n\n", 2) || memmem (bytes, length, "\n\r\n", 3);
}

/* The header says whom the letter is from, and with -t for. */
static gboolean
read_header (SendmailArgs  *args,
             GError       **error)
{
  g_autoptr (GInputStream) input = g_unix_input_stream_new (STDIN_FILENO, FALSE);
  GBufferedInputStream *buffered;
  const char *bytes;
  gsize length = 0;
  gssize got = 1;

  args->message = g_buffered_input_stream_new_sized (input, HEADER_LIMIT);
  buffered = G_BUFFERED_INPUT_STREAM (args->message);

  while (got > 0 && length < HEADER_LIMIT) {
    got = g_buffered_input_stream_fill (buffered, -1, NULL, error);
    bytes = g_buffered_input_stream_peek_buffer (buffered, &length);
    if (has_header_end (bytes, length))
      break;
  }

  if (got < 0)
    return FALSE;

  bytes = g_buffered_input_stream_peek_buffer (buffered, &length);
  args->header = g_bytes_new (bytes, length);
  if (length > 0)
    return TRUE;

  g_set_error (error, ENVOI_CLI_ERROR, ENVOI_CLI_ERROR_USAGE,
               _("There is no message on standard input."));
  return FALSE;
}

static gboolean
add_header_recipients (SendmailArgs  *args,
                       GError       **error)
{
  g_auto (GStrv) found = envoi_message_parse_recipients (args->header, error);

  for (guint i = 0; found && found[i]; i++)
    g_ptr_array_add (args->recipients, g_strdup (found[i]));

  return found != NULL;
}

static gboolean
find_recipients (SendmailArgs  *args,
                 GError       **error)
{
  if (args->is_from_header && !add_header_recipients (args, error))
    return FALSE;

  if (args->recipients->len == 0) {
    g_set_error (error, ENVOI_MESSAGE_ERROR, ENVOI_MESSAGE_ERROR_NO_RECIPIENT,
                 _("Say whom the message is for, or use -t."));
    return FALSE;
  }

  g_ptr_array_add (args->recipients, NULL);
  return TRUE;
}

int
envoi_cli_sendmail (char **words)
{
  g_auto (SendmailArgs) args = { 0 };
  GError *error = NULL;

  args.recipients = g_ptr_array_new_with_free_func (g_free);

  if (!parse_words (&args, words, &error) || !read_header (&args, &error) ||
      !find_recipients (&args, &error))
    return envoi_cli_complain (FALSE, error);
  if (!args.sender)
    args.sender = envoi_message_parse_sender (args.header);

  args.how.is_quiet = TRUE;
  return envoi_cli_run (ENVOI_SERVICE_SEND, FALSE, run_command, &args);
}
