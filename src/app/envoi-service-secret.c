/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-app"

#include "config.h"

#include "envoi-service-private.h"

/* What an account signs in with, for another program that the person told to ask
 * here: git's credential helper. */

static void
did_get_cb (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (EnvoiSmtpCredentials) credentials = NULL;
  EnvoiSecret *secret;
  GError *error = NULL;

  credentials = envoi_credential_source_get_finish (ENVOI_CREDENTIAL_SOURCE (source), result,
                                                    &error);
  if (!credentials) {
    g_task_return_error (task, error);
    return;
  }

  secret = envoi_smtp_credentials_get_secret (credentials);
  g_task_return_pointer (task, envoi_secret_ref (secret), (GDestroyNotify) envoi_secret_unref);
}

void
envoi_service_get_secret_async (EnvoiService        *self,
                                EnvoiAccount        *account,
                                GCancellable        *cancellable,
                                GAsyncReadyCallback  callback,
                                gpointer             user_data)
{
  GTask *task;

  g_return_if_fail (ENVOI_IS_SERVICE (self));
  g_return_if_fail (ENVOI_IS_ACCOUNT (account));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, envoi_service_get_secret_async);
  envoi_credential_source_get_async (self->credentials, account, NULL, cancellable, did_get_cb,
                                     task);
}

EnvoiSecret *
envoi_service_get_secret_finish (EnvoiService  *self,
                                 GAsyncResult  *result,
                                 GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

/* The same question, for who need not see the answer. */
void
envoi_service_find_password_async (EnvoiService        *self,
                                   EnvoiAccount        *account,
                                   GCancellable        *cancellable,
                                   GAsyncReadyCallback  callback,
                                   gpointer             user_data)
{
  envoi_service_get_secret_async (self, account, cancellable, callback, user_data);
}

gboolean
envoi_service_find_password_finish (EnvoiService  *self,
                                    GAsyncResult  *result,
                                    GError       **error)
{
  g_autoptr (EnvoiSecret) secret = envoi_service_get_secret_finish (self, result, error);

  return secret != NULL;
}

EnvoiSecret *
envoi_service_clean_secret (EnvoiService *self,
                            EnvoiAccount *account,
                            const char   *typed)
{
  EnvoiProvider *provider;
  g_autoptr (EnvoiSecret) secret = NULL;

  g_return_val_if_fail (ENVOI_IS_SERVICE (self), NULL);
  g_return_val_if_fail (ENVOI_IS_ACCOUNT (account), NULL);

  provider = envoi_provider_table_find_for_account (self->providers, account);
  secret = provider ? envoi_secret_new_take (envoi_provider_clean_secret (provider, typed))
                    : envoi_secret_new (typed, -1);
  return *envoi_secret_peek (secret) ? g_steal_pointer (&secret) : NULL;
}
