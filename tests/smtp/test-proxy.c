/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-test"

#include "config.h"

#include "certificates.h"
#include "dialogue.h"
#include "proxy-server.h"
#include "test-resolver.h"
#include "test-server.h"

#include "envoi-smtp-connection-private.h"
#include "envoi-smtp-error.h"

#include "envoi-test.h"

#include <string.h>

/* The proxy that this computer is set to use is used, for a server whose name
 * only the proxy can resolve; TLS is made with that server, and the proxy sees
 * nothing that it could use. */

#define HOST "mail.example.org"

/* Stands for the settings of a desktop, which all other tests do without. */
typedef struct {
  GSimpleProxyResolver parent_instance;
} TestSettings;

typedef struct {
  GSimpleProxyResolverClass parent_class;
} TestSettingsClass;

static GType test_settings_get_type (void);
static void  test_settings_iface_init (GProxyResolverInterface *iface);

G_DEFINE_TYPE_WITH_CODE (TestSettings, test_settings, G_TYPE_SIMPLE_PROXY_RESOLVER,
                         G_IMPLEMENT_INTERFACE (G_TYPE_PROXY_RESOLVER, test_settings_iface_init))

/* Settings that are a script from somewhere may take any time. */
static gboolean are_settings_silent;
static GProxyResolverInterface *simple_iface;

static gboolean
is_supported (GProxyResolver *resolver)
{
  return TRUE;
}

static gboolean
cancelled_cb (GCancellable *cancellable,
              gpointer      task)
{
  g_task_return_error_if_cancelled (task);
  return G_SOURCE_REMOVE;
}

static void
lookup_async (GProxyResolver      *resolver,
              const char          *uri,
              GCancellable        *cancellable,
              GAsyncReadyCallback  callback,
              gpointer             user_data)
{
  g_autoptr (GTask) task = NULL;
  g_autoptr (GSource) cancel = NULL;

  if (!are_settings_silent) {
    simple_iface->lookup_async (resolver, uri, cancellable, callback, user_data);
    return;
  }

  task = g_task_new (resolver, cancellable, callback, user_data);
  cancel = g_cancellable_source_new (cancellable);
  g_task_attach_source (task, cancel, G_SOURCE_FUNC (cancelled_cb));
}

static void
test_settings_iface_init (GProxyResolverInterface *iface)
{
  simple_iface = g_type_interface_peek_parent (iface);
  iface->is_supported = is_supported;
  iface->lookup_async = lookup_async;
}

static void
test_settings_class_init (TestSettingsClass *klass)
{
}

static void
test_settings_init (TestSettings *self)
{
}

static const EnvoiSmtpTimeouts patient = {
  .connect_ms = 60000, .tls_ms = 20000, .greeting_ms = 20000, .command_ms = 20000,
  .data_ms = 20000, .stall_ms = 20000, .final_ms = 20000, .quit_ms = 5000,
};
static const EnvoiSmtpTimeouts impatient = {
  .connect_ms = 300, .tls_ms = 20000, .greeting_ms = 20000, .command_ms = 20000,
  .data_ms = 20000, .stall_ms = 20000, .final_ms = 20000, .quit_ms = 5000,
};

static const CertificateSpec right = { .dns = { HOST } };
static const CertificateSpec wrong = { .dns = { "other.example" } };

typedef struct {
  const Dialogue *dialogue;
  const CertificateSpec *certificate;
  const EnvoiSmtpTimeouts *timeouts;
  ProxyKind kind;
  ProxyConduct conduct;
  const char *sign_in;       /* "user:password@" or "" */
  gboolean is_cancelled;     /* once the proxy has read the request */

  EnvoiSmtpOutcome *outcome;
  char *failure;
  char *asked_for;
  GString *seen;
  GString *message;
} Play;

static void
use_proxy_uri (const char *uri)
{
  GSimpleProxyResolver *resolver = G_SIMPLE_PROXY_RESOLVER (g_proxy_resolver_get_default ());

  g_simple_proxy_resolver_set_default_proxy (resolver, uri);
}

static void
use_proxy (const char *scheme,
           const char *sign_in,
           guint16     port)
{
  g_autofree char *uri = g_strdup_printf ("%s://%s127.0.0.1:%u", scheme, sign_in, port);

  use_proxy_uri (uri);
}

