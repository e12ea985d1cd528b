/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-smtp"

#include "config.h"

#include "envoi-smtp-endpoint.h"

struct _EnvoiSmtpCredentials {
  gatomicrefcount ref_count;
  EnvoiSmtpAuth auth;
  char *user;
  EnvoiSecret *secret;
};

G_DEFINE_BOXED_TYPE (EnvoiSmtpCredentials, envoi_smtp_credentials,
                     envoi_smtp_credentials_ref, envoi_smtp_credentials_unref)

/**
 * envoi_smtp_credentials_new:
 * @auth: the class of mechanism; AUTO means the password mechanisms
 * @user: the name to sign in with
 * @secret: a password, or an access token for XOAUTH2 and OAUTHBEARER
 *
 * Says who signs in.
 *
 * Returns: (transfer full): the credentials
 *
 * Thread: any
 */
EnvoiSmtpCredentials *
envoi_smtp_credentials_new (EnvoiSmtpAuth auth,
                            const char    *user,
                            EnvoiSecret   *secret)
{
  EnvoiSmtpCredentials *self;

  g_return_val_if_fail (user != NULL && secret != NULL, NULL);

  self = g_new0 (EnvoiSmtpCredentials, 1);
  g_atomic_ref_count_init (&self->ref_count);
  self->auth = auth;
  self->user = g_strdup (user);
  self->secret = envoi_secret_ref (secret);
  return self;
}

/**
 * envoi_smtp_credentials_ref:
 * @self: credentials
 *
 * Takes a reference.
 *
 * Returns: (transfer full): @self
 *
 * Thread: any
 */
EnvoiSmtpCredentials *
envoi_smtp_credentials_ref (EnvoiSmtpCredentials *self)
{
  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

/**
 * envoi_smtp_credentials_unref:
 * @self: (transfer full): credentials
 *
 * Gives a reference back.
 *
 * Thread: any
 */
void
envoi_smtp_credentials_unref (EnvoiSmtpCredentials *self)
{
  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;

  g_free (self->user);
  envoi_secret_unref (self->secret);
  g_free (self);
}

/**
 * envoi_smtp_credentials_get_auth:
 * @self: credentials
 *
 * Returns: the class of mechanism
 *
 * Thread: any
 */
EnvoiSmtpAuth
envoi_smtp_credentials_get_auth (const EnvoiSmtpCredentials *self)
{
  return self->auth;
}

/**
 * envoi_smtp_credentials_get_user:
 * @self: credentials
 *
 * Returns: (transfer none): the name to sign in with
 *
 * Thread: any
 */
const char *
envoi_smtp_credentials_get_user (const EnvoiSmtpCredentials *self)
{
  return self->user;
}

/**
 * envoi_smtp_credentials_get_secret:
 * @self: credentials
 *
 * Returns: (transfer none): the password or access token
 *
 * Thread: any
 */
EnvoiSecret *
envoi_smtp_credentials_get_secret (const EnvoiSmtpCredentials *self)
{
  return self->secret;
}
