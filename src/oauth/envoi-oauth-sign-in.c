/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-oauth"

#include "config.h"

#include "envoi-oauth-sign-in.h"

#include "envoi-oauth-error.h"
#include "envoi-oauth-loopback.h"

#include <glib/gi18n.h>

#define PATIENCE_MS (5 * 60 * 1000)

/**
 * EnvoiOAuthSignIn:
 *
 * One sign-in by the browser: the loopback server, the address to open, the
 * wait, and the code turned into tokens. It does not open the browser.
 *
 * Thread: main
 */
struct _EnvoiOAuthSignIn {
  GObject parent_instance;

  EnvoiOAuthClient *client;
  EnvoiOAuthLoopback *loopback;
  EnvoiOAuthRequest *request;
  guint patience_ms;

  GCancellable *patience;
  guint patience_id;
  GSource *cancelled;
  gboolean is_over_time;
};

G_DEFINE_FINAL_TYPE (EnvoiOAuthSignIn, envoi_oauth_sign_in, G_TYPE_OBJECT)

static void
stop_waiting (EnvoiOAuthSignIn *self)
{
  g_clear_handle_id (&self->patience_id, g_source_remove);
  if (self->cancelled)
    g_source_destroy (self->cancelled);
  g_clear_pointer (&self->cancelled, g_source_unref);
}

static void
return_error (EnvoiOAuthSignIn *self,
              GTask            *task,
              GError           *error)
{
  stop_waiting (self);

  if (!self->is_over_time) {
    g_task_return_error (task, error);
    return;
  }

  g_error_free (error);
  g_task_return_new_error (task, ENVOI_OAUTH_ERROR, ENVOI_OAUTH_ERROR_DENIED,
                           _("Nobody finished the sign-in in the browser in time."));
}

static void
did_redeem_cb (GObject      *source,
               GAsyncResult *result,
               gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  EnvoiOAuthSignIn *self = g_task_get_source_object (task);
  GError *error = NULL;
  EnvoiOAuthToken *token = envoi_oauth_client_token_finish (self->client, result, &error);

  if (!token) {
    return_error (self, task, error);
    return;
  }

  stop_waiting (self);
  g_task_return_pointer (task, token, (GDestroyNotify) envoi_oauth_token_unref);
}

static void
got_code_cb (GObject      *source,
             GAsyncResult *result,
             gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  EnvoiOAuthSignIn *self = g_task_get_source_object (task);
  GError *error = NULL;
  g_autoptr (EnvoiSecret) code = envoi_oauth_loopback_wait_finish (self->loopback, result, &error);

  if (!code) {
    return_error (self, task, error);
    return;
  }

  envoi_oauth_client_redeem_async (self->client, self->request, code, self->patience,
                                   did_redeem_cb, g_steal_pointer (&task));
}

static gboolean
patience_over_cb (gpointer user_data)
{
  EnvoiOAuthSignIn *self = user_data;

  self->patience_id = 0;
  self->is_over_time = TRUE;
  g_cancellable_cancel (self->patience);
  return G_SOURCE_REMOVE;
}

static gboolean
cancelled_cb (GCancellable *cancellable,
              gpointer      user_data)
{
  g_cancellable_cancel (ENVOI_OAUTH_SIGN_IN (user_data)->patience);
  return G_SOURCE_REMOVE;
}

static void
envoi_oauth_sign_in_dispose (GObject *object)
{
  EnvoiOAuthSignIn *self = ENVOI_OAUTH_SIGN_IN (object);

  stop_waiting (self);
  g_clear_object (&self->loopback);
  g_clear_object (&self->client);
  g_clear_object (&self->patience);
  g_clear_pointer (&self->request, envoi_oauth_request_free);

  G_OBJECT_CLASS (envoi_oauth_sign_in_parent_class)->dispose (object);
}

static void
envoi_oauth_sign_in_class_init (EnvoiOAuthSignInClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = envoi_oauth_sign_in_dispose;
}

static void
envoi_oauth_sign_in_init (EnvoiOAuthSignIn *self)
{
  self->patience = g_cancellable_new ();
  self->patience_ms = PATIENCE_MS;
}

/**
 * envoi_oauth_sign_in_new:
 * @client: talks to the token endpoint
 * @config: where to sign in
 * @login_hint: (nullable): the person's address
 * @random: a source of chance
 * @error: where an error goes
 *
 * Prepares a sign-in. The server listens before anybody knows its address.
 *
 * Errors: those of sockets.
 *
 * Returns: (transfer full): the sign-in, or %NULL with @error set
 *
 * Thread: main
 */
