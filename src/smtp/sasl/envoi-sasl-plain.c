/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-smtp"

#include "config.h"

#include "envoi-sasl-private.h"

#include <glib/gi18n.h>
#include <string.h>

/* PLAIN (RFC 4616): NUL user NUL password. */

static EnvoiSecret *
begin_plain (EnvoiSasl  *self,
             GError    **error)
{
  const char *user = envoi_smtp_credentials_get_user (self->credentials);
  EnvoiSecret *password = envoi_smtp_credentials_get_secret (self->credentials);
  GString *message = g_string_sized_new (strlen (user) + envoi_secret_get_length (password) + 8);

  g_string_append_c (message, '\0');
  g_string_append (message, user);
  g_string_append_c (message, '\0');
  g_string_append_len (message, envoi_secret_peek (password),
                       (gssize) envoi_secret_get_length (password));
  return envoi_sasl_take_message (message);
}

static EnvoiSecret *
respond_plain (EnvoiSasl     *self,
               const guint8  *challenge,
               gsize          length,
               GError       **error)
{
  return envoi_sasl_refuse (error, _("The server asked again after the whole sign-in was sent."));
}

const EnvoiSaslMechanism envoi_sasl_plain = {
  .name = "PLAIN",
  .is_client_first = TRUE,
  .begin = begin_plain,
  .respond = respond_plain,
};
