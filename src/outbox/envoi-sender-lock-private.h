/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * EnvoiSenderLock:
 *
 * The lock that makes one process the sender. The kernel frees it when its
 * holder dies, however that happens.
 *
 * Thread: main
 */
typedef struct _EnvoiSenderLock EnvoiSenderLock;

EnvoiSenderLock *envoi_sender_lock_new     (const char      *path);
/* Frees the lock, too. */
void             envoi_sender_lock_free    (EnvoiSenderLock *self);
gboolean         envoi_sender_lock_try     (EnvoiSenderLock *self,
                                            GError         **error);
/* @callback, on the main thread, when the lock is taken. */
void             envoi_sender_lock_await   (EnvoiSenderLock *self,
                                            GSourceFunc      callback,
                                            gpointer         user_data);
void             envoi_sender_lock_release (EnvoiSenderLock *self);

G_END_DECLS
