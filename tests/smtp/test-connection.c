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

/* Plays the files of tests/dialogues to the whole client over TCP and TLS, and
 * cancels it at every step of one of them. */

/* Long beside what a loaded machine needs, short where a server falls silent. */
static const EnvoiSmtpTimeouts long_timeouts = {
  .connect_ms = 20000, .tls_ms = 20000, .greeting_ms = 20000, .command_ms = 20000,
  .data_ms = 20000, .stall_ms = 20000, .final_ms = 20000, .quit_ms = 5000,
};
static const EnvoiSmtpTimeouts short_timeouts = {
  .connect_ms = 20000, .tls_ms = 20000, .greeting_ms = 20000, .command_ms = 300,
  .data_ms = 300, .stall_ms = 20000, .final_ms = 300, .quit_ms = 300,
};

typedef struct {
  const Dialogue *dialogue;
  EnvoiSmtpConnection *connection;
  GCancellable *cancellable;
  const EnvoiSmtpTimeouts *timeouts;   /* nullable */
  guint n_commits;
  guint64 progress;
  gboolean is_progress_wrong;
} Play;

static gboolean
has_verb (const Dialogue *dialogue,
          DialogueVerb    verb)
{
  for (guint i = 0; i < dialogue->steps->len; i++)
    if (((DialogueStep *) g_ptr_array_index (dialogue->steps, i))->verb == verb)
      return TRUE;

  return FALSE;
}

static gboolean
commit_cb (gpointer   user_data,
           GError   **error)
{
  ((Play *) user_data)->n_commits++;
  return TRUE;
}

static void
progress_cb (guint64  sent,
             guint64  total,
             gpointer user_data)
{
  Play *play = user_data;

  play->is_progress_wrong |= sent > total || sent <= play->progress;
  play->progress = sent;
}

static EnvoiSmtpOutcome *
send_letter (Play *play)
{
  const GString *text = play->dialogue->message;
  g_autoptr (EnvoiEnvelope) envelope = dialogue_dup_envelope (play->dialogue);
  g_autoptr (GInputStream) message =
    g_memory_input_stream_new_from_data (text->str, (gssize) text->len, NULL);
  EnvoiSmtpTransaction transaction = {
    .envelope = envelope, .message = message, .size = text->len,
    .is_8bit = play->dialogue->is_8bit, .commit = commit_cb, .progress = progress_cb,
    .user_data = play,
  };

  play->progress = 0;
  if (play->dialogue->is_probe)
    return envoi_smtp_connection_probe_sync (play->connection, "alice@example.org",
                                             play->cancellable);

  return envoi_smtp_connection_send_sync (play->connection, &transaction, play->cancellable);
}

/* Letters in flight, and what came of each. */
typedef struct {
  Play *play;
  EnvoiSmtpTransaction transactions[8];
  guint n_begun;
  guint n_done;
  EnvoiSmtpOutcome *last;
} Flight;

static const EnvoiSmtpTransaction *
next_cb (gpointer user_data)
{
  Flight *flight = user_data;

  if (flight->n_begun == flight->play->dialogue->n_letters)
    return NULL;

  return &flight->transactions[flight->n_begun++];
}

static void
done_cb (const EnvoiSmtpTransaction *transaction,
         EnvoiSmtpOutcome           *outcome,
         gpointer                    user_data)
{
  Flight *flight = user_data;
  char **each = flight->play->dialogue->expect_each;

  g_test_message ("letter %u: %s\n%s", flight->n_done + 1,
                  outcome->error ? outcome->error->message : "sent", outcome->transcript);
  g_assert_true (transaction == &flight->transactions[flight->n_done]);
  if (each)
    g_assert_cmpstr (dialogue_name_error (outcome->error), ==, each[flight->n_done]);

  flight->n_done++;
  g_clear_pointer (&flight->last, envoi_smtp_outcome_unref);
  flight->last = envoi_smtp_outcome_ref (outcome);
}

static EnvoiSmtpOutcome *
send_in_flight (Play *play)
{
  const GString *text = play->dialogue->message;
  g_autoptr (EnvoiEnvelope) envelope = dialogue_dup_envelope (play->dialogue);
  Flight flight = { .play = play };
  EnvoiSmtpLetterSource source = { .next = next_cb, .done = done_cb, .user_data = &flight };

  g_assert_cmpuint (play->dialogue->n_letters, <=, G_N_ELEMENTS (flight.transactions));
  for (guint i = 0; i < play->dialogue->n_letters; i++)
    flight.transactions[i] = (EnvoiSmtpTransaction) {
      .envelope = envelope, .size = text->len, .commit = commit_cb, .user_data = play,
      .message = g_memory_input_stream_new_from_data (text->str, (gssize) text->len, NULL),
    };

  envoi_smtp_connection_send_many_sync (play->connection, &source, play->cancellable);
  g_assert_cmpuint (flight.n_done, ==, flight.n_begun);
  if (play->dialogue->expect_each)
    g_assert_cmpuint (flight.n_done, ==, g_strv_length (play->dialogue->expect_each));

  for (guint i = 0; i < play->dialogue->n_letters; i++)
    g_object_unref (flight.transactions[i].message);
  return flight.last;
}

