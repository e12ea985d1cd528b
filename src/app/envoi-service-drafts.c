/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-app"

#include "config.h"

#include "envoi-service-private.h"

#include "envoi-address.h"
#include "envoi-html.h"
#include "envoi-message-error.h"
#include "envoi-store-error.h"

#include <glib/gi18n.h>

/* Drafts: made, kept, read, and made again from letters that are taken back. */

#define ID_BYTES 16
#define TO_LINE_CHARS 200

static char **
dup_blob_ids (EnvoiDraft *draft)
{
  GListModel *attachments = envoi_draft_get_attachments (draft);
  g_autoptr (GStrvBuilder) ids = g_strv_builder_new ();

  for (guint i = 0; i < g_list_model_get_n_items (attachments); i++) {
    g_autoptr (EnvoiAttachment) attachment = g_list_model_get_item (attachments, i);

    g_strv_builder_add (ids, envoi_attachment_get_blob_id (attachment));
  }

  return g_strv_builder_end (ids);
}

EnvoiLetterRecord *
envoi_service_new_record (EnvoiService *self,
                          const char   *id,
                          const char   *account_id)
{
  EnvoiLetterRecord *record = envoi_letter_record_new (id);
  EnvoiLetter *known = envoi_outbox_find (self->outbox, id);

  g_free (record->account_id);
  record->account_id = g_strdup (account_id);
  record->changed = envoi_clock_get_now (self->clock);
  record->created = known ? envoi_letter_get_record (known)->created : record->changed;
  return record;
}

char *
envoi_service_dup_search_text (EnvoiDraft *draft)
{
  const char *text = envoi_draft_get (draft, "text");
  const char *html = envoi_draft_get (draft, "html");

  return *text || !*html ? g_strdup (text) : envoi_html_to_text (html);
}

static EnvoiLetterRecord *
make_draft_record (EnvoiService *self,
                   EnvoiDraft   *draft)
{
  EnvoiLetterRecord *record = envoi_service_new_record (self, envoi_draft_get_id (draft),
                                                        envoi_draft_get (draft, "account-id"));

  record->state = ENVOI_LETTER_DRAFT;
  g_free (record->subject);
  record->subject = g_strdup (envoi_draft_get (draft, "subject"));
  g_free (record->to_line);
  record->to_line = g_utf8_substring (envoi_draft_get (draft, "to"), 0,
                                      MIN (g_utf8_strlen (envoi_draft_get (draft, "to"), -1),
                                           TO_LINE_CHARS));
  record->manifest = envoi_draft_serialize (draft);
  record->search_text = envoi_service_dup_search_text (draft);
  g_strfreev (record->blob_ids);
  record->blob_ids = dup_blob_ids (draft);
  return record;
}

EnvoiDraft *
envoi_service_create_draft (EnvoiService *self,
                            EnvoiAccount *account)
{
  g_autofree char *id = NULL;
  g_autofree char *from = NULL;
  g_autoptr (EnvoiAccount) chosen = NULL;
  EnvoiDraft *draft;

  g_return_val_if_fail (ENVOI_IS_SERVICE (self), NULL);

  id = envoi_random_make_token (self->random, ID_BYTES);
  draft = envoi_draft_new (id);
  chosen = account ? g_object_ref (account) : envoi_service_dup_default_account (self);

  if (chosen) {
    EnvoiIdentity *identity = envoi_account_get_default_identity (chosen);

    from = envoi_identity_format_from (identity);
    envoi_draft_set (draft, "account-id", envoi_account_get_id (chosen));
    envoi_draft_set (draft, "from", from);
    envoi_draft_set (draft, "reply-to", envoi_identity_get_reply_to (identity));
  }

  return draft;
}

