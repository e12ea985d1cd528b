/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-app"

#include "config.h"

#include "envoi-service-private.h"

/* Secrets and removal of accounts. An account never goes because a keyring fails. */

static gboolean
waits_for_secret (const EnvoiLetterRecord *record,
                  EnvoiAccount            *account)
{
  return record->state == ENVOI_LETTER_WAITING &&
         g_strcmp0 (record->account_id, envoi_account_get_id (account)) == 0 &&
         g_strcmp0 (record->error_domain, "secrets") == 0;
}

/* Letters that only waited for the keyring need not wait out their back-off. */
static void
wake_letters (EnvoiService *self,
              EnvoiAccount *account)
{
  GListModel *outbox = envoi_outbox_get_folder (self->outbox, ENVOI_FOLDER_OUTBOX);

  for (guint i = 0; i < g_list_model_get_n_items (outbox); i++) {
    g_autoptr (EnvoiLetter) letter = g_list_model_get_item (outbox, i);

    if (waits_for_secret (envoi_letter_get_record (letter), account))
      envoi_outbox_act_async (self->outbox, envoi_letter_get_id (letter), ENVOI_OUTBOX_SEND_NOW,
                              NULL, NULL, NULL, NULL);
  }
}

void
envoi_service_mark_ready (EnvoiService *self,
                          EnvoiAccount *account)
{
  if (envoi_account_get_state (account) != ENVOI_ACCOUNT_READY)
    envoi_account_set_state (account, ENVOI_ACCOUNT_READY, NULL);

  wake_letters (self, account);
}

static void
did_store_secret_cb (GObject      *source,
                     GAsyncResult *result,
                     gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  EnvoiService *self = g_task_get_source_object (task);
  EnvoiAccount *account = g_task_get_task_data (task);
  GError *error = NULL;

  if (!envoi_secret_store_store_finish (ENVOI_SECRET_STORE (source), result, &error)) {
    g_task_return_error (task, error);
    return;
  }

  /* The new secret is the one that counts from now on. */
  envoi_credential_source_set_secret (self->credentials, envoi_account_get_id (account), NULL);
  envoi_service_mark_ready (self, account);
  g_task_return_boolean (task, TRUE);
}

void
envoi_service_set_password_async (EnvoiService        *self,
                                  EnvoiAccount        *account,
                                  EnvoiSecret         *secret,
                                  GCancellable        *cancellable,
                                  GAsyncReadyCallback  callback,
                                  gpointer             user_data)
{
  GTask *task;
  g_autofree char *label = NULL;

  g_return_if_fail (ENVOI_IS_SERVICE (self));
  g_return_if_fail (ENVOI_IS_ACCOUNT (account));
  g_return_if_fail (secret != NULL);

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, envoi_service_set_password_async);
  g_task_set_task_data (task, g_object_ref (account), g_object_unref);

  label = g_strdup_printf ("Envoi: %s", envoi_account_get_email (account));
  envoi_secret_store_store_async (self->secrets, envoi_account_get_id (account),
                                  ENVOI_SECRET_PASSWORD, label, secret, cancellable,
                                  did_store_secret_cb, task);
}

gboolean
envoi_service_set_password_finish (EnvoiService  *self,
                                   GAsyncResult  *result,
                                   GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

void
envoi_service_use_password (EnvoiService *self,
                            EnvoiAccount *account,
                            EnvoiSecret  *secret)
{
  g_return_if_fail (ENVOI_IS_SERVICE (self));
  g_return_if_fail (ENVOI_IS_ACCOUNT (account));

  envoi_credential_source_set_secret (self->credentials, envoi_account_get_id (account), secret);
  envoi_service_mark_ready (self, account);
}

char *
envoi_service_dup_secret_trouble (EnvoiService *self)
{
  char *reason = NULL;

  g_return_val_if_fail (ENVOI_IS_SERVICE (self), NULL);

  if (g_object_class_find_property (G_OBJECT_GET_CLASS (self->secrets), "reason"))
    g_object_get (self->secrets, "reason", &reason, NULL);

  return reason;
}

typedef gboolean (*LetterFunc) (const EnvoiLetterRecord *record);

static gboolean
is_any (const EnvoiLetterRecord *record)
{
  return TRUE;
}

static gboolean
is_waiting (const EnvoiLetterRecord *record)
{
  return record->state == ENVOI_LETTER_WAITING;
}

static gboolean
waits_for_account (const EnvoiLetterRecord *record)
{
  return is_waiting (record) && g_strcmp0 (record->error_domain, "accounts") == 0;
}

/* Letters of the account that are to be sent: a list of their ids, as acting changes the folders. */
static GPtrArray *
list_letters (EnvoiService *self,
              const char   *account_id,
              LetterFunc    is_wanted)
{
  static const EnvoiFolder folders[] = { ENVOI_FOLDER_OUTBOX, ENVOI_FOLDER_SCHEDULED };
  GPtrArray *ids = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < G_N_ELEMENTS (folders); i++) {
    GListModel *letters = envoi_outbox_get_folder (self->outbox, folders[i]);

    for (guint j = 0; j < g_list_model_get_n_items (letters); j++) {
      g_autoptr (EnvoiLetter) letter = g_list_model_get_item (letters, j);
      const EnvoiLetterRecord *record = envoi_letter_get_record (letter);

      if (g_strcmp0 (record->account_id, account_id) == 0 && is_wanted (record))
        g_ptr_array_add (ids, g_strdup (record->id));
    }
  }

  return ids;
}

