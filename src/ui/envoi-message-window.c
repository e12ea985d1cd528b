/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-ui"

#include "config.h"

#include "envoi-message-window.h"

#include "envoi-message-view.h"
#include "envoi-part-list.h"
#include "envoi-part.h"
#include "envoi-words.h"

#include "envoi-problem.h"
#include "envoi-service-answer.h"

#include <glib/gi18n.h>

/**
 * EnvoiMessageWindow:
 *
 * A message from a file, with what can be done with it: reply, reply to all,
 * forward, edit as new. The window goes when the answer is open.
 *
 * Thread: main
 */
struct _EnvoiMessageWindow {
  AdwApplicationWindow parent_instance;

  EnvoiMessageReader *reader;
  GCancellable       *answering;     /* nullable */

  AdwToastOverlay    *toasts;
  AdwWindowTitle     *title;
  GtkLabel           *subject;
  GtkLabel           *from;
  GtkLabel           *to;
  GtkLabel           *cc;
  GtkLabel           *date;
  EnvoiMessageView   *message;
  EnvoiPartList      *parts;
};

G_DEFINE_FINAL_TYPE (EnvoiMessageWindow, envoi_message_window, ADW_TYPE_APPLICATION_WINDOW)

static void
tell (EnvoiMessageWindow *self,
      const char         *sentence)
{
  g_autofree char *escaped = g_markup_escape_text (sentence, -1);

  adw_toast_overlay_add_toast (self->toasts, adw_toast_new (escaped));
}

static void
problem_cb (EnvoiMessageWindow *self,
            const char         *sentence)
{
  tell (self, sentence);
}

static EnvoiApplication *
get_application (EnvoiMessageWindow *self)
{
  return ENVOI_APPLICATION (gtk_window_get_application (GTK_WINDOW (self)));
}

static void
did_answer_cb (GObject      *source,
               GAsyncResult *result,
               gpointer      user_data)
{
  g_autoptr (EnvoiMessageWindow) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (EnvoiProblem) problem = NULL;
  g_autoptr (EnvoiDraft) draft =
    envoi_service_answer_finish (ENVOI_SERVICE (source), result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;

  g_clear_object (&self->answering);
  if (draft) {
    envoi_application_open_draft (get_application (self), draft);
    gtk_window_close (GTK_WINDOW (self));
    return;
  }

  problem = envoi_problem_new (error);
  tell (self, problem->title);
}

static void
answer (GtkWidget       *widget,
        EnvoiAnswerKind  kind)
{
  EnvoiMessageWindow *self = ENVOI_MESSAGE_WINDOW (widget);
  EnvoiService *service = envoi_application_get_service (get_application (self));

  if (self->answering)
    return;

  self->answering = g_cancellable_new ();
  envoi_service_answer_message_async (service, self->reader, kind, self->answering, did_answer_cb,
                                      g_object_ref (self));
}

static void
reply_cb (GtkWidget  *widget,
          const char *name,
          GVariant   *parameter)
{
  answer (widget, ENVOI_ANSWER_REPLY);
}

static void
reply_all_cb (GtkWidget  *widget,
              const char *name,
              GVariant   *parameter)
{
  answer (widget, ENVOI_ANSWER_REPLY_ALL);
}

static void
forward_cb (GtkWidget  *widget,
            const char *name,
            GVariant   *parameter)
{
  answer (widget, ENVOI_ANSWER_FORWARD);
}

static void
edit_as_new_cb (GtkWidget  *widget,
                const char *name,
                GVariant   *parameter)
{
  answer (widget, ENVOI_ANSWER_EDIT);
}

static void
show_field (GtkLabel   *label,
            const char *text)
{
  gtk_label_set_label (label, text ? text : "");
  gtk_widget_set_visible (gtk_widget_get_parent (GTK_WIDGET (label)), text && *text != '\0');
}

static void
show_message (EnvoiMessageWindow *self)
{
  static const char *const fields[] = { "From", "To", "Cc", "Date" };
  GtkLabel *labels[] = { self->from, self->to, self->cc, self->date };
  g_autofree char *subject = envoi_message_reader_dup_header (self->reader, "Subject");
  g_autoptr (GListStore) pictures = envoi_part_list_received (self->reader, TRUE);
  g_autoptr (GListStore) files = envoi_part_list_received (self->reader, FALSE);

  for (guint i = 0; i < G_N_ELEMENTS (fields); i++) {
    g_autofree char *value = envoi_message_reader_dup_header (self->reader, fields[i]);

    show_field (labels[i], value);
  }

  gtk_label_set_label (self->subject, envoi_words_get_subject (subject));
  gtk_window_set_title (GTK_WINDOW (self), envoi_words_get_subject (subject));
  envoi_message_view_show (self->message, envoi_message_reader_get_html (self->reader),
                           envoi_message_reader_get_text (self->reader), G_LIST_MODEL (pictures));
  envoi_part_list_set_parts (self->parts, G_LIST_MODEL (files));
}

static void
envoi_message_window_dispose (GObject *object)
{
  EnvoiMessageWindow *self = ENVOI_MESSAGE_WINDOW (object);

  g_cancellable_cancel (self->answering);
  g_clear_object (&self->answering);
  g_clear_object (&self->reader);

  G_OBJECT_CLASS (envoi_message_window_parent_class)->dispose (object);
}

static void
add_actions (GtkWidgetClass *widget_class)
{
  gtk_widget_class_install_action (widget_class, "message.reply", NULL, reply_cb);
  gtk_widget_class_install_action (widget_class, "message.reply-all", NULL, reply_all_cb);
  gtk_widget_class_install_action (widget_class, "message.forward", NULL, forward_cb);
  gtk_widget_class_install_action (widget_class, "message.edit-as-new", NULL, edit_as_new_cb);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_r, GDK_CONTROL_MASK,
                                       "message.reply", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_r, GDK_CONTROL_MASK | GDK_SHIFT_MASK,
                                       "message.reply-all", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_l, GDK_CONTROL_MASK,
                                       "message.forward", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_e, GDK_CONTROL_MASK,
                                       "message.edit-as-new", NULL);
}

