/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-outbox"

#include "config.h"

#include "envoi-outbox-private.h"

#include "envoi-retry-policy-private.h"

/* Where a letter may be that still has something before it. */
#define LIVE_STATES (((1u << (ENVOI_LETTER_UNKNOWN + 1)) - 1) & ~(1u << ENVOI_LETTER_SENT))

static void settle (EnvoiOutbox *self);

static gboolean
wake_cb (gpointer user_data)
{
  EnvoiOutbox *self = user_data;

  self->wake_id = 0;
  envoi_outbox_queue_dispatch (self);
  return G_SOURCE_REMOVE;
}

/* One wake-up for whatever comes first; none when nothing waits. */
static void
arm_wake (EnvoiOutbox *self)
{
  gint64 now = envoi_clock_get_now (self->clock);
  gint64 next = envoi_outbox_get_next_sorting (self);

  if (self->is_sender && !self->is_asleep)
    next = MIN (next, envoi_schedule_get_next (self->schedule, now));
  if (self->settle_at)
    next = MIN (next, self->settle_at);

  if (self->wake_id && self->wake_at == next)
    return;

  if (self->wake_id)
    envoi_clock_cancel (self->clock, self->wake_id);
  self->wake_id = 0;
  self->wake_at = next;
  if (next != G_MAXINT64)
    self->wake_id = envoi_clock_call_at (self->clock, next, wake_cb, self);
}

static void
start_due (EnvoiOutbox *self)
{
  char *letter_id;

  while ((letter_id = envoi_schedule_take (self->schedule,
                                           envoi_clock_get_now (self->clock)))) {
    envoi_run_start (self, g_hash_table_lookup (self->letters, letter_id));
    g_free (letter_id);
  }
}

static gboolean
dispatch_cb (gpointer user_data)
{
  EnvoiOutbox *self = user_data;

  self->dispatch_id = 0;
  if (self->is_stopping)
    return G_SOURCE_REMOVE;

  envoi_outbox_sort_scheduled (self);
  if (self->settle_at && self->settle_at <= envoi_clock_get_now (self->clock))
    settle (self);
  if (self->is_sender && !self->is_asleep)
    start_due (self);
  arm_wake (self);
  g_signal_emit_by_name (self, "planned");
  return G_SOURCE_REMOVE;
}

/**
 * envoi_outbox_queue_dispatch:
 * @self: an outbox
 *
 * Looks soon, one time for many changes, what is due.
 *
 * Thread: main
 */
void
envoi_outbox_queue_dispatch (EnvoiOutbox *self)
{
  if (!self->dispatch_id && !self->is_stopping)
    self->dispatch_id = g_idle_add_full (G_PRIORITY_DEFAULT, dispatch_cb, self, NULL);
}

static gboolean
is_span (const EnvoiLetterRecord *record)
{
  /* A time the person has chosen is a time of day; undo and back-off are spans. */
  return record->state == ENVOI_LETTER_WAITING ||
         record->hold_until - record->changed <= ENVOI_SCHEDULED_FROM;
}

/**
 * envoi_outbox_plan:
 * @self: an outbox
 * @letter: a letter that is new or has changed
 *
 * Brings the schedule up to date with one letter.
 *
 * Thread: main
 */
void
envoi_outbox_plan (EnvoiOutbox *self,
                   EnvoiLetter *letter)
{
  const EnvoiLetterRecord *record = envoi_letter_get_record (letter);
  gboolean waits = record->state == ENVOI_LETTER_QUEUED || record->state == ENVOI_LETTER_WAITING;
  gint64 due = record->state == ENVOI_LETTER_QUEUED ? record->hold_until : record->next_try;
  gint64 now = envoi_clock_get_now (self->clock);

  /* Written before the clock was set back: what is left of the span, not more. */
  if (waits && is_span (record) && record->changed > now)
    due = now + MAX (due - record->changed, 0);

  if (waits) {
    envoi_schedule_put (self->schedule, record->id, record->account_id, due, is_span (record),
                        now);
    envoi_outbox_renew_pace (self, record->account_id);
  } else {
    envoi_schedule_remove (self->schedule, record->id);
  }

  if (record->state == ENVOI_LETTER_WAITING && record->pauses_account)
    envoi_schedule_pause (self->schedule, record->account_id, record->id, due, now);
  else
    envoi_schedule_resume (self->schedule, record->account_id, record->id);

  envoi_outbox_queue_dispatch (self);
}

