/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

void envoi_about_show           (GtkWindow *parent);
void envoi_about_show_shortcuts (GtkWindow *parent);

G_END_DECLS
