/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-accounts"

#include "config.h"

#include "envoi-discovery-private.h"

#include "envoi-autoconfig-private.h"
#include "envoi-domain-private.h"
#include "envoi-https-get-private.h"

/* The questions of each step of a discovery, and what an answer is worth. */

#define HTTPS_PORT 443
#define TLS_PORT 465
#define STARTTLS_PORT 587

/* The host of the most preferred exchanger decides; others may be a spam filter's. */
static void
take_exchanger (EnvoiSearch *search,
                GList       *records)
{
  guint16 best = G_MAXUINT16;

  for (GList *next = records; next; next = next->next) {
    guint16 preference;
    const char *host;

    g_variant_get (next->data, "(q&s)", &preference, &host);
    if (*host && !g_str_equal (host, ".") && (!search->exchanger || preference < best)) {
      g_free (search->exchanger);
      search->exchanger = envoi_domain_to_ascii (host);
      best = preference;
    }
  }
}

/* Among those that the table knows the most preferred one. */
static EnvoiProvider *
find_provider (EnvoiSearch *search,
               GList       *records)
{
  guint16 best = G_MAXUINT16;
  EnvoiProvider *found = NULL;

  for (GList *next = records; next; next = next->next) {
    EnvoiProvider *provider;
    guint16 preference;
    const char *host;

    g_variant_get (next->data, "(q&s)", &preference, &host);
    provider = envoi_provider_table_find_by_mx (search->providers, host);
    if (provider && (!found || preference < best)) {
      found = provider;
      best = preference;
    }
  }

  return found;
}

static void
got_exchangers_cb (GObject      *source,
                   GAsyncResult *result,
                   gpointer      user_data)
{
  EnvoiQuestion *question = user_data;
  EnvoiSearch *search = envoi_search_get (question->task);
  GList *records = g_resolver_lookup_records_finish (G_RESOLVER (source), result, NULL);
  EnvoiProvider *provider = find_provider (search, records);
  EnvoiFinding *finding = NULL;

  take_exchanger (search, records);
  if (provider) {
    finding = envoi_finding_new_for_provider (question->source, provider, search->email);
    finding->origin = g_strdup (search->exchanger);
  }

  g_list_free_full (records, (GDestroyNotify) g_variant_unref);
  envoi_search_answer (question, finding);
}

/**
 * envoi_search_exchanger:
 * @task: a search's task
 *
 * Asks the person's name server where the domain's mail goes.
 *
 * Thread: main
 */
void
envoi_search_exchanger (GTask *task)
{
  EnvoiSearch *search = envoi_search_get (task);
  g_autoptr (GResolver) resolver = g_resolver_get_default ();

  g_resolver_lookup_records_async (resolver, search->domain, G_RESOLVER_RECORD_MX,
                                   search->patience, got_exchangers_cb,
                                   envoi_search_ask (task, ENVOI_FINDING_EXCHANGER, NULL));
}

/* A page of somebody else's, or one that speaks of other domains, may lead
 * anywhere; the domain's own page and its own servers may not. */
static gboolean
is_foreign (const EnvoiSearch     *search,
            const EnvoiFinding    *finding,
            const EnvoiAutoconfig *config)
{
  g_autofree char *base = envoi_domain_dup_base (search->domain);

  if (g_str_equal (finding->owner, base))
    return FALSE;

  return finding->source == ENVOI_FINDING_HOSTER || !config->names_domain;
}

/* A server that the table knows is used as the table knows it: a file does not
 * tell of authorization codes, and often not of OAuth2 endpoints. Nullable. */
static EnvoiFinding *
make_finding (const EnvoiQuestion   *question,
              const EnvoiAutoconfig *config)
{
  EnvoiSearch *search = envoi_search_get (question->task);
  EnvoiProvider *provider = envoi_provider_table_find_by_server (search->providers, config->host);
  EnvoiFinding *finding;

  if (provider)
    finding = envoi_finding_new_for_provider (question->source, provider, search->email);
  else if (config->takes_password)
    finding = envoi_finding_new (question->source, config->host, config->port, config->security);
  else
    return NULL;

  finding->origin = g_strdup (question->host);
  if (provider)
    return finding;

  finding->user = envoi_autoconfig_format_user (config, search->email);
  finding->name = g_strdup (config->name);
  finding->help_url = g_strdup (config->help_url);
  finding->is_foreign = is_foreign (search, finding, config);
  return finding;
}

