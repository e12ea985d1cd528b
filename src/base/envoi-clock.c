/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-base"

#include "config.h"

#include "envoi-clock.h"

#include <time.h>

/**
 * EnvoiClock:
 *
 * The one source of wall-clock time and of wake-ups, so that tests can move
 * time by hand. Instants are microseconds since the Unix epoch, UTC.
 *
 * Thread: main; what only reads a time, any
 */

/* A system timer never sleeps longer, so a clock that was set forward, or a
 * computer that was asleep, is noticed within a minute. */
#define LONGEST_SLEEP_SECONDS 60

typedef struct {
  guint id;
  gint64 due_us;
  GSourceFunc callback;
  gpointer user_data;
  guint source_id;
  EnvoiClock *clock;
} Call;

struct _EnvoiClock {
  GObject parent_instance;

  gboolean is_fake;
  gint64 fake_now_us;
  gint fake_sleep_seconds;  /* atomic: asleep */
  gint fake_seconds;        /* atomic: awake */
  gint64 last_seen_us;      /* by this clock itself, to notice that it was set back */
  GPtrArray *calls;
  guint last_id;
};

G_DEFINE_FINAL_TYPE (EnvoiClock, envoi_clock, G_TYPE_OBJECT)

enum {
  SET_BACK,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

static void
call_free (Call *call)
{
  g_clear_handle_id (&call->source_id, g_source_remove);
  g_free (call);
}

static void
run_call (EnvoiClock *self,
          Call       *call)
{
  GSourceFunc callback = call->callback;
  gpointer user_data = call->user_data;

  g_ptr_array_remove (self->calls, call);
  callback (user_data);
}

static guint
get_sleep_ms (EnvoiClock *self,
              gint64      due_us)
{
  gint64 left_us = due_us - envoi_clock_get_now (self);

  return left_us <= 0 ? 0 : (guint) MIN (left_us / 1000 + 1, LONGEST_SLEEP_SECONDS * 1000);
}

static void
look_at_time (EnvoiClock *self)
{
  gint64 before_us = self->last_seen_us;

  self->last_seen_us = envoi_clock_get_now (self);
  if (self->last_seen_us < before_us)
    g_signal_emit (self, signals[SET_BACK], 0);
}

static gboolean
sleep_over_cb (gpointer user_data)
{
  Call *call = user_data;
  g_autoptr (EnvoiClock) self = g_object_ref (call->clock);
  guint sleep_ms = get_sleep_ms (self, call->due_us);

  call->source_id = 0;

  if (sleep_ms > 0)
    call->source_id = g_timeout_add (sleep_ms, sleep_over_cb, call);
  else
    run_call (self, call);

  /* Last, since a handler may cancel this very call. */
  look_at_time (self);

  return G_SOURCE_REMOVE;
}

static Call *
find_due_call (EnvoiClock *self)
{
  Call *earliest = NULL;

  for (guint i = 0; i < self->calls->len; i++) {
    Call *call = g_ptr_array_index (self->calls, i);

    if (call->due_us <= self->fake_now_us && (!earliest || call->due_us < earliest->due_us))
      earliest = call;
  }

  return earliest;
}

static void
envoi_clock_finalize (GObject *object)
{
  EnvoiClock *self = ENVOI_CLOCK (object);

  g_ptr_array_unref (self->calls);

  G_OBJECT_CLASS (envoi_clock_parent_class)->finalize (object);
}

static void
envoi_clock_class_init (EnvoiClockClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = envoi_clock_finalize;

  /**
   * EnvoiClock::set-back:
   *
   * The wall clock shows an earlier time than before. What was to happen "in
   * ten seconds" must be reckoned again. While a call is armed it is noticed
   * within a minute.
   */
  signals[SET_BACK] = g_signal_new ("set-back", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                                    NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
envoi_clock_init (EnvoiClock *self)
{
  self->calls = g_ptr_array_new_with_free_func ((GDestroyNotify) call_free);
}

/**
 * envoi_clock_new_system:
 *
 * Returns: (transfer full): the system's clock
 */
EnvoiClock *
envoi_clock_new_system (void)
{
  return g_object_new (ENVOI_TYPE_CLOCK, NULL);
}

/**
 * envoi_clock_new_fake:
 * @now_us: the first instant
 *
 * Returns: (transfer full): a clock that stands still until it is moved
 */
EnvoiClock *
envoi_clock_new_fake (gint64 now_us)
{
  EnvoiClock *self = g_object_new (ENVOI_TYPE_CLOCK, NULL);

  self->is_fake = TRUE;
  self->fake_now_us = now_us;
  self->last_seen_us = now_us;
  return self;
}

/**
 * envoi_clock_get_now:
 * @self: a clock
 *
 * Returns: microseconds since the Unix epoch
 *
 * Thread: any
 */
gint64
envoi_clock_get_now (EnvoiClock *self)
{
  return self->is_fake ? self->fake_now_us : g_get_real_time ();
}

/**
 * envoi_clock_dup_date_time:
 * @self: a clock
 *
 * Returns: (transfer full): the present instant in the local time zone
 *
 * Thread: any
 */
GDateTime *
envoi_clock_dup_date_time (EnvoiClock *self)
{
  g_autoptr (GDateTime) utc =
    g_date_time_new_from_unix_utc (envoi_clock_get_now (self) / G_USEC_PER_SEC);

  return g_date_time_to_local (utc);
}

/**
 * envoi_clock_call_at:
 * @self: a clock
 * @due_us: the instant to call at; at once when it is past
 * @callback: called one time; its return value is not looked at
 * @user_data: for @callback
 *
 * Arms one wake-up on the main thread.
 *
 * Returns: an id for [method@Clock.cancel]; it is spent when @callback runs
 */
guint
envoi_clock_call_at (EnvoiClock  *self,
                     gint64       due_us,
                     GSourceFunc  callback,
                     gpointer     user_data)
{
  Call *call = g_new0 (Call, 1);

  call->id = ++self->last_id;
  call->due_us = due_us;
  call->callback = callback;
  call->user_data = user_data;
  call->clock = self;
  g_ptr_array_add (self->calls, call);

  /* Never inside this function: a caller has yet to keep the id. */
  if (!self->is_fake) {
    call->source_id = g_timeout_add (get_sleep_ms (self, due_us), sleep_over_cb, call);
    self->last_seen_us = MAX (self->last_seen_us, envoi_clock_get_now (self));
  }

  return call->id;
}

/**
 * envoi_clock_cancel:
 * @self: a clock
 * @call_id: an id that has not been spent
 *
 * Takes a wake-up back.
 */
void
envoi_clock_cancel (EnvoiClock *self,
                    guint       call_id)
{
  for (guint i = 0; i < self->calls->len; i++) {
    Call *call = g_ptr_array_index (self->calls, i);

    if (call->id == call_id) {
      g_ptr_array_remove_index (self->calls, i);
      return;
    }
  }
}

/**
 * envoi_clock_set_fake_now:
 * @self: a fake clock
 * @now_us: the new instant, earlier or later than the last one
 *
 * Moves a fake clock and runs every call that is due, in order of time.
 */
void
envoi_clock_set_fake_now (EnvoiClock *self,
                          gint64      now_us)
{
  Call *call;

  g_return_if_fail (self->is_fake);

  self->fake_now_us = now_us;
  look_at_time (self);
  while ((call = find_due_call (self)))
    run_call (self, call);
}

/**
 * envoi_clock_get_boot_time:
 * @self: a clock
 *
 * For deadlines: nobody can set this clock, and it goes on while the computer
 * sleeps. That of a fake clock goes on too, so that no wait lasts for ever.
 *
 * Returns: microseconds since the computer was started
 *
 * Thread: any
 */
gint64
envoi_clock_get_boot_time (EnvoiClock *self)
{
  struct timespec now;
  gint64 added = (gint64) g_atomic_int_get (&self->fake_sleep_seconds) +
                 g_atomic_int_get (&self->fake_seconds);

  clock_gettime (CLOCK_BOOTTIME, &now);
  return (now.tv_sec + added) * G_USEC_PER_SEC + now.tv_nsec / 1000;
}

/**
 * envoi_clock_get_monotonic_time:
 * @self: a clock
 *
 * As [method@Clock.get_boot_time], but it stands still while the computer sleeps.
 *
 * Returns: microseconds that the computer was awake
 *
 * Thread: any
 */
gint64
envoi_clock_get_monotonic_time (EnvoiClock *self)
{
  return g_get_monotonic_time () +
         (gint64) g_atomic_int_get (&self->fake_seconds) * G_USEC_PER_SEC;
}

/**
 * envoi_clock_add_fake_sleep:
 * @self: a clock of a test
 * @seconds: for how long
 *
 * Has the boot time go on as if the computer had slept.
 *
 * Thread: any
 */
void
envoi_clock_add_fake_sleep (EnvoiClock *self,
                            guint       seconds)
{
  g_atomic_int_add (&self->fake_sleep_seconds, (gint) seconds);
}

/**
 * envoi_clock_add_fake_time:
 * @self: a clock of a test
 * @seconds: for how long
 *
 * Has the boot time and the monotonic time go on as if so much had passed. Who
 * waits for a time is not woken.
 *
 * Thread: any
 */
void
envoi_clock_add_fake_time (EnvoiClock *self,
                           guint       seconds)
{
  g_atomic_int_add (&self->fake_seconds, (gint) seconds);
}
