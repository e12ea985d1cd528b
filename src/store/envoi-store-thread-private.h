/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>
#include "envoi-database-private.h"

G_BEGIN_DECLS

typedef gboolean (*EnvoiStoreWorkFunc) (EnvoiDatabase **database,
                                        gpointer        data,
                                        GError        **error);
typedef void     (*EnvoiStoreDoneFunc) (gpointer        data,
                                        GError         *error);

/**
 * EnvoiStoreJob:
 * @is_write: runs inside a transaction, which it may share with its neighbours
 * @work: on the store thread; @database is %NULL only for the job that opens it
 * @done: on the main thread, or on the store thread for @is_done_there;
 *   @error is %NULL when the work is durable
 * @data: for both
 * @cancellable: (nullable): looked at before the work begins, never after
 *
 * A piece of work for the store thread.
 */
typedef struct _EnvoiStoreJob EnvoiStoreJob;

struct _EnvoiStoreJob {
  gboolean            is_write;
  gboolean            is_done_there;
  EnvoiStoreWorkFunc  work;
  EnvoiStoreDoneFunc  done;
  gpointer            data;
  GCancellable       *cancellable;
  GError             *error;
};

/**
 * EnvoiStoreThread:
 *
 * The one thread that uses the database, and its queue.
 */
typedef struct _EnvoiStoreThread EnvoiStoreThread;

EnvoiStoreThread *envoi_store_thread_new  (void);
void              envoi_store_thread_push (EnvoiStoreThread    *self,
                                           const EnvoiStoreJob *job);
void              envoi_store_thread_stop (EnvoiStoreThread    *self);

G_END_DECLS
