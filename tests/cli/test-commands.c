/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "run.h"

#include "envoi-practice-server.h"
#include "envoi-test.h"

#include <signal.h>
#include <string.h>

#define USER "practice@localhost"
#define PASSWORD "a password, 口令"
#define MAIL "From: me@localhost\nTo: practice@localhost\nBcc: hidden@localhost\n" \
  "Subject: =?utf-8?B?5L2g5aW9?=\n\nHello\n"

/* The practice server is in this process; the program under test is another. */
#define BATCH_LINES 30

static EnvoiPracticeServer *server;

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

static guint
count_received (void)
{
  g_autoptr (GPtrArray) letters = envoi_practice_server_list_sync (server, NULL);

  return letters->len;
}

static char *
read_received (void)
{
  g_autoptr (GPtrArray) letters = envoi_practice_server_list_sync (server, NULL);
  EnvoiPracticeLetter *letter = g_ptr_array_index (letters, 0);
  g_autoptr (GFile) file = envoi_practice_server_dup_letter_file (server, letter->id);
  char *contents = NULL;

  g_assert_true (g_file_load_contents (file, NULL, &contents, NULL, NULL, NULL));
  return contents;
}

static void
add_account (const char *email,
             guint16     port,
             const char *ca_file)
{
  g_autofree char *text = g_strdup_printf ("%u", port);
  g_auto (Run) run = run_envoictl (NULL, "account", "add", "--email", email, "--host", "127.0.0.1",
                                   "--port", text, "--security", "tls", "--user", USER, "--name",
                                   "王伟", "--json", ca_file ? "--ca-file" : NULL, ca_file, NULL);

  g_assert_cmpint (run.code, ==, 0);
}

static void
add_good_account (void)
{
  add_account ("me@localhost", envoi_practice_server_get_tls_port (server),
               envoi_practice_server_get_ca_file (server));
}

static JsonNode *
send_to (const char *to,
         const char *password,
         int         code)
{
  g_auto (Run) run = run_envoictl (password, "send", "--account", "me@localhost", "--to", to,
                                   "--subject", "你好", "--secret-stdin", "--wait", "--json", NULL);

  g_assert_cmpint (run.code, ==, code);
  g_assert_null (strstr (run.out, PASSWORD));
  g_assert_null (strstr (run.err, PASSWORD));
  return run_parse_json (&run);
}

static const char *
get (JsonNode   *node,
     const char *name)
{
  return json_object_get_string_member (json_node_get_object (node), name);
}

static void
test_accounts (void)
{
  g_auto (Run) list = { 0 };
  g_auto (Run) show = { 0 };
  g_auto (Run) removed = { 0 };
  g_auto (Run) missing = { 0 };
  g_autoptr (JsonNode) node = NULL;
  g_autoptr (JsonNode) one = NULL;
  g_autofree char *id = NULL;
  JsonArray *array;

  add_account ("first@x.cn", 465, NULL);
  add_account ("first@x.cn", 587, NULL);
  list = run_envoictl (NULL, "account", "list", "--json", NULL);
  g_assert_cmpint (list.code, ==, 0);
  node = run_parse_json (&list);
  array = json_node_get_array (node);
  g_assert_cmpuint (json_array_get_length (array), ==, 1);
  g_assert_cmpint (json_object_get_int_member (json_array_get_object_element (array, 0), "port"),
                   ==, 587);

  id = g_strdup (json_object_get_string_member (json_array_get_object_element (array, 0), "id"));
  show = run_envoictl (NULL, "account", "show", id, "--json", NULL);
  g_assert_cmpint (show.code, ==, 0);
  one = run_parse_json (&show);
  g_assert_cmpstr (get (one, "email"), ==, "first@x.cn");
  g_assert_cmpstr (get (one, "security"), ==, "tls");
  g_assert_cmpstr (get (one, "auth"), ==, "auto");
  g_assert_cmpstr (get (one, "name"), ==, "王伟");

  removed = run_envoictl (NULL, "account", "remove", "first@x.cn", NULL);
  g_assert_cmpint (removed.code, ==, 0);
  missing = run_envoictl (NULL, "account", "show", "first@x.cn", NULL);
  g_assert_cmpint (missing.code, ==, 78);
}

