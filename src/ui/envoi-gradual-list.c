/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-ui"

#include "config.h"

#include "envoi-gradual-list.h"

/* About what a window shows, and few enough to be made within a frame. */
#define STEP 16
/* GtkListView makes widgets for 200 rows at most; the rest costs nothing. */
#define ENOUGH 208

/**
 * EnvoiGradualList:
 *
 * A list view makes widgets for many more rows than it shows, all at once, and
 * the window stands still for that long. This list gives it the rows in steps:
 * whoever shows it asks for the next one with each frame.
 *
 * Thread: main
 */
struct _EnvoiGradualList {
  GObject parent_instance;

  GListModel *model;
  guint limit;           /* G_MAXUINT = all */
  gboolean has_more;
};

enum {
  PROP_0,
  PROP_MODEL,
  PROP_HAS_MORE,
  N_PROPS,
};

static GParamSpec *properties[N_PROPS];

static guint
count_model (EnvoiGradualList *self)
{
  return self->model ? g_list_model_get_n_items (self->model) : 0;
}

static GType
get_item_type (GListModel *model)
{
  return G_TYPE_OBJECT;
}

static guint
get_n_items (GListModel *model)
{
  EnvoiGradualList *self = ENVOI_GRADUAL_LIST (model);

  return MIN (count_model (self), self->limit);
}

static gpointer
get_item (GListModel *model,
          guint       position)
{
  EnvoiGradualList *self = ENVOI_GRADUAL_LIST (model);

  if (!self->model || position >= self->limit)
    return NULL;

  return g_list_model_get_item (self->model, position);
}

static void
init_list_model (GListModelInterface *iface)
{
  iface->get_item_type = get_item_type;
  iface->get_n_items = get_n_items;
  iface->get_item = get_item;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (EnvoiGradualList, envoi_gradual_list, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, init_list_model))

static void
look_for_more (EnvoiGradualList *self)
{
  gboolean has_more = count_model (self) > self->limit;

  if (self->has_more == has_more)
    return;

  self->has_more = has_more;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_HAS_MORE]);
}

static void
items_changed_cb (EnvoiGradualList *self,
                  guint             position,
                  guint             removed,
                  guint             added,
                  GListModel       *model)
{
  guint n_after = g_list_model_get_n_items (model);
  guint n_before = n_after - added + removed;

  /* What moves over the edge of a part makes the rest of the part another one. */
  if (self->limit < MAX (n_before, n_after)) {
    position = MIN (position, self->limit);
    removed = MIN (n_before, self->limit) - position;
    added = MIN (n_after, self->limit) - position;
  }

  if (removed > 0 || added > 0)
    g_list_model_items_changed (G_LIST_MODEL (self), position, removed, added);
  look_for_more (self);
}

static void
set_limit (EnvoiGradualList *self,
           guint             limit)
{
  guint n_before = get_n_items (G_LIST_MODEL (self));
  guint n_after;

  self->limit = limit;
  n_after = get_n_items (G_LIST_MODEL (self));
  if (n_after > n_before)
    g_list_model_items_changed (G_LIST_MODEL (self), n_before, 0, n_after - n_before);
  look_for_more (self);
}

static void
envoi_gradual_list_get_property (GObject    *object,
                                 guint       property_id,
                                 GValue     *value,
                                 GParamSpec *pspec)
{
  EnvoiGradualList *self = ENVOI_GRADUAL_LIST (object);

  switch (property_id) {
    case PROP_MODEL:
      g_value_set_object (value, self->model);
      break;
    case PROP_HAS_MORE:
      g_value_set_boolean (value, self->has_more);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
  }
}

static void
envoi_gradual_list_set_property (GObject      *object,
                                 guint         property_id,
                                 const GValue *value,
                                 GParamSpec   *pspec)
{
  EnvoiGradualList *self = ENVOI_GRADUAL_LIST (object);

  switch (property_id) {
    case PROP_MODEL:
      envoi_gradual_list_set_model (self, g_value_get_object (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
  }
}

static void
envoi_gradual_list_dispose (GObject *object)
{
  EnvoiGradualList *self = ENVOI_GRADUAL_LIST (object);

  if (self->model)
    g_signal_handlers_disconnect_by_data (self->model, self);
  g_clear_object (&self->model);

  G_OBJECT_CLASS (envoi_gradual_list_parent_class)->dispose (object);
}

static void
envoi_gradual_list_class_init (EnvoiGradualListClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = envoi_gradual_list_get_property;
  object_class->set_property = envoi_gradual_list_set_property;
  object_class->dispose = envoi_gradual_list_dispose;

  properties[PROP_MODEL] =
    g_param_spec_object ("model", NULL, NULL, G_TYPE_LIST_MODEL,
                         G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  properties[PROP_HAS_MORE] =
    g_param_spec_boolean ("has-more", NULL, NULL, FALSE,
                          G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
envoi_gradual_list_init (EnvoiGradualList *self)
{
  self->limit = STEP;
}

EnvoiGradualList *
envoi_gradual_list_new (void)
{
  return g_object_new (ENVOI_TYPE_GRADUAL_LIST, NULL);
}

void
envoi_gradual_list_set_model (EnvoiGradualList *self,
                              GListModel       *model)
{
  guint n_before;
  guint n_after;

  g_return_if_fail (ENVOI_IS_GRADUAL_LIST (self));

  if (self->model == model)
    return;

  n_before = get_n_items (G_LIST_MODEL (self));
  if (self->model)
    g_signal_handlers_disconnect_by_data (self->model, self);
  g_clear_object (&self->model);
  /* A list view keeps its place in proportion even in another list, unless it has been empty. */
  if (n_before > 0)
    g_list_model_items_changed (G_LIST_MODEL (self), 0, n_before, 0);

  g_set_object (&self->model, model);
  self->limit = STEP;
  if (model)
    g_signal_connect_swapped (model, "items-changed", G_CALLBACK (items_changed_cb), self);
  n_after = get_n_items (G_LIST_MODEL (self));
  if (n_after > 0)
    g_list_model_items_changed (G_LIST_MODEL (self), 0, 0, n_after);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_MODEL]);
  look_for_more (self);
}

gboolean
envoi_gradual_list_has_more (EnvoiGradualList *self)
{
  g_return_val_if_fail (ENVOI_IS_GRADUAL_LIST (self), FALSE);

  return self->has_more;
}

void
envoi_gradual_list_add_more (EnvoiGradualList *self)
{
  g_return_if_fail (ENVOI_IS_GRADUAL_LIST (self));

  if (self->limit < ENOUGH)
    set_limit (self, self->limit + STEP);
  else
    set_limit (self, G_MAXUINT);
}
