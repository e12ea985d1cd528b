/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-test"

#include "config.h"

#include "envoi-test.h"

#include "envoi-account-list.h"

#include <glib/gstdio.h>
#include <string.h>

typedef struct {
  char *folder;
  char *path;
  EnvoiAccountList *list;
} Fixture;

static EnvoiAccountList *
open_list (const char *path)
{
  g_autoptr (GFile) file = g_file_new_for_path (path);

  return envoi_account_list_new (file);
}

static void
load (EnvoiAccountList *list)
{
  EnvoiTestWait wait = { NULL };
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  envoi_account_list_load_async (list, NULL, envoi_test_wait_cb, &wait);
  result = envoi_test_wait (&wait);
  envoi_account_list_load_finish (list, result, &error);
  g_assert_no_error (error);
}

static void
save (EnvoiAccountList *list,
      EnvoiAccount     *account)
{
  EnvoiTestWait wait = { NULL };
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  envoi_account_list_save_async (list, account, NULL, envoi_test_wait_cb, &wait);
  result = envoi_test_wait (&wait);
  envoi_account_list_save_finish (list, result, &error);
  g_assert_no_error (error);
}

static void
remove_account (EnvoiAccountList *list,
                EnvoiAccount     *account)
{
  EnvoiTestWait wait = { NULL };
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  envoi_account_list_remove_async (list, account, NULL, envoi_test_wait_cb, &wait);
  result = envoi_test_wait (&wait);
  envoi_account_list_remove_finish (list, result, &error);
  g_assert_no_error (error);
}

static void
set_up (Fixture       *fixture,
        gconstpointer  user_data)
{
  fixture->folder = envoi_test_make_folder ();
  fixture->path = g_build_filename (fixture->folder, "deep", "accounts.ini", NULL);
  fixture->list = open_list (fixture->path);
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  user_data)
{
  g_clear_object (&fixture->list);
  g_free (fixture->path);
  g_free (fixture->folder);
}

static EnvoiAccount *
make_account (const char *id,
              const char *email)
{
  EnvoiAccount *account = envoi_account_new (id);

  g_object_set (account, "email", email, "host", "smtp.example.org", NULL);
  return account;
}

static guint
count (EnvoiAccountList *list)
{
  return g_list_model_get_n_items (G_LIST_MODEL (list));
}

static char *
read_file (Fixture *fixture)
{
  char *text = NULL;
  g_autoptr (GError) error = NULL;

  g_file_get_contents (fixture->path, &text, NULL, &error);
  g_assert_no_error (error);
  return text;
}

static void
write_file (Fixture    *fixture,
            const char *text)
{
  g_autofree char *folder = g_path_get_dirname (fixture->path);
  g_autoptr (GError) error = NULL;

  g_mkdir_with_parents (folder, 0700);
  g_file_set_contents (fixture->path, text, -1, &error);
  g_assert_no_error (error);
}

static void
test_round_trip (Fixture       *fixture,
                 gconstpointer  user_data)
{
  g_autoptr (EnvoiAccount) account = make_account (NULL, "lilei@qq.com");
  g_autoptr (EnvoiAccountList) again = NULL;
  EnvoiAccount *read;
  int security;
  guint port;
  GStatBuf status;

  g_object_set (account, "name", "李雷", "port", 587, "security", ENVOI_SMTP_SECURITY_STARTTLS,
                "auth", ENVOI_SMTP_AUTH_SCRAM_SHA_256, "is-practice", TRUE, "is-enabled", FALSE, NULL);
  load (fixture->list);
  g_assert_cmpuint (count (fixture->list), ==, 0);
  save (fixture->list, account);
  g_assert_cmpuint (count (fixture->list), ==, 1);
  g_assert_true (envoi_account_list_find (fixture->list, envoi_account_get_id (account)) == account);

  g_assert_cmpint (g_stat (fixture->path, &status), ==, 0);
  g_assert_cmpint (status.st_mode & 0777, ==, 0600);

  again = open_list (fixture->path);
  load (again);
  read = envoi_account_list_find (again, "lilei@QQ.com");
  g_assert_nonnull (read);
  g_assert_null (envoi_account_list_find (again, "LILEI@qq.com"));
  g_assert_cmpstr (envoi_account_get_id (read), ==, envoi_account_get_id (account));
  g_assert_cmpstr (envoi_account_get_name (read), ==, "李雷");
  g_assert_cmpint (envoi_account_get_auth (read), ==, ENVOI_SMTP_AUTH_SCRAM_SHA_256);
  g_assert_true (envoi_account_is_practice (read));
  g_assert_false (envoi_account_is_enabled (read));
  g_object_get (read, "security", &security, "port", &port, NULL);
  g_assert_cmpint (security, ==, ENVOI_SMTP_SECURITY_STARTTLS);
  g_assert_cmpuint (port, ==, 587);
}

