/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-ui"

#include "config.h"

#include "envoi-format-bar.h"

#include "envoi-compat.h"
#include "envoi-fit-layout.h"
#include "envoi-late-menu.h"
#include "envoi-spelling.h"
#include "envoi-table-grid.h"
#include "envoi-web.h"

#include <glib/gi18n.h>
#include <string.h>

#define SWATCH_SIZE 20
#define SWATCH_COLUMNS 5

typedef enum {
  POPUP_COLOR,
  POPUP_HIGHLIGHT,
  POPUP_TABLE,
  POPUP_EMOJI,
  N_POPUPS,
} Popup;

/**
 * EnvoiFormatBar:
 *
 * The bar under the letter. It knows the names of actions and nothing else:
 * toggles follow the caret because the actions' states do. What a narrow window
 * has no room for stands in the menu at the end.
 *
 * Thread: main
 */
struct _EnvoiFormatBar {
  AdwBin parent_instance;

  EnvoiFitLayout     *layout;
  GtkMenuButton      *color_button;
  GtkMenuButton      *highlight_button;
  GtkMenuButton      *table_button;
  GtkMenuButton      *emoji_button;
  GtkMenuButton      *style_button;
  GMenuModel         *style_menu;
  GtkMenuButton      *font_button;
  GMenuModel         *font_menu;
  GtkMenuButton      *align_button;
  GMenuModel         *align_menu;
  GtkMenuButton      *more_button;
  GMenuModel         *more_menu;
  GMenuModel         *table_menu;
  GMenu              *left_menu;       /* what does not fit */
  GMenu              *spelling_menu;

  GSettings          *settings;
  GSimpleActionGroup *actions;
  guint left_source;
  guint return_source;
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

static GtkWidget *
create_palette (const Color *colors,
                guint        n_colors,
                const char  *action)
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
  return popover;
}

static void
table_chosen_cb (EnvoiTableGrid *grid,
                 int             rows,
                 int             columns,
                 EnvoiFormatBar *self)
{
  GtkWidget *popover = gtk_widget_get_ancestor (GTK_WIDGET (grid), GTK_TYPE_POPOVER);

  gtk_popover_popdown (GTK_POPOVER (popover));
  gtk_widget_activate_action (GTK_WIDGET (self), "format.insert-table", "(ii)", rows, columns);
}

static GtkWidget *
create_table_popover (EnvoiFormatBar *self)
{
  GtkWidget *popover = gtk_popover_menu_new_from_model (self->table_menu);
  GtkWidget *grid = envoi_table_grid_new ();

  gtk_popover_menu_add_child (GTK_POPOVER_MENU (popover), grid, "grid");
  g_signal_connect_object (grid, "chosen", G_CALLBACK (table_chosen_cb), self, 0);
  return popover;
}

static void
emoji_picked_cb (GtkEmojiChooser *chooser,
                 const char      *text,
                 EnvoiFormatBar  *self)
{
  g_signal_emit (self, signals[EMOJI], 0, text);
}

static GtkWidget *
create_emoji_chooser (EnvoiFormatBar *self)
{
  GtkWidget *chooser = gtk_emoji_chooser_new ();

  g_signal_connect_object (chooser, "emoji-picked", G_CALLBACK (emoji_picked_cb), self, 0);
  return chooser;
}

static GtkMenuButton *
get_popup_button (EnvoiFormatBar *self,
                  Popup           popup)
{
  GtkMenuButton *buttons[N_POPUPS] = {
    self->color_button, self->highlight_button, self->table_button, self->emoji_button,
  };

  return buttons[popup];
}

static GtkWidget *
create_popover_of (EnvoiFormatBar *self,
                   Popup           popup)
{
  switch (popup) {
    case POPUP_COLOR:
      return create_palette (text_colors, G_N_ELEMENTS (text_colors), "format.color");
    case POPUP_HIGHLIGHT:
      return create_palette (highlights, G_N_ELEMENTS (highlights), "format.highlight");
    case POPUP_TABLE:
      return create_table_popover (self);
    case POPUP_EMOJI:
    default:
      return create_emoji_chooser (self);
  }
}

static GtkWidget *
create_popover (EnvoiFormatBar *self,
                Popup           popup)
{
  GtkWidget *popover = create_popover_of (self, popup);

  envoi_compat_mend_parts (popover);
  return popover;
}

