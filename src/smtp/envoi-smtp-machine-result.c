/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-smtp"

#include "config.h"

#include "envoi-smtp-machine-private.h"

/* How an operation ends, well or badly. */

/**
 * envoi_smtp_machine_note_reply:
 * @self: a machine
 * @reply: the reply that decides
 *
 * Keeps the deciding reply in the outcome.
 *
 * Thread: courier
 */
void
envoi_smtp_machine_note_reply (EnvoiSmtpMachine     *self,
                               const EnvoiSmtpReply *reply)
{
  EnvoiSmtpOutcome *outcome = self->outcome;

  g_free (outcome->enhanced);
  g_free (outcome->text);
  outcome->code = reply->code;
  outcome->enhanced = g_strdup (reply->enhanced);
  outcome->text = g_strdup (reply->text);
}

/**
 * envoi_smtp_machine_note_failure:
 * @self: a machine
 * @code: the consequence
 * @reply: (nullable): the reply that decided
 * @message: a sentence without a full stop when @reply follows it
 *
 * Notes why the operation fails; the first reason stays. The dialogue goes on
 * until every owed reply is in.
 *
 * Thread: courier
 */
void
envoi_smtp_machine_note_failure (EnvoiSmtpMachine     *self,
                                 EnvoiSmtpError        code,
                                 const EnvoiSmtpReply *reply,
                                 const char           *message)
{
  if (self->outcome->error)
    return;

  self->outcome->phase = envoi_smtp_machine_get_phase (self);
  if (!reply) {
    g_set_error_literal (&self->outcome->error, ENVOI_SMTP_ERROR, (gint) code, message);
    return;
  }

  envoi_smtp_machine_note_reply (self, reply);
  g_set_error (&self->outcome->error, ENVOI_SMTP_ERROR, (gint) code, "%s: %d%s%s %s",
               message, reply->code, reply->enhanced ? " " : "",
               reply->enhanced ? reply->enhanced : "", reply->text);
}

/**
 * envoi_smtp_machine_finish:
 * @self: a machine
 *
 * Ends the operation; the outcome can be taken.
 *
 * Thread: courier
 */
void
envoi_smtp_machine_finish (EnvoiSmtpMachine *self)
{
  GPtrArray *recipients = self->outcome->recipients;

  /* To be accepted takes the final reply too. */
  for (guint i = 0; self->outcome->error && i < recipients->len; i++) {
    EnvoiSmtpRecipientResult *result = g_ptr_array_index (recipients, i);

    if (result->state == ENVOI_SMTP_RECIPIENT_ACCEPTED)
      result->state = ENVOI_SMTP_RECIPIENT_PENDING;
  }

  self->is_over = TRUE;
}

/**
 * envoi_smtp_machine_break_off:
 * @self: a machine
 * @code: the consequence, when no reason was noted before
 * @message: a sentence
 *
 * Ends the operation and the connection: nothing further the peer says counts.
 *
 * Thread: courier
 */
void
envoi_smtp_machine_break_off (EnvoiSmtpMachine *self,
                              EnvoiSmtpError    code,
                              const char       *message)
{
  envoi_smtp_machine_note_failure (self, code, NULL, message);
  envoi_smtp_machine_drop_queued (self);
  if (self->state != ENVOI_SMTP_STATE_CLOSED)
    envoi_smtp_machine_set_state (self, ENVOI_SMTP_STATE_CLOSED);
  envoi_smtp_machine_finish (self);
}

static const char *
describe_unknown (void)
{
  return "The connection was lost after the whole letter was sent and before the server "
         "answered; the letter may have been delivered.";
}

/* Whether the server may hold the whole letter without having said so. */
static gboolean
is_outcome_unknown (const EnvoiSmtpMachine *self,
                    gboolean                has_unsent)
{
  return self->state == ENVOI_SMTP_STATE_FINAL && !has_unsent &&
         self->n_written == self->output->len && self->letter.is_body_begun &&
         !self->outcome->error;
}

/**
 * envoi_smtp_machine_did_fail:
 * @self: a machine
 * @cause: what ended the connection: a deadline, the network, the user
 * @has_unsent: whether part of what was taken over has not left this computer
 *
 * Ends the connection. After the last octet of a letter left, and before its
 * reply, the outcome is unknown whatever the cause; a refusal that was read
 * before keeps its place.
 *
 * Thread: courier
 */
void
envoi_smtp_machine_did_fail (EnvoiSmtpMachine *self,
                             const GError     *cause,
                             gboolean          has_unsent)
{
  if (!self->outcome || self->is_over) {
    if (self->state != ENVOI_SMTP_STATE_CLOSED)
      envoi_smtp_machine_set_state (self, ENVOI_SMTP_STATE_CLOSED);
    return;
  }

  if (is_outcome_unknown (self, has_unsent))
    envoi_smtp_machine_note_failure (self, ENVOI_SMTP_ERROR_OUTCOME_UNKNOWN, NULL,
                                     describe_unknown ());

  if (!self->outcome->error) {
    self->outcome->phase = envoi_smtp_machine_get_phase (self);
    self->outcome->error = g_error_copy (cause);
  }

  envoi_smtp_transcript_add_note (self->transcript, cause->message);
  envoi_smtp_machine_break_off (self, ENVOI_SMTP_ERROR_TRANSIENT, "");
}

/**
 * envoi_smtp_machine_did_hang_up:
 * @self: a machine
 * @has_unsent: whether part of what was taken over has not left this computer
 *
 * Ends the connection because the server ended it.
 *
 * Thread: courier
 */
void
envoi_smtp_machine_did_hang_up (EnvoiSmtpMachine *self,
                                gboolean          has_unsent)
{
  g_autoptr (GError) cause = NULL;
  gboolean is_greeting = self->state == ENVOI_SMTP_STATE_GREETING;

  if (self->state == ENVOI_SMTP_STATE_QUIT) {
    envoi_smtp_machine_set_state (self, ENVOI_SMTP_STATE_CLOSED);
    envoi_smtp_machine_finish (self);
    return;
  }

  cause = g_error_new (ENVOI_SMTP_ERROR,
                       is_greeting ? ENVOI_SMTP_ERROR_UNREACHABLE : ENVOI_SMTP_ERROR_TRANSIENT,
                       is_greeting ? "The server at %s hung up without a word."
                                   : "The server at %s hung up without an answer.",
                       envoi_smtp_endpoint_get_host (self->endpoint));
  envoi_smtp_machine_did_fail (self, cause, has_unsent);
}
