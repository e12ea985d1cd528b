/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-outbox"

#include "config.h"

#include "envoi-deliverer.h"

/**
 * EnvoiDeliverer:
 *
 * Hands letters to the outside world. The outbox knows nothing of SMTP; it
 * asks this interface for one attempt and is told what it came to.
 *
 * Thread: main
 */
G_DEFINE_INTERFACE (EnvoiDeliverer, envoi_deliverer, G_TYPE_OBJECT)

static void
envoi_deliverer_default_init (EnvoiDelivererInterface *iface)
{
}

/**
 * envoi_delivery_outcome_new:
 * @result: what the attempt came to
 *
 * Returns: (transfer full): an outcome without details
 *
 * Thread: any
 */
EnvoiDeliveryOutcome *
envoi_delivery_outcome_new (EnvoiDeliveryResult result)
{
  EnvoiDeliveryOutcome *self = g_new0 (EnvoiDeliveryOutcome, 1);

  self->result = result;
  self->recipients =
    g_ptr_array_new_with_free_func ((GDestroyNotify) envoi_recipient_record_free);
  return self;
}

/**
 * envoi_delivery_outcome_free:
 * @self: (transfer full): an outcome
 *
 * Frees it.
 *
 * Thread: any
 */
void
envoi_delivery_outcome_free (EnvoiDeliveryOutcome *self)
{
  g_clear_pointer (&self->recipients, g_ptr_array_unref);
  g_free (self->error_domain);
  g_free (self->error_message);
  g_free (self->phase);
  g_free (self->reply_enhanced);
  g_free (self->reply_text);
  g_free (self->transcript);
  g_free (self);
}

/**
 * envoi_deliverer_deliver_async:
 * @self: a deliverer
 * @delivery: the job; the caller keeps it valid until @callback has run
 * @cancellable: (nullable): stops the attempt as long as it can be stopped
 * @callback: called on the main thread
 * @user_data: for @callback
 *
 * Makes one attempt to hand the letter over. Before the byte that ends the
 * message leaves, @delivery's commit function must have returned %TRUE.
 *
 * Thread: main
 */
void
envoi_deliverer_deliver_async (EnvoiDeliverer      *self,
                               const EnvoiDelivery *delivery,
                               GCancellable        *cancellable,
                               GAsyncReadyCallback  callback,
                               gpointer             user_data)
{
  g_return_if_fail (ENVOI_IS_DELIVERER (self));
  g_return_if_fail (delivery != NULL);

  ENVOI_DELIVERER_GET_IFACE (self)->deliver_async (self, delivery, cancellable, callback,
                                                   user_data);
}

/**
 * envoi_deliverer_deliver_finish:
 * @self: a deliverer
 * @result: what the callback got
 *
 * Returns: (transfer full): what the attempt came to; a failure is an outcome
 *   too, so there is no GError
 *
 * Thread: main
 */
EnvoiDeliveryOutcome *
envoi_deliverer_deliver_finish (EnvoiDeliverer *self,
                                GAsyncResult   *result)
{
  g_return_val_if_fail (ENVOI_IS_DELIVERER (self), NULL);

  return ENVOI_DELIVERER_GET_IFACE (self)->deliver_finish (self, result);
}

/**
 * envoi_deliverer_get_pace:
 * @self: a deliverer
 * @account_id: an account, known or not
 *
 * Returns: how many letters the account may send, by its provider's rules or the
 *   person's wish
 *
 * Thread: main
 */
EnvoiPace
envoi_deliverer_get_pace (EnvoiDeliverer *self,
                          const char     *account_id)
{
  EnvoiPace none = { 0 };

  g_return_val_if_fail (ENVOI_IS_DELIVERER (self), none);

  return ENVOI_DELIVERER_GET_IFACE (self)->get_pace (self, account_id);
}
