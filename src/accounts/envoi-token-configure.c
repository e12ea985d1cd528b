/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-accounts"

#include "config.h"

#include "envoi-token-broker.h"

#include "envoi-oauth-error.h"
#include "envoi-token-broker-private.h"

#include <glib/gi18n.h>

/* What a sign-in or a refresh needs: the provider's table, a client id, perhaps a secret. */

/* The packager's, from the build's options; none is borrowed from another program. */
static const struct {
  const char *oauth_id;
  const char *client_id;
} built_in_ids[] = {
  { "google", ENVOI_OAUTH_CLIENT_ID_GOOGLE },
  { "microsoft", ENVOI_OAUTH_CLIENT_ID_MICROSOFT },
  { "yandex", ENVOI_OAUTH_CLIENT_ID_YANDEX },
  { "mailru", ENVOI_OAUTH_CLIENT_ID_MAILRU },
  { "fastmail", ENVOI_OAUTH_CLIENT_ID_FASTMAIL },
};

static EnvoiOAuthConfig *
make_config (const EnvoiProviderOAuth *oauth,
             const char               *client_id)
{
  EnvoiOAuthConfig *config = envoi_oauth_config_new ();

  config->authorization_endpoint = g_strdup (oauth->authorization_endpoint);
  config->token_endpoint = g_strdup (oauth->token_endpoint);
  config->device_endpoint = g_strdup (oauth->device_endpoint);
  config->revocation_endpoint = g_strdup (oauth->revocation_endpoint);
  config->issuer = g_strdup (oauth->issuer);
  config->scopes = g_strdupv (oauth->scopes);
  config->client_id = g_strdup (client_id);
  config->uses_pkce = oauth->uses_pkce;
  config->redirect_host = g_strdup (oauth->redirect_host);
  config->redirect_port = oauth->redirect_port;
  config->redirect_path = g_strdup (oauth->redirect_path);
  return config;
}

/* Most providers want none, so a missing secret is no error; a keyring that will
 * not say is one, for it would look like a wrong client. */
static void
got_client_secret_cb (GObject      *source,
                      GAsyncResult *result,
                      gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  EnvoiTokenBroker *self = g_task_get_source_object (task);
  EnvoiOAuthConfig *config = g_task_get_task_data (task);
  GError *error = NULL;

  config->client_secret = envoi_secret_store_lookup_finish (envoi_token_broker_get_secrets (self), result, &error);
  if (error && !g_error_matches (error, ENVOI_SECRETS_ERROR, ENVOI_SECRETS_ERROR_NOT_FOUND)) {
    g_task_return_error (task, error);
    return;
  }

  g_clear_error (&error);
  g_task_return_pointer (task, envoi_oauth_config_ref (config),
                         (GDestroyNotify) envoi_oauth_config_unref);
}

/**
 * envoi_token_broker_configure_async:
 * @self: a broker
 * @provider_id: the account's "oauth-provider": a provider's id, or "google" and the like
 * @cancellable: (nullable): stops the wait
 * @callback: called on the main thread
 * @user_data: for @callback
 *
 * Puts together what a sign-in needs, with the client secret where there is one.
 *
 * Thread: main
 */
void
envoi_token_broker_configure_async (EnvoiTokenBroker    *self,
                                    const char          *provider_id,
                                    GCancellable        *cancellable,
                                    GAsyncReadyCallback  callback,
                                    gpointer             user_data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
  EnvoiProvider *provider = envoi_provider_table_find_oauth (envoi_token_broker_get_providers (self), provider_id);
  const EnvoiProviderOAuth *oauth = provider ? envoi_provider_get_oauth (provider) : NULL;
  const char *client_id = oauth ? envoi_token_broker_get_client_id (self, oauth->id) : NULL;
  g_autofree char *key = NULL;

  g_task_set_source_tag (task, envoi_token_broker_configure_async);
  if (!oauth) {
    g_task_return_new_error (task, ENVOI_ACCOUNTS_ERROR, ENVOI_ACCOUNTS_ERROR_NOT_FOUND,
                             _("The provider “%s” is not known, or has no sign-in by the browser."),
                             provider_id);
    return;
  }

  if (!client_id) {
    g_task_return_new_error (task, ENVOI_OAUTH_ERROR, ENVOI_OAUTH_ERROR_CLIENT_INVALID,
                             _("This build has no client id for %s. You can register your own."),
                             envoi_provider_get_name (provider, NULL));
    return;
  }

  g_task_set_task_data (task, make_config (oauth, client_id),
                        (GDestroyNotify) envoi_oauth_config_unref);
  key = envoi_token_broker_format_client_key (oauth->id);
  envoi_secret_store_lookup_async (envoi_token_broker_get_secrets (self), key, ENVOI_SECRET_CLIENT_SECRET, cancellable,
                                   got_client_secret_cb, g_steal_pointer (&task));
}

/**
 * envoi_token_broker_configure_finish:
 * @self: a broker
 * @result: what the callback got
 * @error: where an error goes
 *
 * Errors: ACCOUNTS_NOT_FOUND, OAUTH_CLIENT_INVALID, SECRETS.
 *
 * Returns: (transfer full): the configuration, or %NULL with @error set
 *
 * Thread: main
 */
EnvoiOAuthConfig *
envoi_token_broker_configure_finish (EnvoiTokenBroker  *self,
                                     GAsyncResult      *result,
                                     GError           **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

/**
 * envoi_token_broker_set_client_id:
 * @self: a broker
 * @oauth_id: whose: "google", "microsoft" ...
 * @client_id: (nullable): the person's own client id; %NULL or "" forgets it
 *
 * Thread: main
 */
void
envoi_token_broker_set_client_id (EnvoiTokenBroker *self,
                                  const char       *oauth_id,
                                  const char       *client_id)
{
  GHashTable *ids = envoi_token_broker_get_client_ids (self);

  if (client_id && *client_id)
    g_hash_table_insert (ids, g_strdup (oauth_id), g_strdup (client_id));
  else
    g_hash_table_remove (ids, oauth_id);
}

/**
 * envoi_token_broker_get_client_id:
 * @self: a broker
 * @oauth_id: whose
 *
 * Returns: (transfer none) (nullable): the client id in force
 *
 * Thread: main
 */
const char *
envoi_token_broker_get_client_id (EnvoiTokenBroker *self,
                                  const char       *oauth_id)
{
  const char *own = g_hash_table_lookup (envoi_token_broker_get_client_ids (self), oauth_id);
  EnvoiProvider *provider =
    envoi_provider_table_find_oauth (envoi_token_broker_get_providers (self), oauth_id);

  if (own)
    return own;
  if (provider && envoi_provider_get_oauth (provider)->client_id)
    return envoi_provider_get_oauth (provider)->client_id;

  for (guint i = 0; i < G_N_ELEMENTS (built_in_ids); i++) {
    if (g_str_equal (built_in_ids[i].oauth_id, oauth_id) && *built_in_ids[i].client_id)
      return built_in_ids[i].client_id;
  }

  return NULL;
}

/**
 * envoi_token_broker_format_client_key:
 * @oauth_id: whose
 *
 * Returns: (transfer full): what stands for an account id where a client secret is stored
 *
 * Thread: any
 */
char *
envoi_token_broker_format_client_key (const char *oauth_id)
{
  return g_strconcat ("oauth-client-", oauth_id, NULL);
}
