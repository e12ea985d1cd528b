/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <pango/pango.h>

G_BEGIN_DECLS

/* Makes every place of each of @words (nullable) in @text bold and underlined, so that
 * it is not told by colour alone. (transfer full) (nullable): NULL when there is none.
 * Pure. Thread: any */
PangoAttrList *envoi_highlight_make_attributes (const char *text,
                                                const char *words);

G_END_DECLS