EnvoiOAuthSignIn *
envoi_oauth_sign_in_new (EnvoiOAuthClient  *client,
                         EnvoiOAuthConfig  *config,
                         const char        *login_hint,
                         EnvoiRandom       *random,
                         GError           **error)
{
  g_autoptr (EnvoiOAuthSignIn) self = g_object_new (ENVOI_TYPE_OAUTH_SIGN_IN, NULL);
  g_autofree char *redirect_uri = NULL;

  self->loopback = envoi_oauth_loopback_new (config->redirect_port, config->redirect_path, error);
  if (!self->loopback)
    return NULL;

  self->client = g_object_ref (client);
  redirect_uri = envoi_oauth_loopback_format_uri (self->loopback, config->redirect_host);
  self->request = envoi_oauth_request_new (config, redirect_uri, login_hint, random);
  return g_steal_pointer (&self);
}

/**
 * envoi_oauth_sign_in_format_uri:
 * @self: a sign-in
 *
 * Returns: (transfer full): the address to open in the browser; not for logs
 *
 * Thread: main
 */
char *
envoi_oauth_sign_in_format_uri (EnvoiOAuthSignIn *self)
{
  return envoi_oauth_request_format_uri (self->request);
}

/**
 * envoi_oauth_sign_in_set_words:
 * @self: a sign-in
 * @title: the page's title, plain text
 * @done: what it says after a sign-in that worked
 * @failed: what it says after one that did not
 *
 * Thread: main
 */
void
envoi_oauth_sign_in_set_words (EnvoiOAuthSignIn *self,
                               const char       *title,
                               const char       *done,
                               const char       *failed)
{
  envoi_oauth_loopback_set_words (self->loopback, title, done, failed);
}

/**
 * envoi_oauth_sign_in_set_patience:
 * @self: a sign-in
 * @patience_ms: how long the person may take
 *
 * Thread: main
 */
void
envoi_oauth_sign_in_set_patience (EnvoiOAuthSignIn *self,
                                  guint             patience_ms)
{
  self->patience_ms = patience_ms;
}

/**
 * envoi_oauth_sign_in_run_async:
 * @self: a sign-in that has not run yet
 * @cancellable: (nullable): the person's Cancel
 * @callback: called with the tokens
 * @user_data: for @callback
 *
 * Waits for the person and the browser, then redeems the code.
 *
 * Thread: main
 */
void
envoi_oauth_sign_in_run_async (EnvoiOAuthSignIn    *self,
                               GCancellable        *cancellable,
                               GAsyncReadyCallback  callback,
                               gpointer             user_data)
{
  GTask *task;

  g_return_if_fail (ENVOI_IS_OAUTH_SIGN_IN (self));
  g_return_if_fail (self->patience_id == 0);

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, envoi_oauth_sign_in_run_async);
  self->patience_id = g_timeout_add (self->patience_ms, patience_over_cb, self);

  if (cancellable) {
    self->cancelled = g_cancellable_source_new (cancellable);
    g_source_set_callback (self->cancelled, G_SOURCE_FUNC (cancelled_cb), self, NULL);
    g_source_attach (self->cancelled, g_main_context_get_thread_default ());
  }

  envoi_oauth_loopback_wait_async (self->loopback, self->request, self->patience, got_code_cb,
                                   task);
}

/**
 * envoi_oauth_sign_in_run_finish:
 * @self: a sign-in
 * @result: what the callback got
 * @error: where an error goes
 *
 * Errors: all of OAUTH, G_IO_ERROR_CANCELLED.
 *
 * Returns: (transfer full): the tokens, or %NULL with @error set
 *
 * Thread: main
 */
EnvoiOAuthToken *
envoi_oauth_sign_in_run_finish (EnvoiOAuthSignIn  *self,
                                GAsyncResult      *result,
                                GError           **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

/**
 * envoi_oauth_sign_in_paste:
 * @self: a sign-in that runs
 * @address: the address the browser ended at
 *
 * Returns: whether it was the answer
 *
 * Thread: main
 */
gboolean
envoi_oauth_sign_in_paste (EnvoiOAuthSignIn *self,
                           const char       *address)
{
  return envoi_oauth_loopback_paste (self->loopback, address);
}
