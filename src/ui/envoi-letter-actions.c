/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-ui"

#include "config.h"

#include "envoi-letter-actions.h"
#include "envoi-send-limits.h"
#include "envoi-words.h"

#include "envoi-problem.h"
#include "envoi-service-answer.h"

#include <glib/gi18n.h>

#define STATE(name) (1u << ENVOI_LETTER_ ## name)
#define SEALED (STATE (QUEUED) | STATE (SENDING) | STATE (WAITING) | STATE (SENT) | STATE (FAILED) | \
                STATE (UNKNOWN))

/**
 * EnvoiLetterActions:
 *
 * What a person can do with the letter that is shown. It asks the outbox and
 * the service; windows are opened by whoever listens to its signals.
 *
 * Thread: main
 */
struct _EnvoiLetterActions {
  GObject parent_instance;

  EnvoiService       *service;
  GSimpleActionGroup *group;
  EnvoiLetter        *letter;
  GSignalGroup       *letter_signals;
  GCancellable       *cancellable;
};

G_DEFINE_FINAL_TYPE (EnvoiLetterActions, envoi_letter_actions, G_TYPE_OBJECT)

enum {
  SIGNAL_DRAFT_OPENED,
  SIGNAL_COMPRESS_WANTED,
  SIGNAL_ACCOUNT_WANTED,
  SIGNAL_PAGE_WANTED,
  SIGNAL_DELETE_WANTED,
  SIGNAL_SAVE_WANTED,
  SIGNAL_QUEUED,
  SIGNAL_TOLD,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

/* In which states an action makes sense: the edges of the outbox, seen from a button. */
static const struct {
  const char *name;
  guint states;
} actions[] = {
  { "edit", STATE (DRAFT) | STATE (QUEUED) | STATE (WAITING) | STATE (FAILED) | STATE (UNKNOWN) },
  { "reply", SEALED },
  { "reply-all", SEALED },
  { "forward", SEALED },
  { "edit-as-new", STATE (SENT) },
  { "use-template", STATE (DRAFT) },
  { "resend", STATE (SENT) },
  { "save", STATE (QUEUED) | STATE (WAITING) | STATE (SENT) | STATE (FAILED) | STATE (UNKNOWN) },
  { "cancel", STATE (QUEUED) | STATE (WAITING) | STATE (SENDING) },
  { "send-now", STATE (QUEUED) | STATE (WAITING) | STATE (FAILED) | STATE (UNKNOWN) },
  { "arrived", STATE (UNKNOWN) | STATE (SENT) },
  { "compress", STATE (FAILED) },
  { "fix-recipients", STATE (FAILED) | STATE (SENT) },
  { "send-in-parts", STATE (WAITING) | STATE (FAILED) },
  { "sign-in", STATE (WAITING) | STATE (FAILED) },
  { "edit-account", STATE (WAITING) | STATE (FAILED) },
  { "open-page", STATE (WAITING) | STATE (FAILED) },
  { "delete", STATE (DRAFT) | STATE (SENT) | STATE (FAILED) | STATE (UNKNOWN) },
};

static void
tell (EnvoiLetterActions *self,
      const char         *sentence)
{
  g_signal_emit (self, signals[SIGNAL_TOLD], 0, sentence);
}

static void
tell_error (EnvoiLetterActions *self,
            const GError       *error)
{
  g_autoptr (EnvoiProblem) problem = NULL;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  if (g_error_matches (error, ENVOI_STORE_ERROR, ENVOI_STORE_ERROR_CONFLICT)) {
    tell (self, _("Too late: the letter has moved on"));
    return;
  }

  problem = envoi_problem_new (error);
  tell (self, problem->title);
}

static const char *
get_id (EnvoiLetterActions *self)
{
  return envoi_letter_get_id (self->letter);
}

static void
update_enabled (EnvoiLetterActions *self)
{
  guint state = self->letter ? 1u << envoi_letter_get_state (self->letter) : 0;

  for (guint i = 0; i < G_N_ELEMENTS (actions); i++) {
    GAction *action = g_action_map_lookup_action (G_ACTION_MAP (self->group), actions[i].name);
    gboolean is_enabled = (actions[i].states & state) != 0;

    if (is_enabled && g_str_equal (actions[i].name, "use-template"))
      is_enabled = envoi_letter_record_is_template (envoi_letter_get_record (self->letter));
    if (is_enabled && g_str_equal (actions[i].name, "cancel"))
      is_enabled = !envoi_letter_is_handed_over (self->letter);
    g_simple_action_set_enabled (G_SIMPLE_ACTION (action), is_enabled);
  }
}

static void
letter_changed_cb (EnvoiLetterActions *self)
{
  update_enabled (self);
}

/* @signal: what is told of the letter that is a draft again */
static void
open_taken_back (EnvoiLetterActions *self,
                 GAsyncResult       *result,
                 guint               signal)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (EnvoiDraft) draft = NULL;

