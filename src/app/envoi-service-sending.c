/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-app"

#include "config.h"

#include "envoi-service-private.h"

#include "envoi-message-error.h"

/* Send: a letter is sealed and committed here. When that has finished it is
 * durable; the network is the outbox's and the deliverer's business. */

static void
fill_in_manifest (EnvoiLetterRecord   *record,
                  const EnvoiManifest *manifest)
{
  EnvoiEnvelope *envelope = envoi_manifest_get_envelope (manifest);
  const char *const *recipients = envoi_envelope_get_recipients (envelope);

  g_free (record->subject);
  record->subject = g_strdup (envoi_manifest_get_subject (manifest));
  g_free (record->to_line);
  record->to_line = g_strdup (envoi_manifest_get_to_line (manifest));
  g_free (record->message_id);
  record->message_id = g_strdup (envoi_manifest_get_message_id (manifest));
  g_strfreev (record->blob_ids);
  record->blob_ids = g_strdupv ((char **) envoi_manifest_get_blob_ids (manifest));

  record->size = envoi_manifest_get_size (manifest);
  record->manifest = envoi_manifest_serialize (manifest);
  record->envelope = envoi_envelope_ref (envelope);

  if (!record->recipients)
    record->recipients =
      g_ptr_array_new_with_free_func ((GDestroyNotify) envoi_recipient_record_free);
  for (guint i = 0; recipients[i]; i++)
    g_ptr_array_add (record->recipients, envoi_recipient_record_new (recipients[i]));
}

static void
did_submit_cb (GObject      *source,
               GAsyncResult *result,
               gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;

  if (envoi_outbox_submit_finish (ENVOI_OUTBOX (source), result, &error))
    g_task_return_pointer (task, g_strdup (g_task_get_name (task)), g_free);
  else
    g_task_return_error (task, error);
}

void
envoi_service_submit (EnvoiService        *self,
                      GTask               *task,
                      EnvoiLetterRecord   *record,
                      const EnvoiManifest *manifest,
                      gint64               hold_until)
{
  gint64 undo_until = record->changed + envoi_settings_get_undo_time (self->settings);

  record->state = ENVOI_LETTER_QUEUED;
  record->hold_until = hold_until != 0 ? hold_until : undo_until;
  fill_in_manifest (record, manifest);

  g_task_set_name (task, record->id);
  envoi_outbox_submit_async (self->outbox, record, g_task_get_cancellable (task), did_submit_cb,
                             task);
}

void
envoi_service_send_async (EnvoiService        *self,
                          EnvoiDraft          *draft,
                          gint64               hold_until,
                          GCancellable        *cancellable,
                          GAsyncReadyCallback  callback,
                          gpointer             user_data)
{
  envoi_service_send_in_parts_async (self, draft, hold_until, 0, cancellable, callback, user_data);
}

void
envoi_service_send_in_parts_async (EnvoiService        *self,
                                   EnvoiDraft          *draft,
                                   gint64               hold_until,
                                   guint                part_size,
                                   GCancellable        *cancellable,
                                   GAsyncReadyCallback  callback,
                                   gpointer             user_data)
{
  g_autoptr (GTask) task = NULL;
  g_autoptr (EnvoiManifest) manifest = NULL;
  g_autoptr (EnvoiLetterRecord) record = NULL;
  const char *account_id;
  GError *error = NULL;

  g_return_if_fail (ENVOI_IS_SERVICE (self));
  g_return_if_fail (ENVOI_IS_DRAFT (draft));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, envoi_service_send_async);
  account_id = envoi_draft_get (draft, "account-id");

  if (envoi_service_find_account (self, account_id, &error))
    manifest = envoi_manifest_seal (draft, self->clock, self->random, &error);

  if (!manifest) {
    g_task_return_error (task, error);
    return;
  }

  record = envoi_service_new_record (self, envoi_draft_get_id (draft), account_id);
  record->search_text = envoi_service_dup_search_text (draft);
  record->part_size = part_size;
  envoi_service_submit (self, g_steal_pointer (&task), record, manifest, hold_until);
}

char *
envoi_service_send_finish (EnvoiService  *self,
                           GAsyncResult  *result,
                           GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

void
envoi_service_warm_up (EnvoiService *self,
                       EnvoiAccount *account)
{
  GNetworkMonitor *network = g_network_monitor_get_default ();

  if (!self->deliverer || !(self->flags & ENVOI_SERVICE_SEND) ||
      envoi_account_get_state (account) != ENVOI_ACCOUNT_READY ||
      !envoi_settings_has_warm_connection (self->settings) ||
      g_network_monitor_get_network_metered (network) ||
      !g_network_monitor_get_network_available (network))
    return;

  envoi_smtp_deliverer_warm_up (self->deliverer, account);
}
