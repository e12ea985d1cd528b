/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-oauth"

#include "config.h"

#include "envoi-oauth-client.h"

#include "envoi-json.h"
#include "envoi-oauth-client-private.h"
#include "envoi-oauth-error.h"
#include "envoi-oauth-post-private.h"

#include <glib/gi18n.h>
#include <string.h>

/* The device authorization grant (RFC 8628). */

#define LARGEST_ANSWER (64 * 1024)
#define USUAL_INTERVAL_SECONDS 5
#define LONGEST_INTERVAL_SECONDS 60
#define LONGEST_LIFE_SECONDS 1800
#define LONGEST_CODE 64
#define GRANT_TYPE "urn:ietf:params:oauth:grant-type:device_code"

typedef struct {
  EnvoiOAuthConfig *config;
  EnvoiClock *clock;
  EnvoiOAuthDeviceFunc show;
  gpointer show_data;
  EnvoiSecret *device_code;
  gint64 interval_us;
  gint64 end_us;
  guint call_id;
  GSource *cancelled;
} Wait;

static void
wait_free (Wait *wait)
{
  if (wait->call_id != 0)
    envoi_clock_cancel (wait->clock, wait->call_id);
  if (wait->cancelled)
    g_source_destroy (wait->cancelled);
  g_clear_pointer (&wait->cancelled, g_source_unref);
  envoi_oauth_config_unref (wait->config);
  g_object_unref (wait->clock);
  g_clear_pointer (&wait->device_code, envoi_secret_unref);
  g_free (wait);
}

static void poll_later (GTask *task);

static gboolean
is_named (JsonObject *answer,
          const char *name)
{
  return g_strcmp0 (envoi_json_get_string (answer, "error"), name) == 0;
}

/* Whether to go on asking, and how slowly (RFC 8628 section 3.5). */
static gboolean
should_go_on (Wait             *wait,
              EnvoiOAuthAnswer *answer,
              const GError     *error)
{
  g_autoptr (JsonNode) root = NULL;
  JsonObject *object;

  if (!answer) {
    /* A connection that timed out backs off, a dead one ends with the code's life. */
    wait->interval_us = MIN (wait->interval_us * 2, LONGEST_INTERVAL_SECONDS * G_USEC_PER_SEC);
    return g_error_matches (error, ENVOI_OAUTH_ERROR, ENVOI_OAUTH_ERROR_UNREACHABLE);
  }

  root = envoi_json_parse (answer->body, answer->length, LARGEST_ANSWER, NULL);
  object = envoi_json_get_root (root);
  if (is_named (object, "slow_down"))
    wait->interval_us += USUAL_INTERVAL_SECONDS * G_USEC_PER_SEC;

  return is_named (object, "slow_down") || is_named (object, "authorization_pending") ||
         answer->status >= 500;
}

static void
did_poll_cb (GObject      *source,
             GAsyncResult *result,
             gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  Wait *wait = g_task_get_task_data (task);
  GError *error = NULL;
  g_autoptr (EnvoiOAuthAnswer) answer = envoi_oauth_post_finish (result, &error);
  EnvoiOAuthToken *token = NULL;

  if (should_go_on (wait, answer, error)) {
    g_clear_error (&error);
    poll_later (g_steal_pointer (&task));
    return;
  }

  if (answer)
    token = envoi_oauth_token_parse (wait->config, answer->status, answer->body, answer->length,
                                     &error);

  if (token)
    g_task_return_pointer (task, token, (GDestroyNotify) envoi_oauth_token_unref);
  else
    g_task_return_error (task, error);
}

static gboolean
poll_cb (gpointer user_data)
{
  GTask *task = user_data;
  EnvoiOAuthClient *self = g_task_get_source_object (task);
  Wait *wait = g_task_get_task_data (task);
  EnvoiOAuthForm *form = envoi_oauth_form_new (wait->config);

  wait->call_id = 0;
  if (wait->cancelled)
    g_source_destroy (wait->cancelled);
  g_clear_pointer (&wait->cancelled, g_source_unref);

  envoi_oauth_form_add (form, "grant_type", GRANT_TYPE);
  envoi_oauth_form_add (form, "device_code", envoi_secret_peek (wait->device_code));
  envoi_oauth_post_async (envoi_oauth_client_get_session (self), wait->config->token_endpoint,
                          form, envoi_oauth_client_get_patience (self),
                          g_task_get_cancellable (task), did_poll_cb, task);
  return G_SOURCE_REMOVE;
}

static gboolean
cancelled_cb (GCancellable *cancellable,
              gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;

  g_task_return_error_if_cancelled (task);
  return G_SOURCE_REMOVE;
}

/* @task: (transfer full) */
static void
poll_later (GTask *task)
{
  Wait *wait = g_task_get_task_data (task);
  GCancellable *cancellable = g_task_get_cancellable (task);
  gint64 due_us = envoi_clock_get_now (wait->clock) + wait->interval_us;

  if (due_us > wait->end_us) {
    g_task_return_error (task, envoi_oauth_error_new ("expired_token", NULL));
    g_object_unref (task);
    return;
  }

  wait->call_id = envoi_clock_call_at (wait->clock, due_us, poll_cb, task);
  if (cancellable) {
    wait->cancelled = g_cancellable_source_new (cancellable);
    g_source_set_callback (wait->cancelled, G_SOURCE_FUNC (cancelled_cb), task, NULL);
    g_source_attach (wait->cancelled, g_main_context_get_thread_default ());
  }
}

