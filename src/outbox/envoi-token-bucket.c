/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-outbox"

#include "config.h"

#include "envoi-token-bucket-private.h"

#define MINUTES_PER_HOUR 60
#define HOUR_US (60.0 * 60 * G_USEC_PER_SEC)
/* Sums of fractions may miss a whole token by the last bit. */
#define NEARLY_ONE (1.0 - 1e-9)

static void
fill (EnvoiTokenBucket *self,
      gint64            now)
{
  double gained = 0;
  double paid;

  /* A clock that was set back neither gives nor takes anything. */
  if (now > self->filled_at)
    gained = self->per_hour * (double) (now - self->filled_at) / HOUR_US;

  paid = MIN (gained, self->debt);
  self->debt -= paid;
  self->tokens = MIN (self->tokens + gained - paid, self->capacity);
  self->filled_at = now;
}

/**
 * envoi_token_bucket_init:
 * @self: a bucket
 * @pace: what the account may send
 * @n_spent: letters of the last @pace.minutes, whichever process sent them
 * @now: microseconds since the epoch
 *
 * A full bucket holds half of the pace's letters, and as many more run in during its
 * time; so no stretch of that length ever sees more than the pace allows. When the
 * letters of @n_spent went is not known, and each may have gone just now: they are
 * taken from what would run in next, then from what is there.
 *
 * Thread: main
 */
void
envoi_token_bucket_init (EnvoiTokenBucket *self,
                         EnvoiPace         pace,
                         guint             n_spent,
                         gint64            now)
{
  double left = n_spent < pace.letters ? pace.letters - n_spent : 0;

  self->capacity = (pace.letters + 1) / 2;
  self->per_hour = MAX (pace.letters / 2.0, 0.5) * MINUTES_PER_HOUR / MAX (pace.minutes, 1);
  self->tokens = MIN (left, self->capacity);
  self->debt = MIN (n_spent, pace.letters - self->capacity);
  self->filled_at = now;
}

/**
 * envoi_token_bucket_take:
 * @self: a bucket
 * @now: microseconds since the epoch
 *
 * Returns: whether a letter may go now; it is then counted
 *
 * Thread: main
 */
gboolean
envoi_token_bucket_take (EnvoiTokenBucket *self,
                         gint64            now)
{
  if (self->capacity <= 0)
    return TRUE;

  fill (self, now);
  if (self->tokens < NEARLY_ONE)
    return FALSE;

  self->tokens -= 1;
  return TRUE;
}

/**
 * envoi_token_bucket_get_ready:
 * @self: a bucket
 * @now: microseconds since the epoch
 *
 * Returns: the first instant at which a letter may go; @now or later
 *
 * Thread: main
 */
gint64
envoi_token_bucket_get_ready (EnvoiTokenBucket *self,
                              gint64            now)
{
  if (self->capacity <= 0)
    return now;

  fill (self, now);
  if (self->tokens >= NEARLY_ONE)
    return now;

  /* One microsecond more, so that rounding never leads to a wake-up in vain. */
  return now + 1 + (gint64) ((1 - self->tokens + self->debt) / self->per_hour * HOUR_US);
}
