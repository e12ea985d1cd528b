/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-secrets"

#include "config.h"

#include "envoi-secret-store.h"

#include <glib/gi18n.h>
#include <libsecret/secret.h>

#define ENVOI_TYPE_LIBSECRET_STORE (envoi_libsecret_store_get_type ())

G_DECLARE_FINAL_TYPE (EnvoiLibsecretStore, envoi_libsecret_store, ENVOI, LIBSECRET_STORE, GObject)

/**
 * EnvoiLibsecretStore:
 *
 * Secrets in the Secret Service, or inside a sandbox in libsecret's encrypted
 * file, whose key the portal hands out.
 *
 * Every call runs on one worker thread, one after the other. libsecret's first
 * call asks the bus synchronously even where its name says "async", and two
 * first calls at the same time make two back ends; neither can happen here.
 *
 * Thread: main
 */
struct _EnvoiLibsecretStore {
  GObject parent_instance;

  GThreadPool *worker;
};

typedef struct _Job Job;

struct _Job {
  void (*run)(Job   *job,
              GTask *task);
  char *account_id;
  EnvoiSecretKind kind;
  char *label;
  EnvoiSecret *secret;
};

static void secret_store_iface_init (EnvoiSecretStoreInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (EnvoiLibsecretStore, envoi_libsecret_store, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (ENVOI_TYPE_SECRET_STORE,
                                                      secret_store_iface_init))

/* Attributes and labels are not encrypted: nothing secret belongs there. */
static const SecretSchema schema = {
  ENVOI_APPLICATION_ID ".Secret", SECRET_SCHEMA_NONE,
  {
    { "account", SECRET_SCHEMA_ATTRIBUTE_STRING },
    { "kind", SECRET_SCHEMA_ATTRIBUTE_STRING },
    { NULL, 0 },
  },
};

static const char *const kind_names[] = {
  [ENVOI_SECRET_PASSWORD] = "password",
  [ENVOI_SECRET_REFRESH_TOKEN] = "refresh-token",
  [ENVOI_SECRET_CLIENT_SECRET] = "client-secret",
};

/* libsecret keeps one back end per process, so several stores share this lock. */
static GMutex libsecret_lock;

static void
job_free (Job *job)
{
  g_free (job->account_id);
  g_free (job->label);
  g_clear_pointer (&job->secret, envoi_secret_unref);
  g_free (job);
}

static GHashTable *
make_attributes (Job      *job,
                 gboolean  with_kind)
{
  GHashTable *attributes = g_hash_table_new (g_str_hash, g_str_equal);

  g_hash_table_insert (attributes, (gpointer) "account", job->account_id);
  if (with_kind)
    g_hash_table_insert (attributes, (gpointer) "kind", (gpointer) kind_names[job->kind]);

  return attributes;
}

static EnvoiSecretsError
classify (const GError *error)
{
  g_autofree char *remote = g_dbus_error_get_remote_error (error);

  if (g_error_matches (error, SECRET_ERROR, SECRET_ERROR_IS_LOCKED) ||
      g_strcmp0 (remote, "org.freedesktop.Secret.Error.IsLocked") == 0)
    return ENVOI_SECRETS_ERROR_LOCKED;

  if (g_error_matches (error, G_DBUS_ERROR, G_DBUS_ERROR_ACCESS_DENIED) ||
      g_error_matches (error, G_DBUS_ERROR, G_DBUS_ERROR_AUTH_FAILED) ||
      g_error_matches (error, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED) ||
      g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) ||
      g_error_matches (error, SECRET_ERROR, SECRET_ERROR_INVALID_FILE_FORMAT))
    return ENVOI_SECRETS_ERROR_DENIED;

  return ENVOI_SECRETS_ERROR_UNAVAILABLE;
}

static const char *const sentences[] = {
  [ENVOI_SECRETS_ERROR_UNAVAILABLE] = N_("The keyring cannot be reached."),
  [ENVOI_SECRETS_ERROR_LOCKED] = N_("The keyring is locked."),
  [ENVOI_SECRETS_ERROR_DENIED] = N_("The keyring refused the request."),
  [ENVOI_SECRETS_ERROR_NOT_FOUND] = N_("The keyring holds no such secret."),
};

/* A cancellation that the caller asked for stays one; libsecret also reports a
 * dismissed prompt as one, and that is a refusal. */
static void
return_error (GTask  *task,
              GError *error)
{
  EnvoiSecretsError code = classify (error);

  if (g_cancellable_is_cancelled (g_task_get_cancellable (task))) {
    g_error_free (error);
    g_task_return_error_if_cancelled (task);
    return;
  }

  g_dbus_error_strip_remote_error (error);
  g_task_return_new_error (task, ENVOI_SECRETS_ERROR, code, "%s (%s)", _(sentences[code]),
                           error->message);
  g_error_free (error);
}

static void
return_failure (GTask             *task,
                EnvoiSecretsError  code)
{
  g_task_return_new_error (task, ENVOI_SECRETS_ERROR, code, "%s", _(sentences[code]));
}

/* After the service was restarted libsecret still holds the dead session; one
 * fresh connection cures it. A second failure is the truth. */
