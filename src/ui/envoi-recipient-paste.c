/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-ui"

#include "config.h"

#include "envoi-recipient-paste.h"

#include "envoi-recipients.h"

/* GtkText joins pasted lines; a pasted list is cut here before that. */

static void
insert (GtkEditable *input,
        const char  *text)
{
  int position;

  gtk_editable_delete_selection (input);
  position = gtk_editable_get_position (input);
  gtk_editable_insert_text (input, text, -1, &position);
  gtk_editable_set_position (input, position);
}

static void
got_clipboard_cb (GObject      *source,
                  GAsyncResult *result,
                  gpointer      user_data)
{
  g_autoptr (GtkEditable) input = user_data;
  g_autofree char *text = gdk_clipboard_read_text_finish (GDK_CLIPBOARD (source), result, NULL);
  GtkWidget *entry = gtk_widget_get_parent (GTK_WIDGET (input));
  g_auto (GStrv) pieces = NULL;

  if (!text || !entry)
    return;

  g_strstrip (text);
  pieces = envoi_recipients_split_all (text);
  if (g_strv_length (pieces) > 1) {
    envoi_recipient_entry_commit (ENVOI_RECIPIENT_ENTRY (entry));
    envoi_recipient_entry_take_list (ENVOI_RECIPIENT_ENTRY (entry), text);
  } else {
    insert (input, text);
  }
}

static void
paste_cb (GtkText *input)
{
  g_signal_stop_emission_by_name (input, "paste-clipboard");
  gdk_clipboard_read_text_async (gtk_widget_get_clipboard (GTK_WIDGET (input)), NULL,
                                 got_clipboard_cb, g_object_ref (input));
}

/**
 * envoi_recipient_paste_accept:
 * @entry: a field
 * @input: its text, a child of @entry
 *
 * See the header.
 *
 * Thread: main
 */
void
envoi_recipient_paste_accept (EnvoiRecipientEntry *entry,
                              GtkText             *input)
{
  g_return_if_fail (gtk_widget_get_parent (GTK_WIDGET (input)) == GTK_WIDGET (entry));

  g_signal_connect (input, "paste-clipboard", G_CALLBACK (paste_cb), NULL);
}