/* The account is there; that its password could not be kept is said. */
static void
test_secret_without_keyring (void)
{
  g_auto (Run) add = run_envoictl (PASSWORD "\n", "account", "add", "--email", "k@x.cn", "--host",
                                   "h", "--port", "465", "--security", "starttls",
                                   "--secret-stdin", NULL);
  g_auto (Run) show = run_envoictl (NULL, "account", "show", "k@x.cn", NULL);

  g_assert_cmpint (add.code, ==, 69);
  g_assert_nonnull (strstr (add.err, "not kept"));
  g_assert_null (strstr (add.err, PASSWORD));
  g_assert_cmpint (show.code, ==, 0);
}

static void
test_sign_in_without_client (void)
{
  g_auto (Run) add = run_envoictl (NULL, "account", "add", "--email", "o@gmail.com", "--host",
                                   "smtp.gmail.com", "--port", "465", "--security", "tls",
                                   "--auth", "xoauth2", "--oauth", "google", NULL);
  g_auto (Run) sign_in = run_envoictl (NULL, "account", "sign-in", "o@gmail.com", NULL);

  g_assert_cmpint (add.code, ==, 0);
  g_assert_cmpint (sign_in.code, ==, 78);
}

static void
test_send (void)
{
  g_autoptr (JsonNode) node = NULL;
  g_autoptr (GDateTime) created = NULL;
  g_autofree char *received = NULL;
  guint before;
  JsonObject *recipient;

  add_good_account ();
  before = count_received ();
  node = send_to ("practice@localhost", PASSWORD "\r\nsecond line", 0);

  g_assert_cmpstr (get (node, "state"), ==, "sent");
  g_assert_cmpstr (get (node, "subject"), ==, "你好");
  g_assert_nonnull (get (node, "id"));
  created = g_date_time_new_from_iso8601 (get (node, "created"), NULL);
  g_assert_nonnull (created);
  g_assert_true (json_object_get_null_member (json_node_get_object (node), "error"));
  recipient = json_array_get_object_element (
    json_object_get_array_member (json_node_get_object (node), "recipients"), 0);
  g_assert_cmpstr (json_object_get_string_member (recipient, "address"), ==, "practice@localhost");
  g_assert_cmpstr (json_object_get_string_member (recipient, "state"), ==, "accepted");
  g_assert_cmpint (json_object_get_int_member (recipient, "code"), ==, 250);

  g_assert_cmpuint (count_received (), ==, before + 1);
  received = read_received ();
  g_assert_nonnull (strstr (received, get (node, "message_id")));
}

typedef struct {
  const char *to;
  const char *password;
  int code;
  const char *state;
  const char *error;
} OutcomeCase;

static const OutcomeCase outcomes[] = {
  { "refused@localhost", PASSWORD, 68, "failed", "RECIPIENTS_REJECTED" },
  { "busy@localhost", PASSWORD, 75, "waiting", "TRANSIENT" },
  { "lost@localhost", PASSWORD, 76, "unknown", "OUTCOME_UNKNOWN" },
  { "practice@localhost", "wrong", 77, "failed", "AUTH_REJECTED" },
};

static void
test_outcomes (void)
{
  add_good_account ();

  for (guint i = 0; i < G_N_ELEMENTS (outcomes); i++) {
    const OutcomeCase *row = &outcomes[i];
    g_autoptr (JsonNode) node = send_to (row->to, row->password, row->code);
    JsonObject *error = json_object_get_object_member (json_node_get_object (node), "error");

    g_assert_cmpstr (get (node, "state"), ==, row->state);
    g_assert_cmpstr (json_object_get_string_member (error, "domain"), ==, "smtp");
    g_assert_cmpstr (json_object_get_string_member (error, "code"), ==, row->error);
    g_assert_cmpstr (json_object_get_string_member (error, "title"), !=, "");
    g_assert_cmpstr (json_object_get_string_member (error, "body"), !=, "");
  }
}

