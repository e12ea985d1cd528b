/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-smtp"

#include "config.h"

#include "envoi-smtp-outcome.h"

#include "envoi-smtp-outcome-private.h"

G_DEFINE_BOXED_TYPE (EnvoiSmtpOutcome, envoi_smtp_outcome,
                     envoi_smtp_outcome_ref, envoi_smtp_outcome_unref)

static const char *const phase_names[] = {
  [ENVOI_SMTP_PHASE_DNS] = "dns",
  [ENVOI_SMTP_PHASE_CONNECT] = "connect",
  [ENVOI_SMTP_PHASE_TLS] = "tls",
  [ENVOI_SMTP_PHASE_GREETING] = "greeting",
  [ENVOI_SMTP_PHASE_EHLO] = "ehlo",
  [ENVOI_SMTP_PHASE_AUTH] = "auth",
  [ENVOI_SMTP_PHASE_MAIL] = "mail",
  [ENVOI_SMTP_PHASE_RCPT] = "rcpt",
  [ENVOI_SMTP_PHASE_DATA] = "data",
  [ENVOI_SMTP_PHASE_FINAL] = "final",
  [ENVOI_SMTP_PHASE_RSET] = "rset",
  [ENVOI_SMTP_PHASE_QUIT] = "quit",
};

static void
recipient_result_free (gpointer data)
{
  EnvoiSmtpRecipientResult *result = data;

  g_free (result->address);
  g_free (result->enhanced);
  g_free (result->text);
  g_free (result);
}

/**
 * envoi_smtp_phase_to_string:
 * @phase: a phase
 *
 * Names a phase for the store, JSON and the reply table.
 *
 * Returns: (transfer none): "connect", "tls", "greeting" ...
 *
 * Thread: any
 */
const char *
envoi_smtp_phase_to_string (EnvoiSmtpPhase phase)
{
  g_return_val_if_fail ((gsize) phase < G_N_ELEMENTS (phase_names), NULL);

  return phase_names[phase];
}

/**
 * envoi_smtp_outcome_new:
 * @phase: where the attempt is
 *
 * Makes an outcome to be filled by the courier before anyone else sees it.
 *
 * Returns: (transfer full): an outcome without an error
 *
 * Thread: courier
 */
EnvoiSmtpOutcome *
envoi_smtp_outcome_new (EnvoiSmtpPhase phase)
{
  EnvoiSmtpOutcome *self = g_new0 (EnvoiSmtpOutcome, 1);

  g_atomic_ref_count_init (&self->ref_count);
  self->phase = phase;
  self->recipients = g_ptr_array_new_with_free_func (recipient_result_free);
  return self;
}

/**
 * envoi_smtp_outcome_add_recipient:
 * @self: an outcome in the making
 * @address: the forward-path, without brackets
 *
 * Adds a recipient without an answer.
 *
 * Returns: (transfer none): its result
 *
 * Thread: courier
 */
EnvoiSmtpRecipientResult *
envoi_smtp_outcome_add_recipient (EnvoiSmtpOutcome *self,
                                  const char       *address)
{
  EnvoiSmtpRecipientResult *result = g_new0 (EnvoiSmtpRecipientResult, 1);

  result->address = g_strdup (address);
  g_ptr_array_add (self->recipients, result);
  return result;
}

/**
 * envoi_smtp_outcome_ref:
 * @self: an outcome
 *
 * Takes a reference.
 *
 * Returns: (transfer full): @self
 *
 * Thread: any
 */
EnvoiSmtpOutcome *
envoi_smtp_outcome_ref (EnvoiSmtpOutcome *self)
{
  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

/**
 * envoi_smtp_outcome_unref:
 * @self: (transfer full): an outcome
 *
 * Gives a reference back.
 *
 * Thread: any
 */
void
envoi_smtp_outcome_unref (EnvoiSmtpOutcome *self)
{
  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;

  g_clear_error (&self->error);
  g_free (self->enhanced);
  g_free (self->text);
  g_ptr_array_unref (self->recipients);
  g_free (self->transcript);
  g_free (self);
}
