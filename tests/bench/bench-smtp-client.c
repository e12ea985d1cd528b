/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-bench"

#include "config.h"

#include "envoi-smtp-connection.h"

#include <stdio.h>

/* Sends one file so many times over one connection of the engine.
 *   bench-smtp-client HOST PORT tls|starttls CA_FILE RECIPIENTS LETTERS FILE */

enum { HOST = 1, PORT, SECURITY, CA_FILE, RECIPIENTS, LETTERS, LETTER_FILE, N_ARGUMENTS };

static EnvoiSmtpConnection *
open_connection (char **argv)
{
  g_autoptr (EnvoiSmtpEndpoint) endpoint = NULL;
  g_autoptr (EnvoiSmtpCredentials) credentials = NULL;
  g_autoptr (EnvoiSecret) secret = envoi_secret_new ("password", -1);
  g_autoptr (EnvoiClock) clock = envoi_clock_new_system ();
  g_autoptr (EnvoiSmtpOutcome) outcome = NULL;
  EnvoiSmtpSecurity security = ENVOI_SMTP_SECURITY_TLS;
  EnvoiSmtpTrust trust = { .ca_file = argv[CA_FILE] };
  EnvoiSmtpConnection *connection;

  g_assert_true (envoi_smtp_security_from_string (argv[SECURITY], &security));
  endpoint = envoi_smtp_endpoint_new (argv[HOST], (guint16) g_ascii_strtoull (argv[PORT], NULL, 10),
                                      security, &trust, ENVOI_SMTP_QUIRK_NONE, NULL);
  credentials = envoi_smtp_credentials_new (ENVOI_SMTP_AUTH_PLAIN, "user", secret);
  connection = envoi_smtp_connection_new (endpoint, clock);
  outcome = envoi_smtp_connection_open_sync (connection, credentials, NULL);
  g_assert_no_error (outcome->error);
  return connection;
}

int
main (int    argc,
      char **argv)
{
  g_autoptr (EnvoiSmtpConnection) connection = NULL;
  g_autoptr (EnvoiEnvelope) envelope = NULL;
  g_auto (GStrv) recipients = NULL;
  g_autofree char *contents = NULL;
  guint64 n_letters;
  gsize size;

  if (argc != N_ARGUMENTS)
    return 65;

  connection = open_connection (argv);
  recipients = g_strsplit (argv[RECIPIENTS], ",", -1);
  envelope = envoi_envelope_new ("user@localhost", (const char *const *) recipients,
                                 ENVOI_ENVELOPE_NONE, NULL);
  g_assert_true (g_file_get_contents (argv[LETTER_FILE], &contents, &size, NULL));
  n_letters = g_ascii_strtoull (argv[LETTERS], NULL, 10);

  for (guint64 i = 0; i < n_letters; i++) {
    g_autoptr (GInputStream) message = g_memory_input_stream_new_from_data (contents, (gssize) size, NULL);
    EnvoiSmtpTransaction transaction = { .envelope = envelope, .message = message, .size = size };
    g_autoptr (EnvoiSmtpOutcome) outcome =
      envoi_smtp_connection_send_sync (connection, &transaction, NULL);

    g_assert_no_error (outcome->error);
  }

  envoi_smtp_connection_close_sync (connection);
  return 0;
}
