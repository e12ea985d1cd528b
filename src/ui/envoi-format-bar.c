/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-ui"

#include "config.h"

#include "envoi-format-bar.h"

#include <glib/gi18n.h>

#define SWATCH_SIZE 20
#define SWATCH_COLUMNS 5

/**
 * EnvoiFormatBar:
 *
 * The bar under the letter. It knows the names of actions and nothing else:
 * toggles follow the caret because the actions' states do. Too narrow a window
 * lets it scroll.
 *
 * Thread: main
 */
struct _EnvoiFormatBar {
  AdwBin parent_instance;

  GtkScrolledWindow *scroller;
  GtkMenuButton     *color_button;
  GtkMenuButton     *highlight_button;
  GtkMenuButton     *table_button;
  GtkSpinButton     *rows;
  GtkSpinButton     *columns;
};

G_DEFINE_FINAL_TYPE (EnvoiFormatBar, envoi_format_bar, ADW_TYPE_BIN)

enum {
  EMOJI,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

typedef struct {
  const char *value;
  const char *name;
} Color;

static const Color text_colors[] = {
  { "#000000", N_("Automatic") },
  { "#5e5c64", N_("Gray") },
  { "#a51d2d", N_("Dark red") },
  { "#e01b24", N_("Red") },
  { "#c64600", N_("Orange") },
  { "#865e3c", N_("Brown") },
  { "#26a269", N_("Green") },
  { "#1a5fb4", N_("Blue") },
  { "#613583", N_("Purple") },
  { "#c061cb", N_("Pink") },
};

static const Color highlights[] = {
  { "transparent", N_("None") },
  { "#f9f06b", N_("Yellow") },
  { "#ffbe6f", N_("Orange") },
  { "#8ff0a4", N_("Green") },
  { "#99c1f1", N_("Blue") },
  { "#dc8add", N_("Purple") },
  { "#f66151", N_("Red") },
  { "#deddda", N_("Gray") },
};

static void
draw_swatch (GtkDrawingArea *area,
             cairo_t        *cr,
             int             width,
             int             height,
             gpointer        user_data)
{
  const Color *color = user_data;
  GdkRGBA rgba = { 0 };

  gdk_rgba_parse (&rgba, color->value);
  gdk_cairo_set_source_rgba (cr, &rgba);
  cairo_arc (cr, width / 2.0, height / 2.0, MIN (width, height) / 2.0 - 1, 0, 2 * G_PI);
  cairo_fill_preserve (cr);

  gtk_style_context_get_color (gtk_widget_get_style_context (GTK_WIDGET (area)), &rgba);
  rgba.alpha = 0.3;
  gdk_cairo_set_source_rgba (cr, &rgba);
  cairo_set_line_width (cr, 1);
  cairo_stroke (cr);
}

static GtkWidget *
create_swatch (const Color *color,
               const char  *action)
{
  GtkWidget *button = gtk_button_new ();
  GtkWidget *area = gtk_drawing_area_new ();

  gtk_drawing_area_set_content_width (GTK_DRAWING_AREA (area), SWATCH_SIZE);
  gtk_drawing_area_set_content_height (GTK_DRAWING_AREA (area), SWATCH_SIZE);
  gtk_drawing_area_set_draw_func (GTK_DRAWING_AREA (area), draw_swatch, (gpointer) color, NULL);
  gtk_button_set_child (GTK_BUTTON (button), area);
  gtk_widget_add_css_class (button, "flat");
  gtk_widget_add_css_class (button, "circular");
  gtk_widget_set_tooltip_text (button, _(color->name));
  gtk_accessible_update_property (GTK_ACCESSIBLE (button),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, _(color->name), -1);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), action);
  gtk_actionable_set_action_target (GTK_ACTIONABLE (button), "s", color->value);
  return button;
}

static void
add_palette (GtkMenuButton *button,
             const Color   *colors,
             guint          n_colors,
             const char    *action)
{
  GtkWidget *popover = gtk_popover_new ();
  GtkWidget *grid = gtk_grid_new ();

  for (guint i = 0; i < n_colors; i++) {
    GtkWidget *swatch = create_swatch (&colors[i], action);

    g_signal_connect_swapped (swatch, "clicked", G_CALLBACK (gtk_popover_popdown), popover);
    gtk_grid_attach (GTK_GRID (grid), swatch, (int) (i % SWATCH_COLUMNS),
                     (int) (i / SWATCH_COLUMNS), 1, 1);
  }

  gtk_popover_set_child (GTK_POPOVER (popover), grid);
  gtk_menu_button_set_popover (button, popover);
}

static void
insert_table_cb (EnvoiFormatBar *self)
{
  gtk_menu_button_popdown (self->table_button);
  gtk_widget_activate_action (GTK_WIDGET (self), "format.insert-table", "(ii)",
                              gtk_spin_button_get_value_as_int (self->rows),
                              gtk_spin_button_get_value_as_int (self->columns));
}

static void
emoji_picked_cb (GtkEmojiChooser *chooser,
                 const char      *text,
                 EnvoiFormatBar  *self)
{
  g_signal_emit (self, signals[EMOJI], 0, text);
}

/* A wheel turns up and down; this bar only goes sideways. */
static gboolean
scrolled_cb (GtkEventControllerScroll *controller,
             double                    dx,
             double                    dy,
             EnvoiFormatBar           *self)
{
  GtkAdjustment *adjustment = gtk_scrolled_window_get_hadjustment (self->scroller);

  if (dy == 0)
    return FALSE;

  gtk_adjustment_set_value (adjustment, gtk_adjustment_get_value (adjustment) + dy * 48);
  return TRUE;
}

static void
envoi_format_bar_class_init (EnvoiFormatBarClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  signals[EMOJI] = g_signal_new ("emoji", ENVOI_TYPE_FORMAT_BAR, G_SIGNAL_RUN_LAST, 0, NULL,
                                 NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);

  gtk_widget_class_set_template_from_resource (
    widget_class, "/io/github/envoi_mail/Envoi/envoi-format-bar.ui");
  gtk_widget_class_bind_template_child (widget_class, EnvoiFormatBar, scroller);
  gtk_widget_class_bind_template_child (widget_class, EnvoiFormatBar, color_button);
  gtk_widget_class_bind_template_child (widget_class, EnvoiFormatBar, highlight_button);
  gtk_widget_class_bind_template_child (widget_class, EnvoiFormatBar, table_button);
  gtk_widget_class_bind_template_child (widget_class, EnvoiFormatBar, rows);
  gtk_widget_class_bind_template_child (widget_class, EnvoiFormatBar, columns);
  gtk_widget_class_bind_template_callback (widget_class, insert_table_cb);
  gtk_widget_class_bind_template_callback (widget_class, emoji_picked_cb);
}

static void
envoi_format_bar_init (EnvoiFormatBar *self)
{
  GtkEventController *scroll =
    gtk_event_controller_scroll_new (GTK_EVENT_CONTROLLER_SCROLL_VERTICAL);

  gtk_widget_init_template (GTK_WIDGET (self));
  add_palette (self->color_button, text_colors, G_N_ELEMENTS (text_colors), "format.color");
  add_palette (self->highlight_button, highlights, G_N_ELEMENTS (highlights),
               "format.highlight");
  g_signal_connect (scroll, "scroll", G_CALLBACK (scrolled_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), scroll);
}

GtkWidget *
envoi_format_bar_new (void)
{
  return g_object_new (ENVOI_TYPE_FORMAT_BAR, NULL);
}
