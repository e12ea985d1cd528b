/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>
#include "envoi-oauth-request.h"

G_BEGIN_DECLS

#define ENVOI_TYPE_OAUTH_LOOPBACK (envoi_oauth_loopback_get_type ())

/* Where the browser brings the answer to: a very small server on 127.0.0.1 and ::1
 * that serves one attempt and closes (RFC 8252 section 7.3). Thread: main */
G_DECLARE_FINAL_TYPE (EnvoiOAuthLoopback, envoi_oauth_loopback, ENVOI, OAUTH_LOOPBACK, GObject)

/* @port: 0 = any free one. Errors: G_IO_ERROR (the port is taken, no loopback) */
EnvoiOAuthLoopback *envoi_oauth_loopback_new         (guint16               port,
                                                      const char           *path,
                                                      GError              **error);
/* @host: "127.0.0.1" or "localhost". */
char               *envoi_oauth_loopback_format_uri  (EnvoiOAuthLoopback   *self,
                                                      const char           *host);
guint16             envoi_oauth_loopback_get_port    (EnvoiOAuthLoopback   *self);
/* What the browser shows afterwards, in the person's language. */
void                envoi_oauth_loopback_set_words   (EnvoiOAuthLoopback   *self,
                                                      const char           *title,
                                                      const char           *done,
                                                      const char           *failed);
/* Per connection; for tests. */
void                envoi_oauth_loopback_set_patience (EnvoiOAuthLoopback  *self,
                                                      guint                 patience_ms);
/* Waits for the code of @request, which must stay alive. Errors: as envoi_oauth_request_judge(). */
void                envoi_oauth_loopback_wait_async  (EnvoiOAuthLoopback   *self,
                                                      EnvoiOAuthRequest    *request,
                                                      GCancellable         *cancellable,
                                                      GAsyncReadyCallback   callback,
                                                      gpointer              user_data);
EnvoiSecret        *envoi_oauth_loopback_wait_finish (EnvoiOAuthLoopback   *self,
                                                      GAsyncResult         *result,
                                                      GError              **error);
/* The address the person copied from the browser instead. Whether it was the answer. */
gboolean            envoi_oauth_loopback_paste       (EnvoiOAuthLoopback   *self,
                                                      const char           *address);

G_END_DECLS