static void
got_page_cb (GObject      *source,
             GAsyncResult *result,
             gpointer      user_data)
{
  EnvoiQuestion *question = user_data;
  EnvoiSearch *search = envoi_search_get (question->task);
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) page = envoi_https_get_finish (result, &error);
  g_autoptr (EnvoiAutoconfig) config = NULL;

  if (page)
    config = envoi_autoconfig_parse (g_bytes_get_data (page, NULL), g_bytes_get_size (page),
                                     search->domain, &error);
  if (!config)
    g_debug ("nothing from %s: %s", question->host, error->message);

  envoi_search_answer (question, config ? make_finding (question, config) : NULL);
}

/* Takes @url. */
static void
ask_page (GTask              *task,
          EnvoiFindingSource  source,
          char               *url)
{
  EnvoiSearch *search = envoi_search_get (task);
  g_autofree char *owned = url;
  g_autoptr (GUri) uri = g_uri_parse (url, G_URI_FLAGS_NONE, NULL);

  if (uri && g_uri_get_host (uri))
    envoi_https_get_async (search->session, url, ENVOI_AUTOCONFIG_LARGEST, search->patience,
                           got_page_cb, envoi_search_ask (task, source, g_uri_get_host (uri)));
}

/* The pages of a domain that are about mail, by the form of RFC 8615 as well.
 * The address is not appended, though servers may use it: it is nobody's business. */
static void
ask_pages_of (GTask              *task,
              EnvoiFindingSource  source,
              const char         *domain)
{
  EnvoiSearch *search = envoi_search_get (task);
  g_autofree char *port = search->https_port == HTTPS_PORT
                          ? g_strdup ("") : g_strdup_printf (":%u", search->https_port);

  ask_page (task, source, g_strdup_printf ("https://autoconfig.%s%s/mail/config-v1.1.xml", domain,
                                           port));
  ask_page (task, source, g_strdup_printf ("https://%s%s/.well-known/autoconfig/mail/"
                                           "config-v1.1.xml", domain, port));
}

/**
 * envoi_search_domain:
 * @task: a search's task
 *
 * Asks the web servers of the domain itself.
 *
 * Thread: main
 */
void
envoi_search_domain (GTask *task)
{
  ask_pages_of (task, ENVOI_FINDING_DOMAIN, envoi_search_get (task)->domain);
}

/**
 * envoi_search_database:
 * @task: a search's task
 *
 * Asks the public database about the domain, and whoever takes the domain's
 * mail, with the database's word on them.
 *
 * Thread: main
 */
void
envoi_search_database (GTask *task)
{
  EnvoiSearch *search = envoi_search_get (task);
  g_autofree char *base = search->exchanger ? envoi_domain_dup_base (search->exchanger) : NULL;
  gboolean has_hoster = base && !g_str_equal (base, search->domain);

  if (search->database)
    ask_page (task, ENVOI_FINDING_DATABASE, g_strconcat (search->database, search->domain, NULL));
  if (has_hoster)
    ask_pages_of (task, ENVOI_FINDING_HOSTER, base);
  if (has_hoster && search->database)
    ask_page (task, ENVOI_FINDING_HOSTER, g_strconcat (search->database, base, NULL));
}

static void
got_services_cb (GObject      *source,
                 GAsyncResult *result,
                 gpointer      user_data)
{
  EnvoiQuestion *question = user_data;
  EnvoiSearch *search = envoi_search_get (question->task);
  GList *targets = g_resolver_lookup_service_finish (G_RESOLVER (source), result, NULL);
  GSrvTarget *target = targets ? targets->data : NULL;
  const char *host = target ? g_srv_target_get_hostname (target) : "";
  gboolean is_implicit = g_str_equal (question->host, "submissions");
  EnvoiFinding *finding = NULL;

  /* A lone dot says that there is no such service (RFC 2782). */
  if (*host && !g_str_equal (host, ".") && g_srv_target_get_port (target) > 0) {
    finding = envoi_finding_new (question->source, host, g_srv_target_get_port (target),
                                 is_implicit ? ENVOI_SMTP_SECURITY_TLS
                                             : ENVOI_SMTP_SECURITY_STARTTLS);
    finding->origin = g_strdup (search->domain);
    finding->is_foreign = TRUE;
    g_set_object (&finding->provider,
                  envoi_provider_table_find_by_server (search->providers, finding->host));
  }

  g_resolver_free_targets (targets);
  envoi_search_answer (question, finding);
}

