/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-practice"

#include "config.h"

#include "envoi-practice-stream.h"

#include <envoi-secret.h>

#include <errno.h>
#include <glib/gi18n.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>

/* One connection's bytes, clear or under TLS, with blocking calls that end when
 * the server stops or the client is silent for too long. Replies gather until
 * the next read, so that a pipelined group is answered in one write (RFC 2920
 * section 3.2).
 *
 * Thread: the connection's own worker */

#define INPUT_SIZE (64 * 1024)
/* The longest line of AUTH (RFC 4954 section 4). */
#define LONGEST_LINE 12288
#define MOST_OUTPUT (64 * 1024)
/* At the end a client gets this long to read the last reply and leave. */
#define FAREWELL_SECONDS 2

struct _EnvoiPracticeStream {
  GSocket          *socket;
  GCancellable     *cancellable;
  gnutls_session_t session;      /* NULL in the clear */
  GError           *failure;     /* what GnuTLS must not know about a socket */

  guint8           *input;
  gsize begin;
  gsize end;
  GByteArray       *output;
  guint n_records;
};

static gboolean
fail_closed (GError **error)
{
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_CONNECTION_CLOSED, _("The client left."));
  return FALSE;
}

static gssize
receive_raw (EnvoiPracticeStream  *self,
             gpointer              bytes,
             gsize                 length,
             GError              **error)
{
  return g_socket_receive (self->socket, bytes, length, self->cancellable, error);
}

static ssize_t
pull_cb (gnutls_transport_ptr_t stream,
         void                  *bytes,
         size_t                 length)
{
  EnvoiPracticeStream *self = stream;
  gssize got;

  g_clear_error (&self->failure);
  got = receive_raw (self, bytes, length, &self->failure);
  if (got < 0)
    gnutls_transport_set_errno (self->session, EIO);

  return got;
}

static ssize_t
push_cb (gnutls_transport_ptr_t stream,
         const void            *bytes,
         size_t                 length)
{
  EnvoiPracticeStream *self = stream;
  gssize sent;

  g_clear_error (&self->failure);
  sent = g_socket_send (self->socket, bytes, length, self->cancellable, &self->failure);
  if (sent < 0)
    gnutls_transport_set_errno (self->session, EIO);

  return sent;
}

static gboolean
fail_tls (EnvoiPracticeStream  *self,
          int                   code,
          GError              **error)
{
  if (self->failure)
    g_propagate_error (error, g_steal_pointer (&self->failure));
  else
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_CONNECTION_CLOSED, "TLS ended: %s",
                 gnutls_strerror (code));

  return FALSE;
}

static gboolean
is_passing (int code)
{
  return code == GNUTLS_E_INTERRUPTED || code == GNUTLS_E_AGAIN ||
         code == GNUTLS_E_WARNING_ALERT_RECEIVED;
}

static gssize
receive_tls (EnvoiPracticeStream  *self,
             gpointer              bytes,
             gsize                 length,
             GError              **error)
{
  gboolean is_new = gnutls_record_check_pending (self->session) == 0;
  gssize got;

  do
    got = gnutls_record_recv (self->session, bytes, length);
  while (is_passing ((int) got));

  self->n_records += is_new && got > 0;
  if (got < 0)
    fail_tls (self, (int) got, error);
  return got;
}

static gboolean
fill (EnvoiPracticeStream  *self,
      GError              **error)
{
  gssize got;

  if (!envoi_practice_stream_flush_sync (self, error))
    return FALSE;

  if (self->begin > 0) {
    memmove (self->input, self->input + self->begin, self->end - self->begin);
    self->end -= self->begin;
    self->begin = 0;
  }

  if (self->session)
    got = receive_tls (self, self->input + self->end, INPUT_SIZE - self->end, error);
  else
    got = receive_raw (self, self->input + self->end, INPUT_SIZE - self->end, error);

  if (got == 0)
    return fail_closed (error);
  if (got < 0)
    return FALSE;

  self->end += (gsize) got;
  return TRUE;
}

static gboolean
send_some (EnvoiPracticeStream  *self,
           const guint8         *bytes,
           gsize                 length,
           gsize                *sent,
           GError              **error)
{
  gssize got;

  if (!self->session) {
    got = g_socket_send (self->socket, (const char *) bytes, length, self->cancellable, error);
  } else {
    do
      got = gnutls_record_send (self->session, bytes, length);
    while (is_passing ((int) got));

    if (got < 0)
      return fail_tls (self, (int) got, error);
  }

  if (got < 0)
    return FALSE;
  *sent = (gsize) got;
  return TRUE;
}

