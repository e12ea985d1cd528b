/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-ui"

#include "config.h"

#include "envoi-send-panel.h"

#include "envoi-compat.h"
#include "envoi-send-check.h"

#include <glib/gi18n.h>

/**
 * EnvoiSendPanel:
 *
 * One calm panel instead of a row of questions: every finding with its remedy,
 * and one button to send all the same, unless it cannot be.
 *
 * Thread: main
 */
struct _EnvoiSendPanel {
  AdwBin parent_instance;

  GtkRevealer *revealer;
  GtkBox      *findings;
  GtkButton   *confirm;
  GtkButton   *back;
};

G_DEFINE_FINAL_TYPE (EnvoiSendPanel, envoi_send_panel, ADW_TYPE_BIN)

enum {
  CONFIRMED,
  CHOSEN,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

static void
confirm_clicked_cb (EnvoiSendPanel *self)
{
  envoi_send_panel_hide (self);
  g_signal_emit (self, signals[CONFIRMED], 0);
}

static void
back_clicked_cb (EnvoiSendPanel *self)
{
  envoi_send_panel_hide (self);
  g_signal_emit (self, signals[CHOSEN], 0, "text");
}

static void
remedy_clicked_cb (GtkButton      *button,
                   EnvoiSendPanel *self)
{
  const char *field = g_object_get_data (G_OBJECT (button), "field");

  envoi_send_panel_hide (self);
  g_signal_emit (self, signals[CHOSEN], 0, field);
}

/* (nullable): where the remedy is to write on, "Keep Writing" says so already. */
static const char *
get_remedy (const EnvoiSendFinding *finding)
{
  switch (finding->kind) {
    case ENVOI_SEND_NO_RECIPIENT:
      return _("Add One");
    case ENVOI_SEND_BAD_ADDRESS:
      return _("Correct It");
    case ENVOI_SEND_NO_ATTACHMENT:
      return _("Attach…");
    case ENVOI_SEND_NO_SUBJECT:
      return _("Write One");
    case ENVOI_SEND_OTHER_SENDER:
      return _("Change It");
    case ENVOI_SEND_TOO_MANY_RECIPIENTS:
      return _("Send in Parts");
    case ENVOI_SEND_MANY_VISIBLE:
      return _("Send Separately");
    case ENVOI_SEND_TOO_LARGE:
      return g_str_equal (finding->field, "compress") ? _("Compress") : NULL;
    case ENVOI_SEND_NO_TEXT:
    case ENVOI_SEND_REFUSED_FILE:
    case ENVOI_SEND_SENSITIVE:
    default:
      return NULL;
  }
}

static GtkWidget *
create_row (EnvoiSendPanel         *self,
            const EnvoiSendFinding *finding)
{
  GtkWidget *row = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);
  GtkWidget *label = gtk_label_new (finding->text);
  const char *remedy = get_remedy (finding);

  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_widget_set_hexpand (label, TRUE);
  gtk_box_append (GTK_BOX (row), label);

  if (remedy) {
    GtkWidget *button = gtk_button_new_with_label (remedy);

    gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
    g_object_set_data (G_OBJECT (button), "field", (gpointer) finding->field);
    g_signal_connect (button, "clicked", G_CALLBACK (remedy_clicked_cb), self);
    gtk_box_append (GTK_BOX (row), button);
  }

  return row;
}

static gboolean
escape_cb (GtkWidget *widget,
           GVariant  *arguments,
           gpointer   user_data)
{
  back_clicked_cb (ENVOI_SEND_PANEL (widget));
  return TRUE;
}

static void
envoi_send_panel_class_init (EnvoiSendPanelClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  signals[CONFIRMED] = g_signal_new ("confirmed", ENVOI_TYPE_SEND_PANEL, G_SIGNAL_RUN_LAST, 0,
                                     NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[CHOSEN] = g_signal_new ("chosen", ENVOI_TYPE_SEND_PANEL, G_SIGNAL_RUN_LAST, 0, NULL,
                                  NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);

  gtk_widget_class_add_binding (widget_class, GDK_KEY_Escape, 0, escape_cb, NULL);
  gtk_widget_class_set_template_from_resource (
    widget_class, "/io/github/envoi_mail/Envoi/envoi-send-panel.ui");
  gtk_widget_class_bind_template_child (widget_class, EnvoiSendPanel, revealer);
  gtk_widget_class_bind_template_child (widget_class, EnvoiSendPanel, findings);
  gtk_widget_class_bind_template_child (widget_class, EnvoiSendPanel, confirm);
  gtk_widget_class_bind_template_child (widget_class, EnvoiSendPanel, back);
  gtk_widget_class_bind_template_callback (widget_class, confirm_clicked_cb);
  gtk_widget_class_bind_template_callback (widget_class, back_clicked_cb);
}

static void
envoi_send_panel_init (EnvoiSendPanel *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

GtkWidget *
envoi_send_panel_new (void)
{
  return g_object_new (ENVOI_TYPE_SEND_PANEL, NULL);
}

/* Who does not see the panel hears with its first button why it is there. */
static void
describe (EnvoiSendPanel *self,
          GPtrArray      *findings)
{
  g_autoptr (GString) sentences = g_string_new (NULL);

  for (guint i = 0; i < findings->len; i++) {
    const EnvoiSendFinding *finding = g_ptr_array_index (findings, i);

    g_string_append_printf (sentences, "%s%s", i > 0 ? " " : "", finding->text);
  }

  gtk_accessible_update_property (GTK_ACCESSIBLE (self->back),
                                  GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, sentences->str, -1);
  envoi_compat_announce (GTK_WIDGET (self), sentences->str);
}

void
envoi_send_panel_show (EnvoiSendPanel *self,
                       GPtrArray      *findings)
{
  gboolean is_blocked = FALSE;
  GtkWidget *child;

  g_return_if_fail (ENVOI_IS_SEND_PANEL (self));

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self->findings))))
    gtk_box_remove (self->findings, child);

  for (guint i = 0; i < findings->len; i++) {
    const EnvoiSendFinding *finding = g_ptr_array_index (findings, i);

    is_blocked |= finding->is_blocking;
    gtk_box_append (self->findings, create_row (self, finding));
  }

  describe (self, findings);
  gtk_widget_set_visible (GTK_WIDGET (self->confirm), !is_blocked);
  gtk_revealer_set_reveal_child (self->revealer, TRUE);
  gtk_widget_grab_focus (GTK_WIDGET (self->back));
}

void
envoi_send_panel_hide (EnvoiSendPanel *self)
{
  g_return_if_fail (ENVOI_IS_SEND_PANEL (self));

  gtk_revealer_set_reveal_child (self->revealer, FALSE);
}

gboolean
envoi_send_panel_is_shown (EnvoiSendPanel *self)
{
  g_return_val_if_fail (ENVOI_IS_SEND_PANEL (self), FALSE);

  return gtk_revealer_get_reveal_child (self->revealer);
}
