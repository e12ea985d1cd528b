/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "envoi-letter-record.h"

G_BEGIN_DECLS

/**
 * EnvoiCause:
 * @ENVOI_CAUSE_MACHINE: the schedule, a delivery or the settling after a crash
 * @ENVOI_CAUSE_PERSON: the person's own word
 *
 * Who moves a letter. What may have been delivered moves by a person's word only.
 */
typedef enum {
  ENVOI_CAUSE_MACHINE = 1 << 0,
  ENVOI_CAUSE_PERSON = 1 << 1,
} EnvoiCause;

gboolean envoi_letter_can_transition (EnvoiLetterState   from,
                                      EnvoiLetterState   to,
                                      EnvoiCause         cause);
gboolean envoi_letter_transition     (EnvoiLetterRecord *record,
                                      EnvoiLetterState   to,
                                      EnvoiCause         cause);

G_END_DECLS