/* The client may still be writing: closing at once would answer those bytes
 * with a reset, and a reset discards the last reply before it is read. */
static void
linger (EnvoiPracticeStream *self)
{
  guint8 unread[4096];

  if (!g_socket_shutdown (self->socket, FALSE, TRUE, NULL))
    return;

  g_socket_set_timeout (self->socket, FAREWELL_SECONDS);
  for (guint i = 0; i < 256; i++)
    if (receive_raw (self, unread, sizeof unread, NULL) <= 0)
      return;
}

/**
 * envoi_practice_stream_new:
 * @socket: a connected socket
 * @idle_seconds: how long a read or write may wait
 * @cancellable: ends every wait
 *
 * Returns: (transfer full): the connection's bytes, in the clear
 *
 * Thread: any
 */
EnvoiPracticeStream *
envoi_practice_stream_new (GSocket      *socket,
                           guint         idle_seconds,
                           GCancellable *cancellable)
{
  EnvoiPracticeStream *self = g_new0 (EnvoiPracticeStream, 1);

  self->socket = g_object_ref (socket);
  self->cancellable = g_object_ref (cancellable);
  self->input = g_malloc (INPUT_SIZE);
  self->output = g_byte_array_new ();
  g_socket_set_timeout (socket, idle_seconds);
  g_socket_set_option (socket, IPPROTO_TCP, TCP_NODELAY, 1, NULL);
  return self;
}

/**
 * envoi_practice_stream_free:
 * @self: (transfer full): a stream
 *
 * Closes the connection without a word, if it is still open.
 *
 * Thread: worker
 */
void
envoi_practice_stream_free (EnvoiPracticeStream *self)
{
  if (self->session)
    gnutls_deinit (self->session);
  g_socket_close (self->socket, NULL);

  /* A password may have passed through here. */
  envoi_wipe_memory (self->input, INPUT_SIZE);
  g_free (self->input);
  g_byte_array_unref (self->output);
  g_clear_error (&self->failure);
  g_object_unref (self->cancellable);
  g_object_unref (self->socket);
  g_free (self);
}

/**
 * envoi_practice_stream_start_tls_sync:
 * @self: a stream in the clear
 * @credentials: the server's certificate; must outlive @self
 *
 * Sends what was written, then agrees on TLS.
 *
 * Returns: whether everything from now on is under TLS
 *
 * Errors: any of GIOError
 * Thread: worker
 */
gboolean
envoi_practice_stream_start_tls_sync (EnvoiPracticeStream               *self,
                                      gnutls_certificate_credentials_t   credentials,
                                      GError                           **error)
{
  int code;

  g_assert (!self->session);
  if (!envoi_practice_stream_flush_sync (self, error))
    return FALSE;

  gnutls_init (&self->session, GNUTLS_SERVER | GNUTLS_NO_SIGNAL);
  gnutls_set_default_priority (self->session);
  gnutls_credentials_set (self->session, GNUTLS_CRD_CERTIFICATE, credentials);
  gnutls_transport_set_ptr (self->session, self);
  gnutls_transport_set_pull_function (self->session, pull_cb);
  gnutls_transport_set_push_function (self->session, push_cb);

  do
    code = gnutls_handshake (self->session);
  while (code < 0 && !gnutls_error_is_fatal (code));

  return code == GNUTLS_E_SUCCESS ? TRUE : fail_tls (self, code, error);
}

/**
 * envoi_practice_stream_is_tls:
 * @self: a stream
 *
 * Returns: whether it is under TLS
 *
 * Thread: worker
 */
gboolean
envoi_practice_stream_is_tls (EnvoiPracticeStream *self)
{
  return self->session != NULL;
}

/**
 * envoi_practice_stream_has_input:
 * @self: a stream
 *
 * Returns: whether the client sent bytes that nobody has consumed
 *
 * Thread: worker
 */
gboolean
envoi_practice_stream_has_input (EnvoiPracticeStream *self)
{
  return self->end > self->begin;
}

static char *
take_line (EnvoiPracticeStream  *self,
           const guint8         *line_end,
           GError              **error)
{
  const char *line = (const char *) self->input + self->begin;
  gsize length = line_end - (self->input + self->begin);
  char *copy;

  if (length == 0 || line_end[-1] != '\r' || memchr (line, '\r', length - 1) ||
      memchr (line, '\0', length)) {
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                         _("The line holds NUL or a bare line end."));
    return NULL;
  }

  copy = g_strndup (line, length - 1);
  envoi_practice_stream_consume (self, length + 1);
  return copy;
}