static EnvoiSmtpOutcome *
run_client (Play *play)
{
  g_autoptr (EnvoiSmtpCredentials) credentials = dialogue_dup_credentials (play->dialogue);
  EnvoiSmtpOutcome *outcome;

  outcome = envoi_smtp_connection_open_sync (play->connection, credentials, play->cancellable);
  if (play->dialogue->is_in_flight && !outcome->error) {
    envoi_smtp_outcome_unref (outcome);
    outcome = send_in_flight (play);
  }

  for (guint i = 0; !play->dialogue->is_in_flight && !outcome->error &&
       i < play->dialogue->n_letters; i++) {
    if (i > 0 && !envoi_smtp_connection_is_reusable (play->connection))
      break;

    envoi_smtp_outcome_unref (outcome);
    outcome = send_letter (play);
  }

  envoi_smtp_connection_close_sync (play->connection);
  return outcome;
}

static EnvoiSmtpOutcome *
run_play (Play       *play,
          TestServer *server)
{
  g_autoptr (EnvoiClock) clock = envoi_clock_new_system ();
  g_autoptr (EnvoiSmtpEndpoint) endpoint =
    dialogue_dup_endpoint (play->dialogue, test_server_get_port (server),
                           certificates_get_ca_file ());
  gboolean is_impatient = has_verb (play->dialogue, DIALOGUE_WAIT) && !play->cancellable;
  EnvoiSmtpOutcome *outcome;

  play->connection = envoi_smtp_connection_new (endpoint, clock);
  if (!play->timeouts)
    play->timeouts = is_impatient ? &short_timeouts : &long_timeouts;
  envoi_smtp_connection_set_timeouts (play->connection, play->timeouts);
  outcome = run_client (play);
  g_clear_object (&play->connection);
  return outcome;
}

static void
check_clear (const GString *in_clear)
{
  g_assert_null (strstr (in_clear->str, "AUTH"));
  g_assert_null (strstr (in_clear->str, "MAIL"));
  g_assert_null (strstr (in_clear->str, "open sesame"));
  g_assert_null (strstr (in_clear->str, "AGFsaWNl"));
}

static void
test_play (gconstpointer data)
{
  Play play = { .dialogue = data };
  TestServer *server = test_server_new (data, certificates_get_localhost ());
  g_autoptr (EnvoiSmtpOutcome) outcome = run_play (&play, server);
  g_autofree char *failure = NULL;
  g_autoptr (GString) in_clear = NULL;
  g_autoptr (GString) message = NULL;

  test_server_finish (server, &failure, &in_clear, &message);
  if (failure)
    g_error ("%s", failure);

  dialogue_check_outcome (play.dialogue, outcome);
  check_clear (in_clear);
  g_assert_false (play.is_progress_wrong);
  if (!outcome->error && !play.dialogue->is_probe)
    g_assert_true (g_str_has_suffix (message->str, play.dialogue->message->str));
  if (g_error_matches (outcome->error, ENVOI_SMTP_ERROR, ENVOI_SMTP_ERROR_OUTCOME_UNKNOWN))
    g_assert_cmpuint (play.n_commits, >, 0);
}

typedef struct {
  TestServer *server;
  GCancellable *cancellable;
  guint step;
} Canceller;

static gpointer
cancel_at_step (gpointer data)
{
  Canceller *canceller = data;

  test_server_wait_for_step (canceller->server, canceller->step);
  g_cancellable_cancel (canceller->cancellable);
  return NULL;
}

/* The dialogue up to a step, and then silence or the end. */
static Dialogue *
cut (const Dialogue *whole,
     guint           n_steps,
     DialogueVerb    last)
{
  Dialogue *part = g_new0 (Dialogue, 1);
  DialogueStep *end = g_new0 (DialogueStep, 1);

  *part = *whole;
  end->verb = last;
  end->text = g_strdup ("");
  part->steps = g_ptr_array_new ();
  for (guint i = 0; i < n_steps; i++)
    g_ptr_array_add (part->steps, g_ptr_array_index (whole->steps, i));
  g_ptr_array_add (part->steps, end);
  return part;
}

