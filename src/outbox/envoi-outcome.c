/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-outbox"

#include "config.h"

#include "envoi-outbox-private.h"

#include "envoi-letter-transition-private.h"
#include "envoi-retry-policy-private.h"

#include <glib/gi18n.h>

/* A server has answered for it, and nobody has heard since that it came back. */
static gboolean
is_taken (const EnvoiRecipientRecord *recipient)
{
  return recipient->state == ENVOI_RECIPIENT_ACCEPTED ||
         recipient->state == ENVOI_RECIPIENT_DELAYED ||
         recipient->state == ENVOI_RECIPIENT_DELIVERED;
}

static EnvoiRecipientRecord *
find_recipient (const GPtrArray *recipients,
                const char      *address)
{
  for (guint i = 0; i < recipients->len; i++) {
    EnvoiRecipientRecord *recipient = recipients->pdata[i];

    if (g_strcmp0 (recipient->address, address) == 0)
      return recipient;
  }

  return NULL;
}

static void
copy_answer (EnvoiRecipientRecord       *recipient,
             const EnvoiRecipientRecord *answer)
{
  recipient->state = answer->state;
  recipient->code = answer->code;
  g_free (recipient->enhanced);
  g_free (recipient->text);
  recipient->enhanced = g_strdup (answer->enhanced);
  recipient->text = g_strdup (answer->text);
}

static void
copy_answers (EnvoiLetterRecord          *record,
              const EnvoiDeliveryOutcome *outcome)
{
  for (guint i = 0; outcome->recipients && i < outcome->recipients->len; i++) {
    const EnvoiRecipientRecord *answer = g_ptr_array_index (outcome->recipients, i);
    EnvoiRecipientRecord *recipient = find_recipient (record->recipients, answer->address);

    /* What was accepted by an earlier attempt stays accepted. */
    if (recipient && !is_taken (recipient))
      copy_answer (recipient, answer);
  }
}

static void
copy_result (EnvoiLetterRecord          *record,
             const EnvoiDeliveryOutcome *outcome)
{
  envoi_letter_record_clear_result (record);
  record->error_domain = g_strdup (outcome->error_domain);
  record->error_code = outcome->error_code;
  record->error_message = g_strdup (outcome->error_message);
  record->phase = g_strdup (outcome->phase);
  record->reply_code = outcome->reply_code;
  record->reply_enhanced = g_strdup (outcome->reply_enhanced);
  record->reply_text = g_strdup (outcome->reply_text);
  record->transcript = g_strdup (outcome->transcript);
  record->lacks_receipt = outcome->lacks_receipt;
}

/* @tried: of EnvoiRecipientRecord */
static void
set_open_recipients (GPtrArray          *tried,
                     EnvoiRecipientState state)
{
  for (guint i = 0; i < tried->len; i++) {
    EnvoiRecipientRecord *recipient = g_ptr_array_index (tried, i);

    if (envoi_outcome_is_open (recipient))
      recipient->state = state;
  }
}

static gboolean
is_not_taken (const EnvoiRecipientRecord *recipient)
{
  return !is_taken (recipient);
}

static gboolean
is_pending (const EnvoiRecipientRecord *recipient)
{
  return recipient->state == ENVOI_RECIPIENT_PENDING;
}

static gboolean
is_deferred (const EnvoiRecipientRecord *recipient)
{
  return recipient->state == ENVOI_RECIPIENT_DEFERRED;
}

static gboolean
has_recipient (const EnvoiLetterRecord *record,
               gboolean (              *is_such )(const EnvoiRecipientRecord *recipient))
{
  for (guint i = 0; i < record->recipients->len; i++) {
    if (is_such (g_ptr_array_index (record->recipients, i)))
      return TRUE;
  }

  return FALSE;
}