static gpointer
cancel_when_asked (gpointer data)
{
  gpointer *both = data;

  proxy_server_wait_for_client (both[0]);
  g_cancellable_cancel (both[1]);
  return NULL;
}

static gboolean
commit_cb (gpointer   user_data,
           GError   **error)
{
  return TRUE;
}

static EnvoiSmtpOutcome *
send_letter (const Dialogue           *dialogue,
             const EnvoiSmtpTimeouts  *timeouts,
             GCancellable             *cancellable)
{
  guint16 port = dialogue->security == ENVOI_SMTP_SECURITY_TLS ? 465 : 587;
  g_autoptr (EnvoiClock) clock = envoi_clock_new_system ();
  g_autoptr (EnvoiSmtpEndpoint) endpoint =
    dialogue_dup_endpoint (dialogue, port, certificates_get_ca_file ());
  g_autoptr (EnvoiSmtpCredentials) credentials = dialogue_dup_credentials (dialogue);
  g_autoptr (EnvoiEnvelope) envelope = dialogue_dup_envelope (dialogue);
  g_autoptr (GInputStream) message =
    g_memory_input_stream_new_from_data (dialogue->message->str,
                                         (gssize) dialogue->message->len, NULL);
  EnvoiSmtpTransaction transaction = {
    .envelope = envelope, .message = message, .size = dialogue->message->len,
    .commit = commit_cb,
  };
  g_autoptr (EnvoiSmtpConnection) connection = envoi_smtp_connection_new (endpoint, clock);
  EnvoiSmtpOutcome *outcome;

  envoi_smtp_connection_set_timeouts (connection, timeouts);
  outcome = envoi_smtp_connection_open_sync (connection, credentials, cancellable);
  if (!outcome->error) {
    envoi_smtp_outcome_unref (outcome);
    outcome = envoi_smtp_connection_send_sync (connection, &transaction, cancellable);
  }

  envoi_smtp_connection_close_sync (connection);
  return outcome;
}

static void
play (Play *self)
{
  Dialogue dialogue = *self->dialogue;
  gnutls_certificate_credentials_t credentials = certificates_make (self->certificate, NULL);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GString) in_clear = NULL;
  TestServer *server;
  ProxyServer *proxy;
  GThread *canceller = NULL;
  gpointer both[2] = { NULL, cancellable };

  dialogue.host = (char *) HOST;
  server = test_server_new (&dialogue, credentials);
  both[0] = proxy = proxy_server_new (self->kind, self->conduct, test_server_get_port (server));
  use_proxy (self->kind == PROXY_SOCKS5 ? "socks5" : "http", self->sign_in,
             proxy_server_get_port (proxy));
  if (self->is_cancelled)
    canceller = g_thread_new ("canceller", cancel_when_asked, both);

  self->outcome = send_letter (&dialogue, self->timeouts ? self->timeouts : &patient, cancellable);
  if (canceller)
    g_thread_join (canceller);
  proxy_server_finish (proxy, &self->asked_for, &self->seen);
  test_server_finish (server, &self->failure, &in_clear, &self->message);
  gnutls_certificate_free_credentials (credentials);
}

static void
clear (Play *self)
{
  envoi_smtp_outcome_unref (self->outcome);
  g_string_free (self->seen, TRUE);
  g_string_free (self->message, TRUE);
  g_free (self->asked_for);
  g_free (self->failure);
}

/* Neither the mail server's secret nor anything of the letter passes the proxy
 * in clear, and the proxy's own password is told to nobody. */
static void
check_secrets (const Play *self)
{
  const char *const hidden[] = { "AUTH PLAIN", "MAIL FROM", "RCPT TO", "open sesame", "AGFsaWNl" };
  const char *const shown[] = {
    self->outcome->transcript, self->outcome->error ? self->outcome->error->message : "",
  };

  for (guint i = 0; i < G_N_ELEMENTS (hidden); i++)
    g_assert_null (memmem (self->seen->str, self->seen->len, hidden[i], strlen (hidden[i])));
  for (guint i = 0; i < G_N_ELEMENTS (shown); i++) {
    g_assert_null (strstr (shown[i], "sesame"));
    g_assert_null (strstr (shown[i], PROXY_USER));
  }
}

