/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-accounts"

#include "config.h"

#include "envoi-desktop-accounts.h"

#include "envoi-desktop-account-private.h"
#include "envoi-oauth-error.h"
#include "envoi-secret-store.h"

#include <glib/gi18n.h>

#define BUS_NAME "org.gnome.OnlineAccounts"
#define ROOT "/org/gnome/OnlineAccounts"
#define ACCOUNTS ROOT "/Accounts/"
/* The bus may have to start the service first. */
#define LIST_PATIENCE_MS (25 * 1000)
/* GNOME may have to fetch a new token first, and "may take a very long time". */
#define SECRET_PATIENCE_MS (120 * 1000)
#define NOT_AUTHORIZED "org.gnome.OnlineAccounts.Error.NotAuthorized"

/**
 * EnvoiDesktopAccounts:
 *
 * What GNOME Online Accounts has, asked over D-Bus as it is needed. It keeps
 * tokens fresh itself, so nothing of its accounts is stored by Envoi.
 *
 * Thread: main
 */
struct _EnvoiDesktopAccounts {
  GObject parent_instance;
};

G_DEFINE_FINAL_TYPE (EnvoiDesktopAccounts, envoi_desktop_accounts, G_TYPE_OBJECT)

typedef struct {
  char *path;
  gboolean has_token;
  EnvoiSecret *refused;     /* nullable */
} Question;

static void
question_free (Question *question)
{
  g_free (question->path);
  g_clear_pointer (&question->refused, envoi_secret_unref);
  g_free (question);
}

static void
envoi_desktop_accounts_class_init (EnvoiDesktopAccountsClass *klass)
{
}

static void
envoi_desktop_accounts_init (EnvoiDesktopAccounts *self)
{
}

/**
 * envoi_desktop_accounts_new:
 *
 * Returns: (transfer full): the accounts of the desktop, or of none
 *
 * Thread: main
 */
EnvoiDesktopAccounts *
envoi_desktop_accounts_new (void)
{
  return g_object_new (ENVOI_TYPE_DESKTOP_ACCOUNTS, NULL);
}

static GPtrArray *
parse_objects (GVariant *reply)
{
  GPtrArray *accounts = g_ptr_array_new_with_free_func ((GDestroyNotify) envoi_desktop_account_free);
  g_autoptr (GVariant) objects = g_variant_get_child_value (reply, 0);
  GVariantIter iter;
  GVariant *interfaces;

  g_variant_iter_init (&iter, objects);
  while (g_variant_iter_next (&iter, "{o@a{sa{sv}}}", NULL, &interfaces)) {
    EnvoiDesktopAccount *account = envoi_desktop_account_parse (interfaces);

    if (account)
      g_ptr_array_add (accounts, account);
    g_variant_unref (interfaces);
  }

  return accounts;
}

static void
return_accounts (GTask     *task,
                 GPtrArray *accounts)
{
  g_task_return_pointer (task, accounts ? accounts : g_ptr_array_new (),
                         (GDestroyNotify) g_ptr_array_unref);
}

static void
did_list_cb (GObject      *source,
             GAsyncResult *result,
             gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) reply = g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result,
                                                              &error);

  /* Most desktops have no such service, which is no trouble. */
  if (error)
    g_debug ("no accounts of the desktop: %s", error->message);
  if (!g_task_return_error_if_cancelled (task))
    return_accounts (task, reply ? parse_objects (reply) : NULL);
}

static void
got_bus_for_list_cb (GObject      *source,
                     GAsyncResult *result,
                     gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GDBusConnection) bus = g_bus_get_finish (result, NULL);

  if (g_task_return_error_if_cancelled (task))
    return;

  if (bus)
    g_dbus_connection_call (bus, BUS_NAME, ROOT, "org.freedesktop.DBus.ObjectManager",
                            "GetManagedObjects", NULL, G_VARIANT_TYPE ("(a{oa{sa{sv}}})"),
                            G_DBUS_CALL_FLAGS_NONE, LIST_PATIENCE_MS,
                            g_task_get_cancellable (task), did_list_cb, g_object_ref (task));
  else
    return_accounts (task, NULL);
}

/**
 * envoi_desktop_accounts_list_async:
 * @self: the desktop's accounts
 * @cancellable: (nullable): stops the wait
 * @callback: called on the main thread
 * @user_data: for @callback
 *
 * Thread: main
 */
void
envoi_desktop_accounts_list_async (EnvoiDesktopAccounts *self,
                                   GCancellable         *cancellable,
                                   GAsyncReadyCallback   callback,
                                   gpointer              user_data)
{
  GTask *task = g_task_new (self, cancellable, callback, user_data);

  g_task_set_source_tag (task, envoi_desktop_accounts_list_async);
  g_bus_get (G_BUS_TYPE_SESSION, cancellable, got_bus_for_list_cb, task);
}

