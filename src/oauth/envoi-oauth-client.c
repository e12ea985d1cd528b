/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-oauth"

#include "config.h"

#include "envoi-oauth-client.h"

#include "envoi-oauth-client-private.h"
#include "envoi-oauth-error.h"
#include "envoi-oauth-post-private.h"

#include <glib/gi18n.h>

#define PATIENCE_MS 30000

/**
 * EnvoiOAuthClient:
 *
 * Redeems codes, refreshes and revokes tokens. It keeps nothing between two
 * exchanges: no cookies, no cache, no log.
 *
 * Thread: main
 */
struct _EnvoiOAuthClient {
  GObject parent_instance;

  SoupSession *session;
  guint patience_ms;
};

G_DEFINE_FINAL_TYPE (EnvoiOAuthClient, envoi_oauth_client, G_TYPE_OBJECT)

static void
did_get_token_cb (GObject      *source,
                  GAsyncResult *result,
                  gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  EnvoiOAuthConfig *config = g_task_get_task_data (task);
  GError *error = NULL;
  g_autoptr (EnvoiOAuthAnswer) answer = envoi_oauth_post_finish (result, &error);
  EnvoiOAuthToken *token = NULL;

  if (answer)
    token = envoi_oauth_token_parse (config, answer->status, answer->body, answer->length, &error);

  if (token)
    g_task_return_pointer (task, token, (GDestroyNotify) envoi_oauth_token_unref);
  else
    g_task_return_error (task, error);
}

static void
ask_for_token (EnvoiOAuthClient *self,
               EnvoiOAuthConfig *config,
               EnvoiOAuthForm   *form,
               GTask            *task)
{
  g_task_set_task_data (task, envoi_oauth_config_ref (config),
                        (GDestroyNotify) envoi_oauth_config_unref);
  envoi_oauth_post_async (self->session, config->token_endpoint, form, self->patience_ms,
                          g_task_get_cancellable (task), did_get_token_cb, task);
}

/* RFC 7009 section 2.2: 200 also for a token that is not known any more. */
static void
did_revoke_cb (GObject      *source,
               GAsyncResult *result,
               gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;
  g_autoptr (EnvoiOAuthAnswer) answer = envoi_oauth_post_finish (result, &error);

  if (!answer)
    g_task_return_error (task, error);
  else if (answer->status < 300 || answer->status == 400)
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_new_error (task, ENVOI_OAUTH_ERROR, ENVOI_OAUTH_ERROR_UNREACHABLE,
                             _("The provider did not take the permission back (HTTP %u)."),
                             answer->status);
}

static void
envoi_oauth_client_dispose (GObject *object)
{
  EnvoiOAuthClient *self = ENVOI_OAUTH_CLIENT (object);

  if (self->session)
    soup_session_abort (self->session);
  g_clear_object (&self->session);

  G_OBJECT_CLASS (envoi_oauth_client_parent_class)->dispose (object);
}

static void
envoi_oauth_client_class_init (EnvoiOAuthClientClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = envoi_oauth_client_dispose;
}

static void
envoi_oauth_client_init (EnvoiOAuthClient *self)
{
  self->patience_ms = PATIENCE_MS;
  self->session = soup_session_new_with_options ("user-agent", "Envoi", "max-conns-per-host", 2,
                                                 NULL);
}

/**
 * envoi_oauth_client_new:
 *
 * Returns: (transfer full): a client
 *
 * Thread: main
 */
EnvoiOAuthClient *
envoi_oauth_client_new (void)
{
  return g_object_new (ENVOI_TYPE_OAUTH_CLIENT, NULL);
}

/**
 * envoi_oauth_client_set_patience:
 * @self: a client
 * @patience_ms: how long a whole exchange may take
 *
 * Thread: main
 */
void
envoi_oauth_client_set_patience (EnvoiOAuthClient *self,
                                 guint             patience_ms)
{
  self->patience_ms = patience_ms;
}

/**
 * envoi_oauth_client_get_session:
 * @self: a client
 *
 * Returns: (transfer none): its session
 *
 * Thread: main
 */
SoupSession *
envoi_oauth_client_get_session (EnvoiOAuthClient *self)
{
  return self->session;
}

/**
 * envoi_oauth_client_get_patience:
 * @self: a client
 *
 * Returns: how long a whole exchange may take, in milliseconds
 *
 * Thread: main
 */
guint
envoi_oauth_client_get_patience (EnvoiOAuthClient *self)
{
  return self->patience_ms;
}

/**
 * envoi_oauth_client_redeem_async:
 * @self: a client
 * @request: the attempt the code belongs to
 * @code: the authorization code
 * @cancellable: (nullable): ends the exchange
 * @callback: called on the main thread
 * @user_data: for @callback
 *
 * Turns a code into tokens (RFC 6749 section 4.1.3, RFC 7636 section 4.5).
 *
 * Thread: main
 */
