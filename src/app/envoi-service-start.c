/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-app"

#include "config.h"

#include "envoi-service-private.h"

#include "envoi-paths.h"

/* Starting: what lies on the disk is read side by side, then what sends is put together
 * from it. A start that fails leaves nothing behind, so that it can be tried again. */

typedef enum {
  PART_ACCOUNTS,      /* and the folders, which all errors of a disk show first */
  PART_STORE,
  PART_PROVIDERS,
  PART_JOURNAL,       /* of sign-ins */
  PART_PRACTICE,
  N_PARTS,
} Part;

typedef struct {
  guint n_open;
  GError *errors[N_PARTS];
  GError *failure;
} Start;

static void
start_free (Start *start)
{
  for (guint i = 0; i < N_PARTS; i++)
    g_clear_error (&start->errors[i]);
  g_clear_error (&start->failure);
  g_free (start);
}

static void
did_stop_cb (GObject      *source,
             GAsyncResult *result,
             gpointer      user_data)
{
  EnvoiService *self = ENVOI_SERVICE (source);
  g_autoptr (GTask) task = user_data;
  Start *start = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;

  if (!envoi_service_stop_finish (self, result, &error))
    g_warning ("what was begun did not stop cleanly: %s", error->message);

  g_clear_object (&self->practice);
  g_clear_pointer (&self->practice_notice, g_free);
  g_clear_object (&self->broker);
  g_clear_object (&self->providers);
  g_clear_object (&self->accounts);
  g_clear_object (&self->store);
  g_task_return_error (task, g_steal_pointer (&start->failure));
}

/* Takes @failure. An outbox that did not start has nothing to bring to an end. */
static void
give_up (GTask  *task,
         GError *failure)
{
  EnvoiService *self = g_task_get_source_object (task);
  Start *start = g_task_get_task_data (task);

  start->failure = failure;
  g_clear_object (&self->outbox);
  g_clear_object (&self->deliverer);
  envoi_service_stop_async (self, NULL, did_stop_cb, g_object_ref (task));
}

/* Only by who sends: those who look need not wait for the disk. */
static void
prune_audit (EnvoiService *self)
{
  gint64 kept = envoi_settings_get_audit_time (self->settings);

  if (kept > 0 && (self->flags & ENVOI_SERVICE_SEND) != 0)
    envoi_store_prune_audit (self->store, envoi_clock_get_now (self->clock) - kept);
}

static void
did_start_outbox_cb (GObject      *source,
                     GAsyncResult *result,
                     gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  EnvoiService *self = g_task_get_source_object (task);
  GError *error = NULL;

  if (!envoi_outbox_start_finish (ENVOI_OUTBOX (source), result, &error)) {
    give_up (task, error);
    return;
  }

  envoi_service_set_ready (self, TRUE);
  prune_audit (self);
  /* What a crash left undone; nobody waits for it. */
  envoi_service_settle_removals_async (self, NULL, NULL, NULL);
  g_task_return_boolean (task, TRUE);
}

static void
put_together (EnvoiService *self,
              GTask        *task)
{
  g_autoptr (GFile) lock_file = g_file_get_child (self->data_folder, "sender.lock");

  envoi_service_add_practice (self);
  /* Who writes in a window is offered people; the command line names them itself. */
  if (self->flags & ENVOI_SERVICE_PRACTICE)
    envoi_service_load_contacts (self);

  self->deliverer =
    envoi_smtp_deliverer_new (self->accounts, self->providers, self->credentials, self->store,
                              self->clock);
  g_signal_connect_object (g_network_monitor_get_default (), "network-changed",
                           G_CALLBACK (envoi_smtp_deliverer_forget_idle), self->deliverer,
                           G_CONNECT_SWAPPED);
  self->outbox = envoi_outbox_new (self->store, ENVOI_DELIVERER (self->deliverer), self->clock,
                                   self->random, lock_file);
  envoi_outbox_start_async (self->outbox, (self->flags & ENVOI_SERVICE_SEND) != 0,
                            g_task_get_cancellable (task), did_start_outbox_cb,
                            g_object_ref (task));
}

/* Takes @error, which is NULL when all went well. */
static void
end_part (GTask  *task,
          Part    part,
          GError *error)
{
  Start *start = g_task_get_task_data (task);

  start->errors[part] = error;
  start->n_open--;
  if (start->n_open > 0)
    return;

  for (guint i = 0; i < N_PARTS; i++) {
    if (start->errors[i]) {
      give_up (task, g_steal_pointer (&start->errors[i]));
      return;
    }
  }

  put_together (g_task_get_source_object (task), task);
}

static void
did_load_accounts_cb (GObject      *source,
                      GAsyncResult *result,
                      gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;

  envoi_account_list_load_finish (ENVOI_ACCOUNT_LIST (source), result, &error);
  end_part (task, PART_ACCOUNTS, error);
}

static void
did_load_journal_cb (GObject      *source,
                     GAsyncResult *result,
                     gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;

  envoi_token_journal_load_finish (ENVOI_TOKEN_JOURNAL (source), result);
  end_part (task, PART_JOURNAL, NULL);
}

