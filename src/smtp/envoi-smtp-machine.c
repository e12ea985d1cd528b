/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-smtp"

#include "config.h"

#include "envoi-smtp-machine.h"

#include "envoi-smtp-machine-private.h"

#include "envoi-text.h"

#include <glib/gi18n.h>
#include <string.h>

/* A body is taken in while less than this waits to be written. */
#define MOST_OUTPUT (ENVOI_SMTP_SINGLE_FLIGHT_OCTETS + 32 * 1024)
/* No line that carries a secret makes the buffer grow, which would leave a copy. */
#define OUTPUT_RESERVE (32 * 1024)

/* On a slow line the output is never empty until the letter ends, so what was
 * written has to go before. */
static void
compact (EnvoiSmtpMachine *self)
{
  if (self->n_written < MOST_OUTPUT)
    return;

  g_byte_array_remove_range (self->output, 0, (guint) self->n_written);
  self->n_written_before += self->n_written;
  self->n_written = 0;
}

static void
begin_operation (EnvoiSmtpMachine *self,
                 EnvoiSmtpPhase    phase)
{
  g_assert (envoi_smtp_flight_is_over (self));

  self->current = self->letter = envoi_smtp_flight_add (self, phase);
}

/**
 * envoi_smtp_machine_set_state:
 * @self: a machine
 * @state: where it goes
 *
 * The one writer of the state.
 *
 * Thread: courier
 */
void
envoi_smtp_machine_set_state (EnvoiSmtpMachine *self,
                              EnvoiSmtpState    state)
{
  g_assert (envoi_smtp_state_may_follow (self->state, state));

  g_debug ("%s -> %s", envoi_smtp_state_to_string (self->state),
           envoi_smtp_state_to_string (state));
  self->state = state;
}

/* A farewell where "taken" or "refused" is due is neither. */
static gboolean
is_farewell_to_letter (EnvoiSmtpMachine     *self,
                       const EnvoiSmtpReply *reply)
{
  const EnvoiSmtpCommand *command = g_queue_peek_head (&self->owed);

  return reply->code / 100 == 2 && command &&
         command->owed == ENVOI_SMTP_OWED_FINAL && envoi_smtp_machine_has_asked (self, reply);
}

/* 421 comes at any time, also unasked (RFC 5321 section 3.8). */
static void
take_closing_reply (EnvoiSmtpMachine *self,
                    EnvoiSmtpReply   *reply)
{
  if (is_farewell_to_letter (self, reply))
    envoi_smtp_machine_note_failure (self, ENVOI_SMTP_ERROR_OUTCOME_UNKNOWN, reply,
                                     _("The server has the letter and said only goodbye"));
  envoi_smtp_machine_note_failure (self, ENVOI_SMTP_ERROR_TRANSIENT, reply,
                                   _("The server closed the connection"));
  envoi_smtp_machine_break_off (self, ENVOI_SMTP_ERROR_TRANSIENT, "");
}

static void
dispatch_reply (EnvoiSmtpMachine       *self,
                const EnvoiSmtpCommand *command,
                EnvoiSmtpReply         *reply)
{
  switch (command->owed) {
    case ENVOI_SMTP_OWED_GREETING:
    case ENVOI_SMTP_OWED_EHLO:
    case ENVOI_SMTP_OWED_STARTTLS:
    case ENVOI_SMTP_OWED_QUIT:
      envoi_smtp_session_take_reply (self, command->owed, reply);
      break;
    case ENVOI_SMTP_OWED_AUTH:
      envoi_smtp_auth_take_reply (self, reply);
      break;
    default:
      envoi_smtp_letter_take_reply (self, command, reply);
      break;
  }
}

static void
take_reply (EnvoiSmtpMachine *self,
            EnvoiSmtpReply   *reply)
{
  envoi_smtp_flight_turn_to_reply (self);
  envoi_smtp_redact_reply (self, reply);
  envoi_smtp_transcript_add_reply (self->letter->transcript, reply);
  self->n_replies++;

  if (envoi_smtp_reply_is_closing (reply) && self->state != ENVOI_SMTP_STATE_QUIT) {
    take_closing_reply (self, reply);
    return;
  }

  if (g_queue_is_empty (&self->owed) && self->letter->is_body_begun && reply->code / 100 >= 4) {
    envoi_smtp_letter_take_early_reply (self, reply);
    return;
  }

  if (!envoi_smtp_machine_has_asked (self, reply)) {
    envoi_smtp_machine_break_off (self, ENVOI_SMTP_ERROR_PROTOCOL,
                                  _("The server spoke without being asked."));
    return;
  }

  self->answered = envoi_smtp_machine_take_owed (self);
  dispatch_reply (self, self->answered, reply);
  g_clear_pointer (&self->answered, envoi_smtp_command_free);
}

