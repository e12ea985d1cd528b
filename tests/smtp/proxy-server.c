/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-test"

#include "config.h"

#include "proxy-server.h"

#include <string.h>

#define SOCKS_VERSION 5
#define SOCKS_NO_SIGN_IN 0
#define SOCKS_PASSWORD 2
#define SOCKS_NO_WAY 0xff
#define SOCKS_NAME 3
#define SOCKS_GRANTED 0
#define SOCKS_FORBIDDEN 2
#define SOCKS_REFUSED 5

struct _ProxyServer {
  ProxyKind kind;
  ProxyConduct conduct;
  guint16 target_port;

  GSocketListener *listener;
  guint16 port;
  GCancellable *stop;
  GThread *thread;

  GTlsCertificate *certificate;   /* nullable */
  GIOStream *client;
  GIOStream *target;

  GMutex mutex;
  GCond cond;
  GString *seen;
  char *asked_for;
};

static gboolean
take (ProxyServer *self,
      void        *octets,
      gsize        length)
{
  GInputStream *in = g_io_stream_get_input_stream (self->client);
  gsize n_read = 0;

  return g_input_stream_read_all (in, octets, length, &n_read, self->stop, NULL) &&
         n_read == length;
}

static gboolean
put (ProxyServer *self,
     const void  *octets,
     gsize        length)
{
  GOutputStream *out = g_io_stream_get_output_stream (self->client);

  return g_output_stream_write_all (out, octets, length, NULL, self->stop, NULL);
}

static void
note_asked_for (ProxyServer *self,
                char        *asked_for)
{
  g_mutex_lock (&self->mutex);
  g_free (self->asked_for);
  self->asked_for = asked_for;
  g_cond_broadcast (&self->cond);
  g_mutex_unlock (&self->mutex);
}

static void
note_seen (ProxyServer *self,
           const char  *octets,
           gsize        length)
{
  g_mutex_lock (&self->mutex);
  g_string_append_len (self->seen, octets, (gssize) length);
  g_mutex_unlock (&self->mutex);
}

/* The same octets until the client has had enough. */
static void
babble (ProxyServer *self)
{
  const char *const words = "220 this is no proxy, 对不起\r\n";

  do
    if (!put (self, words, strlen (words)))
      return;
  while (self->conduct == PROXY_BABBLES_ON);
}

static gboolean
take_socks_password (ProxyServer *self)
{
  guint8 octets[G_MAXUINT8 + 1] = { 0 };
  guint8 lengths[2];
  g_autofree char *user = NULL;
  g_autofree char *password = NULL;
  gboolean is_right;

  if (!take (self, lengths, 2) || !take (self, octets, lengths[1]))
    return FALSE;
  user = g_strndup ((const char *) octets, lengths[1]);
  if (!take (self, lengths, 1) || !take (self, octets, lengths[0]))
    return FALSE;
  password = g_strndup ((const char *) octets, lengths[0]);

  is_right = g_str_equal (user, PROXY_USER) && g_str_equal (password, PROXY_PASSWORD);
  return put (self, is_right ? "\1\0" : "\1\1", 2) && is_right;
}

static gboolean
greet_socks (ProxyServer *self)
{
  guint8 wanted = self->conduct == PROXY_ASKS_PASSWORD ? SOCKS_PASSWORD : SOCKS_NO_SIGN_IN;
  guint8 methods[G_MAXUINT8];
  guint8 head[2];
  guint8 reply[2] = { SOCKS_VERSION, SOCKS_NO_WAY };

  if (!take (self, head, sizeof head) || head[0] != SOCKS_VERSION ||
      !take (self, methods, head[1]))
    return FALSE;

  if (memchr (methods, wanted, head[1]))
    reply[1] = wanted;
  return put (self, reply, sizeof reply) && reply[1] == wanted &&
         (wanted == SOCKS_NO_SIGN_IN || take_socks_password (self));
}

