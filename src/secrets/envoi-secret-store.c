/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-secrets"

#include "config.h"

#include "envoi-secret-store.h"

G_DEFINE_QUARK (envoi-secrets-error-quark, envoi_secrets_error)

/**
 * EnvoiSecretStore:
 *
 * Where passwords and refresh tokens rest, keyed by account and kind. The
 * interface belongs to this layer, so that tests and a session without a
 * keyring can put something else in its place.
 *
 * Thread: main; no implementation blocks it
 */
G_DEFINE_INTERFACE (EnvoiSecretStore, envoi_secret_store, G_TYPE_OBJECT)

static void
envoi_secret_store_default_init (EnvoiSecretStoreInterface *iface)
{
}

/**
 * envoi_secret_store_lookup_async:
 * @self: a secret store
 * @account_id: whose secret
 * @kind: which secret
 * @cancellable: (nullable): stops the wait
 * @callback: called on the main thread
 * @user_data: for @callback
 *
 * Looks for a secret. A locked keyring may ask the person to unlock it.
 *
 * Thread: main
 */
void
envoi_secret_store_lookup_async (EnvoiSecretStore    *self,
                                 const char          *account_id,
                                 EnvoiSecretKind      kind,
                                 GCancellable        *cancellable,
                                 GAsyncReadyCallback  callback,
                                 gpointer             user_data)
{
  g_return_if_fail (ENVOI_IS_SECRET_STORE (self));
  g_return_if_fail (account_id != NULL);

  ENVOI_SECRET_STORE_GET_IFACE (self)->lookup_async (self, account_id, kind, cancellable, callback,
                                                     user_data);
}

/**
 * envoi_secret_store_lookup_finish:
 * @self: a secret store
 * @result: what the callback got
 * @error: where an error goes
 *
 * Errors: UNAVAILABLE, LOCKED, DENIED, NOT_FOUND. Only the last one says that
 * the secret does not exist.
 *
 * Returns: (transfer full): the secret, or %NULL with @error set
 *
 * Thread: main
 */
EnvoiSecret *
envoi_secret_store_lookup_finish (EnvoiSecretStore  *self,
                                  GAsyncResult      *result,
                                  GError           **error)
{
  g_return_val_if_fail (ENVOI_IS_SECRET_STORE (self), NULL);

  return ENVOI_SECRET_STORE_GET_IFACE (self)->lookup_finish (self, result, error);
}

/**
 * envoi_secret_store_store_async:
 * @self: a secret store
 * @account_id: whose secret
 * @kind: which secret
 * @label: what a keyring manager shows; it is not encrypted
 * @secret: the secret
 * @cancellable: (nullable): stops the wait
 * @callback: called on the main thread
 * @user_data: for @callback
 *
 * Keeps a secret in place of the one kept so far.
 *
 * Thread: main
 */
void
envoi_secret_store_store_async (EnvoiSecretStore    *self,
                                const char          *account_id,
                                EnvoiSecretKind      kind,
                                const char          *label,
                                EnvoiSecret         *secret,
                                GCancellable        *cancellable,
                                GAsyncReadyCallback  callback,
                                gpointer             user_data)
{
  g_return_if_fail (ENVOI_IS_SECRET_STORE (self));
  g_return_if_fail (account_id != NULL);
  g_return_if_fail (label != NULL);
  g_return_if_fail (secret != NULL);

  ENVOI_SECRET_STORE_GET_IFACE (self)->store_async (self, account_id, kind, label, secret,
                                                    cancellable, callback, user_data);
}

/**
 * envoi_secret_store_store_finish:
 * @self: a secret store
 * @result: what the callback got
 * @error: where an error goes
 *
 * Errors: UNAVAILABLE, LOCKED, DENIED.
 *
 * Returns: whether the secret is kept
 *
 * Thread: main
 */
gboolean
envoi_secret_store_store_finish (EnvoiSecretStore  *self,
                                 GAsyncResult      *result,
                                 GError           **error)
{
  g_return_val_if_fail (ENVOI_IS_SECRET_STORE (self), FALSE);

  return ENVOI_SECRET_STORE_GET_IFACE (self)->store_finish (self, result, error);
}

/**
 * envoi_secret_store_clear_async:
 * @self: a secret store
 * @account_id: whose secrets
 * @cancellable: (nullable): stops the wait
 * @callback: called on the main thread
 * @user_data: for @callback
 *
 * Forgets all secrets of one account.
 *
 * Thread: main
 */
void
envoi_secret_store_clear_async (EnvoiSecretStore    *self,
                                const char          *account_id,
                                GCancellable        *cancellable,
                                GAsyncReadyCallback  callback,
                                gpointer             user_data)
{
  g_return_if_fail (ENVOI_IS_SECRET_STORE (self));
  g_return_if_fail (account_id != NULL);

  ENVOI_SECRET_STORE_GET_IFACE (self)->clear_async (self, account_id, cancellable, callback,
                                                    user_data);
}

/**
 * envoi_secret_store_clear_finish:
 * @self: a secret store
 * @result: what the callback got
 * @error: where an error goes
 *
 * Errors: UNAVAILABLE, LOCKED, DENIED. That there was nothing to forget is none.
 *
 * Returns: whether no secret of the account is kept any more
 *
 * Thread: main
 */
gboolean
envoi_secret_store_clear_finish (EnvoiSecretStore  *self,
                                 GAsyncResult      *result,
                                 GError           **error)
{
  g_return_val_if_fail (ENVOI_IS_SECRET_STORE (self), FALSE);

  return ENVOI_SECRET_STORE_GET_IFACE (self)->clear_finish (self, result, error);
}