/* Replies that come while nobody waits end the connection, whatever they say. */
static void
did_read_idle (EnvoiSmtpMachine *self)
{
  envoi_smtp_machine_close (self);
}

static void
take_garbage (EnvoiSmtpMachine *self,
              const GError     *error)
{
  g_autofree char *partial = NULL;
  g_autofree char *message = NULL;

  if (self->state != ENVOI_SMTP_STATE_GREETING) {
    envoi_smtp_machine_did_fail (self, error, FALSE);
    return;
  }

  partial = envoi_smtp_reply_parser_dup_partial (self->parser);
  envoi_smtp_redact_text (self, &partial);
  /* Translators: a name, then the words of whatever answered */
  message = g_strdup_printf (_("The server at %s does not speak SMTP; it may not be a mail server. "
                               "It said: “%s”."),
                             envoi_smtp_endpoint_get_host (self->endpoint), partial);
  envoi_smtp_machine_break_off (self, ENVOI_SMTP_ERROR_UNREACHABLE, message);
}

/* What follows the end of an operation, or the 220 to STARTTLS, was not asked
 * for (RFC 3207 section 6). */
static void
take_surplus (EnvoiSmtpMachine *self)
{
  if (self->state == ENVOI_SMTP_STATE_HANDSHAKE)
    envoi_smtp_machine_break_off (self, ENVOI_SMTP_ERROR_PROTOCOL,
                                  _("The server, or somebody in between, sent text in clear that "
                                    "was meant to be taken for protected text."));
  else if (envoi_smtp_flight_is_over (self))
    did_read_idle (self);
}

/**
 * envoi_smtp_machine_new:
 * @endpoint: where it submits
 * @clock: for the transcript
 *
 * Makes a machine for one connection.
 *
 * Returns: (transfer full): the machine
 *
 * Thread: courier
 */
EnvoiSmtpMachine *
envoi_smtp_machine_new (EnvoiSmtpEndpoint *endpoint,
                        EnvoiClock        *clock)
{
  EnvoiSmtpMachine *self = g_new0 (EnvoiSmtpMachine, 1);

  self->endpoint = envoi_smtp_endpoint_ref (endpoint);
  self->clock = g_object_ref (clock);
  self->zone = g_time_zone_new_local ();
  self->parser = envoi_smtp_reply_parser_new ();
  self->output = g_byte_array_sized_new (OUTPUT_RESERVE);
  g_queue_init (&self->queued);
  g_queue_init (&self->owed);
  g_queue_init (&self->letters);
  self->said = g_ptr_array_new_with_free_func ((GDestroyNotify) envoi_secret_unref);
  return self;
}

/**
 * envoi_smtp_machine_free:
 * @self: (transfer full): a machine
 *
 * Frees it and wipes what it has not written.
 *
 * Thread: courier
 */
void
envoi_smtp_machine_free (EnvoiSmtpMachine *self)
{
  g_queue_clear_full (&self->queued, (GDestroyNotify) envoi_smtp_command_free);
  g_queue_clear_full (&self->owed, (GDestroyNotify) envoi_smtp_command_free);
  envoi_wipe_memory (self->output->data, self->output->len);
  g_byte_array_unref (self->output);
  envoi_smtp_flight_clear (self);
  g_clear_pointer (&self->offers, envoi_smtp_capabilities_free);
  g_clear_pointer (&self->sasl, envoi_sasl_free);
  g_clear_pointer (&self->initial_response, envoi_secret_unref);
  g_ptr_array_unref (self->said);
  g_clear_pointer (&self->channel_binding, g_bytes_unref);
  g_clear_pointer (&self->credentials, envoi_smtp_credentials_unref);
  g_clear_error (&self->sasl_error);
  envoi_smtp_reply_parser_free (self->parser);
  g_object_unref (self->clock);
  g_time_zone_unref (self->zone);
  envoi_smtp_endpoint_unref (self->endpoint);
  g_free (self->greeting);
  g_free (self);
}

