/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-ui"

#include "config.h"

#include "envoi-quit-dialog.h"

#include <adwaita.h>
#include <glib/gi18n.h>

typedef struct {
  EnvoiQuitFunc decided;
  gpointer user_data;
} Question;

static void
responded_cb (AdwMessageDialog *dialog,
              const char       *response,
              gpointer          user_data)
{
  Question *question = user_data;

  /* The dialog has closed itself before it says so. GTK no longer tells it then when its parent
   * goes, and it would look at what is left of it. */
  gtk_window_set_transient_for (GTK_WINDOW (dialog), NULL);
  question->decided (g_str_equal (response, "quit"), question->user_data);
}

static void
question_free (gpointer  question,
               GClosure *closure)
{
  g_free (question);
}

static void
count (EnvoiOutbox *outbox,
       EnvoiFolder  folder,
       guint       *n_sending,
       guint       *n_handed_over,
       guint       *n_waiting)
{
  GListModel *letters = envoi_outbox_get_folder (outbox, folder);

  for (guint i = 0; i < g_list_model_get_n_items (letters); i++) {
    g_autoptr (EnvoiLetter) letter = g_list_model_get_item (letters, i);

    if (envoi_letter_is_handed_over (letter))
      (*n_handed_over)++;
    else if (envoi_letter_get_state (letter) == ENVOI_LETTER_SENDING)
      (*n_sending)++;
    else
      (*n_waiting)++;
  }
}

static void
add_sentence (GString *text,
              char    *sentence)
{
  g_autofree char *owned = sentence;

  g_string_append_printf (text, "%s%s", text->len ? " " : "", owned);
}

char *
envoi_quit_dialog_format (guint n_sending,
                          guint n_handed_over,
                          guint n_waiting)
{
  GString *text = g_string_new (NULL);

  if (n_sending > 0)
    add_sentence (text, g_strdup_printf (ngettext (
                                           "%u letter is being sent; it is stopped before the "
                                           "server has it.",
                                           "%u letters are being sent; they are stopped before "
                                           "the server has them.", n_sending), n_sending));
  if (n_handed_over > 0)
    add_sentence (text, g_strdup_printf (ngettext (
                                           "%u letter is being handed over; Envoi waits for the "
                                           "server's answer.",
                                           "%u letters are being handed over; Envoi waits for "
                                           "the server's answer.", n_handed_over), n_handed_over));
  if (n_waiting > 0)
    add_sentence (text, g_strdup_printf (ngettext ("%u letter is waiting for its time.",
                                                   "%u letters are waiting for their time.",
                                                   n_waiting), n_waiting));
  if (n_sending + n_waiting > 0)
    add_sentence (text, g_strdup (_("What has not gone out is kept and goes out when Envoi "
                                    "runs again.")));

  return g_string_free (text, FALSE);
}

void
envoi_quit_dialog_ask (GtkWindow     *parent,
                       EnvoiOutbox   *outbox,
                       EnvoiQuitFunc  decided,
                       gpointer       user_data)
{
  guint n_sending = 0;
  guint n_handed_over = 0;
  guint n_waiting = 0;
  g_autofree char *body = NULL;
  AdwMessageDialog *dialog;
  Question *question = g_new0 (Question, 1);

  question->decided = decided;
  question->user_data = user_data;
  count (outbox, ENVOI_FOLDER_OUTBOX, &n_sending, &n_handed_over, &n_waiting);
  count (outbox, ENVOI_FOLDER_SCHEDULED, &n_sending, &n_handed_over, &n_waiting);
  body = envoi_quit_dialog_format (n_sending, n_handed_over, n_waiting);

  dialog = ADW_MESSAGE_DIALOG (adw_message_dialog_new (parent, _("Quit Now?"), body));
  adw_message_dialog_add_responses (dialog,
                                    "stay", _("_Keep Running"),
                                    "quit", _("_Quit"),
                                    NULL);
  adw_message_dialog_set_response_appearance (dialog, "quit", ADW_RESPONSE_DESTRUCTIVE);
  adw_message_dialog_set_default_response (dialog, "stay");
  adw_message_dialog_set_close_response (dialog, "stay");
  g_signal_connect_data (dialog, "response", G_CALLBACK (responded_cb), question, question_free, 0);
  gtk_window_present (GTK_WINDOW (dialog));
}
