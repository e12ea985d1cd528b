/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "envoi-deliverer.h"
#include "envoi-smtp-outcome.h"

G_BEGIN_DECLS

/* What one SMTP attempt means for the outbox. @host: for the provider's rules.
 * @now: microseconds since the epoch. Pure. */
EnvoiDeliveryOutcome *envoi_delivery_outcome_new_from_smtp  (const EnvoiSmtpOutcome *outcome,
                                                             const char             *host,
                                                             gint64                  now);
/* The same for an error before anything was on the wire. */
EnvoiDeliveryOutcome *envoi_delivery_outcome_new_from_error (const GError           *error);

G_END_DECLS
