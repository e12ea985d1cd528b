/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-outbox"

#include "config.h"

#include "envoi-outbox-private.h"

#include "envoi-letter-transition-private.h"

#include <glib/gi18n.h>

/* A letter may change between reading and writing it; then it is read again. */
#define MOST_TRIES 3

#define DELETABLE ((1u << ENVOI_LETTER_DRAFT) | (1u << ENVOI_LETTER_SENT) | \
                   (1u << ENVOI_LETTER_FAILED) | (1u << ENVOI_LETTER_UNKNOWN))

typedef struct {
  char *letter_id;
  EnvoiOutboxAction action;
  GBytes *draft_manifest;
  guint most;             /* recipients, for SEND_IN_PARTS */
  guint n_tries;
} Act;

static void
act_free (Act *act)
{
  g_free (act->letter_id);
  g_clear_pointer (&act->draft_manifest, g_bytes_unref);
  g_free (act);
}

static void
wrote (EnvoiOutbox  *self,
       const char   *letter_id,
       const GError *error,
       gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;

  if (error)
    g_task_return_error (task, g_error_copy (error));
  else
    g_task_return_boolean (task, TRUE);
}

static void
wrote_act (EnvoiOutbox  *self,
           const char   *letter_id,
           const GError *error,
           gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  Act *act = g_task_get_task_data (task);

  if (g_error_matches (error, ENVOI_STORE_ERROR, ENVOI_STORE_ERROR_CONFLICT) &&
      act->n_tries < MOST_TRIES)
    envoi_outbox_act_again (g_steal_pointer (&task));
  else
    wrote (self, letter_id, error, g_steal_pointer (&task));
}

/* Each of these makes @record what it shall be; FALSE: the state does not allow it. */

static gboolean
dismiss (EnvoiLetterRecord *record,
         const Act         *act,
         gint64             now)
{
  if (record->state != ENVOI_LETTER_UNKNOWN && record->state != ENVOI_LETTER_SENT)
    return FALSE;

  for (guint i = 0; i < record->recipients->len; i++) {
    EnvoiRecipientRecord *recipient = g_ptr_array_index (record->recipients, i);

    if (recipient->state == ENVOI_RECIPIENT_UNKNOWN)
      recipient->state = ENVOI_RECIPIENT_ACCEPTED;
  }

  if (record->state == ENVOI_LETTER_UNKNOWN) {
    if (envoi_outcome_queue_rest (record, now))
      return TRUE;
    envoi_letter_transition (record, ENVOI_LETTER_SENT, ENVOI_CAUSE_PERSON);
    envoi_letter_record_clear_result (record);
  }

  record->is_dismissed = TRUE;
  return TRUE;
}

static gboolean
send_now (EnvoiLetterRecord *record,
          const Act         *act,
          gint64             now)
{
  switch (record->state) {
    case ENVOI_LETTER_QUEUED:
      record->hold_until = now;
      return TRUE;
    case ENVOI_LETTER_WAITING:
      record->next_try = now;
      record->pauses_account = FALSE;
      return TRUE;
    case ENVOI_LETTER_FAILED:
    case ENVOI_LETTER_UNKNOWN:
      /* By reports that were opened, all have it: there is nothing to send again. */
      return envoi_outcome_queue_again (record, now) || dismiss (record, act, now);
    case ENVOI_LETTER_DRAFT:
    case ENVOI_LETTER_SENDING:
    case ENVOI_LETTER_SENT:
    default:
      return FALSE;
  }
}

static gboolean
send_in_parts (EnvoiLetterRecord *record,
               const Act         *act,
               gint64             now)
{
  return (record->state == ENVOI_LETTER_WAITING || record->state == ENVOI_LETTER_FAILED) &&
         envoi_outcome_split (record, act->most) && send_now (record, act, now);
}

static gboolean
take_back (EnvoiLetterRecord *record,
           const Act         *act,
           gint64             now)
{
  if (!envoi_letter_can_transition (record->state, ENVOI_LETTER_DRAFT, ENVOI_CAUSE_PERSON))
    return FALSE;

  envoi_outcome_make_draft (record, act->draft_manifest, act->action == ENVOI_OUTBOX_CANCEL);
  return TRUE;
}

