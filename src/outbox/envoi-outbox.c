/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-outbox"

#include "config.h"

#include "envoi-outbox-private.h"

/* Sent letters are many and nobody waits for the old ones: they are read page
 * by page after the start. */
#define PAGE 200

#define SENT (1u << ENVOI_LETTER_SENT)
#define NOT_SENT (((1u << (ENVOI_LETTER_UNKNOWN + 1)) - 1) & ~SENT)

/**
 * EnvoiOutbox:
 *
 * The one state machine of letters: draft, undo, schedule, retry, outcome.
 * What it knows is what the store has made durable; every change is written
 * before it counts.
 *
 * Thread: main
 */
G_DEFINE_FINAL_TYPE (EnvoiOutbox, envoi_outbox, G_TYPE_OBJECT)

enum {
  PROP_0,
  PROP_STORE,
  PROP_DELIVERER,
  PROP_CLOCK,
  PROP_RANDOM,
  PROP_LOCK_FILE,
  PROP_NETWORK_MONITOR,
  PROP_IS_SENDER,
  N_PROPS,
};

enum {
  SETTLED,
  PLANNED,
  N_SIGNALS,
};

static GParamSpec *properties[N_PROPS];
static guint signals[N_SIGNALS];

static void load_older (EnvoiOutbox             *self,
                        const EnvoiLetterRecord *last);

static void
adopt_page (EnvoiOutbox *self,
            GPtrArray   *records)
{
  for (EnvoiFolder folder = 0; folder < ENVOI_N_FOLDERS; folder++)
    envoi_folder_list_begin (self->folders[folder]);

  while (records->len > 0)
    envoi_outbox_adopt (self, g_ptr_array_steal_index (records, records->len - 1), FALSE);

  for (EnvoiFolder folder = 0; folder < ENVOI_N_FOLDERS; folder++)
    envoi_folder_list_end (self->folders[folder]);
}

static void
loaded_page_cb (GObject      *source,
                GAsyncResult *result,
                gpointer      user_data)
{
  g_autoptr (EnvoiOutbox) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) records = envoi_store_list_finish (ENVOI_STORE (source), result, &error);

  if (!records) {
    g_debug ("Older letters could not be read: %s", error->message);
    return;
  }

  if (records->len == PAGE && !self->is_stopping)
    load_older (self, g_ptr_array_index (records, records->len - 1));
  else
    envoi_store_catch_up (self->store);
  adopt_page (self, records);
}

static void
load_older (EnvoiOutbox             *self,
            const EnvoiLetterRecord *last)
{
  envoi_store_list_older_async (self->store, SENT, last, PAGE, NULL, loaded_page_cb,
                                g_object_ref (self));
}

static void
loaded_live_cb (GObject      *source,
                GAsyncResult *result,
                gpointer      user_data)
{
  g_autoptr (EnvoiOutbox) self = user_data;
  g_autoptr (GPtrArray) records = NULL;
  GError *error = NULL;

  records = envoi_store_list_finish (ENVOI_STORE (source), result, &error);
  if (!records) {
    g_autoptr (GTask) task = g_steal_pointer (&self->start_task);

    self->is_started = FALSE;
    g_task_return_error (task, error);
    return;
  }

  adopt_page (self, records);
  envoi_store_list_async (self->store, SENT, 0, PAGE, NULL, loaded_page_cb,
                          g_object_ref (self));
  envoi_outbox_take_lock (self);
}

static void
network_changed_cb (GNetworkMonitor *network,
                    gboolean         is_online,
                    EnvoiOutbox     *self)
{
  gboolean is_back = is_online && !self->was_online;

  self->was_online = is_online;
  if (is_back)
    envoi_outbox_retry_offline (self);
}

static void
clock_set_back_cb (EnvoiClock  *clock,
                   EnvoiOutbox *self)
{
  envoi_schedule_set_back (self->schedule, envoi_clock_get_now (clock));
  envoi_outbox_queue_dispatch (self);
}

