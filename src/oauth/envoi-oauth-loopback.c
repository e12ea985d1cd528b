/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-oauth"

#include "config.h"

#include "envoi-oauth-loopback.h"

#include "envoi-oauth-error.h"
#include "envoi-oauth-visit-private.h"

#include <glib/gi18n.h>
#include <string.h>

#define LARGEST_HEAD 8192
#define MOST_VISITORS 8
#define PATIENCE_MS 10000
#define MOST_PORTS_TRIED 16

/**
 * EnvoiOAuthLoopback:
 *
 * Where the browser brings the answer to. Anything on the computer, and any
 * page in the browser, can knock here; so a request that is not surely the
 * answer is turned away and the attempt goes on. Nothing a visitor says is
 * logged or shown.
 *
 * Thread: main
 */
struct _EnvoiOAuthLoopback {
  GObject parent_instance;

  GSocketService *service;
  guint16 port;
  char *path;
  char *title;
  char *done;
  char *failed;
  guint patience_ms;

  GPtrArray *visitors;
  EnvoiOAuthRequest *request;
  GTask *task;
  GSource *cancelled;
};

G_DEFINE_FINAL_TYPE (EnvoiOAuthLoopback, envoi_oauth_loopback, G_TYPE_OBJECT)

typedef struct {
  EnvoiOAuthLoopback *loopback;    /* borrowed: it outlives its visitors */
  GSocketConnection *connection;
  GCancellable *cancellable;
  guint patience_id;
  char head[LARGEST_HEAD + 1];
  gsize length;
  char *answer;
} Visitor;

static void
visitor_free (Visitor *visitor)
{
  g_clear_handle_id (&visitor->patience_id, g_source_remove);
  g_object_unref (visitor->connection);
  g_object_unref (visitor->cancellable);
  envoi_wipe_memory (visitor->head, sizeof visitor->head);
  g_free (visitor->answer);
  g_free (visitor);
}

static void
say_goodbye (Visitor *visitor)
{
  EnvoiOAuthLoopback *self = visitor->loopback;

  g_io_stream_close (G_IO_STREAM (visitor->connection), NULL, NULL);
  if (self)
    g_ptr_array_remove_fast (self->visitors, visitor);
  visitor_free (visitor);
}

static gboolean
patience_over_cb (gpointer user_data)
{
  Visitor *visitor = user_data;

  visitor->patience_id = 0;
  g_cancellable_cancel (visitor->cancellable);
  return G_SOURCE_REMOVE;
}

static void
did_answer_cb (GObject      *source,
               GAsyncResult *result,
               gpointer      user_data)
{
  g_output_stream_write_all_finish (G_OUTPUT_STREAM (source), result, NULL, NULL);
  say_goodbye (user_data);
}

static const char *
get_status_words (guint status)
{
  switch (status) {
    case ENVOI_OAUTH_VISIT_ACCEPTED:
      return "OK";
    case ENVOI_OAUTH_VISIT_NOT_HERE:
      return "Not Found";
    case ENVOI_OAUTH_VISIT_WRONG_METHOD:
      return "Method Not Allowed";
    default:
      return "Bad Request";
  }
}

/* The page repeats nothing of the request, and keeps the address out of caches
 * and of Referer headers. */
static void
answer (Visitor    *visitor,
        guint       status,
        const char *words)
{
  EnvoiOAuthLoopback *self = visitor->loopback;
  g_autofree char *title = g_markup_escape_text (self->title, -1);
  g_autofree char *escaped = words ? g_markup_escape_text (words, -1) : g_strdup ("");
  g_autofree char *page =
    g_strdup_printf ("<!DOCTYPE html><html><head><meta charset=\"utf-8\"><title>%s</title></head>"
                     "<body><h1>%s</h1><p>%s</p></body></html>\n", title, title, escaped);

  visitor->answer =
    g_strdup_printf ("HTTP/1.1 %u %s\r\nContent-Type: text/html; charset=utf-8\r\n"
                     "Content-Length: %" G_GSIZE_FORMAT "\r\nConnection: close\r\n"
                     "Cache-Control: no-store\r\nReferrer-Policy: no-referrer\r\n"
                     "Content-Security-Policy: default-src 'none'\r\n"
                     "X-Content-Type-Options: nosniff\r\n\r\n%s",
                     status, get_status_words (status), strlen (page), page);
  g_output_stream_write_all_async (g_io_stream_get_output_stream (G_IO_STREAM (visitor->connection)),
                                   visitor->answer, strlen (visitor->answer), G_PRIORITY_DEFAULT,
                                   visitor->cancellable, did_answer_cb, visitor);
}