static gboolean (*const changes[])(EnvoiLetterRecord *record,
                                   const Act         *act,
                                   gint64 now) = {
  [ENVOI_OUTBOX_SEND_NOW] = send_now,
  [ENVOI_OUTBOX_EDIT] = take_back,
  [ENVOI_OUTBOX_CANCEL] = take_back,
  [ENVOI_OUTBOX_DISMISS] = dismiss,
  [ENVOI_OUTBOX_SEND_IN_PARTS] = send_in_parts,
};

static void
return_conflict (GTask            *task,
                 EnvoiLetterState  state)
{
  gboolean has_left = state == ENVOI_LETTER_SENDING || state == ENVOI_LETTER_SENT;

  g_task_return_new_error (task, ENVOI_STORE_ERROR, ENVOI_STORE_ERROR_CONFLICT,
                           has_left ? _("It is too late: the letter is going out or has left.") :
                           _("The letter is not in a state that allows this."));
}

static void
act_on_sending (EnvoiOutbox *self,
                GTask       *task)
{
  Act *act = g_task_get_task_data (task);
  EnvoiRun *run = g_hash_table_lookup (self->runs, act->letter_id);
  gboolean is_cancel = act->action == ENVOI_OUTBOX_CANCEL;

  if (act->action == ENVOI_OUTBOX_SEND_NOW)
    g_task_return_boolean (task, TRUE);
  else if (!is_cancel || !run || !envoi_run_take_back (run, act->draft_manifest, task))
    return_conflict (task, ENVOI_LETTER_SENDING);
}

static void
act_on (EnvoiOutbox       *self,
        EnvoiLetterRecord *record,
        GTask             *task)
{
  Act *act = g_task_get_task_data (task);
  EnvoiLetterState before = record->state;
  gint64 now = envoi_clock_get_now (self->clock);

  if (before == ENVOI_LETTER_SENDING) {
    act_on_sending (self, task);
  } else if (!changes[act->action](record, act, now)) {
    return_conflict (task, before);
  } else {
    record->changed = now;
    envoi_outbox_write (self, envoi_letter_record_copy (record), 1u << before, wrote_act,
                        g_object_ref (task));
  }
}

static void
loaded_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (EnvoiLetterRecord) record =
    envoi_store_load_finish (ENVOI_STORE (source), result, &error);

  if (record)
    act_on (g_task_get_source_object (task), record, task);
  else
    g_task_return_error (task, g_steal_pointer (&error));
}

static void
deleted_cb (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  EnvoiOutbox *self = g_task_get_source_object (task);
  Act *act = g_task_get_task_data (task);
  GError *error = NULL;

  if (envoi_store_delete_finish (ENVOI_STORE (source), result, &error)) {
    envoi_outbox_forget (self, act->letter_id);
    g_task_return_boolean (task, TRUE);
  } else {
    /* It is still there, so it must be seen. */
    envoi_outbox_set_aside (self, act->letter_id, FALSE);
    g_task_return_error (task, error);
  }
}

static void
add_recipients (EnvoiLetterRecord *record)
{
  const char *const *addresses = envoi_envelope_get_recipients (record->envelope);

  g_ptr_array_set_size (record->recipients, 0);
  for (guint i = 0; addresses[i]; i++)
    g_ptr_array_add (record->recipients, envoi_recipient_record_new (addresses[i]));
}

static GTask *
make_task (EnvoiOutbox         *self,
           gpointer             tag,
           GAsyncReadyCallback  callback,
           gpointer             user_data)
{
  GTask *task = g_task_new (self, NULL, callback, user_data);

  g_task_set_source_tag (task, tag);
  return task;
}

/* As the composer gives it; whatever it says of states and times is the outbox's to say. */
static EnvoiLetterRecord *
copy_as_draft (EnvoiOutbox             *self,
               const EnvoiLetterRecord *record)
{
  EnvoiLetterRecord *copy = envoi_letter_record_copy (record);

  copy->state = ENVOI_LETTER_DRAFT;
  copy->revision = 0;
  copy->changed = envoi_clock_get_now (self->clock);
  if (copy->created == 0)
    copy->created = copy->changed;
  return copy;
}

