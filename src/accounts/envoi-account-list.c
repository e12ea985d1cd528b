/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-accounts"

#include "config.h"

#include "envoi-account-list-private.h"

/* An editor replaces a file in several steps; one look after the last is enough. */
#define SETTLE_MS 200
#define NOT_FOUND G_MAXUINT

/**
 * EnvoiAccountList:
 *
 * The accounts, as a [iface@Gio.ListModel], and the file they are kept in. An
 * object stays the same for as long as its account exists: a change of the
 * file, by us or by another process, moves into it.
 *
 * All work on the file runs on one worker thread in the order it was asked for.
 *
 * Thread: main
 */
struct _EnvoiAccountList {
  GObject parent_instance;

  GFile *file;
  GThreadPool *worker;
  GFileMonitor *monitor;

  GPtrArray *accounts;
  GPtrArray *set_aside;
  char *text;
  char *warning;
  guint settle_id;
};

static void list_model_iface_init (GListModelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (EnvoiAccountList, envoi_account_list, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, list_model_iface_init))

enum {
  PROP_0,
  PROP_FILE,
  PROP_WARNING,
  N_PROPS,
};

static GParamSpec *properties[N_PROPS];

static void
run_job_cb (gpointer data,
            gpointer user_data)
{
  g_autoptr (GTask) task = data;
  EnvoiAccountFile *file;
  GError *error = NULL;

  if (g_task_return_error_if_cancelled (task))
    return;

  file = envoi_account_job_run_sync (g_task_get_task_data (task), &error);
  if (file)
    g_task_return_pointer (task, file, (GDestroyNotify) envoi_account_file_free);
  else
    g_task_return_error (task, error);
}

static guint
find_position (EnvoiAccountList *self,
               const char       *id)
{
  for (guint i = 0; i < self->accounts->len; i++) {
    if (g_str_equal (envoi_account_get_id (g_ptr_array_index (self->accounts, i)), id))
      return i;
  }

  return NOT_FOUND;
}

static void
set_warning (EnvoiAccountList *self,
             const char       *warning)
{
  if (g_strcmp0 (self->warning, warning) == 0)
    return;

  g_free (self->warning);
  self->warning = g_strdup (warning);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_WARNING]);
}

static gboolean
has_record (const EnvoiAccountFile *file,
            const char             *id)
{
  for (guint i = 0; i < file->records->len; i++) {
    const EnvoiAccountRecord *record = g_ptr_array_index (file->records, i);

    if (g_str_equal (record->id, id))
      return TRUE;
  }

  return FALSE;
}

static void
drop_missing (EnvoiAccountList       *self,
              const EnvoiAccountFile *file)
{
  for (guint i = self->accounts->len; i > 0; i--) {
    EnvoiAccount *account = g_ptr_array_index (self->accounts, i - 1);

    if (envoi_account_is_practice (account) || has_record (file, envoi_account_get_id (account)))
      continue;

    g_ptr_array_remove_index (self->accounts, i - 1);
    g_list_model_items_changed (G_LIST_MODEL (self), i - 1, 1, 0);
  }
}

/* @adopt: (nullable): becomes the list's object if it is new. */
static void
take_over_record (EnvoiAccountList         *self,
                  const EnvoiAccountRecord *record,
                  EnvoiAccount             *adopt)
{
  guint position = find_position (self, record->id);
  EnvoiAccount *account;

  if (position != NOT_FOUND) {
    envoi_account_record_apply (record, g_ptr_array_index (self->accounts, position));
    return;
  }

  if (adopt && g_str_equal (envoi_account_get_id (adopt), record->id))
    account = g_object_ref (adopt);
  else
    account = envoi_account_new (record->id);

  envoi_account_record_apply (record, account);
  g_ptr_array_add (self->accounts, account);
  g_list_model_items_changed (G_LIST_MODEL (self), self->accounts->len - 1, 0, 1);
}

/* The file's order, the practice account behind the others. */
static void
take_over_order (EnvoiAccountList       *self,
                 const EnvoiAccountFile *file)
{
  guint n_placed = 0;

  for (guint i = 0; i < file->records->len; i++) {
    const EnvoiAccountRecord *record = g_ptr_array_index (file->records, i);
    guint position = find_position (self, record->id);

    if (position != n_placed) {
      EnvoiAccount *account = g_ptr_array_steal_index (self->accounts, position);

      g_ptr_array_insert (self->accounts, (int) n_placed, account);
      g_list_model_items_changed (G_LIST_MODEL (self), n_placed, position - n_placed + 1,
                                  position - n_placed + 1);
    }
    n_placed++;
  }
}

