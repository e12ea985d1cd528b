/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

#define ENVOI_TYPE_TABLE_GRID (envoi_table_grid_get_type ())

/* Asks for the size of a table by showing it: with the pointer or the arrow keys.
 * Signal "chosen" (int rows, int columns). Thread: main */
G_DECLARE_FINAL_TYPE (EnvoiTableGrid, envoi_table_grid, ENVOI, TABLE_GRID, AdwBin)

GtkWidget *envoi_table_grid_new (void);

G_END_DECLS
