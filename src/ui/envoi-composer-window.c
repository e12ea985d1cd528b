/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-ui"

#include "config.h"

#include "envoi-composer-window.h"

#include "envoi-attacher.h"
#include "envoi-attachment-bar.h"
#include "envoi-composer-body.h"
#include "envoi-composer-fields.h"
#include "envoi-composer-window-private.h"
#include "envoi-draft-saver.h"
#include "envoi-format-bar.h"
#include "envoi-notice-bar.h"
#include "envoi-paster.h"
#include "envoi-problem.h"
#include "envoi-send-check.h"
#include "envoi-send-panel.h"

#include <glib/gi18n.h>
#include <string.h>

/**
 * EnvoiComposerWindow:
 *
 * Puts the parts of a letter together and takes it to its end: sent, kept as a
 * draft, or gone because nothing was written. No way out of here loses text.
 *
 * Thread: main
 */
struct _EnvoiComposerWindow {
  AdwApplicationWindow parent_instance;

  EnvoiService        *service;
  EnvoiDraft          *draft;
  EnvoiAttacher       *attacher;
  EnvoiDraftSaver     *saver;
  EnvoiPaster         *paster;
  EnvoiAttachment     *removed;        /* nullable: what Undo brings back */
  guint removed_position;

  AdwToastOverlay     *toasts;
  AdwWindowTitle      *title;
  AdwSplitButton      *send_button;
  GMenu               *later_menu;
  EnvoiNoticeBar      *error_bar;
  EnvoiNoticeBar      *hint_bar;
  EnvoiComposerFields *fields;
  EnvoiComposerBody   *body;
  EnvoiAttachmentBar  *attachment_bar;
  EnvoiSendPanel      *send_panel;
  EnvoiFormatBar      *format_bar;

  gint64 hold_until;
  guint start_source;
  gboolean is_sending;
  gboolean is_done;                    /* nothing is left to keep */
  gboolean is_closing;
  gboolean waits_for_files;
  void (*retry) (EnvoiComposerWindow *self);
};

G_DEFINE_FINAL_TYPE (EnvoiComposerWindow, envoi_composer_window, ADW_TYPE_APPLICATION_WINDOW)

