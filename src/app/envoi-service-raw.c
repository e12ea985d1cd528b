/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-app"

#include "config.h"

#include "envoi-service-private.h"

#include "envoi-message-error.h"
#include "envoi-message-recipients.h"

#include <errno.h>
#include <fcntl.h>
#include <gio/gunixoutputstream.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <string.h>

/* Finished messages, from envoictl --eml and envoi-sendmail: normalised into a
 * file beside the blobs, imported, sealed around, committed. However large the
 * message is, only its header is ever in memory. */

#define HEADER_LIMIT (1024 * 1024)
#define ID_BYTES 16

typedef struct {
  char *account_id;
  char *sender;
  char **recipients;   /* NULL = those of the header */
  gint64 hold_until;
  GInputStream *input;
  char *folder;

  /* The worker's findings */
  GInputStream *normal;
  GBytes *header;
} Raw;

static void
raw_free (Raw *raw)
{
  g_free (raw->account_id);
  g_free (raw->sender);
  g_strfreev (raw->recipients);
  g_clear_object (&raw->input);
  g_clear_object (&raw->normal);
  g_clear_pointer (&raw->header, g_bytes_unref);
  g_free (raw->folder);
  g_free (raw);
}

/* Up to the empty line, or all there is. */
static gsize
find_header_end (const char *bytes,
                 gsize       length)
{
  const char *lf = memmem (bytes, length, "\n\n", 2);
  const char *crlf = memmem (bytes, length, "\n\r\n", 3);

  if (lf && (!crlf || lf < crlf))
    return (gsize) (lf - bytes) + 2;

  return crlf ? (gsize) (crlf - bytes) + 3 : length;
}

static GBytes *
peek_header (GBufferedInputStream  *input,
             GCancellable          *cancellable,
             GError               **error)
{
  const char *bytes;
  gsize length = 0;
  gssize got = 1;

  g_buffered_input_stream_set_buffer_size (input, HEADER_LIMIT);
  while (got > 0 && length < HEADER_LIMIT) {
    got = g_buffered_input_stream_fill (input, -1, cancellable, error);
    bytes = g_buffered_input_stream_peek_buffer (input, &length);
    if (find_header_end (bytes, length) < length)
      break;
  }

  if (got < 0)
    return NULL;

  bytes = g_buffered_input_stream_peek_buffer (input, &length);
  return g_bytes_new (bytes, find_header_end (bytes, length));
}

/* The Bcc of the header counts here and is gone from what is sent. */
static gboolean
find_recipients (Raw           *raw,
                 GBytes        *header,
                 GError       **error)
{
  if (raw->recipients)
    return TRUE;

  raw->recipients = envoi_message_parse_recipients (header, error);
  return raw->recipients != NULL;
}

static GOutputStream *
open_file (char    *path,
           GError **error)
{
  int fd = g_mkstemp_full (path, O_RDWR | O_CLOEXEC, 0600);

  if (fd >= 0)
    return g_unix_output_stream_new (fd, TRUE);

  g_set_error (error, G_IO_ERROR, g_io_error_from_errno (errno),
               _("The message cannot be kept: %s."), g_strerror (errno));
  return NULL;
}

/* The file has no name any more when this returns: whatever happens, it goes. */
static GInputStream *
normalise (Raw           *raw,
           GInputStream  *input,
           GCancellable  *cancellable,
           GError       **error)
{
  g_autofree char *path = g_build_filename (raw->folder, "incoming-XXXXXX", NULL);
  g_autoptr (GOutputStream) output = open_file (path, error);
  g_autoptr (GFile) file = g_file_new_for_path (path);
  GInputStream *normal = NULL;

  if (output && envoi_message_normalize_sync (input, output, cancellable, error) &&
      g_output_stream_close (output, cancellable, error))
    normal = G_INPUT_STREAM (g_file_read (file, cancellable, error));

  if (output)
    g_unlink (path);
  return normal;
}

static GBytes *
read_header (GInputStream  *normal,
             GCancellable  *cancellable,
             GError       **error)
{
  g_autofree char *bytes = g_malloc (HEADER_LIMIT);
  gsize length = 0;

  if (!g_input_stream_read_all (normal, bytes, HEADER_LIMIT, &length, cancellable, error) ||
      !g_seekable_seek (G_SEEKABLE (normal), 0, G_SEEK_SET, cancellable, error))
    return NULL;

  return g_bytes_new (bytes, find_header_end (bytes, length));
}