/* Without the account's own authority, the practice server is a stranger. */
static void
test_untrusted (void)
{
  g_autoptr (JsonNode) node = NULL;
  guint before = count_received ();

  add_account ("me@localhost", envoi_practice_server_get_tls_port (server), NULL);
  node = send_to ("practice@localhost", PASSWORD, 76);
  g_assert_cmpstr (get (node, "state"), ==, "failed");
  g_assert_cmpuint (count_received (), ==, before);
}

static void
test_unreachable (void)
{
  g_autoptr (JsonNode) node = NULL;

  add_account ("me@localhost", 1, NULL);
  node = send_to ("practice@localhost", PASSWORD, 75);
  g_assert_cmpstr (get (node, "state"), ==, "waiting");
  g_assert_nonnull (get (node, "next_try"));
}

/* Nobody can be asked for the password: the letter is kept, and goes later. */
static void
test_no_keyring_no_terminal (void)
{
  g_auto (Run) run = { 0 };
  g_auto (Run) list = { 0 };
  g_auto (Run) retry = { 0 };
  g_autoptr (JsonNode) sent = NULL;
  g_autoptr (JsonNode) listed = NULL;
  guint before = count_received ();
  JsonObject *first;

  add_good_account ();
  run = run_envoictl (NULL, "send", "--account", "me@localhost", "--to", "practice@localhost",
                      "--subject", "kept", "--json", NULL);
  g_assert_cmpint (run.code, ==, 69);
  g_assert_nonnull (strstr (run.err, "keyring"));
  g_assert_nonnull (strstr (run.err, "kept in the outbox"));
  sent = run_parse_json (&run);
  g_assert_cmpstr (get (sent, "state"), ==, "waiting");
  g_assert_nonnull (strstr (run.err, get (sent, "id")));
  g_assert_cmpuint (count_received (), ==, before);

  list = run_envoictl (NULL, "outbox", "list", "--json", NULL);
  listed = run_parse_json (&list);
  first = json_array_get_object_element (json_node_get_array (listed), 0);
  g_assert_cmpstr (json_object_get_string_member (first, "id"), ==, get (sent, "id"));
  g_assert_cmpstr (json_object_get_string_member (
                     json_object_get_object_member (first, "error"), "domain"), ==, "secrets");

  retry = run_envoictl (PASSWORD, "outbox", "retry", get (sent, "id"), "--secret-stdin", NULL);
  g_assert_cmpint (retry.code, ==, 0);
  g_assert_cmpuint (count_received (), ==, before + 1);
}

static void
test_unknown_account (void)
{
  g_auto (Run) run = run_envoictl (NULL, "send", "--account", "nobody@x.cn", "--to", "a@x.cn",
                                   "--subject", "s", NULL);

  g_assert_cmpint (run.code, ==, 78);
  g_assert_nonnull (strstr (run.err, "nobody@x.cn"));
}

static void
test_schedule_and_cancel (void)
{
  g_auto (Run) sent = { 0 };
  g_auto (Run) list = { 0 };
  g_auto (Run) cancelled = { 0 };
  g_auto (Run) again = { 0 };
  g_autoptr (JsonNode) node = NULL;
  g_autoptr (JsonNode) listed = NULL;
  g_autoptr (JsonNode) after = NULL;

  add_good_account ();
  sent = run_envoictl (NULL, "send", "--account", "me@localhost", "--to", "practice@localhost",
                       "--subject", "later", "--at", "2099-12-24T18:00:00+08:00", "--wait",
                       "--json", NULL);
  g_assert_cmpint (sent.code, ==, 0);
  node = run_parse_json (&sent);
  g_assert_cmpstr (get (node, "state"), ==, "scheduled");
  g_assert_cmpstr (get (node, "next_try"), ==, "2099-12-24T10:00:00Z");

  list = run_envoictl (NULL, "outbox", "list", "--json", NULL);
  listed = run_parse_json (&list);
  g_assert_cmpstr (json_object_get_string_member (
                     json_array_get_object_element (json_node_get_array (listed), 0), "id"),
                   ==, get (node, "id"));

  cancelled = run_envoictl (NULL, "outbox", "cancel", get (node, "id"), "--json", NULL);
  g_assert_cmpint (cancelled.code, ==, 0);
  after = run_parse_json (&cancelled);
  g_assert_cmpstr (get (after, "state"), ==, "cancelled");

  again = run_envoictl (NULL, "outbox", "cancel", get (node, "id"), NULL);
  g_assert_cmpint (again.code, ==, 69);
}

