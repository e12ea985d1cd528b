/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-app"

#include "config.h"

#include "envoi-smtp-deliverer.h"

#include "envoi-crew.h"
#include "envoi-delivery-map.h"

#include "envoi-smtp-error.h"

#include <glib/gi18n.h>

/**
 * EnvoiSmtpDeliverer:
 *
 * Implements [iface@Deliverer]: finds the letter's account, asks for its
 * credentials here on the main thread, freezes a job and gives it to the
 * account's crew. What the server says of the account is told to it.
 *
 * Thread: main
 */
struct _EnvoiSmtpDeliverer {
  GObject parent_instance;

  EnvoiAccountList *accounts;
  EnvoiProviderTable *providers;
  EnvoiCredentialSource *credentials;
  EnvoiStore *store;
  EnvoiClock *clock;

  GHashTable *crews;      /* account id -> EnvoiCrew */
  GTask *stop_task;
};

/* Of a server that no table knows. */
#define CONNECTIONS_TO_UNKNOWN 2

static void envoi_smtp_deliverer_iface_init (EnvoiDelivererInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (EnvoiSmtpDeliverer, envoi_smtp_deliverer, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (ENVOI_TYPE_DELIVERER,
                                                      envoi_smtp_deliverer_iface_init))

typedef struct {
  const EnvoiDelivery *delivery;
  EnvoiAccount *account;
  EnvoiSmtpEndpoint *endpoint;
  EnvoiSmtpCredentials *credentials;
  gboolean has_renewed;
} Request;

static void
request_free (Request *request)
{
  g_clear_object (&request->account);
  g_clear_pointer (&request->endpoint, envoi_smtp_endpoint_unref);
  g_clear_pointer (&request->credentials, envoi_smtp_credentials_unref);
  g_free (request);
}

static void
return_error (GTask  *task,
              GError *error)
{
  g_autoptr (GError) owned = error;

  g_task_return_pointer (task, envoi_delivery_outcome_new_from_error (owned),
                         (GDestroyNotify) envoi_delivery_outcome_free);
}

static gboolean
is_about_sign_in (const EnvoiDeliveryOutcome *outcome)
{
  return outcome->result == ENVOI_DELIVERY_REFUSED &&
         g_strcmp0 (outcome->error_domain, "smtp") == 0 &&
         outcome->error_code == ENVOI_SMTP_ERROR_AUTH_REJECTED;
}

static void
set_account_state (EnvoiAccount      *account,
                   EnvoiAccountState  state,
                   const char        *reason)
{
  if (envoi_account_get_state (account) != state)
    envoi_account_set_state (account, state, reason);
}

/* Who cannot sign in cannot be throttled either: that state says more. */
static gboolean
can_pause (EnvoiAccount *account)
{
  EnvoiAccountState state = envoi_account_get_state (account);

  return state == ENVOI_ACCOUNT_READY || state == ENVOI_ACCOUNT_PAUSED;
}

static void
tell_account (EnvoiAccount               *account,
              const EnvoiDeliveryOutcome *outcome)
{
  if (is_about_sign_in (outcome))
    set_account_state (account, ENVOI_ACCOUNT_NEEDS_SIGN_IN, outcome->reply_text);
  else if (outcome->pauses_account && can_pause (account))
    envoi_account_pause (account, outcome->retry_after, outcome->reply_text);
  else if (outcome->result == ENVOI_DELIVERY_SENT)
    set_account_state (account, ENVOI_ACCOUNT_READY, NULL);
}

static void ask_for_credentials (EnvoiSmtpDeliverer *self,
                                 GTask              *task,
                                 EnvoiSecret        *refused);

/* A token can be refused although it should still work; that is found out by one
 * fresh token, not by asking the person. */
static gboolean
can_renew (const Request              *request,
           const EnvoiDeliveryOutcome *outcome)
{
  return is_about_sign_in (outcome) && !request->has_renewed &&
         (envoi_account_is_brokered (request->account) ||
          envoi_account_is_of_desktop (request->account));
}

static void
did_deliver_cb (GObject      *source,
                GAsyncResult *result,
                gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  Request *request = g_task_get_task_data (task);
  EnvoiDeliveryOutcome *outcome;

  outcome = envoi_crew_deliver_finish (ENVOI_CREW (source), result);
  if (can_renew (request, outcome)) {
    envoi_delivery_outcome_free (outcome);
    request->has_renewed = TRUE;
    ask_for_credentials (g_task_get_source_object (task), task,
                         envoi_smtp_credentials_get_secret (request->credentials));
    return;
  }

  tell_account (request->account, outcome);
  g_task_return_pointer (task, outcome, (GDestroyNotify) envoi_delivery_outcome_free);
}

/* A crew stays when its couriers have left: it knows what the server refused. */
static gboolean
is_idle (EnvoiSmtpDeliverer *self)
{
  GHashTableIter iter;
  gpointer crew;

  g_hash_table_iter_init (&iter, self->crews);
  while (g_hash_table_iter_next (&iter, NULL, &crew))
    if (!envoi_crew_is_idle (crew))
      return FALSE;

  return TRUE;
}

static void
finish_stop_if_idle (EnvoiSmtpDeliverer *self)
{
  g_autoptr (GTask) task = NULL;

  if (!self->stop_task || !is_idle (self))
    return;

  task = g_steal_pointer (&self->stop_task);
  g_task_return_boolean (task, TRUE);
}

/* Where the account submits, with what is known of that server. */
static EnvoiSmtpEndpoint *
dup_endpoint (EnvoiSmtpDeliverer  *self,
              EnvoiAccount        *account,
              GError             **error)
{
  g_autoptr (EnvoiSmtpEndpoint) endpoint = envoi_account_dup_endpoint (account, error);
  EnvoiProvider *provider = endpoint ? envoi_provider_table_find_for_account (self->providers, account) : NULL;

  return provider ? envoi_smtp_endpoint_dup_with_quirks (endpoint,
                                                         envoi_provider_get_quirks (provider))
                  : g_steal_pointer (&endpoint);
}

static guint
get_most_connections (EnvoiSmtpDeliverer *self,
                      EnvoiAccount       *account)
{
  EnvoiProvider *provider = envoi_provider_table_find_for_account (self->providers, account);

  return provider ? envoi_provider_get_max_connections (provider) : CONNECTIONS_TO_UNKNOWN;
}

/* The account's crew, which works for @endpoint. */
static EnvoiCrew *
get_crew (EnvoiSmtpDeliverer *self,
          EnvoiAccount       *account,
          EnvoiSmtpEndpoint  *endpoint)
{
  const char *account_id = envoi_account_get_id (account);
  EnvoiCrew *crew = g_hash_table_lookup (self->crews, account_id);

  if (!crew) {
    crew = envoi_crew_new (self->clock);
    g_signal_connect_object (crew, "ended", G_CALLBACK (finish_stop_if_idle), self,
                             G_CONNECT_SWAPPED);
    g_hash_table_insert (self->crews, g_strdup (account_id), crew);
  }

  envoi_crew_set_most (crew, get_most_connections (self, account));
  return crew;
}

/* A token may take as long as the way to EHLO does, so both begin at once. */
static void
say_hello (EnvoiSmtpDeliverer *self,
           EnvoiAccount       *account,
           EnvoiSmtpEndpoint  *endpoint)
{
  if (envoi_account_is_brokered (account))
    envoi_crew_warm_up (get_crew (self, account, endpoint), endpoint, NULL);
}

static void
hand_over (EnvoiSmtpDeliverer *self,
           GTask              *task)
{
  Request *request = g_task_get_task_data (task);
  EnvoiCrew *crew = get_crew (self, request->account, request->endpoint);
  EnvoiCourierJob *job = envoi_courier_job_new (request->endpoint, request->credentials,
                                                self->store, request->delivery);

  envoi_crew_deliver_async (crew, job, g_task_get_cancellable (task), did_deliver_cb,
                            g_object_ref (task));
}

static void
got_credentials_cb (GObject      *source,
                    GAsyncResult *result,
                    gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  Request *request = g_task_get_task_data (task);
  GError *error = NULL;

  g_clear_pointer (&request->credentials, envoi_smtp_credentials_unref);
  request->credentials =
    envoi_credential_source_get_finish (ENVOI_CREDENTIAL_SOURCE (source), result, &error);

  if (request->credentials)
    hand_over (g_task_get_source_object (task), task);
  else
    return_error (task, error);
}

static void
ask_for_credentials (EnvoiSmtpDeliverer *self,
                     GTask              *task,
                     EnvoiSecret        *refused)
{
  Request *request = g_task_get_task_data (task);

  envoi_credential_source_get_async (self->credentials, request->account, refused,
                                     g_task_get_cancellable (task), got_credentials_cb,
                                     g_object_ref (task));
}

/* Removed a moment ago, so that it may still come back. */
static gboolean
is_set_aside (EnvoiAccountList *accounts,
              const char       *id)
{
  GPtrArray *set_aside = envoi_account_list_get_set_aside (accounts);

  for (guint i = 0; i < set_aside->len; i++)
    if (g_str_equal (envoi_account_get_id (g_ptr_array_index (set_aside, i)), id))
      return TRUE;

  return FALSE;
}

static void
begin (EnvoiSmtpDeliverer *self,
       GTask              *task)
{
  Request *request = g_task_get_task_data (task);
  const char *account_id = request->delivery->letter->account_id;
  EnvoiAccount *account = envoi_account_list_find (self->accounts, account_id);
  GError *error = NULL;

  if (!account && !is_set_aside (self->accounts, account_id)) {
    return_error (task, g_error_new (ENVOI_ACCOUNTS_ERROR, ENVOI_ACCOUNTS_ERROR_NOT_FOUND,
                                     _("The account of this letter does not exist any more.")));
    return;
  }

  if (!account || !envoi_account_is_enabled (account)) {
    return_error (task, g_error_new (ENVOI_ACCOUNTS_ERROR, ENVOI_ACCOUNTS_ERROR_DISABLED,
                                     _("The account of this letter is turned off.")));
    return;
  }

  request->account = g_object_ref (account);
  request->endpoint = dup_endpoint (self, account, &error);
  if (!request->endpoint) {
    return_error (task, error);
    return;
  }

  say_hello (self, account, request->endpoint);
  ask_for_credentials (self, task, NULL);
}

static void
did_read_accounts_cb (GObject      *source,
                      GAsyncResult *result,
                      gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;

  /* A file that cannot be read has no such account either. */
  envoi_account_list_load_finish (ENVOI_ACCOUNT_LIST (source), result, NULL);
  begin (g_task_get_source_object (task), task);
}

static void
envoi_smtp_deliverer_deliver_async (EnvoiDeliverer      *deliverer,
                                    const EnvoiDelivery *delivery,
                                    GCancellable        *cancellable,
                                    GAsyncReadyCallback  callback,
                                    gpointer             user_data)
{
  EnvoiSmtpDeliverer *self = ENVOI_SMTP_DELIVERER (deliverer);
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
  Request *request = g_new0 (Request, 1);

  g_task_set_source_tag (task, envoi_smtp_deliverer_deliver_async);
  g_task_set_check_cancellable (task, FALSE);
  g_task_set_task_data (task, request, (GDestroyNotify) request_free);
  request->delivery = delivery;

  /* Another program may have added the account a moment ago: a letter is quicker than the news
   * that the file has changed. */
  if (envoi_account_list_find (self->accounts, delivery->letter->account_id))
    begin (self, task);
  else
    envoi_account_list_load_async (self->accounts, NULL, did_read_accounts_cb,
                                   g_steal_pointer (&task));
}

static EnvoiDeliveryOutcome *
envoi_smtp_deliverer_deliver_finish (EnvoiDeliverer *deliverer,
                                     GAsyncResult   *result)
{
  return g_task_propagate_pointer (G_TASK (result), NULL);
}

static void
quit_crews (EnvoiSmtpDeliverer *self)
{
  GHashTableIter iter;
  gpointer crew;

  g_hash_table_iter_init (&iter, self->crews);
  while (g_hash_table_iter_next (&iter, NULL, &crew))
    envoi_crew_quit (crew);
}

static void
envoi_smtp_deliverer_dispose (GObject *object)
{
  EnvoiSmtpDeliverer *self = ENVOI_SMTP_DELIVERER (object);

  if (self->crews)
    quit_crews (self);

  g_clear_pointer (&self->crews, g_hash_table_unref);
  g_clear_object (&self->accounts);
  g_clear_object (&self->providers);
  g_clear_object (&self->credentials);
  g_clear_object (&self->store);
  g_clear_object (&self->clock);

  G_OBJECT_CLASS (envoi_smtp_deliverer_parent_class)->dispose (object);
}

static void
envoi_smtp_deliverer_class_init (EnvoiSmtpDelivererClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = envoi_smtp_deliverer_dispose;
}

#define MINUTES_PER_HOUR 60

static EnvoiPace
envoi_smtp_deliverer_get_pace (EnvoiDeliverer *deliverer,
                               const char     *account_id)
{
  EnvoiSmtpDeliverer *self = ENVOI_SMTP_DELIVERER (deliverer);
  EnvoiAccount *account = envoi_account_list_find (self->accounts, account_id);
  EnvoiProvider *provider;
  EnvoiPace pace = { 0 };

  if (!account)
    return pace;
  if (envoi_account_get_most_per_hour (account) > 0)
    return (EnvoiPace) { envoi_account_get_most_per_hour (account), MINUTES_PER_HOUR };

  provider = envoi_provider_table_find_for_account (self->providers, account);
  if (provider)
    envoi_provider_get_pace (provider, &pace.letters, &pace.minutes);

  return pace;
}

static void
envoi_smtp_deliverer_iface_init (EnvoiDelivererInterface *iface)
{
  iface->deliver_async = envoi_smtp_deliverer_deliver_async;
  iface->deliver_finish = envoi_smtp_deliverer_deliver_finish;
  iface->get_pace = envoi_smtp_deliverer_get_pace;
}

static void
envoi_smtp_deliverer_init (EnvoiSmtpDeliverer *self)
{
  self->crews = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_object_unref);
}

