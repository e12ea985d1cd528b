/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-smtp"

#include "config.h"

#include "envoi-smtp-machine-private.h"

#include <glib/gi18n.h>
#include <string.h>

/* One letter: the envelope and its replies. The body is in
 * envoi-smtp-machine-body.c. */

static EnvoiSmtpRecipientResult *
get_recipient (EnvoiSmtpMachine *self,
               guint             index)
{
  return g_ptr_array_index (self->letter->outcome->recipients, index);
}

static void
note_recipient (EnvoiSmtpRecipientResult *result,
                EnvoiSmtpRecipientState   state,
                const EnvoiSmtpReply     *reply)
{
  g_free (result->enhanced);
  g_free (result->text);
  result->state = state;
  result->code = reply->code;
  result->enhanced = g_strdup (reply->enhanced);
  result->text = g_strdup (reply->text);
}

/* What a refusal of the whole letter means for those who had been accepted. */
static void
settle_accepted (EnvoiSmtpMachine     *self,
                 const EnvoiSmtpReply *reply)
{
  EnvoiSmtpRecipientState state = envoi_smtp_reply_is_transient (reply)
                                  ? ENVOI_SMTP_RECIPIENT_DEFERRED : ENVOI_SMTP_RECIPIENT_REFUSED;

  for (guint i = 0; i < self->letter->outcome->recipients->len; i++) {
    EnvoiSmtpRecipientResult *result = get_recipient (self, i);

    if (result->state == ENVOI_SMTP_RECIPIENT_ACCEPTED)
      note_recipient (result, state, reply);
  }
}

static EnvoiSmtpError
get_refusal_code (const EnvoiSmtpReply *reply)
{
  return envoi_smtp_reply_is_transient (reply) ? ENVOI_SMTP_ERROR_TRANSIENT
                                               : ENVOI_SMTP_ERROR_PERMANENT;
}

static guint
count_recipients (EnvoiSmtpMachine        *self,
                  EnvoiSmtpRecipientState  state)
{
  guint n = 0;

  for (guint i = 0; i < self->letter->outcome->recipients->len; i++)
    if (get_recipient (self, i)->state == state)
      n++;

  return n;
}

/* Notes the failure of the recipients as a whole: later may help when any was
 * only put off. */
static void
note_recipients_failure (EnvoiSmtpMachine *self)
{
  gboolean is_final = count_recipients (self, ENVOI_SMTP_RECIPIENT_DEFERRED) == 0;
  gboolean is_one = self->letter->n_accepted > 0;

  if (is_final)
    envoi_smtp_machine_note_failure (self, ENVOI_SMTP_ERROR_RECIPIENTS_REJECTED, NULL,
                                     is_one ? _("The server refused a recipient, and the letter "
                                                "goes to all or to nobody.")
                                     : _("The server refused every recipient."));
  else
    envoi_smtp_machine_note_failure (self, ENVOI_SMTP_ERROR_TRANSIENT, NULL,
                                     _("The server accepts no letter for these recipients now."));
}

static gboolean
has_veto (EnvoiSmtpMachine *self)
{
  EnvoiEnvelopeFlags flags = envoi_envelope_get_flags (self->letter->envelope);

  return (flags & ENVOI_ENVELOPE_ALL_OR_NOTHING) &&
         self->letter->n_accepted < self->letter->outcome->recipients->len;
}

/* Whether the envelope, as far as it is answered, leaves somebody to write to. */
static gboolean
has_reader (EnvoiSmtpMachine *self)
{
  return !self->letter->is_mail_refused && self->letter->n_accepted > 0;
}

static void
finish_letter (EnvoiSmtpMachine *self)
{
  EnvoiSmtpLetter *letter = self->letter;

  if (!self->letter->outcome->error && letter->n_accepted == 0 && !letter->is_mail_refused)
    note_recipients_failure (self);

  if (envoi_smtp_flight_is_current (self))
    envoi_smtp_machine_set_state (self, ENVOI_SMTP_STATE_READY);
  envoi_smtp_machine_finish (self);
}

/* Whether nothing of the message at hand has been asked for yet. */
static gboolean
is_in_envelope (EnvoiSmtpMachine *self)
{
  return envoi_smtp_flight_is_current (self) && self->state == ENVOI_SMTP_STATE_ENVELOPE;
}

static void
got_wrong_code (EnvoiSmtpMachine *self)
{
  g_autoptr (GError) cause = g_error_new_literal (ENVOI_SMTP_ERROR, ENVOI_SMTP_ERROR_PROTOCOL,
                                                  _("The server answered with a code that "
                                                    "has no meaning there."));

  envoi_smtp_machine_did_fail (self, cause, FALSE);
}

