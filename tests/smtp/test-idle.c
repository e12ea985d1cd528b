/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-test"

#include "config.h"

#include "certificates.h"
#include "dialogue.h"
#include "test-server.h"

#include "envoi-smtp-connection-private.h"
#include "envoi-smtp-error.h"

#include "envoi-test.h"

#include <string.h>

/* A connection that waits: for a token that is still on its way, for the next
 * letter, or through the sleep of the computer. */

#define GREETED_STEPS 9   /* of single-flight: up to the reply to EHLO */

static const EnvoiSmtpTimeouts patient = {
  .connect_ms = 20000, .tls_ms = 20000, .greeting_ms = 20000, .command_ms = 20000,
  .data_ms = 20000, .stall_ms = 20000, .final_ms = 20000, .quit_ms = 5000,
};

typedef struct {
  Dialogue *dialogue;
  TestServer *server;
  EnvoiClock *clock;
  EnvoiSmtpConnection *connection;
  EnvoiSmtpCredentials *credentials;
} Wait;

static gboolean
commit_cb (gpointer   user_data,
           GError   **error)
{
  return TRUE;
}

/* So long that only a sleep ends it. */
static const EnvoiSmtpTimeouts lasting = {
  .connect_ms = 600000, .tls_ms = 600000, .greeting_ms = 600000, .command_ms = 600000,
  .data_ms = 600000, .stall_ms = 600000, .final_ms = 600000, .quit_ms = 5000,
};

static void
cut (Dialogue     *dialogue,
     guint         n_steps,
     DialogueVerb  end)
{
  DialogueStep *last = g_new0 (DialogueStep, 1);

  last->verb = end;
  last->text = g_strdup ("");
  g_ptr_array_set_size (dialogue->steps, (int) n_steps);
  g_ptr_array_add (dialogue->steps, last);
}

static void
start_whole (Wait       *self,
             const char *name)
{
  g_autoptr (EnvoiSmtpEndpoint) endpoint = NULL;

  if (!self->dialogue)
    self->dialogue = dialogue_load (name);

  self->server = test_server_new (self->dialogue, certificates_get_localhost ());
  endpoint = dialogue_dup_endpoint (self->dialogue, test_server_get_port (self->server),
                                    certificates_get_ca_file ());
  self->clock = envoi_clock_new_system ();
  self->connection = envoi_smtp_connection_new (endpoint, self->clock);
  envoi_smtp_connection_set_timeouts (self->connection, &patient);
  self->credentials = dialogue_dup_credentials (self->dialogue);
}

/* @end: what the server does after so many steps. */
static void
start (Wait         *self,
       guint         n_steps,
       DialogueVerb  end)
{
  self->dialogue = dialogue_load ("single-flight");
  cut (self->dialogue, n_steps, end);
  start_whole (self, NULL);
}

/* @says_bye: whether the client leaves as the dialogue has it. */
static void
stop (Wait     *self,
      gboolean  says_bye)
{
  g_autofree char *failure = NULL;
  g_autoptr (GString) in_clear = NULL;
  g_autoptr (GString) message = NULL;

  envoi_smtp_connection_close_sync (self->connection);
  g_clear_object (&self->connection);
  g_clear_object (&self->clock);
  test_server_finish (self->server, &failure, &in_clear, &message);
  g_assert_cmpint (failure == NULL, ==, says_bye);
  envoi_smtp_credentials_unref (self->credentials);
  dialogue_free (self->dialogue);
}

static EnvoiSmtpOutcome *
send_letter (Wait *self)
{
  const GString *text = self->dialogue->message;
  g_autoptr (EnvoiEnvelope) envelope = dialogue_dup_envelope (self->dialogue);
  g_autoptr (GInputStream) message =
    g_memory_input_stream_new_from_data (text->str, (gssize) text->len, NULL);
  EnvoiSmtpTransaction transaction = {
    .envelope = envelope, .message = message, .size = text->len, .commit = commit_cb,
  };

  return envoi_smtp_connection_send_sync (self->connection, &transaction, NULL);
}

