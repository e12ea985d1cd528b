/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-accounts"

#include "config.h"

#include "envoi-token-refresh-private.h"

#include "envoi-account.h"
#include "envoi-oauth-error.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <sys/file.h>
#include <unistd.h>

/* One refresh, from the stored refresh token to the stored next one. It cannot
 * be cancelled: once the provider has rotated the token, dropping its answer
 * would lose the permission. Its length is bounded all the same. */

static const gint64 pauses_us[] = { 1 * G_USEC_PER_SEC, 4 * G_USEC_PER_SEC };

typedef struct {
  EnvoiSecretStore *secrets;
  EnvoiOAuthClient *client;
  EnvoiClock *clock;
  EnvoiOAuthConfig *config;
  char *account_id;
  char *label;
  char *lock_path;      /* nullable */

  int lock;             /* -1 = none */
  EnvoiSecret *refresh_token;
  guint n_pauses;
  gboolean has_looked_again;
  GError *verdict;
  EnvoiTokenRefreshed *refreshed;
} Refresh;

static void
refresh_free (Refresh *refresh)
{
  g_object_unref (refresh->secrets);
  g_object_unref (refresh->client);
  g_object_unref (refresh->clock);
  envoi_oauth_config_unref (refresh->config);
  g_free (refresh->account_id);
  g_free (refresh->label);
  g_free (refresh->lock_path);
  if (refresh->lock >= 0)
    close (refresh->lock);
  g_clear_pointer (&refresh->refresh_token, envoi_secret_unref);
  g_clear_error (&refresh->verdict);
  g_clear_pointer (&refresh->refreshed, envoi_token_refreshed_free);
  g_free (refresh);
}

static void
finish (GTask *task)
{
  Refresh *refresh = g_task_get_task_data (task);

  g_task_return_pointer (task, g_steal_pointer (&refresh->refreshed),
                         (GDestroyNotify) envoi_token_refreshed_free);
}

static void
did_store_cb (GObject      *source,
              GAsyncResult *result,
              gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  Refresh *refresh = g_task_get_task_data (task);
  EnvoiTokenRefreshed *refreshed = refresh->refreshed;

  /* The new token is the only one that is worth anything, so it is kept for the
   * session when the store will not have it. */
  if (!envoi_secret_store_store_finish (refresh->secrets, result, &refreshed->trouble))
    refreshed->unsaved = envoi_secret_ref (refreshed->token->refresh_token);

  finish (task);
}

/* @task: (transfer full) */
static void
take_token (GTask           *task,
            EnvoiOAuthToken *token)
{
  Refresh *refresh = g_task_get_task_data (task);
  EnvoiSecret *next = token->refresh_token;

  refresh->refreshed = g_new0 (EnvoiTokenRefreshed, 1);
  refresh->refreshed->token = token;

  if (!next || envoi_secret_is_equal (next, refresh->refresh_token)) {
    finish (task);
    g_object_unref (task);
    return;
  }

  envoi_secret_store_store_async (refresh->secrets, refresh->account_id, ENVOI_SECRET_REFRESH_TOKEN,
                                  refresh->label, next, NULL, did_store_cb, task);
}

static void ask (GTask *task);

static gboolean
ask_again_cb (gpointer user_data)
{
  ask (user_data);
  return G_SOURCE_REMOVE;
}

static void
did_clear_cb (GObject      *source,
              GAsyncResult *result,
              gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  Refresh *refresh = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;

  /* A dead token that stays in the keyring does no harm: it is refused again. */
  if (!envoi_secret_store_clear_finish (refresh->secrets, result, &error))
    g_debug ("a dead refresh token stays: %s", error->message);

  g_task_return_error (task, g_steal_pointer (&refresh->verdict));
}

static void
did_look_again_cb (GObject      *source,
                   GAsyncResult *result,
                   gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  Refresh *refresh = g_task_get_task_data (task);
  EnvoiSecret *stored = envoi_secret_store_lookup_finish (refresh->secrets, result, NULL);

  if (stored && !envoi_secret_is_equal (stored, refresh->refresh_token)) {
    g_clear_pointer (&refresh->refresh_token, envoi_secret_unref);
    refresh->refresh_token = stored;
    g_clear_error (&refresh->verdict);
    ask (g_steal_pointer (&task));
    return;
  }

  g_clear_pointer (&stored, envoi_secret_unref);
  envoi_secret_store_clear_async (refresh->secrets, refresh->account_id, NULL, did_clear_cb,
                                  g_steal_pointer (&task));
}

/* @task: (transfer full) */
static void
take_refusal (GTask  *task,
              GError *error)
{
  Refresh *refresh = g_task_get_task_data (task);

  if (g_error_matches (error, ENVOI_OAUTH_ERROR, ENVOI_OAUTH_ERROR_UNREACHABLE) &&
      refresh->n_pauses < G_N_ELEMENTS (pauses_us)) {
    gint64 due_us = envoi_clock_get_now (refresh->clock) + pauses_us[refresh->n_pauses++];

    g_error_free (error);
    envoi_clock_call_at (refresh->clock, due_us, ask_again_cb, task);
    return;
  }

  /* Another process may have refreshed meanwhile, and its token is good. */
  if (g_error_matches (error, ENVOI_OAUTH_ERROR, ENVOI_OAUTH_ERROR_GRANT_INVALID) &&
      !refresh->has_looked_again) {
    refresh->has_looked_again = TRUE;
    refresh->verdict = error;
    envoi_secret_store_lookup_async (refresh->secrets, refresh->account_id,
                                     ENVOI_SECRET_REFRESH_TOKEN, NULL, did_look_again_cb, task);
    return;
  }

  g_task_return_error (task, error);
  g_object_unref (task);
}

