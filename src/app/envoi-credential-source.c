/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-app"

#include "config.h"

#include "envoi-credential-source.h"

#include "envoi-problem.h"

#include "envoi-oauth-error.h"

#include <glib/gi18n.h>

struct _EnvoiCredentialSource {
  GObject parent_instance;

  EnvoiSecretStore *secrets;
  EnvoiTokenBroker *broker;   /* nullable */
  EnvoiDesktopAccounts *desktop;   /* nullable */
  GHashTable *session;   /* account id -> EnvoiSecret */
};

G_DEFINE_FINAL_TYPE (EnvoiCredentialSource, envoi_credential_source, G_TYPE_OBJECT)

/* Lower layers have no words in the person's language; the reason stands in the window. */
static void
set_trouble (EnvoiAccount      *account,
             EnvoiAccountState  state,
             const GError      *error)
{
  g_autoptr (EnvoiProblem) problem = envoi_problem_new (error);

  envoi_account_set_state (account, state, problem->body);
}

static EnvoiSmtpCredentials *
make_credentials (EnvoiAccount *account,
                  EnvoiSecret  *secret)
{
  return envoi_smtp_credentials_new (envoi_account_get_auth (account),
                                     envoi_account_get_login (account), secret);
}

static void
return_lookup_error (GTask        *task,
                     EnvoiAccount *account,
                     GError       *error)
{
  if (g_error_matches (error, ENVOI_SECRETS_ERROR, ENVOI_SECRETS_ERROR_NOT_FOUND)) {
    set_trouble (account, ENVOI_ACCOUNT_NEEDS_SIGN_IN, error);
    g_task_return_new_error (task, ENVOI_ACCOUNTS_ERROR, ENVOI_ACCOUNTS_ERROR_NEEDS_SIGN_IN,
                             _("There is no password for %s."), envoi_account_get_email (account));
    g_error_free (error);
    return;
  }

  if (error->domain == ENVOI_SECRETS_ERROR)
    set_trouble (account, ENVOI_ACCOUNT_KEYRING_TROUBLE, error);

  g_task_return_error (task, error);
}

static void
did_lookup_cb (GObject      *source,
               GAsyncResult *result,
               gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  EnvoiAccount *account = g_task_get_task_data (task);
  g_autoptr (EnvoiSecret) secret = NULL;
  GError *error = NULL;

  secret = envoi_secret_store_lookup_finish (ENVOI_SECRET_STORE (source), result, &error);
  if (!secret) {
    return_lookup_error (task, account, error);
    return;
  }

  if (envoi_account_get_state (account) == ENVOI_ACCOUNT_KEYRING_TROUBLE)
    envoi_account_set_state (account, ENVOI_ACCOUNT_READY, NULL);

  g_task_return_pointer (task, make_credentials (account, secret),
                         (GDestroyNotify) envoi_smtp_credentials_unref);
}

/* Takes @token and @error, of which one is set. */
static void
return_token (GTask       *task,
              EnvoiSecret *token,
              GError      *error)
{
  EnvoiAccount *account = g_task_get_task_data (task);
  g_autoptr (EnvoiSecret) owned = token;

  if (token) {
    g_task_return_pointer (task, make_credentials (account, token),
                           (GDestroyNotify) envoi_smtp_credentials_unref);
    return;
  }

  if (error->domain == ENVOI_SECRETS_ERROR)
    set_trouble (account, ENVOI_ACCOUNT_KEYRING_TROUBLE, error);
  else if (envoi_account_get_state (account) == ENVOI_ACCOUNT_NEEDS_SIGN_IN)
    set_trouble (account, ENVOI_ACCOUNT_NEEDS_SIGN_IN, error);

  g_task_return_error (task, error);
}

static void
got_token_cb (GObject      *source,
              GAsyncResult *result,
              gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;
  EnvoiSecret *token = envoi_token_broker_get_token_finish (ENVOI_TOKEN_BROKER (source), result,
                                                            &error);

  return_token (task, token, error);
}

