/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-test"

#include "config.h"

#include "envoi-test.h"

#include "envoi-desktop-accounts.h"
#include "envoi-oauth-error.h"
#include "envoi-secret-store.h"

#include <string.h>

/* GNOME Online Accounts as its D-Bus interface has it (org.gnome.OnlineAccounts
 * 3.46 to 3.58), on a bus of the test's own. The end-to-end test asks the real one. */

#define MAIL(more) "'org.gnome.OnlineAccounts.Mail': {" more "}"
#define ACCOUNT(id, name, more) \
  "'org.gnome.OnlineAccounts.Account': {'Id': <'" id "'>, 'ProviderName': <'" name "'>" more "}"
#define OAUTH ", 'org.gnome.OnlineAccounts.OAuth2Based': {'ClientId': <'theirs'>}"
#define PASSWORD ", 'org.gnome.OnlineAccounts.PasswordBased': @a{sv} {}"
#define PATH "/org/gnome/OnlineAccounts/Accounts/"

static const char objects[] =
  "{@o '/org/gnome/OnlineAccounts/Manager': {'org.gnome.OnlineAccounts.Manager': @a{sv} {}}, "
  "'" PATH "a_google': {" ACCOUNT ("a_google", "Google", "") ", "
  MAIL ("'EmailAddress': <'li@gmail.com'>, 'Name': <'Li'>, 'SmtpSupported': <true>, "
        "'SmtpHost': <'smtp.gmail.com'>, 'SmtpUseAuth': <true>, 'SmtpAuthXoauth2': <true>, "
        "'SmtpUseSsl': <true>, 'SmtpUseTls': <true>, 'SmtpUserName': <'li@gmail.com'>") OAUTH "}, "
  "'" PATH "b_graph': {" ACCOUNT ("b_graph", "Microsoft 365", "") ", "
  MAIL ("'EmailAddress': <'li@firm.example'>, 'Name': <'Li'>, 'SmtpSupported': <false>") OAUTH "}, "
  "'" PATH "c_server': {" ACCOUNT ("c_server", "IMAP and SMTP", "") ", "
  MAIL ("'EmailAddress': <'li@own.example'>, 'SmtpSupported': <true>, "
        "'SmtpHost': <'mail.own.example:2587'>, 'SmtpUseAuth': <true>, 'SmtpAuthPlain': <true>, "
        "'SmtpUseTls': <true>, 'SmtpUserName': <'li'>") PASSWORD "}, "
  "'" PATH "d_clear': {" ACCOUNT ("d_clear", "IMAP and SMTP", "") ", "
  MAIL ("'EmailAddress': <'li@clear.example'>, 'SmtpSupported': <true>, "
        "'SmtpHost': <'clear.example'>, 'SmtpUseAuth': <true>") PASSWORD "}, "
  "'" PATH "e_tired': {" ACCOUNT ("e_tired", "Google", ", 'AttentionNeeded': <true>") ", "
  MAIL ("'EmailAddress': <'tired@gmail.com'>, 'SmtpSupported': <true>, "
        "'SmtpHost': <'smtp.gmail.com'>, 'SmtpUseAuth': <true>, 'SmtpAuthXoauth2': <true>, "
        "'SmtpUseSsl': <true>") OAUTH "}, "
  "'" PATH "f_off': {" ACCOUNT ("f_off", "Google", ", 'MailDisabled': <true>") ", "
  MAIL ("'EmailAddress': <'off@gmail.com'>, 'SmtpSupported': <true>") OAUTH "}, "
  "'" PATH "g_files': {" ACCOUNT ("g_files", "Nextcloud", "") PASSWORD "}, "
  "'" PATH "h_odd': {" ACCOUNT ("h_odd", "Odd", "") ", "
  MAIL ("'EmailAddress': <'not an address'>, 'SmtpSupported': <true>") PASSWORD "}}";

static const char interfaces[] =
  "<node>"
  "<interface name='org.freedesktop.DBus.ObjectManager'>"
  "<method name='GetManagedObjects'><arg type='a{oa{sa{sv}}}' direction='out'/></method>"
  "</interface>"
  "<interface name='org.gnome.OnlineAccounts.Account'>"
  "<method name='EnsureCredentials'><arg type='i' direction='out'/></method>"
  "</interface>"
  "<interface name='org.gnome.OnlineAccounts.OAuth2Based'>"
  "<method name='GetAccessToken'><arg type='s' direction='out'/><arg type='i' direction='out'/>"
  "</method>"
  "</interface>"
  "<interface name='org.gnome.OnlineAccounts.PasswordBased'>"
  "<method name='GetPassword'><arg type='s' direction='in'/><arg type='s' direction='out'/>"
  "</method>"
  "</interface>"
  "</node>";

