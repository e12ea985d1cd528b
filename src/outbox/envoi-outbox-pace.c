/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-outbox"

#include "config.h"

#include "envoi-outbox-private.h"

/* The pace of each account: asked of the deliverer, reckoned from the audit log, so that
 * it holds over processes and restarts, kept by the schedule. */

#define US_PER_MINUTE (60 * (gint64) G_USEC_PER_SEC)

typedef struct {
  EnvoiOutbox *outbox;
  char *account_id;
} Counting;

static void
counting_free (Counting *counting)
{
  g_object_unref (counting->outbox);
  g_free (counting->account_id);
  g_free (counting);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Counting, counting_free)

/* Letters must not wait for ever because a count failed: then only those count that
 * go from now on. */
static void
counted_cb (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autoptr (Counting) counting = user_data;
  EnvoiOutbox *self = counting->outbox;
  g_autoptr (GError) error = NULL;
  gssize n_spent = envoi_store_count_attempts_finish (ENVOI_STORE (source), result, &error);

  if (error)
    g_message ("The letters of the last hours could not be counted: %s", error->message);

  envoi_schedule_set_spent (self->schedule, counting->account_id, (guint) MAX (n_spent, 0),
                            envoi_clock_get_now (self->clock));
  envoi_outbox_queue_dispatch (self);
}

/**
 * envoi_outbox_renew_pace:
 * @self: an outbox
 * @account_id: an account that is new here, or whose settings have changed
 *
 * Learns how many letters the account may send. Costs nothing when that is as before.
 *
 * Thread: main
 */
void
envoi_outbox_renew_pace (EnvoiOutbox *self,
                         const char  *account_id)
{
  EnvoiPace pace;
  gint64 since;
  Counting *counting;

  g_return_if_fail (ENVOI_IS_OUTBOX (self));
  g_return_if_fail (account_id != NULL);

  pace = envoi_deliverer_get_pace (self->deliverer, account_id);
  if (!envoi_schedule_set_pace (self->schedule, account_id, pace)) {
    envoi_outbox_queue_dispatch (self);
    return;
  }

  counting = g_new0 (Counting, 1);
  counting->outbox = g_object_ref (self);
  counting->account_id = g_strdup (account_id);
  since = envoi_clock_get_now (self->clock) - pace.minutes * US_PER_MINUTE;
  envoi_store_count_attempts_async (self->store, account_id, since, NULL, counted_cb, counting);
}

/**
 * envoi_outbox_get_paced_until:
 * @self: an outbox
 * @account_id: an account
 *
 * Returns: until when the account's own pace holds its letters, microseconds since
 *   the epoch; now or past = it does not
 *
 * Thread: main
 */
gint64
envoi_outbox_get_paced_until (EnvoiOutbox *self,
                              const char  *account_id)
{
  g_return_val_if_fail (ENVOI_IS_OUTBOX (self), 0);

  return envoi_schedule_get_paced_until (self->schedule, account_id,
                                         envoi_clock_get_now (self->clock));
}
