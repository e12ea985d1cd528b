/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "run.h"

#include "envoi-practice-server.h"
#include "envoi-test.h"

#include <string.h>
#include <sys/stat.h>

/* envoictl account on|off|export|import, identities, and send --from. */

#define USER "practice@localhost"
#define PASSWORD "a password, 口令"

static EnvoiPracticeServer *server;

static const char file_form[] =
  "[Account other]\nemail=me@localhost\nhost=127.0.0.1\nuser=" USER "\n"
  "[Identity other x]\naddress=sales@localhost\nname=销售部\nreply-to=desk@localhost\n"
  "signature-html=<b>Sales</b>\nsignature-text=Sales\\n\n"
  "[Account new]\nemail=new@x.cn\nhost=smtp.x.cn\n";

static void
start_server (void)
{
  g_autofree char *path = envoi_test_make_folder ();
  g_autoptr (GFile) folder = g_file_new_for_path (path);
  g_autoptr (GError) error = NULL;

  server = envoi_practice_server_new (folder);
  envoi_practice_server_set_login (server, USER, PASSWORD);
  envoi_practice_server_start_sync (server, NULL, &error);
  g_assert_no_error (error);
}

/* @option, @value: nullable, one more setting */
static void
add_account_with (const char *option,
                  const char *value)
{
  g_autofree char *port = g_strdup_printf ("%u", envoi_practice_server_get_tls_port (server));
  g_auto (Run) run = run_envoictl (NULL, "account", "add", "--email", "me@localhost", "--host",
                                   "127.0.0.1", "--port", port, "--security", "tls", "--user", USER,
                                   "--ca-file", envoi_practice_server_get_ca_file (server), option,
                                   value, NULL);

  g_assert_cmpint (run.code, ==, 0);
}

static void
add_account (void)
{
  add_account_with (NULL, NULL);
}

static char *
make_file (const char *name,
           const char *text)
{
  g_autofree char *folder = envoi_test_make_folder ();
  char *path = g_build_filename (folder, name, NULL);

  if (text)
    g_assert_true (g_file_set_contents (path, text, -1, NULL));
  return path;
}

static gint64
get_number (const Run  *run,
            const char *member)
{
  g_autoptr (JsonNode) root = run_parse_json (run);

  return json_object_get_int_member (json_node_get_object (root), member);
}

static void
test_import_and_identities (void)
{
  g_autofree char *path = make_file ("accounts.ini", file_form);
  g_auto (Run) imported = { 0 };
  g_auto (Run) again = { 0 };
  g_auto (Run) shown = { 0 };
  g_auto (Run) words = { 0 };
  g_autoptr (JsonNode) root = NULL;
  JsonArray *identities;
  JsonObject *alias;

  add_account ();
  imported = run_envoictl (NULL, "account", "import", path, "--json", NULL);
  g_assert_cmpint (imported.code, ==, 0);
  g_assert_cmpint (get_number (&imported, "added"), ==, 1);
  g_assert_cmpint (get_number (&imported, "extended"), ==, 1);
  again = run_envoictl (NULL, "account", "import", path, "--json", NULL);
  g_assert_cmpint (get_number (&again, "known"), ==, 2);

  shown = run_envoictl (NULL, "account", "show", "me@localhost", "--json", NULL);
  root = run_parse_json (&shown);
  identities = json_object_get_array_member (json_node_get_object (root), "identities");
  g_assert_cmpuint (json_array_get_length (identities), ==, 2);
  alias = json_array_get_object_element (identities, 1);
  g_assert_cmpstr (json_object_get_string_member (alias, "address"), ==, "sales@localhost");
  g_assert_cmpstr (json_object_get_string_member (alias, "name"), ==, "销售部");
  g_assert_cmpstr (json_object_get_string_member (alias, "signature"), ==, "Sales\n");
  g_assert_false (json_object_get_boolean_member (alias, "default"));

  words = run_envoictl (NULL, "account", "show", "sales@localhost", NULL);
  g_assert_nonnull (strstr (words.out, "  销售部 <sales@localhost>\n"));
}

