/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-accounts"

#include "config.h"

#include "envoi-token-broker.h"

#include "envoi-oauth-error.h"
#include "envoi-token-broker-private.h"
#include "envoi-token-refresh-private.h"

#include <glib/gi18n.h>

/* A token that would die on the way to the server is not worth sending. */
#define MARGIN_US (60 * G_USEC_PER_SEC)

/**
 * EnvoiTokenBroker:
 *
 * Hands out access tokens. Whoever asks while a refresh is under way waits for
 * the same one: two at a time with one refresh token would look like a theft to
 * the provider and end the permission.
 *
 * Thread: main
 */
struct _EnvoiTokenBroker {
  GObject parent_instance;

  EnvoiSecretStore *secrets;
  EnvoiProviderTable *providers;
  EnvoiClock *clock;
  EnvoiOAuthClient *client;
  EnvoiTokenJournal *journal;
  char *folder;              /* nullable */

  GHashTable *client_ids;    /* oauth id -> the person's own client id */
  GHashTable *entries;       /* account id -> Entry */
};

G_DEFINE_FINAL_TYPE (EnvoiTokenBroker, envoi_token_broker, G_TYPE_OBJECT)

typedef struct {
  EnvoiSecret *access_token;
  EnvoiSecret *unsaved;
  gint64 refreshed_at_us;
  gint64 expires_at_us;
  gint64 margin_us;
  GPtrArray *waiters;        /* of Waiter */
  gboolean is_flying;        /* a refresh is under way */
  gboolean is_forgotten;     /* what it brings is not wanted any more */
} Entry;

typedef struct {
  GTask *task;
  GSource *cancelled;
  Entry *entry;
} Waiter;

/* Owned by the refresh that is under way. */
typedef struct {
  EnvoiTokenBroker *broker;
  EnvoiAccount *account;
  Entry *entry;
} Flight;

static void
waiter_free (Waiter *waiter)
{
  if (waiter->cancelled)
    g_source_destroy (waiter->cancelled);
  g_clear_pointer (&waiter->cancelled, g_source_unref);
  g_object_unref (waiter->task);
  g_free (waiter);
}

static void
entry_free (Entry *entry)
{
  g_clear_pointer (&entry->access_token, envoi_secret_unref);
  g_clear_pointer (&entry->unsaved, envoi_secret_unref);
  g_ptr_array_unref (entry->waiters);
  g_free (entry);
}

static Entry *
get_entry (EnvoiTokenBroker *self,
           EnvoiAccount     *account)
{
  const char *id = envoi_account_get_id (account);
  Entry *entry = g_hash_table_lookup (self->entries, id);

  if (!entry) {
    entry = g_new0 (Entry, 1);
    entry->waiters = g_ptr_array_new_with_free_func ((GDestroyNotify) waiter_free);
    g_hash_table_insert (self->entries, g_strdup (id), entry);
  }

  return entry;
}

static char *
format_label (EnvoiAccount *account)
{
  return g_strdup_printf ("Envoi: %s", envoi_account_get_email (account));
}

static void
set_token (EnvoiTokenBroker      *self,
           Entry                 *entry,
           const EnvoiOAuthToken *token)
{
  g_clear_pointer (&entry->access_token, envoi_secret_unref);
  entry->access_token = envoi_secret_ref (token->access_token);
  entry->refreshed_at_us = envoi_clock_get_now (self->clock);
  entry->expires_at_us = entry->refreshed_at_us + token->expires_in_us;
  /* A token that lives for seconds, as in a test, is usable for most of them. */
  entry->margin_us = MIN (MARGIN_US, token->expires_in_us / 4);
}

/* A clock that was set back makes every promise about the future worthless. */
static gboolean
is_fresh (EnvoiTokenBroker *self,
          const Entry      *entry)
{
  gint64 now_us = envoi_clock_get_now (self->clock);

  return entry->access_token && now_us >= entry->refreshed_at_us &&
         now_us < entry->expires_at_us - entry->margin_us;
}

static gboolean
is_keyring_trouble (const GError *error)
{
  return error->domain == ENVOI_SECRETS_ERROR;
}