enum {
  SENT,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

static void close_after_save (EnvoiComposerWindow *self);
static void prepare_to_send (EnvoiComposerWindow *self);

static void
finish_window (EnvoiComposerWindow *self)
{
  self->is_done = TRUE;
  gtk_window_destroy (GTK_WINDOW (self));
}

static void
show_error (EnvoiComposerWindow *self,
            const GError        *error,
            void (              *retry )(EnvoiComposerWindow *))
{
  g_autoptr (EnvoiProblem) problem = envoi_problem_new (error);

  self->retry = retry;
  envoi_notice_bar_show (self->error_bar, problem->title, problem->body,
                         retry ? _("_Try Again") : NULL, NULL);
}

static void
error_answered_cb (EnvoiNoticeBar      *bar,
                   guint                button,
                   EnvoiComposerWindow *self)
{
  envoi_notice_bar_hide (bar);
  if (self->retry)
    self->retry (self);
}

/* Sending */

static void
set_sending (EnvoiComposerWindow *self,
             gboolean             is_sending)
{
  self->is_sending = is_sending;
  gtk_widget_set_sensitive (GTK_WIDGET (self->send_button), !is_sending);
  if (self->saver)
    envoi_draft_saver_pause (self->saver, is_sending);
}

static void
did_send_cb (GObject      *source,
             GAsyncResult *result,
             gpointer      user_data)
{
  g_autoptr (EnvoiComposerWindow) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autofree char *letter_id = NULL;

  letter_id = envoi_service_send_finish (ENVOI_SERVICE (source), result, &error);
  set_sending (self, FALSE);

  if (letter_id) {
    g_signal_emit (self, signals[SENT], 0, letter_id);
    finish_window (self);
  } else {
    show_error (self, error, prepare_to_send);
  }
}

/* A picture whose place in the text was deleted must not travel along. */
static void
drop_unused_pictures (EnvoiComposerWindow *self)
{
  GListModel *attachments = envoi_draft_get_attachments (self->draft);
  const char *html = envoi_draft_get (self->draft, "html");

  for (guint i = g_list_model_get_n_items (attachments); i > 0; i--) {
    g_autoptr (EnvoiAttachment) attachment = g_list_model_get_item (attachments, i - 1);
    const char *id = envoi_attachment_get_content_id (attachment);

    if (envoi_attachment_get_is_inline (attachment) && (!id || !strstr (html, id)))
      envoi_draft_remove_attachment (self->draft, attachment);
  }
}

static void
send_now (EnvoiComposerWindow *self)
{
  if (!self->service)
    return;

  envoi_notice_bar_hide (self->error_bar);
  drop_unused_pictures (self);
  set_sending (self, TRUE);
  envoi_service_send_async (self->service, self->draft, self->hold_until, NULL, did_send_cb,
                            g_object_ref (self));
}

static void
check_and_send (EnvoiComposerWindow *self)
{
  g_autoptr (GPtrArray) findings = envoi_send_check_run (self->draft);

  if (findings->len > 0)
    envoi_send_panel_show (self->send_panel, findings);
  else
    send_now (self);
}

static void
did_commit_to_send_cb (GObject      *source,
                       GAsyncResult *result,
                       gpointer      user_data)
{
  g_autoptr (EnvoiComposerWindow) self = user_data;

  envoi_composer_body_commit_finish (ENVOI_COMPOSER_BODY (source), result, NULL);
  if (!self->is_done)
    check_and_send (self);
}

static void
prepare_to_send (EnvoiComposerWindow *self)
{
  GListModel *jobs = self->attacher ? envoi_attacher_get_jobs (self->attacher) : NULL;

  if (self->is_sending)
    return;

  if (jobs && g_list_model_get_n_items (jobs) > 0) {
    self->waits_for_files = TRUE;
    envoi_composer_window_toast (self, _("The letter goes when all files are attached."));
    return;
  }

  envoi_composer_fields_commit (self->fields);
  envoi_composer_body_commit_async (self->body, NULL, did_commit_to_send_cb, g_object_ref (self));
}

void
envoi_composer_window_send (EnvoiComposerWindow *self,
                            gint64               hold_until)
{
  self->hold_until = hold_until;
  prepare_to_send (self);
}

static void
jobs_changed_cb (GListModel          *jobs,
                 guint                position,
                 guint                removed,
                 guint                added,
                 EnvoiComposerWindow *self)
{
  if (self->waits_for_files && g_list_model_get_n_items (jobs) == 0) {
    self->waits_for_files = FALSE;
    prepare_to_send (self);
  }
}

static void
finding_chosen_cb (EnvoiSendPanel      *panel,
                   const char          *field,
                   EnvoiComposerWindow *self)
{
  if (g_str_equal (field, "attachments"))
    envoi_composer_window_choose_files (self, FALSE);
  else if (g_str_equal (field, "text"))
    gtk_widget_grab_focus (GTK_WIDGET (self->body));
  else
    envoi_composer_fields_focus (self->fields, field);
}

/* Saving and closing */

static void
show_save_state (EnvoiComposerWindow *self)
{
  const char *words = "";

  switch (envoi_draft_saver_get_state (self->saver)) {
    case ENVOI_SAVE_SAVING:
      words = _("Saving…");
      break;
    case ENVOI_SAVE_FAILED:
      words = _("Draft not saved");
      show_error (self, envoi_draft_saver_get_error (self->saver), envoi_composer_window_save);
      break;
    case ENVOI_SAVE_CLEAN:
      words = envoi_draft_is_empty (self->draft) ? "" : _("Draft saved");
      envoi_notice_bar_hide (self->error_bar);
      break;
    case ENVOI_SAVE_PENDING:
    default:
      return;
  }

  adw_window_title_set_subtitle (self->title, words);
}

static void
did_save_to_close_cb (GObject      *source,
                      GAsyncResult *result,
                      gpointer      user_data)
{
  g_autoptr (EnvoiComposerWindow) self = user_data;
  g_autoptr (GError) error = NULL;

  self->is_closing = FALSE;
  if (self->is_done)
    return;

  if (envoi_draft_saver_flush_finish (ENVOI_DRAFT_SAVER (source), result, &error))
    finish_window (self);
  else
    show_error (self, error, close_after_save);
}

static void
did_commit_to_close_cb (GObject      *source,
                        GAsyncResult *result,
                        gpointer      user_data)
{
  g_autoptr (EnvoiComposerWindow) self = user_data;

  envoi_composer_body_commit_finish (ENVOI_COMPOSER_BODY (source), result, NULL);
  if (self->saver)
    envoi_draft_saver_flush_async (self->saver, NULL, did_save_to_close_cb, g_object_ref (self));
}

static void
close_after_save (EnvoiComposerWindow *self)
{
  if (self->is_closing)
    return;

  self->is_closing = TRUE;
  envoi_composer_fields_commit (self->fields);
  envoi_composer_body_commit_async (self->body, NULL, did_commit_to_close_cb,
                                    g_object_ref (self));
}

static void
did_save_cb (GObject      *source,
             GAsyncResult *result,
             gpointer      user_data)
{
  g_autoptr (GError) error = NULL;

  /* The state tells the person; the error is there too. */
  envoi_draft_saver_flush_finish (ENVOI_DRAFT_SAVER (source), result, &error);
}

void
envoi_composer_window_save (EnvoiComposerWindow *self)
{
  if (self->saver)
    envoi_draft_saver_flush_async (self->saver, NULL, did_save_cb, NULL);
}

static void
keep_size (EnvoiComposerWindow *self)
{
  g_autoptr (GSettings) settings = g_settings_new (ENVOI_APPLICATION_ID);
  int width, height;

  gtk_window_get_default_size (GTK_WINDOW (self), &width, &height);
  g_settings_set (settings, "composer-size", "(ii)", width, height);
}

static gboolean
envoi_composer_window_close_request (GtkWindow *window)
{
  EnvoiComposerWindow *self = ENVOI_COMPOSER_WINDOW (window);

  keep_size (self);
  if (self->is_done || !self->saver)
    return GTK_WINDOW_CLASS (envoi_composer_window_parent_class)->close_request (window);

  close_after_save (self);
  return TRUE;
}

/* Attachments */

void
envoi_composer_window_toast (EnvoiComposerWindow *self,
                             const char          *text)
{
  AdwToast *toast = adw_toast_new (text);

  adw_toast_overlay_add_toast (self->toasts, toast);
}

static void
noted_cb (EnvoiAttacher       *attacher,
          const char          *text,
          EnvoiComposerWindow *self)
{
  g_autofree char *escaped = g_markup_escape_text (text, -1);

  envoi_composer_window_toast (self, escaped);
}

gboolean
envoi_composer_window_restore_attachment (EnvoiComposerWindow *self)
{
  guint n = g_list_model_get_n_items (envoi_draft_get_attachments (self->draft));

  if (!self->removed)
    return FALSE;

  envoi_draft_insert_attachment (self->draft, MIN (self->removed_position, n), self->removed);
  g_clear_object (&self->removed);
  return TRUE;
}

static void
attachment_removed_cb (EnvoiAttachmentBar  *bar,
                       EnvoiAttachment     *attachment,
                       guint                position,
                       EnvoiComposerWindow *self)
{
  g_autofree char *name = g_markup_escape_text (envoi_attachment_get_name (attachment), -1);
  g_autofree char *text = g_strdup_printf (_("“%s” removed"), name);
  AdwToast *toast = adw_toast_new (text);

  g_set_object (&self->removed, attachment);
  self->removed_position = position;
  adw_toast_set_button_label (toast, _("_Undo"));
  adw_toast_set_action_name (toast, "composer.undo-removal");
  adw_toast_overlay_add_toast (self->toasts, toast);
  gtk_widget_grab_focus (GTK_WIDGET (self->body));
}

void
envoi_composer_window_attach (EnvoiComposerWindow *self,
                              GListModel          *files)
{
  g_return_if_fail (ENVOI_IS_COMPOSER_WINDOW (self));

  for (guint i = 0; self->attacher && i < g_list_model_get_n_items (files); i++) {
    g_autoptr (GFile) file = g_list_model_get_item (files, i);

    envoi_attacher_add_file (self->attacher, file, FALSE);
  }
}

static void
files_chosen_cb (GtkNativeDialog     *dialog,
                 int                  response,
                 EnvoiComposerWindow *self)
{
  g_autoptr (GListModel) files = NULL;
  gboolean is_inline = g_object_get_data (G_OBJECT (dialog), "inline") != NULL;

  if (response == GTK_RESPONSE_ACCEPT) {
    files = gtk_file_chooser_get_files (GTK_FILE_CHOOSER (dialog));
    for (guint i = 0; self->attacher && i < g_list_model_get_n_items (files); i++) {
      g_autoptr (GFile) file = g_list_model_get_item (files, i);

      envoi_attacher_add_file (self->attacher, file, is_inline);
    }
  }

  g_object_unref (dialog);
}

static void
show_pictures_only (GtkFileChooser *chooser)
{
  static const char *const types[] = { "image/png", "image/jpeg", "image/gif", "image/webp" };
  g_autoptr (GtkFileFilter) filter = gtk_file_filter_new ();

  gtk_file_filter_set_name (filter, _("Pictures"));
  for (guint i = 0; i < G_N_ELEMENTS (types); i++)
    gtk_file_filter_add_mime_type (filter, types[i]);
  gtk_file_chooser_add_filter (chooser, filter);
}

void
envoi_composer_window_choose_files (EnvoiComposerWindow *self,
                                    gboolean             is_inline)
{
  GtkFileChooserNative *dialog =
    gtk_file_chooser_native_new (is_inline ? _("Picture in the Text") : _("Attach Files"),
                                 GTK_WINDOW (self), GTK_FILE_CHOOSER_ACTION_OPEN,
                                 is_inline ? _("_Insert") : _("_Attach"), NULL);

  gtk_file_chooser_set_select_multiple (GTK_FILE_CHOOSER (dialog), TRUE);
  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (dialog), TRUE);
  if (is_inline) {
    show_pictures_only (GTK_FILE_CHOOSER (dialog));
    g_object_set_data (G_OBJECT (dialog), "inline", self);
  }

