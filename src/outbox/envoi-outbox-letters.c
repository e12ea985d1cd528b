/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-outbox"

#include "config.h"

#include "envoi-outbox-private.h"

/*
 * The outbox's picture of the store. It changes only by what the store has
 * written or read; the revision tells which of two records is the newer one.
 */

/* While a letter is being written, the store's own "changed" signal for it is
 * expected; one more than that comes from another process. */
typedef struct {
  guint n_open;
  guint n_done;
  guint n_heard;
} OpenWrites;

typedef struct {
  EnvoiOutbox *outbox;
  EnvoiLetterRecord *record;
  EnvoiOutboxWrittenFunc written;
  gpointer user_data;
} Write;

typedef struct {
  EnvoiOutbox *outbox;
  char *letter_id;
} Reload;

static gboolean
is_scheduled (const EnvoiLetterRecord *record,
              gint64                   now)
{
  return record->state == ENVOI_LETTER_QUEUED &&
         record->hold_until - now > ENVOI_SCHEDULED_FROM;
}

static gboolean
has_refused_recipient (const EnvoiLetterRecord *record)
{
  for (guint i = 0; i < record->recipients->len; i++) {
    const EnvoiRecipientRecord *recipient = g_ptr_array_index (record->recipients, i);

    if (recipient->state == ENVOI_RECIPIENT_REFUSED ||
        recipient->state == ENVOI_RECIPIENT_RETURNED)
      return TRUE;
  }

  return FALSE;
}

static gboolean
belongs (const EnvoiLetterRecord *record,
         EnvoiFolder              folder,
         gint64                   now)
{
  switch (folder) {
    case ENVOI_FOLDER_DRAFTS:
      return record->state == ENVOI_LETTER_DRAFT && !envoi_letter_record_is_template (record);
    case ENVOI_FOLDER_OUTBOX:
      return record->state == ENVOI_LETTER_SENDING || record->state == ENVOI_LETTER_WAITING ||
             (record->state == ENVOI_LETTER_QUEUED && !is_scheduled (record, now));
    case ENVOI_FOLDER_ATTENTION:
      return record->state == ENVOI_LETTER_FAILED || record->state == ENVOI_LETTER_UNKNOWN ||
             (record->state == ENVOI_LETTER_SENT && !record->is_dismissed &&
              has_refused_recipient (record));
    case ENVOI_FOLDER_SCHEDULED:
      return is_scheduled (record, now);
    case ENVOI_FOLDER_SENT:
      return record->state == ENVOI_LETTER_SENT;
    case ENVOI_FOLDER_TEMPLATES:
      return envoi_letter_record_is_template (record);
    case ENVOI_N_FOLDERS:
    default:
      g_assert_not_reached ();
  }
}

static void
sort_into_folders (EnvoiOutbox *self,
                   EnvoiLetter *letter)
{
  const EnvoiLetterRecord *record = envoi_letter_get_record (letter);
  gint64 now = envoi_clock_get_now (self->clock);
  gboolean is_aside = g_hash_table_contains (self->aside, record->id);

  for (EnvoiFolder folder = 0; folder < ENVOI_N_FOLDERS; folder++)
    envoi_folder_list_update (self->folders[folder], letter,
                              !is_aside && belongs (record, folder, now));
}

/**
 * envoi_outbox_adopt:
 * @self: an outbox
 * @record: (transfer full): a letter as the store has written or read it
 * @is_news: whether to tell of a change of state
 *
 * Takes over what the store says, unless something newer is known.
 *
 * Thread: main
 */
void
envoi_outbox_adopt (EnvoiOutbox       *self,
                    EnvoiLetterRecord *record,
                    gboolean           is_news)
{
  g_autoptr (EnvoiLetter) letter = NULL;
  EnvoiLetterState before = ENVOI_LETTER_DRAFT;
  EnvoiLetter *known = g_hash_table_lookup (self->letters, record->id);

  if (known && envoi_letter_get_record (known)->revision >= record->revision) {
    envoi_letter_record_free (record);
    return;
  }

  if (known) {
    letter = g_object_ref (known);
    before = envoi_letter_get_state (letter);
    envoi_letter_take_record (letter, record);
  } else {
    letter = envoi_letter_new (record);
    g_hash_table_insert (self->letters, g_strdup (record->id), g_object_ref (letter));
  }

  sort_into_folders (self, letter);
  envoi_outbox_plan (self, letter);

  if (is_news && before != record->state)
    g_signal_emit_by_name (self, "settled", letter, before, record->state);
}

