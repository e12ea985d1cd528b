/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-ui"

#include "config.h"

#include "envoi-compat.h"
#include "envoi-part-list.h"
#include "envoi-part.h"

#include <glib/gi18n.h>

/**
 * EnvoiPartList:
 *
 * The attachments of a letter: name, size, and a button that saves it.
 *
 * Thread: main
 */
struct _EnvoiPartList {
  AdwBin parent_instance;

  GtkLabel     *title;
  GtkListBox   *list;
  GCancellable *cancellable;
};

G_DEFINE_FINAL_TYPE (EnvoiPartList, envoi_part_list, ADW_TYPE_BIN)

enum {
  SIGNAL_PROBLEM,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

typedef struct {
  EnvoiPartList *list;
  EnvoiPart     *part;
} Saving;

static void
saving_free (Saving *saving)
{
  g_object_unref (saving->list);
  g_object_unref (saving->part);
  g_free (saving);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Saving, saving_free)

static void
did_save (GObject      *source,
          GAsyncResult *result,
          gpointer      user_data)
{
  g_autoptr (EnvoiPartList) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autofree char *sentence = NULL;

  if (envoi_part_save_finish (ENVOI_PART (source), result, &error) ||
      g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;

  /* Translators: %s says why, in the system's words */
  sentence = g_strdup_printf (_("The file could not be saved: %s"), error->message);
  g_signal_emit (self, signals[SIGNAL_PROBLEM], 0, sentence);
}

static void
got_target (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autoptr (Saving) saving = user_data;
  g_autoptr (GFile) target = envoi_compat_save_file_finish (result, NULL);

  if (target)
    envoi_part_save_async (saving->part, target, saving->list->cancellable, did_save,
                           g_object_ref (saving->list));
}

static void
save_clicked_cb (GtkButton *button,
                 gpointer   user_data)
{
  EnvoiPartList *self = user_data;
  GtkWindow *window = GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (self)));
  Saving *saving = g_new0 (Saving, 1);

  saving->list = g_object_ref (self);
  saving->part = g_object_ref (g_object_get_data (G_OBJECT (button), "part"));
  envoi_compat_save_file_async (window, _("Save Attachment"), envoi_part_get_name (saving->part),
                                self->cancellable, got_target, saving);
}

static GtkWidget *
make_save_button (EnvoiPartList *self,
                  EnvoiPart     *part)
{
  GtkWidget *button = gtk_button_new_from_icon_name ("document-save-symbolic");
  g_autofree char *label = NULL;

  /* Translators: %s is the name of an attached file */
  label = g_strdup_printf (_("Save %s"), envoi_part_get_name (part));
  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (button, "flat");
  gtk_widget_set_tooltip_text (button, label);
  gtk_accessible_update_property (GTK_ACCESSIBLE (button),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, label,
                                  -1);
  g_object_set_data_full (G_OBJECT (button), "part", g_object_ref (part), g_object_unref);
  g_signal_connect_object (button, "clicked", G_CALLBACK (save_clicked_cb), self, 0);
  return button;
}

static GtkWidget *
make_row (gpointer item,
          gpointer user_data)
{
  EnvoiPartList *self = user_data;
  EnvoiPart *part = item;
  GtkWidget *row = adw_action_row_new ();
  GtkWidget *button = make_save_button (self, part);
  g_autofree char *size = g_format_size (envoi_part_get_size (part));
  g_autoptr (GIcon) icon = NULL;

  icon = g_content_type_get_symbolic_icon (envoi_part_get_content_type (part));
  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), envoi_part_get_name (part));
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), size);
  adw_action_row_set_title_lines (ADW_ACTION_ROW (row), 1);
  adw_action_row_add_prefix (ADW_ACTION_ROW (row), gtk_image_new_from_gicon (icon));
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), button);
  adw_action_row_set_activatable_widget (ADW_ACTION_ROW (row), button);
  return row;
}

static void
envoi_part_list_dispose (GObject *object)
{
  EnvoiPartList *self = ENVOI_PART_LIST (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);

  G_OBJECT_CLASS (envoi_part_list_parent_class)->dispose (object);
}

static void
envoi_part_list_class_init (EnvoiPartListClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = envoi_part_list_dispose;

  signals[SIGNAL_PROBLEM] = g_signal_new ("problem", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST,
                                          0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);

  gtk_widget_class_set_template_from_resource (
    widget_class, "/io/github/envoi_mail/Envoi/envoi-part-list.ui");
  gtk_widget_class_bind_template_child (widget_class, EnvoiPartList, title);
  gtk_widget_class_bind_template_child (widget_class, EnvoiPartList, list);
}

static void
envoi_part_list_init (EnvoiPartList *self)
{
  self->cancellable = g_cancellable_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
}

void
envoi_part_list_set_parts (EnvoiPartList *self,
                           GListModel    *parts)
{
  guint n_parts = parts ? g_list_model_get_n_items (parts) : 0;
  g_autofree char *title = NULL;

  g_return_if_fail (ENVOI_IS_PART_LIST (self));

  title = g_strdup_printf (ngettext ("%u Attachment", "%u Attachments", n_parts), n_parts);
  gtk_label_set_label (self->title, title);
  gtk_list_box_bind_model (self->list, parts, make_row, self, NULL);
  gtk_widget_set_visible (GTK_WIDGET (self), n_parts > 0);
}
