/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-ui"

#include "config.h"

#include "envoi-table-grid.h"

#include <glib/gi18n.h>

#define N_ROWS 8
#define N_COLUMNS 8

/**
 * EnvoiTableGrid:
 *
 * Each cell is a button of its own, so that keyboard and screen reader find what
 * the pointer finds: the table that ends there.
 *
 * Thread: main
 */
struct _EnvoiTableGrid {
  AdwBin parent_instance;

  GtkWidget *cells[N_ROWS][N_COLUMNS];
  GtkLabel  *size;
};

G_DEFINE_FINAL_TYPE (EnvoiTableGrid, envoi_table_grid, ADW_TYPE_BIN)

enum {
  CHOSEN,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

typedef struct {
  EnvoiTableGrid *grid;   /* borrowed: has the cell */
  int row;
  int column;
} Cell;

static void
show_size (Cell *cell)
{
  EnvoiTableGrid *self = cell->grid;
  /* Translators: a table's number of rows and of columns */
  g_autofree char *size = g_strdup_printf (_("%d × %d"), cell->row + 1, cell->column + 1);

  gtk_label_set_text (self->size, size);
  for (int row = 0; row < N_ROWS; row++) {
    for (int column = 0; column < N_COLUMNS; column++) {
      if (row <= cell->row && column <= cell->column)
        gtk_widget_add_css_class (self->cells[row][column], "inside");
      else
        gtk_widget_remove_css_class (self->cells[row][column], "inside");
    }
  }
}

static void
cell_clicked_cb (Cell *cell)
{
  g_signal_emit (cell->grid, signals[CHOSEN], 0, cell->row + 1, cell->column + 1);
}

static char *
format_size (int row,
             int column)
{
  g_autofree char *rows =
    g_strdup_printf (g_dngettext (NULL, "%d row", "%d rows", (gulong) row + 1), row + 1);
  g_autofree char *columns =
    g_strdup_printf (g_dngettext (NULL, "%d column", "%d columns", (gulong) column + 1),
                     column + 1);

  /* Translators: "3 rows, 4 columns" */
  return g_strdup_printf (_("%s, %s"), rows, columns);
}

static GtkWidget *
create_cell (EnvoiTableGrid *self,
             int             row,
             int             column)
{
  GtkWidget *button = gtk_button_new ();
  GtkEventController *motion = gtk_event_controller_motion_new ();
  GtkEventController *focus = gtk_event_controller_focus_new ();
  g_autofree char *label = format_size (row, column);
  Cell *cell = g_new0 (Cell, 1);

  cell->grid = self;
  cell->row = row;
  cell->column = column;
  g_object_set_data_full (G_OBJECT (button), "cell", cell, g_free);
  gtk_widget_add_css_class (button, "table-cell");
  gtk_accessible_update_property (GTK_ACCESSIBLE (button),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
  g_signal_connect_swapped (button, "clicked", G_CALLBACK (cell_clicked_cb), cell);
  g_signal_connect_swapped (motion, "enter", G_CALLBACK (show_size), cell);
  g_signal_connect_swapped (focus, "enter", G_CALLBACK (show_size), cell);
  gtk_widget_add_controller (button, motion);
  gtk_widget_add_controller (button, focus);
  return button;
}

static void
envoi_table_grid_class_init (EnvoiTableGridClass *klass)
{
  signals[CHOSEN] = g_signal_new ("chosen", ENVOI_TYPE_TABLE_GRID, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                  NULL, G_TYPE_NONE, 2, G_TYPE_INT, G_TYPE_INT);
}

static void
envoi_table_grid_init (EnvoiTableGrid *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);
  GtkWidget *grid = gtk_grid_new ();

  self->size = GTK_LABEL (gtk_label_new (_("Size of the table")));
  gtk_widget_add_css_class (GTK_WIDGET (self->size), "dim-label");
  gtk_widget_add_css_class (GTK_WIDGET (self->size), "numeric");
  gtk_widget_add_css_class (grid, "table-grid");
  gtk_widget_set_halign (grid, GTK_ALIGN_CENTER);
  for (int row = 0; row < N_ROWS; row++) {
    for (int column = 0; column < N_COLUMNS; column++) {
      self->cells[row][column] = create_cell (self, row, column);
      gtk_grid_attach (GTK_GRID (grid), self->cells[row][column], column, row, 1, 1);
    }
  }

  gtk_box_append (GTK_BOX (box), grid);
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (self->size));
  adw_bin_set_child (ADW_BIN (self), box);
}

GtkWidget *
envoi_table_grid_new (void)
{
  return g_object_new (ENVOI_TYPE_TABLE_GRID, NULL);
}