/* Which of the account's states an error means; a dead network means none. */
static void
tell_account (EnvoiAccount *account,
              const GError *error)
{
  if (is_keyring_trouble (error))
    envoi_account_set_state (account, ENVOI_ACCOUNT_KEYRING_TROUBLE, error->message);
  else if (g_error_matches (error, ENVOI_ACCOUNTS_ERROR, ENVOI_ACCOUNTS_ERROR_NEEDS_SIGN_IN) ||
           g_error_matches (error, ENVOI_OAUTH_ERROR, ENVOI_OAUTH_ERROR_GRANT_INVALID) ||
           g_error_matches (error, ENVOI_OAUTH_ERROR, ENVOI_OAUTH_ERROR_SCOPE_MISSING) ||
           g_error_matches (error, ENVOI_OAUTH_ERROR, ENVOI_OAUTH_ERROR_CLIENT_INVALID) ||
           g_error_matches (error, ENVOI_OAUTH_ERROR, ENVOI_OAUTH_ERROR_DENIED))
    envoi_account_set_state (account, ENVOI_ACCOUNT_NEEDS_SIGN_IN, error->message);
}

/* A provider's throttle is not over because a token came. */
static void
tell_ready (EnvoiAccount *account)
{
  if (envoi_account_get_state (account) != ENVOI_ACCOUNT_PAUSED)
    envoi_account_set_state (account, ENVOI_ACCOUNT_READY, NULL);
}

/* Ends a flight: everybody who waited hears the same. Somebody's callback may
 * already ask for the next token. */
static void
land (Flight       *flight,
      const GError *error)
{
  Entry *entry = flight->entry;
  g_autoptr (GPtrArray) waiters = g_steal_pointer (&entry->waiters);
  g_autoptr (EnvoiSecret) token = error ? NULL : envoi_secret_ref (entry->access_token);

  entry->waiters = g_ptr_array_new_with_free_func ((GDestroyNotify) waiter_free);
  entry->is_flying = FALSE;
  entry->is_forgotten = FALSE;
  for (guint i = 0; i < waiters->len; i++) {
    Waiter *waiter = g_ptr_array_index (waiters, i);

    if (error)
      g_task_return_error (waiter->task, g_error_copy (error));
    else
      g_task_return_pointer (waiter->task, envoi_secret_ref (token),
                             (GDestroyNotify) envoi_secret_unref);
  }

  g_object_unref (flight->account);
  g_object_unref (flight->broker);
  g_free (flight);
}

/* The account was forgotten while its refresh was under way, which may have
 * stored a new token after the old one was cleared. */
static void
drop_late_answer (Flight *flight)
{
  g_autoptr (GError) error =
    g_error_new_literal (ENVOI_ACCOUNTS_ERROR, ENVOI_ACCOUNTS_ERROR_NEEDS_SIGN_IN,
                         _("This account was signed out."));

  envoi_secret_store_clear_async (flight->broker->secrets, envoi_account_get_id (flight->account),
                                  NULL, NULL, NULL);
  land (flight, error);
}

static void
did_refresh_cb (GObject      *source,
                GAsyncResult *result,
                gpointer      user_data)
{
  Flight *flight = user_data;
  Entry *entry = flight->entry;
  g_autoptr (GError) error = NULL;
  g_autoptr (EnvoiTokenRefreshed) refreshed = envoi_token_refresh_finish (result, &error);

  if (entry->is_forgotten) {
    drop_late_answer (flight);
    return;
  }

  if (!refreshed) {
    if (g_error_matches (error, ENVOI_OAUTH_ERROR, ENVOI_OAUTH_ERROR_GRANT_INVALID))
      g_clear_pointer (&entry->unsaved, envoi_secret_unref);
    tell_account (flight->account, error);
    land (flight, error);
    return;
  }

  set_token (flight->broker, entry, refreshed->token);
  envoi_token_journal_add (flight->broker->journal, envoi_account_get_id (flight->account),
                           refreshed->token, FALSE);
  if (refreshed->unsaved || refreshed->token->refresh_token) {
    g_clear_pointer (&entry->unsaved, envoi_secret_unref);
    entry->unsaved = g_steal_pointer (&refreshed->unsaved);
  }

  if (refreshed->trouble)
    tell_account (flight->account, refreshed->trouble);
  else
    tell_ready (flight->account);
  land (flight, NULL);
}

