/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-smtp"

#include "config.h"

#include "envoi-smtp-transport.h"

#include "envoi-smtp-error.h"
#include "envoi-smtp-trust.h"

#include "envoi-text.h"
#include "envoi-secret.h"

#include <errno.h>
#include <glib/gi18n.h>
#include <gnutls/gnutls.h>
#include <linux/sockios.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

/* TLS 1.2 at least (RFC 9325), forward secrecy, keys of 2048 bits or their like. */
#define PRIORITIES "NORMAL:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2:-RSA:%PROFILE_MEDIUM"
#define RECORD_OCTETS (16 * 1024)
/* A record is read when the whole of it has arrived. While TCP's window is still
 * small, a large one would hold up letters that have arrived: so the first ones
 * fit a segment each. */
#define FIRST_RECORD_OCTETS 1400
#define FIRST_RECORDS_UNTIL (64 * 1024)
/* Enough that a whole flight leaves by one write. */
#define MOST_UNSENT (512 * 1024)
#define TLS_HANDSHAKE_RECORD 22
#define TLS_ALERT_RECORD 21
#define FIRST_OCTETS 80

struct _EnvoiSmtpTransport {
  GSocketConnection *connection;
  int fd;
  GByteArray *wire;          /* as it goes to the socket */
  gsize n_wire_sent;
  guint64 n_sent;            /* octets the kernel has taken, in all */
  gboolean is_write_broken;  /* only what the peer said before is left to read */
  gnutls_session_t session;  /* nullable, before TLS */
  gnutls_certificate_credentials_t credentials;
  guint8 arrived[RECORD_OCTETS]; /* from the socket; GnuTLS asks for header and record apart */
  gsize n_arrived, n_pulled;
  guint8 first[FIRST_OCTETS]; /* of what the peer sent as its handshake */
  gsize n_first;
};

static ssize_t
push_cb (gnutls_transport_ptr_t  transport,
         const void             *bytes,
         size_t                  length)
{
  EnvoiSmtpTransport *self = transport;

  /* Collected, so that all records of a flight leave by one write. */
  g_byte_array_append (self->wire, bytes, (guint) length);
  return (ssize_t) length;
}

static ssize_t
receive (EnvoiSmtpTransport *self)
{
  ssize_t n = recv (self->fd, self->arrived, sizeof self->arrived, MSG_DONTWAIT);

  self->n_pulled = 0;
  self->n_arrived = n > 0 ? (gsize) n : 0;
  if (n > 0 && self->n_first < FIRST_OCTETS) {
    gsize n_first = MIN ((gsize) n, FIRST_OCTETS - self->n_first);

    memcpy (self->first + self->n_first, self->arrived, n_first);
    self->n_first += n_first;
  }

  return n;
}

static gboolean
has_arrived (const EnvoiSmtpTransport *self)
{
  return self->n_pulled < self->n_arrived;
}

static ssize_t
pull_cb (gnutls_transport_ptr_t  transport,
         void                   *bytes,
         size_t                  length)
{
  EnvoiSmtpTransport *self = transport;
  ssize_t n_received = has_arrived (self) ? 1 : receive (self);
  gsize n;

  if (n_received < 0)
    gnutls_transport_set_errno (self->session, errno);
  if (n_received <= 0)
    return n_received;

  n = MIN (length, self->n_arrived - self->n_pulled);
  memcpy (bytes, self->arrived + self->n_pulled, n);
  self->n_pulled += n;
  return (ssize_t) n;
}

/* The kernel or the peer may refuse to take more while words of the peer wait
 * to be read: those matter more than the error. */
static void
flush (EnvoiSmtpTransport *self)
{
  while (!self->is_write_broken && self->n_wire_sent < self->wire->len) {
    ssize_t n = send (self->fd, self->wire->data + self->n_wire_sent,
                      self->wire->len - self->n_wire_sent, MSG_DONTWAIT | MSG_NOSIGNAL);

    if (n > 0) {
      self->n_wire_sent += (gsize) n;
      self->n_sent += (guint64) n;
    } else if (errno == EAGAIN) {
      return;
    } else if (errno != EINTR) {
      self->is_write_broken = TRUE;
    }
  }

  if (self->n_wire_sent == self->wire->len) {
    if (!self->session)
      envoi_wipe_memory (self->wire->data, self->wire->len);
    g_byte_array_set_size (self->wire, 0);
    self->n_wire_sent = 0;
  } else if (self->n_wire_sent >= MOST_UNSENT) {
    /* On a slow line it is never empty until the letter ends. */
    g_byte_array_remove_range (self->wire, 0, (guint) self->n_wire_sent);
    self->n_wire_sent = 0;
  }
}

