/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-ui"

#include "config.h"

#include "envoi-preview-window.h"

#include "envoi-message-view.h"
#include "envoi-notice-bar.h"
#include "envoi-part.h"
#include "envoi-placeholder.h"
#include "envoi-twin.h"

#include <glib/gi18n.h>

#define REFRESH_DELAY_MS 400
/* A page on a desktop, and one on a telephone. */
#define WIDE 720
#define NARROW 360

/**
 * EnvoiPreviewWindow:
 *
 * Follows the draft. The plain text is only written to it when a person typed
 * here; before, and after "Make Anew", it is made from the letter.
 *
 * Thread: main
 */
struct _EnvoiPreviewWindow {
  AdwWindow parent_instance;

  GtkStack         *stack;
  AdwClamp         *screen;
  EnvoiMessageView *message;
  GtkToggleButton  *narrow_button;
  GtkToggleButton  *dark_button;
  GtkTextView      *plain;
  EnvoiNoticeBar   *plain_bar;

  EnvoiService     *service;     /* nullable */
  EnvoiDraft       *draft;
  guint refresh_source;
  gboolean is_filling;
};

G_DEFINE_FINAL_TYPE (EnvoiPreviewWindow, envoi_preview_window, ADW_TYPE_WINDOW)

static GListModel *
create_pictures (EnvoiPreviewWindow *self)
{
  GListModel *attachments = envoi_draft_get_attachments (self->draft);
  GListStore *parts = g_list_store_new (ENVOI_TYPE_PART);

  for (guint i = 0; self->service && i < g_list_model_get_n_items (attachments); i++) {
    g_autoptr (EnvoiAttachment) attachment = g_list_model_get_item (attachments, i);
    g_autoptr (EnvoiPart) part = NULL;
    g_autoptr (GFile) file = NULL;

    if (!envoi_attachment_get_is_inline (attachment))
      continue;

    file = envoi_store_dup_blob_file (envoi_service_get_store (self->service),
                                      envoi_attachment_get_blob_id (attachment));
    part = envoi_part_new_for_file (envoi_attachment_get_name (attachment),
                                    envoi_attachment_get_content_type (attachment),
                                    envoi_attachment_get_content_id (attachment), file,
                                    envoi_attachment_get_size (attachment));
    g_list_store_append (parts, part);
  }

  return G_LIST_MODEL (parts);
}

static void
show_formatted (EnvoiPreviewWindow *self)
{
  g_autoptr (GListModel) pictures = create_pictures (self);
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  g_autoptr (EnvoiDraft) filled = envoi_placeholder_dup_filled (self->draft, now);
  g_autofree char *text = envoi_twin_dup_text (filled);
  const char *html = envoi_draft_get (filled, "html");

  envoi_message_view_set_dark (self->message, gtk_toggle_button_get_active (self->dark_button));
  envoi_message_view_show (self->message, html,
                           *html == '\0' ? envoi_draft_get (filled, "text") : text, pictures);
}

static void
show_plain_state (EnvoiPreviewWindow *self)
{
  if (!envoi_twin_is_by_hand (self->draft))
    envoi_notice_bar_hide (self->plain_bar);
  else if (envoi_twin_is_stale (self->draft))
    envoi_notice_bar_show (self->plain_bar, _("The letter has changed since you wrote this."),
                           _("This text stays as it is until you make it anew from the letter."),
                           _("_Make Anew"), NULL);
  else
    envoi_notice_bar_show (self->plain_bar, _("You wrote this text by hand."),
                           _("It no longer follows the letter."), _("_Make Anew"), NULL);
}

static void
show_plain (EnvoiPreviewWindow *self)
{
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (self->plain);
  gboolean is_formatted = *envoi_draft_get (self->draft, "html") != '\0';
  g_autofree char *text = is_formatted ? envoi_twin_dup_text (self->draft)
                                       : g_strdup (envoi_draft_get (self->draft, "text"));
  g_autofree char *shown = NULL;

  /* A letter without formatting is written in its own window. */
  gtk_text_view_set_editable (self->plain, is_formatted);
  g_object_get (buffer, "text", &shown, NULL);
  if (g_strcmp0 (text, shown) != 0) {
    self->is_filling = TRUE;
    gtk_text_buffer_set_text (buffer, text, -1);
    self->is_filling = FALSE;
  }
  show_plain_state (self);
}

static gboolean
refresh_cb (gpointer user_data)
{
  EnvoiPreviewWindow *self = user_data;

  self->refresh_source = 0;
  show_formatted (self);
  show_plain (self);
  return G_SOURCE_REMOVE;
}

static void
refresh_soon (EnvoiPreviewWindow *self)
{
  if (self->refresh_source == 0)
    self->refresh_source = g_timeout_add (REFRESH_DELAY_MS, refresh_cb, self);
}

