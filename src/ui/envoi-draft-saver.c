/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-ui"

#include "config.h"

#include "envoi-draft-saver.h"

/* Counted from the first change that is not stored, so that steady typing is
 * saved too. The surface adds up to 0.3 s: two seconds at most are ever lost. */
#define SAVE_DELAY_MS 1600
#define RETRY_DELAY_MS 10000

/**
 * EnvoiDraftSaver:
 *
 * Watches a draft and stores it soon after it changed. One save runs at a time;
 * what changes meanwhile is saved next. A draft with nothing in it is not kept.
 *
 * Thread: main
 */
struct _EnvoiDraftSaver {
  GObject parent_instance;

  EnvoiService   *service;
  EnvoiDraft     *draft;

  EnvoiSaveState state;
  GError         *error;
  GQueue waiters;               /* element-type GTask */
  guint timer;
  gboolean is_dirty;
  gboolean is_saving;
  gboolean is_paused;
  gboolean is_stored;           /* a row of this draft may exist */
};

G_DEFINE_FINAL_TYPE (EnvoiDraftSaver, envoi_draft_saver, G_TYPE_OBJECT)

enum {
  PROP_0,
  PROP_STATE,
  N_PROPS,
};

static GParamSpec *properties[N_PROPS];

static void save (EnvoiDraftSaver *self);

static void
set_state (EnvoiDraftSaver *self,
           EnvoiSaveState   state)
{
  if (self->state == state)
    return;

  self->state = state;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_STATE]);
}

static gboolean
timer_cb (gpointer user_data)
{
  EnvoiDraftSaver *self = user_data;

  self->timer = 0;
  save (self);
  return G_SOURCE_REMOVE;
}

static void
schedule (EnvoiDraftSaver *self,
          guint            delay)
{
  if (self->timer == 0 && !self->is_saving && !self->is_paused)
    self->timer = g_timeout_add (delay, timer_cb, self);
}

static void
changed_cb (EnvoiDraft      *draft,
            EnvoiDraftSaver *self)
{
  self->is_dirty = TRUE;
  if (!self->is_saving && self->state != ENVOI_SAVE_FAILED)
    set_state (self, ENVOI_SAVE_PENDING);

  schedule (self, SAVE_DELAY_MS);
}

static void
answer_waiters (EnvoiDraftSaver *self)
{
  GTask *task;

  while ((task = g_queue_pop_head (&self->waiters))) {
    if (self->error)
      g_task_return_error (task, g_error_copy (self->error));
    else
      g_task_return_boolean (task, TRUE);
    g_object_unref (task);
  }
}

static void
ended (EnvoiDraftSaver *self,
       GError          *error)
{
  self->is_saving = FALSE;
  g_clear_error (&self->error);
  self->error = error;

  if (error) {
    g_warning ("The draft was not saved: %s", error->message);
    self->is_dirty = TRUE;
    set_state (self, ENVOI_SAVE_FAILED);
    schedule (self, RETRY_DELAY_MS);
  } else if (self->is_dirty && !g_queue_is_empty (&self->waiters)) {
    save (self);
    return;
  } else if (self->is_dirty) {
    set_state (self, ENVOI_SAVE_PENDING);
    schedule (self, SAVE_DELAY_MS);
  } else {
    set_state (self, ENVOI_SAVE_CLEAN);
  }

  answer_waiters (self);
}

static void
did_save_cb (GObject      *source,
             GAsyncResult *result,
             gpointer      user_data)
{
  g_autoptr (EnvoiDraftSaver) self = user_data;
  GError *error = NULL;

  if (envoi_service_save_draft_finish (ENVOI_SERVICE (source), result, &error))
    self->is_stored = TRUE;

  ended (self, error);
}

static void
did_delete_cb (GObject      *source,
               GAsyncResult *result,
               gpointer      user_data)
{
  g_autoptr (EnvoiDraftSaver) self = user_data;
  GError *error = NULL;

  envoi_outbox_act_finish (ENVOI_OUTBOX (source), result, &error);
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND))
    g_clear_error (&error);
  if (!error)
    self->is_stored = FALSE;

  ended (self, error);
}