static void
did_configure_cb (GObject      *source,
                  GAsyncResult *result,
                  gpointer      user_data)
{
  EnvoiTokenBroker *self = ENVOI_TOKEN_BROKER (source);
  Flight *flight = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (EnvoiOAuthConfig) config = envoi_token_broker_configure_finish (self, result, &error);
  g_autofree char *label = format_label (flight->account);
  EnvoiTokenRefreshInput input = {
    self->secrets, self->client, self->clock, config, flight->entry->unsaved,
    envoi_account_get_id (flight->account), label, self->folder,
  };

  if (config) {
    envoi_token_refresh_async (&input, did_refresh_cb, flight);
    return;
  }

  tell_account (flight->account, error);
  land (flight, error);
}

static void
take_off (EnvoiTokenBroker *self,
          EnvoiAccount     *account,
          Entry            *entry)
{
  Flight *flight = g_new0 (Flight, 1);

  flight->broker = g_object_ref (self);
  flight->account = g_object_ref (account);
  flight->entry = entry;
  entry->is_flying = TRUE;
  envoi_token_broker_configure_async (self, envoi_account_get_oauth_provider (account), NULL,
                                      did_configure_cb, flight);
}

/* Who gives up leaves; the refresh goes on for the others and for its answer's sake. */
static gboolean
waiter_cancelled_cb (GCancellable *cancellable,
                     gpointer      user_data)
{
  Waiter *waiter = user_data;

  g_task_return_error_if_cancelled (waiter->task);
  g_ptr_array_remove (waiter->entry->waiters, waiter);
  return G_SOURCE_REMOVE;
}

/* @task: (transfer full) */
static void
wait_for_token (Entry *entry,
                GTask *task)
{
  Waiter *waiter = g_new0 (Waiter, 1);
  GCancellable *cancellable = g_task_get_cancellable (task);

  waiter->task = task;
  waiter->entry = entry;
  g_ptr_array_add (entry->waiters, waiter);
  if (cancellable) {
    waiter->cancelled = g_cancellable_source_new (cancellable);
    g_source_set_callback (waiter->cancelled, G_SOURCE_FUNC (waiter_cancelled_cb), waiter, NULL);
    g_source_attach (waiter->cancelled, g_main_context_get_thread_default ());
  }
}

static void
envoi_token_broker_finalize (GObject *object)
{
  EnvoiTokenBroker *self = ENVOI_TOKEN_BROKER (object);

  g_clear_object (&self->secrets);
  g_clear_object (&self->providers);
  g_clear_object (&self->clock);
  g_clear_object (&self->client);
  g_clear_object (&self->journal);
  g_clear_pointer (&self->folder, g_free);
  g_clear_pointer (&self->client_ids, g_hash_table_unref);
  g_clear_pointer (&self->entries, g_hash_table_unref);

  G_OBJECT_CLASS (envoi_token_broker_parent_class)->finalize (object);
}

static void
envoi_token_broker_class_init (EnvoiTokenBrokerClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = envoi_token_broker_finalize;
}

static void
envoi_token_broker_init (EnvoiTokenBroker *self)
{
  self->client = envoi_oauth_client_new ();
  self->client_ids = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->entries = g_hash_table_new_full (g_str_hash, g_str_equal, g_free,
                                         (GDestroyNotify) entry_free);
}

/**
 * envoi_token_broker_new:
 * @secrets: where refresh tokens rest
 * @providers: where to sign in
 * @clock: what lifetimes go by
 * @folder: (nullable): an existing folder, where sign-ins are noted and refreshes locked
 *
 * Returns: (transfer full): a broker
 *
 * Thread: main
 */
