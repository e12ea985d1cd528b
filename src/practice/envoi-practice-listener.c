/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-practice"

#include "config.h"

#include "envoi-practice-listener.h"

/* Only the loopback addresses are ever bound, so nobody else can reach the
 * practice server.
 *
 * Thread: any */

static GSocket *
listen_on (GSocketFamily   family,
           guint16         port,
           GError        **error)
{
  g_autoptr (GSocket) socket = g_socket_new (family, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP,
                                             error);
  g_autoptr (GInetAddress) loopback = g_inet_address_new_loopback (family);
  g_autoptr (GSocketAddress) address = g_inet_socket_address_new (loopback, port);

  if (!socket || !g_socket_bind (socket, address, FALSE, error) || !g_socket_listen (socket, error))
    return NULL;

  g_socket_set_blocking (socket, FALSE);
  return g_steal_pointer (&socket);
}

static gboolean
read_port (EnvoiPracticeListener  *self,
           GError                **error)
{
  g_autoptr (GSocketAddress) address = g_socket_get_local_address (self->sockets[0], error);

  if (!address)
    return FALSE;

  self->port = g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (address));
  return TRUE;
}

/**
 * envoi_practice_listener_open:
 * @self: an empty listener
 * @error: return location
 *
 * Listens on a free port of 127.0.0.1 and, where that port is free there too and
 * the system has IPv6, of [::1].
 *
 * Returns: whether 127.0.0.1 listens
 *
 * Errors: any of GIOError
 * Thread: any
 */
gboolean
envoi_practice_listener_open (EnvoiPracticeListener  *self,
                              GError                **error)
{
  self->sockets[0] = listen_on (G_SOCKET_FAMILY_IPV4, 0, error);
  if (!self->sockets[0] || !read_port (self, error))
    return FALSE;

  self->sockets[1] = listen_on (G_SOCKET_FAMILY_IPV6, self->port, NULL);
  return TRUE;
}

/**
 * envoi_practice_listener_close:
 * @self: a listener
 *
 * Stops listening; the port is free again.
 *
 * Thread: any
 */
void
envoi_practice_listener_close (EnvoiPracticeListener *self)
{
  for (guint i = 0; i < G_N_ELEMENTS (self->sockets); i++) {
    if (self->sockets[i])
      g_socket_close (self->sockets[i], NULL);
    g_clear_object (&self->sockets[i]);
  }

  self->port = 0;
}