/**
 * envoi_outbox_retry_offline:
 * @self: an outbox
 *
 * The network is back: what failed without any answer of a server goes at
 * once. What a server has put off waits as it was told.
 *
 * Thread: main
 */
void
envoi_outbox_retry_offline (EnvoiOutbox *self)
{
  GListModel *outbox = G_LIST_MODEL (self->folders[ENVOI_FOLDER_OUTBOX]);
  gint64 now = envoi_clock_get_now (self->clock);

  for (guint i = 0; i < g_list_model_get_n_items (outbox); i++) {
    g_autoptr (EnvoiLetter) letter = g_list_model_get_item (outbox, i);
    const EnvoiLetterRecord *record = envoi_letter_get_record (letter);

    if (record->state == ENVOI_LETTER_WAITING && record->reply_code == 0 &&
        !record->pauses_account && !g_hash_table_contains (self->runs, record->id))
      envoi_schedule_put (self->schedule, record->id, record->account_id, now, TRUE, now);
  }

  envoi_outbox_queue_dispatch (self);
}

/**
 * envoi_outbox_run_ended:
 * @self: an outbox
 * @run: a run whose outcome is written, or that came to nothing
 * @was_sent: whether its letter was sent
 *
 * Frees the lane for the next letter.
 *
 * Thread: main
 */
void
envoi_outbox_run_ended (EnvoiOutbox *self,
                        EnvoiRun    *run,
                        gboolean     was_sent)
{
  envoi_schedule_set_idle (self->schedule, envoi_run_get_account_id (run), was_sent);
  g_hash_table_remove (self->runs, envoi_run_get_letter_id (run));
  envoi_outbox_queue_dispatch (self);
  envoi_outbox_finish_stop (self);
}

/* All letters tell the truth now. Who may not send has only lent the lock. */
static void
become_ready (EnvoiOutbox *self)
{
  if (!self->may_send) {
    envoi_sender_lock_release (self->lock);
  } else if (!self->is_sender) {
    self->is_sender = TRUE;
    g_object_notify (G_OBJECT (self), "is-sender");
  }

  if (self->start_task) {
    g_autoptr (GTask) task = g_steal_pointer (&self->start_task);

    g_task_return_boolean (task, TRUE);
  }

  envoi_outbox_queue_dispatch (self);
}

static void
settled_one (EnvoiOutbox  *self,
             const char   *letter_id,
             const GError *error,
             gpointer      user_data)
{
  self->n_settling--;

  /* A letter must not stay "sending" for ever because the disk was full; where
   * nothing is sent, the lock is given back at once and the next one settles it. */
  if (error && self->may_send &&
      !g_error_matches (error, ENVOI_STORE_ERROR, ENVOI_STORE_ERROR_CONFLICT))
    self->settle_at = envoi_clock_get_now (self->clock) + ENVOI_RETRY_FIRST;

  if (self->n_settling == 0 && !self->is_stopping)
    become_ready (self);
}

