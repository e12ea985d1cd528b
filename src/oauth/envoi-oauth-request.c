/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-oauth"

#include "config.h"

#include "envoi-oauth-request.h"

#include "envoi-oauth-error.h"

#include <gio/gio.h>
#include <glib/gi18n.h>
#include <string.h>

#define VERIFIER_BYTES 64
#define STATE_BYTES 32
#define LONGEST_QUERY 8192

struct _EnvoiOAuthRequest {
  EnvoiOAuthConfig *config;
  char *redirect_uri;
  char *login_hint;
  EnvoiSecret *state;
  char *verifier;
};

/* RFC 4648 section 5 without padding, as RFC 7636 appendix A wants it. */
static char *
encode_base64url (const guint8 *bytes,
                  gsize         length)
{
  char *text = g_base64_encode (bytes, length);

  g_strdelimit (text, "+", '-');
  g_strdelimit (text, "/", '_');
  text[strcspn (text, "=")] = '\0';
  return text;
}

/**
 * envoi_pkce_make_verifier:
 * @random: a source of chance
 *
 * Returns: (transfer full): a code verifier (RFC 7636 section 4.1)
 *
 * Thread: any
 */
char *
envoi_pkce_make_verifier (EnvoiRandom *random)
{
  guint8 bytes[VERIFIER_BYTES];
  char *verifier;

  envoi_random_fill (random, bytes, sizeof bytes);
  verifier = encode_base64url (bytes, sizeof bytes);
  envoi_wipe_memory (bytes, sizeof bytes);
  return verifier;
}

/**
 * envoi_pkce_make_challenge:
 * @verifier: a code verifier
 *
 * Returns: (transfer full): its S256 code challenge (RFC 7636 section 4.2)
 *
 * Thread: any
 */
char *
envoi_pkce_make_challenge (const char *verifier)
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  guint8 digest[32];
  gsize length = sizeof digest;

  g_checksum_update (checksum, (const guint8 *) verifier, (gssize) strlen (verifier));
  g_checksum_get_digest (checksum, digest, &length);
  return encode_base64url (digest, length);
}

/**
 * envoi_oauth_request_new:
 * @config: where to sign in
 * @redirect_uri: where the answer comes to
 * @login_hint: (nullable): the person's address, so that the page knows whom it is about
 * @random: a source of chance
 *
 * Starts an attempt, with a state and a verifier of its own.
 *
 * Returns: (transfer full): the attempt
 *
 * Thread: main
 */
EnvoiOAuthRequest *
envoi_oauth_request_new (EnvoiOAuthConfig *config,
                         const char       *redirect_uri,
                         const char       *login_hint,
                         EnvoiRandom      *random)
{
  EnvoiOAuthRequest *self = g_new0 (EnvoiOAuthRequest, 1);

  self->config = envoi_oauth_config_ref (config);
  self->redirect_uri = g_strdup (redirect_uri);
  self->login_hint = g_strdup (login_hint);
  self->state = envoi_secret_new_take (envoi_random_make_token (random, STATE_BYTES));
  if (config->uses_pkce)
    self->verifier = envoi_pkce_make_verifier (random);

  return self;
}

/**
 * envoi_oauth_request_free:
 * @self: (transfer full): an attempt
 *
 * Thread: main
 */
void
envoi_oauth_request_free (EnvoiOAuthRequest *self)
{
  envoi_oauth_config_unref (self->config);
  g_free (self->redirect_uri);
  g_free (self->login_hint);
  envoi_secret_unref (self->state);
  envoi_wipe_string (self->verifier);
  g_free (self);
}

/**
 * envoi_oauth_request_get_config:
 * @self: an attempt
 *
 * Returns: (transfer none): where it signs in
 *
 * Thread: main
 */
EnvoiOAuthConfig *
envoi_oauth_request_get_config (const EnvoiOAuthRequest *self)
{
  return self->config;
}

/**
 * envoi_oauth_request_get_redirect_uri:
 * @self: an attempt
 *
 * Returns: (transfer none): where the answer comes to
 *
 * Thread: main
 */
const char *
envoi_oauth_request_get_redirect_uri (const EnvoiOAuthRequest *self)
{
  return self->redirect_uri;
}

/**
 * envoi_oauth_request_get_verifier:
 * @self: an attempt
 *
 * Returns: (transfer none) (nullable): the PKCE verifier
 *
 * Thread: main
 */
const char *
envoi_oauth_request_get_verifier (const EnvoiOAuthRequest *self)
{
  return self->verifier;
}

static void
append_parameter (GString    *query,
                  const char *name,
                  const char *value)
{
  if (query->len > 0)
    g_string_append_c (query, '&');
  g_string_append (query, name);
  g_string_append_c (query, '=');
  g_string_append_uri_escaped (query, value, NULL, FALSE);
}

/**
 * envoi_oauth_request_format_uri:
 * @self: an attempt
 *
 * Returns: (transfer full): the address of the sign-in page (RFC 6749 section 4.1.1)
 *
 * Thread: main
 */
