/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-app"

#include "config.h"

#include "envoi-service-answer.h"
#include "envoi-service-private.h"

#include "envoi-address.h"
#include "envoi-manifest.h"
#include "envoi-message-error.h"

#include <glib/gi18n.h>

/* Answers to letters: those we sent, and messages that come as a file. What an
 * answer takes along is in the store before the person sees the draft. */

/* A message that is read is in memory with all its files. */
#define MAX_MESSAGE (192 * 1024 * 1024)

typedef struct {
  EnvoiAnswerKind kind;
  EnvoiMessageReader *reader;    /* NULL for a letter whose files are in the store */
  EnvoiOriginal *original;
  guint next;                    /* the part of the message that is looked at */
} Answer;

static void
answer_free (Answer *answer)
{
  g_clear_object (&answer->reader);
  g_clear_pointer (&answer->original, envoi_original_free);
  g_free (answer);
}

/* Reading */

static GBytes *
read_whole (GInputStream  *input,
            GCancellable  *cancellable,
            GError       **error)
{
  g_autoptr (GOutputStream) output = g_memory_output_stream_new_resizable ();

  if (g_output_stream_splice (output, input, G_OUTPUT_STREAM_SPLICE_CLOSE_TARGET, cancellable,
                              error) < 0)
    return NULL;

  return g_memory_output_stream_steal_as_bytes (G_MEMORY_OUTPUT_STREAM (output));
}

static EnvoiMessageReader *
read_message (GInputStream  *input,
              GCancellable  *cancellable,
              GError       **error)
{
  g_autoptr (GBytes) bytes = read_whole (input, cancellable, error);

  return bytes ? envoi_message_reader_new (bytes, error) : NULL;
}

static gboolean
check_size (guint64   size,
            GError  **error)
{
  if (size <= MAX_MESSAGE)
    return TRUE;

  g_set_error_literal (error, ENVOI_MESSAGE_ERROR, ENVOI_MESSAGE_ERROR_TOO_LARGE,
                       _("The message is too large to be opened."));
  return FALSE;
}

static gboolean
check_file (GFile         *file,
            GCancellable  *cancellable,
            GError       **error)
{
  g_autoptr (GFileInfo) info =
    g_file_query_info (file, G_FILE_ATTRIBUTE_STANDARD_SIZE "," G_FILE_ATTRIBUTE_STANDARD_TYPE,
                       G_FILE_QUERY_INFO_NONE, cancellable, error);

  if (!info)
    return FALSE;

  /* Reading a pipe or a device could wait for ever. */
  if (g_file_info_get_file_type (info) != G_FILE_TYPE_REGULAR) {
    g_set_error_literal (error, ENVOI_MESSAGE_ERROR, ENVOI_MESSAGE_ERROR_REFUSED_INPUT,
                         _("This is not an e-mail message."));
    return FALSE;
  }

  return check_size ((guint64) g_file_info_get_size (info), error);
}

static void
read_file_in_thread (GTask        *task,
                     gpointer      source,
                     gpointer      file,
                     GCancellable *cancellable)
{
  g_autoptr (GFileInputStream) input = NULL;
  EnvoiMessageReader *reader = NULL;
  GError *error = NULL;

  if (check_file (file, cancellable, &error))
    input = g_file_read (file, cancellable, &error);
  if (input)
    reader = read_message (G_INPUT_STREAM (input), cancellable, &error);

  if (reader)
    g_task_return_pointer (task, reader, g_object_unref);
  else
    g_task_return_error (task, error);
}

void
envoi_service_read_message_async (EnvoiService        *self,
                                  GFile               *file,
                                  GCancellable        *cancellable,
                                  GAsyncReadyCallback  callback,
                                  gpointer             user_data)
{
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (ENVOI_IS_SERVICE (self));
  g_return_if_fail (G_IS_FILE (file));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, envoi_service_read_message_async);
  g_task_set_task_data (task, g_object_ref (file), g_object_unref);
  g_task_run_in_thread (task, read_file_in_thread);
}

