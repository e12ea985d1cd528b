/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-ui"

#include "config.h"

#include "envoi-picture-dialog.h"

#include <glib/gi18n.h>

typedef struct {
  EnvoiEditor *editor;
  GtkEditable *words;     /* owned by the dialog */
  char        *id;        /* of the picture */
} Question;

static void
question_free (gpointer  data,
               GClosure *closure)
{
  Question *question = data;

  g_object_unref (question->editor);
  g_free (question->id);
  g_free (question);
}

static void
answered_cb (AdwMessageDialog *dialog,
             const char       *response,
             Question         *question)
{
  if (g_str_equal (response, "describe"))
    envoi_editor_call (question->editor, "describePicture",
                       g_variant_new ("(ss)", question->id, gtk_editable_get_text (question->words)));
}

static void
show (EnvoiEditor *editor,
      char        *id,
      const char  *words)
{
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (editor));
  GtkWidget *dialog = adw_message_dialog_new (GTK_IS_WINDOW (root) ? GTK_WINDOW (root) : NULL,
                                              _("Describe the Picture"),
                                              _("Read out to people who cannot see it, and shown "
                                                "where pictures are not."));
  GtkWidget *entry = gtk_entry_new ();
  Question *question = g_new0 (Question, 1);

  question->editor = g_object_ref (editor);
  question->id = id;
  question->words = GTK_EDITABLE (entry);
  gtk_editable_set_text (question->words, words);
  gtk_entry_set_activates_default (GTK_ENTRY (entry), TRUE);
  gtk_accessible_update_property (GTK_ACCESSIBLE (entry),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, _("Description"), -1);
  adw_message_dialog_set_extra_child (ADW_MESSAGE_DIALOG (dialog), entry);
  adw_message_dialog_add_responses (ADW_MESSAGE_DIALOG (dialog), "cancel", _("_Cancel"),
                                    "describe", _("_Describe"), NULL);
  adw_message_dialog_set_response_appearance (ADW_MESSAGE_DIALOG (dialog), "describe",
                                              ADW_RESPONSE_SUGGESTED);
  adw_message_dialog_set_default_response (ADW_MESSAGE_DIALOG (dialog), "describe");
  g_signal_connect_data (dialog, "response", G_CALLBACK (answered_cb), question,
                         question_free, 0);
  gtk_window_present (GTK_WINDOW (dialog));
}

static void
got_picture_cb (GObject      *source,
                GAsyncResult *result,
                gpointer      user_data)
{
  EnvoiEditor *editor = ENVOI_EDITOR (source);
  g_autoptr (JSCValue) picture = envoi_editor_call_finish (editor, result, NULL);
  g_autoptr (JSCValue) id =
    picture ? envoi_web.jsc_value_object_get_property (picture, "id") : NULL;
  g_autoptr (JSCValue) alt =
    picture ? envoi_web.jsc_value_object_get_property (picture, "alt") : NULL;
  g_autofree char *words = NULL;

  if (!picture)
    return;

  words = envoi_web.jsc_value_to_string (alt);
  show (editor, envoi_web.jsc_value_to_string (id), words);
}

void
envoi_picture_dialog_open (EnvoiEditor *editor)
{
  envoi_editor_call_async (editor, "getPicture", NULL, NULL, got_picture_cb, NULL);
}