static void
test_retry (void)
{
  g_autoptr (JsonNode) node = NULL;
  g_autoptr (JsonNode) retried = NULL;
  g_auto (Run) retry = { 0 };
  g_auto (Run) flush = { 0 };
  g_auto (Run) show = { 0 };
  g_auto (Run) missing = { 0 };

  add_good_account ();
  node = send_to ("busy@localhost", PASSWORD, 75);

  retry = run_envoictl (PASSWORD, "outbox", "retry", get (node, "id"), "--secret-stdin", "--json",
                        NULL);
  g_assert_cmpint (retry.code, ==, 75);
  retried = run_parse_json (&retry);
  g_assert_cmpstr (get (retried, "state"), ==, "waiting");

  show = run_envoictl (NULL, "outbox", "show", get (node, "id"), NULL);
  g_assert_cmpint (show.code, ==, 0);
  g_assert_nonnull (strstr (show.out, "waiting"));

  missing = run_envoictl (NULL, "outbox", "retry", "no-such-id", NULL);
  g_assert_cmpint (missing.code, ==, 65);
}

/* The same letter to some of its recipients at a time; the program ends when all have it. */
static void
test_in_parts (void)
{
  g_autoptr (JsonNode) node = NULL;
  g_autoptr (JsonNode) retried = NULL;
  g_auto (Run) retry = { 0 };
  g_auto (Run) wrong = { 0 };
  guint before = count_received ();

  add_good_account ();
  node = send_to ("few@localhost, a@localhost, b@localhost", PASSWORD, 69);
  g_assert_cmpstr (get (node, "state"), ==, "failed");

  retry = run_envoictl (PASSWORD, "outbox", "retry", get (node, "id"), "--in-parts",
                        "--secret-stdin", "--json", NULL);
  g_assert_cmpint (retry.code, ==, 0);
  retried = run_parse_json (&retry);
  g_assert_cmpstr (get (retried, "state"), ==, "sent");
  g_assert_cmpuint (count_received (), ==, before + 2);

  wrong = run_envoictl (NULL, "outbox", "flush", "--in-parts", NULL);
  g_assert_cmpint (wrong.code, ==, 65);
}

/* A host that takes the connection and then says nothing. */
static GSocketListener *
open_black_hole (guint16 *port)
{
  GSocketListener *listener = g_socket_listener_new ();
  g_autoptr (GInetAddress) loopback = g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV4);
  g_autoptr (GSocketAddress) wanted = g_inet_socket_address_new (loopback, 0);
  g_autoptr (GSocketAddress) got = NULL;
  g_autoptr (GError) error = NULL;

  g_socket_listener_add_address (listener, wanted, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP,
                                 NULL, &got, &error);
  g_assert_no_error (error);
  *port = g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (got));
  return listener;
}

/* The letter on its way, once it is, as the store has it. */
static char *
wait_for_sending (void)
{
  for (guint i = 0; i < 600; i++) {
    g_auto (Run) list = run_envoictl (NULL, "outbox", "list", "--json", NULL);
    g_autoptr (JsonNode) node = run_parse_json (&list);
    JsonArray *letters = json_node_get_array (node);

    for (guint j = 0; j < json_array_get_length (letters); j++) {
      JsonObject *letter = json_array_get_object_element (letters, j);

      if (g_str_equal (json_object_get_string_member (letter, "state"), "sending"))
        return g_strdup (json_object_get_string_member (letter, "id"));
    }
  }

  g_assert_not_reached ();
}

