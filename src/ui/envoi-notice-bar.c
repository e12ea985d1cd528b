/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-ui"

#include "config.h"

#include "envoi-notice-bar.h"

#include "envoi-compat.h"
#include "envoi-wrap-layout.h"

/**
 * EnvoiNoticeBar:
 *
 * Says what happened and offers what can be done about it. It asks nothing:
 * whoever writes on may leave it alone.
 *
 * Thread: main
 */
struct _EnvoiNoticeBar {
  AdwBin parent_instance;

  GtkRevealer *revealer;
  GtkLabel    *text;
  GtkLabel    *details;
  GtkButton   *first;
  GtkButton   *second;
  GtkButton   *keep;

  gpointer asker;       /* borrowed, to be compared only; nullable */
  gulong question;      /* its handler */
};

G_DEFINE_FINAL_TYPE (EnvoiNoticeBar, envoi_notice_bar, ADW_TYPE_BIN)

enum {
  CHOSEN,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

static void
first_clicked_cb (EnvoiNoticeBar *self)
{
  g_signal_emit (self, signals[CHOSEN], 0, 0);
}

static void
second_clicked_cb (EnvoiNoticeBar *self)
{
  g_signal_emit (self, signals[CHOSEN], 0, 1);
}

static void
close_clicked_cb (EnvoiNoticeBar *self)
{
  envoi_notice_bar_hide (self);
}

/* An answer is for the question that was read, not for an earlier one. */
static void
forget_question (EnvoiNoticeBar *self)
{
  /* An asker that is gone took its handler along. */
  if (self->question != 0 && g_signal_handler_is_connected (self, self->question))
    g_signal_handler_disconnect (self, self->question);
  self->question = 0;
  self->asker = NULL;
}

static void
set_button (GtkButton  *button,
            const char *label)
{
  gtk_widget_set_visible (GTK_WIDGET (button), label != NULL);
  gtk_button_set_label (button, label ? label : "");
}

static void
envoi_notice_bar_class_init (EnvoiNoticeBarClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  signals[CHOSEN] = g_signal_new ("chosen", ENVOI_TYPE_NOTICE_BAR, G_SIGNAL_RUN_LAST, 0, NULL,
                                  NULL, NULL, G_TYPE_NONE, 1, G_TYPE_UINT);

  g_type_ensure (ENVOI_TYPE_WRAP_LAYOUT);
  gtk_widget_class_set_template_from_resource (
    widget_class, "/io/github/envoi_mail/Envoi/envoi-notice-bar.ui");
  gtk_widget_class_bind_template_child (widget_class, EnvoiNoticeBar, revealer);
  gtk_widget_class_bind_template_child (widget_class, EnvoiNoticeBar, text);
  gtk_widget_class_bind_template_child (widget_class, EnvoiNoticeBar, details);
  gtk_widget_class_bind_template_child (widget_class, EnvoiNoticeBar, first);
  gtk_widget_class_bind_template_child (widget_class, EnvoiNoticeBar, second);
  gtk_widget_class_bind_template_child (widget_class, EnvoiNoticeBar, keep);
  gtk_widget_class_bind_template_callback (widget_class, first_clicked_cb);
  gtk_widget_class_bind_template_callback (widget_class, second_clicked_cb);
  gtk_widget_class_bind_template_callback (widget_class, close_clicked_cb);
}

static void
envoi_notice_bar_init (EnvoiNoticeBar *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

GtkWidget *
envoi_notice_bar_new (void)
{
  return g_object_new (ENVOI_TYPE_NOTICE_BAR, NULL);
}

void
envoi_notice_bar_show (EnvoiNoticeBar *self,
                       const char     *text,
                       const char     *details,
                       const char     *first,
                       const char     *second)
{
  g_return_if_fail (ENVOI_IS_NOTICE_BAR (self));

  forget_question (self);
  gtk_label_set_text (self->text, text);
  gtk_label_set_text (self->details, details ? details : "");
  gtk_widget_set_visible (GTK_WIDGET (self->details), details && *details != '\0');
  set_button (self->first, first);
  set_button (self->second, second);
  set_button (self->keep, NULL);
  envoi_compat_announce (GTK_WIDGET (self), text);
  gtk_revealer_set_reveal_child (self->revealer, TRUE);
}

void
envoi_notice_bar_ask (EnvoiNoticeBar *self,
                      GCallback       answered,
                      gpointer        asker)
{
  g_return_if_fail (ENVOI_IS_NOTICE_BAR (self));
  g_return_if_fail (G_IS_OBJECT (asker));

  forget_question (self);
  self->asker = asker;
  self->question = g_signal_connect_object (self, "chosen", answered, asker, 0);
}

gboolean
envoi_notice_bar_is_asked_by (EnvoiNoticeBar *self,
                              gpointer        asker)
{
  g_return_val_if_fail (ENVOI_IS_NOTICE_BAR (self), FALSE);

  return asker && self->asker == asker;
}

void
envoi_notice_bar_name_close (EnvoiNoticeBar *self,
                             const char     *label)
{
  g_return_if_fail (ENVOI_IS_NOTICE_BAR (self));

  set_button (self->keep, label);
}

void
envoi_notice_bar_hide (EnvoiNoticeBar *self)
{
  g_return_if_fail (ENVOI_IS_NOTICE_BAR (self));

  forget_question (self);
  gtk_revealer_set_reveal_child (self->revealer, FALSE);
}

gboolean
envoi_notice_bar_is_shown (EnvoiNoticeBar *self)
{
  g_return_val_if_fail (ENVOI_IS_NOTICE_BAR (self), FALSE);

  return gtk_revealer_get_reveal_child (self->revealer);
}
