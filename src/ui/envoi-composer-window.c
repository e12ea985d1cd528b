/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-ui"

#include "config.h"

#include "envoi-composer-window-private.h"

#include "envoi-answer.h"
#include "envoi-compat.h"

#include "envoi-answer.h"
#include "envoi-problem.h"
#include "envoi-service-contacts.h"

#include <glib/gi18n.h>

/* A connection made ahead is kept for a minute. */
#define WARM_UP_INTERVAL (45 * G_USEC_PER_SEC)

/**
 * EnvoiComposerWindow:
 *
 * Puts the parts of a letter together and takes it to its end: sent, kept as a
 * draft, or gone because nothing was written. No way out of here loses text.
 *
 * Thread: main
 */
G_DEFINE_FINAL_TYPE (EnvoiComposerWindow, envoi_composer_window, ADW_TYPE_APPLICATION_WINDOW)

enum {
  SENT,
  SENT_SEPARATELY,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

static void close_after_save (EnvoiComposerWindow *self);

void
envoi_composer_window_finish (EnvoiComposerWindow *self)
{
  self->is_done = TRUE;
  gtk_window_destroy (GTK_WINDOW (self));
}

void
envoi_composer_window_show_error (EnvoiComposerWindow *self,
                                  const GError        *error,
                                  EnvoiComposerRetry   retry)
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
      envoi_composer_window_show_error (self, envoi_draft_saver_get_error (self->saver),
                                        envoi_composer_window_save);
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
    envoi_composer_window_finish (self);
  else
    envoi_composer_window_show_error (self, error, close_after_save);
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

void
envoi_composer_window_toast (EnvoiComposerWindow *self,
                             const char          *text)
{
  AdwToast *toast = adw_toast_new (text);

  adw_toast_overlay_add_toast (self->toasts, toast);
  envoi_compat_announce (GTK_WIDGET (self), text);
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
  self->n_undoable = 0;
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

  if (envoi_composer_body_is_plain (self->body))
    return;

  engine = envoi_editor_engine_dup_for (G_APPLICATION (gtk_window_get_application (GTK_WINDOW (self))));
  envoi_editor_start (envoi_composer_body_get_editor (self->body), engine);
}

static void
did_list_people_cb (GObject      *source,
                    GAsyncResult *result,
                    gpointer      user_data)
{
  g_autoptr (EnvoiComposerWindow) self = user_data;
  g_autoptr (EnvoiPeople) people =
    envoi_service_list_people_finish (ENVOI_SERVICE (source), result, NULL);

  if (people && self->service)
    envoi_composer_fields_set_known (self->fields, people);
}

static void
offer_people (EnvoiComposerWindow *self)
{
  envoi_service_list_people_async (self->service, NULL, did_list_people_cb, g_object_ref (self));
}

static void
did_read_contacts_cb (GObject      *source,
                      GAsyncResult *result,
                      gpointer      user_data)
{
  g_autoptr (EnvoiComposerWindow) self = user_data;

  if (envoi_service_read_desktop_contacts_finish (ENVOI_SERVICE (source), result, NULL) &&
      self->service)
    offer_people (self);
}

/* Not before the fields take keys, and not for a plain letter. */
static void
ensure_format_bar (EnvoiComposerWindow *self)
{
  GtkWidget *bar;

  if (!gtk_widget_get_mapped (GTK_WIDGET (self)) || self->start_source != 0 ||
      envoi_composer_body_is_plain (self->body) ||
      ENVOI_IS_FORMAT_BAR (adw_bin_get_child (self->format_place)))
    return;

  bar = envoi_format_bar_new ();
  g_signal_connect (bar, "emoji", G_CALLBACK (emoji_cb), self);
  adw_bin_set_child (self->format_place, bar);
  envoi_compat_mend_parts (bar);
}

static void
painted_cb (GdkFrameClock       *clock,
            EnvoiComposerWindow *self)
{
  g_signal_handlers_disconnect_by_func (clock, painted_cb, self);
  envoi_composer_window_start_editor (self);
}

/* While the web engine's library is loaded, GTK cannot load what draws an icon, and would
 * wait for it: the format bar is painted before. */
static void
start_editor_after_paint (EnvoiComposerWindow *self)
{
  GdkFrameClock *clock = gtk_widget_get_frame_clock (GTK_WIDGET (self));

  if (clock && !envoi_composer_body_is_plain (self->body)) {
    g_signal_connect_object (clock, "after-paint", G_CALLBACK (painted_cb), self, 0);
    gtk_widget_queue_draw (GTK_WIDGET (self));
  }
}

static gboolean
start_rest_cb (gpointer user_data)
{
  EnvoiComposerWindow *self = user_data;

  self->start_source = 0;
  ensure_format_bar (self);
  start_editor_after_paint (self);
  offer_people (self);
  envoi_service_read_desktop_contacts_async (self->service, NULL, did_read_contacts_cb,
                                             g_object_ref (self));
  return G_SOURCE_REMOVE;
}

/* The fields take keys first; the format bar and the web engine come behind them. */
static void
envoi_composer_window_map (GtkWidget *widget)
{
  EnvoiComposerWindow *self = ENVOI_COMPOSER_WINDOW (widget);

  GTK_WIDGET_CLASS (envoi_composer_window_parent_class)->map (widget);

  if (self->service && self->start_source == 0)
    self->start_source = g_idle_add_full (G_PRIORITY_LOW, start_rest_cb, self, NULL);
}

static void
show_subject (EnvoiComposerWindow *self)
{
  const char *subject = envoi_draft_get (self->draft, "subject");
  const char *shown = *subject == '\0' ? _("New Letter") : subject;

  adw_window_title_set_title (self->title, shown);
  gtk_window_set_title (GTK_WINDOW (self), shown);
}

EnvoiService *
envoi_composer_window_get_service (EnvoiComposerWindow *self)
{
  return self->service;
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
  g_clear_pointer (&self->removed, g_ptr_array_unref);
  g_clear_object (&self->folders);
  g_clear_object (&self->signed_by);
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

  signals[SENT_SEPARATELY] = g_signal_new ("sent-separately", ENVOI_TYPE_COMPOSER_WINDOW,
                                           G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1,
                                           G_TYPE_UINT);

  g_type_ensure (ENVOI_TYPE_ATTACHMENT_BAR);
  g_type_ensure (ENVOI_TYPE_COMPOSER_BODY);
  g_type_ensure (ENVOI_TYPE_COMPOSER_FIELDS);
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
  gtk_widget_class_bind_template_child (widget_class, EnvoiComposerWindow, format_place);
}

static void
connect_parts (EnvoiComposerWindow *self)
{
  EnvoiEditor *editor = envoi_composer_body_get_editor (self->body);

  g_signal_connect_object (self->error_bar, "chosen", G_CALLBACK (error_answered_cb), self, 0);
  g_signal_connect_object (self->body, "typed", G_CALLBACK (typed_cb), self, 0);
  g_signal_connect_object (self->body, "notify::is-formatted", G_CALLBACK (ensure_format_bar), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (editor, "crashed", G_CALLBACK (crashed_cb), self, 0);
  g_signal_connect_object (editor, "leave", G_CALLBACK (leave_cb), self, 0);
  envoi_editor_set_picture_func (editor, open_picture, self);
  envoi_composer_window_connect_files (self);
  envoi_composer_window_connect_sending (self);
}

static void
restore_size (EnvoiComposerWindow *self)
{
  g_autoptr (GSettings) settings = g_settings_new (ENVOI_APPLICATION_ID);
  int width, height;

  g_settings_get (settings, "composer-size", "(ii)", &width, &height);
  gtk_window_set_default_size (GTK_WINDOW (self), width, height);
}

static void
envoi_composer_window_init (EnvoiComposerWindow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  restore_size (self);
  connect_parts (self);
}

/* The letter is being written: Send will follow, and finds the connection made. It is
 * asked for anew before it cools down, and not at every key. */
static void
draft_changed_cb (EnvoiComposerWindow *self)
{
  gint64 now = g_get_monotonic_time ();
  EnvoiAccount *account;

  if (self->warmed_at != 0 && now - self->warmed_at < WARM_UP_INTERVAL)
    return;

  self->warmed_at = now;
  account = envoi_account_list_find (envoi_service_get_accounts (self->service),
                                     envoi_draft_get (self->draft, "account-id"));
  if (account)
    envoi_service_warm_up (self->service, account);
}

static void
use_service (EnvoiComposerWindow *self,
             EnvoiService        *service)
{
  EnvoiEditor *editor = envoi_composer_body_get_editor (self->body);

  self->attacher = envoi_attacher_new (service, self->draft);
  self->saver = envoi_draft_saver_new (service, self->draft);
  self->paster = envoi_paster_new (editor, self->attacher, self->draft, self->hint_bar);
  envoi_composer_window_watch_files (self);
  g_signal_connect_object (self->draft, "changed", G_CALLBACK (draft_changed_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->saver, "notify::state", G_CALLBACK (show_save_state), self,
                           G_CONNECT_SWAPPED);
}

gboolean
envoi_composer_window_is_new (EnvoiComposerWindow *self)
{
  EnvoiOutbox *outbox = self->service ? envoi_service_get_outbox (self->service) : NULL;

  return outbox && !envoi_outbox_find (outbox, envoi_draft_get_id (self->draft));
}

static void
begin_plain (EnvoiComposerWindow *self)
{
  g_autoptr (GSettings) settings = g_settings_new (ENVOI_APPLICATION_ID);

  if (g_settings_get_boolean (settings, "plain-text") && envoi_composer_window_is_new (self))
    envoi_answer_begin_plain (self->draft);
}

EnvoiComposerWindow *
envoi_composer_window_new (void)
{
  return g_object_new (ENVOI_TYPE_COMPOSER_WINDOW, NULL);
}

void
envoi_composer_window_set_up (EnvoiComposerWindow *self,
                              EnvoiApplication    *app,
                              EnvoiService        *service,
                              EnvoiDraft          *draft)
{
  g_return_if_fail (ENVOI_IS_COMPOSER_WINDOW (self));
  g_return_if_fail (ENVOI_IS_DRAFT (draft));
  g_return_if_fail (self->draft == NULL);

  gtk_window_set_application (GTK_WINDOW (self), GTK_APPLICATION (app));
  self->draft = g_object_ref (draft);
  if (service)
    self->service = g_object_ref (service);
  begin_plain (self);
  envoi_composer_window_sign (self);
  if (service)
    use_service (self, service);

  envoi_composer_body_set_draft (self->body, draft);
  envoi_composer_fields_set_up (self->fields,
                                service ? envoi_service_get_accounts (service) : NULL, draft);
  if (service)
    envoi_composer_fields_set_providers (self->fields, envoi_service_get_providers (service));
  envoi_attachment_bar_set_up (self->attachment_bar, draft, self->attacher);
  envoi_composer_window_follow_account (self);
  envoi_composer_window_add_actions (self);
  g_signal_connect_object (draft, "notify::subject", G_CALLBACK (show_subject), self,
                           G_CONNECT_SWAPPED);
  show_subject (self);
  if (self->paster && envoi_answer_get_n_left_out (draft) > 0)
    envoi_paster_tell_left_out (self->paster, envoi_answer_get_n_left_out (draft));

  if (*envoi_draft_get (draft, "to") == '\0')
    envoi_composer_fields_focus (self->fields, "to");
  else
    gtk_widget_grab_focus (GTK_WIDGET (self->body));
}

EnvoiDraft *
envoi_composer_window_get_draft (EnvoiComposerWindow *self)
{
  g_return_val_if_fail (ENVOI_IS_COMPOSER_WINDOW (self), NULL);

  return self->draft;
}
