/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* @from itself or the first widget inside it that is a @type; NULL when there is none. */
GtkWidget *widget_find (GtkWidget *from,
                        GType      type);
/* Whether some spinner inside it turns; out of sight it would wake the program all the same. */
gboolean   widget_spins (GtkWidget *from);

G_END_DECLS