static void
stop_listening (EnvoiOAuthLoopback *self)
{
  if (!self->service)
    return;

  g_socket_service_stop (self->service);
  g_socket_listener_close (G_SOCKET_LISTENER (self->service));
  g_clear_object (&self->service);
}

/* The one end of the wait. */
static void
finish (EnvoiOAuthLoopback *self,
        EnvoiSecret        *code,
        GError             *error)
{
  g_autoptr (GTask) task = g_steal_pointer (&self->task);

  if (self->cancelled)
    g_source_destroy (self->cancelled);
  g_clear_pointer (&self->cancelled, g_source_unref);
  self->request = NULL;
  stop_listening (self);

  if (code)
    g_task_return_pointer (task, code, (GDestroyNotify) envoi_secret_unref);
  else
    g_task_return_error (task, error);
}

static EnvoiOAuthRedirect
judge (EnvoiOAuthLoopback *self,
       const char         *query)
{
  EnvoiSecret *code = NULL;
  GError *error = NULL;
  EnvoiOAuthRedirect verdict;

  if (!self->task)
    return ENVOI_OAUTH_REDIRECT_IGNORED;

  verdict = envoi_oauth_request_judge (self->request, query, &code, &error);
  if (verdict != ENVOI_OAUTH_REDIRECT_IGNORED)
    finish (self, code, error);

  return verdict;
}

static void
receive (Visitor *visitor)
{
  /* Whoever waits may drop the server as soon as the answer is there. */
  g_autoptr (EnvoiOAuthLoopback) self = g_object_ref (visitor->loopback);
  g_autofree char *query = NULL;
  EnvoiOAuthVisit visit = envoi_oauth_visit_parse (visitor->head, self->path, self->port, &query);

  if (visit != ENVOI_OAUTH_VISIT_ACCEPTED) {
    answer (visitor, visit, NULL);
    return;
  }

  switch (judge (self, query)) {
    case ENVOI_OAUTH_REDIRECT_CODE:
      answer (visitor, ENVOI_OAUTH_VISIT_ACCEPTED, self->done);
      break;
    case ENVOI_OAUTH_REDIRECT_FAILED:
      answer (visitor, ENVOI_OAUTH_VISIT_ACCEPTED, self->failed);
      break;
    case ENVOI_OAUTH_REDIRECT_IGNORED:
    default:
      answer (visitor, ENVOI_OAUTH_VISIT_BAD, NULL);
  }

  if (query)
    envoi_wipe_memory (query, strlen (query));
}

static void read_more (Visitor *visitor);

static void
did_read_cb (GObject      *source,
             GAsyncResult *result,
             gpointer      user_data)
{
  Visitor *visitor = user_data;
  gssize got = g_input_stream_read_finish (G_INPUT_STREAM (source), result, NULL);

  if (got <= 0 || !visitor->loopback) {
    say_goodbye (visitor);
    return;
  }

  visitor->length += (gsize) got;
  visitor->head[visitor->length] = '\0';

  if (strlen (visitor->head) < visitor->length)
    answer (visitor, ENVOI_OAUTH_VISIT_BAD, NULL);
  else if (strstr (visitor->head, "\r\n\r\n"))
    receive (visitor);
  else if (visitor->length == LARGEST_HEAD)
    answer (visitor, ENVOI_OAUTH_VISIT_BAD, NULL);
  else
    read_more (visitor);
}

static void
read_more (Visitor *visitor)
{
  g_input_stream_read_async (g_io_stream_get_input_stream (G_IO_STREAM (visitor->connection)),
                             visitor->head + visitor->length, LARGEST_HEAD - visitor->length,
                             G_PRIORITY_DEFAULT, visitor->cancellable, did_read_cb, visitor);
}

static gboolean
incoming_cb (EnvoiOAuthLoopback *self,
             GSocketConnection  *connection,
             GObject            *source_object,
             GSocketService     *service)
{
  Visitor *visitor;

  /* The oldest goes: eight that keep silent must not lock the answer out. */
  if (self->visitors->len >= MOST_VISITORS) {
    Visitor *oldest = g_ptr_array_index (self->visitors, 0);

    g_ptr_array_remove_index (self->visitors, 0);
    oldest->loopback = NULL;
    g_cancellable_cancel (oldest->cancellable);
  }

  visitor = g_new0 (Visitor, 1);
  visitor->loopback = self;
  visitor->connection = g_object_ref (connection);
  visitor->cancellable = g_cancellable_new ();
  visitor->patience_id = g_timeout_add (self->patience_ms, patience_over_cb, visitor);
  g_ptr_array_add (self->visitors, visitor);
  read_more (visitor);
  return TRUE;
}

