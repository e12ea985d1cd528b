/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-test"

#include "config.h"

#include "envoi-fake-deliverer.h"

#define PAUSE_US (G_GINT64_CONSTANT (600) * G_USEC_PER_SEC)

struct _EnvoiFakeDeliverer {
  GObject parent_instance;

  EnvoiFakeOrderFunc order_function;
  EnvoiFakeStepFunc step;
  gpointer user_data;

  GMutex mutex;
  GCond cond;
  GHashTable *orders;     /* letter id -> EnvoiOrder */
  GHashTable *holding;    /* letter ids */
  GHashTable *committed;  /* of those that go on past the commit */
  GPtrArray *acceptances;
  gint64 now;
  EnvoiPace pace;             /* of every account; main thread */
  GArray *calls;              /* of Call; main thread */
  guint n_open;               /* called and not answered; main thread */
};

typedef struct {
  char *account_id;
  gint64 time;
} Call;

static void
call_clear (Call *call)
{
  g_free (call->account_id);
}

static void
acceptance_free (EnvoiAcceptance *acceptance)
{
  g_free (acceptance->letter_id);
  g_bytes_unref (acceptance->manifest);
  g_strfreev (acceptance->recipients);
  g_free (acceptance);
}

static EnvoiAcceptance *
acceptance_new (const char  *letter_id,
                GBytes      *manifest,
                char       **recipients)
{
  EnvoiAcceptance *acceptance = g_new0 (EnvoiAcceptance, 1);

  acceptance->letter_id = g_strdup (letter_id);
  acceptance->manifest = g_bytes_ref (manifest);
  acceptance->recipients = recipients;
  return acceptance;
}

static void
take_step (EnvoiFakeDeliverer  *self,
           const char          *step,
           const EnvoiDelivery *delivery)
{
  if (self->step)
    self->step (step, delivery, self->user_data);
}

/* Not for the last recipient unless it is accepted too. */
static void
accept (EnvoiFakeDeliverer  *self,
        const EnvoiDelivery *delivery,
        EnvoiRecipientState  state_of_last)
{
  const char *const *addresses = envoi_envelope_get_recipients (delivery->envelope);
  char **accepted = g_strdupv ((char **) addresses);
  guint n_addresses = g_strv_length (accepted);

  if (state_of_last != ENVOI_RECIPIENT_ACCEPTED)
    g_clear_pointer (&accepted[n_addresses - 1], g_free);

  take_step (self, "before acceptance", delivery);
  g_mutex_lock (&self->mutex);
  g_ptr_array_add (self->acceptances, acceptance_new (delivery->letter->id,
                                                      delivery->letter->manifest, accepted));
  g_mutex_unlock (&self->mutex);
  take_step (self, "accepted", delivery);
}

static EnvoiDeliveryOutcome *
make_outcome (EnvoiDeliveryResult  result,
              int                  code,
              const char          *text)
{
  EnvoiDeliveryOutcome *outcome = envoi_delivery_outcome_new (result);

  outcome->error_domain = result == ENVOI_DELIVERY_SENT ? NULL : g_strdup ("smtp");
  outcome->error_message = result == ENVOI_DELIVERY_SENT ? NULL : g_strdup (text);
  outcome->reply_code = code;
  outcome->reply_text = g_strdup (text);
  outcome->transcript = g_strdup_printf ("S: %d %s", code, text);
  return outcome;
}

static void
answer_recipients (EnvoiDeliveryOutcome *outcome,
                   const EnvoiDelivery  *delivery,
                   EnvoiRecipientState   state_of_last)
{
  const char *const *addresses = envoi_envelope_get_recipients (delivery->envelope);

  for (guint i = 0; addresses[i]; i++) {
    EnvoiRecipientRecord *recipient = envoi_recipient_record_new (addresses[i]);

    recipient->state = addresses[i + 1] ? ENVOI_RECIPIENT_ACCEPTED : state_of_last;
    recipient->code = recipient->state == ENVOI_RECIPIENT_ACCEPTED ? 250 : 550;
    recipient->text = g_strdup ("answer");
    g_ptr_array_add (outcome->recipients, recipient);
  }
}

