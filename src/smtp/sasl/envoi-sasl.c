/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-smtp"

#include "config.h"

#include "envoi-sasl.h"

#include "envoi-sasl-private.h"
#include "envoi-smtp-error.h"

#include <glib/gi18n.h>

/* Best first. CRAM-MD5 comes last: it keeps the password off the wire, which
 * TLS does already, and makes the server store it in clear. */
static const EnvoiSaslMechanism *const password_mechanisms[] = {
  &envoi_sasl_scram_sha_256_plus,
  &envoi_sasl_scram_sha_256,
  &envoi_sasl_scram_sha_1_plus,
  &envoi_sasl_scram_sha_1,
  &envoi_sasl_plain,
  &envoi_sasl_login,
  &envoi_sasl_cram_md5,
  NULL
};

static const EnvoiSaslMechanism *const plain_only[] = { &envoi_sasl_plain, NULL };
static const EnvoiSaslMechanism *const login_only[] = { &envoi_sasl_login, NULL };
static const EnvoiSaslMechanism *const cram_md5_only[] = { &envoi_sasl_cram_md5, NULL };
static const EnvoiSaslMechanism *const scram_sha_256_only[] = {
  &envoi_sasl_scram_sha_256_plus, &envoi_sasl_scram_sha_256, NULL
};
static const EnvoiSaslMechanism *const xoauth2_first[] = {
  &envoi_sasl_xoauth2, &envoi_sasl_oauthbearer, NULL
};
static const EnvoiSaslMechanism *const oauthbearer_first[] = {
  &envoi_sasl_oauthbearer, &envoi_sasl_xoauth2, NULL
};

static const EnvoiSaslMechanism *const *const choices[] = {
  [ENVOI_SMTP_AUTH_AUTO] = password_mechanisms,
  [ENVOI_SMTP_AUTH_PLAIN] = plain_only,
  [ENVOI_SMTP_AUTH_LOGIN] = login_only,
  [ENVOI_SMTP_AUTH_CRAM_MD5] = cram_md5_only,
  [ENVOI_SMTP_AUTH_SCRAM_SHA_256] = scram_sha_256_only,
  [ENVOI_SMTP_AUTH_XOAUTH2] = xoauth2_first,
  [ENVOI_SMTP_AUTH_OAUTHBEARER] = oauthbearer_first,
};

static EnvoiSasl *
make (const EnvoiSaslMechanism *mechanism,
      EnvoiSmtpCredentials     *credentials,
      const EnvoiSmtpEndpoint  *endpoint,
      GBytes                   *channel_binding)
{
  EnvoiSasl *self = g_new0 (EnvoiSasl, 1);

  self->mechanism = mechanism;
  self->credentials = envoi_smtp_credentials_ref (credentials);
  self->host = g_strdup (envoi_smtp_endpoint_get_host (endpoint));
  self->port = envoi_smtp_endpoint_get_port (endpoint);
  self->channel_binding = channel_binding ? g_bytes_ref (channel_binding) : NULL;
  return self;
}

/**
 * envoi_sasl_take_message:
 * @message: (transfer full): octets of a response
 *
 * Moves octets into a secret and wipes where they were.
 *
 * Returns: (transfer full): the response
 *
 * Thread: courier
 */
EnvoiSecret *
envoi_sasl_take_message (GString *message)
{
  EnvoiSecret *secret = envoi_secret_new (message->str, (gssize) message->len);

  envoi_wipe_memory (message->str, message->allocated_len);
  g_string_free (message, TRUE);
  return secret;
}

/**
 * envoi_sasl_refuse:
 * @error: return location
 * @message: what the server did wrong, a sentence
 *
 * Sets an error; the exchange is then to be cancelled.
 *
 * Errors: PROTOCOL
 *
 * Returns: NULL
 *
 * Thread: courier
 */
EnvoiSecret *
envoi_sasl_refuse (GError     **error,
                   const char  *message)
{
  g_set_error_literal (error, ENVOI_SMTP_ERROR, ENVOI_SMTP_ERROR_PROTOCOL, message);
  return NULL;
}

/**
 * envoi_sasl_new:
 * @credentials: who signs in and by which class of mechanism
 * @endpoint: where
 * @offers: what the server offers inside TLS
 * @channel_binding: (nullable): the tls-exporter value, with TLS 1.3 only
 * @error: return location
 *
 * Chooses the best mechanism that the server offers and @credentials allow.
 *
 * Errors: AUTH_UNAVAILABLE
 *
 * Returns: (transfer full) (nullable): the attempt
 *
 * Thread: courier
 */
