/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-smtp"

#include "config.h"

#include "envoi-smtp-connection-private.h"

#include "envoi-smtp-error.h"

#include <glib/gi18n.h>

/* Does what the machine asks for, and keeps the deadlines. */

/* How often progress is looked at while the kernel drains. */
#define PROGRESS_MS 200
#define IDLE_FROM (2 * G_USEC_PER_SEC)

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

/**
 * envoi_smtp_connection_tell_phase:
 * @self: a connection
 * @phase: where it is
 *
 * Tells of a phase that begins.
 *
 * Thread: courier
 */
void
envoi_smtp_connection_tell_phase (EnvoiSmtpConnection *self,
                                  EnvoiSmtpPhase       phase)
{
  if (phase == self->last_phase)
    return;

  self->last_phase = phase;
  if (!self->phase_func)
    return;

  /* Whoever is told wants to know what the phase before has brought. */
  if (phase < ENVOI_SMTP_PHASE_MAIL)
    learn (self);
  self->phase_func (phase, self->phase_data);
}

/* A connection that lay idle may be gone without a word. As long as nothing is
 * committed, a short wait costs nothing: the letter goes over a fresh one. */
static gboolean
is_first_on_idle (EnvoiSmtpConnection *self)
{
  return self->has_lain_idle && self->timeouts.first_ms > 0 &&
         envoi_smtp_machine_get_n_replies (self->machine) == self->n_replies_before &&
         envoi_smtp_machine_can_give_up (self->machine);
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
      return is_first_on_idle (self) ? self->timeouts.first_ms : self->timeouts.command_ms;
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
 * ever; a body may take as long as it moves. On a slow line it moves for minutes
 * while the kernel takes nothing more, and after it has taken all. */
static gint64
get_deadline (EnvoiSmtpConnection *self)
{
  guint64 n_sent = envoi_smtp_transport_get_n_sent (self->transport);
  guint64 n_arrived = n_sent - MIN (n_sent, envoi_smtp_transport_count_unacked (self->transport));
  guint n_replies = envoi_smtp_machine_get_n_replies (self->machine);
  gint64 now = envoi_clock_get_boot_time (self->clock);

  /* A reply is progress for what is written because of it as well: the last
   * octet may have left long before. */
  if (n_sent != self->n_sent_seen || n_arrived != self->n_arrived_seen ||
      n_replies != self->n_replies_seen) {
    self->n_sent_seen = n_sent;
    self->n_arrived_seen = n_arrived;
    self->n_replies_seen = n_replies;
    self->moved_us = now;
    self->reply_since_us = now;
  }

  if (is_writing (self))
    return self->moved_us + (gint64) self->timeouts.stall_ms * 1000;

  return self->reply_since_us + (gint64) get_reply_timeout (self) * 1000;
}

/**
 * envoi_smtp_connection_begin_clocks:
 * @self: a connection
 *
 * Begins every deadline anew.
 *
 * Thread: courier
 */
void
envoi_smtp_connection_begin_clocks (EnvoiSmtpConnection *self)
{
  self->reply_since_us = self->moved_us = envoi_clock_get_boot_time (self->clock);
  self->n_replies_before = envoi_smtp_machine_get_n_replies (self->machine);
  self->has_lain_idle = self->idle_since_us > 0 &&
                        self->moved_us - self->idle_since_boot_us > IDLE_FROM;
}

/**
 * envoi_smtp_connection_note_idle:
 * @self: a connection whose operation is over
 *
 * Begins to count how long nothing is said on it.
 *
 * Thread: courier
 */
void
envoi_smtp_connection_note_idle (EnvoiSmtpConnection *self)
{
  self->idle_since_us = envoi_clock_get_monotonic_time (self->clock);
  self->idle_since_boot_us = envoi_clock_get_boot_time (self->clock);
}

/**
 * envoi_smtp_connection_get_ms_left:
 * @self: a connection
 * @deadline_us: on the clock's boot time, which goes on while the computer sleeps
 *
 * Returns: milliseconds until then, rounded up; 0 when it has passed
 *
 * Thread: courier
 */
guint
envoi_smtp_connection_get_ms_left (EnvoiSmtpConnection *self,
                                   gint64               deadline_us)
{
  gint64 left_us = deadline_us - envoi_clock_get_boot_time (self->clock);

  return left_us <= 0 ? 0 : (guint) MIN (left_us / 1000 + 1, G_MAXINT);
}

/**
 * envoi_smtp_connection_fail:
 * @self: a connection
 * @error: what ended it
 *
 * Tells the machine, and whether the last octets have left this computer.
 *
 * Thread: courier
 */
void
envoi_smtp_connection_fail (EnvoiSmtpConnection *self,
                            const GError        *error)
{
  envoi_smtp_machine_did_fail (self->machine, error,
                               self->transport &&
                               envoi_smtp_transport_has_unsent (self->transport));
}

/**
 * envoi_smtp_connection_fail_late:
 * @self: a connection whose deadline has passed
 *
 * Ends it, in words that fit what was waited for.
 *
 * Thread: courier
 */
void
envoi_smtp_connection_fail_late (EnvoiSmtpConnection *self)
{
  EnvoiSmtpPhase phase = envoi_smtp_machine_get_phase (self->machine);
  gboolean is_greeting = phase == ENVOI_SMTP_PHASE_GREETING;
  g_autoptr (GError) error = NULL;

  if (is_greeting || phase == ENVOI_SMTP_PHASE_TLS)
    error = g_error_new (ENVOI_SMTP_ERROR, ENVOI_SMTP_ERROR_UNREACHABLE,
                         is_greeting ? _("The server at %s took the connection and said nothing; "
                                         "it may not be a mail server, or want TLS from the start.")
                         : _("The server at %s took the connection and did not answer; it may not "
                             "be a mail server, or not begin with TLS on this port."),
                         envoi_smtp_endpoint_get_host (self->endpoint));
  else
    error = g_error_new (ENVOI_SMTP_ERROR, ENVOI_SMTP_ERROR_TRANSIENT,
                         _("The server at %s did not go on in time."),
                         envoi_smtp_endpoint_get_host (self->endpoint));

  envoi_smtp_connection_fail (self, error);
}

/* The letter that is being written, or was last. */
static const EnvoiSmtpTransaction *
get_newest (EnvoiSmtpConnection *self)
{
  return g_queue_peek_tail (&self->flight);
}

/* A letter is stopped by its own cancellable only while it can be; after that
 * the cancellable would end every wait at once. */
static GCancellable *
get_cancellable (EnvoiSmtpConnection *self)
{
  const EnvoiSmtpTransaction *newest = get_newest (self);

  if (self->cancellable || !newest || g_cancellable_is_cancelled (newest->cancellable))
    return self->cancellable;

  return newest->cancellable;
}

static void
tell_progress (EnvoiSmtpConnection *self)
{
  const EnvoiSmtpTransaction *transaction = get_newest (self);
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
  const EnvoiSmtpTransaction *transaction = get_newest (self);

  return transaction && transaction->progress && self->n_reported < transaction->size &&
         self->n_body_given > 0;
}

/* A wait sleeps with the computer, so no single one is long. */
static guint
get_wait (EnvoiSmtpConnection *self,
          guint                ms_left)
{
  return MIN (ms_left, wants_progress (self) ? PROGRESS_MS : ENVOI_SMTP_LONGEST_WAIT_MS);
}

static void
take_input (EnvoiSmtpConnection     *self,
            const EnvoiSmtpExchange *turn)
{
  if (turn->n_read > 0)
    envoi_smtp_machine_did_read (self->machine, self->input, turn->n_read);
  else if (turn->is_hung_up)
    envoi_smtp_machine_did_hang_up (self->machine,
                                    envoi_smtp_transport_has_unsent (self->transport));
}

/* Whatever is here already is read once more after the deadline: the reply may
 * have come while this side was asleep. */
static void
exchange (EnvoiSmtpConnection *self)
{
  g_autoptr (GError) error = NULL;
  EnvoiSmtpExchange turn = { .input = self->input, .n_input = ENVOI_SMTP_INPUT_OCTETS };
  guint ms_left = envoi_smtp_connection_get_ms_left (self, get_deadline (self));
  gboolean is_up;

  turn.output = envoi_smtp_machine_peek_output (self->machine, &turn.n_output);
  is_up = envoi_smtp_transport_exchange (self->transport, &turn, get_wait (self, ms_left),
                                         get_cancellable (self), &error);
  envoi_smtp_machine_did_write (self->machine, turn.n_taken);
  if (!is_up) {
    /* Who was cancelled is found out before the next step. */
    if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
      envoi_smtp_connection_fail (self, error);
    return;
  }

  tell_progress (self);
  take_input (self, &turn);
  if (ms_left == 0 && envoi_smtp_machine_get_state (self->machine) != ENVOI_SMTP_STATE_CLOSED &&
      envoi_smtp_connection_get_ms_left (self, get_deadline (self)) == 0)
    envoi_smtp_connection_fail_late (self);
}

static void
give_body (EnvoiSmtpConnection *self)
{
  g_autoptr (GError) error = NULL;
  gssize n = g_input_stream_read (get_newest (self)->message, self->piece, ENVOI_SMTP_PIECE_OCTETS,
                                  get_cancellable (self), &error);

  if (n < 0) {
    envoi_smtp_machine_give_up (self->machine, error);
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
  const EnvoiSmtpTransaction *transaction = get_newest (self);
  g_autoptr (GError) error = NULL;

  if (transaction->commit && !transaction->commit (transaction->user_data, &error)) {
    if (!error)
      g_set_error_literal (&error, G_IO_ERROR, G_IO_ERROR_CANCELLED, _("Sending was stopped."));
    envoi_smtp_machine_give_up (self->machine, error);
    return;
  }

  envoi_smtp_machine_did_commit (self->machine);
}

static void
do_action (EnvoiSmtpConnection *self)
{
  switch (envoi_smtp_machine_get_action (self->machine)) {
    case ENVOI_SMTP_ACTION_HANDSHAKE:
      envoi_smtp_connection_shake_hands (self);
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

static gboolean
is_every_letter_cancelled (EnvoiSmtpConnection *self)
{
  for (GList *link = self->flight.head; link; link = link->next)
    if (!g_cancellable_is_cancelled (((EnvoiSmtpTransaction *) link->data)->cancellable))
      return FALSE;

  return self->flight.length > 0;
}

/* Stops what was cancelled and can be stopped. Letters that may have been
 * delivered already are waited for, unless nobody wants to wait any more. */
static gboolean
heed_cancel (EnvoiSmtpConnection *self)
{
  const EnvoiSmtpTransaction *newest = get_newest (self);
  g_autoptr (GError) error = NULL;

  if (g_cancellable_set_error_if_cancelled (self->cancellable, &error) ||
      (is_every_letter_cancelled (self) &&
       g_cancellable_set_error_if_cancelled (newest->cancellable, &error)))
    envoi_smtp_connection_fail (self, error);
  else if (newest && envoi_smtp_machine_can_give_up (self->machine) &&
           g_cancellable_set_error_if_cancelled (newest->cancellable, &error))
    envoi_smtp_machine_give_up (self->machine, error);

  return error != NULL;
}

/**
 * envoi_smtp_connection_step:
 * @self: a connection with an operation under way
 *
 * Does one thing that the machine asks for.
 *
 * Thread: courier
 */
void
envoi_smtp_connection_step (EnvoiSmtpConnection *self)
{
  envoi_smtp_connection_tell_phase (self, envoi_smtp_machine_get_phase (self->machine));
  if (!heed_cancel (self))
    do_action (self);
}

/**
 * envoi_smtp_connection_settle:
 * @self: a connection after an operation
 *
 * Gives up a socket that is of no more use.
 *
 * Thread: courier
 */
void
envoi_smtp_connection_settle (EnvoiSmtpConnection *self)
{
  if (!self->transport || envoi_smtp_machine_get_state (self->machine) != ENVOI_SMTP_STATE_CLOSED)
    return;

  envoi_smtp_transport_say_bye (self->transport);
  g_clear_pointer (&self->transport, envoi_smtp_transport_free);
}

/**
 * envoi_smtp_connection_run:
 * @self: a connection whose machine has begun its one operation
 * @cancellable: (nullable): ends every wait
 *
 * Does what the machine asks for until the operation is over.
 *
 * Returns: (transfer full): what came of it
 *
 * Thread: courier
 */
EnvoiSmtpOutcome *
envoi_smtp_connection_run (EnvoiSmtpConnection *self,
                           GCancellable        *cancellable)
{
  self->cancellable = cancellable;
  envoi_smtp_connection_begin_clocks (self);

  while (envoi_smtp_machine_get_action (self->machine) != ENVOI_SMTP_ACTION_DONE)
    envoi_smtp_connection_step (self);

  self->cancellable = NULL;
  envoi_smtp_connection_note_idle (self);
  learn (self);
  envoi_smtp_connection_settle (self);
  return envoi_smtp_machine_take_outcome (self->machine);
}
