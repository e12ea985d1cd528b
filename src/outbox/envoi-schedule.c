/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-outbox"

#include "config.h"

#include "envoi-schedule-private.h"
#include "envoi-token-bucket-private.h"

/* So many go at once, so that they share connections: twice what a connection
 * takes unanswered, so that the next are at hand when replies make room. After
 * one that was not sent the next goes alone, until one is. */
#define MOST_AT_ONCE 128

struct _EnvoiSchedule {
  GHashTable *lanes;    /* account id -> Lane */
  GHashTable *items;    /* letter id -> GSequenceIter of an Item */
};

typedef struct {
  GSequence *items;     /* of Item, the earliest first */
  EnvoiPace pace;
  EnvoiTokenBucket bucket;
  gboolean is_counting; /* nobody knows yet what the pace leaves to it */
  guint n_busy;         /* letters that were taken and have not come to their end */
  gboolean is_open;     /* the last one that ended was sent, or none has ended */
  gint64 paused_until;
  gint64 paused_at;
  char *paused_by;      /* the letter that was told to wait */
} Lane;

typedef struct {
  Lane *lane;
  char *letter_id;
  gint64 due;
  gint64 put_at;
  gboolean is_span;
} Item;

static void
item_free (Item *item)
{
  g_free (item->letter_id);
  g_free (item);
}

static int
compare_items (gconstpointer a,
               gconstpointer b,
               gpointer      user_data)
{
  const Item *one = a;
  const Item *other = b;

  if (one->due != other->due)
    return one->due < other->due ? -1 : 1;

  return g_strcmp0 (one->letter_id, other->letter_id);
}

static Lane *
lane_new (void)
{
  Lane *lane = g_new0 (Lane, 1);

  lane->items = g_sequence_new ((GDestroyNotify) item_free);
  lane->is_open = TRUE;
  return lane;
}

static void
lane_free (Lane *lane)
{
  g_sequence_free (lane->items);
  g_free (lane->paused_by);
  g_free (lane);
}

static Lane *
get_lane (EnvoiSchedule *self,
          const char    *account_id)
{
  Lane *lane = g_hash_table_lookup (self->lanes, account_id);

  if (!lane) {
    lane = lane_new ();
    g_hash_table_insert (self->lanes, g_strdup (account_id), lane);
  }

  return lane;
}

static Item *
get_first (Lane *lane)
{
  GSequenceIter *first = g_sequence_get_begin_iter (lane->items);

  return g_sequence_iter_is_end (first) ? NULL : g_sequence_get (first);
}

static gboolean
is_full (const Lane *lane)
{
  return lane->n_busy >= (lane->is_open ? MOST_AT_ONCE : 1);
}

static gint64
get_lane_next (Lane  *lane,
               gint64 now)
{
  Item *first = get_first (lane);
  gint64 next;

  if (!first || is_full (lane) || lane->is_counting)
    return G_MAXINT64;

  next = MAX (MAX (first->due, lane->paused_until), now);
  return next > now ? next : envoi_token_bucket_get_ready (&lane->bucket, now);
}

/* "In ten seconds" stays ten seconds when the clock is set back an hour. */
static void
move_back (gint64 *due,
           gint64 *put_at,
           gint64  now)
{
  if (*put_at <= now)
    return;

  *due = now + MAX (*due - *put_at, 0);
  *put_at = now;
}

static void
set_lane_back (Lane  *lane,
               gint64 now)
{
  for (GSequenceIter *iter = g_sequence_get_begin_iter (lane->items);
       !g_sequence_iter_is_end (iter); iter = g_sequence_iter_next (iter)) {
    Item *item = g_sequence_get (iter);

    if (item->is_span)
      move_back (&item->due, &item->put_at, now);
  }

  g_sequence_sort (lane->items, compare_items, NULL);
  move_back (&lane->paused_until, &lane->paused_at, now);
}

/**
 * envoi_schedule_new:
 *
 * Returns: (transfer full): an empty schedule
 *
 * Thread: main
 */