static gboolean
wants_to_write (const EnvoiSmtpTransport *self)
{
  return !self->is_write_broken && self->n_wire_sent < self->wire->len;
}

/* Waits for the socket or for @cancellable, unless octets of the peer are here
 * already. Returns FALSE only when cancelled. */
static gboolean
wait (EnvoiSmtpTransport  *self,
      guint                timeout_ms,
      GCancellable        *cancellable,
      GError             **error)
{
  GPollFD cancel = { .fd = -1 };
  gboolean has_cancel = g_cancellable_make_pollfd (cancellable, &cancel);
  struct pollfd fds[] = {
    { .fd = self->fd, .events = (short) (POLLIN | (wants_to_write (self) ? POLLOUT : 0)) },
    { .fd = has_cancel ? cancel.fd : -1, .events = POLLIN },
  };

  if (!g_cancellable_is_cancelled (cancellable) && !has_arrived (self))
    poll (fds, G_N_ELEMENTS (fds), (int) MIN (timeout_ms, G_MAXINT));
  if (has_cancel)
    g_cancellable_release_fd (cancellable);

  return !g_cancellable_set_error_if_cancelled (cancellable, error);
}

static void
set_tls_error (GError **error,
               int      status)
{
  g_set_error (error, ENVOI_SMTP_ERROR, ENVOI_SMTP_ERROR_TRANSIENT,
               _("The protected connection failed (%s)."), gnutls_strerror (status));
}

static gsize
get_record_octets (const EnvoiSmtpTransport *self)
{
  guint64 n_given = self->n_sent + self->wire->len - self->n_wire_sent;

  return n_given < FIRST_RECORDS_UNTIL ? FIRST_RECORD_OCTETS : RECORD_OCTETS;
}

/* Encrypts whole records while there is room, or copies when in clear. */
static gboolean
take_output (EnvoiSmtpTransport  *self,
             EnvoiSmtpExchange   *turn,
             GError             **error)
{
  while (turn->n_taken < turn->n_output && self->wire->len - self->n_wire_sent < MOST_UNSENT) {
    const guint8 *bytes = turn->output + turn->n_taken;
    gsize n = MIN (turn->n_output - turn->n_taken, get_record_octets (self));
    ssize_t n_done = (ssize_t) n;

    if (self->session)
      n_done = gnutls_record_send (self->session, bytes, n);
    else
      g_byte_array_append (self->wire, bytes, (guint) n);

    if (n_done < 0) {
      set_tls_error (error, (int) n_done);
      return FALSE;
    }
    turn->n_taken += (gsize) n_done;
  }

  return TRUE;
}

static gboolean
take_input_in_clear (EnvoiSmtpTransport *self,
                     EnvoiSmtpExchange  *turn)
{
  ssize_t n = recv (self->fd, turn->input, turn->n_input, MSG_DONTWAIT);

  turn->n_read = n > 0 ? (gsize) n : 0;
  turn->is_hung_up = n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR);
  return TRUE;
}

/* A missing close_notify is an end like any other here: what decides is
 * whether every reply is complete. A renegotiation is refused. */
static gboolean
take_input (EnvoiSmtpTransport  *self,
            EnvoiSmtpExchange   *turn,
            GError             **error)
{
  ssize_t n;

  if (!self->session)
    return take_input_in_clear (self, turn);

  n = gnutls_record_recv (self->session, turn->input, turn->n_input);
  if (n == 0 || n == GNUTLS_E_PREMATURE_TERMINATION || n == GNUTLS_E_PULL_ERROR) {
    turn->is_hung_up = TRUE;
  } else if (n > 0) {
    turn->n_read = (gsize) n;
  } else if (n != GNUTLS_E_AGAIN && n != GNUTLS_E_INTERRUPTED) {
    set_tls_error (error, (int) n);
    return FALSE;
  }

  return TRUE;
}

