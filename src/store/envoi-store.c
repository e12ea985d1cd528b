/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-store"

#include "config.h"

#include "envoi-store-private.h"

#include "envoi-blob-folder-private.h"
#include "envoi-letter-table-private.h"

#include <errno.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>

/**
 * EnvoiStore:
 *
 * The database of letters and the folder of blobs. It owns the store thread;
 * its own functions only queue work there and hear what it came to.
 *
 * Thread: main, but where said
 */
G_DEFINE_FINAL_TYPE (EnvoiStore, envoi_store, G_TYPE_OBJECT)

enum {
  PROP_0,
  PROP_FOLDER,
  PROP_NOTICE,
  N_PROPS,
};

enum {
  LETTER_CHANGED,
  N_SIGNALS,
};

static GParamSpec *properties[N_PROPS];
static guint signals[N_SIGNALS];

/* Changes of other processes */

static gboolean
work_look_for_changes (EnvoiDatabase **database,
                       gpointer        data,
                       GError        **error)
{
  EnvoiStoreRequest *request = data;

  if (!envoi_store_check_open (database, error))
    return FALSE;

  request->rows = envoi_letter_table_list_changes (*database, &request->revision, error);
  return request->rows != NULL;
}

static void
looked_for_changes (gpointer  data,
                    GError   *error)
{
  g_autoptr (EnvoiStoreRequest) request = data;
  EnvoiStore *self = request->store;

  self->is_looking = FALSE;

  if (error) {
    g_debug ("Could not look for changes of other processes: %s", error->message);
    return;
  }

  self->seen_revision = MAX (self->seen_revision, request->revision);
  for (guint i = 0; i < request->rows->len; i++)
    g_signal_emit (self, signals[LETTER_CHANGED], 0, g_ptr_array_index (request->rows, i));
}

static void
look_for_changes (EnvoiStore *self)
{
  EnvoiStoreRequest *request;

  if (self->is_looking || !self->thread)
    return;

  self->is_looking = TRUE;
  request = envoi_store_request_new_own (self);
  request->revision = self->seen_revision;
  envoi_store_request_push (request, FALSE, work_look_for_changes, looked_for_changes);
}

static void
changed_file_cb (GFileMonitor      *monitor,
                 GFile             *file,
                 GFile             *other_file,
                 GFileMonitorEvent  event,
                 EnvoiStore        *self)
{
  look_for_changes (self);
}

static void
start_monitor (EnvoiStore *self)
{
  g_autoptr (GFile) file = g_file_get_child (self->folder, "changed");
  g_autoptr (GError) error = NULL;

  self->monitor = g_file_monitor_file (file, G_FILE_MONITOR_NONE, NULL, &error);
  if (!self->monitor) {
    g_debug ("Changes of other processes are not noticed: %s", error->message);
    return;
  }

  g_signal_connect_object (self->monitor, "changed", G_CALLBACK (changed_file_cb), self, 0);
}

/**
 * envoi_store_note_own_change:
 * @self: a store
 * @letter_id: a letter this store has written
 * @revision: the number of that change
 *
 * Keeps up with the numbers and tells of the change.
 *
 * Thread: main
 */
void
envoi_store_note_own_change (EnvoiStore *self,
                             const char *letter_id,
                             gint64      revision)
{
  /* A gap in the numbers means that somebody else wrote in between. */
  if (revision == self->seen_revision + 1)
    self->seen_revision = revision;
  else if (revision > self->seen_revision)
    look_for_changes (self);

  g_signal_emit (self, signals[LETTER_CHANGED], 0, letter_id);
}

/* Opening and closing */

/**
 * envoi_store_make_folders:
 * @self: a store
 *
 * Makes the store's folder and the one of blobs, for this user alone.
 *
 * Errors: NO_SPACE, G_IO_ERROR
 *
 * Thread: any
 */
gboolean
envoi_store_make_folders (EnvoiStore *self,
                          GError    **error)
{
  g_autofree char *blobs = g_build_filename (g_file_peek_path (self->folder), "blobs", NULL);

  if (g_mkdir_with_parents (blobs, 0700) == 0)
    return TRUE;

  envoi_store_set_errno (error, errno, _("The folder of letters could not be made"));
  return FALSE;
}