/**
 * envoi_desktop_accounts_list_finish:
 * @self: the desktop's accounts
 * @result: what the callback got
 * @error: where an error goes
 *
 * Errors: G_IO_ERROR_CANCELLED only.
 *
 * Returns: (transfer full) (element-type EnvoiDesktopAccount): those for mail, or %NULL
 *
 * Thread: main
 */
GPtrArray *
envoi_desktop_accounts_list_finish (EnvoiDesktopAccounts  *self,
                                    GAsyncResult          *result,
                                    GError               **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

/* What the desktop's refusal means for the account. */
static GError *
translate_error (const GError *error)
{
  g_autofree char *name = g_dbus_error_get_remote_error (error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return g_error_copy (error);
  if (g_strcmp0 (name, NOT_AUTHORIZED) == 0)
    return g_error_new_literal (ENVOI_ACCOUNTS_ERROR, ENVOI_ACCOUNTS_ERROR_NEEDS_SIGN_IN,
                                _("The desktop’s online accounts need you to sign in again."));
  if (g_error_matches (error, G_DBUS_ERROR, G_DBUS_ERROR_UNKNOWN_METHOD) ||
      g_error_matches (error, G_DBUS_ERROR, G_DBUS_ERROR_UNKNOWN_OBJECT) ||
      g_error_matches (error, G_DBUS_ERROR, G_DBUS_ERROR_UNKNOWN_INTERFACE))
    return g_error_new_literal (ENVOI_ACCOUNTS_ERROR, ENVOI_ACCOUNTS_ERROR_NEEDS_SIGN_IN,
                                _("This account is not among the desktop’s online accounts "
                                  "any more."));
  if (g_error_matches (error, G_DBUS_ERROR, G_DBUS_ERROR_SERVICE_UNKNOWN) ||
      g_error_matches (error, G_DBUS_ERROR, G_DBUS_ERROR_NAME_HAS_NO_OWNER))
    return g_error_new_literal (ENVOI_SECRETS_ERROR, ENVOI_SECRETS_ERROR_UNAVAILABLE,
                                _("The desktop’s online accounts are not running."));

  return g_error_new_literal (ENVOI_OAUTH_ERROR, ENVOI_OAUTH_ERROR_UNREACHABLE,
                              _("The desktop’s online accounts could not sign in just now."));
}

static void
return_failure (GTask        *task,
                const GError *error)
{
  g_debug ("the desktop gave no secret: %s", error->message);
  g_task_return_error (task, translate_error (error));
}

static void
did_get_secret_cb (GObject      *source,
                   GAsyncResult *result,
                   gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  Question *question = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) reply = g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result,
                                                              &error);
  g_autoptr (EnvoiSecret) secret = NULL;
  const char *text;

  if (!reply) {
    return_failure (task, error);
    return;
  }

  g_variant_get_child (reply, 0, "&s", &text);
  secret = envoi_secret_new (text, -1);

  /* GNOME has nothing better than what the server refused. */
  if (question->refused && envoi_secret_is_equal (question->refused, secret))
    g_task_return_new_error (task, ENVOI_ACCOUNTS_ERROR, ENVOI_ACCOUNTS_ERROR_NEEDS_SIGN_IN,
                             _("The mail server refused what the desktop’s online accounts gave."));
  else
    g_task_return_pointer (task, g_steal_pointer (&secret), (GDestroyNotify) envoi_secret_unref);
}

/* @task: (transfer full) */
static void
ask_secret (GDBusConnection *bus,
            GTask           *task)
{
  const Question *question = g_task_get_task_data (task);

  if (question->has_token)
    g_dbus_connection_call (bus, BUS_NAME, question->path, BUS_NAME ".OAuth2Based",
                            "GetAccessToken", NULL, G_VARIANT_TYPE ("(si)"),
                            G_DBUS_CALL_FLAGS_NONE, SECRET_PATIENCE_MS,
                            g_task_get_cancellable (task), did_get_secret_cb, task);
  else
    g_dbus_connection_call (bus, BUS_NAME, question->path, BUS_NAME ".PasswordBased",
                            "GetPassword", g_variant_new ("(s)", "smtp-password"),
                            G_VARIANT_TYPE ("(s)"), G_DBUS_CALL_FLAGS_NONE, SECRET_PATIENCE_MS,
                            g_task_get_cancellable (task), did_get_secret_cb, task);
}

static void
did_ensure_cb (GObject      *source,
               GAsyncResult *result,
               gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) reply = g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result,
                                                              &error);

  if (reply)
    ask_secret (G_DBUS_CONNECTION (source), g_steal_pointer (&task));
  else
    return_failure (task, error);
}

