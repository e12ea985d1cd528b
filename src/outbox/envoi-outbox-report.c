/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-outbox"

#include "config.h"

#include "envoi-outbox-private.h"

#include <glib/gi18n.h>

/* What is heard of a letter after a server has taken it. */

typedef struct {
  GPtrArray *news;        /* of EnvoiRecipientRecord */
  guint n_marked;
} Report;

static void
report_free (Report *report)
{
  g_ptr_array_unref (report->news);
  g_free (report);
}

/* "Late" is no news of what has arrived or come back, and what came back for
 * one recipient does not become "delivered" by an older receipt. What no server
 * has taken yet is on its way still, whatever became of an earlier copy. */
static gboolean
is_news (EnvoiRecipientState before,
         EnvoiRecipientState after)
{
  if (before == after || before == ENVOI_RECIPIENT_RETURNED || before == ENVOI_RECIPIENT_REFUSED ||
      before == ENVOI_RECIPIENT_PENDING || before == ENVOI_RECIPIENT_DEFERRED)
    return FALSE;

  return after != ENVOI_RECIPIENT_DELAYED || before != ENVOI_RECIPIENT_DELIVERED;
}

static gboolean
is_same (const EnvoiRecipientRecord *recipient,
         const EnvoiRecipientRecord *news)
{
  return g_ascii_strcasecmp (recipient->address, news->address) == 0;
}

static void
take_news (EnvoiRecipientRecord       *recipient,
           const EnvoiRecipientRecord *news)
{
  recipient->state = news->state;
  recipient->code = news->code;
  g_free (recipient->enhanced);
  g_free (recipient->text);
  recipient->enhanced = g_strdup (news->enhanced);
  recipient->text = g_strdup (news->text);
}

/**
 * envoi_outcome_apply_report:
 * @record: a letter
 * @news: (element-type EnvoiRecipientRecord): what is reported of its recipients
 *
 * Marks the recipients. A letter that came back from somebody needs attention,
 * also when an earlier refusal was dismissed.
 *
 * Returns: how many recipients were marked
 *
 * Thread: any
 */
guint
envoi_outcome_apply_report (EnvoiLetterRecord *record,
                            const GPtrArray   *news)
{
  guint n_marked = 0;

  for (guint i = 0; i < news->len; i++) {
    const EnvoiRecipientRecord *heard = g_ptr_array_index (news, i);

    for (guint j = 0; j < record->recipients->len; j++) {
      EnvoiRecipientRecord *recipient = g_ptr_array_index (record->recipients, j);

      if (!is_same (recipient, heard) || !is_news (recipient->state, heard->state))
        continue;
      take_news (recipient, heard);
      if (heard->state == ENVOI_RECIPIENT_RETURNED)
        record->is_dismissed = FALSE;
      n_marked++;
    }
  }

  return n_marked;
}

static void
wrote_report (EnvoiOutbox  *self,
              const char   *letter_id,
              const GError *error,
              gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  Report *report = g_task_get_task_data (task);

  if (error)
    g_task_return_error (task, g_error_copy (error));
  else
    g_task_return_int (task, report->n_marked);
}

static void
loaded_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  Report *report = g_task_get_task_data (task);
  g_autoptr (EnvoiLetterRecord) record = NULL;
  GError *error = NULL;

  record = envoi_store_load_finish (ENVOI_STORE (source), result, &error);
  if (!record) {
    g_task_return_error (task, error);
    return;
  }
  if (record->state == ENVOI_LETTER_SENDING || record->state == ENVOI_LETTER_DRAFT) {
    g_task_return_new_error (task, ENVOI_STORE_ERROR, ENVOI_STORE_ERROR_CONFLICT,
                             _("The letter is not in a state that allows this."));
    return;
  }

  report->n_marked = envoi_outcome_apply_report (record, report->news);
  if (report->n_marked == 0)
    g_task_return_int (task, 0);
  else
    envoi_outbox_write (g_task_get_source_object (task), envoi_letter_record_copy (record),
                        1u << record->state, wrote_report, g_object_ref (task));
}

/**
 * envoi_outbox_report_async:
 * @self: an outbox that has started
 * @letter_id: a letter
 * @news: (element-type EnvoiRecipientRecord): RETURNED, DELAYED or DELIVERED and
 *   the words; addresses that the letter did not go to are passed over
 * @callback: called when it is written
 * @user_data: for @callback
 *
 * Marks on a letter what a bounce or a receipt says.
 *
 * Errors: CONFLICT (it is going out), NOT_FOUND, NO_SPACE
 *
 * Thread: main
 */
void
envoi_outbox_report_async (EnvoiOutbox         *self,
                           const char          *letter_id,
                           GPtrArray           *news,
                           GAsyncReadyCallback  callback,
                           gpointer             user_data)
{
  Report *report;
  GTask *task;

  g_return_if_fail (ENVOI_IS_OUTBOX (self));
  g_return_if_fail (letter_id != NULL);

  report = g_new0 (Report, 1);
  report->news = g_ptr_array_ref (news);
  task = g_task_new (self, NULL, callback, user_data);
  g_task_set_task_data (task, report, (GDestroyNotify) report_free);
  envoi_store_load_async (self->store, letter_id, NULL, loaded_cb, task);
}

/**
 * envoi_outbox_report_finish:
 * @self: an outbox
 * @result: what the callback got
 *
 * Returns: how many recipients were marked; -1 with @error set
 *
 * Thread: main
 */
int
envoi_outbox_report_finish (EnvoiOutbox   *self,
                            GAsyncResult  *result,
                            GError       **error)
{
  return (int) g_task_propagate_int (G_TASK (result), error);
}
