/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-app"

#include "config.h"

#include "envoi-courier.h"

#include "envoi-delivery-map.h"

#include "envoi-manifest.h"
#include "envoi-smtp-connection.h"
#include "envoi-smtp-error.h"

/**
 * EnvoiCourier:
 *
 * Runs the blocking SMTP connection of one account on a thread of its own. Jobs
 * that wait go behind each other on one connection, which is kept warm for a
 * minute, because a letter seldom comes alone. Only frozen jobs go in and only outcomes come out.
 *
 * Thread: main; what is named courier runs on its own thread
 */

#define WARM_TIME (60 * G_USEC_PER_SEC)

typedef struct {
  EnvoiCourierJob *job;
  GTask *task;
  GSource *cancel_source;   /* main: takes the job back while it waits */

  /* courier */
  EnvoiManifest *manifest;
  GInputStream *message;
  EnvoiSmtpTransaction transaction;
  gboolean is_committed;
  gboolean is_repeated;     /* once is all a letter gets when a warm connection is lost */

  GMutex mutex;             /* the three below */
  guint64 sent;
  guint64 total;
  gboolean is_progress_due;
} Errand;

struct _EnvoiCourier {
  GObject parent_instance;

  EnvoiClock *clock;
  GMainContext *context;
  GThread *thread;

  GCancellable *quit;       /* ends what nobody waits for */
  GMutex mutex;             /* those below */
  GCond cond;
  GQueue errands;
  EnvoiSmtpEndpoint *warm_endpoint;        /* nullable: to be connected to ahead of a letter */
  EnvoiSmtpCredentials *warm_credentials;  /* nullable */
  gboolean is_quitting;
  gboolean has_ended;

  /* courier */
  EnvoiSmtpConnection *connection;
  EnvoiSmtpEndpoint *endpoint;
  char *user;
  gboolean is_fresh;        /* no letter has had an outcome on the connection */
  Errand *next;             /* nullable: prepared, to be sent first */
  GQueue repeats;           /* of Errand */
};

G_DEFINE_FINAL_TYPE (EnvoiCourier, envoi_courier, G_TYPE_OBJECT)