EnvoiSmtpDeliverer *
envoi_smtp_deliverer_new (EnvoiAccountList      *accounts,
                          EnvoiProviderTable    *providers,
                          EnvoiCredentialSource *credentials,
                          EnvoiStore            *store,
                          EnvoiClock            *clock)
{
  EnvoiSmtpDeliverer *self = g_object_new (ENVOI_TYPE_SMTP_DELIVERER, NULL);

  self->accounts = g_object_ref (accounts);
  self->providers = g_object_ref (providers);
  self->credentials = g_object_ref (credentials);
  self->store = g_object_ref (store);
  self->clock = g_object_ref (clock);
  return self;
}

static void
got_warm_credentials_cb (GObject      *source,
                         GAsyncResult *result,
                         gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  EnvoiSmtpDeliverer *self = g_task_get_source_object (task);
  EnvoiAccount *account = g_task_get_task_data (task);
  g_autoptr (EnvoiSmtpEndpoint) endpoint = dup_endpoint (self, account, NULL);
  g_autoptr (EnvoiSmtpCredentials) credentials = NULL;

  credentials = envoi_credential_source_get_finish (ENVOI_CREDENTIAL_SOURCE (source), result,
                                                    NULL);
  g_task_return_boolean (task, TRUE);
  if (!endpoint || self->stop_task)
    return;

  if (credentials)
    envoi_crew_warm_up (get_crew (self, account, endpoint), endpoint, credentials);
  else
    envoi_crew_stay_cold (get_crew (self, account, endpoint));
}