  g_signal_connect_object (dialog, "response", G_CALLBACK (files_chosen_cb), self, 0);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (dialog));
}

static gboolean
drop_cb (GtkDropTarget       *target,
         const GValue        *value,
         double               x,
         double               y,
         EnvoiComposerWindow *self)
{
  g_autoptr (GSList) files = gdk_file_list_get_files (g_value_get_boxed (value));

  if (!self->paster)
    return FALSE;

  envoi_paster_take_files (self->paster, files);
  return TRUE;
}

/* The text */

static GInputStream *
open_picture (const char  *content_id,
              char       **content_type,
              gpointer     user_data)
{
  EnvoiComposerWindow *self = user_data;

  return self->attacher ? envoi_attacher_open (self->attacher, content_id, content_type) : NULL;
}

static void
typed_cb (EnvoiComposerBody   *body,
          EnvoiComposerWindow *self)
{
  g_clear_object (&self->removed);
  envoi_send_panel_hide (self->send_panel);
  if (self->paster)
    envoi_paster_forget (self->paster);
}

static void
emoji_cb (EnvoiFormatBar      *bar,
          const char          *text,
          EnvoiComposerWindow *self)
{
  envoi_composer_body_insert_text (self->body, text);
  gtk_widget_grab_focus (GTK_WIDGET (self->body));
}

