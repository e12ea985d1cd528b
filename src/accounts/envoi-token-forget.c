/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-accounts"

#include "config.h"

#include "envoi-token-broker.h"

#include "envoi-token-broker-private.h"

/* Signing an account out. Nothing but the keyring may stop it. */

typedef struct {
  char *account_id;
  EnvoiOAuthConfig *config;   /* nullable */
  EnvoiSecret *token;         /* nullable: what is left to be taken back */
} Forgetting;

static void
forgetting_free (Forgetting *forgetting)
{
  g_free (forgetting->account_id);
  g_clear_pointer (&forgetting->config, envoi_oauth_config_unref);
  g_clear_pointer (&forgetting->token, envoi_secret_unref);
  g_free (forgetting);
}

static void
did_revoke_cb (GObject      *source,
               GAsyncResult *result,
               gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;

  /* Without the network the account can be removed all the same. */
  if (!envoi_oauth_client_revoke_finish (ENVOI_OAUTH_CLIENT (source), result, &error))
    g_debug ("not revoked: %s", error->message);

  g_task_return_boolean (task, TRUE);
}

/* The provider comes last: it may take its time, and the program may be told to end meanwhile. */
static void
did_clear_cb (GObject      *source,
              GAsyncResult *result,
              gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  EnvoiTokenBroker *self = g_task_get_source_object (task);
  Forgetting *forgetting = g_task_get_task_data (task);
  GError *error = NULL;

  if (!envoi_secret_store_clear_finish (envoi_token_broker_get_secrets (self), result, &error))
    g_task_return_error (task, error);
  else if (forgetting->token)
    envoi_oauth_client_revoke_async (envoi_token_broker_get_client (self), forgetting->config,
                                     forgetting->token, g_task_get_cancellable (task),
                                     did_revoke_cb, g_object_ref (task));
  else
    g_task_return_boolean (task, TRUE);
}

/* @task: (transfer full) */
static void
clear_secrets (GTask *task)
{
  EnvoiTokenBroker *self = g_task_get_source_object (task);
  Forgetting *forgetting = g_task_get_task_data (task);

  envoi_secret_store_clear_async (envoi_token_broker_get_secrets (self), forgetting->account_id,
                                  NULL, did_clear_cb, task);
}

static void
got_token_to_revoke_cb (GObject      *source,
                        GAsyncResult *result,
                        gpointer      user_data)
{
  GTask *task = user_data;
  Forgetting *forgetting = g_task_get_task_data (task);

  forgetting->token = envoi_secret_store_lookup_finish (ENVOI_SECRET_STORE (source), result, NULL);
  clear_secrets (task);
}

static void
configured_to_forget_cb (GObject      *source,
                         GAsyncResult *result,
                         gpointer      user_data)
{
  EnvoiTokenBroker *self = ENVOI_TOKEN_BROKER (source);
  GTask *task = user_data;
  Forgetting *forgetting = g_task_get_task_data (task);

  forgetting->config = envoi_token_broker_configure_finish (self, result, NULL);
  if (forgetting->config)
    envoi_secret_store_lookup_async (envoi_token_broker_get_secrets (self), forgetting->account_id,
                                     ENVOI_SECRET_REFRESH_TOKEN, g_task_get_cancellable (task),
                                     got_token_to_revoke_cb, task);
  else
    clear_secrets (task);
}

/**
 * envoi_token_broker_forget_async:
 * @self: a broker
 * @account: whose
 * @cancellable: (nullable): skips what takes time, not the forgetting
 * @callback: called on the main thread
 * @user_data: for @callback
 *
 * Signs an account out: forgets the secrets, then takes the permission back
 * where the provider can do that (RFC 7009).
 *
 * Thread: main
 */
void
envoi_token_broker_forget_async (EnvoiTokenBroker    *self,
                                 EnvoiAccount        *account,
                                 GCancellable        *cancellable,
                                 GAsyncReadyCallback  callback,
                                 gpointer             user_data)
{
  GTask *task = g_task_new (self, cancellable, callback, user_data);
  Forgetting *forgetting = g_new0 (Forgetting, 1);

  forgetting->account_id = g_strdup (envoi_account_get_id (account));
  g_task_set_source_tag (task, envoi_token_broker_forget_async);
  g_task_set_check_cancellable (task, FALSE);
  g_task_set_task_data (task, forgetting, (GDestroyNotify) forgetting_free);

  envoi_token_broker_drop_token (self, account);
  envoi_token_broker_configure_async (self, envoi_account_get_oauth_provider (account),
                                      cancellable, configured_to_forget_cb, task);
}

/**
 * envoi_token_broker_forget_finish:
 * @self: a broker
 * @result: what the callback got
 * @error: where an error goes
 *
 * Errors: SECRETS (the keyring may still hold them).
 *
 * Returns: whether the secrets are gone
 *
 * Thread: main
 */
gboolean
envoi_token_broker_forget_finish (EnvoiTokenBroker  *self,
                                  GAsyncResult      *result,
                                  GError           **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
