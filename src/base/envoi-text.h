/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

char     *envoi_text_decode_foreign (const char *bytes,
                                     gsize       length,
                                     gsize       max_chars);
gboolean  envoi_text_is_one_line    (const char *text);
char     *envoi_text_find_word      (const char *text,
                                     const char *word,
                                     gsize      *length);
char     *envoi_text_make_excerpt   (const char *text,
                                     const char *word,
                                     gsize       max_chars);
gunichar  envoi_text_fold_width     (gunichar    c);
char     *envoi_text_dup_folded     (const char *text);

G_END_DECLS
