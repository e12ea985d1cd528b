/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-accounts"

#include "config.h"

#include "envoi-https-get-private.h"

#include <glib/gi18n.h>

#define MOST_REDIRECTS 3
#define CHUNK (16 * 1024)

typedef struct {
  SoupSession *session;
  SoupMessage *message;
  GInputStream *stream;
  GByteArray *bytes;
  gsize most;
  guint n_redirects;
} Get;

static void
get_free (Get *get)
{
  g_object_unref (get->session);
  g_clear_object (&get->message);
  g_clear_object (&get->stream);
  g_byte_array_unref (get->bytes);
  g_free (get);
}

static void read_more (GTask *task);
static void ask (GTask *task,
                 GUri  *uri);

static void
did_read_cb (GObject      *source,
             GAsyncResult *result,
             gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  Get *get = g_task_get_task_data (task);
  GError *error = NULL;
  g_autoptr (GBytes) chunk = g_input_stream_read_bytes_finish (G_INPUT_STREAM (source), result,
                                                               &error);
  gsize length = chunk ? g_bytes_get_size (chunk) : 0;

  if (!chunk) {
    g_task_return_error (task, error);
    return;
  }

  if (length > 0)
    g_byte_array_append (get->bytes, g_bytes_get_data (chunk, NULL), (guint) length);

  if (get->bytes->len > get->most)
    g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_MESSAGE_TOO_LARGE,
                             _("The page is too large."));
  else if (length == 0)
    g_task_return_pointer (task, g_bytes_new (get->bytes->data, get->bytes->len),
                           (GDestroyNotify) g_bytes_unref);
  else
    read_more (g_steal_pointer (&task));
}

/* @task: (transfer full) */
static void
read_more (GTask *task)
{
  Get *get = g_task_get_task_data (task);

  g_input_stream_read_bytes_async (get->stream, CHUNK, G_PRIORITY_DEFAULT,
                                   g_task_get_cancellable (task), did_read_cb, task);
}

/* Nullable: there is none, it is no address, or it was the last straw. */
static GUri *
dup_next_uri (Get *get)
{
  const char *location = soup_message_headers_get_one (
    soup_message_get_response_headers (get->message), "Location");

  if (!SOUP_STATUS_IS_REDIRECTION (soup_message_get_status (get->message)) || !location ||
      get->n_redirects++ >= MOST_REDIRECTS)
    return NULL;

  return g_uri_parse_relative (soup_message_get_uri (get->message), location, SOUP_HTTP_URI_FLAGS,
                               NULL);
}

static void
did_send_cb (GObject      *source,
             GAsyncResult *result,
             gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  Get *get = g_task_get_task_data (task);
  g_autoptr (GUri) next = NULL;
  GError *error = NULL;

  g_clear_object (&get->stream);
  get->stream = soup_session_send_finish (SOUP_SESSION (source), result, &error);
  if (!get->stream) {
    g_task_return_error (task, error);
    return;
  }

  next = dup_next_uri (get);
  if (next)
    ask (g_steal_pointer (&task), next);
  else if (soup_message_get_status (get->message) != SOUP_STATUS_OK)
    g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_NOT_FOUND, _("There is no such page."));
  else
    read_more (g_steal_pointer (&task));
}

/* @task: (transfer full) */
static void
ask (GTask *task,
     GUri  *uri)
{
  g_autoptr (GTask) owned = task;
  Get *get = g_task_get_task_data (task);

  if (!g_str_equal (g_uri_get_scheme (uri), "https") || !g_uri_get_host (uri)) {
    g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED,
                             _("The page is not on an https address."));
    return;
  }

  g_clear_object (&get->message);
  get->message = soup_message_new_from_uri (SOUP_METHOD_GET, uri);
  soup_message_set_flags (get->message, SOUP_MESSAGE_NO_REDIRECT);
  soup_session_send_async (get->session, get->message, G_PRIORITY_DEFAULT,
                           g_task_get_cancellable (task), did_send_cb, g_steal_pointer (&owned));
}

/**
 * envoi_https_get_async:
 * @session: a session
 * @url: an https address
 * @most: the largest page that is taken, in octets
 * @cancellable: (nullable): ends it
 * @callback: called on the main thread
 * @user_data: for @callback
 *
 * Gets a page that decides where a password goes: a redirect away from https is
 * refused, for anybody on the way could have written what is behind it.
 *
 * Thread: main
 */
void
envoi_https_get_async (SoupSession         *session,
                       const char          *url,
                       gsize                most,
                       GCancellable        *cancellable,
                       GAsyncReadyCallback  callback,
                       gpointer             user_data)
{
  GTask *task = g_task_new (NULL, cancellable, callback, user_data);
  g_autoptr (GUri) uri = g_uri_parse (url, SOUP_HTTP_URI_FLAGS, NULL);
  Get *get = g_new0 (Get, 1);

  get->session = g_object_ref (session);
  get->bytes = g_byte_array_new ();
  get->most = most;
  g_task_set_source_tag (task, envoi_https_get_async);
  g_task_set_task_data (task, get, (GDestroyNotify) get_free);

  if (uri) {
    ask (task, uri);
    return;
  }

  g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT, _("This is no address."));
  g_object_unref (task);
}

/**
 * envoi_https_get_finish:
 * @result: what the callback got
 * @error: where an error goes
 *
 * Errors: G_IO_ERROR, those of libsoup and TLS.
 *
 * Returns: (transfer full): the page, or %NULL with @error set
 *
 * Thread: main
 */
GBytes *
envoi_https_get_finish (GAsyncResult  *result,
                        GError       **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}
