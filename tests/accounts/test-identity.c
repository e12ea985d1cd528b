/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-test"

#include "config.h"

#include "envoi-test.h"

#include "envoi-account.h"

static EnvoiIdentity *
make_identity (const char *id,
               const char *address,
               const char *name)
{
  EnvoiIdentity *identity = envoi_identity_new (id);

  g_object_set (identity, "address", address, "name", name, NULL);
  return identity;
}

static void
test_from (void)
{
  static const struct {
    const char *prose;
    const char *address;
    const char *name;
    const char *from;
  } cases[] = {
    { "no name", "a@b.cn", "", "a@b.cn" },
    { "a plain name", "a@b.cn", "Li Lei", "Li Lei <a@b.cn>" },
    { "a Chinese name", "a@b.cn", "李雷", "李雷 <a@b.cn>" },
    { "a comma would end the name", "a@b.cn", "Li, Lei", "\"Li, Lei\" <a@b.cn>" },
    { "quotes and backslashes", "a@b.cn", "Li \"L\" \\", "\"Li \\\"L\\\" \\\\\" <a@b.cn>" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (EnvoiIdentity) identity = make_identity (NULL, cases[i].address, cases[i].name);
    g_autofree char *from = envoi_identity_format_from (identity);

    g_test_message ("%s", cases[i].prose);
    g_assert_cmpstr (from, ==, cases[i].from);
  }
}

static void
test_main (void)
{
  g_autoptr (EnvoiAccount) account = envoi_account_new (NULL);
  EnvoiIdentity *identity = envoi_account_get_default_identity (account);

  g_assert_true (envoi_identity_is_main (identity));

  /* One address and name, whichever side is set. */
  g_object_set (account, "email", "lilei@qq.com", "name", "Li", NULL);
  g_assert_cmpstr (envoi_identity_get_address (identity), ==, "lilei@qq.com");
  g_object_set (identity, "name", "Lei", NULL);
  g_assert_cmpstr (envoi_account_get_name (account), ==, "Lei");

  g_assert_false (envoi_account_remove_identity (account, ENVOI_IDENTITY_MAIN));
  g_assert_false (envoi_account_remove_identity (account, "none"));
}

static void
test_default (void)
{
  g_autoptr (EnvoiAccount) account = envoi_account_new (NULL);
  g_autoptr (EnvoiIdentity) alias = make_identity ("x", "sales@b.cn", "Sales");
  g_autofree char *from = NULL;

  g_object_set (account, "email", "a@b.cn", "default-identity", "x", NULL);
  g_assert_true (envoi_identity_is_main (envoi_account_get_default_identity (account)));

  envoi_account_put_identity (account, alias);
  g_assert_true (envoi_account_get_default_identity (account) == alias);
  from = envoi_account_format_from (account);
  g_assert_cmpstr (from, ==, "Sales <sales@b.cn>");

  g_assert_true (envoi_account_remove_identity (account, "x"));
  g_assert_true (envoi_identity_is_main (envoi_account_get_default_identity (account)));
}

static void
test_place (void)
{
  g_autoptr (EnvoiAccount) account = envoi_account_new (NULL);
  g_autoptr (EnvoiIdentity) one = make_identity ("one", "sales@b.cn", "");
  g_autoptr (EnvoiIdentity) two = make_identity ("two", "press@b.cn", "");
  GListModel *identities = envoi_account_get_identities (account);
  g_autoptr (EnvoiIdentity) first = NULL;
  g_autoptr (EnvoiIdentity) second = NULL;

  envoi_account_put_identity (account, one);
  envoi_account_put_identity (account, two);
  g_assert_true (envoi_account_place_identity (account, "two", 1));
  first = g_list_model_get_item (identities, 0);
  second = g_list_model_get_item (identities, 1);
  g_assert_true (envoi_identity_is_main (first));
  g_assert_true (second == two);
  g_assert_true (envoi_account_place_identity (account, "two", 1));

  /* The main one is the account's own, and nothing comes before it. */
  g_assert_false (envoi_account_place_identity (account, "one", 0));
  g_assert_false (envoi_account_place_identity (account, "one", 3));
  g_assert_false (envoi_account_place_identity (account, ENVOI_IDENTITY_MAIN, 2));
  g_assert_false (envoi_account_place_identity (account, "none", 1));
  g_assert_cmpuint (g_list_model_get_n_items (identities), ==, 3);
}

static void
test_find (void)
{
  g_autoptr (EnvoiAccount) account = envoi_account_new (NULL);
  g_autoptr (EnvoiIdentity) formal = make_identity ("formal", "a@b.cn", "Dr. Li");
  g_autoptr (EnvoiIdentity) alias = make_identity ("alias", "sales@b.cn", "");

  g_object_set (account, "email", "a@b.cn", "name", "Li", NULL);
  envoi_account_put_identity (account, formal);
  envoi_account_put_identity (account, alias);

  g_assert_true (envoi_account_find_identity (account, "\"Dr. Li\" <a@b.cn>") == formal);
  g_assert_true (envoi_account_find_identity (account, "sales@B.CN") == alias);
  g_assert_true (envoi_identity_is_main (envoi_account_find_identity (account, "a@b.cn")));
  g_assert_true (envoi_identity_is_main (envoi_account_find_identity (account, "X <a@b.cn>")));
  g_assert_null (envoi_account_find_identity (account, "Sales@b.cn"));
  g_assert_null (envoi_account_find_identity (account, ""));
  g_assert_null (envoi_account_find_identity (account, "<"));
}

static void
test_check (void)
{
  static const struct {
    const char *prose;
    const char *address;
    const char *name;
    const char *reply_to;
    const char *field;      /* NULL = good */
  } cases[] = {
    { "all is well", "a@b.cn", "Li", "c@d.cn", NULL },
    { "no address", "", "Li", "", "address" },
    { "a line end in the name", "a@b.cn", "Li\nBcc: x@y.cn", "", "name" },
    { "answers to nowhere", "a@b.cn", "Li", "nobody", "reply-to" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (EnvoiIdentity) identity = make_identity (NULL, cases[i].address, cases[i].name);
    g_autoptr (GError) error = NULL;
    const char *field = NULL;

    g_test_message ("%s", cases[i].prose);
    g_object_set (identity, "reply-to", cases[i].reply_to, NULL);
    g_assert_true (envoi_identity_check (identity, &field, &error) == !cases[i].field);
    g_assert_cmpstr (field, ==, cases[i].field);
    if (cases[i].field)
      g_assert_error (error, ENVOI_ACCOUNTS_ERROR, ENVOI_ACCOUNTS_ERROR_INCOMPLETE);
  }
}

static void
test_long_signature (void)
{
  g_autoptr (EnvoiIdentity) identity = make_identity (NULL, "a@b.cn", "");
  g_autofree char *html = g_strnfill (65 * 1024, 'x');
  g_autoptr (GError) error = NULL;
  const char *field = NULL;

  envoi_identity_set_signature (identity, html, "x");
  g_assert_false (envoi_identity_check (identity, &field, &error));
  g_assert_cmpstr (field, ==, "signature-html");
}

static void
test_copy (void)
{
  g_autoptr (EnvoiAccount) account = envoi_account_new ("a");
  g_autoptr (EnvoiAccount) copy = NULL;
  g_autoptr (EnvoiIdentity) alias = make_identity ("x", "sales@b.cn", "Sales");
  g_autofree char *pin = NULL;

  g_object_set (account, "email", "a@b.cn", "pinned-key", "sha256:00", "is-enabled", FALSE, NULL);
  envoi_identity_set_signature (alias, "<b>S</b>", "S\n");
  envoi_account_put_identity (account, alias);
  copy = envoi_account_copy (account);

  g_object_get (copy, "pinned-key", &pin, NULL);
  g_assert_cmpstr (pin, ==, "sha256:00");
  g_assert_false (envoi_account_is_enabled (copy));
  g_assert_cmpstr (envoi_account_get_email (copy), ==, "a@b.cn");
  g_assert_false (envoi_account_get_identity (copy, "x") == alias);
  g_assert_cmpstr (envoi_identity_get_signature_html (envoi_account_get_identity (copy, "x")), ==,
                   "<b>S</b>");

  g_object_set (copy, "email", "changed@b.cn", NULL);
  g_assert_cmpstr (envoi_account_get_email (account), ==, "a@b.cn");
}

int
main (int   argc,
      char *argv[])
{
  envoi_test_init (&argc, &argv);

  g_test_add_func ("/envoi/accounts/identity/from", test_from);
  g_test_add_func ("/envoi/accounts/identity/main", test_main);
  g_test_add_func ("/envoi/accounts/identity/default", test_default);
  g_test_add_func ("/envoi/accounts/identity/place", test_place);
  g_test_add_func ("/envoi/accounts/identity/find", test_find);
  g_test_add_func ("/envoi/accounts/identity/check", test_check);
  g_test_add_func ("/envoi/accounts/identity/long-signature", test_long_signature);
  g_test_add_func ("/envoi/accounts/identity/copy", test_copy);

  return g_test_run ();
}
