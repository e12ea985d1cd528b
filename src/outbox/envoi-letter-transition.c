/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-outbox"

#include "config.h"

#include "envoi-letter-transition-private.h"

/* Every way a letter can go. A way that is not here does not exist. */
static const struct {
  EnvoiLetterState from;
  EnvoiLetterState to;
  EnvoiCause cause;
} edges[] = {
  { ENVOI_LETTER_DRAFT, ENVOI_LETTER_QUEUED, ENVOI_CAUSE_PERSON },
  { ENVOI_LETTER_QUEUED, ENVOI_LETTER_SENDING, ENVOI_CAUSE_MACHINE },
  { ENVOI_LETTER_QUEUED, ENVOI_LETTER_DRAFT, ENVOI_CAUSE_PERSON },
  { ENVOI_LETTER_SENDING, ENVOI_LETTER_SENT, ENVOI_CAUSE_MACHINE },
  { ENVOI_LETTER_SENDING, ENVOI_LETTER_WAITING, ENVOI_CAUSE_MACHINE },
  { ENVOI_LETTER_SENDING, ENVOI_LETTER_FAILED, ENVOI_CAUSE_MACHINE },
  { ENVOI_LETTER_SENDING, ENVOI_LETTER_UNKNOWN, ENVOI_CAUSE_MACHINE },
  { ENVOI_LETTER_WAITING, ENVOI_LETTER_SENDING, ENVOI_CAUSE_MACHINE },
  { ENVOI_LETTER_WAITING, ENVOI_LETTER_DRAFT, ENVOI_CAUSE_PERSON },
  { ENVOI_LETTER_FAILED, ENVOI_LETTER_QUEUED, ENVOI_CAUSE_PERSON },
  { ENVOI_LETTER_FAILED, ENVOI_LETTER_DRAFT, ENVOI_CAUSE_PERSON },
  { ENVOI_LETTER_UNKNOWN, ENVOI_LETTER_QUEUED, ENVOI_CAUSE_PERSON },
  { ENVOI_LETTER_UNKNOWN, ENVOI_LETTER_DRAFT, ENVOI_CAUSE_PERSON },
  { ENVOI_LETTER_UNKNOWN, ENVOI_LETTER_SENT, ENVOI_CAUSE_PERSON },
};

/**
 * envoi_letter_can_transition:
 * @from: the present state
 * @to: the wanted state
 * @cause: who wants it
 *
 * Returns: whether the table has that edge
 *
 * Thread: any
 */
gboolean
envoi_letter_can_transition (EnvoiLetterState from,
                             EnvoiLetterState to,
                             EnvoiCause       cause)
{
  for (guint i = 0; i < G_N_ELEMENTS (edges); i++) {
    if (edges[i].from == from && edges[i].to == to)
      return (edges[i].cause & cause) != 0;
  }

  return FALSE;
}

/**
 * envoi_letter_transition:
 * @record: the letter as it shall be written next
 * @to: its next state
 * @cause: who moves it
 *
 * The one writer of a letter's state. The move counts when the store has
 * written @record.
 *
 * Returns: whether the move is legal; @record is untouched otherwise
 *
 * Thread: main
 */
gboolean
envoi_letter_transition (EnvoiLetterRecord *record,
                         EnvoiLetterState   to,
                         EnvoiCause         cause)
{
  EnvoiLetterState from = record->state;

  if (!envoi_letter_can_transition (from, to, cause)) {
    g_debug ("%s: no way from %s to %s", record->id, envoi_letter_state_to_string (from),
             envoi_letter_state_to_string (to));
    return FALSE;
  }

  g_debug ("%s: %s -> %s", record->id, envoi_letter_state_to_string (from),
           envoi_letter_state_to_string (to));
  record->state = to;
  return TRUE;
}