static void
envoi_outbox_get_property (GObject    *object,
                           guint       property_id,
                           GValue     *value,
                           GParamSpec *pspec)
{
  EnvoiOutbox *self = ENVOI_OUTBOX (object);

  switch (property_id) {
    case PROP_IS_SENDER:
      g_value_set_boolean (value, self->is_sender);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
  }
}

static void
envoi_outbox_set_property (GObject      *object,
                           guint         property_id,
                           const GValue *value,
                           GParamSpec   *pspec)
{
  EnvoiOutbox *self = ENVOI_OUTBOX (object);

  switch (property_id) {
    case PROP_STORE:
      self->store = g_value_dup_object (value);
      break;
    case PROP_DELIVERER:
      self->deliverer = g_value_dup_object (value);
      break;
    case PROP_CLOCK:
      self->clock = g_value_dup_object (value);
      break;
    case PROP_RANDOM:
      self->random = g_value_dup_object (value);
      break;
    case PROP_LOCK_FILE:
      self->lock_file = g_value_dup_object (value);
      break;
    case PROP_NETWORK_MONITOR:
      self->network = g_value_dup_object (value);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
  }
}

static void
envoi_outbox_constructed (GObject *object)
{
  EnvoiOutbox *self = ENVOI_OUTBOX (object);

  G_OBJECT_CLASS (envoi_outbox_parent_class)->constructed (object);

  self->lock = envoi_sender_lock_new (g_file_peek_path (self->lock_file));
  if (!self->network)
    self->network = g_object_ref (g_network_monitor_get_default ());

  g_signal_connect_object (self->network, "network-changed", G_CALLBACK (network_changed_cb),
                           self, 0);
  g_signal_connect_object (self->clock, "set-back", G_CALLBACK (clock_set_back_cb), self, 0);
}

static void
envoi_outbox_dispose (GObject *object)
{
  EnvoiOutbox *self = ENVOI_OUTBOX (object);

  g_clear_handle_id (&self->dispatch_id, g_source_remove);
  if (self->wake_id)
    envoi_clock_cancel (self->clock, self->wake_id);
  self->wake_id = 0;
  g_clear_pointer (&self->lock, envoi_sender_lock_free);

  G_OBJECT_CLASS (envoi_outbox_parent_class)->dispose (object);
}

static void
envoi_outbox_finalize (GObject *object)
{
  EnvoiOutbox *self = ENVOI_OUTBOX (object);

  g_clear_pointer (&self->runs, g_hash_table_unref);
  g_clear_pointer (&self->writes, g_hash_table_unref);
  g_clear_pointer (&self->aside, g_hash_table_unref);
  g_clear_pointer (&self->letters, g_hash_table_unref);
  g_clear_pointer (&self->schedule, envoi_schedule_free);
  for (EnvoiFolder folder = 0; folder < ENVOI_N_FOLDERS; folder++)
    g_clear_object (&self->folders[folder]);
  g_clear_object (&self->store);
  g_clear_object (&self->deliverer);
  g_clear_object (&self->clock);
  g_clear_object (&self->random);
  g_clear_object (&self->lock_file);
  g_clear_object (&self->network);

  G_OBJECT_CLASS (envoi_outbox_parent_class)->finalize (object);
}

static GParamSpec *
make_construct_property (const char *name,
                         GType       type)
{
  return g_param_spec_object (name, NULL, NULL, type,
                              G_PARAM_WRITABLE | G_PARAM_CONSTRUCT_ONLY |
                              G_PARAM_STATIC_STRINGS);
}