static gboolean
work_open (EnvoiDatabase **database,
           gpointer        data,
           GError        **error)
{
  EnvoiStoreRequest *request = data;
  EnvoiStore *self = request->store;

  if (!envoi_store_make_folders (self, error))
    return FALSE;

  *database = envoi_database_open (g_file_peek_path (self->folder), &request->notice, error);
  return *database && envoi_letter_table_get_revision (*database, &request->revision, error) &&
         envoi_letter_search_has_more (*database, &request->has_more, error);
}

static gboolean
is_blob_used (const char *blob_id,
              gboolean   *is_used,
              gpointer    user_data,
              GError    **error)
{
  return envoi_letter_table_is_blob_used (user_data, blob_id, is_used, error);
}

static gboolean
work_collect (EnvoiDatabase **database,
              gpointer        data,
              GError        **error)
{
  EnvoiStoreRequest *request = data;
  g_autofree char *blobs = NULL;

  if (!envoi_store_check_open (database, error))
    return FALSE;

  /* No other process can begin to need a blob while the write lock is held. */
  if (!envoi_database_begin (*database, error))
    return FALSE;

  blobs = g_build_filename (envoi_database_get_folder (*database), "blobs", NULL);
  envoi_blob_folder_collect_sync (blobs,
                                  request->record ?
                                  (const char *const *) request->record->blob_ids : NULL,
                                  is_blob_used, *database);
  envoi_database_rollback (*database);
  return TRUE;
}

static void
collected (gpointer  data,
           GError   *error)
{
  g_autoptr (EnvoiStoreRequest) request = data;

  if (error)
    g_debug ("Unused blobs were not collected: %s", error->message);
}

/**
 * envoi_store_collect_blobs:
 * @self: a store
 * @blob_ids: (transfer full) (nullable): those to look at; %NULL = all
 *
 * Removes old blobs that no letter needs.
 *
 * Thread: main
 */
void
envoi_store_collect_blobs (EnvoiStore  *self,
                           char       **blob_ids)
{
  EnvoiStoreRequest *request = envoi_store_request_new_own (self);
  if (blob_ids) {
    request->record = envoi_letter_record_new ("");
    g_strfreev (request->record->blob_ids);
    request->record->blob_ids = blob_ids;
  }

  envoi_store_request_push (request, FALSE, work_collect, collected);
}

static void
opened (gpointer  data,
        GError   *error)
{
  g_autoptr (EnvoiStoreRequest) request = data;
  EnvoiStore *self = request->store;

  if (error) {
    g_clear_pointer (&self->thread, envoi_store_thread_stop);
    g_task_return_error (request->task, g_error_copy (error));
    return;
  }

  self->seen_revision = request->revision;
  self->lacks_index = request->has_more;
  start_monitor (self);
  envoi_store_collect_blobs (self, NULL);
  if (request->notice) {
    self->notice = g_steal_pointer (&request->notice);
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_NOTICE]);
  }

  g_task_return_boolean (request->task, TRUE);
}

static void
reached_end (gpointer  data,
             GError   *error)
{
  g_autoptr (EnvoiStoreRequest) request = data;
  EnvoiStore *self = request->store;

  if (self->thread)
    envoi_store_thread_stop (g_steal_pointer (&self->thread));
  g_task_return_boolean (request->task, TRUE);
}

static void
envoi_store_get_property (GObject    *object,
                          guint       property_id,
                          GValue     *value,
                          GParamSpec *pspec)
{
  EnvoiStore *self = ENVOI_STORE (object);

  switch (property_id) {
    case PROP_FOLDER:
      g_value_set_object (value, self->folder);
      break;
    case PROP_NOTICE:
      g_value_set_string (value, self->notice);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
  }
}

static void
envoi_store_set_property (GObject      *object,
                          guint         property_id,
                          const GValue *value,
                          GParamSpec   *pspec)
{
  EnvoiStore *self = ENVOI_STORE (object);

  switch (property_id) {
    case PROP_FOLDER:
      self->folder = g_value_dup_object (value);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
  }
}

static void
envoi_store_dispose (GObject *object)
{
  EnvoiStore *self = ENVOI_STORE (object);

  g_clear_handle_id (&self->index_id, g_source_remove);
  if (self->monitor)
    g_file_monitor_cancel (self->monitor);
  g_clear_object (&self->monitor);
  g_clear_pointer (&self->thread, envoi_store_thread_stop);

  G_OBJECT_CLASS (envoi_store_parent_class)->dispose (object);
}