  draft = envoi_service_take_back_finish (self->service, result, &error);
  if (draft)
    g_signal_emit (self, signal, 0, draft);
  else if (error)
    tell_error (self, error);
}

static void
did_take_back (GObject      *source,
               GAsyncResult *result,
               gpointer      user_data)
{
  g_autoptr (EnvoiLetterActions) self = user_data;

  open_taken_back (self, result, signals[SIGNAL_DRAFT_OPENED]);
}

static void
did_take_back_to_compress (GObject      *source,
                           GAsyncResult *result,
                           gpointer      user_data)
{
  g_autoptr (EnvoiLetterActions) self = user_data;

  open_taken_back (self, result, signals[SIGNAL_COMPRESS_WANTED]);
}

/* Takes @self. */
static void
tell_cancelled (EnvoiLetterActions *self,
                GAsyncResult       *result,
                const char         *sentence)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (EnvoiDraft) draft = envoi_service_take_back_finish (self->service, result, &error);

  if (error)
    tell_error (self, error);
  else
    tell (self, sentence);
  g_object_unref (self);
}

static void
did_cancel (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  tell_cancelled (user_data, result, _("Not sent. The letter is in Drafts."));
}

static void
did_cancel_rest (GObject      *source,
                 GAsyncResult *result,
                 gpointer      user_data)
{
  tell_cancelled (user_data, result,
                  _("Not sent to those who have not got it yet. For them the letter is in Drafts."));
}

static gboolean
have_some_got_it (const EnvoiLetterRecord *record)
{
  for (guint i = 0; i < record->recipients->len; i++) {
    const EnvoiRecipientRecord *recipient = g_ptr_array_index (record->recipients, i);

    if (recipient->state == ENVOI_RECIPIENT_ACCEPTED)
      return TRUE;
  }

  return FALSE;
}

static void
did_load_draft (GObject      *source,
                GAsyncResult *result,
                gpointer      user_data)
{
  g_autoptr (EnvoiLetterActions) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (EnvoiDraft) draft = NULL;

  draft = envoi_service_load_draft_finish (ENVOI_SERVICE (source), result, &error);
  if (draft)
    g_signal_emit (self, signals[SIGNAL_DRAFT_OPENED], 0, draft);
  else
    tell_error (self, error);
}

static void
did_act (GObject      *source,
         GAsyncResult *result,
         gpointer      user_data)
{
  g_autoptr (EnvoiLetterActions) self = user_data;
  g_autoptr (GError) error = NULL;

  if (!envoi_outbox_act_finish (ENVOI_OUTBOX (source), result, &error))
    tell_error (self, error);
}

static void
act (EnvoiLetterActions *self,
     EnvoiOutboxAction   action)
{
  envoi_outbox_act_async (envoi_service_get_outbox (self->service), get_id (self), action, NULL,
                          self->cancellable, did_act, g_object_ref (self));
}

static void
edit_cb (GSimpleAction *action,
         GVariant      *parameter,
         gpointer       user_data)
{
  EnvoiLetterActions *self = user_data;

  if (envoi_letter_get_state (self->letter) == ENVOI_LETTER_DRAFT)
    envoi_service_load_draft_async (self->service, get_id (self), self->cancellable,
                                    did_load_draft, g_object_ref (self));
  else
    envoi_letter_actions_undo (self, get_id (self));
}

static void
cancel_cb (GSimpleAction *action,
           GVariant      *parameter,
           gpointer       user_data)
{
  EnvoiLetterActions *self = user_data;

  envoi_service_take_back_async (self->service, get_id (self), TRUE, self->cancellable,
                                 have_some_got_it (envoi_letter_get_record (self->letter))
                                 ? did_cancel_rest : did_cancel,
                                 g_object_ref (self));
}

