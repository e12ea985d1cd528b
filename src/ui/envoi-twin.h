/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "envoi-draft.h"

G_BEGIN_DECLS

/* The plain text version of a formatted letter: made from it, or written by hand,
 * and then it stays until somebody lets it follow again. Thread: main */

gboolean envoi_twin_is_by_hand (EnvoiDraft *draft);
/* Whether the letter would make another text now than when it was written by hand. */
gboolean envoi_twin_is_stale   (EnvoiDraft *draft);
/* (transfer full) */
char    *envoi_twin_dup_text   (EnvoiDraft *draft);
void     envoi_twin_write      (EnvoiDraft *draft,
                                const char *text);
void     envoi_twin_follow     (EnvoiDraft *draft);

G_END_DECLS
