/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-smtp"

#include "config.h"

#include "envoi-sasl-private.h"

#include <glib/gi18n.h>
#include <gsasl.h>

/* SCRAM (RFC 5802, RFC 7677) by libgsasl, which checks the server's nonce and
 * its signature. The -PLUS forms bind to TLS by tls-exporter (RFC 9266). */

/* Fewer rounds give the password away to whoever reads the exchange; more would
 * keep the courier busy for minutes. */
#define FEWEST_ROUNDS 4096
#define MOST_ROUNDS 10000000

typedef struct {
  Gsasl *library;
  Gsasl_session *session;
  gboolean is_proven;
} Scram;

static void
set_properties (EnvoiSasl *self,
                Scram     *scram)
{
  EnvoiSmtpCredentials *credentials = self->credentials;

  gsasl_property_set (scram->session, GSASL_AUTHID, envoi_smtp_credentials_get_user (credentials));
  gsasl_property_set (scram->session, GSASL_PASSWORD,
                      envoi_secret_peek (envoi_smtp_credentials_get_secret (credentials)));

  /* Given a value that the mechanism does not use, libgsasl 2.2 refuses to begin. */
  if (self->channel_binding && self->mechanism->needs_binding) {
    gsize length;
    const guint8 *bytes = g_bytes_get_data (self->channel_binding, &length);
    g_autofree char *base64 = g_base64_encode (bytes, length);

    gsasl_property_set (scram->session, GSASL_CB_TLS_EXPORTER, base64);
  }
}

static void
finish_scram (EnvoiSasl *self)
{
  Scram *scram = self->state;

  if (!scram)
    return;

  if (scram->session)
    gsasl_finish (scram->session);
  if (scram->library)
    gsasl_done (scram->library);
  g_clear_pointer (&self->state, g_free);
}

static EnvoiSecret *
step (EnvoiSasl     *self,
      const guint8  *challenge,
      gsize          length,
      GError       **error)
{
  Scram *scram = self->state;
  EnvoiSecret *response;
  char *output = NULL;
  size_t n_output = 0;
  int status = gsasl_step (scram->session, (const char *) challenge, length, &output, &n_output);

  if (status != GSASL_OK && status != GSASL_NEEDS_MORE)
    return envoi_sasl_refuse (error, _("The server's part of the sign-in is not valid; "
                                       "it may not be the server it claims to be."));

  scram->is_proven = status == GSASL_OK;
  response = envoi_secret_new (output ? output : "", (gssize) n_output);
  envoi_wipe_memory (output, n_output);
  gsasl_free (output);
  return response;
}

static EnvoiSecret *
begin_scram (EnvoiSasl  *self,
             GError    **error)
{
  Scram *scram = g_new0 (Scram, 1);

  self->state = scram;
  if (gsasl_init (&scram->library) != GSASL_OK ||
      gsasl_client_start (scram->library, self->mechanism->name, &scram->session) != GSASL_OK)
    return envoi_sasl_refuse (error, _("SCRAM cannot be used on this computer."));

  set_properties (self, scram);
  return step (self, NULL, 0, error);
}

/* "r=nonce,s=salt,i=4096" (RFC 5802 section 7). */
static gboolean
has_sane_rounds (const guint8 *challenge,
                 gsize         length)
{
  g_autofree char *text = g_strndup ((const char *) challenge, length);
  g_auto (GStrv) attributes = g_strsplit (text, ",", 8);

  for (guint i = 0; attributes[i]; i++)
    if (g_str_has_prefix (attributes[i], "i="))
      return g_ascii_string_to_unsigned (attributes[i] + 2, 10, FEWEST_ROUNDS, MOST_ROUNDS,
                                         NULL, NULL);

  return FALSE;
}

static EnvoiSecret *
respond_scram (EnvoiSasl     *self,
               const guint8  *challenge,
               gsize          length,
               GError       **error)
{
  Scram *scram = self->state;

  if (scram->is_proven)
    return envoi_sasl_refuse (error, _("The server asked again after the whole sign-in was sent."));
  if (self->n_challenges == 1 && !has_sane_rounds (challenge, length))
    return envoi_sasl_refuse (error, _("The server asked for too weak or too costly a sign-in."));

  return step (self, challenge, length, error);
}

static gboolean
is_scram_proven (EnvoiSasl *self)
{
  Scram *scram = self->state;

  return scram && scram->is_proven;
}

#define SCRAM(mechanism_name, plus) { \
    .name = mechanism_name, \
    .is_client_first = TRUE, \
    .needs_binding = plus, \
    .begin = begin_scram, \
    .respond = respond_scram, \
    .is_server_proven = is_scram_proven, \
    .finish = finish_scram, \
}

const EnvoiSaslMechanism envoi_sasl_scram_sha_1 = SCRAM ("SCRAM-SHA-1", FALSE);
const EnvoiSaslMechanism envoi_sasl_scram_sha_1_plus = SCRAM ("SCRAM-SHA-1-PLUS", TRUE);
const EnvoiSaslMechanism envoi_sasl_scram_sha_256 = SCRAM ("SCRAM-SHA-256", FALSE);
const EnvoiSaslMechanism envoi_sasl_scram_sha_256_plus = SCRAM ("SCRAM-SHA-256-PLUS", TRUE);