static void
test_replace_and_remove (Fixture       *fixture,
                         gconstpointer  user_data)
{
  g_autoptr (EnvoiAccount) a = make_account ("a", "a@example.org");
  g_autoptr (EnvoiAccount) b = make_account ("b", "b@example.org");
  g_autoptr (EnvoiAccount) form = make_account ("a", "new@example.org");
  g_autofree char *text = NULL;

  load (fixture->list);
  save (fixture->list, a);
  save (fixture->list, b);
  save (fixture->list, form);
  g_assert_cmpuint (count (fixture->list), ==, 2);

  /* The list's own object took the settings over. */
  g_assert_true (envoi_account_list_find (fixture->list, "a") == a);
  g_assert_cmpstr (envoi_account_get_email (a), ==, "new@example.org");

  remove_account (fixture->list, a);
  g_assert_cmpuint (count (fixture->list), ==, 1);
  g_assert_null (envoi_account_list_find (fixture->list, "a"));
  text = read_file (fixture);
  g_assert_null (strstr (text, "new@example.org"));
  g_assert_nonnull (strstr (text, "b@example.org"));
}

static void
test_unknown_is_kept (Fixture       *fixture,
                      gconstpointer  user_data)
{
  EnvoiAccount *account;
  g_autofree char *text = NULL;
  const char *field = NULL;

  write_file (fixture,
              "# mine\n[Account a]\nemail=a@example.org\nhost=h\nport=465\nauth=quantum\n"
              "identities=x;y\n[Future]\nkey=value\n");
  load (fixture->list);
  account = envoi_account_list_find (fixture->list, "a");
  g_assert_nonnull (account);
  g_assert_cmpint (envoi_account_get_auth (account), ==, ENVOI_SMTP_AUTH_AUTO);
  g_assert_true (envoi_account_check (account, &field, NULL));

  g_object_set (account, "name", "A", NULL);
  save (fixture->list, account);
  text = read_file (fixture);
  g_assert_nonnull (strstr (text, "# mine"));
  g_assert_nonnull (strstr (text, "identities=x;y"));
  g_assert_nonnull (strstr (text, "[Future]\nkey=value"));
  g_assert_nonnull (strstr (text, "auth=quantum"));
  g_assert_nonnull (strstr (text, "name=A"));
}

static char *
find_aside (Fixture *fixture)
{
  g_autofree char *folder = g_path_get_dirname (fixture->path);
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while ((name = g_dir_read_name (dir))) {
    if (g_str_has_prefix (name, "accounts.ini.damaged-"))
      return g_build_filename (folder, name, NULL);
  }

  return NULL;
}

static void
test_damaged_is_set_aside (Fixture       *fixture,
                           gconstpointer  user_data)
{
  const char *garbage = "this is [not a key file\n";
  g_autoptr (EnvoiAccount) account = make_account (NULL, "a@example.org");
  g_autofree char *aside = NULL;
  g_autofree char *kept = NULL;
  g_autofree char *warning = NULL;

  write_file (fixture, garbage);
  load (fixture->list);
  g_assert_cmpuint (count (fixture->list), ==, 0);
  g_object_get (fixture->list, "warning", &warning, NULL);
  g_assert_nonnull (warning);

  aside = find_aside (fixture);
  g_assert_nonnull (aside);
  g_assert_nonnull (strstr (warning, aside));
  g_assert_true (g_file_get_contents (aside, &kept, NULL, NULL));
  g_assert_cmpstr (kept, ==, garbage);

  save (fixture->list, account);
  g_assert_cmpuint (count (fixture->list), ==, 1);
}

