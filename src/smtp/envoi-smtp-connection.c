/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-smtp"

#include "config.h"

#include "envoi-smtp-connection.h"

#include "envoi-smtp-connection-private.h"
#include "envoi-smtp-dial.h"
#include "envoi-smtp-error.h"
#include "envoi-smtp-machine.h"
#include "envoi-smtp-outcome-private.h"
#include "envoi-smtp-transport.h"

#define INPUT_OCTETS (16 * 1024)
#define PIECE_OCTETS (64 * 1024)
/* How often progress is looked at while the kernel drains. */
#define PROGRESS_MS 200

/**
 * EnvoiSmtpConnection:
 *
 * Drives a machine over a socket: does what the machine asks for, keeps the
 * deadlines, and tells the machine what came of it. It knows no SMTP.
 *
 * Thread: courier
 */
struct _EnvoiSmtpConnection {
  GObject parent_instance;

  EnvoiSmtpEndpoint *endpoint;
  EnvoiClock *clock;
  EnvoiSmtpTimeouts timeouts;

  EnvoiSmtpMachine *machine;
  EnvoiSmtpTransport *transport;  /* nullable, while connected */
  EnvoiSmtpServerInfo info;
  guint8 *input;
  guint8 *piece;

  EnvoiSmtpPhaseFunc phase_func;
  gpointer phase_data;
  EnvoiSmtpPhase last_phase;

  const EnvoiSmtpTransaction *transaction;  /* borrowed, while a letter is sent */
  guint64 n_body_given;
  guint64 n_reported;
  GCancellable *cancellable;                /* borrowed, while an operation runs */

  guint n_replies_seen;
  gint64 reply_since_us;          /* when the reply that is awaited began to be */
  gint64 moved_us;                /* when output last moved */
  guint64 n_sent_seen;
};

G_DEFINE_FINAL_TYPE (EnvoiSmtpConnection, envoi_smtp_connection, G_TYPE_OBJECT)

static const EnvoiSmtpTimeouts default_timeouts = {
  .connect_ms = 40 * 1000,
  .tls_ms = 20 * 1000,
  .greeting_ms = 60 * 1000,
  .command_ms = 60 * 1000,
  .data_ms = 120 * 1000,
  .stall_ms = 60 * 1000,
  .final_ms = 600 * 1000,
  .quit_ms = 2 * 1000,
};

static void
clear_info (EnvoiSmtpServerInfo *info)
{
  g_clear_pointer (&info->greeting, g_free);
  g_clear_pointer (&info->keywords, g_strfreev);
  g_clear_pointer (&info->tls_version, g_free);
  g_clear_pointer (&info->tls_cipher, g_free);
  g_clear_pointer (&info->certificate, g_free);
  g_clear_pointer (&info->certificate_key, g_free);
  g_clear_pointer (&info->mechanism, g_free);
}

static void
learn (EnvoiSmtpConnection *self)
{
  const EnvoiSmtpCapabilities *offers = envoi_smtp_machine_get_capabilities (self->machine);

  g_free (self->info.greeting);
  g_free (self->info.mechanism);
  g_strfreev (self->info.keywords);
  self->info.greeting = g_strdup (envoi_smtp_machine_get_greeting (self->machine));
  self->info.mechanism = g_strdup (envoi_smtp_machine_get_mechanism (self->machine));
  self->info.keywords = offers ? g_strdupv (offers->keywords) : NULL;
  self->info.size_limit = offers ? offers->size_limit : 0;
}

static void
tell_phase (EnvoiSmtpConnection *self)
{
  EnvoiSmtpPhase phase = envoi_smtp_machine_get_phase (self->machine);

  if (phase == self->last_phase)
    return;

  self->last_phase = phase;
  if (self->phase_func)
    self->phase_func (phase, self->phase_data);
}

