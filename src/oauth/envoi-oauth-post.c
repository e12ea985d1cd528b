/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-oauth"

#include "config.h"

#include "envoi-oauth-post-private.h"

#include "envoi-oauth-error.h"

#include <glib/gi18n.h>
#include <string.h>

#define LARGEST_ANSWER (64 * 1024)
#define CHUNK 4096

struct _EnvoiOAuthForm {
  GString *text;
};

typedef struct {
  SoupMessage *message;
  GCancellable *patience;
  guint patience_id;
  gboolean is_over_time;
  GSource *cancelled;
  GInputStream *stream;
  EnvoiOAuthAnswer *answer;
} Exchange;

static void
exchange_free (Exchange *exchange)
{
  g_clear_handle_id (&exchange->patience_id, g_source_remove);
  if (exchange->cancelled)
    g_source_destroy (exchange->cancelled);
  g_clear_pointer (&exchange->cancelled, g_source_unref);
  g_clear_object (&exchange->message);
  g_clear_object (&exchange->patience);
  g_clear_object (&exchange->stream);
  g_clear_pointer (&exchange->answer, envoi_oauth_answer_free);
  g_free (exchange);
}

/**
 * envoi_oauth_form_new:
 * @config: who asks
 *
 * Makes a form with the client's id, and with its secret where it has one: a
 * public client must not send any (RFC 6749 section 2.3.1).
 *
 * Returns: (transfer full): the form
 *
 * Thread: main
 */
EnvoiOAuthForm *
envoi_oauth_form_new (const EnvoiOAuthConfig *config)
{
  EnvoiOAuthForm *self = g_new0 (EnvoiOAuthForm, 1);

  /* Large enough that it does not move and leave a copy behind. */
  self->text = g_string_sized_new (32 * 1024);
  envoi_oauth_form_add (self, "client_id", config->client_id);
  if (config->client_secret)
    envoi_oauth_form_add (self, "client_secret", envoi_secret_peek (config->client_secret));

  return self;
}

/**
 * envoi_oauth_form_add:
 * @self: a form
 * @name: a field's name
 * @value: its value
 *
 * Thread: main
 */
void
envoi_oauth_form_add (EnvoiOAuthForm *self,
                      const char     *name,
                      const char     *value)
{
  if (self->text->len > 0)
    g_string_append_c (self->text, '&');
  g_string_append (self->text, name);
  g_string_append_c (self->text, '=');
  g_string_append_uri_escaped (self->text, value, NULL, FALSE);
}

/**
 * envoi_oauth_form_free:
 * @self: (transfer full): a form
 *
 * Thread: main
 */
void
envoi_oauth_form_free (EnvoiOAuthForm *self)
{
  envoi_wipe_memory (self->text->str, self->text->allocated_len);
  g_string_free (self->text, TRUE);
  g_free (self);
}

/**
 * envoi_oauth_answer_free:
 * @self: (transfer full): an answer
 *
 * Thread: main
 */
void
envoi_oauth_answer_free (EnvoiOAuthAnswer *self)
{
  envoi_wipe_memory (self->body, LARGEST_ANSWER + 1);
  g_free (self->body);
  g_free (self);
}

static gboolean
is_loopback (const char *host)
{
  return g_str_equal (host, "127.0.0.1") || g_str_equal (host, "::1") ||
         g_str_equal (host, "localhost");
}

/* Secrets travel by TLS; without it only where nothing leaves the computer. */
static gboolean
is_allowed (GUri *uri)
{
  const char *scheme = g_uri_get_scheme (uri);
  const char *host = g_uri_get_host (uri);

  return host && (g_str_equal (scheme, "https") ||
                  (g_str_equal (scheme, "http") && is_loopback (host)));
}

static void
return_error (GTask  *task,
              GError *failure)
{
  Exchange *exchange = g_task_get_task_data (task);

  if (g_task_return_error_if_cancelled (task)) {
    g_error_free (failure);
    return;
  }

  g_task_return_new_error (task, ENVOI_OAUTH_ERROR, ENVOI_OAUTH_ERROR_UNREACHABLE,
                           _("The provider's sign-in server could not be reached. (%s)"),
                           exchange->is_over_time ? _("it took too long") : failure->message);
  g_error_free (failure);
}

static void read_more (GTask *task);

static void
did_read_cb (GObject      *source,
             GAsyncResult *result,
             gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  Exchange *exchange = g_task_get_task_data (task);
  EnvoiOAuthAnswer *answer = exchange->answer;
  GError *error = NULL;
  gssize got = g_input_stream_read_finish (G_INPUT_STREAM (source), result, &error);

  if (got < 0) {
    return_error (task, error);
    return;
  }

  answer->length += (gsize) got;
  if (got == 0)
    g_task_return_pointer (task, g_steal_pointer (&exchange->answer),
                           (GDestroyNotify) envoi_oauth_answer_free);
  else if (answer->length == LARGEST_ANSWER)
    g_task_return_new_error (task, ENVOI_OAUTH_ERROR, ENVOI_OAUTH_ERROR_MALFORMED,
                             _("The provider's answer is too large."));
  else
    read_more (g_steal_pointer (&task));
}