EnvoiSchedule *
envoi_schedule_new (void)
{
  EnvoiSchedule *self = g_new0 (EnvoiSchedule, 1);

  self->lanes = g_hash_table_new_full (g_str_hash, g_str_equal, g_free,
                                       (GDestroyNotify) lane_free);
  self->items = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  return self;
}

/**
 * envoi_schedule_free:
 * @self: (transfer full): a schedule
 *
 * Frees it.
 *
 * Thread: main
 */
void
envoi_schedule_free (EnvoiSchedule *self)
{
  g_hash_table_unref (self->items);
  g_hash_table_unref (self->lanes);
  g_free (self);
}

/**
 * envoi_schedule_put:
 * @self: a schedule
 * @letter_id: a letter
 * @account_id: its account
 * @due: when it may go, microseconds since the epoch
 * @is_span: @due means a span from @now on, not a time of day
 * @now: microseconds since the epoch
 *
 * Adds a letter, or gives it another time.
 *
 * Thread: main
 */
void
envoi_schedule_put (EnvoiSchedule *self,
                    const char    *letter_id,
                    const char    *account_id,
                    gint64         due,
                    gboolean       is_span,
                    gint64         now)
{
  Item *item = g_new0 (Item, 1);

  envoi_schedule_remove (self, letter_id);

  item->lane = get_lane (self, account_id);
  item->letter_id = g_strdup (letter_id);
  item->due = due;
  item->put_at = now;
  item->is_span = is_span;
  g_hash_table_insert (self->items, g_strdup (letter_id),
                       g_sequence_insert_sorted (item->lane->items, item, compare_items, NULL));
}

/**
 * envoi_schedule_remove:
 * @self: a schedule
 * @letter_id: a letter, in the schedule or not
 *
 * Takes a letter out.
 *
 * Thread: main
 */
void
envoi_schedule_remove (EnvoiSchedule *self,
                       const char    *letter_id)
{
  GSequenceIter *iter = g_hash_table_lookup (self->items, letter_id);

  if (!iter)
    return;

  g_hash_table_remove (self->items, letter_id);
  g_sequence_remove (iter);
}

/**
 * envoi_schedule_take:
 * @self: a schedule
 * @now: microseconds since the epoch
 *
 * Takes a letter that is due out of a lane that has room, and takes up room there.
 *
 * Returns: (transfer full) (nullable): its id
 *
 * Thread: main
 */
char *
envoi_schedule_take (EnvoiSchedule *self,
                     gint64         now)
{
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, self->lanes);
  while (g_hash_table_iter_next (&iter, NULL, &value)) {
    Lane *lane = value;

    if (get_lane_next (lane, now) <= now && envoi_token_bucket_take (&lane->bucket, now)) {
      char *letter_id = g_strdup (get_first (lane)->letter_id);

      lane->n_busy++;
      envoi_schedule_remove (self, letter_id);
      return letter_id;
    }
  }

  return NULL;
}

/**
 * envoi_schedule_set_idle:
 * @self: a schedule
 * @account_id: an account whose letter has come to its end
 * @was_sent: whether it was sent
 *
 * Makes room in the lane. After a letter that was not sent the next goes alone.
 *
 * Thread: main
 */
void
envoi_schedule_set_idle (EnvoiSchedule *self,
                         const char    *account_id,
                         gboolean       was_sent)
{
  Lane *lane = get_lane (self, account_id);

  lane->n_busy--;
  lane->is_open = was_sent;
}

/**
 * envoi_schedule_pause:
 * @self: a schedule
 * @account_id: an account
 * @letter_id: the letter whose attempt was told to wait
 * @until: microseconds since the epoch
 * @now: microseconds since the epoch
 *
 * Keeps all letters of an account back.
 *
 * Thread: main
 */
void
envoi_schedule_pause (EnvoiSchedule *self,
                      const char    *account_id,
                      const char    *letter_id,
                      gint64         until,
                      gint64         now)
{
  Lane *lane = get_lane (self, account_id);

  if (until < lane->paused_until)
    return;

  g_free (lane->paused_by);
  lane->paused_by = g_strdup (letter_id);
  lane->paused_until = until;
  lane->paused_at = now;
}

