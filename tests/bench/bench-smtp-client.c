/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-bench"

#include "config.h"

#include "envoi-manifest.h"
#include "envoi-smtp-connection.h"

#include <stdio.h>

/* Sends one letter so many times over one connection of the engine. FILE is the
 * letter if its name ends in ".eml", else a file that is attached to one, whose
 * MIME is made on the way. WAIT milliseconds lie between the sign-in and the
 * first letter.
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
  const char *path;
  char *contents;           /* of the letter, or NULL: */
  gsize size;
  EnvoiManifest *manifest;  /* of one with an attachment */
  guint64 n_left;
} Batch;

static GInputStream *
open_blob_cb (const char  *id,
              gpointer     path,
              GError     **error)
{
  g_autoptr (GFile) file = g_file_new_for_path (path);

  return G_INPUT_STREAM (g_file_read (file, NULL, error));
}

static EnvoiManifest *
seal (const char *path)
{
  g_autoptr (EnvoiDraft) draft = envoi_draft_new ("d");
  g_autoptr (EnvoiClock) clock = envoi_clock_new_system ();
  g_autoptr (EnvoiRandom) random = envoi_random_new_system ();
  g_autofree char *blob_id = g_strnfill (64, 'a');
  g_autoptr (EnvoiAttachment) attachment = NULL;
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GFileInfo) info = g_file_query_info (file, G_FILE_ATTRIBUTE_STANDARD_SIZE,
                                                  G_FILE_QUERY_INFO_NONE, NULL, NULL);
  g_autoptr (GError) error = NULL;
  EnvoiManifest *manifest;

  attachment = envoi_attachment_new ("large.bin", "application/octet-stream", blob_id,
                                     (guint64) g_file_info_get_size (info));
  envoi_draft_set (draft, "from", "user@localhost");
  envoi_draft_set (draft, "to", "r@localhost");
  envoi_draft_add_attachment (draft, attachment);
  manifest = envoi_manifest_seal (draft, clock, random, &error);
  g_assert_no_error (error);
  return manifest;
}

static void
read_letter (Batch      *batch,
             const char *path)
{
  batch->path = path;
  if (g_str_has_suffix (path, ".eml")) {
    g_assert_true (g_file_get_contents (path, &batch->contents, &batch->size, NULL));
  } else {
    batch->manifest = seal (path);
    batch->size = envoi_manifest_get_size (batch->manifest);
  }
}

static GInputStream *
open_message (Batch *batch)
{
  if (batch->manifest)
    return envoi_manifest_open (batch->manifest, open_blob_cb, (gpointer) batch->path, NULL);

  return g_memory_input_stream_new_from_data (batch->contents, (gssize) batch->size, NULL);
}

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
  transaction->message = open_message (batch);
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
  read_letter (&batch, argv[LETTER_FILE]);
  batch.n_left = g_ascii_strtoull (argv[LETTERS], NULL, 10);

  envoi_smtp_connection_send_many_sync (connection, &source, NULL);
  g_assert_cmpuint (batch.n_left, ==, 0);
  envoi_smtp_connection_close_sync (connection);

  envoi_envelope_unref (batch.envelope);
  g_clear_pointer (&batch.manifest, envoi_manifest_unref);
  g_free (batch.contents);
  return 0;
}
