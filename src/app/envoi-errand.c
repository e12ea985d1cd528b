/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-app"

#include "config.h"

#include "envoi-errand-private.h"

#include "envoi-delivery-map.h"

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
  self->pledge = delivery->pledge;
  self->withdraw = delivery->withdraw;
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
errand_free (EnvoiErrand *self)
{
  if (self->cancel_source) {
    g_source_destroy (self->cancel_source);
    g_source_unref (self->cancel_source);
  }

  g_clear_object (&self->message);
  g_clear_pointer (&self->manifest, envoi_manifest_unref);
  g_clear_pointer (&self->job, envoi_courier_job_free);
  g_mutex_clear (&self->mutex);
  g_free (self);
}

/* courier: g_main_context_invoke() would call here and now while nobody runs the
 * main context. */
void
envoi_errand_call_main (GMainContext   *context,
                        GSourceFunc     func,
                        gpointer        data,
                        GDestroyNotify  notify)
{
  g_autoptr (GSource) source = g_idle_source_new ();

  g_source_set_priority (source, G_PRIORITY_DEFAULT);
  g_source_set_callback (source, func, data, notify);
  g_source_attach (source, context);
}

static gboolean
drop_cb (gpointer user_data)
{
  return G_SOURCE_REMOVE;
}

/* What an errand holds belongs to the main thread: so its task's last reference
 * is always dropped there. */
void
envoi_errand_return (EnvoiErrand          *self,
                     EnvoiDeliveryOutcome *outcome)
{
  GTask *task = g_steal_pointer (&self->task);

  g_task_return_pointer (task, outcome, (GDestroyNotify) envoi_delivery_outcome_free);
  envoi_errand_call_main (g_task_get_context (task), drop_cb, task, g_object_unref);
}

void
envoi_errand_return_smtp (EnvoiErrand            *self,
                          const EnvoiSmtpOutcome *outcome,
                          EnvoiClock             *clock)
{
  const char *host = envoi_smtp_endpoint_get_host (self->job->endpoint);

  g_clear_object (&self->message);
  envoi_errand_return (self, envoi_delivery_outcome_new_from_smtp (outcome, host,
                                                                   envoi_clock_get_now (clock)));
}

static gboolean
tell_progress_cb (gpointer user_data)
{
  GTask *task = user_data;
  EnvoiErrand *self = g_task_get_task_data (task);
  guint64 sent;
  guint64 total;

  g_mutex_lock (&self->mutex);
  self->is_progress_due = FALSE;
  sent = self->sent;
  total = self->total;
  g_mutex_unlock (&self->mutex);

  if (!g_task_get_completed (task) && self->job->progress)
    self->job->progress (sent, total, self->job->delivery_data);

  return G_SOURCE_REMOVE;
}

/* courier: at most one call waits for the main thread at a time. */
static void
progress_cb (guint64  sent,
             guint64  total,
             gpointer user_data)
{
  EnvoiErrand *self = user_data;
  gboolean is_due;

  g_mutex_lock (&self->mutex);
  is_due = self->is_progress_due;
  self->is_progress_due = TRUE;
  self->sent = sent;
  self->total = total;
  g_mutex_unlock (&self->mutex);

  if (!is_due)
    envoi_errand_call_main (g_task_get_context (self->task), tell_progress_cb,
                            g_object_ref (self->task), g_object_unref);
}

/* courier */
static gboolean
commit_cb (gpointer   user_data,
           GError   **error)
{
  EnvoiErrand *self = user_data;

  if (self->job->commit && !self->job->commit (self->job->delivery_data, error))
    return FALSE;

  self->is_committed = TRUE;
  return TRUE;
}

/* courier */
static GInputStream *
open_blob_cb (const char  *blob_id,
              gpointer     user_data,
              GError     **error)
{
  EnvoiErrand *self = user_data;

  return envoi_store_open_blob (self->job->store, blob_id, error);
}

static gboolean
open_message (EnvoiErrand  *self,
              GError      **error)
{
  g_clear_object (&self->message);
  if (!self->manifest)
    self->manifest = envoi_manifest_deserialize (self->job->manifest, error);
  if (self->manifest)
    self->message = envoi_manifest_open (self->manifest, open_blob_cb, self, error);

  return self->message != NULL;
}

/* courier: opens the letter's message, once more when it is sent again. On
 * FALSE the errand has its outcome. */
gboolean
envoi_errand_prepare (EnvoiErrand *self)
{
  g_autoptr (GError) error = NULL;

  if (!open_message (self, &error)) {
    envoi_errand_return (self, envoi_delivery_outcome_new_from_error (error));
    return FALSE;
  }

  self->transaction = (EnvoiSmtpTransaction) {
    .envelope = self->job->envelope,
    .message = self->message,
    .size = envoi_manifest_get_size (self->manifest),
    .is_8bit = envoi_manifest_is_8bit (self->manifest),
    .needs_smtputf8 = envoi_manifest_needs_smtputf8 (self->manifest),
    .commit = commit_cb,
    .progress = progress_cb,
    .user_data = self,
    .cancellable = g_task_get_cancellable (self->task),
  };
  return TRUE;
}

/* courier: begins the commit of a letter that leaves in the flight at hand. FALSE
 * when it was stopped; the errand has its outcome then. */
gboolean
envoi_errand_pledge (EnvoiErrand *self)
{
  if (!self->job->pledge)
    return TRUE;

  self->is_pledged = self->job->pledge (self->job->delivery_data);
  if (!self->is_pledged)
    envoi_errand_return (self, envoi_delivery_outcome_new (ENVOI_DELIVERY_CANCELLED));

  return self->is_pledged;
}

/* courier: nothing of the letter has left, and it goes back to wait. */
void
envoi_errand_withdraw (EnvoiErrand *self)
{
  if (self->is_pledged && !self->is_committed)
    self->job->withdraw (self->job->delivery_data);
  self->is_pledged = FALSE;
}

/* @user: nullable, for a connection on which nobody has signed in. */
gboolean
envoi_errand_is_for (const EnvoiErrand *self,
                     EnvoiSmtpEndpoint *endpoint,
                     const char        *user)
{
  const char *own_user = envoi_smtp_credentials_get_user (self->job->credentials);

  return endpoint && envoi_smtp_endpoint_is_equal (self->job->endpoint, endpoint) &&
         (!user || g_str_equal (user, own_user));
}

/* main */
EnvoiErrand *
envoi_errand_new (EnvoiCourierJob *job,
                  GTask           *task)
{
  EnvoiErrand *self = g_new0 (EnvoiErrand, 1);

  g_mutex_init (&self->mutex);
  self->job = job;
  self->task = task;
  /* The outcome says what became of the letter, even if it was cancelled too late. */
  g_task_set_check_cancellable (task, FALSE);
  g_task_set_task_data (task, self, (GDestroyNotify) errand_free);
  return self;
}
