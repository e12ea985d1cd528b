/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-outbox"

#include "config.h"

#include "envoi-outbox-private.h"

#include "envoi-letter-transition-private.h"
#include "envoi-retry-policy-private.h"

#include <glib/gi18n.h>

/*
 * One attempt, from the letter's way into SENDING to its way out:
 *
 *   write SENDING -> load the whole letter -> deliver -> write the outcome
 *
 * The run keeps the outcome until it is on the disk. It is never lost because
 * the disk is full, and the letter is never sent again because of that.
 */
struct _EnvoiRun {
  guint ref_count;
  EnvoiOutbox *outbox;
  char *letter_id;
  char *account_id;
  GCancellable *cancellable;
  EnvoiLetterRecord *frozen;    /* whole; what the deliverer sees */
  EnvoiDelivery delivery;
  EnvoiLetterRecord *result;    /* until it is written */
  guint retry_id;               /* of the clock */
  GPtrArray *take_backs;        /* of GTask */
  GBytes *draft_manifest;
  EnvoiHandOver *hand_over;     /* nullable: pledged; of the deliverer's thread */

  GMutex mutex;                 /* for the two below */
  gboolean is_stopped;
  gboolean is_handed_over;
};

static void write_result (EnvoiRun *self);

static gboolean
is_stopped (EnvoiRun *self)
{
  gboolean stopped;

  g_mutex_lock (&self->mutex);
  stopped = self->is_stopped;
  g_mutex_unlock (&self->mutex);
  return stopped;
}

static gboolean
is_handed_over (EnvoiRun *self)
{
  gboolean handed_over;

  g_mutex_lock (&self->mutex);
  handed_over = self->is_handed_over;
  g_mutex_unlock (&self->mutex);
  return handed_over;
}

static void
set_handed_over (EnvoiRun *self,
                 gboolean  handed_over)
{
  g_mutex_lock (&self->mutex);
  self->is_handed_over = handed_over;
  g_mutex_unlock (&self->mutex);
}

/* On the deliverer's thread. A stop and the point of no return exclude each other. */
static gboolean
pledge_in_thread (gpointer user_data)
{
  EnvoiRun *self = user_data;

  g_mutex_lock (&self->mutex);
  self->is_handed_over = !self->is_stopped;
  g_mutex_unlock (&self->mutex);

  if (!is_handed_over (self))
    return FALSE;

  self->hand_over = envoi_store_begin_hand_over (self->outbox->store, self->letter_id);
  return TRUE;
}

static void
withdraw_in_thread (gpointer user_data)
{
  EnvoiRun *self = user_data;

  g_clear_pointer (&self->hand_over, envoi_hand_over_unref);
  envoi_store_withdraw_hand_over (self->outbox->store, self->letter_id);
  set_handed_over (self, FALSE);
}

static gboolean
commit_in_thread (gpointer user_data,
                  GError **error)
{
  EnvoiRun *self = user_data;

  if (!self->hand_over && !pledge_in_thread (self)) {
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED, _("The letter was stopped."));
    return FALSE;
  }

  if (envoi_store_finish_hand_over_sync (self->outbox->store, g_steal_pointer (&self->hand_over),
                                         error))
    return TRUE;

  set_handed_over (self, FALSE);
  return FALSE;
}

static void
progress_cb (guint64  sent,
             guint64  total,
             gpointer user_data)
{
  EnvoiRun *self = user_data;
  EnvoiLetter *letter = envoi_outbox_find (self->outbox, self->letter_id);

  if (letter && envoi_letter_get_state (letter) == ENVOI_LETTER_SENDING && total > 0)
    envoi_letter_set_progress (letter, MIN ((double) sent / (double) total, 1));
}

