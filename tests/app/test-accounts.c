/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "fixture.h"

#include "envoi-smtp-error.h"
#include "envoi-test.h"

#include <string.h>

#define SENDER_WITH_PRACTICE ((EnvoiServiceFlags) (ENVOI_SERVICE_SEND | ENVOI_SERVICE_PRACTICE))

/* A keyring that cannot be reached. */
#define BROKEN_TYPE_STORE (broken_store_get_type ())
G_DECLARE_FINAL_TYPE (BrokenStore, broken_store, BROKEN, STORE, GObject)

struct _BrokenStore {
  GObject parent_instance;
};

static void broken_store_iface_init (EnvoiSecretStoreInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (BrokenStore, broken_store, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (ENVOI_TYPE_SECRET_STORE,
                                                      broken_store_iface_init))

static void
broken_lookup_async (EnvoiSecretStore    *store,
                     const char          *account_id,
                     EnvoiSecretKind      kind,
                     GCancellable        *cancellable,
                     GAsyncReadyCallback  callback,
                     gpointer             user_data)
{
  g_autoptr (GTask) task = g_task_new (store, cancellable, callback, user_data);

  g_task_return_new_error (task, ENVOI_SECRETS_ERROR, ENVOI_SECRETS_ERROR_UNAVAILABLE,
                           "There is no keyring here.");
}

static EnvoiSecret *
broken_lookup_finish (EnvoiSecretStore *store,
                      GAsyncResult     *result,
                      GError          **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
broken_store_iface_init (EnvoiSecretStoreInterface *iface)
{
  iface->lookup_async = broken_lookup_async;
  iface->lookup_finish = broken_lookup_finish;
}

static void
broken_store_class_init (BrokenStoreClass *klass)
{
}

static void
broken_store_init (BrokenStore *self)
{
}

static void
test_practice_account (void)
{
  Fixture fixture = { 0 };
  g_autoptr (EnvoiAccount) account = NULL;
  g_autofree char *path = NULL;
  g_autofree char *contents = NULL;

  fixture_start (&fixture, SENDER_WITH_PRACTICE, NULL);
  account = envoi_service_dup_default_account (fixture.service);
  g_assert_cmpstr (envoi_account_get_email (account), ==, "practice@localhost");

  /* A real account takes its place, and the file holds only that one. */
  fixture_add_account (&fixture, "real@x.cn", "whatever");
  g_clear_object (&account);
  account = envoi_service_dup_default_account (fixture.service);
  g_assert_cmpstr (envoi_account_get_email (account), ==, "real@x.cn");
  path = g_build_filename (fixture.folder, "config", "accounts.ini", NULL);
  g_assert_true (g_file_get_contents (path, &contents, NULL, NULL));
  g_assert_nonnull (strstr (contents, "real@x.cn"));
  g_assert_null (strstr (contents, "practice\n"));
  g_assert_null (strstr (contents, "whatever"));

  g_clear_object (&account);
  fixture_stop (&fixture);
}

static EnvoiLetterRecord *
send_from (Fixture      *fixture,
           EnvoiAccount *account)
{
  g_autoptr (EnvoiDraft) draft = fixture_write (fixture, account, "practice@localhost");
  g_autofree char *id = fixture_send (fixture, draft, fixture_now (fixture));

  return fixture_wait_settled (fixture, id);
}

static void
test_wrong_password (void)
{
  Fixture fixture = { 0 };
  g_autoptr (EnvoiLetterRecord) record = NULL;
  EnvoiAccount *account;

  fixture_start (&fixture, SENDER_WITH_PRACTICE, NULL);
  account = fixture_add_account (&fixture, "me@localhost", "wrong");
  record = send_from (&fixture, account);

  g_assert_cmpint (record->state, ==, ENVOI_LETTER_FAILED);
  g_assert_cmpint (record->error_code, ==, ENVOI_SMTP_ERROR_AUTH_REJECTED);
  g_assert_cmpint (envoi_account_get_state (account), ==, ENVOI_ACCOUNT_NEEDS_SIGN_IN);
  g_assert_null (strstr (record->transcript, "wrong"));
  fixture_stop (&fixture);
}

static void
test_no_password (void)
{
  Fixture fixture = { 0 };
  g_autoptr (EnvoiLetterRecord) record = NULL;
  EnvoiAccount *account;

  fixture_start (&fixture, SENDER_WITH_PRACTICE, NULL);
  account = fixture_add_account (&fixture, "me@localhost", NULL);
  record = send_from (&fixture, account);

  g_assert_cmpint (record->state, ==, ENVOI_LETTER_FAILED);
  g_assert_cmpstr (record->error_domain, ==, "accounts");
  g_assert_cmpint (record->error_code, ==, ENVOI_ACCOUNTS_ERROR_NEEDS_SIGN_IN);
  g_assert_cmpint (envoi_account_get_state (account), ==, ENVOI_ACCOUNT_NEEDS_SIGN_IN);
  fixture_stop (&fixture);
}

static gboolean
has_failed (gpointer fixture)
{
  EnvoiOutbox *outbox = envoi_service_get_outbox (((Fixture *) fixture)->service);
  GListModel *attention = envoi_outbox_get_folder (outbox, ENVOI_FOLDER_ATTENTION);

  return g_list_model_get_n_items (attention) == 1;
}

/* The keyring's trouble is not the letter's: it waits, and the account stays. */
static void
test_no_keyring (void)
{
  Fixture fixture = { 0 };
  g_autoptr (EnvoiLetterRecord) record = NULL;
  g_autoptr (EnvoiSecret) secret = NULL;
  EnvoiAccount *account;

  fixture_start (&fixture, SENDER_WITH_PRACTICE, g_object_new (BROKEN_TYPE_STORE, NULL));
  account = fixture_add_account (&fixture, "me@localhost", NULL);
  record = send_from (&fixture, account);

  g_assert_cmpint (record->state, ==, ENVOI_LETTER_WAITING);
  g_assert_cmpstr (record->error_domain, ==, "secrets");
  g_assert_cmpint (envoi_account_get_state (account), ==, ENVOI_ACCOUNT_KEYRING_TROUBLE);
  g_assert_nonnull (envoi_account_list_find (envoi_service_get_accounts (fixture.service),
                                             "me@localhost"));

  /* A password for this session, and it goes at once, not after its back-off. */
  secret = envoi_secret_new ("wrong, but tried", -1);
  envoi_service_use_password (fixture.service, account, secret);
  envoi_test_wait_until (has_failed, &fixture);
  fixture_stop (&fixture);
}

static void
test_account_removed (void)
{
  Fixture fixture = { 0 };
  g_autoptr (EnvoiLetterRecord) record = NULL;
  g_autoptr (EnvoiDraft) draft = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *id = NULL;
  EnvoiTestWait wait = { 0 };
  EnvoiAccount *account;

  fixture_start (&fixture, SENDER_WITH_PRACTICE, NULL);
  account = fixture_add_account (&fixture, "me@localhost", "x");
  draft = fixture_write (&fixture, account, "practice@localhost");
  id = fixture_send (&fixture, draft, fixture_now (&fixture) + G_USEC_PER_SEC);

  envoi_service_remove_account_async (fixture.service, account, NULL, envoi_test_wait_cb, &wait);
  result = envoi_test_wait (&wait);
  g_assert_true (envoi_service_remove_account_finish (fixture.service, result, &error));
  g_assert_null (envoi_account_list_find (envoi_service_get_accounts (fixture.service),
                                          "me@localhost"));

  record = fixture_wait_settled (&fixture, id);
  g_assert_cmpint (record->state, ==, ENVOI_LETTER_FAILED);
  g_assert_cmpint (record->error_code, ==, ENVOI_ACCOUNTS_ERROR_NOT_FOUND);
  g_clear_object (&result);
  fixture_stop (&fixture);
}

static EnvoiAccount *
find_account (EnvoiService *service,
              const char   *email)
{
  return envoi_account_list_find (envoi_service_get_accounts (service), email);
}

static void
set_aside (Fixture      *fixture,
           EnvoiAccount *account)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  EnvoiTestWait wait = { 0 };

  envoi_service_change_account_async (fixture->service, account, ENVOI_ACCOUNT_SET_ASIDE, NULL,
                                      envoi_test_wait_cb, &wait);
  result = envoi_test_wait (&wait);
  envoi_service_change_account_finish (fixture->service, result, &error);
  g_assert_no_error (error);
}

static gboolean
has_password (Fixture    *fixture,
              const char *id)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (EnvoiSecret) secret = NULL;
  EnvoiTestWait wait = { 0 };

  envoi_secret_store_lookup_async (fixture->secrets, id, ENVOI_SECRET_PASSWORD, NULL,
                                   envoi_test_wait_cb, &wait);
  result = envoi_test_wait (&wait);
  secret = envoi_secret_store_lookup_finish (fixture->secrets, result, NULL);
  return secret != NULL;
}

