/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Words in a text view: all of them are marked, one is selected. Thread: main */

/* Marks every place and selects the first one behind the caret. Returns how many
 * there are; @position: which one is selected, from 1. */
guint envoi_text_finder_search (GtkTextView   *view,
                                const char    *words,
                                guint         *position);
/* Selects the next or the one before, round the end. Returns which one it is. */
guint envoi_text_finder_go     (GtkTextView   *view,
                                const char    *words,
                                gboolean       is_back);
/* Takes the marks away. */
void  envoi_text_finder_clear  (GtkTextBuffer *buffer);

G_END_DECLS