static void
save (EnvoiDraftSaver *self)
{
  g_clear_handle_id (&self->timer, g_source_remove);
  self->is_dirty = FALSE;
  self->is_saving = TRUE;

  if (!envoi_draft_is_empty (self->draft)) {
    set_state (self, ENVOI_SAVE_SAVING);
    envoi_service_save_draft_async (self->service, self->draft, NULL, did_save_cb,
                                    g_object_ref (self));
  } else if (self->is_stored) {
    envoi_outbox_act_async (envoi_service_get_outbox (self->service),
                            envoi_draft_get_id (self->draft), ENVOI_OUTBOX_DELETE, NULL, NULL,
                            did_delete_cb, g_object_ref (self));
  } else {
    ended (self, NULL);
  }
}

/* An empty draft may have a row from before it was emptied, and a full one none
 * although nothing changed since it was made (mailto:). */
static gboolean
needs_save (EnvoiDraftSaver *self)
{
  return self->is_dirty || self->is_stored == envoi_draft_is_empty (self->draft);
}

static void
envoi_draft_saver_get_property (GObject    *object,
                                guint       property_id,
                                GValue     *value,
                                GParamSpec *pspec)
{
  EnvoiDraftSaver *self = ENVOI_DRAFT_SAVER (object);

  switch (property_id) {
    case PROP_STATE:
      g_value_set_uint (value, self->state);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
  }
}

static void
envoi_draft_saver_dispose (GObject *object)
{
  EnvoiDraftSaver *self = ENVOI_DRAFT_SAVER (object);

  g_clear_handle_id (&self->timer, g_source_remove);
  if (self->draft)
    g_signal_handlers_disconnect_by_data (self->draft, self);
  g_clear_object (&self->draft);
  g_clear_object (&self->service);
  g_clear_error (&self->error);

  G_OBJECT_CLASS (envoi_draft_saver_parent_class)->dispose (object);
}

static void
envoi_draft_saver_class_init (EnvoiDraftSaverClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = envoi_draft_saver_get_property;
  object_class->dispose = envoi_draft_saver_dispose;

  properties[PROP_STATE] =
    g_param_spec_uint ("state", NULL, NULL, ENVOI_SAVE_CLEAN, ENVOI_SAVE_FAILED, ENVOI_SAVE_CLEAN,
                       G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
envoi_draft_saver_init (EnvoiDraftSaver *self)
{
  g_queue_init (&self->waiters);
}

EnvoiDraftSaver *
envoi_draft_saver_new (EnvoiService *service,
                       EnvoiDraft   *draft)
{
  EnvoiDraftSaver *self = g_object_new (ENVOI_TYPE_DRAFT_SAVER, NULL);
  EnvoiOutbox *outbox = envoi_service_get_outbox (service);

  self->service = g_object_ref (service);
  self->draft = g_object_ref (draft);
  self->is_stored = outbox && envoi_outbox_find (outbox, envoi_draft_get_id (draft));
  g_signal_connect (draft, "changed", G_CALLBACK (changed_cb), self);
  return self;
}

EnvoiSaveState
envoi_draft_saver_get_state (EnvoiDraftSaver *self)
{
  g_return_val_if_fail (ENVOI_IS_DRAFT_SAVER (self), ENVOI_SAVE_CLEAN);

  return self->state;
}

const GError *
envoi_draft_saver_get_error (EnvoiDraftSaver *self)
{
  g_return_val_if_fail (ENVOI_IS_DRAFT_SAVER (self), NULL);

  return self->error;
}

/**
 * envoi_draft_saver_flush_async:
 * @self: a saver
 * @cancellable: (nullable): stops the waiting
 * @callback: told at the end
 * @user_data: for @callback
 *
 * Saves now what is not stored yet, and waits for a save that runs.
 */
void
envoi_draft_saver_flush_async (EnvoiDraftSaver     *self,
                               GCancellable        *cancellable,
                               GAsyncReadyCallback  callback,
                               gpointer             user_data)
{
  GTask *task;

  g_return_if_fail (ENVOI_IS_DRAFT_SAVER (self));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, envoi_draft_saver_flush_async);
  g_queue_push_tail (&self->waiters, task);

  if (self->is_saving)
    return;

  if (needs_save (self))
    save (self);
  else
    answer_waiters (self);
}

gboolean
envoi_draft_saver_flush_finish (EnvoiDraftSaver  *self,
                                GAsyncResult     *result,
                                GError          **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

void
envoi_draft_saver_pause (EnvoiDraftSaver *self,
                         gboolean         is_paused)
{
  g_return_if_fail (ENVOI_IS_DRAFT_SAVER (self));

  self->is_paused = is_paused;
  if (is_paused)
    g_clear_handle_id (&self->timer, g_source_remove);
  else if (self->is_dirty)
    schedule (self, SAVE_DELAY_MS);
}
