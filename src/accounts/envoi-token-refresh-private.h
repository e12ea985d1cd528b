/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "envoi-clock.h"
#include "envoi-oauth-client.h"
#include "envoi-secret-store.h"

G_BEGIN_DECLS

/* What one refresh uses; all borrowed by the maker, referenced by the refresh. */
typedef struct {
  EnvoiSecretStore *secrets;
  EnvoiOAuthClient *client;
  EnvoiClock       *clock;
  EnvoiOAuthConfig *config;
  EnvoiSecret      *unsaved;      /* nullable: newer than what the store holds */
  const char       *account_id;
  const char       *label;
  const char       *folder;       /* nullable: of the locks between programs */
} EnvoiTokenRefreshInput;

typedef struct {
  EnvoiOAuthToken *token;
  EnvoiSecret     *unsaved;       /* nullable: the store would not take it */
  GError          *trouble;       /* nullable: why not */
} EnvoiTokenRefreshed;

void                 envoi_token_refreshed_free    (EnvoiTokenRefreshed           *self);
void                 envoi_token_refresh_async     (const EnvoiTokenRefreshInput  *input,
                                                    GAsyncReadyCallback            callback,
                                                    gpointer                       user_data);
EnvoiTokenRefreshed *envoi_token_refresh_finish    (GAsyncResult                  *result,
                                                    GError                       **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EnvoiTokenRefreshed, envoi_token_refreshed_free)

G_END_DECLS