/* The person may have signed in again in the desktop's settings: nobody tells us. */
static void
got_desktop_secret_cb (GObject      *source,
                       GAsyncResult *result,
                       gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  EnvoiAccount *account = g_task_get_task_data (task);
  GError *error = NULL;
  EnvoiSecret *secret = envoi_desktop_accounts_secret_finish (ENVOI_DESKTOP_ACCOUNTS (source),
                                                              result, &error);

  if (secret && envoi_account_get_state (account) != ENVOI_ACCOUNT_PAUSED)
    envoi_account_set_state (account, ENVOI_ACCOUNT_READY, NULL);
  else if (g_error_matches (error, ENVOI_ACCOUNTS_ERROR, ENVOI_ACCOUNTS_ERROR_NEEDS_SIGN_IN))
    set_trouble (account, ENVOI_ACCOUNT_NEEDS_SIGN_IN, error);
  return_token (task, secret, error);
}

static void
envoi_credential_source_dispose (GObject *object)
{
  EnvoiCredentialSource *self = ENVOI_CREDENTIAL_SOURCE (object);

  g_clear_object (&self->secrets);
  g_clear_object (&self->broker);
  g_clear_object (&self->desktop);
  g_clear_pointer (&self->session, g_hash_table_unref);

  G_OBJECT_CLASS (envoi_credential_source_parent_class)->dispose (object);
}

static void
envoi_credential_source_class_init (EnvoiCredentialSourceClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = envoi_credential_source_dispose;
}

static void
envoi_credential_source_init (EnvoiCredentialSource *self)
{
  self->session = g_hash_table_new_full (g_str_hash, g_str_equal, g_free,
                                         (GDestroyNotify) envoi_secret_unref);
}

EnvoiCredentialSource *
envoi_credential_source_new (EnvoiSecretStore *secrets)
{
  EnvoiCredentialSource *self = g_object_new (ENVOI_TYPE_CREDENTIAL_SOURCE, NULL);

  self->secrets = g_object_ref (secrets);
  return self;
}

gboolean
envoi_account_is_brokered (EnvoiAccount *account)
{
  return *envoi_account_get_oauth_provider (account) != '\0';
}

gboolean
envoi_account_is_of_desktop (EnvoiAccount *account)
{
  return *envoi_account_get_desktop_id (account) != '\0';
}

void
envoi_credential_source_set_desktop (EnvoiCredentialSource *self,
                                     EnvoiDesktopAccounts  *desktop)
{
  g_set_object (&self->desktop, desktop);
}

void
envoi_credential_source_set_broker (EnvoiCredentialSource *self,
                                    EnvoiTokenBroker      *broker)
{
  g_set_object (&self->broker, broker);
}

void
envoi_credential_source_set_secret (EnvoiCredentialSource *self,
                                    const char            *account_id,
                                    EnvoiSecret           *secret)
{
  if (secret)
    g_hash_table_insert (self->session, g_strdup (account_id), envoi_secret_ref (secret));
  else
    g_hash_table_remove (self->session, account_id);
}

void
envoi_credential_source_get_async (EnvoiCredentialSource *self,
                                   EnvoiAccount          *account,
                                   EnvoiSecret           *refused,
                                   GCancellable          *cancellable,
                                   GAsyncReadyCallback    callback,
                                   gpointer               user_data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
  const char *id = envoi_account_get_id (account);
  EnvoiSecret *secret = g_hash_table_lookup (self->session, id);

  g_task_set_source_tag (task, envoi_credential_source_get_async);
  g_task_set_task_data (task, g_object_ref (account), g_object_unref);

  if (secret)
    g_task_return_pointer (task, make_credentials (account, secret),
                           (GDestroyNotify) envoi_smtp_credentials_unref);
  else if (self->desktop && envoi_account_is_of_desktop (account))
    envoi_desktop_accounts_secret_async (self->desktop, account, refused, cancellable,
                                         got_desktop_secret_cb, g_steal_pointer (&task));
  else if (self->broker && envoi_account_is_brokered (account))
    envoi_token_broker_get_token_async (self->broker, account, refused, cancellable, got_token_cb,
                                        g_steal_pointer (&task));
  else
    envoi_secret_store_lookup_async (self->secrets, id, ENVOI_SECRET_PASSWORD, cancellable,
                                     did_lookup_cb, g_steal_pointer (&task));
}

EnvoiSmtpCredentials *
envoi_credential_source_get_finish (EnvoiCredentialSource  *self,
                                    GAsyncResult           *result,
                                    GError                **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}