static void
take_over_set_aside (EnvoiAccountList       *self,
                     const EnvoiAccountFile *file)
{
  g_ptr_array_set_size (self->set_aside, 0);
  for (guint i = 0; i < file->set_aside->len; i++) {
    const EnvoiAccountRecord *record = g_ptr_array_index (file->set_aside, i);
    EnvoiAccount *account = envoi_account_new (record->id);

    envoi_account_record_apply (record, account);
    g_object_set (account, "is-removed", FALSE, NULL);
    g_ptr_array_add (self->set_aside, account);
  }
}

static void
take_over_file (EnvoiAccountList       *self,
                const EnvoiAccountFile *file,
                EnvoiAccount           *adopt)
{
  if (file->warning)
    set_warning (self, file->warning);

  if (g_strcmp0 (self->text, file->text) == 0)
    return;

  g_free (self->text);
  self->text = g_strdup (file->text);

  drop_missing (self, file);
  for (guint i = 0; i < file->records->len; i++)
    take_over_record (self, g_ptr_array_index (file->records, i), adopt);
  take_over_order (self, file);
  take_over_set_aside (self, file);
}

/* @inner: (transfer full) */
static void
push_job (EnvoiAccountList    *self,
          EnvoiAccountJobKind  kind,
          EnvoiAccount        *account,
          const char *const   *ids,
          GTask               *inner)
{
  EnvoiAccountJob *job = envoi_account_job_new (kind, self->file, self->text, account, ids);

  g_task_set_task_data (inner, job, (GDestroyNotify) envoi_account_job_free);
  g_thread_pool_push (self->worker, inner, NULL);
}

static void
did_reload_cb (GObject      *source,
               GAsyncResult *result,
               gpointer      user_data)
{
  EnvoiAccountList *self = ENVOI_ACCOUNT_LIST (source);
  g_autoptr (GError) error = NULL;
  g_autoptr (EnvoiAccountFile) file = g_task_propagate_pointer (G_TASK (result), &error);

  /* Accounts that worked a moment ago are not lost to a file that got damaged
   * or unreadable under us; the next save brings them back into it. */
  if (!file)
    set_warning (self, error->message);
  else if (file->warning)
    set_warning (self, file->warning);
  else
    take_over_file (self, file, NULL);
}

static gboolean
settled_cb (gpointer user_data)
{
  EnvoiAccountList *self = user_data;

  self->settle_id = 0;
  push_job (self, ENVOI_ACCOUNT_JOB_LOAD, NULL, NULL, g_task_new (self, NULL, did_reload_cb, NULL));
  return G_SOURCE_REMOVE;
}

static void
file_changed_cb (EnvoiAccountList  *self,
                 GFile             *file,
                 GFile             *other_file,
                 GFileMonitorEvent  event)
{
  g_clear_handle_id (&self->settle_id, g_source_remove);
  self->settle_id = g_timeout_add (SETTLE_MS, settled_cb, self);
}

static void
start_monitor (EnvoiAccountList *self)
{
  g_autoptr (GError) error = NULL;

  if (self->monitor)
    return;

  self->monitor = g_file_monitor_file (self->file, G_FILE_MONITOR_WATCH_MOVES, NULL, &error);
  if (self->monitor)
    g_signal_connect_object (self->monitor, "changed", G_CALLBACK (file_changed_cb), self,
                             G_CONNECT_SWAPPED);
  else
    g_debug ("the account file is not watched: %s", error->message);
}

static void
did_work_cb (GObject      *source,
             GAsyncResult *result,
             gpointer      user_data)
{
  EnvoiAccountList *self = ENVOI_ACCOUNT_LIST (source);
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;
  g_autoptr (EnvoiAccountFile) file = g_task_propagate_pointer (G_TASK (result), &error);

  if (!file) {
    g_task_return_error (task, error);
    return;
  }

  take_over_file (self, file, g_task_get_task_data (task));
  g_task_return_boolean (task, TRUE);
}

