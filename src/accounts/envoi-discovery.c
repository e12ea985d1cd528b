/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-accounts"

#include "config.h"

#include "envoi-discovery.h"

#include "envoi-account-check-private.h"
#include "envoi-discovery-private.h"
#include "envoi-domain-private.h"

#include <string.h>

#define DATABASE "https://autoconfig.thunderbird.net/v1.1/"
#define HTTPS_PORT 443
#define TLS_PORT 465
#define PATIENCE_MS 5000
#define STEP_NONE G_MAXUINT

/**
 * EnvoiDiscovery:
 *
 * From a mail address to the server that it sends through: the table, where the
 * domain's mail goes, what the domain publishes, the public database, DNS
 * records, and at last the usual names, by connecting to them. Each step has a
 * few seconds, and only the domain is ever told to anybody.
 *
 * Thread: main
 */
struct _EnvoiDiscovery {
  GObject parent_instance;

  EnvoiProviderTable *providers;
  EnvoiServerProber *prober;    /* nullable */
  SoupSession *session;
  char *database;               /* nullable */
  guint16 https_port;
  guint patience_ms;
};

G_DEFINE_FINAL_TYPE (EnvoiDiscovery, envoi_discovery, G_TYPE_OBJECT)

/* What a task carries beside the search: what the steps need not see. */
typedef struct {
  EnvoiSearch search;
  EnvoiDiscoveryFunc progress;
  gpointer progress_data;
  guint patience_ms;
  guint patience_id;
  GSource *cancelled;
} Run;

static void (*const steps[]) (GTask *task) = {
  [ENVOI_DISCOVERY_EXCHANGER] = envoi_search_exchanger,
  [ENVOI_DISCOVERY_DOMAIN] = envoi_search_domain,
  [ENVOI_DISCOVERY_DATABASE] = envoi_search_database,
  [ENVOI_DISCOVERY_RECORDS] = envoi_search_records,
  [ENVOI_DISCOVERY_SERVERS] = envoi_search_servers,
};

static void
clear_slots (EnvoiSearch *search)
{
  for (guint i = 0; i < search->n_slots; i++) {
    g_clear_pointer (&search->findings[i], envoi_finding_unref);
    search->has_answered[i] = FALSE;
  }

  search->n_slots = 0;
}

/* Ends what a step has under way; answers that come all the same belong to no
 * step any more. */
static void
end_step (Run *run)
{
  run->search.step = STEP_NONE;
  g_clear_handle_id (&run->patience_id, g_source_remove);
  if (run->search.patience)
    g_cancellable_cancel (run->search.patience);
  g_clear_object (&run->search.patience);
}

static void
run_free (Run *run)
{
  EnvoiSearch *search = &run->search;

  end_step (run);
  clear_slots (search);
  if (run->cancelled)
    g_source_destroy (run->cancelled);
  g_clear_pointer (&run->cancelled, g_source_unref);
  g_object_unref (search->providers);
  g_clear_object (&search->prober);
  g_object_unref (search->session);
  g_free (search->database);
  g_free (search->email);
  g_free (search->domain);
  g_free (search->exchanger);
  g_free (run);
}

static gboolean begin_step (GTask *task,
                            guint  step);

/* Whether the search is over. The first slot decides that has not said no. */
static gboolean
settle (GTask *task)
{
  Run *run = g_task_get_task_data (task);
  EnvoiSearch *search = &run->search;
  guint i = 0;

  while (i < search->n_slots && search->has_answered[i] && !search->findings[i])
    i++;

  if (i == search->n_slots)
    return begin_step (task, search->step + 1);
  if (!search->has_answered[i])
    return FALSE;

  g_task_return_pointer (task, g_steal_pointer (&search->findings[i]),
                         (GDestroyNotify) envoi_finding_unref);
  end_step (run);
  return TRUE;
}

static gboolean
patience_over_cb (gpointer user_data)
{
  g_autoptr (GTask) task = g_object_ref (user_data);
  Run *run = g_task_get_task_data (task);

  run->patience_id = 0;
  for (guint i = 0; i < run->search.n_slots; i++)
    run->search.has_answered[i] = TRUE;
  settle (task);
  return G_SOURCE_REMOVE;
}

