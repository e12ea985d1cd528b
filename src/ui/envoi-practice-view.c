/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-ui"

#include "config.h"

#include "envoi-message-view.h"
#include "envoi-part-list.h"
#include "envoi-part.h"
#include "envoi-practice-view.h"
#include "envoi-words.h"

#include <glib/gi18n.h>

/* More source than this nobody reads, and a text view would choke on it. */
#define MAX_SOURCE (256 * 1024)

/**
 * EnvoiPracticeView:
 *
 * A received letter in three views, with its attachments and a verdict on how
 * well it was made.
 *
 * Thread: main
 */
struct _EnvoiPracticeView {
  AdwBin parent_instance;

  EnvoiPracticeItem *item;
  GCancellable      *reading;

  GtkScrolledWindow *scroller;
  GtkLabel          *subject;
  GtkLabel          *from;
  GtkLabel          *to;
  GtkImage          *verdict_icon;
  GtkLabel          *verdict;
  GtkLabel          *complaints;
  AdwViewStack      *views;
  EnvoiMessageView  *formatted;
  EnvoiMessageView  *plain;
  GtkTextBuffer     *source;
  EnvoiPartList     *parts;
};

G_DEFINE_FINAL_TYPE (EnvoiPracticeView, envoi_practice_view, ADW_TYPE_BIN)

