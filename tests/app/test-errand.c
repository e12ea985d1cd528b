/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "fixture.h"

#include "envoi-crew.h"
#include "envoi-test.h"

/* Letters that leave by one write are pledged together, and each commits before
 * it does. One that stops the flight must not take those behind it along. */

#define N_LETTERS 4

/* Opens when all letters are with the crew. */
typedef struct {
  GMutex mutex;
  GCond cond;
  gboolean is_open;
} Gate;

typedef struct {
  Gate *gate;                      /* nullable: its commit waits there */
  gboolean is_failing;             /* its commit fails */
  EnvoiPracticeServer *hangs_up;   /* nullable: at its commit */
  guint n_pledged;
  guint n_withdrawn;
  guint n_committed;
  EnvoiTestWait wait;
} Letter;

typedef struct {
  Fixture fixture;
  EnvoiPracticeServer *server;
  EnvoiLetterRecord *record;
  EnvoiSmtpEndpoint *endpoint;
  EnvoiSmtpCredentials *credentials;
  Gate gate;
  Letter letters[N_LETTERS];
} Flight;

static void
gate_pass (Gate *self)
{
  g_mutex_lock (&self->mutex);
  while (!self->is_open)
    g_cond_wait (&self->cond, &self->mutex);
  g_mutex_unlock (&self->mutex);
}

static void
gate_open (Gate *self)
{
  g_mutex_lock (&self->mutex);
  self->is_open = TRUE;
  g_cond_broadcast (&self->cond);
  g_mutex_unlock (&self->mutex);
}

static gboolean
pledge_cb (gpointer user_data)
{
  ((Letter *) user_data)->n_pledged++;
  return TRUE;
}

static void
withdraw_cb (gpointer user_data)
{
  ((Letter *) user_data)->n_withdrawn++;
}

static gboolean
commit_cb (gpointer   user_data,
           GError   **error)
{
  Letter *letter = user_data;

  if (letter->gate)
    gate_pass (letter->gate);
  if (letter->hangs_up)
    envoi_practice_server_hang_up (letter->hangs_up);
  if (letter->is_failing) {
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NO_SPACE, "The disk is full.");
    return FALSE;
  }

  letter->n_committed++;
  return TRUE;
}

static void
start (Flight *self)
{
  g_autoptr (EnvoiSecret) secret = envoi_secret_new ("right", -1);
  g_autoptr (EnvoiDraft) draft = NULL;
  g_autofree char *id = NULL;
  g_autoptr (GError) error = NULL;
  EnvoiSmtpTrust trust = { 0 };
  EnvoiAccount *account;

  g_mutex_init (&self->gate.mutex);
  g_cond_init (&self->gate.cond);
  fixture_start (&self->fixture,
                 (EnvoiServiceFlags) (ENVOI_SERVICE_SEND | ENVOI_SERVICE_PRACTICE), NULL);
  self->server = envoi_service_get_practice (self->fixture.service);
  envoi_practice_server_set_login (self->server, "practice@localhost", "right");
  account = fixture_add_account (&self->fixture, "me@example.org", "right");
  draft = fixture_write (&self->fixture, account, "you@example.org");
  id = fixture_send (&self->fixture, draft,
                     fixture_now (&self->fixture) + G_TIME_SPAN_DAY);
  self->record = fixture_load (&self->fixture, id);

  trust.ca_file = envoi_practice_server_get_ca_file (self->server);
  self->endpoint = envoi_smtp_endpoint_new ("127.0.0.1",
                                            envoi_practice_server_get_tls_port (self->server),
                                            ENVOI_SMTP_SECURITY_TLS, &trust,
                                            ENVOI_SMTP_QUIRK_NONE, &error);
  g_assert_no_error (error);
  self->credentials = envoi_smtp_credentials_new (ENVOI_SMTP_AUTH_AUTO, "practice@localhost",
                                                  secret);
}

static void
stop (Flight *self)
{
  g_mutex_clear (&self->gate.mutex);
  g_cond_clear (&self->gate.cond);
  envoi_letter_record_free (self->record);
  envoi_smtp_endpoint_unref (self->endpoint);
  envoi_smtp_credentials_unref (self->credentials);
  fixture_stop (&self->fixture);
}

