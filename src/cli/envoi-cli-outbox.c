/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-cli"

#include "config.h"

#include "envoi-cli.h"

#include "envoi-ask.h"
#include "envoi-follow.h"

#include "envoi-store.h"

#include <glib/gi18n.h>

/* envoictl outbox: what became of letters, and what to do with them. */

#define ALL_STATES G_MAXUINT
#define MAY_BE_DUE \
  (1 << ENVOI_LETTER_QUEUED | 1 << ENVOI_LETTER_WAITING | 1 << ENVOI_LETTER_SENDING)

typedef struct {
  char *id;
  char *words;           /* nullable: of --search */
  gboolean must_wait;
  gboolean is_secret_on_stdin;
  gboolean is_in_parts;
  gboolean is_json;
  EnvoiSecret *secret;

  EnvoiCli *cli;
  GPtrArray *ids;        /* to try again; ends with NULL */
  guint n_tried;
  guint most;            /* recipients that the letter's provider takes, 0 = not known */
} OutboxArgs;

static void
outbox_args_clear (OutboxArgs *args)
{
  g_free (args->id);
  g_free (args->words);
  g_clear_pointer (&args->ids, g_ptr_array_unref);
  g_clear_pointer (&args->secret, envoi_secret_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (OutboxArgs, outbox_args_clear)

static void
show_one (OutboxArgs *args)
{
  const char *const ids[] = { args->id, NULL };

  envoi_show_and_finish (args->cli, ids, ENVOI_FOLLOW_ONE);
}

static void
fail_if_missing (EnvoiCli   *cli,
                 const char *id,
                 GError     *error)
{
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND)) {
    g_error_free (error);
    error = g_error_new (ENVOI_CLI_ERROR, ENVOI_CLI_ERROR_USAGE, _("There is no letter “%s”."), id);
  }

  envoi_cli_fail (cli, error);
}

/* A draft that was never sent is nobody's business here. */
static gboolean
belongs_to_outbox (const EnvoiLetterRecord *record)
{
  return record->state != ENVOI_LETTER_DRAFT || record->was_cancelled;
}

/* Takes @records or @error. */
static void
show_letters (OutboxArgs *args,
              GPtrArray  *records,
              GError     *error)
{
  if (!records) {
    envoi_cli_fail (args->cli, error);
    return;
  }

  args->ids = g_ptr_array_new_with_free_func (g_free);
  for (guint i = 0; i < records->len; i++) {
    const EnvoiLetterRecord *record = g_ptr_array_index (records, i);

    if (belongs_to_outbox (record))
      g_ptr_array_add (args->ids, g_strdup (record->id));
  }
  g_ptr_array_add (args->ids, NULL);
  g_ptr_array_unref (records);

  envoi_show_and_finish (args->cli, (const char *const *) args->ids->pdata,
                         ENVOI_FOLLOW_LIST);
}

static void
did_list_cb (GObject      *source,
             GAsyncResult *result,
             gpointer      user_data)
{
  GError *error = NULL;
  GPtrArray *records = envoi_store_list_finish (ENVOI_STORE (source), result, &error);

  show_letters (user_data, records, error);
}

static void
did_search_cb (GObject      *source,
               GAsyncResult *result,
               gpointer      user_data)
{
  GError *error = NULL;
  GPtrArray *records = envoi_store_search_finish (ENVOI_STORE (source), result, &error);

  show_letters (user_data, records, error);
}

static void
list (EnvoiCli *cli,
      gpointer  data)
{
  OutboxArgs *args = data;
  EnvoiStore *store = envoi_service_get_store (envoi_cli_get_service (cli));
  GCancellable *cancellable = envoi_cli_get_cancellable (cli);

  args->cli = cli;
  if (args->words)
    envoi_store_search_async (store, args->words, ALL_STATES, 0, cancellable, did_search_cb, args);
  else
    envoi_store_list_async (store, ALL_STATES, 0, 0, cancellable, did_list_cb, args);
}

static void
did_load_for_show_cb (GObject      *source,
                      GAsyncResult *result,
                      gpointer      user_data)
{
  OutboxArgs *args = user_data;
  g_autoptr (EnvoiLetterRecord) record = NULL;
  GError *error = NULL;

  record = envoi_store_load_finish (ENVOI_STORE (source), result, &error);
  if (record)
    show_one (args);
  else
    fail_if_missing (args->cli, args->id, error);
}

static void
show (EnvoiCli *cli,
      gpointer  data)
{
  OutboxArgs *args = data;

  args->cli = cli;
  envoi_store_load_async (envoi_service_get_store (envoi_cli_get_service (cli)), args->id,
                          envoi_cli_get_cancellable (cli), did_load_for_show_cb, args);
}