/* A server that keeps the last letter's recipients must not get this one. Once
 * the body is out it is MAIL's reply that tells. */
static void
got_rset (EnvoiSmtpMachine     *self,
          const EnvoiSmtpReply *reply)
{
  if (envoi_smtp_reply_is_positive (reply) || self->letter->is_probe || !is_in_envelope (self))
    return;

  envoi_smtp_machine_note_failure (self, ENVOI_SMTP_ERROR_TRANSIENT, reply,
                                   _("The server would not begin a new letter"));
  envoi_smtp_machine_break_off (self, ENVOI_SMTP_ERROR_TRANSIENT, "");
}

static void
got_mail (EnvoiSmtpMachine     *self,
          const EnvoiSmtpReply *reply)
{
  if (envoi_smtp_reply_is_positive (reply))
    return;

  self->letter->is_mail_refused = TRUE;
  envoi_smtp_machine_drop_queued (self);
  envoi_smtp_machine_note_failure (self, get_refusal_code (reply), reply,
                                   _("The server refused the letter's sender or kind"));
}

/* 552 is what servers of before RFC 5321 say for 452 (section 4.5.3.1.10). */
static void
got_rcpt (EnvoiSmtpMachine     *self,
          guint                 index,
          const EnvoiSmtpReply *reply)
{
  EnvoiSmtpRecipientResult *result = get_recipient (self, index);

  if (envoi_smtp_reply_is_positive (reply)) {
    self->letter->n_accepted++;
    note_recipient (result, ENVOI_SMTP_RECIPIENT_ACCEPTED, reply);
  } else if (!self->letter->is_mail_refused) {
    gboolean is_put_off = envoi_smtp_reply_is_transient (reply) || reply->code == 552;

    note_recipient (result, is_put_off ? ENVOI_SMTP_RECIPIENT_DEFERRED
                                       : ENVOI_SMTP_RECIPIENT_REFUSED, reply);
    envoi_smtp_machine_note_reply (self, reply);
  }
}

/* 354 without a valid recipient: only the end of an empty message leads out of
 * it (RFC 2920 section 3.1). */
static void
got_data (EnvoiSmtpMachine     *self,
          const EnvoiSmtpReply *reply)
{
  if (reply->code != 354) {
    if (has_reader (self)) {
      envoi_smtp_machine_note_failure (self, get_refusal_code (reply), reply,
                                       _("The server would not take the letter"));
      settle_accepted (self, reply);
    }
    return;
  }

  if (has_reader (self)) {
    envoi_smtp_body_begin (self);
    return;
  }

  envoi_smtp_machine_set_state (self, ENVOI_SMTP_STATE_FINAL);
  envoi_smtp_machine_queue (self, ENVOI_SMTP_OWED_FINAL, g_strdup (".\r\n"));
  envoi_smtp_machine_pump (self);
}

/* A chunk that is refused before the last has gone ends the connection: the
 * last octets, which would have made it a letter, are never sent. */
static void
got_chunk (EnvoiSmtpMachine     *self,
           const EnvoiSmtpReply *reply)
{
  if (envoi_smtp_reply_is_positive (reply))
    return;

  envoi_smtp_machine_note_failure (self, get_refusal_code (reply), reply,
                                   _("The server stopped taking the letter"));
  settle_accepted (self, reply);
  self->letter->is_chunk_refused = TRUE;
  if (!self->letter->is_committed)
    envoi_smtp_machine_break_off (self, ENVOI_SMTP_ERROR_TRANSIENT, "");
}

static void
got_final (EnvoiSmtpMachine     *self,
           const EnvoiSmtpReply *reply)
{
  if (!has_reader (self))
    return;

  if (envoi_smtp_reply_is_positive (reply) && self->letter->is_chunk_refused) {
    g_clear_error (&self->letter->outcome->error);
    envoi_smtp_machine_note_failure (self, ENVOI_SMTP_ERROR_OUTCOME_UNKNOWN, reply,
                                     _("The server refused a part of the letter and took the "
                                       "whole"));
    return;
  }
  if (envoi_smtp_reply_is_positive (reply)) {
    self->n_taken++;
    self->letter->outcome->phase = ENVOI_SMTP_PHASE_FINAL;
    envoi_smtp_machine_note_reply (self, reply);
    return;
  }

  envoi_smtp_machine_note_failure (self, get_refusal_code (reply), reply,
                                   _("The server refused the letter"));
  settle_accepted (self, reply);
}

