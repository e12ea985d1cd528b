/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-smtp"

#include "config.h"

#include "envoi-sasl-private.h"

#include <glib/gi18n.h>

/* CRAM-MD5 (RFC 2195): user, space, HMAC-MD5 of the challenge keyed by the password. */

static EnvoiSecret *
respond_cram_md5 (EnvoiSasl     *self,
                  const guint8  *challenge,
                  gsize          length,
                  GError       **error)
{
  EnvoiSecret *password = envoi_smtp_credentials_get_secret (self->credentials);
  g_autofree char *digest = NULL;
  GString *message;

  if (self->n_challenges != 1)
    return envoi_sasl_refuse (error, _("The server asked again after the whole sign-in was sent."));

  digest = g_compute_hmac_for_data (G_CHECKSUM_MD5,
                                    (const guchar *) envoi_secret_peek (password),
                                    envoi_secret_get_length (password), challenge, length);
  message = g_string_new (envoi_smtp_credentials_get_user (self->credentials));
  g_string_append_printf (message, " %s", digest);
  return envoi_sasl_take_message (message);
}

const EnvoiSaslMechanism envoi_sasl_cram_md5 = {
  .name = "CRAM-MD5",
  .is_client_first = FALSE,
  .respond = respond_cram_md5,
};