static void
crashed_cb (EnvoiEditor         *editor,
            EnvoiComposerWindow *self)
{
  envoi_notice_bar_show (self->hint_bar,
                         _("The writing surface stopped and was started again."),
                         _("Your text is still here."), NULL, NULL);
}

static void
leave_cb (EnvoiEditor         *editor,
          gboolean             back,
          EnvoiComposerWindow *self)
{
  gtk_widget_child_focus (GTK_WIDGET (self), back ? GTK_DIR_TAB_BACKWARD : GTK_DIR_TAB_FORWARD);
}

void
envoi_composer_window_start_editor (EnvoiComposerWindow *self)
{
  g_autoptr (EnvoiEditorEngine) engine = NULL;

  g_clear_handle_id (&self->start_source, g_source_remove);
  if (envoi_composer_body_is_plain (self->body))
    return;

  engine = envoi_editor_engine_dup_for (G_APPLICATION (gtk_window_get_application (GTK_WINDOW (self))));
  envoi_editor_start (envoi_composer_body_get_editor (self->body), engine);
}

static gboolean
start_editor_cb (gpointer user_data)
{
  EnvoiComposerWindow *self = user_data;

  self->start_source = 0;
  envoi_composer_window_start_editor (self);
  return G_SOURCE_REMOVE;
}

