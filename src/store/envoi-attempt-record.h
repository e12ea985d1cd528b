/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib-object.h>
#include "envoi-letter-record.h"

G_BEGIN_DECLS

/**
 * EnvoiAttemptRecord:
 *
 * One try to hand a letter over, as the history shows it. Times are
 * microseconds since the epoch.
 *
 * Thread: any while one owner holds it
 */
typedef struct {
  guint             number;         /* 1 = the first */
  gint64            began;
  gint64            ended;
  EnvoiLetterState  result;         /* the state the letter went to */
  char             *error_domain;   /* nullable, as in EnvoiLetterRecord */
  int               error_code;
  char             *error_message;  /* nullable */
  char             *phase;          /* nullable */
  int               reply_code;
  char             *reply_enhanced; /* nullable */
  char             *reply_text;     /* nullable */
  char             *transcript;     /* nullable */
} EnvoiAttemptRecord;

void envoi_attempt_record_free (EnvoiAttemptRecord *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EnvoiAttemptRecord, envoi_attempt_record_free)

G_END_DECLS
