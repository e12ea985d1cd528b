/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-ui"

#include "config.h"

#include "envoi-order-row.h"

/**
 * EnvoiOrderRow:
 *
 * A row of a list whose order the person chooses: by a menu, or with Alt and
 * the arrow keys.
 *
 * Thread: main
 */
typedef struct {
  GtkWidget *arrow;
  GtkWidget *menu_button;
} EnvoiOrderRowPrivate;

enum {
  SIGNAL_PREFERRED,
  SIGNAL_MOVED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

G_DEFINE_TYPE_WITH_PRIVATE (EnvoiOrderRow, envoi_order_row, ADW_TYPE_ACTION_ROW)

static void
prefer_action (GtkWidget  *widget,
               const char *action_name,
               GVariant   *parameter)
{
  g_signal_emit (widget, signals[SIGNAL_PREFERRED], 0);
}

static void
move_action (GtkWidget  *widget,
             const char *action_name,
             GVariant   *parameter)
{
  g_signal_emit (widget, signals[SIGNAL_MOVED], 0, g_str_equal (action_name, "order.up") ? -1 : 1);
}

static void
envoi_order_row_class_init (EnvoiOrderRowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  signals[SIGNAL_PREFERRED] = g_signal_new ("preferred", G_TYPE_FROM_CLASS (klass),
                                            G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                            G_TYPE_NONE, 0);
  signals[SIGNAL_MOVED] = g_signal_new ("moved", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                                        NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_INT);
  gtk_widget_class_install_action (widget_class, "order.prefer", NULL, prefer_action);
  gtk_widget_class_install_action (widget_class, "order.up", NULL, move_action);
  gtk_widget_class_install_action (widget_class, "order.down", NULL, move_action);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Up, GDK_ALT_MASK, "order.up", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Down, GDK_ALT_MASK, "order.down",
                                       NULL);
  gtk_widget_class_set_template_from_resource (
    widget_class, "/io/github/envoi_mail/Envoi/envoi-order-row.ui");
  gtk_widget_class_bind_template_child_private (widget_class, EnvoiOrderRow, arrow);
  gtk_widget_class_bind_template_child_private (widget_class, EnvoiOrderRow, menu_button);
}

static void
envoi_order_row_init (EnvoiOrderRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

GtkWidget *
envoi_order_row_new (void)
{
  return g_object_new (ENVOI_TYPE_ORDER_ROW, NULL);
}

void
envoi_order_row_set_fixed (EnvoiOrderRow *self,
                           gboolean       is_fixed)
{
  EnvoiOrderRowPrivate *priv = envoi_order_row_get_instance_private (self);

  g_return_if_fail (ENVOI_IS_ORDER_ROW (self));

  gtk_widget_set_visible (priv->arrow, !is_fixed);
  gtk_widget_set_visible (priv->menu_button, !is_fixed);
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (self), !is_fixed);
}

void
envoi_order_row_set_place (EnvoiOrderRow *self,
                           guint          position,
                           guint          first,
                           guint          last,
                           gboolean       is_preferred)
{
  GtkWidget *widget = GTK_WIDGET (self);

  g_return_if_fail (ENVOI_IS_ORDER_ROW (self));

  gtk_widget_action_set_enabled (widget, "order.up", position > first && position <= last);
  gtk_widget_action_set_enabled (widget, "order.down", position >= first && position < last);
  gtk_widget_action_set_enabled (widget, "order.prefer", !is_preferred);
}
