/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>
#include <sqlite3.h>

G_BEGIN_DECLS

/* The single characters and pairs of neighbours in a text, as words of the index
 * letter_grams: what is too short for steps of three is found by these. */

char    *envoi_letter_grams_make      (const char *const *texts);
char    *envoi_letter_grams_make_word (const char        *word);
/* The SQL functions grams (text, ...) and holds (words, text, ...). */
gboolean envoi_letter_grams_register  (sqlite3           *sqlite);

G_END_DECLS