/* This process holds the lock and has no run for it: nobody sends the letter. */
static void
settle (EnvoiOutbox *self)
{
  GListModel *outbox = G_LIST_MODEL (self->folders[ENVOI_FOLDER_OUTBOX]);
  g_autoptr (GPtrArray) records = g_ptr_array_new ();

  self->settle_at = 0;

  for (guint i = 0; i < g_list_model_get_n_items (outbox); i++) {
    g_autoptr (EnvoiLetter) letter = g_list_model_get_item (outbox, i);
    const EnvoiLetterRecord *record = envoi_letter_get_record (letter);

    if (record->state == ENVOI_LETTER_SENDING &&
        !g_hash_table_contains (self->runs, record->id))
      g_ptr_array_add (records, envoi_letter_record_copy (record));
  }

  self->n_settling += records->len;
  for (guint i = 0; i < records->len; i++) {
    EnvoiLetterRecord *record = g_ptr_array_index (records, i);

    envoi_outcome_recover (record, envoi_clock_get_now (self->clock));
    envoi_outbox_write (self, record, 1u << ENVOI_LETTER_SENDING, settled_one, NULL);
  }

  if (self->n_settling == 0)
    become_ready (self);
}

static void
listed_live_cb (GObject      *source,
                GAsyncResult *result,
                gpointer      user_data)
{
  g_autoptr (EnvoiOutbox) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) records = envoi_store_list_finish (ENVOI_STORE (source), result, &error);

  if (self->is_stopping)
    return;

  if (error)
    g_message ("The letters could not be read again: %s", error->message);

  for (guint i = 0; records && i < records->len; i++)
    envoi_outbox_adopt (self, envoi_letter_record_copy (g_ptr_array_index (records, i)), TRUE);

  settle (self);
}

/* The former sender may have written up to its last moment, so look again. */
static gboolean
got_lock_cb (gpointer user_data)
{
  EnvoiOutbox *self = user_data;

  if (!self->is_stopping)
    envoi_store_list_async (self->store, LIVE_STATES, 0, 0, NULL, listed_live_cb,
                            g_object_ref (self));
  return G_SOURCE_REMOVE;
}

static gboolean
has_unsettled (EnvoiOutbox *self)
{
  GListModel *outbox = G_LIST_MODEL (self->folders[ENVOI_FOLDER_OUTBOX]);

  for (guint i = 0; i < g_list_model_get_n_items (outbox); i++) {
    g_autoptr (EnvoiLetter) letter = g_list_model_get_item (outbox, i);

    if (envoi_letter_get_state (letter) == ENVOI_LETTER_SENDING)
      return TRUE;
  }

  return FALSE;
}

/**
 * envoi_outbox_take_lock:
 * @self: an outbox that has its letters
 *
 * Becomes the sender now, or later when the present one ends. An outbox that
 * may not send takes the lock only to settle what a crash left, so that nobody
 * is told "sending" of a letter that nobody sends, and gives it back.
 *
 * Thread: main
 */
void
envoi_outbox_take_lock (EnvoiOutbox *self)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GTask) task = NULL;
  gboolean wants_lock = self->may_send || has_unsettled (self);

  if (wants_lock && envoi_sender_lock_try (self->lock, &error)) {
    got_lock_cb (self);
    return;
  }

  if (self->may_send && g_error_matches (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK))
    envoi_sender_lock_await (self->lock, got_lock_cb, self);
  else if (self->may_send && error)
    g_message ("%s", error->message);

  task = g_steal_pointer (&self->start_task);
  g_task_return_boolean (task, TRUE);
}

/**
 * envoi_outbox_finish_stop:
 * @self: an outbox
 *
 * Ends the stop when no attempt is left.
 *
 * Thread: main
 */
void
envoi_outbox_finish_stop (EnvoiOutbox *self)
{
  g_autoptr (GTask) task = NULL;

  if (!self->stop_task || g_hash_table_size (self->runs) > 0)
    return;

  envoi_sender_lock_release (self->lock);
  if (self->is_sender) {
    self->is_sender = FALSE;
    g_object_notify (G_OBJECT (self), "is-sender");
  }

  task = g_steal_pointer (&self->stop_task);
  g_task_return_boolean (task, TRUE);
}