static void
envoi_message_window_class_init (EnvoiMessageWindowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = envoi_message_window_dispose;

  g_type_ensure (ENVOI_TYPE_MESSAGE_VIEW);
  g_type_ensure (ENVOI_TYPE_PART_LIST);
  gtk_widget_class_set_template_from_resource (
    widget_class, "/io/github/envoi_mail/Envoi/envoi-message-window.ui");
  gtk_widget_class_bind_template_child (widget_class, EnvoiMessageWindow, toasts);
  gtk_widget_class_bind_template_child (widget_class, EnvoiMessageWindow, title);
  gtk_widget_class_bind_template_child (widget_class, EnvoiMessageWindow, subject);
  gtk_widget_class_bind_template_child (widget_class, EnvoiMessageWindow, from);
  gtk_widget_class_bind_template_child (widget_class, EnvoiMessageWindow, to);
  gtk_widget_class_bind_template_child (widget_class, EnvoiMessageWindow, cc);
  gtk_widget_class_bind_template_child (widget_class, EnvoiMessageWindow, date);
  gtk_widget_class_bind_template_child (widget_class, EnvoiMessageWindow, message);
  gtk_widget_class_bind_template_child (widget_class, EnvoiMessageWindow, parts);
  gtk_widget_class_bind_template_callback (widget_class, problem_cb);
  add_actions (widget_class);
}

static void
envoi_message_window_init (EnvoiMessageWindow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

GtkWidget *
envoi_message_window_new (EnvoiApplication   *app,
                          EnvoiMessageReader *message,
                          const char         *name)
{
  EnvoiMessageWindow *self = g_object_new (ENVOI_TYPE_MESSAGE_WINDOW, "application", app, NULL);

  self->reader = g_object_ref (message);
  adw_window_title_set_title (self->title, name);
  show_message (self);
  return GTK_WIDGET (self);
}
