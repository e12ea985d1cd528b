/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <libsoup/soup.h>
#include "envoi-oauth-client.h"

G_BEGIN_DECLS

SoupSession *envoi_oauth_client_get_session  (EnvoiOAuthClient *self);
guint        envoi_oauth_client_get_patience (EnvoiOAuthClient *self);

G_END_DECLS
