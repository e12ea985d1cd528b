/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-test"

#include "config.h"

#include "envoi-test.h"

#include "envoi-envelope.h"

static void
test_getters (void)
{
  const char *recipients[] = { "a@x.cn", "b@x.cn", NULL };
  g_autoptr (EnvoiEnvelope) envelope =
    envoi_envelope_new ("wei@x.cn", recipients, ENVOI_ENVELOPE_NOTIFY_SUCCESS, "id");

  /* It keeps copies. */
  recipients[0] = "changed@x.cn";
  g_assert_cmpstr (envoi_envelope_get_sender (envelope), ==, "wei@x.cn");
  g_assert_cmpuint (envoi_envelope_get_n_recipients (envelope), ==, 2);
  g_assert_cmpstr (envoi_envelope_get_recipients (envelope)[0], ==, "a@x.cn");
  g_assert_cmpstr (envoi_envelope_get_recipients (envelope)[1], ==, "b@x.cn");
  g_assert_null (envoi_envelope_get_recipients (envelope)[2]);
  g_assert_cmpint (envoi_envelope_get_flags (envelope), ==, ENVOI_ENVELOPE_NOTIFY_SUCCESS);
  g_assert_cmpstr (envoi_envelope_get_envelope_id (envelope), ==, "id");
}

static void
test_nobody (void)
{
  const char *const nobody[] = { NULL };
  g_autoptr (EnvoiEnvelope) envelope = envoi_envelope_new ("", nobody, ENVOI_ENVELOPE_NONE, NULL);

  g_assert_cmpuint (envoi_envelope_get_n_recipients (envelope), ==, 0);
  g_assert_null (envoi_envelope_get_envelope_id (envelope));
}

static void
test_references (void)
{
  const char *const recipients[] = { "a@x.cn", NULL };
  EnvoiEnvelope *envelope = envoi_envelope_new ("wei@x.cn", recipients, ENVOI_ENVELOPE_NONE, NULL);
  g_autoptr (EnvoiEnvelope) boxed = g_boxed_copy (ENVOI_TYPE_ENVELOPE, envelope);

  g_assert_true (boxed == envelope);
  envoi_envelope_unref (envelope);
  g_assert_cmpstr (envoi_envelope_get_sender (boxed), ==, "wei@x.cn");
}

int
main (int    argc,
      char **argv)
{
  envoi_test_init (&argc, &argv);

  g_test_add_func ("/envoi/base/envelope/getters", test_getters);
  g_test_add_func ("/envoi/base/envelope/nobody", test_nobody);
  g_test_add_func ("/envoi/base/envelope/references", test_references);

  return g_test_run ();
}
