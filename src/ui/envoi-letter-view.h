/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>
#include "envoi-service.h"

G_BEGIN_DECLS

#define ENVOI_TYPE_LETTER_VIEW (envoi_letter_view_get_type ())

/* One letter: state card, recipients, the letter as approved, technical details.
 * Its buttons are the window's "letter" actions. Signal "problem" (const char *sentence). */
G_DECLARE_FINAL_TYPE (EnvoiLetterView, envoi_letter_view, ENVOI, LETTER_VIEW, AdwBin)

void envoi_letter_view_set_service (EnvoiLetterView *self,
                                    EnvoiService    *service);
void envoi_letter_view_set_letter  (EnvoiLetterView *self,
                                    EnvoiLetter     *letter);

G_END_DECLS
