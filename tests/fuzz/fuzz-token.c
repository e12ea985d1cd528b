/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "envoi-oauth-token.h"

/* A token endpoint's answer: a token with what makes it one, or an error. The
 * first octet chooses the HTTP status. */

int LLVMFuzzerTestOneInput (const guint8 *data,
                            gsize         size);

int
LLVMFuzzerTestOneInput (const guint8 *data,
                        gsize         size)
{
  static const guint statuses[] = { 200, 400, 401, 500 };
  static EnvoiOAuthConfig *config = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (EnvoiOAuthToken) token = NULL;

  if (size == 0)
    return 0;

  if (!config) {
    config = envoi_oauth_config_new ();
    config->scopes = g_strsplit ("send offline_access", " ", -1);
    config->client_id = g_strdup ("envoi");
  }

  token = envoi_oauth_token_parse (config, statuses[data[0] % G_N_ELEMENTS (statuses)],
                                   (const char *) data + 1, size - 1, &error);
  g_assert_true ((token == NULL) == (error != NULL));
  if (token) {
    g_assert_cmpuint (envoi_secret_get_length (token->access_token), >, 0);
    g_assert_cmpint (token->expires_in_us, >=, 0);
  }
  return 0;
}