/**
 * envoi_smtp_transport_new:
 * @connection: a connected TCP connection
 *
 * Takes a socket over. Small flights leave at once (TCP_NODELAY).
 *
 * Returns: (transfer full): the transport
 *
 * Thread: courier
 */
EnvoiSmtpTransport *
envoi_smtp_transport_new (GSocketConnection *connection)
{
  EnvoiSmtpTransport *self = g_new0 (EnvoiSmtpTransport, 1);
  GSocket *socket = g_socket_connection_get_socket (connection);

  self->connection = g_object_ref (connection);
  self->wire = g_byte_array_sized_new (RECORD_OCTETS);
  self->fd = g_socket_get_fd (socket);
  g_socket_set_option (socket, IPPROTO_TCP, TCP_NODELAY, TRUE, NULL);
  g_socket_set_keepalive (socket, TRUE);
  return self;
}

/**
 * envoi_smtp_transport_free:
 * @self: (transfer full): a transport
 *
 * Closes the socket.
 *
 * Thread: courier
 */
void
envoi_smtp_transport_free (EnvoiSmtpTransport *self)
{
  g_clear_pointer (&self->session, gnutls_deinit);
  g_clear_pointer (&self->credentials, gnutls_certificate_free_credentials);
  g_io_stream_close (G_IO_STREAM (self->connection), NULL, NULL);
  g_object_unref (self->connection);
  envoi_wipe_memory (self->wire->data, self->wire->len);
  g_byte_array_unref (self->wire);
  g_free (self);
}

/**
 * envoi_smtp_transport_start_tls:
 * @self: a transport in clear
 * @endpoint: for the name that is indicated and the trust
 * @error: return location
 *
 * Prepares TLS. There is no session resumption: it saves no round trip here,
 * and GnuTLS skips the verification of a resumed peer.
 *
 * Errors: TLS_UNTRUSTED
 *
 * Returns: whether the handshake can begin
 *
 * Thread: courier
 */
gboolean
envoi_smtp_transport_start_tls (EnvoiSmtpTransport       *self,
                                const EnvoiSmtpEndpoint  *endpoint,
                                GError                  **error)
{
  const char *host = envoi_smtp_endpoint_get_host (endpoint);

  self->credentials = envoi_smtp_trust_load (endpoint, error);
  if (!self->credentials)
    return FALSE;

  gnutls_init (&self->session, GNUTLS_CLIENT | GNUTLS_NONBLOCK | GNUTLS_NO_SIGNAL |
               GNUTLS_NO_TICKETS);
  gnutls_priority_set_direct (self->session, PRIORITIES, NULL);
  gnutls_credentials_set (self->session, GNUTLS_CRD_CERTIFICATE, self->credentials);
  gnutls_transport_set_ptr (self->session, self);
  gnutls_transport_set_push_function (self->session, push_cb);
  gnutls_transport_set_pull_function (self->session, pull_cb);

  if (!g_hostname_is_ip_address (host))
    gnutls_server_name_set (self->session, GNUTLS_NAME_DNS, host, strlen (host));

  return TRUE;
}

/* Says what a peer that does not speak TLS said instead. */
static char *
dup_first_words (EnvoiSmtpTransport *self)
{
  const guint8 *end = memchr (self->first, '\n', self->n_first);
  gsize length = end ? (gsize) (end - self->first) : self->n_first;

  return envoi_text_decode_foreign ((const char *) self->first, length, FIRST_OCTETS);
}