static guint
get_reply_timeout (EnvoiSmtpConnection *self)
{
  switch (envoi_smtp_machine_get_phase (self->machine)) {
    case ENVOI_SMTP_PHASE_GREETING:
      return self->timeouts.greeting_ms;
    case ENVOI_SMTP_PHASE_DATA:
      return self->timeouts.data_ms;
    case ENVOI_SMTP_PHASE_FINAL:
      return self->timeouts.final_ms;
    case ENVOI_SMTP_PHASE_QUIT:
      return self->timeouts.quit_ms;
    default:
      return self->timeouts.command_ms;
  }
}

static gboolean
is_writing (EnvoiSmtpConnection *self)
{
  gsize n_output;

  envoi_smtp_machine_peek_output (self->machine, &n_output);
  return n_output > 0 || envoi_smtp_transport_has_unsent (self->transport);
}

/* A reply's deadline is absolute, so that one octet a minute does not live for
 * ever; a body may take as long as it moves. */
static gint64
get_deadline (EnvoiSmtpConnection *self)
{
  guint64 n_sent = envoi_smtp_transport_get_n_sent (self->transport);
  guint n_replies = envoi_smtp_machine_get_n_replies (self->machine);
  gint64 now = g_get_monotonic_time ();

  if (n_sent != self->n_sent_seen) {
    self->n_sent_seen = n_sent;
    self->moved_us = now;
    self->reply_since_us = now;
  }
  if (n_replies != self->n_replies_seen) {
    self->n_replies_seen = n_replies;
    self->reply_since_us = now;
  }

  if (is_writing (self))
    return self->moved_us + (gint64) self->timeouts.stall_ms * 1000;

  return self->reply_since_us + (gint64) get_reply_timeout (self) * 1000;
}

static void
begin_clocks (EnvoiSmtpConnection *self)
{
  self->reply_since_us = self->moved_us = g_get_monotonic_time ();
}

static guint
get_ms_left (gint64 deadline_us)
{
  gint64 left_us = deadline_us - g_get_monotonic_time ();

  return left_us <= 0 ? 0 : (guint) MIN (left_us / 1000 + 1, G_MAXINT);
}

static void
fail (EnvoiSmtpConnection *self,
      const GError        *error)
{
  envoi_smtp_machine_did_fail (self->machine, error,
                               self->transport &&
                               envoi_smtp_transport_has_unsent (self->transport));
}

static void
fail_late (EnvoiSmtpConnection *self)
{
  EnvoiSmtpPhase phase = envoi_smtp_machine_get_phase (self->machine);
  gboolean is_greeting = phase == ENVOI_SMTP_PHASE_GREETING;
  g_autoptr (GError) error = NULL;

  if (is_greeting || phase == ENVOI_SMTP_PHASE_TLS)
    error = g_error_new (ENVOI_SMTP_ERROR, ENVOI_SMTP_ERROR_UNREACHABLE,
                         is_greeting ? "The server at %s took the connection and said nothing; "
                         "it may not be a mail server, or want TLS from the start."
                         : "The server at %s took the connection and did not answer; it may not "
                         "be a mail server, or not begin with TLS on this port.",
                         envoi_smtp_endpoint_get_host (self->endpoint));
  else
    error = g_error_new (ENVOI_SMTP_ERROR, ENVOI_SMTP_ERROR_TRANSIENT,
                         "The server at %s did not go on in time.",
                         envoi_smtp_endpoint_get_host (self->endpoint));

  fail (self, error);
}

static void
tell_progress (EnvoiSmtpConnection *self)
{
  const EnvoiSmtpTransaction *transaction = self->transaction;
  gsize n_output;
  guint64 n_waiting, n_arrived;

  if (!transaction || !transaction->progress || !self->transport || self->n_body_given == 0)
    return;

  envoi_smtp_machine_peek_output (self->machine, &n_output);
  n_waiting = n_output + envoi_smtp_transport_count_unsent (self->transport) +
              envoi_smtp_transport_count_unacked (self->transport);
  n_arrived = n_waiting < self->n_body_given ? self->n_body_given - n_waiting : 0;

  if (n_arrived > self->n_reported) {
    self->n_reported = n_arrived;
    transaction->progress (n_arrived, transaction->size, transaction->user_data);
  }
}

