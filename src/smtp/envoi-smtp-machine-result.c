/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-smtp"

#include "config.h"

#include "envoi-smtp-machine-private.h"

#include <glib/gi18n.h>

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
  EnvoiSmtpOutcome *outcome = self->letter->outcome;

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
  if (self->letter->outcome->error)
    return;

  self->letter->outcome->phase = envoi_smtp_flight_get_phase (self, self->letter);
  if (!reply) {
    g_set_error_literal (&self->letter->outcome->error, ENVOI_SMTP_ERROR, (gint) code, message);
    return;
  }

  envoi_smtp_machine_note_reply (self, reply);
  g_set_error (&self->letter->outcome->error, ENVOI_SMTP_ERROR, (gint) code, "%s: %d%s%s %s",
               message, reply->code, reply->enhanced ? " " : "",
               reply->enhanced ? reply->enhanced : "", reply->text);
}

/**
 * envoi_smtp_machine_finish:
 * @self: a machine
 *
 * Ends the operation at hand; its outcome can be taken when its turn comes.
 *
 * Thread: courier
 */
void
envoi_smtp_machine_finish (EnvoiSmtpMachine *self)
{
  GPtrArray *recipients = self->letter->outcome->recipients;

  /* To be accepted takes the final reply too. */
  for (guint i = 0; self->letter->outcome->error && i < recipients->len; i++) {
    EnvoiSmtpRecipientResult *result = g_ptr_array_index (recipients, i);

    if (result->state == ENVOI_SMTP_RECIPIENT_ACCEPTED)
      result->state = ENVOI_SMTP_RECIPIENT_PENDING;
  }

  self->letter->is_over = TRUE;
}

static const char *
describe_unknown (void)
{
  return _("The connection was lost after the whole letter was sent and before the server "
           "answered; the letter may have been delivered.");
}

/* Whether the server may hold the whole letter without having said so. What the
 * transport still keeps is the end of the last that was taken over. */
static gboolean
is_outcome_unknown (const EnvoiSmtpMachine *self,
                    gboolean                has_unsent)
{
  const EnvoiSmtpLetter *letter = self->letter;
  gboolean is_taken_over = letter->is_committed &&
                           letter->end <= self->n_written_before + self->n_written;

  return is_taken_over && !(has_unsent && letter == self->current) && !letter->outcome->error;
}

static void
break_off_letter (EnvoiSmtpMachine *self,
                  EnvoiSmtpError    code,
                  const char       *message)
{
  envoi_smtp_machine_note_failure (self, code, NULL, message);
  envoi_smtp_machine_drop_queued (self);
  envoi_smtp_machine_finish (self);
}

/* The letters that share the connection with the one that ended it. */
static void
break_off_others (EnvoiSmtpMachine *self)
{
  EnvoiSmtpLetter *at_hand = self->letter;

  for (GList *link = self->letters.head; link; link = link->next) {
    self->letter = link->data;
    if (self->letter->is_over)
      continue;

    if (is_outcome_unknown (self, FALSE))
      break_off_letter (self, ENVOI_SMTP_ERROR_OUTCOME_UNKNOWN, describe_unknown ());
    else
      break_off_letter (self, ENVOI_SMTP_ERROR_TRANSIENT,
                        _("The connection ended before this letter was sent."));
  }

  self->letter = at_hand;
}

/**
 * envoi_smtp_machine_close:
 * @self: a machine whose operations are over
 *
 * Ends the connection; the replies that are still owed count no more.
 *
 * Thread: courier
 */
void
envoi_smtp_machine_close (EnvoiSmtpMachine *self)
{
  g_queue_clear_full (&self->owed, (GDestroyNotify) envoi_smtp_command_free);
  if (self->state != ENVOI_SMTP_STATE_CLOSED)
    envoi_smtp_machine_set_state (self, ENVOI_SMTP_STATE_CLOSED);
}

/**
 * envoi_smtp_machine_break_off:
 * @self: a machine
 * @code: the consequence for the letter at hand, when no reason was noted before
 * @message: a sentence
 *
 * Ends the operation and the connection: nothing further the peer says counts.
 * Other letters on their way share that end.
 *
 * Thread: courier
 */
void
envoi_smtp_machine_break_off (EnvoiSmtpMachine *self,
                              EnvoiSmtpError    code,
                              const char       *message)
{
  break_off_letter (self, code, message);
  break_off_others (self);
  envoi_smtp_machine_close (self);
}

static void
fail_letter (EnvoiSmtpMachine *self,
             const GError     *cause,
             gboolean          has_unsent)
{
  if (is_outcome_unknown (self, has_unsent))
    envoi_smtp_machine_note_failure (self, ENVOI_SMTP_ERROR_OUTCOME_UNKNOWN, NULL,
                                     describe_unknown ());

  if (!self->letter->outcome->error) {
    self->letter->outcome->phase = envoi_smtp_flight_get_phase (self, self->letter);
    self->letter->outcome->error = g_error_copy (cause);
  }

  envoi_smtp_transcript_add_note (self->letter->transcript, cause->message);
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
  if (envoi_smtp_flight_is_over (self)) {
    envoi_smtp_machine_close (self);
    return;
  }

  for (GList *link = self->letters.head; link; link = link->next) {
    self->letter = link->data;
    if (!self->letter->is_over)
      fail_letter (self, cause, has_unsent);
  }

  envoi_smtp_flight_turn_to_current (self);
  break_off_others (self);
  envoi_smtp_machine_close (self);
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
                       is_greeting ? _("The server at %s hung up without a word.")
                                   : _("The server at %s hung up without an answer."),
                       envoi_smtp_endpoint_get_host (self->endpoint));
  envoi_smtp_machine_did_fail (self, cause, has_unsent);
}
