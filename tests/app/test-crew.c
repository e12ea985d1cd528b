/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "fixture.h"

#include "envoi-smtp-error.h"
#include "envoi-test.h"
#include "test-network.h"

/* How many connections an account makes, how often it signs in, and what
 * becomes of a connection that lies idle: seen from the server. */

#define SENDER_WITH_PRACTICE ((EnvoiServiceFlags) (ENVOI_SERVICE_SEND | ENVOI_SERVICE_PRACTICE))
#define MANY 80
/* Until all of them are due at once: a slow machine writes them slower than they go. */
#define ALL_WRITTEN (6 * G_TIME_SPAN_SECOND)

/* The server of the tests, with as many connections as the table gives when it says nothing. */
static const char *const known_provider =
  "{\"schema_version\": 1, \"providers\": [{\"id\": \"careful\", \"name\": \"Careful\","
  " \"domains\": [\"careful.example\"], \"auth\": [\"password\"], \"username\": \"%EMAILADDRESS%\","
  " \"servers\": [{\"host\": \"127.0.0.1\", \"port\": 465, \"security\": \"tls\"}]}]}";

typedef struct {
  Fixture fixture;
  EnvoiPracticeServer *server;
  EnvoiAccount *account;
  char *ids[MANY];
  int wanted;
} Crew;

static void
write_provider_file (Crew       *crew,
                     const char *text)
{
  g_autofree char *folder = NULL;
  g_autofree char *file = NULL;

  crew->fixture.folder = envoi_test_make_folder ();
  folder = g_build_filename (crew->fixture.folder, "config", "providers.d", NULL);
  file = g_build_filename (folder, "careful.json", NULL);
  g_assert_cmpint (g_mkdir_with_parents (folder, 0700), ==, 0);
  g_assert_true (g_file_set_contents (file, text, -1, NULL));
}

/* @provider: nullable, a provider file. */
static void
start (Crew       *crew,
       const char *provider,
       const char *password)
{
  if (provider)
    write_provider_file (crew, provider);

  fixture_start (&crew->fixture, SENDER_WITH_PRACTICE, NULL);
  crew->server = envoi_service_get_practice (crew->fixture.service);
  envoi_practice_server_set_login (crew->server, "practice@localhost", "right");
  crew->account = fixture_add_account (&crew->fixture, "me@example.org", password);
}

/* All of them at one time, @delay from now. */
static void
send_many (Crew      *crew,
           guint      n,
           GTimeSpan  delay)
{
  gint64 due = fixture_now (&crew->fixture) + delay;

  for (guint i = 0; i < n; i++) {
    g_autoptr (EnvoiDraft) draft = fixture_write (&crew->fixture, crew->account, "you@example.org");

    crew->ids[i] = fixture_send (&crew->fixture, draft, due);
  }
}

static void
assert_many (Crew             *crew,
             guint             n,
             EnvoiLetterState  state)
{
  for (guint i = 0; i < n; i++) {
    g_autofree char *id = g_steal_pointer (&crew->ids[i]);
    g_autoptr (EnvoiLetterRecord) record = fixture_wait_settled (&crew->fixture, id);

    g_assert_cmpint (record->state, ==, state);
  }
}

static gboolean
has_signed_in (gpointer user_data)
{
  Crew *crew = user_data;

  return envoi_practice_server_get_counts (crew->server).n_sign_ins >= crew->wanted;
}

static void
wait_for_sign_in (Crew *crew,
                  int   n)
{
  crew->wanted = n;
  envoi_test_wait_until (has_signed_in, crew);
}

static gboolean
is_empty (gpointer user_data)
{
  return envoi_practice_server_get_counts (((Crew *) user_data)->server).n_open == 0;
}

/* A server that no table knows gets two connections and no more. */
static void
test_two_connections (void)
{
  Crew crew = { 0 };
  EnvoiPracticeCounts counts;

  start (&crew, NULL, "right");
  send_many (&crew, MANY, ALL_WRITTEN);
  assert_many (&crew, MANY, ENVOI_LETTER_SENT);
  g_assert_cmpuint (fixture_count_received (&crew.fixture), ==, MANY);

  counts = envoi_practice_server_get_counts (crew.server);
  g_assert_cmpint (counts.most_open, ==, 2);
  g_assert_cmpint (counts.n_sign_ins, <=, counts.n_connections);
  fixture_stop (&crew.fixture);
}

