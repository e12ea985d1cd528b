/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-oauth"

#include "config.h"

#include "envoi-oauth-config.h"

#include <string.h>

G_DEFINE_BOXED_TYPE (EnvoiOAuthConfig, envoi_oauth_config, envoi_oauth_config_ref,
                     envoi_oauth_config_unref)

/**
 * envoi_oauth_config_new:
 *
 * Returns: (transfer full): an empty configuration, for its maker to fill
 *
 * Thread: any
 */
EnvoiOAuthConfig *
envoi_oauth_config_new (void)
{
  EnvoiOAuthConfig *self = g_new0 (EnvoiOAuthConfig, 1);

  g_atomic_ref_count_init (&self->ref_count);
  self->uses_pkce = TRUE;
  return self;
}

/**
 * envoi_oauth_config_ref:
 * @self: a configuration
 *
 * Returns: (transfer full): @self
 *
 * Thread: any
 */
EnvoiOAuthConfig *
envoi_oauth_config_ref (EnvoiOAuthConfig *self)
{
  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

/**
 * envoi_oauth_config_unref:
 * @self: (transfer full): a configuration
 *
 * Thread: any
 */
void
envoi_oauth_config_unref (EnvoiOAuthConfig *self)
{
  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;

  g_free (self->authorization_endpoint);
  g_free (self->token_endpoint);
  g_free (self->device_endpoint);
  g_free (self->revocation_endpoint);
  g_free (self->issuer);
  g_strfreev (self->scopes);
  g_free (self->client_id);
  g_clear_pointer (&self->client_secret, envoi_secret_unref);
  g_free (self->redirect_host);
  g_free (self->redirect_path);
  g_free (self);
}

/**
 * envoi_oauth_config_format_scopes:
 * @self: a configuration
 *
 * Returns: (transfer full): the scopes as requests carry them (RFC 6749 section 3.3)
 *
 * Thread: any
 */
char *
envoi_oauth_config_format_scopes (const EnvoiOAuthConfig *self)
{
  return g_strjoinv (" ", self->scopes);
}

/* These ask for no access to mail, and answers leave them out. */
static gboolean
is_about_the_sign_in (const char *scope)
{
  static const char *const names[] = {
    "offline_access", "openid", "profile", "email", "userinfo", NULL,
  };

  return g_strv_contains (names, scope);
}

/**
 * envoi_oauth_config_is_granted:
 * @self: a configuration
 * @granted: (nullable): the answer's "scope"; missing means as asked (RFC 6749 section 5.1)
 *
 * A person may untick a scope and still finish the sign-in.
 *
 * Returns: whether everything that sending needs was granted
 *
 * Thread: any
 */
gboolean
envoi_oauth_config_is_granted (const EnvoiOAuthConfig *self,
                               const char             *granted)
{
  g_auto (GStrv) list = NULL;

  if (!granted || *granted == '\0')
    return TRUE;

  list = g_strsplit (granted, " ", -1);
  for (guint i = 0; self->scopes[i]; i++) {
    gboolean found = is_about_the_sign_in (self->scopes[i]);

    for (guint j = 0; !found && list[j]; j++)
      found = g_ascii_strcasecmp (self->scopes[i], list[j]) == 0;

    if (!found)
      return FALSE;
  }

  return TRUE;
}