enum {
  ENDED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

EnvoiCourierJob *
envoi_courier_job_new (EnvoiSmtpEndpoint    *endpoint,
                       EnvoiSmtpCredentials *credentials,
                       EnvoiStore           *store,
                       const EnvoiDelivery  *delivery)
{
  EnvoiCourierJob *self = g_new0 (EnvoiCourierJob, 1);

  self->endpoint = envoi_smtp_endpoint_ref (endpoint);
  self->credentials = envoi_smtp_credentials_ref (credentials);
  self->store = g_object_ref (store);
  self->envelope = envoi_envelope_ref (delivery->envelope);
  self->manifest = g_bytes_ref (delivery->letter->manifest);
  self->commit = delivery->commit;
  self->progress = delivery->progress;
  self->delivery_data = delivery->user_data;
  return self;
}

void
envoi_courier_job_free (EnvoiCourierJob *self)
{
  envoi_smtp_endpoint_unref (self->endpoint);
  envoi_smtp_credentials_unref (self->credentials);
  envoi_envelope_unref (self->envelope);
  g_bytes_unref (self->manifest);
  g_object_unref (self->store);
  g_free (self);
}

static void
errand_free (Errand *errand)
{
  if (errand->cancel_source) {
    g_source_destroy (errand->cancel_source);
    g_source_unref (errand->cancel_source);
  }

  g_clear_object (&errand->message);
  g_clear_pointer (&errand->manifest, envoi_manifest_unref);
  g_clear_pointer (&errand->job, envoi_courier_job_free);
  g_mutex_clear (&errand->mutex);
  g_free (errand);
}

static gboolean
drop_cb (gpointer user_data)
{
  return G_SOURCE_REMOVE;
}

/* The errand is its task's data, and what it holds belongs to the main thread:
 * so the last reference is always dropped there. */
static void
return_outcome (Errand               *errand,
                EnvoiDeliveryOutcome *outcome)
{
  GTask *task = g_steal_pointer (&errand->task);

  g_task_return_pointer (task, outcome, (GDestroyNotify) envoi_delivery_outcome_free);
  g_main_context_invoke_full (g_task_get_context (task), G_PRIORITY_DEFAULT, drop_cb,
                              task, g_object_unref);
}

static gboolean
tell_progress_cb (gpointer user_data)
{
  GTask *task = user_data;
  Errand *errand = g_task_get_task_data (task);
  guint64 sent;
  guint64 total;

  g_mutex_lock (&errand->mutex);
  errand->is_progress_due = FALSE;
  sent = errand->sent;
  total = errand->total;
  g_mutex_unlock (&errand->mutex);

  if (!g_task_get_completed (task) && errand->job->progress)
    errand->job->progress (sent, total, errand->job->delivery_data);

  return G_SOURCE_REMOVE;
}

/* courier: at most one call waits for the main thread at a time. */
static void
progress_cb (guint64  sent,
             guint64  total,
             gpointer user_data)
{
  Errand *errand = user_data;
  gboolean is_due;

  g_mutex_lock (&errand->mutex);
  is_due = errand->is_progress_due;
  errand->is_progress_due = TRUE;
  errand->sent = sent;
  errand->total = total;
  g_mutex_unlock (&errand->mutex);

  if (!is_due)
    g_main_context_invoke_full (g_task_get_context (errand->task), G_PRIORITY_DEFAULT,
                                tell_progress_cb, g_object_ref (errand->task), g_object_unref);
}

/* courier */
static gboolean
commit_cb (gpointer   user_data,
           GError   **error)
{
  Errand *errand = user_data;

  if (errand->job->commit && !errand->job->commit (errand->job->delivery_data, error))
    return FALSE;

  errand->is_committed = TRUE;
  return TRUE;
}

/* courier */
static GInputStream *
open_blob_cb (const char  *blob_id,
              gpointer     user_data,
              GError     **error)
{
  Errand *errand = user_data;

  return envoi_store_open_blob (errand->job->store, blob_id, error);
}

/* courier */
static void
close_connection (EnvoiCourier *self)
{
  if (self->connection)
    envoi_smtp_connection_close_sync (self->connection);

  g_clear_object (&self->connection);
  g_clear_pointer (&self->endpoint, envoi_smtp_endpoint_unref);
  g_clear_pointer (&self->user, g_free);
}

/* courier */
static gboolean
is_for_connection (EnvoiCourier         *self,
                   EnvoiSmtpEndpoint    *endpoint,
                   EnvoiSmtpCredentials *credentials)
{
  return envoi_smtp_endpoint_is_equal (self->endpoint, endpoint) &&
         g_strcmp0 (self->user, envoi_smtp_credentials_get_user (credentials)) == 0;
}

/* courier */
static gboolean
can_reuse (EnvoiCourier         *self,
           EnvoiSmtpEndpoint    *endpoint,
           EnvoiSmtpCredentials *credentials)
{
  return self->connection && is_for_connection (self, endpoint, credentials) &&
         envoi_smtp_connection_is_reusable (self->connection);
}

/* courier */
static EnvoiSmtpOutcome *
open_connection (EnvoiCourier         *self,
                 EnvoiSmtpEndpoint    *endpoint,
                 EnvoiSmtpCredentials *credentials,
                 GCancellable         *cancellable)
{
  close_connection (self);

  self->connection = envoi_smtp_connection_new (endpoint, self->clock);
  self->endpoint = envoi_smtp_endpoint_ref (endpoint);
  self->user = g_strdup (envoi_smtp_credentials_get_user (credentials));
  self->is_fresh = TRUE;

  return envoi_smtp_connection_open_sync (self->connection, credentials, cancellable);
}

/* courier: opens the letter's message, once more when it is sent again. */
static gboolean
prepare (Errand  *errand,
         GError **error)
{
  g_clear_object (&errand->message);
  if (!errand->manifest)
    errand->manifest = envoi_manifest_deserialize (errand->job->manifest, error);
  if (errand->manifest)
    errand->message = envoi_manifest_open (errand->manifest, open_blob_cb, errand, error);
  if (!errand->message)
    return FALSE;

  errand->transaction = (EnvoiSmtpTransaction) {
    .envelope = errand->job->envelope,
    .message = errand->message,
    .size = envoi_manifest_get_size (errand->manifest),
    .is_8bit = envoi_manifest_is_8bit (errand->manifest),
    .needs_smtputf8 = envoi_manifest_needs_smtputf8 (errand->manifest),
    .commit = commit_cb,
    .progress = progress_cb,
    .user_data = errand,
    .cancellable = g_task_get_cancellable (errand->task),
  };
  return TRUE;
}

/* courier */
static gboolean
prepare_or_return (Errand *errand)
{
  g_autoptr (GError) error = NULL;

  if (prepare (errand, &error))
    return TRUE;

  return_outcome (errand, envoi_delivery_outcome_new_from_error (error));
  return FALSE;
}

/* courier: the next errand that waits, if it may go over this connection. */
static Errand *
take_fitting (EnvoiCourier *self)
{
  Errand *errand;

  g_mutex_lock (&self->mutex);
  errand = g_queue_peek_head (&self->errands);
  if (errand && is_for_connection (self, errand->job->endpoint, errand->job->credentials))
    g_queue_pop_head (&self->errands);
  else
    errand = NULL;
  g_mutex_unlock (&self->mutex);

  return errand;
}

/* courier */
static const EnvoiSmtpTransaction *
next_cb (gpointer user_data)
{
  EnvoiCourier *self = user_data;
  Errand *errand = g_steal_pointer (&self->next);

  while (!errand && (errand = take_fitting (self)))
    if (!prepare_or_return (errand))
      errand = NULL;

  return errand ? &errand->transaction : NULL;
}

/* A warm connection may be closed by the server between two letters; that is
 * nobody's fault and nothing a person should read about. */
static gboolean
has_lost_connection (const EnvoiSmtpOutcome *outcome)
{
  const GError *error = outcome->error;

  return (g_error_matches (error, ENVOI_SMTP_ERROR, ENVOI_SMTP_ERROR_TRANSIENT) ||
          g_error_matches (error, ENVOI_SMTP_ERROR, ENVOI_SMTP_ERROR_UNREACHABLE)) &&
         (outcome->code == 0 || outcome->code == 421);
}

/* courier */
static gboolean
can_repeat (EnvoiCourier           *self,
            const Errand           *errand,
            const EnvoiSmtpOutcome *outcome)
{
  return !self->is_fresh && !errand->is_repeated && !errand->is_committed &&
         has_lost_connection (outcome);
}

/* courier */
static void
done_cb (const EnvoiSmtpTransaction *transaction,
         EnvoiSmtpOutcome           *outcome,
         gpointer                    user_data)
{
  EnvoiCourier *self = user_data;
  Errand *errand = transaction->user_data;
  const char *host = envoi_smtp_endpoint_get_host (errand->job->endpoint);

  if (can_repeat (self, errand, outcome)) {
    errand->is_repeated = TRUE;
    g_queue_push_tail (&self->repeats, errand);
    return;
  }

  self->is_fresh = FALSE;
  g_clear_object (&errand->message);
  return_outcome (errand, envoi_delivery_outcome_new_from_smtp (outcome, host,
                                                                envoi_clock_get_now (self->clock)));
}

/* courier: what is to be sent again goes before what waits. */
static void
put_repeats_back (EnvoiCourier *self)
{
  Errand *errand;

  g_mutex_lock (&self->mutex);
  while ((errand = g_queue_pop_tail (&self->repeats)))
    g_queue_push_head (&self->errands, errand);
  g_mutex_unlock (&self->mutex);
}

/* courier: TRUE when there is a connection for the errand, else it has its outcome. */
static gboolean
connect_for (EnvoiCourier *self,
             Errand       *errand)
{
  const EnvoiCourierJob *job = errand->job;
  const char *host = envoi_smtp_endpoint_get_host (job->endpoint);
  g_autoptr (EnvoiSmtpOutcome) outcome = NULL;

  if (can_reuse (self, job->endpoint, job->credentials))
    return TRUE;

  outcome = open_connection (self, job->endpoint, job->credentials,
                             g_task_get_cancellable (errand->task));
  if (!outcome->error)
    return TRUE;

  close_connection (self);
  return_outcome (errand, envoi_delivery_outcome_new_from_smtp (outcome, host,
                                                                envoi_clock_get_now (self->clock)));
  return FALSE;
}

/* courier: a server that speaks out of turn after the sign-in is left at once. */
static void
return_closed (Errand *errand)
{
  g_autoptr (GError) error =
    g_error_new_literal (ENVOI_SMTP_ERROR, ENVOI_SMTP_ERROR_TRANSIENT,
                         "The connection to the server is no longer open.");

  return_outcome (errand, envoi_delivery_outcome_new_from_error (error));
}

/* courier: sends an errand, and behind it those that have come meanwhile. */
static void
deliver (EnvoiCourier *self,
         Errand       *errand)
{
  EnvoiSmtpLetterSource source = { .next = next_cb, .done = done_cb, .user_data = self };

  if (!prepare_or_return (errand) || !connect_for (self, errand))
    return;

  self->next = errand;
  envoi_smtp_connection_send_many_sync (self->connection, &source, NULL);
  if (self->next)
    return_closed (g_steal_pointer (&self->next));

  if (!envoi_smtp_connection_is_reusable (self->connection))
    close_connection (self);
  put_repeats_back (self);
}

/* courier: what goes wrong here nobody asked for; the letter will find it out. */
static void
warm_up (EnvoiCourier         *self,
         EnvoiSmtpEndpoint    *endpoint,
         EnvoiSmtpCredentials *credentials)
{
  g_autoptr (EnvoiSmtpOutcome) outcome = NULL;

  if (can_reuse (self, endpoint, credentials))
    return;

  outcome = open_connection (self, endpoint, credentials, self->quit);
  self->is_fresh = FALSE;
  if (outcome->error)
    close_connection (self);
}

/* courier: FALSE = there was nothing to do while the connection was warm. */
static gboolean
wait_for_work (EnvoiCourier *self)
{
  gint64 deadline = g_get_monotonic_time () + WARM_TIME;
  gboolean is_in_time = TRUE;

  while (g_queue_is_empty (&self->errands) && !self->warm_endpoint && self->connection &&
         !self->is_quitting && is_in_time)
    is_in_time = g_cond_wait_until (&self->cond, &self->mutex, deadline);

  self->has_ended = g_queue_is_empty (&self->errands) &&
                    (!self->warm_endpoint || self->is_quitting);
  return !self->has_ended;
}

/* courier: one errand, or the connection ahead of one. FALSE = it is over. */
static gboolean
work (EnvoiCourier *self)
{
  g_autoptr (EnvoiSmtpEndpoint) endpoint = NULL;
  g_autoptr (EnvoiSmtpCredentials) credentials = NULL;
  Errand *errand = NULL;
  gboolean has_work;

  g_mutex_lock (&self->mutex);
  has_work = wait_for_work (self);
  if (has_work) {
    errand = g_queue_pop_head (&self->errands);
    endpoint = g_steal_pointer (&self->warm_endpoint);
    credentials = g_steal_pointer (&self->warm_credentials);
  }
  g_mutex_unlock (&self->mutex);

  if (errand)
    deliver (self, errand);
  else if (has_work)
    warm_up (self, endpoint, credentials);

  return has_work;
}

static gboolean
did_end_cb (gpointer user_data)
{
  EnvoiCourier *self = user_data;

  g_clear_pointer (&self->thread, g_thread_join);
  g_signal_emit (self, signals[ENDED], 0);
  return G_SOURCE_REMOVE;
}

static gpointer
run_courier (gpointer data)
{
  EnvoiCourier *self = data;

  while (work (self))
    continue;

  close_connection (self);
  g_main_context_invoke_full (self->context, G_PRIORITY_DEFAULT, did_end_cb, self, g_object_unref);
  return NULL;
}

/* main: a job that still waits behind another one is cancelled at once. */
static gboolean
cancelled_cb (GCancellable *cancellable,
              gpointer      user_data)
{
  GTask *task = user_data;
  EnvoiCourier *self = g_task_get_source_object (task);
  Errand *errand = g_task_get_task_data (task);
  gboolean was_waiting;

  g_mutex_lock (&self->mutex);
  was_waiting = g_queue_remove (&self->errands, errand);
  g_mutex_unlock (&self->mutex);

  if (was_waiting)
    return_outcome (errand, envoi_delivery_outcome_new (ENVOI_DELIVERY_CANCELLED));

  return G_SOURCE_REMOVE;
}

static void
watch_cancellable (Errand       *errand,
                   GCancellable *cancellable)
{
  if (!cancellable)
    return;

  errand->cancel_source = g_cancellable_source_new (cancellable);
  g_source_set_callback (errand->cancel_source, G_SOURCE_FUNC (cancelled_cb), errand->task, NULL);
  g_source_attach (errand->cancel_source, g_task_get_context (errand->task));
}

static void
envoi_courier_finalize (GObject *object)
{
  EnvoiCourier *self = ENVOI_COURIER (object);

  g_assert (self->thread == NULL && self->connection == NULL);

  g_clear_pointer (&self->warm_endpoint, envoi_smtp_endpoint_unref);
  g_clear_pointer (&self->warm_credentials, envoi_smtp_credentials_unref);
  g_clear_object (&self->quit);
  g_clear_object (&self->clock);
  g_main_context_unref (self->context);
  g_mutex_clear (&self->mutex);
  g_cond_clear (&self->cond);

  G_OBJECT_CLASS (envoi_courier_parent_class)->finalize (object);
}

static void
envoi_courier_class_init (EnvoiCourierClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = envoi_courier_finalize;

  signals[ENDED] = g_signal_new ("ended", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                                 NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
envoi_courier_init (EnvoiCourier *self)
{
  self->quit = g_cancellable_new ();
  self->context = g_main_context_ref_thread_default ();
  g_mutex_init (&self->mutex);
  g_cond_init (&self->cond);
  g_queue_init (&self->errands);
  g_queue_init (&self->repeats);
}

EnvoiCourier *
envoi_courier_new (EnvoiClock *clock)
{
  EnvoiCourier *self = g_object_new (ENVOI_TYPE_COURIER, NULL);

  self->clock = g_object_ref (clock);
  return self;
}

gboolean
envoi_courier_deliver_async (EnvoiCourier        *self,
                             EnvoiCourierJob     *job,
                             GCancellable        *cancellable,
                             GAsyncReadyCallback  callback,
                             gpointer             user_data)
{
  Errand *errand;

  /* Only this thread adds errands, so an ended courier cannot come back to life. */
  g_mutex_lock (&self->mutex);
  if (self->has_ended) {
    g_mutex_unlock (&self->mutex);
    return FALSE;
  }

  errand = g_new0 (Errand, 1);
  g_mutex_init (&errand->mutex);
  errand->job = job;
  errand->task = g_task_new (self, cancellable, callback, user_data);
  /* The outcome says what became of the letter, even if it was cancelled too late. */
  g_task_set_check_cancellable (errand->task, FALSE);
  g_task_set_task_data (errand->task, errand, (GDestroyNotify) errand_free);
  watch_cancellable (errand, cancellable);

  g_queue_push_tail (&self->errands, errand);
  g_cond_signal (&self->cond);
  if (!self->thread)
    self->thread = g_thread_new ("envoi-courier", run_courier, g_object_ref (self));
  g_mutex_unlock (&self->mutex);

  return TRUE;
}

gboolean
envoi_courier_warm_up (EnvoiCourier         *self,
                       EnvoiSmtpEndpoint    *endpoint,
                       EnvoiSmtpCredentials *credentials)
{
  gboolean can_begin;

  g_mutex_lock (&self->mutex);
  can_begin = !self->has_ended && !self->is_quitting;
  if (can_begin && !self->warm_endpoint) {
    self->warm_endpoint = envoi_smtp_endpoint_ref (endpoint);
    self->warm_credentials = envoi_smtp_credentials_ref (credentials);
    g_cond_signal (&self->cond);
    if (!self->thread)
      self->thread = g_thread_new ("envoi-courier", run_courier, g_object_ref (self));
  }
  g_mutex_unlock (&self->mutex);

  return can_begin;
}

EnvoiDeliveryOutcome *
envoi_courier_deliver_finish (EnvoiCourier *self,
                              GAsyncResult *result)
{
  return g_task_propagate_pointer (G_TASK (result), NULL);
}

void
envoi_courier_quit (EnvoiCourier *self)
{
  g_mutex_lock (&self->mutex);
  self->is_quitting = TRUE;
  g_cancellable_cancel (self->quit);
  g_cond_signal (&self->cond);
  g_mutex_unlock (&self->mutex);
}
