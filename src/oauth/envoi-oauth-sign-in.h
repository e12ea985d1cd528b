/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "envoi-oauth-client.h"

G_BEGIN_DECLS

#define ENVOI_TYPE_OAUTH_SIGN_IN (envoi_oauth_sign_in_get_type ())

/* One sign-in by the browser from start to token. Thread: main */
G_DECLARE_FINAL_TYPE (EnvoiOAuthSignIn, envoi_oauth_sign_in, ENVOI, OAUTH_SIGN_IN, GObject)

/* Listens at once. Errors: G_IO_ERROR (no port) */
EnvoiOAuthSignIn *envoi_oauth_sign_in_new        (EnvoiOAuthClient     *client,
                                                  EnvoiOAuthConfig     *config,
                                                  const char           *login_hint,
                                                  EnvoiRandom          *random,
                                                  GError              **error);
/* What to open, or to copy, once _run_async() was called. */
char             *envoi_oauth_sign_in_format_uri (EnvoiOAuthSignIn     *self);
/* What the browser shows afterwards. */
void              envoi_oauth_sign_in_set_words  (EnvoiOAuthSignIn     *self,
                                                  const char           *title,
                                                  const char           *done,
                                                  const char           *failed);
/* Five minutes unless set. */
void              envoi_oauth_sign_in_set_patience (EnvoiOAuthSignIn   *self,
                                                  guint                 patience_ms);
void              envoi_oauth_sign_in_run_async  (EnvoiOAuthSignIn     *self,
                                                  GCancellable         *cancellable,
                                                  GAsyncReadyCallback   callback,
                                                  gpointer              user_data);
EnvoiOAuthToken  *envoi_oauth_sign_in_run_finish (EnvoiOAuthSignIn     *self,
                                                  GAsyncResult         *result,
                                                  GError              **error);
/* The address the browser ended at, for one that cannot reach us. Whether it was the answer. */
gboolean          envoi_oauth_sign_in_paste      (EnvoiOAuthSignIn     *self,
                                                  const char           *address);

G_END_DECLS
