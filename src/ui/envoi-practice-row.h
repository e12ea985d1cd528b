/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>
#include "envoi-practice-item.h"

G_BEGIN_DECLS

#define ENVOI_TYPE_PRACTICE_ROW (envoi_practice_row_get_type ())

G_DECLARE_FINAL_TYPE (EnvoiPracticeRow, envoi_practice_row, ENVOI, PRACTICE_ROW, AdwBin)

void envoi_practice_row_set_item (EnvoiPracticeRow  *self,
                                  EnvoiPracticeItem *item);

G_END_DECLS