static void
send_now_cb (GSimpleAction *action,
             GVariant      *parameter,
             gpointer       user_data)
{
  act (user_data, ENVOI_OUTBOX_SEND_NOW);
}

static void
arrived_cb (GSimpleAction *action,
            GVariant      *parameter,
            gpointer       user_data)
{
  act (user_data, ENVOI_OUTBOX_DISMISS);
}

static char *
format_refused (const EnvoiLetterRecord *letter)
{
  g_autoptr (GString) list = g_string_new (NULL);

  for (guint i = 0; letter->recipients && i < letter->recipients->len; i++) {
    const EnvoiRecipientRecord *recipient = g_ptr_array_index (letter->recipients, i);

    if (recipient->state == ENVOI_RECIPIENT_REFUSED ||
        recipient->state == ENVOI_RECIPIENT_RETURNED)
      g_string_append_printf (list, "%s%s", list->len ? ", " : "", recipient->address);
  }

  return g_strdup (list->str);
}

static void
open_answer (EnvoiLetterActions *self,
             GAsyncResult       *result,
             const char         *only_to)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (EnvoiDraft) draft = envoi_service_answer_finish (self->service, result, &error);

  if (!draft) {
    tell_error (self, error);
    return;
  }

  if (only_to) {
    envoi_draft_set (draft, "to", only_to);
    envoi_draft_set (draft, "cc", "");
    envoi_draft_set (draft, "bcc", "");
  }
  g_signal_emit (self, signals[SIGNAL_DRAFT_OPENED], 0, draft);
}

static void
did_answer_cb (GObject      *source,
               GAsyncResult *result,
               gpointer      user_data)
{
  g_autoptr (EnvoiLetterActions) self = user_data;

  open_answer (self, result, NULL);
}

static void
answer (EnvoiLetterActions *self,
        EnvoiAnswerKind     kind)
{
  envoi_service_answer_letter_async (self->service, get_id (self), kind, self->cancellable,
                                     did_answer_cb, g_object_ref (self));
}

static void
reply_cb (GSimpleAction *action,
          GVariant      *parameter,
          gpointer       user_data)
{
  answer (user_data, ENVOI_ANSWER_REPLY);
}

static void
reply_all_cb (GSimpleAction *action,
              GVariant      *parameter,
              gpointer       user_data)
{
  answer (user_data, ENVOI_ANSWER_REPLY_ALL);
}

static void
forward_cb (GSimpleAction *action,
            GVariant      *parameter,
            gpointer       user_data)
{
  answer (user_data, ENVOI_ANSWER_FORWARD);
}

static void
edit_as_new_cb (GSimpleAction *action,
                GVariant      *parameter,
                gpointer       user_data)
{
  answer (user_data, ENVOI_ANSWER_EDIT);
}

static void
did_resend (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autoptr (EnvoiLetterActions) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autofree char *letter_id = NULL;

  letter_id = envoi_service_send_finish (ENVOI_SERVICE (source), result, &error);
  if (letter_id)
    g_signal_emit (self, signals[SIGNAL_QUEUED], 0, letter_id);
  else
    tell_error (self, error);
}

/* A letter of its own, with its own undo time: the first one stays what it is. */
static void
did_answer_for_resend_cb (GObject      *source,
                          GAsyncResult *result,
                          gpointer      user_data)
{
  g_autoptr (EnvoiLetterActions) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (EnvoiDraft) draft = envoi_service_answer_finish (self->service, result, &error);

  if (draft)
    envoi_service_send_async (self->service, draft, 0, NULL, did_resend, g_object_ref (self));
  else
    tell_error (self, error);
}

static void
resend_cb (GSimpleAction *action,
           GVariant      *parameter,
           gpointer       user_data)
{
  EnvoiLetterActions *self = user_data;

  envoi_service_answer_letter_async (self->service, get_id (self), ENVOI_ANSWER_EDIT,
                                     self->cancellable, did_answer_for_resend_cb,
                                     g_object_ref (self));
}

static void
save_cb (GSimpleAction *action,
         GVariant      *parameter,
         gpointer       user_data)
{
  EnvoiLetterActions *self = user_data;

  g_signal_emit (self, signals[SIGNAL_SAVE_WANTED], 0, self->letter);
}