/* Stopped by the person while the host says nothing: the letter is still there. */
static void
test_interrupted (void)
{
  static const char *const words[] = {
    "send", "--account", "me@localhost", "--to", "practice@localhost", "--subject", "s",
    "--secret-stdin", "--wait", NULL,
  };
  guint16 port;
  g_autoptr (GSocketListener) listener = open_black_hole (&port);
  g_autoptr (GSubprocess) process = NULL;
  g_autofree char *id = NULL;
  g_auto (Run) stopped = { 0 };
  g_auto (Run) show = { 0 };
  g_autoptr (JsonNode) node = NULL;

  add_account ("me@localhost", port, NULL);
  process = run_begin (PASSWORD "\n", words);
  id = wait_for_sending ();
  stopped = run_end (process, SIGTERM);
  g_assert_cmpint (stopped.code, ==, 69);

  show = run_envoictl (NULL, "outbox", "show", id, "--json", NULL);
  node = run_parse_json (&show);
  g_assert_cmpstr (get (node, "state"), ==, "waiting");
}

static guint
count_listed (const char *words)
{
  g_auto (Run) list = run_envoictl (NULL, "outbox", "list", "--search", words, "--json", NULL);
  g_autoptr (JsonNode) node = run_parse_json (&list);

  g_assert_cmpint (list.code, ==, 0);
  return json_array_get_length (json_node_get_array (node));
}

static void
test_search (void)
{
  g_autofree char *folder = envoi_test_make_folder ();
  g_autofree char *path = g_build_filename (folder, "text.txt", NULL);
  g_auto (Run) sent = { 0 };
  g_auto (Run) refused = { 0 };

  add_good_account ();
  g_assert_true (g_file_set_contents (path, "今天下午讨论预算 needle\n", -1, NULL));
  sent = run_envoictl (NULL, "send", "--account", "me@localhost", "--to", "seeker@localhost",
                       "--subject", "Haystack", "--text", path, "--at",
                       "2099-12-24T18:00:00+08:00", NULL);
  g_assert_cmpint (sent.code, ==, 0);
  g_assert_cmpuint (count_listed ("needle"), ==, 1);
  g_assert_cmpuint (count_listed ("讨论预算"), ==, 1);
  g_assert_cmpuint (count_listed ("预算 haystack seeker@localhost"), ==, 1);
  g_assert_cmpuint (count_listed ("needle thimble"), ==, 0);

  refused = run_envoictl (NULL, "outbox", "flush", "--search", "needle", NULL);
  g_assert_cmpint (refused.code, ==, 65);
}

static void
test_audit (void)
{
  g_autoptr (JsonNode) sent = NULL;
  g_auto (Run) audit = { 0 };
  g_auto (Run) masked = { 0 };
  g_auto (Run) refused = { 0 };
  g_autoptr (JsonNode) line = NULL;
  const char *last;

  add_good_account ();
  sent = send_to ("practice@localhost", PASSWORD, 0);
  audit = run_envoictl (NULL, "audit", NULL);
  g_assert_cmpint (audit.code, ==, 0);
  g_strchomp (audit.out);
  last = strrchr (audit.out, '\n');
  line = json_from_string (last ? last + 1 : audit.out, NULL);
  g_assert_nonnull (line);
  g_assert_cmpstr (get (line, "letter"), ==, get (sent, "id"));
  g_assert_cmpstr (get (line, "sender"), ==, "me@localhost");
  g_assert_cmpstr (get (line, "result"), ==, "sent");

  masked = run_envoictl (NULL, "audit", "--mask", NULL);
  g_assert_nonnull (strstr (masked.out, "m***@localhost"));
  g_assert_null (strstr (masked.out, "me@localhost"));
  refused = run_envoictl (NULL, "audit", "what", NULL);
  g_assert_cmpint (refused.code, ==, 65);
}