static void
wait_or_fail (EnvoiLetterRecord          *record,
              const EnvoiDeliveryOutcome *outcome,
              gint64                      now,
              double                      jitter)
{
  if (!has_recipient (record, envoi_outcome_is_open) ||
      envoi_retry_policy_is_hopeless (now, record->first_try, record->attempts)) {
    envoi_letter_transition (record, ENVOI_LETTER_FAILED, ENVOI_CAUSE_MACHINE);
    return;
  }

  record->next_try = envoi_retry_policy_get_next (now, record->attempts, outcome->retry_after,
                                                  jitter);
  record->pauses_account = outcome->pauses_account;
  envoi_letter_transition (record, ENVOI_LETTER_WAITING, ENVOI_CAUSE_MACHINE);
}

static gboolean
has_next_part (const EnvoiLetterRecord *record)
{
  return record->part_size > 0 && has_recipient (record, is_pending);
}

/* One part less: the next is no retry, so it waits for nothing. */
static void
go_on (EnvoiLetterRecord *record,
       gint64             now)
{
  envoi_letter_record_clear_result (record);
  record->attempts = 0;
  record->first_try = 0;
  record->next_try = now;
  envoi_letter_transition (record, ENVOI_LETTER_WAITING, ENVOI_CAUSE_MACHINE);
}

static void
apply_sent (EnvoiLetterRecord          *record,
            const EnvoiDeliveryOutcome *outcome,
            GPtrArray                  *tried,
            gint64                      now,
            double                      jitter)
{
  gboolean is_named = outcome->recipients && outcome->recipients->len > 0;

  /* Without answers for each, the final reply speaks for all that were tried. */
  if (!is_named)
    set_open_recipients (tried, ENVOI_RECIPIENT_ACCEPTED);

  if (has_next_part (record))
    go_on (record, now);
  else if (has_recipient (record, envoi_outcome_is_open))
    wait_or_fail (record, outcome, now, jitter);
  else if (has_recipient (record, is_taken) || record->recipients->len == 0)
    envoi_letter_transition (record, ENVOI_LETTER_SENT, ENVOI_CAUSE_MACHINE);
  else
    envoi_letter_transition (record, ENVOI_LETTER_FAILED, ENVOI_CAUSE_MACHINE);
}

/* Recipients who are refused stop neither the next part nor what the others have. */
static void
apply_refused (EnvoiLetterRecord          *record,
               const EnvoiDeliveryOutcome *outcome,
               gint64                      now)
{
  if (outcome->is_about_recipients && has_next_part (record)) {
    go_on (record, now);
  } else if (outcome->is_about_recipients && has_recipient (record, is_taken) &&
             !has_recipient (record, envoi_outcome_is_open)) {
    envoi_letter_record_clear_result (record);
    envoi_letter_transition (record, ENVOI_LETTER_SENT, ENVOI_CAUSE_MACHINE);
  } else {
    envoi_letter_transition (record, ENVOI_LETTER_FAILED, ENVOI_CAUSE_MACHINE);
  }
}

static void
apply_unknown (EnvoiLetterRecord *record,
               GPtrArray         *tried)
{
  set_open_recipients (tried, ENVOI_RECIPIENT_UNKNOWN);
  envoi_letter_transition (record, ENVOI_LETTER_UNKNOWN, ENVOI_CAUSE_MACHINE);
}

static void
apply_stopped (EnvoiLetterRecord *record,
               gint64             now)
{
  /* It was our own wish, so it counts as no try and waits for nothing. */
  record->attempts = record->attempts > 0 ? record->attempts - 1 : 0;
  record->next_try = now;
  envoi_letter_transition (record, ENVOI_LETTER_WAITING, ENVOI_CAUSE_MACHINE);
}

/**
 * envoi_outcome_is_open:
 * @recipient: a recipient
 *
 * Returns: whether another attempt may try it
 *
 * Thread: any
 */
gboolean
envoi_outcome_is_open (const EnvoiRecipientRecord *recipient)
{
  return recipient->state == ENVOI_RECIPIENT_PENDING ||
         recipient->state == ENVOI_RECIPIENT_DEFERRED;
}

/**
 * envoi_outcome_apply:
 * @record: a letter in SENDING
 * @outcome: what the attempt came to
 * @was_handed_over: whether the point of no return was written
 * @now: microseconds since the epoch
 * @jitter: -1 to 1
 *
 * Moves the letter and its recipients to what is now true.
 *
 * Thread: main
 */