/* A letter learns at once what became of its account, not when its time comes. */
static void
tell_letters (EnvoiService *self,
              const char   *account_id,
              LetterFunc    is_wanted)
{
  g_autoptr (GPtrArray) ids = list_letters (self, account_id, is_wanted);

  for (guint i = 0; i < ids->len; i++)
    envoi_outbox_act_async (self->outbox, g_ptr_array_index (ids, i), ENVOI_OUTBOX_SEND_NOW, NULL,
                            NULL, NULL, NULL);
}

guint
envoi_service_count_letters (EnvoiService *self,
                             EnvoiAccount *account)
{
  g_autoptr (GPtrArray) ids = NULL;

  g_return_val_if_fail (ENVOI_IS_SERVICE (self), 0);
  g_return_val_if_fail (ENVOI_IS_ACCOUNT (account), 0);

  ids = list_letters (self, envoi_account_get_id (account), is_any);
  return ids->len;
}

static gboolean
can_send (EnvoiAccount *account)
{
  gboolean is_removed;

  g_object_get (account, "is-removed", &is_removed, NULL);
  return envoi_account_is_enabled (account) && !is_removed;
}

static void
did_change_cb (GObject      *source,
               GAsyncResult *result,
               gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  EnvoiService *self = g_task_get_source_object (task);
  EnvoiAccount *changed = g_task_get_task_data (task);
  GError *error = NULL;

  if (!envoi_account_list_save_finish (ENVOI_ACCOUNT_LIST (source), result, &error)) {
    g_task_return_error (task, error);
    return;
  }

  tell_letters (self, envoi_account_get_id (changed),
                can_send (changed) ? waits_for_account : is_waiting);
  g_task_return_boolean (task, TRUE);
}

void
envoi_service_change_account_async (EnvoiService        *self,
                                    EnvoiAccount        *account,
                                    EnvoiAccountChange   change,
                                    GCancellable        *cancellable,
                                    GAsyncReadyCallback  callback,
                                    gpointer             user_data)
{
  EnvoiAccount *changed;
  GTask *task;

  g_return_if_fail (ENVOI_IS_SERVICE (self));
  g_return_if_fail (ENVOI_IS_ACCOUNT (account));

  /* What is brought back is the one that others still hold; the rest changes when it is saved. */
  changed = change == ENVOI_ACCOUNT_BRING_BACK ? g_object_ref (account)
                                               : envoi_account_copy (account);
  if (change == ENVOI_ACCOUNT_SET_ASIDE)
    g_object_set (changed, "is-removed", TRUE, NULL);
  else if (change != ENVOI_ACCOUNT_BRING_BACK)
    g_object_set (changed, "is-enabled", change == ENVOI_ACCOUNT_TURN_ON, NULL);

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, envoi_service_change_account_async);
  g_task_set_task_data (task, changed, g_object_unref);
  envoi_account_list_save_async (self->accounts, changed, cancellable, did_change_cb, task);
}

