/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-test"

#include "config.h"

#include "envoi-test.h"

#include "envoi-clock.h"

typedef struct {
  EnvoiClock *clock;
  GString *order;
  const char *name;
  guint other_call;   /* cancelled by this one */
  gint64 next_us;     /* armed by this one; 0 for none */
} Call;

static gboolean
called_cb (gpointer user_data)
{
  Call *call = user_data;

  g_string_append (call->order, call->name);
  if (call->other_call)
    envoi_clock_cancel (call->clock, call->other_call);
  if (call->next_us) {
    gint64 next_us = call->next_us;

    call->next_us = 0;
    envoi_clock_call_at (call->clock, next_us, called_cb, call);
  }

  return G_SOURCE_REMOVE;
}

static void
test_fake_now (void)
{
  g_autoptr (EnvoiClock) clock = envoi_clock_new_fake (5);
  g_autoptr (GDateTime) date = NULL;

  g_assert_cmpint (envoi_clock_get_now (clock), ==, 5);
  envoi_clock_set_fake_now (clock, G_GINT64_CONSTANT (1772352000) * G_USEC_PER_SEC);
  g_assert_cmpint (envoi_clock_get_now (clock), ==,
                   G_GINT64_CONSTANT (1772352000) * G_USEC_PER_SEC);
  date = envoi_clock_dup_date_time (clock);
  g_assert_cmpint (g_date_time_to_unix (date), ==, 1772352000);
}

static void
test_order (void)
{
  g_autoptr (EnvoiClock) clock = envoi_clock_new_fake (0);
  g_autoptr (GString) order = g_string_new (NULL);
  Call a = { clock, order, "a" };
  Call b = { clock, order, "b" };
  Call c = { clock, order, "c" };

  envoi_clock_call_at (clock, 30, called_cb, &c);
  envoi_clock_call_at (clock, 10, called_cb, &a);
  envoi_clock_call_at (clock, 20, called_cb, &b);
  g_assert_cmpstr (order->str, ==, "");

  envoi_clock_set_fake_now (clock, 20);
  g_assert_cmpstr (order->str, ==, "ab");
  envoi_clock_set_fake_now (clock, 29);
  g_assert_cmpstr (order->str, ==, "ab");
  envoi_clock_set_fake_now (clock, 31);
  g_assert_cmpstr (order->str, ==, "abc");
  envoi_clock_set_fake_now (clock, 100);
  g_assert_cmpstr (order->str, ==, "abc");
}

static void
test_cancel (void)
{
  g_autoptr (EnvoiClock) clock = envoi_clock_new_fake (0);
  g_autoptr (GString) order = g_string_new (NULL);
  Call a = { clock, order, "a" };
  Call b = { clock, order, "b" };
  guint id = envoi_clock_call_at (clock, 20, called_cb, &b);

  g_assert_cmpuint (id, !=, 0);
  a.other_call = id;
  envoi_clock_call_at (clock, 10, called_cb, &a);
  envoi_clock_set_fake_now (clock, 30);
  g_assert_cmpstr (order->str, ==, "a");
  envoi_clock_cancel (clock, id);
  envoi_clock_cancel (clock, 12345);
}

/* A call that is armed by another one runs in the same move when it is due. */
static void
test_chain (void)
{
  g_autoptr (EnvoiClock) clock = envoi_clock_new_fake (0);
  g_autoptr (GString) order = g_string_new (NULL);
  Call a = { clock, order, "a", 0, 15 };

  envoi_clock_call_at (clock, 10, called_cb, &a);
  envoi_clock_set_fake_now (clock, 20);
  g_assert_cmpstr (order->str, ==, "aa");
}

static gboolean
has_been_called (gpointer order)
{
  return ((GString *) order)->len > 0;
}

static void
test_system (void)
{
  g_autoptr (EnvoiClock) clock = envoi_clock_new_system ();
  g_autoptr (GString) order = g_string_new (NULL);
  Call a = { clock, order, "a" };
  gint64 before = g_get_real_time ();
  gint64 now = envoi_clock_get_now (clock);

  g_assert_cmpint (now, >=, before);
  envoi_clock_call_at (clock, now - 1, called_cb, &a);
  /* Never inside the function that arms it. */
  g_assert_cmpstr (order->str, ==, "");
  envoi_test_wait_until (has_been_called, order);
  g_assert_cmpstr (order->str, ==, "a");
}

/* A clock that goes takes its calls with it. */
static void
test_dispose (void)
{
  EnvoiClock *clock = envoi_clock_new_system ();
  g_autoptr (GString) order = g_string_new (NULL);
  Call a = { clock, order, "a" };

  envoi_clock_call_at (clock, 0, called_cb, &a);
  g_assert_finalize_object (clock);
  while (g_main_context_iteration (NULL, FALSE))
    continue;
  g_assert_cmpstr (order->str, ==, "");
}

/* The wall clock of a test stands still, its deadlines do not. */
static void
test_boot_time (void)
{
  g_autoptr (EnvoiClock) clock = envoi_clock_new_fake (0);
  gint64 first = envoi_clock_get_boot_time (clock);
  gint64 second = envoi_clock_get_boot_time (clock);

  g_assert_cmpint (first, >, 0);
  g_assert_cmpint (second, >=, first);
  envoi_clock_add_fake_sleep (clock, 3600);
  envoi_clock_add_fake_sleep (clock, 60);
  g_assert_cmpint (envoi_clock_get_boot_time (clock), >=,
                   second + G_GINT64_CONSTANT (3660) * G_USEC_PER_SEC);
  g_assert_cmpint (envoi_clock_get_now (clock), ==, 0);
}

/* The sleep of the computer is all that makes the two differ. */
static void
test_monotonic_time (void)
{
  g_autoptr (EnvoiClock) clock = envoi_clock_new_fake (0);
  gint64 boot = envoi_clock_get_boot_time (clock);
  gint64 monotonic = envoi_clock_get_monotonic_time (clock);

  envoi_clock_add_fake_time (clock, 7200);
  envoi_clock_add_fake_sleep (clock, 3600);
  g_assert_cmpint (envoi_clock_get_monotonic_time (clock) - monotonic, >=,
                   G_GINT64_CONSTANT (7200) * G_USEC_PER_SEC);
  g_assert_cmpint (envoi_clock_get_boot_time (clock) - boot, >=,
                   G_GINT64_CONSTANT (10800) * G_USEC_PER_SEC);
}

int
main (int    argc,
      char **argv)
{
  envoi_test_init (&argc, &argv);

  g_test_add_func ("/envoi/base/clock/fake-now", test_fake_now);
  g_test_add_func ("/envoi/base/clock/order", test_order);
  g_test_add_func ("/envoi/base/clock/cancel", test_cancel);
  g_test_add_func ("/envoi/base/clock/chain", test_chain);
  g_test_add_func ("/envoi/base/clock/system", test_system);
  g_test_add_func ("/envoi/base/clock/dispose", test_dispose);
  g_test_add_func ("/envoi/base/clock/boot-time", test_boot_time);
  g_test_add_func ("/envoi/base/clock/monotonic-time", test_monotonic_time);

  return g_test_run ();
}