/* The others have the letter already: the new draft is for the refused alone. */
static void
did_answer_for_refused_cb (GObject      *source,
                           GAsyncResult *result,
                           gpointer      user_data)
{
  g_autoptr (EnvoiLetterActions) self = user_data;
  g_autofree char *refused = NULL;

  if (self->letter)
    refused = format_refused (envoi_letter_get_record (self->letter));
  open_answer (self, result, refused);
}

static void
fix_recipients_cb (GSimpleAction *action,
                   GVariant      *parameter,
                   gpointer       user_data)
{
  EnvoiLetterActions *self = user_data;

  if (envoi_letter_get_state (self->letter) == ENVOI_LETTER_FAILED)
    envoi_letter_actions_undo (self, get_id (self));
  else
    envoi_service_answer_letter_async (self->service, get_id (self), ENVOI_ANSWER_EDIT,
                                       self->cancellable, did_answer_for_refused_cb,
                                       g_object_ref (self));
}

static void
compress_cb (GSimpleAction *action,
             GVariant      *parameter,
             gpointer       user_data)
{
  EnvoiLetterActions *self = user_data;

  envoi_service_take_back_async (self->service, get_id (self), FALSE, self->cancellable,
                                 did_take_back_to_compress, g_object_ref (self));
}

static EnvoiAccount *
find_account (EnvoiLetterActions *self)
{
  const EnvoiLetterRecord *record = envoi_letter_get_record (self->letter);

  return envoi_account_list_find (envoi_service_get_accounts (self->service), record->account_id);
}

static void
send_in_parts_cb (GSimpleAction *action,
                  GVariant      *parameter,
                  gpointer       user_data)
{
  EnvoiLetterActions *self = user_data;
  EnvoiSendLimits limits;

  envoi_send_limits_init (&limits, envoi_service_get_providers (self->service),
                          find_account (self));
  envoi_outbox_send_in_parts_async (envoi_service_get_outbox (self->service), get_id (self),
                                    limits.max_recipients, self->cancellable, did_act,
                                    g_object_ref (self));
}

static void
want_account (EnvoiLetterActions *self,
              gboolean            is_only_secret)
{
  EnvoiAccount *account = find_account (self);

  if (account)
    g_signal_emit (self, signals[SIGNAL_ACCOUNT_WANTED], 0, account, is_only_secret);
  else
    tell (self, _("The account of this letter has been removed"));
}

static void
sign_in_cb (GSimpleAction *action,
            GVariant      *parameter,
            gpointer       user_data)
{
  want_account (user_data, TRUE);
}

static void
edit_account_cb (GSimpleAction *action,
                 GVariant      *parameter,
                 gpointer       user_data)
{
  want_account (user_data, FALSE);
}

static void
open_page_cb (GSimpleAction *action,
              GVariant      *parameter,
              gpointer       user_data)
{
  EnvoiLetterActions *self = user_data;
  EnvoiAccount *account = find_account (self);
  g_autofree char *host = NULL;
  g_autoptr (EnvoiProblem) problem = NULL;

  if (account)
    g_object_get (account, "host", &host, NULL);
  problem = envoi_problem_new_for_letter (envoi_letter_get_record (self->letter), host);
  if (problem && problem->url)
    g_signal_emit (self, signals[SIGNAL_PAGE_WANTED], 0, problem->url);
}

static void
delete_cb (GSimpleAction *action,
           GVariant      *parameter,
           gpointer       user_data)
{
  EnvoiLetterActions *self = user_data;

  g_signal_emit (self, signals[SIGNAL_DELETE_WANTED], 0, self->letter);
}

static void
envoi_letter_actions_dispose (GObject *object)
{
  EnvoiLetterActions *self = ENVOI_LETTER_ACTIONS (object);

  g_clear_object (&self->letter_signals);
  g_clear_object (&self->letter);
  g_clear_object (&self->group);
  g_clear_object (&self->service);
  g_clear_object (&self->cancellable);

  G_OBJECT_CLASS (envoi_letter_actions_parent_class)->dispose (object);
}