/* Damage under a running program loses no account: they come back with the next save. */
static void
test_damaged_while_open (Fixture       *fixture,
                         gconstpointer  user_data)
{
  g_autoptr (EnvoiAccount) a = make_account ("a", "a@example.org");
  g_autoptr (EnvoiAccount) b = make_account ("b", "b@example.org");
  g_autoptr (EnvoiAccountList) again = NULL;

  load (fixture->list);
  save (fixture->list, a);
  write_file (fixture, "garbage");
  save (fixture->list, b);
  g_assert_cmpuint (count (fixture->list), ==, 2);

  again = open_list (fixture->path);
  load (again);
  g_assert_cmpuint (count (again), ==, 2);
}

static gboolean
is_renamed_cb (gpointer user_data)
{
  return g_str_equal (envoi_account_get_email (user_data), "other@example.org");
}

static gboolean
has_two_cb (gpointer user_data)
{
  return count (user_data) == 2;
}

static gboolean
has_one_cb (gpointer user_data)
{
  return count (user_data) == 1;
}

static void
test_other_process (Fixture       *fixture,
                    gconstpointer  user_data)
{
  g_autoptr (EnvoiAccountList) other = open_list (fixture->path);
  g_autoptr (EnvoiAccount) a = make_account ("a", "a@example.org");
  g_autoptr (EnvoiAccount) b = make_account ("b", "b@example.org");
  g_autoptr (EnvoiAccount) changed = make_account ("a", "other@example.org");

  load (fixture->list);
  save (fixture->list, a);
  load (other);
  envoi_account_set_state (a, ENVOI_ACCOUNT_NEEDS_SIGN_IN, "Why.");

  save (other, changed);
  envoi_test_wait_until (is_renamed_cb, a);
  g_assert_cmpint (envoi_account_get_state (a), ==, ENVOI_ACCOUNT_NEEDS_SIGN_IN);

  save (other, b);
  envoi_test_wait_until (has_two_cb, fixture->list);
  remove_account (other, b);
  envoi_test_wait_until (has_one_cb, fixture->list);
}

/* Saves are written in the order they were asked for, none is lost. */
static void
test_many_saves (Fixture       *fixture,
                 gconstpointer  user_data)
{
  enum { N = 30 };
  EnvoiTestWait waits[N] = { { NULL } };
  g_autoptr (EnvoiAccountList) again = NULL;
  g_autoptr (EnvoiAccount) account = make_account ("a", "a@example.org");

  load (fixture->list);
  for (guint i = 0; i < N; i++) {
    g_autofree char *name = g_strdup_printf ("name %u", i);

    g_object_set (account, "name", name, NULL);
    envoi_account_list_save_async (fixture->list, account, NULL, envoi_test_wait_cb, &waits[i]);
  }

  for (guint i = 0; i < N; i++) {
    g_autoptr (GAsyncResult) result = envoi_test_wait (&waits[i]);

    g_assert_true (envoi_account_list_save_finish (fixture->list, result, NULL));
  }

  again = open_list (fixture->path);
  load (again);
  g_assert_cmpuint (count (again), ==, 1);
  g_assert_cmpstr (envoi_account_get_name (envoi_account_list_find (again, "a")), ==, "name 29");
}

static void
test_cannot_write (Fixture       *fixture,
                   gconstpointer  user_data)
{
  g_autoptr (EnvoiAccount) account = make_account (NULL, "a@example.org");
  g_autoptr (EnvoiAccountList) list = open_list ("/dev/null/accounts.ini");
  EnvoiTestWait wait = { NULL };
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  envoi_account_list_save_async (list, account, NULL, envoi_test_wait_cb, &wait);
  result = envoi_test_wait (&wait);
  g_assert_false (envoi_account_list_save_finish (list, result, &error));
  g_assert_nonnull (error);
  g_assert_cmpuint (count (list), ==, 0);
}

static void
add_identity (EnvoiAccount *account,
              const char   *id,
              const char   *address,
              const char   *html)
{
  g_autoptr (EnvoiIdentity) identity = envoi_identity_new (id);

  g_object_set (identity, "address", address, "name", "李雷", "reply-to", "desk@example.org", NULL);
  envoi_identity_set_signature (identity, html, "-- not the separator\nLi; [Lei]=\\ #x\n");
  envoi_account_put_identity (account, identity);
}