static void
explain_handshake (EnvoiSmtpTransport  *self,
                   int                  status,
                   GError             **error)
{
  gboolean is_tls = self->n_first > 0 && (self->first[0] == TLS_HANDSHAKE_RECORD ||
                                          self->first[0] == TLS_ALERT_RECORD);

  if (self->n_first > 0 && !is_tls) {
    g_autofree char *said = dup_first_words (self);

    g_set_error (error, ENVOI_SMTP_ERROR, ENVOI_SMTP_ERROR_UNREACHABLE,
                 _("The server does not begin with TLS on this port; it said: “%s”."), said);
  } else if (status == GNUTLS_E_PREMATURE_TERMINATION || status == GNUTLS_E_PULL_ERROR) {
    g_set_error_literal (error, ENVOI_SMTP_ERROR, ENVOI_SMTP_ERROR_UNREACHABLE,
                         _("The server hung up before the connection was protected."));
  } else if (status == GNUTLS_E_FATAL_ALERT_RECEIVED) {
    g_set_error (error, ENVOI_SMTP_ERROR, ENVOI_SMTP_ERROR_TLS_UNTRUSTED,
                 _("The server would not agree on a protected connection (%s)."),
                 gnutls_alert_get_name (gnutls_alert_get (self->session)));
  } else {
    g_set_error (error, ENVOI_SMTP_ERROR, ENVOI_SMTP_ERROR_TLS_UNTRUSTED,
                 _("The connection to the server cannot be protected well enough (%s)."),
                 gnutls_strerror (status));
  }
}

/**
 * envoi_smtp_transport_handshake:
 * @self: a transport whose TLS is prepared
 * @timeout_ms: how long to wait at most
 * @cancellable: (nullable): to give up
 * @is_done: (out): whether TLS is up; FALSE with no error means: call again
 * @error: return location
 *
 * Goes a step of the handshake.
 *
 * Errors: UNREACHABLE (the peer does not speak TLS), TLS_UNTRUSTED, G_IO_ERROR_CANCELLED
 *
 * Returns: FALSE when there will be no TLS
 *
 * Thread: courier
 */
gboolean
envoi_smtp_transport_handshake (EnvoiSmtpTransport  *self,
                                guint                timeout_ms,
                                GCancellable        *cancellable,
                                gboolean            *is_done,
                                GError             **error)
{
  int status = gnutls_handshake (self->session);

  *is_done = status == GNUTLS_E_SUCCESS;
  flush (self);

  if (*is_done)
    return TRUE;

  if (status != GNUTLS_E_AGAIN && gnutls_error_is_fatal (status)) {
    explain_handshake (self, status, error);
    return FALSE;
  }

  return wait (self, timeout_ms, cancellable, error);
}

/**
 * envoi_smtp_transport_exchange:
 * @self: a transport
 * @turn: what to send, where to read to, and what came of it
 * @timeout_ms: how long to wait at most when nothing moves at once
 * @cancellable: (nullable): to give up
 * @error: return location
 *
 * Sends and reads what can be without waiting; when nothing could, waits once
 * and tries again. A turn in which nothing moved is not an error.
 *
 * Errors: TRANSIENT (TLS broke), G_IO_ERROR_CANCELLED
 *
 * Returns: FALSE when the connection is of no more use
 *
 * Thread: courier
 */
gboolean
envoi_smtp_transport_exchange (EnvoiSmtpTransport  *self,
                               EnvoiSmtpExchange   *turn,
                               guint                timeout_ms,
                               GCancellable        *cancellable,
                               GError             **error)
{
  guint64 n_sent_before = self->n_sent;

  turn->n_taken = 0;
  turn->n_read = 0;
  turn->is_hung_up = FALSE;

  for (guint try = 0; try < 2; try++) {
    if (try > 0 && !wait (self, timeout_ms, cancellable, error))
      return FALSE;

    if (!take_output (self, turn, error))
      return FALSE;
    flush (self);
    if (!take_input (self, turn, error))
      return FALSE;
    flush (self);

    if (turn->n_read > 0 || turn->is_hung_up || self->n_sent > n_sent_before)
      break;
  }

  return TRUE;
}

/**
 * envoi_smtp_transport_has_unsent:
 * @self: a transport
 *
 * Tells whether the last octet that was taken over is still here, and so
 * cannot have reached the peer.
 *
 * Returns: whether it is
 *
 * Thread: courier
 */
gboolean
envoi_smtp_transport_has_unsent (const EnvoiSmtpTransport *self)
{
  return self->n_wire_sent < self->wire->len;
}

/**
 * envoi_smtp_transport_count_unsent:
 * @self: a transport
 *
 * Returns: octets that the kernel has not taken yet
 *
 * Thread: courier
 */
