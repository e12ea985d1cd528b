/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-test"

#include "config.h"

#include "certificates.h"

#include "envoi-smtp-connection.h"
#include "envoi-smtp-error.h"

#include "envoi-test.h"

#include <glib-unix.h>
#include <gnutls/gnutls.h>
#include <gsasl.h>
#include <string.h>

/* A sign-in that is bound to the TLS it happens in (RFC 5802, RFC 9266): a server by
 * GnuTLS and libgsasl reckons the binding from its own end of the session. */

#define LONGEST_LINE 1024
#define ANOTHER_BINDING "dGhhdCBvZiBhbm90aGVyIHNlc3Npb24gLCBub3Qgb3Vycw=="

typedef struct {
  const char *prose;
  const char *priorities;
  const char *offer;           /* mechanisms */
  gboolean is_in_between;      /* the binding is that of another session */
  const char *expect_mechanism;
  gboolean works;
} Case;

static const Case cases[] = {
  { "bound to the session", "NORMAL", "PLAIN SCRAM-SHA-256 SCRAM-SHA-256-PLUS", FALSE,
    "SCRAM-SHA-256-PLUS", TRUE },
  { "SHA-1, bound to the session", "NORMAL", "PLAIN SCRAM-SHA-1 SCRAM-SHA-1-PLUS", FALSE,
    "SCRAM-SHA-1-PLUS", TRUE },
  { "somebody in between, who has a session with each side", "NORMAL",
    "SCRAM-SHA-256 SCRAM-SHA-256-PLUS", TRUE, "SCRAM-SHA-256-PLUS", FALSE },
  { "TLS 1.2, whose exporter is not unique", "NORMAL:-VERS-ALL:+VERS-TLS1.2",
    "PLAIN SCRAM-SHA-256 SCRAM-SHA-256-PLUS", FALSE, "SCRAM-SHA-256", TRUE },
};

typedef struct {
  const Case *script;
  GSocketListener *listener;
  guint16 port;
  GThread *thread;
  gnutls_session_t tls;
  char mechanism[64];          /* that the client chose */
  gboolean is_satisfied;
} Server;

static void
say (Server     *self,
     const char *text)
{
  g_autofree char *line = g_strconcat (text, "\r\n", NULL);

  gnutls_record_send (self->tls, line, strlen (line));
}

/* FALSE when the client has gone. */
static gboolean
hear (Server *self,
      char   *line)
{
  gsize n = 0;

  while (n < LONGEST_LINE - 1 && gnutls_record_recv (self->tls, line + n, 1) == 1) {
    if (line[n++] == '\n') {
      line[n - 1] = '\0';
      g_strchomp (line);
      return TRUE;
    }
  }

  return FALSE;
}

static int
property_cb (Gsasl          *library,
             Gsasl_session  *session,
             Gsasl_property  property)
{
  Server *self = gsasl_callback_hook_get (library);
  gnutls_datum_t value = { NULL, 0 };
  g_autofree char *text = NULL;

  if (property == GSASL_PASSWORD)
    return gsasl_property_set (session, property, "pencil");
  if (property != GSASL_CB_TLS_EXPORTER)
    return GSASL_NO_CALLBACK;

  g_assert_cmpint (gnutls_session_channel_binding (self->tls, GNUTLS_CB_TLS_EXPORTER, &value),
                   ==, GNUTLS_E_SUCCESS);
  text = g_base64_encode (value.data, value.size);
  gnutls_free (value.data);
  return gsasl_property_set (session, property, self->script->is_in_between ? ANOTHER_BINDING : text);
}

/* @command: "AUTH mechanism initial-response". */
static void
take_sign_in (Server *self,
              char   *command)
{
  g_auto (GStrv) words = g_strsplit (command, " ", 3);
  g_autofree char *response = g_strdup (words[2]);
  char line[LONGEST_LINE];
  Gsasl *library;
  Gsasl_session *session;
  int status;

  g_assert_cmpuint (g_strv_length (words), ==, 3);
  g_strlcpy (self->mechanism, words[1], sizeof self->mechanism);
  g_assert_cmpint (gsasl_init (&library), ==, GSASL_OK);
  gsasl_callback_set (library, property_cb);
  gsasl_callback_hook_set (library, self);
  g_assert_cmpint (gsasl_server_start (library, words[1], &session), ==, GSASL_OK);

  do {
    char *challenge = NULL;
    g_autofree char *reply = NULL;

    status = gsasl_step64 (session, response, &challenge);
    if (status != GSASL_OK && status != GSASL_NEEDS_MORE)
      break;
    reply = g_strconcat ("334 ", challenge, NULL);
    gsasl_free (challenge);
    say (self, reply);
    g_free (g_steal_pointer (&response));
    response = hear (self, line) ? g_strdup (line) : NULL;
  } while (status == GSASL_NEEDS_MORE && response);

  self->is_satisfied = status == GSASL_OK && response;
  say (self, self->is_satisfied ? "235 2.7.0 welcome" : "535 5.7.8 no");
  gsasl_finish (session);
  gsasl_done (library);
}

