/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "envoi-oauth-request.h"
#include "envoi-oauth-visit-private.h"

#include <string.h>

/* What any program on the computer can say to the loopback server: only a
 * request with our path, our host and our state is ever taken for the answer. */

int LLVMFuzzerTestOneInput (const guint8 *data,
                            gsize         size);

static EnvoiOAuthRequest *
make_request (void)
{
  g_autoptr (EnvoiOAuthConfig) config = envoi_oauth_config_new ();
  g_autoptr (EnvoiRandom) random = envoi_random_new_fake (7);

  config->authorization_endpoint = g_strdup ("https://provider.example/authorize");
  config->token_endpoint = g_strdup ("https://provider.example/token");
  config->scopes = g_strsplit ("send", " ", -1);
  config->client_id = g_strdup ("envoi");
  config->redirect_host = g_strdup ("127.0.0.1");
  config->redirect_path = g_strdup ("/back");
  return envoi_oauth_request_new (config, "http://127.0.0.1:8000/back", NULL, random);
}

int
LLVMFuzzerTestOneInput (const guint8 *data,
                        gsize         size)
{
  static EnvoiOAuthRequest *request = NULL;
  g_autofree char *head = g_strndup ((const char *) data, size);
  g_autofree char *query = NULL;
  g_autoptr (EnvoiSecret) code = NULL;
  g_autoptr (GError) error = NULL;
  EnvoiOAuthRedirect verdict;

  if (!request)
    request = make_request ();

  if (envoi_oauth_visit_parse (head, "/back", 8000, &query) != ENVOI_OAUTH_VISIT_ACCEPTED)
    return 0;

  g_assert_true (g_str_has_prefix (head, "GET /back"));
  verdict = envoi_oauth_request_judge (request, query, &code, &error);
  g_assert_true ((verdict == ENVOI_OAUTH_REDIRECT_CODE) == (code != NULL));
  g_assert_true ((verdict == ENVOI_OAUTH_REDIRECT_FAILED) == (error != NULL));
  return 0;
}