static void
return_take_backs (EnvoiRun         *self,
                   EnvoiLetterState  state)
{
  for (guint i = 0; i < self->take_backs->len; i++) {
    GTask *task = g_ptr_array_index (self->take_backs, i);

    if (state == ENVOI_LETTER_DRAFT)
      g_task_return_boolean (task, TRUE);
    else if (state == ENVOI_LETTER_SENT || state == ENVOI_LETTER_UNKNOWN)
      g_task_return_new_error (task, ENVOI_STORE_ERROR, ENVOI_STORE_ERROR_CONFLICT,
                               _("It is too late: the letter has left."));
    else
      envoi_outbox_act_again (g_object_ref (task));
  }

  g_ptr_array_set_size (self->take_backs, 0);
}

static void
end (EnvoiRun         *self,
     EnvoiLetterState  state)
{
  if (self->retry_id)
    envoi_clock_cancel (self->outbox->clock, self->retry_id);
  self->retry_id = 0;

  envoi_run_ref (self);
  envoi_outbox_run_ended (self->outbox, self, state == ENVOI_LETTER_SENT);
  return_take_backs (self, state);
  envoi_run_unref (self);
}

static gboolean
retry_write_cb (gpointer user_data)
{
  EnvoiRun *self = user_data;

  self->retry_id = 0;
  write_result (self);
  return G_SOURCE_REMOVE;
}

static void
wrote_result (EnvoiOutbox  *outbox,
              const char   *letter_id,
              const GError *error,
              gpointer      user_data)
{
  EnvoiRun *self = user_data;
  gboolean is_lasting = g_error_matches (error, ENVOI_STORE_ERROR, ENVOI_STORE_ERROR_CONFLICT);

  if (error && !is_lasting && !outbox->is_stopping) {
    g_message ("What became of a letter could not be written yet: %s", error->message);
    self->retry_id = envoi_clock_call_at (outbox->clock,
                                          envoi_clock_get_now (outbox->clock) +
                                          ENVOI_RETRY_FIRST, retry_write_cb, self);
  } else {
    end (self, error ? ENVOI_LETTER_SENDING : self->result->state);
  }

  envoi_run_unref (self);
}

static void
write_result (EnvoiRun *self)
{
  envoi_outbox_write (self->outbox, envoi_letter_record_copy (self->result),
                      1u << ENVOI_LETTER_SENDING, wrote_result, envoi_run_ref (self));
}

static void
take_outcome (EnvoiRun             *self,
              EnvoiDeliveryOutcome *outcome)
{
  EnvoiLetterRecord *record = envoi_letter_record_copy (self->frozen);
  gint64 now = envoi_clock_get_now (self->outbox->clock);
  double jitter = envoi_random_get_double (self->outbox->random, -1, 1);

  envoi_outcome_apply (record, outcome, is_handed_over (self), now, jitter);
  if (self->take_backs->len > 0 &&
      envoi_letter_can_transition (record->state, ENVOI_LETTER_DRAFT, ENVOI_CAUSE_PERSON) &&
      record->state != ENVOI_LETTER_UNKNOWN)
    envoi_outcome_make_draft (record, self->draft_manifest, TRUE);
  else
    g_clear_pointer (&record->manifest, g_bytes_unref);

  /* Only this process moves a letter out of SENDING, so its state is enough. */
  record->revision = 0;
  self->result = record;
  write_result (self);
  envoi_delivery_outcome_free (outcome);
}

static void
delivered_cb (GObject      *source,
              GAsyncResult *result,
              gpointer      user_data)
{
  EnvoiRun *self = user_data;

  take_outcome (self, envoi_deliverer_deliver_finish (ENVOI_DELIVERER (source), result));
  envoi_run_unref (self);
}

