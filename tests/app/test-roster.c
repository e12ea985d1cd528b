/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "fixture.h"

#include "envoi-test.h"

#include <string.h>
#include <unistd.h>

/* Which accounts there are: off and on, removed, exported and imported, and who sends. */

#define SENDER_WITH_PRACTICE ((EnvoiServiceFlags) (ENVOI_SERVICE_SEND | ENVOI_SERVICE_PRACTICE))

static void
enable (Fixture      *fixture,
        EnvoiAccount *account,
        gboolean      is_enabled)
{
  EnvoiTestWait wait = { 0 };
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  envoi_service_change_account_async (fixture->service, account,
                                      is_enabled ? ENVOI_ACCOUNT_TURN_ON : ENVOI_ACCOUNT_TURN_OFF,
                                      NULL, envoi_test_wait_cb, &wait);
  result = envoi_test_wait (&wait);
  envoi_service_change_account_finish (fixture->service, result, &error);
  g_assert_no_error (error);
}

typedef struct {
  Fixture *fixture;
  const char *id;
  int error_code;
} Wanted;

static gboolean
has_error_code_cb (gpointer user_data)
{
  const Wanted *wanted = user_data;
  EnvoiLetter *letter = envoi_outbox_find (envoi_service_get_outbox (wanted->fixture->service),
                                           wanted->id);
  const EnvoiLetterRecord *record = envoi_letter_get_record (letter);

  return record->state == ENVOI_LETTER_WAITING && record->error_code == wanted->error_code &&
         g_strcmp0 (record->error_domain, "accounts") == 0;
}

static gboolean
is_sent_cb (gpointer user_data)
{
  const Wanted *wanted = user_data;
  EnvoiLetter *letter = envoi_outbox_find (envoi_service_get_outbox (wanted->fixture->service),
                                           wanted->id);

  return envoi_letter_get_record (letter)->state == ENVOI_LETTER_SENT;
}

/* (transfer full): the password that the practice server takes from now on. */
static char *
set_practice_password (Fixture *fixture)
{
  envoi_practice_server_set_login (envoi_service_get_practice (fixture->service),
                                   "practice@localhost", "the password of the test");
  return g_strdup ("the password of the test");
}

/* A letter that finds its account turned off waits, says so, and goes when it is on again. */
static void
test_off_and_on (void)
{
  Fixture fixture = { 0 };
  g_autoptr (EnvoiDraft) draft = NULL;
  g_autoptr (EnvoiDraft) refused = NULL;
  g_autoptr (EnvoiAccount) chosen = NULL;
  g_autofree char *password = NULL;
  g_autofree char *id = NULL;
  EnvoiAccount *account;
  EnvoiTestWait wait = { 0 };
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  Wanted wanted = { &fixture, NULL, ENVOI_ACCOUNTS_ERROR_DISABLED };

  fixture_start (&fixture, SENDER_WITH_PRACTICE, NULL);
  password = set_practice_password (&fixture);
  account = fixture_add_account (&fixture, "me@localhost", password);
  draft = fixture_write (&fixture, account, "practice@localhost");
  id = fixture_send (&fixture, draft, fixture_now (&fixture) + 1500 * 1000);
  g_assert_cmpuint (envoi_service_count_letters (fixture.service, account), ==, 1);

  enable (&fixture, account, FALSE);
  g_assert_false (envoi_account_is_enabled (account));
  chosen = envoi_service_dup_default_account (fixture.service);
  g_assert_true (envoi_account_is_practice (chosen));

  /* Nothing new is taken on for it. */
  refused = fixture_write (&fixture, account, "practice@localhost");
  envoi_service_send_async (fixture.service, refused, 0, NULL, envoi_test_wait_cb, &wait);
  result = envoi_test_wait (&wait);
  g_assert_null (envoi_service_send_finish (fixture.service, result, &error));
  g_assert_error (error, ENVOI_ACCOUNTS_ERROR, ENVOI_ACCOUNTS_ERROR_DISABLED);
  g_clear_object (&result);

  wanted.id = id;
  envoi_test_wait_until (has_error_code_cb, &wanted);
  g_assert_cmpuint (fixture_count_received (&fixture), ==, 0);

  enable (&fixture, account, TRUE);
  envoi_test_wait_until (is_sent_cb, &wanted);
  g_assert_cmpuint (fixture_count_received (&fixture), ==, 1);
  fixture_stop (&fixture);
}