static const char *
get_asked_for (const Dialogue *dialogue)
{
  return dialogue->security == ENVOI_SMTP_SECURITY_TLS ? HOST ":465" : HOST ":587";
}

static void
send_through (const Dialogue *dialogue,
              ProxyKind       kind,
              ProxyConduct    conduct)
{
  g_autoptr (TestResolver) resolver = test_resolver_new ();
  Play it = {
    .dialogue = dialogue, .certificate = &right, .kind = kind, .conduct = conduct,
    .sign_in = conduct == PROXY_ASKS_PASSWORD ? PROXY_USER ":proxy%20sesame@" : "",
  };

  play (&it);
  g_assert_cmpstr (it.failure, ==, NULL);
  g_assert_no_error (it.outcome->error);
  g_assert_cmpstr (it.message->str, ==, dialogue->message->str);
  g_assert_cmpstr (it.asked_for, ==, get_asked_for (dialogue));
  g_assert_cmpuint (it.seen->len, >, dialogue->message->len);
  g_assert_cmpuint (test_resolver_get_n_asked (resolver), ==, 0);
  check_secrets (&it);
  clear (&it);
}

static void
test_sent (gconstpointer data)
{
  Dialogue *dialogue = dialogue_load (data);

  for (int kind = PROXY_SOCKS5; kind <= PROXY_HTTP; kind++) {
    send_through (dialogue, (ProxyKind) kind, PROXY_CONNECTS);
    send_through (dialogue, (ProxyKind) kind, PROXY_ASKS_PASSWORD);
  }
  dialogue_free (dialogue);
}

/* A server that greets first may have done so before its proxy is heard. */
static void
test_one_piece (void)
{
  Dialogue *dialogue = dialogue_load ("starttls");

  send_through (dialogue, PROXY_SOCKS5, PROXY_IN_ONE_PIECE);
  send_through (dialogue, PROXY_HTTP, PROXY_IN_ONE_PIECE);
  dialogue_free (dialogue);
}

typedef struct {
  const char *prose;
  ProxyKind kind;
  ProxyConduct conduct;
  const char *sign_in;
  const char *expect;
  const char *words;
} Refusal;

static const Refusal refusals[] = {
  { "it does not let this one through", PROXY_SOCKS5, PROXY_FORBIDS, "",
    "proxy-unusable", "does not allow this connection" },
  { "it does not let this one through", PROXY_HTTP, PROXY_FORBIDS, "",
    "proxy-unusable", "does not allow this connection" },
  { "it wants a password and there is none", PROXY_SOCKS5, PROXY_ASKS_PASSWORD, "",
    "proxy-unusable", "wants a user name and a password" },
  { "it wants a password and there is none", PROXY_HTTP, PROXY_ASKS_PASSWORD, "",
    "proxy-unusable", "wants a user name and a password" },
  { "it wants another password", PROXY_SOCKS5, PROXY_ASKS_PASSWORD, PROXY_USER ":sesame@",
    "proxy-unusable", "refused the user name or the password" },
  { "it wants another password", PROXY_HTTP, PROXY_ASKS_PASSWORD, PROXY_USER ":sesame@",
    "proxy-unusable", "refused the user name or the password" },
  { "the server refuses it, and it knows", PROXY_SOCKS5, PROXY_FINDS_NOTHING, "",
    "unreachable", "takes no connections on port 465" },
  { "it cannot reach the server", PROXY_HTTP, PROXY_FINDS_NOTHING, "",
    "proxy-unusable", "HTTP proxy connection failed: 502" },
  { "it is something else", PROXY_SOCKS5, PROXY_BABBLES, "", "proxy-unusable", "127.0.0.1" },
  { "it is something else", PROXY_HTTP, PROXY_BABBLES, "", "proxy-unusable", "127.0.0.1" },
  { "it ends", PROXY_SOCKS5, PROXY_HANGS_UP, "", "proxy-unusable", "127.0.0.1" },
  { "it ends", PROXY_HTTP, PROXY_HANGS_UP, "", "proxy-unusable", "127.0.0.1" },
};

