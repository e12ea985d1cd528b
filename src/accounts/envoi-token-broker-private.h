/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "envoi-token-broker.h"

G_BEGIN_DECLS

EnvoiSecretStore *envoi_token_broker_get_secrets (EnvoiTokenBroker *self);
/* (element-type utf8 utf8) */
GHashTable       *envoi_token_broker_get_client_ids (EnvoiTokenBroker *self);
void              envoi_token_broker_drop_token  (EnvoiTokenBroker *self,
                                                  EnvoiAccount     *account);

/* 0 = there is no token in this session. */
gint64            envoi_token_broker_get_access_end (EnvoiTokenBroker *self,
                                                     EnvoiAccount     *account);
EnvoiProviderTable *envoi_token_broker_get_providers (EnvoiTokenBroker *self);

G_END_DECLS