/* A letter for next week learns today that its account is gone. */
static void
test_removed_with_scheduled (void)
{
  Fixture fixture = { 0 };
  g_autoptr (EnvoiDraft) draft = NULL;
  g_autoptr (EnvoiLetterRecord) record = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *id = NULL;
  EnvoiTestWait wait = { 0 };
  EnvoiAccount *account;

  fixture_start (&fixture, SENDER_WITH_PRACTICE, NULL);
  account = fixture_add_account (&fixture, "me@localhost", "x");
  draft = fixture_write (&fixture, account, "practice@localhost");
  id = fixture_send (&fixture, draft, fixture_now (&fixture) + 7 * 86400 * (gint64) G_USEC_PER_SEC);

  envoi_service_remove_account_async (fixture.service, account, NULL, envoi_test_wait_cb, &wait);
  result = envoi_test_wait (&wait);
  g_assert_true (envoi_service_remove_account_finish (fixture.service, result, &error));
  record = fixture_wait_settled (&fixture, id);
  g_assert_cmpint (record->state, ==, ENVOI_LETTER_FAILED);
  g_assert_cmpint (record->error_code, ==, ENVOI_ACCOUNTS_ERROR_NOT_FOUND);
  g_clear_object (&result);
  fixture_stop (&fixture);
}

static void
add_alias (Fixture      *fixture,
           EnvoiAccount *account,
           const char   *address)
{
  g_autoptr (EnvoiAccount) copy = envoi_account_copy (account);
  g_autoptr (EnvoiIdentity) alias = envoi_identity_new (NULL);
  EnvoiTestWait wait = { 0 };
  g_autoptr (GAsyncResult) result = NULL;

  g_object_set (alias, "address", address, "name", "Sales", "reply-to", "desk@localhost", NULL);
  envoi_identity_set_signature (alias, "<b>S</b>", "S\n");
  envoi_account_put_identity (copy, alias);
  g_object_set (copy, "default-identity", envoi_identity_get_id (alias), NULL);
  envoi_account_list_save_async (envoi_service_get_accounts (fixture->service), copy, NULL,
                                 envoi_test_wait_cb, &wait);
  result = envoi_test_wait (&wait);
  g_assert_true (envoi_account_list_save_finish (envoi_service_get_accounts (fixture->service),
                                                 result, NULL));
}

static char *
read_received (Fixture *fixture)
{
  g_autoptr (GBytes) received = fixture_read_received (fixture);

  return g_strndup (g_bytes_get_data (received, NULL), g_bytes_get_size (received));
}

/* A letter of the default identity: its From, its envelope, its Reply-To. */
static void
test_alias (void)
{
  Fixture fixture = { 0 };
  g_autoptr (EnvoiDraft) draft = NULL;
  g_autoptr (EnvoiLetterRecord) record = NULL;
  g_autofree char *password = NULL;
  g_autofree char *id = NULL;
  g_autofree char *message = NULL;
  EnvoiAccount *account;

  fixture_start (&fixture, SENDER_WITH_PRACTICE, NULL);
  password = set_practice_password (&fixture);
  account = fixture_add_account (&fixture, "me@localhost", password);
  add_alias (&fixture, account, "sales@localhost");

  draft = envoi_service_create_draft (fixture.service, account);
  g_assert_cmpstr (envoi_draft_get (draft, "from"), ==, "Sales <sales@localhost>");
  envoi_draft_set (draft, "to", "practice@localhost");
  envoi_draft_set (draft, "text", "Hello");
  id = fixture_send (&fixture, draft, fixture_now (&fixture));
  record = fixture_wait_settled (&fixture, id);
  g_assert_cmpint (record->state, ==, ENVOI_LETTER_SENT);
  g_assert_cmpstr (envoi_envelope_get_sender (record->envelope), ==, "sales@localhost");
  message = read_received (&fixture);
  g_assert_nonnull (strstr (message, "From: Sales <sales@localhost>\r\n"));
  g_assert_nonnull (strstr (message, "Reply-To: desk@localhost\r\n"));
  fixture_stop (&fixture);
}

