/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-base"

#include "config.h"

#include "envoi-envelope.h"

struct _EnvoiEnvelope {
  gatomicrefcount ref_count;
  char                *sender;
  char               **recipients;
  EnvoiEnvelopeFlags flags;
  char                *envelope_id;
};

G_DEFINE_BOXED_TYPE (EnvoiEnvelope, envoi_envelope, envoi_envelope_ref, envoi_envelope_unref)

/**
 * envoi_envelope_new:
 * @sender: the reverse-path, without angle brackets
 * @recipients: (array zero-terminated=1): the forward-paths, without brackets
 * @flags: what is asked of the transfer
 * @envelope_id: (nullable): the DSN envelope id, before xtext (RFC 3461 4.4)
 *
 * Returns: (transfer full): an envelope; the addresses are checked by those who
 *   make and those who send it, not here
 *
 * Thread: any
 */
EnvoiEnvelope *
envoi_envelope_new (const char         *sender,
                    const char *const  *recipients,
                    EnvoiEnvelopeFlags flags,
                    const char         *envelope_id)
{
  EnvoiEnvelope *self = g_new0 (EnvoiEnvelope, 1);

  g_return_val_if_fail (sender != NULL && recipients != NULL, NULL);

  g_atomic_ref_count_init (&self->ref_count);
  self->sender = g_strdup (sender);
  self->recipients = g_strdupv ((char **) recipients);
  self->flags = flags;
  self->envelope_id = g_strdup (envelope_id);
  return self;
}

/**
 * envoi_envelope_ref:
 * @self: an envelope
 *
 * Returns: (transfer full): @self
 *
 * Thread: any
 */
EnvoiEnvelope *
envoi_envelope_ref (EnvoiEnvelope *self)
{
  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

/**
 * envoi_envelope_unref:
 * @self: (transfer full): an envelope
 *
 * Gives a reference back.
 *
 * Thread: any
 */
void
envoi_envelope_unref (EnvoiEnvelope *self)
{
  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;

  g_free (self->sender);
  g_strfreev (self->recipients);
  g_free (self->envelope_id);
  g_free (self);
}

/**
 * envoi_envelope_get_sender:
 * @self: an envelope
 *
 * Returns: (transfer none): the reverse-path
 *
 * Thread: any
 */
const char *
envoi_envelope_get_sender (const EnvoiEnvelope *self)
{
  return self->sender;
}

/**
 * envoi_envelope_get_recipients:
 * @self: an envelope
 *
 * Returns: (transfer none) (array zero-terminated=1): the forward-paths
 *
 * Thread: any
 */
const char *const *
envoi_envelope_get_recipients (const EnvoiEnvelope *self)
{
  return (const char *const *) self->recipients;
}

/**
 * envoi_envelope_get_n_recipients:
 * @self: an envelope
 *
 * Returns: how many recipients there are
 *
 * Thread: any
 */
guint
envoi_envelope_get_n_recipients (const EnvoiEnvelope *self)
{
  return g_strv_length (self->recipients);
}

/**
 * envoi_envelope_get_flags:
 * @self: an envelope
 *
 * Returns: what is asked of the transfer
 *
 * Thread: any
 */
EnvoiEnvelopeFlags
envoi_envelope_get_flags (const EnvoiEnvelope *self)
{
  return self->flags;
}

/**
 * envoi_envelope_get_envelope_id:
 * @self: an envelope
 *
 * Returns: (transfer none) (nullable): the DSN envelope id, before xtext
 *
 * Thread: any
 */
const char *
envoi_envelope_get_envelope_id (const EnvoiEnvelope *self)
{
  return self->envelope_id;
}
