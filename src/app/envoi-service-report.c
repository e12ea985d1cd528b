/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-app"

#include "config.h"

#include "envoi-service-private.h"
#include "envoi-service-report.h"

/* Bounces and receipts: which letter they are about, and what they say of it. */

/* Reports come within days; an older letter of the same subject is another one. */
#define MAX_AGE (14 * G_TIME_SPAN_DAY)

typedef struct {
  GPtrArray *reported;          /* of EnvoiRecipientRecord, as the report names them */
  char *subject;                /* nullable */
  EnvoiReportResult *result;
} Taking;

static void
taking_free (Taking *taking)
{
  g_ptr_array_unref (taking->reported);
  g_free (taking->subject);
  g_clear_pointer (&taking->result, envoi_report_result_free);
  g_free (taking);
}

static EnvoiRecipientState
get_state (EnvoiReportAction action)
{
  switch (action) {
    case ENVOI_REPORT_DELAYED:
      return ENVOI_RECIPIENT_DELAYED;
    case ENVOI_REPORT_DELIVERED:
    case ENVOI_REPORT_RELAYED:
      return ENVOI_RECIPIENT_DELIVERED;
    case ENVOI_REPORT_FAILED:
    default:
      return ENVOI_RECIPIENT_RETURNED;
  }
}

static EnvoiRecipientRecord *
make_record (const EnvoiReportedRecipient *reported,
             const char                   *address,
             const char                   *prose)
{
  EnvoiRecipientRecord *record = envoi_recipient_record_new (address);

  record->state = get_state (reported->action);
  record->code = reported->code;
  record->enhanced = g_strdup (reported->status);
  record->text = g_strdup (reported->text ? reported->text : prose);
  return record;
}

/* Both names of a recipient: the one it was sent to and the one it was forwarded to. */
static GPtrArray *
make_records (const EnvoiDeliveryReport *report)
{
  GPtrArray *records =
    g_ptr_array_new_with_free_func ((GDestroyNotify) envoi_recipient_record_free);

  for (guint i = 0; i < report->recipients->len; i++) {
    const EnvoiReportedRecipient *reported = g_ptr_array_index (report->recipients, i);

    g_ptr_array_add (records, make_record (reported, reported->address, report->text));
    if (reported->final_address)
      g_ptr_array_add (records, make_record (reported, reported->final_address, report->text));
  }

  return records;
}

static const EnvoiRecipientRecord *
find_reported (const Taking *taking,
               const char   *address)
{
  for (guint i = 0; i < taking->reported->len; i++) {
    const EnvoiRecipientRecord *reported = g_ptr_array_index (taking->reported, i);

    if (g_ascii_strcasecmp (reported->address, address) == 0)
      return reported;
  }

  return NULL;
}

static gboolean
names_recipient (const Taking            *taking,
                 const EnvoiLetterRecord *letter)
{
  for (guint i = 0; i < letter->recipients->len; i++) {
    const EnvoiRecipientRecord *recipient = g_ptr_array_index (letter->recipients, i);

    if (find_reported (taking, recipient->address))
      return TRUE;
  }

  return FALSE;
}

/* Where a provider gave the letter another Message-ID: the one letter of this
 * subject that went to a recipient of this name. Two of them are none. */
static const EnvoiLetterRecord *
find_by_subject (EnvoiService *self,
                 const Taking *taking)
{
  GListModel *sent = envoi_outbox_get_folder (self->outbox, ENVOI_FOLDER_SENT);
  gint64 oldest = envoi_clock_get_now (self->clock) - MAX_AGE;
  const EnvoiLetterRecord *found = NULL;

  for (guint i = 0; taking->subject && i < g_list_model_get_n_items (sent); i++) {
    g_autoptr (EnvoiLetter) letter = g_list_model_get_item (sent, i);
    const EnvoiLetterRecord *record = envoi_letter_get_record (letter);

    if (record->changed < oldest)
      break;
    if (!g_str_equal (record->subject, taking->subject) || !names_recipient (taking, record))
      continue;
    if (found)
      return NULL;
    found = record;
  }

  return found;
}

static void
count (EnvoiReportResult          *result,
       const EnvoiRecipientRecord *reported)
{
  result->n_returned += reported->state == ENVOI_RECIPIENT_RETURNED;
  result->n_delayed += reported->state == ENVOI_RECIPIENT_DELAYED;
  result->n_delivered += reported->state == ENVOI_RECIPIENT_DELIVERED;
  if (!result->first)
    result->first = g_strdup (reported->address);
}