/* After a refusal GNOME is to look at the account itself, which also raises its
 * "attention needed" in the settings; before one that would only take time. */
static void
got_bus_for_secret_cb (GObject      *source,
                       GAsyncResult *result,
                       gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  const Question *question = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;
  g_autoptr (GDBusConnection) bus = g_bus_get_finish (result, &error);

  if (!bus)
    g_task_return_new_error (task, ENVOI_SECRETS_ERROR, ENVOI_SECRETS_ERROR_UNAVAILABLE,
                             _("There is no desktop session to ask for the account. (%s)"),
                             error->message);
  else if (question->refused)
    g_dbus_connection_call (bus, BUS_NAME, question->path, BUS_NAME ".Account",
                            "EnsureCredentials", NULL, G_VARIANT_TYPE ("(i)"),
                            G_DBUS_CALL_FLAGS_NONE, SECRET_PATIENCE_MS,
                            g_task_get_cancellable (task), did_ensure_cb, g_object_ref (task));
  else
    ask_secret (bus, g_steal_pointer (&task));
}

/**
 * envoi_desktop_accounts_secret_async:
 * @self: the desktop's accounts
 * @account: an account with a "desktop-id"
 * @refused: (nullable): the secret that the mail server just refused
 * @cancellable: (nullable): stops the wait
 * @callback: called on the main thread
 * @user_data: for @callback
 *
 * Thread: main
 */
void
envoi_desktop_accounts_secret_async (EnvoiDesktopAccounts *self,
                                     EnvoiAccount         *account,
                                     EnvoiSecret          *refused,
                                     GCancellable         *cancellable,
                                     GAsyncReadyCallback   callback,
                                     gpointer              user_data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
  Question *question = g_new0 (Question, 1);

  question->path = g_strconcat (ACCOUNTS, envoi_account_get_desktop_id (account), NULL);
  question->has_token = envoi_account_is_oauth (account);
  question->refused = refused ? envoi_secret_ref (refused) : NULL;
  g_task_set_source_tag (task, envoi_desktop_accounts_secret_async);
  g_task_set_task_data (task, question, (GDestroyNotify) question_free);

  if (g_variant_is_object_path (question->path))
    g_bus_get (G_BUS_TYPE_SESSION, cancellable, got_bus_for_secret_cb, g_steal_pointer (&task));
  else
    g_task_return_new_error (task, ENVOI_ACCOUNTS_ERROR, ENVOI_ACCOUNTS_ERROR_INCOMPLETE,
                             _("This account names no account of the desktop."));
}

/**
 * envoi_desktop_accounts_secret_finish:
 * @self: the desktop's accounts
 * @result: what the callback got
 * @error: where an error goes
 *
 * Errors: ACCOUNTS_NEEDS_SIGN_IN, ACCOUNTS_INCOMPLETE, OAUTH_UNREACHABLE,
 * SECRETS_UNAVAILABLE, G_IO_ERROR_CANCELLED.
 *
 * Returns: (transfer full): the secret, or %NULL with @error set
 *
 * Thread: main
 */
EnvoiSecret *
envoi_desktop_accounts_secret_finish (EnvoiDesktopAccounts  *self,
                                      GAsyncResult          *result,
                                      GError               **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
got_bus_for_settings_cb (GObject      *source,
                         GAsyncResult *result,
                         gpointer      user_data)
{
  g_autofree char *id = user_data;
  g_autoptr (GDBusConnection) bus = g_bus_get_finish (result, NULL);
  GVariantBuilder panel;
  GVariantBuilder parameters;

  if (!bus)
    return;

  g_variant_builder_init (&panel, G_VARIANT_TYPE ("av"));
  if (*id)
    g_variant_builder_add (&panel, "v", g_variant_new_string (id));
  g_variant_builder_init (&parameters, G_VARIANT_TYPE ("av"));
  g_variant_builder_add (&parameters, "v", g_variant_new ("(sav)", "online-accounts", &panel));
  g_dbus_connection_call (bus, "org.gnome.Settings", "/org/gnome/Settings", "org.gtk.Actions",
                          "Activate", g_variant_new ("(sava{sv})", "launch-panel", &parameters,
                                                     NULL),
                          NULL, G_DBUS_CALL_FLAGS_NONE, -1, NULL, NULL, NULL);
}

/**
 * envoi_desktop_accounts_open_settings:
 * @self: the desktop's accounts
 * @id: (nullable): which account; %NULL for all of them
 *
 * Thread: main
 */
void
envoi_desktop_accounts_open_settings (EnvoiDesktopAccounts *self,
                                      const char           *id)
{
  g_return_if_fail (ENVOI_IS_DESKTOP_ACCOUNTS (self));

  g_bus_get (G_BUS_TYPE_SESSION, NULL, got_bus_for_settings_cb, g_strdup (id ? id : ""));
}