static void
free_part (Dialogue *part)
{
  DialogueStep *end = g_ptr_array_index (part->steps, part->steps->len - 1);

  g_free (end->text);
  g_free (end);
  g_ptr_array_unref (part->steps);
  g_free (part);
}

static void
cancel_in_silence (const Dialogue *whole,
                   guint           n_steps)
{
  Dialogue *part = cut (whole, n_steps, DIALOGUE_WAIT);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  Play play = { .dialogue = part, .cancellable = cancellable };
  TestServer *server = test_server_new (part, certificates_get_localhost ());
  Canceller canceller = { .server = server, .cancellable = cancellable, .step = n_steps };
  GThread *thread = g_thread_new ("canceller", cancel_at_step, &canceller);
  g_autoptr (EnvoiSmtpOutcome) outcome = run_play (&play, server);
  g_autofree char *failure = NULL;
  g_autoptr (GString) in_clear = NULL;
  g_autoptr (GString) message = NULL;
  gboolean is_after_last = has_verb (part, DIALOGUE_BODY);

  g_thread_join (thread);
  test_server_finish (server, &failure, &in_clear, &message);
  g_assert_cmpstr (dialogue_name_error (outcome->error), ==,
                   is_after_last ? "outcome-unknown" : "cancelled");
  free_part (part);
}

/* Silence at every step of a session, ended by the user: cancelled before the
 * last octet has left, unknown after it. Nothing but the cancel ends the wait,
 * since every deadline is far longer than the test's patience. */
static void
test_cancel (gconstpointer data)
{
  const Dialogue *dialogue = data;

  for (guint i = 0; i < dialogue->steps->len; i++) {
    const DialogueStep *step = g_ptr_array_index (dialogue->steps, i);

    if (step->verb == DIALOGUE_CLIENT && g_str_equal (step->text, "QUIT"))
      break;
    if (step->verb == DIALOGUE_SERVER || step->verb == DIALOGUE_TLS)
      cancel_in_silence (dialogue, i);
  }
}

static void
lose (const Dialogue *whole,
      guint           n_steps,
      DialogueVerb    how)
{
  Dialogue *part = cut (whole, n_steps, how);
  Play play = { .dialogue = part };
  TestServer *server = test_server_new (part, certificates_get_localhost ());
  g_autoptr (EnvoiSmtpOutcome) outcome = run_play (&play, server);
  g_autofree char *failure = NULL;
  g_autoptr (GString) in_clear = NULL;
  g_autoptr (GString) message = NULL;
  const char *got = dialogue_name_error (outcome->error);

  test_server_finish (server, &failure, &in_clear, &message);
  check_clear (in_clear);
  g_test_message ("%u: %s", n_steps, outcome->error->message);
  if (has_verb (part, DIALOGUE_BODY))
    g_assert_cmpstr (got, ==, "outcome-unknown");
  else
    g_assert_true (g_str_equal (got, "transient") || g_str_equal (got, "unreachable"));
  free_part (part);
}

/* The connection ends in order, or by a reset, at every step: before the whole
 * letter is out another try is safe, after that nobody knows. */
static void
test_lost (gconstpointer data)
{
  const Dialogue *dialogue = data;

  for (guint i = 0; i < dialogue->steps->len; i++) {
    const DialogueStep *step = g_ptr_array_index (dialogue->steps, i);

    if (step->verb == DIALOGUE_CLIENT && g_str_equal (step->text, "QUIT"))
      break;
    if (step->verb != DIALOGUE_SERVER && step->verb != DIALOGUE_TLS)
      continue;

    lose (dialogue, i, DIALOGUE_DROP);
    lose (dialogue, i, DIALOGUE_RST);
  }
}

/* Servers that are something else, or that are asked the wrong way: each gets a
 * sentence that says so, and none of them the sign-in. */
