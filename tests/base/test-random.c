/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-test"

#include "config.h"

#include "envoi-test.h"

#include "envoi-random.h"

#include <string.h>

static void
test_fake (void)
{
  g_autoptr (EnvoiRandom) one = envoi_random_new_fake (4);
  g_autoptr (EnvoiRandom) same = envoi_random_new_fake (4);
  g_autoptr (EnvoiRandom) other = envoi_random_new_fake (5);
  g_autofree char *a = envoi_random_make_token (one, 16);
  g_autofree char *b = envoi_random_make_token (same, 16);
  g_autofree char *c = envoi_random_make_token (other, 16);
  g_autofree char *next = envoi_random_make_token (one, 16);

  g_assert_cmpstr (a, ==, b);
  g_assert_cmpstr (a, !=, c);
  g_assert_cmpstr (a, !=, next);
}

static void
test_token (void)
{
  g_autoptr (EnvoiRandom) random = envoi_random_new_system ();
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (gsize n_bytes = 0; n_bytes <= 64; n_bytes++) {
    g_autofree char *token = envoi_random_make_token (random, n_bytes);

    g_assert_cmpuint (strlen (token), ==, 2 * n_bytes);
    g_assert_cmpuint (strspn (token, "0123456789abcdef"), ==, 2 * n_bytes);
  }

  for (guint i = 0; i < 1000; i++)
    g_assert_true (g_hash_table_add (seen, envoi_random_make_token (random, 16)));
}

/* Only the bytes that were asked for are written. */
static void
test_fill (void)
{
  g_autoptr (EnvoiRandom) random = envoi_random_new_system ();
  guint8 bytes[66] = { 0 };
  guint n_changed = 0;

  envoi_random_fill (random, bytes + 1, 64);
  for (guint i = 1; i <= 64; i++)
    n_changed += bytes[i] != 0;
  g_assert_cmpuint (n_changed, >, 32);
  g_assert_cmpuint (bytes[0], ==, 0);
  g_assert_cmpuint (bytes[65], ==, 0);
  envoi_random_fill (random, bytes, 0);
  g_assert_cmpuint (bytes[0], ==, 0);
}

static void
test_double (void)
{
  EnvoiRandom *sources[] = { envoi_random_new_system (), envoi_random_new_fake (1) };

  for (guint i = 0; i < G_N_ELEMENTS (sources); i++) {
    double low = 3;
    double high = -2;

    for (guint j = 0; j < 2000; j++) {
      double number = envoi_random_get_double (sources[i], -2, 3);

      g_assert_cmpfloat (number, >=, -2);
      g_assert_cmpfloat (number, <, 3);
      low = MIN (low, number);
      high = MAX (high, number);
    }
    g_assert_cmpfloat (low, <, -1);
    g_assert_cmpfloat (high, >, 2);
    g_object_unref (sources[i]);
  }
}

int
main (int    argc,
      char **argv)
{
  envoi_test_init (&argc, &argv);

  g_test_add_func ("/envoi/base/random/fake", test_fake);
  g_test_add_func ("/envoi/base/random/token", test_token);
  g_test_add_func ("/envoi/base/random/fill", test_fill);
  g_test_add_func ("/envoi/base/random/double", test_double);

  return g_test_run ();
}