static EnvoiDeliveryOutcome *
send_letter (EnvoiFakeDeliverer  *self,
             const EnvoiDelivery *delivery,
             EnvoiRecipientState  state_of_last)
{
  EnvoiDeliveryOutcome *outcome = make_outcome (ENVOI_DELIVERY_SENT, 250, "queued");

  accept (self, delivery, state_of_last);
  answer_recipients (outcome, delivery, state_of_last);
  return outcome;
}

static EnvoiDeliveryOutcome *
fail_before_commit (EnvoiFakeDeliverer *self,
                    EnvoiOrder          order)
{
  EnvoiDeliveryOutcome *outcome;

  if (order == ENVOI_ORDER_REFUSE)
    return make_outcome (ENVOI_DELIVERY_REFUSED, 550, "no");
  if (order == ENVOI_ORDER_SIGN_IN)
    return make_outcome (ENVOI_DELIVERY_REFUSED, 0, "sign in again");
  if (order == ENVOI_ORDER_OFFLINE)
    return make_outcome (ENVOI_DELIVERY_LATER, 0, "no route");

  outcome = make_outcome (ENVOI_DELIVERY_LATER, 451, "not now");
  if (order == ENVOI_ORDER_THROTTLE) {
    outcome->pauses_account = TRUE;
    outcome->retry_after = self->now + PAUSE_US;
  }

  return outcome;
}

static EnvoiDeliveryOutcome *
end_after_commit (EnvoiFakeDeliverer  *self,
                  const EnvoiDelivery *delivery,
                  EnvoiOrder           order)
{
  switch (order) {
    case ENVOI_ORDER_SEND:
      return send_letter (self, delivery, ENVOI_RECIPIENT_ACCEPTED);
    case ENVOI_ORDER_SEND_PARTLY:
      return send_letter (self, delivery, ENVOI_RECIPIENT_REFUSED);
    case ENVOI_ORDER_SEND_REST_LATER:
      return send_letter (self, delivery, ENVOI_RECIPIENT_DEFERRED);
    case ENVOI_ORDER_LATER_AT_END:
      return make_outcome (ENVOI_DELIVERY_LATER, 451, "not now");
    case ENVOI_ORDER_LOSE_ANSWER:
      accept (self, delivery, ENVOI_RECIPIENT_ACCEPTED);
      return make_outcome (ENVOI_DELIVERY_UNKNOWN, 0, "connection lost");
    case ENVOI_ORDER_LOSE_LETTER:
    default:
      return make_outcome (ENVOI_DELIVERY_UNKNOWN, 0, "connection lost");
  }
}

static void
wake_cb (GCancellable       *cancellable,
         EnvoiFakeDeliverer *self)
{
  g_mutex_lock (&self->mutex);
  g_cond_broadcast (&self->cond);
  g_mutex_unlock (&self->mutex);
}

static EnvoiOrder
await_order (EnvoiFakeDeliverer  *self,
             const EnvoiDelivery *delivery,
             GCancellable        *cancellable)
{
  EnvoiOrder order = self->order_function ?
                     self->order_function (delivery, self->user_data) : ENVOI_ORDER_HOLD;
  gpointer value;

  g_mutex_lock (&self->mutex);
  g_hash_table_add (self->holding, g_strdup (delivery->letter->id));
  while (order == ENVOI_ORDER_HOLD && !(cancellable && g_cancellable_is_cancelled (cancellable))) {
    if (g_hash_table_lookup_extended (self->orders, delivery->letter->id, NULL, &value)) {
      order = GPOINTER_TO_INT (value);
      g_hash_table_remove (self->orders, delivery->letter->id);
    } else {
      g_cond_wait (&self->cond, &self->mutex);
    }
  }
  g_hash_table_remove (self->holding, delivery->letter->id);
  g_mutex_unlock (&self->mutex);
  return order;
}

static void
note_commit (EnvoiFakeDeliverer *self,
             const char         *letter_id,
             gboolean            is_past)
{
  g_mutex_lock (&self->mutex);
  if (is_past)
    g_hash_table_add (self->committed, g_strdup (letter_id));
  else
    g_hash_table_remove (self->committed, letter_id);
  g_mutex_unlock (&self->mutex);
}

