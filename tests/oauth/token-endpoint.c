/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-test"

#include "config.h"

#include "token-endpoint.h"

static void
serve_cb (SoupServer        *server,
          SoupServerMessage *message,
          const char        *path,
          GHashTable        *query,
          gpointer           user_data)
{
  TokenEndpoint *self = user_data;
  SoupMessageBody *body = soup_server_message_get_request_body (message);
  g_autofree char *text = g_strndup (body->data ? body->data : "", (gsize) body->length);

  self->count++;
  g_clear_pointer (&self->form, g_hash_table_unref);
  self->form = soup_form_decode (text);

  if (self->is_silent) {
    soup_server_message_pause (message);
    self->held = message;
    return;
  }

  if (self->status == 302)
    soup_message_headers_replace (soup_server_message_get_response_headers (message), "Location",
                                  "/elsewhere");
  soup_server_message_set_status (message, self->status, NULL);
  soup_server_message_set_response (message, "application/json", SOUP_MEMORY_COPY, self->body,
                                    strlen (self->body));
  if (self->next_body) {
    self->body = self->next_body;
    self->next_body = NULL;
    self->status = 200;
  }
}

void
token_endpoint_set_up (TokenEndpoint       *self,
                       gconstpointer        user_data)
{
  static const char *const scopes[] = { "send", NULL };
  g_autoptr (GError) error = NULL;
  GSList *uris;

  self->server = soup_server_new (NULL, NULL);
  soup_server_add_handler (self->server, NULL, serve_cb, self, NULL);
  g_assert_true (soup_server_listen_local (self->server, 0, SOUP_SERVER_LISTEN_IPV4_ONLY,
                                           &error));
  uris = soup_server_get_uris (self->server);
  self->base = g_strdup_printf ("http://127.0.0.1:%d", g_uri_get_port (uris->data));
  g_slist_free_full (uris, (GDestroyNotify) g_uri_unref);
  self->status = 200;
  self->body = TOKEN_ENDPOINT_GOOD;

  self->client = envoi_oauth_client_new ();
  self->random = envoi_random_new_system ();
  self->config = envoi_oauth_config_new ();
  self->config->authorization_endpoint = g_strconcat (self->base, "/authorize", NULL);
  self->config->token_endpoint = g_strconcat (self->base, "/token", NULL);
  self->config->device_endpoint = g_strconcat (self->base, "/device", NULL);
  self->config->revocation_endpoint = g_strconcat (self->base, "/revoke", NULL);
  self->config->scopes = g_strdupv ((char **) scopes);
  self->config->client_id = g_strdup ("envoi-test");
  self->config->redirect_host = g_strdup ("127.0.0.1");
  self->config->redirect_path = g_strdup ("/back");
}

void
token_endpoint_tear_down (TokenEndpoint       *self,
                          gconstpointer        user_data)
{
  if (self->held)
    soup_server_message_unpause (self->held);
  g_clear_object (&self->client);
  g_clear_object (&self->random);
  g_clear_pointer (&self->config, envoi_oauth_config_unref);
  g_clear_pointer (&self->form, g_hash_table_unref);
  soup_server_disconnect (self->server);
  g_clear_object (&self->server);
  g_free (self->base);
}

void
token_endpoint_assert_field (TokenEndpoint    *self,
                             const char       *name,
                             const char       *value)
{
  g_assert_cmpstr (g_hash_table_lookup (self->form, name), ==, value);
}