/* Whether the search is over. */
static gboolean
begin_step (GTask *task,
            guint  step)
{
  Run *run = g_task_get_task_data (task);
  EnvoiSearch *search = &run->search;

  end_step (run);
  clear_slots (search);
  if (step == G_N_ELEMENTS (steps)) {
    g_task_return_pointer (task, envoi_discovery_guess (search->email),
                           (GDestroyNotify) envoi_finding_unref);
    return TRUE;
  }

  search->step = step;
  search->patience = g_cancellable_new ();
  run->patience_id = g_timeout_add (run->patience_ms, patience_over_cb, task);
  steps[step] (task);
  if (search->n_slots == 0)
    return begin_step (task, step + 1);

  if (run->progress)
    run->progress (step, search->domain, run->progress_data);
  return FALSE;
}

/**
 * envoi_search_get:
 * @task: a search's task
 *
 * Returns: (transfer none): the search
 *
 * Thread: main
 */
EnvoiSearch *
envoi_search_get (GTask *task)
{
  return &((Run *) g_task_get_task_data (task))->search;
}

/**
 * envoi_search_ask:
 * @task: a search's task
 * @source: who answers
 * @host: (nullable): whom it is put to
 *
 * Makes the next slot of the step; those asked first are preferred.
 *
 * Returns: (transfer full): the question, for envoi_search_answer()
 *
 * Thread: main
 */
EnvoiQuestion *
envoi_search_ask (GTask              *task,
                  EnvoiFindingSource  source,
                  const char         *host)
{
  EnvoiSearch *search = envoi_search_get (task);
  EnvoiQuestion *question = g_new0 (EnvoiQuestion, 1);

  g_assert (search->n_slots < ENVOI_DISCOVERY_MOST_SLOTS);
  question->task = g_object_ref (task);
  question->step = search->step;
  question->index = search->n_slots++;
  question->source = source;
  question->host = g_strdup (host);
  return question;
}

/**
 * envoi_search_answer:
 * @question: (transfer full): what was asked
 * @finding: (transfer full) (nullable): the answer
 *
 * Thread: main
 */
void
envoi_search_answer (EnvoiQuestion *question,
                     EnvoiFinding  *finding)
{
  g_autoptr (GTask) task = question->task;
  g_autoptr (EnvoiFinding) owned = finding;
  EnvoiSearch *search = envoi_search_get (task);

  if (question->step == search->step) {
    search->has_answered[question->index] = TRUE;
    search->findings[question->index] = g_steal_pointer (&owned);
    settle (task);
  }

  g_clear_pointer (&question->endpoint, envoi_smtp_endpoint_unref);
  g_free (question->host);
  g_free (question);
}

static gboolean
cancelled_cb (GCancellable *cancellable,
              gpointer      user_data)
{
  g_autoptr (GTask) task = g_object_ref (user_data);
  Run *run = g_task_get_task_data (task);

  if (run->search.step != STEP_NONE) {
    end_step (run);
    g_task_return_error_if_cancelled (task);
  }

  return G_SOURCE_REMOVE;
}

static void
envoi_discovery_finalize (GObject *object)
{
  EnvoiDiscovery *self = ENVOI_DISCOVERY (object);

  g_clear_object (&self->providers);
  g_clear_object (&self->prober);
  g_clear_object (&self->session);
  g_free (self->database);

  G_OBJECT_CLASS (envoi_discovery_parent_class)->finalize (object);
}

static void
envoi_discovery_class_init (EnvoiDiscoveryClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = envoi_discovery_finalize;
}

static void
envoi_discovery_init (EnvoiDiscovery *self)
{
  self->session = soup_session_new ();
  self->database = g_strdup (DATABASE);
  self->https_port = HTTPS_PORT;
  self->patience_ms = PATIENCE_MS;
}

/**
 * envoi_discovery_new:
 * @providers: the table
 * @prober: (nullable): who tries guesses
 *
 * Returns: (transfer full): a discovery
 *
 * Thread: main
 */
EnvoiDiscovery *
envoi_discovery_new (EnvoiProviderTable *providers,
                     EnvoiServerProber  *prober)
{
  EnvoiDiscovery *self = g_object_new (ENVOI_TYPE_DISCOVERY, NULL);

  self->providers = g_object_ref (providers);
  g_set_object (&self->prober, prober);
  return self;
}

/**
 * envoi_discovery_set_database:
 * @self: a discovery
 * @address: (nullable): an https address that domains are appended to
 *
 * Whoever runs the database learns the domains that are looked up, so it can be
 * left out.
 *
 * Thread: main
 */
void
envoi_discovery_set_database (EnvoiDiscovery *self,
                              const char     *address)
{
  g_free (self->database);
  self->database = address && *address ? g_strdup (address) : NULL;
}