static void
test_refused (void)
{
  Dialogue *dialogue = dialogue_load ("single-flight");

  for (guint i = 0; i < G_N_ELEMENTS (refusals); i++) {
    Play it = {
      .dialogue = dialogue, .certificate = &right, .kind = refusals[i].kind,
      .conduct = refusals[i].conduct, .sign_in = refusals[i].sign_in,
    };

    play (&it);
    g_test_message ("%s: %s", refusals[i].prose,
                    it.outcome->error ? it.outcome->error->message : "sent");
    g_assert_cmpstr (dialogue_name_error (it.outcome->error), ==, refusals[i].expect);
    g_assert_nonnull (strstr (it.outcome->error->message, refusals[i].words));
    g_assert_nonnull (strstr (it.outcome->error->message, HOST));
    g_assert_cmpint (it.outcome->phase, ==, ENVOI_SMTP_PHASE_CONNECT);
    g_assert_cmpuint (it.seen->len, ==, 0);
    check_secrets (&it);
    clear (&it);
  }
  dialogue_free (dialogue);
}

typedef struct {
  ProxyKind kind;
  ProxyConduct conduct;
  const char *words;
} Hang;

static const Hang hangs[] = {
  { PROXY_SOCKS5, PROXY_FALLS_SILENT, "it did not answer in time" },
  { PROXY_HTTP, PROXY_FALLS_SILENT, "it did not answer in time" },
  /* GLib may have had enough of it before that. */
  { PROXY_HTTP, PROXY_BABBLES_ON, "127.0.0.1" },
};

/* A proxy that never comes to an end is left when its time is over, or at once
 * when nobody wants to wait any more. */
static void
test_endless (gconstpointer data)
{
  const Hang *hang = data;
  Dialogue *dialogue = dialogue_load ("single-flight");
  Play late = {
    .dialogue = dialogue, .certificate = &right, .kind = hang->kind, .conduct = hang->conduct,
    .sign_in = "", .timeouts = &impatient,
  };
  Play cancelled = {
    .dialogue = dialogue, .certificate = &right, .kind = hang->kind, .conduct = hang->conduct,
    .sign_in = "", .is_cancelled = TRUE,
  };

  play (&late);
  g_assert_error (late.outcome->error, ENVOI_SMTP_ERROR, ENVOI_SMTP_ERROR_PROXY_UNUSABLE);
  g_assert_nonnull (strstr (late.outcome->error->message, hang->words));
  clear (&late);

  play (&cancelled);
  g_assert_error (cancelled.outcome->error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  clear (&cancelled);
  dialogue_free (dialogue);
}

/* A proxy that leads to a server of its own gets as far as its certificate. */
static void
test_led_astray (gconstpointer data)
{
  Dialogue *dialogue = dialogue_load (data);

  for (int kind = PROXY_SOCKS5; kind <= PROXY_HTTP; kind++) {
    Play it = {
      .dialogue = dialogue, .certificate = &wrong, .kind = (ProxyKind) kind,
      .conduct = PROXY_CONNECTS, .sign_in = "",
    };

    play (&it);
    g_assert_error (it.outcome->error, ENVOI_SMTP_ERROR, ENVOI_SMTP_ERROR_TLS_UNTRUSTED);
    check_secrets (&it);
    clear (&it);
  }
  dialogue_free (dialogue);
}

static EnvoiSmtpOutcome *
meet_nobody (const char *scheme)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GSocketListener) listener = g_socket_listener_new ();
  guint16 port = g_socket_listener_add_any_inet_port (listener, NULL, &error);
  Dialogue *dialogue = dialogue_load ("single-flight");
  EnvoiSmtpOutcome *outcome;

  g_assert_no_error (error);
  g_socket_listener_close (listener);
  g_free (dialogue->host);
  dialogue->host = g_strdup (HOST);
  use_proxy (scheme, "", port);
  outcome = send_letter (dialogue, &patient, NULL);
  dialogue_free (dialogue);
  return outcome;
}

