/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-ui"

#include "config.h"

#include "envoi-notifier.h"
#include "envoi-state-words.h"
#include "envoi-words.h"

#include "envoi-problem.h"

#include <glib/gi18n.h>

/**
 * EnvoiNotifier:
 *
 * Desktop notifications for letters that were sent, went out late or need the
 * person, and for accounts that need a sign-in; each offers what the window
 * would offer. The window says the same itself, so nothing is sent while one
 * is active.
 *
 * Thread: main
 */
struct _EnvoiNotifier {
  GObject parent_instance;

  GtkApplication *application;      /* borrowed: it owns this */
  EnvoiService   *service;
  GHashTable     *accounts;         /* EnvoiAccount that are followed, owned */
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

/* Two are what desktops show beside a notification. */
#define MOST_BUTTONS 2

/* "_Try Again" is "Try Again" where there are no mnemonics. */
static char *
strip_mnemonic (const char *label)
{
  g_autoptr (GRegex) regex = g_regex_new ("\\(_.\\)|_", 0, 0, NULL);

  return g_regex_replace_literal (regex, label, -1, 0, "", 0, NULL);
}

/* The buttons of the letter's card; each does what it does there. */
static void
add_buttons (EnvoiNotifier           *self,
             GNotification           *notification,
             const EnvoiLetterRecord *record,
             const EnvoiProblem      *problem)
{
  gint64 now = envoi_clock_get_now (envoi_service_get_clock (self->service));
  const EnvoiStateFacts way = { .progress = -1 };
  g_autoptr (EnvoiStateWords) words = envoi_state_words_new (record, problem, &way, now);

  for (guint i = 0; i < MIN (words->n_buttons, MOST_BUTTONS); i++) {
    g_autofree char *label = strip_mnemonic (words->buttons[i].label);

    g_notification_add_button_with_target (notification, label, "app.do-with-letter", "(ss)",
                                           record->id, words->buttons[i].action);
  }
}

static GNotification *
make_trouble (EnvoiNotifier           *self,
              const EnvoiLetterRecord *record,
              const EnvoiProblem      *problem)
{
  GNotification *notification = g_notification_new (problem->title);

  g_notification_set_body (notification, envoi_words_get_subject (record->subject));
  g_notification_set_priority (notification, G_NOTIFICATION_PRIORITY_HIGH);
  add_buttons (self, notification, record, problem);
  return notification;
}

static GNotification *
make_late (EnvoiNotifier           *self,
           const EnvoiLetterRecord *record)
{
  gint64 now = envoi_clock_get_now (envoi_service_get_clock (self->service));
  GNotification *notification = g_notification_new (_("Sent later than planned"));
  g_autofree char *late = envoi_words_format_late (record, now);
  g_autofree char *body = g_strdup_printf ("%s\n%s", envoi_words_get_subject (record->subject),
                                           late);

  g_notification_set_body (notification, body);
  return notification;
}

static GNotification *
make_notification (EnvoiNotifier           *self,
                   const EnvoiLetterRecord *record)
{
  g_autofree char *people = envoi_words_format_people (record->to_line);
  g_autofree char *host = dup_host (self, record);
  g_autoptr (EnvoiProblem) problem = envoi_problem_new_for_letter (record, host);
  g_autofree char *title = NULL;
  GNotification *notification;

  if (problem)
    return make_trouble (self, record, problem);
  if (envoi_words_is_late (record))
    return make_late (self, record);

  /* Translators: %s is a name, or "Wang Wei and 2 more" */
  title = g_strdup_printf (_("Sent to %s"), people);
  notification = g_notification_new (title);
  g_notification_set_body (notification, envoi_words_get_subject (record->subject));
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

static char *
make_account_tag (EnvoiAccount *account)
{
  return g_strconcat ("account-", envoi_account_get_id (account), NULL);
}

/* Letters of the account wait until the person signs in; nobody looks at the window. */
static void
account_state_cb (EnvoiNotifier *self,
                  GParamSpec    *pspec,
                  EnvoiAccount  *account)
{
  GApplication *application = G_APPLICATION (self->application);
  g_autofree char *tag = make_account_tag (account);
  g_autofree char *email = NULL;
  g_autofree char *title = NULL;
  g_autoptr (GNotification) notification = NULL;

  if (envoi_account_get_state (account) != ENVOI_ACCOUNT_NEEDS_SIGN_IN) {
    g_application_withdraw_notification (application, tag);
    return;
  }
  if (is_looked_at (self))
    return;

  g_object_get (account, "email", &email, NULL);
  /* Translators: %s is the address of an account */
  title = g_strdup_printf (_("%s needs you to sign in"), email);
  notification = g_notification_new (title);
  g_notification_set_body (notification, _("Until then its letters wait."));
  g_notification_set_priority (notification, G_NOTIFICATION_PRIORITY_HIGH);
  g_notification_add_button_with_target (notification, _("Sign In"), "app.sign-in", "s",
                                         envoi_account_get_id (account));
  g_notification_set_default_action_and_target (notification, "app.sign-in", "s",
                                                envoi_account_get_id (account));
  g_application_send_notification (application, tag, notification);
}

static void
accounts_changed_cb (EnvoiNotifier *self,
                     guint          position,
                     guint          removed,
                     guint          added,
                     GListModel    *accounts)
{
  for (guint i = 0; i < g_list_model_get_n_items (accounts); i++) {
    g_autoptr (EnvoiAccount) account = g_list_model_get_item (accounts, i);

    if (g_hash_table_add (self->accounts, g_object_ref (account)))
      g_signal_connect_object (account, "notify::state", G_CALLBACK (account_state_cb), self,
                               G_CONNECT_SWAPPED);
  }
}

static void
envoi_notifier_dispose (GObject *object)
{
  EnvoiNotifier *self = ENVOI_NOTIFIER (object);

  g_clear_pointer (&self->accounts, g_hash_table_unref);
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
  self->accounts = g_hash_table_new_full (NULL, NULL, g_object_unref, NULL);
}

EnvoiNotifier *
envoi_notifier_new (GtkApplication *application,
                    EnvoiService   *service)
{
  EnvoiNotifier *self = g_object_new (ENVOI_TYPE_NOTIFIER, NULL);
  GListModel *accounts = G_LIST_MODEL (envoi_service_get_accounts (service));

  self->application = application;
  self->service = g_object_ref (service);
  g_signal_connect_object (envoi_service_get_outbox (service), "settled", G_CALLBACK (settled_cb),
                           self, G_CONNECT_SWAPPED);
  g_signal_connect_object (accounts, "items-changed", G_CALLBACK (accounts_changed_cb), self,
                           G_CONNECT_SWAPPED);
  accounts_changed_cb (self, 0, 0, 0, accounts);
  return self;
}
