/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-smtp"

#include "config.h"

#include "envoi-smtp-machine-private.h"

/* The letters that share one connection: each has its own outcome, and only the
 * current one, the last that was begun, is still being written. The others wait
 * for their replies, which come in order. */

/* So much may be on its way unanswered. When the connection is lost, the
 * outcome of every letter that was on its way is unknown: so a server is given
 * few at first, and one more for each that it has taken. */
#define FIRST_LETTERS 16
#define MOST_LETTERS 64
#define MOST_OCTETS (256 * 1024)
/* A TLS record's worth goes out before another letter is taken in. */
#define MOST_WAITING (16 * 1024)

static const EnvoiSmtpPhase owed_phases[ENVOI_SMTP_N_OWED] = {
  [ENVOI_SMTP_OWED_GREETING] = ENVOI_SMTP_PHASE_GREETING,
  [ENVOI_SMTP_OWED_EHLO] = ENVOI_SMTP_PHASE_EHLO,
  [ENVOI_SMTP_OWED_STARTTLS] = ENVOI_SMTP_PHASE_TLS,
  [ENVOI_SMTP_OWED_AUTH] = ENVOI_SMTP_PHASE_AUTH,
  [ENVOI_SMTP_OWED_RSET] = ENVOI_SMTP_PHASE_MAIL,
  [ENVOI_SMTP_OWED_MAIL] = ENVOI_SMTP_PHASE_MAIL,
  [ENVOI_SMTP_OWED_RCPT] = ENVOI_SMTP_PHASE_RCPT,
  [ENVOI_SMTP_OWED_DATA] = ENVOI_SMTP_PHASE_DATA,
  [ENVOI_SMTP_OWED_CHUNK] = ENVOI_SMTP_PHASE_DATA,
  [ENVOI_SMTP_OWED_FINAL] = ENVOI_SMTP_PHASE_FINAL,
  [ENVOI_SMTP_OWED_QUIT] = ENVOI_SMTP_PHASE_QUIT,
};

static void
letter_free (EnvoiSmtpLetter *letter)
{
  g_clear_pointer (&letter->outcome, envoi_smtp_outcome_unref);
  g_clear_pointer (&letter->transcript, envoi_smtp_transcript_free);
  g_clear_pointer (&letter->envelope, envoi_envelope_unref);
  g_free (letter);
}

/**
 * envoi_smtp_flight_add:
 * @self: a machine
 * @phase: where the operation begins
 *
 * Adds an operation behind those whose outcome has not been taken.
 *
 * Returns: (transfer none): the operation
 *
 * Thread: courier
 */
EnvoiSmtpLetter *
envoi_smtp_flight_add (EnvoiSmtpMachine *self,
                       EnvoiSmtpPhase    phase)
{
  EnvoiSmtpLetter *letter = g_new0 (EnvoiSmtpLetter, 1);

  letter->outcome = envoi_smtp_outcome_new (phase);
  letter->transcript = envoi_smtp_transcript_new (self->clock, self->zone);
  g_queue_push_tail (&self->letters, letter);
  return letter;
}

/**
 * envoi_smtp_flight_clear:
 * @self: a machine
 *
 * Forgets every operation, when the machine ends.
 *
 * Thread: courier
 */
void
envoi_smtp_flight_clear (EnvoiSmtpMachine *self)
{
  g_queue_clear_full (&self->letters, (GDestroyNotify) letter_free);
  self->current = self->letter = NULL;
}

/**
 * envoi_smtp_flight_turn_to_reply:
 * @self: a machine with an operation that is not over
 *
 * Turns to the letter that the next reply answers.
 *
 * Thread: courier
 */
void
envoi_smtp_flight_turn_to_reply (EnvoiSmtpMachine *self)
{
  const EnvoiSmtpCommand *command = g_queue_peek_head (&self->owed);

  self->letter = command ? command->letter : self->current;
}

/**
 * envoi_smtp_flight_turn_to_current:
 * @self: a machine
 *
 * Turns to the letter that is being written.
 *
 * Thread: courier
 */
void
envoi_smtp_flight_turn_to_current (EnvoiSmtpMachine *self)
{
  self->letter = self->current;
}

/**
 * envoi_smtp_flight_is_over:
 * @self: a machine
 *
 * Tells whether no operation waits for anything. The last to end is not always
 * the last that was begun.
 *
 * Returns: whether all are over
 *
 * Thread: courier
 */
gboolean
envoi_smtp_flight_is_over (const EnvoiSmtpMachine *self)
{
  for (const GList *link = self->letters.tail; link; link = link->prev)
    if (!((const EnvoiSmtpLetter *) link->data)->is_over)
      return FALSE;

  return TRUE;
}

