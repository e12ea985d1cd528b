/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>
#include "envoi-letter.h"

G_BEGIN_DECLS

#define ENVOI_TYPE_LETTER_ROW (envoi_letter_row_get_type ())

G_DECLARE_FINAL_TYPE (EnvoiLetterRow, envoi_letter_row, ENVOI, LETTER_ROW, GtkWidget)

void envoi_letter_row_set_letter (EnvoiLetterRow *self,
                                  EnvoiLetter    *letter);
/* In a search: what was looked for is marked, and @excerpt of the text shown. Both nullable. */
void envoi_letter_row_set_match  (EnvoiLetterRow *self,
                                  const char     *words,
                                  const char     *excerpt);

G_END_DECLS
