/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-smtp"

#include "config.h"

#include "envoi-smtp-endpoint.h"

/* The words of the command line, the account file and the provider table. */

static const char *const security_names[] = {
  [ENVOI_SMTP_SECURITY_TLS] = "tls",
  [ENVOI_SMTP_SECURITY_STARTTLS] = "starttls",
};

static const char *const auth_names[] = {
  [ENVOI_SMTP_AUTH_AUTO] = "auto",
  [ENVOI_SMTP_AUTH_PLAIN] = "plain",
  [ENVOI_SMTP_AUTH_LOGIN] = "login",
  [ENVOI_SMTP_AUTH_CRAM_MD5] = "cram-md5",
  [ENVOI_SMTP_AUTH_SCRAM_SHA_256] = "scram-sha-256",
  [ENVOI_SMTP_AUTH_XOAUTH2] = "xoauth2",
  [ENVOI_SMTP_AUTH_OAUTHBEARER] = "oauthbearer",
};

static int
find_name (const char *const *names,
           gsize              n_names,
           const char        *text)
{
  for (gsize i = 0; text && i < n_names; i++)
    if (g_ascii_strcasecmp (names[i], text) == 0)
      return (int) i;

  return -1;
}

/**
 * envoi_smtp_security_to_string:
 * @security: how TLS starts
 *
 * Returns: (transfer none): "tls" or "starttls"
 *
 * Thread: any
 */
const char *
envoi_smtp_security_to_string (EnvoiSmtpSecurity security)
{
  g_return_val_if_fail ((gsize) security < G_N_ELEMENTS (security_names), NULL);

  return security_names[security];
}

/**
 * envoi_smtp_security_from_string:
 * @text: (nullable): a word
 * @security: (out): what it means, untouched when it means nothing
 *
 * Returns: whether @text is one of the two words
 *
 * Thread: any
 */
gboolean
envoi_smtp_security_from_string (const char        *text,
                                 EnvoiSmtpSecurity *security)
{
  int found = find_name (security_names, G_N_ELEMENTS (security_names), text);

  if (found >= 0)
    *security = (EnvoiSmtpSecurity) found;

  return found >= 0;
}

/**
 * envoi_smtp_auth_to_string:
 * @auth: a way to sign in
 *
 * Returns: (transfer none): "auto", "plain", "scram-sha-256" ...
 *
 * Thread: any
 */
const char *
envoi_smtp_auth_to_string (EnvoiSmtpAuth auth)
{
  g_return_val_if_fail ((gsize) auth < G_N_ELEMENTS (auth_names), NULL);

  return auth_names[auth];
}

/**
 * envoi_smtp_auth_from_string:
 * @text: (nullable): a word
 * @auth: (out): what it means, untouched when it means nothing
 *
 * Returns: whether @text is one of the words
 *
 * Thread: any
 */
gboolean
envoi_smtp_auth_from_string (const char    *text,
                             EnvoiSmtpAuth *auth)
{
  int found = find_name (auth_names, G_N_ELEMENTS (auth_names), text);

  if (found >= 0)
    *auth = (EnvoiSmtpAuth) found;

  return found >= 0;
}
