/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-outbox"

#include "config.h"

#include "envoi-sender-lock-private.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <sys/file.h>
#include <unistd.h>

typedef struct _Waiter Waiter;

struct _EnvoiSenderLock {
  char *path;
  int fd;               /* -1 = not held */
  Waiter *waiter;       /* owned together with its thread */
};

/* One thread that is blocked in flock(). It cannot be called back; when nobody
 * wants the lock any more it frees what it then gets. */
struct _Waiter {
  gatomicrefcount ref_count;
  GMainContext *context;
  char *path;
  int fd;
  EnvoiSenderLock *lock;    /* main thread only; NULL = nobody wants it */
  GSourceFunc callback;
  gpointer user_data;
};

static int
open_and_lock (const char *path,
               int         operation,
               GError    **error)
{
  int fd = g_open (path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  int code = fd;
  int saved_errno;

  while (fd >= 0 && (code = flock (fd, operation)) != 0 && errno == EINTR)
    continue;
  if (code >= 0)
    return fd;

  saved_errno = errno;
  if (fd >= 0)
    close (fd);
  g_set_error (error, G_IO_ERROR, (int) g_io_error_from_errno (saved_errno),
               _("The sender's lock is not free: %s."), g_strerror (saved_errno));
  return -1;
}

static void
waiter_unref (Waiter *waiter)
{
  if (!g_atomic_ref_count_dec (&waiter->ref_count))
    return;

  if (waiter->fd >= 0)
    close (waiter->fd);
  g_main_context_unref (waiter->context);
  g_free (waiter->path);
  g_free (waiter);
}

static gboolean
got_lock_cb (gpointer user_data)
{
  Waiter *waiter = user_data;
  EnvoiSenderLock *self = waiter->lock;

  if (!self)
    return G_SOURCE_REMOVE;

  self->fd = waiter->fd;
  waiter->fd = -1;
  self->waiter = NULL;
  waiter->lock = NULL;
  waiter->callback (waiter->user_data);
  waiter_unref (waiter);
  return G_SOURCE_REMOVE;
}

static gpointer
wait_in_thread (gpointer user_data)
{
  Waiter *waiter = user_data;
  g_autoptr (GSource) source = NULL;
  g_autoptr (GError) error = NULL;

  waiter->fd = open_and_lock (waiter->path, LOCK_EX, &error);
  if (waiter->fd < 0) {
    g_debug ("%s", error->message);
    waiter_unref (waiter);
    return NULL;
  }

  source = g_idle_source_new ();
  g_source_set_priority (source, G_PRIORITY_DEFAULT);
  g_source_set_callback (source, got_lock_cb, waiter, (GDestroyNotify) waiter_unref);
  g_source_attach (source, waiter->context);
  return NULL;
}

static void
forget_waiter (EnvoiSenderLock *self)
{
  if (!self->waiter)
    return;

  self->waiter->lock = NULL;
  g_clear_pointer (&self->waiter, waiter_unref);
}

/**
 * envoi_sender_lock_new:
 * @path: the file to lock; it is made when it is missing and never removed,
 *   since two processes could then hold locks on two files of the same name
 *
 * Returns: (transfer full): a lock that is not held
 *
 * Thread: main
 */
EnvoiSenderLock *
envoi_sender_lock_new (const char *path)
{
  EnvoiSenderLock *self = g_new0 (EnvoiSenderLock, 1);

  self->path = g_strdup (path);
  self->fd = -1;
  return self;
}

/**
 * envoi_sender_lock_free:
 * @self: (transfer full): a lock
 *
 * Releases and frees it.
 *
 * Thread: main
 */
void
envoi_sender_lock_free (EnvoiSenderLock *self)
{
  envoi_sender_lock_release (self);
  g_free (self->path);
  g_free (self);
}

/**
 * envoi_sender_lock_try:
 * @self: a lock that is not held
 *
 * Takes the lock if it is free.
 *
 * Errors: G_IO_ERROR_WOULD_BLOCK when another process holds it
 *
 * Thread: main
 */
gboolean
envoi_sender_lock_try (EnvoiSenderLock *self,
                       GError         **error)
{
  g_return_val_if_fail (self->fd < 0, TRUE);

  self->fd = open_and_lock (self->path, LOCK_EX | LOCK_NB, error);
  return self->fd >= 0;
}

/**
 * envoi_sender_lock_await:
 * @self: a lock that is not held
 * @callback: called one time when the lock is held
 * @user_data: for @callback
 *
 * Waits for the holder to release the lock or to die, without looking again
 * and again: a thread is blocked in the kernel.
 *
 * Thread: main
 */
void
envoi_sender_lock_await (EnvoiSenderLock *self,
                         GSourceFunc      callback,
                         gpointer         user_data)
{
  Waiter *waiter = g_new0 (Waiter, 1);

  forget_waiter (self);

  /* One count for this lock, one for the thread. */
  g_atomic_ref_count_init (&waiter->ref_count);
  g_atomic_ref_count_inc (&waiter->ref_count);
  waiter->context = g_main_context_ref_thread_default ();
  waiter->path = g_strdup (self->path);
  waiter->fd = -1;
  waiter->lock = self;
  waiter->callback = callback;
  waiter->user_data = user_data;
  self->waiter = waiter;
  g_thread_unref (g_thread_new ("envoi-lock", wait_in_thread, waiter));
}

/**
 * envoi_sender_lock_release:
 * @self: a lock, held or not
 *
 * Frees the lock and stops waiting for it.
 *
 * Thread: main
 */
void
envoi_sender_lock_release (EnvoiSenderLock *self)
{
  forget_waiter (self);

  if (self->fd >= 0)
    close (self->fd);
  self->fd = -1;
}
