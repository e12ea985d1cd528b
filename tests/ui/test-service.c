/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-test"

#include "config.h"

#include "test-service.h"

#include "envoi-secret-store.h"
#include "envoi-test.h"

static void
start (EnvoiService      *service,
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

EnvoiService *
test_service_start (EnvoiServiceFlags flags)
{
  EnvoiService *service = envoi_service_new (NULL);

  start (service, flags);
  return service;
}

EnvoiService *
test_service_start_without_keyring (EnvoiServiceFlags flags)
{
  g_autoptr (EnvoiSecretStore) secrets = envoi_memory_secret_store_new ();
  EnvoiService *service = envoi_service_new (secrets);

  start (service, flags);
  return service;
}

void
test_service_stop (EnvoiService **service)
{
  EnvoiTestWait wait = { 0 };
  g_autoptr (GAsyncResult) result = NULL;

  envoi_service_stop_async (*service, NULL, envoi_test_wait_cb, &wait);
  result = envoi_test_wait (&wait);
  g_clear_object (service);
}

char *
test_service_send (EnvoiService *service,
                   EnvoiDraft   *draft,
                   gint64        hold_until)
{
  EnvoiTestWait wait = { 0 };
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  char *id;

  envoi_service_send_async (service, draft, hold_until, NULL, envoi_test_wait_cb, &wait);
  result = envoi_test_wait (&wait);
  id = envoi_service_send_finish (service, result, &error);
  g_assert_no_error (error);
  return id;
}

char *
test_service_send_words (EnvoiService *service,
                         const char   *to,
                         const char   *subject,
                         const char   *text,
                         gint64        hold_until)
{
  g_autoptr (EnvoiDraft) draft = envoi_service_create_draft (service, NULL);

  envoi_draft_set (draft, "to", to);
  envoi_draft_set (draft, "subject", subject);
  envoi_draft_set (draft, "text", text);
  return test_service_send (service, draft, hold_until);
}