static void
did_ask_cb (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  GTask *task = user_data;
  GError *error = NULL;
  EnvoiOAuthToken *token = envoi_oauth_client_token_finish (ENVOI_OAUTH_CLIENT (source), result,
                                                            &error);

  if (token)
    take_token (task, token);
  else
    take_refusal (task, error);
}

/* @task: (transfer full) */
static void
ask (GTask *task)
{
  Refresh *refresh = g_task_get_task_data (task);

  envoi_oauth_client_refresh_async (refresh->client, refresh->config, refresh->refresh_token, NULL,
                                    did_ask_cb, task);
}

static void
got_refresh_token_cb (GObject      *source,
                      GAsyncResult *result,
                      gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  Refresh *refresh = g_task_get_task_data (task);
  GError *error = NULL;

  refresh->refresh_token = envoi_secret_store_lookup_finish (refresh->secrets, result, &error);
  if (refresh->refresh_token) {
    ask (g_steal_pointer (&task));
  } else if (g_error_matches (error, ENVOI_SECRETS_ERROR, ENVOI_SECRETS_ERROR_NOT_FOUND)) {
    g_error_free (error);
    g_task_return_new_error (task, ENVOI_ACCOUNTS_ERROR, ENVOI_ACCOUNTS_ERROR_NEEDS_SIGN_IN,
                             _("Nobody has signed in to this account yet."));
  } else {
    g_task_return_error (task, error);
  }
}

static char *
format_lock_path (const char *folder,
                  const char *account_id)
{
  g_autofree char *escaped = g_uri_escape_string (account_id, NULL, FALSE);
  g_autofree char *name = g_strconcat ("refresh-", escaped, ".lock", NULL);

  return g_build_filename (folder, name, NULL);
}

/* A provider that rotates takes two refreshes with one token for theft, and ends the
 * permission (RFC 9700 section 4.14). The kernel gives up the lock of a program that dies;
 * without a lock, a refresh is still better than none. */
static void
lock_thread (GTask        *task,
             gpointer      source,
             gpointer      task_data,
             GCancellable *cancellable)
{
  const char *path = task_data;
  int lock = path ? g_open (path, O_CREAT | O_RDWR | O_CLOEXEC, 0600) : -1;

  if (lock >= 0 && flock (lock, LOCK_EX) != 0)
    g_debug ("refreshing without a lock: %s", g_strerror (errno));

  g_task_return_int (task, lock);
}

static void
did_lock_cb (GObject      *source,
             GAsyncResult *result,
             gpointer      user_data)
{
  GTask *task = user_data;
  Refresh *refresh = g_task_get_task_data (task);

  refresh->lock = (int) g_task_propagate_int (G_TASK (result), NULL);
  if (refresh->refresh_token)
    ask (task);
  else
    envoi_secret_store_lookup_async (refresh->secrets, refresh->account_id,
                                     ENVOI_SECRET_REFRESH_TOKEN, NULL, got_refresh_token_cb, task);
}

/**
 * envoi_token_refreshed_free:
 * @self: (transfer full): what a refresh gave
 *
 * Thread: main
 */
void
envoi_token_refreshed_free (EnvoiTokenRefreshed *self)
{
  envoi_oauth_token_unref (self->token);
  g_clear_pointer (&self->unsaved, envoi_secret_unref);
  g_clear_error (&self->trouble);
  g_free (self);
}

/**
 * envoi_token_refresh_async:
 * @input: what to use
 * @callback: called on the main thread
 * @user_data: for @callback
 *
 * Refreshes once. Only the provider's word that the grant is invalid, and only
 * after a second look at the store, makes it forget the refresh token.
 *
 * Thread: main
 */
void
envoi_token_refresh_async (const EnvoiTokenRefreshInput *input,
                           GAsyncReadyCallback           callback,
                           gpointer                      user_data)
{
  GTask *task = g_task_new (NULL, NULL, callback, user_data);
  g_autoptr (GTask) locking = NULL;
  Refresh *refresh = g_new0 (Refresh, 1);

  refresh->secrets = g_object_ref (input->secrets);
  refresh->client = g_object_ref (input->client);
  refresh->clock = g_object_ref (input->clock);
  refresh->config = envoi_oauth_config_ref (input->config);
  refresh->account_id = g_strdup (input->account_id);
  refresh->label = g_strdup (input->label);
  refresh->lock_path = input->folder ? format_lock_path (input->folder, input->account_id) : NULL;
  refresh->lock = -1;
  if (input->unsaved)
    refresh->refresh_token = envoi_secret_ref (input->unsaved);
  g_task_set_source_tag (task, envoi_token_refresh_async);
  g_task_set_task_data (task, refresh, (GDestroyNotify) refresh_free);

  locking = g_task_new (NULL, NULL, did_lock_cb, task);
  g_task_set_task_data (locking, g_strdup (refresh->lock_path), g_free);
  g_task_run_in_thread (locking, lock_thread);
}

/**
 * envoi_token_refresh_finish:
 * @result: what the callback got
 * @error: where an error goes
 *
 * Errors: ACCOUNTS_NEEDS_SIGN_IN, all of OAUTH, SECRETS.
 *
 * Returns: (transfer full): the tokens, or %NULL with @error set
 *
 * Thread: main
 */
EnvoiTokenRefreshed *
envoi_token_refresh_finish (GAsyncResult  *result,
                            GError       **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}
