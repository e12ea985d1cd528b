/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "fixture.h"

#include "envoi-test.h"

#include <poll.h>

/* How long a connection is kept for the next letter, and what that costs: seen
 * from the server, and from the one place where a courier waits for its socket.
 * This test stands in for poll() there, and its clock goes on when it is told. */

#define SENDER_WITH_PRACTICE ((EnvoiServiceFlags) (ENVOI_SERVICE_SEND | ENVOI_SERVICE_PRACTICE))
#define WARM_SECONDS 60
/* No wait within a dialogue is longer. */
#define LONGEST_OF_A_DIALOGUE_MS 1000

int __real_poll (struct pollfd *fds,
                 nfds_t         n,
                 int            timeout_ms);
int __wrap_poll (struct pollfd *fds,
                 nfds_t         n,
                 int            timeout_ms);

/* All atomic. */
static gint n_waits;
static gint n_resting;
static gint n_rings;
static gint longest_ms;

/* A wait for the next letter is over when the test says so. */
int
__wrap_poll (struct pollfd *fds,
             nfds_t         n,
             int            timeout_ms)
{
  gint n_rings_before = g_atomic_int_get (&n_rings);
  int n_ready;

  g_atomic_int_inc (&n_waits);
  if (timeout_ms <= LONGEST_OF_A_DIALOGUE_MS)
    return __real_poll (fds, n, timeout_ms);

  g_atomic_int_set (&longest_ms, timeout_ms);
  g_atomic_int_inc (&n_resting);
  do
    n_ready = __real_poll (fds, n, 10);
  while (n_ready == 0 && g_atomic_int_get (&n_rings) == n_rings_before);
  g_atomic_int_add (&n_resting, -1);
  return n_ready;
}

typedef struct {
  Fixture fixture;
  EnvoiPracticeServer *server;
  EnvoiAccount *account;
  int wanted;
} Warm;

static void
start (Warm *warm)
{
  fixture_start (&warm->fixture, SENDER_WITH_PRACTICE, NULL);
  warm->server = envoi_service_get_practice (warm->fixture.service);
  envoi_practice_server_set_login (warm->server, "practice@localhost", "right");
  warm->account = fixture_add_account (&warm->fixture, "me@example.org", "right");
}

static gboolean
is_resting (gpointer user_data)
{
  return g_atomic_int_get (&n_resting) == 1;
}

/* Returns when the courier has lain down again. */
static void
send_letter (Warm *warm)
{
  g_autoptr (EnvoiDraft) draft = fixture_write (&warm->fixture, warm->account, "you@example.org");
  g_autofree char *id = fixture_send (&warm->fixture, draft, fixture_now (&warm->fixture));
  g_autoptr (EnvoiLetterRecord) record = fixture_wait_settled (&warm->fixture, id);

  g_assert_cmpint (record->state, ==, ENVOI_LETTER_SENT);
  envoi_test_wait_until (is_resting, NULL);
}

static void
pass (Warm  *warm,
      guint  seconds)
{
  envoi_clock_add_fake_time (envoi_service_get_clock (warm->fixture.service), seconds);
}

static gboolean
has_waited (gpointer user_data)
{
  return g_atomic_int_get (&n_waits) > ((Warm *) user_data)->wanted;
}

/* A wait that is over before its time, as by a signal. */
static void
disturb (Warm *warm)
{
  warm->wanted = g_atomic_int_get (&n_waits);
  g_atomic_int_inc (&n_rings);
  envoi_test_wait_until (has_waited, warm);
  envoi_test_wait_until (is_resting, NULL);
}

static gboolean
is_empty (gpointer user_data)
{
  return envoi_practice_server_get_counts (((Warm *) user_data)->server).n_open == 0;
}

static void
assert_counts (Warm *warm,
               int   n_connections,
               int   n_quits)
{
  EnvoiPracticeCounts counts = envoi_practice_server_get_counts (warm->server);

  g_assert_cmpint (counts.n_connections, ==, n_connections);
  g_assert_cmpint (counts.n_sign_ins, ==, n_connections);
  g_assert_cmpint (counts.n_quits, ==, n_quits);
}

/* Within a minute the next letter goes over the same connection, and begins the minute anew. */
static void
test_used_within (void)
{
  Warm warm = { 0 };

  start (&warm);
  send_letter (&warm);
  for (guint i = 0; i < 3; i++) {
    pass (&warm, WARM_SECONDS / 2);
    disturb (&warm);
    send_letter (&warm);
  }

  assert_counts (&warm, 1, 0);
  fixture_stop (&warm.fixture);
}

/* After it the server hears QUIT, and the next letter makes a connection of its own. */
static void
test_closed_after (void)
{
  Warm warm = { 0 };

  start (&warm);
  send_letter (&warm);
  g_assert_cmpint (g_atomic_int_get (&longest_ms), <, (WARM_SECONDS + 1) * 1000);
  pass (&warm, WARM_SECONDS);
  g_atomic_int_inc (&n_rings);
  envoi_test_wait_until (is_empty, &warm);
  assert_counts (&warm, 1, 1);

  send_letter (&warm);
  assert_counts (&warm, 2, 1);
  fixture_stop (&warm.fixture);
}

/* Meanwhile nothing wakes the courier but its one timer. */
static void
test_one_timer (void)
{
  Warm warm = { 0 };
  gint n_waits_before;

  start (&warm);
  send_letter (&warm);
  n_waits_before = g_atomic_int_get (&n_waits);
  envoi_test_settle ();
  g_assert_cmpint (g_atomic_int_get (&n_waits), ==, n_waits_before);

  pass (&warm, WARM_SECONDS);
  g_atomic_int_inc (&n_rings);
  envoi_test_wait_until (is_empty, &warm);
  g_assert_cmpint (g_atomic_int_get (&n_resting), ==, 0);
  fixture_stop (&warm.fixture);
}

int
main (int   argc,
      char *argv[])
{
  envoi_test_init (&argc, &argv);
  g_test_add_func ("/envoi/app/warm/used-within", test_used_within);
  g_test_add_func ("/envoi/app/warm/closed-after", test_closed_after);
  g_test_add_func ("/envoi/app/warm/one-timer", test_one_timer);
  return g_test_run ();
}