/**
 * envoi_outbox_forget:
 * @self: an outbox
 * @letter_id: a letter that the store does not have any more
 *
 * Takes a letter out of everything.
 *
 * Thread: main
 */
void
envoi_outbox_forget (EnvoiOutbox *self,
                     const char  *letter_id)
{
  EnvoiLetter *known = g_hash_table_lookup (self->letters, letter_id);
  g_autoptr (EnvoiLetter) letter = NULL;

  if (!known)
    return;

  letter = g_object_ref (known);
  g_hash_table_remove (self->letters, letter_id);
  g_hash_table_remove (self->aside, letter_id);

  for (EnvoiFolder folder = 0; folder < ENVOI_N_FOLDERS; folder++)
    envoi_folder_list_update (self->folders[folder], letter, FALSE);
  envoi_schedule_remove (self->schedule, letter_id);
  envoi_schedule_resume (self->schedule, envoi_letter_get_record (letter)->account_id,
                         letter_id);
  envoi_outbox_queue_dispatch (self);
}

static void
reloaded_cb (GObject      *source,
             GAsyncResult *result,
             gpointer      user_data)
{
  Reload *reload = user_data;
  g_autoptr (GError) error = NULL;
  EnvoiLetterRecord *record = envoi_store_load_finish (ENVOI_STORE (source), result, &error);

  if (record)
    envoi_outbox_adopt (reload->outbox, record, TRUE);
  else if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND))
    envoi_outbox_forget (reload->outbox, reload->letter_id);
  else
    g_debug ("%s: could not be read again: %s", reload->letter_id, error->message);

  g_object_unref (reload->outbox);
  g_free (reload->letter_id);
  g_free (reload);
}

/**
 * envoi_outbox_reload:
 * @self: an outbox
 * @letter_id: a letter that somebody has changed
 *
 * Reads a letter again.
 *
 * Thread: main
 */
void
envoi_outbox_reload (EnvoiOutbox *self,
                     const char  *letter_id)
{
  Reload *reload = g_new0 (Reload, 1);

  reload->outbox = g_object_ref (self);
  reload->letter_id = g_strdup (letter_id);
  envoi_store_load_light_async (self->store, letter_id, NULL, reloaded_cb, reload);
}

/**
 * envoi_outbox_letter_changed_cb:
 * @store: the store
 * @letter_id: a letter that was written
 * @self: an outbox
 *
 * Hears of every write; what the outbox itself writes it knows already.
 *
 * Thread: main
 */
void
envoi_outbox_letter_changed_cb (EnvoiStore  *store,
                                const char  *letter_id,
                                EnvoiOutbox *self)
{
  OpenWrites *open = g_hash_table_lookup (self->writes, letter_id);

  if (open)
    open->n_heard++;
  else
    envoi_outbox_reload (self, letter_id);
}

static void
close_write (EnvoiOutbox *self,
             const char  *letter_id,
             gboolean     is_done)
{
  OpenWrites *open = g_hash_table_lookup (self->writes, letter_id);
  gboolean has_missed;

  open->n_open--;
  open->n_done += is_done ? 1 : 0;
  if (open->n_open > 0)
    return;

  has_missed = open->n_heard > open->n_done;
  g_hash_table_remove (self->writes, letter_id);
  if (has_missed)
    envoi_outbox_reload (self, letter_id);
}

static void
make_light (EnvoiLetterRecord *record)
{
  g_clear_pointer (&record->manifest, g_bytes_unref);
  g_clear_pointer (&record->search_text, g_free);
  g_clear_pointer (&record->transcript, g_free);
  g_clear_pointer (&record->blob_ids, g_strfreev);
  record->blob_ids = g_new0 (char *, 1);
}

static void
written_cb (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  Write *write = user_data;
  EnvoiOutbox *self = write->outbox;
  g_autoptr (GError) error = NULL;
  g_autofree char *letter_id = g_strdup (write->record->id);
  gint64 revision = envoi_store_write_finish_revision (ENVOI_STORE (source), result, &error);

  close_write (self, letter_id, error == NULL);

  if (error) {
    envoi_letter_record_free (write->record);
    envoi_outbox_reload (self, letter_id);
  } else {
    write->record->revision = revision;
    make_light (write->record);
    envoi_outbox_adopt (self, write->record, TRUE);
  }

  if (write->written)
    write->written (self, letter_id, error, write->user_data);

  g_object_unref (self);
  g_free (write);
}

