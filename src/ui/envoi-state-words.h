/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "envoi-problem.h"

G_BEGIN_DECLS

#define ENVOI_STATE_MAX_BUTTONS 3

typedef struct {
  const char *action;        /* "letter.send-now" ... */
  char       *label;         /* with mnemonic */
} EnvoiStateButton;

/**
 * EnvoiStateWords:
 *
 * What the state card says of a letter and the buttons it offers, the first
 * being the one that is advised.
 *
 * Thread: main (immutable)
 */
typedef struct {
  const char       *icon;
  const char       *style;         /* see envoi_words_get_state_style() */
  char             *title;
  char             *body;          /* nullable */
  char             *quote;         /* nullable: the server's own words */
  gboolean          has_progress;
  EnvoiStateButton  buttons[ENVOI_STATE_MAX_BUTTONS];
  guint             n_buttons;
} EnvoiStateWords;

/* What the record does not tell of a letter's way. */
typedef struct {
  double    progress;        /* 0..1; -1 = not sending */
  gboolean  is_handed_over;  /* too late to cancel */
  gboolean  can_compress;    /* an archive may make the letter small enough */
  gint64    held_until;      /* by its account's pace, microseconds; past = not held */
} EnvoiStateFacts;

/* @problem: nullable, from envoi_problem_new_for_letter(). @now: microseconds since the epoch. */
EnvoiStateWords *envoi_state_words_new  (const EnvoiLetterRecord *letter,
                                         const EnvoiProblem      *problem,
                                         const EnvoiStateFacts   *way,
                                         gint64                   now);
void             envoi_state_words_free (EnvoiStateWords         *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EnvoiStateWords, envoi_state_words_free)

G_END_DECLS
