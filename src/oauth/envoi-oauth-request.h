/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "envoi-oauth-config.h"
#include "envoi-random.h"

G_BEGIN_DECLS

/* RFC 7636: 86 characters, and their S256 challenge. */
char *envoi_pkce_make_verifier  (EnvoiRandom *random);
char *envoi_pkce_make_challenge (const char  *verifier);

/* One attempt to sign in by the authorization code grant. Thread: main */
typedef struct _EnvoiOAuthRequest EnvoiOAuthRequest;

typedef enum {
  ENVOI_OAUTH_REDIRECT_IGNORED,   /* not the answer to this attempt; go on waiting */
  ENVOI_OAUTH_REDIRECT_CODE,
  ENVOI_OAUTH_REDIRECT_FAILED,    /* the attempt is over */
} EnvoiOAuthRedirect;

EnvoiOAuthRequest  *envoi_oauth_request_new              (EnvoiOAuthConfig         *config,
                                                          const char               *redirect_uri,
                                                          const char               *login_hint,
                                                          EnvoiRandom              *random);
void                envoi_oauth_request_free             (EnvoiOAuthRequest        *self);
EnvoiOAuthConfig   *envoi_oauth_request_get_config       (const EnvoiOAuthRequest  *self);
const char         *envoi_oauth_request_get_redirect_uri (const EnvoiOAuthRequest  *self);
/* Nullable: NULL when the provider does not know PKCE. */
const char         *envoi_oauth_request_get_verifier     (const EnvoiOAuthRequest  *self);
/* What the browser opens. */
char               *envoi_oauth_request_format_uri       (const EnvoiOAuthRequest  *self);
/* @query: what came after the "?" (nullable). */
EnvoiOAuthRedirect  envoi_oauth_request_judge            (const EnvoiOAuthRequest  *self,
                                                          const char               *query,
                                                          EnvoiSecret             **code,
                                                          GError                  **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EnvoiOAuthRequest, envoi_oauth_request_free)

G_END_DECLS
