/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-store"

#include "config.h"

#include "envoi-store-private.h"

#include "envoi-letter-table-private.h"

static gboolean
work_write (EnvoiDatabase **database,
            gpointer        data,
            GError        **error)
{
  EnvoiStoreRequest *request = data;

  return envoi_letter_table_write (*database, request->record, request->states,
                                   &request->revision, error);
}

static void
wrote (gpointer  data,
       GError   *error)
{
  g_autoptr (EnvoiStoreRequest) request = data;

  if (error) {
    g_task_return_error (request->task, g_error_copy (error));
    return;
  }

  envoi_store_note_own_change (request->store, request->record->id, request->revision);
  g_task_return_int (request->task, request->revision);
}

static gboolean
work_delete (EnvoiDatabase **database,
             gpointer        data,
             GError        **error)
{
  EnvoiStoreRequest *request = data;

  g_clear_pointer (&request->record->blob_ids, g_strfreev);
  return envoi_letter_table_delete (*database, request->record->id, request->states,
                                    &request->revision, &request->record->blob_ids, error);
}

static void
deleted (gpointer  data,
         GError   *error)
{
  g_autoptr (EnvoiStoreRequest) request = data;

  if (error) {
    g_task_return_error (request->task, g_error_copy (error));
    return;
  }

  envoi_store_note_own_change (request->store, request->record->id, request->revision);
  envoi_store_collect_blobs (request->store, g_steal_pointer (&request->record->blob_ids));
  g_task_return_boolean (request->task, TRUE);
}

static gboolean
work_load (EnvoiDatabase **database,
           gpointer        data,
           GError        **error)
{
  EnvoiStoreRequest *request = data;

  if (!envoi_store_check_open (database, error))
    return FALSE;

  request->record = envoi_letter_table_load (*database, request->letter_id, request->is_whole,
                                             error);
  return request->record != NULL;
}

static void
loaded (gpointer  data,
        GError   *error)
{
  g_autoptr (EnvoiStoreRequest) request = data;

  if (error)
    g_task_return_error (request->task, g_error_copy (error));
  else
    g_task_return_pointer (request->task, g_steal_pointer (&request->record),
                           (GDestroyNotify) envoi_letter_record_free);
}

static gboolean
work_list (EnvoiDatabase **database,
           gpointer        data,
           GError        **error)
{
  EnvoiStoreRequest *request = data;

  if (!envoi_store_check_open (database, error))
    return FALSE;

  if (request->record)
    request->rows = envoi_letter_table_list_older (*database, request->states, request->record,
                                                   request->limit, error);
  else
    request->rows = envoi_letter_table_list (*database, request->states, request->offset,
                                             request->limit, error);
  return request->rows != NULL;
}

static gboolean
work_list_attempts (EnvoiDatabase **database,
                    gpointer        data,
                    GError        **error)
{
  EnvoiStoreRequest *request = data;

  if (!envoi_store_check_open (database, error))
    return FALSE;

  request->rows = envoi_letter_parts_list_attempts (*database, request->letter_id, error);
  return request->rows != NULL;
}

static gboolean
work_search (EnvoiDatabase **database,
             gpointer        data,
             GError        **error)
{
  EnvoiStoreRequest *request = data;

  if (!envoi_store_check_open (database, error))
    return FALSE;

  request->rows = envoi_letter_search_find (*database, request->words, request->states,
                                            request->limit, error);
  return request->rows != NULL;
}

static void
listed (gpointer  data,
        GError   *error)
{
  g_autoptr (EnvoiStoreRequest) request = data;

  if (error)
    g_task_return_error (request->task, g_error_copy (error));
  else
    g_task_return_pointer (request->task, g_steal_pointer (&request->rows),
                           (GDestroyNotify) g_ptr_array_unref);
}

/**
 * envoi_store_write_async:
 * @self: a store
 * @record: the letter as it shall be; copied
 * @expected: a bit for each state the row may be in now
 * @cancellable: (nullable): stops it before it begins
 * @callback: called when the change is on the disk
 * @user_data: for @callback
 *
 * Inserts or replaces a letter in one commit.
 *
 * Errors: CONFLICT, NO_SPACE, CORRUPT, G_IO_ERROR_CLOSED
 *
 * Thread: main
 */
void
envoi_store_write_async (EnvoiStore              *self,
                         const EnvoiLetterRecord *record,
                         guint                    expected,
                         GCancellable            *cancellable,
                         GAsyncReadyCallback      callback,
                         gpointer                 user_data)
{
  EnvoiStoreRequest *request;

  g_return_if_fail (ENVOI_IS_STORE (self));
  g_return_if_fail (record != NULL && record->id != NULL);

  request = envoi_store_request_new (self, cancellable, callback, user_data);
  request->record = envoi_letter_record_copy (record);
  request->states = expected;
  envoi_store_request_push (request, TRUE, work_write, wrote);
}