typedef struct {
  GTestDBus *bus;
  GDBusConnection *service;
  guint name_id;
  GString *calls;
  const char *token;
  const char *refusal;      /* the D-Bus error of EnsureCredentials, or NULL */
} Desktop;

static void
call_cb (GDBusConnection       *connection,
         const char            *sender,
         const char            *path,
         const char            *interface,
         const char            *method,
         GVariant              *parameters,
         GDBusMethodInvocation *invocation,
         gpointer               user_data)
{
  Desktop *desktop = user_data;
  g_autoptr (GVariant) dictionary = NULL;
  const char *kind;

  g_string_append_printf (desktop->calls, "%s ", method);
  if (g_str_equal (method, "GetManagedObjects")) {
    dictionary = g_variant_parse (G_VARIANT_TYPE ("a{oa{sa{sv}}}"), objects, NULL, NULL, NULL);
    g_assert_nonnull (dictionary);
    g_dbus_method_invocation_return_value (invocation, g_variant_new ("(@a{oa{sa{sv}}})",
                                                                      dictionary));
  } else if (g_str_equal (method, "EnsureCredentials") && desktop->refusal) {
    g_dbus_method_invocation_return_dbus_error (invocation, desktop->refusal, "No.");
  } else if (g_str_equal (method, "EnsureCredentials")) {
    g_dbus_method_invocation_return_value (invocation, g_variant_new ("(i)", 3600));
  } else if (g_str_equal (method, "GetAccessToken")) {
    g_dbus_method_invocation_return_value (invocation, g_variant_new ("(si)", desktop->token,
                                                                      3600));
  } else {
    g_variant_get (parameters, "(&s)", &kind);
    g_assert_cmpstr (kind, ==, "smtp-password");
    g_dbus_method_invocation_return_value (invocation, g_variant_new ("(s)", "the password"));
  }
}

static void
export_all (Desktop    *desktop,
            const char *path,
            const char *name)
{
  static const GDBusInterfaceVTable vtable = { call_cb, NULL, NULL, { NULL } };
  g_autoptr (GDBusNodeInfo) node = g_dbus_node_info_new_for_xml (interfaces, NULL);
  g_autoptr (GError) error = NULL;

  g_dbus_connection_register_object (desktop->service, path,
                                     g_dbus_node_info_lookup_interface (node, name), &vtable,
                                     desktop, NULL, &error);
  g_assert_no_error (error);
}

static gboolean
has_name (gpointer user_data)
{
  return *(gboolean *) user_data;
}

static void
got_name_cb (GDBusConnection *connection,
             const char      *name,
             gpointer         user_data)
{
  *(gboolean *) user_data = TRUE;
}

static gboolean
set_up (Desktop  *desktop,
        gboolean  has_service)
{
  g_autofree char *daemon = envoi_test_find_program ("dbus-daemon");
  g_autoptr (GError) error = NULL;
  gboolean is_owned = FALSE;

  memset (desktop, 0, sizeof *desktop);
  if (!daemon)
    return FALSE;

  desktop->calls = g_string_new (NULL);
  desktop->token = "token-1";
  desktop->bus = g_test_dbus_new (G_TEST_DBUS_NONE);
  g_test_dbus_up (desktop->bus);
  if (!has_service)
    return TRUE;

  desktop->service = g_dbus_connection_new_for_address_sync (
    g_test_dbus_get_bus_address (desktop->bus),
    G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT |
    G_DBUS_CONNECTION_FLAGS_MESSAGE_BUS_CONNECTION, NULL, NULL, &error);
  g_assert_no_error (error);
  export_all (desktop, "/org/gnome/OnlineAccounts", "org.freedesktop.DBus.ObjectManager");
  export_all (desktop, PATH "a_google", "org.gnome.OnlineAccounts.Account");
  export_all (desktop, PATH "a_google", "org.gnome.OnlineAccounts.OAuth2Based");
  export_all (desktop, PATH "c_server", "org.gnome.OnlineAccounts.PasswordBased");
  desktop->name_id = g_bus_own_name_on_connection (desktop->service, "org.gnome.OnlineAccounts",
                                                   G_BUS_NAME_OWNER_FLAGS_NONE, got_name_cb, NULL,
                                                   &is_owned, NULL);
  envoi_test_wait_until (has_name, &is_owned);
  return TRUE;
}

static void
tear_down (Desktop *desktop)
{
  if (desktop->name_id)
    g_bus_unown_name (desktop->name_id);
  if (desktop->service)
    g_dbus_connection_close_sync (desktop->service, NULL, NULL);
  g_clear_object (&desktop->service);
  g_test_dbus_stop (desktop->bus);
  g_object_unref (desktop->bus);
  g_string_free (desktop->calls, TRUE);
}

