/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-test"

#include "config.h"

#include "envoi-test.h"

#include "envoi-secret.h"

#include <string.h>

static void
test_bytes (void)
{
  g_autoptr (EnvoiSecret) text = envoi_secret_new ("correct horse", -1);
  g_autoptr (EnvoiSecret) part = envoi_secret_new ("correct horse", 7);
  g_autoptr (EnvoiSecret) empty = envoi_secret_new ("", -1);

  g_assert_cmpuint (envoi_secret_get_length (text), ==, 13);
  g_assert_cmpstr (envoi_secret_peek (text), ==, "correct horse");
  g_assert_cmpuint (envoi_secret_get_length (part), ==, 7);
  g_assert_cmpstr (envoi_secret_peek (part), ==, "correct");
  g_assert_cmpuint (envoi_secret_get_length (empty), ==, 0);
  g_assert_cmpstr (envoi_secret_peek (empty), ==, "");
}

/* A secret as long as a page still ends with a NUL. */
static void
test_pages (void)
{
  static const gsize lengths[] = { 4095, 4096, 4097, 65536 };

  for (guint i = 0; i < G_N_ELEMENTS (lengths); i++) {
    g_autofree char *bytes = g_strnfill (lengths[i], 's');
    g_autoptr (EnvoiSecret) secret = envoi_secret_new (bytes, -1);

    g_assert_cmpuint (strlen (envoi_secret_peek (secret)), ==, lengths[i]);
  }
}

static void
test_equal (void)
{
  static const struct {
    const char *one;
    const char *other;
    gboolean is_equal;
  } cases[] = {
    { "a", "a", TRUE }, { "a", "b", FALSE }, { "a", "aa", FALSE }, { "", "", TRUE }, { "", "a",
                                                                                       FALSE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (EnvoiSecret) one = envoi_secret_new (cases[i].one, -1);
    g_autoptr (EnvoiSecret) other = envoi_secret_new (cases[i].other, -1);

    g_assert_cmpint (envoi_secret_is_equal (one, other), ==, cases[i].is_equal);
    g_assert_cmpint (envoi_secret_is_equal (other, one), ==, cases[i].is_equal);
  }
}

static void
test_references (void)
{
  EnvoiSecret *secret = envoi_secret_new_take (g_strdup ("taken"));
  g_autoptr (EnvoiSecret) boxed = g_boxed_copy (ENVOI_TYPE_SECRET, secret);

  g_assert_true (boxed == secret);
  envoi_secret_unref (secret);
  g_assert_cmpstr (envoi_secret_peek (boxed), ==, "taken");
}

static void
test_wipe (void)
{
  char bytes[16];

  memset (bytes, 's', sizeof bytes);
  envoi_wipe_memory (bytes, sizeof bytes - 1);
  for (guint i = 0; i < sizeof bytes - 1; i++)
    g_assert_cmpint (bytes[i], ==, 0);
  g_assert_cmpint (bytes[sizeof bytes - 1], ==, 's');

  envoi_wipe_memory (NULL, 0);
  envoi_wipe_memory (NULL, 5);
  envoi_wipe_string (NULL);
  envoi_wipe_string (g_strdup ("gone"));
}

int
main (int    argc,
      char **argv)
{
  envoi_test_init (&argc, &argv);

  g_test_add_func ("/envoi/base/secret/bytes", test_bytes);
  g_test_add_func ("/envoi/base/secret/pages", test_pages);
  g_test_add_func ("/envoi/base/secret/equal", test_equal);
  g_test_add_func ("/envoi/base/secret/references", test_references);
  g_test_add_func ("/envoi/base/secret/wipe", test_wipe);

  return g_test_run ();
}