static gboolean
should_reconnect (GTask  *task,
                  GError *error)
{
  if (g_cancellable_is_cancelled (g_task_get_cancellable (task)) ||
      classify (error) != ENVOI_SECRETS_ERROR_UNAVAILABLE)
    return FALSE;

  g_debug ("connecting to the keyring again");
  secret_service_disconnect ();
  return TRUE;
}

/* The file back end has no collections, and the host's service, if it can be
 * seen at all, says nothing about it. */
static gboolean
uses_file_backend (void)
{
  return g_strcmp0 (g_getenv ("SECRET_BACKEND"), "file") == 0 ||
         g_file_test ("/.flatpak-info", G_FILE_TEST_EXISTS);
}

static gboolean
is_default_collection_locked (GCancellable *cancellable)
{
  g_autoptr (SecretService) service = NULL;
  g_autoptr (SecretCollection) collection = NULL;

  if (uses_file_backend ())
    return FALSE;

  service = secret_service_get_sync (SECRET_SERVICE_NONE, cancellable, NULL);
  if (service)
    collection = secret_collection_for_alias_sync (service, SECRET_COLLECTION_DEFAULT,
                                                   SECRET_COLLECTION_NONE, cancellable, NULL);

  return collection && secret_collection_get_locked (collection);
}

/* A lookup answers "nothing" both for a missing secret and for an unlock prompt
 * that was dismissed. Searching without unlocking tells them apart. */
static void
return_why_nothing (Job   *job,
                    GTask *task)
{
  g_autoptr (GHashTable) attributes = make_attributes (job, TRUE);
  GCancellable *cancellable = g_task_get_cancellable (task);
  GError *error = NULL;
  GList *items = secret_password_searchv_sync (&schema, attributes, SECRET_SEARCH_ALL, cancellable,
                                               &error);

  if (error)
    return_error (task, error);
  else if (items && SECRET_IS_ITEM (items->data) && secret_item_get_locked (items->data))
    return_failure (task, ENVOI_SECRETS_ERROR_LOCKED);
  else if (items)
    return_failure (task, ENVOI_SECRETS_ERROR_DENIED);
  else if (is_default_collection_locked (cancellable))
    return_failure (task, ENVOI_SECRETS_ERROR_LOCKED);
  else
    return_failure (task, ENVOI_SECRETS_ERROR_NOT_FOUND);

  g_list_free_full (items, g_object_unref);
}

static void
lookup_sync (Job   *job,
             GTask *task)
{
  g_autoptr (GHashTable) attributes = make_attributes (job, TRUE);
  GCancellable *cancellable = g_task_get_cancellable (task);
  GError *error = NULL;
  SecretValue *value;
  const char *bytes;
  gsize length;

  value = secret_password_lookupv_binary_sync (&schema, attributes, cancellable, &error);
  if (error && should_reconnect (task, error)) {
    g_clear_error (&error);
    value = secret_password_lookupv_binary_sync (&schema, attributes, cancellable, &error);
  }

  if (error) {
    return_error (task, error);
  } else if (!value) {
    return_why_nothing (job, task);
  } else {
    bytes = secret_value_get (value, &length);
    g_task_return_pointer (task, envoi_secret_new (bytes, (gssize) length),
                           (GDestroyNotify) envoi_secret_unref);
    secret_value_unref (value);
  }
}

static void
store_sync (Job   *job,
            GTask *task)
{
  g_autoptr (GHashTable) attributes = make_attributes (job, TRUE);
  GCancellable *cancellable = g_task_get_cancellable (task);
  GError *error = NULL;
  SecretValue *value = secret_value_new (envoi_secret_peek (job->secret),
                                         (gssize) envoi_secret_get_length (job->secret),
                                         "text/plain");
  gboolean stored;

  stored = secret_password_storev_binary_sync (&schema, attributes, SECRET_COLLECTION_DEFAULT,
                                               job->label, value, cancellable, &error);
  if (error && should_reconnect (task, error)) {
    g_clear_error (&error);
    stored = secret_password_storev_binary_sync (&schema, attributes, SECRET_COLLECTION_DEFAULT,
                                                 job->label, value, cancellable, &error);
  }

  secret_value_unref (value);

  if (error)
    return_error (task, error);
  else if (!stored)
    return_failure (task, ENVOI_SECRETS_ERROR_LOCKED);
  else
    g_task_return_boolean (task, TRUE);
}

static void
clear_sync (Job   *job,
            GTask *task)
{
  g_autoptr (GHashTable) attributes = make_attributes (job, FALSE);
  GCancellable *cancellable = g_task_get_cancellable (task);
  GError *error = NULL;
  GList *left = NULL;

  secret_password_clearv_sync (&schema, attributes, cancellable, &error);
  if (error && should_reconnect (task, error)) {
    g_clear_error (&error);
    secret_password_clearv_sync (&schema, attributes, cancellable, &error);
  }

  /* "Removed nothing" can mean that the unlock prompt was dismissed. */
  if (!error)
    left = secret_password_searchv_sync (&schema, attributes, SECRET_SEARCH_ALL, cancellable,
                                         &error);

  if (error)
    return_error (task, error);
  else if (left)
    return_failure (task, ENVOI_SECRETS_ERROR_LOCKED);
  else
    g_task_return_boolean (task, TRUE);

  g_list_free_full (left, g_object_unref);
}