static gboolean
wants_progress (EnvoiSmtpConnection *self)
{
  return self->transaction && self->transaction->progress &&
         self->n_reported < self->transaction->size && self->n_body_given > 0;
}

static void
exchange (EnvoiSmtpConnection *self)
{
  g_autoptr (GError) error = NULL;
  EnvoiSmtpExchange turn = { .input = self->input, .n_input = INPUT_OCTETS };
  guint ms_left = get_ms_left (get_deadline (self));

  if (ms_left == 0) {
    fail_late (self);
    return;
  }
  if (wants_progress (self))
    ms_left = MIN (ms_left, PROGRESS_MS);

  turn.output = envoi_smtp_machine_peek_output (self->machine, &turn.n_output);
  if (!envoi_smtp_transport_exchange (self->transport, &turn, ms_left, self->cancellable, &error)) {
    fail (self, error);
    return;
  }

  envoi_smtp_machine_did_write (self->machine, turn.n_taken);
  tell_progress (self);
  if (turn.n_read > 0)
    envoi_smtp_machine_did_read (self->machine, self->input, turn.n_read);
  else if (turn.is_hung_up)
    envoi_smtp_machine_did_hang_up (self->machine,
                                    envoi_smtp_transport_has_unsent (self->transport));
}

static void
learn_tls (EnvoiSmtpConnection *self)
{
  g_autofree char *note = NULL;

  g_free (self->info.tls_version);
  g_free (self->info.tls_cipher);
  g_free (self->info.certificate);
  g_free (self->info.certificate_key);
  self->info.tls_version = envoi_smtp_transport_dup_version (self->transport);
  self->info.tls_cipher = envoi_smtp_transport_dup_cipher (self->transport);
  self->info.certificate = envoi_smtp_transport_describe_peer (self->transport);
  self->info.certificate_key = envoi_smtp_transport_dup_peer_key (self->transport);

  note = g_strdup_printf ("%s, %s", self->info.tls_version, self->info.tls_cipher);
  envoi_smtp_machine_add_note (self->machine, note);
}

static gboolean
make_tls (EnvoiSmtpConnection  *self,
          GError              **error)
{
  gint64 deadline = g_get_monotonic_time () + (gint64) self->timeouts.tls_ms * 1000;
  gboolean is_done = FALSE;

  if (!envoi_smtp_transport_start_tls (self->transport, self->endpoint, error))
    return FALSE;

  while (!is_done) {
    guint ms_left = get_ms_left (deadline);

    if (ms_left == 0) {
      fail_late (self);
      return TRUE;
    }
    if (!envoi_smtp_transport_handshake (self->transport, ms_left, self->cancellable,
                                         &is_done, error))
      return FALSE;
  }

  learn_tls (self);
  return envoi_smtp_transport_verify (self->transport, self->endpoint, error);
}

static void
handshake (EnvoiSmtpConnection *self)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) binding = NULL;

  if (!make_tls (self, &error)) {
    fail (self, error);
    return;
  }
  if (envoi_smtp_machine_get_state (self->machine) != ENVOI_SMTP_STATE_HANDSHAKE)
    return;

  binding = envoi_smtp_transport_dup_binding (self->transport);
  envoi_smtp_machine_did_handshake (self->machine, binding);
  begin_clocks (self);
}

static void
give_body (EnvoiSmtpConnection *self)
{
  g_autoptr (GError) error = NULL;
  gssize n = g_input_stream_read (self->transaction->message, self->piece, PIECE_OCTETS,
                                  self->cancellable, &error);

  if (n < 0) {
    fail (self, error);
  } else if (n == 0) {
    envoi_smtp_machine_end_body (self->machine);
  } else {
    self->n_body_given += (guint64) n;
    envoi_smtp_machine_give_body (self->machine, self->piece, (gsize) n);
  }
}

