/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-ui"

#include "config.h"

#include "envoi-composer-window-private.h"

#include "envoi-placeholder.h"

#include "envoi-send-check.h"

#include <glib/gi18n.h>
#include <string.h>

/* The last step of a letter: looked at, sealed and committed. The window goes
 * when the letter is durable, and stays as it is when that failed. */

static void prepare_to_send (EnvoiComposerWindow *self);

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
    g_signal_emit_by_name (self, "sent", letter_id);
    envoi_composer_window_finish (self);
  } else {
    envoi_composer_window_show_error (self, error, prepare_to_send);
  }
}

/* What failed half way is in the draft still: those whose letter is not safe yet. */
static void
did_send_separately_cb (GObject      *source,
                        GAsyncResult *result,
                        gpointer      user_data)
{
  g_autoptr (EnvoiComposerWindow) self = user_data;
  g_autoptr (GError) error = NULL;
  guint n_sent;

  n_sent = envoi_service_send_separately_finish (ENVOI_SERVICE (source), result, &error);
  set_sending (self, FALSE);

  if (n_sent > 0) {
    g_signal_emit_by_name (self, "sent-separately", n_sent);
    envoi_composer_window_finish (self);
  } else {
    envoi_composer_window_show_error (self, error, prepare_to_send);
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

static guint
get_part_size (EnvoiComposerWindow *self)
{
  EnvoiSendLimits limits = { 0 };

  envoi_composer_window_get_limits (self, &limits);
  return self->sends_in_parts ? limits.max_recipients : 0;
}

static void
send_now (EnvoiComposerWindow *self)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  g_autoptr (EnvoiDraft) filled = NULL;

  if (!self->service)
    return;

  envoi_notice_bar_hide (self->error_bar);
  drop_unused_pictures (self);
  set_sending (self, TRUE);
  filled = envoi_placeholder_dup_filled (self->draft, now);
  if (self->sends_separately)
    envoi_service_send_separately_async (self->service, self->draft, self->hold_until, NULL,
                                         did_send_separately_cb, g_object_ref (self));
  else
    envoi_service_send_in_parts_async (self->service, filled, self->hold_until,
                                       get_part_size (self), NULL, did_send_cb,
                                       g_object_ref (self));
}

void
envoi_composer_window_get_limits (EnvoiComposerWindow *self,
                                  EnvoiSendLimits     *limits)
{
  EnvoiAccount *account = NULL;

  if (!self->service)
    return;

  account = envoi_account_list_find (envoi_service_get_accounts (self->service),
                                     envoi_draft_get (self->draft, "account-id"));
  envoi_send_limits_init (limits, envoi_service_get_providers (self->service), account);
}

static void
account_changed_cb (EnvoiComposerWindow *self)
{
  EnvoiSendLimits limits = { 0 };

  envoi_composer_window_get_limits (self, &limits);
  envoi_attachment_bar_set_limit (self->attachment_bar, limits.size_limit);
}

/* Sent separately, nobody sees anybody, and no letter has more than one recipient. Who sends in
 * parts has read both sentences and chosen. */
static void
drop_numbers (GPtrArray *findings)
{
  for (guint i = findings->len; i > 0; i--) {
    const EnvoiSendFinding *finding = g_ptr_array_index (findings, i - 1);

    if (finding->kind == ENVOI_SEND_MANY_VISIBLE ||
        finding->kind == ENVOI_SEND_TOO_MANY_RECIPIENTS)
      g_ptr_array_remove_index (findings, i - 1);
  }
}

/* @known: nullable */
static void
check_and_send (EnvoiComposerWindow *self,
                EnvoiPeople         *known)
{
  g_autoptr (GSettings) settings = g_settings_new (ENVOI_APPLICATION_ID);
  g_autofree char *own_words = g_settings_get_string (settings, "sensitive-words");
  g_autoptr (GPtrArray) findings = NULL;
  EnvoiSendLimits limits = { 0 };

  envoi_composer_window_get_limits (self, &limits);
  limits.known = known ? envoi_people_get_persons (known) : NULL;
  limits.own_words = own_words;
  limits.is_separate = self->sends_separately;
  findings = envoi_send_check_run (self->draft, &limits);
  if (self->sends_separately || self->sends_in_parts)
    drop_numbers (findings);

  if (findings->len > 0)
    envoi_send_panel_show (self->send_panel, findings);
  else
    send_now (self);
}

static void
did_list_to_send_cb (GObject      *source,
                     GAsyncResult *result,
                     gpointer      user_data)
{
  g_autoptr (EnvoiComposerWindow) self = user_data;
  g_autoptr (EnvoiPeople) known =
    envoi_service_list_people_finish (ENVOI_SERVICE (source), result, NULL);

  if (!self->is_done && !self->is_sending && self->service)
    check_and_send (self, known);
}

static void
did_commit_to_send_cb (GObject      *source,
                       GAsyncResult *result,
                       gpointer      user_data)
{
  g_autoptr (EnvoiComposerWindow) self = user_data;

  envoi_composer_body_commit_finish (ENVOI_COMPOSER_BODY (source), result, NULL);
  if (self->is_done || self->is_sending)
    return;

  if (self->service)
    envoi_service_list_people_async (self->service, NULL, did_list_to_send_cb, g_object_ref (self));
  else
    check_and_send (self, NULL);
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
  self->sends_separately = FALSE;
  self->sends_in_parts = FALSE;
  prepare_to_send (self);
}

void
envoi_composer_window_send_separately (EnvoiComposerWindow *self)
{
  self->hold_until = 0;
  self->sends_separately = TRUE;
  self->sends_in_parts = FALSE;
  prepare_to_send (self);
}

/* For the moment that Send was for. */
void
envoi_composer_window_send_in_parts (EnvoiComposerWindow *self)
{
  self->sends_in_parts = TRUE;
  prepare_to_send (self);
}

void
envoi_composer_window_go_on_sending (EnvoiComposerWindow *self)
{
  prepare_to_send (self);
}

/* The button that was pressed is gone. */
static void
compress (EnvoiComposerWindow *self)
{
  envoi_composer_window_compress (self);
  gtk_widget_grab_focus (GTK_WIDGET (self->body));
}

static void
finding_chosen_cb (EnvoiSendPanel      *panel,
                   const char          *field,
                   EnvoiComposerWindow *self)
{
  if (g_str_equal (field, "attachments"))
    envoi_composer_window_choose_files (self, FALSE);
  else if (g_str_equal (field, "separately"))
    gtk_widget_activate_action (GTK_WIDGET (self), "composer.send-separately", NULL);
  else if (g_str_equal (field, "parts"))
    envoi_composer_window_send_in_parts (self);
  else if (g_str_equal (field, "compress"))
    compress (self);
  else if (g_str_equal (field, "text"))
    gtk_widget_grab_focus (GTK_WIDGET (self->body));
  else
    envoi_composer_fields_focus (self->fields, field);
}

/**
 * envoi_composer_window_connect_sending:
 * @self: a window with its template
 *
 * Connects the panel of findings.
 *
 * Thread: main
 */
void
envoi_composer_window_connect_sending (EnvoiComposerWindow *self)
{
  g_signal_connect_object (self->send_panel, "confirmed", G_CALLBACK (send_now), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->send_panel, "chosen", G_CALLBACK (finding_chosen_cb), self, 0);
}

/**
 * envoi_composer_window_follow_account:
 * @self: a window that has its draft
 *
 * Shows the limits of the account in From, now and when it changes.
 *
 * Thread: main
 */
void
envoi_composer_window_follow_account (EnvoiComposerWindow *self)
{
  g_signal_connect_object (self->draft, "notify::account-id", G_CALLBACK (account_changed_cb),
                           self, G_CONNECT_SWAPPED);
  account_changed_cb (self);
}