/* It is the proxy that is not there, and not the mail server. */
static void
test_no_proxy (void)
{
  const char *const schemes[] = { "socks5", "http" };

  for (guint i = 0; i < G_N_ELEMENTS (schemes); i++) {
    g_autoptr (EnvoiSmtpOutcome) outcome = meet_nobody (schemes[i]);

    g_assert_error (outcome->error, ENVOI_SMTP_ERROR, ENVOI_SMTP_ERROR_PROXY_UNUSABLE);
    g_assert_true (g_str_has_prefix (outcome->error->message, "The proxy at 127.0.0.1"));
    g_assert_nonnull (strstr (outcome->error->message, "it takes no connections"));
  }
}

typedef struct {
  const char *prose;
  const char *uri;
  TestResolverConduct conduct;
  gboolean are_settings_silent;
  const char *expect;
  const char *words;
} Namelessness;

static const Namelessness namelessnesses[] = {
  { "a proxy that nobody knows", "socks5://proxy.example.net:1080", TEST_RESOLVER_FINDS_NOTHING, FALSE,
    "proxy-unusable", "The proxy proxy.example.net, which leads to the server at " HOST },
  { "a proxy that nobody knows", "http://joe:sesame@proxy.example.net:3128",
    TEST_RESOLVER_FINDS_NOTHING, FALSE,
    "proxy-unusable", "The proxy proxy.example.net, which leads to the server at " HOST },
  { "a proxy that is looked up for ever", "http://proxy.example.net:3128", TEST_RESOLVER_FALLS_SILENT,
    FALSE, "proxy-unusable", "The name of the proxy proxy.example.net" },
  { "a proxy that needs the server's address, which nobody knows", "socks4://127.0.0.1:1080",
    TEST_RESOLVER_FINDS_NOTHING, FALSE, "unreachable", "The server name " HOST " was not found" },
  { "no proxy, and a server that nobody knows", "direct://", TEST_RESOLVER_FINDS_NOTHING, FALSE,
    "unreachable", "The server name " HOST " was not found" },
  { "settings that never answer", "direct://", TEST_RESOLVER_FINDS_NOTHING, TRUE,
    "proxy-unusable", "This computer's proxy settings did not say in time" },
};

/* Whoever has to look after a name is told whose it is. */
static void
test_no_name (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (namelessnesses); i++) {
    const Namelessness *it = &namelessnesses[i];
    g_autoptr (TestResolver) resolver = test_resolver_new ();
    g_autoptr (EnvoiSmtpOutcome) outcome = NULL;
    Dialogue *dialogue = dialogue_load ("single-flight");

    g_free (dialogue->host);
    dialogue->host = g_strdup (HOST);
    test_resolver_set_answer (resolver, G_SOCKET_FAMILY_IPV4, it->conduct, NULL);
    test_resolver_set_answer (resolver, G_SOCKET_FAMILY_IPV6, it->conduct, NULL);
    are_settings_silent = it->are_settings_silent;
    use_proxy_uri (it->uri);
    outcome = send_letter (dialogue, it->conduct == TEST_RESOLVER_FALLS_SILENT ||
                           it->are_settings_silent ? &impatient : &patient, NULL);
    are_settings_silent = FALSE;

    g_test_message ("%s: %s", it->prose, outcome->error ? outcome->error->message : "sent");
    g_assert_cmpstr (dialogue_name_error (outcome->error), ==, it->expect);
    g_assert_nonnull (strstr (outcome->error->message, it->words));
    g_assert_null (strstr (outcome->error->message, "sesame"));
    g_assert_cmpint (outcome->phase, ==, ENVOI_SMTP_PHASE_DNS);
    dialogue_free (dialogue);
  }
}

static GTlsCertificate *
make_proxy_certificate (void)
{
  static const CertificateSpec spec = { .address = "127.0.0.1" };
  gnutls_certificate_credentials_t credentials = certificates_make (&spec, NULL);
  g_autoptr (GError) error = NULL;
  g_autofree char *pem = NULL;
  GTlsCertificate *certificate;
  gnutls_x509_privkey_t key;
  gnutls_x509_crt_t *chain;
  guint n_chain;
  gnutls_datum_t key_pem, certificate_pem;

  gnutls_certificate_get_x509_key (credentials, 0, &key);
  gnutls_certificate_get_x509_crt (credentials, 0, &chain, &n_chain);
  gnutls_x509_privkey_export2_pkcs8 (key, GNUTLS_X509_FMT_PEM, NULL, GNUTLS_PKCS_PLAIN, &key_pem);
  gnutls_x509_crt_export2 (chain[0], GNUTLS_X509_FMT_PEM, &certificate_pem);
  pem = g_strconcat ((const char *) key_pem.data, (const char *) certificate_pem.data, NULL);
  certificate = g_tls_certificate_new_from_pem (pem, -1, &error);
  g_assert_no_error (error);

  gnutls_free (key_pem.data);
  gnutls_free (certificate_pem.data);
  gnutls_x509_crt_deinit (chain[0]);
  gnutls_free (chain);
  gnutls_x509_privkey_deinit (key);
  gnutls_certificate_free_credentials (credentials);
  return certificate;
}