static void
test_eml (void)
{
  g_autofree char *folder = envoi_test_make_folder ();
  g_autofree char *path = g_build_filename (folder, "letter.eml", NULL);
  g_autofree char *received = NULL;
  g_auto (Run) run = { 0 };
  g_autoptr (JsonNode) node = NULL;

  add_good_account ();
  g_assert_true (g_file_set_contents (path, MAIL, -1, NULL));
  run = run_envoictl (PASSWORD, "send", "--account", "me@localhost", "--eml", path,
                      "--secret-stdin", "--wait", "--json", NULL);
  g_assert_cmpint (run.code, ==, 0);
  node = run_parse_json (&run);
  g_assert_cmpstr (get (node, "subject"), ==, "你好");
  g_assert_cmpuint (json_array_get_length (json_object_get_array_member (
                                             json_node_get_object (node), "recipients")), ==, 2);

  received = read_received ();
  g_assert_null (strstr (received, "hidden"));
  g_assert_nonnull (strstr (received, "Subject: =?utf-8?B?5L2g5aW9?=\r\n"));
}

/* Standard input is the message, so without a keyring nobody can be asked. */
static void
test_sendmail (void)
{
  g_auto (Run) run = { 0 };
  g_auto (Run) unknown = { 0 };
  g_auto (Run) named = { 0 };

  add_good_account ();
  run = run_sendmail (MAIL, "-t", "-i", "-oem", "-oi", "-F", "Me", NULL);
  g_assert_cmpint (run.code, ==, 69);
  g_assert_cmpstr (run.out, ==, "");
  g_assert_nonnull (strstr (run.err, "kept in the outbox"));

  unknown = run_sendmail (MAIL, "-f", "nobody@x.cn", "a@localhost", NULL);
  g_assert_cmpint (unknown.code, ==, 78);
  named = run_sendmail ("From: nobody@x.cn\n\nHello\n", "-fme@localhost", "--", "a@localhost",
                        NULL);
  g_assert_cmpint (named.code, ==, 69);
}

/* Each step once and in order; what is offered stands with EHLO. */
static void
check_steps (JsonNode *node)
{
  static const char *const phases[] = {
    "dns", "connect", "tls", "greeting", "ehlo", "auth", "mail", "rcpt", "rset", "quit",
  };
  JsonArray *steps = json_object_get_array_member (json_node_get_object (node), "steps");

  g_assert_cmpuint (json_array_get_length (steps), ==, G_N_ELEMENTS (phases));
  for (guint i = 0; i < G_N_ELEMENTS (phases); i++) {
    JsonObject *step = json_array_get_object_element (steps, i);

    g_assert_cmpstr (json_object_get_string_member (step, "phase"), ==, phases[i]);
    g_assert_cmpstr (json_object_get_string_member (step, "state"), ==, "passed");
    if (g_str_equal (phases[i], "ehlo"))
      g_assert_nonnull (strstr (json_object_get_string_member (step, "text"), "CHUNKING"));
  }
}

static void
test_check (void)
{
  g_auto (Run) good = { 0 };
  g_auto (Run) bad = { 0 };
  g_autoptr (JsonNode) node = NULL;
  guint before = count_received ();

  add_good_account ();
  good = run_envoictl (PASSWORD, "account", "check", "me@localhost", "--secret-stdin", "--json",
                       NULL);
  g_assert_cmpint (good.code, ==, 0);
  node = run_parse_json (&good);
  g_assert_cmpstr (get (node, "state"), ==, "passed");
  check_steps (node);

  bad = run_envoictl ("wrong", "account", "check", "me@localhost", "--secret-stdin", NULL);
  g_assert_cmpint (bad.code, ==, 77);
  g_assert_nonnull (strstr (bad.out, "failed"));
  g_assert_cmpuint (count_received (), ==, before);
}

