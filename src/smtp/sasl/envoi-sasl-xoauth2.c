/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-smtp"

#include "config.h"

#include "envoi-sasl-private.h"

#include <string.h>

/* XOAUTH2, as Google and Microsoft define it. A challenge is always an error
 * in JSON; it is answered by an empty line, never by the token again. */

static EnvoiSecret *
begin_xoauth2 (EnvoiSasl  *self,
               GError    **error)
{
  EnvoiSecret *token = envoi_smtp_credentials_get_secret (self->credentials);
  const char *user = envoi_smtp_credentials_get_user (self->credentials);
  GString *message = g_string_sized_new (strlen (user) + envoi_secret_get_length (token) + 64);

  g_string_append_printf (message, "user=%s\001auth=Bearer ", user);
  return envoi_sasl_take_bearer (message, token);
}

static EnvoiSecret *
respond_xoauth2 (EnvoiSasl     *self,
                 const guint8  *challenge,
                 gsize          length,
                 GError       **error)
{
  return envoi_sasl_answer_status (self, challenge, length, "", error);
}

const EnvoiSaslMechanism envoi_sasl_xoauth2 = {
  .name = "XOAUTH2",
  .is_client_first = TRUE,
  .begin = begin_xoauth2,
  .respond = respond_xoauth2,
};
