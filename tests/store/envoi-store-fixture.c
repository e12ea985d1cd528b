/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-test"

#include "config.h"

#include "envoi-store-fixture.h"

EnvoiStore *
envoi_fixture_open_store (const char *folder)
{
  g_autoptr (GFile) file = g_file_new_for_path (folder);
  g_autoptr (GError) error = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  EnvoiStore *store = envoi_store_new (file);
  EnvoiTestWait wait = { NULL };

  envoi_store_open_async (store, NULL, envoi_test_wait_cb, &wait);
  result = envoi_test_wait (&wait);
  envoi_store_open_finish (store, result, &error);
  g_assert_no_error (error);
  return store;
}

void
envoi_fixture_close_store (EnvoiStore *store)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  EnvoiTestWait wait = { NULL };

  envoi_store_close_async (store, NULL, envoi_test_wait_cb, &wait);
  result = envoi_test_wait (&wait);
  envoi_store_close_finish (store, result, &error);
  g_assert_no_error (error);
  g_clear_object (&result);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  envoi_test_let_go (&store);
}

gboolean
envoi_fixture_write (EnvoiStore              *store,
                     const EnvoiLetterRecord *record,
                     guint                    expected,
                     GError                 **error)
{
  g_autoptr (GAsyncResult) result = NULL;
  EnvoiTestWait wait = { NULL };

  envoi_store_write_async (store, record, expected, NULL, envoi_test_wait_cb, &wait);
  result = envoi_test_wait (&wait);
  return envoi_store_write_finish (store, result, error);
}

EnvoiLetterRecord *
envoi_fixture_load (EnvoiStore *store,
                    const char *letter_id,
                    GError    **error)
{
  g_autoptr (GAsyncResult) result = NULL;
  EnvoiTestWait wait = { NULL };

  envoi_store_load_async (store, letter_id, NULL, envoi_test_wait_cb, &wait);
  result = envoi_test_wait (&wait);
  return envoi_store_load_finish (store, result, error);
}

GPtrArray *
envoi_fixture_list (EnvoiStore *store,
                    guint       states,
                    guint       offset,
                    guint       limit)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  EnvoiTestWait wait = { NULL };
  GPtrArray *records;

  envoi_store_list_async (store, states, offset, limit, NULL, envoi_test_wait_cb, &wait);
  result = envoi_test_wait (&wait);
  records = envoi_store_list_finish (store, result, &error);
  g_assert_no_error (error);
  return records;
}

GPtrArray *
envoi_fixture_list_attempts (EnvoiStore *store,
                             const char *letter_id)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  EnvoiTestWait wait = { NULL };
  GPtrArray *attempts;

  envoi_store_list_attempts_async (store, letter_id, NULL, envoi_test_wait_cb, &wait);
  result = envoi_test_wait (&wait);
  attempts = envoi_store_list_attempts_finish (store, result, &error);
  g_assert_no_error (error);
  return attempts;
}

gboolean
envoi_fixture_delete (EnvoiStore *store,
                      const char *letter_id,
                      guint       expected,
                      GError    **error)
{
  g_autoptr (GAsyncResult) result = NULL;
  EnvoiTestWait wait = { NULL };

  envoi_store_delete_async (store, letter_id, expected, NULL, envoi_test_wait_cb, &wait);
  result = envoi_test_wait (&wait);
  return envoi_store_delete_finish (store, result, error);
}

char *
envoi_fixture_import (EnvoiStore *store,
                      const char *bytes,
                      gsize       length,
                      GError    **error)
{
  g_autoptr (GInputStream) input = g_memory_input_stream_new_from_data (bytes, length, NULL);
  g_autoptr (GAsyncResult) result = NULL;
  EnvoiTestWait wait = { NULL };
  guint64 size = 0;
  char *blob_id;

  envoi_store_import_blob_async (store, input, NULL, NULL, NULL, envoi_test_wait_cb, &wait);
  result = envoi_test_wait (&wait);
  blob_id = envoi_store_import_blob_finish (store, result, &size, error);
  if (blob_id)
    g_assert_cmpuint (size, ==, length);
  return blob_id;
}

typedef struct {
  EnvoiStore *store;
  const char *letter_id;
  GError **error;
} HandOver;

static void
hand_over_in_thread (GTask        *task,
                     gpointer      source,
                     gpointer      task_data,
                     GCancellable *cancellable)
{
  HandOver *hand_over = task_data;

  g_task_return_boolean (task, envoi_store_mark_handed_over_sync (hand_over->store,
                                                                  hand_over->letter_id,
                                                                  hand_over->error));
}

gboolean
envoi_fixture_hand_over (EnvoiStore *store,
                         const char *letter_id,
                         GError    **error)
{
  HandOver hand_over = { store, letter_id, error };
  EnvoiTestWait wait = { NULL };
  g_autoptr (GTask) task = g_task_new (NULL, NULL, envoi_test_wait_cb, &wait);
  g_autoptr (GAsyncResult) result = NULL;

  g_task_set_task_data (task, &hand_over, NULL);
  g_task_run_in_thread (task, hand_over_in_thread);
  result = envoi_test_wait (&wait);
  return g_task_propagate_boolean (G_TASK (result), NULL);
}

EnvoiLetterRecord *
envoi_fixture_make_letter (const char       *id,
                           EnvoiLetterState  state)
{
  static const char *const recipients[] = { "a@example.org", "b@example.org", NULL };
  EnvoiLetterRecord *record = envoi_letter_record_new (id);

  g_free (record->account_id);
  g_free (record->subject);
  g_free (record->to_line);
  g_free (record->message_id);
  record->state = state;
  record->account_id = g_strdup ("account");
  record->subject = g_strdup ("会议 — “minutes”");
  record->to_line = g_strdup ("a@example.org, b@example.org");
  record->message_id = g_strdup_printf ("<%s@example.org>", id);
  record->size = 12345;
  record->created = 1000;
  record->changed = 2000;
  record->manifest = g_bytes_new (id, strlen (id) + 1);
  record->envelope = envoi_envelope_new ("me@example.org", recipients,
                                         ENVOI_ENVELOPE_NOTIFY_FAILURE, "env-1");
  for (guint i = 0; recipients[i]; i++)
    g_ptr_array_add (record->recipients, envoi_recipient_record_new (recipients[i]));
  return record;
}

void
envoi_fixture_set_up (EnvoiStoreFixture      *self,
                      gconstpointer           data)
{
  self->folder = envoi_test_make_folder ();
  self->store = envoi_fixture_open_store (self->folder);
}

void
envoi_fixture_tear_down (EnvoiStoreFixture      *self,
                         gconstpointer           data)
{
  if (self->store)
    envoi_fixture_close_store (self->store);
  g_free (self->folder);
}

void
envoi_fixture_reopen (EnvoiStoreFixture *self)
{
  envoi_fixture_close_store (g_steal_pointer (&self->store));
  self->store = envoi_fixture_open_store (self->folder);
}

void
envoi_fixture_write_ok (EnvoiStoreFixture                 *self,
                        const EnvoiLetterRecord           *record,
                        guint                              expected)
{
  g_autoptr (GError) error = NULL;

  envoi_fixture_write (self->store, record, expected, &error);
  g_assert_no_error (error);
}

EnvoiLetterRecord *
envoi_fixture_load_ok (EnvoiStoreFixture    *self,
                       const char           *id)
{
  g_autoptr (GError) error = NULL;
  EnvoiLetterRecord *record = envoi_fixture_load (self->store, id, &error);

  g_assert_no_error (error);
  return record;
}
