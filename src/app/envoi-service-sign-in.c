/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-app"

#include "config.h"

#include "envoi-service-private.h"

#include <glib/gi18n.h>

/* Signing in: what the provider needs, the attempt, and the token kept. By the
 * browser there is one attempt at a time, and a new one takes the place of the old.
 * On another screen (RFC 8628), for a computer whose browser cannot come back to
 * Envoi, a code is shown. */

typedef struct {
  EnvoiAccount *account;
  EnvoiOpenFunc open;        /* NULL on another screen */
  EnvoiDeviceFunc show;      /* NULL by the browser */
  gpointer data;             /* for either */
} SignIn;

typedef struct {
  char *oauth_id;
  char *client_id;
} Client;

static void
client_free (Client *client)
{
  g_free (client->oauth_id);
  g_free (client->client_id);
  g_free (client);
}

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

/* @token: (nullable); @error: (transfer full) (nullable): one of them is there */
static void
keep (GTask           *task,
      EnvoiOAuthToken *token,
      GError          *error)
{
  EnvoiService *self = g_task_get_source_object (task);
  SignIn *sign_in = g_task_get_task_data (task);

  if (token)
    envoi_token_broker_keep_async (self->broker, sign_in->account, token,
                                   g_task_get_cancellable (task), did_keep_cb,
                                   g_object_ref (task));
  else
    g_task_return_error (task, error);
}

static void
did_run_cb (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  EnvoiService *self = g_task_get_source_object (task);
  g_autoptr (EnvoiOAuthToken) token = NULL;
  GError *error = NULL;

  token = envoi_oauth_sign_in_run_finish (ENVOI_OAUTH_SIGN_IN (source), result, &error);
  if (self->sign_in == ENVOI_OAUTH_SIGN_IN (source))
    g_clear_object (&self->sign_in);

  keep (task, token, error);
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
  sign_in->open (uri, sign_in->data);
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

static void
got_token_cb (GObject      *source,
              GAsyncResult *result,
              gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (EnvoiOAuthToken) token = NULL;
  GError *error = NULL;

  token = envoi_oauth_client_token_finish (ENVOI_OAUTH_CLIENT (source), result, &error);
  keep (task, token, error);
}

static void
show_cb (const EnvoiOAuthDeviceCode *code,
         gpointer                    user_data)
{
  SignIn *sign_in = g_task_get_task_data (user_data);

  sign_in->show (code->verification_uri, code->user_code, sign_in->data);
}

static void
did_configure_device_cb (GObject      *source,
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

/* @task: (transfer full) */
static void
begin (GTask               *task,
       EnvoiAccount        *account,
       SignIn               how,
       GAsyncReadyCallback  did_configure)
{
  EnvoiService *self = g_task_get_source_object (task);
  SignIn *sign_in = g_new (SignIn, 1);

  *sign_in = how;
  sign_in->account = g_object_ref (account);
  g_task_set_task_data (task, sign_in, (GDestroyNotify) sign_in_free);
  envoi_token_broker_configure_async (self->broker, envoi_account_get_oauth_provider (account),
                                      g_task_get_cancellable (task), did_configure, task);
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
  GTask *task;

  g_return_if_fail (ENVOI_IS_SERVICE (self));
  g_return_if_fail (ENVOI_IS_ACCOUNT (account));
  g_return_if_fail (open != NULL);

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, envoi_service_sign_in_async);
  begin (task, account, (SignIn) { .open = open, .data = open_data }, did_configure_cb);
}

gboolean
envoi_service_sign_in_finish (EnvoiService  *self,
                              GAsyncResult  *result,
                              GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
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
  GTask *task;

  g_return_if_fail (ENVOI_IS_SERVICE (self));
  g_return_if_fail (ENVOI_IS_ACCOUNT (account));
  g_return_if_fail (show != NULL);

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, envoi_service_sign_in_device_async);
  begin (task, account, (SignIn) { .show = show, .data = show_data }, did_configure_device_cb);
}