/**
 * envoi_outbox_save_draft_async:
 * @self: an outbox
 * @record: a draft with its fields as manifest; copied
 * @cancellable: (nullable): not looked at: a begun write comes to its end
 * @callback: called when the draft is on the disk
 * @user_data: for @callback
 *
 * Writes a draft.
 *
 * Errors: CONFLICT when the letter is no draft any more, NO_SPACE
 *
 * Thread: main
 */
void
envoi_outbox_save_draft_async (EnvoiOutbox             *self,
                               const EnvoiLetterRecord *record,
                               GCancellable            *cancellable,
                               GAsyncReadyCallback      callback,
                               gpointer                 user_data)
{
  g_return_if_fail (ENVOI_IS_OUTBOX (self));
  g_return_if_fail (record != NULL);

  envoi_outbox_write (self, copy_as_draft (self, record), 1u << ENVOI_LETTER_DRAFT, wrote,
                      make_task (self, envoi_outbox_save_draft_async, callback, user_data));
}

/**
 * envoi_outbox_save_draft_finish:
 * @self: an outbox
 * @result: what the callback got
 *
 * Thread: main
 */
gboolean
envoi_outbox_save_draft_finish (EnvoiOutbox  *self,
                                GAsyncResult *result,
                                GError      **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

/**
 * envoi_outbox_submit_async:
 * @self: an outbox
 * @record: a sealed letter with manifest, envelope and hold_until; copied
 * @cancellable: (nullable): not looked at: a begun write comes to its end
 * @callback: called when the letter is on the disk; the composer may go then
 * @user_data: for @callback
 *
 * Send: one commit takes the letter from its draft, or from nothing, to QUEUED.
 * The network is not touched before that.
 *
 * Errors: CONFLICT when the letter was sent already, NO_SPACE
 *
 * Thread: main
 */
void
envoi_outbox_submit_async (EnvoiOutbox             *self,
                           const EnvoiLetterRecord *record,
                           GCancellable            *cancellable,
                           GAsyncReadyCallback      callback,
                           gpointer                 user_data)
{
  EnvoiLetterRecord *copy;

  g_return_if_fail (ENVOI_IS_OUTBOX (self));
  g_return_if_fail (record != NULL && record->envelope != NULL && record->manifest != NULL);

  copy = copy_as_draft (self, record);
  envoi_letter_transition (copy, ENVOI_LETTER_QUEUED, ENVOI_CAUSE_PERSON);
  envoi_letter_record_clear_result (copy);
  add_recipients (copy);
  copy->next_try = 0;
  copy->first_try = 0;
  copy->attempts = 0;
  copy->was_cancelled = FALSE;
  copy->is_handed_over = FALSE;
  copy->is_dismissed = FALSE;
  copy->pauses_account = FALSE;

  envoi_outbox_write (self, copy, 1u << ENVOI_LETTER_DRAFT, wrote,
                      make_task (self, envoi_outbox_submit_async, callback, user_data));
}

/**
 * envoi_outbox_submit_finish:
 * @self: an outbox
 * @result: what the callback got
 *
 * Thread: main
 */
gboolean
envoi_outbox_submit_finish (EnvoiOutbox  *self,
                            GAsyncResult *result,
                            GError      **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

/**
 * envoi_outbox_act_again:
 * @task: (transfer full): of [method@Outbox.act_async]
 *
 * Reads the letter and does what the person wants with what it is now.
 *
 * Thread: main
 */
void
envoi_outbox_act_again (GTask *task)
{
  EnvoiOutbox *self = g_task_get_source_object (task);
  Act *act = g_task_get_task_data (task);

  act->n_tries++;
  envoi_store_load_async (self->store, act->letter_id, NULL, loaded_cb, task);
}

static GTask *
make_act (EnvoiOutbox         *self,
          Act                 *act,
          GAsyncReadyCallback  callback,
          gpointer             user_data)
{
  GTask *task = make_task (self, envoi_outbox_act_async, callback, user_data);

  g_task_set_task_data (task, act, (GDestroyNotify) act_free);
  return task;
}

/**
 * envoi_outbox_send_in_parts_async:
 * @self: an outbox
 * @letter_id: a letter in WAITING or FAILED
 * @most: how many recipients its server is said to take in one letter; 0 = it is not known
 * @cancellable: (nullable): not looked at: a begun write comes to its end
 * @callback: called when the change is on the disk; it uses [method@Outbox.act_finish]
 * @user_data: for @callback
 *
 * Queues the letter again, to go to a part of its recipients after the other,
 * with the same bytes. Where that was not enough, the parts become smaller.
 *
 * Errors: CONFLICT (it cannot be divided, or has moved on), NO_SPACE, G_IO_ERROR_NOT_FOUND
 *
 * Thread: main
 */
void
envoi_outbox_send_in_parts_async (EnvoiOutbox         *self,
                                  const char          *letter_id,
                                  guint                most,
                                  GCancellable        *cancellable,
                                  GAsyncReadyCallback  callback,
                                  gpointer             user_data)
{
  Act *act;

  g_return_if_fail (ENVOI_IS_OUTBOX (self));
  g_return_if_fail (letter_id != NULL);

  act = g_new0 (Act, 1);
  act->letter_id = g_strdup (letter_id);
  act->action = ENVOI_OUTBOX_SEND_IN_PARTS;
  act->most = most;
  envoi_outbox_act_again (make_act (self, act, callback, user_data));
}

/**
 * envoi_outbox_act_async:
 * @self: an outbox
 * @letter_id: a letter
 * @action: what the person wants
 * @draft_manifest: (nullable): for EDIT and CANCEL: the fields of the draft
 * @cancellable: (nullable): not looked at: a begun write comes to its end
 * @callback: called when the change is on the disk
 * @user_data: for @callback
 *
 * Does what the person wants with a letter.
 *
 * Errors: CONFLICT (too late), NO_SPACE, G_IO_ERROR_NOT_FOUND
 *
 * Thread: main
 */
void
envoi_outbox_act_async (EnvoiOutbox         *self,
                        const char          *letter_id,
                        EnvoiOutboxAction    action,
                        GBytes              *draft_manifest,
                        GCancellable        *cancellable,
                        GAsyncReadyCallback  callback,
                        gpointer             user_data)
{
  GTask *task;
  Act *act;

  g_return_if_fail (ENVOI_IS_OUTBOX (self));
  g_return_if_fail (letter_id != NULL);

  act = g_new0 (Act, 1);
  act->letter_id = g_strdup (letter_id);
  act->action = action;
  act->draft_manifest = draft_manifest ? g_bytes_ref (draft_manifest) : NULL;
  task = make_act (self, act, callback, user_data);
  if (action == ENVOI_OUTBOX_DELETE)
    envoi_store_delete_async (self->store, letter_id, DELETABLE, NULL, deleted_cb, task);
  else
    envoi_outbox_act_again (task);
}

/**
 * envoi_outbox_act_finish:
 * @self: an outbox
 * @result: what the callback got
 *
 * Thread: main
 */
gboolean
envoi_outbox_act_finish (EnvoiOutbox  *self,
                         GAsyncResult *result,
                         GError      **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

/**
 * envoi_outbox_flush:
 * @self: an outbox
 *
 * Makes every waiting letter due now, as the person's word outweighs back-off
 * and pause. It is written, so that the sender hears of it in its process.
 *
 * Thread: main
 */
void
envoi_outbox_flush (EnvoiOutbox *self)
{
  GListModel *outbox;
  g_autoptr (GPtrArray) records = g_ptr_array_new ();
  gint64 now;

  g_return_if_fail (ENVOI_IS_OUTBOX (self));

  outbox = G_LIST_MODEL (self->folders[ENVOI_FOLDER_OUTBOX]);
  now = envoi_clock_get_now (self->clock);

  for (guint i = 0; i < g_list_model_get_n_items (outbox); i++) {
    g_autoptr (EnvoiLetter) letter = g_list_model_get_item (outbox, i);

    if (envoi_letter_get_state (letter) == ENVOI_LETTER_WAITING)
      g_ptr_array_add (records, envoi_letter_record_copy (envoi_letter_get_record (letter)));
  }

  for (guint i = 0; i < records->len; i++) {
    EnvoiLetterRecord *record = g_ptr_array_index (records, i);

    record->next_try = now;
    record->changed = now;
    record->pauses_account = FALSE;
    envoi_outbox_write (self, record, 1u << ENVOI_LETTER_WAITING, NULL, NULL);
  }
}
