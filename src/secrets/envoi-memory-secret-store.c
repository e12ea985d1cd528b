/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-secrets"

#include "config.h"

#include "envoi-secret-store.h"

#include <glib/gi18n.h>

#define ENVOI_TYPE_MEMORY_SECRET_STORE (envoi_memory_secret_store_get_type ())

G_DECLARE_FINAL_TYPE (EnvoiMemorySecretStore, envoi_memory_secret_store, ENVOI, MEMORY_SECRET_STORE,
                      GObject)

/**
 * EnvoiMemorySecretStore:
 *
 * Secrets for this session only. They are wiped when the store goes.
 *
 * Thread: main
 */
struct _EnvoiMemorySecretStore {
  GObject parent_instance;

  /* account id -> (kind -> EnvoiSecret) */
  GHashTable *accounts;
};

static void secret_store_iface_init (EnvoiSecretStoreInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (EnvoiMemorySecretStore, envoi_memory_secret_store, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (ENVOI_TYPE_SECRET_STORE,
                                                      secret_store_iface_init))

static GHashTable *
get_kinds (EnvoiMemorySecretStore *self,
           const char             *account_id)
{
  GHashTable *kinds = g_hash_table_lookup (self->accounts, account_id);

  if (!kinds) {
    kinds = g_hash_table_new_full (NULL, NULL, NULL, (GDestroyNotify) envoi_secret_unref);
    g_hash_table_insert (self->accounts, g_strdup (account_id), kinds);
  }

  return kinds;
}

static void
envoi_memory_secret_store_lookup_async (EnvoiSecretStore    *store,
                                        const char          *account_id,
                                        EnvoiSecretKind      kind,
                                        GCancellable        *cancellable,
                                        GAsyncReadyCallback  callback,
                                        gpointer             user_data)
{
  EnvoiMemorySecretStore *self = ENVOI_MEMORY_SECRET_STORE (store);
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
  EnvoiSecret *secret = g_hash_table_lookup (get_kinds (self, account_id), GINT_TO_POINTER (kind));

  g_task_set_source_tag (task, envoi_memory_secret_store_lookup_async);

  if (secret)
    g_task_return_pointer (task, envoi_secret_ref (secret), (GDestroyNotify) envoi_secret_unref);
  else
    g_task_return_new_error (task, ENVOI_SECRETS_ERROR, ENVOI_SECRETS_ERROR_NOT_FOUND,
                             _("There is no such secret in this session."));
}

static EnvoiSecret *
envoi_memory_secret_store_lookup_finish (EnvoiSecretStore  *store,
                                         GAsyncResult      *result,
                                         GError           **error)
{
  g_return_val_if_fail (g_task_is_valid (result, store), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
envoi_memory_secret_store_store_async (EnvoiSecretStore    *store,
                                       const char          *account_id,
                                       EnvoiSecretKind      kind,
                                       const char          *label,
                                       EnvoiSecret         *secret,
                                       GCancellable        *cancellable,
                                       GAsyncReadyCallback  callback,
                                       gpointer             user_data)
{
  EnvoiMemorySecretStore *self = ENVOI_MEMORY_SECRET_STORE (store);
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);

  g_task_set_source_tag (task, envoi_memory_secret_store_store_async);
  g_hash_table_insert (get_kinds (self, account_id), GINT_TO_POINTER (kind),
                       envoi_secret_ref (secret));
  g_task_return_boolean (task, TRUE);
}

static gboolean
envoi_memory_secret_store_store_finish (EnvoiSecretStore  *store,
                                        GAsyncResult      *result,
                                        GError           **error)
{
  g_return_val_if_fail (g_task_is_valid (result, store), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

static void
envoi_memory_secret_store_clear_async (EnvoiSecretStore    *store,
                                       const char          *account_id,
                                       GCancellable        *cancellable,
                                       GAsyncReadyCallback  callback,
                                       gpointer             user_data)
{
  EnvoiMemorySecretStore *self = ENVOI_MEMORY_SECRET_STORE (store);
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);

  g_task_set_source_tag (task, envoi_memory_secret_store_clear_async);
  g_hash_table_remove (self->accounts, account_id);
  g_task_return_boolean (task, TRUE);
}

static void
envoi_memory_secret_store_finalize (GObject *object)
{
  EnvoiMemorySecretStore *self = ENVOI_MEMORY_SECRET_STORE (object);

  g_clear_pointer (&self->accounts, g_hash_table_unref);

  G_OBJECT_CLASS (envoi_memory_secret_store_parent_class)->finalize (object);
}

static void
envoi_memory_secret_store_class_init (EnvoiMemorySecretStoreClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = envoi_memory_secret_store_finalize;
}

static void
envoi_memory_secret_store_init (EnvoiMemorySecretStore *self)
{
  self->accounts = g_hash_table_new_full (g_str_hash, g_str_equal, g_free,
                                          (GDestroyNotify) g_hash_table_unref);
}

static void
secret_store_iface_init (EnvoiSecretStoreInterface *iface)
{
  iface->lookup_async = envoi_memory_secret_store_lookup_async;
  iface->lookup_finish = envoi_memory_secret_store_lookup_finish;
  iface->store_async = envoi_memory_secret_store_store_async;
  iface->store_finish = envoi_memory_secret_store_store_finish;
  iface->clear_async = envoi_memory_secret_store_clear_async;
  iface->clear_finish = envoi_memory_secret_store_store_finish;
}

/**
 * envoi_memory_secret_store_new:
 *
 * Makes a store that writes nothing anywhere.
 *
 * Returns: (transfer full): the store
 *
 * Thread: main
 */
EnvoiSecretStore *
envoi_memory_secret_store_new (void)
{
  return g_object_new (ENVOI_TYPE_MEMORY_SECRET_STORE, NULL);
}
