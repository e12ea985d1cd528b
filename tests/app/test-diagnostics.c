/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-test"

#include "config.h"

#include "fixture.h"

#include "envoi-diagnostics.h"
#include "envoi-test.h"

#include <string.h>

#define PASSWORD "a password, 口令"

/* What is public in a report: none of this may be. */
static void
assert_harmless (const Fixture *fixture,
                 const char    *text)
{
  const char *secrets[] = {
    "@", "lilei", "x.cn", "127.0.0.1", "localhost", PASSWORD, "口令", "friend", "Confidential",
    fixture->folder, g_get_home_dir (), g_get_user_name (), g_get_host_name (),
  };

  for (guint i = 0; i < G_N_ELEMENTS (secrets); i++) {
    g_test_message ("looking for %s", secrets[i]);
    g_assert_null (strstr (text, secrets[i]));
  }
}

static void
test_harmless (void)
{
  Fixture fixture = { 0 };
  g_autoptr (EnvoiDraft) draft = NULL;
  g_autofree char *id = NULL;
  g_autofree char *text = NULL;

  fixture_start (&fixture, ENVOI_SERVICE_SEND | ENVOI_SERVICE_PRACTICE, NULL);
  draft = fixture_write (&fixture, fixture_add_account (&fixture, "lilei@x.cn", PASSWORD),
                         "friend@elsewhere.example");
  envoi_draft_set (draft, "subject", "Confidential");
  id = fixture_send (&fixture, draft, fixture_now (&fixture) + G_TIME_SPAN_HOUR);

  text = envoi_diagnostics_format (fixture.service);
  g_assert_nonnull (strstr (text, "Envoi: " ENVOI_VERSION "\n"));
  g_assert_nonnull (strstr (text, "Service: ready\n"));
  g_assert_nonnull (strstr (text, "Account: practice, tls, "));
  g_assert_nonnull (strstr (text, "Account: real, tls, "));
  g_assert_nonnull (strstr (text, "Letters, scheduled: 1\n"));
  assert_harmless (&fixture, text);

  fixture_stop (&fixture);
}

static void
test_before_the_start (void)
{
  g_autofree char *text = envoi_diagnostics_format (NULL);

  g_assert_nonnull (strstr (text, "Service: not ready\n"));
}

int
main (int   argc,
      char *argv[])
{
  envoi_test_init (&argc, &argv);

  g_test_add_func ("/envoi/app/diagnostics/harmless", test_harmless);
  g_test_add_func ("/envoi/app/diagnostics/before-the-start", test_before_the_start);

  return g_test_run ();
}
