/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "envoi-draft.h"

G_BEGIN_DECLS

/* The signature as it stands in a letter: a block with a mark of ours, after the
 * delimiter of RFC 3676 section 4.3. "" for none. (transfer full) */
char     *envoi_sign_format_html (const char *signature);
char     *envoi_sign_format_text (const char *signature);
/* Signs a draft that nothing was written into yet: below the place for the answer,
 * above what is quoted. A draft that has a signature keeps it. */
void      envoi_sign_draft       (EnvoiDraft *draft,
                                  const char *signature_html,
                                  const char *signature_text);
/* Where the block stands in HTML; FALSE when there is none. In octets. */
gboolean  envoi_sign_find         (const char *html,
                                   gsize      *start,
                                   gsize      *length);
/* Where it would stand: before what is quoted, else at the end. In octets. */
gsize     envoi_sign_find_place   (const char *html);
/* Whether two signatures say the same, whatever their spaces. */
gboolean  envoi_sign_is_same     (const char *a,
                                  const char *b);
/* The letter's words before the signature; nothing there was written by hand. (transfer full) */
char     *envoi_sign_dup_before  (const char *text);

G_END_DECLS
