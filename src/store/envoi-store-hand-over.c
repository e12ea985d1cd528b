/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-store"

#include "config.h"

#include "envoi-store-private.h"

#include "envoi-letter-table-private.h"

/* The courier's write: the point of no return. In two steps, so that letters
 * which leave together share one commit and one wait for the disk. */

struct _EnvoiHandOver {
  gatomicrefcount ref_count;   /* the caller's and the store thread's */
  char *letter_id;
  gint64 revision;

  GMutex mutex;                /* for the two below */
  GCond cond;
  gboolean is_done;
  GError *error;
};

static gboolean
work_hand_over (EnvoiDatabase **database,
                gpointer        data,
                GError        **error)
{
  EnvoiHandOver *hand_over = data;

  return envoi_letter_table_mark_handed_over (*database, hand_over->letter_id, TRUE,
                                              &hand_over->revision, error);
}

static void
handed_over (gpointer  data,
             GError   *error)
{
  EnvoiHandOver *hand_over = data;

  g_mutex_lock (&hand_over->mutex);
  hand_over->error = error ? g_error_copy (error) : NULL;
  hand_over->is_done = TRUE;
  g_cond_signal (&hand_over->cond);
  g_mutex_unlock (&hand_over->mutex);
  envoi_hand_over_unref (hand_over);
}

static gboolean
work_withdraw (EnvoiDatabase **database,
               gpointer        data,
               GError        **error)
{
  EnvoiStoreRequest *request = data;

  return envoi_letter_table_mark_handed_over (*database, request->letter_id, FALSE,
                                              &request->revision, error);
}

static void
wrote_own (gpointer  data,
           GError   *error)
{
  g_autoptr (EnvoiStoreRequest) request = data;

  if (error)
    g_debug ("%s: %s", request->letter_id, error->message);
  else
    envoi_store_note_own_change (request->store, request->letter_id, request->revision);
}

static void
tell_main_thread (EnvoiStore *self,
                  const char *letter_id,
                  gint64      revision)
{
  EnvoiStoreRequest *request = envoi_store_request_new_own (self);

  request->letter_id = g_strdup (letter_id);
  request->revision = revision;
  envoi_store_request_push (request, FALSE, envoi_store_work_nothing, wrote_own);
}

/**
 * envoi_hand_over_unref:
 * @self: (transfer full): a hand-over
 *
 * Gives it back, finished or not.
 *
 * Thread: any
 */
void
envoi_hand_over_unref (EnvoiHandOver *self)
{
  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;

  g_clear_error (&self->error);
  g_mutex_clear (&self->mutex);
  g_cond_clear (&self->cond);
  g_free (self->letter_id);
  g_free (self);
}

/**
 * envoi_store_begin_hand_over:
 * @self: an open store
 * @letter_id: a letter in SENDING
 *
 * Begins to write the point of no return, for a letter that leaves in the
 * flight at hand; those that are begun together share a commit.
 *
 * Returns: (transfer full): for [method@Store.finish_hand_over_sync]
 *
 * Thread: courier (never main or store)
 */
EnvoiHandOver *
envoi_store_begin_hand_over (EnvoiStore *self,
                             const char *letter_id)
{
  EnvoiHandOver *hand_over = g_new0 (EnvoiHandOver, 1);
  EnvoiStoreJob job = {
    .is_write = TRUE,
    .is_done_there = TRUE,
    .work = work_hand_over,
    .done = handed_over,
    .data = hand_over,
  };

  g_assert (ENVOI_IS_STORE (self) && self->thread);

  g_atomic_ref_count_init (&hand_over->ref_count);
  g_atomic_ref_count_inc (&hand_over->ref_count);
  hand_over->letter_id = g_strdup (letter_id);
  g_mutex_init (&hand_over->mutex);
  g_cond_init (&hand_over->cond);
  envoi_store_thread_push (self->thread, &job);
  return hand_over;
}

/**
 * envoi_store_finish_hand_over_sync:
 * @self: the store
 * @hand_over: (transfer full): what was begun
 * @error: return location
 *
 * Waits until the point of no return is on the disk. Only when this returned
 * %TRUE may the byte leave after which the server may deliver the letter.
 *
 * Errors: CONFLICT, NO_SPACE
 *
 * Thread: courier (never main or store)
 */
gboolean
envoi_store_finish_hand_over_sync (EnvoiStore     *self,
                                   EnvoiHandOver  *hand_over,
                                   GError        **error)
{
  gboolean is_durable;

  g_mutex_lock (&hand_over->mutex);
  while (!hand_over->is_done)
    g_cond_wait (&hand_over->cond, &hand_over->mutex);
  g_mutex_unlock (&hand_over->mutex);

  is_durable = hand_over->error == NULL;
  if (is_durable)
    tell_main_thread (self, hand_over->letter_id, hand_over->revision);
  else
    g_propagate_error (error, g_steal_pointer (&hand_over->error));

  envoi_hand_over_unref (hand_over);
  return is_durable;
}

/**
 * envoi_store_withdraw_hand_over:
 * @self: an open store
 * @letter_id: a letter in SENDING whose hand-over was begun, and of which nothing has left
 *
 * Takes the point of no return back, behind what was begun. Nobody waits for
 * it: until it is written, a crash only makes the letter more doubtful than it is.
 *
 * Thread: courier (never main or store)
 */
void
envoi_store_withdraw_hand_over (EnvoiStore *self,
                                const char *letter_id)
{
  EnvoiStoreRequest *request = envoi_store_request_new_own (self);

  request->letter_id = g_strdup (letter_id);
  envoi_store_request_push (request, TRUE, work_withdraw, wrote_own);
}

/**
 * envoi_store_mark_handed_over_sync:
 * @self: an open store
 * @letter_id: a letter in SENDING
 *
 * Writes the point of no return in one step.
 *
 * Errors: CONFLICT, NO_SPACE
 *
 * Thread: courier (never main or store)
 */
gboolean
envoi_store_mark_handed_over_sync (EnvoiStore *self,
                                   const char *letter_id,
                                   GError    **error)
{
  return envoi_store_finish_hand_over_sync (self, envoi_store_begin_hand_over (self, letter_id),
                                            error);
}