static void
read_more (GTask *task)
{
  Exchange *exchange = g_task_get_task_data (task);
  gsize space = LARGEST_ANSWER - exchange->answer->length;

  g_input_stream_read_async (exchange->stream, exchange->answer->body + exchange->answer->length,
                             MIN (space, CHUNK), G_PRIORITY_DEFAULT, exchange->patience,
                             did_read_cb, task);
}

static void
did_send_cb (GObject      *source,
             GAsyncResult *result,
             gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  Exchange *exchange = g_task_get_task_data (task);
  GError *error = NULL;

  exchange->stream = soup_session_send_finish (SOUP_SESSION (source), result, &error);
  if (!exchange->stream) {
    return_error (task, error);
    return;
  }

  exchange->answer->status = soup_message_get_status (exchange->message);
  read_more (g_steal_pointer (&task));
}

static gboolean
patience_over_cb (gpointer user_data)
{
  Exchange *exchange = user_data;

  exchange->patience_id = 0;
  exchange->is_over_time = TRUE;
  g_cancellable_cancel (exchange->patience);
  return G_SOURCE_REMOVE;
}

static gboolean
cancelled_cb (GCancellable *cancellable,
              gpointer      user_data)
{
  g_cancellable_cancel (((Exchange *) user_data)->patience);
  return G_SOURCE_REMOVE;
}

static Exchange *
exchange_new (SoupMessage  *message,
              guint         patience_ms,
              GCancellable *cancellable)
{
  Exchange *exchange = g_new0 (Exchange, 1);

  exchange->message = message;
  exchange->patience = g_cancellable_new ();
  exchange->patience_id = g_timeout_add (patience_ms, patience_over_cb, exchange);
  exchange->answer = g_new0 (EnvoiOAuthAnswer, 1);
  exchange->answer->body = g_malloc0 (LARGEST_ANSWER + 1);

  if (cancellable) {
    exchange->cancelled = g_cancellable_source_new (cancellable);
    g_source_set_callback (exchange->cancelled, G_SOURCE_FUNC (cancelled_cb), exchange, NULL);
    g_source_attach (exchange->cancelled, g_main_context_get_thread_default ());
  }

  return exchange;
}

/**
 * envoi_oauth_post_async:
 * @session: a session
 * @url: an endpoint: https, or http on this computer
 * @form: (transfer full): what to send
 * @patience_ms: for the whole exchange
 * @cancellable: (nullable): ends it
 * @callback: called on the main thread
 * @user_data: for @callback
 *
 * Posts a form. A redirect is not followed: a token endpoint has none to give,
 * and the form holds secrets.
 *
 * Thread: main
 */
void
envoi_oauth_post_async (SoupSession         *session,
                        const char          *url,
                        EnvoiOAuthForm      *form,
                        guint                patience_ms,
                        GCancellable        *cancellable,
                        GAsyncReadyCallback  callback,
                        gpointer             user_data)
{
  g_autoptr (GTask) task = g_task_new (session, cancellable, callback, user_data);
  g_autoptr (GUri) uri = g_uri_parse (url, SOUP_HTTP_URI_FLAGS, NULL);
  g_autoptr (GBytes) bytes = NULL;
  SoupMessage *message;
  Exchange *exchange;

  g_task_set_source_tag (task, envoi_oauth_post_async);
  bytes = g_bytes_new_with_free_func (form->text->str, form->text->len,
                                      (GDestroyNotify) envoi_oauth_form_free, form);
  if (!uri || !is_allowed (uri)) {
    g_task_return_new_error (task, ENVOI_OAUTH_ERROR, ENVOI_OAUTH_ERROR_MALFORMED,
                             _("The provider's sign-in server has no https address."));
    return;
  }

  message = soup_message_new_from_uri (SOUP_METHOD_POST, uri);
  soup_message_set_flags (message, SOUP_MESSAGE_NO_REDIRECT);
  soup_message_headers_replace (soup_message_get_request_headers (message), "Accept",
                                "application/json");
  soup_message_set_request_body_from_bytes (message, "application/x-www-form-urlencoded", bytes);

  exchange = exchange_new (message, patience_ms, cancellable);
  g_task_set_task_data (task, exchange, (GDestroyNotify) exchange_free);
  soup_session_send_async (session, message, G_PRIORITY_DEFAULT, exchange->patience, did_send_cb,
                           g_steal_pointer (&task));
}

/**
 * envoi_oauth_post_finish:
 * @result: what the callback got
 * @error: where an error goes
 *
 * Errors: UNREACHABLE, MALFORMED, G_IO_ERROR_CANCELLED.
 *
 * Returns: (transfer full): the answer, whatever its status, or %NULL with @error set
 *
 * Thread: main
 */
EnvoiOAuthAnswer *
envoi_oauth_post_finish (GAsyncResult  *result,
                         GError       **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}
