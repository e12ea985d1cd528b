/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-ui"

#include "config.h"

#include "envoi-attachment-chip.h"

#include "envoi-thumbnail.h"

#include <glib/gi18n.h>

#define MAX_NAME_CHARS 26
#define THUMBNAIL_PIXELS 64
#define THUMBNAIL "envoi-thumbnail"
/* A larger picture would be decoded for longer than anybody looks at its chip. */
#define MAX_THUMBNAIL_OCTETS (32 * 1024 * 1024)

/**
 * EnvoiAttachmentChip:
 *
 * A projection of one attachment; its name is a button that asks for another one.
 *
 * Thread: main
 */
struct _EnvoiAttachmentChip {
  AdwBin parent_instance;

  GtkImage        *icon;
  GtkLabel        *name;
  GtkMenuButton   *rename_button;
  GtkPopover      *popover;
  GtkEditable     *new_name;
  GtkWidget       *remove_button;

  EnvoiAttachment *attachment;
  GCancellable    *cancellable;
};

G_DEFINE_FINAL_TYPE (EnvoiAttachmentChip, envoi_attachment_chip, ADW_TYPE_BIN)

enum {
  REMOVED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

static gboolean
is_shown_small (EnvoiAttachment *attachment)
{
  static const char *const types[] = { "image/png", "image/jpeg", "image/gif", "image/webp" };

  for (guint i = 0; i < G_N_ELEMENTS (types); i++) {
    if (g_strcmp0 (envoi_attachment_get_content_type (attachment), types[i]) == 0)
      return envoi_attachment_get_size (attachment) <= MAX_THUMBNAIL_OCTETS;
  }

  return FALSE;
}

static void
show_thumbnail (EnvoiAttachmentChip *self,
                GdkTexture          *texture)
{
  gtk_image_set_from_paintable (self->icon, GDK_PAINTABLE (texture));
  gtk_widget_add_css_class (GTK_WIDGET (self->icon), "thumbnail");
}

static void
weak_ref_free (GWeakRef *chip)
{
  g_weak_ref_clear (chip);
  g_free (chip);
}

static void
made_thumbnail_cb (GObject      *source,
                   GAsyncResult *result,
                   gpointer      user_data)
{
  GWeakRef *chip = user_data;
  g_autoptr (EnvoiAttachmentChip) self = g_weak_ref_get (chip);
  g_autoptr (GdkTexture) texture = envoi_thumbnail_make_finish (result, NULL);

  weak_ref_free (chip);
  /* What cannot be shown keeps the icon of its kind. */
  if (!self || !texture)
    return;

  /* The chips are made anew whenever a file comes or goes; the file stays. */
  g_object_set_data_full (G_OBJECT (self->attachment), THUMBNAIL, g_object_ref (texture),
                          g_object_unref);
  show_thumbnail (self, texture);
}

/* Nothing keeps a chip that is gone: its picture is not worth the work any more. */
static void
show_small (EnvoiAttachmentChip *self,
            EnvoiAttacher       *attacher)
{
  GdkTexture *known = g_object_get_data (G_OBJECT (self->attachment), THUMBNAIL);
  g_autoptr (GInputStream) stream = NULL;
  GWeakRef *chip;

  if (known) {
    show_thumbnail (self, known);
    return;
  }

  stream = envoi_attacher_open_attachment (attacher, self->attachment);
  if (!stream)
    return;

  chip = g_new0 (GWeakRef, 1);
  g_weak_ref_init (chip, self);
  envoi_thumbnail_make_async (stream, envoi_attachment_get_content_type (self->attachment),
                              THUMBNAIL_PIXELS, self->cancellable, made_thumbnail_cb, chip);
}

static void
name_control (GtkWidget  *widget,
              const char *format,
              const char *name)
{
  g_autoptr (GString) words = g_string_new (format);

  g_string_replace (words, "%s", name, 1);
  gtk_widget_set_tooltip_text (widget, words->str);
  gtk_accessible_update_property (GTK_ACCESSIBLE (widget),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, words->str, -1);
}

static void
show_name (EnvoiAttachmentChip *self)
{
  const char *name = envoi_attachment_get_name (self->attachment);

  gtk_label_set_label (self->name, name);
  /* Translators: %s is the name of a file. */
  name_control (self->remove_button, _("Remove %s"), name);
  /* Translators: %s is the name of a file. */
  name_control (GTK_WIDGET (self->rename_button), _("Rename %s"), name);
}

/* The part before the ending is what people change. */
static void
begin_renaming_cb (EnvoiAttachmentChip *self)
{
  const char *name = envoi_attachment_get_name (self->attachment);
  const char *dot = g_utf8_strrchr (name, -1, '.');

  gtk_editable_set_text (self->new_name, name);
  gtk_editable_select_region (self->new_name, 0,
                              dot && dot > name ? (int) g_utf8_pointer_to_offset (name, dot) : -1);
}

static void
end_renaming_cb (EnvoiAttachmentChip *self)
{
  g_autofree char *name = g_strdup (gtk_editable_get_text (self->new_name));

  g_strstrip (name);
  if (*name != '\0')
    envoi_attachment_set_name (self->attachment, name);
  gtk_popover_popdown (self->popover);
}

static void
remove_clicked_cb (EnvoiAttachmentChip *self)
{
  g_signal_emit (self, signals[REMOVED], 0);
}

static void
envoi_attachment_chip_dispose (GObject *object)
{
  EnvoiAttachmentChip *self = ENVOI_ATTACHMENT_CHIP (object);

  if (self->cancellable)
    g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->attachment);