gsize
envoi_smtp_transport_count_unsent (const EnvoiSmtpTransport *self)
{
  return self->wire->len - self->n_wire_sent;
}

/**
 * envoi_smtp_transport_count_unacked:
 * @self: a transport
 *
 * Asks the kernel (SIOCOUTQ), so that progress shows what has arrived rather
 * than what was buffered.
 *
 * Returns: octets that the kernel has taken and the peer has not acknowledged
 *
 * Thread: courier
 */
gsize
envoi_smtp_transport_count_unacked (const EnvoiSmtpTransport *self)
{
  int n_unacked = 0;

  if (ioctl (self->fd, SIOCOUTQ, &n_unacked) < 0 || n_unacked < 0)
    return 0;

  return (gsize) n_unacked;
}

/**
 * envoi_smtp_transport_get_n_sent:
 * @self: a transport
 *
 * Returns: octets that the kernel has taken, in all
 *
 * Thread: courier
 */
guint64
envoi_smtp_transport_get_n_sent (const EnvoiSmtpTransport *self)
{
  return self->n_sent;
}

/**
 * envoi_smtp_transport_say_bye:
 * @self: a transport
 *
 * Sends close_notify without waiting. What has not been sent stays unsent: it
 * may be the end of a letter that was stopped.
 *
 * Thread: courier
 */
void
envoi_smtp_transport_say_bye (EnvoiSmtpTransport *self)
{
  if (envoi_smtp_transport_has_unsent (self))
    return;

  if (self->session)
    gnutls_bye (self->session, GNUTLS_SHUT_WR);
  flush (self);
}

/**
 * envoi_smtp_transport_dup_binding:
 * @self: a transport inside TLS
 *
 * The tls-exporter value (RFC 9266), which is unique only from TLS 1.3 on.
 *
 * Returns: (transfer full) (nullable): the value
 *
 * Thread: courier
 */
GBytes *
envoi_smtp_transport_dup_binding (EnvoiSmtpTransport *self)
{
  gnutls_datum_t value = { NULL, 0 };
  GBytes *binding;

  if (gnutls_protocol_get_version (self->session) != GNUTLS_TLS1_3 ||
      gnutls_session_channel_binding (self->session, GNUTLS_CB_TLS_EXPORTER, &value) < 0)
    return NULL;

  binding = g_bytes_new (value.data, value.size);
  gnutls_free (value.data);
  return binding;
}

/**
 * envoi_smtp_transport_dup_version:
 * @self: a transport inside TLS
 *
 * Returns: (transfer full): "TLS1.3" or the like
 *
 * Thread: courier
 */
char *
envoi_smtp_transport_dup_version (EnvoiSmtpTransport *self)
{
  return g_strdup (gnutls_protocol_get_name (gnutls_protocol_get_version (self->session)));
}

/**
 * envoi_smtp_transport_dup_cipher:
 * @self: a transport inside TLS
 *
 * Returns: (transfer full): "AES-256-GCM" or the like
 *
 * Thread: courier
 */
char *
envoi_smtp_transport_dup_cipher (EnvoiSmtpTransport *self)
{
  return g_strdup (gnutls_cipher_get_name (gnutls_cipher_get (self->session)));
}

/**
 * envoi_smtp_transport_dup_facts:
 * @self: a transport inside TLS
 * @endpoint: who the peer must be
 *
 * Looks at the certificate that the peer showed.
 *
 * Returns: (transfer full) (nullable): the certificate and what is wrong with it
 *
 * Thread: courier
 */
EnvoiCertificateFacts *
envoi_smtp_transport_dup_facts (EnvoiSmtpTransport      *self,
                                const EnvoiSmtpEndpoint *endpoint)
{
  return envoi_smtp_trust_dup_facts (self->session, endpoint);
}

/**
 * envoi_smtp_transport_reject_peer:
 * @self: a transport inside TLS
 *
 * Tells the peer that its certificate was refused.
 *
 * Thread: courier
 */
void
envoi_smtp_transport_reject_peer (EnvoiSmtpTransport *self)
{
  gnutls_alert_send (self->session, GNUTLS_AL_FATAL, GNUTLS_A_BAD_CERTIFICATE);
  flush (self);
}