/* What the person had is all there again; meanwhile nobody sees it, and letters wait. */
static void
test_brought_back (void)
{
  Fixture fixture = { 0 };
  g_autoptr (EnvoiIdentity) identity = envoi_identity_new ("sales");
  g_autoptr (EnvoiAccount) account = NULL;
  g_autoptr (EnvoiDraft) draft = NULL;
  g_autoptr (EnvoiLetterRecord) waiting = NULL;
  g_autoptr (EnvoiLetterRecord) refused = NULL;
  g_autoptr (EnvoiService) other = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *id = NULL;
  EnvoiTestWait wait = { 0 };

  fixture_start (&fixture, SENDER_WITH_PRACTICE, NULL);
  account = g_object_ref (fixture_add_account (&fixture, "me@localhost", "wrong"));
  g_object_set (identity, "address", "sales@localhost", NULL);
  envoi_account_put_identity (account, identity);
  draft = fixture_write (&fixture, account, "practice@localhost");
  id = fixture_send (&fixture, draft, fixture_now (&fixture) + G_USEC_PER_SEC);

  set_aside (&fixture, account);
  g_assert_null (find_account (fixture.service, "me@localhost"));
  g_assert_true (has_password (&fixture, envoi_account_get_id (account)));
  waiting = fixture_wait_settled (&fixture, id);
  g_assert_cmpint (waiting->state, ==, ENVOI_LETTER_WAITING);

  /* Another program of ours does not see it either, and leaves it alone as it ends. */
  other = fixture_start_another (&fixture, ENVOI_SERVICE_SEND);
  g_assert_null (find_account (other, "me@localhost"));
  fixture_stop_service (g_steal_pointer (&other));
  g_assert_true (has_password (&fixture, envoi_account_get_id (account)));

  envoi_service_change_account_async (fixture.service, account, ENVOI_ACCOUNT_BRING_BACK, NULL,
                                      envoi_test_wait_cb, &wait);
  result = envoi_test_wait (&wait);
  g_assert_true (envoi_service_change_account_finish (fixture.service, result, &error));
  g_assert_true (find_account (fixture.service, "me@localhost") == account);
  g_assert_nonnull (envoi_account_get_identity (account, "sales"));
  envoi_test_wait_until (has_failed, &fixture);
  refused = fixture_load (&fixture, id);
  g_assert_cmpint (refused->error_code, ==, ENVOI_SMTP_ERROR_AUTH_REJECTED);
  g_clear_object (&result);
  g_clear_object (&account);
  fixture_stop (&fixture);
}