static EnvoiDeliveryOutcome *
deliver (EnvoiFakeDeliverer  *self,
         const EnvoiDelivery *delivery,
         GCancellable        *cancellable)
{
  EnvoiOrder order = await_order (self, delivery, cancellable);
  g_autoptr (GError) error = NULL;

  take_step (self, "connected", delivery);
  if (order == ENVOI_ORDER_HOLD)
    return make_outcome (ENVOI_DELIVERY_CANCELLED, 0, "stopped");
  if (order >= ENVOI_ORDER_REFUSE && order <= ENVOI_ORDER_OFFLINE)
    return fail_before_commit (self, order);

  take_step (self, "before commit", delivery);
  if (!delivery->commit (delivery->user_data, &error))
    return make_outcome (ENVOI_DELIVERY_CANCELLED, 0, error->message);

  take_step (self, "committed", delivery);
  note_commit (self, delivery->letter->id, TRUE);
  if (order == ENVOI_ORDER_COMMIT)
    order = await_order (self, delivery, NULL);
  note_commit (self, delivery->letter->id, FALSE);
  return end_after_commit (self, delivery, order);
}

static void
deliver_in_thread (GTask        *task,
                   gpointer      source,
                   gpointer      task_data,
                   GCancellable *cancellable)
{
  EnvoiFakeDeliverer *self = source;
  EnvoiDeliveryOutcome *outcome = deliver (self, task_data, cancellable);

  take_step (self, "answered", task_data);
  g_task_return_pointer (task, outcome, (GDestroyNotify) envoi_delivery_outcome_free);
}

static void
deliver_async (EnvoiDeliverer      *deliverer,
               const EnvoiDelivery *delivery,
               GCancellable        *cancellable,
               GAsyncReadyCallback  callback,
               gpointer             user_data)
{
  EnvoiFakeDeliverer *self = ENVOI_FAKE_DELIVERER (deliverer);
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
  Call call = { g_strdup (delivery->letter->account_id), self->now };

  g_array_append_val (self->calls, call);
  self->n_open++;
  g_task_set_check_cancellable (task, FALSE);
  g_task_set_task_data (task, (gpointer) delivery, NULL);
  g_signal_connect_object (cancellable, "cancelled", G_CALLBACK (wake_cb), self, 0);
  g_task_run_in_thread (task, deliver_in_thread);
}

static EnvoiDeliveryOutcome *
deliver_finish (EnvoiDeliverer *deliverer,
                GAsyncResult   *result)
{
  ENVOI_FAKE_DELIVERER (deliverer)->n_open--;
  return g_task_propagate_pointer (G_TASK (result), NULL);
}

static EnvoiPace
get_pace (EnvoiDeliverer *deliverer,
          const char     *account_id)
{
  return ENVOI_FAKE_DELIVERER (deliverer)->pace;
}

