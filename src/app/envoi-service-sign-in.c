/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-app"

#include "config.h"

#include "envoi-service-private.h"

#include <glib/gi18n.h>

/* Signing in by the browser: what the provider needs, the attempt, and the
 * token kept. One attempt at a time; a new one takes the place of the old. */

typedef struct {
  EnvoiAccount *account;
  EnvoiOpenFunc open;
  gpointer open_data;
} SignIn;

static void
sign_in_free (SignIn *sign_in)
{
  g_clear_object (&sign_in->account);
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
did_run_cb (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  EnvoiService *self = g_task_get_source_object (task);
  SignIn *sign_in = g_task_get_task_data (task);
  g_autoptr (EnvoiOAuthToken) token = NULL;
  GError *error = NULL;

  token = envoi_oauth_sign_in_run_finish (ENVOI_OAUTH_SIGN_IN (source), result, &error);
  if (self->sign_in == ENVOI_OAUTH_SIGN_IN (source))
    g_clear_object (&self->sign_in);

  if (token)
    envoi_token_broker_keep_async (self->broker, sign_in->account, token,
                                   g_task_get_cancellable (task), did_keep_cb,
                                   g_object_ref (task));
  else
    g_task_return_error (task, error);
}

static void
run (EnvoiService *self,
     GTask        *task)
{
  SignIn *sign_in = g_task_get_task_data (task);
  g_autofree char *uri = NULL;

  envoi_oauth_sign_in_set_words (self->sign_in, _("Envoi"),
                                 _("You are signed in. You can close this page."),
                                 _("The sign-in did not work. Go back to Envoi to see why."));
  envoi_oauth_sign_in_run_async (self->sign_in, g_task_get_cancellable (task), did_run_cb,
                                 g_object_ref (task));

  uri = envoi_oauth_sign_in_format_uri (self->sign_in);
  sign_in->open (uri, sign_in->open_data);
}

static void
did_configure_cb (GObject      *source,
                  GAsyncResult *result,
                  gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  EnvoiService *self = g_task_get_source_object (task);
  SignIn *sign_in = g_task_get_task_data (task);
  g_autoptr (EnvoiOAuthConfig) config = NULL;
  GError *error = NULL;

  config = envoi_token_broker_configure_finish (ENVOI_TOKEN_BROKER (source), result, &error);
  if (config) {
    g_clear_object (&self->sign_in);
    self->sign_in = envoi_oauth_sign_in_new (envoi_token_broker_get_client (self->broker), config,
                                             envoi_account_get_email (sign_in->account),
                                             self->random, &error);
  }

  if (error)
    g_task_return_error (task, error);
  else
    run (self, task);
}

void
envoi_service_sign_in_async (EnvoiService        *self,
                             EnvoiAccount        *account,
                             EnvoiOpenFunc        open,
                             gpointer             open_data,
                             GCancellable        *cancellable,
                             GAsyncReadyCallback  callback,
                             gpointer             user_data)
{
  SignIn *sign_in;
  GTask *task;

  g_return_if_fail (ENVOI_IS_SERVICE (self));
  g_return_if_fail (ENVOI_IS_ACCOUNT (account));
  g_return_if_fail (open != NULL);

  sign_in = g_new0 (SignIn, 1);
  sign_in->account = g_object_ref (account);
  sign_in->open = open;
  sign_in->open_data = open_data;

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, envoi_service_sign_in_async);
  g_task_set_task_data (task, sign_in, (GDestroyNotify) sign_in_free);
  envoi_token_broker_configure_async (self->broker, envoi_account_get_oauth_provider (account),
                                      cancellable, did_configure_cb, task);
}

gboolean
envoi_service_sign_in_finish (EnvoiService  *self,
                              GAsyncResult  *result,
                              GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

gboolean
envoi_service_paste_sign_in (EnvoiService *self,
                             const char   *address)
{
  g_return_val_if_fail (ENVOI_IS_SERVICE (self), FALSE);

  return self->sign_in && envoi_oauth_sign_in_paste (self->sign_in, address);
}
