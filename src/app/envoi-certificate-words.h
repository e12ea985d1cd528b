/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "envoi-certificate-facts.h"

G_BEGIN_DECLS

/* A certificate in a person's words, in the language of the session. Thread: main */

/* Everything that is wrong, then what to do. @now: for what the clock says. */
char *envoi_certificate_words_format_body    (const EnvoiCertificateFacts *facts,
                                              GDateTime                   *now);
/* Four lines: for whom, by whom, from when until when, the key. */
char *envoi_certificate_words_format_details (const EnvoiCertificateFacts *facts);
/* "1A2B 3C4D …": the fingerprint in groups that an eye can follow, 64 digits.
 * @key: "sha256:" and 64 digits */
char *envoi_certificate_words_format_key     (const char                  *key);

G_END_DECLS
