/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "envoi-account.h"
#include "envoi-clock.h"
#include "envoi-oauth-client.h"
#include "envoi-provider-table.h"
#include "envoi-secret-store.h"
#include "envoi-token-health.h"
#include "envoi-token-journal.h"

G_BEGIN_DECLS

#define ENVOI_TYPE_TOKEN_BROKER (envoi_token_broker_get_type ())

/* Access tokens for OAuth2 accounts. One refresh at a time per account; the newest
 * refresh token is stored before its access token is used. Thread: main */
G_DECLARE_FINAL_TYPE (EnvoiTokenBroker, envoi_token_broker, ENVOI, TOKEN_BROKER, GObject)

/* @folder: nullable; where sign-ins are noted, and where two programs wait for each other's
 * refresh. NULL: this process alone, nothing is kept. */
EnvoiTokenBroker *envoi_token_broker_new              (EnvoiSecretStore     *secrets,
                                                       EnvoiProviderTable   *providers,
                                                       EnvoiClock           *clock,
                                                       GFile                *folder);
/* What is known of sign-ins; its signal "changed" says when health may differ. */
EnvoiTokenJournal *envoi_token_broker_get_journal     (EnvoiTokenBroker     *self);
EnvoiOAuthClient *envoi_token_broker_get_client       (EnvoiTokenBroker     *self);

/* Client ids: the person's own, else that of the provider's file, else the packager's.
 * @oauth_id: EnvoiProviderOAuth.id. @client_id: NULL or "" forgets. */
void              envoi_token_broker_set_client_id    (EnvoiTokenBroker     *self,
                                                       const char           *oauth_id,
                                                       const char           *client_id);
/* Nullable. */
const char       *envoi_token_broker_get_client_id    (EnvoiTokenBroker     *self,
                                                       const char           *oauth_id);
/* The "account id" a client secret is stored under, kind CLIENT_SECRET. */
char             *envoi_token_broker_format_client_key (const char          *oauth_id);

/* What a sign-in needs. Errors: OAUTH_CLIENT_INVALID (no client id), ACCOUNTS_NOT_FOUND, SECRETS */
void              envoi_token_broker_configure_async  (EnvoiTokenBroker     *self,
                                                       const char           *provider_id,
                                                       GCancellable         *cancellable,
                                                       GAsyncReadyCallback   callback,
                                                       gpointer              user_data);
EnvoiOAuthConfig *envoi_token_broker_configure_finish (EnvoiTokenBroker     *self,
                                                       GAsyncResult         *result,
                                                       GError              **error);
/* After a sign-in: stores the refresh token, then marks the account ready. Errors: SECRETS,
 * OAUTH_SCOPE_MISSING (no refresh token came) */
void              envoi_token_broker_keep_async       (EnvoiTokenBroker     *self,
                                                       EnvoiAccount         *account,
                                                       EnvoiOAuthToken      *token,
                                                       GCancellable         *cancellable,
                                                       GAsyncReadyCallback   callback,
                                                       gpointer              user_data);
gboolean          envoi_token_broker_keep_finish      (EnvoiTokenBroker     *self,
                                                       GAsyncResult         *result,
                                                       GError              **error);
/* An access token that works for a minute at least. @refused (nullable): the one the mail
 * server just refused. Errors: ACCOUNTS_NEEDS_SIGN_IN, OAUTH, SECRETS, cancelled */
void              envoi_token_broker_get_token_async  (EnvoiTokenBroker     *self,
                                                       EnvoiAccount         *account,
                                                       EnvoiSecret          *refused,
                                                       GCancellable         *cancellable,
                                                       GAsyncReadyCallback   callback,
                                                       gpointer              user_data);
EnvoiSecret      *envoi_token_broker_get_token_finish (EnvoiTokenBroker     *self,
                                                       GAsyncResult         *result,
                                                       GError              **error);
/* Takes the permission back at the provider where it can be, then forgets the secrets.
 * Errors: SECRETS (the keyring may still hold them) */
void              envoi_token_broker_forget_async     (EnvoiTokenBroker     *self,
                                                       EnvoiAccount         *account,
                                                       GCancellable         *cancellable,
                                                       GAsyncReadyCallback   callback,
                                                       gpointer              user_data);
gboolean          envoi_token_broker_forget_finish    (EnvoiTokenBroker     *self,
                                                       GAsyncResult         *result,
                                                       GError              **error);
EnvoiTokenHealth  envoi_token_broker_get_health       (EnvoiTokenBroker     *self,
                                                       EnvoiAccount         *account);

G_END_DECLS
