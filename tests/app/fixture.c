/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "fixture.h"

#include "envoi-test.h"

#include <string.h>

static EnvoiService *
make_service (Fixture *self)
{
  g_autoptr (GFile) data = g_file_new_build_filename (self->folder, "data", NULL);
  g_autoptr (GFile) config = g_file_new_build_filename (self->folder, "config", NULL);

  return g_object_new (ENVOI_TYPE_SERVICE, "secrets", self->secrets, "data-folder", data,
                       "config-folder", config, NULL);
}

static void
start_service (EnvoiService      *service,
               EnvoiServiceFlags  flags)
{
  EnvoiTestWait wait = { 0 };
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  envoi_service_start_async (service, flags, NULL, envoi_test_wait_cb, &wait);
  result = envoi_test_wait (&wait);
  envoi_service_start_finish (service, result, &error);
  g_assert_no_error (error);
}

void
fixture_start (Fixture           *self,
               EnvoiServiceFlags  flags,
               EnvoiSecretStore  *secrets)
{
  if (!self->folder)
    self->folder = envoi_test_make_folder ();
  self->secrets = secrets ? secrets : envoi_memory_secret_store_new ();
  self->service = make_service (self);
  start_service (self->service, flags);
}

EnvoiService *
fixture_start_another (Fixture           *self,
                       EnvoiServiceFlags  flags)
{
  EnvoiService *service = make_service (self);

  start_service (service, flags);
  return service;
}

void
fixture_stop_service (EnvoiService *service)
{
  EnvoiTestWait wait = { 0 };
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  envoi_service_stop_async (service, NULL, envoi_test_wait_cb, &wait);
  result = envoi_test_wait (&wait);
  envoi_service_stop_finish (service, result, &error);
  g_assert_no_error (error);

  g_clear_object (&result);
  while (g_main_context_iteration (NULL, FALSE));
  envoi_test_let_go (&service);
}

void
fixture_stop (Fixture *self)
{
  /* A test may have stopped it in its own way. */
  if (self->service)
    fixture_stop_service (g_steal_pointer (&self->service));
  g_clear_object (&self->secrets);
  g_clear_pointer (&self->folder, g_free);
}

EnvoiAccount *
fixture_get_practice (Fixture *self)
{
  EnvoiAccount *account = envoi_account_list_find (envoi_service_get_accounts (self->service),
                                                   "practice");

  g_assert_nonnull (account);
  return account;
}

static void
store_password (Fixture      *self,
                EnvoiAccount *account,
                const char   *password)
{
  g_autoptr (EnvoiSecret) secret = envoi_secret_new (password, -1);
  EnvoiTestWait wait = { 0 };
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  envoi_service_set_password_async (self->service, account, secret, NULL, envoi_test_wait_cb,
                                    &wait);
  result = envoi_test_wait (&wait);
  envoi_service_set_password_finish (self->service, result, &error);
  g_assert_no_error (error);
}

EnvoiAccount *
fixture_add_account (Fixture    *self,
                     const char *email,
                     const char *password)
{
  EnvoiPracticeServer *server = envoi_service_get_practice (self->service);
  EnvoiAccountList *accounts = envoi_service_get_accounts (self->service);
  g_autoptr (EnvoiAccount) account = envoi_account_new (NULL);
  EnvoiTestWait wait = { 0 };
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  g_object_set (account, "email", email, "host", "127.0.0.1", "user", "practice@localhost",
                "port", (guint) envoi_practice_server_get_tls_port (server),
                "ca-file", envoi_practice_server_get_ca_file (server), NULL);
  envoi_account_list_save_async (accounts, account, NULL, envoi_test_wait_cb, &wait);
  result = envoi_test_wait (&wait);
  envoi_account_list_save_finish (accounts, result, &error);
  g_assert_no_error (error);

  if (password)
    store_password (self, envoi_account_list_find (accounts, email), password);
  return envoi_account_list_find (accounts, email);
}

