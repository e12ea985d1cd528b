/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "envoi-letter.h"

G_BEGIN_DECLS

EnvoiLetter *envoi_letter_new          (EnvoiLetterRecord *record);
void         envoi_letter_take_record  (EnvoiLetter       *self,
                                        EnvoiLetterRecord *record);
void         envoi_letter_set_progress (EnvoiLetter       *self,
                                        double             progress);

G_END_DECLS