/* The provider table may allow only one. */
static void
test_table_limit (void)
{
  Crew crew = { 0 };
  EnvoiPracticeCounts counts;

  start (&crew, known_provider, "right");
  send_many (&crew, MANY, 0);
  assert_many (&crew, MANY, ENVOI_LETTER_SENT);

  counts = envoi_practice_server_get_counts (crew.server);
  g_assert_cmpint (counts.most_open, ==, 1);
  g_assert_cmpint (counts.n_sign_ins, ==, 1);
  fixture_stop (&crew.fixture);
}

/* A few letters share one connection. */
static void
test_few (void)
{
  Crew crew = { 0 };

  start (&crew, NULL, "right");
  send_many (&crew, 10, 0);
  assert_many (&crew, 10, ENVOI_LETTER_SENT);
  g_assert_cmpint (envoi_practice_server_get_counts (crew.server).most_open, ==, 1);
  fixture_stop (&crew.fixture);
}

/* A wrong password is tried once, not once for each letter or connection. */
static void
test_wrong_password (void)
{
  Crew crew = { 0 };
  EnvoiPracticeCounts counts;

  start (&crew, NULL, "wrong");
  send_many (&crew, 20, ALL_WRITTEN);
  for (guint i = 0; i < 20; i++) {
    g_autofree char *id = g_steal_pointer (&crew.ids[i]);
    g_autoptr (EnvoiLetterRecord) record = fixture_wait_settled (&crew.fixture, id);

    g_assert_cmpint (record->state, ==, ENVOI_LETTER_FAILED);
    g_assert_cmpint (record->error_code, ==, ENVOI_SMTP_ERROR_AUTH_REJECTED);
  }

  counts = envoi_practice_server_get_counts (crew.server);
  g_assert_cmpint (counts.n_sign_ins, ==, 1);
  g_assert_cmpint (envoi_account_get_state (crew.account), ==, ENVOI_ACCOUNT_NEEDS_SIGN_IN);
  fixture_stop (&crew.fixture);
}

/* A server that takes one connection is not asked for the second again and again. */
static void
test_turned_away (void)
{
  Crew crew = { 0 };
  EnvoiPracticeCounts counts;

  start (&crew, NULL, "right");
  envoi_practice_server_set_most_connections (crew.server, 1);
  send_many (&crew, MANY, ALL_WRITTEN);
  assert_many (&crew, MANY, ENVOI_LETTER_SENT);

  counts = envoi_practice_server_get_counts (crew.server);
  g_assert_cmpint (counts.n_turned_away, ==, 1);
  g_assert_cmpint (counts.n_sign_ins, ==, 1);
  fixture_stop (&crew.fixture);
}

/* A connection that was made ahead of a letter is watched: when the server ends
 * it, it is made once more, and the letter does not wait for that. */
static void
test_watched (void)
{
  Crew crew = { 0 };

  start (&crew, NULL, "right");
  envoi_service_warm_up (crew.fixture.service, crew.account);
  wait_for_sign_in (&crew, 1);
  envoi_practice_server_hang_up (crew.server);
  wait_for_sign_in (&crew, 2);

  /* Each time is a sign-in: the second end is taken for an answer, whoever goes on writing. */
  envoi_practice_server_hang_up (crew.server);
  envoi_test_settle ();
  envoi_service_warm_up (crew.fixture.service, crew.account);
  envoi_test_settle ();
  g_assert_cmpint (envoi_practice_server_get_counts (crew.server).n_sign_ins, ==, 2);
  send_many (&crew, 1, 0);
  assert_many (&crew, 1, ENVOI_LETTER_SENT);
  g_assert_cmpint (envoi_practice_server_get_counts (crew.server).n_sign_ins, ==, 3);
  fixture_stop (&crew.fixture);
}

/* A sign-in that was refused ahead of a letter is not tried again at each key; on another
 * network there is new hope, and after ten minutes. */
