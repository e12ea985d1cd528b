/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-test"

#include "config.h"

#include "envoi-test.h"

#include "envoi-discovery.h"

#include <libsoup/soup.h>
#include <string.h>

/* Discoveries against web servers on this computer that behave and misbehave.
 * Names are resolved by a name server of the test's own; TLS, HTTP and the
 * checks of certificates are the real ones. */

#define EMAIL(domain) "very.private@" domain
#define SERVER(host) \
  "<clientConfig><emailProvider><domain>%s</domain><displayName>Firm</displayName>" \
  "<outgoingServer type='smtp'><hostname>" host "</hostname><port>465</port>" \
  "<socketType>SSL</socketType><username>%%EMAILADDRESS%%</username>" \
  "<authentication>password-cleartext</authentication></outgoingServer>" \
  "</emailProvider></clientConfig>"

/* What is at a web address: a status with a body, or trouble. */
typedef struct {
  const char *host;
  const char *path;
  guint status;
  const char *body;      /* the address for a redirect; %s: the domain asked about */
  const char *domain;
} Page;

#define AUTOCONFIG "/mail/config-v1.1.xml"
#define WELL_KNOWN "/.well-known/autoconfig/mail/config-v1.1.xml"
#define BOMB "<!DOCTYPE a [<!ENTITY b 'bb'><!ENTITY c '&b;&b;'><!ENTITY d '&c;&c;'>]><a>&d;</a>"

enum {
  SLOW = 1000,
  HUGE,
};

static const Page pages[] = {
  { "autoconfig.good.example", AUTOCONFIG, 200, SERVER ("smtp.good.example"), "good.example" },
  { "wellknown.example", WELL_KNOWN, 200, SERVER ("smtp.wellknown.example"), "wellknown.example" },
  { "autoconfig.both.example", AUTOCONFIG, 200, SERVER ("first.both.example"), "both.example" },
  { "both.example", WELL_KNOWN, 200, SERVER ("second.both.example"), "both.example" },
  { "autoconfig.moved.example", AUTOCONFIG, 302,
    "https://autoconfig.good.example:PORT" AUTOCONFIG, "" },
  { "autoconfig.down.example", AUTOCONFIG, 302, "http://plain.example:PORT/", "" },
  { "autoconfig.round.example", AUTOCONFIG, 302, AUTOCONFIG, "" },
  { "autoconfig.huge.example", AUTOCONFIG, HUGE, "", "" },
  { "autoconfig.slow.example", AUTOCONFIG, SLOW, "", "" },
  { "slow.example", WELL_KNOWN, SLOW, "", "" },
  { "autoconfig.bomb.example", AUTOCONFIG, 200, BOMB, "" },
  { "autoconfig.broken.example", AUTOCONFIG, 200, "<clientConfig><emailProvider>", "" },
  { "autoconfig.other.example", AUTOCONFIG, 200, SERVER ("smtp.somewhere.example"), "else.example" },
  { "autoconfig.known.example", AUTOCONFIG, 200, SERVER ("smtp.gmail.com"), "known.example" },
  { "database.example", "/v1.1/listed.example", 200, SERVER ("smtp.lists.example"),
    "listed.example" },
  { "database.example", "/v1.1/hoster.example", 200, SERVER ("smtp.hoster.example"),
    "hoster.example" },
  { "autoconfig.hosts.example", AUTOCONFIG, 200, SERVER ("out.hosts.example"), "hosts.example" },
};

/* ------------------------------------------------------------- a name server */

#define FAKE_TYPE_RESOLVER (fake_resolver_get_type ())

G_DECLARE_FINAL_TYPE (FakeResolver, fake_resolver, FAKE, RESOLVER, GResolver)

struct _FakeResolver {
  GResolver parent_instance;

  GString *questions;
};

G_DEFINE_FINAL_TYPE (FakeResolver, fake_resolver, G_TYPE_RESOLVER)

static void
free_variants (GList *records)
{
  g_list_free_full (records, (GDestroyNotify) g_variant_unref);
}