/* Made when it is asked for: a composer is to be there at once. */
static void
popup_wanted_cb (GtkMenuButton *button,
                 gpointer       user_data)
{
  EnvoiFormatBar *self = user_data;

  for (guint i = 0; i < N_POPUPS; i++) {
    if (button == get_popup_button (self, i) && !gtk_menu_button_get_popover (button))
      gtk_menu_button_set_popover (button, create_popover (self, i));
  }
}

/* What does not fit */

static void
give_menu_back (EnvoiFormatBar *self)
{
  gtk_menu_button_set_menu_model (self->more_button, self->more_menu);
  envoi_compat_mend_parts (GTK_WIDGET (gtk_menu_button_get_popover (self->more_button)));
}

static gboolean
return_popover_cb (gpointer user_data)
{
  EnvoiFormatBar *self = user_data;

  self->return_source = 0;
  gtk_menu_button_set_popover (self->more_button, NULL);
  give_menu_back (self);
  return G_SOURCE_REMOVE;
}

static void
borrowed_closed_cb (EnvoiFormatBar *self)
{
  if (self->return_source == 0)
    self->return_source = g_idle_add (return_popover_cb, self);
}

/* The menu button shows what the button that does not fit would have shown. */
static void
open_popup_action (GSimpleAction *action,
                   GVariant      *parameter,
                   gpointer       user_data)
{
  EnvoiFormatBar *self = user_data;
  GtkWidget *popover = create_popover (self, (Popup) g_variant_get_int32 (parameter));

  gtk_menu_button_set_popover (self->more_button, popover);
  g_signal_connect_object (popover, "closed", G_CALLBACK (borrowed_closed_cb), self,
                           G_CONNECT_SWAPPED);
  gtk_menu_button_popup (self->more_button);
}

static char *
dup_label (GtkWidget *child)
{
  const char *tooltip = gtk_widget_get_tooltip_text (child);
  const char *end = tooltip ? strstr (tooltip, " (") : NULL;

  return end ? g_strndup (tooltip, (gsize) (end - tooltip)) : g_strdup (tooltip);
}

static GMenuModel *
get_menu_of (EnvoiFormatBar *self,
             GtkMenuButton  *button)
{
  if (button == self->style_button)
    return self->style_menu;

  return button == self->font_button ? self->font_menu : self->align_menu;
}

static GMenuItem *
create_popup_item (EnvoiFormatBar *self,
                   GtkMenuButton  *button,
                   const char     *label)
{
  GMenuItem *item;

  for (int i = 0; i < N_POPUPS; i++) {
    if (button == get_popup_button (self, (Popup) i)) {
      item = g_menu_item_new (label, NULL);
      g_menu_item_set_action_and_target (item, "bar.open", "i", i);
      return item;
    }
  }

  return g_menu_item_new_submenu (label, get_menu_of (self, button));
}

static void
append_left (EnvoiFormatBar *self,
             GMenu          *section,
             GtkWidget      *child)
{
  g_autofree char *label = dup_label (child);
  g_autoptr (GMenuItem) item = NULL;

  if (GTK_IS_MENU_BUTTON (child))
    item = create_popup_item (self, GTK_MENU_BUTTON (child), label);
  else
    item = g_menu_item_new (label, gtk_actionable_get_action_name (GTK_ACTIONABLE (child)));
  g_menu_append_item (section, item);
}

static void
take_section (GMenu *menu,
              GMenu *section)
{
  if (g_menu_model_get_n_items (G_MENU_MODEL (section)) > 0)
    g_menu_append_section (menu, NULL, G_MENU_MODEL (section));
  g_object_unref (section);
}

static gboolean
fill_left_menu_cb (gpointer user_data)
{
  EnvoiFormatBar *self = user_data;
  GMenu *section = g_menu_new ();

  self->left_source = 0;
  g_menu_remove_all (self->left_menu);
  for (GtkWidget *child = envoi_fit_layout_get_first_left (self->layout);
       child && child != GTK_WIDGET (self->more_button);
       child = gtk_widget_get_next_sibling (child)) {
    if (GTK_IS_SEPARATOR (child)) {
      take_section (self->left_menu, section);
      section = g_menu_new ();
    } else {
      append_left (self, section, child);
    }
  }
  take_section (self->left_menu, section);

  return G_SOURCE_REMOVE;
}

/* Not now: the widgets are being laid out. */
static void
fit_changed_cb (EnvoiFormatBar *self)
{
  if (self->left_source == 0)
    self->left_source = g_idle_add (fill_left_menu_cb, self);
}