static void
test_practice (void)
{
  g_auto (Run) words = run_envoictl (NULL, "practice", NULL);
  g_auto (Run) json = run_envoictl (NULL, "practice", "--json", NULL);
  g_autoptr (JsonNode) node = NULL;
  JsonObject *part;

  g_assert_cmpint (words.code, ==, 0);
  g_assert_nonnull (strstr (words.out, "你好"));
  g_assert_nonnull (strstr (words.out, "清单.csv"));

  g_assert_cmpint (json.code, ==, 0);
  node = run_parse_json (&json);
  g_assert_nonnull (strstr (get (node, "subject"), "你好"));
  g_assert_true (json_object_get_boolean_member (json_node_get_object (node), "has_html"));
  g_assert_true (json_object_get_boolean_member (json_node_get_object (node), "has_text"));
  part = json_array_get_object_element (
    json_object_get_array_member (json_node_get_object (node), "parts"), 0);
  g_assert_cmpstr (json_object_get_string_member (part, "name"), ==, "清单.csv");
  g_assert_cmpuint (json_array_get_length (json_object_get_array_member (
                                             json_node_get_object (node), "complaints")), ==, 0);
}

/* The accounts and letters are this user's alone. */
static void
test_modes (void)
{
  g_autofree char *data = g_build_filename (g_get_user_data_dir (), "envoi", NULL);
  g_autofree char *config = g_build_filename (g_get_user_config_dir (), "envoi", NULL);
  const char *const folders[] = { data, config };
  g_auto (Run) run = run_envoictl (NULL, "account", "list", NULL);

  g_assert_cmpint (run.code, ==, 0);
  for (guint i = 0; i < G_N_ELEMENTS (folders); i++) {
    g_autoptr (GFile) folder = g_file_new_for_path (folders[i]);
    g_autoptr (GFileInfo) info = g_file_query_info (folder, G_FILE_ATTRIBUTE_UNIX_MODE, 0, NULL,
                                                    NULL);

    g_assert_nonnull (info);
    g_assert_cmpuint (g_file_info_get_attribute_uint32 (info, G_FILE_ATTRIBUTE_UNIX_MODE) & 0777,
                      ==, 0700);
  }
}

/* A letter for each line, durable one by one; a bad line stops only itself. */
static void
test_batch (void)
{
  static const char lines[] =
    "{\"to\": \"a@localhost\", \"subject\": \"批量一\", \"text\": \"Hello\"}\n"
    "\n"
    "{\"to\": \"not an address\", \"subject\": \"2\"}\n"
    "[]\n"
    "{\"to\": \"a@localhost\", \"colour\": \"red\"}\n"
    "{\"to\": [\"a@localhost\", \"b@localhost\"], \"header\": \"X-One: 1\", \"subject\": \"批量二\"}";
  g_auto (Run) run = { 0 };
  g_auto (Run) mixed = { 0 };
  g_auto (GStrv) printed = NULL;

  add_good_account ();
  run = run_envoictl (lines, "send", "--account", "me@localhost", "--batch", "--at",
                      "2090-01-01T00:00:00Z", NULL);
  g_assert_cmpint (run.code, ==, 65);
  printed = g_strsplit (run.out, "\n", -1);
  g_assert_cmpuint (g_strv_length (printed), ==, 3);
  g_assert_nonnull (strstr (run.err, "Line 3"));
  g_assert_nonnull (strstr (run.err, "Line 4"));
  g_assert_nonnull (strstr (run.err, "Line 5"));
  g_assert_null (strstr (run.err, "Line 6"));

  for (guint i = 0; i < 2; i++) {
    g_auto (Run) show = run_envoictl (NULL, "outbox", "show", printed[i], "--json", NULL);
    g_autoptr (JsonNode) letter = run_parse_json (&show);

    g_assert_cmpstr (get (letter, "state"), ==, "scheduled");
    g_assert_cmpstr (get (letter, "subject"), ==, i == 0 ? "批量一" : "批量二");
  }

  mixed = run_envoictl ("", "send", "--account", "me@localhost", "--batch", "--to", "a@localhost",
                        NULL);
  g_assert_cmpint (mixed.code, ==, 65);
}