static void
test_warm_again (void)
{
  Crew crew = { 0 };

  start (&crew, NULL, "wrong");
  envoi_service_warm_up (crew.fixture.service, crew.account);
  wait_for_sign_in (&crew, 1);
  envoi_test_settle ();
  envoi_service_warm_up (crew.fixture.service, crew.account);
  envoi_test_settle ();
  g_assert_cmpint (envoi_practice_server_get_counts (crew.server).n_sign_ins, ==, 1);

  g_signal_emit_by_name (g_network_monitor_get_default (), "network-changed", TRUE);
  envoi_service_warm_up (crew.fixture.service, crew.account);
  wait_for_sign_in (&crew, 2);

  envoi_test_settle ();
  envoi_clock_add_fake_time (envoi_service_get_clock (crew.fixture.service), 10 * 60);
  envoi_service_warm_up (crew.fixture.service, crew.account);
  wait_for_sign_in (&crew, 3);
  fixture_stop (&crew.fixture);
}

static void
check_stays_cold (Crew *crew)
{
  envoi_service_warm_up (crew->fixture.service, crew->account);
  envoi_test_settle ();
  g_assert_cmpint (envoi_practice_server_get_counts (crew->server).n_connections, ==, 0);
}

/* Nothing is sent ahead of a letter where that costs money, or was turned off. */
static void
test_stays_cold (void)
{
  TestNetwork *network = TEST_NETWORK (g_network_monitor_get_default ());
  g_autoptr (GSettings) settings = g_settings_new (ENVOI_APPLICATION_ID);
  Crew crew = { 0 };

  start (&crew, NULL, "right");
  test_network_set_metered (network, TRUE);
  check_stays_cold (&crew);
  test_network_set_metered (network, FALSE);
  g_settings_set_boolean (settings, "warm-connection", FALSE);
  check_stays_cold (&crew);
  g_settings_reset (settings, "warm-connection");

  envoi_service_warm_up (crew.fixture.service, crew.account);
  wait_for_sign_in (&crew, 1);
  fixture_stop (&crew.fixture);
}

/* After another network nothing that lay idle is used. */
static void
test_another_network (void)
{
  Crew crew = { 0 };

  start (&crew, NULL, "right");
  envoi_service_warm_up (crew.fixture.service, crew.account);
  wait_for_sign_in (&crew, 1);
  send_many (&crew, 1, 0);
  assert_many (&crew, 1, ENVOI_LETTER_SENT);
  g_assert_cmpint (envoi_practice_server_get_counts (crew.server).n_sign_ins, ==, 1);

  g_signal_emit_by_name (g_network_monitor_get_default (), "network-changed", TRUE);
  envoi_test_wait_until (is_empty, &crew);
  fixture_stop (&crew.fixture);
}

/* Hello, sign-in and a small letter with its end: three flights, and each is one
 * TLS record, which leaves by one write. */
static void
test_one_record_a_flight (void)
{
  Crew crew = { 0 };

  start (&crew, NULL, "right");
  send_many (&crew, 1, 0);
  assert_many (&crew, 1, ENVOI_LETTER_SENT);
  envoi_practice_server_hang_up (crew.server);
  envoi_test_wait_until (is_empty, &crew);
  g_assert_cmpint (envoi_practice_server_get_counts (crew.server).n_records, ==, 3);
  fixture_stop (&crew.fixture);
}

int
main (int   argc,
      char *argv[])
{
  envoi_test_init (&argc, &argv);
  test_network_use ();
  g_test_add_func ("/envoi/app/crew/two-connections", test_two_connections);
  g_test_add_func ("/envoi/app/crew/table-limit", test_table_limit);
  g_test_add_func ("/envoi/app/crew/few", test_few);
  g_test_add_func ("/envoi/app/crew/wrong-password", test_wrong_password);
  g_test_add_func ("/envoi/app/crew/turned-away", test_turned_away);
  g_test_add_func ("/envoi/app/crew/watched", test_watched);
  g_test_add_func ("/envoi/app/crew/warm-again", test_warm_again);
  g_test_add_func ("/envoi/app/crew/stays-cold", test_stays_cold);
  g_test_add_func ("/envoi/app/crew/another-network", test_another_network);
  g_test_add_func ("/envoi/app/crew/one-record-a-flight", test_one_record_a_flight);
  return g_test_run ();
}
