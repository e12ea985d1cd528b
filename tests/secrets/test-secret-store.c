/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-test"

#include "config.h"

#include "envoi-test.h"

#include "envoi-secret-store.h"

#define TROUBLED_TYPE_STORE (troubled_store_get_type ())

G_DECLARE_FINAL_TYPE (TroubledStore, troubled_store, TROUBLED, STORE, GObject)

/* A primary store in front of a memory store, with trouble when a test says so. */
struct _TroubledStore {
  GObject parent_instance;

  EnvoiSecretStore *inner;
  int trouble;               /* an EnvoiSecretsError, or NO_TROUBLE */
};

#define NO_TROUBLE -1

static void troubled_iface_init (EnvoiSecretStoreInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (TroubledStore, troubled_store, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (ENVOI_TYPE_SECRET_STORE, troubled_iface_init))

static gboolean
refuse (TroubledStore       *self,
        GAsyncReadyCallback  callback,
        gpointer             user_data)
{
  if (self->trouble == NO_TROUBLE)
    return FALSE;

  g_task_report_new_error (self, callback, user_data, troubled_store_get_type,
                           ENVOI_SECRETS_ERROR, self->trouble, "Trouble %d.", self->trouble);
  return TRUE;
}

static gboolean
is_refusal (GAsyncResult *result)
{
  return g_async_result_is_tagged (result, troubled_store_get_type);
}

static void
troubled_lookup_async (EnvoiSecretStore    *store,
                       const char          *account_id,
                       EnvoiSecretKind      kind,
                       GCancellable        *cancellable,
                       GAsyncReadyCallback  callback,
                       gpointer             user_data)
{
  TroubledStore *self = TROUBLED_STORE (store);

  if (!refuse (self, callback, user_data))
    envoi_secret_store_lookup_async (self->inner, account_id, kind, cancellable, callback,
                                     user_data);
}

static EnvoiSecret *
troubled_lookup_finish (EnvoiSecretStore  *store,
                        GAsyncResult      *result,
                        GError           **error)
{
  if (is_refusal (result))
    return g_task_propagate_pointer (G_TASK (result), error);

  return envoi_secret_store_lookup_finish (TROUBLED_STORE (store)->inner, result, error);
}

static void
troubled_store_async (EnvoiSecretStore    *store,
                      const char          *account_id,
                      EnvoiSecretKind      kind,
                      const char          *label,
                      EnvoiSecret         *secret,
                      GCancellable        *cancellable,
                      GAsyncReadyCallback  callback,
                      gpointer             user_data)
{
  TroubledStore *self = TROUBLED_STORE (store);

  if (!refuse (self, callback, user_data))
    envoi_secret_store_store_async (self->inner, account_id, kind, label, secret, cancellable,
                                    callback, user_data);
}

static gboolean
troubled_store_finish (EnvoiSecretStore  *store,
                       GAsyncResult      *result,
                       GError           **error)
{
  if (is_refusal (result))
    return g_task_propagate_boolean (G_TASK (result), error);

  return envoi_secret_store_store_finish (TROUBLED_STORE (store)->inner, result, error);
}

static void
troubled_clear_async (EnvoiSecretStore    *store,
                      const char          *account_id,
                      GCancellable        *cancellable,
                      GAsyncReadyCallback  callback,
                      gpointer             user_data)
{
  TroubledStore *self = TROUBLED_STORE (store);

  if (!refuse (self, callback, user_data))
    envoi_secret_store_clear_async (self->inner, account_id, cancellable, callback, user_data);
}

static gboolean
troubled_clear_finish (EnvoiSecretStore  *store,
                       GAsyncResult      *result,
                       GError           **error)
{
  if (is_refusal (result))
    return g_task_propagate_boolean (G_TASK (result), error);

  return envoi_secret_store_clear_finish (TROUBLED_STORE (store)->inner, result, error);
}

static void
troubled_store_dispose (GObject *object)
{
  g_clear_object (&TROUBLED_STORE (object)->inner);

  G_OBJECT_CLASS (troubled_store_parent_class)->dispose (object);
}

static void
troubled_store_class_init (TroubledStoreClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = troubled_store_dispose;
}

static void
troubled_store_init (TroubledStore *self)
{
  self->inner = envoi_memory_secret_store_new ();
  self->trouble = NO_TROUBLE;
}

static void
troubled_iface_init (EnvoiSecretStoreInterface *iface)
{
  iface->lookup_async = troubled_lookup_async;
  iface->lookup_finish = troubled_lookup_finish;
  iface->store_async = troubled_store_async;
  iface->store_finish = troubled_store_finish;
  iface->clear_async = troubled_clear_async;
  iface->clear_finish = troubled_clear_finish;
}

static void
assert_secret (EnvoiSecretStore *store,
               const char       *account_id,
               EnvoiSecretKind   kind,
               const char       *expected)
{
  EnvoiTestWait wait = { NULL };
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (EnvoiSecret) secret = NULL;
  g_autoptr (GError) error = NULL;

  envoi_secret_store_lookup_async (store, account_id, kind, NULL, envoi_test_wait_cb, &wait);
  result = envoi_test_wait (&wait);
  secret = envoi_secret_store_lookup_finish (store, result, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (envoi_secret_peek (secret), ==, expected);
}

static void
assert_no_secret (EnvoiSecretStore *store,
                  const char       *account_id,
                  EnvoiSecretKind   kind,
                  int               code)
{
  EnvoiTestWait wait = { NULL };
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  envoi_secret_store_lookup_async (store, account_id, kind, NULL, envoi_test_wait_cb, &wait);
  result = envoi_test_wait (&wait);
  g_assert_null (envoi_secret_store_lookup_finish (store, result, &error));
  g_assert_error (error, ENVOI_SECRETS_ERROR, code);
}

static void
keep (EnvoiSecretStore *store,
      const char       *account_id,
      EnvoiSecretKind   kind,
      const char       *text)
{
  EnvoiTestWait wait = { NULL };
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (EnvoiSecret) secret = envoi_secret_new (text, -1);
  g_autoptr (GError) error = NULL;

  envoi_secret_store_store_async (store, account_id, kind, "Envoi: test", secret, NULL,
                                  envoi_test_wait_cb, &wait);
  result = envoi_test_wait (&wait);
  envoi_secret_store_store_finish (store, result, &error);
  g_assert_no_error (error);
}

static gboolean
forget (EnvoiSecretStore  *store,
        const char        *account_id,
        GError           **error)
{
  EnvoiTestWait wait = { NULL };
  g_autoptr (GAsyncResult) result = NULL;

  envoi_secret_store_clear_async (store, account_id, NULL, envoi_test_wait_cb, &wait);
  result = envoi_test_wait (&wait);
  return envoi_secret_store_clear_finish (store, result, error);
}

static void
test_memory (void)
{
  g_autoptr (EnvoiSecretStore) store = envoi_memory_secret_store_new ();
  g_autoptr (GError) error = NULL;

  assert_no_secret (store, "a", ENVOI_SECRET_PASSWORD, ENVOI_SECRETS_ERROR_NOT_FOUND);
  keep (store, "a", ENVOI_SECRET_PASSWORD, "one");
  keep (store, "a", ENVOI_SECRET_REFRESH_TOKEN, "two");
  keep (store, "b", ENVOI_SECRET_PASSWORD, "three");
  keep (store, "a", ENVOI_SECRET_PASSWORD, "four");
  assert_secret (store, "a", ENVOI_SECRET_PASSWORD, "four");
  assert_secret (store, "a", ENVOI_SECRET_REFRESH_TOKEN, "two");

  g_assert_true (forget (store, "a", &error));
  g_assert_no_error (error);
  assert_no_secret (store, "a", ENVOI_SECRET_PASSWORD, ENVOI_SECRETS_ERROR_NOT_FOUND);
  assert_no_secret (store, "a", ENVOI_SECRET_REFRESH_TOKEN, ENVOI_SECRETS_ERROR_NOT_FOUND);
  assert_secret (store, "b", ENVOI_SECRET_PASSWORD, "three");
}

static gboolean
is_degraded (EnvoiSecretStore *store)
{
  g_autofree char *reason = NULL;
  gboolean degraded;

  g_object_get (store, "is-degraded", &degraded, "reason", &reason, NULL);
  g_assert_cmpint (degraded, ==, reason != NULL);
  return degraded;
}

static gboolean
is_well_cb (gpointer store)
{
  return !is_degraded (store);
}

/* Whatever the trouble, the secret is there for the session and moves later. */
static void
test_fallback_keeps_and_moves (void)
{
  static const int troubles[] = {
    ENVOI_SECRETS_ERROR_UNAVAILABLE, ENVOI_SECRETS_ERROR_LOCKED, ENVOI_SECRETS_ERROR_DENIED,
  };

  for (guint i = 0; i < G_N_ELEMENTS (troubles); i++) {
    g_autoptr (TroubledStore) primary = g_object_new (TROUBLED_TYPE_STORE, NULL);
    g_autoptr (EnvoiSecretStore) store =
      envoi_fallback_secret_store_new (ENVOI_SECRET_STORE (primary));

    keep (store, "a", ENVOI_SECRET_PASSWORD, "old");
    g_assert_false (is_degraded (store));

    primary->trouble = troubles[i];
    keep (store, "a", ENVOI_SECRET_PASSWORD, "new");
    keep (store, "b", ENVOI_SECRET_REFRESH_TOKEN, "token");
    g_assert_true (is_degraded (store));
    assert_secret (store, "a", ENVOI_SECRET_PASSWORD, "new");
    assert_no_secret (store, "c", ENVOI_SECRET_PASSWORD, troubles[i]);

    primary->trouble = NO_TROUBLE;
    assert_no_secret (store, "c", ENVOI_SECRET_PASSWORD, ENVOI_SECRETS_ERROR_NOT_FOUND);
    envoi_test_wait_until (is_well_cb, store);
    assert_secret (primary->inner, "a", ENVOI_SECRET_PASSWORD, "new");
    assert_secret (primary->inner, "b", ENVOI_SECRET_REFRESH_TOKEN, "token");
    assert_secret (store, "a", ENVOI_SECRET_PASSWORD, "new");
  }
}

/* "Not there" is an answer, not a trouble. */
static void
test_fallback_not_found (void)
{
  g_autoptr (TroubledStore) primary = g_object_new (TROUBLED_TYPE_STORE, NULL);
  g_autoptr (EnvoiSecretStore) store =
    envoi_fallback_secret_store_new (ENVOI_SECRET_STORE (primary));

  assert_no_secret (store, "a", ENVOI_SECRET_PASSWORD, ENVOI_SECRETS_ERROR_NOT_FOUND);
  g_assert_false (is_degraded (store));
}

/* A newer secret that the primary takes directly is not undone by a kept one. */
static void
test_fallback_newest_wins (void)
{
  g_autoptr (TroubledStore) primary = g_object_new (TROUBLED_TYPE_STORE, NULL);
  g_autoptr (EnvoiSecretStore) store =
    envoi_fallback_secret_store_new (ENVOI_SECRET_STORE (primary));

  primary->trouble = ENVOI_SECRETS_ERROR_LOCKED;
  keep (store, "a", ENVOI_SECRET_PASSWORD, "older");
  primary->trouble = NO_TROUBLE;
  keep (store, "a", ENVOI_SECRET_PASSWORD, "newer");
  envoi_test_wait_until (is_well_cb, store);
  assert_secret (primary->inner, "a", ENVOI_SECRET_PASSWORD, "newer");
}

static void
test_fallback_clear (void)
{
  g_autoptr (TroubledStore) primary = g_object_new (TROUBLED_TYPE_STORE, NULL);
  g_autoptr (EnvoiSecretStore) store =
    envoi_fallback_secret_store_new (ENVOI_SECRET_STORE (primary));
  g_autoptr (GError) error = NULL;

  /* A locked keyring may still hold it: the person must hear that. */
  keep (store, "a", ENVOI_SECRET_PASSWORD, "one");
  primary->trouble = ENVOI_SECRETS_ERROR_LOCKED;
  g_assert_false (forget (store, "a", &error));
  g_assert_error (error, ENVOI_SECRETS_ERROR, ENVOI_SECRETS_ERROR_LOCKED);
  g_clear_error (&error);

  /* Without any keyring the secret lived here only. */
  primary->trouble = ENVOI_SECRETS_ERROR_UNAVAILABLE;
  keep (store, "b", ENVOI_SECRET_PASSWORD, "two");
  g_assert_true (forget (store, "b", &error));
  assert_no_secret (store, "b", ENVOI_SECRET_PASSWORD, ENVOI_SECRETS_ERROR_UNAVAILABLE);
}

static void
test_cancelled (void)
{
  g_autoptr (EnvoiSecretStore) store = envoi_libsecret_store_new ();
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  EnvoiTestWait wait = { NULL };
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  g_cancellable_cancel (cancellable);
  envoi_secret_store_lookup_async (store, "a", ENVOI_SECRET_PASSWORD, cancellable,
                                   envoi_test_wait_cb, &wait);
  result = envoi_test_wait (&wait);
  g_assert_null (envoi_secret_store_lookup_finish (store, result, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

/* Without a bus every call says so, and the session goes on. */
static void
test_no_bus (void)
{
  g_autoptr (EnvoiSecretStore) keyring = envoi_libsecret_store_new ();
  g_autoptr (EnvoiSecretStore) store = envoi_fallback_secret_store_new (keyring);

  assert_no_secret (keyring, "a", ENVOI_SECRET_PASSWORD, ENVOI_SECRETS_ERROR_UNAVAILABLE);
  keep (store, "a", ENVOI_SECRET_PASSWORD, "one");
  g_assert_true (is_degraded (store));
  assert_secret (store, "a", ENVOI_SECRET_PASSWORD, "one");
}

int
main (int   argc,
      char *argv[])
{
  envoi_test_init (&argc, &argv);
  g_setenv ("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nowhere/bus", TRUE);

  g_test_add_func ("/envoi/secrets/secret-store/memory", test_memory);
  g_test_add_func ("/envoi/secrets/secret-store/fallback/keeps-and-moves",
                   test_fallback_keeps_and_moves);
  g_test_add_func ("/envoi/secrets/secret-store/fallback/not-found", test_fallback_not_found);
  g_test_add_func ("/envoi/secrets/secret-store/fallback/newest-wins", test_fallback_newest_wins);
  g_test_add_func ("/envoi/secrets/secret-store/fallback/clear", test_fallback_clear);
  g_test_add_func ("/envoi/secrets/secret-store/cancelled", test_cancelled);
  g_test_add_func ("/envoi/secrets/secret-store/no-bus", test_no_bus);

  return g_test_run ();
}