static gboolean
listen_on (GSocketService  *service,
           GSocketFamily    family,
           guint16          port,
           guint16         *bound_port,
           GError         **error)
{
  g_autoptr (GInetAddress) loopback = g_inet_address_new_loopback (family);
  g_autoptr (GSocketAddress) address = g_inet_socket_address_new (loopback, port);
  g_autoptr (GSocketAddress) bound = NULL;

  if (!g_socket_listener_add_address (G_SOCKET_LISTENER (service), address, G_SOCKET_TYPE_STREAM,
                                      G_SOCKET_PROTOCOL_TCP, NULL, &bound, error))
    return FALSE;

  *bound_port = g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (bound));
  return TRUE;
}

/* The browser resolves "localhost" as it likes, so both loopbacks must be ours.
 * Where IPv6 is missing only one exists; where somebody else has the other one's
 * port, that somebody could get the code. */
static gboolean
listen_on_both (EnvoiOAuthLoopback  *self,
                guint16              port,
                GError             **error)
{
  g_autoptr (GSocketService) service = g_socket_service_new ();
  g_autoptr (GError) failure = NULL;
  guint16 other_port;

  /* A running service drops who knocks while an address is added. */
  g_socket_service_stop (service);
  if (!listen_on (service, G_SOCKET_FAMILY_IPV4, port, &self->port, error))
    return FALSE;

  if (!listen_on (service, G_SOCKET_FAMILY_IPV6, self->port, &other_port, &failure) &&
      g_error_matches (failure, G_IO_ERROR, G_IO_ERROR_ADDRESS_IN_USE)) {
    g_propagate_error (error, g_steal_pointer (&failure));
    g_socket_listener_close (G_SOCKET_LISTENER (service));
    return FALSE;
  }

  self->service = g_steal_pointer (&service);
  g_signal_connect_object (self->service, "incoming", G_CALLBACK (incoming_cb), self,
                           G_CONNECT_SWAPPED);
  g_socket_service_start (self->service);
  return TRUE;
}

static void
envoi_oauth_loopback_dispose (GObject *object)
{
  EnvoiOAuthLoopback *self = ENVOI_OAUTH_LOOPBACK (object);

  stop_listening (self);

  /* A page that is being written is finished without us. */
  for (guint i = 0; i < self->visitors->len; i++) {
    Visitor *visitor = g_ptr_array_index (self->visitors, i);

    visitor->loopback = NULL;
    if (!visitor->answer)
      g_cancellable_cancel (visitor->cancellable);
  }
  g_ptr_array_set_size (self->visitors, 0);

  G_OBJECT_CLASS (envoi_oauth_loopback_parent_class)->dispose (object);
}

static void
envoi_oauth_loopback_finalize (GObject *object)
{
  EnvoiOAuthLoopback *self = ENVOI_OAUTH_LOOPBACK (object);

  g_ptr_array_unref (self->visitors);
  g_free (self->path);
  g_free (self->title);
  g_free (self->done);
  g_free (self->failed);

  G_OBJECT_CLASS (envoi_oauth_loopback_parent_class)->finalize (object);
}

static void
envoi_oauth_loopback_class_init (EnvoiOAuthLoopbackClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = envoi_oauth_loopback_dispose;
  G_OBJECT_CLASS (klass)->finalize = envoi_oauth_loopback_finalize;
}

static void
envoi_oauth_loopback_init (EnvoiOAuthLoopback *self)
{
  self->visitors = g_ptr_array_new ();
  self->patience_ms = PATIENCE_MS;
  self->title = g_strdup ("Envoi");
  self->done = g_strdup (_("You are signed in. You can close this page."));
  self->failed = g_strdup (_("The sign-in failed. You can close this page and try again."));
}

/**
 * envoi_oauth_loopback_new:
 * @port: the port, or 0 for any free one
 * @path: the one path that is served
 * @error: where an error goes
 *
 * Listens before the browser is opened, so that nobody else can take the port.
 *
 * Errors: those of sockets.
 *
 * Returns: (transfer full): the server, or %NULL with @error set
 *
 * Thread: main
 */
EnvoiOAuthLoopback *
envoi_oauth_loopback_new (guint16      port,
                          const char  *path,
                          GError     **error)
{
  g_autoptr (EnvoiOAuthLoopback) self = g_object_new (ENVOI_TYPE_OAUTH_LOOPBACK, NULL);
  guint tries = port == 0 ? MOST_PORTS_TRIED : 1;
  g_autoptr (GError) failure = NULL;

  self->path = g_strdup (path);
  for (guint i = 0; i < tries; i++) {
    g_clear_error (&failure);
    if (listen_on_both (self, port, &failure))
      return g_steal_pointer (&self);
  }

  g_propagate_error (error, g_steal_pointer (&failure));
  return NULL;
}

