/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-smtp"

#include "config.h"

#include "envoi-smtp-dial.h"

#include "envoi-smtp-error.h"

#include <glib/gi18n.h>

/* A timer sleeps with the computer, so no single one is long. */
#define LONGEST_WAIT_MS 1000

/* Only the asynchronous form of GSocketClient tries addresses side by side
 * (RFC 8305), so it runs in a main context of this thread's own. */
typedef struct {
  const EnvoiSmtpEndpoint *endpoint;
  GSocketClient *client;
  EnvoiClock *clock;
  gint64 deadline;             /* on the boot time */
  GSocketConnection *connection;
  GError *error;
  gboolean is_over;
  gboolean is_timed_out;
  GCancellable *attempt;
  const EnvoiSmtpDialWatch *watch;
  gboolean has_route;          /* the settings have said whether there is a proxy */
  char *proxy_name;            /* nullable: of the one that has to be found first */
  gboolean has_address;
  GProxyAddress *proxy;        /* nullable: which the newest attempt goes through */
  gboolean is_proxy_talking;
} Call;

/* The name has been found when the first of its addresses is tried. */
static void
tell_resolved (Call *call)
{
  const EnvoiSmtpDialWatch *watch = g_steal_pointer (&call->watch);

  if (watch)
    watch->did_resolve (watch->user_data);
}

static void
note_attempt (Call              *call,
              GSocketConnection *connection)
{
  g_autoptr (GSocketAddress) to = g_socket_connection_get_remote_address (connection, NULL);

  g_clear_object (&call->proxy);
  call->has_address = TRUE;
  call->is_proxy_talking = FALSE;
  if (to && G_IS_PROXY_ADDRESS (to))
    call->proxy = G_PROXY_ADDRESS (g_steal_pointer (&to));
}

static void
event_cb (GSocketClient      *client,
          GSocketClientEvent  event,
          GSocketConnectable *connectable,
          GIOStream          *connection,
          Call               *call)
{
  if (event == G_SOCKET_CLIENT_CONNECTING) {
    note_attempt (call, G_SOCKET_CONNECTION (connection));
    tell_resolved (call);
  } else if (event == G_SOCKET_CLIENT_PROXY_NEGOTIATING) {
    call->is_proxy_talking = TRUE;
  }
}

static void
did_connect_cb (GObject      *source,
                GAsyncResult *result,
                gpointer      user_data)
{
  Call *call = user_data;

  call->connection = g_socket_client_connect_to_host_finish (G_SOCKET_CLIENT (source), result,
                                                             &call->error);
  call->is_over = TRUE;

  /* The transport speaks to the socket itself, under whatever a proxy has wrapped around it. */
  if (call->connection && G_IS_TCP_WRAPPER_CONNECTION (call->connection)) {
    g_clear_object (&call->connection);
    call->error = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED,
                                       _("it wants TLS for itself, which is not supported"));
  }
}

/* (nullable): the name of a proxy that looks the server's name up by itself. */
static char *
dup_proxy_name (const char *uri)
{
  g_autoptr (GUri) parsed = g_uri_parse (uri, G_URI_FLAGS_HAS_PASSWORD, NULL);
  g_autoptr (GProxy) proxy =
    parsed ? g_proxy_get_default_for_protocol (g_uri_get_scheme (parsed)) : NULL;

  if (!proxy || !g_proxy_supports_hostname (proxy))
    return NULL;

  return g_strdup (g_uri_get_host (parsed));
}

static void
did_find_route_cb (GObject      *source,
                   GAsyncResult *result,
                   gpointer      user_data)
{
  Call *call = user_data;
  g_auto (GStrv) uris =
    g_proxy_resolver_lookup_finish (G_PROXY_RESOLVER (source), result, NULL);
  gboolean is_direct = uris && g_strv_contains ((const char *const *) uris, "direct://");

  call->has_route = uris != NULL;
  if (uris && !is_direct)
    call->proxy_name = dup_proxy_name (uris[0]);
  if (uris && is_direct && !uris[1])
    g_socket_client_set_enable_proxy (call->client, FALSE);

  g_socket_client_connect_to_host_async (call->client,
                                         envoi_smtp_endpoint_get_host (call->endpoint),
                                         envoi_smtp_endpoint_get_port (call->endpoint),
                                         call->attempt, did_connect_cb, call);
}

/* As GSocketClient asks, which does not tell what it was answered: whose name it is
 * that cannot be found depends on that. */