static void
test_identities (Fixture       *fixture,
                 gconstpointer  user_data)
{
  g_autoptr (EnvoiAccount) account = make_account ("a", "lilei@example.org");
  g_autoptr (EnvoiAccount) other = make_account ("a b", "other@example.org");
  g_autoptr (EnvoiAccountList) again = NULL;
  EnvoiAccount *read;
  EnvoiIdentity *identity;

  add_identity (account, "one", "sales@example.org", "<b>Li</b>\n <i>Lei</i>");
  add_identity (account, "two", "press@example.org", "");
  add_identity (other, "one", "elsewhere@example.org", "");
  envoi_identity_set_signature (envoi_account_get_identity (account, ENVOI_IDENTITY_MAIN),
                                "<p>main</p>", "main\n");
  g_object_set (account, "default-identity", "two", NULL);
  load (fixture->list);
  save (fixture->list, account);
  save (fixture->list, other);

  again = open_list (fixture->path);
  load (again);
  read = envoi_account_list_find (again, "a");
  g_assert_cmpuint (g_list_model_get_n_items (envoi_account_get_identities (read)), ==, 3);
  identity = envoi_account_get_identity (read, "one");
  g_assert_cmpstr (envoi_identity_get_address (identity), ==, "sales@example.org");
  g_assert_cmpstr (envoi_identity_get_name (identity), ==, "李雷");
  g_assert_cmpstr (envoi_identity_get_reply_to (identity), ==, "desk@example.org");
  g_assert_cmpstr (envoi_identity_get_signature_html (identity), ==, "<b>Li</b>\n <i>Lei</i>");
  g_assert_cmpstr (envoi_identity_get_signature_text (identity), ==,
                   "-- not the separator\nLi; [Lei]=\\ #x\n");
  identity = envoi_account_get_identity (read, ENVOI_IDENTITY_MAIN);
  g_assert_cmpstr (envoi_identity_get_address (identity), ==, "lilei@example.org");
  g_assert_cmpstr (envoi_identity_get_signature_html (identity), ==, "<p>main</p>");
  g_assert_cmpstr (envoi_identity_get_address (envoi_account_get_default_identity (read)), ==,
                   "press@example.org");

  /* Found by any of its addresses, but by its own first. */
  g_assert_true (envoi_account_list_find (again, "press@EXAMPLE.org") == read);
  g_assert_cmpstr (envoi_account_get_id (envoi_account_list_find (again, "elsewhere@example.org")),
                   ==, "a b");
}

static void
test_identities_change (Fixture       *fixture,
                        gconstpointer  user_data)
{
  g_autoptr (EnvoiAccount) account = make_account ("a", "lilei@example.org");
  g_autoptr (EnvoiAccount) other = make_account ("a b", "other@example.org");
  g_autoptr (EnvoiAccount) form = NULL;
  g_autoptr (EnvoiIdentity) kept = NULL;
  g_autofree char *text = NULL;

  add_identity (account, "one", "sales@example.org", "");
  add_identity (account, "two", "press@example.org", "");
  add_identity (other, "one", "elsewhere@example.org", "");
  load (fixture->list);
  save (fixture->list, account);
  save (fixture->list, other);

  form = envoi_account_copy (account);
  kept = g_object_ref (envoi_account_get_identity (account, "two"));
  envoi_account_remove_identity (form, "one");
  g_object_set (envoi_account_get_identity (form, "two"), "name", "新闻", NULL);
  g_assert_cmpstr (envoi_identity_get_name (kept), ==, "李雷");
  save (fixture->list, form);

  /* Objects stay the same, as those of accounts do. */
  g_assert_null (envoi_account_get_identity (account, "one"));
  g_assert_true (envoi_account_get_identity (account, "two") == kept);
  g_assert_cmpstr (envoi_identity_get_name (kept), ==, "新闻");

  remove_account (fixture->list, account);
  text = read_file (fixture);
  g_assert_nonnull (strstr (text, "elsewhere@example.org"));
  g_assert_null (strstr (text, "press@example.org"));
}