static void
return_answer (GTask          *task,
               GList          *answer,
               GDestroyNotify  free_answer)
{
  if (answer)
    g_task_return_pointer (task, answer, free_answer);
  else
    g_task_return_new_error (task, G_RESOLVER_ERROR, G_RESOLVER_ERROR_NOT_FOUND, "No.");
  g_object_unref (task);
}

static void
hang_over_cb (GCancellable *cancellable,
              GTask        *task)
{
  g_task_return_error_if_cancelled (task);
  g_object_unref (task);
}

static GTask *
note_question (GResolver           *resolver,
               const char          *name,
               GCancellable        *cancellable,
               GAsyncReadyCallback  callback,
               gpointer             user_data)
{
  g_string_append_printf (FAKE_RESOLVER (resolver)->questions, "%s ", name);
  return g_task_new (resolver, cancellable, callback, user_data);
}

static void
lookup_by_name_with_flags_async (GResolver                *resolver,
                                 const char               *name,
                                 GResolverNameLookupFlags  flags,
                                 GCancellable             *cancellable,
                                 GAsyncReadyCallback       callback,
                                 gpointer                  user_data)
{
  GTask *task = note_question (resolver, name, cancellable, callback, user_data);
  GList *answer = NULL;
  /* On the second address nobody speaks TLS. */
  const char *address = g_str_equal (name, "plain.example") ||
                        g_str_has_suffix (name, ".plain.example") ? "127.0.0.2" : "127.0.0.1";

  if (g_str_has_suffix (name, ".example") && !(flags & G_RESOLVER_NAME_LOOKUP_FLAGS_IPV6_ONLY))
    answer = g_list_append (NULL, g_inet_address_new_from_string (address));
  return_answer (task, answer, (GDestroyNotify) g_resolver_free_addresses);
}

static void
lookup_records_async (GResolver           *resolver,
                      const char          *name,
                      GResolverRecordType  type,
                      GCancellable        *cancellable,
                      GAsyncReadyCallback  callback,
                      gpointer             user_data)
{
  static const struct {
    const char *domain;
    const char *exchanger;
    guint16 preference;
  } exchangers[] = {
    { "workspace.example", "aspmx.l.google.com", 10 },
    { "company.example", "company-example.mail.protection.outlook.com", 10 },
    { "exmail.example", "mxbiz1.qq.com", 10 },
    { "ali.example", "mxn.mxhichina.com", 10 },
    { "hosted.example", "in.mx.hosts.example", 10 },
    { "indirect.example", "mx.hoster.example", 10 },
    { "own.example", "mx.own.example", 10 },
    /* The most preferred one decides, not the first. */
    { "qiye.example", "aspmx.l.google.com", 30 },
    { "qiye.example", "qiye163mx01.mxmail.netease.com", 5 },
    { "qiye.example", "qiye163mx02.mxmail.netease.com", 10 },
  };
  GTask *task = note_question (resolver, name, cancellable, callback, user_data);
  GList *answer = NULL;

  if (g_str_equal (name, "hangs.example")) {
    g_cancellable_connect (cancellable, G_CALLBACK (hang_over_cb), task, NULL);
    return;
  }

  for (guint i = 0; i < G_N_ELEMENTS (exchangers); i++) {
    if (g_str_equal (exchangers[i].domain, name))
      answer = g_list_append (answer, g_variant_ref_sink (
                                g_variant_new ("(qs)", exchangers[i].preference,
                                               exchangers[i].exchanger)));
  }
  return_answer (task, answer, (GDestroyNotify) free_variants);
}

static void
lookup_service_async (GResolver           *resolver,
                      const char          *name,
                      GCancellable        *cancellable,
                      GAsyncReadyCallback  callback,
                      gpointer             user_data)
{
  static const struct {
    const char *name;
    const char *host;
    guint16 port;
  } services[] = {
    { "_submissions._tcp.records.example", "smtp.records.example", 465 },
    { "_submission._tcp.records.example", "old.records.example", 587 },
    { "_submissions._tcp.starttls.example", ".", 0 },
    { "_submission._tcp.starttls.example", "smtp.far.example", 2587 },
  };
  GTask *task = note_question (resolver, name, cancellable, callback, user_data);
  GList *answer = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (services); i++) {
    if (g_str_equal (services[i].name, name))
      answer = g_list_append (answer, g_srv_target_new (services[i].host, services[i].port, 0, 0));
  }
  return_answer (task, answer, (GDestroyNotify) g_resolver_free_targets);
}