static void
commit (EnvoiSmtpConnection *self)
{
  const EnvoiSmtpTransaction *transaction = self->transaction;
  g_autoptr (GError) error = NULL;

  if (transaction->commit && !transaction->commit (transaction->user_data, &error)) {
    if (!error)
      g_set_error_literal (&error, G_IO_ERROR, G_IO_ERROR_CANCELLED, "Sending was stopped.");
    fail (self, error);
    return;
  }

  envoi_smtp_machine_did_commit (self->machine);
}

static void
do_action (EnvoiSmtpConnection *self,
           EnvoiSmtpAction      action)
{
  switch (action) {
    case ENVOI_SMTP_ACTION_HANDSHAKE:
      handshake (self);
      break;
    case ENVOI_SMTP_ACTION_BODY:
      give_body (self);
      break;
    case ENVOI_SMTP_ACTION_COMMIT:
      commit (self);
      break;
    default:
      exchange (self);
      break;
  }
}

static void
drop_if_closed (EnvoiSmtpConnection *self)
{
  if (!self->transport || envoi_smtp_machine_get_state (self->machine) != ENVOI_SMTP_STATE_CLOSED)
    return;

  envoi_smtp_transport_say_bye (self->transport);
  g_clear_pointer (&self->transport, envoi_smtp_transport_free);
}

/* Does what the machine asks for until its operation is over. */
static EnvoiSmtpOutcome *
run (EnvoiSmtpConnection *self,
     GCancellable        *cancellable)
{
  EnvoiSmtpAction action;

  self->cancellable = cancellable;
  begin_clocks (self);

  while ((action = envoi_smtp_machine_get_action (self->machine)) != ENVOI_SMTP_ACTION_DONE) {
    g_autoptr (GError) error = NULL;

    tell_phase (self);
    if (g_cancellable_set_error_if_cancelled (cancellable, &error))
      fail (self, error);
    else
      do_action (self, action);
  }

  self->cancellable = NULL;
  learn (self);
  drop_if_closed (self);
  return envoi_smtp_machine_take_outcome (self->machine);
}

static EnvoiSmtpOutcome *
report_not_ready (void)
{
  EnvoiSmtpOutcome *outcome = envoi_smtp_outcome_new (ENVOI_SMTP_PHASE_MAIL);

  g_set_error_literal (&outcome->error, ENVOI_SMTP_ERROR, ENVOI_SMTP_ERROR_TRANSIENT,
                       "The connection to the server is no longer open.");
  outcome->transcript = g_strdup ("");
  return outcome;
}

static void
envoi_smtp_connection_finalize (GObject *object)
{
  EnvoiSmtpConnection *self = ENVOI_SMTP_CONNECTION (object);

  g_clear_pointer (&self->transport, envoi_smtp_transport_free);
  envoi_smtp_machine_free (self->machine);
  envoi_smtp_endpoint_unref (self->endpoint);
  g_clear_object (&self->clock);
  clear_info (&self->info);
  g_free (self->input);
  g_free (self->piece);

  G_OBJECT_CLASS (envoi_smtp_connection_parent_class)->finalize (object);
}

static void
envoi_smtp_connection_class_init (EnvoiSmtpConnectionClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = envoi_smtp_connection_finalize;
}

static void
envoi_smtp_connection_init (EnvoiSmtpConnection *self)
{
  self->timeouts = default_timeouts;
  self->input = g_malloc (INPUT_OCTETS);
  self->piece = g_malloc (PIECE_OCTETS);
  self->last_phase = (EnvoiSmtpPhase) -1;
}

/**
 * envoi_smtp_connection_new:
 * @endpoint: where to submit and whom to trust there
 * @clock: for the times in the transcript
 *
 * Makes a connection that is not open. One object serves one connection: after
 * it was closed or lost a new one is made.
 *
 * Returns: (transfer full): the connection
 *
 * Thread: courier
 */
