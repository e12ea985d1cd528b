/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-test"

#include "config.h"

#include "envoi-test.h"

#include "envoi-account-pin.h"

#define PIN "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789ABCDEF"

static EnvoiAccount *
make_account (void)
{
  EnvoiAccount *account = envoi_account_new (NULL);

  g_object_set (account, "email", "lilei@example.org", "name", "Li Lei", "host",
                "smtp.example.org", "port", 465, "security", ENVOI_SMTP_SECURITY_TLS, NULL);
  return account;
}

typedef struct {
  const char *says;
  const char *property;
  const char *value;
  const char *bad_field;     /* NULL = good */
} CheckCase;

static const CheckCase check_cases[] = {
  { "A complete account is good.", "email", "lilei@example.org", NULL },
  { "A plus and dots in the local part are good.", "email", "li.lei+x@example.org", NULL },
  { "An address in Chinese is good.", "email", "李雷@例子.中国", NULL },
  { "An address may not be missing.", "email", "", "email" },
  { "An address needs an at sign.", "email", "lilei", "email" },
  { "An address needs a local part.", "email", "@example.org", "email" },
  { "An address needs a domain.", "email", "lilei@", "email" },
  { "An address has one at sign.", "email", "li@lei@example.org", "email" },
  { "An address has no space.", "email", "li lei@example.org", "email" },
  { "An address is no mailbox with a name.", "email", "Li <lilei@example.org>", "email" },
  { "A domain has no empty label.", "email", "lilei@example..org", "email" },
  { "A line end cannot hide in an address.", "email", "lilei@example.org\r\nBcc: x@y", "email" },
  { "A name in Chinese is good.", "name", "李雷", NULL },
  { "An empty name is good.", "name", "", NULL },
  { "A name is one line.", "name", "Li\nBcc: x@example.org", "name" },
  { "An IPv4 address is a server.", "host", "127.0.0.1", NULL },
  { "An IPv6 address is a server.", "host", "::1", NULL },
  { "A single label is a server.", "host", "localhost", NULL },
  { "A server may not be missing.", "host", "", "host" },
  { "A web address is no server.", "host", "https://smtp.example.org", "host" },
  { "A path is no server.", "host", "smtp.example.org/", "host" },
  { "A server's name has no space.", "host", "smtp.example.org ", "host" },
  { "A server's name has no control character.", "host", "smtp.example.org\n", "host" },
  { "A port belongs in its own field.", "host", "smtp.example.org:465", "host" },
  { "An address is no server.", "host", "lilei@example.org", "host" },
  { "A user name is one line.", "user", "li\rlei", "user" },
  { "A user name may be anything else.", "user", "DOMAIN\\li lei", NULL },
  { "A certificate file must exist.", "ca-file", "/nowhere/ca.pem", "ca-file" },
  { "A folder is no certificate file.", "ca-file", "/", "ca-file" },
  { "A pinned key is a SHA-256 and its server.", "pinned-key", PIN "@smtp.example.org:465", NULL },
  { "A pinned key belongs to a server.", "pinned-key", PIN, "pinned-key" },
  { "The server has a name.", "pinned-key", PIN "@:465", "pinned-key" },
  { "The server has a port.", "pinned-key", PIN "@smtp.example.org:", "pinned-key" },
  { "A pinned key has 64 digits.", "pinned-key", "sha256:00", "pinned-key" },
  { "A pinned key names its hash.", "pinned-key", "sha1:00", "pinned-key" },
};

static void
test_check (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (check_cases); i++) {
    const CheckCase *c = &check_cases[i];
    g_autoptr (EnvoiAccount) account = make_account ();
    g_autoptr (GError) error = NULL;
    const char *field = NULL;
    gboolean is_good;

    g_test_message ("%s", c->says);
    g_object_set (account, c->property, c->value, NULL);
    is_good = envoi_account_check (account, &field, &error);
    g_assert_cmpstr (field, ==, c->bad_field);
    g_assert_cmpint (is_good, ==, c->bad_field == NULL);

    if (is_good) {
      g_assert_no_error (error);
    } else {
      g_assert_error (error, ENVOI_ACCOUNTS_ERROR, ENVOI_ACCOUNTS_ERROR_INCOMPLETE);
      g_assert_true (g_str_has_suffix (error->message, "."));
      g_assert_null (envoi_account_dup_endpoint (account, NULL));
    }
  }
}

