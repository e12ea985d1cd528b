/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-oauth"

#include "config.h"

#include "envoi-oauth-token.h"

#include "envoi-json.h"
#include "envoi-oauth-error.h"

#include <glib/gi18n.h>
#include <string.h>

#define LARGEST_ANSWER (64 * 1024)
#define LONGEST_TOKEN (16 * 1024)
#define USUAL_LIFE_SECONDS 3600
#define LONGEST_LIFE_SECONDS (365 * 24 * 3600)

G_DEFINE_BOXED_TYPE (EnvoiOAuthToken, envoi_oauth_token, envoi_oauth_token_ref,
                     envoi_oauth_token_unref)

/**
 * envoi_oauth_token_new:
 * @access_token: what the mail server wants
 * @refresh_token: (nullable): what gets the next one
 * @scope: (nullable): what was granted
 * @expires_in_us: how long it lives, in microseconds
 *
 * Returns: (transfer full): the token
 *
 * Thread: any
 */
EnvoiOAuthToken *
envoi_oauth_token_new (const char *access_token,
                       const char *refresh_token,
                       const char *scope,
                       gint64 expires_in_us)
{
  EnvoiOAuthToken *self = g_new0 (EnvoiOAuthToken, 1);

  g_atomic_ref_count_init (&self->ref_count);
  self->access_token = envoi_secret_new (access_token, -1);
  self->refresh_token = refresh_token ? envoi_secret_new (refresh_token, -1) : NULL;
  self->scope = g_strdup (scope);
  self->expires_in_us = expires_in_us;
  return self;
}

/**
 * envoi_oauth_token_ref:
 * @self: a token
 *
 * Returns: (transfer full): @self
 *
 * Thread: any
 */
EnvoiOAuthToken *
envoi_oauth_token_ref (EnvoiOAuthToken *self)
{
  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

/**
 * envoi_oauth_token_unref:
 * @self: (transfer full): a token
 *
 * Thread: any
 */
void
envoi_oauth_token_unref (EnvoiOAuthToken *self)
{
  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;

  envoi_secret_unref (self->access_token);
  g_clear_pointer (&self->refresh_token, envoi_secret_unref);
  g_free (self->scope);
  g_free (self);
}

/* It becomes part of one line of SASL, where a control character would end a field. */
static gboolean
is_token (const char *text)
{
  if (!text || *text == '\0' || strlen (text) > LONGEST_TOKEN)
    return FALSE;

  for (const char *next = text; *next; next++) {
    if (!g_ascii_isgraph (*next))
      return FALSE;
  }

  return TRUE;
}

static GError *
make_error (guint       status,
            JsonObject *answer)
{
  const char *name = envoi_json_get_string (answer, "error");

  /* A server in trouble, whatever it says, has not judged the grant. */
  if (status >= 500 || status == 429 || status == 408)
    return g_error_new (ENVOI_OAUTH_ERROR, ENVOI_OAUTH_ERROR_UNREACHABLE,
                        _("The provider has trouble (HTTP %u)."), status);
  if (name)
    return envoi_oauth_error_new (name, envoi_json_get_string (answer, "error_description"));

  return g_error_new (ENVOI_OAUTH_ERROR, ENVOI_OAUTH_ERROR_MALFORMED,
                      _("The provider's answer makes no sense (HTTP %u)."), status);
}

/* Not in RFC 6749: Google's name for it, which it sends for permissions with an end (a project
 * in testing: seven days), and Keycloak's, where 0 means that there is none. */
static gint64
get_refresh_life (JsonObject *answer)
{
  gint64 seconds = 0;

  envoi_json_get_integer (answer, "refresh_token_expires_in", &seconds);
  if (seconds == 0)
    envoi_json_get_integer (answer, "refresh_expires_in", &seconds);

  return seconds > 0 ? MIN (seconds, LONGEST_LIFE_SECONDS) * G_USEC_PER_SEC : 0;
}

/**
 * envoi_oauth_token_parse:
 * @config: what was asked
 * @status: the HTTP status
 * @body: the answer
 * @length: how many bytes
 * @error: where an error goes
 *
 * Reads the answer of a token endpoint (RFC 6749 sections 5.1 and 5.2). Nothing
 * of it but the provider's own words of regret gets into an error.
 *
 * Errors: MALFORMED, SCOPE_MISSING, UNREACHABLE, and what its "error" means.
 *
 * Returns: (transfer full): the token, or %NULL with @error set
 *
 * Thread: any
 */
EnvoiOAuthToken *
envoi_oauth_token_parse (const EnvoiOAuthConfig  *config,
                         guint                    status,
                         const char              *body,
                         gsize                    length,
                         GError                 **error)
{
  g_autoptr (JsonNode) root = envoi_json_parse (body, length, LARGEST_ANSWER, NULL);
  JsonObject *answer = envoi_json_get_root (root);
  const char *access_token = envoi_json_get_string (answer, "access_token");
  const char *refresh_token = envoi_json_get_string (answer, "refresh_token");
  const char *type = envoi_json_get_string (answer, "token_type");
  const char *scope = envoi_json_get_string (answer, "scope");
  gint64 seconds = USUAL_LIFE_SECONDS;
  EnvoiOAuthToken *token;

  if (status != 200 || envoi_json_get_string (answer, "error") || !is_token (access_token) ||
      (type && g_ascii_strcasecmp (type, "bearer") != 0)) {
    g_propagate_error (error, make_error (status, answer));
    return NULL;
  }

  if (!envoi_oauth_config_is_granted (config, scope)) {
    g_set_error_literal (error, ENVOI_OAUTH_ERROR, ENVOI_OAUTH_ERROR_SCOPE_MISSING,
                         _("The permission to send mail was not given."));
    return NULL;
  }

  envoi_json_get_integer (answer, "expires_in", &seconds);
  token = envoi_oauth_token_new (access_token, is_token (refresh_token) ? refresh_token : NULL,
                                 scope,
                                 CLAMP (seconds, 0, LONGEST_LIFE_SECONDS) * G_USEC_PER_SEC);
  token->refresh_expires_in_us = get_refresh_life (answer);
  return token;
}