/**
 * envoi_discovery_set_web:
 * @self: a discovery
 * @https_port: where web servers listen
 * @trust: (nullable): who vouches for them
 *
 * Thread: main
 */
void
envoi_discovery_set_web (EnvoiDiscovery *self,
                         guint16         https_port,
                         GTlsDatabase   *trust)
{
  self->https_port = https_port;
  soup_session_set_tls_database (self->session, trust);
}

/**
 * envoi_discovery_set_patience:
 * @self: a discovery
 * @patience_ms: for one step
 *
 * Thread: main
 */
void
envoi_discovery_set_patience (EnvoiDiscovery *self,
                              guint           patience_ms)
{
  self->patience_ms = patience_ms;
}

static Run *
run_new (EnvoiDiscovery *self,
         const char     *email)
{
  Run *run = g_new0 (Run, 1);
  EnvoiSearch *search = &run->search;

  search->step = STEP_NONE;
  search->providers = g_object_ref (self->providers);
  g_set_object (&search->prober, self->prober);
  search->session = g_object_ref (self->session);
  search->database = g_strdup (self->database);
  search->https_port = self->https_port;
  search->email = g_strdup (email);
  search->domain = envoi_domain_to_ascii (strrchr (email, '@') + 1);
  run->patience_ms = self->patience_ms;
  return run;
}

/**
 * envoi_discovery_find_async:
 * @self: a discovery
 * @email: an address
 * @progress: (nullable): told of each step that asks somebody
 * @progress_data: for @progress
 * @cancellable: (nullable): ends it
 * @callback: called on the main thread
 * @user_data: for @callback
 *
 * Finds the server for an address. What the table knows is found without
 * asking anybody.
 *
 * Thread: main
 */
void
envoi_discovery_find_async (EnvoiDiscovery      *self,
                            const char          *email,
                            EnvoiDiscoveryFunc   progress,
                            gpointer             progress_data,
                            GCancellable        *cancellable,
                            GAsyncReadyCallback  callback,
                            gpointer             user_data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
  EnvoiProvider *provider;
  GError *error = NULL;
  Run *run;

  g_return_if_fail (ENVOI_IS_DISCOVERY (self));
  g_return_if_fail (email != NULL);

  g_task_set_source_tag (task, envoi_discovery_find_async);
  if (!envoi_account_check_email (email, &error)) {
    g_task_return_error (task, error);
    return;
  }

  provider = envoi_provider_table_find_by_email (self->providers, email);
  if (provider) {
    g_task_return_pointer (task, envoi_finding_new_for_provider (ENVOI_FINDING_TABLE, provider,
                                                                 email),
                           (GDestroyNotify) envoi_finding_unref);
    return;
  }

  run = run_new (self, email);
  run->progress = progress;
  run->progress_data = progress_data;
  g_task_set_task_data (task, run, (GDestroyNotify) run_free);
  if (cancellable) {
    run->cancelled = g_cancellable_source_new (cancellable);
    g_source_set_callback (run->cancelled, G_SOURCE_FUNC (cancelled_cb), task, NULL);
    g_source_attach (run->cancelled, g_main_context_get_thread_default ());
  }
  begin_step (task, ENVOI_DISCOVERY_EXCHANGER);
}

/**
 * envoi_discovery_find_finish:
 * @self: a discovery
 * @result: what the callback got
 * @error: where an error goes
 *
 * Errors: ACCOUNTS_INCOMPLETE, G_IO_ERROR_CANCELLED.
 *
 * Returns: (transfer full): what was found, at least a guess, or %NULL with @error set
 *
 * Thread: main
 */
EnvoiFinding *
envoi_discovery_find_finish (EnvoiDiscovery  *self,
                             GAsyncResult    *result,
                             GError         **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

/**
 * envoi_discovery_guess:
 * @email: an address
 *
 * The name that most servers have. TLS from the start is the safer port to try.
 *
 * Returns: (transfer full): a guess
 *
 * Thread: any
 */
EnvoiFinding *
envoi_discovery_guess (const char *email)
{
  const char *at = strrchr (email, '@');
  g_autofree char *domain = envoi_domain_to_ascii (at ? at + 1 : email);
  g_autofree char *host = g_strconcat ("smtp.", domain, NULL);

  return envoi_finding_new (ENVOI_FINDING_GUESS, host, TLS_PORT, ENVOI_SMTP_SECURITY_TLS);
}
