/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-ui"

#include "config.h"

#include "envoi-recipient-entry-private.h"

/* The keys of a chip that has the focus. Its neighbours are its siblings: chips,
 * and the text behind the last one. */

static void
copy_chip (EnvoiRecipientChip *chip)
{
  gdk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (chip)),
                          envoi_recipient_chip_get_text (chip));
}

/* Removing with Backspace goes on backwards, with Delete forwards. */
static void
delete_chip (EnvoiRecipientEntry *self,
             EnvoiRecipientChip  *chip,
             gboolean             goes_back)
{
  GtkWidget *next = goes_back ? gtk_widget_get_prev_sibling (GTK_WIDGET (chip)) : NULL;

  if (!next)
    next = gtk_widget_get_next_sibling (GTK_WIDGET (chip));

  envoi_recipient_entry_focus_chip (self, next);
  envoi_recipient_entry_remove_chip (self, chip);
}

static gboolean
move_from_chip (EnvoiRecipientEntry *self,
                GtkWidget           *chip,
                guint                keyval)
{
  gboolean is_rtl = gtk_widget_get_direction (chip) == GTK_TEXT_DIR_RTL;
  GtkWidget *before = gtk_widget_get_prev_sibling (chip);

  if (keyval == GDK_KEY_Home)
    envoi_recipient_entry_focus_chip (self, gtk_widget_get_first_child (GTK_WIDGET (self)));
  else if (keyval == GDK_KEY_End)
    envoi_recipient_entry_focus_chip (self, NULL);
  else if ((keyval == GDK_KEY_Left) != is_rtl)
    envoi_recipient_entry_focus_chip (self, before ? before : chip);
  else
    envoi_recipient_entry_focus_chip (self, gtk_widget_get_next_sibling (chip));

  return TRUE;
}

/* Alt with an arrow takes a recipient to the field above or below. */
static gboolean
want_move (EnvoiRecipientEntry *self,
           EnvoiRecipientChip  *chip,
           guint                keyval)
{
  if (keyval != GDK_KEY_Up && keyval != GDK_KEY_Down)
    return FALSE;

  g_signal_emit_by_name (self, "move-wanted", chip, keyval == GDK_KEY_Up ? -1 : 1);
  return TRUE;
}

static gboolean
chip_key_cb (GtkEventControllerKey *controller,
             guint                  keyval,
             guint                  keycode,
             GdkModifierType        modifiers,
             EnvoiRecipientEntry   *self)
{
  GtkWidget *chip = gtk_event_controller_get_widget (GTK_EVENT_CONTROLLER (controller));
  gboolean has_control = (modifiers & GDK_CONTROL_MASK) != 0;

  if ((modifiers & GDK_ALT_MASK) != 0)
    return want_move (self, ENVOI_RECIPIENT_CHIP (chip), keyval);

  switch (keyval) {
    case GDK_KEY_BackSpace:
    case GDK_KEY_Delete:
    case GDK_KEY_KP_Delete:
      delete_chip (self, ENVOI_RECIPIENT_CHIP (chip), keyval == GDK_KEY_BackSpace);
      return TRUE;
    case GDK_KEY_Return:
    case GDK_KEY_KP_Enter:
    case GDK_KEY_F2:
      if (has_control)
        return FALSE;
      envoi_recipient_entry_edit_chip (self, ENVOI_RECIPIENT_CHIP (chip));
      return TRUE;
    case GDK_KEY_Left:
    case GDK_KEY_Right:
    case GDK_KEY_Home:
    case GDK_KEY_End:
      return move_from_chip (self, chip, keyval);
    case GDK_KEY_c:
    case GDK_KEY_x:
      if (has_control)
        copy_chip (ENVOI_RECIPIENT_CHIP (chip));
      if (has_control && keyval == GDK_KEY_x)
        delete_chip (self, ENVOI_RECIPIENT_CHIP (chip), TRUE);
      return has_control;
    default:
      return FALSE;
  }
}

void
envoi_recipient_entry_add_keys (EnvoiRecipientEntry *self,
                                GtkWidget           *chip)
{
  GtkEventController *keys = gtk_event_controller_key_new ();

  g_signal_connect (keys, "key-pressed", G_CALLBACK (chip_key_cb), self);
  gtk_widget_add_controller (chip, keys);
}