static void
find_route (Call *call)
{
  g_autofree char *uri = g_uri_join (G_URI_FLAGS_NONE, "none", NULL,
                                     envoi_smtp_endpoint_get_host (call->endpoint),
                                     envoi_smtp_endpoint_get_port (call->endpoint), "", NULL, NULL);

  g_proxy_resolver_lookup_async (g_proxy_resolver_get_default (), uri, call->attempt,
                                 did_find_route_cb, call);
}

static gboolean
time_over_cb (gpointer user_data)
{
  Call *call = user_data;

  if (envoi_clock_get_boot_time (call->clock) < call->deadline)
    return G_SOURCE_CONTINUE;

  call->is_timed_out = TRUE;
  g_cancellable_cancel (call->attempt);
  return G_SOURCE_REMOVE;
}

static gboolean
cancelled_cb (GCancellable *cancellable,
              gpointer      user_data)
{
  Call *call = user_data;

  g_cancellable_cancel (call->attempt);
  return G_SOURCE_REMOVE;
}

static void
ignore_cb (GCancellable *cancellable,
           gpointer      user_data)
{
}

static void
attach (GMainContext *context,
        GSource      *source,
        GSourceFunc   callback,
        Call         *call)
{
  g_source_set_callback (source, callback, call, NULL);
  g_source_attach (source, context);
}

static void
run_call (Call         *call,
          guint         timeout_ms,
          GCancellable *cancellable)
{
  g_autoptr (GMainContext) context = g_main_context_new ();
  g_autoptr (GSocketClient) client = NULL;
  g_autoptr (GSource) timer = g_timeout_source_new (MIN (timeout_ms, LONGEST_WAIT_MS));
  g_autoptr (GSource) cancel = g_cancellable_source_new (cancellable);
  gulong guard = 0;

  if (cancellable)
    guard = g_cancellable_connect (cancellable, G_CALLBACK (ignore_cb), NULL, NULL);
  g_main_context_push_thread_default (context);
  attach (context, timer, time_over_cb, call);
  attach (context, cancel, G_SOURCE_FUNC (cancelled_cb), call);

  call->client = client = g_socket_client_new ();
  call->deadline = envoi_clock_get_boot_time (call->clock) + (gint64) timeout_ms * 1000;
  g_signal_connect (client, "event", G_CALLBACK (event_cb), call);
  find_route (call);
  while (!call->is_over)
    g_main_context_iteration (context, TRUE);

  /* Waits until whoever cancels has done: GLib loses a source that ends meanwhile. */
  g_cancellable_disconnect (cancellable, guard);
  g_source_destroy (timer);
  g_source_destroy (cancel);
  g_main_context_pop_thread_default (context);
}

/* A proxy that answers may know that it is the server beyond that cannot be reached. */
static gboolean
is_proxy_to_blame (const Call *call)
{
  return call->proxy &&
         (call->is_timed_out || !call->is_proxy_talking ||
          !(g_error_matches (call->error, G_IO_ERROR, G_IO_ERROR_CONNECTION_REFUSED) ||
            g_error_matches (call->error, G_IO_ERROR, G_IO_ERROR_HOST_UNREACHABLE) ||
            g_error_matches (call->error, G_IO_ERROR, G_IO_ERROR_NETWORK_UNREACHABLE)));
}

static const char *
get_proxy_trouble (const Call *call)
{
  if (call->is_timed_out)
    return _("it did not answer in time");

  if (call->error->domain != G_IO_ERROR)
    return call->error->message;

  switch (call->error->code) {
    case G_IO_ERROR_CONNECTION_REFUSED:
      return _("it takes no connections");
    case G_IO_ERROR_PROXY_NEED_AUTH:
      return _("it wants a user name and a password");
    case G_IO_ERROR_PROXY_AUTH_FAILED:
      return _("it refused the user name or the password");
    case G_IO_ERROR_PROXY_NOT_ALLOWED:
      return _("it does not allow this connection");
    default:
      return call->error->message;
  }
}

static void
explain_proxy (const Call  *call,
               GError     **error)
{
  GInetSocketAddress *at = G_INET_SOCKET_ADDRESS (call->proxy);
  g_autofree char *address = g_inet_address_to_string (g_inet_socket_address_get_address (at));

  g_set_error (error, ENVOI_SMTP_ERROR, ENVOI_SMTP_ERROR_PROXY_UNUSABLE,
               /* Translators: address and port of each, then why */
               _("The proxy at %s, port %u, does not lead to the server at %s, port %u (%s)."),
               address, g_inet_socket_address_get_port (at),
               envoi_smtp_endpoint_get_host (call->endpoint),
               envoi_smtp_endpoint_get_port (call->endpoint), get_proxy_trouble (call));
}