static void
greet (Wait *self)
{
  g_autoptr (EnvoiSmtpOutcome) outcome =
    envoi_smtp_connection_greet_sync (self->connection, NULL);

  g_assert_no_error (outcome->error);
}

/* All but the sign-in is done while nobody has a token yet; it then comes first. */
static void
test_token_on_its_way (void)
{
  Wait wait = { 0 };
  g_autoptr (EnvoiSmtpOutcome) signed_in = NULL;
  g_autoptr (EnvoiSmtpOutcome) sent = NULL;

  start_whole (&wait, "single-flight");
  greet (&wait);
  test_server_wait_for_step (wait.server, GREETED_STEPS);
  g_assert_false (envoi_smtp_connection_is_reusable (wait.connection));
  g_assert_true (envoi_smtp_connection_can_sign_in (wait.connection));

  signed_in = envoi_smtp_connection_sign_in_sync (wait.connection, wait.credentials, NULL);
  g_assert_no_error (signed_in->error);
  g_assert_false (envoi_smtp_connection_can_sign_in (wait.connection));
  sent = send_letter (&wait);
  g_assert_no_error (sent->error);
  stop (&wait, TRUE);
}

/* The server did not wait as long as the token took. */
static void
test_token_too_late (void)
{
  Wait wait = { 0 };
  g_autoptr (EnvoiSmtpOutcome) outcome = NULL;

  start (&wait, GREETED_STEPS, DIALOGUE_DROP);
  greet (&wait);
  g_assert_false (envoi_smtp_connection_watch_sync (wait.connection, 20000, NULL));
  g_assert_false (envoi_smtp_connection_can_sign_in (wait.connection));
  outcome = envoi_smtp_connection_sign_in_sync (wait.connection, wait.credentials, NULL);
  g_assert_error (outcome->error, ENVOI_SMTP_ERROR, ENVOI_SMTP_ERROR_TRANSIENT);
  stop (&wait, TRUE);
}

/* The clock that goes on in suspend is ahead of the one that does not. */
static void
sleep_for (Wait   *self,
           guint   seconds)
{
  envoi_clock_add_fake_sleep (self->clock, seconds);
}

static void
open_and_send (Wait *self)
{
  g_autoptr (EnvoiSmtpOutcome) opened =
    envoi_smtp_connection_open_sync (self->connection, self->credentials, NULL);
  g_autoptr (EnvoiSmtpOutcome) sent = NULL;

  g_assert_no_error (opened->error);
  sent = send_letter (self);
  g_assert_no_error (sent->error);
}

/* What the network has forgotten would be found out by a letter of unknown outcome:
 * so after the computer's sleep no letter is risked on the connection. */
static void
test_sleep_between_letters (void)
{
  Wait wait = { 0 };
  g_autoptr (EnvoiSmtpOutcome) second = NULL;

  start_whole (&wait, "single-flight");
  open_and_send (&wait);
  g_assert_true (envoi_smtp_connection_is_reusable (wait.connection));

  sleep_for (&wait, 600);
  g_assert_false (envoi_smtp_connection_is_reusable (wait.connection));
  second = send_letter (&wait);
  g_assert_error (second->error, ENVOI_SMTP_ERROR, ENVOI_SMTP_ERROR_TRANSIENT);
  stop (&wait, FALSE);
}

static void
test_sleep_before_sign_in (void)
{
  Wait wait = { 0 };

  start (&wait, GREETED_STEPS, DIALOGUE_WAIT);
  greet (&wait);
  g_assert_true (envoi_smtp_connection_can_sign_in (wait.connection));
  sleep_for (&wait, 600);
  g_assert_false (envoi_smtp_connection_can_sign_in (wait.connection));
  stop (&wait, TRUE);
}

/* The two clocks are not read at one instant. */
static void
test_nap (void)
{
  Wait wait = { 0 };

  start_whole (&wait, "single-flight");
  open_and_send (&wait);
  sleep_for (&wait, 1);
  g_assert_true (envoi_smtp_connection_is_reusable (wait.connection));
  stop (&wait, TRUE);
}

