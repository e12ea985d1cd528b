/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "envoi-smtp-capabilities.h"
#include "envoi-smtp-endpoint.h"

G_BEGIN_DECLS

#define ENVOI_SMTP_CHUNK_OCTETS (1024 * 1024)
#define ENVOI_SMTP_SINGLE_FLIGHT_OCTETS (256 * 1024)

/* How one letter travels. */
typedef struct {
  gboolean is_pipelined;      /* commands go without waiting for each reply (RFC 2920) */
  gboolean is_chunked;        /* BDAT (RFC 3030) rather than DATA */
  gboolean is_single_flight;  /* the body follows the envelope unasked */
  gboolean is_envelope_first; /* no DATA or BDAT before every RCPT is answered */
} EnvoiSmtpPlan;

/* What the plan depends on beside the offers. */
typedef struct {
  const char      *host;
  EnvoiSmtpQuirks  quirks;
  guint            n_recipients;
  guint64          size;             /* octets */
  gboolean         is_all_or_nothing;
} EnvoiSmtpPlanInput;

void envoi_smtp_plan_make (EnvoiSmtpPlan               *plan,
                           const EnvoiSmtpCapabilities *offers,
                           const EnvoiSmtpPlanInput    *input);

G_END_DECLS
