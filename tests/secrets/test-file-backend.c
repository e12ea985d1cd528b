/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-test"

#include "config.h"

#include "envoi-test.h"

#include "envoi-secret-store.h"

/* Inside a sandbox libsecret keeps an encrypted file itself; its key comes from
 * the portal, or here from a variable that libsecret reads for tests. */

/* libsecret 0.20 leaks a few bytes in its own calls; seeing that it was libsecret
 * needs whole stack traces. */
const char *__asan_default_options (void);
const char *__lsan_default_suppressions (void);

const char *
__asan_default_options (void)
{
  return "fast_unwind_on_malloc=0";
}

const char *
__lsan_default_suppressions (void)
{
  return "leak:libsecret-1.so\n";
}

static EnvoiSecret *
lookup (EnvoiSecretStore  *store,
        GError           **error)
{
  EnvoiTestWait wait = { NULL };
  g_autoptr (GAsyncResult) result = NULL;

  envoi_secret_store_lookup_async (store, "a", ENVOI_SECRET_REFRESH_TOKEN, NULL,
                                   envoi_test_wait_cb, &wait);
  result = envoi_test_wait (&wait);
  return envoi_secret_store_lookup_finish (store, result, error);
}

static gboolean
keep (EnvoiSecretStore  *store,
      const char        *text,
      GError           **error)
{
  EnvoiTestWait wait = { NULL };
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (EnvoiSecret) secret = envoi_secret_new (text, -1);

  envoi_secret_store_store_async (store, "a", ENVOI_SECRET_REFRESH_TOKEN, "Envoi: test", secret,
                                  NULL, envoi_test_wait_cb, &wait);
  result = envoi_test_wait (&wait);
  return envoi_secret_store_store_finish (store, result, error);
}

static gboolean
forget (EnvoiSecretStore  *store,
        GError           **error)
{
  EnvoiTestWait wait = { NULL };
  g_autoptr (GAsyncResult) result = NULL;

  envoi_secret_store_clear_async (store, "a", NULL, envoi_test_wait_cb, &wait);
  result = envoi_test_wait (&wait);
  return envoi_secret_store_clear_finish (store, result, error);
}

static void
test_round_trip (void)
{
  g_autoptr (EnvoiSecretStore) store = envoi_libsecret_store_new ();
  g_autoptr (EnvoiSecret) secret = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *file = NULL;
  gsize length;

  g_assert_null (lookup (store, &error));
  g_assert_error (error, ENVOI_SECRETS_ERROR, ENVOI_SECRETS_ERROR_NOT_FOUND);
  g_clear_error (&error);

  g_assert_true (keep (store, "one-needle", &error));
  g_assert_true (keep (store, "two-needle", &error));
  secret = lookup (store, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (envoi_secret_peek (secret), ==, "two-needle");

  /* What rests on the disk is not the secret itself. */
  g_assert_true (g_file_get_contents (g_getenv ("SECRET_FILE_TEST_PATH"), &file, &length, NULL));
  g_assert_null (memmem (file, length, "needle", 6));

  g_assert_true (forget (store, &error));
  g_assert_null (lookup (store, &error));
  g_assert_error (error, ENVOI_SECRETS_ERROR, ENVOI_SECRETS_ERROR_NOT_FOUND);
}

/* The key of the file is another one after a change of desktop: the portal of the new
 * one knows nothing of the old. A process of its own, since libsecret keeps the key. */
static void
test_changed_key_subprocess (void)
{
  g_autoptr (EnvoiSecretStore) store = NULL;
  g_autoptr (EnvoiSecret) secret = NULL;
  g_autoptr (GError) error = NULL;

  g_setenv ("SECRET_FILE_TEST_PASSWORD", "another", TRUE);
  store = envoi_libsecret_store_new ();
  g_assert_null (lookup (store, &error));
  g_assert_true (g_error_matches (error, ENVOI_SECRETS_ERROR, ENVOI_SECRETS_ERROR_NOT_FOUND) ||
                 g_error_matches (error, ENVOI_SECRETS_ERROR, ENVOI_SECRETS_ERROR_DENIED));
  g_clear_error (&error);

  /* A new sign-in is kept all the same. */
  g_assert_true (keep (store, "new", &error));
  secret = lookup (store, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (envoi_secret_peek (secret), ==, "new");
}

static void
test_changed_key (void)
{
  g_autoptr (EnvoiSecretStore) store = envoi_libsecret_store_new ();
  g_autoptr (GError) error = NULL;

  g_assert_true (keep (store, "old", &error));
  g_test_trap_subprocess ("/envoi/secrets/file-backend/changed-key/subprocess", 0,
                          0);
  g_test_trap_assert_passed ();
}

int
main (int   argc,
      char *argv[])
{
  g_autofree char *folder = NULL;
  g_autofree char *path = NULL;

  envoi_test_init (&argc, &argv);
  folder = envoi_test_make_folder ();
  path = g_test_subprocess () ? g_strdup (g_getenv ("SECRET_FILE_TEST_PATH"))
                              : g_build_filename (folder, "test.keyring", NULL);
  g_setenv ("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nowhere/bus", TRUE);
  g_setenv ("SECRET_BACKEND", "file", TRUE);
  g_setenv ("SECRET_FILE_TEST_PATH", path, TRUE);
  g_setenv ("SECRET_FILE_TEST_PASSWORD", "password", TRUE);

  g_test_add_func ("/envoi/secrets/file-backend/round-trip", test_round_trip);
  g_test_add_func ("/envoi/secrets/file-backend/changed-key", test_changed_key);
  g_test_add_func ("/envoi/secrets/file-backend/changed-key/subprocess", test_changed_key_subprocess);

  return g_test_run ();
}