/**
 * envoi_outbox_write:
 * @self: an outbox
 * @record: (transfer full): the letter as it shall be
 * @expected: a bit for each state it may be in now
 * @written: (nullable): called when it is on the disk and adopted, or has failed
 * @user_data: for @written
 *
 * Writes a letter. After an error the letter is read again, since what was
 * known of it was wrong.
 *
 * Errors: as envoi_store_write_async()
 *
 * Thread: main
 */
void
envoi_outbox_write (EnvoiOutbox            *self,
                    EnvoiLetterRecord      *record,
                    guint                   expected,
                    EnvoiOutboxWrittenFunc  written,
                    gpointer                user_data)
{
  OpenWrites *open = g_hash_table_lookup (self->writes, record->id);
  Write *write = g_new0 (Write, 1);

  if (!open) {
    open = g_new0 (OpenWrites, 1);
    g_hash_table_insert (self->writes, g_strdup (record->id), open);
  }

  open->n_open++;
  write->outbox = g_object_ref (self);
  write->record = record;
  write->written = written;
  write->user_data = user_data;
  envoi_store_write_async (self->store, record, expected, NULL, written_cb, write);
}

/**
 * envoi_outbox_sort_scheduled:
 * @self: an outbox
 *
 * Moves letters between "scheduled" and "going out" as their time comes near.
 *
 * Thread: main
 */
void
envoi_outbox_sort_scheduled (EnvoiOutbox *self)
{
  GListModel *scheduled = G_LIST_MODEL (self->folders[ENVOI_FOLDER_SCHEDULED]);
  gint64 now = envoi_clock_get_now (self->clock);

  for (guint i = g_list_model_get_n_items (scheduled); i > 0; i--) {
    g_autoptr (EnvoiLetter) letter = g_list_model_get_item (scheduled, i - 1);

    if (!is_scheduled (envoi_letter_get_record (letter), now))
      sort_into_folders (self, letter);
  }
}

/**
 * envoi_outbox_get_next_sorting:
 * @self: an outbox
 *
 * Returns: when the next letter stops being "scheduled"; %G_MAXINT64 = none is
 *
 * Thread: main
 */
gint64
envoi_outbox_get_next_sorting (EnvoiOutbox *self)
{
  GListModel *scheduled = G_LIST_MODEL (self->folders[ENVOI_FOLDER_SCHEDULED]);
  gint64 next = G_MAXINT64;

  for (guint i = 0; i < g_list_model_get_n_items (scheduled); i++) {
    g_autoptr (EnvoiLetter) letter = g_list_model_get_item (scheduled, i);

    next = MIN (next, envoi_letter_get_record (letter)->hold_until - ENVOI_SCHEDULED_FROM);
  }

  return next;
}

/**
 * envoi_outbox_find_position:
 * @self: an outbox
 * @folder: where to look
 * @letter: a letter
 * @position: (out) (optional): its row in the folder's list
 *
 * Returns: whether the letter is in the folder
 *
 * Thread: main
 */
gboolean
envoi_outbox_find_position (EnvoiOutbox *self,
                            EnvoiFolder  folder,
                            EnvoiLetter *letter,
                            guint       *position)
{
  g_return_val_if_fail (ENVOI_IS_OUTBOX (self), FALSE);
  g_return_val_if_fail (folder < ENVOI_N_FOLDERS, FALSE);

  return envoi_folder_list_find (self->folders[folder], letter, position);
}

/**
 * envoi_outbox_set_aside:
 * @self: an outbox
 * @letter_id: a letter
 * @is_aside: whether it is out of sight
 *
 * Takes a letter out of its folders or puts it back. The letter itself stays as
 * it is, on the disk too: its deletion can still be undone.
 *
 * Thread: main
 */
void
envoi_outbox_set_aside (EnvoiOutbox *self,
                        const char  *letter_id,
                        gboolean     is_aside)
{
  EnvoiLetter *letter;

  g_return_if_fail (ENVOI_IS_OUTBOX (self));
  g_return_if_fail (letter_id != NULL);

  if (is_aside)
    g_hash_table_add (self->aside, g_strdup (letter_id));
  else
    g_hash_table_remove (self->aside, letter_id);

  letter = g_hash_table_lookup (self->letters, letter_id);
  if (letter)
    sort_into_folders (self, letter);
}