EnvoiDraft *
fixture_write (Fixture      *self,
               EnvoiAccount *account,
               const char   *to)
{
  EnvoiDraft *draft = envoi_service_create_draft (self->service, account);

  envoi_draft_set (draft, "to", to);
  envoi_draft_set (draft, "subject", "季度报告");
  envoi_draft_set (draft, "html", "<p>Dear <b>all</b>,</p><p>你好</p>");
  return draft;
}

char *
fixture_send (Fixture    *self,
              EnvoiDraft *draft,
              gint64      hold_until)
{
  EnvoiTestWait wait = { 0 };
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  char *id;

  envoi_service_send_async (self->service, draft, hold_until, NULL, envoi_test_wait_cb, &wait);
  result = envoi_test_wait (&wait);
  id = envoi_service_send_finish (self->service, result, &error);
  g_assert_no_error (error);
  return id;
}

gint64
fixture_now (Fixture *self)
{
  return envoi_clock_get_now (envoi_service_get_clock (self->service));
}

EnvoiLetterRecord *
fixture_load (Fixture    *self,
              const char *id)
{
  EnvoiStore *store = envoi_service_get_store (self->service);
  EnvoiTestWait wait = { 0 };
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  EnvoiLetterRecord *record;

  envoi_store_load_async (store, id, NULL, envoi_test_wait_cb, &wait);
  result = envoi_test_wait (&wait);
  record = envoi_store_load_finish (store, result, &error);
  g_assert_no_error (error);
  return record;
}

typedef struct {
  Fixture *fixture;
  const char *id;
} Watched;

static gboolean
is_settled (gpointer user_data)
{
  Watched *watched = user_data;
  EnvoiLetter *letter = envoi_outbox_find (envoi_service_get_outbox (watched->fixture->service),
                                           watched->id);
  EnvoiLetterState state = letter ? envoi_letter_get_state (letter) : ENVOI_LETTER_QUEUED;

  return state != ENVOI_LETTER_QUEUED && state != ENVOI_LETTER_SENDING;
}

EnvoiLetterRecord *
fixture_wait_settled (Fixture    *self,
                      const char *id)
{
  Watched watched = { self, id };

  envoi_test_wait_until (is_settled, &watched);
  return fixture_load (self, id);
}

static GPtrArray *
list_received (Fixture *self)
{
  EnvoiTestWait wait = { 0 };
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  GPtrArray *letters;

  envoi_service_list_practice_async (self->service, NULL, envoi_test_wait_cb, &wait);
  result = envoi_test_wait (&wait);
  letters = envoi_service_list_practice_finish (self->service, result, &error);
  g_assert_no_error (error);
  return letters;
}

guint
fixture_count_received (Fixture *self)
{
  g_autoptr (GPtrArray) letters = list_received (self);

  return letters->len;
}

GBytes *
fixture_read_received (Fixture *self)
{
  g_autoptr (GPtrArray) letters = list_received (self);
  g_autoptr (GFile) file = NULL;
  g_autoptr (GError) error = NULL;
  GBytes *bytes;

  g_assert_cmpuint (letters->len, >, 0);
  file = envoi_practice_server_dup_letter_file (
    envoi_service_get_practice (self->service),
    ((EnvoiPracticeLetter *) g_ptr_array_index (letters, 0))->id);
  bytes = g_file_load_bytes (file, NULL, NULL, &error);
  g_assert_no_error (error);
  return bytes;
}

gboolean
fixture_knows (Fixture    *self,
               const char *person)
{
  EnvoiTestWait wait = { 0 };
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (EnvoiPeople) people = NULL;
  g_auto (GStrv) found = NULL;
  gsize length = strcspn (person, " :<");
  g_autofree char *typed = g_strndup (person, length);

  envoi_service_list_people_async (self->service, NULL, envoi_test_wait_cb, &wait);
  result = envoi_test_wait (&wait);
  people = envoi_service_list_people_finish (self->service, result, NULL);
  found = envoi_people_match (people, typed, G_MAXUINT16);
  return g_strv_contains ((const char *const *) found, person);
}