static void
did_cancel_cb (GObject      *source,
               GAsyncResult *result,
               gpointer      user_data)
{
  OutboxArgs *args = user_data;
  g_autoptr (EnvoiDraft) draft = NULL;
  GError *error = NULL;

  draft = envoi_service_take_back_finish (ENVOI_SERVICE (source), result, &error);
  if (draft)
    show_one (args);
  else
    fail_if_missing (args->cli, args->id, error);
}

static void
cancel (EnvoiCli *cli,
        gpointer  data)
{
  OutboxArgs *args = data;

  args->cli = cli;
  envoi_service_take_back_async (envoi_cli_get_service (cli), args->id, TRUE,
                                 envoi_cli_get_cancellable (cli), did_cancel_cb, args);
}

static void try_next (OutboxArgs *args);

/* Of all that wait, some may go by themselves at this moment: they are followed like the others. */
static gboolean
is_on_its_way (const OutboxArgs *args,
               const GError     *error)
{
  return !args->id && g_error_matches (error, ENVOI_STORE_ERROR, ENVOI_STORE_ERROR_CONFLICT);
}

static void
did_try_cb (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  OutboxArgs *args = user_data;
  GError *error = NULL;

  if (envoi_outbox_act_finish (ENVOI_OUTBOX (source), result, &error) ||
      is_on_its_way (args, error)) {
    g_clear_error (&error);
    try_next (args);
  } else {
    fail_if_missing (args->cli, g_ptr_array_index (args->ids, args->n_tried - 1), error);
  }
}

/* Makes each letter due, then follows them all if this process sends them. */
static void
try_next (OutboxArgs *args)
{
  EnvoiOutbox *outbox = envoi_service_get_outbox (envoi_cli_get_service (args->cli));
  const char *id = g_ptr_array_index (args->ids, args->n_tried);
  const char *const *ids = (const char *const *) args->ids->pdata;
  EnvoiFollowFlags flags = args->id ? ENVOI_FOLLOW_ONE : ENVOI_FOLLOW_LIST;

  if (id && args->is_in_parts) {
    args->n_tried++;
    envoi_outbox_send_in_parts_async (outbox, id, args->most, envoi_cli_get_cancellable (args->cli),
                                      did_try_cb, args);
  } else if (id) {
    args->n_tried++;
    envoi_outbox_act_async (outbox, id, ENVOI_OUTBOX_SEND_NOW, NULL,
                            envoi_cli_get_cancellable (args->cli), did_try_cb, args);
  } else if (args->must_wait || envoi_outbox_is_sender (outbox)) {
    envoi_follow_and_finish (args->cli, ids, flags);
  } else {
    envoi_show_and_finish (args->cli, ids, flags);
  }
}

static void
did_sign_in_cb (GObject      *source,
                GAsyncResult *result,
                gpointer      user_data)
{
  OutboxArgs *args = user_data;
  GError *error = NULL;

  if (envoi_ask_for_sign_in_finish (args->cli, result, &error))
    try_next (args);
  else
    envoi_cli_fail (args->cli, error);
}

static guint
find_most_recipients (EnvoiService *service,
                      EnvoiAccount *account)
{
  EnvoiProvider *provider = NULL;

  if (account && !envoi_account_is_practice (account))
    provider = envoi_provider_table_find_for_account (envoi_service_get_providers (service),
                                                      account);
  return provider ? envoi_provider_get_max_recipients (provider) : 0;
}

static void
sign_in_and_try (OutboxArgs              *args,
                 const EnvoiLetterRecord *record)
{
  EnvoiService *service = envoi_cli_get_service (args->cli);
  EnvoiAccount *account = envoi_account_list_find (envoi_service_get_accounts (service),
                                                   record->account_id);

  args->most = find_most_recipients (service, account);
  if (account && envoi_outbox_is_sender (envoi_service_get_outbox (service)))
    envoi_ask_for_sign_in_async (args->cli, account, args->secret, did_sign_in_cb, args);
  else
    try_next (args);
}

static void
did_load_for_retry_cb (GObject      *source,
                       GAsyncResult *result,
                       gpointer      user_data)
{
  OutboxArgs *args = user_data;
  g_autoptr (EnvoiLetterRecord) record = NULL;
  GError *error = NULL;

  record = envoi_store_load_finish (ENVOI_STORE (source), result, &error);
  if (!record) {
    fail_if_missing (args->cli, args->id, error);
    return;
  }

  args->ids = g_ptr_array_new_with_free_func (g_free);
  g_ptr_array_add (args->ids, g_strdup (args->id));
  g_ptr_array_add (args->ids, NULL);
  sign_in_and_try (args, record);
}

static void
retry (EnvoiCli *cli,
       gpointer  data)
{
  OutboxArgs *args = data;

  args->cli = cli;
  envoi_store_load_async (envoi_service_get_store (envoi_cli_get_service (cli)), args->id,
                          envoi_cli_get_cancellable (cli), did_load_for_retry_cb, args);
}