static void
run_job_cb (gpointer data,
            gpointer user_data)
{
  g_autoptr (GTask) task = data;
  Job *job = g_task_get_task_data (task);

  if (g_task_return_error_if_cancelled (task))
    return;

  g_mutex_lock (&libsecret_lock);
  job->run (job, task);
  g_mutex_unlock (&libsecret_lock);
}

static Job *
make_job (void (*run)(Job *, GTask *),
          const char       *account_id,
          EnvoiSecretKind kind)
{
  Job *job = g_new0 (Job, 1);

  job->run = run;
  job->account_id = g_strdup (account_id);
  job->kind = kind;
  return job;
}

static void
push_job (EnvoiLibsecretStore *self,
          GTask               *task,
          Job                 *job)
{
  g_task_set_task_data (task, job, (GDestroyNotify) job_free);
  g_thread_pool_push (self->worker, task, NULL);
}

static void
envoi_libsecret_store_lookup_async (EnvoiSecretStore    *store,
                                    const char          *account_id,
                                    EnvoiSecretKind      kind,
                                    GCancellable        *cancellable,
                                    GAsyncReadyCallback  callback,
                                    gpointer             user_data)
{
  GTask *task = g_task_new (store, cancellable, callback, user_data);

  g_task_set_source_tag (task, envoi_libsecret_store_lookup_async);
  push_job (ENVOI_LIBSECRET_STORE (store), task, make_job (lookup_sync, account_id, kind));
}

static EnvoiSecret *
envoi_libsecret_store_lookup_finish (EnvoiSecretStore  *store,
                                     GAsyncResult      *result,
                                     GError           **error)
{
  g_return_val_if_fail (g_task_is_valid (result, store), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
envoi_libsecret_store_store_async (EnvoiSecretStore    *store,
                                   const char          *account_id,
                                   EnvoiSecretKind      kind,
                                   const char          *label,
                                   EnvoiSecret         *secret,
                                   GCancellable        *cancellable,
                                   GAsyncReadyCallback  callback,
                                   gpointer             user_data)
{
  GTask *task = g_task_new (store, cancellable, callback, user_data);
  Job *job = make_job (store_sync, account_id, kind);

  job->label = g_strdup (label);
  job->secret = envoi_secret_ref (secret);
  g_task_set_source_tag (task, envoi_libsecret_store_store_async);
  push_job (ENVOI_LIBSECRET_STORE (store), task, job);
}

static gboolean
envoi_libsecret_store_boolean_finish (EnvoiSecretStore  *store,
                                      GAsyncResult      *result,
                                      GError           **error)
{
  g_return_val_if_fail (g_task_is_valid (result, store), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

static void
envoi_libsecret_store_clear_async (EnvoiSecretStore    *store,
                                   const char          *account_id,
                                   GCancellable        *cancellable,
                                   GAsyncReadyCallback  callback,
                                   gpointer             user_data)
{
  GTask *task = g_task_new (store, cancellable, callback, user_data);

  g_task_set_source_tag (task, envoi_libsecret_store_clear_async);
  push_job (ENVOI_LIBSECRET_STORE (store), task,
            make_job (clear_sync, account_id, ENVOI_SECRET_PASSWORD));
}

/* Every task holds a reference, so the queue is empty by now. Not waiting for
 * the thread matters: the last reference may be dropped on it. */
static void
envoi_libsecret_store_finalize (GObject *object)
{
  EnvoiLibsecretStore *self = ENVOI_LIBSECRET_STORE (object);

  g_thread_pool_free (self->worker, FALSE, FALSE);

  G_OBJECT_CLASS (envoi_libsecret_store_parent_class)->finalize (object);
}

static void
envoi_libsecret_store_class_init (EnvoiLibsecretStoreClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = envoi_libsecret_store_finalize;
}

static void
envoi_libsecret_store_init (EnvoiLibsecretStore *self)
{
  self->worker = g_thread_pool_new (run_job_cb, NULL, 1, FALSE, NULL);
}

static void
secret_store_iface_init (EnvoiSecretStoreInterface *iface)
{
  iface->lookup_async = envoi_libsecret_store_lookup_async;
  iface->lookup_finish = envoi_libsecret_store_lookup_finish;
  iface->store_async = envoi_libsecret_store_store_async;
  iface->store_finish = envoi_libsecret_store_boolean_finish;
  iface->clear_async = envoi_libsecret_store_clear_async;
  iface->clear_finish = envoi_libsecret_store_boolean_finish;
}

/**
 * envoi_libsecret_store_new:
 *
 * Makes a store in the person's keyring. Nothing is contacted before the first
 * request.
 *
 * Returns: (transfer full): the store
 *
 * Thread: main
 */
EnvoiSecretStore *
envoi_libsecret_store_new (void)
{
  return g_object_new (ENVOI_TYPE_LIBSECRET_STORE, NULL);
}
