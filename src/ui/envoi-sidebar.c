/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-ui"

#include "config.h"

#include "envoi-sidebar.h"

/**
 * EnvoiSidebar:
 *
 * The places a person can go to.
 *
 * Thread: main
 */
struct _EnvoiSidebar {
  AdwBin parent_instance;

  GtkListBox *list;
};

G_DEFINE_FINAL_TYPE (EnvoiSidebar, envoi_sidebar, ADW_TYPE_BIN)

enum {
  SIGNAL_PLACE_CHOSEN,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

static EnvoiPlaceRow *
find_row (EnvoiSidebar *self,
          int           place)
{
  GtkListBoxRow *row;

  for (int i = 0; (row = gtk_list_box_get_row_at_index (self->list, i)); i++)
    if (envoi_place_row_get_place (ENVOI_PLACE_ROW (row)) == place)
      return ENVOI_PLACE_ROW (row);

  return NULL;
}

static void
row_activated_cb (EnvoiSidebar  *self,
                  GtkListBoxRow *row)
{
  EnvoiPlaceRow *place = ENVOI_PLACE_ROW (row);

  g_signal_emit (self, signals[SIGNAL_PLACE_CHOSEN], 0, envoi_place_row_get_place (place),
                 envoi_place_row_get_title (place));
}

/* A line between the letters and what is beside them. */
static void
separate_cb (GtkListBoxRow *row,
             GtkListBoxRow *before,
             gpointer       user_data)
{
  gboolean is_first_beside = envoi_place_row_get_place (ENVOI_PLACE_ROW (row)) ==
                             ENVOI_PLACE_PRACTICE;

  if (is_first_beside && !gtk_list_box_row_get_header (row))
    gtk_list_box_row_set_header (row, gtk_separator_new (GTK_ORIENTATION_HORIZONTAL));
}

static void
envoi_sidebar_class_init (EnvoiSidebarClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  signals[SIGNAL_PLACE_CHOSEN] = g_signal_new ("place-chosen", G_TYPE_FROM_CLASS (klass),
                                               G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                               G_TYPE_NONE, 2, G_TYPE_INT, G_TYPE_STRING);

  g_type_ensure (ENVOI_TYPE_PLACE_ROW);
  gtk_widget_class_set_template_from_resource (
    widget_class, "/io/github/envoi_mail/Envoi/envoi-sidebar.ui");
  gtk_widget_class_bind_template_child (widget_class, EnvoiSidebar, list);
  gtk_widget_class_bind_template_callback (widget_class, row_activated_cb);
}

static void
envoi_sidebar_init (EnvoiSidebar *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));

  gtk_list_box_set_header_func (self->list, separate_cb, NULL, NULL);
}

void
envoi_sidebar_set_outbox (EnvoiSidebar *self,
                          EnvoiOutbox  *outbox)
{
  /* Places with something to do show how much; Sent only ever grows. */
  static const EnvoiFolder counted[] = {
    ENVOI_FOLDER_DRAFTS, ENVOI_FOLDER_OUTBOX, ENVOI_FOLDER_ATTENTION, ENVOI_FOLDER_SCHEDULED,
  };

  g_return_if_fail (ENVOI_IS_SIDEBAR (self));

  for (guint i = 0; i < G_N_ELEMENTS (counted); i++)
    envoi_place_row_set_model (find_row (self, counted[i]),
                               envoi_outbox_get_folder (outbox, counted[i]));
}

void
envoi_sidebar_choose (EnvoiSidebar *self,
                      int           place)
{
  GtkListBoxRow *row;

  g_return_if_fail (ENVOI_IS_SIDEBAR (self));

  row = GTK_LIST_BOX_ROW (find_row (self, place));
  gtk_list_box_select_row (self->list, row);
  row_activated_cb (self, row);
}