static void
converse (Server *self)
{
  g_autofree char *offer = g_strconcat ("250-mail.example.org\r\n250 AUTH ", self->script->offer,
                                        NULL);
  char line[LONGEST_LINE];

  say (self, "220 mail.example.org ESMTP");
  while (hear (self, line)) {
    if (g_str_has_prefix (line, "EHLO"))
      say (self, offer);
    else if (g_str_has_prefix (line, "AUTH"))
      take_sign_in (self, line);
    else
      say (self, "221 bye");
  }
}

static gpointer
serve (gpointer data)
{
  Server *self = data;
  g_autoptr (GSocketConnection) connection =
    g_socket_listener_accept (self->listener, NULL, NULL, NULL);
  int fd = g_socket_get_fd (g_socket_connection_get_socket (connection));

  g_unix_set_fd_nonblocking (fd, FALSE, NULL);
  gnutls_init (&self->tls, GNUTLS_SERVER);
  gnutls_priority_set_direct (self->tls, self->script->priorities, NULL);
  gnutls_credentials_set (self->tls, GNUTLS_CRD_CERTIFICATE, certificates_get_localhost ());
  gnutls_transport_set_int (self->tls, fd);
  if (gnutls_handshake (self->tls) == GNUTLS_E_SUCCESS)
    converse (self);

  gnutls_deinit (self->tls);
  return NULL;
}

static void
start (Server     *self,
       const Case *script)
{
  self->script = script;
  self->listener = g_socket_listener_new ();
  self->port = g_socket_listener_add_any_inet_port (self->listener, NULL, NULL);
  self->thread = g_thread_new ("server", serve, self);
}

static EnvoiSmtpOutcome *
sign_in (guint16 port)
{
  EnvoiSmtpTrust trust = { .ca_file = certificates_get_ca_file () };
  g_autoptr (EnvoiClock) clock = envoi_clock_new_system ();
  g_autoptr (EnvoiSecret) secret = envoi_secret_new ("pencil", -1);
  g_autoptr (EnvoiSmtpCredentials) credentials =
    envoi_smtp_credentials_new (ENVOI_SMTP_AUTH_AUTO, "user", secret);
  g_autoptr (EnvoiSmtpEndpoint) endpoint =
    envoi_smtp_endpoint_new ("localhost", port, ENVOI_SMTP_SECURITY_TLS, &trust,
                             ENVOI_SMTP_QUIRK_NONE, NULL);
  g_autoptr (EnvoiSmtpConnection) connection = envoi_smtp_connection_new (endpoint, clock);
  EnvoiSmtpOutcome *outcome = envoi_smtp_connection_open_sync (connection, credentials, NULL);

  envoi_smtp_connection_close_sync (connection);
  return outcome;
}

static void
test_binding (gconstpointer data)
{
  const Case *script = data;
  Server server = { NULL };
  g_autoptr (EnvoiSmtpOutcome) outcome = NULL;

  start (&server, script);
  outcome = sign_in (server.port);
  g_thread_join (server.thread);
  g_object_unref (server.listener);

  g_test_message ("%s: %s\n%s", script->prose, outcome->error ? outcome->error->message : "signed in",
                  outcome->transcript);
  g_assert_cmpstr (server.mechanism, ==, script->expect_mechanism);
  g_assert_cmpint (server.is_satisfied, ==, script->works);
  if (script->works)
    g_assert_no_error (outcome->error);
  else
    g_assert_error (outcome->error, ENVOI_SMTP_ERROR, ENVOI_SMTP_ERROR_AUTH_REJECTED);
}

int
main (int    argc,
      char **argv)
{
  envoi_test_init (&argc, &argv);

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *path = g_strdup_printf ("/envoi/smtp/binding/%u", i);

    g_test_add_data_func (path, &cases[i], test_binding);
  }

  return g_test_run ();
}