typedef struct {
  const char *prose;
  guint n_steps;            /* of single-flight, after which the server is silent */
  const char *expect;
} Silence;

static const Silence silences[] = {
  { "before TLS", 0, "unreachable" },
  { "before the greeting", 1, "unreachable" },
  { "before the reply to EHLO", 3, "transient" },
  { "before the reply to AUTH", 10, "transient" },
  { "before the reply to the letter", 15, "outcome-unknown" },
};

typedef struct {
  Wait *wait;
  guint n_steps;
  gint is_over;             /* atomic */
} Sleeper;

/* Again and again: the client may have begun to wait only after the first sleep. */
static gpointer
sleep_until_over (gpointer data)
{
  Sleeper *sleeper = data;

  test_server_wait_for_step (sleeper->wait->server, sleeper->n_steps);
  while (!g_atomic_int_get (&sleeper->is_over)) {
    sleep_for (sleeper->wait, 3600);
    g_usleep (20000);
  }

  return NULL;
}

/* A deadline that passed while the computer slept has passed. */
static void
test_sleep_in_silence (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (silences); i++) {
    Wait wait = { 0 };
    Sleeper sleeper = { .wait = &wait, .n_steps = silences[i].n_steps };
    g_autoptr (EnvoiSmtpOutcome) outcome = NULL;
    GThread *thread;

    start (&wait, silences[i].n_steps, DIALOGUE_WAIT);
    envoi_smtp_connection_set_timeouts (wait.connection, &lasting);
    thread = g_thread_new ("sleeper", sleep_until_over, &sleeper);
    outcome = envoi_smtp_connection_open_sync (wait.connection, wait.credentials, NULL);
    if (!outcome->error) {
      envoi_smtp_outcome_unref (outcome);
      outcome = send_letter (&wait);
    }
    g_atomic_int_set (&sleeper.is_over, TRUE);
    g_thread_join (thread);

    g_test_message ("%s: %s", silences[i].prose, outcome->error ? outcome->error->message : "sent");
    g_assert_cmpstr (dialogue_name_error (outcome->error), ==, silences[i].expect);
    stop (&wait, TRUE);
  }
}

static void
sleep_over_greeting_cb (EnvoiSmtpPhase phase,
                        gpointer       user_data)
{
  Wait *wait = user_data;

  if (phase == ENVOI_SMTP_PHASE_GREETING) {
    test_server_wait_for_step (wait->server, 1);
    sleep_for (wait, 3600);
  }
}

/* What came in time is not thrown away because nobody was awake to read it. */
static void
test_sleep_over_reply (void)
{
  Wait wait = { 0 };
  g_autoptr (EnvoiSmtpOutcome) sent = NULL;
  g_autoptr (EnvoiSmtpOutcome) opened = NULL;

  start_whole (&wait, "starttls");
  envoi_smtp_connection_set_timeouts (wait.connection, &lasting);
  envoi_smtp_connection_set_phase_func (wait.connection, sleep_over_greeting_cb, &wait);
  opened = envoi_smtp_connection_open_sync (wait.connection, wait.credentials, NULL);
  g_assert_no_error (opened->error);
  sent = send_letter (&wait);
  g_assert_no_error (sent->error);
  stop (&wait, TRUE);
}

int
main (int    argc,
      char **argv)
{
  envoi_test_init (&argc, &argv);

  g_test_add_func ("/envoi/smtp/idle/token-on-its-way", test_token_on_its_way);
  g_test_add_func ("/envoi/smtp/idle/token-too-late", test_token_too_late);
  g_test_add_func ("/envoi/smtp/idle/sleep-between-letters", test_sleep_between_letters);
  g_test_add_func ("/envoi/smtp/idle/sleep-before-sign-in", test_sleep_before_sign_in);
  g_test_add_func ("/envoi/smtp/idle/nap", test_nap);
  g_test_add_func ("/envoi/smtp/idle/sleep-in-silence", test_sleep_in_silence);
  g_test_add_func ("/envoi/smtp/idle/sleep-over-reply", test_sleep_over_reply);

  return g_test_run ();
}