/**
 * envoi_store_write_finish_revision:
 * @self: a store
 * @result: what the callback got
 *
 * Returns: the number of this change, which the row now has; 0 after an error
 *
 * Thread: main
 */
gint64
envoi_store_write_finish_revision (EnvoiStore   *self,
                                   GAsyncResult *result,
                                   GError      **error)
{
  gssize revision = g_task_propagate_int (G_TASK (result), error);

  return MAX (revision, 0);
}

/**
 * envoi_store_write_finish:
 * @self: a store
 * @result: what the callback got
 *
 * Thread: main
 */
gboolean
envoi_store_write_finish (EnvoiStore   *self,
                          GAsyncResult *result,
                          GError      **error)
{
  return envoi_store_write_finish_revision (self, result, error) > 0;
}

static void
load (EnvoiStore          *self,
      const char          *letter_id,
      gboolean             is_whole,
      GCancellable        *cancellable,
      GAsyncReadyCallback  callback,
      gpointer             user_data)
{
  EnvoiStoreRequest *request = envoi_store_request_new (self, cancellable, callback, user_data);

  request->letter_id = g_strdup (letter_id);
  request->is_whole = is_whole;
  envoi_store_request_push (request, FALSE, work_load, loaded);
}

/**
 * envoi_store_load_async:
 * @self: a store
 * @letter_id: a letter
 * @cancellable: (nullable): stops it before it begins
 * @callback: called with the result
 * @user_data: for @callback
 *
 * Loads a letter with its manifest, blob ids and last transcript.
 *
 * Errors: G_IO_ERROR_NOT_FOUND, CORRUPT, NO_SPACE
 *
 * Thread: main
 */
void
envoi_store_load_async (EnvoiStore          *self,
                        const char          *letter_id,
                        GCancellable        *cancellable,
                        GAsyncReadyCallback  callback,
                        gpointer             user_data)
{
  g_return_if_fail (ENVOI_IS_STORE (self));
  g_return_if_fail (letter_id != NULL);

  load (self, letter_id, TRUE, cancellable, callback, user_data);
}

/**
 * envoi_store_load_light_async:
 * @self: a store
 * @letter_id: a letter
 * @cancellable: (nullable): stops it before it begins
 * @callback: called with the result; it uses [method@Store.load_finish]
 * @user_data: for @callback
 *
 * Loads a letter as a list has it: without manifest, blob ids and transcript.
 *
 * Errors: G_IO_ERROR_NOT_FOUND, CORRUPT, NO_SPACE
 *
 * Thread: main
 */
void
envoi_store_load_light_async (EnvoiStore          *self,
                              const char          *letter_id,
                              GCancellable        *cancellable,
                              GAsyncReadyCallback  callback,
                              gpointer             user_data)
{
  g_return_if_fail (ENVOI_IS_STORE (self));
  g_return_if_fail (letter_id != NULL);

  load (self, letter_id, FALSE, cancellable, callback, user_data);
}

/**
 * envoi_store_load_finish:
 * @self: a store
 * @result: what the callback got
 *
 * Returns: (transfer full) (nullable): the letter
 *
 * Thread: main
 */