  G_OBJECT_CLASS (envoi_attachment_chip_parent_class)->dispose (object);
}

static void
envoi_attachment_chip_class_init (EnvoiAttachmentChipClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = envoi_attachment_chip_dispose;

  signals[REMOVED] = g_signal_new ("removed", ENVOI_TYPE_ATTACHMENT_CHIP, G_SIGNAL_RUN_LAST, 0,
                                   NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
add_rename_button (EnvoiAttachmentChip *self)
{
  GtkWidget *entry = gtk_entry_new ();

  self->name = GTK_LABEL (gtk_label_new (NULL));
  self->new_name = GTK_EDITABLE (entry);
  self->popover = GTK_POPOVER (gtk_popover_new ());
  self->rename_button = GTK_MENU_BUTTON (gtk_menu_button_new ());
  gtk_label_set_ellipsize (self->name, PANGO_ELLIPSIZE_MIDDLE);
  gtk_label_set_max_width_chars (self->name, MAX_NAME_CHARS);
  gtk_editable_set_width_chars (self->new_name, MAX_NAME_CHARS);
  gtk_accessible_update_property (GTK_ACCESSIBLE (entry),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, _("File Name"), -1);
  gtk_popover_set_child (self->popover, entry);
  gtk_menu_button_set_child (self->rename_button, GTK_WIDGET (self->name));
  gtk_menu_button_set_has_frame (self->rename_button, FALSE);
  gtk_menu_button_set_popover (self->rename_button, GTK_WIDGET (self->popover));
  g_signal_connect_object (self->popover, "show", G_CALLBACK (begin_renaming_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (entry, "activate", G_CALLBACK (end_renaming_cb), self,
                           G_CONNECT_SWAPPED);
}

static GtkWidget *
create_size_label (EnvoiAttachment *attachment)
{
  g_autofree char *size = g_format_size (envoi_attachment_get_size (attachment));
  GtkWidget *label = gtk_label_new (size);

  gtk_widget_add_css_class (label, "dim-label");
  gtk_widget_add_css_class (label, "numeric");
  return label;
}

static void
envoi_attachment_chip_init (EnvoiAttachmentChip *self)
{
  self->cancellable = g_cancellable_new ();
  self->icon = GTK_IMAGE (gtk_image_new ());
  self->remove_button = gtk_button_new_from_icon_name ("window-close-symbolic");
  gtk_widget_add_css_class (self->remove_button, "flat");
  gtk_widget_add_css_class (self->remove_button, "circular");
  gtk_widget_set_valign (self->remove_button, GTK_ALIGN_CENTER);
  g_signal_connect_object (self->remove_button, "clicked", G_CALLBACK (remove_clicked_cb), self,
                           G_CONNECT_SWAPPED);
  add_rename_button (self);
}

GtkWidget *
envoi_attachment_chip_new (EnvoiAttachment *attachment,
                           EnvoiAttacher   *attacher)
{
  EnvoiAttachmentChip *self = g_object_new (ENVOI_TYPE_ATTACHMENT_CHIP, NULL);
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  g_autofree char *type =
    g_content_type_from_mime_type (envoi_attachment_get_content_type (attachment));
  g_autoptr (GIcon) icon = g_content_type_get_symbolic_icon (type ? type : "text/plain");

  self->attachment = g_object_ref (attachment);
  gtk_image_set_from_gicon (self->icon, icon);
  gtk_widget_add_css_class (box, "attachment-chip");
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (self->icon));
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (self->rename_button));
  gtk_box_append (GTK_BOX (box), create_size_label (attachment));
  gtk_box_append (GTK_BOX (box), self->remove_button);
  adw_bin_set_child (ADW_BIN (self), box);
  g_signal_connect_object (attachment, "notify::name", G_CALLBACK (show_name), self,
                           G_CONNECT_SWAPPED);
  show_name (self);
  if (attacher && is_shown_small (attachment))
    show_small (self, attacher);
  return GTK_WIDGET (self);
}