static GPtrArray *
list (void)
{
  g_autoptr (EnvoiDesktopAccounts) accounts = envoi_desktop_accounts_new ();
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  EnvoiTestWait wait = { NULL };
  GPtrArray *found;

  envoi_desktop_accounts_list_async (accounts, NULL, envoi_test_wait_cb, &wait);
  result = envoi_test_wait (&wait);
  found = envoi_desktop_accounts_list_finish (accounts, result, &error);
  g_assert_no_error (error);
  return found;
}

static int
compare_ids (gconstpointer a,
             gconstpointer b)
{
  return strcmp ((*(const EnvoiDesktopAccount *const *) a)->id,
                 (*(const EnvoiDesktopAccount *const *) b)->id);
}

static void
test_list (void)
{
  static const struct {
    const char *id;
    const char *host;
    guint16 port;
    EnvoiSmtpSecurity security;
    const char *user;
    gboolean has_token;
    EnvoiDesktopUse use;
  } expected[] = {
    { "a_google", "smtp.gmail.com", 465, ENVOI_SMTP_SECURITY_TLS, "li@gmail.com", TRUE,
      ENVOI_DESKTOP_USABLE },
    { "b_graph", NULL, 0, 0, "li@firm.example", FALSE, ENVOI_DESKTOP_OTHER_WAY },
    { "c_server", "mail.own.example", 2587, ENVOI_SMTP_SECURITY_STARTTLS, "li", FALSE,
      ENVOI_DESKTOP_USABLE },
    { "d_clear", "clear.example", 587, ENVOI_SMTP_SECURITY_STARTTLS, "li@clear.example", FALSE,
      ENVOI_DESKTOP_NO_TLS },
    { "e_tired", "smtp.gmail.com", 465, ENVOI_SMTP_SECURITY_TLS, "tired@gmail.com", TRUE,
      ENVOI_DESKTOP_NEEDS_ATTENTION },
  };
  g_autoptr (GPtrArray) found = NULL;
  Desktop desktop;

  if (!set_up (&desktop, TRUE))
    return;

  found = list ();
  g_ptr_array_sort (found, compare_ids);
  g_assert_cmpuint (found->len, ==, G_N_ELEMENTS (expected));
  for (guint i = 0; i < found->len; i++) {
    const EnvoiDesktopAccount *account = g_ptr_array_index (found, i);

    g_assert_cmpstr (account->id, ==, expected[i].id);
    g_assert_cmpstr (account->host, ==, expected[i].host);
    g_assert_cmpuint (account->port, ==, expected[i].port);
    g_assert_cmpint (account->security, ==, expected[i].security);
    g_assert_cmpstr (account->user, ==, expected[i].user);
    g_assert_cmpint (account->has_token, ==, expected[i].has_token);
    g_assert_cmpint (account->use, ==, expected[i].use);
  }
  tear_down (&desktop);
}

static void
test_no_service (void)
{
  g_autoptr (GPtrArray) found = NULL;
  Desktop desktop;

  if (!set_up (&desktop, FALSE))
    return;

  found = list ();
  g_assert_cmpuint (found->len, ==, 0);
  tear_down (&desktop);
}

static EnvoiAccount *
make_account (const char *id)
{
  g_autoptr (GPtrArray) found = list ();
  g_autoptr (EnvoiProviderTable) providers = envoi_provider_table_new ();
  EnvoiAccount *account = envoi_account_new (NULL);

  for (guint i = 0; i < found->len; i++) {
    const EnvoiDesktopAccount *entry = g_ptr_array_index (found, i);

    if (g_str_equal (entry->id, id))
      envoi_desktop_account_apply (entry, providers, account);
  }

  return account;
}

static EnvoiSecret *
ask (EnvoiAccount  *account,
     const char    *refused,
     GError       **error)
{
  g_autoptr (EnvoiDesktopAccounts) accounts = envoi_desktop_accounts_new ();
  g_autoptr (EnvoiSecret) last = refused ? envoi_secret_new (refused, -1) : NULL;
  g_autoptr (GAsyncResult) result = NULL;
  EnvoiTestWait wait = { NULL };

  envoi_desktop_accounts_secret_async (accounts, account, last, NULL, envoi_test_wait_cb, &wait);
  result = envoi_test_wait (&wait);
  return envoi_desktop_accounts_secret_finish (accounts, result, error);
}