enum {
  SIGNAL_PROBLEM,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

static void
show_header (GtkLabel           *label,
             EnvoiMessageReader *reader,
             const char         *name)
{
  g_autofree char *text = envoi_message_reader_dup_header (reader, name);

  gtk_label_set_label (label, text ? text : "");
  gtk_widget_set_visible (gtk_widget_get_parent (GTK_WIDGET (label)), text && *text);
}

/* What is good about it, in one line: both versions, size. */
static char *
format_praise (EnvoiMessageReader *reader,
               guint64             size)
{
  g_autofree char *octets = g_format_size (size);
  gboolean has_html = envoi_message_reader_get_html (reader) != NULL;
  gboolean has_text = envoi_message_reader_get_text (reader) != NULL;

  if (has_html && has_text)
    /* Translators: %s is a size, such as "12 kB" */
    return g_strdup_printf (_("Formatted and plain text, %s"), octets);
  if (has_html)
    return g_strdup_printf (_("Formatted text only, %s"), octets);

  return g_strdup_printf (_("Plain text only, %s"), octets);
}

static void
show_verdict (EnvoiPracticeView  *self,
              EnvoiMessageReader *reader)
{
  const char *const *complaints = envoi_message_reader_get_complaints (reader);
  guint n_complaints = g_strv_length ((char **) complaints);
  g_autofree char *praise = NULL;
  g_autofree char *verdict = NULL;
  g_autoptr (GString) list = g_string_new (NULL);

  praise = format_praise (reader, envoi_practice_item_get_letter (self->item)->size);
  if (n_complaints == 0)
    /* Translators: %s says what the letter holds, as in "Formatted and plain text, 12 kB" */
    verdict = g_strdup_printf (_("Arrived well. %s."), praise);
  else
    /* Translators: %s says what the letter holds, as in "Formatted and plain text, 12 kB" */
    verdict = g_strdup_printf (ngettext ("%u thing to look at. %s.", "%u things to look at. %s.",
                                         n_complaints), n_complaints, praise);

  for (guint i = 0; i < n_complaints; i++)
    g_string_append_printf (list, "%s• %s", i ? "\n" : "", _(complaints[i]));

  gtk_image_set_from_icon_name (self->verdict_icon, n_complaints ?
                                "dialog-warning-symbolic" : "object-select-symbolic");
  gtk_widget_set_css_classes (GTK_WIDGET (self->verdict_icon), (const char *[]) {
    n_complaints ? "warning" : "success", NULL
  });
  gtk_label_set_label (self->verdict, verdict);
  gtk_label_set_label (self->complaints, list->str);
  gtk_widget_set_visible (GTK_WIDGET (self->complaints), n_complaints > 0);
}

static void
show_source (EnvoiPracticeView  *self,
             EnvoiMessageReader *reader)
{
  gsize length;
  const char *bytes = g_bytes_get_data (envoi_message_reader_get_source (reader), &length);
  g_autofree char *text = g_utf8_make_valid (bytes, MIN (length, MAX_SOURCE));
  g_auto (GStrv) lines = g_strsplit (text, "\r\n", -1);
  g_autofree char *joined = g_strjoinv ("\n", lines);

  gtk_text_buffer_set_text (self->source, joined, -1);
}

static void
show_message (EnvoiPracticeView  *self,
              EnvoiMessageReader *reader)
{
  const char *html = envoi_message_reader_get_html (reader);
  const char *text = envoi_message_reader_get_text (reader);
  g_autoptr (GListStore) pictures = envoi_part_list_received (reader, TRUE);
  g_autoptr (GListStore) files = envoi_part_list_received (reader, FALSE);
  g_autofree char *subject = envoi_message_reader_dup_header (reader, "Subject");

  gtk_label_set_label (self->subject, envoi_words_get_subject (subject));
  show_header (self->from, reader, "From");
  show_header (self->to, reader, "To");
  show_verdict (self, reader);

  envoi_message_view_show (self->formatted, html,
                           html ? NULL : _("This letter has no formatted version."),
                           G_LIST_MODEL (pictures));
  envoi_message_view_show (self->plain, NULL,
                           text ? text : _("This letter has no plain text version."), NULL);
  show_source (self, reader);
  envoi_part_list_set_parts (self->parts, G_LIST_MODEL (files));
  adw_view_stack_set_visible_child_name (self->views, html ? "formatted" : "plain");
}

static void
did_read (GObject      *source,
          GAsyncResult *result,
          gpointer      user_data)
{
  g_autoptr (EnvoiPracticeView) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (EnvoiMessageReader) reader = NULL;

  reader = envoi_practice_item_read_finish (ENVOI_PRACTICE_ITEM (source), result, &error);
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;

  if (reader)
    show_message (self, reader);
  else
    g_signal_emit (self, signals[SIGNAL_PROBLEM], 0, error->message);
}

static void
problem_cb (EnvoiPracticeView *self,
            const char        *sentence)
{
  g_signal_emit (self, signals[SIGNAL_PROBLEM], 0, sentence);
}

static void
envoi_practice_view_dispose (GObject *object)
{
  EnvoiPracticeView *self = ENVOI_PRACTICE_VIEW (object);

  g_cancellable_cancel (self->reading);
  g_clear_object (&self->reading);
  g_clear_object (&self->item);

  G_OBJECT_CLASS (envoi_practice_view_parent_class)->dispose (object);
}

static void
envoi_practice_view_class_init (EnvoiPracticeViewClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = envoi_practice_view_dispose;

  signals[SIGNAL_PROBLEM] = g_signal_new ("problem", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST,
                                          0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);

  g_type_ensure (ENVOI_TYPE_MESSAGE_VIEW);
  g_type_ensure (ENVOI_TYPE_PART_LIST);
  gtk_widget_class_set_template_from_resource (
    widget_class, "/io/github/envoi_mail/Envoi/envoi-practice-view.ui");
  gtk_widget_class_bind_template_child (widget_class, EnvoiPracticeView, scroller);
  gtk_widget_class_bind_template_child (widget_class, EnvoiPracticeView, subject);
  gtk_widget_class_bind_template_child (widget_class, EnvoiPracticeView, from);
  gtk_widget_class_bind_template_child (widget_class, EnvoiPracticeView, to);
  gtk_widget_class_bind_template_child (widget_class, EnvoiPracticeView, verdict_icon);
  gtk_widget_class_bind_template_child (widget_class, EnvoiPracticeView, verdict);
  gtk_widget_class_bind_template_child (widget_class, EnvoiPracticeView, complaints);
  gtk_widget_class_bind_template_child (widget_class, EnvoiPracticeView, views);
  gtk_widget_class_bind_template_child (widget_class, EnvoiPracticeView, formatted);
  gtk_widget_class_bind_template_child (widget_class, EnvoiPracticeView, plain);
  gtk_widget_class_bind_template_child (widget_class, EnvoiPracticeView, source);
  gtk_widget_class_bind_template_child (widget_class, EnvoiPracticeView, parts);
  gtk_widget_class_bind_template_callback (widget_class, problem_cb);
}

static void
envoi_practice_view_init (EnvoiPracticeView *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

void
envoi_practice_view_set_item (EnvoiPracticeView *self,
                              EnvoiPracticeItem *item)
{
  g_return_if_fail (ENVOI_IS_PRACTICE_VIEW (self));

  if (!g_set_object (&self->item, item))
    return;

  g_cancellable_cancel (self->reading);
  g_clear_object (&self->reading);
  gtk_adjustment_set_value (gtk_scrolled_window_get_vadjustment (self->scroller), 0);
  if (!item)
    return;

  self->reading = g_cancellable_new ();
  envoi_practice_item_read_async (item, self->reading, did_read, g_object_ref (self));
}