static void
envoi_store_finalize (GObject *object)
{
  EnvoiStore *self = ENVOI_STORE (object);

  g_clear_object (&self->folder);
  g_free (self->notice);

  G_OBJECT_CLASS (envoi_store_parent_class)->finalize (object);
}

static void
envoi_store_class_init (EnvoiStoreClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = envoi_store_get_property;
  object_class->set_property = envoi_store_set_property;
  object_class->dispose = envoi_store_dispose;
  object_class->finalize = envoi_store_finalize;

  properties[PROP_FOLDER] =
    g_param_spec_object ("folder", NULL, NULL, G_TYPE_FILE,
                         G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);
  properties[PROP_NOTICE] =
    g_param_spec_string ("notice", NULL, NULL, NULL, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);

  g_object_class_install_properties (object_class, N_PROPS, properties);

  signals[LETTER_CHANGED] =
    g_signal_new ("letter-changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                  NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
envoi_store_init (EnvoiStore *self)
{
}

/**
 * envoi_store_new:
 * @folder: a local folder; it need not exist
 *
 * Returns: (transfer full): a store that is not open yet
 *
 * Thread: main
 */
EnvoiStore *
envoi_store_new (GFile *folder)
{
  g_return_val_if_fail (G_IS_FILE (folder), NULL);

  return g_object_new (ENVOI_TYPE_STORE, "folder", folder, NULL);
}

/**
 * envoi_store_get_notice:
 * @self: a store
 *
 * Returns: (transfer none) (nullable): a sentence for the person when a
 *   damaged database was set aside at the opening
 *
 * Thread: main
 */
const char *
envoi_store_get_notice (EnvoiStore *self)
{
  g_return_val_if_fail (ENVOI_IS_STORE (self), NULL);

  return self->notice;
}

/**
 * envoi_store_open_async:
 * @self: a store
 * @cancellable: (nullable): stops it before it begins
 * @callback: called when the database is ready
 * @user_data: for @callback
 *
 * Makes the folder and the database when they are missing, brings an older
 * database up to date and sets a damaged one aside.
 *
 * Errors: CORRUPT, VERSION, NO_SPACE, G_IO_ERROR
 *
 * Thread: main
 */
void
envoi_store_open_async (EnvoiStore          *self,
                        GCancellable        *cancellable,
                        GAsyncReadyCallback  callback,
                        gpointer             user_data)
{
  g_return_if_fail (ENVOI_IS_STORE (self));
  g_return_if_fail (self->thread == NULL);

  self->thread = envoi_store_thread_new ();
  envoi_store_request_push (envoi_store_request_new (self, cancellable, callback, user_data), FALSE,
                            work_open, opened);
}

/**
 * envoi_store_open_finish:
 * @self: a store
 * @result: what the callback got
 *
 * Thread: main
 */
gboolean
envoi_store_open_finish (EnvoiStore   *self,
                         GAsyncResult *result,
                         GError      **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

/**
 * envoi_store_close_async:
 * @self: a store
 * @cancellable: (nullable): not looked at: a close always comes to its end
 * @callback: called when the file is closed
 * @user_data: for @callback
 *
 * Waits for what was begun, then closes the file and ends the thread.
 *
 * Thread: main
 */
void
envoi_store_close_async (EnvoiStore          *self,
                         GCancellable        *cancellable,
                         GAsyncReadyCallback  callback,
                         gpointer             user_data)
{
  EnvoiStoreRequest *request;

  g_return_if_fail (ENVOI_IS_STORE (self));

  if (self->monitor)
    g_file_monitor_cancel (self->monitor);
  g_clear_object (&self->monitor);

  request = envoi_store_request_new (self, NULL, callback, user_data);
  if (self->thread)
    envoi_store_request_push (request, FALSE, envoi_store_work_nothing, reached_end);
  else
    reached_end (request, NULL);
}

/**
 * envoi_store_close_finish:
 * @self: a store
 * @result: what the callback got
 *
 * Thread: main
 */
gboolean
envoi_store_close_finish (EnvoiStore   *self,
                          GAsyncResult *result,
                          GError      **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}