void
envoi_outcome_apply (EnvoiLetterRecord          *record,
                     const EnvoiDeliveryOutcome *outcome,
                     gboolean                    was_handed_over,
                     gint64                      now,
                     double                      jitter)
{
  g_autoptr (GPtrArray) tried = envoi_outcome_list_tried (record);

  copy_result (record, outcome);
  copy_answers (record, outcome);
  record->changed = now;
  record->is_handed_over = FALSE;

  switch (outcome->result) {
    case ENVOI_DELIVERY_SENT:
      apply_sent (record, outcome, tried, now, jitter);
      break;
    case ENVOI_DELIVERY_REFUSED:
      apply_refused (record, outcome, now);
      break;
    case ENVOI_DELIVERY_LATER:
      wait_or_fail (record, outcome, now, jitter);
      break;
    case ENVOI_DELIVERY_CANCELLED:
      /* A deliverer that lets the last byte go and then says "stopped" is not believed. */
      if (was_handed_over)
        apply_unknown (record, tried);
      else
        apply_stopped (record, now);
      break;
    case ENVOI_DELIVERY_UNKNOWN:
    default:
      apply_unknown (record, tried);
  }
}

/**
 * envoi_outcome_recover:
 * @record: a letter that was in SENDING when its sender died
 * @now: microseconds since the epoch
 *
 * Settles the letter by what the store knows: past the point of no return it
 * may have been delivered, else it was not.
 *
 * Thread: main
 */
void
envoi_outcome_recover (EnvoiLetterRecord *record,
                       gint64             now)
{
  g_autoptr (GPtrArray) tried = envoi_outcome_list_tried (record);
  gboolean was_handed_over = record->is_handed_over;

  envoi_letter_record_clear_result (record);
  record->error_domain = g_strdup ("outbox");
  record->changed = now;
  record->is_handed_over = FALSE;

  if (was_handed_over) {
    record->error_message =
      g_strdup (_("Envoi ended before the server's last answer arrived."));
    apply_unknown (record, tried);
    return;
  }

  record->error_message = g_strdup (_("Envoi ended while the letter was going out."));
  record->next_try = now;
  envoi_letter_transition (record, ENVOI_LETTER_WAITING, ENVOI_CAUSE_MACHINE);
}

/**
 * envoi_outcome_make_draft:
 * @record: a letter with manifest and blob ids
 * @draft_manifest: (nullable): replaces the sealed manifest
 * @is_cancel: whether it counts as cancelled
 *
 * Takes a letter back to its draft. The caller has checked that it may.
 *
 * Thread: main
 */
void
envoi_outcome_make_draft (EnvoiLetterRecord *record,
                          GBytes            *draft_manifest,
                          gboolean           is_cancel)
{
  if (draft_manifest) {
    g_clear_pointer (&record->manifest, g_bytes_unref);
    record->manifest = g_bytes_ref (draft_manifest);
  }

  envoi_letter_transition (record, ENVOI_LETTER_DRAFT, ENVOI_CAUSE_PERSON);
  envoi_letter_record_clear_result (record);
  g_clear_pointer (&record->envelope, envoi_envelope_unref);
  g_ptr_array_set_size (record->recipients, 0);
  g_free (record->message_id);
  record->message_id = g_strdup ("");
  record->size = 0;
  record->hold_until = 0;
  record->next_try = 0;
  record->first_try = 0;
  record->attempts = 0;
  record->part_size = 0;
  record->was_cancelled = is_cancel;
  record->is_dismissed = FALSE;
  record->pauses_account = FALSE;
}

static void
queue (EnvoiLetterRecord *record,
       gint64             now)
{
  envoi_letter_transition (record, ENVOI_LETTER_QUEUED, ENVOI_CAUSE_PERSON);
  envoi_letter_record_clear_result (record);
  record->hold_until = now;
  record->next_try = 0;
  record->first_try = 0;
  record->attempts = 0;
  record->is_dismissed = FALSE;
  record->pauses_account = FALSE;
}