/* What waits, and what is due already or going; a schedule is kept. */
static gboolean
is_flushable (EnvoiCli                *cli,
              const EnvoiLetterRecord *record)
{
  gint64 now = envoi_clock_get_now (envoi_service_get_clock (envoi_cli_get_service (cli)));

  return record->state == ENVOI_LETTER_WAITING || record->state == ENVOI_LETTER_SENDING ||
         (record->state == ENVOI_LETTER_QUEUED && record->hold_until <= now);
}

static void
did_list_for_flush_cb (GObject      *source,
                       GAsyncResult *result,
                       gpointer      user_data)
{
  OutboxArgs *args = user_data;
  g_autoptr (GPtrArray) records = NULL;
  GError *error = NULL;

  records = envoi_store_list_finish (ENVOI_STORE (source), result, &error);
  if (!records) {
    envoi_cli_fail (args->cli, error);
    return;
  }

  args->ids = g_ptr_array_new_with_free_func (g_free);
  for (guint i = 0; i < records->len; i++) {
    const EnvoiLetterRecord *record = g_ptr_array_index (records, i);

    if (is_flushable (args->cli, record))
      g_ptr_array_add (args->ids, g_strdup (record->id));
  }
  g_ptr_array_add (args->ids, NULL);

  try_next (args);
}

static void
flush (EnvoiCli *cli,
       gpointer  data)
{
  OutboxArgs *args = data;

  args->cli = cli;
  envoi_store_list_async (envoi_service_get_store (envoi_cli_get_service (cli)), MAY_BE_DUE, 0,
                          0, envoi_cli_get_cancellable (cli), did_list_for_flush_cb, args);
}

static const struct {
  const char *name;
  EnvoiCliCommand command;
  guint n_words;
  EnvoiServiceFlags flags;
} commands[] = {
  { "list", list, 0, ENVOI_SERVICE_PLAIN },
  { "show", show, 1, ENVOI_SERVICE_PLAIN },
  { "cancel", cancel, 1, ENVOI_SERVICE_PLAIN },
  { "retry", retry, 1, ENVOI_SERVICE_SEND },
  { "flush", flush, 0, ENVOI_SERVICE_SEND },
};

static gboolean
parse (OutboxArgs  *args,
       char       **words,
       guint        n_words,
       GError     **error)
{
  const EnvoiOption options[] = {
    { "json", ENVOI_OPTION_FLAG, &args->is_json },
    { "search", ENVOI_OPTION_TEXT, &args->words },
    { "in-parts", ENVOI_OPTION_FLAG, &args->is_in_parts },
    { "wait", ENVOI_OPTION_FLAG, &args->must_wait },
    { "secret-stdin", ENVOI_OPTION_FLAG, &args->is_secret_on_stdin },
    { NULL },
  };
  g_autoptr (GPtrArray) rest = g_ptr_array_new ();

  if (!envoi_options_parse (options, words, rest, error))
    return FALSE;

  if (rest->len != n_words) {
    g_set_error (error, ENVOI_CLI_ERROR, ENVOI_CLI_ERROR_USAGE,
                 n_words == 0 ? _("There is a word too many.") : _("Name one letter by its id."));
    return FALSE;
  }

  if (n_words > 0)
    args->id = g_strdup (g_ptr_array_index (rest, 0));
  if (args->is_secret_on_stdin)
    args->secret = envoi_ask_read_stdin (error);

  return !args->is_secret_on_stdin || args->secret;
}

int
envoi_cli_outbox (char **words)
{
  g_auto (OutboxArgs) args = { 0 };
  GError *error = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (commands); i++) {
    if (g_strcmp0 (words[0], commands[i].name) != 0)
      continue;

    if (!parse (&args, words + 1, commands[i].n_words, &error))
      return envoi_cli_complain (args.is_json, error);

    if (args.words && commands[i].command != list)
      return envoi_cli_complain (args.is_json, g_error_new (ENVOI_CLI_ERROR, ENVOI_CLI_ERROR_USAGE,
                                                            _("--search goes only with “list”.")));
    if (args.is_in_parts && commands[i].command != retry)
      return envoi_cli_complain (args.is_json,
                                 g_error_new (ENVOI_CLI_ERROR, ENVOI_CLI_ERROR_USAGE,
                                              _("--in-parts goes only with “retry”.")));

    return envoi_cli_run (commands[i].flags, args.is_json, commands[i].command, &args);
  }

  return envoi_cli_complain (FALSE, g_error_new (ENVOI_CLI_ERROR, ENVOI_CLI_ERROR_USAGE,
                                                 _("Say: envoictl outbox "
                                                   "list|show|retry|cancel|flush")));
}
