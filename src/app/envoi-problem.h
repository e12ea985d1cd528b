/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib-object.h>
#include "envoi-certificate-facts.h"
#include "envoi-letter-record.h"

G_BEGIN_DECLS

typedef enum {
  ENVOI_PROBLEM_ACTION_NONE,
  ENVOI_PROBLEM_ACTION_RETRY,           /* Try Again */
  ENVOI_PROBLEM_ACTION_SIGN_IN,         /* ask for the secret or sign in again */
  ENVOI_PROBLEM_ACTION_EDIT_ACCOUNT,    /* open the account's settings */
  ENVOI_PROBLEM_ACTION_EDIT_LETTER,     /* back to the composer */
  ENVOI_PROBLEM_ACTION_COMPRESS,        /* back to the composer, its attachments in an archive */
  ENVOI_PROBLEM_ACTION_FIX_RECIPIENTS,  /* fix the refused and send to these */
  ENVOI_PROBLEM_ACTION_SEND_IN_PARTS,   /* the same letter, to some of its recipients at a time */
  ENVOI_PROBLEM_ACTION_OPEN_PAGE,       /* @url: the provider's help page, never from a reply */
  ENVOI_PROBLEM_ACTION_WAIT,            /* nothing to do; tried again at ... */
  ENVOI_PROBLEM_ACTION_DECIDE,          /* It Arrived / Send Again */
} EnvoiProblemAction;

/**
 * EnvoiProblem:
 *
 * An error in a person's words, in the language of the session.
 *
 * Thread: main (immutable)
 */
typedef struct {
  char               *title;         /* one short sentence: what happened */
  char               *body;          /* who must act and how */
  EnvoiProblemAction  action;
  char               *action_label;  /* nullable: the button */
  char               *url;           /* nullable, for OPEN_PAGE */
  char               *details;       /* nullable: the server's words, safe to show */
  gboolean            is_technical;  /* @details are the engine's own: no quotation */
  EnvoiCertificateFacts *certificate; /* nullable: the one that was refused */
} EnvoiProblem;

#define ENVOI_TYPE_PROBLEM (envoi_problem_get_type ())

GType         envoi_problem_get_type    (void) G_GNUC_CONST;
EnvoiProblem *envoi_problem_new         (const GError            *error);
/* NULL when the letter has no problem. @host: the account's server, for provider rules. */
EnvoiProblem *envoi_problem_new_for_letter (const EnvoiLetterRecord *letter,
                                         const char              *host);
/* What is said where nothing but the kind of the error was kept: no details. NULL without
 * @domain. */
EnvoiProblem *envoi_problem_new_for_code (const char              *domain,
                                         int                      code);
EnvoiProblem *envoi_problem_copy        (const EnvoiProblem      *self);
void          envoi_problem_free        (EnvoiProblem            *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EnvoiProblem, envoi_problem_free)

G_END_DECLS