/* A finished message is sent as whoever of the account it says it is from. */
static void
test_raw_sender (void)
{
  static const struct {
    const char *from;
    const char *sender;
  } cases[] = {
    { "Sales <sales@localhost>", "sales@localhost" },
    { "Me <me@localhost>", "me@localhost" },
    { "Somebody <else@x.cn>", "me@localhost" },
  };
  Fixture fixture = { 0 };
  g_autofree char *password = NULL;
  EnvoiAccount *account;

  fixture_start (&fixture, SENDER_WITH_PRACTICE, NULL);
  password = set_practice_password (&fixture);
  account = fixture_add_account (&fixture, "me@localhost", password);
  add_alias (&fixture, account, "sales@localhost");

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *text = g_strdup_printf ("From: %s\nTo: practice@localhost\n\nx\n", cases[i].from);
    g_autoptr (GInputStream) input = g_memory_input_stream_new_from_data (text, -1, NULL);
    g_autoptr (GAsyncResult) result = NULL;
    g_autoptr (EnvoiLetterRecord) record = NULL;
    g_autofree char *id = NULL;
    EnvoiTestWait wait = { 0 };

    envoi_service_send_raw_async (fixture.service, account, input, NULL, fixture_now (&fixture),
                                  NULL, envoi_test_wait_cb, &wait);
    result = envoi_test_wait (&wait);
    id = envoi_service_send_raw_finish (fixture.service, result, NULL);
    g_assert_nonnull (id);
    record = fixture_wait_settled (&fixture, id);
    g_assert_cmpstr (envoi_envelope_get_sender (record->envelope), ==, cases[i].sender);
  }

  fixture_stop (&fixture);
}

static EnvoiImportReport
import (Fixture    *fixture,
        const char *text,
        GError    **error)
{
  g_autofree char *path = g_build_filename (fixture->folder, "accounts.envoi", NULL);
  g_autoptr (GFile) file = g_file_new_for_path (path);
  EnvoiImportReport report = { 0 };
  EnvoiTestWait wait = { 0 };
  g_autoptr (GAsyncResult) result = NULL;

  g_assert_true (g_file_set_contents (path, text, -1, NULL));
  envoi_service_import_accounts_async (fixture->service, file, NULL, envoi_test_wait_cb, &wait);
  result = envoi_test_wait (&wait);
  envoi_service_import_accounts_finish (fixture->service, result, &report, error);
  return report;
}

