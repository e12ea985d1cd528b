/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-store"

#include "config.h"

#include "envoi-store-thread-private.h"
#include "envoi-store-error.h"

#include <glib/gi18n.h>

/* Writes that wait together share one commit and so one wait for the disk. */
#define LARGEST_BATCH 256

struct _EnvoiStoreThread {
  GThread *thread;
  GAsyncQueue *queue;       /* of EnvoiStoreJob; one without work ends the thread */
  GMainContext *context;
  EnvoiDatabase *database;  /* store thread only */
};

static void
job_free (EnvoiStoreJob *job)
{
  g_clear_object (&job->cancellable);
  g_clear_error (&job->error);
  g_free (job);
}

static gboolean
job_done_cb (gpointer user_data)
{
  EnvoiStoreJob *job = user_data;

  job->done (job->data, job->error);
  return G_SOURCE_REMOVE;
}

static void
finish_job (EnvoiStoreThread *self,
            EnvoiStoreJob    *job)
{
  g_autoptr (GSource) source = NULL;

  if (job->is_done_there) {
    job->done (job->data, job->error);
    job_free (job);
    return;
  }

  source = g_idle_source_new ();
  g_source_set_priority (source, G_PRIORITY_DEFAULT);
  g_source_set_callback (source, job_done_cb, job, (GDestroyNotify) job_free);
  g_source_attach (source, self->context);
}

static void
run_job (EnvoiStoreThread *self,
         EnvoiStoreJob    *job)
{
  g_assert (g_thread_self () == self->thread);

  if (!g_cancellable_set_error_if_cancelled (job->cancellable, &job->error))
    job->work (&self->database, job->data, &job->error);
}

/* A job that fails inside a shared transaction must leave nothing behind, and
 * must not take its neighbours with it. */
static void
run_job_in_batch (EnvoiStoreThread *self,
                  EnvoiStoreJob    *job)
{
  if (!envoi_database_is_in_transaction (self->database)) {
    g_set_error (&job->error, ENVOI_STORE_ERROR, ENVOI_STORE_ERROR_NO_SPACE,
                 _("The letter database could not be written."));
    return;
  }

  if (!envoi_database_run (self->database, &job->error, "SAVEPOINT job", ""))
    return;

  run_job (self, job);

  /* SQLite takes the whole transaction back after some errors. */
  if (job->error && envoi_database_is_in_transaction (self->database))
    envoi_database_run (self->database, NULL, "ROLLBACK TO job", "");
  if (envoi_database_is_in_transaction (self->database))
    envoi_database_run (self->database, NULL, "RELEASE job", "");
}

static void
fail_jobs (GPtrArray    *jobs,
           const GError *error)
{
  for (guint i = 0; i < jobs->len; i++) {
    EnvoiStoreJob *job = g_ptr_array_index (jobs, i);

    if (!job->error)
      job->error = g_error_copy (error);
  }
}

static void
end_batch (EnvoiStoreThread *self,
           GPtrArray        *jobs)
{
  g_autoptr (GError) error = NULL;

  if (!envoi_database_is_in_transaction (self->database))
    error = g_error_new_literal (ENVOI_STORE_ERROR, ENVOI_STORE_ERROR_NO_SPACE,
                                 _("The letter database could not be written."));
  else if (!envoi_database_commit (self->database, &error))
    envoi_database_rollback (self->database);

  if (error)
    fail_jobs (jobs, error);
}

static void
run_read (EnvoiStoreThread *self,
          EnvoiStoreJob    *job)
{
  run_job (self, job);
  finish_job (self, job);
}

/* Reads that wait between the writes would cut the batch in two; they come after it.
 * Returns the job that ends the thread, if it was met. */
static EnvoiStoreJob *
run_batch (EnvoiStoreThread *self,
           EnvoiStoreJob    *first)
{
  g_autoptr (GPtrArray) writes = g_ptr_array_new ();
  g_autoptr (GPtrArray) reads = g_ptr_array_new ();
  g_autoptr (GError) error = NULL;
  gboolean is_begun = envoi_database_begin (self->database, &error);
  EnvoiStoreJob *job = first;

  while (job && job->work) {
    g_ptr_array_add (job->is_write ? writes : reads, job);
    if (job->is_write && is_begun)
      run_job_in_batch (self, job);
    job = writes->len < LARGEST_BATCH ? g_async_queue_try_pop (self->queue) : NULL;
  }

  if (is_begun)
    end_batch (self, writes);
  else
    fail_jobs (writes, error);

  for (guint i = 0; i < writes->len; i++)
    finish_job (self, g_ptr_array_index (writes, i));
  for (guint i = 0; i < reads->len; i++)
    run_read (self, g_ptr_array_index (reads, i));

  return job;
}

static EnvoiStoreJob *
run_next (EnvoiStoreThread *self,
          EnvoiStoreJob    *job)
{
  if (job->is_write && self->database)
    return run_batch (self, job);

  if (!job->is_write) {
    run_read (self, job);
    return NULL;
  }

  g_set_error (&job->error, G_IO_ERROR, G_IO_ERROR_CLOSED, _("The letter database is not open."));
  finish_job (self, job);
  return NULL;
}

static gpointer
run_thread (gpointer user_data)
{
  EnvoiStoreThread *self = user_data;
  EnvoiStoreJob *job = g_async_queue_pop (self->queue);

  while (job->work) {
    job = run_next (self, job);
    if (!job)
      job = g_async_queue_pop (self->queue);
  }

  g_clear_pointer (&self->database, envoi_database_close);
  job_free (job);
  return NULL;
}

/**
 * envoi_store_thread_new:
 *
 * Starts the thread. What its jobs come to is told on the calling thread's
 * main context.
 *
 * Returns: (transfer full): the thread
 *
 * Thread: main
 */
EnvoiStoreThread *
envoi_store_thread_new (void)
{
  EnvoiStoreThread *self = g_new0 (EnvoiStoreThread, 1);

  self->context = g_main_context_ref_thread_default ();
  self->queue = g_async_queue_new_full ((GDestroyNotify) job_free);

  /* The new thread must not look at self->thread before it is set. */
  g_async_queue_lock (self->queue);
  self->thread = g_thread_new ("envoi-store", run_thread, self);
  g_async_queue_unlock (self->queue);
  return self;
}

/**
 * envoi_store_thread_push:
 * @self: a thread
 * @job: what to do; the struct is copied, its data stays the caller's until done
 *
 * Queues a job. Writes run in the order of this call, and so do reads; a read
 * sees every write before it, and perhaps some after it.
 *
 * Thread: any
 */
void
envoi_store_thread_push (EnvoiStoreThread    *self,
                         const EnvoiStoreJob *job)
{
  EnvoiStoreJob *copy = g_memdup2 (job, sizeof *job);

  if (copy->cancellable)
    g_object_ref (copy->cancellable);
  g_async_queue_push (self->queue, copy);
}

/**
 * envoi_store_thread_stop:
 * @self: (transfer full): a thread
 *
 * Waits for the jobs in the queue, closes the database and ends the thread.
 *
 * Thread: main
 */
void
envoi_store_thread_stop (EnvoiStoreThread *self)
{
  g_async_queue_push (self->queue, g_new0 (EnvoiStoreJob, 1));
  g_thread_join (self->thread);

  g_async_queue_unref (self->queue);
  g_main_context_unref (self->context);
  g_free (self);
}