static char *
join_identities (EnvoiAccount *account)
{
  GListModel *identities = envoi_account_get_identities (account);
  g_autoptr (GString) ids = g_string_new (NULL);

  for (guint i = 0; i < g_list_model_get_n_items (identities); i++) {
    g_autoptr (EnvoiIdentity) identity = g_list_model_get_item (identities, i);

    g_string_append_printf (ids, "%s ", envoi_identity_get_id (identity));
  }

  return g_strdup (ids->str);
}

static void
test_identities_order (Fixture       *fixture,
                       gconstpointer  user_data)
{
  g_autoptr (EnvoiAccount) account = make_account ("a", "lilei@example.org");
  g_autoptr (EnvoiAccount) form = NULL;
  g_autoptr (EnvoiAccountList) again = NULL;
  g_autoptr (GString) newer = NULL;
  g_autofree char *before = NULL;
  g_autofree char *after = NULL;
  g_autofree char *ids = NULL;
  g_autofree char *read = NULL;

  add_identity (account, "one", "sales@example.org", "");
  add_identity (account, "two", "press@example.org", "");
  add_identity (account, "three", "desk@example.org", "");
  load (fixture->list);
  save (fixture->list, account);

  /* A newer version has a key in it that this one does not know. */
  before = read_file (fixture);
  newer = g_string_new (before);
  g_string_replace (newer, "[Identity a one]\n", "[Identity a one]\ncolour=blue; sky\n", 1);
  write_file (fixture, newer->str);

  form = envoi_account_copy (account);
  g_assert_true (envoi_account_place_identity (form, "three", 1));
  save (fixture->list, form);

  ids = join_identities (account);
  g_assert_cmpstr (ids, ==, ENVOI_IDENTITY_MAIN " three one two ");
  again = open_list (fixture->path);
  load (again);
  read = join_identities (envoi_account_list_find (again, "a"));
  g_assert_cmpstr (read, ==, ids);
  after = read_file (fixture);
  g_assert_nonnull (strstr (after, "colour=blue; sky"));
}

static void
test_old_signature (Fixture       *fixture,
                    gconstpointer  user_data)
{
  g_autofree char *text = NULL;
  EnvoiAccount *account;
  EnvoiIdentity *main_identity;

  /* Written by a version that knew no identities. */
  write_file (fixture, "[Account a]\nemail=lilei@example.org\nname=Li Lei\nhost=mail.example.org\n"
              "signature=Li <Lei>\\n& Co\\n\n");
  load (fixture->list);
  account = envoi_account_list_find (fixture->list, "a");
  main_identity = envoi_account_get_identity (account, ENVOI_IDENTITY_MAIN);
  g_assert_cmpstr (envoi_identity_get_name (main_identity), ==, "Li Lei");
  g_assert_cmpstr (envoi_identity_get_signature_text (main_identity), ==, "Li <Lei>\n& Co\n");
  g_assert_cmpstr (envoi_identity_get_signature_html (main_identity), ==,
                   "Li &lt;Lei&gt;<br>&amp; Co<br>");

  save (fixture->list, account);
  text = read_file (fixture);
  g_assert_nonnull (strstr (text, "\nsignature=Li <Lei>\\n& Co\\n\n"));
  g_assert_nonnull (strstr (text, "\nsignature-text=Li <Lei>\\n& Co\\n\n"));

  /* Once it was saved, the new one counts, also when it is none. */
  envoi_identity_set_signature (main_identity, "", "");
  save (fixture->list, account);
  g_assert_false (envoi_identity_has_signature (main_identity));
}

static void
arrange (EnvoiAccountList  *list,
         const char *const *ids)
{
  EnvoiTestWait wait = { NULL };
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  envoi_account_list_arrange_async (list, ids, NULL, envoi_test_wait_cb, &wait);
  result = envoi_test_wait (&wait);
  envoi_account_list_arrange_finish (list, result, &error);
  g_assert_no_error (error);
}

static char *
dup_order (EnvoiAccountList *list)
{
  GString *order = g_string_new (NULL);

  for (guint i = 0; i < count (list); i++) {
    g_autoptr (EnvoiAccount) account = g_list_model_get_item (G_LIST_MODEL (list), i);

    g_string_append_printf (order, "%s%s", i > 0 ? "," : "", envoi_account_get_id (account));
  }

  return g_string_free (order, FALSE);
}

