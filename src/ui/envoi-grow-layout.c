/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-ui"

#include "config.h"

#include "envoi-grow-layout.h"

/**
 * EnvoiGrowLayout:
 *
 * A scrolled window alone asks for the height that its content has in one endless
 * line; words have as many lines as the width makes of them.
 *
 * Thread: main
 */
struct _EnvoiGrowLayout {
  GtkLayoutManager parent_instance;
};

G_DEFINE_FINAL_TYPE (EnvoiGrowLayout, envoi_grow_layout, GTK_TYPE_LAYOUT_MANAGER)

static GtkWidget *
get_content (GtkScrolledWindow *view)
{
  GtkWidget *child = gtk_scrolled_window_get_child (view);

  /* A scrolled window puts one between itself and what cannot scroll. */
  return GTK_IS_VIEWPORT (child) ? gtk_viewport_get_child (GTK_VIEWPORT (child)) : child;
}

static GtkSizeRequestMode
envoi_grow_layout_get_request_mode (GtkLayoutManager *manager,
                                    GtkWidget        *widget)
{
  return GTK_SIZE_REQUEST_HEIGHT_FOR_WIDTH;
}

static void
envoi_grow_layout_measure (GtkLayoutManager *manager,
                           GtkWidget        *widget,
                           GtkOrientation    orientation,
                           int               for_size,
                           int              *minimum,
                           int              *natural,
                           int              *minimum_baseline,
                           int              *natural_baseline)
{
  GtkScrolledWindow *view = GTK_SCROLLED_WINDOW (gtk_widget_get_first_child (widget));
  int most = gtk_scrolled_window_get_max_content_height (view);

  if (orientation == GTK_ORIENTATION_HORIZONTAL) {
    gtk_widget_measure (GTK_WIDGET (view), orientation, -1, minimum, natural, NULL, NULL);
    return;
  }

  gtk_widget_measure (get_content (view), orientation, for_size, NULL, natural, NULL, NULL);
  *minimum = *natural = MIN (*natural, most);
}

static void
envoi_grow_layout_allocate (GtkLayoutManager *manager,
                            GtkWidget        *widget,
                            int               width,
                            int               height,
                            int               baseline)
{
  gtk_widget_allocate (gtk_widget_get_first_child (widget), width, height, -1, NULL);
}

static void
envoi_grow_layout_class_init (EnvoiGrowLayoutClass *klass)
{
  GtkLayoutManagerClass *layout_class = GTK_LAYOUT_MANAGER_CLASS (klass);

  layout_class->get_request_mode = envoi_grow_layout_get_request_mode;
  layout_class->measure = envoi_grow_layout_measure;
  layout_class->allocate = envoi_grow_layout_allocate;
}

static void
envoi_grow_layout_init (EnvoiGrowLayout *self)
{
}