/**
 * envoi_smtp_letter_take_early_reply:
 * @self: a machine in the middle of a message
 * @reply: a reply that answers nothing
 *
 * Takes the refusal of a server that does not wait for the end of the message.
 * The rest is never sent, so nothing is delivered.
 *
 * Thread: courier
 */
void
envoi_smtp_letter_take_early_reply (EnvoiSmtpMachine     *self,
                                    const EnvoiSmtpReply *reply)
{
  envoi_smtp_machine_note_failure (self, get_refusal_code (reply), reply,
                                   _("The server stopped taking the letter"));
  settle_accepted (self, reply);
  envoi_smtp_machine_break_off (self, ENVOI_SMTP_ERROR_TRANSIENT, "");
}

static gboolean
is_code_possible (EnvoiSmtpOwed         owed,
                  const EnvoiSmtpReply *reply)
{
  if (owed == ENVOI_SMTP_OWED_DATA)
    return reply->code == 354 || reply->code / 100 >= 4;

  return reply->code / 100 != 3;
}

static gboolean
has_local_beyond_ascii (const char *address)
{
  const char *at = strrchr (address, '@');

  for (const char *p = address; at && p < at; p++)
    if ((guint8) *p >= 0x80)
      return TRUE;

  return FALSE;
}

static gboolean
needs_smtputf8 (const EnvoiEnvelope *envelope)
{
  const char *const *recipients = envoi_envelope_get_recipients (envelope);

  for (guint i = 0; recipients[i]; i++)
    if (has_local_beyond_ascii (recipients[i]))
      return TRUE;

  return has_local_beyond_ascii (envoi_envelope_get_sender (envelope));
}

/* What the server must be able to do for this letter; nothing is sent that it
 * would have to garble. */
static const char *
find_obstacle (EnvoiSmtpMachine             *self,
               EnvoiEnvelope                *envelope,
               const EnvoiSmtpMessageTraits *traits)
{
  const EnvoiSmtpCapabilities *offers = self->offers;

  if (traits->needs_smtputf8 && !offers->has_smtputf8)
    return _("The server does not take addresses or header fields beyond ASCII.");
  if (traits->is_8bit && !offers->has_8bitmime)
    return _("The server does not take letters of 8-bit octets.");
  if ((envoi_envelope_get_flags (envelope) & ENVOI_ENVELOPE_REQUIRE_TLS) && !offers->has_requiretls)
    return _("The server cannot promise that the letter stays protected all the way "
             "(no REQUIRETLS).");

  return NULL;
}

static void
refuse (EnvoiSmtpMachine *self,
        EnvoiSmtpError    code,
        const char       *message)
{
  envoi_smtp_machine_drop_queued (self);
  envoi_smtp_machine_note_failure (self, code, NULL, message);
  envoi_smtp_machine_finish (self);
}

/* Saves the upload that the server has said it will refuse (RFC 1870 section 6.1). */
static gboolean
is_too_large (EnvoiSmtpMachine             *self,
              const EnvoiSmtpMessageTraits *traits)
{
  guint64 limit = self->offers->size_limit;
  g_autofree char *size = NULL;
  g_autofree char *limit_text = NULL;
  g_autofree char *message = NULL;

  if (limit == 0 || traits->size <= limit)
    return FALSE;

  size = g_format_size (traits->size);
  limit_text = g_format_size (limit);
  /* Translators: two sizes: 3 MB */
  message = g_strdup_printf (_("The letter has %s; the server takes at most %s."), size,
                             limit_text);
  refuse (self, ENVOI_SMTP_ERROR_TOO_LARGE, message);
  return TRUE;
}

/* Whether the server's limits (RFC 9422) leave room for one more. @domains: of
 * those who are asked for. */
static gboolean
has_room_for (EnvoiSmtpMachine *self,
              GHashTable       *domains,
              const char       *address)
{
  const EnvoiSmtpCapabilities *offers = self->offers;
  const char *at = strrchr (address, '@');
  g_autofree char *domain = g_utf8_casefold (at ? at + 1 : "", -1);

  if (offers->rcpt_max > 0 && self->letter->n_recipients >= offers->rcpt_max)
    return FALSE;
  if (offers->rcpt_domain_max > 0 && g_hash_table_size (domains) >= offers->rcpt_domain_max &&
      !g_hash_table_contains (domains, domain))
    return FALSE;

  g_hash_table_add (domains, g_steal_pointer (&domain));
  return TRUE;
}

