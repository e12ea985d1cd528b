/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-ui"

#include "config.h"

#include "envoi-source-page.h"

#include "envoi-html.h"
#include "envoi-sign.h"

#include <string.h>

#define EDIT_DELAY_MS 300

/* A line ends behind these, so that a person can find a place; inside a block of
 * code they do not occur, so nothing that is seen changes. */
#define LINE_ENDS \
  "(</(?:div|p|h[1-6]|li|ul|ol|table|thead|tbody|tfoot|tr|td|th|blockquote|pre)>|<hr[^>]*>|" \
  "<(?:ul|ol|table|thead|tbody|tfoot|tr|blockquote)(?: [^>]*)?>)"

/**
 * EnvoiSourcePage:
 *
 * Shows the HTML in lines and cleans what is written, by the same rules as
 * everything else that comes into a letter.
 *
 * Thread: main
 */
struct _EnvoiSourcePage {
  AdwBin parent_instance;

  GtkTextView *view;
  GtkLabel    *trouble;

  guint edit_timer;
  gboolean is_filling;
};

G_DEFINE_FINAL_TYPE (EnvoiSourcePage, envoi_source_page, ADW_TYPE_BIN)

enum {
  EDITED,
  DONE,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

static char *
replace (const char *html,
         const char *pattern,
         const char *with)
{
  g_autoptr (GRegex) regex = g_regex_new (pattern, G_REGEX_CASELESS, 0, NULL);

  return g_regex_replace (regex, html, -1, 0, with, 0, NULL);
}

static gboolean
edit_timer_cb (gpointer user_data)
{
  EnvoiSourcePage *self = user_data;

  self->edit_timer = 0;
  g_signal_emit (self, signals[EDITED], 0);
  return G_SOURCE_REMOVE;
}

static void
changed_cb (EnvoiSourcePage *self)
{
  if (!self->is_filling && self->edit_timer == 0)
    self->edit_timer = g_timeout_add (EDIT_DELAY_MS, edit_timer_cb, self);
}

static void
done_cb (EnvoiSourcePage *self)
{
  g_signal_emit (self, signals[DONE], 0);
}

static void
envoi_source_page_dispose (GObject *object)
{
  EnvoiSourcePage *self = ENVOI_SOURCE_PAGE (object);

  g_clear_handle_id (&self->edit_timer, g_source_remove);
  G_OBJECT_CLASS (envoi_source_page_parent_class)->dispose (object);
}

static void
envoi_source_page_class_init (EnvoiSourcePageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = envoi_source_page_dispose;

  signals[EDITED] = g_signal_new ("edited", ENVOI_TYPE_SOURCE_PAGE, G_SIGNAL_RUN_LAST, 0, NULL,
                                  NULL, NULL, G_TYPE_NONE, 0);
  signals[DONE] = g_signal_new ("done", ENVOI_TYPE_SOURCE_PAGE, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                NULL, G_TYPE_NONE, 0);

  gtk_widget_class_set_template_from_resource (
    widget_class, "/io/github/envoi_mail/Envoi/envoi-source-page.ui");
  gtk_widget_class_bind_template_child (widget_class, EnvoiSourcePage, view);
  gtk_widget_class_bind_template_child (widget_class, EnvoiSourcePage, trouble);
  gtk_widget_class_bind_template_callback (widget_class, done_cb);
}

static void
envoi_source_page_init (EnvoiSourcePage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  g_signal_connect_object (gtk_text_view_get_buffer (self->view), "changed",
                           G_CALLBACK (changed_cb), self, G_CONNECT_SWAPPED);
}

GtkTextView *
envoi_source_page_get_view (EnvoiSourcePage *self)
{
  g_return_val_if_fail (ENVOI_IS_SOURCE_PAGE (self), NULL);

  return self->view;
}

void
envoi_source_page_set_html (EnvoiSourcePage *self,
                            const char      *html)
{
  GtkTextBuffer *buffer;
  g_autofree char *lines = NULL;
  GtkTextIter start;

  g_return_if_fail (ENVOI_IS_SOURCE_PAGE (self));

  lines = replace (html, LINE_ENDS, "\\1\n");
  buffer = gtk_text_view_get_buffer (self->view);
  self->is_filling = TRUE;
  gtk_text_buffer_begin_irreversible_action (buffer);
  gtk_text_buffer_set_text (buffer, lines, -1);
  gtk_text_buffer_end_irreversible_action (buffer);
  self->is_filling = FALSE;
  gtk_text_buffer_get_start_iter (buffer, &start);
  gtk_text_buffer_place_cursor (buffer, &start);
  gtk_widget_hide (GTK_WIDGET (self->trouble));
}

char *
envoi_source_page_dup_html (EnvoiSourcePage *self)
{
  g_autofree char *lines = NULL;
  g_autofree char *html = NULL;
  char *clean;

  g_return_val_if_fail (ENVOI_IS_SOURCE_PAGE (self), NULL);

  g_clear_handle_id (&self->edit_timer, g_source_remove);
  gtk_text_view_reset_im_context (self->view);
  g_object_get (gtk_text_view_get_buffer (self->view), "text", &lines, NULL);
  html = replace (lines, LINE_ENDS "\n", "\\1");
  clean = envoi_html_sanitize (html, NULL);
  gtk_widget_set_visible (GTK_WIDGET (self->trouble), clean == NULL);
  return clean;
}

char *
envoi_source_page_dup_signature (EnvoiSourcePage *self)
{
  g_autofree char *source = NULL;
  g_autofree char *block = NULL;
  gsize start, length;

  g_return_val_if_fail (ENVOI_IS_SOURCE_PAGE (self), NULL);

  g_object_get (gtk_text_view_get_buffer (self->view), "text", &source, NULL);
  if (!envoi_sign_find (source, &start, &length))
    return NULL;

  block = g_strndup (source + start, length);
  return envoi_html_to_text (block);
}

void
envoi_source_page_set_signature (EnvoiSourcePage *self,
                                 const char      *block)
{
  GtkTextBuffer *buffer;
  g_autofree char *source = NULL;
  g_autofree char *lines = NULL;
  gsize start, length = 0;
  GtkTextIter from, to;

  g_return_if_fail (ENVOI_IS_SOURCE_PAGE (self));

  buffer = gtk_text_view_get_buffer (self->view);
  g_object_get (buffer, "text", &source, NULL);
  if (!envoi_sign_find (source, &start, &length))
    start = envoi_sign_find_place (source);
  /* The line that it ends goes with it. */
  if (source[start + length] == '\n')
    length++;

  lines = replace (block, LINE_ENDS, "\\1\n");
  gtk_text_buffer_get_iter_at_offset (buffer, &from,
                                      (int) g_utf8_strlen (source, (gssize) start));
  gtk_text_buffer_get_iter_at_offset (buffer, &to,
                                      (int) g_utf8_strlen (source, (gssize) (start + length)));
  gtk_text_buffer_begin_user_action (buffer);
  gtk_text_buffer_delete (buffer, &from, &to);
  gtk_text_buffer_insert (buffer, &from, lines, -1);
  gtk_text_buffer_end_user_action (buffer);
}
