/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-smtp"

#include "config.h"

#include "envoi-sasl-private.h"

#include <glib/gi18n.h>
#include <string.h>

/* OAUTHBEARER (RFC 7628). A challenge is always an error in JSON; it is
 * answered by one octet 0x01 (section 3.2.3). */

/* "saslname" of RFC 5801: "=" and "," would end the GS2 header. */
static void
append_saslname (GString    *message,
                 const char *name)
{
  for (const char *p = name; *p; p++) {
    if (*p == '=')
      g_string_append (message, "=3D");
    else if (*p == ',')
      g_string_append (message, "=2C");
    else
      g_string_append_c (message, *p);
  }
}

static EnvoiSecret *
begin_oauthbearer (EnvoiSasl  *self,
                   GError    **error)
{
  EnvoiSecret *token = envoi_smtp_credentials_get_secret (self->credentials);
  const char *user = envoi_smtp_credentials_get_user (self->credentials);
  GString *message = g_string_sized_new (3 * strlen (user) + strlen (self->host) +
                                         envoi_secret_get_length (token) + 64);

  g_string_append (message, "n,a=");
  append_saslname (message, user);
  g_string_append_printf (message, ",\001host=%s\001port=%u\001auth=Bearer ",
                          self->host, self->port);
  g_string_append_len (message, envoi_secret_peek (token),
                       (gssize) envoi_secret_get_length (token));
  g_string_append (message, "\001\001");
  return envoi_sasl_take_message (message);
}

static EnvoiSecret *
respond_oauthbearer (EnvoiSasl     *self,
                     const guint8  *challenge,
                     gsize          length,
                     GError       **error)
{
  g_autofree char *status = envoi_sasl_dup_json_status (challenge, length);

  if (self->n_challenges != 1)
    return envoi_sasl_refuse (error, _("The server asked again after the whole sign-in was sent."));

  self->explanation = envoi_sasl_explain_status (status);
  return envoi_secret_new ("\001", 1);
}

const EnvoiSaslMechanism envoi_sasl_oauthbearer = {
  .name = "OAUTHBEARER",
  .is_client_first = TRUE,
  .begin = begin_oauthbearer,
  .respond = respond_oauthbearer,
};