static gboolean
has_sendable_user (EnvoiSmtpMachine *self)
{
  if (!self->credentials ||
      envoi_text_is_one_line (envoi_smtp_credentials_get_user (self->credentials)))
    return TRUE;

  envoi_smtp_machine_break_off (self, ENVOI_SMTP_ERROR_REFUSED_INPUT,
                                _("The user name has a character that cannot be sent."));
  return FALSE;
}

/**
 * envoi_smtp_machine_open:
 * @self: a new machine
 * @credentials: (nullable): who signs in; NULL only for a server that asks nobody
 * @connect_error: (nullable): why there is no socket, if there is none
 *
 * Begins TLS, EHLO and AUTH.
 *
 * Thread: courier
 */
void
envoi_smtp_machine_open (EnvoiSmtpMachine     *self,
                         EnvoiSmtpCredentials *credentials,
                         const GError         *connect_error)
{
  begin_operation (self, ENVOI_SMTP_PHASE_CONNECT);
  self->credentials = credentials ? envoi_smtp_credentials_ref (credentials) : NULL;

  if (connect_error)
    envoi_smtp_machine_did_fail (self, connect_error, FALSE);
  else if (has_sendable_user (self))
    envoi_smtp_session_begin (self);
}

/**
 * envoi_smtp_machine_greet:
 * @self: a new machine
 * @connect_error: (nullable): why there is no socket, if there is none
 *
 * Begins TLS and EHLO; the sign-in waits for [method@SmtpMachine.sign_in].
 *
 * Thread: courier
 */
void
envoi_smtp_machine_greet (EnvoiSmtpMachine *self,
                          const GError     *connect_error)
{
  self->is_sign_in_later = TRUE;
  envoi_smtp_machine_open (self, NULL, connect_error);
}

/**
 * envoi_smtp_machine_sign_in:
 * @self: a machine in the state GREETED
 * @credentials: who signs in
 *
 * Begins AUTH.
 *
 * Thread: courier
 */
void
envoi_smtp_machine_sign_in (EnvoiSmtpMachine     *self,
                            EnvoiSmtpCredentials *credentials)
{
  g_assert (self->state == ENVOI_SMTP_STATE_GREETED);

  begin_operation (self, ENVOI_SMTP_PHASE_AUTH);
  self->credentials = envoi_smtp_credentials_ref (credentials);
  if (has_sendable_user (self))
    envoi_smtp_auth_begin (self);
}

/**
 * envoi_smtp_machine_send:
 * @self: a machine that can send, or whose last letter can be followed
 * @envelope: from whom, for whom
 * @traits: what is said of the message; its size is exact
 *
 * Begins one letter (RFC 5321 section 3.3).
 *
 * Thread: courier
 */
void
envoi_smtp_machine_send (EnvoiSmtpMachine             *self,
                         EnvoiEnvelope                *envelope,
                         const EnvoiSmtpMessageTraits *traits)
{
  g_assert (self->state == ENVOI_SMTP_STATE_READY || envoi_smtp_machine_can_follow (self));

  self->letter = envoi_smtp_flight_add (self, ENVOI_SMTP_PHASE_MAIL);
  envoi_smtp_letter_begin (self, envelope, traits);
}

/**
 * envoi_smtp_machine_probe:
 * @self: a machine that can send
 * @sender: the account's own address
 *
 * Begins MAIL and RCPT to oneself, then RSET: a letter that is never written.
 *
 * Thread: courier
 */
void
envoi_smtp_machine_probe (EnvoiSmtpMachine *self,
                          const char       *sender)
{
  const char *recipients[] = { sender, NULL };
  g_autoptr (EnvoiEnvelope) envelope =
    envoi_envelope_new (sender, recipients, ENVOI_ENVELOPE_NONE, NULL);

  g_assert (self->state == ENVOI_SMTP_STATE_READY);

  self->letter = envoi_smtp_flight_add (self, ENVOI_SMTP_PHASE_MAIL);
  envoi_smtp_letter_begin (self, envelope, NULL);
}

/**
 * envoi_smtp_machine_quit:
 * @self: a machine without an operation
 *
 * Says goodbye if the dialogue is in step, else closes.
 *
 * Thread: courier
 */