EnvoiMessageReader *
envoi_service_read_message_finish (EnvoiService  *self,
                                   GAsyncResult  *result,
                                   GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

/* Filling */

static GStrv
list_own (EnvoiService *self)
{
  g_autoptr (GStrvBuilder) own = g_strv_builder_new ();
  GListModel *accounts = G_LIST_MODEL (self->accounts);

  for (guint i = 0; i < g_list_model_get_n_items (accounts); i++) {
    g_autoptr (EnvoiAccount) account = g_list_model_get_item (accounts, i);

    /* Who practises writes to the practice inbox, and wants to answer it. */
    if (!envoi_account_is_practice (account))
      g_strv_builder_add (own, envoi_account_get_email (account));
  }

  return g_strv_builder_end (own);
}

static gboolean
mentions (EnvoiDraft   *letter,
          const char   *property,
          EnvoiAccount *account)
{
  g_autoptr (GPtrArray) people =
    envoi_address_parse_list (envoi_draft_get (letter, property), NULL);

  for (guint i = 0; people && i < people->len; i++) {
    if (g_ascii_strcasecmp (envoi_address_get_mailbox (g_ptr_array_index (people, i)),
                            envoi_account_get_email (account)) == 0)
      return TRUE;
  }

  return FALSE;
}

/* The one that wrote the letter, or that it was written to. (nullable, transfer none) */
static EnvoiAccount *
find_account (EnvoiService *self,
              EnvoiDraft   *letter)
{
  static const char *const fields[] = { "from", "to", "cc", "bcc" };
  EnvoiAccount *known =
    envoi_account_list_find (self->accounts, envoi_draft_get (letter, "account-id"));
  GListModel *accounts = G_LIST_MODEL (self->accounts);

  for (guint i = 0; !known && i < G_N_ELEMENTS (fields); i++) {
    for (guint j = 0; !known && j < g_list_model_get_n_items (accounts); j++) {
      g_autoptr (EnvoiAccount) account = g_list_model_get_item (accounts, j);

      /* The list keeps it alive. */
      if (mentions (letter, fields[i], account))
        known = account;
    }
  }

  return known;
}

/* Takes @owned. */
static void
finish_answer (GTask *owned)
{
  g_autoptr (GTask) task = owned;
  EnvoiService *self = g_task_get_source_object (task);
  Answer *answer = g_task_get_task_data (task);
  EnvoiDraft *letter = answer->original->letter;
  g_auto (GStrv) own = list_own (self);
  EnvoiDraft *draft = envoi_service_create_draft (self, find_account (self, letter));

  /* The person's own choice of a sender, if it is still one of the account's. */
  if (*envoi_draft_get (letter, "account-id") != '\0' &&
      g_str_equal (envoi_draft_get (letter, "account-id"), envoi_draft_get (draft, "account-id")))
    envoi_draft_set (draft, "from", envoi_draft_get (letter, "from"));

  envoi_answer_fill (draft, answer->kind, answer->original, (const char *const *) own);
  g_task_return_pointer (task, draft, g_object_unref);
}

/* Files of a message */

static void import_next (GTask *owned);

static void
add_part (EnvoiOriginal           *original,
          const EnvoiReceivedPart *part,
          EnvoiAttachment         *imported)
{
  g_autoptr (EnvoiAttachment) added = NULL;

  if (envoi_original_shows (original, part->content_id))
    added = envoi_attachment_new_inline (envoi_attachment_get_name (imported),
                                         envoi_attachment_get_content_type (imported),
                                         envoi_attachment_get_blob_id (imported),
                                         envoi_attachment_get_size (imported), part->content_id);
  else
    added = g_object_ref (imported);
  envoi_draft_add_attachment (original->letter, added);
}

static void
did_import_cb (GObject      *source,
               GAsyncResult *result,
               gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  Answer *answer = g_task_get_task_data (task);
  GPtrArray *parts = envoi_message_reader_get_parts (answer->reader);
  g_autoptr (EnvoiAttachment) imported = NULL;
  GError *error = NULL;

  imported = envoi_service_attach_bytes_finish (ENVOI_SERVICE (source), result, &error);
  if (!imported) {
    g_task_return_error (task, error);
    return;
  }

  add_part (answer->original, g_ptr_array_index (parts, answer->next++), imported);
  import_next (g_steal_pointer (&task));
}

static gboolean
is_wanted (const Answer            *answer,
           const EnvoiReceivedPart *part)
{
  return answer->kind == ENVOI_ANSWER_FORWARD || answer->kind == ENVOI_ANSWER_EDIT ||
         envoi_original_shows (answer->original, part->content_id);
}

/* Takes @owned. */
static void
import_next (GTask *owned)
{
  g_autoptr (GTask) task = owned;
  Answer *answer = g_task_get_task_data (task);
  GPtrArray *parts = envoi_message_reader_get_parts (answer->reader);

  while (answer->next < parts->len && !is_wanted (answer, g_ptr_array_index (parts, answer->next)))
    answer->next++;

  if (answer->next < parts->len) {
    const EnvoiReceivedPart *part = g_ptr_array_index (parts, answer->next);

    envoi_service_attach_bytes_async (g_task_get_source_object (task), part->bytes, part->name,
                                      part->content_type, g_task_get_cancellable (task),
                                      did_import_cb, g_object_ref (task));
  } else {
    finish_answer (g_steal_pointer (&task));
  }
}

/* Takes @owned and @reader. */
static void
answer_message (GTask              *owned,
                EnvoiMessageReader *reader)
{
  Answer *answer = g_task_get_task_data (owned);

  answer->reader = reader;
  answer->original = envoi_original_new_from_message (reader);
  import_next (owned);
}

static GTask *
start_task (EnvoiService        *self,
            EnvoiAnswerKind      kind,
            GCancellable        *cancellable,
            GAsyncReadyCallback  callback,
            gpointer             user_data)
{
  GTask *task = g_task_new (self, cancellable, callback, user_data);
  Answer *answer = g_new0 (Answer, 1);

  answer->kind = kind;
  g_task_set_source_tag (task, start_task);
  g_task_set_task_data (task, answer, (GDestroyNotify) answer_free);
  return task;
}

void
envoi_service_answer_message_async (EnvoiService        *self,
                                    EnvoiMessageReader  *message,
                                    EnvoiAnswerKind      kind,
                                    GCancellable        *cancellable,
                                    GAsyncReadyCallback  callback,
                                    gpointer             user_data)
{
  g_return_if_fail (ENVOI_IS_SERVICE (self));
  g_return_if_fail (ENVOI_IS_MESSAGE_READER (message));

  answer_message (start_task (self, kind, cancellable, callback, user_data),
                  g_object_ref (message));
}

/* Letters of ours */

static void
read_blob_in_thread (GTask        *task,
                     gpointer      source,
                     gpointer      input,
                     GCancellable *cancellable)
{
  GError *error = NULL;
  EnvoiMessageReader *reader = read_message (input, cancellable, &error);

  if (reader)
    g_task_return_pointer (task, reader, g_object_unref);
  else
    g_task_return_error (task, error);
}

static void
did_read_blob_cb (GObject      *source,
                  GAsyncResult *result,
                  gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;
  EnvoiMessageReader *reader = g_task_propagate_pointer (G_TASK (result), &error);

  if (reader)
    answer_message (g_steal_pointer (&task), reader);
  else
    g_task_return_error (task, error);
}

/* A letter that came finished (--eml) is a message in the store. Takes @owned. */
static void
answer_finished_letter (GTask               *owned,
                        const EnvoiManifest *manifest)
{
  g_autoptr (GTask) task = owned;
  EnvoiService *self = g_task_get_source_object (task);
  const char *const *blob_ids = envoi_manifest_get_blob_ids (manifest);
  g_autoptr (GInputStream) input = NULL;
  g_autoptr (GTask) reading = NULL;
  GError *error = NULL;

  if (check_size (envoi_manifest_get_size (manifest), &error))
    input = envoi_store_open_blob (self->store, blob_ids && blob_ids[0] ? blob_ids[0] : "",
                                   &error);
  if (!input) {
    g_task_return_error (task, error);
    return;
  }

  reading = g_task_new (self, g_task_get_cancellable (task), did_read_blob_cb,
                        g_object_ref (task));
  g_task_set_task_data (reading, g_steal_pointer (&input), g_object_unref);
  g_task_run_in_thread (reading, read_blob_in_thread);
}

static void
did_load_cb (GObject      *source,
             GAsyncResult *result,
             gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  Answer *answer = g_task_get_task_data (task);
  g_autoptr (EnvoiLetterRecord) record = NULL;
  g_autoptr (EnvoiManifest) manifest = NULL;
  g_autoptr (EnvoiDraft) letter = NULL;
  GError *error = NULL;

  record = envoi_store_load_finish (ENVOI_STORE (source), result, &error);
  if (record && record->state != ENVOI_LETTER_DRAFT && record->manifest)
    manifest = envoi_manifest_deserialize (record->manifest, &error);
  if (record && !error)
    letter = envoi_service_draft_from_record (g_task_get_source_object (task), record, &error);
  if (!letter) {
    g_task_return_error (task, error);
    return;
  }

  if (manifest && envoi_manifest_is_raw (manifest)) {
    answer_finished_letter (g_steal_pointer (&task), manifest);
  } else {
    answer->original = envoi_original_new (letter, record->message_id, record->created);
    finish_answer (g_steal_pointer (&task));
  }
}

void
envoi_service_answer_letter_async (EnvoiService        *self,
                                   const char          *letter_id,
                                   EnvoiAnswerKind      kind,
                                   GCancellable        *cancellable,
                                   GAsyncReadyCallback  callback,
                                   gpointer             user_data)
{
  g_return_if_fail (ENVOI_IS_SERVICE (self));
  g_return_if_fail (letter_id != NULL);

  envoi_store_load_async (self->store, letter_id, cancellable, did_load_cb,
                          start_task (self, kind, cancellable, callback, user_data));
}

EnvoiDraft *
envoi_service_answer_finish (EnvoiService  *self,
                             GAsyncResult  *result,
                             GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
