/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-smtp"

#include "config.h"

#include "envoi-smtp-connection-private.h"

#include "envoi-smtp-error.h"
#include "envoi-smtp-trust.h"

/* The connection becomes a protected one. */

static void
learn_tls (EnvoiSmtpConnection         *self,
           const EnvoiCertificateFacts *facts)
{
  g_autofree char *note = NULL;

  g_free (self->info.tls_version);
  g_free (self->info.tls_cipher);
  g_free (self->info.certificate);
  g_free (self->info.certificate_key);
  self->info.tls_version = envoi_smtp_transport_dup_version (self->transport);
  self->info.tls_cipher = envoi_smtp_transport_dup_cipher (self->transport);
  self->info.certificate = facts ? envoi_certificate_facts_format (facts) : NULL;
  self->info.certificate_key = facts ? g_strdup (facts->key) : NULL;

  note = g_strdup_printf ("%s, %s", self->info.tls_version, self->info.tls_cipher);
  envoi_smtp_machine_add_note (self->machine, note);
}

/* What the peer showed is kept also when it is refused: a person wants to know. */
static gboolean
accept_peer (EnvoiSmtpConnection  *self,
             GError              **error)
{
  g_autoptr (EnvoiCertificateFacts) facts =
    envoi_smtp_transport_dup_facts (self->transport, self->endpoint);

  learn_tls (self, facts);
  if (envoi_smtp_trust_check (facts, self->endpoint, error))
    return TRUE;

  envoi_smtp_transport_reject_peer (self->transport);
  return FALSE;
}

static gboolean
make_tls (EnvoiSmtpConnection  *self,
          GError              **error)
{
  gint64 deadline = envoi_clock_get_boot_time (self->clock) +
                    (gint64) self->timeouts.tls_ms * 1000;
  gboolean is_done = FALSE;

  if (!envoi_smtp_transport_start_tls (self->transport, self->endpoint, error))
    return FALSE;

  while (!is_done) {
    guint ms_left = envoi_smtp_connection_get_ms_left (self, deadline);

    if (ms_left == 0) {
      envoi_smtp_connection_fail_late (self);
      return TRUE;
    }
    if (!envoi_smtp_transport_handshake (self->transport,
                                         MIN (ms_left, ENVOI_SMTP_LONGEST_WAIT_MS),
                                         self->cancellable, &is_done, error))
      return FALSE;
  }

  return accept_peer (self, error);
}

/**
 * envoi_smtp_connection_shake_hands:
 * @self: a connection whose machine wants TLS
 *
 * Makes TLS, verifies the peer and keeps what it showed, also when it is refused.
 *
 * Thread: courier
 */
void
envoi_smtp_connection_shake_hands (EnvoiSmtpConnection *self)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) binding = NULL;

  if (!make_tls (self, &error)) {
    envoi_smtp_connection_fail (self, error);
    return;
  }
  if (envoi_smtp_machine_get_state (self->machine) != ENVOI_SMTP_STATE_HANDSHAKE)
    return;

  binding = envoi_smtp_transport_dup_binding (self->transport);
  envoi_smtp_machine_did_handshake (self->machine, binding);
  envoi_smtp_connection_begin_clocks (self);
}
