/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-ui"

#include "config.h"

#include "envoi-recipient-chip.h"

#include <glib/gi18n.h>

#define MAX_NAME_CHARS 28

/**
 * EnvoiRecipientChip:
 *
 * Shows a recipient by name, the address on hover. One that cannot be used is
 * red and says why, and keeps what was typed.
 *
 * Thread: main
 */
struct _EnvoiRecipientChip {
  GtkWidget parent_instance;

  char         *text;
  EnvoiAddress *address;
  char         *problem;
};

G_DEFINE_FINAL_TYPE (EnvoiRecipientChip, envoi_recipient_chip, GTK_TYPE_WIDGET)

enum {
  REMOVED,
  EDITED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

static void
remove_clicked_cb (GtkButton          *button,
                   EnvoiRecipientChip *self)
{
  g_signal_emit (self, signals[REMOVED], 0);
}

static void
pressed_cb (GtkGestureClick    *gesture,
            int                 n_press,
            double              x,
            double              y,
            EnvoiRecipientChip *self)
{
  gtk_widget_grab_focus (GTK_WIDGET (self));
  if (n_press == 2)
    g_signal_emit (self, signals[EDITED], 0);
}

static void
parse (EnvoiRecipientChip *self,
       const char         *text)
{
  g_autoptr (GError) error = NULL;

  self->address = envoi_address_parse (text, &error);
  if (self->address) {
    self->text = envoi_address_format (self->address);
  } else {
    self->text = g_strdup (text);
    self->problem = g_strdup (error->message);
  }
}

static void
add_label (EnvoiRecipientChip *self)
{
  const char *name = self->address ? envoi_address_get_name (self->address) : NULL;
  const char *shown = self->text;
  GtkWidget *label;

  if (name && *name != '\0')
    shown = name;
  else if (self->address)
    shown = envoi_address_get_mailbox (self->address);

  label = gtk_label_new (shown);
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_MIDDLE);
  gtk_label_set_max_width_chars (GTK_LABEL (label), MAX_NAME_CHARS);
  gtk_widget_set_parent (label, GTK_WIDGET (self));
}

static void
add_button (EnvoiRecipientChip *self)
{
  g_autofree char *name = g_strdup_printf (_("Remove %s"), self->text);
  GtkWidget *button = gtk_button_new_from_icon_name ("window-close-symbolic");

  gtk_widget_add_css_class (button, "flat");
  gtk_widget_add_css_class (button, "circular");
  gtk_widget_set_can_focus (button, FALSE);
  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_accessible_update_property (GTK_ACCESSIBLE (button),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  g_signal_connect (button, "clicked", G_CALLBACK (remove_clicked_cb), self);
  gtk_widget_set_parent (button, GTK_WIDGET (self));
}

static void
show_problem (EnvoiRecipientChip *self)
{
  g_autofree char *tip = NULL;

  gtk_accessible_update_property (GTK_ACCESSIBLE (self),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, self->text, -1);
  if (!self->problem) {
    gtk_widget_set_tooltip_text (GTK_WIDGET (self), self->text);
    return;
  }

  tip = g_strdup_printf ("%s\n%s", self->text, self->problem);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self), tip);
  gtk_widget_add_css_class (GTK_WIDGET (self), "error");
  gtk_accessible_update_property (GTK_ACCESSIBLE (self),
                                  GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, self->problem, -1);
  gtk_accessible_update_state (GTK_ACCESSIBLE (self),
                               GTK_ACCESSIBLE_STATE_INVALID, GTK_ACCESSIBLE_INVALID_TRUE, -1);
}

static void
envoi_recipient_chip_dispose (GObject *object)
{
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (object))))
    gtk_widget_unparent (child);

  G_OBJECT_CLASS (envoi_recipient_chip_parent_class)->dispose (object);
}

static void
envoi_recipient_chip_finalize (GObject *object)
{
  EnvoiRecipientChip *self = ENVOI_RECIPIENT_CHIP (object);

  g_clear_pointer (&self->address, envoi_address_unref);
  g_clear_pointer (&self->problem, g_free);
  g_clear_pointer (&self->text, g_free);

  G_OBJECT_CLASS (envoi_recipient_chip_parent_class)->finalize (object);
}

static void
envoi_recipient_chip_class_init (EnvoiRecipientChipClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = envoi_recipient_chip_dispose;
  object_class->finalize = envoi_recipient_chip_finalize;

  signals[REMOVED] = g_signal_new ("removed", ENVOI_TYPE_RECIPIENT_CHIP, G_SIGNAL_RUN_LAST, 0,
                                   NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[EDITED] = g_signal_new ("edited", ENVOI_TYPE_RECIPIENT_CHIP, G_SIGNAL_RUN_LAST, 0,
                                  NULL, NULL, NULL, G_TYPE_NONE, 0);

  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BOX_LAYOUT);
  gtk_widget_class_set_css_name (widget_class, "recipient-chip");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_BUTTON);
}

/* To another field of this letter as it is, anywhere else as a text. */
static GdkContentProvider *
prepare_drag_cb (GtkDragSource      *source,
                 double              x,
                 double              y,
                 EnvoiRecipientChip *self)
{
  GdkContentProvider *contents[] = {
    gdk_content_provider_new_typed (ENVOI_TYPE_RECIPIENT_CHIP, self),
    gdk_content_provider_new_typed (G_TYPE_STRING, self->text),
  };

  return gdk_content_provider_new_union (contents, G_N_ELEMENTS (contents));
}

static void
begin_drag_cb (GtkDragSource      *source,
               GdkDrag            *drag,
               EnvoiRecipientChip *self)
{
  g_autoptr (GdkPaintable) picture = gtk_widget_paintable_new (GTK_WIDGET (self));

  gtk_drag_source_set_icon (source, picture, 0, 0);
}

static void
add_drag_source (EnvoiRecipientChip *self)
{
  GtkDragSource *source = gtk_drag_source_new ();

  gtk_drag_source_set_actions (source, GDK_ACTION_COPY | GDK_ACTION_MOVE);
  g_signal_connect (source, "prepare", G_CALLBACK (prepare_drag_cb), self);
  g_signal_connect (source, "drag-begin", G_CALLBACK (begin_drag_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (source));
}

static void
envoi_recipient_chip_init (EnvoiRecipientChip *self)
{
  GtkGesture *click = gtk_gesture_click_new ();

  gtk_widget_set_focusable (GTK_WIDGET (self), TRUE);
  g_signal_connect (click, "pressed", G_CALLBACK (pressed_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (click));
  add_drag_source (self);
}

GtkWidget *
envoi_recipient_chip_new (const char *text)
{
  EnvoiRecipientChip *self = g_object_new (ENVOI_TYPE_RECIPIENT_CHIP, NULL);

  parse (self, text);
  add_label (self);
  add_button (self);
  show_problem (self);
  return GTK_WIDGET (self);
}

const char *
envoi_recipient_chip_get_text (EnvoiRecipientChip *self)
{
  g_return_val_if_fail (ENVOI_IS_RECIPIENT_CHIP (self), "");

  return self->text;
}

EnvoiAddress *
envoi_recipient_chip_get_address (EnvoiRecipientChip *self)
{
  g_return_val_if_fail (ENVOI_IS_RECIPIENT_CHIP (self), NULL);

  return self->address;
}

const char *
envoi_recipient_chip_get_problem (EnvoiRecipientChip *self)
{
  g_return_val_if_fail (ENVOI_IS_RECIPIENT_CHIP (self), NULL);

  return self->problem;
}