static gboolean
take_socks (ProxyServer *self)
{
  guint8 head[5];
  char name[G_MAXUINT8 + 1] = "";
  guint8 port[2];

  if (!greet_socks (self) || !take (self, head, sizeof head) || head[3] != SOCKS_NAME ||
      !take (self, name, head[4]) || !take (self, port, sizeof port))
    return FALSE;

  note_asked_for (self, g_strdup_printf ("%s:%u", name, port[0] << 8 | port[1]));
  return TRUE;
}

static gboolean
is_password_right (const char *request)
{
  g_autofree char *sign_in = g_base64_encode ((const guchar *) PROXY_USER ":" PROXY_PASSWORD,
                                              strlen (PROXY_USER ":" PROXY_PASSWORD));
  g_autofree char *line = g_strdup_printf ("\r\nProxy-Authorization: Basic %s\r\n", sign_in);

  return strstr (request, line) != NULL;
}

static gboolean
take_http (ProxyServer *self)
{
  static const char refusal[] = "HTTP/1.1 407 Proxy Authentication Required\r\n"
                                "Proxy-Authenticate: Basic realm=\"proxy\"\r\n\r\n";
  g_autoptr (GString) request = g_string_new (NULL);
  g_auto (GStrv) words = NULL;
  char octet;

  while (!g_str_has_suffix (request->str, "\r\n\r\n")) {
    if (!take (self, &octet, 1))
      return FALSE;
    g_string_append_c (request, octet);
  }

  words = g_strsplit (request->str, " ", 3);
  if (g_strv_length (words) < 3 || !g_str_equal (words[0], "CONNECT"))
    return FALSE;

  note_asked_for (self, g_strdup (words[1]));
  return self->conduct != PROXY_ASKS_PASSWORD || is_password_right (request->str) ||
         (put (self, refusal, strlen (refusal)) && FALSE);
}

/* What is said of the request, and the server's first words with it if there are any. */
static gboolean
answer (ProxyServer *self,
        guint8       socks_code,
        const char  *http_status,
        GString     *first_words)
{
  const guint8 socks[] = { SOCKS_VERSION, socks_code, 0, 1, 127, 0, 0, 1, 0, 0 };
  g_autoptr (GString) reply = g_string_new (NULL);

  if (self->kind == PROXY_SOCKS5)
    g_string_append_len (reply, (const char *) socks, sizeof socks);
  else
    g_string_append_printf (reply, "HTTP/1.1 %s\r\nVia: 1.1 proxy\r\n\r\n", http_status);

  if (first_words)
    g_string_append_len (reply, first_words->str, (gssize) first_words->len);
  return put (self, reply->str, reply->len);
}

static void
pump (ProxyServer *self,
      GIOStream   *from,
      GIOStream   *to)
{
  GInputStream *in = g_io_stream_get_input_stream (from);
  GOutputStream *out = g_io_stream_get_output_stream (to);
  char octets[4096];
  gssize n;

  while ((n = g_input_stream_read (in, octets, sizeof octets, self->stop, NULL)) > 0) {
    note_seen (self, octets, (gsize) n);
    if (!g_output_stream_write_all (out, octets, (gsize) n, NULL, self->stop, NULL))
      break;
  }

  g_output_stream_close (out, NULL, NULL);
}

static gpointer
pump_back (gpointer data)
{
  ProxyServer *self = data;

  pump (self, self->target, self->client);
  return NULL;
}

static GString *
read_first_words (ProxyServer *self)
{
  GInputStream *in = g_io_stream_get_input_stream (self->target);
  char octets[512];
  gssize n = g_input_stream_read (in, octets, sizeof octets, self->stop, NULL);

  note_seen (self, octets, (gsize) MAX (n, 0));
  return g_string_new_len (octets, MAX (n, 0));
}

static void
lead_through (ProxyServer *self)
{
  g_autoptr (GSocketClient) dialler = g_socket_client_new ();
  g_autoptr (GSocketConnection) connection = NULL;
  g_autoptr (GString) first_words = NULL;
  GThread *back;

  g_socket_client_set_enable_proxy (dialler, FALSE);
  connection = g_socket_client_connect_to_host (dialler, "127.0.0.1", self->target_port,
                                                self->stop, NULL);
  self->target = (GIOStream *) g_steal_pointer (&connection);
  if (self->target && self->conduct == PROXY_IN_ONE_PIECE)
    first_words = read_first_words (self);
  if (!self->target || !answer (self, SOCKS_GRANTED, "200 Connected", first_words))
    return;

  back = g_thread_new ("proxy-back", pump_back, self);
  pump (self, self->client, self->target);
  g_thread_join (back);
}