/* Quitting is the end of the undo time; so is the start after a crash. */
static void
test_not_brought_back (void)
{
  Fixture fixture = { 0 };
  g_autofree char *folder = NULL;
  g_autofree char *path = NULL;
  g_autofree char *before = NULL;
  g_autofree char *after = NULL;
  g_autofree char *id = NULL;
  EnvoiSecretStore *secrets = envoi_memory_secret_store_new ();

  fixture_start (&fixture, SENDER_WITH_PRACTICE, g_object_ref (secrets));
  folder = g_strdup (fixture.folder);
  path = g_build_filename (folder, "config", "accounts.ini", NULL);
  id = g_strdup (envoi_account_get_id (fixture_add_account (&fixture, "me@localhost", "x")));
  set_aside (&fixture, find_account (fixture.service, "me@localhost"));
  g_assert_true (g_file_get_contents (path, &before, NULL, NULL));
  g_assert_nonnull (strstr (before, "me@localhost"));
  fixture_stop (&fixture);
  g_assert_true (g_file_get_contents (path, &after, NULL, NULL));
  g_assert_null (strstr (after, "me@localhost"));

  /* The file as a crash would have left it. */
  g_assert_true (g_file_set_contents (path, before, -1, NULL));
  fixture.folder = g_steal_pointer (&folder);
  fixture_start (&fixture, SENDER_WITH_PRACTICE, secrets);
  g_assert_null (find_account (fixture.service, "me@localhost"));
  g_clear_pointer (&after, g_free);
  fixture_stop_service (g_steal_pointer (&fixture.service));
  g_assert_true (g_file_get_contents (path, &after, NULL, NULL));
  g_assert_null (strstr (after, "me@localhost"));
  g_assert_false (has_password (&fixture, id));
  g_clear_object (&fixture.secrets);
  g_clear_pointer (&fixture.folder, g_free);
}

static void
step_cb (const char      *phase,
         EnvoiCheckState  state,
         const char      *text,
         gpointer         user_data)
{
  static const char marks[] = { '?', '+', '!' };

  g_string_append_printf (user_data, "%s%c ", phase, marks[state]);
}

