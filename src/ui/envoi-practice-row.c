/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-ui"

#include "config.h"

#include "envoi-compat.h"
#include "envoi-practice-row.h"
#include "envoi-words.h"

#include <glib/gi18n.h>

/**
 * EnvoiPracticeRow:
 *
 * One received letter in the practice inbox.
 *
 * Thread: main
 */
struct _EnvoiPracticeRow {
  AdwBin parent_instance;

  EnvoiPracticeItem *item;
  GSignalGroup      *item_signals;

  GtkLabel          *subject;
  GtkLabel          *when;
  GtkLabel          *from;
};

G_DEFINE_FINAL_TYPE (EnvoiPracticeRow, envoi_practice_row, ADW_TYPE_BIN)

enum {
  PROP_0,
  PROP_ITEM,
  N_PROPS,
};

static GParamSpec *properties[N_PROPS];

static void
show_item (EnvoiPracticeRow *self)
{
  const EnvoiPracticeLetter *letter = envoi_practice_item_get_letter (self->item);
  const char *subject = envoi_words_get_subject (envoi_practice_item_get_subject (self->item));
  g_autofree char *when = envoi_words_format_when (letter->received, g_get_real_time ());
  g_autofree char *from = NULL;
  g_autofree char *spoken = NULL;

  /* Translators: who a letter is from; %s is a mail address */
  from = g_strdup_printf (_("from %s"), letter->sender);
  spoken = g_strdup_printf ("%s, %s, %s", subject, from, when);

  gtk_label_set_label (self->subject, subject);
  gtk_label_set_label (self->when, when);
  gtk_label_set_label (self->from, from);
  envoi_compat_name_list_item (GTK_WIDGET (self), spoken);
}

static void
envoi_practice_row_root (GtkWidget *widget)
{
  EnvoiPracticeRow *self = ENVOI_PRACTICE_ROW (widget);

  GTK_WIDGET_CLASS (envoi_practice_row_parent_class)->root (widget);

  /* Only now is there a list item to carry the spoken name. */
  if (self->item)
    show_item (self);
}

static void
envoi_practice_row_set_property (GObject      *object,
                                 guint         property_id,
                                 const GValue *value,
                                 GParamSpec   *pspec)
{
  EnvoiPracticeRow *self = ENVOI_PRACTICE_ROW (object);

  switch (property_id) {
    case PROP_ITEM:
      envoi_practice_row_set_item (self, g_value_get_object (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
  }
}

static void
envoi_practice_row_dispose (GObject *object)
{
  EnvoiPracticeRow *self = ENVOI_PRACTICE_ROW (object);

  g_clear_object (&self->item_signals);
  g_clear_object (&self->item);

  G_OBJECT_CLASS (envoi_practice_row_parent_class)->dispose (object);
}

static void
envoi_practice_row_class_init (EnvoiPracticeRowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->set_property = envoi_practice_row_set_property;
  object_class->dispose = envoi_practice_row_dispose;
  widget_class->root = envoi_practice_row_root;

  properties[PROP_ITEM] = g_param_spec_object ("item", NULL, NULL, ENVOI_TYPE_PRACTICE_ITEM,
                                               G_PARAM_WRITABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  gtk_widget_class_set_template_from_resource (
    widget_class, "/io/github/envoi_mail/Envoi/envoi-practice-row.ui");
  gtk_widget_class_bind_template_child (widget_class, EnvoiPracticeRow, subject);
  gtk_widget_class_bind_template_child (widget_class, EnvoiPracticeRow, when);
  gtk_widget_class_bind_template_child (widget_class, EnvoiPracticeRow, from);
}

static void
envoi_practice_row_init (EnvoiPracticeRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));

  self->item_signals = g_signal_group_new (ENVOI_TYPE_PRACTICE_ITEM);
  g_signal_group_connect_swapped (self->item_signals, "notify", G_CALLBACK (show_item), self);
}

void
envoi_practice_row_set_item (EnvoiPracticeRow  *self,
                             EnvoiPracticeItem *item)
{
  g_return_if_fail (ENVOI_IS_PRACTICE_ROW (self));

  if (!g_set_object (&self->item, item))
    return;

  g_signal_group_set_target (self->item_signals, item);
  if (item)
    show_item (self);
}
