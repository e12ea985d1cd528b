/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>
#include "envoi-practice-item.h"
#include "envoi-service.h"

G_BEGIN_DECLS

#define ENVOI_TYPE_PRACTICE_LIST (envoi_practice_list_get_type ())

/* What the practice account has received. Property "one-click"
 * (a click opens, as a narrow window needs). Signals: "chosen" (nullable EnvoiPracticeItem),
 * "activated" (EnvoiPracticeItem). */
G_DECLARE_FINAL_TYPE (EnvoiPracticeList, envoi_practice_list, ENVOI, PRACTICE_LIST, AdwBin)

void envoi_practice_list_set_service (EnvoiPracticeList *self,
                                      EnvoiService      *service);
void envoi_practice_list_unselect    (EnvoiPracticeList *self);

G_END_DECLS
