/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-ui"

#include "config.h"

#include "envoi-link-dialog.h"

#include "envoi-link.h"

/**
 * EnvoiLinkDialog:
 *
 * Asks for a link; only one that may be sent can be set.
 *
 * Thread: main
 */
struct _EnvoiLinkDialog {
  AdwWindow parent_instance;

  AdwEntryRow  *text;
  AdwEntryRow  *address;
  GtkWidget    *set_button;
  GtkWidget    *remove_button;
};

G_DEFINE_FINAL_TYPE (EnvoiLinkDialog, envoi_link_dialog, ADW_TYPE_WINDOW)

enum {
  CHOSEN,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

static void
address_changed_cb (EnvoiLinkDialog *self)
{
  const char *typed = gtk_editable_get_text (GTK_EDITABLE (self->address));
  g_autofree char *href = envoi_link_normalize (typed);

  gtk_widget_set_sensitive (self->set_button, href != NULL);
  if (href || *typed == '\0')
    gtk_widget_remove_css_class (GTK_WIDGET (self->address), "error");
  else
    gtk_widget_add_css_class (GTK_WIDGET (self->address), "error");
}

static void
set_cb (EnvoiLinkDialog *self)
{
  g_autofree char *href = envoi_link_normalize (gtk_editable_get_text (GTK_EDITABLE (self->address)));
  const char *text = gtk_editable_get_text (GTK_EDITABLE (self->text));

  if (!href)
    return;

  g_signal_emit (self, signals[CHOSEN], 0, href,
                 *text == '\0' ? gtk_editable_get_text (GTK_EDITABLE (self->address)) : text);
  gtk_window_destroy (GTK_WINDOW (self));
}

static void
remove_cb (EnvoiLinkDialog *self)
{
  g_signal_emit (self, signals[CHOSEN], 0, "", "");
  gtk_window_destroy (GTK_WINDOW (self));
}

static void
envoi_link_dialog_class_init (EnvoiLinkDialogClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  signals[CHOSEN] = g_signal_new ("chosen", ENVOI_TYPE_LINK_DIALOG, G_SIGNAL_RUN_LAST, 0, NULL,
                                  NULL, NULL, G_TYPE_NONE, 2, G_TYPE_STRING, G_TYPE_STRING);

  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "window.close", NULL);
  gtk_widget_class_set_template_from_resource (
    widget_class, "/io/github/envoi_mail/Envoi/envoi-link-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, EnvoiLinkDialog, text);
  gtk_widget_class_bind_template_child (widget_class, EnvoiLinkDialog, address);
  gtk_widget_class_bind_template_child (widget_class, EnvoiLinkDialog, set_button);
  gtk_widget_class_bind_template_child (widget_class, EnvoiLinkDialog, remove_button);
  gtk_widget_class_bind_template_callback (widget_class, address_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, set_cb);
  gtk_widget_class_bind_template_callback (widget_class, remove_cb);
}

static void
envoi_link_dialog_init (EnvoiLinkDialog *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

EnvoiLinkDialog *
envoi_link_dialog_new (GtkWindow  *parent,
                       const char *text,
                       const char *href)
{
  EnvoiLinkDialog *self = g_object_new (ENVOI_TYPE_LINK_DIALOG, "transient-for", parent, NULL);

  gtk_editable_set_text (GTK_EDITABLE (self->text), text);
  gtk_editable_set_text (GTK_EDITABLE (self->address), href);
  gtk_widget_set_visible (self->remove_button, *href != '\0');
  address_changed_cb (self);
  gtk_widget_grab_focus (GTK_WIDGET (*text == '\0' ? self->text : self->address));
  return self;
}
