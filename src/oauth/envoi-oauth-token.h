/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "envoi-oauth-config.h"

G_BEGIN_DECLS

/**
 * EnvoiOAuthToken:
 *
 * What a token endpoint gave.
 *
 * Thread: any (immutable, atomically counted)
 */
typedef struct {
  gatomicrefcount  ref_count;
  EnvoiSecret     *access_token;
  EnvoiSecret     *refresh_token;   /* nullable: keep the old one */
  char            *scope;           /* nullable: as asked */
  gint64           expires_in_us;   /* from the answer on; a guess when the answer said nothing */
  gint64           refresh_expires_in_us;   /* of the permission itself; 0 = nothing was said */
} EnvoiOAuthToken;

#define ENVOI_TYPE_OAUTH_TOKEN (envoi_oauth_token_get_type ())

GType            envoi_oauth_token_get_type (void) G_GNUC_CONST;
EnvoiOAuthToken *envoi_oauth_token_new      (const char              *access_token,
                                             const char              *refresh_token,
                                             const char              *scope,
                                             gint64                   expires_in_us);
EnvoiOAuthToken *envoi_oauth_token_ref      (EnvoiOAuthToken         *self);
void             envoi_oauth_token_unref    (EnvoiOAuthToken         *self);
/* Errors: MALFORMED, SCOPE_MISSING, and what the answer's "error" means. */
EnvoiOAuthToken *envoi_oauth_token_parse    (const EnvoiOAuthConfig  *config,
                                             guint                    status,
                                             const char              *body,
                                             gsize                    length,
                                             GError                 **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EnvoiOAuthToken, envoi_oauth_token_unref)

G_END_DECLS