static void
did_start_practice_cb (GObject      *source,
                       GAsyncResult *result,
                       gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;

  envoi_service_start_practice_finish (ENVOI_SERVICE (source), result, &error);
  end_part (task, PART_PRACTICE, error);
}

static void
sign_in_noted_cb (EnvoiService *self,
                  const char   *account_id)
{
  g_signal_emit_by_name (self, "sign-ins-changed", account_id);
}

static void
start_broker (EnvoiService *self,
              GTask        *task)
{
  self->broker = envoi_token_broker_new (self->secrets, self->providers, self->clock,
                                         self->data_folder);
  envoi_service_load_client_ids (self);
  envoi_credential_source_set_broker (self->credentials, self->broker);
  g_signal_connect_object (envoi_token_broker_get_journal (self->broker), "changed",
                           G_CALLBACK (sign_in_noted_cb), self, G_CONNECT_SWAPPED);
  envoi_token_journal_load_async (envoi_token_broker_get_journal (self->broker),
                                  g_task_get_cancellable (task), did_load_journal_cb,
                                  g_object_ref (task));
}

/* All that is kept in the folders. */
static void
did_make_folders_cb (GObject      *source,
                     GAsyncResult *result,
                     gpointer      user_data)
{
  EnvoiService *self = ENVOI_SERVICE (source);
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;

  if (!g_task_propagate_boolean (G_TASK (result), &error)) {
    end_part (task, PART_JOURNAL, NULL);
    end_part (task, PART_PRACTICE, NULL);
    end_part (task, PART_ACCOUNTS, error);
    return;
  }

  envoi_account_list_load_async (self->accounts, g_task_get_cancellable (task),
                                 did_load_accounts_cb, g_object_ref (task));
  start_broker (self, task);
  envoi_service_start_practice_async (self, g_task_get_cancellable (task), did_start_practice_cb,
                                      g_object_ref (task));
}

static void
make_folders_thread (GTask        *task,
                     gpointer      source,
                     gpointer      task_data,
                     GCancellable *cancellable)
{
  EnvoiService *self = source;
  GError *error = NULL;

  if (envoi_paths_make_folder_sync (self->data_folder, &error) &&
      envoi_paths_make_folder_sync (self->config_folder, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static void
start_accounts (EnvoiService *self,
                GTask        *task)
{
  g_autoptr (GFile) file = g_file_get_child (self->config_folder, "accounts.ini");
  g_autoptr (GTask) folders = g_task_new (self, g_task_get_cancellable (task), did_make_folders_cb,
                                          g_object_ref (task));

  self->accounts = envoi_account_list_new (file);
  g_signal_connect_object (self->accounts, "notify::warning",
                           G_CALLBACK (envoi_service_notice_changed), self, G_CONNECT_SWAPPED);
  g_task_run_in_thread (folders, make_folders_thread);
}

static void
did_open_store_cb (GObject      *source,
                   GAsyncResult *result,
                   gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;

  envoi_store_open_finish (ENVOI_STORE (source), result, &error);
  end_part (task, PART_STORE, error);
}

static void
start_store (EnvoiService *self,
             GTask        *task)
{
  self->store = envoi_store_new (self->data_folder);
  g_signal_connect_object (self->store, "notify::notice",
                           G_CALLBACK (envoi_service_notice_changed), self, G_CONNECT_SWAPPED);
  envoi_store_open_async (self->store, g_task_get_cancellable (task), did_open_store_cb,
                          g_object_ref (task));
}

static void
did_load_providers_cb (GObject      *source,
                       GAsyncResult *result,
                       gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;

  envoi_provider_table_load_finish (ENVOI_PROVIDER_TABLE (source), result, &error);
  end_part (task, PART_PROVIDERS, error);
}

static void
start_providers (EnvoiService *self,
                 GTask        *task)
{
  g_autoptr (GFile) folder = g_file_get_child (self->config_folder, "providers.d");

  self->providers = envoi_provider_table_new ();
  g_signal_connect_object (self->providers, "notify::warning",
                           G_CALLBACK (envoi_service_notice_changed), self, G_CONNECT_SWAPPED);
  envoi_provider_table_load_async (self->providers, folder, g_task_get_cancellable (task),
                                   did_load_providers_cb, g_object_ref (task));
}

void
envoi_service_start_async (EnvoiService        *self,
                           EnvoiServiceFlags    flags,
                           GCancellable        *cancellable,
                           GAsyncReadyCallback  callback,
                           gpointer             user_data)
{
  g_autoptr (GTask) task = NULL;
  Start *start;

  g_return_if_fail (ENVOI_IS_SERVICE (self));
  g_return_if_fail (self->store == NULL);

  self->flags = flags;
  start = g_new0 (Start, 1);
  start->n_open = N_PARTS;

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, envoi_service_start_async);
  g_task_set_task_data (task, start, (GDestroyNotify) start_free);

  start_accounts (self, task);
  start_store (self, task);
  start_providers (self, task);
}

gboolean
envoi_service_start_finish (EnvoiService  *self,
                            GAsyncResult  *result,
                            GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