static EnvoiEnvelope *
make_open_envelope (const EnvoiLetterRecord *letter)
{
  g_autoptr (GPtrArray) addresses = g_ptr_array_new ();
  g_autoptr (GPtrArray) tried = envoi_outcome_list_tried (letter);

  for (guint i = 0; i < tried->len; i++) {
    const EnvoiRecipientRecord *recipient = g_ptr_array_index (tried, i);

    g_ptr_array_add (addresses, recipient->address);
  }

  g_ptr_array_add (addresses, NULL);
  return envoi_envelope_new (letter->envelope ?
                             envoi_envelope_get_sender (letter->envelope) : "",
                             (const char *const *) addresses->pdata,
                             letter->envelope ? envoi_envelope_get_flags (letter->envelope) : 0,
                             letter->envelope ?
                             envoi_envelope_get_envelope_id (letter->envelope) : NULL);
}

static void
deliver (EnvoiRun *self)
{
  self->delivery.letter = self->frozen;
  self->delivery.envelope = make_open_envelope (self->frozen);
  self->delivery.pledge = pledge_in_thread;
  self->delivery.withdraw = withdraw_in_thread;
  self->delivery.commit = commit_in_thread;
  self->delivery.progress = progress_cb;
  self->delivery.user_data = self;

  envoi_deliverer_deliver_async (self->outbox->deliverer, &self->delivery, self->cancellable,
                                 delivered_cb, envoi_run_ref (self));
}

static void
loaded_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  EnvoiRun *self = user_data;
  g_autoptr (GError) error = NULL;
  EnvoiLetterRecord *whole = envoi_store_load_finish (ENVOI_STORE (source), result, &error);

  if (whole) {
    envoi_letter_record_free (self->frozen);
    self->frozen = whole;
  }

  if (!whole) {
    EnvoiDeliveryOutcome *outcome = envoi_delivery_outcome_new (ENVOI_DELIVERY_LATER);

    outcome->error_domain = g_strdup ("store");
    outcome->error_code = error->code;
    outcome->error_message = g_strdup (error->message);
    take_outcome (self, outcome);
  } else if (is_stopped (self)) {
    take_outcome (self, envoi_delivery_outcome_new (ENVOI_DELIVERY_CANCELLED));
  } else {
    deliver (self);
  }

  envoi_run_unref (self);
}

static void
wrote_sending (EnvoiOutbox  *outbox,
               const char   *letter_id,
               const GError *error,
               gpointer      user_data)
{
  EnvoiRun *self = user_data;

  if (!error) {
    envoi_store_load_async (outbox->store, letter_id, NULL, loaded_cb, self);
    return;
  }

  /* A conflict means that the letter has changed and was planned anew; else the
   * disk is in trouble, and the letter stays what it was for a while. */
  end (self, ENVOI_LETTER_WAITING);
  if (!g_error_matches (error, ENVOI_STORE_ERROR, ENVOI_STORE_ERROR_CONFLICT)) {
    gint64 now = envoi_clock_get_now (outbox->clock);

    g_message ("A letter could not be begun: %s", error->message);
    envoi_schedule_put (outbox->schedule, letter_id, self->account_id, now + ENVOI_RETRY_FIRST,
                        TRUE, now);
  }

  envoi_run_unref (self);
}

/**
 * envoi_run_start:
 * @outbox: the sender's outbox
 * @letter: a letter in QUEUED or WAITING that may go now
 *
 * Begins an attempt. Nothing leaves before SENDING is on the disk.
 *
 * Thread: main
 */
void
envoi_run_start (EnvoiOutbox *outbox,
                 EnvoiLetter *letter)
{
  EnvoiRun *self = g_new0 (EnvoiRun, 1);
  EnvoiLetterRecord *record = envoi_letter_record_copy (envoi_letter_get_record (letter));
  guint expected = 1u << record->state;
  gint64 now = envoi_clock_get_now (outbox->clock);

  self->ref_count = 1;
  self->outbox = g_object_ref (outbox);
  self->letter_id = g_strdup (record->id);
  self->account_id = g_strdup (record->account_id);
  self->cancellable = g_cancellable_new ();
  self->take_backs = g_ptr_array_new_with_free_func (g_object_unref);
  g_mutex_init (&self->mutex);

  envoi_letter_transition (record, ENVOI_LETTER_SENDING, ENVOI_CAUSE_MACHINE);
  envoi_letter_record_clear_result (record);
  record->changed = now;
  record->first_try = record->first_try ? record->first_try : now;
  record->next_try = 0;
  record->attempts++;
  record->is_handed_over = FALSE;
  record->pauses_account = FALSE;

  self->frozen = envoi_letter_record_copy (record);
  g_hash_table_insert (outbox->runs, g_strdup (self->letter_id), envoi_run_ref (self));
  envoi_outbox_write (outbox, record, expected, wrote_sending, self);
}