/**
 * envoi_search_records:
 * @task: a search's task
 *
 * Asks the person's name server for SRV records: "submissions" is TLS from the
 * start (RFC 8314 section 5.1), "submission" STARTTLS (RFC 6186). DNS answers
 * are not signed as a rule, so the person is to agree.
 *
 * Thread: main
 */
void
envoi_search_records (GTask *task)
{
  static const char *const services[] = { "submissions", "submission" };
  EnvoiSearch *search = envoi_search_get (task);
  g_autoptr (GResolver) resolver = g_resolver_get_default ();

  for (guint i = 0; i < G_N_ELEMENTS (services); i++)
    g_resolver_lookup_service_async (resolver, services[i], "tcp", search->domain,
                                     search->patience, got_services_cb,
                                     envoi_search_ask (task, ENVOI_FINDING_RECORDS, services[i]));
}

static void
did_probe_cb (GObject      *source,
              GAsyncResult *result,
              gpointer      user_data)
{
  EnvoiQuestion *question = user_data;
  const EnvoiSmtpEndpoint *endpoint = question->endpoint;
  g_autoptr (GError) error = NULL;
  EnvoiFinding *finding = NULL;

  if (envoi_server_prober_probe_finish (ENVOI_SERVER_PROBER (source), result, &error)) {
    finding = envoi_finding_new (question->source, question->host,
                                 envoi_smtp_endpoint_get_port (endpoint),
                                 envoi_smtp_endpoint_get_security (endpoint));
    finding->origin = g_strdup (question->host);
  } else {
    g_debug ("%s is not a server for sending: %s", question->host, error->message);
  }

  envoi_search_answer (question, finding);
}

static void
try_host (GTask      *task,
          const char *host)
{
  /* 587 with TLS from the start: a port's number alone says nothing. */
  static const struct {
    guint16 port;
    EnvoiSmtpSecurity security;
  } doors[] = {
    { TLS_PORT, ENVOI_SMTP_SECURITY_TLS },
    { STARTTLS_PORT, ENVOI_SMTP_SECURITY_STARTTLS },
    { STARTTLS_PORT, ENVOI_SMTP_SECURITY_TLS },
  };
  EnvoiSearch *search = envoi_search_get (task);

  for (guint i = 0; i < G_N_ELEMENTS (doors); i++) {
    EnvoiSmtpEndpoint *endpoint = envoi_smtp_endpoint_new (host, doors[i].port, doors[i].security,
                                                           NULL, ENVOI_SMTP_QUIRK_NONE, NULL);
    EnvoiQuestion *question;

    if (!endpoint)
      continue;

    question = envoi_search_ask (task, ENVOI_FINDING_TRIED, host);
    question->endpoint = endpoint;
    envoi_server_prober_probe_async (search->prober, endpoint, search->patience, did_probe_cb,
                                     question);
  }
}

/**
 * envoi_search_servers:
 * @task: a search's task
 *
 * Connects to the names that servers usually have; nobody signs in.
 *
 * Thread: main
 */
void
envoi_search_servers (GTask *task)
{
  EnvoiSearch *search = envoi_search_get (task);
  g_autofree char *smtp = g_strconcat ("smtp.", search->domain, NULL);
  g_autofree char *mail = g_strconcat ("mail.", search->domain, NULL);

  if (!search->prober)
    return;

  try_host (task, smtp);
  try_host (task, mail);
  /* A small server of one's own often has one name for everything. */
  if (search->exchanger && envoi_domain_is_below (search->exchanger, search->domain) &&
      !g_str_equal (search->exchanger, smtp) && !g_str_equal (search->exchanger, mail))
    try_host (task, search->exchanger);
}
