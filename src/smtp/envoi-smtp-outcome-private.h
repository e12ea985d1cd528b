/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "envoi-smtp-outcome.h"

G_BEGIN_DECLS

EnvoiSmtpOutcome         *envoi_smtp_outcome_new           (EnvoiSmtpPhase    phase);
EnvoiSmtpRecipientResult *envoi_smtp_outcome_add_recipient (EnvoiSmtpOutcome *self,
                                                            const char       *address);

G_END_DECLS