static GType
envoi_account_list_get_item_type (GListModel *model)
{
  return ENVOI_TYPE_ACCOUNT;
}

static guint
envoi_account_list_get_n_items (GListModel *model)
{
  return ENVOI_ACCOUNT_LIST (model)->accounts->len;
}

static gpointer
envoi_account_list_get_item (GListModel *model,
                             guint       position)
{
  EnvoiAccountList *self = ENVOI_ACCOUNT_LIST (model);

  if (position >= self->accounts->len)
    return NULL;

  return g_object_ref (g_ptr_array_index (self->accounts, position));
}

static void
list_model_iface_init (GListModelInterface *iface)
{
  iface->get_item_type = envoi_account_list_get_item_type;
  iface->get_n_items = envoi_account_list_get_n_items;
  iface->get_item = envoi_account_list_get_item;
}

static void
envoi_account_list_get_property (GObject    *object,
                                 guint       property_id,
                                 GValue     *value,
                                 GParamSpec *pspec)
{
  EnvoiAccountList *self = ENVOI_ACCOUNT_LIST (object);

  switch (property_id) {
    case PROP_FILE:
      g_value_set_object (value, self->file);
      break;
    case PROP_WARNING:
      g_value_set_string (value, self->warning);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
  }
}

static void
envoi_account_list_set_property (GObject      *object,
                                 guint         property_id,
                                 const GValue *value,
                                 GParamSpec   *pspec)
{
  EnvoiAccountList *self = ENVOI_ACCOUNT_LIST (object);

  if (property_id == PROP_FILE)
    self->file = g_value_dup_object (value);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
}

static void
envoi_account_list_dispose (GObject *object)
{
  EnvoiAccountList *self = ENVOI_ACCOUNT_LIST (object);

  g_clear_handle_id (&self->settle_id, g_source_remove);
  if (self->monitor)
    g_file_monitor_cancel (self->monitor);
  g_clear_object (&self->monitor);

  G_OBJECT_CLASS (envoi_account_list_parent_class)->dispose (object);
}

/* Every job holds a reference, so the queue is empty by now. */
static void
envoi_account_list_finalize (GObject *object)
{
  EnvoiAccountList *self = ENVOI_ACCOUNT_LIST (object);

  g_thread_pool_free (self->worker, FALSE, FALSE);
  g_clear_object (&self->file);
  g_clear_pointer (&self->accounts, g_ptr_array_unref);
  g_clear_pointer (&self->set_aside, g_ptr_array_unref);
  g_clear_pointer (&self->text, g_free);
  g_clear_pointer (&self->warning, g_free);

  G_OBJECT_CLASS (envoi_account_list_parent_class)->finalize (object);
}