/* Recipients beyond what the server takes in one letter wait for another. */
static void
put_off_recipients (EnvoiSmtpMachine *self)
{
  const char *const *recipients = envoi_envelope_get_recipients (self->letter->envelope);
  g_autoptr (GHashTable) domains = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  EnvoiSmtpReply later = {
    .code = 452, .enhanced = (char *) "4.5.3",
    .text = (char *) _("The server takes no more recipients in one letter; this one comes later."),
  };

  for (guint i = 0; recipients[i]; i++) {
    if (has_room_for (self, domains, recipients[i]))
      self->letter->n_recipients++;
    else
      note_recipient (get_recipient (self, i), ENVOI_SMTP_RECIPIENT_DEFERRED, &later);
  }
}

static gboolean
queue_envelope (EnvoiSmtpMachine              *self,
                const EnvoiSmtpMessageTraits  *traits,
                GError                       **error)
{
  EnvoiSmtpLetter *letter = self->letter;
  char *line;

  /* Free in the same flight, and some servers keep the old sender without it. */
  if (self->n_letters > 0)
    envoi_smtp_machine_queue (self, ENVOI_SMTP_OWED_RSET, g_strdup ("RSET\r\n"));

  line = envoi_smtp_command_format_mail (letter->envelope, traits, self->offers, error);
  if (!line)
    return FALSE;
  envoi_smtp_machine_queue (self, ENVOI_SMTP_OWED_MAIL, line);

  for (guint i = 0; i < envoi_envelope_get_n_recipients (letter->envelope); i++) {
    line = envoi_smtp_command_format_rcpt (letter->envelope, i, self->offers, error);
    if (!line)
      return FALSE;
    if (get_recipient (self, i)->state == ENVOI_SMTP_RECIPIENT_DEFERRED)
      g_free (line);
    else
      envoi_smtp_machine_queue_rcpt (self, i, line);
  }

  if (letter->is_probe)
    envoi_smtp_machine_queue (self, ENVOI_SMTP_OWED_RSET, g_strdup ("RSET\r\n"));
  else if (!letter->plan.is_chunked && !letter->plan.is_envelope_first)
    envoi_smtp_machine_queue (self, ENVOI_SMTP_OWED_DATA, g_strdup ("DATA\r\n"));
  return TRUE;
}

static void
make_plan (EnvoiSmtpMachine             *self,
           const EnvoiSmtpMessageTraits *traits)
{
  EnvoiSmtpLetter *letter = self->letter;
  EnvoiEnvelopeFlags flags = envoi_envelope_get_flags (letter->envelope);
  EnvoiSmtpPlanInput input = {
    .host = envoi_smtp_endpoint_get_host (self->endpoint),
    .quirks = envoi_smtp_endpoint_get_quirks (self->endpoint),
    .n_recipients = letter->n_recipients,
    .size = traits->size,
    .is_all_or_nothing = (flags & ENVOI_ENVELOPE_ALL_OR_NOTHING) != 0,
  };

  envoi_smtp_plan_make (&letter->plan, self->offers, &input);
}

static void
add_recipients (EnvoiSmtpMachine *self,
                EnvoiEnvelope    *envelope)
{
  const char *const *recipients = envoi_envelope_get_recipients (envelope);

  for (guint i = 0; recipients[i]; i++)
    envoi_smtp_outcome_add_recipient (self->letter->outcome, recipients[i]);
}

/**
 * envoi_smtp_letter_begin:
 * @self: a machine in the state READY, or FINAL when the letter follows another
 * @envelope: from whom, for whom
 * @traits: (nullable): what is said of the message; NULL for a probe
 *
 * Checks that the letter can be sent here, builds every command before the
 * first is sent, and sends the first flight.
 *
 * Thread: courier
 */
