/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>
#include "envoi-letter.h"

G_BEGIN_DECLS

#define ENVOI_TYPE_LETTER_CELL (envoi_letter_cell_get_type ())

/* A letter's place in a list view, which makes the row when it comes into view. */
G_DECLARE_FINAL_TYPE (EnvoiLetterCell, envoi_letter_cell, ENVOI, LETTER_CELL, GtkWidget)

GtkWidget *envoi_letter_cell_new        (void);
/* In a search @words are what was looked for, and @excerpt is of the text. All nullable. */
void       envoi_letter_cell_set_letter (EnvoiLetterCell *self,
                                         EnvoiLetter     *letter,
                                         const char      *words,
                                         const char      *excerpt);

G_END_DECLS
