/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>
#include "envoi-account.h"
#include "envoi-secret-store.h"
#include "envoi-smtp-endpoint.h"

G_BEGIN_DECLS

#define ENVOI_TYPE_CREDENTIAL_SOURCE (envoi_credential_source_get_type ())

/* What an account signs in with: a secret given for this session, else the one
 * in the secret store. Tells the account when there is none. Thread: main */
G_DECLARE_FINAL_TYPE (EnvoiCredentialSource, envoi_credential_source, ENVOI, CREDENTIAL_SOURCE,
                      GObject)

EnvoiCredentialSource *envoi_credential_source_new        (EnvoiSecretStore       *secrets);
/* Kept in memory alone; NULL forgets it. */
void                   envoi_credential_source_set_secret (EnvoiCredentialSource  *self,
                                                           const char             *account_id,
                                                           EnvoiSecret            *secret);
/* Errors: ENVOI_ACCOUNTS_ERROR_NEEDS_SIGN_IN, ENVOI_SECRETS_ERROR_* */
void                   envoi_credential_source_get_async  (EnvoiCredentialSource  *self,
                                                           EnvoiAccount           *account,
                                                           GCancellable           *cancellable,
                                                           GAsyncReadyCallback     callback,
                                                           gpointer                user_data);
EnvoiSmtpCredentials  *envoi_credential_source_get_finish (EnvoiCredentialSource  *self,
                                                           GAsyncResult           *result,
                                                           GError                **error);

G_END_DECLS
