/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-bench"

#include "config.h"

#include "envoi-smtp-connection.h"

#include <stdio.h>

/* Sends one file so many times over one connection of the engine. WAIT
 * milliseconds lie between the sign-in and the first letter.
 *   bench-smtp-client HOST PORT tls|starttls CA_FILE RECIPIENTS LETTERS FILE [WAIT] */

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

typedef struct {
  EnvoiEnvelope *envelope;
  char *contents;
  gsize size;
  guint64 n_left;
} Batch;

static const EnvoiSmtpTransaction *
next_cb (gpointer user_data)
{
  Batch *batch = user_data;
  EnvoiSmtpTransaction *transaction;

  if (batch->n_left == 0)
    return NULL;

  batch->n_left--;
  transaction = g_new0 (EnvoiSmtpTransaction, 1);
  transaction->envelope = batch->envelope;
  transaction->message = g_memory_input_stream_new_from_data (batch->contents,
                                                              (gssize) batch->size, NULL);
  transaction->size = batch->size;
  return transaction;
}

static void
done_cb (const EnvoiSmtpTransaction *transaction,
         EnvoiSmtpOutcome           *outcome,
         gpointer                    user_data)
{
  g_assert_no_error (outcome->error);
  g_object_unref (transaction->message);
  g_free ((gpointer) transaction);
}

int
main (int    argc,
      char **argv)
{
  g_autoptr (EnvoiSmtpConnection) connection = NULL;
  g_auto (GStrv) recipients = NULL;
  Batch batch = { 0 };
  EnvoiSmtpLetterSource source = { .next = next_cb, .done = done_cb, .user_data = &batch };

  if (argc < N_ARGUMENTS)
    return 65;

  connection = open_connection (argv);
  /* As the composer does it: what comes now is what a person waits for. */
  if (argc > N_ARGUMENTS)
    g_usleep (G_USEC_PER_SEC * g_ascii_strtoull (argv[N_ARGUMENTS], NULL, 10) / 1000);

  recipients = g_strsplit (argv[RECIPIENTS], ",", -1);
  batch.envelope = envoi_envelope_new ("user@localhost", (const char *const *) recipients,
                                       ENVOI_ENVELOPE_NONE, NULL);
  g_assert_true (g_file_get_contents (argv[LETTER_FILE], &batch.contents, &batch.size, NULL));
  batch.n_left = g_ascii_strtoull (argv[LETTERS], NULL, 10);

  envoi_smtp_connection_send_many_sync (connection, &source, NULL);
  g_assert_cmpuint (batch.n_left, ==, 0);
  envoi_smtp_connection_close_sync (connection);

  envoi_envelope_unref (batch.envelope);
  g_free (batch.contents);
  return 0;
}