/**
 * envoi_schedule_resume:
 * @self: a schedule
 * @account_id: an account
 * @letter_id: a letter that does not ask for a pause (any more)
 *
 * Ends the pause if it was this letter's.
 *
 * Thread: main
 */
void
envoi_schedule_resume (EnvoiSchedule *self,
                       const char    *account_id,
                       const char    *letter_id)
{
  Lane *lane = get_lane (self, account_id);

  if (g_strcmp0 (lane->paused_by, letter_id) != 0)
    return;

  g_clear_pointer (&lane->paused_by, g_free);
  lane->paused_until = 0;
}

/**
 * envoi_schedule_get_paused_until:
 * @self: a schedule
 * @account_id: an account
 *
 * Returns: microseconds since the epoch; 0 = there was no pause
 *
 * Thread: main
 */
gint64
envoi_schedule_get_paused_until (EnvoiSchedule *self,
                                 const char    *account_id)
{
  return get_lane (self, account_id)->paused_until;
}

/**
 * envoi_schedule_set_pace:
 * @self: a schedule
 * @account_id: an account
 * @pace: how many letters it may send
 *
 * Limits how fast an account's letters go.
 *
 * Returns: whether the lane now waits for envoi_schedule_set_spent()
 *
 * Thread: main
 */
gboolean
envoi_schedule_set_pace (EnvoiSchedule *self,
                         const char    *account_id,
                         EnvoiPace      pace)
{
  Lane *lane = get_lane (self, account_id);

  if (lane->pace.letters == pace.letters && lane->pace.minutes == pace.minutes)
    return FALSE;

  lane->pace = pace;
  lane->is_counting = pace.letters > 0;
  if (!lane->is_counting)
    lane->bucket = (EnvoiTokenBucket) { 0 };

  return lane->is_counting;
}

/**
 * envoi_schedule_set_spent:
 * @self: a schedule
 * @account_id: an account with a pace
 * @n_spent: letters it tried in the time of its pace
 * @now: microseconds since the epoch
 *
 * Opens the lane for what the pace leaves.
 *
 * Thread: main
 */
void
envoi_schedule_set_spent (EnvoiSchedule *self,
                          const char    *account_id,
                          guint          n_spent,
                          gint64         now)
{
  Lane *lane = get_lane (self, account_id);

  lane->is_counting = FALSE;
  envoi_token_bucket_init (&lane->bucket, lane->pace, n_spent, now);
}

/**
 * envoi_schedule_get_paced_until:
 * @self: a schedule
 * @account_id: an account
 * @now: microseconds since the epoch
 *
 * Returns: when its pace lets the next letter go; @now or earlier = it does
 *
 * Thread: main
 */
gint64
envoi_schedule_get_paced_until (EnvoiSchedule *self,
                                const char    *account_id,
                                gint64         now)
{
  return envoi_token_bucket_get_ready (&get_lane (self, account_id)->bucket, now);
}

/**
 * envoi_schedule_get_next:
 * @self: a schedule
 * @now: microseconds since the epoch
 *
 * Returns: when a letter can be taken; %G_MAXINT64 when none waits for time
 *
 * Thread: main
 */
gint64
envoi_schedule_get_next (EnvoiSchedule *self,
                         gint64         now)
{
  gint64 next = G_MAXINT64;
  GHashTableIter iter;
  gpointer lane;

  g_hash_table_iter_init (&iter, self->lanes);
  while (g_hash_table_iter_next (&iter, NULL, &lane))
    next = MIN (next, get_lane_next (lane, now));

  return next;
}

/**
 * envoi_schedule_set_back:
 * @self: a schedule
 * @now: the time a clock shows that was set back
 *
 * Keeps the length of spans; times of day stay.
 *
 * Thread: main
 */
void
envoi_schedule_set_back (EnvoiSchedule *self,
                         gint64         now)
{
  GHashTableIter iter;
  gpointer lane;

  g_hash_table_iter_init (&iter, self->lanes);
  while (g_hash_table_iter_next (&iter, NULL, &lane))
    set_lane_back (lane, now);
}
