/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define ENVOI_TYPE_GROW_LAYOUT (envoi_grow_layout_get_type ())

/* For the parent of one GtkScrolledWindow: as high as what is in that needs to be for the
 * width it is given, at most its "max-content-height". Thread: main */
G_DECLARE_FINAL_TYPE (EnvoiGrowLayout, envoi_grow_layout, ENVOI, GROW_LAYOUT, GtkLayoutManager)

G_END_DECLS
