/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-smtp"

#include "config.h"

#include "envoi-sasl-private.h"

#include <glib/gi18n.h>

/* LOGIN: user, then password. The prompts are not compared, since every
 * provider writes them in its own way ("Username:", "username:", "User Name"). */

static EnvoiSecret *
respond_login (EnvoiSasl     *self,
               const guint8  *challenge,
               gsize          length,
               GError       **error)
{
  switch (self->n_challenges) {
    case 1:
      return envoi_secret_new (envoi_smtp_credentials_get_user (self->credentials), -1);
    case 2:
      return envoi_secret_ref (envoi_smtp_credentials_get_secret (self->credentials));
    default:
      return envoi_sasl_refuse (error, _("The server asked again after the whole sign-in was sent."));
  }
}

const EnvoiSaslMechanism envoi_sasl_login = {
  .name = "LOGIN",
  .is_client_first = FALSE,
  .respond = respond_login,
};