static void
wait_for_hang_up (ProxyServer *self)
{
  char octet;

  while (take (self, &octet, 1))
    continue;
}

static void
serve (ProxyServer *self)
{
  if (!(self->kind == PROXY_SOCKS5 ? take_socks (self) : take_http (self)))
    return;

  switch (self->conduct) {
    case PROXY_FORBIDS:
      answer (self, SOCKS_FORBIDDEN, "403 Forbidden", NULL);
      break;
    case PROXY_FINDS_NOTHING:
      answer (self, SOCKS_REFUSED, "502 Bad Gateway", NULL);
      break;
    case PROXY_BABBLES:
    case PROXY_BABBLES_ON:
      babble (self);
      break;
    case PROXY_FALLS_SILENT:
      wait_for_hang_up (self);
      break;
    case PROXY_HANGS_UP:
      break;
    default:
      lead_through (self);
      break;
  }
}

static gboolean
accept_client (ProxyServer *self)
{
  g_autoptr (GSocketConnection) connection =
    g_socket_listener_accept (self->listener, NULL, self->stop, NULL);

  if (connection && self->certificate)
    self->client = g_tls_server_connection_new (G_IO_STREAM (connection), self->certificate, NULL);
  else if (connection)
    self->client = (GIOStream *) g_steal_pointer (&connection);

  return self->client != NULL;
}

static gpointer
run (gpointer data)
{
  ProxyServer *self = data;

  while (accept_client (self)) {
    serve (self);
    g_clear_object (&self->target);
    g_io_stream_close (self->client, NULL, NULL);
    g_clear_object (&self->client);
  }

  return NULL;
}

ProxyServer *
proxy_server_new (ProxyKind    kind,
                  ProxyConduct conduct,
                  guint16      target_port)
{
  ProxyServer *self = g_new0 (ProxyServer, 1);
  g_autoptr (GInetAddress) loopback = g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV4);
  g_autoptr (GSocketAddress) any = g_inet_socket_address_new (loopback, 0);
  g_autoptr (GSocketAddress) address = NULL;
  g_autoptr (GError) error = NULL;

  self->kind = kind;
  self->conduct = conduct;
  self->target_port = target_port;
  self->stop = g_cancellable_new ();
  self->seen = g_string_new (NULL);
  g_mutex_init (&self->mutex);
  g_cond_init (&self->cond);

  self->listener = g_socket_listener_new ();
  g_socket_listener_add_address (self->listener, any, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP,
                                 NULL, &address, &error);
  g_assert_no_error (error);
  self->port = g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (address));
  self->thread = g_thread_new ("proxy", run, self);
  return self;
}

guint16
proxy_server_get_port (ProxyServer *self)
{
  return self->port;
}

void
proxy_server_set_certificate (ProxyServer     *self,
                              GTlsCertificate *certificate)
{
  self->certificate = g_object_ref (certificate);
}

void
proxy_server_wait_for_client (ProxyServer *self)
{
  g_mutex_lock (&self->mutex);
  while (!self->asked_for)
    g_cond_wait (&self->cond, &self->mutex);
  g_mutex_unlock (&self->mutex);
}

void
proxy_server_finish (ProxyServer  *self,
                     char        **asked_for,
                     GString     **seen)
{
  g_cancellable_cancel (self->stop);
  g_thread_join (self->thread);
  g_socket_listener_close (self->listener);

  *asked_for = self->asked_for;
  *seen = self->seen;
  g_object_unref (self->listener);
  g_clear_object (&self->certificate);
  g_object_unref (self->stop);
  g_mutex_clear (&self->mutex);
  g_cond_clear (&self->cond);
  g_free (self);
}
