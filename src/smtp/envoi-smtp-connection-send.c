/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-smtp"

#include "config.h"

#include "envoi-smtp-connection-private.h"

#include "envoi-smtp-error.h"
#include "envoi-smtp-outcome-private.h"

#include <glib/gi18n.h>

/* Letters over an open connection. */

/**
 * envoi_smtp_connection_report_closed:
 *
 * Returns: (transfer full): the outcome of what cannot begin
 *
 * Thread: courier
 */
EnvoiSmtpOutcome *
envoi_smtp_connection_report_closed (void)
{
  EnvoiSmtpOutcome *outcome = envoi_smtp_outcome_new (ENVOI_SMTP_PHASE_MAIL);

  g_set_error_literal (&outcome->error, ENVOI_SMTP_ERROR, ENVOI_SMTP_ERROR_TRANSIENT,
                       _("The connection to the server is no longer open."));
  outcome->transcript = g_strdup ("");
  return outcome;
}

static void
hand_outcomes_over (EnvoiSmtpConnection         *self,
                    const EnvoiSmtpLetterSource *source)
{
  while (envoi_smtp_machine_has_operation (self->machine) &&
         envoi_smtp_machine_get_action (self->machine) == ENVOI_SMTP_ACTION_DONE) {
    g_autoptr (EnvoiSmtpOutcome) outcome = envoi_smtp_machine_take_outcome (self->machine);

    source->done (g_queue_pop_head (&self->flight), outcome, source->user_data);
  }
}

static gboolean
can_begin (EnvoiSmtpConnection *self)
{
  return envoi_smtp_machine_can_send (self->machine) ||
         envoi_smtp_machine_can_follow (self->machine);
}

static void
look_ahead (EnvoiSmtpConnection         *self,
            const EnvoiSmtpLetterSource *source)
{
  guint n_letters;
  guint64 n_octets;

  if (source->ahead && envoi_smtp_machine_has_room_behind (self->machine, &n_letters, &n_octets))
    source->ahead (n_letters, n_octets, source->user_data);
}

static gboolean
begin_next (EnvoiSmtpConnection         *self,
            const EnvoiSmtpLetterSource *source)
{
  const EnvoiSmtpTransaction *transaction = source->next (source->user_data);
  EnvoiSmtpMessageTraits traits;

  if (!transaction)
    return FALSE;

  traits = (EnvoiSmtpMessageTraits) {
    .size = transaction->size,
    .is_8bit = transaction->is_8bit,
    .needs_smtputf8 = transaction->needs_smtputf8,
  };
  g_queue_push_tail (&self->flight, (gpointer) transaction);
  self->n_body_given = 0;
  self->n_reported = 0;
  envoi_smtp_machine_send (self->machine, transaction->envelope, &traits);
  look_ahead (self, source);
  return TRUE;
}

/* Each letter that can begin does so before anything is waited for, so that
 * the end of one and the envelope of the next leave in one flight. */
static void
send_letters (EnvoiSmtpConnection         *self,
              const EnvoiSmtpLetterSource *source)
{
  do {
    hand_outcomes_over (self, source);
    if (can_begin (self) && begin_next (self, source))
      continue;
    if (envoi_smtp_machine_has_operation (self->machine))
      envoi_smtp_connection_step (self);
  } while (envoi_smtp_machine_has_operation (self->machine));
}

/**
 * envoi_smtp_connection_send_many_sync:
 * @self: an open connection
 * @source: where letters come from and outcomes go to
 * @cancellable: (nullable): ends every wait within 100 ms, for all letters
 *
 * Sends letters as long as there are any. The next begins before the last is
 * answered where the server lets it (RFC 2920, RFC 3030): 16 letters, and one
 * more for each that was accepted, up to 64 or 256 KiB, are on their way
 * unanswered, and every one of them has committed.
 * When the connection is lost, those may have been delivered: OUTCOME_UNKNOWN.
 *
 * Outcomes come in the order of the letters. When the connection ends, no more
 * letters are asked for; those not asked for are untouched.
 *
 * Errors: as [method@SmtpConnection.send_sync], in each outcome
 *
 * Thread: courier
 */
void
envoi_smtp_connection_send_many_sync (EnvoiSmtpConnection         *self,
                                      const EnvoiSmtpLetterSource *source,
                                      GCancellable                *cancellable)
{
  if (!self->transport)
    return;

  self->cancellable = cancellable;
  envoi_smtp_connection_begin_clocks (self);
  send_letters (self, source);
  self->cancellable = NULL;
  envoi_smtp_connection_note_idle (self);
  envoi_smtp_connection_settle (self);
}

/* One letter as a source of letters. */
typedef struct {
  const EnvoiSmtpTransaction *next;   /* nullable */
  EnvoiSmtpOutcome *outcome;
} Single;

static const EnvoiSmtpTransaction *
next_cb (gpointer user_data)
{
  Single *single = user_data;

  return g_steal_pointer (&single->next);
}

static void
done_cb (const EnvoiSmtpTransaction *transaction,
         EnvoiSmtpOutcome           *outcome,
         gpointer                    user_data)
{
  ((Single *) user_data)->outcome = envoi_smtp_outcome_ref (outcome);
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
 * TOO_LARGE, UNSUPPORTED,
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
  Single single = { .next = transaction };
  EnvoiSmtpLetterSource source = { .next = next_cb, .done = done_cb, .user_data = &single };

  envoi_smtp_connection_send_many_sync (self, &source, cancellable);
  return single.outcome ? single.outcome : envoi_smtp_connection_report_closed ();
}