static void
test_not_mail (void)
{
  static const struct {
    const char *prose;
    EnvoiSmtpSecurity security;
    DialogueStep step;
    const char *words;
  } cases[] = {
    { "silence where a greeting is due", ENVOI_SMTP_SECURITY_STARTTLS,
      { DIALOGUE_WAIT, (char *) "", 1 }, "said nothing" },
    { "silence where TLS is due", ENVOI_SMTP_SECURITY_TLS,
      { DIALOGUE_WAIT, (char *) "", 1 }, "did not answer" },
    { "a greeting where TLS is due", ENVOI_SMTP_SECURITY_TLS,
      { DIALOGUE_SERVER, (char *) "220 mail.example.org ESMTP", 1 }, "220 mail.example.org" },
    { "a web server where TLS is due", ENVOI_SMTP_SECURITY_TLS,
      { DIALOGUE_SERVER, (char *) "HTTP/1.1 400 Bad Request", 1 }, "HTTP/1.1 400" },
    { "a web server where a greeting is due", ENVOI_SMTP_SECURITY_STARTTLS,
      { DIALOGUE_SERVER, (char *) "HTTP/1.1 400 Bad Request", 1 }, "HTTP/1.1 400" },
    { "another protocol", ENVOI_SMTP_SECURITY_STARTTLS,
      { DIALOGUE_SERVER, (char *) "SSH-2.0-OpenSSH_9.2", 1 }, "SSH-2.0" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GPtrArray) steps = g_ptr_array_new ();
    Dialogue dialogue = {
      .name = (char *) cases[i].prose, .host = (char *) "localhost", .secret = (char *) "secret",
      .steps = steps, .security = cases[i].security,
    };
    EnvoiSmtpTimeouts impatient = long_timeouts;
    Play play = { .dialogue = &dialogue, .timeouts = &impatient };
    g_autoptr (EnvoiSmtpOutcome) outcome = NULL;
    g_autofree char *failure = NULL;
    g_autoptr (GString) in_clear = NULL;
    g_autoptr (GString) message = NULL;
    TestServer *server;

    impatient.tls_ms = impatient.greeting_ms = cases[i].step.verb == DIALOGUE_WAIT ? 300 : 20000;
    g_ptr_array_add (steps, (gpointer) &cases[i].step);
    server = test_server_new (&dialogue, certificates_get_localhost ());
    outcome = run_play (&play, server);
    test_server_finish (server, &failure, &in_clear, &message);

    g_test_message ("%s: %s", cases[i].prose, outcome->error->message);
    g_assert_error (outcome->error, ENVOI_SMTP_ERROR, ENVOI_SMTP_ERROR_UNREACHABLE);
    g_assert_nonnull (strstr (outcome->error->message, cases[i].words));
    check_clear (in_clear);
  }
}

/* An address nobody listens at. */
static void
test_refused (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GSocketListener) listener = g_socket_listener_new ();
  guint16 port = g_socket_listener_add_any_inet_port (listener, NULL, &error);
  g_autoptr (EnvoiSmtpEndpoint) endpoint = NULL;
  g_autoptr (EnvoiClock) clock = envoi_clock_new_system ();
  g_autoptr (EnvoiSmtpConnection) connection = NULL;
  g_autoptr (EnvoiSmtpOutcome) outcome = NULL;

  g_socket_listener_close (listener);
  endpoint = envoi_smtp_endpoint_new ("127.0.0.1", port, ENVOI_SMTP_SECURITY_TLS, NULL,
                                      ENVOI_SMTP_QUIRK_NONE, &error);
  connection = envoi_smtp_connection_new (endpoint, clock);
  outcome = envoi_smtp_connection_open_sync (connection, NULL, NULL);

  g_assert_error (outcome->error, ENVOI_SMTP_ERROR, ENVOI_SMTP_ERROR_UNREACHABLE);
  g_assert_cmpint (outcome->phase, ==, ENVOI_SMTP_PHASE_CONNECT);
  g_assert_false (envoi_smtp_connection_is_reusable (connection));
  envoi_smtp_connection_close_sync (connection);
}

int
main (int    argc,
      char **argv)
{
  g_autoptr (GPtrArray) all = NULL;

  envoi_test_init (&argc, &argv);
  all = dialogue_load_all ();

  for (guint i = 0; i < all->len; i++) {
    const Dialogue *dialogue = g_ptr_array_index (all, i);
    g_autofree char *path = g_strdup_printf ("/envoi/smtp/connection/%s", dialogue->name);
    g_autofree char *lost = g_strdup_printf ("/envoi/smtp/connection-lost/%s", dialogue->name);
    g_autofree char *cancel = g_strdup_printf ("/envoi/smtp/connection-cancel/%s", dialogue->name);

    if (!g_str_equal (dialogue->host, "localhost"))
      continue;

    g_test_add_data_func (path, dialogue, test_play);
    if (g_str_equal (dialogue->name, "starttls") || g_str_equal (dialogue->name, "single-flight") ||
        g_str_equal (dialogue->name, "pipelined-data")) {
      g_test_add_data_func (cancel, dialogue, test_cancel);
      g_test_add_data_func (lost, dialogue, test_lost);
    }
  }
  g_test_add_func ("/envoi/smtp/connection/refused", test_refused);
  g_test_add_func ("/envoi/smtp/connection/not-mail", test_not_mail);

  return g_test_run ();
}
