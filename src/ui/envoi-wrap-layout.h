/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define ENVOI_TYPE_WRAP_LAYOUT (envoi_wrap_layout_get_type ())

/* Children in lines, like words in a paragraph; a child that expands takes the
 * rest of its line. Thread: main */
G_DECLARE_FINAL_TYPE (EnvoiWrapLayout, envoi_wrap_layout, ENVOI, WRAP_LAYOUT, GtkLayoutManager)

GtkLayoutManager *envoi_wrap_layout_new (void);

G_END_DECLS
