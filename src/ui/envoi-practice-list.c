/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-ui"

#include "config.h"

#include "envoi-practice-list.h"
#include "envoi-practice-row.h"

/**
 * EnvoiPracticeList:
 *
 * The letters in the practice inbox, newest first.
 *
 * Thread: main
 */
struct _EnvoiPracticeList {
  AdwBin parent_instance;

  EnvoiService       *service;
  GCancellable       *cancellable;

  GtkStack           *stack;
  GtkListView        *list;
  GListStore         *items;
  GtkSingleSelection *selection;
};

G_DEFINE_FINAL_TYPE (EnvoiPracticeList, envoi_practice_list, ADW_TYPE_BIN)

enum {
  PROP_0,
  PROP_ONE_CLICK,
  N_PROPS,
};

enum {
  SIGNAL_CHOSEN,
  SIGNAL_ACTIVATED,
  N_SIGNALS,
};

static GParamSpec *properties[N_PROPS];
static guint signals[N_SIGNALS];

static gboolean
has_item (EnvoiPracticeList *self,
          guint              position,
          const char        *id)
{
  g_autoptr (EnvoiPracticeItem) item = NULL;

  item = g_list_model_get_item (G_LIST_MODEL (self->items), position);
  return item && g_str_equal (envoi_practice_item_get_letter (item)->id, id);
}

static EnvoiPracticeItem *
make_item (EnvoiPracticeList         *self,
           const EnvoiPracticeLetter *letter)
{
  g_autoptr (GFile) file = NULL;

  file = envoi_practice_server_dup_letter_file (envoi_service_get_practice (self->service),
                                                letter->id);
  return envoi_practice_item_new (letter, file);
}

/* Rows that stay keep their object, and so the selection. */
static void
merge (EnvoiPracticeList *self,
       GPtrArray         *letters)
{
  for (guint i = 0; i < letters->len; i++) {
    const EnvoiPracticeLetter *letter = g_ptr_array_index (letters, i);
    g_autoptr (EnvoiPracticeItem) item = NULL;

    if (has_item (self, i, letter->id))
      continue;
    item = make_item (self, letter);
    g_list_store_insert (self->items, i, item);
  }

  g_list_store_splice (self->items, letters->len,
                       g_list_model_get_n_items (G_LIST_MODEL (self->items)) - letters->len,
                       NULL, 0);
}

static void
did_list (GObject      *source,
          GAsyncResult *result,
          gpointer      user_data)
{
  g_autoptr (EnvoiPracticeList) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) letters = NULL;

  letters = envoi_service_list_practice_finish (ENVOI_SERVICE (source), result, &error);
  if (!letters) {
    if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
      g_warning ("The practice inbox could not be read: %s", error->message);
    return;
  }

  merge (self, letters);
  gtk_stack_set_visible_child_name (self->stack, letters->len > 0 ? "list" : "empty");
}

static void
read_inbox (EnvoiPracticeList *self)
{
  if (envoi_service_get_practice (self->service))
    envoi_service_list_practice_async (self->service, self->cancellable, did_list,
                                       g_object_ref (self));
}

static void
selected_cb (EnvoiPracticeList *self)
{
  g_signal_emit (self, signals[SIGNAL_CHOSEN], 0,
                 gtk_single_selection_get_selected_item (self->selection));
}

static void
activated_cb (EnvoiPracticeList *self,
              guint              position)
{
  g_autoptr (EnvoiPracticeItem) item = NULL;

  item = g_list_model_get_item (G_LIST_MODEL (self->selection), position);
  g_signal_emit (self, signals[SIGNAL_ACTIVATED], 0, item);
}

static void
envoi_practice_list_get_property (GObject    *object,
                                  guint       property_id,
                                  GValue     *value,
                                  GParamSpec *pspec)
{
  EnvoiPracticeList *self = ENVOI_PRACTICE_LIST (object);

  switch (property_id) {
    case PROP_ONE_CLICK:
      g_value_set_boolean (value, gtk_list_view_get_single_click_activate (self->list));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
  }
}

static void
envoi_practice_list_set_property (GObject      *object,
                                  guint         property_id,
                                  const GValue *value,
                                  GParamSpec   *pspec)
{
  EnvoiPracticeList *self = ENVOI_PRACTICE_LIST (object);

  switch (property_id) {
    case PROP_ONE_CLICK:
      gtk_list_view_set_single_click_activate (self->list, g_value_get_boolean (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
  }
}

static void
envoi_practice_list_dispose (GObject *object)
{
  EnvoiPracticeList *self = ENVOI_PRACTICE_LIST (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->service);

  G_OBJECT_CLASS (envoi_practice_list_parent_class)->dispose (object);
}

static void
envoi_practice_list_class_init (EnvoiPracticeListClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->get_property = envoi_practice_list_get_property;
  object_class->set_property = envoi_practice_list_set_property;
  object_class->dispose = envoi_practice_list_dispose;

  properties[PROP_ONE_CLICK] =
    g_param_spec_boolean ("one-click", NULL, NULL, FALSE,
                          G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  signals[SIGNAL_CHOSEN] = g_signal_new ("chosen", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                                         NULL, NULL, NULL, G_TYPE_NONE, 1,
                                         ENVOI_TYPE_PRACTICE_ITEM);
  signals[SIGNAL_ACTIVATED] = g_signal_new ("activated", G_TYPE_FROM_CLASS (klass),
                                            G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1,
                                            ENVOI_TYPE_PRACTICE_ITEM);

  g_type_ensure (ENVOI_TYPE_PRACTICE_ITEM);
  g_type_ensure (ENVOI_TYPE_PRACTICE_ROW);
  gtk_widget_class_set_template_from_resource (
    widget_class, "/io/github/envoi_mail/Envoi/envoi-practice-list.ui");
  gtk_widget_class_bind_template_child (widget_class, EnvoiPracticeList, stack);
  gtk_widget_class_bind_template_child (widget_class, EnvoiPracticeList, list);
  gtk_widget_class_bind_template_child (widget_class, EnvoiPracticeList, items);
  gtk_widget_class_bind_template_child (widget_class, EnvoiPracticeList, selection);
  gtk_widget_class_bind_template_callback (widget_class, selected_cb);
  gtk_widget_class_bind_template_callback (widget_class, activated_cb);
}

static void
envoi_practice_list_init (EnvoiPracticeList *self)
{
  self->cancellable = g_cancellable_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
}

void
envoi_practice_list_set_service (EnvoiPracticeList *self,
                                 EnvoiService      *service)
{
  g_return_if_fail (ENVOI_IS_PRACTICE_LIST (self));

  if (!g_set_object (&self->service, service))
    return;

  g_signal_connect_object (service, "practice-changed", G_CALLBACK (read_inbox), self,
                           G_CONNECT_SWAPPED);
  read_inbox (self);
}

void
envoi_practice_list_unselect (EnvoiPracticeList *self)
{
  g_return_if_fail (ENVOI_IS_PRACTICE_LIST (self));

  gtk_single_selection_set_selected (self->selection, GTK_INVALID_LIST_POSITION);
}
