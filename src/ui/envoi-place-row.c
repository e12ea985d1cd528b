/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-ui"

#include "config.h"

#include "envoi-place-row.h"

#include <glib/gi18n.h>

/**
 * EnvoiPlaceRow:
 *
 * A place in the sidebar, with how many letters are there.
 *
 * Thread: main
 */
struct _EnvoiPlaceRow {
  GtkListBoxRow parent_instance;

  int place;
  char          *title;
  char          *icon_name;
  GListModel    *model;
  GSignalGroup  *model_signals;

  GtkLabel      *count;
};

G_DEFINE_FINAL_TYPE (EnvoiPlaceRow, envoi_place_row, GTK_TYPE_LIST_BOX_ROW)

enum {
  PROP_0,
  PROP_PLACE,
  PROP_TITLE,
  PROP_ICON_NAME,
  N_PROPS,
};

static GParamSpec *properties[N_PROPS];

static void
show_count (EnvoiPlaceRow *self)
{
  guint n_items = self->model ? g_list_model_get_n_items (self->model) : 0;
  g_autofree char *number = g_strdup_printf ("%u", n_items);
  g_autofree char *spoken = NULL;

  gtk_label_set_label (self->count, number);
  gtk_widget_set_visible (GTK_WIDGET (self->count), n_items > 0);

  if (n_items > 0)
    /* Translators: a place in the sidebar read aloud, as in "Drafts, 2 letters" */
    spoken = g_strdup_printf (ngettext ("%s, %u letter", "%s, %u letters", n_items),
                              self->title, n_items);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, spoken ? spoken : self->title,
                                  -1);
}

static void
envoi_place_row_get_property (GObject    *object,
                              guint       property_id,
                              GValue     *value,
                              GParamSpec *pspec)
{
  EnvoiPlaceRow *self = ENVOI_PLACE_ROW (object);

  switch (property_id) {
    case PROP_PLACE:
      g_value_set_int (value, self->place);
      break;
    case PROP_TITLE:
      g_value_set_string (value, self->title);
      break;
    case PROP_ICON_NAME:
      g_value_set_string (value, self->icon_name);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
  }
}

static void
envoi_place_row_set_property (GObject      *object,
                              guint         property_id,
                              const GValue *value,
                              GParamSpec   *pspec)
{
  EnvoiPlaceRow *self = ENVOI_PLACE_ROW (object);

  switch (property_id) {
    case PROP_PLACE:
      self->place = g_value_get_int (value);
      break;
    case PROP_TITLE:
      self->title = g_value_dup_string (value);
      break;
    case PROP_ICON_NAME:
      self->icon_name = g_value_dup_string (value);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
  }
}

static void
envoi_place_row_constructed (GObject *object)
{
  G_OBJECT_CLASS (envoi_place_row_parent_class)->constructed (object);

  show_count (ENVOI_PLACE_ROW (object));
}

static void
envoi_place_row_dispose (GObject *object)
{
  EnvoiPlaceRow *self = ENVOI_PLACE_ROW (object);

  g_clear_object (&self->model_signals);
  g_clear_object (&self->model);

  G_OBJECT_CLASS (envoi_place_row_parent_class)->dispose (object);
}

static void
envoi_place_row_finalize (GObject *object)
{
  EnvoiPlaceRow *self = ENVOI_PLACE_ROW (object);

  g_free (self->title);
  g_free (self->icon_name);

  G_OBJECT_CLASS (envoi_place_row_parent_class)->finalize (object);
}

static void
envoi_place_row_class_init (EnvoiPlaceRowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  GParamFlags flags = G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS;

  object_class->get_property = envoi_place_row_get_property;
  object_class->set_property = envoi_place_row_set_property;
  object_class->constructed = envoi_place_row_constructed;
  object_class->dispose = envoi_place_row_dispose;
  object_class->finalize = envoi_place_row_finalize;

  properties[PROP_PLACE] = g_param_spec_int ("place", NULL, NULL, 0, ENVOI_N_PLACES - 1, 0, flags);
  properties[PROP_TITLE] = g_param_spec_string ("title", NULL, NULL, "", flags);
  properties[PROP_ICON_NAME] = g_param_spec_string ("icon-name", NULL, NULL, NULL, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  gtk_widget_class_set_template_from_resource (
    widget_class, "/io/github/envoi_mail/Envoi/envoi-place-row.ui");
  gtk_widget_class_bind_template_child (widget_class, EnvoiPlaceRow, count);
}

static void
envoi_place_row_init (EnvoiPlaceRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));

  self->model_signals = g_signal_group_new (G_TYPE_LIST_MODEL);
  g_signal_group_connect_swapped (self->model_signals, "items-changed", G_CALLBACK (show_count),
                                  self);
}

int
envoi_place_row_get_place (EnvoiPlaceRow *self)
{
  g_return_val_if_fail (ENVOI_IS_PLACE_ROW (self), 0);

  return self->place;
}

const char *
envoi_place_row_get_title (EnvoiPlaceRow *self)
{
  g_return_val_if_fail (ENVOI_IS_PLACE_ROW (self), NULL);

  return self->title;
}

void
envoi_place_row_set_model (EnvoiPlaceRow *self,
                           GListModel    *model)
{
  g_return_if_fail (ENVOI_IS_PLACE_ROW (self));

  if (!g_set_object (&self->model, model))
    return;

  g_signal_group_set_target (self->model_signals, model);
  show_count (self);
}
