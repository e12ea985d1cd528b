/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define ENVOI_TYPE_FIT_LAYOUT (envoi_fit_layout_get_type ())

/* Children in one line as far as they fit, and the last one always: it offers
 * what the others had to leave. Signal "changed": other children fit now.
 * Thread: main */
G_DECLARE_FINAL_TYPE (EnvoiFitLayout, envoi_fit_layout, ENVOI, FIT_LAYOUT, GtkLayoutManager)

/* The first child that is not shown; NULL when all are. */
GtkWidget *envoi_fit_layout_get_first_left (EnvoiFitLayout *self);

G_END_DECLS