static void
envoi_account_list_class_init (EnvoiAccountListClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = envoi_account_list_get_property;
  object_class->set_property = envoi_account_list_set_property;
  object_class->dispose = envoi_account_list_dispose;
  object_class->finalize = envoi_account_list_finalize;

  properties[PROP_FILE] =
    g_param_spec_object ("file", NULL, NULL, G_TYPE_FILE,
                         G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);
  properties[PROP_WARNING] =
    g_param_spec_string ("warning", NULL, NULL, NULL,
                         G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
envoi_account_list_init (EnvoiAccountList *self)
{
  self->accounts = g_ptr_array_new_with_free_func (g_object_unref);
  self->set_aside = g_ptr_array_new_with_free_func (g_object_unref);
  self->worker = g_thread_pool_new (run_job_cb, NULL, 1, FALSE, NULL);
}

/**
 * envoi_account_list_new:
 * @file: a local file; it and its folder need not exist
 *
 * Makes an empty list. Nothing is read before it is loaded.
 *
 * Returns: (transfer full): the list
 *
 * Thread: main
 */
EnvoiAccountList *
envoi_account_list_new (GFile *file)
{
  g_return_val_if_fail (G_IS_FILE (file), NULL);

  return g_object_new (ENVOI_TYPE_ACCOUNT_LIST, "file", file, NULL);
}

/**
 * envoi_account_list_load_async:
 * @self: a list
 * @cancellable: (nullable): stops the wait
 * @callback: called when the accounts are there
 * @user_data: for @callback
 *
 * Reads the file and watches it from then on. A file that cannot be parsed is
 * renamed; that is no error, but "warning" says so.
 *
 * Thread: main
 */
void
envoi_account_list_load_async (EnvoiAccountList    *self,
                               GCancellable        *cancellable,
                               GAsyncReadyCallback  callback,
                               gpointer             user_data)
{
  GTask *task;

  g_return_if_fail (ENVOI_IS_ACCOUNT_LIST (self));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, envoi_account_list_load_async);
  start_monitor (self);
  envoi_account_list_begin (self, ENVOI_ACCOUNT_JOB_LOAD, NULL, NULL, task);
}

/**
 * envoi_account_list_load_finish:
 * @self: a list
 * @result: what the callback got
 * @error: where an error goes
 *
 * Errors: those of the file system.
 *
 * Returns: whether the file was read
 *
 * Thread: main
 */
gboolean
envoi_account_list_load_finish (EnvoiAccountList  *self,
                                GAsyncResult      *result,
                                GError           **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

/**
 * envoi_account_list_begin:
 * @self: a list
 * @kind: what to do with the file
 * @account: (nullable): which one it is about
 * @ids: (nullable): for an order
 * @task: (transfer full): answers the caller after the list took the result over
 *
 * Thread: main
 */
void
envoi_account_list_begin (EnvoiAccountList    *self,
                          EnvoiAccountJobKind  kind,
                          EnvoiAccount        *account,
                          const char *const   *ids,
                          GTask               *task)
{
  GTask *inner = g_task_new (self, g_task_get_cancellable (task), did_work_cb, task);

  if (account)
    g_task_set_task_data (task, g_object_ref (account), g_object_unref);

  /* A file that was written must be taken over, cancelled or not. */
  g_task_set_check_cancellable (inner, FALSE);
  push_job (self, kind, account, ids, inner);
}

/**
 * envoi_account_list_add_practice:
 * @self: a list
 * @account: the practice account, with the port its server has now
 *
 * Shows the practice account behind the others as long as this list lives. It
 * is never written: its port is another one every time.
 *
 * Thread: main
 */
void
envoi_account_list_add_practice (EnvoiAccountList *self,
                                 EnvoiAccount     *account)
{
  g_return_if_fail (ENVOI_IS_ACCOUNT_LIST (self));
  g_return_if_fail (envoi_account_is_practice (account));
  g_return_if_fail (find_position (self, envoi_account_get_id (account)) == NOT_FOUND);

  g_ptr_array_add (self->accounts, g_object_ref (account));
  g_list_model_items_changed (G_LIST_MODEL (self), self->accounts->len - 1, 0, 1);
}

/**
 * envoi_account_list_get_set_aside:
 * @self: a list
 *
 * Accounts that were saved with "is-removed": they are not in the list, and come
 * back into it when they are saved without.
 *
 * Returns: (transfer none) (element-type EnvoiAccount): copies of them
 *
 * Thread: main
 */
GPtrArray *
envoi_account_list_get_set_aside (EnvoiAccountList *self)
{
  g_return_val_if_fail (ENVOI_IS_ACCOUNT_LIST (self), NULL);

  return self->set_aside;
}

/**
 * envoi_account_list_find:
 * @self: a list
 * @id_or_email: an account's id, or its email
 *
 * Returns: (transfer none) (nullable): the account with this id, else the first
 *   with this email
 *
 * Thread: main
 */
EnvoiAccount *
envoi_account_list_find (EnvoiAccountList *self,
                         const char       *id_or_email)
{
  guint position;

  g_return_val_if_fail (ENVOI_IS_ACCOUNT_LIST (self), NULL);
  g_return_val_if_fail (id_or_email != NULL, NULL);

  position = find_position (self, id_or_email);
  if (position != NOT_FOUND)
    return g_ptr_array_index (self->accounts, position);

  for (guint i = 0; i < self->accounts->len; i++) {
    EnvoiAccount *account = g_ptr_array_index (self->accounts, i);

    if (envoi_account_is_same_address (envoi_account_get_email (account), id_or_email))
      return account;
  }

  for (guint i = 0; i < self->accounts->len; i++) {
    EnvoiAccount *account = g_ptr_array_index (self->accounts, i);

    if (envoi_account_find_identity (account, id_or_email))
      return account;
  }

  return NULL;
}
