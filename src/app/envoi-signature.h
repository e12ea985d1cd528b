/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "envoi-identity.h"

G_BEGIN_DECLS

/* Gives @identity the signature @html, sanitised, and its plain twin; what shows nothing
 * is none. Errors: UNSAFE_HTML */
gboolean envoi_signature_set      (EnvoiIdentity  *identity,
                                   const char     *html,
                                   GError        **error);
/* Fit to be put into a letter, "" for none, whatever stands in the file. (transfer full) */
char    *envoi_signature_dup_html (EnvoiIdentity  *identity);

G_END_DECLS
