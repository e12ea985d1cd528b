/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "envoi-answer.h"

G_BEGIN_DECLS

/* What stands below the answer: the original with the line that says whose words
 * they are (a reply), or with its head (forwarded). Pure, in the program's language. */
char *envoi_quote_text (EnvoiAnswerKind      kind,
                        const EnvoiOriginal *original);
char *envoi_quote_html (EnvoiAnswerKind      kind,
                        const EnvoiOriginal *original);

G_END_DECLS