/* What is said of this letter's recipients, by their own addresses. A letter to
 * one person can only have come back from there, whatever the report calls it. */
static GPtrArray *
match (Taking                  *taking,
       const EnvoiLetterRecord *letter)
{
  GPtrArray *news = g_ptr_array_new_with_free_func ((GDestroyNotify) envoi_recipient_record_free);

  for (guint i = 0; i < letter->recipients->len; i++) {
    const EnvoiRecipientRecord *recipient = g_ptr_array_index (letter->recipients, i);
    const EnvoiRecipientRecord *reported = find_reported (taking, recipient->address);
    EnvoiRecipientRecord *heard;

    if (!reported && letter->recipients->len == 1 && taking->reported->len > 0)
      reported = g_ptr_array_index (taking->reported, 0);
    if (!reported)
      continue;

    heard = envoi_recipient_record_copy (reported);
    g_free (heard->address);
    heard->address = g_strdup (recipient->address);
    count (taking->result, heard);
    g_ptr_array_add (news, heard);
  }

  return news;
}

static void
did_mark_cb (GObject      *source,
             GAsyncResult *result,
             gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  Taking *taking = g_task_get_task_data (task);
  GError *error = NULL;

  if (envoi_outbox_report_finish (ENVOI_OUTBOX (source), result, &error) < 0)
    g_task_return_error (task, error);
  else
    g_task_return_pointer (task, g_steal_pointer (&taking->result),
                           (GDestroyNotify) envoi_report_result_free);
}

static void
did_find_cb (GObject      *source,
             GAsyncResult *result,
             gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  EnvoiService *self = g_task_get_source_object (task);
  Taking *taking = g_task_get_task_data (task);
  g_autoptr (EnvoiLetterRecord) found = NULL;
  g_autoptr (GPtrArray) news = NULL;
  const EnvoiLetterRecord *letter;
  GError *error = NULL;

  found = envoi_store_find_finish (ENVOI_STORE (source), result, &error);
  if (error && !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND)) {
    g_task_return_error (task, error);
    return;
  }

  g_clear_error (&error);
  letter = found ? found : find_by_subject (self, taking);
  if (!letter) {
    g_task_return_pointer (task, g_steal_pointer (&taking->result),
                           (GDestroyNotify) envoi_report_result_free);
    return;
  }

  taking->result->letter_id = g_strdup (letter->id);
  news = match (taking, letter);
  envoi_outbox_report_async (self->outbox, letter->id, news, did_mark_cb, g_object_ref (task));
}

static char **
make_keys (const EnvoiDeliveryReport *report)
{
  g_autoptr (GStrvBuilder) keys = g_strv_builder_new ();

  if (report->envelope_id)
    g_strv_builder_add (keys, report->envelope_id);
  for (guint i = 0; report->message_ids[i]; i++)
    g_strv_builder_add (keys, report->message_ids[i]);

  return g_strv_builder_end (keys);
}

void
envoi_report_result_free (EnvoiReportResult *self)
{
  g_free (self->letter_id);
  g_free (self->first);
  g_free (self);
}

void
envoi_service_take_report_async (EnvoiService              *self,
                                 const EnvoiDeliveryReport *report,
                                 GAsyncReadyCallback        callback,
                                 gpointer                   user_data)
{
  g_auto (GStrv) keys = NULL;
  Taking *taking;
  GTask *task;

  g_return_if_fail (ENVOI_IS_SERVICE (self));
  g_return_if_fail (report != NULL);

  keys = make_keys (report);
  taking = g_new0 (Taking, 1);
  taking->reported = make_records (report);
  taking->subject = g_strdup (report->subject);
  taking->result = g_new0 (EnvoiReportResult, 1);
  task = g_task_new (self, NULL, callback, user_data);
  g_task_set_source_tag (task, envoi_service_take_report_async);
  g_task_set_task_data (task, taking, (GDestroyNotify) taking_free);
  envoi_store_find_async (self->store, (const char *const *) keys, NULL, did_find_cb, task);
}

EnvoiReportResult *
envoi_service_take_report_finish (EnvoiService  *self,
                                  GAsyncResult  *result,
                                  GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
