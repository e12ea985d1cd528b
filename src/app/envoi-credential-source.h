/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>
#include "envoi-account.h"
#include "envoi-desktop-accounts.h"
#include "envoi-secret-store.h"
#include "envoi-smtp-endpoint.h"
#include "envoi-token-broker.h"

G_BEGIN_DECLS

#define ENVOI_TYPE_CREDENTIAL_SOURCE (envoi_credential_source_get_type ())

/* What an account signs in with: a secret given for this session, else what the desktop's
 * online accounts have, else a token of the broker's, else the secret in the store. Tells the account when there is none. Thread: main */
G_DECLARE_FINAL_TYPE (EnvoiCredentialSource, envoi_credential_source, ENVOI, CREDENTIAL_SOURCE,
                      GObject)

EnvoiCredentialSource *envoi_credential_source_new        (EnvoiSecretStore       *secrets);
/* Whether its secret is a token that the broker gets, not one that is stored. */
gboolean               envoi_account_is_brokered          (EnvoiAccount           *account);
/* Whether its secret is with the desktop's online accounts. */
gboolean               envoi_account_is_of_desktop        (EnvoiAccount           *account);
void                   envoi_credential_source_set_broker (EnvoiCredentialSource  *self,
                                                           EnvoiTokenBroker       *broker);
void                   envoi_credential_source_set_desktop (EnvoiCredentialSource *self,
                                                           EnvoiDesktopAccounts   *desktop);
/* Kept in memory alone; NULL forgets it. */
void                   envoi_credential_source_set_secret (EnvoiCredentialSource  *self,
                                                           const char             *account_id,
                                                           EnvoiSecret            *secret);
/* @refused: nullable, the token that the server just refused.
 * Errors: ENVOI_ACCOUNTS_ERROR_NEEDS_SIGN_IN, ENVOI_SECRETS_ERROR_*, ENVOI_OAUTH_ERROR_* */
void                   envoi_credential_source_get_async  (EnvoiCredentialSource  *self,
                                                           EnvoiAccount           *account,
                                                           EnvoiSecret            *refused,
                                                           GCancellable           *cancellable,
                                                           GAsyncReadyCallback     callback,
                                                           gpointer                user_data);
EnvoiSmtpCredentials  *envoi_credential_source_get_finish (EnvoiCredentialSource  *self,
                                                           GAsyncResult           *result,
                                                           GError                **error);

G_END_DECLS