static void
envoi_outbox_class_init (EnvoiOutboxClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = envoi_outbox_get_property;
  object_class->set_property = envoi_outbox_set_property;
  object_class->constructed = envoi_outbox_constructed;
  object_class->dispose = envoi_outbox_dispose;
  object_class->finalize = envoi_outbox_finalize;

  properties[PROP_STORE] = make_construct_property ("store", ENVOI_TYPE_STORE);
  properties[PROP_DELIVERER] = make_construct_property ("deliverer", ENVOI_TYPE_DELIVERER);
  properties[PROP_CLOCK] = make_construct_property ("clock", ENVOI_TYPE_CLOCK);
  properties[PROP_RANDOM] = make_construct_property ("random", ENVOI_TYPE_RANDOM);
  properties[PROP_LOCK_FILE] = make_construct_property ("lock-file", G_TYPE_FILE);
  /* %NULL = the system's */
  properties[PROP_NETWORK_MONITOR] = make_construct_property ("network-monitor",
                                                              G_TYPE_NETWORK_MONITOR);
  properties[PROP_IS_SENDER] =
    g_param_spec_boolean ("is-sender", NULL, NULL, FALSE,
                          G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);

  g_object_class_install_properties (object_class, N_PROPS, properties);

  signals[SETTLED] = g_signal_new ("settled", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                                   NULL, NULL, NULL, G_TYPE_NONE, 3, ENVOI_TYPE_LETTER,
                                   G_TYPE_UINT, G_TYPE_UINT);
  signals[PLANNED] = g_signal_new ("planned", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                                   NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
envoi_outbox_init (EnvoiOutbox *self)
{
  self->letters = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_object_unref);
  self->aside = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->runs = g_hash_table_new_full (g_str_hash, g_str_equal, g_free,
                                      (GDestroyNotify) envoi_run_unref);
  self->writes = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->schedule = envoi_schedule_new ();
  for (EnvoiFolder folder = 0; folder < ENVOI_N_FOLDERS; folder++)
    self->folders[folder] = envoi_folder_list_new ();
}

/**
 * envoi_outbox_new:
 * @store: an open store
 * @deliverer: hands letters over
 * @clock: the time
 * @random: for jitter
 * @lock_file: locked while this process is the sender; local
 *
 * Returns: (transfer full): an outbox that is not started yet
 *
 * Thread: main
 */
EnvoiOutbox *
envoi_outbox_new (EnvoiStore     *store,
                  EnvoiDeliverer *deliverer,
                  EnvoiClock     *clock,
                  EnvoiRandom    *random,
                  GFile          *lock_file)
{
  return g_object_new (ENVOI_TYPE_OUTBOX,
                       "store", store,
                       "deliverer", deliverer,
                       "clock", clock,
                       "random", random,
                       "lock-file", lock_file,
                       NULL);
}

/**
 * envoi_outbox_start_async:
 * @self: an outbox
 * @may_send: whether this process may be the sender
 * @cancellable: (nullable): not looked at
 * @callback: called when the letters are there and, if the lock was free, settled
 * @user_data: for @callback
 *
 * Loads the letters, takes the sender's lock if it is free, settles what a
 * crash left in SENDING and starts the schedule. Who may not send settles too,
 * but sends nothing and gives the lock back. Older sent letters follow after
 * @callback.
 *
 * Errors: CORRUPT, NO_SPACE, G_IO_ERROR
 *
 * Thread: main
 */
void
envoi_outbox_start_async (EnvoiOutbox         *self,
                          gboolean             may_send,
                          GCancellable        *cancellable,
                          GAsyncReadyCallback  callback,
                          gpointer             user_data)
{
  g_return_if_fail (ENVOI_IS_OUTBOX (self));
  g_return_if_fail (!self->is_started);

  self->is_started = TRUE;
  self->may_send = may_send;
  self->was_online = g_network_monitor_get_network_available (self->network);
  self->start_task = g_task_new (self, NULL, callback, user_data);

  /* First, so that nothing is missed between the list and the next change. */
  g_signal_connect_object (self->store, "letter-changed",
                           G_CALLBACK (envoi_outbox_letter_changed_cb), self, 0);
  envoi_store_list_async (self->store, NOT_SENT, 0, 0, NULL, loaded_live_cb,
                          g_object_ref (self));
}

/**
 * envoi_outbox_start_finish:
 * @self: an outbox
 * @result: what the callback got
 *
 * Thread: main
 */
gboolean
envoi_outbox_start_finish (EnvoiOutbox  *self,
                           GAsyncResult *result,
                           GError      **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

/**
 * envoi_outbox_is_sender:
 * @self: an outbox
 *
 * Returns: whether this process holds the lock and sends
 *
 * Thread: main
 */
gboolean
envoi_outbox_is_sender (EnvoiOutbox *self)
{
  g_return_val_if_fail (ENVOI_IS_OUTBOX (self), FALSE);

  return self->is_sender;
}

/**
 * envoi_outbox_get_paused_until:
 * @self: an outbox
 * @account_id: an account
 *
 * Returns: until when a server has put all letters of the account off,
 *   microseconds since the epoch; 0 or past = it has not
 *
 * Thread: main
 */
gint64
envoi_outbox_get_paused_until (EnvoiOutbox *self,
                               const char  *account_id)
{
  g_return_val_if_fail (ENVOI_IS_OUTBOX (self), 0);

  return envoi_schedule_get_paused_until (self->schedule, account_id);
}

/**
 * envoi_outbox_get_folder:
 * @self: an outbox
 * @folder: which letters
 *
 * Returns: (transfer none): a list of [class@Letter], newest change first
 *
 * Thread: main
 */
GListModel *
envoi_outbox_get_folder (EnvoiOutbox *self,
                         EnvoiFolder  folder)
{
  g_return_val_if_fail (ENVOI_IS_OUTBOX (self), NULL);
  g_return_val_if_fail (folder < ENVOI_N_FOLDERS, NULL);

  return G_LIST_MODEL (self->folders[folder]);
}

/**
 * envoi_outbox_find:
 * @self: an outbox
 * @letter_id: a letter
 *
 * Returns: (transfer none) (nullable): the letter
 *
 * Thread: main
 */
EnvoiLetter *
envoi_outbox_find (EnvoiOutbox *self,
                   const char  *letter_id)
{
  g_return_val_if_fail (ENVOI_IS_OUTBOX (self), NULL);
  g_return_val_if_fail (letter_id != NULL, NULL);

  return g_hash_table_lookup (self->letters, letter_id);
}

static void
stop_runs (EnvoiOutbox *self)
{
  g_autoptr (GList) runs = g_hash_table_get_values (self->runs);

  for (GList *run = runs; run; run = run->next)
    envoi_run_stop (run->data);
}

/**
 * envoi_outbox_set_asleep:
 * @self: an outbox
 * @is_asleep: whether the computer is about to sleep, or has woken up
 *
 * A connection does not outlive the sleep. So what the server does not have yet
 * is stopped cleanly; it goes on after waking up, when its time has come.
 *
 * Thread: main
 */
void
envoi_outbox_set_asleep (EnvoiOutbox *self,
                         gboolean     is_asleep)
{
  g_return_if_fail (ENVOI_IS_OUTBOX (self));

  if (self->is_asleep == is_asleep)
    return;

  self->is_asleep = is_asleep;
  if (is_asleep)
    stop_runs (self);
  else
    envoi_outbox_retry_offline (self);
  envoi_outbox_queue_dispatch (self);
}

/**
 * envoi_outbox_stop_async:
 * @self: an outbox
 * @cancellable: (nullable): not looked at: a begun stop comes to its end
 * @callback: called when nothing goes out any more
 * @user_data: for @callback
 *
 * Stops the schedule and every attempt that can still be stopped, waits for
 * the others and frees the lock.
 *
 * Thread: main
 */
void
envoi_outbox_stop_async (EnvoiOutbox         *self,
                         GCancellable        *cancellable,
                         GAsyncReadyCallback  callback,
                         gpointer             user_data)
{
  g_return_if_fail (ENVOI_IS_OUTBOX (self));
  g_return_if_fail (self->stop_task == NULL);

  self->stop_task = g_task_new (self, NULL, callback, user_data);
  self->is_stopping = TRUE;
  g_clear_handle_id (&self->dispatch_id, g_source_remove);
  if (self->wake_id)
    envoi_clock_cancel (self->clock, self->wake_id);
  self->wake_id = 0;

  stop_runs (self);
  envoi_outbox_finish_stop (self);
}

/**
 * envoi_outbox_stop_finish:
 * @self: an outbox
 * @result: what the callback got
 *
 * Thread: main
 */
gboolean
envoi_outbox_stop_finish (EnvoiOutbox  *self,
                          GAsyncResult *result,
                          GError      **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}
