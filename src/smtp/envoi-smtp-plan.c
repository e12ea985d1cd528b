/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-smtp"

#include "config.h"

#include "envoi-smtp-plan.h"

/* Exchange has hung and has refused headers when it was sent BDAT. */
static gboolean
is_microsoft (const char *host)
{
  static const char *const suffixes[] = { ".outlook.com", ".office365.com" };

  for (guint i = 0; i < G_N_ELEMENTS (suffixes); i++)
    if (g_str_has_suffix (host, suffixes[i]) || g_ascii_strcasecmp (host, suffixes[i] + 1) == 0)
      return TRUE;

  return FALSE;
}

/**
 * envoi_smtp_plan_make:
 * @plan: (out caller-allocates): how the letter travels
 * @offers: what the server offers
 * @input: what kind of letter, where to
 *
 * Chooses the fewest round trips that keep every promise. BDAT in the same
 * flight as the envelope delivers to those recipients that are accepted, so it
 * is not for letters that go to all or to nobody, nor for bodies too big to be
 * sent in vain. The same promise keeps DATA out of the envelope's group: after
 * a 354 only the message's end leads back.
 *
 * Thread: any
 */
void
envoi_smtp_plan_make (EnvoiSmtpPlan               *plan,
                      const EnvoiSmtpCapabilities *offers,
                      const EnvoiSmtpPlanInput    *input)
{
  gboolean can_veto = input->is_all_or_nothing && input->n_recipients > 1;
  gboolean is_small = input->size <= ENVOI_SMTP_SINGLE_FLIGHT_OCTETS;

  plan->is_pipelined = offers->has_pipelining &&
                       !(input->quirks & ENVOI_SMTP_QUIRK_NO_PIPELINING);
  plan->is_chunked = plan->is_pipelined && offers->has_chunking &&
                     !(input->quirks & ENVOI_SMTP_QUIRK_NO_CHUNKING) &&
                     !is_microsoft (input->host);
  plan->is_single_flight = plan->is_chunked && is_small && !can_veto;
  plan->is_envelope_first = plan->is_chunked ? !plan->is_single_flight
                                             : can_veto || !plan->is_pipelined;
}