/* The languages are looked up when somebody may want to see them. */
static void
more_wanted_cb (GtkMenuButton *button,
                gpointer       user_data)
{
  EnvoiFormatBar *self = user_data;
  g_autoptr (GMenuModel) languages = NULL;
  GActionGroup *actions;

  /* It may have borrowed another's popover. */
  if (!gtk_menu_button_get_popover (button))
    give_menu_back (self);
  if (!envoi_web_is_loaded () || g_menu_model_get_n_items (G_MENU_MODEL (self->spelling_menu)) > 0)
    return;

  actions = envoi_spelling_create_actions (self->settings);
  languages = envoi_spelling_create_menu ();
  gtk_widget_insert_action_group (GTK_WIDGET (self), "spelling", actions);
  g_menu_append_section (self->spelling_menu, NULL, languages);
  g_object_unref (actions);
}

static void
envoi_format_bar_dispose (GObject *object)
{
  EnvoiFormatBar *self = ENVOI_FORMAT_BAR (object);

  g_clear_handle_id (&self->left_source, g_source_remove);
  g_clear_handle_id (&self->return_source, g_source_remove);
  g_clear_object (&self->settings);
  g_clear_object (&self->actions);

  G_OBJECT_CLASS (envoi_format_bar_parent_class)->dispose (object);
}

static void
envoi_format_bar_class_init (EnvoiFormatBarClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = envoi_format_bar_dispose;

  signals[EMOJI] = g_signal_new ("emoji", ENVOI_TYPE_FORMAT_BAR, G_SIGNAL_RUN_LAST, 0, NULL,
                                 NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);

  g_type_ensure (ENVOI_TYPE_FIT_LAYOUT);
  gtk_widget_class_set_template_from_resource (
    widget_class, "/io/github/envoi_mail/Envoi/envoi-format-bar.ui");
  gtk_widget_class_bind_template_child (widget_class, EnvoiFormatBar, layout);
  gtk_widget_class_bind_template_child (widget_class, EnvoiFormatBar, color_button);
  gtk_widget_class_bind_template_child (widget_class, EnvoiFormatBar, highlight_button);
  gtk_widget_class_bind_template_child (widget_class, EnvoiFormatBar, table_button);
  gtk_widget_class_bind_template_child (widget_class, EnvoiFormatBar, emoji_button);
  gtk_widget_class_bind_template_child (widget_class, EnvoiFormatBar, style_button);
  gtk_widget_class_bind_template_child (widget_class, EnvoiFormatBar, style_menu);
  gtk_widget_class_bind_template_child (widget_class, EnvoiFormatBar, font_button);
  gtk_widget_class_bind_template_child (widget_class, EnvoiFormatBar, font_menu);
  gtk_widget_class_bind_template_child (widget_class, EnvoiFormatBar, align_button);
  gtk_widget_class_bind_template_child (widget_class, EnvoiFormatBar, align_menu);
  gtk_widget_class_bind_template_child (widget_class, EnvoiFormatBar, more_button);
  gtk_widget_class_bind_template_child (widget_class, EnvoiFormatBar, more_menu);
  gtk_widget_class_bind_template_child (widget_class, EnvoiFormatBar, table_menu);
  gtk_widget_class_bind_template_child (widget_class, EnvoiFormatBar, left_menu);
  gtk_widget_class_bind_template_child (widget_class, EnvoiFormatBar, spelling_menu);
  gtk_widget_class_bind_template_callback (widget_class, fit_changed_cb);
}

static void
envoi_format_bar_init (EnvoiFormatBar *self)
{
  static const GActionEntry entries[] = {
    { .name = "open", .activate = open_popup_action, .parameter_type = "i" },
  };

  gtk_widget_init_template (GTK_WIDGET (self));
  self->settings = g_settings_new (ENVOI_APPLICATION_ID);
  self->actions = g_simple_action_group_new ();
  g_action_map_add_action_entries (G_ACTION_MAP (self->actions), entries, G_N_ELEMENTS (entries),
                                   self);
  gtk_widget_insert_action_group (GTK_WIDGET (self), "bar", G_ACTION_GROUP (self->actions));

  for (guint i = 0; i < N_POPUPS; i++)
    gtk_menu_button_set_create_popup_func (get_popup_button (self, i), popup_wanted_cb, self, NULL);
  envoi_late_menu_attach (self->style_button, self->style_menu);
  envoi_late_menu_attach (self->font_button, self->font_menu);
  envoi_late_menu_attach (self->align_button, self->align_menu);
  gtk_menu_button_set_create_popup_func (self->more_button, more_wanted_cb, self, NULL);
}

GtkWidget *
envoi_format_bar_new (void)
{
  return g_object_new (ENVOI_TYPE_FORMAT_BAR, NULL);
}
