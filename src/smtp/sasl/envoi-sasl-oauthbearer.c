/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-smtp"

#include "config.h"

#include "envoi-sasl-private.h"

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
  return envoi_sasl_take_bearer (message, token);
}

static EnvoiSecret *
respond_oauthbearer (EnvoiSasl     *self,
                     const guint8  *challenge,
                     gsize          length,
                     GError       **error)
{
  return envoi_sasl_answer_status (self, challenge, length, "\001", error);
}

const EnvoiSaslMechanism envoi_sasl_oauthbearer = {
  .name = "OAUTHBEARER",
  .is_client_first = TRUE,
  .begin = begin_oauthbearer,
  .respond = respond_oauthbearer,
};
