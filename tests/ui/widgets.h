/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* @from itself or the first widget inside it that is a @type; NULL when there is none. */
GtkWidget *widget_find (GtkWidget *from,
                        GType      type);
/* Whether a label that is shown inside it has these words. */
gboolean   widget_says (GtkWidget  *from,
                        const char *words);
/* Runs the main context until it says them. */
void       widget_wait_for_words (GtkWidget  *from,
                                  const char *words);
/* Clicks the first button with this label, mnemonic and all, that is shown inside it.
 * FALSE when there is none. */
gboolean   widget_press (GtkWidget  *from,
                         const char *label);
/* Whether some spinner inside it turns; out of sight it would wake the program all the same. */
gboolean   widget_spins (GtkWidget *from);

G_END_DECLS
