/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "envoi-address.h"
#include "envoi-draft.h"

G_BEGIN_DECLS

/* Places in a letter that are filled for its recipient: {{name}} 姓名, {{first name}} 名,
 * {{last name}} 姓, {{email}} 邮箱, {{date}} 日期. Their names have no case; any other is left
 * as it is. @recipient: nullable. @now: the day the letter goes. */

/* Fills subject and texts; what cannot be filled stays. Thread: main */
void  envoi_placeholder_fill_draft (EnvoiDraft         *draft,
                                    const EnvoiAddress *recipient,
                                    GDateTime          *now);
/* The letter as it goes to the one person in To, or to several whom no name fits: @draft itself
 * when there is nothing to fill, else a copy. (transfer full) Thread: main */
EnvoiDraft *envoi_placeholder_dup_filled (EnvoiDraft   *draft,
                                          GDateTime    *now);
/* What would stay open, each once, with its braces. (transfer full) Thread: main */
GStrv envoi_placeholder_list_open  (EnvoiDraft         *draft,
                                    const EnvoiAddress *recipient,
                                    GDateTime          *now);
/* Whether there is any. Thread: main */
gboolean envoi_placeholder_is_used (EnvoiDraft         *draft);

G_END_DECLS