/* Such a proxy is told from one that may be spoken through, instead of TLS for the
 * mail server being said to it. */
static void
test_inside_tls (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GTlsDatabase) authorities =
    g_tls_file_database_new (certificates_get_ca_file (), &error);
  g_autoptr (GTlsCertificate) certificate = make_proxy_certificate ();
  Dialogue *dialogue = dialogue_load ("single-flight");
  TestServer *server = test_server_new (dialogue, certificates_get_localhost ());
  ProxyServer *proxy = proxy_server_new (PROXY_HTTPS, PROXY_CONNECTS,
                                         test_server_get_port (server));
  g_autoptr (EnvoiSmtpOutcome) outcome = NULL;
  g_autofree char *asked_for = NULL;
  g_autofree char *failure = NULL;
  g_autoptr (GString) seen = NULL;
  g_autoptr (GString) in_clear = NULL;
  g_autoptr (GString) message = NULL;

  g_assert_no_error (error);
  g_tls_backend_set_default_database (g_tls_backend_get_default (), authorities);
  proxy_server_set_certificate (proxy, certificate);
  use_proxy ("https", "", proxy_server_get_port (proxy));
  outcome = send_letter (dialogue, &patient, NULL);
  proxy_server_finish (proxy, &asked_for, &seen);
  test_server_finish (server, &failure, &in_clear, &message);

  g_assert_cmpstr (asked_for, ==, "localhost:465");
  g_assert_error (outcome->error, ENVOI_SMTP_ERROR, ENVOI_SMTP_ERROR_PROXY_UNUSABLE);
  g_assert_nonnull (strstr (outcome->error->message, "it wants TLS for itself"));
  g_assert_cmpuint (seen->len, ==, 0);
  dialogue_free (dialogue);
}

int
main (int    argc,
      char **argv)
{
  envoi_test_init (&argc, &argv);

  g_setenv ("GIO_USE_PROXY_RESOLVER", "test-settings", TRUE);
  g_io_extension_point_register (G_PROXY_RESOLVER_EXTENSION_POINT_NAME);
  g_io_extension_point_implement (G_PROXY_RESOLVER_EXTENSION_POINT_NAME,
                                  test_settings_get_type (), "test-settings", 0);

  g_test_add_data_func ("/envoi/smtp/proxy/sent/tls", "single-flight", test_sent);
  g_test_add_data_func ("/envoi/smtp/proxy/sent/starttls", "starttls", test_sent);
  g_test_add_func ("/envoi/smtp/proxy/sent/in-one-piece", test_one_piece);
  g_test_add_func ("/envoi/smtp/proxy/refused", test_refused);
  g_test_add_data_func ("/envoi/smtp/proxy/endless/socks5-silence", &hangs[0], test_endless);
  g_test_add_data_func ("/envoi/smtp/proxy/endless/http-silence", &hangs[1], test_endless);
  g_test_add_data_func ("/envoi/smtp/proxy/endless/http-babble", &hangs[2], test_endless);
  g_test_add_data_func ("/envoi/smtp/proxy/led-astray/tls", "single-flight", test_led_astray);
  g_test_add_data_func ("/envoi/smtp/proxy/led-astray/starttls", "starttls", test_led_astray);
  g_test_add_func ("/envoi/smtp/proxy/none", test_no_proxy);
  g_test_add_func ("/envoi/smtp/proxy/no-name", test_no_name);
  g_test_add_func ("/envoi/smtp/proxy/inside-tls", test_inside_tls);

  return g_test_run ();
}
