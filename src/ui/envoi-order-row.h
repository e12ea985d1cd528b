/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

#define ENVOI_TYPE_ORDER_ROW (envoi_order_row_get_type ())

/* A row that leads somewhere, with a menu for its place among the others and for being the one that
 * new letters are from. Signals "preferred", "moved" (int: -1 = up, 1 = down). Its actions are
 * enabled by set_place(): "order.prefer", "order.up", "order.down". Thread: main */
G_DECLARE_DERIVABLE_TYPE (EnvoiOrderRow, envoi_order_row, ENVOI, ORDER_ROW, AdwActionRow)

struct _EnvoiOrderRowClass {
  AdwActionRowClass parent_class;
};

GtkWidget *envoi_order_row_new       (void);
/* Whether it leads nowhere and has no place to choose. */
void       envoi_order_row_set_fixed (EnvoiOrderRow *self,
                                      gboolean       is_fixed);
/* @position: its own; outside of @first to @last it may not move. */
void       envoi_order_row_set_place (EnvoiOrderRow *self,
                                      guint          position,
                                      guint          first,
                                      guint          last,
                                      gboolean       is_preferred);

G_END_DECLS