EnvoiTokenBroker *
envoi_token_broker_new (EnvoiSecretStore   *secrets,
                        EnvoiProviderTable *providers,
                        EnvoiClock         *clock,
                        GFile              *folder)
{
  EnvoiTokenBroker *self = g_object_new (ENVOI_TYPE_TOKEN_BROKER, NULL);
  g_autoptr (GFile) file = folder ? g_file_get_child (folder, "sign-ins.ini") : NULL;

  self->secrets = g_object_ref (secrets);
  self->providers = g_object_ref (providers);
  self->clock = g_object_ref (clock);
  self->folder = folder ? g_file_get_path (folder) : NULL;
  self->journal = envoi_token_journal_new (file, clock);
  return self;
}

/**
 * envoi_token_broker_get_client:
 * @self: a broker
 *
 * Returns: (transfer none): what it talks to token endpoints with, for sign-ins
 *
 * Thread: main
 */
EnvoiOAuthClient *
envoi_token_broker_get_client (EnvoiTokenBroker *self)
{
  return self->client;
}

typedef struct {
  EnvoiAccount *account;
  EnvoiOAuthToken *token;
} Keeping;

static void
keeping_free (Keeping *keeping)
{
  g_object_unref (keeping->account);
  envoi_oauth_token_unref (keeping->token);
  g_free (keeping);
}

static void
did_keep_cb (GObject      *source,
             GAsyncResult *result,
             gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  EnvoiTokenBroker *self = g_task_get_source_object (task);
  Keeping *keeping = g_task_get_task_data (task);
  Entry *entry = get_entry (self, keeping->account);
  GError *error = NULL;

  if (!envoi_secret_store_store_finish (self->secrets, result, &error)) {
    g_task_return_error (task, error);
    return;
  }

  g_clear_pointer (&entry->unsaved, envoi_secret_unref);
  entry->is_forgotten = FALSE;
  set_token (self, entry, keeping->token);
  envoi_token_journal_add (self->journal, envoi_account_get_id (keeping->account), keeping->token,
                           TRUE);
  tell_ready (keeping->account);
  g_task_return_boolean (task, TRUE);
}

/**
 * envoi_token_broker_keep_async:
 * @self: a broker
 * @account: whose
 * @token: what the sign-in gave
 * @cancellable: (nullable): stops the wait
 * @callback: called when the refresh token is stored
 * @user_data: for @callback
 *
 * Takes over what a sign-in gave.
 *
 * Thread: main
 */
void
envoi_token_broker_keep_async (EnvoiTokenBroker    *self,
                               EnvoiAccount        *account,
                               EnvoiOAuthToken     *token,
                               GCancellable        *cancellable,
                               GAsyncReadyCallback  callback,
                               gpointer             user_data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
  g_autofree char *label = format_label (account);
  Keeping *keeping = g_new0 (Keeping, 1);

  keeping->account = g_object_ref (account);
  keeping->token = envoi_oauth_token_ref (token);
  g_task_set_source_tag (task, envoi_token_broker_keep_async);
  g_task_set_task_data (task, keeping, (GDestroyNotify) keeping_free);

  if (!token->refresh_token) {
    g_task_return_new_error (task, ENVOI_OAUTH_ERROR, ENVOI_OAUTH_ERROR_SCOPE_MISSING,
                             _("The provider gave no permission that lasts."));
    return;
  }

  envoi_secret_store_store_async (self->secrets, envoi_account_get_id (account),
                                  ENVOI_SECRET_REFRESH_TOKEN, label, token->refresh_token,
                                  cancellable, did_keep_cb, g_steal_pointer (&task));
}

/**
 * envoi_token_broker_keep_finish:
 * @self: a broker
 * @result: what the callback got
 * @error: where an error goes
 *
 * Errors: SECRETS, OAUTH_SCOPE_MISSING (no refresh token came).
 *
 * Returns: whether the account can send from now on
 *
 * Thread: main
 */