static void
plain_changed_cb (GtkTextBuffer      *buffer,
                  EnvoiPreviewWindow *self)
{
  g_autofree char *text = NULL;

  if (self->is_filling)
    return;

  g_object_get (buffer, "text", &text, NULL);
  envoi_twin_write (self->draft, text);
  show_plain_state (self);
}

static void
plain_answered_cb (EnvoiNoticeBar     *bar,
                   guint               button,
                   EnvoiPreviewWindow *self)
{
  envoi_twin_follow (self->draft);
  show_plain (self);
}

static void
narrow_toggled_cb (EnvoiPreviewWindow *self)
{
  gboolean is_narrow = gtk_toggle_button_get_active (self->narrow_button);

  adw_clamp_set_maximum_size (self->screen, is_narrow ? NARROW : WIDE);
  adw_clamp_set_tightening_threshold (self->screen, is_narrow ? NARROW : WIDE);
}

static void
dark_toggled_cb (EnvoiPreviewWindow *self)
{
  if (self->draft)
    show_formatted (self);
}

static void
envoi_preview_window_dispose (GObject *object)
{
  EnvoiPreviewWindow *self = ENVOI_PREVIEW_WINDOW (object);

  g_clear_handle_id (&self->refresh_source, g_source_remove);
  if (self->draft)
    g_signal_handlers_disconnect_by_data (self->draft, self);
  g_clear_object (&self->draft);
  g_clear_object (&self->service);

  G_OBJECT_CLASS (envoi_preview_window_parent_class)->dispose (object);
}

static void
envoi_preview_window_class_init (EnvoiPreviewWindowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = envoi_preview_window_dispose;

  g_type_ensure (ENVOI_TYPE_MESSAGE_VIEW);
  g_type_ensure (ENVOI_TYPE_NOTICE_BAR);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "window.close", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_w, GDK_CONTROL_MASK, "window.close",
                                       NULL);
  gtk_widget_class_set_template_from_resource (
    widget_class, "/io/github/envoi_mail/Envoi/envoi-preview-window.ui");
  gtk_widget_class_bind_template_child (widget_class, EnvoiPreviewWindow, stack);
  gtk_widget_class_bind_template_child (widget_class, EnvoiPreviewWindow, screen);
  gtk_widget_class_bind_template_child (widget_class, EnvoiPreviewWindow, message);
  gtk_widget_class_bind_template_child (widget_class, EnvoiPreviewWindow, narrow_button);
  gtk_widget_class_bind_template_child (widget_class, EnvoiPreviewWindow, dark_button);
  gtk_widget_class_bind_template_child (widget_class, EnvoiPreviewWindow, plain);
  gtk_widget_class_bind_template_child (widget_class, EnvoiPreviewWindow, plain_bar);
  gtk_widget_class_bind_template_callback (widget_class, narrow_toggled_cb);
  gtk_widget_class_bind_template_callback (widget_class, dark_toggled_cb);
}

static void
envoi_preview_window_init (EnvoiPreviewWindow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  g_signal_connect_object (gtk_text_view_get_buffer (self->plain), "changed",
                           G_CALLBACK (plain_changed_cb), self, 0);
  g_signal_connect_object (self->plain_bar, "chosen", G_CALLBACK (plain_answered_cb), self, 0);
}

static EnvoiPreviewWindow *
create (GtkWindow    *parent,
        EnvoiService *service,
        EnvoiDraft   *draft)
{
  EnvoiPreviewWindow *self = g_object_new (ENVOI_TYPE_PREVIEW_WINDOW,
                                           "transient-for", parent,
                                           "destroy-with-parent", TRUE,
                                           NULL);

  self->service = service ? g_object_ref (service) : NULL;
  self->draft = g_object_ref (draft);
  g_signal_connect_object (draft, "changed", G_CALLBACK (refresh_soon), self, G_CONNECT_SWAPPED);
  refresh_cb (self);
  return self;
}

static EnvoiPreviewWindow *
find (GtkWindow *parent)
{
  GListModel *windows = gtk_window_get_toplevels ();

  for (guint i = 0; i < g_list_model_get_n_items (windows); i++) {
    g_autoptr (GtkWindow) window = g_list_model_get_item (windows, i);

    if (ENVOI_IS_PREVIEW_WINDOW (window) && gtk_window_get_transient_for (window) == parent)
      return ENVOI_PREVIEW_WINDOW (window);
  }

  return NULL;
}

EnvoiPreviewWindow *
envoi_preview_window_open (GtkWindow    *parent,
                           EnvoiService *service,
                           EnvoiDraft   *draft,
                           const char   *page)
{
  EnvoiPreviewWindow *self = find (parent);

  g_return_val_if_fail (ENVOI_IS_DRAFT (draft), NULL);

  if (!self)
    self = create (parent, service, draft);

  gtk_stack_set_visible_child_name (self->stack, page);
  gtk_window_present (GTK_WINDOW (self));
  return self;
}
