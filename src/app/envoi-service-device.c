/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-app"

#include "config.h"

#include "envoi-service-private.h"

/* Signing in on another screen (RFC 8628): for a computer whose browser cannot
 * come back to Envoi. The code is shown, and the token kept as by the browser. */

typedef struct {
  EnvoiAccount *account;
  EnvoiDeviceFunc show;
  gpointer show_data;
} SignIn;

static void
sign_in_free (SignIn *sign_in)
{
  g_object_unref (sign_in->account);
  g_free (sign_in);
}

static void
did_keep_cb (GObject      *source,
             GAsyncResult *result,
             gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  SignIn *sign_in = g_task_get_task_data (task);
  GError *error = NULL;

  if (!envoi_token_broker_keep_finish (ENVOI_TOKEN_BROKER (source), result, &error)) {
    g_task_return_error (task, error);
    return;
  }

  envoi_service_mark_ready (g_task_get_source_object (task), sign_in->account);
  g_task_return_boolean (task, TRUE);
}

static void
got_token_cb (GObject      *source,
              GAsyncResult *result,
              gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  EnvoiService *self = g_task_get_source_object (task);
  SignIn *sign_in = g_task_get_task_data (task);
  g_autoptr (EnvoiOAuthToken) token = NULL;
  GError *error = NULL;

  token = envoi_oauth_client_token_finish (ENVOI_OAUTH_CLIENT (source), result, &error);
  if (token)
    envoi_token_broker_keep_async (self->broker, sign_in->account, token,
                                   g_task_get_cancellable (task), did_keep_cb,
                                   g_object_ref (task));
  else
    g_task_return_error (task, error);
}

static void
show_cb (const EnvoiOAuthDeviceCode *code,
         gpointer                    user_data)
{
  SignIn *sign_in = g_task_get_task_data (user_data);

  sign_in->show (code->verification_uri, code->user_code, sign_in->show_data);
}

static void
did_configure_cb (GObject      *source,
                  GAsyncResult *result,
                  gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  EnvoiService *self = g_task_get_source_object (task);
  g_autoptr (EnvoiOAuthConfig) config = NULL;
  GError *error = NULL;

  config = envoi_token_broker_configure_finish (ENVOI_TOKEN_BROKER (source), result, &error);
  if (config)
    envoi_oauth_client_device_async (envoi_token_broker_get_client (self->broker), config,
                                     self->clock, show_cb, g_task_get_cancellable (task),
                                     got_token_cb, g_object_ref (task));
  else
    g_task_return_error (task, error);
}

void
envoi_service_sign_in_device_async (EnvoiService        *self,
                                    EnvoiAccount        *account,
                                    EnvoiDeviceFunc      show,
                                    gpointer             show_data,
                                    GCancellable        *cancellable,
                                    GAsyncReadyCallback  callback,
                                    gpointer             user_data)
{
  SignIn *sign_in;
  GTask *task;

  g_return_if_fail (ENVOI_IS_SERVICE (self));
  g_return_if_fail (ENVOI_IS_ACCOUNT (account));
  g_return_if_fail (show != NULL);

  sign_in = g_new0 (SignIn, 1);
  sign_in->account = g_object_ref (account);
  sign_in->show = show;
  sign_in->show_data = show_data;

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, envoi_service_sign_in_device_async);
  g_task_set_task_data (task, sign_in, (GDestroyNotify) sign_in_free);
  envoi_token_broker_configure_async (self->broker, envoi_account_get_oauth_provider (account),
                                      cancellable, did_configure_cb, task);
}

gboolean
envoi_service_sign_in_device_finish (EnvoiService  *self,
                                     GAsyncResult  *result,
                                     GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