void
envoi_smtp_machine_quit (EnvoiSmtpMachine *self)
{
  gboolean is_in_step = g_queue_is_empty (&self->owed) &&
                        self->n_written == self->output->len &&
                        envoi_smtp_state_may_follow (self->state, ENVOI_SMTP_STATE_QUIT);

  if (self->state == ENVOI_SMTP_STATE_CLOSED)
    return;

  begin_operation (self, ENVOI_SMTP_PHASE_QUIT);
  if (!is_in_step) {
    envoi_smtp_machine_set_state (self, ENVOI_SMTP_STATE_CLOSED);
    envoi_smtp_machine_finish (self);
    return;
  }

  envoi_smtp_machine_set_state (self, ENVOI_SMTP_STATE_QUIT);
  envoi_smtp_machine_queue (self, ENVOI_SMTP_OWED_QUIT, g_strdup ("QUIT\r\n"));
  envoi_smtp_machine_pump (self);
}

/**
 * envoi_smtp_machine_get_action:
 * @self: a machine with an operation
 *
 * Tells what to do next. A small body is asked for before anything is written,
 * so that it joins the envelope's flight.
 *
 * Returns: the action
 *
 * Thread: courier
 */
EnvoiSmtpAction
envoi_smtp_machine_get_action (const EnvoiSmtpMachine *self)
{
  const EnvoiSmtpLetter *oldest = g_queue_peek_head ((GQueue *) &self->letters);

  if (!oldest || oldest->is_over)
    return ENVOI_SMTP_ACTION_DONE;
  if (self->current->is_over)
    return ENVOI_SMTP_ACTION_EXCHANGE;
  if (self->state == ENVOI_SMTP_STATE_HANDSHAKE)
    return ENVOI_SMTP_ACTION_HANDSHAKE;
  if (self->state == ENVOI_SMTP_STATE_COMMIT)
    return ENVOI_SMTP_ACTION_COMMIT;
  if (self->state == ENVOI_SMTP_STATE_BODY && self->output->len - self->n_written < MOST_OUTPUT)
    return ENVOI_SMTP_ACTION_BODY;

  return ENVOI_SMTP_ACTION_EXCHANGE;
}

/**
 * envoi_smtp_machine_peek_output:
 * @self: a machine
 * @length: (out): how many octets
 *
 * Returns: (transfer none): what is to be written, in one piece
 *
 * Thread: courier
 */
const guint8 *
envoi_smtp_machine_peek_output (const EnvoiSmtpMachine *self,
                                gsize                  *length)
{
  *length = self->output->len - self->n_written;
  return self->output->data + self->n_written;
}

/**
 * envoi_smtp_machine_did_write:
 * @self: a machine
 * @length: how many octets of the output the transport has taken over
 *
 * Forgets what was written, and wipes it while it could be a sign-in.
 *
 * Thread: courier
 */
void
envoi_smtp_machine_did_write (EnvoiSmtpMachine *self,
                              gsize             length)
{
  g_assert (length <= self->output->len - self->n_written);

  self->n_written += length;
  if (self->n_written < self->output->len) {
    compact (self);
    return;
  }

  if (self->state == ENVOI_SMTP_STATE_AUTH)
    envoi_wipe_memory (self->output->data, self->output->len);
  g_byte_array_set_size (self->output, 0);
  self->n_written_before += self->n_written;
  self->n_written = 0;
}

/**
 * envoi_smtp_machine_did_read:
 * @self: a machine
 * @bytes: (array length=length): what arrived
 * @length: how many octets
 *
 * Takes every reply that is now complete.
 *
 * Thread: courier
 */
void
envoi_smtp_machine_did_read (EnvoiSmtpMachine *self,
                             const guint8     *bytes,
                             gsize             length)
{
  if (envoi_smtp_flight_is_over (self)) {
    did_read_idle (self);
    return;
  }

  envoi_smtp_reply_parser_feed (self->parser, bytes, length);

  while (!envoi_smtp_flight_is_over (self) && self->state != ENVOI_SMTP_STATE_HANDSHAKE) {
    g_autoptr (EnvoiSmtpReply) reply = NULL;
    g_autoptr (GError) error = NULL;

    if (!envoi_smtp_reply_parser_next (self->parser, &reply, &error)) {
      take_garbage (self, error);
      return;
    }
    if (!reply)
      break;

    take_reply (self, reply);
    envoi_smtp_letter_go_on (self);
  }

  if (!envoi_smtp_reply_parser_is_empty (self->parser))
    take_surplus (self);
}

