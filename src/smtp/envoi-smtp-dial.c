/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-smtp"

#include "config.h"

#include "envoi-smtp-dial.h"

#include "envoi-smtp-error.h"

/* Only the asynchronous form of GSocketClient tries addresses side by side
 * (RFC 8305), so it runs in a main context of this thread's own. */
typedef struct {
  GSocketConnection *connection;
  GError *error;
  gboolean is_over;
  gboolean is_timed_out;
  GCancellable *attempt;
  const EnvoiSmtpDialWatch *watch;
} Call;

/* The name has been found when the first of its addresses is tried. */
static void
event_cb (GSocketClient      *client,
          GSocketClientEvent  event,
          GSocketConnectable *connectable,
          GIOStream          *connection,
          Call               *call)
{
  const EnvoiSmtpDialWatch *watch = call->watch;

  if (event != G_SOCKET_CLIENT_CONNECTING || !watch)
    return;

  call->watch = NULL;
  watch->did_resolve (watch->user_data);
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
}

static gboolean
time_over_cb (gpointer user_data)
{
  Call *call = user_data;

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
attach (GMainContext *context,
        GSource      *source,
        GSourceFunc   callback,
        Call         *call)
{
  g_source_set_callback (source, callback, call, NULL);
  g_source_attach (source, context);
}

static void
run_call (Call                    *call,
          const EnvoiSmtpEndpoint *endpoint,
          guint                    timeout_ms,
          GCancellable            *cancellable)
{
  g_autoptr (GMainContext) context = g_main_context_new ();
  g_autoptr (GSocketClient) client = NULL;
  g_autoptr (GSource) timer = g_timeout_source_new (timeout_ms);
  g_autoptr (GSource) cancel = g_cancellable_source_new (cancellable);

  g_main_context_push_thread_default (context);
  attach (context, timer, time_over_cb, call);
  attach (context, cancel, G_SOURCE_FUNC (cancelled_cb), call);

  client = g_socket_client_new ();
  g_signal_connect (client, "event", G_CALLBACK (event_cb), call);
  g_socket_client_connect_to_host_async (client, envoi_smtp_endpoint_get_host (endpoint),
                                         envoi_smtp_endpoint_get_port (endpoint),
                                         call->attempt, did_connect_cb, call);
  while (!call->is_over)
    g_main_context_iteration (context, TRUE);

  g_source_destroy (timer);
  g_source_destroy (cancel);
  g_main_context_pop_thread_default (context);
}

static void
explain (const Call               *call,
         const EnvoiSmtpEndpoint  *endpoint,
         GError                  **error)
{
  const char *host = envoi_smtp_endpoint_get_host (endpoint);
  guint port = envoi_smtp_endpoint_get_port (endpoint);

  if (call->is_timed_out)
    g_set_error (error, ENVOI_SMTP_ERROR, ENVOI_SMTP_ERROR_UNREACHABLE,
                 "The server at %s, port %u, did not answer in time.", host, port);
  else if (call->error->domain == G_RESOLVER_ERROR)
    g_set_error (error, ENVOI_SMTP_ERROR, ENVOI_SMTP_ERROR_UNREACHABLE,
                 "The server name %s was not found (%s).", host, call->error->message);
  else if (g_error_matches (call->error, G_IO_ERROR, G_IO_ERROR_CONNECTION_REFUSED))
    g_set_error (error, ENVOI_SMTP_ERROR, ENVOI_SMTP_ERROR_UNREACHABLE,
                 "The server at %s takes no connections on port %u.", host, port);
  else
    g_set_error (error, ENVOI_SMTP_ERROR, ENVOI_SMTP_ERROR_UNREACHABLE,
                 "The server at %s, port %u, cannot be reached (%s).", host, port,
                 call->error->message);
}

/**
 * envoi_smtp_dial_sync:
 * @endpoint: where to
 * @timeout_ms: for the name and all its addresses together
 * @watch: (nullable): told when the name has been found
 * @cancellable: (nullable): to give up
 * @error: return location
 *
 * Connects by TCP, through the system's proxy if there is one.
 *
 * Errors: UNREACHABLE, G_IO_ERROR_CANCELLED
 *
 * Returns: (transfer full) (nullable): the connection
 *
 * Thread: courier
 */
GSocketConnection *
envoi_smtp_dial_sync (const EnvoiSmtpEndpoint  *endpoint,
                      guint                     timeout_ms,
                      const EnvoiSmtpDialWatch *watch,
                      GCancellable             *cancellable,
                      GError                  **error)
{
  g_autoptr (GCancellable) attempt = g_cancellable_new ();
  Call call = { .attempt = attempt, .watch = watch };

  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return NULL;

  run_call (&call, endpoint, timeout_ms, cancellable);
  if (!call.connection && !g_cancellable_set_error_if_cancelled (cancellable, error))
    explain (&call, endpoint, error);

  g_clear_error (&call.error);
  return call.connection;
}