/* The fields take keys first; the web engine starts behind them. */
static void
envoi_composer_window_map (GtkWidget *widget)
{
  EnvoiComposerWindow *self = ENVOI_COMPOSER_WINDOW (widget);

  GTK_WIDGET_CLASS (envoi_composer_window_parent_class)->map (widget);

  if (self->service && self->start_source == 0)
    self->start_source = g_idle_add_full (G_PRIORITY_LOW, start_editor_cb, self, NULL);
}

static void
show_subject (EnvoiComposerWindow *self)
{
  const char *subject = envoi_draft_get (self->draft, "subject");
  const char *shown = *subject == '\0' ? _("New Letter") : subject;

  adw_window_title_set_title (self->title, shown);
  gtk_window_set_title (GTK_WINDOW (self), shown);
}

EnvoiComposerBody *
envoi_composer_window_get_body (EnvoiComposerWindow *self)
{
  return self->body;
}

EnvoiComposerFields *
envoi_composer_window_get_fields (EnvoiComposerWindow *self)
{
  return self->fields;
}

EnvoiPaster *
envoi_composer_window_get_paster (EnvoiComposerWindow *self)
{
  return self->paster;
}

GMenu *
envoi_composer_window_get_later_menu (EnvoiComposerWindow *self)
{
  return self->later_menu;
}

static void
envoi_composer_window_dispose (GObject *object)
{
  EnvoiComposerWindow *self = ENVOI_COMPOSER_WINDOW (object);

  g_clear_handle_id (&self->start_source, g_source_remove);
  if (self->draft)
    envoi_editor_set_picture_func (envoi_composer_body_get_editor (self->body), NULL, NULL);
  /* Its borrowed parts go now, even if a clipboard still answers. */
  if (self->paster)
    g_object_run_dispose (G_OBJECT (self->paster));
  g_clear_object (&self->paster);
  g_clear_object (&self->saver);
  g_clear_object (&self->attacher);
  g_clear_object (&self->removed);
  g_clear_object (&self->draft);
  g_clear_object (&self->service);

  G_OBJECT_CLASS (envoi_composer_window_parent_class)->dispose (object);
}

static void
envoi_composer_window_class_init (EnvoiComposerWindowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = envoi_composer_window_dispose;
  widget_class->map = envoi_composer_window_map;
  GTK_WINDOW_CLASS (klass)->close_request = envoi_composer_window_close_request;

  signals[SENT] = g_signal_new ("sent", ENVOI_TYPE_COMPOSER_WINDOW, G_SIGNAL_RUN_LAST, 0, NULL,
                                NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);

  g_type_ensure (ENVOI_TYPE_ATTACHMENT_BAR);
  g_type_ensure (ENVOI_TYPE_COMPOSER_BODY);
  g_type_ensure (ENVOI_TYPE_COMPOSER_FIELDS);
  g_type_ensure (ENVOI_TYPE_FORMAT_BAR);
  g_type_ensure (ENVOI_TYPE_NOTICE_BAR);
  g_type_ensure (ENVOI_TYPE_SEND_PANEL);
  gtk_widget_class_set_template_from_resource (
    widget_class, "/io/github/envoi_mail/Envoi/envoi-composer-window.ui");
  gtk_widget_class_bind_template_child (widget_class, EnvoiComposerWindow, toasts);
  gtk_widget_class_bind_template_child (widget_class, EnvoiComposerWindow, title);
  gtk_widget_class_bind_template_child (widget_class, EnvoiComposerWindow, send_button);
  gtk_widget_class_bind_template_child (widget_class, EnvoiComposerWindow, later_menu);
  gtk_widget_class_bind_template_child (widget_class, EnvoiComposerWindow, error_bar);
  gtk_widget_class_bind_template_child (widget_class, EnvoiComposerWindow, hint_bar);
  gtk_widget_class_bind_template_child (widget_class, EnvoiComposerWindow, fields);
  gtk_widget_class_bind_template_child (widget_class, EnvoiComposerWindow, body);
  gtk_widget_class_bind_template_child (widget_class, EnvoiComposerWindow, attachment_bar);
  gtk_widget_class_bind_template_child (widget_class, EnvoiComposerWindow, send_panel);
  gtk_widget_class_bind_template_child (widget_class, EnvoiComposerWindow, format_bar);
  gtk_widget_class_bind_template_callback (widget_class, emoji_cb);
}

