/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-ui"

#include "config.h"

#include "envoi-recipient-drop.h"

static gboolean
drop_cb (GtkDropTarget       *target,
         const GValue        *value,
         double               x,
         double               y,
         EnvoiRecipientEntry *entry)
{
  GtkWidget *chip;

  if (!G_VALUE_HOLDS (value, ENVOI_TYPE_RECIPIENT_CHIP)) {
    envoi_recipient_entry_take_list (entry, g_value_get_string (value));
    return TRUE;
  }

  chip = g_value_get_object (value);
  if (gtk_widget_get_parent (chip) == GTK_WIDGET (entry))
    return FALSE;

  envoi_recipient_entry_take_chip (entry, ENVOI_RECIPIENT_CHIP (chip));
  return TRUE;
}

static void
add_target (GtkWidget           *widget,
            EnvoiRecipientEntry *entry)
{
  GType types[] = { ENVOI_TYPE_RECIPIENT_CHIP, G_TYPE_STRING };
  GtkDropTarget *target =
    gtk_drop_target_new (G_TYPE_INVALID, GDK_ACTION_COPY | GDK_ACTION_MOVE);

  gtk_drop_target_set_gtypes (target, types, G_N_ELEMENTS (types));
  gtk_event_controller_set_propagation_phase (GTK_EVENT_CONTROLLER (target), GTK_PHASE_CAPTURE);
  g_signal_connect_object (target, "drop", G_CALLBACK (drop_cb), entry, 0);
  gtk_widget_add_controller (widget, GTK_EVENT_CONTROLLER (target));
}

/**
 * envoi_recipient_drop_accept:
 * @entry: a field
 *
 * Takes drops before the text inside, which would write a list into itself.
 *
 * Thread: main
 */
void
envoi_recipient_drop_accept (EnvoiRecipientEntry *entry)
{
  add_target (GTK_WIDGET (entry), entry);
}

/**
 * envoi_recipient_drop_accept_for:
 * @entry: a field that may not be shown
 * @button: what would show it
 *
 * Takes drops on @button: nobody can aim at a field that is not there.
 *
 * Thread: main
 */
void
envoi_recipient_drop_accept_for (EnvoiRecipientEntry *entry,
                                 GtkWidget           *button)
{
  add_target (button, entry);
}
