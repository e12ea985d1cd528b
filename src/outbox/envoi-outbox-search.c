/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-outbox"

#include "config.h"

#include "envoi-outbox-private.h"

#define EVERY_STATE ((1u << (ENVOI_LETTER_UNKNOWN + 1)) - 1)

/* An old sent letter may be found before its page was read; then it is in the
 * folders from now on. */
static void
add_hit (EnvoiOutbox             *self,
         GListStore              *hits,
         const EnvoiLetterRecord *record)
{
  EnvoiLetterRecord *light = envoi_letter_record_copy (record);
  g_autoptr (EnvoiSearchHit) hit = NULL;
  EnvoiLetter *letter;

  g_clear_pointer (&light->excerpt, g_free);
  envoi_outbox_adopt (self, light, FALSE);
  if (g_hash_table_contains (self->aside, record->id))
    return;

  letter = g_hash_table_lookup (self->letters, record->id);
  hit = envoi_search_hit_new (letter, record->excerpt);
  g_list_store_append (hits, hit);
}

static void
searched_cb (GObject      *source,
             GAsyncResult *result,
             gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  EnvoiOutbox *self = g_task_get_source_object (task);
  g_autoptr (GListStore) hits = g_list_store_new (ENVOI_TYPE_SEARCH_HIT);
  g_autoptr (GPtrArray) records = NULL;
  GError *error = NULL;

  records = envoi_store_search_finish (ENVOI_STORE (source), result, &error);
  if (!records) {
    g_task_return_error (task, error);
    return;
  }

  for (guint i = 0; i < records->len; i++)
    add_hit (self, hits, g_ptr_array_index (records, i));

  g_task_return_pointer (task, g_steal_pointer (&hits), g_object_unref);
}

/**
 * envoi_outbox_search_async:
 * @self: an outbox that has started
 * @words: words with spaces between them; each must be in the letter
 * @limit: how many letters at most; 0 = all
 * @cancellable: (nullable): a cancellable
 * @callback: called with what was found
 * @user_data: for @callback
 *
 * Looks in all letters, wherever they are.
 *
 * Errors: CORRUPT, NO_SPACE, cancelled
 *
 * Thread: main
 */
void
envoi_outbox_search_async (EnvoiOutbox         *self,
                           const char          *words,
                           guint                limit,
                           GCancellable        *cancellable,
                           GAsyncReadyCallback  callback,
                           gpointer             user_data)
{
  GTask *task;

  g_return_if_fail (ENVOI_IS_OUTBOX (self));

  task = g_task_new (self, cancellable, callback, user_data);
  envoi_store_search_async (self->store, words, EVERY_STATE, limit, cancellable, searched_cb,
                            task);
}

/**
 * envoi_outbox_search_finish:
 * @self: an outbox
 * @result: what the callback got
 *
 * Returns: (transfer full) (element-type EnvoiSearchHit) (nullable): the newest
 *   change first
 *
 * Thread: main
 */
GListModel *
envoi_outbox_search_finish (EnvoiOutbox   *self,
                            GAsyncResult  *result,
                            GError       **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}