gboolean
envoi_token_broker_keep_finish (EnvoiTokenBroker  *self,
                                GAsyncResult      *result,
                                GError           **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

/**
 * envoi_token_broker_get_token_async:
 * @self: a broker
 * @account: whose
 * @refused: (nullable): the token that the mail server just refused
 * @cancellable: (nullable): stops the wait, not the refresh
 * @callback: called on the main thread
 * @user_data: for @callback
 *
 * Hands out an access token, a fresh one when the last is used up or was
 * refused. A refusal by a mail server never costs the refresh token: servers
 * say so too when their own lookup of the token fails.
 *
 * Thread: main
 */
void
envoi_token_broker_get_token_async (EnvoiTokenBroker    *self,
                                    EnvoiAccount        *account,
                                    EnvoiSecret         *refused,
                                    GCancellable        *cancellable,
                                    GAsyncReadyCallback  callback,
                                    gpointer             user_data)
{
  GTask *task = g_task_new (self, cancellable, callback, user_data);
  Entry *entry = get_entry (self, account);

  g_task_set_source_tag (task, envoi_token_broker_get_token_async);

  if (refused && entry->access_token && envoi_secret_is_equal (refused, entry->access_token))
    g_clear_pointer (&entry->access_token, envoi_secret_unref);

  if (!entry->is_flying && is_fresh (self, entry)) {
    g_task_return_pointer (task, envoi_secret_ref (entry->access_token),
                           (GDestroyNotify) envoi_secret_unref);
    g_object_unref (task);
    return;
  }

  wait_for_token (entry, task);
  if (!entry->is_flying)
    take_off (self, account, entry);
}

/**
 * envoi_token_broker_get_token_finish:
 * @self: a broker
 * @result: what the callback got
 * @error: where an error goes
 *
 * Errors: ACCOUNTS_NEEDS_SIGN_IN, all of OAUTH, SECRETS, G_IO_ERROR_CANCELLED.
 *
 * Returns: (transfer full): the access token, or %NULL with @error set
 *
 * Thread: main
 */
EnvoiSecret *
envoi_token_broker_get_token_finish (EnvoiTokenBroker  *self,
                                     GAsyncResult      *result,
                                     GError           **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

/**
 * envoi_token_broker_get_journal:
 * @self: a broker
 *
 * Returns: (transfer none): what is known of sign-ins
 *
 * Thread: main
 */
EnvoiTokenJournal *
envoi_token_broker_get_journal (EnvoiTokenBroker *self)
{
  return self->journal;
}

/**
 * envoi_token_broker_get_access_end:
 * @self: a broker
 * @account: an account
 *
 * Returns: when this session's access token ends, in microseconds since the epoch, 0 without one
 *
 * Thread: main
 */
gint64
envoi_token_broker_get_access_end (EnvoiTokenBroker *self,
                                   EnvoiAccount     *account)
{
  Entry *entry = get_entry (self, account);

  return entry->access_token ? entry->expires_at_us : 0;
}

/**
 * envoi_token_broker_get_providers:
 * @self: a broker
 *
 * Returns: (transfer none): what is known of providers
 *
 * Thread: main
 */
EnvoiProviderTable *
envoi_token_broker_get_providers (EnvoiTokenBroker *self)
{
  return self->providers;
}

/**
 * envoi_token_broker_get_client_ids:
 * @self: a broker
 *
 * Returns: (transfer none): the person's own client ids, by the id of the provider's OAuth
 *
 * Thread: main
 */
GHashTable *
envoi_token_broker_get_client_ids (EnvoiTokenBroker *self)
{
  return self->client_ids;
}

/**
 * envoi_token_broker_get_secrets:
 * @self: a broker
 *
 * Returns: (transfer none): where refresh tokens rest
 *
 * Thread: main
 */
EnvoiSecretStore *
envoi_token_broker_get_secrets (EnvoiTokenBroker *self)
{
  return self->secrets;
}

/**
 * envoi_token_broker_drop_token:
 * @self: a broker
 * @account: whose
 *
 * Forgets what is in memory. A refresh that is under way brings nothing any more.
 *
 * Thread: main
 */
void
envoi_token_broker_drop_token (EnvoiTokenBroker *self,
                               EnvoiAccount     *account)
{
  Entry *entry = get_entry (self, account);

  g_clear_pointer (&entry->access_token, envoi_secret_unref);
  g_clear_pointer (&entry->unsaved, envoi_secret_unref);
  entry->is_forgotten = entry->is_flying;
  envoi_token_journal_forget (self->journal, envoi_account_get_id (account));
}
