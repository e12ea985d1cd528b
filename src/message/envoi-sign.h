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
/* Whether two signatures say the same, whatever their spaces. */
gboolean  envoi_sign_is_same     (const char *a,
                                  const char *b);
/* The letter's words before the signature; nothing there was written by hand. (transfer full) */
char     *envoi_sign_dup_before  (const char *text);

G_END_DECLS