gboolean
envoi_service_sign_in_device_finish (EnvoiService  *self,
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

gboolean
envoi_service_has_client_id (EnvoiService  *self,
                             EnvoiProvider *provider)
{
  const EnvoiProviderOAuth *oauth;

  g_return_val_if_fail (ENVOI_IS_SERVICE (self), FALSE);
  g_return_val_if_fail (ENVOI_IS_PROVIDER (provider), FALSE);

  oauth = envoi_provider_get_oauth (provider);
  return oauth && envoi_token_broker_get_client_id (self->broker, oauth->id);
}

char *
envoi_service_dup_own_client_id (EnvoiService  *self,
                                 EnvoiProvider *provider)
{
  g_autoptr (GVariant) ids = NULL;
  char *client_id = NULL;

  g_return_val_if_fail (ENVOI_IS_SERVICE (self), NULL);
  g_return_val_if_fail (ENVOI_IS_PROVIDER (provider) && envoi_provider_get_oauth (provider), NULL);

  ids = envoi_settings_dup_client_ids (self->settings);
  g_variant_lookup (ids, envoi_provider_get_oauth (provider)->id, "s", &client_id);
  return client_id;
}

void
envoi_service_load_client_ids (EnvoiService *self)
{
  g_autoptr (GVariant) ids = envoi_settings_dup_client_ids (self->settings);
  GVariantIter iter;
  const char *oauth_id;
  const char *client_id;

  g_variant_iter_init (&iter, ids);
  while (g_variant_iter_next (&iter, "{&s&s}", &oauth_id, &client_id))
    envoi_token_broker_set_client_id (self->broker, oauth_id, client_id);
}

static void
keep_client_id (GTask *task)
{
  EnvoiService *self = g_task_get_source_object (task);
  const Client *client = g_task_get_task_data (task);

  envoi_settings_set_client_id (self->settings, client->oauth_id, client->client_id);
  envoi_token_broker_set_client_id (self->broker, client->oauth_id, client->client_id);
  g_task_return_boolean (task, TRUE);
}

static void
did_store_client_secret_cb (GObject      *source,
                            GAsyncResult *result,
                            gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;

  if (envoi_secret_store_store_finish (ENVOI_SECRET_STORE (source), result, &error))
    keep_client_id (task);
  else
    g_task_return_error (task, error);
}

static void
did_clear_client_secret_cb (GObject      *source,
                            GAsyncResult *result,
                            gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;

  /* Mostly there was none, and perhaps not even a keyring. */
  envoi_secret_store_clear_finish (ENVOI_SECRET_STORE (source), result, NULL);
  keep_client_id (task);
}

void
envoi_service_set_client_async (EnvoiService        *self,
                                EnvoiProvider       *provider,
                                const char          *client_id,
                                EnvoiSecret         *secret,
                                GCancellable        *cancellable,
                                GAsyncReadyCallback  callback,
                                gpointer             user_data)
{
  g_autofree char *key = NULL;
  g_autofree char *label = NULL;
  Client *client;
  GTask *task;

  g_return_if_fail (ENVOI_IS_SERVICE (self));
  g_return_if_fail (ENVOI_IS_PROVIDER (provider) && envoi_provider_get_oauth (provider));

  client = g_new0 (Client, 1);
  client->oauth_id = g_strdup (envoi_provider_get_oauth (provider)->id);
  client->client_id = g_strdup (client_id);
  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, envoi_service_set_client_async);
  g_task_set_task_data (task, client, (GDestroyNotify) client_free);

  key = envoi_token_broker_format_client_key (client->oauth_id);
  label = g_strdup_printf ("Envoi: %s", envoi_provider_get_name (provider, NULL));
  if (secret)
    envoi_secret_store_store_async (self->secrets, key, ENVOI_SECRET_CLIENT_SECRET, label, secret,
                                    cancellable, did_store_client_secret_cb, task);
  else
    envoi_secret_store_clear_async (self->secrets, key, cancellable, did_clear_client_secret_cb,
                                    task);
}

gboolean
envoi_service_set_client_finish (EnvoiService  *self,
                                 GAsyncResult  *result,
                                 GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

static void
did_forget_cb (GObject      *source,
               GAsyncResult *result,
               gpointer      user_data)
{
  g_autoptr (EnvoiService) self = user_data;
  g_autoptr (GError) error = NULL;

  if (!envoi_token_broker_forget_finish (ENVOI_TOKEN_BROKER (source), result, &error))
    g_debug ("a sign-in was not forgotten: %s", error->message);
  envoi_service_did_forget (self);
}

void
envoi_service_forget_sign_in (EnvoiService *self,
                              EnvoiAccount *account)
{
  g_return_if_fail (ENVOI_IS_SERVICE (self));
  g_return_if_fail (ENVOI_IS_ACCOUNT (account));

  if (!envoi_account_is_brokered (account))
    return;

  self->n_forgetting++;
  envoi_token_broker_forget_async (self->broker, account, self->hurry, did_forget_cb,
                                   g_object_ref (self));
}
