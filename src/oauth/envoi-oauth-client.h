/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>
#include "envoi-clock.h"
#include "envoi-oauth-request.h"
#include "envoi-oauth-token.h"

G_BEGIN_DECLS

#define ENVOI_TYPE_OAUTH_CLIENT (envoi_oauth_client_get_type ())

/* Talks to token endpoints: https (http only on this computer), no redirects,
 * bounded answers and times. Thread: main */
G_DECLARE_FINAL_TYPE (EnvoiOAuthClient, envoi_oauth_client, ENVOI, OAUTH_CLIENT, GObject)

EnvoiOAuthClient *envoi_oauth_client_new            (void);
/* For a whole exchange; 30 s unless set. */
void              envoi_oauth_client_set_patience   (EnvoiOAuthClient     *self,
                                                     guint                 patience_ms);
void              envoi_oauth_client_redeem_async   (EnvoiOAuthClient     *self,
                                                     EnvoiOAuthRequest    *request,
                                                     EnvoiSecret          *code,
                                                     GCancellable         *cancellable,
                                                     GAsyncReadyCallback   callback,
                                                     gpointer              user_data);
void              envoi_oauth_client_refresh_async  (EnvoiOAuthClient     *self,
                                                     EnvoiOAuthConfig     *config,
                                                     EnvoiSecret          *refresh_token,
                                                     GCancellable         *cancellable,
                                                     GAsyncReadyCallback   callback,
                                                     gpointer              user_data);
/* Of the two above. Errors: OAUTH, G_IO_ERROR_CANCELLED */
EnvoiOAuthToken  *envoi_oauth_client_token_finish   (EnvoiOAuthClient     *self,
                                                     GAsyncResult         *result,
                                                     GError              **error);
/* RFC 7009. TRUE without an exchange when the provider has no such endpoint. */
void              envoi_oauth_client_revoke_async   (EnvoiOAuthClient     *self,
                                                     EnvoiOAuthConfig     *config,
                                                     EnvoiSecret          *token,
                                                     GCancellable         *cancellable,
                                                     GAsyncReadyCallback   callback,
                                                     gpointer              user_data);
gboolean          envoi_oauth_client_revoke_finish  (EnvoiOAuthClient     *self,
                                                     GAsyncResult         *result,
                                                     GError              **error);

/* RFC 8628: for a computer whose browser cannot come back to us. */
typedef struct {
  char   *user_code;          /* what the person types there */
  char   *verification_uri;   /* where */
} EnvoiOAuthDeviceCode;

typedef void (*EnvoiOAuthDeviceFunc) (const EnvoiOAuthDeviceCode *code,
                                      gpointer                    user_data);

/* Asks for a code, tells it to @show once, and waits until the person has used it.
 * Finish with envoi_oauth_client_token_finish(). */
void              envoi_oauth_client_device_async   (EnvoiOAuthClient     *self,
                                                     EnvoiOAuthConfig     *config,
                                                     EnvoiClock           *clock,
                                                     EnvoiOAuthDeviceFunc  show,
                                                     GCancellable         *cancellable,
                                                     GAsyncReadyCallback   callback,
                                                     gpointer              user_data);

G_END_DECLS
