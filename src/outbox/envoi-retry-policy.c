/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-outbox"

#include "config.h"

#include "envoi-retry-policy-private.h"

/* Further doublings would only be cut off by the longest wait. */
#define MOST_DOUBLINGS 7

/**
 * envoi_retry_policy_get_next:
 * @now: microseconds since the epoch
 * @attempts: how many failed, at least 1
 * @retry_after: the server's wish, microseconds since the epoch; 0 = none
 * @jitter: -1 to 1, evenly spread, so that many clients do not come at one time
 *
 * Returns: when to try again: thirty seconds that double up to an hour, give or
 *   take a fifth, but never before @retry_after (RFC 5321 section 4.5.4.1 asks
 *   for at least the idea of growing waits)
 *
 * Thread: any
 */
gint64
envoi_retry_policy_get_next (gint64 now,
                             guint  attempts,
                             gint64 retry_after,
                             double jitter)
{
  guint doublings = MIN (attempts > 0 ? attempts - 1 : 0, MOST_DOUBLINGS);
  gint64 wait = MIN (ENVOI_RETRY_FIRST << doublings, ENVOI_RETRY_LONGEST);

  wait += (gint64) (0.2 * jitter * (double) wait);
  return MAX (now + wait, retry_after);
}

/**
 * envoi_retry_policy_is_hopeless:
 * @now: microseconds since the epoch
 * @first_try: when the letter was tried first
 * @attempts: how many failed
 *
 * Returns: whether to give up: two days are over and there were some tries in
 *   them, so that a long sleep alone does not fail a letter
 *
 * Thread: any
 */
gboolean
envoi_retry_policy_is_hopeless (gint64 now,
                                gint64 first_try,
                                guint  attempts)
{
  return attempts >= ENVOI_RETRY_LEAST_ATTEMPTS && now - first_try >= ENVOI_RETRY_GIVE_UP;
}