static gboolean
is_web_address (const char *text)
{
  g_autoptr (GUri) uri = text ? g_uri_parse (text, G_URI_FLAGS_NONE, NULL) : NULL;

  return uri && (g_str_equal (g_uri_get_scheme (uri), "https") ||
                 g_str_equal (g_uri_get_scheme (uri), "http"));
}

/* Takes the codes of a good answer over and shows the person's one. */
static gboolean
begin_wait (Wait             *wait,
            EnvoiOAuthAnswer *answer)
{
  g_autoptr (JsonNode) root = envoi_json_parse (answer->body, answer->length, LARGEST_ANSWER, NULL);
  JsonObject *object = envoi_json_get_root (root);
  const char *device_code = envoi_json_get_string (object, "device_code");
  const char *user_code = envoi_json_get_string (object, "user_code");
  const char *address = envoi_json_get_string (object, "verification_uri");
  gint64 interval = USUAL_INTERVAL_SECONDS;
  gint64 life = LONGEST_LIFE_SECONDS;
  EnvoiOAuthDeviceCode code = { NULL };

  if (answer->status != 200 || !device_code || !user_code || strlen (user_code) > LONGEST_CODE ||
      !is_web_address (address))
    return FALSE;

  envoi_json_get_integer (object, "interval", &interval);
  envoi_json_get_integer (object, "expires_in", &life);
  wait->device_code = envoi_secret_new (device_code, -1);
  wait->interval_us = CLAMP (interval, 1, LONGEST_INTERVAL_SECONDS) * G_USEC_PER_SEC;
  wait->end_us = envoi_clock_get_now (wait->clock) +
                 CLAMP (life, 0, LONGEST_LIFE_SECONDS) * G_USEC_PER_SEC;

  code.user_code = (char *) user_code;
  code.verification_uri = (char *) address;
  wait->show (&code, wait->show_data);
  return TRUE;
}

static void
did_get_code_cb (GObject      *source,
                 GAsyncResult *result,
                 gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  Wait *wait = g_task_get_task_data (task);
  GError *error = NULL;
  g_autoptr (EnvoiOAuthAnswer) answer = envoi_oauth_post_finish (result, &error);

  if (answer && begin_wait (wait, answer)) {
    poll_later (g_steal_pointer (&task));
    return;
  }

  /* Read as a token answer it says what went wrong. */
  if (answer) {
    EnvoiOAuthToken *token = envoi_oauth_token_parse (wait->config, answer->status, answer->body,
                                                      answer->length, &error);

    g_clear_pointer (&token, envoi_oauth_token_unref);
  }

  if (!error)
    error = g_error_new_literal (ENVOI_OAUTH_ERROR, ENVOI_OAUTH_ERROR_MALFORMED,
                                 _("The provider's answer makes no sense."));
  g_task_return_error (task, error);
}

/**
 * envoi_oauth_client_device_async:
 * @self: a client
 * @config: where to sign in; must have a device endpoint
 * @clock: what the waiting goes by
 * @show: told the code and the page once; gets @user_data
 * @cancellable: (nullable): ends the wait
 * @callback: called when the person has agreed, or not
 * @user_data: for @callback and @show
 *
 * Signs in on another screen (RFC 8628).
 *
 * Thread: main
 */
void
envoi_oauth_client_device_async (EnvoiOAuthClient     *self,
                                 EnvoiOAuthConfig     *config,
                                 EnvoiClock           *clock,
                                 EnvoiOAuthDeviceFunc  show,
                                 GCancellable         *cancellable,
                                 GAsyncReadyCallback   callback,
                                 gpointer              user_data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
  g_autofree char *scope = envoi_oauth_config_format_scopes (config);
  Wait *wait = g_new0 (Wait, 1);
  EnvoiOAuthForm *form;

  wait->config = envoi_oauth_config_ref (config);
  wait->clock = g_object_ref (clock);
  wait->show = show;
  wait->show_data = user_data;
  g_task_set_source_tag (task, envoi_oauth_client_device_async);
  g_task_set_task_data (task, wait, (GDestroyNotify) wait_free);

  if (!config->device_endpoint) {
    g_task_return_new_error (task, ENVOI_OAUTH_ERROR, ENVOI_OAUTH_ERROR_CLIENT_INVALID,
                             _("The provider has no sign-in on another screen."));
    return;
  }

  form = envoi_oauth_form_new (config);
  envoi_oauth_form_add (form, "scope", scope);
  envoi_oauth_post_async (envoi_oauth_client_get_session (self), config->device_endpoint, form,
                          envoi_oauth_client_get_patience (self), cancellable, did_get_code_cb,
                          g_steal_pointer (&task));
}