static void
test_import (void)
{
  static const char text[] =
    "[Account one]\nemail=new@x.cn\nhost=smtp.x.cn\nname=New\n"
    "[Identity one main]\nsignature-html=<b onclick=\"x()\">N</b><script>y()</script>\n"
    "[Account two]\nemail=me@localhost\nhost=127.0.0.1\nuser=practice@localhost\nname=Changed\n"
    "[Identity two a]\naddress=sales@localhost\nname=Sales\n"
    "[Identity two b]\naddress=press@localhost\nname=Press\n"
    "[Account three]\nemail=not an address\nhost=smtp.x.cn\n";
  Fixture fixture = { 0 };
  EnvoiAccountList *accounts;
  EnvoiAccount *account;
  EnvoiAccount *added;
  EnvoiIdentity *identity;
  EnvoiImportReport report;
  g_autoptr (GError) error = NULL;

  fixture_start (&fixture, SENDER_WITH_PRACTICE, NULL);
  accounts = envoi_service_get_accounts (fixture.service);
  account = fixture_add_account (&fixture, "me@localhost", "x");
  add_alias (&fixture, account, "sales@localhost");

  report = import (&fixture, text, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (report.n_added, ==, 1);
  g_assert_cmpuint (report.n_extended, ==, 1);
  g_assert_cmpuint (report.n_refused, ==, 1);

  /* What was here is as it was, but for the identity that it lacked. */
  g_assert_cmpstr (envoi_account_get_name (account), ==, "");
  g_assert_cmpuint (g_list_model_get_n_items (envoi_account_get_identities (account)), ==, 3);
  g_assert_nonnull (envoi_account_find_identity (account, "Press <press@localhost>"));
  identity = envoi_account_find_identity (account, "Sales <sales@localhost>");
  g_assert_cmpstr (envoi_identity_get_signature_text (identity), ==, "S\n");

  added = envoi_account_list_find (accounts, "new@x.cn");
  g_assert_cmpint (envoi_account_get_state (added), ==, ENVOI_ACCOUNT_NEEDS_SIGN_IN);
  identity = envoi_account_get_default_identity (added);
  g_assert_null (strstr (envoi_identity_get_signature_html (identity), "onclick"));
  g_assert_null (strstr (envoi_identity_get_signature_html (identity), "script"));
  g_assert_cmpstr (envoi_identity_get_signature_text (identity), ==, "N\n");

  /* The same file again changes nothing. */
  report = import (&fixture, text, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (report.n_added + report.n_extended, ==, 0);
  g_assert_cmpuint (report.n_known, ==, 2);

  import (&fixture, "not a file of accounts", &error);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA);
  fixture_stop (&fixture);
}

/* Letters for practice must not go out by somebody's server, also before the practice server runs. */
static void
test_import_as_practice (void)
{
  Fixture fixture = { 0 };
  EnvoiImportReport report;
  g_autoptr (GError) error = NULL;

  fixture_start (&fixture, 0, NULL);
  report = import (&fixture, "[Account practice]\nemail=evil@x.cn\nhost=smtp.x.cn\n", &error);
  g_assert_no_error (error);
  g_assert_cmpuint (report.n_added, ==, 1);
  g_assert_null (envoi_account_list_find (envoi_service_get_accounts (fixture.service), "practice"));
  g_assert_nonnull (envoi_account_list_find (envoi_service_get_accounts (fixture.service),
                                             "evil@x.cn"));
  fixture_stop (&fixture);
}

static void
test_import_twice_in_one (void)
{
  Fixture fixture = { 0 };
  EnvoiImportReport report;
  g_autoptr (GError) error = NULL;

  fixture_start (&fixture, 0, NULL);
  report = import (&fixture, "[Account a]\nemail=li@x.cn\nhost=smtp.x.cn\n"
                   "[Account b]\nemail=li@X.cn\nhost=smtp.x.cn\n", &error);
  g_assert_no_error (error);
  g_assert_cmpuint (report.n_added, ==, 1);
  g_assert_cmpuint (report.n_known, ==, 1);
  g_assert_cmpuint (g_list_model_get_n_items (
                      G_LIST_MODEL (envoi_service_get_accounts (fixture.service))), ==, 1);
  fixture_stop (&fixture);
}

/* A film is given up, not read to its end. */
static void
test_import_of_everything (void)
{
  Fixture fixture = { 0 };
  g_autofree char *folder = envoi_test_make_folder ();
  g_autofree char *path = g_build_filename (folder, "film", NULL);
  g_autoptr (GFile) file = g_file_new_for_path (path);
  EnvoiImportReport report = { 0 };
  EnvoiTestWait wait = { 0 };
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_true (g_file_set_contents (path, "", 0, NULL));
  g_assert_cmpint (truncate (path, 1024 * 1024 * 1024), ==, 0);
  fixture_start (&fixture, 0, NULL);
  envoi_service_import_accounts_async (fixture.service, file, NULL, envoi_test_wait_cb, &wait);
  result = envoi_test_wait (&wait);
  g_assert_false (envoi_service_import_accounts_finish (fixture.service, result, &report, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA);
  g_assert_cmpuint (report.n_added, ==, 0);
  g_clear_object (&result);
  fixture_stop (&fixture);
}

static void
test_export (void)
{
  Fixture fixture = { 0 };
  g_autofree char *path = NULL;
  g_autoptr (GFile) file = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;
  EnvoiImportReport report;
  EnvoiTestWait wait = { 0 };
  EnvoiAccount *account;

  fixture_start (&fixture, SENDER_WITH_PRACTICE, NULL);
  account = fixture_add_account (&fixture, "me@localhost", "the secret of the test");
  add_alias (&fixture, account, "sales@localhost");
  path = g_build_filename (fixture.folder, "export.envoi", NULL);
  file = g_file_new_for_path (path);
  envoi_service_export_accounts_async (fixture.service, file, NULL, envoi_test_wait_cb, &wait);
  result = envoi_test_wait (&wait);
  envoi_service_export_accounts_finish (fixture.service, result, &error);
  g_assert_no_error (error);
  g_clear_object (&result);

  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  g_assert_null (strstr (text, "the secret of the test"));
  g_assert_nonnull (strstr (text, "sales@localhost"));
  report = import (&fixture, text, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (report.n_known, ==, 1);
  fixture_stop (&fixture);
}

int
main (int   argc,
      char *argv[])
{
  envoi_test_init (&argc, &argv);

  g_test_add_func ("/envoi/app/roster/off-and-on", test_off_and_on);
  g_test_add_func ("/envoi/app/roster/removed-with-scheduled", test_removed_with_scheduled);
  g_test_add_func ("/envoi/app/roster/alias", test_alias);
  g_test_add_func ("/envoi/app/roster/raw-sender", test_raw_sender);
  g_test_add_func ("/envoi/app/roster/import", test_import);
  g_test_add_func ("/envoi/app/roster/import-as-practice", test_import_as_practice);
  g_test_add_func ("/envoi/app/roster/import-twice-in-one", test_import_twice_in_one);
  g_test_add_func ("/envoi/app/roster/import-of-everything", test_import_of_everything);
  g_test_add_func ("/envoi/app/roster/export", test_export);

  return g_test_run ();
}