static void
test_arrange (Fixture       *fixture,
              gconstpointer  user_data)
{
  g_autoptr (EnvoiAccount) practice = envoi_account_new ("practice");
  g_autoptr (EnvoiAccountList) again = NULL;
  g_autofree char *after = NULL;
  g_autofree char *order = NULL;
  g_autofree char *order_again = NULL;

  write_file (fixture, "# mine\n[Account a]\nemail=a@b.cn\nfuture=1\n# a comment\n"
              "[Account b]\nemail=b@b.cn\n[Something]\nelse=2\n"
              "[Identity b x]\naddress=x@b.cn\n[Account c]\nemail=c@b.cn");
  load (fixture->list);
  g_object_set (practice, "is-practice", TRUE, NULL);
  envoi_account_list_add_practice (fixture->list, practice);
  arrange (fixture->list, (const char *[]) { "c", "none", "b", NULL });

  order = dup_order (fixture->list);
  g_assert_cmpstr (order, ==, "c,b,a,practice");
  after = read_file (fixture);
  g_assert_true (g_str_has_prefix (after, "# mine\n"));
  g_assert_true (strstr (after, "[Account c]") < strstr (after, "[Account b]"));
  g_assert_nonnull (strstr (after, "[Account a]\nemail=a@b.cn\nfuture=1\n"));
  g_assert_nonnull (strstr (after, "# a comment\n"));
  g_assert_nonnull (strstr (after, "[Something]\nelse=2\n"));

  again = open_list (fixture->path);
  load (again);
  order_again = dup_order (again);
  g_assert_cmpstr (order_again, ==, "c,b,a");
  g_assert_nonnull (envoi_account_get_identity (envoi_account_list_find (again, "b"), "x"));
}

static void
test_format_and_parse (Fixture       *fixture,
                       gconstpointer  user_data)
{
  g_autoptr (EnvoiAccount) account = make_account ("a", "lilei@example.org");
  g_autoptr (EnvoiAccount) practice = envoi_account_new ("practice");
  g_autoptr (GPtrArray) parsed = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;
  EnvoiAccount *read;

  add_identity (account, "one", "sales@example.org", "<b>Li</b>");
  load (fixture->list);
  save (fixture->list, account);
  g_object_set (practice, "is-practice", TRUE, "email", "practice@localhost", NULL);
  envoi_account_list_add_practice (fixture->list, practice);

  text = envoi_account_list_format (fixture->list);
  g_assert_null (strstr (text, "practice@localhost"));
  parsed = envoi_account_list_parse (text, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (parsed->len, ==, 1);
  read = parsed->pdata[0];
  g_assert_cmpstr (envoi_account_get_email (read), ==, "lilei@example.org");
  g_assert_cmpstr (envoi_identity_get_signature_html (envoi_account_get_identity (read, "one")), ==,
                   "<b>Li</b>");

  g_assert_null (envoi_account_list_parse ("no key file", &error));
  g_assert_nonnull (error);
}

int
main (int   argc,
      char *argv[])
{
  static const struct {
    const char *name;
    void (*run)(Fixture *, gconstpointer);
  } tests[] = {
    { "round-trip", test_round_trip },
    { "replace-and-remove", test_replace_and_remove },
    { "identities", test_identities },
    { "identities-change", test_identities_change },
    { "identities-order", test_identities_order },
    { "old-signature", test_old_signature },
    { "arrange", test_arrange },
    { "format-and-parse", test_format_and_parse },
    { "unknown-is-kept", test_unknown_is_kept },
    { "damaged-is-set-aside", test_damaged_is_set_aside },
    { "damaged-while-open", test_damaged_while_open },
    { "other-process", test_other_process },
    { "many-saves", test_many_saves },
    { "cannot-write", test_cannot_write },
  };

  envoi_test_init (&argc, &argv);

  for (guint i = 0; i < G_N_ELEMENTS (tests); i++) {
    g_autofree char *path = g_strconcat ("/envoi/accounts/account-list/", tests[i].name, NULL);

    g_test_add (path, Fixture, NULL, set_up, tests[i].run, tear_down);
  }

  return g_test_run ();
}
