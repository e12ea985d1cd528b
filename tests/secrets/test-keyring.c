/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-test"

#include "config.h"

#include "envoi-test.h"

#include "envoi-secret-store.h"

#include <signal.h>

/* A real gnome-keyring on a private session bus. libsecret keeps its connection
 * for the life of the process, so all cases share one bus. */

#define MASTER_PASSWORD "master"
#define SERVICE "org.freedesktop.secrets"
#define LOGIN "/org/freedesktop/secrets/collection/login"

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

static GTestDBus *bus;
static GDBusConnection *connection;
static GSubprocess *keyring;

static gboolean
has_owner_cb (gpointer user_data)
{
  g_autoptr (GVariant) reply = NULL;
  gboolean has_owner = FALSE;

  reply = g_dbus_connection_call_sync (connection, "org.freedesktop.DBus", "/org/freedesktop/DBus",
                                       "org.freedesktop.DBus", "NameHasOwner",
                                       g_variant_new ("(s)", SERVICE), NULL, 0, -1, NULL, NULL);
  if (reply)
    g_variant_get (reply, "(b)", &has_owner);
  return has_owner;
}

static gboolean
has_no_owner_cb (gpointer user_data)
{
  return !has_owner_cb (user_data);
}

static void
start_keyring (void)
{
  g_autofree char *program = envoi_test_find_program ("gnome-keyring-daemon");
  g_autofree char *control = g_strconcat ("--control-directory=", g_getenv ("XDG_RUNTIME_DIR"),
                                          NULL);
  g_autoptr (GSubprocessLauncher) launcher = NULL;
  g_autoptr (GError) error = NULL;
  GOutputStream *input;

  /* Its own warnings are not ours. */
  launcher = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDIN_PIPE |
                                        G_SUBPROCESS_FLAGS_STDOUT_SILENCE |
                                        G_SUBPROCESS_FLAGS_STDERR_SILENCE);
  g_subprocess_launcher_unsetenv (launcher, "G_DEBUG");
  keyring = g_subprocess_launcher_spawn (launcher, &error, program, "--foreground",
                                         "--components=secrets", "--unlock", control, NULL);
  g_assert_no_error (error);
  input = g_subprocess_get_stdin_pipe (keyring);
  g_output_stream_write_all (input, MASTER_PASSWORD, strlen (MASTER_PASSWORD), NULL, NULL, &error);
  g_assert_no_error (error);
  g_output_stream_close (input, NULL, NULL);
  envoi_test_wait_until (has_owner_cb, NULL);
}

static void
stop_keyring (void)
{
  g_subprocess_force_exit (keyring);
  g_subprocess_wait (keyring, NULL, NULL);
  g_clear_object (&keyring);
  envoi_test_wait_until (has_no_owner_cb, NULL);
}

/* Now: GSubprocess sends a signal from a thread of its own, in its own time. */
static void
freeze_keyring (void)
{
  pid_t pid = (pid_t) g_ascii_strtoll (g_subprocess_get_identifier (keyring), NULL, 10);

  g_assert_cmpint (kill (pid, SIGSTOP), ==, 0);
}

static GVariant *
call_keyring (const char *interface,
              const char *method,
              GVariant   *parameters)
{
  g_autoptr (GError) error = NULL;
  GVariant *reply;

  reply = g_dbus_connection_call_sync (connection, SERVICE, "/org/freedesktop/secrets", interface,
                                       method, parameters, NULL, 0, -1, NULL, &error);
  g_assert_no_error (error);
  return reply;
}

static void
lock_keyring (void)
{
  const char *const collections[] = { LOGIN };
  g_autoptr (GVariant) reply = NULL;

  reply = call_keyring ("org.freedesktop.Secret.Service", "Lock",
                        g_variant_new ("(@ao)", g_variant_new_objv (collections, 1)));
}

static void
unlock_keyring (void)
{
  g_autoptr (GVariant) session = NULL;
  g_autoptr (GVariant) reply = NULL;
  g_autofree char *path = NULL;
  GVariant *password = g_variant_new_fixed_array (G_VARIANT_TYPE_BYTE, MASTER_PASSWORD,
                                                  strlen (MASTER_PASSWORD), 1);

  session = call_keyring ("org.freedesktop.Secret.Service", "OpenSession",
                          g_variant_new ("(sv)", "plain", g_variant_new_string ("")));
  g_variant_get (session, "(vo)", NULL, &path);
  reply = call_keyring ("org.gnome.keyring.InternalUnsupportedGuiltRiddenInterface",
                        "UnlockWithMasterPassword",
                        g_variant_new ("(o(o@ay@ays))", LOGIN, path,
                                       g_variant_new_array (G_VARIANT_TYPE_BYTE, NULL, 0),
                                       password, "text/plain"));
}