EnvoiLetterRecord *
envoi_store_load_finish (EnvoiStore   *self,
                         GAsyncResult *result,
                         GError      **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

/**
 * envoi_store_list_attempts_async:
 * @self: a store
 * @letter_id: a letter
 * @cancellable: (nullable): stops it before it begins
 * @callback: called with the result
 * @user_data: for @callback
 *
 * Lists what was tried to hand a letter over.
 *
 * Errors: CORRUPT, NO_SPACE
 *
 * Thread: main
 */
void
envoi_store_list_attempts_async (EnvoiStore          *self,
                                 const char          *letter_id,
                                 GCancellable        *cancellable,
                                 GAsyncReadyCallback  callback,
                                 gpointer             user_data)
{
  EnvoiStoreRequest *request;

  g_return_if_fail (ENVOI_IS_STORE (self));
  g_return_if_fail (letter_id != NULL);

  request = envoi_store_request_new (self, cancellable, callback, user_data);
  request->letter_id = g_strdup (letter_id);
  envoi_store_request_push (request, FALSE, work_list_attempts, listed);
}

/**
 * envoi_store_list_attempts_finish:
 * @self: a store
 * @result: what the callback got
 *
 * Returns: (transfer full) (element-type EnvoiAttemptRecord) (nullable): oldest first
 *
 * Thread: main
 */
GPtrArray *
envoi_store_list_attempts_finish (EnvoiStore   *self,
                                  GAsyncResult *result,
                                  GError      **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

/**
 * envoi_store_list_async:
 * @self: a store
 * @states: a bit for each wanted state
 * @offset: how many to pass over
 * @limit: how many at most, 0 = all
 * @cancellable: (nullable): stops it before it begins
 * @callback: called with the result
 * @user_data: for @callback
 *
 * Lists letters without manifest, newest change first.
 *
 * Errors: CORRUPT, NO_SPACE
 *
 * Thread: main
 */
void
envoi_store_list_async (EnvoiStore          *self,
                        guint                states,
                        guint                offset,
                        guint                limit,
                        GCancellable        *cancellable,
                        GAsyncReadyCallback  callback,
                        gpointer             user_data)
{
  EnvoiStoreRequest *request;

  g_return_if_fail (ENVOI_IS_STORE (self));

  request = envoi_store_request_new (self, cancellable, callback, user_data);
  request->states = states;
  request->offset = offset;
  request->limit = limit;
  envoi_store_request_push (request, FALSE, work_list, listed);
}

/**
 * envoi_store_list_older_async:
 * @self: a store
 * @states: a bit for each wanted state
 * @last: the last letter of the page before; its id and time are copied
 * @limit: how many at most
 * @cancellable: (nullable): stops it before it begins
 * @callback: called with the result; it uses [method@Store.list_finish]
 * @user_data: for @callback
 *
 * Lists the letters behind one. Unlike an offset this neither skips nor repeats
 * letters when others change meanwhile.
 *
 * Errors: CORRUPT, NO_SPACE
 *
 * Thread: main
 */
void
envoi_store_list_older_async (EnvoiStore              *self,
                              guint                    states,
                              const EnvoiLetterRecord *last,
                              guint                    limit,
                              GCancellable            *cancellable,
                              GAsyncReadyCallback      callback,
                              gpointer                 user_data)
{
  EnvoiStoreRequest *request;

  g_return_if_fail (ENVOI_IS_STORE (self));
  g_return_if_fail (last != NULL);

  request = envoi_store_request_new (self, cancellable, callback, user_data);
  request->states = states;
  request->limit = limit;
  request->record = envoi_letter_record_new (last->id);
  request->record->changed = last->changed;
  envoi_store_request_push (request, FALSE, work_list, listed);
}

/**
 * envoi_store_list_finish:
 * @self: a store
 * @result: what the callback got
 *
 * Returns: (transfer full) (element-type EnvoiLetterRecord) (nullable): newest first
 *
 * Thread: main
 */
GPtrArray *
envoi_store_list_finish (EnvoiStore   *self,
                         GAsyncResult *result,
                         GError      **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

/**
 * envoi_store_search_async:
 * @self: a store
 * @words: with spaces between them; a letter must have them all
 * @states: a bit for each wanted state
 * @limit: how many at most, 0 = all
 * @cancellable: (nullable): stops it before it begins
 * @callback: called with the result
 * @user_data: for @callback
 *
 * Looks for letters by subject, addresses and text, in any language: a word is
 * found inside longer ones, too.
 *
 * Errors: CORRUPT, NO_SPACE
 *
 * Thread: main
 */
void
envoi_store_search_async (EnvoiStore          *self,
                          const char          *words,
                          guint                states,
                          guint                limit,
                          GCancellable        *cancellable,
                          GAsyncReadyCallback  callback,
                          gpointer             user_data)
{
  EnvoiStoreRequest *request;

  g_return_if_fail (ENVOI_IS_STORE (self));
  g_return_if_fail (words != NULL);

  request = envoi_store_request_new (self, cancellable, callback, user_data);
  request->words = g_strdup (words);
  request->states = states;
  request->limit = limit;
  envoi_store_request_push (request, FALSE, work_search, listed);
}

/**
 * envoi_store_search_finish:
 * @self: a store
 * @result: what the callback got
 *
 * Returns: (transfer full) (element-type EnvoiLetterRecord) (nullable): newest first
 *
 * Thread: main
 */
GPtrArray *
envoi_store_search_finish (EnvoiStore   *self,
                           GAsyncResult *result,
                           GError      **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

/**
 * envoi_store_delete_async:
 * @self: a store
 * @letter_id: a letter
 * @expected: a bit for each state the row may be in now
 * @cancellable: (nullable): stops it before it begins
 * @callback: called when the change is on the disk
 * @user_data: for @callback
 *
 * Deletes a letter for good; its blobs follow when they are old and no other
 * letter needs them.
 *
 * Errors: G_IO_ERROR_NOT_FOUND, CONFLICT, NO_SPACE
 *
 * Thread: main
 */
void
envoi_store_delete_async (EnvoiStore          *self,
                          const char          *letter_id,
                          guint                expected,
                          GCancellable        *cancellable,
                          GAsyncReadyCallback  callback,
                          gpointer             user_data)
{
  EnvoiStoreRequest *request;

  g_return_if_fail (ENVOI_IS_STORE (self));
  g_return_if_fail (letter_id != NULL);

  request = envoi_store_request_new (self, cancellable, callback, user_data);
  request->record = envoi_letter_record_new (letter_id);
  request->states = expected;
  envoi_store_request_push (request, TRUE, work_delete, deleted);
}

/**
 * envoi_store_delete_finish:
 * @self: a store
 * @result: what the callback got
 *
 * Thread: main
 */
gboolean
envoi_store_delete_finish (EnvoiStore   *self,
                           GAsyncResult *result,
                           GError      **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}
