/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-test"

#include "config.h"

#include "certificates.h"

#include "envoi-smtp-connection-private.h"

#include "envoi-test.h"

#include <gnutls/gnutls.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* A letter over a line so slow that what the kernel has taken of it arrives for longer
 * than a server may take to answer it. It is not given up as long as it arrives. */

#define LETTER_OCTETS (768 * 1024)
#define RECORD_OCTETS 16384
#define RECEIVE_BUFFER (64 * 1024)
#define PIECE_OCTETS (64 * 1024)
#define SECONDS_A_PIECE 100  /* of the 600 for the last reply */
#define LOOK_US (200 * 1000) /* for the client to look at its deadline now and then */

typedef struct {
  EnvoiClock *clock;
  int listener;
  guint16 port;
  GThread *thread;
  gnutls_session_t tls;
  guint n_pieces;
} Server;

static void
say (Server     *self,
     const char *text)
{
  gnutls_record_send (self->tls, text, strlen (text));
}

/* (nullable): the next line, which is a record of its own here. */
static const char *
hear (Server *self,
      char   *line,
      gsize   size)
{
  ssize_t n = gnutls_record_recv (self->tls, line, size - 1);

  if (n <= 0)
    return NULL;

  line[n] = '\0';
  return line;
}

static gsize
read_piece (Server *self,
            char   *tail)
{
  static char octets[RECORD_OCTETS];
  gsize n_read = 0;

  while (n_read < PIECE_OCTETS) {
    ssize_t n = gnutls_record_recv (self->tls, octets, sizeof octets);

    if (n <= 0)
      return 0;
    n_read += (gsize) n;
    if (n >= 5)
      memcpy (tail, octets + n - 5, 5);
    if (memcmp (tail, "\r\n.\r\n", 5) == 0)
      break;
  }

  return n_read;
}

/* Time passes between the pieces, and some of it for the client to notice. */
static void
take_letter (Server *self)
{
  char tail[5] = { 0 };

  say (self, "354 go\r\n");
  while (memcmp (tail, "\r\n.\r\n", sizeof tail) != 0 && read_piece (self, tail) > 0) {
    self->n_pieces++;
    envoi_clock_add_fake_sleep (self->clock, SECONDS_A_PIECE);
    g_usleep (LOOK_US);
  }
  say (self, "250 2.0.0 queued\r\n");
}

static void
converse (Server *self)
{
  char line[RECORD_OCTETS];

  say (self, "220 mail.example.org ESMTP\r\n");
  while (hear (self, line, sizeof line)) {
    if (g_str_has_prefix (line, "EHLO"))
      say (self, "250-mail.example.org\r\n250 AUTH PLAIN\r\n");
    else if (g_str_has_prefix (line, "AUTH"))
      say (self, "235 2.7.0 welcome\r\n");
    else if (g_str_has_prefix (line, "DATA"))
      take_letter (self);
    else
      say (self, "250 2.0.0 ok\r\n");
  }
}

static gpointer
serve (gpointer data)
{
  Server *self = data;
  int fd = accept (self->listener, NULL, NULL);

  gnutls_init (&self->tls, GNUTLS_SERVER);
  gnutls_set_default_priority (self->tls);
  gnutls_credentials_set (self->tls, GNUTLS_CRD_CERTIFICATE, certificates_get_localhost ());
  gnutls_transport_set_int (self->tls, fd);
  if (gnutls_handshake (self->tls) == GNUTLS_E_SUCCESS)
    converse (self);

  gnutls_deinit (self->tls);
  close (fd);
  return NULL;
}

static void
start (Server     *self,
       EnvoiClock *clock)
{
  struct sockaddr_in address = { .sin_family = AF_INET };
  socklen_t length = sizeof address;
  int size = RECEIVE_BUFFER;

  self->clock = clock;
  address.sin_addr.s_addr = htonl (INADDR_LOOPBACK);
  self->listener = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  setsockopt (self->listener, SOL_SOCKET, SO_RCVBUF, &size, sizeof size);
  g_assert_cmpint (bind (self->listener, (struct sockaddr *) &address, length), ==, 0);
  g_assert_cmpint (listen (self->listener, 1), ==, 0);
  g_assert_cmpint (getsockname (self->listener, (struct sockaddr *) &address, &length), ==, 0);
  self->port = ntohs (address.sin_port);
  self->thread = g_thread_new ("server", serve, self);
}

static EnvoiSmtpConnection *
open_connection (guint16     port,
                 EnvoiClock *clock)
{
  EnvoiSmtpTrust trust = { .ca_file = certificates_get_ca_file () };
  g_autoptr (EnvoiSecret) secret = envoi_secret_new ("open sesame", -1);
  g_autoptr (EnvoiSmtpCredentials) credentials =
    envoi_smtp_credentials_new (ENVOI_SMTP_AUTH_PLAIN, "user", secret);
  g_autoptr (EnvoiSmtpEndpoint) endpoint =
    envoi_smtp_endpoint_new ("localhost", port, ENVOI_SMTP_SECURITY_TLS, &trust,
                             ENVOI_SMTP_QUIRK_NONE, NULL);
  EnvoiSmtpConnection *connection = envoi_smtp_connection_new (endpoint, clock);
  g_autoptr (EnvoiSmtpOutcome) outcome =
    envoi_smtp_connection_open_sync (connection, credentials, NULL);

  g_assert_no_error (outcome->error);
  return connection;
}

static char *
make_letter (void)
{
  g_autoptr (GString) text = g_string_sized_new (LETTER_OCTETS);

  g_string_append (text, "Subject: large\r\n\r\n");
  while (text->len < LETTER_OCTETS)
    g_string_append (text, "A line of a large letter, which has no dot at its begin.\r\n");

  return g_string_free (g_steal_pointer (&text), FALSE);
}

static void
test_slow_line (void)
{
  const char *const to[] = { "bob@example.org", NULL };
  g_autoptr (EnvoiClock) clock = envoi_clock_new_system ();
  g_autoptr (EnvoiSmtpConnection) connection = NULL;
  g_autoptr (EnvoiEnvelope) envelope =
    envoi_envelope_new ("alice@example.org", to, ENVOI_ENVELOPE_NONE, NULL);
  g_autofree char *letter = make_letter ();
  g_autoptr (GInputStream) message =
    g_memory_input_stream_new_from_data (letter, (gssize) strlen (letter), NULL);
  EnvoiSmtpTransaction transaction = {
    .envelope = envelope, .message = message, .size = strlen (letter),
  };
  g_autoptr (EnvoiSmtpOutcome) outcome = NULL;
  Server server = { NULL };

  start (&server, clock);
  connection = open_connection (server.port, clock);
  outcome = envoi_smtp_connection_send_sync (connection, &transaction, NULL);
  g_test_message ("%s", outcome->transcript);
  g_assert_no_error (outcome->error);
  envoi_smtp_connection_close_sync (connection);
  g_thread_join (server.thread);
  close (server.listener);
  g_assert_cmpuint (server.n_pieces, >=, LETTER_OCTETS / PIECE_OCTETS);
}

int
main (int    argc,
      char **argv)
{
  envoi_test_init (&argc, &argv);

  g_test_add_func ("/envoi/smtp/slow-line/moves", test_slow_line);

  return g_test_run ();
}
