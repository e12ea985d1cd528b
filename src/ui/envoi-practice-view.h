/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>
#include "envoi-practice-item.h"

G_BEGIN_DECLS

#define ENVOI_TYPE_PRACTICE_VIEW (envoi_practice_view_get_type ())

/* One received letter as its reader would have it. Signal "problem" (const char *sentence). */
G_DECLARE_FINAL_TYPE (EnvoiPracticeView, envoi_practice_view, ENVOI, PRACTICE_VIEW, AdwBin)

void envoi_practice_view_set_item (EnvoiPracticeView *self,
                                   EnvoiPracticeItem *item);

G_END_DECLS