static void
test_check_port (void)
{
  g_autoptr (EnvoiAccount) account = make_account ();
  g_autoptr (GError) error = NULL;
  const char *field = NULL;

  g_object_set (account, "port", 0, NULL);
  g_assert_false (envoi_account_check (account, &field, &error));
  g_assert_cmpstr (field, ==, "port");

  /* The practice server chooses its own port while it runs. */
  g_object_set (account, "is-practice", TRUE, NULL);
  g_assert_true (envoi_account_check (account, &field, NULL));
}

static void
test_check_oauth (void)
{
  g_autoptr (EnvoiAccount) account = make_account ();
  const char *field = NULL;

  g_object_set (account, "auth", ENVOI_SMTP_AUTH_XOAUTH2, NULL);
  g_assert_true (envoi_account_is_oauth (account));
  g_assert_false (envoi_account_check (account, &field, NULL));
  g_assert_cmpstr (field, ==, "oauth-provider");

  g_object_set (account, "oauth-provider", "google", NULL);
  g_assert_true (envoi_account_check (account, &field, NULL));
}

static void
test_endpoint (void)
{
  g_autoptr (EnvoiAccount) account = make_account ();
  g_autoptr (GError) error = NULL;
  g_autoptr (EnvoiSmtpEndpoint) endpoint = NULL;

  g_object_set (account, "port", 587, "security", ENVOI_SMTP_SECURITY_STARTTLS, NULL);
  envoi_account_pin (account, PIN);
  endpoint = envoi_account_dup_endpoint (account, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (envoi_smtp_endpoint_get_host (endpoint), ==, "smtp.example.org");
  g_assert_cmpint (envoi_smtp_endpoint_get_port (endpoint), ==, 587);
  g_assert_cmpint (envoi_smtp_endpoint_get_security (endpoint), ==, ENVOI_SMTP_SECURITY_STARTTLS);
  g_assert_cmpint (g_ascii_strcasecmp (envoi_smtp_endpoint_get_pinned_key (endpoint), PIN), ==, 0);
  g_assert_null (envoi_smtp_endpoint_get_ca_file (endpoint));
}

/* A key is trusted at one host and port, and nowhere else. */
static void
test_pin (void)
{
  g_autoptr (EnvoiAccount) account = make_account ();
  g_autofree char *pin = NULL;

  g_assert_false (envoi_account_has_pin (account));
  envoi_account_pin (account, PIN);
  pin = envoi_account_dup_pin (account);
  g_assert_cmpstr (pin, ==, PIN);

  g_object_set (account, "port", 2525, NULL);
  g_assert_null (envoi_account_dup_pin (account));
  g_object_set (account, "port", 465, "host", "smtp.example.net", NULL);
  g_assert_null (envoi_account_dup_pin (account));
  g_assert_true (envoi_account_has_pin (account));
  g_object_set (account, "host", "SMTP.example.org", NULL);
  g_clear_pointer (&pin, g_free);
  pin = envoi_account_dup_pin (account);
  g_assert_cmpstr (pin, ==, PIN);

  envoi_account_pin (account, NULL);
  g_assert_false (envoi_account_has_pin (account));
  g_assert_false (envoi_account_is_key (PIN "0"));
  g_assert_true (envoi_account_is_key (PIN));
}

static void
test_login (void)
{
  g_autoptr (EnvoiAccount) account = make_account ();

  g_assert_cmpstr (envoi_account_get_login (account), ==, "lilei@example.org");
  g_object_set (account, "user", "lilei", NULL);
  g_assert_cmpstr (envoi_account_get_login (account), ==, "lilei");
}

static void
test_format_from (void)
{
  static const struct {
    const char *name;
    const char *from;
  } cases[] = {
    { "", "lilei@example.org" },
    { "Li Lei", "Li Lei <lilei@example.org>" },
    { "李雷", "李雷 <lilei@example.org>" },
    { "Lei, Li", "\"Lei, Li\" <lilei@example.org>" },
    { "Li \"L\" Lei", "\"Li \\\"L\\\" Lei\" <lilei@example.org>" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (EnvoiAccount) account = make_account ();
    g_autofree char *from = NULL;

    g_object_set (account, "name", cases[i].name, NULL);
    from = envoi_account_format_from (account);
    g_assert_cmpstr (from, ==, cases[i].from);
  }
}

static void
count_notify_cb (GObject    *object,
                 GParamSpec *pspec,
                 gpointer    count)
{
  (*(guint *) count)++;
}

static void
test_state (void)
{
  g_autoptr (EnvoiAccount) account = make_account ();
  gint64 until = -1;
  guint count = 0;

  g_signal_connect (account, "notify::state", G_CALLBACK (count_notify_cb), &count);
  g_assert_cmpint (envoi_account_get_state (account), ==, ENVOI_ACCOUNT_READY);

  envoi_account_set_state (account, ENVOI_ACCOUNT_NEEDS_SIGN_IN, "The password was refused.");
  g_assert_cmpint (envoi_account_get_state (account), ==, ENVOI_ACCOUNT_NEEDS_SIGN_IN);
  g_assert_cmpstr (envoi_account_get_state_reason (account), ==, "The password was refused.");
  g_assert_cmpuint (count, ==, 1);

  /* The reason may change while the state stays. */
  envoi_account_set_state (account, ENVOI_ACCOUNT_NEEDS_SIGN_IN, "There is no password.");
  g_assert_cmpstr (envoi_account_get_state_reason (account), ==, "There is no password.");
  g_assert_cmpuint (count, ==, 1);

  /* An account that cannot sign in is not throttled: the edge is refused. */
  envoi_account_pause (account, 5, "Too many letters.");
  g_assert_cmpint (envoi_account_get_state (account), ==, ENVOI_ACCOUNT_NEEDS_SIGN_IN);
  g_assert_cmpstr (envoi_account_get_state_reason (account), ==, "There is no password.");

  envoi_account_set_state (account, ENVOI_ACCOUNT_READY, "ignored");
  g_assert_null (envoi_account_get_state_reason (account));

  envoi_account_pause (account, 5, "Too many letters.");
  g_object_get (account, "paused-until", &until, NULL);
  g_assert_cmpint (until, ==, 5);

  envoi_account_set_state (account, ENVOI_ACCOUNT_READY, NULL);
  g_object_get (account, "paused-until", &until, NULL);
  g_assert_cmpint (until, ==, 0);
}

static void
test_ids (void)
{
  g_autoptr (EnvoiAccount) a = envoi_account_new (NULL);
  g_autoptr (EnvoiAccount) b = envoi_account_new (NULL);
  g_autoptr (EnvoiAccount) c = envoi_account_new ("c");

  g_assert_cmpstr (envoi_account_get_id (a), !=, envoi_account_get_id (b));
  g_assert_cmpuint (strlen (envoi_account_get_id (a)), >=, 16);
  g_assert_cmpstr (envoi_account_get_id (c), ==, "c");
}

int
main (int   argc,
      char *argv[])
{
  envoi_test_init (&argc, &argv);

  g_test_add_func ("/envoi/accounts/account/check", test_check);
  g_test_add_func ("/envoi/accounts/account/check-port", test_check_port);
  g_test_add_func ("/envoi/accounts/account/check-oauth", test_check_oauth);
  g_test_add_func ("/envoi/accounts/account/endpoint", test_endpoint);
  g_test_add_func ("/envoi/accounts/account/pin", test_pin);
  g_test_add_func ("/envoi/accounts/account/login", test_login);
  g_test_add_func ("/envoi/accounts/account/format-from", test_format_from);
  g_test_add_func ("/envoi/accounts/account/state", test_state);
  g_test_add_func ("/envoi/accounts/account/ids", test_ids);

  return g_test_run ();
}