EnvoiSmtpConnection *
envoi_smtp_connection_new (EnvoiSmtpEndpoint *endpoint,
                           EnvoiClock        *clock)
{
  EnvoiSmtpConnection *self = g_object_new (ENVOI_TYPE_SMTP_CONNECTION, NULL);

  self->endpoint = envoi_smtp_endpoint_ref (endpoint);
  self->clock = g_object_ref (clock);
  self->machine = envoi_smtp_machine_new (endpoint, clock);
  return self;
}

/**
 * envoi_smtp_connection_set_phase_func:
 * @self: a connection
 * @func: (nullable): told of each phase as it begins
 * @user_data: for @func
 *
 * Lets somebody follow the phases.
 *
 * Thread: courier
 */
void
envoi_smtp_connection_set_phase_func (EnvoiSmtpConnection *self,
                                      EnvoiSmtpPhaseFunc   func,
                                      gpointer             user_data)
{
  self->phase_func = func;
  self->phase_data = user_data;
}

/**
 * envoi_smtp_connection_set_timeouts:
 * @self: a connection
 * @timeouts: how long each wait may take
 *
 * Replaces the deadlines, which otherwise are those that suit a person who
 * waits (RFC 5321 section 4.5.3.2 allows minutes for each).
 *
 * Thread: courier
 */
void
envoi_smtp_connection_set_timeouts (EnvoiSmtpConnection     *self,
                                    const EnvoiSmtpTimeouts *timeouts)
{
  self->timeouts = *timeouts;
}

/**
 * envoi_smtp_connection_open_sync:
 * @self: a new connection
 * @credentials: (nullable): who signs in; NULL only for a server that asks nobody
 * @cancellable: (nullable): ends every wait within 100 ms
 *
 * Connects, makes TLS, says EHLO and signs in.
 *
 * Errors: UNREACHABLE, TLS_REQUIRED, TLS_UNTRUSTED, AUTH_UNAVAILABLE,
 * AUTH_REJECTED, TRANSIENT, PERMANENT, PROTOCOL, G_IO_ERROR_CANCELLED
 *
 * Returns: (transfer full): what came of it, never NULL
 *
 * Thread: courier
 */
EnvoiSmtpOutcome *
envoi_smtp_connection_open_sync (EnvoiSmtpConnection  *self,
                                 EnvoiSmtpCredentials *credentials,
                                 GCancellable         *cancellable)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GSocketConnection) connection = NULL;

  if (envoi_smtp_machine_get_state (self->machine) != ENVOI_SMTP_STATE_NEW)
    return report_not_ready ();

  if (self->phase_func)
    self->phase_func (ENVOI_SMTP_PHASE_CONNECT, self->phase_data);

  connection = envoi_smtp_dial_sync (self->endpoint, self->timeouts.connect_ms, cancellable,
                                     &error);
  if (connection)
    self->transport = envoi_smtp_transport_new (connection);

  envoi_smtp_machine_open (self->machine, credentials, error);
  return run (self, cancellable);
}

/**
 * envoi_smtp_connection_send_sync:
 * @self: an open connection
 * @transaction: the letter; borrowed until this returns
 * @cancellable: (nullable): ends every wait within 100 ms
 *
 * Sends one letter. Cancelled after the last octet has left, the outcome is
 * OUTCOME_UNKNOWN rather than cancelled.
 *
 * Errors: TRANSIENT, PERMANENT, RECIPIENTS_REJECTED, PROTOCOL, REFUSED_INPUT,
 * OUTCOME_UNKNOWN, G_IO_ERROR_CANCELLED, those of the stream and of the commit
 *
 * Returns: (transfer full): what came of it, never NULL
 *
 * Thread: courier
 */
