/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-ui"

#include "config.h"

#include "envoi-attempt-row.h"
#include "envoi-transcript-view.h"

#include <glib/gi18n.h>

/**
 * EnvoiTranscriptView:
 *
 * "Technical details": every attempt with what was said between Envoi and the
 * server, redacted by the layer that recorded it, to be read and copied.
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
  GtkLabel      *summary;
  GtkListBox    *attempts;
  GString       *copy;          /* all of it as one text */
};

G_DEFINE_FINAL_TYPE (EnvoiTranscriptView, envoi_transcript_view, ADW_TYPE_BIN)

/* Left in English, as the protocol is, and as the page says: this text is pasted into reports. */
static char *
format_summary (const EnvoiLetterRecord *letter)
{
  if (letter->message_id && *letter->message_id)
    return g_strdup_printf ("Message-ID: %s\nSize: %" G_GUINT64_FORMAT, letter->message_id,
                            letter->size);

  return g_strdup_printf ("Size: %" G_GUINT64_FORMAT, letter->size);
}

static void
append_attempt (GString                  *text,
                const EnvoiAttemptRecord *attempt)
{
  g_autoptr (GDateTime) time = g_date_time_new_from_unix_utc (attempt->ended / G_USEC_PER_SEC);
  g_autofree char *iso = g_date_time_format (time, "%Y-%m-%dT%H:%M:%SZ");

  g_string_append_printf (text, "\n\nAttempt %u, %s: %s\n", attempt->number, iso,
                          envoi_letter_state_to_string (attempt->result));
  if (attempt->error_domain)
    g_string_append_printf (text, "Error: %s %d: %s\n", attempt->error_domain,
                            attempt->error_code,
                            attempt->error_message ? attempt->error_message : "");
  if (attempt->phase)
    g_string_append_printf (text, "Phase: %s\n", attempt->phase);
  if (attempt->reply_code)
    g_string_append_printf (text, "Reply: %d %s %s\n", attempt->reply_code,
                            attempt->reply_enhanced ? attempt->reply_enhanced : "",
                            attempt->reply_text ? attempt->reply_text : "");
  if (attempt->transcript)
    g_string_append_printf (text, "\n%s", attempt->transcript);
}

static void
clear_attempts (EnvoiTranscriptView *self)
{
  GtkWidget *row;

  while ((row = gtk_widget_get_first_child (GTK_WIDGET (self->attempts))))
    gtk_list_box_remove (self->attempts, row);
  g_string_assign (self->copy, gtk_label_get_label (self->summary));
}

/* The latest comes first, and open when it is the only one. */
static void
show_attempts (EnvoiTranscriptView *self,
               GPtrArray           *attempts)
{
  clear_attempts (self);

  for (guint i = 0; i < attempts->len; i++) {
    const EnvoiAttemptRecord *attempt = g_ptr_array_index (attempts, i);
    GtkWidget *row = envoi_attempt_row_new (attempt, g_get_real_time ());

    adw_expander_row_set_expanded (ADW_EXPANDER_ROW (row), attempts->len == 1);
    gtk_list_box_prepend (self->attempts, row);
    append_attempt (self->copy, attempt);
  }
}

static void
did_list (GObject      *source,
          GAsyncResult *result,
          gpointer      user_data)
{
  g_autoptr (EnvoiTranscriptView) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) attempts = NULL;

  attempts = envoi_store_list_attempts_finish (ENVOI_STORE (source), result, &error);
  if (attempts)
    show_attempts (self, attempts);
  else if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    gtk_label_set_label (self->summary, error->message);
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
  envoi_store_list_attempts_async (self->store, self->letter_id, self->reading, did_list,
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
  gdk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (self)), self->copy->str);
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
envoi_transcript_view_finalize (GObject *object)
{
  g_string_free (ENVOI_TRANSCRIPT_VIEW (object)->copy, TRUE);

  G_OBJECT_CLASS (envoi_transcript_view_parent_class)->finalize (object);
}

static void
envoi_transcript_view_class_init (EnvoiTranscriptViewClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = envoi_transcript_view_dispose;
  G_OBJECT_CLASS (klass)->finalize = envoi_transcript_view_finalize;

  gtk_widget_class_set_template_from_resource (
    widget_class, "/io/github/envoi_mail/Envoi/envoi-transcript-view.ui");
  gtk_widget_class_bind_template_child (widget_class, EnvoiTranscriptView, expander);
  gtk_widget_class_bind_template_child (widget_class, EnvoiTranscriptView, summary);
  gtk_widget_class_bind_template_child (widget_class, EnvoiTranscriptView, attempts);
  gtk_widget_class_bind_template_callback (widget_class, expanded_cb);
  gtk_widget_class_bind_template_callback (widget_class, copy_cb);
}

static void
envoi_transcript_view_init (EnvoiTranscriptView *self)
{
  self->copy = g_string_new (NULL);
  gtk_widget_init_template (GTK_WIDGET (self));
}

void
envoi_transcript_view_set_letter (EnvoiTranscriptView     *self,
                                  EnvoiStore              *store,
                                  const EnvoiLetterRecord *letter)
{
  g_autofree char *summary = format_summary (letter);
  gboolean is_other;

  g_return_if_fail (ENVOI_IS_TRANSCRIPT_VIEW (self));

  is_other = g_strcmp0 (self->letter_id, letter->id) != 0;
  if (!is_other && self->changed == letter->changed)
    return;

  g_set_object (&self->store, store);
  g_free (self->letter_id);
  self->letter_id = g_strdup (letter->id);
  self->changed = letter->changed;

  gtk_label_set_label (self->summary, summary);
  if (is_other) {
    clear_attempts (self);
    gtk_expander_set_expanded (self->expander, FALSE);
  }
  gtk_widget_set_visible (GTK_WIDGET (self), letter->attempts > 0);
  read_transcript (self);
}
