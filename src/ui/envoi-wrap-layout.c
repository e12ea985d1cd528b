/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-ui"

#include "config.h"

#include "envoi-wrap-layout.h"

#define SPACING 6

/**
 * EnvoiWrapLayout:
 *
 * Lays out chips: as many on a line as fit, each as wide as it wants to be.
 * GtkFlowBox keeps columns, which looks wrong for words of different length.
 *
 * Thread: main
 */
struct _EnvoiWrapLayout {
  GtkLayoutManager parent_instance;
};

G_DEFINE_FINAL_TYPE (EnvoiWrapLayout, envoi_wrap_layout, GTK_TYPE_LAYOUT_MANAGER)

typedef struct {
  GtkWidget *first;    /* of the line; visible */
  GtkWidget *end;      /* the first child after the line, nullable */
  int width;           /* without what an expanding child gets on top */
  int height;
} Line;

static GtkWidget *
skip_hidden (GtkWidget *child)
{
  while (child && !gtk_widget_should_layout (child))
    child = gtk_widget_get_next_sibling (child);

  return child;
}

static int
get_width (GtkWidget *child,
           int        available)
{
  int minimum, natural;

  gtk_widget_measure (child, GTK_ORIENTATION_HORIZONTAL, -1, &minimum, &natural, NULL, NULL);

  return MAX (minimum, MIN (natural, available));
}

static int
get_height (GtkWidget *child,
            int        width)
{
  int minimum, natural;

  gtk_widget_measure (child, GTK_ORIENTATION_VERTICAL, width, &minimum, &natural, NULL, NULL);
  return natural;
}

static gboolean
next_line (GtkWidget *start,
           int        available,
           Line      *line)
{
  GtkWidget *child = skip_hidden (start);

  *line = (Line) { .first = child };
  if (!child)
    return FALSE;

  for (; child; child = skip_hidden (gtk_widget_get_next_sibling (child))) {
    int width = get_width (child, available);
    int wanted = line->width + (line->width > 0 ? SPACING : 0) + width;

    if (child != line->first && wanted > available)
      break;

    line->width = wanted;
    line->height = MAX (line->height, get_height (child, width));
  }

  line->end = child;
  return TRUE;
}

static void
measure_width (GtkWidget *widget,
               int       *minimum,
               int       *natural)
{
  GtkWidget *child = gtk_widget_get_first_child (widget);

  for (child = skip_hidden (child); child;
       child = skip_hidden (gtk_widget_get_next_sibling (child))) {
    int child_minimum, child_natural;

    gtk_widget_measure (child, GTK_ORIENTATION_HORIZONTAL, -1, &child_minimum, &child_natural,
                        NULL, NULL);
    *minimum = MAX (*minimum, child_minimum);
    *natural += child_natural + (*natural > 0 ? SPACING : 0);
  }
}

static int
measure_height (GtkWidget *widget,
                int        width)
{
  GtkWidget *start = gtk_widget_get_first_child (widget);
  int height = 0;
  Line line;

  while (next_line (start, width < 0 ? G_MAXINT / 2 : width, &line)) {
    height += line.height + (height > 0 ? SPACING : 0);
    start = line.end;
  }

  return height;
}

static GtkSizeRequestMode
envoi_wrap_layout_get_request_mode (GtkLayoutManager *manager,
                                    GtkWidget        *widget)
{
  return GTK_SIZE_REQUEST_HEIGHT_FOR_WIDTH;
}

static void
envoi_wrap_layout_measure (GtkLayoutManager *manager,
                           GtkWidget        *widget,
                           GtkOrientation    orientation,
                           int               for_size,
                           int              *minimum,
                           int              *natural,
                           int              *minimum_baseline,
                           int              *natural_baseline)
{
  *minimum = *natural = 0;
  if (orientation == GTK_ORIENTATION_HORIZONTAL)
    measure_width (widget, minimum, natural);
  else
    *minimum = *natural = measure_height (widget, for_size);
}

static void
allocate_line (GtkWidget  *widget,
               const Line *line,
               int         width,
               int         y)
{
  gboolean is_rtl = gtk_widget_get_direction (widget) == GTK_TEXT_DIR_RTL;
  int spare = MAX (0, width - line->width);
  int x = 0;

  for (GtkWidget *child = line->first; child != line->end;
       child = skip_hidden (gtk_widget_get_next_sibling (child))) {
    GtkAllocation allocation = { .y = y, .height = line->height };

    allocation.width = get_width (child, width);
    if (gtk_widget_get_hexpand (child)) {
      allocation.width += spare;
      spare = 0;
    }

    allocation.x = is_rtl ? width - x - allocation.width : x;
    gtk_widget_size_allocate (child, &allocation, -1);
    x += allocation.width + SPACING;
  }
}

/* A popover has a surface of its own, which follows its parent only when told. */
static void
place_popovers (GtkWidget *widget)
{
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child;
       child = gtk_widget_get_next_sibling (child)) {
    if (GTK_IS_POPOVER (child))
      gtk_popover_present (GTK_POPOVER (child));
  }
}

static void
envoi_wrap_layout_allocate (GtkLayoutManager *manager,
                            GtkWidget        *widget,
                            int               width,
                            int               height,
                            int               baseline)
{
  GtkWidget *start = gtk_widget_get_first_child (widget);
  int y = 0;
  Line line;

  while (next_line (start, width, &line)) {
    allocate_line (widget, &line, width, y);
    y += line.height + SPACING;
    start = line.end;
  }

  place_popovers (widget);
}

static void
envoi_wrap_layout_class_init (EnvoiWrapLayoutClass *klass)
{
  GtkLayoutManagerClass *layout_class = GTK_LAYOUT_MANAGER_CLASS (klass);

  layout_class->get_request_mode = envoi_wrap_layout_get_request_mode;
  layout_class->measure = envoi_wrap_layout_measure;
  layout_class->allocate = envoi_wrap_layout_allocate;
}

static void
envoi_wrap_layout_init (EnvoiWrapLayout *self)
{
}

GtkLayoutManager *
envoi_wrap_layout_new (void)
{
  return g_object_new (ENVOI_TYPE_WRAP_LAYOUT, NULL);
}