static void
hand_over (Flight    *self,
           EnvoiCrew *crew,
           Letter    *letter)
{
  const char *const recipients[] = { "you@example.org", NULL };
  g_autoptr (EnvoiEnvelope) envelope =
    envoi_envelope_new ("me@example.org", recipients, ENVOI_ENVELOPE_NONE, NULL);
  EnvoiDelivery delivery = {
    .letter = self->record, .envelope = envelope, .pledge = pledge_cb, .withdraw = withdraw_cb,
    .commit = commit_cb, .user_data = letter,
  };

  EnvoiStore *store = envoi_service_get_store (self->fixture.service);
  EnvoiCourierJob *job = envoi_courier_job_new (self->endpoint, self->credentials, store,
                                                &delivery);

  envoi_crew_deliver_async (crew, job, NULL, envoi_test_wait_cb, &letter->wait);
}

static gboolean
is_idle (gpointer crew)
{
  return envoi_crew_is_idle (crew);
}

/* Sends all letters at once, and waits for what becomes of each. */
static void
send_all (Flight              *self,
          EnvoiDeliveryResult *results)
{
  EnvoiCrew *crew = envoi_crew_new (envoi_service_get_clock (self->fixture.service));

  self->letters[0].gate = &self->gate;
  for (guint i = 0; i < N_LETTERS; i++)
    hand_over (self, crew, &self->letters[i]);
  gate_open (&self->gate);

  for (guint i = 0; i < N_LETTERS; i++) {
    g_autoptr (GAsyncResult) result = envoi_test_wait (&self->letters[i].wait);
    EnvoiDeliveryOutcome *outcome = envoi_crew_deliver_finish (crew, result);

    g_test_message ("%u: %s", i, outcome->error_message ? outcome->error_message : "sent");
    results[i] = outcome->result;
    envoi_delivery_outcome_free (outcome);
  }

  envoi_crew_quit (crew);
  envoi_test_wait_until (is_idle, crew);
  envoi_test_let_go (&crew);
}

/* The letter behind the one that stopped the flight had been promised to the disk:
 * that is taken back, and it is sent all the same, once. */
static void
test_stopped_flight (void)
{
  Flight flight = { 0 };
  EnvoiDeliveryResult results[N_LETTERS];

  start (&flight);
  flight.letters[2].is_failing = TRUE;
  send_all (&flight, results);

  for (guint i = 0; i < N_LETTERS; i++) {
    const Letter *letter = &flight.letters[i];

    g_assert_cmpint (results[i] == ENVOI_DELIVERY_SENT, ==, i != 2);
    g_assert_cmpuint (letter->n_committed, ==, i == 2 ? 0 : 1);
    g_assert_cmpuint (letter->n_withdrawn, ==, i > 2 ? 1 : 0);
  }
  g_assert_cmpuint (fixture_count_received (&flight.fixture), ==, N_LETTERS - 1);
  stop (&flight);
}

/* Letters that have committed when the connection is lost are not taken back, and
 * never sent again without a word of the person. */
static void
test_lost_flight (void)
{
  Flight flight = { 0 };
  EnvoiDeliveryResult results[N_LETTERS];

  start (&flight);
  flight.letters[0].hangs_up = flight.server;
  send_all (&flight, results);

  for (guint i = 0; i < N_LETTERS; i++) {
    g_assert_cmpint (results[i], !=, ENVOI_DELIVERY_SENT);
    g_assert_cmpuint (flight.letters[i].n_committed, ==, 1);
    g_assert_cmpuint (flight.letters[i].n_withdrawn, ==, 0);
  }
  g_assert_cmpint (results[0], ==, ENVOI_DELIVERY_UNKNOWN);
  g_assert_cmpuint (fixture_count_received (&flight.fixture), ==, 0);
  stop (&flight);
}

int
main (int   argc,
      char *argv[])
{
  envoi_test_init (&argc, &argv);
  g_test_add_func ("/envoi/app/errand/stopped-flight", test_stopped_flight);
  g_test_add_func ("/envoi/app/errand/lost-flight", test_lost_flight);
  return g_test_run ();
}