/**
 * envoi_smtp_flight_is_current:
 * @self: a machine
 *
 * Returns: whether the letter at hand is the one the state tells of
 *
 * Thread: courier
 */
gboolean
envoi_smtp_flight_is_current (const EnvoiSmtpMachine *self)
{
  return self->letter == self->current;
}

/**
 * envoi_smtp_flight_has_earlier:
 * @self: a machine
 *
 * Returns: whether a letter before the current one waits for its replies
 *
 * Thread: courier
 */
gboolean
envoi_smtp_flight_has_earlier (const EnvoiSmtpMachine *self)
{
  for (const GList *link = self->letters.head; link && link->data != self->current;
       link = link->next)
    if (!((const EnvoiSmtpLetter *) link->data)->is_over)
      return TRUE;

  return FALSE;
}

static const EnvoiSmtpCommand *
find_owed (const EnvoiSmtpMachine *self,
           const EnvoiSmtpLetter  *letter)
{
  if (self->answered && self->answered->letter == letter)
    return self->answered;

  for (const GList *link = self->owed.head; link; link = link->next)
    if (((const EnvoiSmtpCommand *) link->data)->letter == letter)
      return link->data;

  return NULL;
}

/**
 * envoi_smtp_flight_get_phase:
 * @self: a machine
 * @letter: (nullable): one of its letters
 *
 * Tells what the letter's oldest unanswered command belongs to.
 *
 * Returns: the phase
 *
 * Thread: courier
 */
EnvoiSmtpPhase
envoi_smtp_flight_get_phase (const EnvoiSmtpMachine *self,
                             const EnvoiSmtpLetter  *letter)
{
  const EnvoiSmtpCommand *command = find_owed (self, letter);

  if (self->state == ENVOI_SMTP_STATE_HANDSHAKE)
    return ENVOI_SMTP_PHASE_TLS;
  if (command && command->owed == ENVOI_SMTP_OWED_RSET && letter->is_probe)
    return ENVOI_SMTP_PHASE_RSET;
  if (command)
    return owed_phases[command->owed];
  if (letter == self->current &&
      (self->state == ENVOI_SMTP_STATE_BODY || self->state == ENVOI_SMTP_STATE_COMMIT))
    return ENVOI_SMTP_PHASE_DATA;

  return letter ? letter->outcome->phase : ENVOI_SMTP_PHASE_QUIT;
}

/**
 * envoi_smtp_flight_give_up:
 * @self: a machine whose current letter is not committed
 * @cause: why it cannot go on
 *
 * Stops the current letter. Only the end of the connection can take back what
 * the server has of it, and that end waits until the letters before it have
 * their replies: they must not become unknown for another letter's sake.
 *
 * Thread: courier
 */
void
envoi_smtp_flight_give_up (EnvoiSmtpMachine *self,
                           const GError     *cause)
{
  if (!envoi_smtp_flight_has_earlier (self)) {
    envoi_smtp_machine_did_fail (self, cause, FALSE);
    return;
  }

  envoi_smtp_flight_turn_to_current (self);
  self->letter->outcome->phase = envoi_smtp_flight_get_phase (self, self->letter);
  if (!self->letter->outcome->error)
    self->letter->outcome->error = g_error_copy (cause);
  envoi_smtp_transcript_add_note (self->letter->transcript, cause->message);
  envoi_smtp_machine_drop_queued (self);
  envoi_smtp_machine_finish (self);
  self->is_given_up = TRUE;
}

/**
 * envoi_smtp_flight_end_given_up:
 * @self: a machine, after a reply
 *
 * Ends the connection once nothing but a letter that was given up is on it.
 *
 * Thread: courier
 */
void
envoi_smtp_flight_end_given_up (EnvoiSmtpMachine *self)
{
  if (self->is_given_up && envoi_smtp_flight_is_over (self))
    envoi_smtp_machine_close (self);
}

/**
 * envoi_smtp_machine_give_up:
 * @self: a machine with an operation
 * @cause: why the current letter cannot go on: the user, the disk
 *
 * Stops the current letter before its last octet. Letters before it are waited
 * for, then the connection ends; a letter that is committed is not stopped.
 *
 * Thread: courier
 */
void
envoi_smtp_machine_give_up (EnvoiSmtpMachine *self,
                            const GError     *cause)
{
  if (self->current && !self->current->is_over && !self->current->is_committed)
    envoi_smtp_flight_give_up (self, cause);
}

/**
 * envoi_smtp_machine_can_give_up:
 * @self: a machine
 *
 * Returns: whether the last operation that was begun can still be stopped
 *
 * Thread: courier
 */
gboolean
envoi_smtp_machine_can_give_up (const EnvoiSmtpMachine *self)
{
  return self->current && !self->current->is_over && !self->current->is_committed;
}

