/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib-object.h>
#include "envoi-letter-record.h"

G_BEGIN_DECLS

/**
 * EnvoiAuditRecord:
 *
 * One line of the audit log: who tried when to send to how many, and what the
 * server said. It stays when the letter is deleted.
 *
 * Thread: any while one owner holds it
 */
typedef struct {
  gint64            number;         /* grows with every line */
  gint64            time;           /* microseconds since the epoch */
  char             *letter_id;
  char             *account_id;
  char             *sender;         /* the envelope's */
  guint             n_recipients;
  guint             n_accepted;
  guint             n_refused;
  EnvoiLetterState  result;         /* the state the letter went to */
  char             *error_domain;   /* nullable, as in EnvoiLetterRecord */
  int               error_code;
  int               reply_code;
  char             *reply_enhanced; /* nullable */
  char             *reply_text;     /* nullable */
} EnvoiAuditRecord;

void envoi_audit_record_free (EnvoiAuditRecord *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EnvoiAuditRecord, envoi_audit_record_free)

G_END_DECLS