static void
envoi_letter_actions_class_init (EnvoiLetterActionsClass *klass)
{
  GType type = G_TYPE_FROM_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = envoi_letter_actions_dispose;

  signals[SIGNAL_DRAFT_OPENED] = g_signal_new ("draft-opened", type, G_SIGNAL_RUN_LAST, 0,
                                               NULL, NULL, NULL, G_TYPE_NONE, 1, ENVOI_TYPE_DRAFT);
  signals[SIGNAL_COMPRESS_WANTED] = g_signal_new ("compress-wanted", type, G_SIGNAL_RUN_LAST, 0,
                                                  NULL, NULL, NULL, G_TYPE_NONE, 1,
                                                  ENVOI_TYPE_DRAFT);
  signals[SIGNAL_ACCOUNT_WANTED] = g_signal_new ("account-wanted", type, G_SIGNAL_RUN_LAST, 0,
                                                 NULL, NULL, NULL, G_TYPE_NONE, 2,
                                                 ENVOI_TYPE_ACCOUNT, G_TYPE_BOOLEAN);
  signals[SIGNAL_PAGE_WANTED] = g_signal_new ("page-wanted", type, G_SIGNAL_RUN_LAST, 0,
                                              NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
  signals[SIGNAL_DELETE_WANTED] = g_signal_new ("delete-wanted", type, G_SIGNAL_RUN_LAST, 0,
                                                NULL, NULL, NULL, G_TYPE_NONE, 1,
                                                ENVOI_TYPE_LETTER);
  signals[SIGNAL_SAVE_WANTED] = g_signal_new ("save-wanted", type, G_SIGNAL_RUN_LAST, 0,
                                              NULL, NULL, NULL, G_TYPE_NONE, 1,
                                              ENVOI_TYPE_LETTER);
  signals[SIGNAL_QUEUED] = g_signal_new ("queued", type, G_SIGNAL_RUN_LAST, 0,
                                         NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
  signals[SIGNAL_TOLD] = g_signal_new ("told", type, G_SIGNAL_RUN_LAST, 0,
                                       NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
envoi_letter_actions_init (EnvoiLetterActions *self)
{
  static const GActionEntry entries[] = {
    { "edit", edit_cb },
    { "reply", reply_cb },
    { "reply-all", reply_all_cb },
    { "forward", forward_cb },
    { "edit-as-new", edit_as_new_cb },
    { "use-template", edit_as_new_cb },
    { "resend", resend_cb },
    { "save", save_cb },
    { "cancel", cancel_cb },
    { "send-now", send_now_cb },
    { "arrived", arrived_cb },
    { "compress", compress_cb },
    { "fix-recipients", fix_recipients_cb },
    { "send-in-parts", send_in_parts_cb },
    { "sign-in", sign_in_cb },
    { "edit-account", edit_account_cb },
    { "open-page", open_page_cb },
    { "delete", delete_cb },
  };

  self->cancellable = g_cancellable_new ();
  self->group = g_simple_action_group_new ();
  g_action_map_add_action_entries (G_ACTION_MAP (self->group), entries, G_N_ELEMENTS (entries),
                                   self);

  self->letter_signals = g_signal_group_new (ENVOI_TYPE_LETTER);
  g_signal_group_connect_swapped (self->letter_signals, "notify",
                                  G_CALLBACK (letter_changed_cb), self);
  update_enabled (self);
}

EnvoiLetterActions *
envoi_letter_actions_new (EnvoiService *service)
{
  EnvoiLetterActions *self = g_object_new (ENVOI_TYPE_LETTER_ACTIONS, NULL);

  self->service = g_object_ref (service);
  return self;
}

GActionGroup *
envoi_letter_actions_get_group (EnvoiLetterActions *self)
{
  g_return_val_if_fail (ENVOI_IS_LETTER_ACTIONS (self), NULL);

  return G_ACTION_GROUP (self->group);
}

void
envoi_letter_actions_set_letter (EnvoiLetterActions *self,
                                 EnvoiLetter        *letter)
{
  g_return_if_fail (ENVOI_IS_LETTER_ACTIONS (self));

  if (!g_set_object (&self->letter, letter))
    return;

  g_signal_group_set_target (self->letter_signals, letter);
  update_enabled (self);
}

EnvoiLetter *
envoi_letter_actions_get_letter (EnvoiLetterActions *self)
{
  g_return_val_if_fail (ENVOI_IS_LETTER_ACTIONS (self), NULL);

  return self->letter;
}

void
envoi_letter_actions_undo (EnvoiLetterActions *self,
                           const char         *letter_id)
{
  g_return_if_fail (ENVOI_IS_LETTER_ACTIONS (self));

  envoi_service_take_back_async (self->service, letter_id, FALSE, self->cancellable,
                                 did_take_back, g_object_ref (self));
}