static void
prepare_thread (GTask        *task,
                gpointer      source,
                gpointer      task_data,
                GCancellable *cancellable)
{
  Raw *raw = task_data;
  g_autoptr (GInputStream) buffered = g_buffered_input_stream_new (raw->input);
  g_autoptr (GBytes) header = NULL;
  GError *error = NULL;

  header = peek_header (G_BUFFERED_INPUT_STREAM (buffered), cancellable, &error);
  if (header && find_recipients (raw, header, &error))
    raw->normal = normalise (raw, buffered, cancellable, &error);
  if (raw->normal)
    raw->header = read_header (raw->normal, cancellable, &error);

  if (raw->header)
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

/* RFC 5321 section 4.4: reports go to the envelope's sender, so a letter of an alias
 * has the alias there. A From that is none of the account's says nothing. */
static void
choose_sender (EnvoiService *self,
               Raw          *raw)
{
  EnvoiAccount *account = envoi_account_list_find (self->accounts, raw->account_id);
  g_autofree char *from = envoi_message_parse_sender (raw->header);
  EnvoiIdentity *identity = account && from ? envoi_account_find_identity (account, from) : NULL;

  if (!identity)
    return;

  g_free (raw->sender);
  raw->sender = g_strdup (envoi_identity_get_address (identity));
}

static void
did_import_cb (GObject      *source,
               GAsyncResult *result,
               gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  EnvoiService *self = g_task_get_source_object (task);
  Raw *raw = g_task_get_task_data (task);
  g_autoptr (EnvoiManifest) manifest = NULL;
  g_autoptr (EnvoiLetterRecord) record = NULL;
  g_autofree char *blob_id = NULL;
  g_autofree char *id = envoi_random_make_token (self->random, ID_BYTES);
  guint64 size = 0;
  GError *error = NULL;

  blob_id = envoi_store_import_blob_finish (ENVOI_STORE (source), result, &size, &error);
  choose_sender (self, raw);
  if (blob_id)
    manifest = envoi_manifest_seal_raw (&(EnvoiRawMessage) {
      .header = raw->header,
      .blob_id = blob_id,
      .size = size,
      .sender = raw->sender,
      .recipients = (const char *const *) raw->recipients,
    }, self->clock, self->random, &error);
  if (!manifest) {
    g_task_return_error (task, error);
    return;
  }

  record = envoi_service_new_record (self, id, raw->account_id);
  envoi_service_submit (self, g_object_ref (task), record, manifest, raw->hold_until);
}

static void
did_prepare_cb (GObject      *source,
                GAsyncResult *result,
                gpointer      user_data)
{
  EnvoiService *self = ENVOI_SERVICE (source);
  g_autoptr (GTask) task = user_data;
  Raw *raw = g_task_get_task_data (task);
  GError *error = NULL;

  if (!g_task_propagate_boolean (G_TASK (result), &error)) {
    g_task_return_error (task, error);
    return;
  }

  envoi_store_import_blob_async (self->store, raw->normal, NULL, NULL,
                                 g_task_get_cancellable (task), did_import_cb,
                                 g_object_ref (task));
}

void
envoi_service_send_raw_async (EnvoiService        *self,
                              EnvoiAccount        *account,
                              GInputStream        *message,
                              const char *const   *recipients,
                              gint64               hold_until,
                              GCancellable        *cancellable,
                              GAsyncReadyCallback  callback,
                              gpointer             user_data)
{
  g_autoptr (GTask) prepare = NULL;
  GTask *task;
  Raw *raw;

  g_return_if_fail (ENVOI_IS_SERVICE (self));
  g_return_if_fail (ENVOI_IS_ACCOUNT (account));
  g_return_if_fail (G_IS_INPUT_STREAM (message));

  raw = g_new0 (Raw, 1);
  raw->account_id = g_strdup (envoi_account_get_id (account));
  raw->sender = g_strdup (envoi_account_get_email (account));
  raw->recipients = g_strdupv ((char **) recipients);
  raw->hold_until = hold_until;
  raw->input = g_object_ref (message);
  raw->folder = g_file_get_path (self->data_folder);

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, envoi_service_send_raw_async);
  g_task_set_task_data (task, raw, (GDestroyNotify) raw_free);

  /* The worker's task only borrows the data: the outer one lives longer. */
  prepare = g_task_new (self, cancellable, did_prepare_cb, task);
  g_task_set_task_data (prepare, raw, NULL);
  g_task_run_in_thread (prepare, prepare_thread);
}

char *
envoi_service_send_raw_finish (EnvoiService  *self,
                               GAsyncResult  *result,
                               GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