static void
send_from (const char *account,
           const char *from,
           int         code)
{
  g_auto (Run) run = run_envoictl (PASSWORD, "send", "--account", account, "--to", USER, "--subject",
                                   "x", "--secret-stdin", "--wait", from ? "--from" : NULL, from,
                                   NULL);

  g_assert_cmpint (run.code, ==, code);
}

static void
assert_received (const char *header,
                 const char *sender)
{
  g_autoptr (GPtrArray) letters = envoi_practice_server_list_sync (server, NULL);
  EnvoiPracticeLetter *letter = g_ptr_array_index (letters, 0);
  g_autoptr (GFile) file = envoi_practice_server_dup_letter_file (server, letter->id);
  g_autofree char *contents = NULL;

  g_assert_true (g_file_load_contents (file, NULL, &contents, NULL, NULL, NULL));
  g_assert_nonnull (strstr (contents, header));
  g_assert_cmpstr (letter->sender, ==, sender);
}

static void
test_send_from (void)
{
  send_from ("me@localhost", NULL, 0);
  assert_received ("From: me@localhost\r\n", "me@localhost");
  send_from ("me@localhost", "sales@localhost", 0);
  assert_received (" <sales@localhost>\r\n", "sales@localhost");
  assert_received ("Reply-To: desk@localhost\r\n", "sales@localhost");
}

static void
test_send_as_identity (void)
{
  send_from ("sales@localhost", NULL, 0);
  assert_received (" <sales@localhost>\r\n", "sales@localhost");
  send_from ("me@localhost", "stranger@localhost", 65);
}

static void
assert_state (const char *state)
{
  g_auto (Run) shown = run_envoictl (NULL, "account", "show", "me@localhost", "--json", NULL);
  g_autoptr (JsonNode) root = run_parse_json (&shown);

  g_assert_cmpstr (json_object_get_string_member (json_node_get_object (root), "state"), ==, state);
}

static void
test_off_and_on (void)
{
  g_auto (Run) off = run_envoictl (NULL, "account", "off", "me@localhost", NULL);
  g_auto (Run) on = { 0 };

  g_assert_cmpint (off.code, ==, 0);
  assert_state ("off");
  send_from ("me@localhost", NULL, 78);
  on = run_envoictl (NULL, "account", "on", "me@localhost", NULL);
  g_assert_cmpint (on.code, ==, 0);
  assert_state ("ready");
  send_from ("me@localhost", NULL, 0);
}

static void
test_export (void)
{
  g_autofree char *path = make_file ("export.ini", NULL);
  g_auto (Run) run = run_envoictl (NULL, "account", "export", path, NULL);
  g_auto (Run) nowhere = run_envoictl (NULL, "account", "export", "/nowhere/at/all", NULL);
  g_auto (Run) nonsense = { 0 };
  g_autofree char *bad = make_file ("bad.ini", "nothing of the kind");
  g_autofree char *text = NULL;

  g_assert_cmpint (run.code, ==, 0);
  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  g_assert_nonnull (strstr (text, "address=sales@localhost\n"));
  g_assert_null (strstr (text, PASSWORD));
  g_assert_cmpint (nowhere.code, !=, 0);
  nonsense = run_envoictl (NULL, "account", "import", bad, NULL);
  g_assert_cmpint (nonsense.code, !=, 0);
  g_assert_cmpuint (strlen (nonsense.err), >, 10);
}

