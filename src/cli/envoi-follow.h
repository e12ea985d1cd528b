/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "envoi-cli.h"

G_BEGIN_DECLS

typedef enum {
  ENVOI_FOLLOW_ONE = 0,
  ENVOI_FOLLOW_LIST = 1 << 0,    /* JSON is an array */
  ENVOI_FOLLOW_QUIET = 1 << 1,   /* say something only of what is not sent */
  ENVOI_FOLLOW_AFTER_BAD_INPUT = 1 << 2,   /* whatever becomes of them, the run ends with BAD_INPUT */
  ENVOI_FOLLOW_LINES = 1 << 3,   /* JSON is an object a line */
} EnvoiFollowFlags;

/* Follows letters, whoever sends them, until each is at a final state, is held
 * for later, or has its next try scheduled; prints them, and finishes the run. */
void envoi_follow_and_finish (EnvoiCli           *cli,
                              const char *const  *letter_ids,
                              EnvoiFollowFlags    flags);
/* Prints what they are now, and finishes the run. */
void envoi_show_and_finish   (EnvoiCli           *cli,
                              const char *const  *letter_ids,
                              EnvoiFollowFlags    flags);

G_END_DECLS
