/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Gives @button a menu whose popover is made when it is first asked for: a window with many menus
 * is there sooner. Thread: main */
void envoi_late_menu_attach (GtkMenuButton *button,
                             GMenuModel    *model);

G_END_DECLS