static gboolean
check (Fixture        *fixture,
       EnvoiAccount   *account,
       EnvoiSecret    *secret,
       GString        *steps,
       EnvoiProblem  **problem,
       GError        **error)
{
  EnvoiTestWait wait = { 0 };
  g_autoptr (GAsyncResult) result = NULL;
  gboolean has_passed;

  envoi_service_check_account_async (fixture->service, account, secret, step_cb, steps, NULL,
                                     envoi_test_wait_cb, &wait);
  result = envoi_test_wait (&wait);
  has_passed = envoi_service_check_account_finish (fixture->service, result, error);
  *problem = envoi_service_check_account_dup_problem (fixture->service, result);
  return has_passed;
}

static void
test_check (void)
{
  Fixture fixture = { 0 };
  g_autoptr (GString) steps = g_string_new (NULL);
  g_autoptr (EnvoiProblem) problem = NULL;
  g_autoptr (GError) error = NULL;

  fixture_start (&fixture, SENDER_WITH_PRACTICE, NULL);
  g_assert_true (check (&fixture, fixture_get_practice (&fixture), NULL, steps, &problem, &error));
  g_assert_no_error (error);
  g_assert_null (problem);
  g_test_message ("%s", steps->str);
  g_assert_nonnull (strstr (steps->str, "tls+ "));
  g_assert_nonnull (strstr (steps->str, "auth+ "));
  g_assert_nonnull (strstr (steps->str, "rcpt+ "));
  g_assert_null (strchr (steps->str, '!'));
  g_assert_cmpuint (fixture_count_received (&fixture), ==, 0);
  fixture_stop (&fixture);
}

static void
test_check_wrong_password (void)
{
  Fixture fixture = { 0 };
  g_autoptr (GString) steps = g_string_new (NULL);
  g_autoptr (EnvoiProblem) problem = NULL;
  g_autoptr (EnvoiSecret) secret = envoi_secret_new ("not that one", -1);
  g_autoptr (GError) error = NULL;

  fixture_start (&fixture, SENDER_WITH_PRACTICE, NULL);
  g_assert_false (check (&fixture, fixture_get_practice (&fixture), secret, steps, &problem,
                         &error));
  g_assert_error (error, ENVOI_SMTP_ERROR, ENVOI_SMTP_ERROR_AUTH_REJECTED);
  g_assert_cmpint (problem->action, ==, ENVOI_PROBLEM_ACTION_SIGN_IN);
  g_assert_nonnull (strstr (steps->str, "auth! "));
  g_assert_null (strstr (error->message, "not that one"));
  fixture_stop (&fixture);
}

static void
test_check_nobody_there (void)
{
  Fixture fixture = { 0 };
  g_autoptr (GString) steps = g_string_new (NULL);
  g_autoptr (EnvoiProblem) problem = NULL;
  g_autoptr (GError) error = NULL;
  EnvoiAccount *account;

  fixture_start (&fixture, SENDER_WITH_PRACTICE, NULL);
  account = fixture_add_account (&fixture, "me@localhost", "x");
  g_object_set (account, "port", 1u, NULL);
  g_assert_false (check (&fixture, account, NULL, steps, &problem, &error));
  g_assert_error (error, ENVOI_SMTP_ERROR, ENVOI_SMTP_ERROR_UNREACHABLE);
  g_assert_nonnull (strstr (steps->str, "connect! "));
  fixture_stop (&fixture);
}

static void
test_session_password (void)
{
  Fixture fixture = { 0 };
  g_autoptr (EnvoiSecret) secret = envoi_secret_new ("wrong all the same", -1);
  g_autoptr (EnvoiLetterRecord) record = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  EnvoiTestWait wait = { 0 };
  EnvoiAccount *account;

  fixture_start (&fixture, SENDER_WITH_PRACTICE, g_object_new (BROKEN_TYPE_STORE, NULL));
  account = fixture_add_account (&fixture, "me@localhost", NULL);

  envoi_service_find_password_async (fixture.service, account, NULL, envoi_test_wait_cb, &wait);
  result = envoi_test_wait (&wait);
  g_assert_false (envoi_service_find_password_finish (fixture.service, result, &error));
  g_assert_error (error, ENVOI_SECRETS_ERROR, ENVOI_SECRETS_ERROR_UNAVAILABLE);

  envoi_service_use_password (fixture.service, account, secret);
  g_assert_cmpint (envoi_account_get_state (account), ==, ENVOI_ACCOUNT_READY);
  record = send_from (&fixture, account);
  g_assert_cmpint (record->error_code, ==, ENVOI_SMTP_ERROR_AUTH_REJECTED);
  g_clear_object (&result);
  fixture_stop (&fixture);
}

