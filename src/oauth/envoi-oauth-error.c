/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-oauth"

#include "config.h"

#include "envoi-oauth-error.h"

#include "envoi-text.h"

#include <glib/gi18n.h>
#include <string.h>

#define LONGEST_DESCRIPTION 300

G_DEFINE_QUARK (envoi-oauth-error-quark, envoi_oauth_error)

/* RFC 6749 sections 4.1.2.1 and 5.2, OpenID Connect Core 3.1.2.6, RFC 8628
 * section 3.5 with Microsoft's own names for two of its errors. */
static const struct {
  const char *name;
  EnvoiOAuthError code;
  const char *sentence;
} errors[] = {
  { "access_denied", ENVOI_OAUTH_ERROR_DENIED, N_("The permission was not given.") },
  { "authorization_declined", ENVOI_OAUTH_ERROR_DENIED, N_("The permission was not given.") },
  { "invalid_grant", ENVOI_OAUTH_ERROR_GRANT_INVALID, N_("The permission is no longer valid.") },
  { "interaction_required", ENVOI_OAUTH_ERROR_GRANT_INVALID,
    N_("The provider wants a new sign-in.") },
  { "login_required", ENVOI_OAUTH_ERROR_GRANT_INVALID, N_("The provider wants a new sign-in.") },
  { "consent_required", ENVOI_OAUTH_ERROR_GRANT_INVALID, N_("The provider wants a new sign-in.") },
  { "expired_token", ENVOI_OAUTH_ERROR_GRANT_INVALID, N_("The sign-in took too long.") },
  { "bad_verification_code", ENVOI_OAUTH_ERROR_GRANT_INVALID, N_("The sign-in took too long.") },
  { "invalid_scope", ENVOI_OAUTH_ERROR_SCOPE_MISSING,
    N_("The provider does not let this program ask for sending mail.") },
  { "invalid_client", ENVOI_OAUTH_ERROR_CLIENT_INVALID,
    N_("The provider does not accept this program's client id or secret.") },
  { "unauthorized_client", ENVOI_OAUTH_ERROR_CLIENT_INVALID,
    N_("The provider does not accept this program's client id or secret.") },
  { "invalid_request", ENVOI_OAUTH_ERROR_CLIENT_INVALID,
    N_("The provider does not accept the request with this client id.") },
  { "unsupported_response_type", ENVOI_OAUTH_ERROR_CLIENT_INVALID,
    N_("The provider does not accept the request with this client id.") },
  { "server_error", ENVOI_OAUTH_ERROR_UNREACHABLE, N_("The provider has trouble.") },
  { "temporarily_unavailable", ENVOI_OAUTH_ERROR_UNREACHABLE, N_("The provider is busy.") },
  { "slow_down", ENVOI_OAUTH_ERROR_UNREACHABLE, N_("The provider is busy.") },
};

/**
 * envoi_oauth_error_new:
 * @name: the answer's "error"
 * @description: (nullable): the answer's "error_description"
 *
 * Words from a server are data: they are bounded and shown behind our own.
 *
 * Returns: (transfer full): an error whose code says what to do
 *
 * Thread: any
 */
GError *
envoi_oauth_error_new (const char *name,
                       const char *description)
{
  g_autofree char *words = NULL;

  if (!description || *description == '\0')
    description = name;
  words = envoi_text_decode_foreign (description, strlen (description), LONGEST_DESCRIPTION);

  for (guint i = 0; i < G_N_ELEMENTS (errors); i++) {
    if (g_str_equal (errors[i].name, name))
      return g_error_new (ENVOI_OAUTH_ERROR, errors[i].code, "%s (%s)", _(errors[i].sentence),
                          words);
  }

  return g_error_new (ENVOI_OAUTH_ERROR, ENVOI_OAUTH_ERROR_MALFORMED,
                      _("The provider answered with an error. (%s)"), words);
}