static void
init_deliverer (EnvoiDelivererInterface *iface)
{
  iface->deliver_async = deliver_async;
  iface->deliver_finish = deliver_finish;
  iface->get_pace = get_pace;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (EnvoiFakeDeliverer, envoi_fake_deliverer, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (ENVOI_TYPE_DELIVERER, init_deliverer))

static void
envoi_fake_deliverer_finalize (GObject *object)
{
  EnvoiFakeDeliverer *self = ENVOI_FAKE_DELIVERER (object);

  g_hash_table_unref (self->orders);
  g_hash_table_unref (self->holding);
  g_hash_table_unref (self->committed);
  g_ptr_array_unref (self->acceptances);
  g_array_unref (self->calls);
  g_mutex_clear (&self->mutex);
  g_cond_clear (&self->cond);

  G_OBJECT_CLASS (envoi_fake_deliverer_parent_class)->finalize (object);
}

static void
envoi_fake_deliverer_class_init (EnvoiFakeDelivererClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = envoi_fake_deliverer_finalize;
}

static void
envoi_fake_deliverer_init (EnvoiFakeDeliverer *self)
{
  g_mutex_init (&self->mutex);
  g_cond_init (&self->cond);
  self->orders = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->holding = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->committed = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->acceptances = g_ptr_array_new_with_free_func ((GDestroyNotify) acceptance_free);
  self->calls = g_array_new (FALSE, FALSE, sizeof (Call));
  g_array_set_clear_func (self->calls, (GDestroyNotify) call_clear);
}

EnvoiFakeDeliverer *
envoi_fake_deliverer_new (void)
{
  return g_object_new (ENVOI_TYPE_FAKE_DELIVERER, NULL);
}

void
envoi_fake_deliverer_set_auto (EnvoiFakeDeliverer *self,
                               EnvoiFakeOrderFunc  function,
                               EnvoiFakeStepFunc   step,
                               gpointer            user_data)
{
  self->order_function = function;
  self->step = step;
  self->user_data = user_data;
}

void
envoi_fake_deliverer_order (EnvoiFakeDeliverer *self,
                            const char         *letter_id,
                            EnvoiOrder          order)
{
  g_mutex_lock (&self->mutex);
  g_hash_table_insert (self->orders, g_strdup (letter_id), GINT_TO_POINTER (order));
  g_cond_broadcast (&self->cond);
  g_mutex_unlock (&self->mutex);
}

void
envoi_fake_deliverer_set_now (EnvoiFakeDeliverer *self,
                              gint64              now)
{
  self->now = now;
}

void
envoi_fake_deliverer_set_pace (EnvoiFakeDeliverer *self,
                               EnvoiPace           pace)
{
  self->pace = pace;
}

gboolean
envoi_fake_deliverer_is_holding (EnvoiFakeDeliverer *self,
                                 const char         *letter_id)
{
  gboolean is_holding;

  g_mutex_lock (&self->mutex);
  is_holding = g_hash_table_contains (self->holding, letter_id);
  g_mutex_unlock (&self->mutex);
  return is_holding;
}

gboolean
envoi_fake_deliverer_is_past_commit (EnvoiFakeDeliverer *self,
                                     const char         *letter_id)
{
  gboolean is_past;

  g_mutex_lock (&self->mutex);
  is_past = g_hash_table_contains (self->holding, letter_id) &&
            g_hash_table_contains (self->committed, letter_id);
  g_mutex_unlock (&self->mutex);
  return is_past;
}

gboolean
envoi_fake_deliverer_is_resting (EnvoiFakeDeliverer *self)
{
  GHashTableIter iter;
  gpointer letter_id;
  gboolean is_resting;

  g_mutex_lock (&self->mutex);
  is_resting = g_hash_table_size (self->holding) == self->n_open;
  g_hash_table_iter_init (&iter, self->holding);
  while (is_resting && g_hash_table_iter_next (&iter, &letter_id, NULL))
    is_resting = !g_hash_table_contains (self->orders, letter_id);
  g_mutex_unlock (&self->mutex);
  return is_resting;
}

guint
envoi_fake_deliverer_get_n_calls (EnvoiFakeDeliverer *self)
{
  return self->calls->len;
}

guint
envoi_fake_deliverer_count_calls (EnvoiFakeDeliverer *self,
                                  const char         *account_id,
                                  guint               n_forgotten,
                                  gint64              after)
{
  guint n_calls = 0;

  for (guint i = n_forgotten; i < self->calls->len; i++) {
    const Call *call = &g_array_index (self->calls, Call, i);

    n_calls += call->time > after && g_str_equal (call->account_id, account_id);
  }

  return n_calls;
}

GPtrArray *
envoi_fake_deliverer_dup_acceptances (EnvoiFakeDeliverer *self)
{
  GPtrArray *copy = g_ptr_array_new_with_free_func ((GDestroyNotify) acceptance_free);

  g_mutex_lock (&self->mutex);
  for (guint i = 0; i < self->acceptances->len; i++) {
    const EnvoiAcceptance *acceptance = g_ptr_array_index (self->acceptances, i);

    g_ptr_array_add (copy, acceptance_new (acceptance->letter_id, acceptance->manifest,
                                           g_strdupv (acceptance->recipients)));
  }
  g_mutex_unlock (&self->mutex);
  return copy;
}