static GList *
lookup_finish (GResolver     *resolver,
               GAsyncResult  *result,
               GError       **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
fake_resolver_class_init (FakeResolverClass *klass)
{
  GResolverClass *resolver_class = G_RESOLVER_CLASS (klass);

  resolver_class->lookup_by_name_with_flags_async = lookup_by_name_with_flags_async;
  resolver_class->lookup_by_name_with_flags_finish = lookup_finish;
  resolver_class->lookup_records_async = lookup_records_async;
  resolver_class->lookup_records_finish = lookup_finish;
  resolver_class->lookup_service_async = lookup_service_async;
  resolver_class->lookup_service_finish = lookup_finish;
}

static void
fake_resolver_init (FakeResolver *self)
{
  self->questions = g_string_new (NULL);
}

/* ---------------------------------------------------------------- a prober */

#define FAKE_TYPE_PROBER (fake_prober_get_type ())

G_DECLARE_FINAL_TYPE (FakeProber, fake_prober, FAKE, PROBER, GObject)

/* One server is there; the real prober is tested with a real server. */
struct _FakeProber {
  GObject parent_instance;

  const char *host;
  guint16 port;
  EnvoiSmtpSecurity security;
  guint n_probes;
};

static void
probe_async (EnvoiServerProber   *prober,
             EnvoiSmtpEndpoint   *endpoint,
             GCancellable        *cancellable,
             GAsyncReadyCallback  callback,
             gpointer             user_data)
{
  FakeProber *self = FAKE_PROBER (prober);
  g_autoptr (GTask) task = g_task_new (prober, cancellable, callback, user_data);

  self->n_probes++;
  if (g_strcmp0 (envoi_smtp_endpoint_get_host (endpoint), self->host) == 0 &&
      envoi_smtp_endpoint_get_port (endpoint) == self->port &&
      envoi_smtp_endpoint_get_security (endpoint) == self->security)
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_CONNECTION_REFUSED, "Nobody is there.");
}

