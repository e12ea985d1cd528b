/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "envoi-clock.h"
#include "envoi-server-prober.h"

G_BEGIN_DECLS

#define ENVOI_TYPE_SMTP_PROBER (envoi_smtp_prober_get_type ())

/* Tries guesses with the engine that sends: TLS is verified as it is for a letter. Thread: main */
G_DECLARE_FINAL_TYPE (EnvoiSmtpProber, envoi_smtp_prober, ENVOI, SMTP_PROBER, GObject)

EnvoiSmtpProber *envoi_smtp_prober_new (EnvoiClock *clock);

G_END_DECLS
