/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-ui"

#include "config.h"

#include "envoi-fit-layout.h"

#define SPACING 2

/**
 * EnvoiFitLayout:
 *
 * A line of buttons that never scrolls and never asks for more room than its
 * last child needs.
 *
 * Thread: main
 */
struct _EnvoiFitLayout {
  GtkLayoutManager parent_instance;

  GtkWidget *first_left;   /* borrowed: a child of the widget that is laid out */
};

G_DEFINE_FINAL_TYPE (EnvoiFitLayout, envoi_fit_layout, GTK_TYPE_LAYOUT_MANAGER)

enum {
  CHANGED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

static int
get_width (GtkWidget *child)
{
  int natural = 0;

  if (gtk_widget_should_layout (child) || !gtk_widget_get_child_visible (child))
    gtk_widget_measure (child, GTK_ORIENTATION_HORIZONTAL, -1, NULL, &natural, NULL, NULL);

  return natural;
}

static void
measure_width (GtkWidget *widget,
               int       *minimum,
               int       *natural)
{
  *natural = -SPACING;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child;
       child = gtk_widget_get_next_sibling (child)) {
    *minimum = get_width (child);
    *natural += *minimum + SPACING;
  }
}

static void
envoi_fit_layout_measure (GtkLayoutManager *manager,
                          GtkWidget        *widget,
                          GtkOrientation    orientation,
                          int               for_size,
                          int              *minimum,
                          int              *natural,
                          int              *minimum_baseline,
                          int              *natural_baseline)
{
  *minimum = *natural = 0;
  if (orientation == GTK_ORIENTATION_HORIZONTAL) {
    measure_width (widget, minimum, natural);
    return;
  }

  for (GtkWidget *child = gtk_widget_get_first_child (widget); child;
       child = gtk_widget_get_next_sibling (child)) {
    int height;

    gtk_widget_measure (child, orientation, -1, NULL, &height, NULL, NULL);
    *minimum = *natural = MAX (*natural, height);
  }
}

static void
place (GtkWidget *widget,
       GtkWidget *child,
       int        x,
       int        width,
       int        height)
{
  gboolean is_mirrored = gtk_widget_get_direction (widget) == GTK_TEXT_DIR_RTL;
  GtkAllocation allocation = { x, 0, width, height };

  if (is_mirrored)
    allocation.x = gtk_widget_get_width (widget) - x - width;
  gtk_widget_size_allocate (child, &allocation, -1);
}

/* A line at the end of what is shown parts nothing. */
static gboolean
is_idle_separator (GtkWidget *child,
                   GtkWidget *first_left)
{
  return GTK_IS_SEPARATOR (child) && gtk_widget_get_next_sibling (child) == first_left;
}

static GtkWidget *
find_first_left (GtkWidget *widget,
                 int        room)
{
  GtkWidget *last = gtk_widget_get_last_child (widget);
  int x = 0;

  room -= get_width (last);
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != last;
       child = gtk_widget_get_next_sibling (child)) {
    x += get_width (child) + SPACING;
    if (x > room)
      return child;
  }

  return NULL;
}

static void
envoi_fit_layout_allocate (GtkLayoutManager *manager,
                           GtkWidget        *widget,
                           int               width,
                           int               height,
                           int               baseline)
{
  EnvoiFitLayout *self = ENVOI_FIT_LAYOUT (manager);
  GtkWidget *first_left = find_first_left (widget, width);
  GtkWidget *last = gtk_widget_get_last_child (widget);
  gboolean is_left = FALSE;
  int x = 0;

  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != last;
       child = gtk_widget_get_next_sibling (child)) {
    int child_width = get_width (child);

    is_left = is_left || child == first_left;
    gtk_widget_set_child_visible (child, !is_left && !is_idle_separator (child, first_left));
    if (gtk_widget_get_child_visible (child))
      place (widget, child, x, child_width, height);
    x += child_width + SPACING;
  }
  place (widget, last, width - get_width (last), get_width (last), height);

  if (first_left != self->first_left) {
    self->first_left = first_left;
    g_signal_emit (self, signals[CHANGED], 0);
  }
}

static void
envoi_fit_layout_class_init (EnvoiFitLayoutClass *klass)
{
  GtkLayoutManagerClass *layout_class = GTK_LAYOUT_MANAGER_CLASS (klass);

  layout_class->measure = envoi_fit_layout_measure;
  layout_class->allocate = envoi_fit_layout_allocate;

  signals[CHANGED] = g_signal_new ("changed", ENVOI_TYPE_FIT_LAYOUT, G_SIGNAL_RUN_LAST, 0, NULL,
                                   NULL, NULL, G_TYPE_NONE, 0);
}

static void
envoi_fit_layout_init (EnvoiFitLayout *self)
{
}

GtkWidget *
envoi_fit_layout_get_first_left (EnvoiFitLayout *self)
{
  g_return_val_if_fail (ENVOI_IS_FIT_LAYOUT (self), NULL);

  return self->first_left;
}