/* Neither waits for somebody at the other end of a pipe, nor reads what never ends. */
static void
test_no_file (void)
{
  g_autofree char *pipe = make_file ("pipe", NULL);
  const char *const paths[] = { pipe, "/dev/zero", "/" };

  g_assert_cmpint (mkfifo (pipe, 0600), ==, 0);
  for (guint i = 0; i < G_N_ELEMENTS (paths); i++) {
    g_auto (Run) imported = run_envoictl (NULL, "account", "import", paths[i], NULL);
    g_auto (Run) exported = run_envoictl (NULL, "account", "export", paths[i], NULL);

    g_assert_cmpint (imported.code, ==, 65);
    g_assert_nonnull (strstr (imported.err, "is not a file."));
    g_assert_cmpint (exported.code, ==, 65);
    g_assert_cmpuint (strlen (exported.err), >, 10);
  }
}

/* "account add" for an address that is here changes settings, not identities. */
static void
test_added_again (void)
{
  g_auto (Run) shown = { 0 };

  add_account ();
  shown = run_envoictl (NULL, "account", "show", "me@localhost", NULL);
  g_assert_nonnull (strstr (shown.out, "<sales@localhost>"));
}

/* A pace is set, outlives another "account add" that does not name it, and refuses nonsense. */
static void
test_letters_per_hour (void)
{
  g_auto (Run) nonsense = { 0 };
  g_auto (Run) shown = { 0 };

  add_account_with ("--letters-per-hour", "120");
  add_account ();
  shown = run_envoictl (NULL, "account", "show", "me@localhost", "--json", NULL);
  g_assert_cmpint (get_number (&shown, "letters_per_hour"), ==, 120);

  nonsense = run_envoictl (NULL, "account", "add", "--email", "me@localhost", "--host", "localhost",
                           "--port", "465", "--security", "tls", "--letters-per-hour", "many",
                           NULL);
  g_assert_cmpint (nonsense.code, ==, 65);
  g_assert_nonnull (strstr (nonsense.err, "--letters-per-hour"));
}

/* The letters that went before, each by a process of its own, leave nothing of so slow a
 * pace: the next one is kept and says until when, and goes when the pace is lifted. */
static void
test_pace_holds (void)
{
  g_auto (Run) held = { 0 };
  g_auto (Run) retried = { 0 };
  g_autofree char *id = NULL;

  add_account ();
  send_from ("me@localhost", NULL, 0);
  add_account_with ("--letters-per-hour", "1");
  held = run_envoictl (PASSWORD, "send", "--account", "me@localhost", "--to", USER, "--subject",
                       "held", "--secret-stdin", "--wait", NULL);
  g_assert_cmpint (held.code, ==, 75);
  g_assert_nonnull (strstr (held.out, "It goes out at"));
  id = g_strndup (held.out, strcspn (held.out, " "));

  add_account_with ("--letters-per-hour", "0");
  retried = run_envoictl (PASSWORD, "outbox", "retry", id, "--secret-stdin", NULL);
  g_assert_cmpint (retried.code, ==, 0);
  assert_received ("Subject: held\r\n", "me@localhost");
}

int
main (int   argc,
      char *argv[])
{
  int result;

  envoi_test_init (&argc, &argv);
  start_server ();

  g_test_add_func ("/envoi/cli/accounts/no-file", test_no_file);
  g_test_add_func ("/envoi/cli/accounts/import-and-identities", test_import_and_identities);
  g_test_add_func ("/envoi/cli/accounts/send-from", test_send_from);
  g_test_add_func ("/envoi/cli/accounts/send-as-identity", test_send_as_identity);
  g_test_add_func ("/envoi/cli/accounts/off-and-on", test_off_and_on);
  g_test_add_func ("/envoi/cli/accounts/export", test_export);
  g_test_add_func ("/envoi/cli/accounts/added-again", test_added_again);
  g_test_add_func ("/envoi/cli/accounts/letters-per-hour", test_letters_per_hour);
  g_test_add_func ("/envoi/cli/accounts/pace-holds", test_pace_holds);

  result = g_test_run ();
  envoi_practice_server_stop_sync (server);
  g_object_unref (server);
  return result;
}