/**
 * envoi_oauth_loopback_format_uri:
 * @self: a server
 * @host: "127.0.0.1" or "localhost", as the provider has it registered
 *
 * Returns: (transfer full): the redirect URI (RFC 8252 section 7.3)
 *
 * Thread: main
 */
char *
envoi_oauth_loopback_format_uri (EnvoiOAuthLoopback *self,
                                 const char         *host)
{
  return g_strdup_printf ("http://%s:%u%s", host, self->port, self->path);
}

/**
 * envoi_oauth_loopback_get_port:
 * @self: a server
 *
 * Returns: the TCP port on both loopbacks
 *
 * Thread: main
 */
guint16
envoi_oauth_loopback_get_port (EnvoiOAuthLoopback *self)
{
  return self->port;
}

/**
 * envoi_oauth_loopback_set_words:
 * @self: a server
 * @title: the page's title, plain text
 * @done: what it says after a sign-in that worked
 * @failed: what it says after one that did not
 *
 * Thread: main
 */
void
envoi_oauth_loopback_set_words (EnvoiOAuthLoopback *self,
                                const char         *title,
                                const char         *done,
                                const char         *failed)
{
  g_free (self->title);
  self->title = g_strdup (title);
  g_free (self->done);
  self->done = g_strdup (done);
  g_free (self->failed);
  self->failed = g_strdup (failed);
}

/**
 * envoi_oauth_loopback_set_patience:
 * @self: a server
 * @patience_ms: how long a visitor may take for the whole request
 *
 * Thread: main
 */
void
envoi_oauth_loopback_set_patience (EnvoiOAuthLoopback *self,
                                   guint               patience_ms)
{
  self->patience_ms = patience_ms;
}

static gboolean
cancelled_cb (GCancellable *cancellable,
              gpointer      user_data)
{
  finish (user_data, NULL, g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CANCELLED,
                                                _("The sign-in was cancelled.")));
  return G_SOURCE_REMOVE;
}

/**
 * envoi_oauth_loopback_wait_async:
 * @self: a server that has not waited yet
 * @request: the attempt; must stay alive until @callback
 * @cancellable: (nullable): ends the wait
 * @callback: called on the main thread
 * @user_data: for @callback
 *
 * Waits for the answer. The first that is surely the answer ends the wait and
 * closes the ports.
 *
 * Thread: main
 */
void
envoi_oauth_loopback_wait_async (EnvoiOAuthLoopback  *self,
                                 EnvoiOAuthRequest   *request,
                                 GCancellable        *cancellable,
                                 GAsyncReadyCallback  callback,
                                 gpointer             user_data)
{
  g_return_if_fail (ENVOI_IS_OAUTH_LOOPBACK (self));
  g_return_if_fail (self->task == NULL && self->service != NULL);

  self->request = request;
  self->task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (self->task, envoi_oauth_loopback_wait_async);

  if (cancellable) {
    self->cancelled = g_cancellable_source_new (cancellable);
    g_source_set_callback (self->cancelled, G_SOURCE_FUNC (cancelled_cb), self, NULL);
    g_source_attach (self->cancelled, g_main_context_get_thread_default ());
  }
}

/**
 * envoi_oauth_loopback_wait_finish:
 * @self: a server
 * @result: what the callback got
 * @error: where an error goes
 *
 * Errors: as envoi_oauth_request_judge(), G_IO_ERROR_CANCELLED.
 *
 * Returns: (transfer full): the authorization code, or %NULL with @error set
 *
 * Thread: main
 */
EnvoiSecret *
envoi_oauth_loopback_wait_finish (EnvoiOAuthLoopback  *self,
                                  GAsyncResult        *result,
                                  GError             **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

/**
 * envoi_oauth_loopback_paste:
 * @self: a server that waits
 * @address: the address the browser ended at
 *
 * For a browser that cannot reach this computer's loopback: the person copies
 * the address it could not open.
 *
 * Returns: whether it was the answer; then the wait is over
 *
 * Thread: main
 */
gboolean
envoi_oauth_loopback_paste (EnvoiOAuthLoopback *self,
                            const char         *address)
{
  g_autoptr (GUri) uri = NULL;
  g_autofree char *stripped = g_strstrip (g_strdup (address));

  g_return_val_if_fail (ENVOI_IS_OAUTH_LOOPBACK (self), FALSE);

  uri = g_uri_parse (stripped, G_URI_FLAGS_ENCODED, NULL);
  if (!uri)
    return FALSE;

  return judge (self, g_uri_get_query (uri)) != ENVOI_OAUTH_REDIRECT_IGNORED;
}
