/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-test"

#include "config.h"

#include "envoi-outbox-fixture.h"

EnvoiInstance *
envoi_instance_start (const char         *folder,
                      EnvoiFakeDeliverer *deliverer,
                      EnvoiClock         *clock,
                      gboolean            may_send)
{
  EnvoiInstance *self = g_new0 (EnvoiInstance, 1);
  g_autofree char *lock_path = g_build_filename (folder, "sender.lock", NULL);
  g_autoptr (GFile) lock_file = g_file_new_for_path (lock_path);
  g_autoptr (EnvoiRandom) random = envoi_random_new_fake (1);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  EnvoiTestWait wait = { NULL };

  self->folder = g_strdup (folder);
  self->store = envoi_fixture_open_store (folder);
  self->deliverer = g_object_ref (deliverer);
  self->clock = g_object_ref (clock);
  self->outbox = envoi_outbox_new (self->store, ENVOI_DELIVERER (deliverer), clock, random,
                                   lock_file);
  envoi_outbox_start_async (self->outbox, may_send, NULL, envoi_test_wait_cb, &wait);
  result = envoi_test_wait (&wait);
  envoi_outbox_start_finish (self->outbox, result, &error);
  g_assert_no_error (error);
  return self;
}

void
envoi_instance_stop (EnvoiInstance *self)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  EnvoiTestWait wait = { NULL };

  envoi_outbox_stop_async (self->outbox, NULL, envoi_test_wait_cb, &wait);
  result = envoi_test_wait (&wait);
  envoi_outbox_stop_finish (self->outbox, result, &error);
  g_assert_no_error (error);
  g_clear_object (&result);
  envoi_instance_rest (self);

  /* What the system told of another store's writes may still be on its way. */
  envoi_test_let_go (&self->outbox);
  envoi_fixture_close_store (self->store);
  g_object_unref (self->deliverer);
  g_object_unref (self->clock);
  g_free (self->folder);
  g_free (self);
}

static gboolean
is_server_resting (gpointer deliverer)
{
  return envoi_fake_deliverer_is_resting (deliverer);
}

void
envoi_instance_rest (EnvoiInstance *self)
{
  do {
    envoi_test_wait_until (is_server_resting, self->deliverer);

    /* A read comes back when all that was queued before it is done, and what
     * that leads to is queued by then; three times covers every chain of steps. */
    for (guint i = 0; i < 3; i++) {
      g_autoptr (GPtrArray) none = envoi_fixture_list (self->store, 0, 0, 1);

      while (g_main_context_iteration (NULL, FALSE))
        ;
    }
  } while (!envoi_fake_deliverer_is_resting (self->deliverer));
}

EnvoiLetterRecord *
envoi_instance_make_letter (const char *id,
                            const char *account_id,
                            const char *text,
                            gint64      hold_until)
{
  EnvoiLetterRecord *record = envoi_fixture_make_letter (id, ENVOI_LETTER_DRAFT);

  g_free (record->account_id);
  record->account_id = g_strdup (account_id);
  g_bytes_unref (record->manifest);
  record->manifest = g_bytes_new (text, strlen (text));
  record->hold_until = hold_until;
  return record;
}

gboolean
envoi_instance_submit (EnvoiInstance *self,
                       const char    *id,
                       const char    *account_id,
                       const char    *text,
                       gint64         hold_until,
                       GError       **error)
{
  g_autoptr (EnvoiLetterRecord) record =
    envoi_instance_make_letter (id, account_id, text, hold_until);

  return envoi_instance_submit_letter (self, record, error);
}

gboolean
envoi_instance_submit_letter (EnvoiInstance     *self,
                              EnvoiLetterRecord *record,
                              GError           **error)
{
  g_autoptr (GAsyncResult) result = NULL;
  EnvoiTestWait wait = { NULL };

  envoi_outbox_submit_async (self->outbox, record, NULL, envoi_test_wait_cb, &wait);
  result = envoi_test_wait (&wait);
  return envoi_outbox_submit_finish (self->outbox, result, error);
}

gboolean
envoi_instance_save_draft (EnvoiInstance *self,
                           const char    *id,
                           const char    *text,
                           GError       **error)
{
  g_autoptr (EnvoiLetterRecord) record = envoi_instance_make_letter (id, "account", text, 0);
  g_autoptr (GAsyncResult) result = NULL;
  EnvoiTestWait wait = { NULL };

  envoi_outbox_save_draft_async (self->outbox, record, NULL, envoi_test_wait_cb, &wait);
  result = envoi_test_wait (&wait);
  return envoi_outbox_save_draft_finish (self->outbox, result, error);
}

gboolean
envoi_instance_act (EnvoiInstance     *self,
                    const char        *id,
                    EnvoiOutboxAction  action,
                    GError           **error)
{
  g_autoptr (GAsyncResult) result = NULL;
  EnvoiTestWait wait = { NULL };

  envoi_outbox_act_async (self->outbox, id, action, NULL, NULL, envoi_test_wait_cb, &wait);
  result = envoi_test_wait (&wait);
  return envoi_outbox_act_finish (self->outbox, result, error);
}

const EnvoiLetterRecord *
envoi_instance_get_record (EnvoiInstance *self,
                           const char    *id)
{
  EnvoiLetter *letter = envoi_outbox_find (self->outbox, id);

  g_assert_nonnull (letter);
  return envoi_letter_get_record (letter);
}

EnvoiLetterState
envoi_instance_get_state (EnvoiInstance *self,
                          const char    *id)
{
  return envoi_instance_get_record (self, id)->state;
}

typedef struct {
  EnvoiInstance *self;
  const char *id;
  EnvoiLetterState state;
} Condition;

static gboolean
has_state (gpointer user_data)
{
  Condition *condition = user_data;
  EnvoiLetter *letter = envoi_outbox_find (condition->self->outbox, condition->id);

  return letter && envoi_letter_get_state (letter) == condition->state;
}

static gboolean
is_holding (gpointer user_data)
{
  Condition *condition = user_data;

  return envoi_fake_deliverer_is_holding (condition->self->deliverer, condition->id);
}

void
envoi_instance_wait_state (EnvoiInstance    *self,
                           const char       *id,
                           EnvoiLetterState  state)
{
  Condition condition = { self, id, state };

  envoi_test_wait_until (has_state, &condition);
}

void
envoi_instance_wait_holding (EnvoiInstance *self,
                             const char    *id)
{
  Condition condition = { self, id, 0 };

  envoi_test_wait_until (is_holding, &condition);
}

void
envoi_instance_move_clock (EnvoiInstance *self,
                           gint64         by)
{
  gint64 now = envoi_clock_get_now (self->clock) + by;

  envoi_fake_deliverer_set_now (self->deliverer, now);
  envoi_clock_set_fake_now (self->clock, now);
  envoi_instance_rest (self);
}
