/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "sasl/envoi-sasl-private.h"

#include <string.h>

/* Whatever a server sends as a challenge, a mechanism answers or refuses; an
 * OAuth error never brings the token out again. */

#define TOKEN "ya29.the-token"

int LLVMFuzzerTestOneInput (const guint8 *data,
                            gsize         size);

static void
challenge (const char   *name,
           const guint8 *data,
           gsize         size)
{
  g_autoptr (EnvoiSecret) token = envoi_secret_new (TOKEN, -1);
  g_autoptr (EnvoiSmtpCredentials) credentials =
    envoi_smtp_credentials_new (ENVOI_SMTP_AUTH_AUTO, "alice", token);
  g_autoptr (EnvoiSmtpEndpoint) endpoint =
    envoi_smtp_endpoint_new ("mail.example", 465, ENVOI_SMTP_SECURITY_TLS, NULL, 0, NULL);
  g_autoptr (EnvoiSasl) sasl = envoi_sasl_new_for_mechanism (name, credentials, endpoint, NULL);
  g_autoptr (EnvoiSecret) first = NULL;
  g_autoptr (EnvoiSecret) response = NULL;
  g_autoptr (GError) error = NULL;

  if (envoi_sasl_is_client_first (sasl))
    first = envoi_sasl_begin (sasl, NULL);

  response = envoi_sasl_respond (sasl, data, size, &error);
  g_assert_true ((response == NULL) == (error != NULL));
  if (response && first)
    g_assert_null (strstr (envoi_secret_peek (response), TOKEN));
}

int
LLVMFuzzerTestOneInput (const guint8 *data,
                        gsize         size)
{
  static const char *const names[] = { "XOAUTH2", "OAUTHBEARER", "CRAM-MD5", "SCRAM-SHA-256" };
  g_autofree char *status = envoi_sasl_dup_json_status (data, size);

  if (status)
    g_assert_cmpuint (strlen (status), <=, 32);

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    challenge (names[i], data, size);
  return 0;
}
