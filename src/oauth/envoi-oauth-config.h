/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib-object.h>
#include "envoi-secret.h"

G_BEGIN_DECLS

/**
 * EnvoiOAuthConfig:
 *
 * Where one signs in, as whom and for what. Filled by its maker, then not
 * changed any more.
 *
 * Thread: any (immutable, atomically counted)
 */
typedef struct {
  gatomicrefcount  ref_count;
  char            *authorization_endpoint;
  char            *token_endpoint;
  char            *device_endpoint;        /* nullable */
  char            *revocation_endpoint;    /* nullable */
  char            *issuer;                 /* nullable */
  char           **scopes;
  char            *client_id;
  EnvoiSecret     *client_secret;          /* nullable */
  gboolean         uses_pkce;
  char            *redirect_host;
  guint16          redirect_port;          /* 0 = any free one */
  char            *redirect_path;
} EnvoiOAuthConfig;

#define ENVOI_TYPE_OAUTH_CONFIG (envoi_oauth_config_get_type ())

GType             envoi_oauth_config_get_type (void) G_GNUC_CONST;
EnvoiOAuthConfig *envoi_oauth_config_new      (void);
EnvoiOAuthConfig *envoi_oauth_config_ref      (EnvoiOAuthConfig       *self);
void              envoi_oauth_config_unref    (EnvoiOAuthConfig       *self);
/* "a b c" */
char             *envoi_oauth_config_format_scopes (const EnvoiOAuthConfig *self);
/* Whether @granted (space-separated, nullable = as asked) lets this program send. */
gboolean          envoi_oauth_config_is_granted (const EnvoiOAuthConfig *self,
                                               const char             *granted);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EnvoiOAuthConfig, envoi_oauth_config_unref)

G_END_DECLS