/**
 * envoi_outcome_queue_again:
 * @record: a letter in FAILED or UNKNOWN
 * @now: microseconds since the epoch
 *
 * The person's word to try again: those who have the letter are left out.
 *
 * Returns: %FALSE when all have it; nothing is changed then
 *
 * Thread: main
 */
gboolean
envoi_outcome_queue_again (EnvoiLetterRecord *record,
                           gint64             now)
{
  if (record->recipients->len > 0 && !has_recipient (record, is_not_taken))
    return FALSE;

  for (guint i = 0; i < record->recipients->len; i++) {
    EnvoiRecipientRecord *recipient = g_ptr_array_index (record->recipients, i);

    if (!is_taken (recipient))
      recipient->state = ENVOI_RECIPIENT_PENDING;
  }

  queue (record, now);
  return TRUE;
}

/**
 * envoi_outcome_queue_rest:
 * @record: a letter in UNKNOWN of which the person knows that it arrived
 * @now: microseconds since the epoch
 *
 * The word was about those who were tried. Who was not yet is next.
 *
 * Returns: %FALSE when there is nobody; nothing is changed then
 *
 * Thread: main
 */
gboolean
envoi_outcome_queue_rest (EnvoiLetterRecord *record,
                          gint64             now)
{
  if (!has_recipient (record, is_pending))
    return FALSE;

  queue (record, now);
  return TRUE;
}

/**
 * envoi_outcome_list_tried:
 * @record: a letter before an attempt
 *
 * Of a letter that goes in parts, those who were not tried yet come before those
 * who were put off.
 *
 * Returns: (transfer container) (element-type EnvoiRecipientRecord): the
 *   recipients of the attempt; always the same until it has an outcome
 *
 * Thread: any
 */
GPtrArray *
envoi_outcome_list_tried (const EnvoiLetterRecord *record)
{
  GPtrArray *tried = g_ptr_array_new ();
  gboolean (*is_next) (const EnvoiRecipientRecord *recipient) = envoi_outcome_is_open;
  guint most = record->part_size > 0 ? record->part_size : G_MAXUINT;

  if (record->part_size > 0)
    is_next = has_recipient (record, is_pending) ? is_pending : is_deferred;

  for (guint i = 0; i < record->recipients->len && tried->len < most; i++) {
    EnvoiRecipientRecord *recipient = g_ptr_array_index (record->recipients, i);

    if (is_next (recipient))
      g_ptr_array_add (tried, recipient);
  }

  return tried;
}

/* @n: recipients who have not got the letter */
static guint
get_part_size (guint n,
               guint before,
               guint most)
{
  guint size = before > 0 ? MIN (before, n) : n;

  /* Every server takes a hundred (RFC 5321 section 4.5.3.1.8), or should. What was
   * refused all the same is halved. */
  if (most == 0)
    most = 100;
  return most < size ? most : (size + 1) / 2;
}

/**
 * envoi_outcome_split:
 * @record: a letter in WAITING or FAILED
 * @most: how many recipients its server is said to take; 0 = it is not known
 *
 * Lets the letter go to a part of its recipients at a time. Those who have it
 * are left out.
 *
 * Returns: %FALSE when it cannot be divided; nothing is changed then
 *
 * Thread: main
 */
gboolean
envoi_outcome_split (EnvoiLetterRecord *record,
                     guint              most)
{
  guint n = 0;

  if (record->envelope &&
      (envoi_envelope_get_flags (record->envelope) & ENVOI_ENVELOPE_ALL_OR_NOTHING))
    return FALSE;

  for (guint i = 0; i < record->recipients->len; i++)
    n += is_not_taken (g_ptr_array_index (record->recipients, i));
  if (n < 2)
    return FALSE;

  record->part_size = get_part_size (n, record->part_size, most);
  for (guint i = 0; i < record->recipients->len; i++) {
    EnvoiRecipientRecord *recipient = g_ptr_array_index (record->recipients, i);

    if (is_deferred (recipient))
      recipient->state = ENVOI_RECIPIENT_PENDING;
  }

  return TRUE;
}