static gboolean
is_missing (void)
{
  g_autofree char *program = envoi_test_find_program ("gnome-keyring-daemon");
  g_autofree char *daemon = program ? envoi_test_find_program ("dbus-daemon") : NULL;

  if (!daemon)
    return TRUE;

  if (!keyring)
    start_keyring ();
  return FALSE;
}

static EnvoiSecret *
lookup (EnvoiSecretStore  *store,
        const char        *account_id,
        GError           **error)
{
  EnvoiTestWait wait = { NULL };
  g_autoptr (GAsyncResult) result = NULL;

  envoi_secret_store_lookup_async (store, account_id, ENVOI_SECRET_PASSWORD, NULL,
                                   envoi_test_wait_cb, &wait);
  result = envoi_test_wait (&wait);
  return envoi_secret_store_lookup_finish (store, result, error);
}

static void
assert_secret (EnvoiSecretStore *store,
               const char       *account_id,
               const char       *expected)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (EnvoiSecret) secret = lookup (store, account_id, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (envoi_secret_peek (secret), ==, expected);
}

static void
assert_no_secret (EnvoiSecretStore *store,
                  const char       *account_id,
                  int               code)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (lookup (store, account_id, &error));
  g_assert_error (error, ENVOI_SECRETS_ERROR, code);
}

