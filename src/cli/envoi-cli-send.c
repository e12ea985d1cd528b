/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-cli"

#include "config.h"

#include "envoi-cli.h"

#include "envoi-ask.h"
#include "envoi-cli-batch.h"
#include "envoi-send.h"

#include "envoi-address.h"
#include "envoi-message-error.h"

#include <glib/gi18n.h>
#include <string.h>

/* envoictl send: a letter from options and files, or a finished message. */

typedef struct {
  char *account;
  char *from;
  GPtrArray *to;
  GPtrArray *cc;
  GPtrArray *bcc;
  char *subject;
  char *text_file;
  char *html_file;
  GPtrArray *attach;
  GPtrArray *headers;
  char *at;
  char *eml_file;
  gboolean is_secret_on_stdin;
  gboolean is_batch;

  EnvoiSendHow how;
  EnvoiBatchHow batch;

  /* Read before anything is started */
  char *text;
  char *html;
  char **recipients;     /* of --eml; NULL = the header's */
  GInputStream *message;
  gboolean is_all_or_nothing;

  EnvoiCli *cli;
  EnvoiAccount *found;
  EnvoiDraft *draft;
  guint n_attached;
} SendArgs;

static void
send_args_clear (SendArgs *args)
{
  g_free (args->account);
  g_free (args->from);
  g_clear_pointer (&args->to, g_ptr_array_unref);
  g_clear_pointer (&args->cc, g_ptr_array_unref);
  g_clear_pointer (&args->bcc, g_ptr_array_unref);
  g_free (args->subject);
  g_free (args->text_file);
  g_free (args->html_file);
  g_clear_pointer (&args->attach, g_ptr_array_unref);
  g_clear_pointer (&args->headers, g_ptr_array_unref);
  g_free (args->at);
  g_free (args->eml_file);
  g_free (args->text);
  g_free (args->html);
  g_strfreev (args->recipients);
  g_clear_object (&args->message);
  g_clear_object (&args->draft);
  g_clear_object (&args->found);
  g_clear_pointer (&args->how.secret, envoi_secret_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (SendArgs, send_args_clear)

static gboolean
complain (GError     **error,
          const char  *format,
          const char  *word)
{
  g_autoptr (GString) message = g_string_new (format);

  g_string_replace (message, "%s", word, 1);
  g_set_error_literal (error, ENVOI_CLI_ERROR, ENVOI_CLI_ERROR_USAGE, message->str);
  return FALSE;
}

static void attach_next (SendArgs *args);

static void
did_attach_cb (GObject      *source,
               GAsyncResult *result,
               gpointer      user_data)
{
  SendArgs *args = user_data;
  g_autoptr (EnvoiAttachment) attachment = NULL;
  GError *error = NULL;

  attachment = envoi_service_attach_finish (ENVOI_SERVICE (source), result, &error);
  if (!attachment) {
    envoi_cli_fail (args->cli, error);
    return;
  }

  envoi_draft_add_attachment (args->draft, attachment);
  attach_next (args);
}

/* One after the other, so that they stand in the letter in the order given. */
static void
attach_next (SendArgs *args)
{
  g_autoptr (GFile) file = NULL;

  if (!args->attach || args->n_attached == args->attach->len) {
    envoi_send_draft_and_finish (args->cli, args->found, args->draft, &args->how);
    return;
  }

  file = g_file_new_for_path (g_ptr_array_index (args->attach, args->n_attached++));
  envoi_service_attach_async (envoi_cli_get_service (args->cli), file, NULL, NULL,
                              envoi_cli_get_cancellable (args->cli), did_attach_cb, args);
}

static void
set_addresses (EnvoiDraft *draft,
               const char *field,
               GPtrArray  *addresses)
{
  g_autoptr (GString) line = g_string_new (NULL);

  for (guint i = 0; addresses && i < addresses->len; i++)
    g_string_append_printf (line, "%s%s", i > 0 ? ", " : "",
                            (const char *) g_ptr_array_index (addresses, i));

  envoi_draft_set (draft, field, line->str);
}

/* "Name: value"; that there is a colon was checked already. */
static gboolean
add_header (EnvoiDraft  *draft,
            const char  *header,
            GError     **error)
{
  const char *colon = strchr (header, ':');
  g_autofree char *name = g_strndup (header, (gsize) (colon - header));
  g_autofree char *value = g_strstrip (g_strdup (colon + 1));

  return envoi_draft_add_header (draft, name, value, error);
}

/* "--from", or an identity's address after "--account"; else the default identity stays. */
static gboolean
choose_identity (SendArgs  *args,
                 GError   **error)
{
  EnvoiIdentity *identity = envoi_account_find_identity (args->found,
                                                         args->from ? args->from : args->account);
  g_autofree char *from = NULL;

  if (!identity && args->from)
    return complain (error, _("The account has no identity “%s”. “envoictl account show” lists "
                              "them."), args->from);
  if (!identity || (!args->from && envoi_identity_is_main (identity)))
    return TRUE;

  from = envoi_identity_format_from (identity);
  envoi_draft_set (args->draft, "from", from);
  envoi_draft_set (args->draft, "reply-to", envoi_identity_get_reply_to (identity));
  return TRUE;
}

static gboolean
fill_draft (SendArgs  *args,
            GError   **error)
{
  set_addresses (args->draft, "to", args->to);
  set_addresses (args->draft, "cc", args->cc);
  set_addresses (args->draft, "bcc", args->bcc);
  envoi_draft_set (args->draft, "subject", args->subject);
  g_object_set (args->draft, "is-all-or-nothing", args->is_all_or_nothing, NULL);

  if (args->html)
    envoi_draft_set (args->draft, "html", args->html);
  if (args->text)
    envoi_draft_set (args->draft, "text", args->text);
  if (args->html && args->text)
    g_object_set (args->draft, "is-text-custom", TRUE, NULL);

  for (guint i = 0; args->headers && i < args->headers->len; i++) {
    if (!add_header (args->draft, g_ptr_array_index (args->headers, i), error))
      return FALSE;
  }

  return TRUE;
}

static void
run_command (EnvoiCli *cli,
             gpointer  data)
{
  SendArgs *args = data;
  EnvoiAccount *account;
  GError *error = NULL;

  args->cli = cli;
  account = envoi_cli_find_account (cli, args->account, &error);
  if (!account) {
    envoi_cli_fail (cli, error);
    return;
  }

  args->found = g_object_ref (account);
  if (args->is_batch) {
    args->batch = (EnvoiBatchHow) { args->how.hold_until, args->how.must_wait,
                                    args->how.is_json };
    envoi_cli_batch (cli, account, &args->batch);
    return;
  }
  if (args->message) {
    envoi_send_message_and_finish (cli, account, args->message,
                                   (const char *const *) args->recipients, &args->how);
    return;
  }

  args->draft = envoi_service_create_draft (envoi_cli_get_service (cli), account);
  if (choose_identity (args, &error) && fill_draft (args, &error))
    attach_next (args);
  else
    envoi_cli_fail (cli, error);
}

/* Every address is looked at before anything is started. */
static gboolean
check_addresses (GPtrArray    *texts,
                 GStrvBuilder *mailboxes,
                 GError      **error)
{
  for (guint i = 0; texts && i < texts->len; i++) {
    g_autoptr (GPtrArray) list = envoi_address_parse_list (g_ptr_array_index (texts, i), error);

    if (!list)
      return FALSE;

    for (guint j = 0; j < list->len; j++)
      g_strv_builder_add (mailboxes, envoi_address_get_mailbox (g_ptr_array_index (list, j)));
  }

  return TRUE;
}

static gboolean
check_recipients (SendArgs  *args,
                  GError   **error)
{
  g_autoptr (GStrvBuilder) mailboxes = g_strv_builder_new ();
  g_auto (GStrv) all = NULL;

  if (args->is_batch)
    return TRUE;

  if (!check_addresses (args->to, mailboxes, error) ||
      !check_addresses (args->cc, mailboxes, error) ||
      !check_addresses (args->bcc, mailboxes, error))
    return FALSE;

  all = g_strv_builder_end (mailboxes);
  if (*all && args->eml_file)
    args->recipients = g_steal_pointer (&all);
  else if (!args->eml_file && !*all)
    g_set_error (error, ENVOI_MESSAGE_ERROR, ENVOI_MESSAGE_ERROR_NO_RECIPIENT,
                 _("Say whom the letter is for, with --to, --cc or --bcc."));

  return args->eml_file || (all && *all);
}

static gboolean
check_file (const char  *path,
            GError     **error)
{
  if (!g_file_test (path, G_FILE_TEST_EXISTS))
    return complain (error, _("There is no file %s."), path);
  if (!g_file_test (path, G_FILE_TEST_IS_REGULAR))
    return complain (error, _("%s is not a file."), path);

  return TRUE;
}

/* What this process has open already, as the shell's <(…) gives it. Any other pipe may have
 * nobody at its other end, and a device may never end. */
static gboolean
check_readable (const char  *path,
                GError     **error)
{
  static const char *const open[] = { "/dev/stdin", "/dev/tty", "/dev/null", NULL };

  return g_strv_contains (open, path) || g_str_has_prefix (path, "/dev/fd/") ||
         g_str_has_prefix (path, "/proc/self/fd/") || check_file (path, error);
}

static char *
read_text (const char  *path,
           GError     **error)
{
  g_autofree char *contents = NULL;
  g_autoptr (GError) cause = NULL;
  gsize length;

  if (!check_readable (path, error))
    return NULL;

  if (!g_file_get_contents (path, &contents, &length, &cause)) {
    complain (error, "%s", cause->message);
    return NULL;
  }

  if (memchr (contents, '\0', length) || !g_utf8_validate (contents, (gssize) length, NULL)) {
    complain (error, _("The file %s is not UTF-8 text."), path);
    return NULL;
  }

  return g_steal_pointer (&contents);
}

static gboolean
check_attachments (SendArgs  *args,
                   GError   **error)
{
  for (guint i = 0; args->attach && i < args->attach->len; i++)
    if (!check_file (g_ptr_array_index (args->attach, i), error))
      return FALSE;

  return TRUE;
}

static gboolean
read_files (SendArgs  *args,
            GError   **error)
{
  g_autoptr (GFile) eml = NULL;
  g_autoptr (GError) cause = NULL;

  if (args->text_file && !(args->text = read_text (args->text_file, error)))
    return FALSE;
  if (args->html_file && !(args->html = read_text (args->html_file, error)))
    return FALSE;

  if (!args->eml_file)
    return TRUE;
  if (!check_readable (args->eml_file, error))
    return FALSE;

  eml = g_file_new_for_path (args->eml_file);
  args->message = G_INPUT_STREAM (g_file_read (eml, NULL, &cause));
  return args->message || complain (error, "%s", cause->message);
}

static gboolean
check_headers (SendArgs  *args,
               GError   **error)
{
  for (guint i = 0; args->headers && i < args->headers->len; i++) {
    const char *header = g_ptr_array_index (args->headers, i);
    const char *colon = strchr (header, ':');

    if (!colon || colon == header)
      return complain (error, _("--header must be “Name: value”, not “%s”."), header);
  }

  return TRUE;
}

/* ISO 8601; without a zone it is the time of this computer. */
static gboolean
parse_time (SendArgs  *args,
            GError   **error)
{
  g_autoptr (GTimeZone) zone = g_time_zone_new_local ();
  g_autoptr (GDateTime) time = NULL;

  if (!args->at)
    return TRUE;

  time = g_date_time_new_from_iso8601 (args->at, zone);
  if (!time)
    return complain (error, _("--at must be a time like 2026-12-24T18:00:00+08:00, not “%s”."),
                     args->at);

  args->how.hold_until = g_date_time_to_unix (time) * G_USEC_PER_SEC;
  return TRUE;
}

/* Every letter and whom it is for is on standard input. */
static gboolean
check_batch (SendArgs  *args,
             gboolean   has_contents,
             GError   **error)
{
  gboolean has_more = has_contents || args->from || args->to || args->cc || args->bcc || args->eml_file ||
                      args->is_secret_on_stdin;

  return !has_more || complain (error, _("--batch reads whole letters: it goes only with %s."),
                                "--account, --at, --wait, --json");
}

static gboolean
check_combination (SendArgs  *args,
                   GError   **error)
{
  gboolean has_contents = args->subject || args->text_file || args->html_file || args->attach ||
                          args->headers || args->is_all_or_nothing;

  if (args->is_batch)
    return check_batch (args, has_contents, error);

  if (args->eml_file)
    return !has_contents || complain (error, _("--eml is a whole letter: it goes only with %s."),
                                      "--account, --to, --cc, --bcc, --at, --wait, --json");

  if (!args->subject)
    return complain (error, _("%s is missing."), "--subject");

  return TRUE;
}

static gboolean
parse (SendArgs  *args,
       char     **words,
       GError   **error)
{
  const EnvoiOption options[] = {
    { "account", ENVOI_OPTION_TEXT, &args->account },
    { "from", ENVOI_OPTION_TEXT, &args->from },
    { "to", ENVOI_OPTION_TEXTS, &args->to },
    { "cc", ENVOI_OPTION_TEXTS, &args->cc },
    { "bcc", ENVOI_OPTION_TEXTS, &args->bcc },
    { "subject", ENVOI_OPTION_TEXT, &args->subject },
    { "text", ENVOI_OPTION_FILE, &args->text_file },
    { "html", ENVOI_OPTION_FILE, &args->html_file },
    { "attach", ENVOI_OPTION_FILES, &args->attach },
    { "header", ENVOI_OPTION_TEXTS, &args->headers },
    { "at", ENVOI_OPTION_TEXT, &args->at },
    { "eml", ENVOI_OPTION_FILE, &args->eml_file },
    { "batch", ENVOI_OPTION_FLAG, &args->is_batch },
    { "secret-stdin", ENVOI_OPTION_FLAG, &args->is_secret_on_stdin },
    { "all-or-nothing", ENVOI_OPTION_FLAG, &args->is_all_or_nothing },
    { "wait", ENVOI_OPTION_FLAG, &args->how.must_wait },
    { "json", ENVOI_OPTION_FLAG, &args->how.is_json },
    { NULL },
  };
  g_autoptr (GPtrArray) rest = g_ptr_array_new ();

  if (!envoi_options_parse (options, words, rest, error))
    return FALSE;
  if (rest->len > 0)
    return complain (error, _("What does “%s” mean here?"), g_ptr_array_index (rest, 0));

  if (!envoi_options_require ("account", args->account, error) ||
      !check_combination (args, error) || !check_recipients (args, error) ||
      !check_headers (args, error) || !parse_time (args, error) || !read_files (args, error) ||
      !check_attachments (args, error))
    return FALSE;

  if (args->is_secret_on_stdin)
    args->how.secret = envoi_ask_read_stdin (error);

  return !args->is_secret_on_stdin || args->how.secret;
}

int
envoi_cli_send (char **words)
{
  g_auto (SendArgs) args = { 0 };
  GError *error = NULL;

  if (!parse (&args, words, &error))
    return envoi_cli_complain (args.how.is_json, error);

  return envoi_cli_run (ENVOI_SERVICE_SEND, args.how.is_json, run_command, &args);
}