static void
test_token (void)
{
  g_autoptr (EnvoiAccount) account = NULL;
  g_autoptr (EnvoiSecret) token = NULL;
  g_autoptr (EnvoiSecret) next = NULL;
  g_autoptr (GError) error = NULL;
  Desktop desktop;

  if (!set_up (&desktop, TRUE))
    return;

  account = make_account ("a_google");
  g_assert_cmpstr (envoi_account_get_email (account), ==, "li@gmail.com");
  g_assert_cmpstr (envoi_account_get_desktop_id (account), ==, "a_google");
  g_assert_true (envoi_account_is_oauth (account));
  g_assert_cmpstr (envoi_account_get_oauth_provider (account), ==, "");

  token = ask (account, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (envoi_secret_peek (token), ==, "token-1");
  g_assert_null (strstr (desktop.calls->str, "EnsureCredentials"));

  /* The server refused it, and GNOME has a new one after a look. */
  desktop.token = "token-2";
  next = ask (account, "token-1", &error);
  g_assert_no_error (error);
  g_assert_cmpstr (envoi_secret_peek (next), ==, "token-2");
  g_assert_nonnull (strstr (desktop.calls->str, "EnsureCredentials"));
  g_clear_pointer (&next, envoi_secret_unref);

  /* The same again is not worth another try. */
  next = ask (account, "token-2", &error);
  g_assert_null (next);
  g_assert_error (error, ENVOI_ACCOUNTS_ERROR, ENVOI_ACCOUNTS_ERROR_NEEDS_SIGN_IN);
  tear_down (&desktop);
}

static void
test_password (void)
{
  g_autoptr (EnvoiAccount) account = NULL;
  g_autoptr (EnvoiSecret) password = NULL;
  g_autoptr (GError) error = NULL;
  Desktop desktop;

  if (!set_up (&desktop, TRUE))
    return;

  account = make_account ("c_server");
  g_assert_false (envoi_account_is_oauth (account));
  g_assert_cmpstr (envoi_account_get_login (account), ==, "li");
  password = ask (account, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (envoi_secret_peek (password), ==, "the password");
  tear_down (&desktop);
}

/* What the desktop says decides who has to do something. */
static void
test_refusals (void)
{
  g_autoptr (EnvoiAccount) account = NULL;
  Desktop desktop;
  GError *error = NULL;

  if (!set_up (&desktop, TRUE))
    return;

  account = make_account ("a_google");
  desktop.refusal = "org.gnome.OnlineAccounts.Error.NotAuthorized";
  g_assert_null (ask (account, "token-1", &error));
  g_assert_error (error, ENVOI_ACCOUNTS_ERROR, ENVOI_ACCOUNTS_ERROR_NEEDS_SIGN_IN);
  g_clear_error (&error);

  /* No network, for example: nothing is judged. */
  desktop.refusal = "org.gnome.OnlineAccounts.Error.Failed";
  g_assert_null (ask (account, "token-1", &error));
  g_assert_error (error, ENVOI_OAUTH_ERROR, ENVOI_OAUTH_ERROR_UNREACHABLE);
  g_clear_error (&error);

  /* Removed in the desktop's settings. */
  g_object_set (account, "desktop-id", "gone", NULL);
  g_assert_null (ask (account, NULL, &error));
  g_assert_error (error, ENVOI_ACCOUNTS_ERROR, ENVOI_ACCOUNTS_ERROR_NEEDS_SIGN_IN);
  g_clear_error (&error);

  /* From a file that somebody has edited. */
  g_object_set (account, "desktop-id", "../x y", NULL);
  g_assert_null (ask (account, NULL, &error));
  g_assert_error (error, ENVOI_ACCOUNTS_ERROR, ENVOI_ACCOUNTS_ERROR_INCOMPLETE);
  g_clear_error (&error);
  tear_down (&desktop);
}

static void
test_no_desktop (void)
{
  g_autoptr (EnvoiAccount) account = envoi_account_new (NULL);
  g_autoptr (GError) error = NULL;
  Desktop desktop;

  if (!set_up (&desktop, FALSE))
    return;

  g_object_set (account, "desktop-id", "a_google", NULL);
  g_assert_null (ask (account, NULL, &error));
  g_assert_error (error, ENVOI_SECRETS_ERROR, ENVOI_SECRETS_ERROR_UNAVAILABLE);
  tear_down (&desktop);
}

int
main (int   argc,
      char *argv[])
{
  envoi_test_init (&argc, &argv);
  g_test_add_func ("/envoi/accounts/desktop-accounts/list", test_list);
  g_test_add_func ("/envoi/accounts/desktop-accounts/no-service", test_no_service);
  g_test_add_func ("/envoi/accounts/desktop-accounts/token", test_token);
  g_test_add_func ("/envoi/accounts/desktop-accounts/password", test_password);
  g_test_add_func ("/envoi/accounts/desktop-accounts/refusals", test_refusals);
  g_test_add_func ("/envoi/accounts/desktop-accounts/no-desktop", test_no_desktop);
  return g_test_run ();
}