/* What was in the way before there was any address to connect to. */
static gboolean
explain_route (const Call  *call,
               GError     **error)
{
  const char *host = envoi_smtp_endpoint_get_host (call->endpoint);
  gboolean is_unnamed = call->proxy_name && !call->has_address;

  if (call->is_timed_out && !call->has_route)
    g_set_error (error, ENVOI_SMTP_ERROR, ENVOI_SMTP_ERROR_PROXY_UNUSABLE,
                 _("This computer's proxy settings did not say in time how the server at %s is "
                   "reached."), host);
  else if (is_unnamed && call->is_timed_out)
    g_set_error (error, ENVOI_SMTP_ERROR, ENVOI_SMTP_ERROR_PROXY_UNUSABLE,
                 /* Translators: two names of computers */
                 _("The name of the proxy %s, which leads to the server at %s, could not be looked "
                   "up in time."), call->proxy_name, host);
  else if (is_unnamed && call->error->domain == G_RESOLVER_ERROR)
    g_set_error (error, ENVOI_SMTP_ERROR, ENVOI_SMTP_ERROR_PROXY_UNUSABLE,
                 /* Translators: two names of computers, then why */
                 _("The proxy %s, which leads to the server at %s, was not found (%s)."),
                 call->proxy_name, host, call->error->message);
  else
    return FALSE;

  return TRUE;
}

static void
explain (const Call  *call,
         GError     **error)
{
  const char *host = envoi_smtp_endpoint_get_host (call->endpoint);
  guint port = envoi_smtp_endpoint_get_port (call->endpoint);

  if (is_proxy_to_blame (call))
    explain_proxy (call, error);
  else if (explain_route (call, error))
    return;
  else if (call->is_timed_out && !call->has_address)
    g_set_error (error, ENVOI_SMTP_ERROR, ENVOI_SMTP_ERROR_UNREACHABLE,
                 _("The server name %s could not be looked up in time."), host);
  else if (call->is_timed_out)
    g_set_error (error, ENVOI_SMTP_ERROR, ENVOI_SMTP_ERROR_UNREACHABLE,
                 /* Translators: name and port of a server */
                 _("The server at %s, port %u, did not answer in time."), host, port);
  else if (call->error->domain == G_RESOLVER_ERROR)
    g_set_error (error, ENVOI_SMTP_ERROR, ENVOI_SMTP_ERROR_UNREACHABLE,
                 /* Translators: a name, then why */
                 _("The server name %s was not found (%s)."), host, call->error->message);
  else if (g_error_matches (call->error, G_IO_ERROR, G_IO_ERROR_CONNECTION_REFUSED))
    g_set_error (error, ENVOI_SMTP_ERROR, ENVOI_SMTP_ERROR_UNREACHABLE,
                 /* Translators: name and port of a server */
                 _("The server at %s takes no connections on port %u."), host, port);
  else
    g_set_error (error, ENVOI_SMTP_ERROR, ENVOI_SMTP_ERROR_UNREACHABLE,
                 /* Translators: name and port of a server, then why */
                 _("The server at %s, port %u, cannot be reached (%s)."), host, port,
                 call->error->message);
}

/**
 * envoi_smtp_dial_sync:
 * @endpoint: where to
 * @clock: for the deadline, which goes on while the computer sleeps
 * @timeout_ms: for the name and all its addresses together
 * @watch: (nullable): told when the name has been found
 * @cancellable: (nullable): to give up
 * @error: return location
 *
 * Connects by TCP, through the system's proxy if there is one.
 *
 * Errors: UNREACHABLE, PROXY_UNUSABLE, G_IO_ERROR_CANCELLED
 *
 * Returns: (transfer full) (nullable): the connection
 *
 * Thread: courier
 */
GSocketConnection *
envoi_smtp_dial_sync (const EnvoiSmtpEndpoint  *endpoint,
                      EnvoiClock               *clock,
                      guint                     timeout_ms,
                      const EnvoiSmtpDialWatch *watch,
                      GCancellable             *cancellable,
                      GError                  **error)
{
  g_autoptr (GCancellable) attempt = g_cancellable_new ();
  Call call = { .endpoint = endpoint, .clock = clock, .attempt = attempt, .watch = watch };

  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return NULL;

  run_call (&call, timeout_ms, cancellable);
  if (!call.connection && !g_cancellable_set_error_if_cancelled (cancellable, error))
    explain (&call, error);

  g_clear_error (&call.error);
  g_clear_object (&call.proxy);
  g_free (call.proxy_name);
  return call.connection;
}