void
envoi_smtp_deliverer_warm_up (EnvoiSmtpDeliverer *self,
                              EnvoiAccount       *account)
{
  g_autoptr (EnvoiSmtpEndpoint) endpoint = dup_endpoint (self, account, NULL);
  GTask *task;

  if (!endpoint || self->stop_task || !envoi_crew_can_warm_up (get_crew (self, account, endpoint)))
    return;

  say_hello (self, account, endpoint);
  task = g_task_new (self, NULL, NULL, NULL);
  g_task_set_source_tag (task, envoi_smtp_deliverer_warm_up);
  g_task_set_task_data (task, g_object_ref (account), g_object_unref);
  envoi_credential_source_get_async (self->credentials, account, NULL, NULL,
                                     got_warm_credentials_cb, task);
}

void
envoi_smtp_deliverer_forget_idle (EnvoiSmtpDeliverer *self)
{
  GHashTableIter iter;
  gpointer crew;

  g_hash_table_iter_init (&iter, self->crews);
  while (g_hash_table_iter_next (&iter, NULL, &crew))
    envoi_crew_forget_idle (crew);
}

void
envoi_smtp_deliverer_stop_async (EnvoiSmtpDeliverer  *self,
                                 GAsyncReadyCallback  callback,
                                 gpointer             user_data)
{
  g_return_if_fail (self->stop_task == NULL);

  self->stop_task = g_task_new (self, NULL, callback, user_data);
  quit_crews (self);
  finish_stop_if_idle (self);
}

gboolean
envoi_smtp_deliverer_stop_finish (EnvoiSmtpDeliverer  *self,
                                  GAsyncResult        *result,
                                  GError             **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}