gboolean
envoi_service_change_account_finish (EnvoiService  *self,
                                     GAsyncResult  *result,
                                     GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

static void
did_remove_cb (GObject      *source,
               GAsyncResult *result,
               gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;

  if (!envoi_account_list_remove_finish (ENVOI_ACCOUNT_LIST (source), result, &error)) {
    g_task_return_error (task, error);
    return;
  }

  tell_letters (g_task_get_source_object (task),
                envoi_account_get_id (g_task_get_task_data (task)), is_any);
  g_task_return_boolean (task, TRUE);
}

static gboolean
finish_clear (EnvoiService  *self,
              EnvoiAccount  *account,
              GAsyncResult  *result,
              GError       **error)
{
  return envoi_account_is_brokered (account)
         ? envoi_token_broker_forget_finish (self->broker, result, error)
         : envoi_secret_store_clear_finish (self->secrets, result, error);
}

static void
did_clear_secrets_cb (GObject      *source,
                      GAsyncResult *result,
                      gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  EnvoiService *self = g_task_get_source_object (task);
  EnvoiAccount *account = g_task_get_task_data (task);
  GError *error = NULL;

  /* Without any keyring there is no secret in one that could stay behind. */
  if (!finish_clear (self, account, result, &error) &&
      !g_error_matches (error, ENVOI_SECRETS_ERROR, ENVOI_SECRETS_ERROR_UNAVAILABLE) &&
      !g_error_matches (error, ENVOI_SECRETS_ERROR, ENVOI_SECRETS_ERROR_NOT_FOUND)) {
    envoi_service_change_account_async (self, account, ENVOI_ACCOUNT_BRING_BACK, NULL, NULL, NULL);
    g_task_return_error (task, error);
    return;
  }

  g_clear_error (&error);
  envoi_credential_source_set_secret (self->credentials, envoi_account_get_id (account), NULL);
  envoi_account_list_remove_async (self->accounts, account, NULL, did_remove_cb,
                                   g_object_ref (task));
}

void
envoi_service_remove_account_async (EnvoiService        *self,
                                    EnvoiAccount        *account,
                                    GCancellable        *cancellable,
                                    GAsyncReadyCallback  callback,
                                    gpointer             user_data)
{
  GTask *task;

  g_return_if_fail (ENVOI_IS_SERVICE (self));
  g_return_if_fail (ENVOI_IS_ACCOUNT (account));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, envoi_service_remove_account_async);
  g_task_set_check_cancellable (task, FALSE);
  g_task_set_task_data (task, g_object_ref (account), g_object_unref);

  if (envoi_account_is_brokered (account))
    envoi_token_broker_forget_async (self->broker, account, cancellable, did_clear_secrets_cb,
                                     task);
  else
    envoi_secret_store_clear_async (self->secrets, envoi_account_get_id (account), NULL,
                                    did_clear_secrets_cb, task);
}

gboolean
envoi_service_remove_account_finish (EnvoiService  *self,
                                     GAsyncResult  *result,
                                     GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

static void remove_next (GTask *task);

static void
did_remove_next_cb (GObject      *source,
                    GAsyncResult *result,
                    gpointer      user_data)
{
  g_autoptr (GError) error = NULL;

  /* Then the account is back, and the next one's turn comes all the same. */
  if (!envoi_service_remove_account_finish (ENVOI_SERVICE (source), result, &error))
    g_warning ("an account could not be removed: %s", error->message);

  remove_next (user_data);
}

/* @task: (transfer full) */
static void
remove_next (GTask *task)
{
  GPtrArray *left = g_task_get_task_data (task);
  g_autoptr (EnvoiAccount) account = NULL;

  if (left->len == 0) {
    g_task_return_boolean (task, TRUE);
    g_object_unref (task);
    return;
  }

  account = g_ptr_array_steal_index (left, 0);
  envoi_service_remove_account_async (g_task_get_source_object (task), account,
                                      g_task_get_cancellable (task), did_remove_next_cb, task);
}

void
envoi_service_did_forget (EnvoiService *self)
{
  self->n_forgetting--;
  if (self->n_forgetting == 0 && self->settling)
    remove_next (g_steal_pointer (&self->settling));
}

static void
hurry_cb (GCancellable *cancellable,
          gpointer      hurry)
{
  g_cancellable_cancel (hurry);
}

void
envoi_service_settle_removals_async (EnvoiService        *self,
                                     GCancellable        *cancellable,
                                     GAsyncReadyCallback  callback,
                                     gpointer             user_data)
{
  GTask *task = g_task_new (self, cancellable, callback, user_data);
  GPtrArray *set_aside = envoi_account_list_get_set_aside (self->accounts);
  GPtrArray *left = g_ptr_array_new_with_free_func (g_object_unref);

  g_task_set_source_tag (task, envoi_service_settle_removals_async);
  g_task_set_check_cancellable (task, FALSE);
  g_task_set_task_data (task, left, (GDestroyNotify) g_ptr_array_unref);
  for (guint i = 0; envoi_outbox_is_sender (self->outbox) && i < set_aside->len; i++)
    g_ptr_array_add (left, g_object_ref (g_ptr_array_index (set_aside, i)));

  /* Or the program would end with a token in the keyring that belongs to no account. */
  if (self->n_forgetting > 0 && !self->settling) {
    self->settling = task;
    if (cancellable)
      g_cancellable_connect (cancellable, G_CALLBACK (hurry_cb), g_object_ref (self->hurry),
                             g_object_unref);
  } else {
    remove_next (task);
  }
}

gboolean
envoi_service_settle_removals_finish (EnvoiService *self,
                                      GAsyncResult *result)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), NULL);
}