static guint
get_most_letters (const EnvoiSmtpMachine *self)
{
  return MIN (FIRST_LETTERS + self->n_taken, MOST_LETTERS);
}

/* What is on its way unanswered. */
static guint
count_letters (const EnvoiSmtpMachine *self,
               guint64                *n_octets)
{
  guint n_letters = 0;

  *n_octets = 0;
  for (const GList *link = self->letters.head; link; link = link->next) {
    const EnvoiSmtpLetter *letter = link->data;

    n_letters += letter->is_over ? 0 : 1;
    *n_octets += letter->is_over ? 0 : letter->size;
  }

  return n_letters;
}

static gboolean
has_room (const EnvoiSmtpMachine *self)
{
  guint64 n_octets;
  guint n_letters = count_letters (self, &n_octets);

  return n_letters < get_most_letters (self) && n_octets < MOST_OCTETS &&
         self->output->len - self->n_written < MOST_WAITING;
}

/**
 * envoi_smtp_machine_has_room_behind:
 * @self: a machine that has just been given a letter
 * @n_letters: (out): how many more
 * @n_octets: (out): of how many octets in all
 *
 * Tells what else leaves by the same write as the letter that begins, if it and
 * those behind it need no reply in between. A letter that waits for one would
 * have those behind it wait too.
 *
 * Returns: whether anything does
 *
 * Thread: courier
 */
gboolean
envoi_smtp_machine_has_room_behind (const EnvoiSmtpMachine *self,
                                    guint                  *n_letters,
                                    guint64                *n_octets)
{
  const EnvoiSmtpLetter *letter = self->current;
  EnvoiSmtpQuirks quirks = envoi_smtp_endpoint_get_quirks (self->endpoint);
  guint64 n_waiting = self->output->len - self->n_written;
  guint most = get_most_letters (self);
  guint64 ignored;
  guint n_flying = count_letters (self, &ignored);

  if (!letter || letter->is_over || !letter->plan.is_single_flight ||
      (quirks & ENVOI_SMTP_QUIRK_ONE_AT_A_TIME))
    return FALSE;

  n_waiting += letter->size;
  *n_letters = most > n_flying ? most - n_flying : 0;
  *n_octets = MOST_WAITING > n_waiting ? MOST_WAITING - n_waiting : 0;
  if (self->offers->mail_max > 0)
    *n_letters = MIN (*n_letters, self->offers->mail_max - MIN (self->n_letters,
                                                                self->offers->mail_max));
  return *n_letters > 0 && *n_octets > 0;
}

/**
 * envoi_smtp_machine_can_follow:
 * @self: a machine
 *
 * Tells whether the next letter may begin although the last has not been
 * answered: its envelope may stand in the same group as the end of a message
 * (RFC 2920 section 3.1), and BDAT anywhere in it (RFC 3030 section 2).
 *
 * Returns: whether it may
 *
 * Thread: courier
 */
gboolean
envoi_smtp_machine_can_follow (const EnvoiSmtpMachine *self)
{
  const EnvoiSmtpLetter *last = self->current;
  EnvoiSmtpQuirks quirks = envoi_smtp_endpoint_get_quirks (self->endpoint);

  return self->state == ENVOI_SMTP_STATE_FINAL && last && last->is_committed && !last->is_over &&
         last->plan.is_pipelined && !(quirks & ENVOI_SMTP_QUIRK_ONE_AT_A_TIME) &&
         (self->offers->mail_max == 0 || self->n_letters < self->offers->mail_max) &&
         has_room (self);
}

/**
 * envoi_smtp_machine_has_operation:
 * @self: a machine
 *
 * Returns: whether there is an outcome to wait for or to take
 *
 * Thread: courier
 */
gboolean
envoi_smtp_machine_has_operation (const EnvoiSmtpMachine *self)
{
  return !g_queue_is_empty ((GQueue *) &self->letters);
}

/**
 * envoi_smtp_machine_take_outcome:
 * @self: a machine whose action is DONE, and that has an operation
 *
 * Ends the bookkeeping of the oldest operation.
 *
 * Returns: (transfer full): what came of it
 *
 * Thread: courier
 */
EnvoiSmtpOutcome *
envoi_smtp_machine_take_outcome (EnvoiSmtpMachine *self)
{
  EnvoiSmtpLetter *letter = g_queue_pop_head (&self->letters);
  EnvoiSmtpOutcome *outcome;

  g_assert (letter && letter->is_over);

  outcome = g_steal_pointer (&letter->outcome);
  outcome->transcript = envoi_smtp_transcript_take_text (letter->transcript);
  if (self->current == letter)
    self->current = NULL;
  if (self->letter == letter)
    self->letter = self->current;
  letter_free (letter);
  return outcome;
}