void
envoi_smtp_letter_begin (EnvoiSmtpMachine             *self,
                         EnvoiEnvelope                *envelope,
                         const EnvoiSmtpMessageTraits *traits)
{
  EnvoiSmtpLetter *letter = self->letter;
  EnvoiSmtpMessageTraits wanted = traits ? *traits : (EnvoiSmtpMessageTraits) { 0 };
  g_autoptr (GError) error = NULL;
  const char *obstacle;

  letter->envelope = envoi_envelope_ref (envelope);
  letter->is_probe = traits == NULL;
  letter->size = wanted.size;
  envoi_smtp_framing_init (&letter->framing);
  add_recipients (self, envelope);

  if (envoi_envelope_get_n_recipients (envelope) == 0) {
    refuse (self, ENVOI_SMTP_ERROR_REFUSED_INPUT, _("The letter has no recipient."));
    return;
  }

  wanted.needs_smtputf8 |= needs_smtputf8 (envelope);
  obstacle = find_obstacle (self, envelope, &wanted);
  if (obstacle) {
    refuse (self, ENVOI_SMTP_ERROR_UNSUPPORTED, obstacle);
    return;
  }
  if (is_too_large (self, &wanted))
    return;
  if (envoi_smtp_endpoint_get_quirks (self->endpoint) & ENVOI_SMTP_QUIRK_NO_SIZE)
    wanted.size = 0;

  letter->outcome->lacks_notices = envoi_smtp_command_lacks_notices (envelope, self->offers);
  put_off_recipients (self);
  make_plan (self, traits ? traits : &wanted);
  if (!queue_envelope (self, &wanted, &error)) {
    refuse (self, ENVOI_SMTP_ERROR_REFUSED_INPUT, error->message);
    return;
  }

  self->n_letters++;
  self->current = letter;
  envoi_smtp_machine_set_state (self, ENVOI_SMTP_STATE_ENVELOPE);
  envoi_smtp_machine_pump (self);
  envoi_smtp_letter_go_on (self);
}

/**
 * envoi_smtp_letter_take_reply:
 * @self: a machine with a letter on its way
 * @command: what @reply answers
 * @reply: the reply
 *
 * Notes one reply of the transaction. A refusal does not end it: every owed
 * reply is read, so that the connection stays in step.
 *
 * Thread: courier
 */
void
envoi_smtp_letter_take_reply (EnvoiSmtpMachine       *self,
                              const EnvoiSmtpCommand *command,
                              const EnvoiSmtpReply   *reply)
{
  if (!is_code_possible (command->owed, reply)) {
    got_wrong_code (self);
    return;
  }

  switch (command->owed) {
    case ENVOI_SMTP_OWED_RSET:
      got_rset (self, reply);
      break;
    case ENVOI_SMTP_OWED_MAIL:
      got_mail (self, reply);
      break;
    case ENVOI_SMTP_OWED_RCPT:
      got_rcpt (self, command->recipient, reply);
      break;
    case ENVOI_SMTP_OWED_DATA:
      got_data (self, reply);
      break;
    case ENVOI_SMTP_OWED_CHUNK:
      got_chunk (self, reply);
      break;
    default:
      got_final (self, reply);
      break;
  }
}

/* The envelope is answered and the body has not begun: go on, or end here. */
static void
decide (EnvoiSmtpMachine *self)
{
  EnvoiSmtpLetter *letter = self->letter;
  gboolean is_asked_for_data = !letter->plan.is_chunked && !letter->plan.is_envelope_first;

  if (has_reader (self) && has_veto (self) && !letter->is_probe)
    note_recipients_failure (self);

  if (self->letter->outcome->error || letter->is_probe || !has_reader (self) || is_asked_for_data) {
    finish_letter (self);
  } else if (letter->plan.is_chunked) {
    envoi_smtp_body_begin (self);
  } else {
    letter->plan.is_envelope_first = FALSE;
    envoi_smtp_machine_queue (self, ENVOI_SMTP_OWED_DATA, g_strdup ("DATA\r\n"));
    envoi_smtp_machine_pump (self);
  }
}

/* What the replies allow the current letter. */
static void
go_on_with_current (EnvoiSmtpMachine *self)
{
  EnvoiSmtpLetter *letter = self->letter;

  if (self->state == ENVOI_SMTP_STATE_ENVELOPE && letter->plan.is_single_flight &&
      g_queue_is_empty (&self->queued) && !letter->is_probe && !letter->is_mail_refused)
    envoi_smtp_body_begin (self);
  else if (self->state == ENVOI_SMTP_STATE_ENVELOPE && letter->n_open == 0)
    decide (self);
  else if (self->state == ENVOI_SMTP_STATE_FINAL && letter->n_open == 0)
    finish_letter (self);
}

/**
 * envoi_smtp_letter_go_on:
 * @self: a machine, after a reply
 *
 * Takes the next step when the replies allow one: for the letter that was
 * answered, and for the one that is being written.
 *
 * Thread: courier
 */
void
envoi_smtp_letter_go_on (EnvoiSmtpMachine *self)
{
  EnvoiSmtpLetter *letter = self->letter;

  if (letter->envelope && !letter->is_over && letter != self->current && letter->n_open == 0)
    finish_letter (self);

  envoi_smtp_flight_turn_to_current (self);
  envoi_smtp_flight_end_given_up (self);
  if (self->letter->is_over || !self->letter->envelope)
    return;

  envoi_smtp_machine_pump (self);
  go_on_with_current (self);
}