static gboolean
keep (EnvoiSecretStore  *store,
      const char        *account_id,
      const char        *text,
      GError           **error)
{
  EnvoiTestWait wait = { NULL };
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (EnvoiSecret) secret = envoi_secret_new (text, -1);

  envoi_secret_store_store_async (store, account_id, ENVOI_SECRET_PASSWORD, "Envoi: test", secret,
                                  NULL, envoi_test_wait_cb, &wait);
  result = envoi_test_wait (&wait);
  return envoi_secret_store_store_finish (store, result, error);
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
test_round_trip (void)
{
  g_autoptr (EnvoiSecretStore) store = NULL;
  g_autoptr (GError) error = NULL;

  if (is_missing ())
    return;

  store = envoi_libsecret_store_new ();
  assert_no_secret (store, "a", ENVOI_SECRETS_ERROR_NOT_FOUND);
  g_assert_true (keep (store, "a", "密码 one", &error));
  g_assert_true (keep (store, "b", "two", &error));
  g_assert_true (keep (store, "a", "three", &error));
  assert_secret (store, "a", "three");

  g_assert_true (forget (store, "a", &error));
  g_assert_no_error (error);
  assert_no_secret (store, "a", ENVOI_SECRETS_ERROR_NOT_FOUND);
  assert_secret (store, "b", "two");

  /* There is nothing to forget: that is no error. */
  g_assert_true (forget (store, "a", &error));
  g_assert_no_error (error);
}

/* First calls in parallel, from two stores: libsecret itself cannot do that. */
static void
test_parallel (void)
{
  enum { N = 20 };
  g_autoptr (EnvoiSecretStore) one = NULL;
  g_autoptr (EnvoiSecretStore) two = NULL;
  g_autoptr (GError) error = NULL;
  EnvoiTestWait waits[N] = { { NULL } };

  if (is_missing ())
    return;

  one = envoi_libsecret_store_new ();
  two = envoi_libsecret_store_new ();
  g_assert_true (keep (one, "p", "parallel", &error));

  for (guint i = 0; i < N; i++)
    envoi_secret_store_lookup_async (i % 2 ? one : two, "p", ENVOI_SECRET_PASSWORD, NULL,
                                     envoi_test_wait_cb, &waits[i]);

  for (guint i = 0; i < N; i++) {
    g_autoptr (GAsyncResult) result = envoi_test_wait (&waits[i]);
    g_autoptr (EnvoiSecret) secret =
      envoi_secret_store_lookup_finish (i % 2 ? one : two, result, &error);

    g_assert_no_error (error);
    g_assert_cmpstr (envoi_secret_peek (secret), ==, "parallel");
  }
}

/* Nobody is there to answer the prompt, which counts as dismissed. */
static void
test_locked (void)
{
  g_autoptr (EnvoiSecretStore) store = NULL;
  g_autoptr (GError) error = NULL;

  if (is_missing ())
    return;

  store = envoi_libsecret_store_new ();
  g_assert_true (keep (store, "l", "locked away", &error));
  lock_keyring ();

  assert_no_secret (store, "l", ENVOI_SECRETS_ERROR_LOCKED);
  assert_no_secret (store, "never-stored", ENVOI_SECRETS_ERROR_LOCKED);

  g_assert_false (keep (store, "l", "other", &error));
  g_assert_error (error, ENVOI_SECRETS_ERROR, ENVOI_SECRETS_ERROR_LOCKED);
  g_clear_error (&error);

  g_assert_false (forget (store, "l", &error));
  g_assert_error (error, ENVOI_SECRETS_ERROR, ENVOI_SECRETS_ERROR_LOCKED);

  unlock_keyring ();
  assert_secret (store, "l", "locked away");
}

static void
test_killed_and_restarted (void)
{
  g_autoptr (EnvoiSecretStore) store = NULL;
  g_autoptr (GError) error = NULL;

  if (is_missing ())
    return;

  store = envoi_libsecret_store_new ();
  g_assert_true (keep (store, "k", "survives", &error));
  stop_keyring ();

  assert_no_secret (store, "k", ENVOI_SECRETS_ERROR_UNAVAILABLE);
  g_assert_false (keep (store, "k", "lost", &error));
  g_assert_error (error, ENVOI_SECRETS_ERROR, ENVOI_SECRETS_ERROR_UNAVAILABLE);
  g_clear_error (&error);

  start_keyring ();
  assert_secret (store, "k", "survives");
  g_assert_true (keep (store, "k", "again", &error));
  assert_secret (store, "k", "again");
}

static gboolean
tick_cb (gpointer count)
{
  (*(guint *) count)++;
  return G_SOURCE_CONTINUE;
}

static gboolean
ticked_cb (gpointer count)
{
  return *(guint *) count >= 5;
}

/* A service that hangs neither stops the main loop nor outlives a cancellation. */
static void
test_hangs (void)
{
  g_autoptr (EnvoiSecretStore) store = NULL;
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  EnvoiTestWait wait = { NULL };
  guint count = 0;
  guint tick;

  if (is_missing ())
    return;

  store = envoi_libsecret_store_new ();
  g_assert_true (keep (store, "h", "hanging", &error));
  freeze_keyring ();

  envoi_secret_store_lookup_async (store, "h", ENVOI_SECRET_PASSWORD, cancellable,
                                   envoi_test_wait_cb, &wait);
  tick = g_timeout_add (1, tick_cb, &count);
  envoi_test_wait_until (ticked_cb, &count);
  g_source_remove (tick);
  g_assert_null (wait.result);

  g_cancellable_cancel (cancellable);
  result = envoi_test_wait (&wait);
  g_assert_null (envoi_secret_store_lookup_finish (store, result, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);

  g_subprocess_send_signal (keyring, SIGCONT);
  assert_secret (store, "h", "hanging");
}

/* Deleted with another program: that is "no such secret", not a fault, and it can be
 * kept again. */
static void
test_deleted_behind_our_back (void)
{
  g_autoptr (EnvoiSecretStore) store = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *program = NULL;
  g_autoptr (GSubprocess) tool = NULL;

  if (is_missing ())
    return;

  store = envoi_libsecret_store_new ();
  g_assert_true (keep (store, "d", "to be deleted", &error));
  program = envoi_test_find_program ("secret-tool");
  tool = g_subprocess_new (G_SUBPROCESS_FLAGS_NONE, &error, program, "clear", "account", "d", NULL);
  g_assert_no_error (error);
  g_assert_true (g_subprocess_wait_check (tool, NULL, &error));

  assert_no_secret (store, "d", ENVOI_SECRETS_ERROR_NOT_FOUND);
  g_assert_true (keep (store, "d", "kept again", &error));
  assert_secret (store, "d", "kept again");
}

static gboolean
holds (const char *path,
       const char *needle)
{
  g_autofree char *contents = NULL;
  gsize length = 0;

  return g_file_get_contents (path, &contents, &length, NULL) &&
         memmem (contents, length, needle, strlen (needle)) != NULL;
}

/* Attributes and labels rest unencrypted: the secret is in neither, nor anywhere else
 * in the keyring's files. */
static void
test_not_in_clear (void)
{
  static const char needle[] = "xq7-needle-in-the-keyring";
  g_autoptr (EnvoiSecretStore) store = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *folder = g_build_filename (g_get_user_data_dir (), "keyrings", NULL);
  g_autoptr (GDir) files = NULL;
  const char *name;
  guint n_files = 0;

  if (is_missing ())
    return;

  store = envoi_libsecret_store_new ();
  g_assert_true (keep (store, "clear", needle, &error));
  files = g_dir_open (folder, 0, &error);
  g_assert_no_error (error);
  while ((name = g_dir_read_name (files))) {
    g_autofree char *path = g_build_filename (folder, name, NULL);

    n_files++;
    g_assert_false (holds (path, needle));
  }

  g_assert_cmpuint (n_files, >, 0);
  assert_secret (store, "clear", needle);
}

/* The service dies while it is being asked: the caller hears of it, and the next call
 * finds the one that was started anew. */
static void
test_dies_in_a_call (void)
{
  g_autoptr (EnvoiSecretStore) store = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  EnvoiTestWait wait = { NULL };

  if (is_missing ())
    return;

  store = envoi_libsecret_store_new ();
  g_assert_true (keep (store, "dies", "outlives the service", &error));
  freeze_keyring ();
  envoi_secret_store_lookup_async (store, "dies", ENVOI_SECRET_PASSWORD, NULL, envoi_test_wait_cb,
                                   &wait);
  stop_keyring ();
  result = envoi_test_wait (&wait);
  g_assert_null (envoi_secret_store_lookup_finish (store, result, &error));
  g_assert_error (error, ENVOI_SECRETS_ERROR, ENVOI_SECRETS_ERROR_UNAVAILABLE);

  start_keyring ();
  assert_secret (store, "dies", "outlives the service");
}

/* libsecret asks the bus synchronously in its first call: with a service that hangs the
 * main loop goes on all the same. */
static void
test_first_call_subprocess (void)
{
  g_autoptr (EnvoiSecretStore) store = envoi_libsecret_store_new ();
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GAsyncResult) result = NULL;
  EnvoiTestWait wait = { NULL };
  guint count = 0;
  guint tick;

  envoi_secret_store_lookup_async (store, "first", ENVOI_SECRET_PASSWORD, cancellable,
                                   envoi_test_wait_cb, &wait);
  tick = g_timeout_add (1, tick_cb, &count);
  envoi_test_wait_until (ticked_cb, &count);
  g_source_remove (tick);
  g_assert_null (wait.result);
  g_cancellable_cancel (cancellable);
  result = envoi_test_wait (&wait);
  g_assert_null (envoi_secret_store_lookup_finish (store, result, NULL));
}

static void
test_first_call (void)
{
  if (is_missing ())
    return;

  freeze_keyring ();
  g_test_trap_subprocess ("/envoi/secrets/keyring/first-call/subprocess", 0, 0);
  g_subprocess_send_signal (keyring, SIGCONT);
  g_test_trap_assert_passed ();
}

int
main (int   argc,
      char *argv[])
{
  g_autofree char *daemon = NULL;
  int status;

  envoi_test_init (&argc, &argv);

  g_test_add_func ("/envoi/secrets/keyring/parallel", test_parallel);
  g_test_add_func ("/envoi/secrets/keyring/round-trip", test_round_trip);
  g_test_add_func ("/envoi/secrets/keyring/locked", test_locked);
  g_test_add_func ("/envoi/secrets/keyring/killed-and-restarted", test_killed_and_restarted);
  g_test_add_func ("/envoi/secrets/keyring/hangs", test_hangs);
  g_test_add_func ("/envoi/secrets/keyring/deleted-behind-our-back", test_deleted_behind_our_back);
  g_test_add_func ("/envoi/secrets/keyring/not-in-clear", test_not_in_clear);
  g_test_add_func ("/envoi/secrets/keyring/dies-in-a-call", test_dies_in_a_call);
  g_test_add_func ("/envoi/secrets/keyring/first-call", test_first_call);
  g_test_add_func ("/envoi/secrets/keyring/first-call/subprocess", test_first_call_subprocess);

  daemon = g_find_program_in_path ("dbus-daemon");
  if (daemon && !g_test_subprocess ()) {
    bus = g_test_dbus_new (G_TEST_DBUS_NONE);
    g_test_dbus_up (bus);
    connection = g_bus_get_sync (G_BUS_TYPE_SESSION, NULL, NULL);
    g_dbus_connection_set_exit_on_close (connection, FALSE);
  }

  status = g_test_run ();

  if (keyring)
    stop_keyring ();
  g_clear_object (&connection);
  /* Unreferencing the bus would wait for libsecret to let its connection go. */
  if (bus)
    g_test_dbus_stop (bus);

  return status;
}
