/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-ui"

#include "config.h"

#include "envoi-notifier.h"
#include "envoi-words.h"

#include "envoi-problem.h"

#include <glib/gi18n.h>

/**
 * EnvoiNotifier:
 *
 * Desktop notifications for letters that were sent or need the person. The
 * window says the same itself, so nothing is sent while one is active.
 *
 * Thread: main
 */
struct _EnvoiNotifier {
  GObject parent_instance;

  GtkApplication *application;      /* borrowed: it owns this */
  EnvoiService   *service;
};

G_DEFINE_FINAL_TYPE (EnvoiNotifier, envoi_notifier, G_TYPE_OBJECT)

static gboolean
is_looked_at (EnvoiNotifier *self)
{
  GtkWindow *window = gtk_application_get_active_window (self->application);

  return window && gtk_window_is_active (window);
}

static char *
dup_host (EnvoiNotifier           *self,
          const EnvoiLetterRecord *record)
{
  EnvoiAccount *account;
  char *host = NULL;

  account = envoi_account_list_find (envoi_service_get_accounts (self->service),
                                     record->account_id);
  if (account)
    g_object_get (account, "host", &host, NULL);

  return host;
}

static GNotification *
make_notification (EnvoiNotifier           *self,
                   const EnvoiLetterRecord *record)
{
  const char *subject = envoi_words_get_subject (record->subject);
  g_autofree char *people = envoi_words_format_people (record->to_line);
  g_autofree char *host = dup_host (self, record);
  g_autoptr (EnvoiProblem) problem = envoi_problem_new_for_letter (record, host);
  g_autofree char *title = NULL;
  GNotification *notification;

  if (problem) {
    notification = g_notification_new (problem->title);
    g_notification_set_body (notification, subject);
    g_notification_set_priority (notification, G_NOTIFICATION_PRIORITY_HIGH);
    return notification;
  }

  /* Translators: %s is a name, or "Wang Wei and 2 more" */
  title = g_strdup_printf (_("Sent to %s"), people);
  notification = g_notification_new (title);
  g_notification_set_body (notification, subject);
  g_notification_set_priority (notification, G_NOTIFICATION_PRIORITY_LOW);
  return notification;
}

static void
settled_cb (EnvoiNotifier    *self,
            EnvoiLetter      *letter,
            EnvoiLetterState  before,
            EnvoiLetterState  after)
{
  const EnvoiLetterRecord *record = envoi_letter_get_record (letter);
  gboolean is_end = after == ENVOI_LETTER_SENT || after == ENVOI_LETTER_FAILED ||
                    after == ENVOI_LETTER_UNKNOWN;
  g_autoptr (GNotification) notification = NULL;

  /* What the person took in hand again is no news any more. */
  if (!is_end)
    g_application_withdraw_notification (G_APPLICATION (self->application), record->id);
  if (!is_end || before == after || before == ENVOI_LETTER_UNKNOWN || is_looked_at (self))
    return;

  notification = make_notification (self, record);
  g_notification_set_default_action_and_target (notification, "app.show-letter", "s", record->id);
  g_application_send_notification (G_APPLICATION (self->application), record->id, notification);
}

static void
envoi_notifier_dispose (GObject *object)
{
  EnvoiNotifier *self = ENVOI_NOTIFIER (object);

  g_clear_object (&self->service);

  G_OBJECT_CLASS (envoi_notifier_parent_class)->dispose (object);
}

static void
envoi_notifier_class_init (EnvoiNotifierClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = envoi_notifier_dispose;
}

static void
envoi_notifier_init (EnvoiNotifier *self)
{
}

EnvoiNotifier *
envoi_notifier_new (GtkApplication *application,
                    EnvoiService   *service)
{
  EnvoiNotifier *self = g_object_new (ENVOI_TYPE_NOTIFIER, NULL);

  self->application = application;
  self->service = g_object_ref (service);
  g_signal_connect_object (envoi_service_get_outbox (service), "settled", G_CALLBACK (settled_cb),
                           self, G_CONNECT_SWAPPED);
  return self;
}
