/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-store"

#include "config.h"

#include "envoi-store-private.h"

#include "envoi-letter-table-private.h"

#include <glib/gi18n.h>

/* A letter by the names that others know it by. */

static char *
find_id (EnvoiDatabase *database,
         const char    *key,
         GError       **error)
{
  sqlite3_stmt *rows = envoi_database_query (database, error,
                                             "SELECT id FROM letters WHERE message_id = ?1"
                                             " UNION SELECT id FROM letters WHERE envelope_id = ?1"
                                             " LIMIT 1", "s", key);
  EnvoiStep step = ENVOI_STEP_ERROR;
  char *id = NULL;

  while (rows && (step = envoi_database_step (database, rows, error)) == ENVOI_STEP_ROW) {
    g_free (id);
    id = g_strdup ((const char *) sqlite3_column_text (rows, 0));
  }

  if (step == ENVOI_STEP_DONE && id)
    return id;
  if (step == ENVOI_STEP_DONE)
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND, _("No letter is known by this name."));

  g_free (id);
  return NULL;
}

static gboolean
work_find (EnvoiDatabase **database,
           gpointer        data,
           GError        **error)
{
  EnvoiStoreRequest *request = data;
  g_auto (GStrv) keys = g_strsplit (request->words, "\n", -1);
  g_autofree char *id = NULL;

  if (!envoi_store_check_open (database, error))
    return FALSE;

  for (guint i = 0; keys[i] && !id; i++) {
    g_clear_error (error);
    id = *keys[i] ? find_id (*database, keys[i], error) : NULL;
    if (!id && *error && !g_error_matches (*error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND))
      return FALSE;
  }

  if (!id && !*error)
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND, _("There is no name to look for."));
  if (!id)
    return FALSE;

  request->record = envoi_letter_table_load (*database, id, FALSE, error);
  return request->record != NULL;
}

static void
found (gpointer  data,
       GError   *error)
{
  g_autoptr (EnvoiStoreRequest) request = data;

  if (error)
    g_task_return_error (request->task, g_error_copy (error));
  else
    g_task_return_pointer (request->task, g_steal_pointer (&request->record),
                           (GDestroyNotify) envoi_letter_record_free);
}

/**
 * envoi_store_find_async:
 * @self: a store
 * @keys: Message-IDs with <> and envelope ids, the likeliest first
 * @cancellable: (nullable): stops it before it begins
 * @callback: called with the result
 * @user_data: for @callback
 *
 * Finds the letter that a report is about, by the first of the keys that fits.
 *
 * Errors: G_IO_ERROR_NOT_FOUND, CORRUPT, NO_SPACE
 *
 * Thread: main
 */
void
envoi_store_find_async (EnvoiStore          *self,
                        const char *const   *keys,
                        GCancellable        *cancellable,
                        GAsyncReadyCallback  callback,
                        gpointer             user_data)
{
  EnvoiStoreRequest *request;

  g_return_if_fail (ENVOI_IS_STORE (self));
  g_return_if_fail (keys != NULL);

  request = envoi_store_request_new (self, cancellable, callback, user_data);
  request->words = g_strjoinv ("\n", (char **) keys);
  envoi_store_request_push (request, FALSE, work_find, found);
}

/**
 * envoi_store_find_finish:
 * @self: a store
 * @result: what the callback got
 *
 * Returns: (transfer full) (nullable): the letter as a list has it
 *
 * Thread: main
 */
EnvoiLetterRecord *
envoi_store_find_finish (EnvoiStore   *self,
                         GAsyncResult *result,
                         GError      **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}