EnvoiSmtpOutcome *
envoi_smtp_connection_send_sync (EnvoiSmtpConnection        *self,
                                 const EnvoiSmtpTransaction *transaction,
                                 GCancellable               *cancellable)
{
  EnvoiSmtpMessageTraits traits = {
    .size = transaction->size,
    .is_8bit = transaction->is_8bit,
    .needs_smtputf8 = transaction->needs_smtputf8,
  };
  EnvoiSmtpOutcome *outcome;

  if (!self->transport || !envoi_smtp_machine_can_send (self->machine))
    return report_not_ready ();

  self->transaction = transaction;
  self->n_body_given = 0;
  self->n_reported = 0;
  envoi_smtp_machine_send (self->machine, transaction->envelope, &traits);
  outcome = run (self, cancellable);
  self->transaction = NULL;
  return outcome;
}

/**
 * envoi_smtp_connection_probe_sync:
 * @self: an open connection
 * @sender: the account's own address
 * @cancellable: (nullable): ends every wait within 100 ms
 *
 * Says MAIL and RCPT to oneself, then RSET, without a message.
 *
 * Errors: as [method@SmtpConnection.send_sync]
 *
 * Returns: (transfer full): what came of it, never NULL
 *
 * Thread: courier
 */
EnvoiSmtpOutcome *
envoi_smtp_connection_probe_sync (EnvoiSmtpConnection *self,
                                  const char          *sender,
                                  GCancellable        *cancellable)
{
  if (!self->transport || !envoi_smtp_machine_can_send (self->machine))
    return report_not_ready ();

  envoi_smtp_machine_probe (self->machine, sender);
  return run (self, cancellable);
}

/**
 * envoi_smtp_connection_get_info:
 * @self: a connection
 *
 * Says what is known of the server; what has not been learned is NULL. The
 * certificate is there also when it was refused.
 *
 * Returns: (transfer none): the server
 *
 * Thread: courier
 */
const EnvoiSmtpServerInfo *
envoi_smtp_connection_get_info (EnvoiSmtpConnection *self)
{
  return &self->info;
}

/* Reads what came while nobody asked: TLS may have something to say that is
 * not for us; any SMTP word, and the end, closes the machine. */
static void
look (EnvoiSmtpConnection *self)
{
  g_autoptr (GError) error = NULL;
  EnvoiSmtpExchange turn = { .input = self->input, .n_input = INPUT_OCTETS };

  if (!envoi_smtp_transport_exchange (self->transport, &turn, 0, NULL, &error) ||
      turn.n_read > 0 || turn.is_hung_up)
    envoi_smtp_machine_did_hang_up (self->machine, FALSE);
}

/**
 * envoi_smtp_connection_is_reusable:
 * @self: a connection
 *
 * Tells whether another letter can go: open, in step, below the server's limit
 * of letters, and not closed by the server meanwhile. Nothing is sent: a NOOP
 * would cost a round trip and prove nothing about the moment after it.
 *
 * Returns: whether it can
 *
 * Thread: courier
 */
gboolean
envoi_smtp_connection_is_reusable (EnvoiSmtpConnection *self)
{
  if (!self->transport || !envoi_smtp_machine_can_send (self->machine))
    return FALSE;

  look (self);
  drop_if_closed (self);
  return self->transport != NULL;
}

/**
 * envoi_smtp_connection_close_sync:
 * @self: a connection in any state
 *
 * Says QUIT if the dialogue is in step, waits at most 2 s for the answer, and
 * closes.
 *
 * Thread: courier
 */
void
envoi_smtp_connection_close_sync (EnvoiSmtpConnection *self)
{
  if (!self->transport)
    return;

  if (envoi_smtp_machine_get_state (self->machine) != ENVOI_SMTP_STATE_CLOSED) {
    g_autoptr (EnvoiSmtpOutcome) outcome = NULL;

    envoi_smtp_machine_quit (self->machine);
    self->phase_func = NULL;
    outcome = run (self, NULL);
  }

  drop_if_closed (self);
}