/* Letters share waits for the disk; their ids still come in the order of the lines, and
 * each is that of its line. */
static void
test_batch_order (void)
{
  g_autoptr (GString) lines = g_string_new (NULL);
  g_auto (Run) run = { 0 };
  g_auto (GStrv) printed = NULL;

  add_good_account ();
  for (guint i = 1; i <= BATCH_LINES; i++) {
    if (i % 5 == 0)
      g_string_append (lines, "{}\n");
    else
      g_string_append_printf (lines, "{\"to\": \"a@localhost\", \"subject\": \"number %u\"}\n", i);
  }
  run = run_envoictl (lines->str, "send", "--account", "me@localhost", "--batch", "--json", "--at",
                      "2090-01-01T00:00:00Z", NULL);
  g_assert_cmpint (run.code, ==, 65);
  printed = g_strsplit (run.out, "\n", -1);
  g_assert_cmpuint (g_strv_length (printed), ==, BATCH_LINES - BATCH_LINES / 5 + 1);

  for (guint i = 0, number = 1; *printed[i]; i++, number += number % 5 == 4 ? 2 : 1) {
    g_autoptr (JsonNode) line = json_from_string (printed[i], NULL);
    g_auto (Run) show = run_envoictl (NULL, "outbox", "show", get (line, "id"), "--json", NULL);
    g_autoptr (JsonNode) letter = run_parse_json (&show);
    g_autofree char *subject = g_strdup_printf ("number %u", number);

    g_assert_cmpint (json_object_get_int_member (json_node_get_object (line), "line"), ==, number);
    g_assert_cmpstr (get (letter, "subject"), ==, subject);
  }
}

int
main (int   argc,
      char *argv[])
{
  int code;

  envoi_test_init (&argc, &argv);
  start_server ();
  g_test_add_func ("/envoi/cli/commands/accounts", test_accounts);
  g_test_add_func ("/envoi/cli/commands/secret-without-keyring", test_secret_without_keyring);
  g_test_add_func ("/envoi/cli/commands/sign-in-without-client", test_sign_in_without_client);
  g_test_add_func ("/envoi/cli/commands/send", test_send);
  g_test_add_func ("/envoi/cli/commands/outcomes", test_outcomes);
  g_test_add_func ("/envoi/cli/commands/untrusted", test_untrusted);
  g_test_add_func ("/envoi/cli/commands/unreachable", test_unreachable);
  g_test_add_func ("/envoi/cli/commands/no-keyring-no-terminal", test_no_keyring_no_terminal);
  g_test_add_func ("/envoi/cli/commands/unknown-account", test_unknown_account);
  g_test_add_func ("/envoi/cli/commands/schedule-and-cancel", test_schedule_and_cancel);
  g_test_add_func ("/envoi/cli/commands/retry", test_retry);
  g_test_add_func ("/envoi/cli/commands/in-parts", test_in_parts);
  g_test_add_func ("/envoi/cli/commands/interrupted", test_interrupted);
  g_test_add_func ("/envoi/cli/commands/search", test_search);
  g_test_add_func ("/envoi/cli/commands/audit", test_audit);
  g_test_add_func ("/envoi/cli/commands/eml", test_eml);
  g_test_add_func ("/envoi/cli/commands/sendmail", test_sendmail);
  g_test_add_func ("/envoi/cli/commands/check", test_check);
  g_test_add_func ("/envoi/cli/commands/practice", test_practice);
  g_test_add_func ("/envoi/cli/commands/modes", test_modes);
  g_test_add_func ("/envoi/cli/commands/batch", test_batch);
  g_test_add_func ("/envoi/cli/commands/batch-order", test_batch_order);
  code = g_test_run ();

  envoi_practice_server_stop_sync (server);
  g_clear_object (&server);
  return code;
}