/**
 * envoi_smtp_machine_did_handshake:
 * @self: a machine in the state HANDSHAKE
 * @channel_binding: (nullable): the tls-exporter value, with TLS 1.3 only
 *
 * Goes on inside TLS whose peer has been verified.
 *
 * Thread: courier
 */
void
envoi_smtp_machine_did_handshake (EnvoiSmtpMachine *self,
                                  GBytes           *channel_binding)
{
  g_assert (self->state == ENVOI_SMTP_STATE_HANDSHAKE);

  self->is_secure = TRUE;
  self->channel_binding = channel_binding ? g_bytes_ref (channel_binding) : NULL;
  envoi_smtp_session_did_secure (self);
}

/**
 * envoi_smtp_machine_add_note:
 * @self: a machine
 * @note: one line, free of secrets
 *
 * Adds to the transcript what the driver saw.
 *
 * Thread: courier
 */
void
envoi_smtp_machine_add_note (EnvoiSmtpMachine *self,
                             const char       *note)
{
  if (self->letter)
    envoi_smtp_transcript_add_note (self->letter->transcript, note);
}

/**
 * envoi_smtp_machine_get_state:
 * @self: a machine
 *
 * Returns: where it is
 *
 * Thread: courier
 */
EnvoiSmtpState
envoi_smtp_machine_get_state (const EnvoiSmtpMachine *self)
{
  return self->state;
}

/**
 * envoi_smtp_machine_get_phase:
 * @self: a machine
 *
 * Tells what the oldest unanswered command belongs to; for deadlines, errors
 * and the phase function.
 *
 * Returns: the phase
 *
 * Thread: courier
 */
EnvoiSmtpPhase
envoi_smtp_machine_get_phase (const EnvoiSmtpMachine *self)
{
  const EnvoiSmtpCommand *command = self->answered ? self->answered
                                                   : g_queue_peek_head ((GQueue *) &self->owed);

  return envoi_smtp_flight_get_phase (self, command ? command->letter : self->current);
}

/**
 * envoi_smtp_machine_get_n_replies:
 * @self: a machine
 *
 * Counts the replies, so that a deadline can begin anew with each.
 *
 * Returns: how many were taken
 *
 * Thread: courier
 */
guint
envoi_smtp_machine_get_n_replies (const EnvoiSmtpMachine *self)
{
  return self->n_replies;
}

/**
 * envoi_smtp_machine_get_n_owed:
 * @self: a machine
 *
 * Returns: how many replies the server owes
 *
 * Thread: courier
 */
guint
envoi_smtp_machine_get_n_owed (const EnvoiSmtpMachine *self)
{
  return g_queue_get_length ((GQueue *) &self->owed);
}

/**
 * envoi_smtp_machine_can_send:
 * @self: a machine
 *
 * Tells whether another letter may begin: signed in, in step, and below the
 * server's MAILMAX (RFC 9422).
 *
 * Returns: whether it may
 *
 * Thread: courier
 */
gboolean
envoi_smtp_machine_can_send (const EnvoiSmtpMachine *self)
{
  return self->state == ENVOI_SMTP_STATE_READY && g_queue_is_empty ((GQueue *) &self->owed) &&
         (self->offers->mail_max == 0 || self->n_letters < self->offers->mail_max);
}

/**
 * envoi_smtp_machine_get_greeting:
 * @self: a machine
 *
 * Returns: (transfer none) (nullable): the words of the greeting
 *
 * Thread: courier
 */
const char *
envoi_smtp_machine_get_greeting (const EnvoiSmtpMachine *self)
{
  return self->greeting;
}

/**
 * envoi_smtp_machine_get_mechanism:
 * @self: a machine
 *
 * Returns: (transfer none) (nullable): the mechanism that is or was used
 *
 * Thread: courier
 */
const char *
envoi_smtp_machine_get_mechanism (const EnvoiSmtpMachine *self)
{
  return self->sasl ? envoi_sasl_get_name (self->sasl) : NULL;
}

/**
 * envoi_smtp_machine_get_capabilities:
 * @self: a machine
 *
 * Returns: (transfer none) (nullable): what the last EHLO offered
 *
 * Thread: courier
 */
const EnvoiSmtpCapabilities *
envoi_smtp_machine_get_capabilities (const EnvoiSmtpMachine *self)
{
  return self->offers;
}
