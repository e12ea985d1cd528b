/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "envoi-draft.h"

G_BEGIN_DECLS

/* Fills @draft from a mailto: URI (RFC 6068): to, cc, bcc, subject, body and in-reply-to.
 * Whatever else it asks for, files above all, is left out: the page that made the
 * link is not the person. FALSE when @uri is no mailto: URI; the draft is then untouched. */
gboolean envoi_mailto_apply (const char *uri,
                             EnvoiDraft *draft);
/* The name of the first file that the link wants to be attached, without its folders; whether
 * it is, the person decides. (nullable, transfer full) */
char    *envoi_mailto_dup_wanted_file (const char *uri);

G_END_DECLS
