/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-ui"

#include "config.h"

#include "envoi-compat.h"
#include "envoi-log-row.h"
#include "envoi-words.h"

#include <glib/gi18n.h>

/**
 * EnvoiLogRow:
 *
 * One attempt to send in the sending log.
 *
 * Thread: main
 */
struct _EnvoiLogRow {
  AdwBin parent_instance;

  EnvoiLogItem *item;
  GSignalGroup *item_signals;

  GtkImage     *icon;
  GtkLabel     *outcome;
  GtkLabel     *when;
  GtkLabel     *who;
  GtkLabel     *reply;
};

G_DEFINE_FINAL_TYPE (EnvoiLogRow, envoi_log_row, ADW_TYPE_BIN)

enum {
  PROP_0,
  PROP_ITEM,
  N_PROPS,
};

static GParamSpec *properties[N_PROPS];

static char *
format_time (gint64 time)
{
  g_autoptr (GDateTime) utc = g_date_time_new_from_unix_utc (time / G_USEC_PER_SEC);
  g_autoptr (GDateTime) local = g_date_time_to_local (utc);

  /* Translators: day, short month, year and time of day, see g_date_time_format() */
  return g_date_time_format (local, _("%-e %b %Y, %H:%M"));
}

static void
show_icon (EnvoiLogRow            *self,
           const EnvoiAuditRecord *record)
{
  const char *classes[] = {
    envoi_words_get_result_style (record->result, record->n_refused), NULL,
  };

  gtk_image_set_from_icon_name (self->icon, envoi_words_get_result_icon (record->result,
                                                                         record->n_refused));
  gtk_widget_set_css_classes (GTK_WIDGET (self->icon), classes);
}

static void
show_item (EnvoiLogRow *self)
{
  const EnvoiAuditRecord *record = envoi_log_item_get_record (self->item);
  g_autofree char *outcome = envoi_log_item_dup_outcome (self->item);
  g_autofree char *when = format_time (record->time);
  g_autofree char *who = envoi_log_item_dup_who (self->item);
  g_autofree char *reply = envoi_log_item_dup_reply (self->item);
  g_autofree char *spoken = g_strdup_printf ("%s, %s, %s, %s", outcome, who, when,
                                             reply ? reply : "");

  show_icon (self, record);
  gtk_label_set_label (self->outcome, outcome);
  gtk_label_set_label (self->when, when);
  gtk_label_set_label (self->who, who);
  gtk_label_set_label (self->reply, reply ? reply : "");
  gtk_widget_set_visible (GTK_WIDGET (self->reply), reply != NULL);
  envoi_compat_name_list_item (GTK_WIDGET (self), spoken);
}

static void
envoi_log_row_root (GtkWidget *widget)
{
  EnvoiLogRow *self = ENVOI_LOG_ROW (widget);

  GTK_WIDGET_CLASS (envoi_log_row_parent_class)->root (widget);

  /* Only now is there a list item to carry the spoken name. */
  if (self->item)
    show_item (self);
}

static void
envoi_log_row_set_property (GObject      *object,
                            guint         property_id,
                            const GValue *value,
                            GParamSpec   *pspec)
{
  EnvoiLogRow *self = ENVOI_LOG_ROW (object);

  switch (property_id) {
    case PROP_ITEM:
      envoi_log_row_set_item (self, g_value_get_object (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
  }
}

static void
envoi_log_row_dispose (GObject *object)
{
  EnvoiLogRow *self = ENVOI_LOG_ROW (object);

  g_clear_object (&self->item_signals);
  g_clear_object (&self->item);

  G_OBJECT_CLASS (envoi_log_row_parent_class)->dispose (object);
}

static void
envoi_log_row_class_init (EnvoiLogRowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->set_property = envoi_log_row_set_property;
  object_class->dispose = envoi_log_row_dispose;
  widget_class->root = envoi_log_row_root;

  properties[PROP_ITEM] = g_param_spec_object ("item", NULL, NULL, ENVOI_TYPE_LOG_ITEM,
                                               G_PARAM_WRITABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  gtk_widget_class_set_template_from_resource (
    widget_class, "/io/github/envoi_mail/Envoi/envoi-log-row.ui");
  gtk_widget_class_bind_template_child (widget_class, EnvoiLogRow, icon);
  gtk_widget_class_bind_template_child (widget_class, EnvoiLogRow, outcome);
  gtk_widget_class_bind_template_child (widget_class, EnvoiLogRow, when);
  gtk_widget_class_bind_template_child (widget_class, EnvoiLogRow, who);
  gtk_widget_class_bind_template_child (widget_class, EnvoiLogRow, reply);
}

static void
envoi_log_row_init (EnvoiLogRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));

  self->item_signals = g_signal_group_new (ENVOI_TYPE_LOG_ITEM);
  g_signal_group_connect_swapped (self->item_signals, "notify", G_CALLBACK (show_item), self);
}

void
envoi_log_row_set_item (EnvoiLogRow  *self,
                        EnvoiLogItem *item)
{
  g_return_if_fail (ENVOI_IS_LOG_ROW (self));

  if (!g_set_object (&self->item, item))
    return;

  g_signal_group_set_target (self->item_signals, item);
  if (item)
    show_item (self);
}