EnvoiSasl *
envoi_sasl_new (EnvoiSmtpCredentials         *credentials,
                const EnvoiSmtpEndpoint      *endpoint,
                const EnvoiSmtpCapabilities  *offers,
                GBytes                       *channel_binding,
                GError                      **error)
{
  const EnvoiSaslMechanism *const *wanted = choices[envoi_smtp_credentials_get_auth (credentials)];

  for (; *wanted; wanted++)
    if (envoi_smtp_capabilities_has_mechanism (offers, (*wanted)->name) &&
        (channel_binding || !(*wanted)->needs_binding))
      return make (*wanted, credentials, endpoint, channel_binding);

  if (offers->mechanisms[0]) {
    g_autofree char *offered = g_strjoinv (", ", offers->mechanisms);

    g_set_error (error, ENVOI_SMTP_ERROR, ENVOI_SMTP_ERROR_AUTH_UNAVAILABLE,
                 _("The server offers no way to sign in that this account may use (it offers %s)."),
                 offered);
  } else {
    g_set_error_literal (error, ENVOI_SMTP_ERROR, ENVOI_SMTP_ERROR_AUTH_UNAVAILABLE,
                         _("The server offers no way to sign in."));
  }
  return NULL;
}

/**
 * envoi_sasl_new_for_mechanism:
 * @name: a mechanism in upper case
 * @credentials: who signs in
 * @endpoint: where
 * @channel_binding: (nullable): the tls-exporter value
 *
 * Begins with one mechanism whatever the server offers.
 *
 * Returns: (transfer full) (nullable): the attempt, NULL for an unknown name
 *
 * Thread: courier
 */
EnvoiSasl *
envoi_sasl_new_for_mechanism (const char              *name,
                              EnvoiSmtpCredentials    *credentials,
                              const EnvoiSmtpEndpoint *endpoint,
                              GBytes                  *channel_binding)
{
  static const EnvoiSaslMechanism *const *const lists[] = { password_mechanisms, xoauth2_first };

  for (guint i = 0; i < G_N_ELEMENTS (lists); i++)
    for (guint j = 0; lists[i][j]; j++)
      if (g_str_equal (lists[i][j]->name, name))
        return make (lists[i][j], credentials, endpoint, channel_binding);

  return NULL;
}

/**
 * envoi_sasl_free:
 * @self: (transfer full): an attempt
 *
 * Frees it and wipes what it computed.
 *
 * Thread: courier
 */
void
envoi_sasl_free (EnvoiSasl *self)
{
  if (self->mechanism->finish)
    self->mechanism->finish (self);

  envoi_smtp_credentials_unref (self->credentials);
  g_clear_pointer (&self->channel_binding, g_bytes_unref);
  g_free (self->host);
  g_free (self);
}

/**
 * envoi_sasl_get_name:
 * @self: an attempt
 *
 * Returns: (transfer none): the mechanism's name
 *
 * Thread: courier
 */
const char *
envoi_sasl_get_name (const EnvoiSasl *self)
{
  return self->mechanism->name;
}

/**
 * envoi_sasl_is_client_first:
 * @self: an attempt
 *
 * Returns: whether there is an initial response (RFC 4954 section 4)
 *
 * Thread: courier
 */
gboolean
envoi_sasl_is_client_first (const EnvoiSasl *self)
{
  return self->mechanism->is_client_first;
}

/**
 * envoi_sasl_begin:
 * @self: an attempt of a mechanism where the client speaks first
 * @error: return location
 *
 * Makes the initial response.
 *
 * Errors: PROTOCOL (the mechanism cannot work here)
 *
 * Returns: (transfer full) (nullable): the octets, before base64
 *
 * Thread: courier
 */
EnvoiSecret *
envoi_sasl_begin (EnvoiSasl  *self,
                  GError    **error)
{
  return self->mechanism->begin (self, error);
}

/**
 * envoi_sasl_respond:
 * @self: an attempt
 * @challenge: (array length=length): what the server sent, after base64
 * @length: how many octets
 * @error: return location
 *
 * Answers a challenge.
 *
 * Errors: PROTOCOL (the challenge is not one; cancel with "*")
 *
 * Returns: (transfer full) (nullable): the octets, before base64
 *
 * Thread: courier
 */
EnvoiSecret *
envoi_sasl_respond (EnvoiSasl     *self,
                    const guint8  *challenge,
                    gsize          length,
                    GError       **error)
{
  self->n_challenges++;
  return self->mechanism->respond (self, challenge, length, error);
}

/**
 * envoi_sasl_is_server_proven:
 * @self: an attempt
 *
 * Tells whether a 235 may be believed: in SCRAM the server must have shown
 * that it knows the password too (RFC 5802 section 3).
 *
 * Returns: whether it may
 *
 * Thread: courier
 */
gboolean
envoi_sasl_is_server_proven (EnvoiSasl *self)
{
  return !self->mechanism->is_server_proven || self->mechanism->is_server_proven (self);
}

/**
 * envoi_sasl_get_explanation:
 * @self: an attempt
 *
 * Says what the error that the server sent inside the exchange means.
 *
 * Returns: (transfer none) (nullable): a sentence
 *
 * Thread: courier
 */
const char *
envoi_sasl_get_explanation (const EnvoiSasl *self)
{
  return self->explanation;
}
