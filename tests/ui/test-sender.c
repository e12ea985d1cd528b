/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "envoi-sender.h"
#include "envoi-test.h"

#include <gtk/gtk.h>
#include <string.h>

static EnvoiAccount *
make_account (const char *id,
              const char *email)
{
  EnvoiAccount *account = envoi_account_new (id);

  g_object_set (account, "email", email, "is-practice", TRUE, NULL);
  return account;
}

static char *
dup_senders (GListModel *senders)
{
  GString *list = g_string_new (NULL);

  for (guint i = 0; i < g_list_model_get_n_items (senders); i++) {
    g_autoptr (EnvoiSender) sender = g_list_model_get_item (senders, i);

    g_string_append_printf (list, "%s%s", i > 0 ? " " : "",
                            envoi_identity_get_address (envoi_sender_get_identity (sender)));
  }

  return g_string_free (list, FALSE);
}

static void
test_list (void)
{
  g_autofree char *folder = envoi_test_make_folder ();
  g_autofree char *path = g_build_filename (folder, "accounts.ini", NULL);
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (EnvoiAccountList) accounts = envoi_account_list_new (file);
  g_autoptr (EnvoiAccount) first = make_account ("a", "a@x.cn");
  g_autoptr (EnvoiAccount) second = make_account ("b", "b@x.cn");
  g_autoptr (EnvoiIdentity) alias = envoi_identity_new ("alias");
  g_autoptr (GListModel) offered = NULL;
  g_autoptr (GListModel) kept = NULL;
  g_autofree char *all = NULL;
  g_autofree char *with_kept = NULL;
  g_autofree char *later = NULL;

  g_object_set (alias, "address", "sales@x.cn", NULL);
  envoi_account_put_identity (first, alias);
  g_object_set (second, "is-enabled", FALSE, NULL);
  envoi_account_list_add_practice (accounts, first);
  envoi_account_list_add_practice (accounts, second);

  offered = envoi_sender_list_new (accounts, "");
  all = dup_senders (offered);
  g_assert_cmpstr (all, ==, "a@x.cn sales@x.cn");

  /* A letter keeps the sender that it has, though its account is off. */
  kept = envoi_sender_list_new (accounts, "b");
  with_kept = dup_senders (kept);
  g_assert_cmpstr (with_kept, ==, "a@x.cn sales@x.cn b@x.cn");

  envoi_account_remove_identity (first, "alias");
  later = dup_senders (offered);
  g_assert_cmpstr (later, ==, "a@x.cn");
}

static void
test_warning (void)
{
  static const struct {
    const char *prose;
    const char *email;
    const char *provider;
    const char *address;
    const char *words;      /* NULL = nothing is said */
  } cases[] = {
    { "the login itself", "lilei@qq.com", "qq", "lilei@qq.com", NULL },
    { "QQ takes nothing else", "lilei@qq.com", "qq", "sales@x.cn", "refuses" },
    { "163 takes nothing else", "lilei@163.com", "163", "sales@x.cn", "refuses" },
    { "nobody knows this provider", "a@unknown.example", "", "sales@x.cn", NULL },
    { "nothing typed yet", "lilei@qq.com", "qq", "", NULL },
  };
  g_autoptr (EnvoiProviderTable) providers = envoi_provider_table_new ();

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (EnvoiAccount) account = make_account (NULL, cases[i].email);
    g_autofree char *warning = NULL;

    g_test_message ("%s", cases[i].prose);
    g_object_set (account, "provider-id", cases[i].provider, NULL);
    warning = envoi_sender_dup_warning (providers, account, cases[i].address);
    g_assert_true ((warning != NULL) == (cases[i].words != NULL));
    if (warning)
      g_assert_nonnull (strstr (warning, cases[i].words));
  }
}

int
main (int   argc,
      char *argv[])
{
  envoi_test_init (&argc, &argv);

  g_test_add_func ("/envoi/ui/sender/list", test_list);
  g_test_add_func ("/envoi/ui/sender/warning", test_warning);

  return g_test_run ();
}