/**
 * envoi_run_ref:
 * @self: a run
 *
 * Returns: (transfer full): @self
 *
 * Thread: main
 */
EnvoiRun *
envoi_run_ref (EnvoiRun *self)
{
  self->ref_count++;
  return self;
}

/**
 * envoi_run_unref:
 * @self: (transfer full): a run
 *
 * Gives a reference back.
 *
 * Thread: main
 */
void
envoi_run_unref (EnvoiRun *self)
{
  if (--self->ref_count > 0)
    return;

  g_clear_pointer (&self->frozen, envoi_letter_record_free);
  g_clear_pointer (&self->result, envoi_letter_record_free);
  g_clear_pointer (&self->delivery.envelope, envoi_envelope_unref);
  g_clear_pointer (&self->draft_manifest, g_bytes_unref);
  g_clear_pointer (&self->hand_over, envoi_hand_over_unref);
  g_ptr_array_unref (self->take_backs);
  g_object_unref (self->cancellable);
  g_mutex_clear (&self->mutex);
  g_free (self->letter_id);
  g_free (self->account_id);
  g_object_unref (self->outbox);
  g_free (self);
}

/**
 * envoi_run_get_letter_id:
 * @self: a run
 *
 * Returns: (transfer none): its letter
 *
 * Thread: main
 */
const char *
envoi_run_get_letter_id (EnvoiRun *self)
{
  return self->letter_id;
}

/**
 * envoi_run_get_account_id:
 * @self: a run
 *
 * Returns: (transfer none): the account whose lane it keeps busy
 *
 * Thread: main
 */
const char *
envoi_run_get_account_id (EnvoiRun *self)
{
  return self->account_id;
}

/**
 * envoi_run_stop:
 * @self: a run
 *
 * Stops the attempt if it can still be stopped. An outcome that waits for the
 * disk is tried one more time.
 *
 * Returns: %FALSE when the letter is past the point of no return
 *
 * Thread: main
 */
gboolean
envoi_run_stop (EnvoiRun *self)
{
  gboolean can_stop;

  g_mutex_lock (&self->mutex);
  can_stop = !self->is_handed_over;
  self->is_stopped = self->is_stopped || can_stop;
  g_mutex_unlock (&self->mutex);

  if (can_stop)
    g_cancellable_cancel (self->cancellable);

  if (self->retry_id && self->outbox->is_stopping) {
    envoi_clock_cancel (self->outbox->clock, self->retry_id);
    self->retry_id = 0;
    write_result (self);
  }

  return can_stop;
}

/**
 * envoi_run_take_back:
 * @self: a run
 * @draft_manifest: (nullable): for the draft the letter becomes
 * @task: returned when the attempt has ended; untouched on %FALSE
 *
 * Stops the attempt, because the person wants the letter back.
 *
 * Returns: %FALSE when it is too late
 *
 * Thread: main
 */
gboolean
envoi_run_take_back (EnvoiRun *self,
                     GBytes   *draft_manifest,
                     GTask    *task)
{
  if (!envoi_run_stop (self))
    return FALSE;

  if (draft_manifest && !self->draft_manifest)
    self->draft_manifest = g_bytes_ref (draft_manifest);
  g_ptr_array_add (self->take_backs, g_object_ref (task));
  return TRUE;
}
