/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-store"

#include "config.h"

#include "envoi-store-private.h"

#include "envoi-letter-table-private.h"

/* The index of version 5 is filled while the person works: a job of its own for some
 * letters, and the next one only when nothing else is to be done. */

static gboolean
work_index (EnvoiDatabase **database,
            gpointer        data,
            GError        **error)
{
  EnvoiStoreRequest *request = data;

  return envoi_store_check_open (database, error) &&
         envoi_letter_search_index_more (*database, error) &&
         envoi_letter_search_has_more (*database, &request->has_more, error);
}

static void
indexed (gpointer  data,
         GError   *error)
{
  g_autoptr (EnvoiStoreRequest) request = data;

  request->store->lacks_index = error || request->has_more;
  if (error)
    g_message ("Old letters are put into the index at the next start: %s", error->message);
  else
    envoi_store_catch_up (request->store);
}

static gboolean
index_cb (gpointer user_data)
{
  EnvoiStore *self = user_data;

  self->index_id = 0;
  envoi_store_request_push (envoi_store_request_new_own (self), TRUE, work_index, indexed);
  return G_SOURCE_REMOVE;
}

/**
 * envoi_store_catch_up:
 * @self: an open store
 *
 * Does what a new version left to do for the letters that were there before, until
 * it is done or the store is closed; then the rest follows the next time. A search
 * finds those letters all the same, only slower. Called when what the person
 * waits for has been read.
 *
 * Thread: main
 */
void
envoi_store_catch_up (EnvoiStore *self)
{
  g_return_if_fail (ENVOI_IS_STORE (self));

  if (self->lacks_index && !self->index_id && self->thread)
    self->index_id = g_idle_add_full (G_PRIORITY_LOW, index_cb, self, NULL);
}