char *
envoi_oauth_request_format_uri (const EnvoiOAuthRequest *self)
{
  g_autoptr (GString) query = g_string_new (NULL);
  g_autofree char *scope = envoi_oauth_config_format_scopes (self->config);
  const char *endpoint = self->config->authorization_endpoint;

  append_parameter (query, "response_type", "code");
  append_parameter (query, "client_id", self->config->client_id);
  append_parameter (query, "redirect_uri", self->redirect_uri);
  append_parameter (query, "scope", scope);
  append_parameter (query, "state", envoi_secret_peek (self->state));
  if (self->verifier) {
    g_autofree char *challenge = envoi_pkce_make_challenge (self->verifier);

    append_parameter (query, "code_challenge", challenge);
    append_parameter (query, "code_challenge_method", "S256");
  }

  if (self->login_hint && *self->login_hint)
    append_parameter (query, "login_hint", self->login_hint);

  /* Without it Google sends no refresh token to somebody who consented before. */
  if (g_strcmp0 (self->config->issuer, "https://accounts.google.com") == 0) {
    append_parameter (query, "access_type", "offline");
    append_parameter (query, "prompt", "consent");
  }

  return g_strdup_printf ("%s%c%s", endpoint, strchr (endpoint, '?') ? '&' : '?', query->str);
}

/* Parameters that occur twice are an attack or a mistake (RFC 6749 section 3.1). */
static GHashTable *
parse_query (const char *query)
{
  g_autoptr (GHashTable) parameters =
    g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) envoi_wipe_string);
  GUriParamsIter iter;
  g_autoptr (GError) error = NULL;
  char *name;
  char *value;

  if (!query || strlen (query) > LONGEST_QUERY)
    return NULL;

  g_uri_params_iter_init (&iter, query, -1, "&", G_URI_PARAMS_WWW_FORM);
  while (g_uri_params_iter_next (&iter, &name, &value, &error)) {
    if (!g_hash_table_insert (parameters, name, value))
      return NULL;
  }

  return error ? NULL : g_steal_pointer (&parameters);
}

static gboolean
has_our_state (const EnvoiOAuthRequest *self,
               GHashTable              *parameters)
{
  const char *state = parameters ? g_hash_table_lookup (parameters, "state") : NULL;
  g_autoptr (EnvoiSecret) theirs = state ? envoi_secret_new (state, -1) : NULL;

  return theirs && envoi_secret_is_equal (self->state, theirs);
}

static gboolean
is_same_origin (const char *a,
                const char *b)
{
  g_autoptr (GUri) one = g_uri_parse (a, G_URI_FLAGS_SCHEME_NORMALIZE, NULL);
  g_autoptr (GUri) two = g_uri_parse (b, G_URI_FLAGS_SCHEME_NORMALIZE, NULL);

  return one && two && g_str_equal (g_uri_get_scheme (one), g_uri_get_scheme (two)) &&
         g_strcmp0 (g_uri_get_host (one), g_uri_get_host (two)) == 0 &&
         g_uri_get_port (one) == g_uri_get_port (two);
}

/* RFC 9207: an issuer that is known must come back exactly; where none is known,
 * one that comes must at least live where the sign-in page does. */
static gboolean
has_right_issuer (const EnvoiOAuthRequest *self,
                  GHashTable              *parameters)
{
  const char *issuer = g_hash_table_lookup (parameters, "iss");

  if (self->config->issuer)
    return g_strcmp0 (issuer, self->config->issuer) == 0;

  return !issuer || is_same_origin (issuer, self->config->authorization_endpoint);
}

/**
 * envoi_oauth_request_judge:
 * @self: an attempt
 * @query: (nullable): the query part of an address the browser came to
 * @code: (out): the authorization code
 * @error: where an error goes
 *
 * Tells whether an address is the answer to this attempt. Without our state it
 * is nobody's: a page on the web could have made it, and must not be able to
 * end the attempt.
 *
 * Errors: DENIED, STATE_MISMATCH (wrong issuer), and what the answer's error means.
 *
 * Returns: what to do
 *
 * Thread: main
 */
EnvoiOAuthRedirect
envoi_oauth_request_judge (const EnvoiOAuthRequest  *self,
                           const char               *query,
                           EnvoiSecret             **code,
                           GError                  **error)
{
  g_autoptr (GHashTable) parameters = parse_query (query);
  const char *value;

  if (!has_our_state (self, parameters))
    return ENVOI_OAUTH_REDIRECT_IGNORED;

  if (!has_right_issuer (self, parameters)) {
    g_set_error_literal (error, ENVOI_OAUTH_ERROR, ENVOI_OAUTH_ERROR_STATE_MISMATCH,
                         _("The answer to the sign-in came from another server than expected."));
    return ENVOI_OAUTH_REDIRECT_FAILED;
  }

  value = g_hash_table_lookup (parameters, "error");
  if (value) {
    g_propagate_error (error, envoi_oauth_error_new (
                         value, g_hash_table_lookup (parameters, "error_description")));
    return ENVOI_OAUTH_REDIRECT_FAILED;
  }

  value = g_hash_table_lookup (parameters, "code");
  if (!value || *value == '\0')
    return ENVOI_OAUTH_REDIRECT_IGNORED;

  *code = envoi_secret_new (value, -1);
  return ENVOI_OAUTH_REDIRECT_CODE;
}