static void
connect_parts (EnvoiComposerWindow *self)
{
  EnvoiEditor *editor = envoi_composer_body_get_editor (self->body);
  GtkDropTarget *target = gtk_drop_target_new (GDK_TYPE_FILE_LIST, GDK_ACTION_COPY);

  g_signal_connect_object (self->error_bar, "chosen", G_CALLBACK (error_answered_cb), self, 0);
  g_signal_connect_object (self->send_panel, "confirmed", G_CALLBACK (send_now), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->send_panel, "chosen", G_CALLBACK (finding_chosen_cb), self, 0);
  g_signal_connect_object (self->attachment_bar, "removed", G_CALLBACK (attachment_removed_cb),
                           self, 0);
  g_signal_connect_object (self->body, "typed", G_CALLBACK (typed_cb), self, 0);
  g_signal_connect_object (editor, "crashed", G_CALLBACK (crashed_cb), self, 0);
  g_signal_connect_object (editor, "leave", G_CALLBACK (leave_cb), self, 0);
  envoi_editor_set_picture_func (editor, open_picture, self);

  /* Before the web view, which would take the names for text. */
  gtk_event_controller_set_propagation_phase (GTK_EVENT_CONTROLLER (target), GTK_PHASE_CAPTURE);
  g_signal_connect (target, "drop", G_CALLBACK (drop_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (target));
}

static void
envoi_composer_window_init (EnvoiComposerWindow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  connect_parts (self);
}

static void
use_service (EnvoiComposerWindow *self,
             EnvoiService        *service)
{
  EnvoiEditor *editor = envoi_composer_body_get_editor (self->body);

  self->service = g_object_ref (service);
  self->attacher = envoi_attacher_new (service, self->draft);
  self->saver = envoi_draft_saver_new (service, self->draft);
  self->paster = envoi_paster_new (editor, self->attacher, self->draft, self->hint_bar);
  g_signal_connect_object (self->attacher, "noted", G_CALLBACK (noted_cb), self, 0);
  g_signal_connect_object (envoi_attacher_get_jobs (self->attacher), "items-changed",
                           G_CALLBACK (jobs_changed_cb), self, 0);
  g_signal_connect_object (self->saver, "notify::state", G_CALLBACK (show_save_state), self,
                           G_CONNECT_SWAPPED);
}

static void
restore_size (EnvoiComposerWindow *self)
{
  g_autoptr (GSettings) settings = g_settings_new (ENVOI_APPLICATION_ID);
  int width, height;

  g_settings_get (settings, "composer-size", "(ii)", &width, &height);
  gtk_window_set_default_size (GTK_WINDOW (self), width, height);
}

EnvoiComposerWindow *
envoi_composer_window_new (EnvoiApplication *app,
                           EnvoiService     *service,
                           EnvoiDraft       *draft)
{
  EnvoiComposerWindow *self;

  g_return_val_if_fail (ENVOI_IS_DRAFT (draft), NULL);

  self = g_object_new (ENVOI_TYPE_COMPOSER_WINDOW, "application", app, NULL);
  self->draft = g_object_ref (draft);
  if (service)
    use_service (self, service);

  restore_size (self);
  envoi_composer_body_set_draft (self->body, draft);
  envoi_composer_fields_set_up (self->fields,
                                service ? envoi_service_get_accounts (service) : NULL, draft);
  envoi_attachment_bar_set_up (self->attachment_bar, draft,
                               self->attacher ? envoi_attacher_get_jobs (self->attacher) : NULL);
  envoi_composer_window_add_actions (self);
  g_signal_connect_object (draft, "notify::subject", G_CALLBACK (show_subject), self,
                           G_CONNECT_SWAPPED);
  show_subject (self);

  if (*envoi_draft_get (draft, "to") == '\0')
    envoi_composer_fields_focus (self->fields, "to");
  else
    gtk_widget_grab_focus (GTK_WIDGET (self->body));

  return self;
}

EnvoiDraft *
envoi_composer_window_get_draft (EnvoiComposerWindow *self)
{
  g_return_val_if_fail (ENVOI_IS_COMPOSER_WINDOW (self), NULL);

  return self->draft;
}