/**
 * envoi_practice_stream_read_line_sync:
 * @self: a stream
 *
 * Reads a line that ends with CRLF and nothing else.
 *
 * Returns: (transfer full) (nullable): the line without its CRLF
 *
 * Errors: MESSAGE_TOO_LARGE (no end within 12,288 octets), INVALID_DATA (NUL, a
 *   bare CR or LF), CONNECTION_CLOSED, TIMED_OUT, CANCELLED, any other GIOError
 * Thread: worker
 */
char *
envoi_practice_stream_read_line_sync (EnvoiPracticeStream  *self,
                                      GError              **error)
{
  for (;;) {
    gsize length = self->end - self->begin;
    const guint8 *newline = length ? memchr (self->input + self->begin, '\n', length) : NULL;
    gsize line = newline ? (gsize) (newline - (self->input + self->begin)) : length;

    if (line > LONGEST_LINE) {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_MESSAGE_TOO_LARGE,
                           _("The line is too long."));
      return NULL;
    }

    if (newline)
      return take_line (self, newline, error);
    if (!fill (self, error))
      return NULL;
  }
}

/**
 * envoi_practice_stream_peek_sync:
 * @self: a stream
 * @length: (out): how many bytes there are, at least one
 *
 * Waits until the client has sent something.
 *
 * Returns: (transfer none) (nullable): the bytes, until the next call
 *
 * Errors: CONNECTION_CLOSED, TIMED_OUT, CANCELLED, any other GIOError
 * Thread: worker
 */
const guint8 *
envoi_practice_stream_peek_sync (EnvoiPracticeStream  *self,
                                 gsize                *length,
                                 GError              **error)
{
  if (self->begin == self->end && !fill (self, error))
    return NULL;

  *length = self->end - self->begin;
  return self->input + self->begin;
}

/**
 * envoi_practice_stream_consume:
 * @self: a stream
 * @length: how many bytes of the input are done with
 *
 * Moves on in the input.
 *
 * Thread: worker
 */
void
envoi_practice_stream_consume (EnvoiPracticeStream *self,
                               gsize                length)
{
  g_assert (length <= self->end - self->begin);
  self->begin += length;
}

/**
 * envoi_practice_stream_write:
 * @self: a stream
 * @bytes: what to send
 * @length: how many bytes
 *
 * Keeps @bytes for the next flush or read.
 *
 * Thread: worker
 */
void
envoi_practice_stream_write (EnvoiPracticeStream *self,
                             const char          *bytes,
                             gsize                length)
{
  g_byte_array_append (self->output, (const guint8 *) bytes, (guint) length);

  /* A failure shows at the next read. */
  if (self->output->len > MOST_OUTPUT)
    envoi_practice_stream_flush_sync (self, NULL);
}

/**
 * envoi_practice_stream_flush_sync:
 * @self: a stream
 *
 * Sends what was written.
 *
 * Returns: whether all of it left
 *
 * Errors: CONNECTION_CLOSED, TIMED_OUT, CANCELLED, any other GIOError
 * Thread: worker
 */
gboolean
envoi_practice_stream_flush_sync (EnvoiPracticeStream  *self,
                                  GError              **error)
{
  gsize done = 0;
  gboolean is_sent = TRUE;

  while (is_sent && done < self->output->len) {
    gsize sent = 0;

    is_sent = send_some (self, self->output->data + done, self->output->len - done, &sent, error);
    done += sent;
  }

  g_byte_array_set_size (self->output, 0);
  return is_sent;
}

/**
 * envoi_practice_stream_end_sync:
 * @self: a stream
 *
 * Sends what was written and takes leave, so that the client can read the last
 * reply even if it was still writing.
 *
 * Thread: worker
 */
void
envoi_practice_stream_end_sync (EnvoiPracticeStream *self)
{
  if (!envoi_practice_stream_flush_sync (self, NULL))
    return;

  if (self->session)
    gnutls_bye (self->session, GNUTLS_SHUT_WR);
  linger (self);
}

/**
 * envoi_practice_stream_get_n_records:
 * @self: a stream
 *
 * Returns: how many TLS records with something in them have come
 *
 * Thread: worker
 */
guint
envoi_practice_stream_get_n_records (EnvoiPracticeStream *self)
{
  return self->n_records;
}

/**
 * envoi_practice_stream_reset:
 * @self: a stream
 *
 * Makes the close that follows a TCP reset.
 *
 * Thread: worker
 */
void
envoi_practice_stream_reset (EnvoiPracticeStream *self)
{
  struct linger at_once = { .l_onoff = 1, .l_linger = 0 };

  setsockopt (g_socket_get_fd (self->socket), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
}