/* "envoictl account add", and a letter at once: the window that sends has not seen the account. */
static void
test_added_a_moment_ago (void)
{
  Fixture fixture = { 0 };
  Fixture program = { 0 };
  g_autoptr (EnvoiLetterRecord) record = NULL;
  g_autoptr (EnvoiAccount) account = NULL;
  g_autoptr (EnvoiDraft) draft = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *id = NULL;
  EnvoiPracticeServer *server;
  EnvoiTestWait wait = { 0 };

  fixture_start (&fixture, SENDER_WITH_PRACTICE, NULL);
  program = fixture;
  program.service = fixture_start_another (&fixture, 0);
  server = envoi_service_get_practice (fixture.service);
  account = envoi_account_new (NULL);
  g_object_set (account, "email", "me@localhost", "host", "127.0.0.1", "user", "practice@localhost",
                "port", (guint) envoi_practice_server_get_tls_port (server),
                "ca-file", envoi_practice_server_get_ca_file (server), NULL);
  envoi_account_list_save_async (envoi_service_get_accounts (program.service), account, NULL,
                                 envoi_test_wait_cb, &wait);
  result = envoi_test_wait (&wait);
  g_assert_true (envoi_account_list_save_finish (envoi_service_get_accounts (program.service),
                                                 result, &error));
  draft = fixture_write (&program, account, "practice@localhost");
  id = fixture_send (&program, draft, fixture_now (&program));

  /* It has no password yet, which only who knows the account can say. */
  record = fixture_wait_settled (&fixture, id);
  g_assert_cmpstr (record->error_domain, ==, "accounts");
  g_assert_cmpint (record->error_code, ==, ENVOI_ACCOUNTS_ERROR_NEEDS_SIGN_IN);
  g_assert_nonnull (find_account (fixture.service, "me@localhost"));
  g_clear_object (&result);
  fixture_stop_service (g_steal_pointer (&program.service));
  fixture_stop (&fixture);
}

/* The server that the account names decides what a code may hold. */
static void
test_clean_secret (void)
{
  Fixture fixture = { 0 };
  g_autoptr (EnvoiAccount) account = envoi_account_new ("qq");
  g_autoptr (EnvoiSecret) code = NULL;
  g_autoptr (EnvoiSecret) password = NULL;

  fixture_start (&fixture, SENDER_WITH_PRACTICE, NULL);
  g_object_set (account, "email", "10001@qq.com", "host", "smtp.qq.com", NULL);
  code = envoi_service_clean_secret (fixture.service, account, "abcd efgh　ijkl ｍｎｏｐ");
  g_assert_cmpstr (envoi_secret_peek (code), ==, "abcdefghijklmnop");
  g_assert_null (envoi_service_clean_secret (fixture.service, account, " 　"));

  g_object_set (account, "email", "li@firm.example", "host", "smtp.firm.example", NULL);
  password = envoi_service_clean_secret (fixture.service, account, " pass word");
  g_assert_cmpstr (envoi_secret_peek (password), ==, " pass word");
  g_assert_null (envoi_service_clean_secret (fixture.service, account, ""));
  fixture_stop (&fixture);
}

int
main (int   argc,
      char *argv[])
{
  envoi_test_init (&argc, &argv);
  g_test_add_func ("/envoi/app/accounts/practice-account", test_practice_account);
  g_test_add_func ("/envoi/app/accounts/wrong-password", test_wrong_password);
  g_test_add_func ("/envoi/app/accounts/no-password", test_no_password);
  g_test_add_func ("/envoi/app/accounts/no-keyring", test_no_keyring);
  g_test_add_func ("/envoi/app/accounts/account-removed", test_account_removed);
  g_test_add_func ("/envoi/app/accounts/brought-back", test_brought_back);
  g_test_add_func ("/envoi/app/accounts/not-brought-back", test_not_brought_back);
  g_test_add_func ("/envoi/app/accounts/check", test_check);
  g_test_add_func ("/envoi/app/accounts/check-wrong-password", test_check_wrong_password);
  g_test_add_func ("/envoi/app/accounts/check-nobody-there", test_check_nobody_there);
  g_test_add_func ("/envoi/app/accounts/session-password", test_session_password);
  g_test_add_func ("/envoi/app/accounts/added-a-moment-ago", test_added_a_moment_ago);
  g_test_add_func ("/envoi/app/accounts/clean-secret", test_clean_secret);
  return g_test_run ();
}