void
envoi_oauth_client_redeem_async (EnvoiOAuthClient    *self,
                                 EnvoiOAuthRequest   *request,
                                 EnvoiSecret         *code,
                                 GCancellable        *cancellable,
                                 GAsyncReadyCallback  callback,
                                 gpointer             user_data)
{
  GTask *task = g_task_new (self, cancellable, callback, user_data);
  EnvoiOAuthConfig *config = envoi_oauth_request_get_config (request);
  EnvoiOAuthForm *form = envoi_oauth_form_new (config);
  const char *verifier = envoi_oauth_request_get_verifier (request);

  g_task_set_source_tag (task, envoi_oauth_client_redeem_async);
  envoi_oauth_form_add (form, "grant_type", "authorization_code");
  envoi_oauth_form_add (form, "code", envoi_secret_peek (code));
  envoi_oauth_form_add (form, "redirect_uri", envoi_oauth_request_get_redirect_uri (request));
  if (verifier)
    envoi_oauth_form_add (form, "code_verifier", verifier);

  ask_for_token (self, config, form, task);
}

/**
 * envoi_oauth_client_refresh_async:
 * @self: a client
 * @config: where the token is from
 * @refresh_token: the newest refresh token
 * @cancellable: (nullable): ends the exchange
 * @callback: called on the main thread
 * @user_data: for @callback
 *
 * Gets a new access token (RFC 6749 section 6). The answer may hold a new
 * refresh token; then the old one is worth nothing, and using it again can end
 * the whole permission.
 *
 * Thread: main
 */
void
envoi_oauth_client_refresh_async (EnvoiOAuthClient    *self,
                                  EnvoiOAuthConfig    *config,
                                  EnvoiSecret         *refresh_token,
                                  GCancellable        *cancellable,
                                  GAsyncReadyCallback  callback,
                                  gpointer             user_data)
{
  GTask *task = g_task_new (self, cancellable, callback, user_data);
  EnvoiOAuthForm *form = envoi_oauth_form_new (config);
  g_autofree char *scope = envoi_oauth_config_format_scopes (config);

  g_task_set_source_tag (task, envoi_oauth_client_refresh_async);
  envoi_oauth_form_add (form, "grant_type", "refresh_token");
  envoi_oauth_form_add (form, "refresh_token", envoi_secret_peek (refresh_token));
  envoi_oauth_form_add (form, "scope", scope);
  ask_for_token (self, config, form, task);
}

/**
 * envoi_oauth_client_token_finish:
 * @self: a client
 * @result: what the callback got
 * @error: where an error goes
 *
 * Errors: all of OAUTH, G_IO_ERROR_CANCELLED.
 *
 * Returns: (transfer full): the token, or %NULL with @error set
 *
 * Thread: main
 */
EnvoiOAuthToken *
envoi_oauth_client_token_finish (EnvoiOAuthClient  *self,
                                 GAsyncResult      *result,
                                 GError           **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

/**
 * envoi_oauth_client_revoke_async:
 * @self: a client
 * @config: where the token is from
 * @token: the refresh token
 * @cancellable: (nullable): ends the exchange
 * @callback: called on the main thread
 * @user_data: for @callback
 *
 * Takes the permission back at the provider (RFC 7009).
 *
 * Thread: main
 */
void
envoi_oauth_client_revoke_async (EnvoiOAuthClient    *self,
                                 EnvoiOAuthConfig    *config,
                                 EnvoiSecret         *token,
                                 GCancellable        *cancellable,
                                 GAsyncReadyCallback  callback,
                                 gpointer             user_data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
  EnvoiOAuthForm *form;

  g_task_set_source_tag (task, envoi_oauth_client_revoke_async);
  if (!config->revocation_endpoint) {
    g_task_return_boolean (task, TRUE);
    return;
  }

  form = envoi_oauth_form_new (config);
  envoi_oauth_form_add (form, "token", envoi_secret_peek (token));
  envoi_oauth_form_add (form, "token_type_hint", "refresh_token");
  envoi_oauth_post_async (self->session, config->revocation_endpoint, form, self->patience_ms,
                          cancellable, did_revoke_cb, g_steal_pointer (&task));
}

/**
 * envoi_oauth_client_revoke_finish:
 * @self: a client
 * @result: what the callback got
 * @error: where an error goes
 *
 * Errors: UNREACHABLE, G_IO_ERROR_CANCELLED.
 *
 * Returns: whether the permission is gone, or could not be taken back at all
 *
 * Thread: main
 */
gboolean
envoi_oauth_client_revoke_finish (EnvoiOAuthClient  *self,
                                  GAsyncResult      *result,
                                  GError           **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