static void
did_save_draft_cb (GObject      *source,
                   GAsyncResult *result,
                   gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;

  if (envoi_outbox_save_draft_finish (ENVOI_OUTBOX (source), result, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

void
envoi_service_save_draft_async (EnvoiService        *self,
                                EnvoiDraft          *draft,
                                GCancellable        *cancellable,
                                GAsyncReadyCallback  callback,
                                gpointer             user_data)
{
  g_autoptr (EnvoiLetterRecord) record = NULL;
  GTask *task;

  g_return_if_fail (ENVOI_IS_SERVICE (self));
  g_return_if_fail (ENVOI_IS_DRAFT (draft));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, envoi_service_save_draft_async);
  record = make_draft_record (self, draft);
  envoi_outbox_save_draft_async (self->outbox, record, cancellable, did_save_draft_cb, task);
}

gboolean
envoi_service_save_draft_finish (EnvoiService  *self,
                                 GAsyncResult  *result,
                                 GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

/* A message that came finished (--eml) has no fields to edit. Its bytes are a
 * blob already, so the draft carries it whole, as an attachment. */
static EnvoiDraft *
make_draft_around_message (EnvoiService            *self,
                           const EnvoiLetterRecord *record,
                           const EnvoiManifest     *manifest)
{
  EnvoiDraft *draft = envoi_draft_new (record->id);
  EnvoiEnvelope *envelope = envoi_manifest_get_envelope (manifest);
  const char *const *blob_ids = envoi_manifest_get_blob_ids (manifest);
  g_autoptr (EnvoiAttachment) message = NULL;
  g_autofree char *to = NULL;

  to = g_strjoinv (", ", (char **) envoi_envelope_get_recipients (envelope));
  envoi_draft_set (draft, "account-id", record->account_id);
  envoi_draft_set (draft, "from", envoi_envelope_get_sender (envelope));
  envoi_draft_set (draft, "to", to);
  envoi_draft_set (draft, "subject", envoi_manifest_get_subject (manifest));

  if (blob_ids && blob_ids[0]) {
    message = envoi_attachment_new ("message.eml", "message/rfc822", blob_ids[0],
                                    envoi_manifest_get_size (manifest));
    envoi_draft_add_attachment (draft, message);
  }

  return draft;
}

EnvoiDraft *
envoi_service_draft_from_record (EnvoiService             *self,
                                 const EnvoiLetterRecord  *record,
                                 GError                  **error)
{
  g_autoptr (EnvoiManifest) manifest = NULL;
  EnvoiDraft *draft;

  if (!record->manifest) {
    g_set_error (error, ENVOI_STORE_ERROR, ENVOI_STORE_ERROR_CORRUPT,
                 _("The letter has no contents."));
    return NULL;
  }

  if (record->state == ENVOI_LETTER_DRAFT)
    return envoi_draft_deserialize (record->id, record->manifest, error);

  manifest = envoi_manifest_deserialize (record->manifest, error);
  if (!manifest)
    return NULL;

  draft = envoi_manifest_dup_draft (manifest, record->id);
  if (!draft)
    return make_draft_around_message (self, record, manifest);

  envoi_draft_set (draft, "account-id", record->account_id);
  return draft;
}

static void
did_load_letter_cb (GObject      *source,
                    GAsyncResult *result,
                    gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  EnvoiService *self = g_task_get_source_object (task);
  g_autoptr (EnvoiLetterRecord) record = NULL;
  EnvoiDraft *draft = NULL;
  GError *error = NULL;

  record = envoi_store_load_finish (ENVOI_STORE (source), result, &error);
  if (record)
    draft = envoi_service_draft_from_record (self, record, &error);

  if (draft)
    g_task_return_pointer (task, draft, g_object_unref);
  else
    g_task_return_error (task, error);
}

void
envoi_service_read_letter_async (EnvoiService        *self,
                                 const char          *letter_id,
                                 GCancellable        *cancellable,
                                 GAsyncReadyCallback  callback,
                                 gpointer             user_data)
{
  GTask *task;

  g_return_if_fail (ENVOI_IS_SERVICE (self));
  g_return_if_fail (letter_id != NULL);

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, envoi_service_read_letter_async);
  envoi_store_load_async (self->store, letter_id, cancellable, did_load_letter_cb, task);
}

EnvoiDraft *
envoi_service_read_letter_finish (EnvoiService  *self,
                                  GAsyncResult  *result,
                                  GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
did_load_draft_cb (GObject      *source,
                   GAsyncResult *result,
                   gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (EnvoiLetterRecord) record = NULL;
  EnvoiDraft *draft = NULL;
  GError *error = NULL;

  record = envoi_store_load_finish (ENVOI_STORE (source), result, &error);
  if (record && record->state != ENVOI_LETTER_DRAFT)
    g_set_error (&error, ENVOI_STORE_ERROR, ENVOI_STORE_ERROR_CONFLICT,
                 _("The letter is no longer a draft."));
  else if (record)
    draft = envoi_service_draft_from_record (g_task_get_source_object (task), record, &error);

  if (draft)
    g_task_return_pointer (task, draft, g_object_unref);
  else
    g_task_return_error (task, error);
}

void
envoi_service_load_draft_async (EnvoiService        *self,
                                const char          *letter_id,
                                GCancellable        *cancellable,
                                GAsyncReadyCallback  callback,
                                gpointer             user_data)
{
  GTask *task;

  g_return_if_fail (ENVOI_IS_SERVICE (self));
  g_return_if_fail (letter_id != NULL);

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, envoi_service_load_draft_async);
  envoi_store_load_async (self->store, letter_id, cancellable, did_load_draft_cb, task);
}

EnvoiDraft *
envoi_service_load_draft_finish (EnvoiService  *self,
                                 GAsyncResult  *result,
                                 GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

typedef struct {
  gboolean is_cancel;
  EnvoiDraft *draft;
} TakeBack;

static void
take_back_free (TakeBack *take_back)
{
  g_clear_object (&take_back->draft);
  g_free (take_back);
}

static void
did_take_back_cb (GObject      *source,
                  GAsyncResult *result,
                  gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  TakeBack *take_back = g_task_get_task_data (task);
  GError *error = NULL;

  if (envoi_outbox_act_finish (ENVOI_OUTBOX (source), result, &error))
    g_task_return_pointer (task, g_object_ref (take_back->draft), g_object_unref);
  else
    g_task_return_error (task, error);
}

static gboolean
has_letter (const EnvoiLetterRecord *record,
            const char              *mailbox)
{
  for (guint i = 0; i < record->recipients->len; i++) {
    const EnvoiRecipientRecord *recipient = g_ptr_array_index (record->recipients, i);

    if (g_str_equal (recipient->address, mailbox))
      return recipient->state == ENVOI_RECIPIENT_ACCEPTED ||
             recipient->state == ENVOI_RECIPIENT_DELAYED ||
             recipient->state == ENVOI_RECIPIENT_DELIVERED;
  }

  return FALSE;
}

/* NULL when everybody in the field stays. */
static char *
dup_rest (const EnvoiLetterRecord *record,
          const char              *field)
{
  g_autoptr (GPtrArray) addresses = envoi_address_parse_list (field, NULL);
  g_autoptr (GString) rest = g_string_new (NULL);
  gboolean is_shorter = FALSE;

  for (guint i = 0; addresses && i < addresses->len; i++) {
    EnvoiAddress *address = g_ptr_array_index (addresses, i);
    g_autofree char *text = envoi_address_format (address);

    if (has_letter (record, envoi_address_get_mailbox (address)))
      is_shorter = TRUE;
    else
      g_string_append_printf (rest, "%s%s", rest->len > 0 ? ", " : "", text);
  }

  return is_shorter ? g_string_free (g_steal_pointer (&rest), FALSE) : NULL;
}

/* A letter that some have already goes again to the others alone, unless all have it. */
static void
keep_rest (EnvoiDraft              *draft,
           const EnvoiLetterRecord *record)
{
  static const char *const fields[] = { "to", "cc", "bcc" };
  char *rest[G_N_ELEMENTS (fields)] = { NULL };
  gboolean is_anybody_left = FALSE;

  for (guint i = 0; i < G_N_ELEMENTS (fields); i++) {
    rest[i] = dup_rest (record, envoi_draft_get (draft, fields[i]));
    is_anybody_left |= *(rest[i] ? rest[i] : envoi_draft_get (draft, fields[i])) != '\0';
  }

  for (guint i = 0; i < G_N_ELEMENTS (fields); i++) {
    if (rest[i] && is_anybody_left)
      envoi_draft_set (draft, fields[i], rest[i]);
    g_free (rest[i]);
  }
}

static void
did_load_for_take_back_cb (GObject      *source,
                           GAsyncResult *result,
                           gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  EnvoiService *self = g_task_get_source_object (task);
  TakeBack *take_back = g_task_get_task_data (task);
  g_autoptr (EnvoiLetterRecord) record = NULL;
  g_autoptr (GBytes) manifest = NULL;
  GError *error = NULL;

  record = envoi_store_load_finish (ENVOI_STORE (source), result, &error);
  if (record)
    take_back->draft = envoi_service_draft_from_record (self, record, &error);

  if (!take_back->draft) {
    g_task_return_error (task, error);
    return;
  }

  keep_rest (take_back->draft, record);
  manifest = envoi_draft_serialize (take_back->draft);
  envoi_outbox_act_async (self->outbox, record->id,
                          take_back->is_cancel ? ENVOI_OUTBOX_CANCEL : ENVOI_OUTBOX_EDIT,
                          manifest, g_task_get_cancellable (task), did_take_back_cb,
                          g_object_ref (task));
}

void
envoi_service_take_back_async (EnvoiService        *self,
                               const char          *letter_id,
                               gboolean             is_cancel,
                               GCancellable        *cancellable,
                               GAsyncReadyCallback  callback,
                               gpointer             user_data)
{
  TakeBack *take_back;
  GTask *task;

  g_return_if_fail (ENVOI_IS_SERVICE (self));
  g_return_if_fail (letter_id != NULL);

  take_back = g_new0 (TakeBack, 1);
  take_back->is_cancel = is_cancel;
  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, envoi_service_take_back_async);
  g_task_set_task_data (task, take_back, (GDestroyNotify) take_back_free);
  envoi_store_load_async (self->store, letter_id, cancellable, did_load_for_take_back_cb, task);
}

EnvoiDraft *
envoi_service_take_back_finish (EnvoiService  *self,
                                GAsyncResult  *result,
                                GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
