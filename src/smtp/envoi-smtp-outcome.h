/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

typedef enum {
  ENVOI_SMTP_PHASE_DNS,
  ENVOI_SMTP_PHASE_CONNECT,
  ENVOI_SMTP_PHASE_TLS,
  ENVOI_SMTP_PHASE_GREETING,
  ENVOI_SMTP_PHASE_EHLO,
  ENVOI_SMTP_PHASE_AUTH,
  ENVOI_SMTP_PHASE_MAIL,
  ENVOI_SMTP_PHASE_RCPT,
  ENVOI_SMTP_PHASE_DATA,      /* DATA or BDAT, up to the last byte */
  ENVOI_SMTP_PHASE_FINAL,     /* after the last byte */
  ENVOI_SMTP_PHASE_RSET,      /* after a probe */
  ENVOI_SMTP_PHASE_QUIT,
} EnvoiSmtpPhase;

/* "connect", "tls", ... for the store, JSON and the reply table. */
const char *envoi_smtp_phase_to_string (EnvoiSmtpPhase phase);

typedef enum {
  ENVOI_SMTP_RECIPIENT_PENDING,    /* the transaction ended before its answer counted */
  ENVOI_SMTP_RECIPIENT_ACCEPTED,   /* 2yz at RCPT and at the end */
  ENVOI_SMTP_RECIPIENT_DEFERRED,   /* 4yz */
  ENVOI_SMTP_RECIPIENT_REFUSED,    /* 5yz */
} EnvoiSmtpRecipientState;

typedef struct {
  char                    *address;
  EnvoiSmtpRecipientState  state;
  int                      code;       /* 0 when there was no reply */
  char                    *enhanced;   /* nullable, "5.1.1" */
  char                    *text;       /* nullable, safe to show, all lines */
} EnvoiSmtpRecipientResult;

/**
 * EnvoiSmtpOutcome:
 *
 * All that is known of one attempt, whether it worked or not.
 *
 * Thread: made by the courier, then immutable
 */
typedef struct {
  gatomicrefcount  ref_count;
  GError          *error;              /* nullable: NULL = final 2xx seen */
  EnvoiSmtpPhase   phase;              /* where it ended */
  int              code;               /* the deciding reply, 0 when none */
  char            *enhanced;           /* nullable */
  char            *text;               /* nullable: the deciding reply's words, safe to show */
  gboolean         lacks_notices;      /* notices were wanted, and the server gives none (no DSN) */
  GPtrArray       *recipients;         /* of EnvoiSmtpRecipientResult, one per recipient, in order */
  char            *transcript;         /* redacted; one line per command and reply, with times */
} EnvoiSmtpOutcome;

#define ENVOI_TYPE_SMTP_OUTCOME (envoi_smtp_outcome_get_type ())

GType             envoi_smtp_outcome_get_type (void) G_GNUC_CONST;
EnvoiSmtpOutcome *envoi_smtp_outcome_ref      (EnvoiSmtpOutcome *self);
void              envoi_smtp_outcome_unref    (EnvoiSmtpOutcome *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EnvoiSmtpOutcome, envoi_smtp_outcome_unref)

G_END_DECLS