static gboolean
probe_finish (EnvoiServerProber  *prober,
              GAsyncResult       *result,
              GError            **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

static void
fake_prober_init_interface (EnvoiServerProberInterface *iface)
{
  iface->probe_async = probe_async;
  iface->probe_finish = probe_finish;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (FakeProber, fake_prober, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (ENVOI_TYPE_SERVER_PROBER,
                                                      fake_prober_init_interface))

static void
fake_prober_class_init (FakeProberClass *klass)
{
}

static void
fake_prober_init (FakeProber *self)
{
}

/* ------------------------------------------------------------- the fixture */

typedef struct {
  SoupServer *server;
  SoupServer *plain;        /* http only, on another address */
  guint16 port;
  guint n_plain;
  GString *requests;        /* everything that a web server was told */
  GPtrArray *held;
  FakeResolver *resolver;
  GResolver *resolver_before;
  FakeProber *prober;
  EnvoiProviderTable *providers;
  EnvoiDiscovery *discovery;
  GString *steps;
} Fixture;

static void
note_header_cb (const char *name,
                const char *value,
                gpointer    requests)
{
  g_string_append_printf (requests, "%s: %s\n", name, value);
}

static void
serve_page (Fixture           *fixture,
            SoupServerMessage *message,
            const Page        *page)
{
  g_autofree char *port = g_strdup_printf (":%u", fixture->port);
  g_auto (GStrv) pieces = g_strsplit (page->body, ":PORT", -1);
  g_autofree char *located = g_strjoinv (port, pieces);
  g_auto (GStrv) halves = g_strsplit (page->body, "%s", -1);
  g_autofree char *body = g_strjoinv (page->domain, halves);
  g_auto (GStrv) percents = g_strsplit (body, "%%", -1);
  g_autofree char *text = g_strjoinv ("%", percents);
  g_autofree char *huge = page->status == HUGE ? g_strnfill (20 * 1024 * 1024, ' ') : NULL;

  if (page->status == SLOW) {
    soup_server_message_pause (message);
    g_ptr_array_add (fixture->held, g_object_ref (message));
    return;
  }

  soup_server_message_set_status (message, page->status == HUGE ? 200 : page->status, NULL);
  if (page->status == 302)
    soup_message_headers_replace (soup_server_message_get_response_headers (message), "Location",
                                  located);
  soup_server_message_set_response (message, "text/xml", SOUP_MEMORY_COPY, huge ? huge : text,
                                    strlen (huge ? huge : text));
}

static void
serve_cb (SoupServer        *server,
          SoupServerMessage *message,
          const char        *path,
          GHashTable        *query,
          gpointer           user_data)
{
  Fixture *fixture = user_data;
  SoupMessageHeaders *headers = soup_server_message_get_request_headers (message);
  GUri *uri = soup_server_message_get_uri (message);
  g_autofree char *target = g_uri_to_string (uri);

  if (server == fixture->plain)
    fixture->n_plain++;

  g_string_append_printf (fixture->requests, "%s\n", target);
  soup_message_headers_foreach (headers, note_header_cb, fixture->requests);
  soup_server_message_set_status (message, 404, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (pages); i++) {
    if (g_str_equal (pages[i].host, g_uri_get_host (uri)) && g_str_equal (pages[i].path, path))
      serve_page (fixture, message, &pages[i]);
  }
}

/* A certificate for every name of the test but those of "stranger.example". */
static GTlsCertificate *
make_certificate (const char *openssl,
                  char      **file)
{
  g_autofree char *folder = envoi_test_make_folder ();
  g_autofree char *key = g_build_filename (folder, "key.pem", NULL);
  g_autoptr (GString) names = g_string_new ("subjectAltName=DNS:database.example");
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (GError) error = NULL;
  GTlsCertificate *certificate;
  const char *argv[] = {
    openssl, "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
    "-days", "2", "-subj", "/CN=test", "-keyout", key, "-out", NULL, "-addext", NULL, NULL,
  };

  *file = g_build_filename (folder, "certificate.pem", NULL);
  for (guint i = 0; i < G_N_ELEMENTS (pages); i++) {
    if (g_hash_table_add (seen, (gpointer) pages[i].host))
      g_string_append_printf (names, ",DNS:%s", pages[i].host);
  }
  argv[15] = *file;
  argv[17] = names->str;
  g_spawn_sync (NULL, (char **) argv, NULL,
                G_SPAWN_STDOUT_TO_DEV_NULL | G_SPAWN_STDERR_TO_DEV_NULL, NULL, NULL, NULL, NULL,
                NULL, &error);
  g_assert_no_error (error);
  certificate = g_tls_certificate_new_from_files (*file, key, &error);
  g_assert_no_error (error);
  return certificate;
}

static void
listen_on (SoupServer              *server,
           const char              *address,
           guint16                  port,
           SoupServerListenOptions  options)
{
  g_autoptr (GSocketAddress) where = g_inet_socket_address_new_from_string (address, port);
  g_autoptr (GError) error = NULL;

  soup_server_listen (server, where, options, &error);
  g_assert_no_error (error);
}

static void
set_up_web (Fixture    *fixture,
            const char *openssl)
{
  g_autofree char *file = NULL;
  g_autoptr (GTlsCertificate) certificate = make_certificate (openssl, &file);
  g_autoptr (GTlsDatabase) trust = g_tls_file_database_new (file, NULL);
  GSList *uris;

  fixture->server = soup_server_new ("tls-certificate", certificate, NULL);
  soup_server_add_handler (fixture->server, NULL, serve_cb, fixture, NULL);
  listen_on (fixture->server, "127.0.0.1", 0, SOUP_SERVER_LISTEN_HTTPS);
  uris = soup_server_get_uris (fixture->server);
  fixture->port = (guint16) g_uri_get_port (uris->data);
  g_slist_free_full (uris, (GDestroyNotify) g_uri_unref);

  fixture->plain = soup_server_new (NULL, NULL);
  soup_server_add_handler (fixture->plain, NULL, serve_cb, fixture, NULL);
  listen_on (fixture->plain, "127.0.0.2", fixture->port, 0);
  envoi_discovery_set_web (fixture->discovery, fixture->port, trust);
}

/* FALSE: the test was skipped. */
static gboolean
set_up (Fixture *fixture)
{
  g_autofree char *openssl = envoi_test_find_program ("openssl");
  g_autofree char *database = NULL;

  memset (fixture, 0, sizeof *fixture);
  if (!openssl)
    return FALSE;

  fixture->requests = g_string_new (NULL);
  fixture->steps = g_string_new (NULL);
  fixture->held = g_ptr_array_new_with_free_func (g_object_unref);
  fixture->resolver = g_object_new (FAKE_TYPE_RESOLVER, NULL);
  fixture->resolver_before = g_resolver_get_default ();
  g_resolver_set_default (G_RESOLVER (fixture->resolver));
  fixture->prober = g_object_new (FAKE_TYPE_PROBER, NULL);
  fixture->providers = envoi_provider_table_new ();
  fixture->discovery = envoi_discovery_new (fixture->providers,
                                            ENVOI_SERVER_PROBER (fixture->prober));
  set_up_web (fixture, openssl);
  database = g_strdup_printf ("https://database.example:%u/v1.1/", fixture->port);
  envoi_discovery_set_database (fixture->discovery, database);
  return TRUE;
}

static void
tear_down (Fixture *fixture)
{
  for (guint i = 0; i < fixture->held->len; i++)
    soup_server_message_unpause (g_ptr_array_index (fixture->held, i));
  envoi_test_let_go (&fixture->discovery);
  g_resolver_set_default (fixture->resolver_before);
  g_object_unref (fixture->resolver_before);
  g_string_free (fixture->resolver->questions, TRUE);
  g_object_unref (fixture->resolver);
  g_object_unref (fixture->prober);
  g_object_unref (fixture->providers);
  soup_server_disconnect (fixture->server);
  soup_server_disconnect (fixture->plain);
  g_object_unref (fixture->server);
  g_object_unref (fixture->plain);
  g_ptr_array_unref (fixture->held);
  g_string_free (fixture->requests, TRUE);
  g_string_free (fixture->steps, TRUE);
}

static void
step_cb (EnvoiDiscoveryStep  step,
         const char         *domain,
         gpointer            user_data)
{
  Fixture *fixture = user_data;

  g_string_append_printf (fixture->steps, "%d", (int) step);
}

static EnvoiFinding *
find (Fixture    *fixture,
      const char *email)
{
  EnvoiTestWait wait = { NULL };
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  EnvoiFinding *finding;

  g_string_truncate (fixture->steps, 0);
  envoi_discovery_find_async (fixture->discovery, email, step_cb, fixture, NULL,
                              envoi_test_wait_cb, &wait);
  result = envoi_test_wait (&wait);
  finding = envoi_discovery_find_finish (fixture->discovery, result, &error);
  g_assert_no_error (error);
  return finding;
}

static const struct {
  const char *prose;
  const char *email;
  EnvoiFindingSource source;
  const char *host;
  guint16 port;
  EnvoiSmtpSecurity security;
  const char *provider;
  gboolean is_foreign;
} cases[] = {
  { "the table knows it", EMAIL ("qq.com"), ENVOI_FINDING_TABLE, "smtp.qq.com", 465,
    ENVOI_SMTP_SECURITY_TLS, "qq", FALSE },
  { "an own domain at Google", EMAIL ("workspace.example"), ENVOI_FINDING_EXCHANGER,
    "smtp.gmail.com", 465, ENVOI_SMTP_SECURITY_TLS, "google-workspace", FALSE },
  { "an own domain at Microsoft", EMAIL ("company.example"), ENVOI_FINDING_EXCHANGER,
    "smtp.office365.com", 587, ENVOI_SMTP_SECURITY_STARTTLS, "microsoft365", FALSE },
  { "an own domain at Tencent", EMAIL ("exmail.example"), ENVOI_FINDING_EXCHANGER,
    "smtp.exmail.qq.com", 465, ENVOI_SMTP_SECURITY_TLS, "tencent-exmail", FALSE },
  { "an own domain at Aliyun", EMAIL ("ali.example"), ENVOI_FINDING_EXCHANGER,
    "smtp.qiye.aliyun.com", 465, ENVOI_SMTP_SECURITY_TLS, "aliyun-enterprise", FALSE },
  { "an own domain at NetEase, with a spare exchanger elsewhere", EMAIL ("qiye.example"),
    ENVOI_FINDING_EXCHANGER, "smtp.qiye.163.com", 465, ENVOI_SMTP_SECURITY_TLS, "netease-qiye",
    FALSE },
  { "the domain's own page", EMAIL ("good.example"), ENVOI_FINDING_DOMAIN, "smtp.good.example",
    465, ENVOI_SMTP_SECURITY_TLS, NULL, FALSE },
  { "the other place for it", EMAIL ("wellknown.example"), ENVOI_FINDING_DOMAIN,
    "smtp.wellknown.example", 465, ENVOI_SMTP_SECURITY_TLS, NULL, FALSE },
  { "both places: the first counts", EMAIL ("both.example"), ENVOI_FINDING_DOMAIN,
    "first.both.example", 465, ENVOI_SMTP_SECURITY_TLS, NULL, FALSE },
  { "a redirect to https, whose page is for another domain", EMAIL ("moved.example"),
    ENVOI_FINDING_DOMAIN, "smtp.good.example", 465, ENVOI_SMTP_SECURITY_TLS, NULL, TRUE },
  { "a page that names other domains", EMAIL ("other.example"), ENVOI_FINDING_DOMAIN,
    "smtp.somewhere.example", 465, ENVOI_SMTP_SECURITY_TLS, NULL, TRUE },
  { "a page that names a server of the table", EMAIL ("known.example"), ENVOI_FINDING_DOMAIN,
    "smtp.gmail.com", 465, ENVOI_SMTP_SECURITY_TLS, "google-workspace", FALSE },
  { "the public database", EMAIL ("listed.example"), ENVOI_FINDING_DATABASE, "smtp.lists.example",
    465, ENVOI_SMTP_SECURITY_TLS, NULL, FALSE },
  { "the page of whoever takes the mail", EMAIL ("hosted.example"), ENVOI_FINDING_HOSTER,
    "out.hosts.example", 465, ENVOI_SMTP_SECURITY_TLS, NULL, TRUE },
  { "the database's word on them", EMAIL ("indirect.example"), ENVOI_FINDING_HOSTER,
    "smtp.hoster.example", 465, ENVOI_SMTP_SECURITY_TLS, NULL, TRUE },
  { "SRV records: TLS from the start first", EMAIL ("records.example"), ENVOI_FINDING_RECORDS,
    "smtp.records.example", 465, ENVOI_SMTP_SECURITY_TLS, NULL, TRUE },
  { "SRV records: a lone dot is no service", EMAIL ("starttls.example"), ENVOI_FINDING_RECORDS,
    "smtp.far.example", 2587, ENVOI_SMTP_SECURITY_STARTTLS, NULL, TRUE },
  { "nothing anywhere", EMAIL ("nobody.example"), ENVOI_FINDING_GUESS, "smtp.nobody.example", 465,
    ENVOI_SMTP_SECURITY_TLS, NULL, FALSE },
};

static void
test_sources (void)
{
  Fixture fixture;

  if (!set_up (&fixture))
    return;

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (EnvoiFinding) finding = NULL;

    g_test_message ("%s", cases[i].prose);
    finding = find (&fixture, cases[i].email);
    g_assert_cmpstr (envoi_finding_source_to_string (finding->source), ==,
                     envoi_finding_source_to_string (cases[i].source));
    g_assert_cmpstr (finding->host, ==, cases[i].host);
    g_assert_cmpuint (finding->port, ==, cases[i].port);
    g_assert_cmpint (finding->security, ==, cases[i].security);
    g_assert_cmpstr (finding->provider ? envoi_provider_get_id (finding->provider) : NULL, ==,
                     cases[i].provider);
    g_assert_cmpint (finding->is_foreign, ==, cases[i].is_foreign);
    g_assert_null (finding->user);
  }

  /* Whoever was asked learned the domain and nothing else. */
  g_assert_null (strstr (fixture.requests->str, "private"));
  g_assert_null (strstr (fixture.requests->str, "ookie"));
  g_assert_null (strstr (fixture.requests->str, "User-Agent"));
  g_assert_null (strstr (fixture.resolver->questions->str, "private"));
  tear_down (&fixture);
}

/* A page that is no good is as if there were none: the next step answers. */
static void
test_bad_pages (void)
{
  static const char *const domains[] = {
    "broken.example", "bomb.example", "huge.example", "down.example", "round.example",
    "stranger.example", "plain.example", "slow.example",
  };
  Fixture fixture;

  if (!set_up (&fixture))
    return;

  envoi_discovery_set_patience (fixture.discovery, 1500);
  for (guint i = 0; i < G_N_ELEMENTS (domains); i++) {
    g_autofree char *email = g_strconcat ("li@", domains[i], NULL);
    g_autofree char *host = g_strconcat ("smtp.", domains[i], NULL);
    g_autoptr (EnvoiFinding) finding = NULL;

    g_test_message ("%s", domains[i]);
    finding = find (&fixture, email);
    g_assert_cmpint (finding->source, ==, ENVOI_FINDING_GUESS);
    g_assert_cmpstr (finding->host, ==, host);
    g_assert_cmpstr (fixture.steps->str, ==, "01234");
  }

  g_assert_cmpuint (fixture.n_plain, ==, 0);
  tear_down (&fixture);
}

/* The TLS mode is the one that answered, whatever the port. */
static void
test_guesses (void)
{
  static const struct {
    const char *domain;
    const char *host;
    guint16 port;
    EnvoiSmtpSecurity security;
  } servers[] = {
    { "nobody.example", "smtp.nobody.example", 465, ENVOI_SMTP_SECURITY_TLS },
    { "nobody.example", "smtp.nobody.example", 587, ENVOI_SMTP_SECURITY_STARTTLS },
    { "nobody.example", "smtp.nobody.example", 587, ENVOI_SMTP_SECURITY_TLS },
    { "nobody.example", "mail.nobody.example", 587, ENVOI_SMTP_SECURITY_STARTTLS },
    { "own.example", "mx.own.example", 465, ENVOI_SMTP_SECURITY_TLS },
  };
  Fixture fixture;

  if (!set_up (&fixture))
    return;

  for (guint i = 0; i < G_N_ELEMENTS (servers); i++) {
    g_autofree char *email = g_strconcat ("li@", servers[i].domain, NULL);
    g_autoptr (EnvoiFinding) finding = NULL;

    fixture.prober->host = servers[i].host;
    fixture.prober->port = servers[i].port;
    fixture.prober->security = servers[i].security;
    finding = find (&fixture, email);
    g_assert_cmpint (finding->source, ==, ENVOI_FINDING_TRIED);
    g_assert_cmpstr (finding->host, ==, servers[i].host);
    g_assert_cmpuint (finding->port, ==, servers[i].port);
    g_assert_cmpint (finding->security, ==, servers[i].security);
    g_assert_false (finding->is_foreign);
  }
  tear_down (&fixture);
}

static void
test_without_database (void)
{
  g_autoptr (EnvoiFinding) finding = NULL;
  Fixture fixture;

  if (!set_up (&fixture))
    return;

  envoi_discovery_set_database (fixture.discovery, NULL);
  finding = find (&fixture, "li@listed.example");
  g_assert_cmpint (finding->source, ==, ENVOI_FINDING_GUESS);
  g_assert_null (strstr (fixture.requests->str, "database.example"));
  g_assert_null (strstr (fixture.resolver->questions->str, "database.example"));
  tear_down (&fixture);
}

static void
test_name_server_hangs (void)
{
  g_autoptr (EnvoiFinding) finding = NULL;
  Fixture fixture;

  if (!set_up (&fixture))
    return;

  envoi_discovery_set_patience (fixture.discovery, 300);
  finding = find (&fixture, "li@hangs.example");
  g_assert_cmpint (finding->source, ==, ENVOI_FINDING_GUESS);
  tear_down (&fixture);
}

static gboolean
has_held (gpointer user_data)
{
  return ((Fixture *) user_data)->held->len > 0;
}

/* In the middle of a page that does not come. */
static void
test_cancel (void)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  EnvoiTestWait wait = { NULL };
  Fixture fixture;

  if (!set_up (&fixture))
    return;

  envoi_discovery_set_patience (fixture.discovery, G_MAXINT);
  envoi_discovery_find_async (fixture.discovery, "li@slow.example", NULL, NULL, cancellable,
                              envoi_test_wait_cb, &wait);
  envoi_test_wait_until (has_held, &fixture);
  g_cancellable_cancel (cancellable);
  result = envoi_test_wait (&wait);
  g_assert_null (envoi_discovery_find_finish (fixture.discovery, result, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_object (&result);
  tear_down (&fixture);
}

static void
test_no_address (void)
{
  g_autoptr (EnvoiProviderTable) providers = envoi_provider_table_new ();
  g_autoptr (EnvoiDiscovery) discovery = envoi_discovery_new (providers, NULL);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  EnvoiTestWait wait = { NULL };

  envoi_discovery_find_async (discovery, "nobody", NULL, NULL, NULL, envoi_test_wait_cb, &wait);
  result = envoi_test_wait (&wait);
  g_assert_null (envoi_discovery_find_finish (discovery, result, &error));
  g_assert_error (error, ENVOI_ACCOUNTS_ERROR, ENVOI_ACCOUNTS_ERROR_INCOMPLETE);
}

static void
test_apply (void)
{
  g_autoptr (EnvoiAccount) account = envoi_account_new (NULL);
  g_autoptr (EnvoiProviderTable) providers = envoi_provider_table_new ();
  g_autoptr (EnvoiFinding) finding = NULL;

  finding = envoi_finding_new_for_provider (ENVOI_FINDING_TABLE,
                                            envoi_provider_table_find (providers, "webde"),
                                            "li@web.de");
  g_object_set (account, "email", "li@web.de", NULL);
  envoi_finding_apply (finding, account);
  g_assert_cmpstr (envoi_account_get_login (account), ==, "li");
  g_assert_cmpstr (envoi_account_get_provider_id (account), ==, "webde");
  g_assert_cmpstr (finding->owner, ==, "web.de");
}

/* In about every other run the leak checker of GCC 12 crashes in its own tracer
 * (signal 11), after the last case has passed. Everything else that the sanitizers find
 * still fails this test. */
int __lsan_is_turned_off (void);

int
__lsan_is_turned_off (void)
{
  return 1;
}

int
main (int   argc,
      char *argv[])
{
  envoi_test_init (&argc, &argv);
  g_test_add_func ("/envoi/accounts/discovery/sources", test_sources);
  g_test_add_func ("/envoi/accounts/discovery/bad-pages", test_bad_pages);
  g_test_add_func ("/envoi/accounts/discovery/guesses", test_guesses);
  g_test_add_func ("/envoi/accounts/discovery/without-database", test_without_database);
  g_test_add_func ("/envoi/accounts/discovery/name-server-hangs", test_name_server_hangs);
  g_test_add_func ("/envoi/accounts/discovery/cancel", test_cancel);
  g_test_add_func ("/envoi/accounts/discovery/no-address", test_no_address);
  g_test_add_func ("/envoi/accounts/discovery/apply", test_apply);
  return g_test_run ();
}
