/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-ui"

#include "config.h"

#include "envoi-transcript-view.h"

#include <glib/gi18n.h>

/**
 * EnvoiTranscriptView:
 *
 * "Technical details": what was said between Envoi and the server, redacted by
 * the layer that recorded it, to be read and copied.
 *
 * Thread: main
 */
struct _EnvoiTranscriptView {
  AdwBin parent_instance;

  EnvoiStore    *store;
  char          *letter_id;
  gint64 changed;
  GCancellable  *reading;

  GtkExpander   *expander;
  GtkTextBuffer *buffer;
};

G_DEFINE_FINAL_TYPE (EnvoiTranscriptView, envoi_transcript_view, ADW_TYPE_BIN)

/* Left in English, as the protocol is: this text is pasted into bug reports. */
static char *
format_details (const EnvoiLetterRecord *letter)
{
  GString *text = g_string_new (NULL);

  if (letter->message_id && *letter->message_id)
    g_string_append_printf (text, "Message-ID: %s\n", letter->message_id);
  g_string_append_printf (text, "Size: %" G_GUINT64_FORMAT "\nAttempts: %u\n", letter->size,
                          letter->attempts);
  if (letter->error_domain)
    g_string_append_printf (text, "Error: %s %d: %s\n", letter->error_domain, letter->error_code,
                            letter->error_message ? letter->error_message : "");
  if (letter->phase)
    g_string_append_printf (text, "Phase: %s\n", letter->phase);
  if (letter->reply_code)
    g_string_append_printf (text, "Reply: %d %s %s\n", letter->reply_code,
                            letter->reply_enhanced ? letter->reply_enhanced : "",
                            letter->reply_text ? letter->reply_text : "");
  if (letter->transcript)
    g_string_append_printf (text, "\n%s", letter->transcript);

  return g_string_free (text, FALSE);
}

static void
did_load (GObject      *source,
          GAsyncResult *result,
          gpointer      user_data)
{
  g_autoptr (EnvoiTranscriptView) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (EnvoiLetterRecord) letter = NULL;
  g_autofree char *text = NULL;

  letter = envoi_store_load_finish (ENVOI_STORE (source), result, &error);
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;

  text = letter ? format_details (letter) : g_strdup (error->message);
  gtk_text_buffer_set_text (self->buffer, text, -1);
}

static void
stop_reading (EnvoiTranscriptView *self)
{
  g_cancellable_cancel (self->reading);
  g_clear_object (&self->reading);
}

static void
read_transcript (EnvoiTranscriptView *self)
{
  stop_reading (self);
  if (!self->letter_id || !gtk_expander_get_expanded (self->expander))
    return;

  self->reading = g_cancellable_new ();
  envoi_store_load_async (self->store, self->letter_id, self->reading, did_load,
                          g_object_ref (self));
}

static void
expanded_cb (EnvoiTranscriptView *self)
{
  read_transcript (self);
}

static void
copy_cb (EnvoiTranscriptView *self)
{
  GtkTextIter start;
  GtkTextIter end;
  g_autofree char *text = NULL;

  gtk_text_buffer_get_bounds (self->buffer, &start, &end);
  text = gtk_text_buffer_get_text (self->buffer, &start, &end, FALSE);
  gdk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (self)), text);
}

static void
envoi_transcript_view_dispose (GObject *object)
{
  EnvoiTranscriptView *self = ENVOI_TRANSCRIPT_VIEW (object);

  stop_reading (self);
  g_clear_object (&self->store);
  g_clear_pointer (&self->letter_id, g_free);

  G_OBJECT_CLASS (envoi_transcript_view_parent_class)->dispose (object);
}

static void
envoi_transcript_view_class_init (EnvoiTranscriptViewClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = envoi_transcript_view_dispose;

  gtk_widget_class_set_template_from_resource (
    widget_class, "/io/github/envoi_mail/Envoi/envoi-transcript-view.ui");
  gtk_widget_class_bind_template_child (widget_class, EnvoiTranscriptView, expander);
  gtk_widget_class_bind_template_child (widget_class, EnvoiTranscriptView, buffer);
  gtk_widget_class_bind_template_callback (widget_class, expanded_cb);
  gtk_widget_class_bind_template_callback (widget_class, copy_cb);
}

static void
envoi_transcript_view_init (EnvoiTranscriptView *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

void
envoi_transcript_view_set_letter (EnvoiTranscriptView     *self,
                                  EnvoiStore              *store,
                                  const EnvoiLetterRecord *letter)
{
  gboolean is_other;

  g_return_if_fail (ENVOI_IS_TRANSCRIPT_VIEW (self));

  is_other = g_strcmp0 (self->letter_id, letter->id) != 0;
  if (!is_other && self->changed == letter->changed)
    return;

  g_set_object (&self->store, store);
  g_free (self->letter_id);
  self->letter_id = g_strdup (letter->id);
  self->changed = letter->changed;

  gtk_text_buffer_set_text (self->buffer, "", -1);
  if (is_other)
    gtk_expander_set_expanded (self->expander, FALSE);
  gtk_widget_set_visible (GTK_WIDGET (self), letter->attempts > 0);
  read_transcript (self);
}
