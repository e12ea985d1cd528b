/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Sockets that accept on one port of the loopback addresses. */
typedef struct {
  GSocket *sockets[2];    /* 127.0.0.1, and [::1] or NULL */
  guint16  port;
} EnvoiPracticeListener;

gboolean  envoi_practice_listener_open  (EnvoiPracticeListener  *self,
                                         GError                **error);
void      envoi_practice_listener_close (EnvoiPracticeListener  *self);

G_END_DECLS
