/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-test"

#include "config.h"

#include "envoi-folder-list-private.h"
#include "envoi-letter-private.h"
#include "envoi-letter-transition-private.h"
#include "envoi-outbox-fixture.h"
#include "envoi-retry-policy-private.h"
#include "envoi-schedule-private.h"
#include "envoi-sender-lock-private.h"
#include "envoi-outbox-private.h"
#include "envoi-token-bucket-private.h"

static void
test_transitions (void)
{
  /* A letter a column: D draft, Q queued, S sending, W waiting, T sent, F failed, U unknown. */
  static const char *const machine[] = {
    "-------", "--S----", "---WTFU", "--S----", "-------", "-------", "-------",
  };
  static const char *const person[] = {
    "-Q-----", "D------", "-------", "D------", "-------", "DQ-----", "DQ--T--",
  };

  for (EnvoiLetterState from = 0; from <= ENVOI_LETTER_UNKNOWN; from++) {
    for (EnvoiLetterState to = 0; to <= ENVOI_LETTER_UNKNOWN; to++) {
      g_assert_cmpint (envoi_letter_can_transition (from, to, ENVOI_CAUSE_MACHINE), ==,
                       machine[from][to] != '-');
      g_assert_cmpint (envoi_letter_can_transition (from, to, ENVOI_CAUSE_PERSON), ==,
                       person[from][to] != '-');
    }
  }
}

static void
test_transition_refused (void)
{
  g_autoptr (EnvoiLetterRecord) record = envoi_letter_record_new ("a");

  record->state = ENVOI_LETTER_UNKNOWN;
  g_assert_false (envoi_letter_transition (record, ENVOI_LETTER_SENDING, ENVOI_CAUSE_MACHINE));
  g_assert_cmpint (record->state, ==, ENVOI_LETTER_UNKNOWN);
  g_assert_false (envoi_letter_transition (record, ENVOI_LETTER_QUEUED, ENVOI_CAUSE_MACHINE));
  g_assert_true (envoi_letter_transition (record, ENVOI_LETTER_QUEUED, ENVOI_CAUSE_PERSON));
}

static void
test_back_off (void)
{
  static const struct {
    guint attempts;
    gint64 retry_after;
    double jitter;
    gint64 wait;
  } cases[] = {
    { 1, 0, 0, 30 * SECOND },
    { 1, 0, 1, 36 * SECOND },
    { 1, 0, -1, 24 * SECOND },
    { 2, 0, 0, MINUTE },
    { 7, 0, 0, 32 * MINUTE },
    { 8, 0, 0, HOUR },
    { 1000, 0, 0, HOUR },
    { 1, 5 * HOUR, 0, 5 * HOUR },
    { 8, 5 * MINUTE, 0, HOUR },
    { 0, 0, 0, 30 * SECOND },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    gint64 retry_after = cases[i].retry_after ? BEGINNING + cases[i].retry_after : 0;

    g_assert_cmpint (envoi_retry_policy_get_next (BEGINNING, cases[i].attempts, retry_after,
                                                  cases[i].jitter) - BEGINNING,
                     ==, cases[i].wait);
  }
}

static void
test_hopeless (void)
{
  g_assert_false (envoi_retry_policy_is_hopeless (BEGINNING + 48 * HOUR - 1, BEGINNING, 50));
  g_assert_true (envoi_retry_policy_is_hopeless (BEGINNING + 48 * HOUR, BEGINNING, 50));
  /* A laptop that was closed over the weekend. */
  g_assert_false (envoi_retry_policy_is_hopeless (BEGINNING + 60 * HOUR, BEGINNING, 2));
  /* A clock that was set back. */
  g_assert_false (envoi_retry_policy_is_hopeless (BEGINNING - HOUR, BEGINNING, 50));
}

static void
test_bucket (void)
{
  EnvoiTokenBucket bucket;

  envoi_token_bucket_init (&bucket, (EnvoiPace) { 0 }, 0, BEGINNING);
  for (guint i = 0; i < 1000; i++)
    g_assert_true (envoi_token_bucket_take (&bucket, BEGINNING));

  /* Four in two minutes: two at once, then one a minute. */
  envoi_token_bucket_init (&bucket, (EnvoiPace) { 4, 2 }, 0, BEGINNING);
  g_assert_true (envoi_token_bucket_take (&bucket, BEGINNING));
  g_assert_true (envoi_token_bucket_take (&bucket, BEGINNING));
  g_assert_false (envoi_token_bucket_take (&bucket, BEGINNING));
  g_assert_cmpint (envoi_token_bucket_get_ready (&bucket, BEGINNING), >=, BEGINNING + MINUTE);
  g_assert_cmpint (envoi_token_bucket_get_ready (&bucket, BEGINNING), <=, BEGINNING + MINUTE + 2);
  g_assert_true (envoi_token_bucket_take (&bucket, envoi_token_bucket_get_ready (&bucket,
                                                                                 BEGINNING)));
  /* A day later there are two again, not a day's worth; set back, none are lost. */
  g_assert_cmpint (envoi_token_bucket_get_ready (&bucket, BEGINNING + 24 * HOUR), ==,
                   BEGINNING + 24 * HOUR);
  g_assert_true (envoi_token_bucket_take (&bucket, BEGINNING));
  g_assert_true (envoi_token_bucket_take (&bucket, BEGINNING));
  g_assert_false (envoi_token_bucket_take (&bucket, BEGINNING));
}

/* However letters come, no stretch of the pace's length sees more than it allows. */
static void
test_pace_never_exceeded (void)
{
  const EnvoiPace pace = { 30, 1 };
  const gint64 step = G_USEC_PER_SEC / 4;
  EnvoiTokenBucket bucket;
  gint64 taken[1000];
  guint n_taken = 0;

  envoi_token_bucket_init (&bucket, pace, 0, BEGINNING);
  for (gint64 now = BEGINNING; now < BEGINNING + 10 * MINUTE; now += step) {
    while (envoi_token_bucket_take (&bucket, now))
      taken[n_taken++] = now;
  }

  g_assert_cmpuint (n_taken, >=, 15 + 15 * 9);
  for (guint i = 30; i < n_taken; i++)
    g_assert_cmpint (taken[i] - taken[i - 30], >=, MINUTE);
}

/* The same over restarts, after which only the number of letters is known and not their times. */
static void
test_pace_over_restarts (void)
{
  const EnvoiPace pace = { 30, 1 };
  const gint64 step = G_USEC_PER_SEC / 4;
  EnvoiTokenBucket bucket;
  gint64 taken[1000];
  guint n_taken = 0;
  guint n_left = 0;

  for (guint i = 0; i < 10 * 60 * 4; i++) {
    gint64 now = BEGINNING + i * step;

    while (n_left < n_taken && taken[n_left] < now - MINUTE)
      n_left++;
    if (i % 29 == 0)
      envoi_token_bucket_init (&bucket, pace, n_taken - n_left, now);
    while (envoi_token_bucket_take (&bucket, now))
      taken[n_taken++] = now;
  }

  g_assert_cmpuint (n_taken, >=, 15 * 10);
  for (guint i = 30; i < n_taken; i++)
    g_assert_cmpint (taken[i] - taken[i - 30], >=, MINUTE);
}

/* What other processes have sent is not there to be sent again. */
static void
test_pace_spent (void)
{
  const EnvoiPace pace = { 10, 60 };
  EnvoiTokenBucket bucket;

  envoi_token_bucket_init (&bucket, pace, 9, BEGINNING);
  g_assert_true (envoi_token_bucket_take (&bucket, BEGINNING));
  g_assert_false (envoi_token_bucket_take (&bucket, BEGINNING));

  envoi_token_bucket_init (&bucket, pace, 200, BEGINNING);
  g_assert_false (envoi_token_bucket_take (&bucket, BEGINNING));
  g_assert_false (envoi_token_bucket_take (&bucket, BEGINNING + HOUR));
  g_assert_cmpint (envoi_token_bucket_get_ready (&bucket, BEGINNING + HOUR), <=,
                   BEGINNING + HOUR + 12 * MINUTE + 2);
  g_assert_true (envoi_token_bucket_take (&bucket, BEGINNING + HOUR + 12 * MINUTE + 2));
}

static void
assert_takes (EnvoiSchedule *schedule,
              gint64         now,
              const char    *letter_id)
{
  g_autofree char *taken = envoi_schedule_take (schedule, now);

  g_assert_cmpstr (taken, ==, letter_id);
}

static void
test_schedule_lanes (void)
{
  EnvoiSchedule *schedule = envoi_schedule_new ();

  g_assert_cmpint (envoi_schedule_get_next (schedule, 0), ==, G_MAXINT64);
  envoi_schedule_put (schedule, "a1", "a", 100, FALSE, 0);
  envoi_schedule_put (schedule, "a2", "a", 50, FALSE, 0);
  envoi_schedule_put (schedule, "b1", "b", 70, FALSE, 0);
  g_assert_cmpint (envoi_schedule_get_next (schedule, 0), ==, 50);
  assert_takes (schedule, 49, NULL);
  assert_takes (schedule, 50, "a2");
  assert_takes (schedule, 50, NULL);
  g_assert_cmpint (envoi_schedule_get_next (schedule, 50), ==, 70);
  envoi_schedule_set_idle (schedule, "a", FALSE);
  assert_takes (schedule, 69, NULL);
  g_assert_cmpint (envoi_schedule_get_next (schedule, 69), ==, 70);
  envoi_schedule_put (schedule, "a3", "a", 60, FALSE, 69);
  assert_takes (schedule, 69, "a3");

  /* The lane is busy: only the other account counts. */
  assert_takes (schedule, 100, "b1");
  assert_takes (schedule, 200, NULL);
  envoi_schedule_set_idle (schedule, "a", FALSE);
  assert_takes (schedule, 200, "a1");
  envoi_schedule_free (schedule);
}

static void
assert_takes_run (EnvoiSchedule *schedule,
                  guint          first,
                  guint          end)
{
  for (guint i = first; i < end; i++) {
    g_autofree char *id = g_strdup_printf ("a%03u", i);

    assert_takes (schedule, 10, id);
  }

  assert_takes (schedule, 10, NULL);
}

/* A hundred and twenty-eight go at once; after a failure one goes alone and shows
 * that the account works again. */
static void
test_schedule_at_once (void)
{
  EnvoiSchedule *schedule = envoi_schedule_new ();

  for (guint i = 0; i < 300; i++) {
    g_autofree char *id = g_strdup_printf ("a%03u", i);

    envoi_schedule_put (schedule, id, "a", 10, FALSE, 0);
  }

  assert_takes_run (schedule, 0, 128);
  envoi_schedule_set_idle (schedule, "a", TRUE);
  assert_takes_run (schedule, 128, 129);

  /* After a failure nothing more until all others have come to their end. */
  for (guint i = 0; i < 127; i++) {
    envoi_schedule_set_idle (schedule, "a", FALSE);
    assert_takes (schedule, 10, NULL);
  }
  envoi_schedule_set_idle (schedule, "a", FALSE);
  assert_takes_run (schedule, 129, 130);
  envoi_schedule_set_idle (schedule, "a", TRUE);
  assert_takes_run (schedule, 130, 258);
  envoi_schedule_free (schedule);
}

static void
test_schedule_changes (void)
{
  EnvoiSchedule *schedule = envoi_schedule_new ();

  envoi_schedule_put (schedule, "a1", "a", 100, FALSE, 0);
  envoi_schedule_put (schedule, "a1", "b", 10, FALSE, 0);
  assert_takes (schedule, 100, "a1");
  assert_takes (schedule, 100, NULL);
  envoi_schedule_put (schedule, "a2", "a", 100, FALSE, 0);
  envoi_schedule_remove (schedule, "a2");
  envoi_schedule_remove (schedule, "a2");
  assert_takes (schedule, 100, NULL);
  envoi_schedule_free (schedule);
}

static void
test_schedule_pause (void)
{
  EnvoiSchedule *schedule = envoi_schedule_new ();

  envoi_schedule_put (schedule, "a1", "a", 10, FALSE, 0);
  envoi_schedule_pause (schedule, "a", "told", 500, 0);
  envoi_schedule_pause (schedule, "a", "told", 400, 0);
  g_assert_cmpint (envoi_schedule_get_next (schedule, 20), ==, 500);
  assert_takes (schedule, 499, NULL);
  envoi_schedule_resume (schedule, "a", "somebody else");
  assert_takes (schedule, 499, NULL);
  envoi_schedule_resume (schedule, "a", "told");
  assert_takes (schedule, 499, "a1");
  envoi_schedule_free (schedule);
}

static void
test_schedule_set_back (void)
{
  EnvoiSchedule *schedule = envoi_schedule_new ();

  envoi_schedule_put (schedule, "span", "a", 1010, TRUE, 1000);
  envoi_schedule_put (schedule, "nine", "b", 1010, FALSE, 1000);
  envoi_schedule_set_back (schedule, 100);
  g_assert_cmpint (envoi_schedule_get_next (schedule, 100), ==, 110);

  /* One more look changes nothing: the span does not start again. */
  envoi_schedule_set_back (schedule, 105);
  g_assert_cmpint (envoi_schedule_get_next (schedule, 105), ==, 110);
  assert_takes (schedule, 110, "span");
  g_assert_cmpint (envoi_schedule_get_next (schedule, 110), ==, 1010);
  envoi_schedule_free (schedule);
}

typedef struct {
  guint n_signals;
  guint n_items;
  GPtrArray *mirror;    /* the list, as the signals alone tell it */
} Watch;

static void
items_changed_cb (GListModel *model,
                  guint       position,
                  guint       removed,
                  guint       added,
                  Watch      *watch)
{
  watch->n_signals++;
  g_ptr_array_remove_range (watch->mirror, position, removed);
  for (guint i = 0; i < added; i++)
    g_ptr_array_insert (watch->mirror, (int) (position + i),
                        g_list_model_get_item (model, position + i));
}

static EnvoiLetter *
make_letter (const char *id,
             gint64      changed)
{
  EnvoiLetterRecord *record = envoi_letter_record_new (id);

  record->changed = changed;
  return envoi_letter_new (record);
}

static void
assert_mirror (EnvoiFolderList *list,
               Watch           *watch,
               const char      *ids)
{
  g_autoptr (GString) text = g_string_new (NULL);

  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (list)), ==, watch->mirror->len);
  for (guint i = 0; i < watch->mirror->len; i++) {
    g_autoptr (EnvoiLetter) letter = g_list_model_get_item (G_LIST_MODEL (list), i);

    g_assert_true (letter == g_ptr_array_index (watch->mirror, i));
    g_string_append (text, envoi_letter_get_id (letter));
  }
  g_assert_cmpstr (text->str, ==, ids);
}

static void
test_folder_list (void)
{
  EnvoiFolderList *list = envoi_folder_list_new ();
  Watch watch = { .mirror = g_ptr_array_new_with_free_func (g_object_unref) };
  g_autoptr (EnvoiLetter) a = make_letter ("a", 10);
  g_autoptr (EnvoiLetter) b = make_letter ("b", 20);
  g_autoptr (EnvoiLetter) c = make_letter ("c", 30);
  g_autoptr (EnvoiLetter) d = make_letter ("d", 5);
  EnvoiLetterRecord *newer;

  g_signal_connect (list, "items-changed", G_CALLBACK (items_changed_cb), &watch);
  envoi_folder_list_update (list, b, TRUE);
  envoi_folder_list_update (list, a, TRUE);
  envoi_folder_list_update (list, c, FALSE);
  assert_mirror (list, &watch, "ba");

  envoi_folder_list_update (list, a, TRUE);
  g_assert_cmpuint (watch.n_signals, ==, 2);

  newer = envoi_letter_record_copy (envoi_letter_get_record (a));
  newer->changed = 25;
  envoi_letter_take_record (a, newer);
  envoi_folder_list_update (list, a, TRUE);
  assert_mirror (list, &watch, "ab");

  watch.n_signals = 0;
  envoi_folder_list_begin (list);
  envoi_folder_list_update (list, c, TRUE);
  envoi_folder_list_update (list, d, TRUE);
  envoi_folder_list_end (list);
  g_assert_cmpuint (watch.n_signals, ==, 1);
  assert_mirror (list, &watch, "cabd");

  envoi_folder_list_update (list, b, FALSE);
  assert_mirror (list, &watch, "cad");
  g_assert_null (g_list_model_get_item (G_LIST_MODEL (list), 3));
  g_ptr_array_unref (watch.mirror);
  g_assert_finalize_object (list);
}

static gboolean
count_cb (gpointer user_data)
{
  (*(guint *) user_data)++;
  return G_SOURCE_REMOVE;
}

static gboolean
has_come (gpointer user_data)
{
  return *(guint *) user_data > 0;
}

static void
test_lock (void)
{
  g_autofree char *folder = envoi_test_make_folder ();
  g_autofree char *path = g_build_filename (folder, "sender.lock", NULL);
  EnvoiSenderLock *one = envoi_sender_lock_new (path);
  EnvoiSenderLock *two = envoi_sender_lock_new (path);
  EnvoiSenderLock *three = envoi_sender_lock_new (path);
  g_autoptr (GError) error = NULL;
  guint n_two = 0;
  guint n_three = 0;

  g_assert_true (envoi_sender_lock_try (one, &error));
  g_assert_no_error (error);
  g_assert_false (envoi_sender_lock_try (two, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK);

  /* Who has stopped waiting does not keep the lock from those who wait. */
  envoi_sender_lock_await (two, count_cb, &n_two);
  envoi_sender_lock_release (two);
  envoi_sender_lock_await (three, count_cb, &n_three);
  envoi_sender_lock_release (one);
  envoi_test_wait_until (has_come, &n_three);
  g_assert_cmpuint (n_two, ==, 0);
  envoi_sender_lock_free (one);
  envoi_sender_lock_free (two);
  envoi_sender_lock_free (three);
}

static void
count_notify_cb (GObject    *object,
                 GParamSpec *pspec,
                 GHashTable *names)
{
  g_hash_table_add (names, (gpointer) pspec->name);
}

static void
test_letter (void)
{
  g_autoptr (EnvoiLetter) letter = make_letter ("a", 10);
  g_autoptr (GHashTable) names = g_hash_table_new (g_str_hash, g_str_equal);
  EnvoiLetterRecord *next = envoi_letter_record_copy (envoi_letter_get_record (letter));
  g_autofree char *subject = NULL;
  g_autoptr (EnvoiLetterRecord) record = NULL;
  EnvoiLetterState state;

  g_signal_connect (letter, "notify", G_CALLBACK (count_notify_cb), names);
  envoi_letter_set_progress (letter, 0.5);
  g_assert_cmpfloat (envoi_letter_get_progress (letter), ==, 0.5);
  g_free (next->subject);
  next->subject = g_strdup ("new");
  next->state = ENVOI_LETTER_SENT;
  envoi_letter_take_record (letter, next);

  g_assert_true (g_hash_table_contains (names, "subject"));
  g_assert_true (g_hash_table_contains (names, "state"));
  g_assert_true (g_hash_table_contains (names, "progress"));
  g_assert_true (g_hash_table_contains (names, "record"));
  g_assert_false (g_hash_table_contains (names, "created"));
  g_object_get (letter, "subject", &subject, "state", &state, "record", &record, NULL);
  g_assert_cmpstr (subject, ==, "new");
  g_assert_cmpint (state, ==, ENVOI_LETTER_SENT);
  g_assert_cmpstr (record->id, ==, "a");
  g_assert_cmpfloat (envoi_letter_get_progress (letter), ==, -1);
}

/* What is heard later counts once, and only as far as it is news. */
static void
test_report (void)
{
  static const struct {
    const char *why;
    EnvoiRecipientState before;
    EnvoiRecipientState heard;
    EnvoiRecipientState after;
  } cases[] = {
    { "it came back", ENVOI_RECIPIENT_ACCEPTED, ENVOI_RECIPIENT_RETURNED,
      ENVOI_RECIPIENT_RETURNED },
    { "it came back after all", ENVOI_RECIPIENT_DELAYED, ENVOI_RECIPIENT_RETURNED,
      ENVOI_RECIPIENT_RETURNED },
    { "it arrived after all", ENVOI_RECIPIENT_DELAYED, ENVOI_RECIPIENT_DELIVERED,
      ENVOI_RECIPIENT_DELIVERED },
    { "an old warning", ENVOI_RECIPIENT_DELIVERED, ENVOI_RECIPIENT_DELAYED,
      ENVOI_RECIPIENT_DELIVERED },
    { "a receipt of another copy", ENVOI_RECIPIENT_RETURNED, ENVOI_RECIPIENT_DELIVERED,
      ENVOI_RECIPIENT_RETURNED },
    { "the same again", ENVOI_RECIPIENT_RETURNED, ENVOI_RECIPIENT_RETURNED,
      ENVOI_RECIPIENT_RETURNED },
    { "what is on its way still has not come back", ENVOI_RECIPIENT_PENDING,
      ENVOI_RECIPIENT_RETURNED, ENVOI_RECIPIENT_PENDING },
    { "nor what was put off", ENVOI_RECIPIENT_DEFERRED, ENVOI_RECIPIENT_RETURNED,
      ENVOI_RECIPIENT_DEFERRED },
    { "refused at once stays refused", ENVOI_RECIPIENT_REFUSED, ENVOI_RECIPIENT_DELIVERED,
      ENVOI_RECIPIENT_REFUSED },
    { "news of a letter that may have been delivered", ENVOI_RECIPIENT_UNKNOWN,
      ENVOI_RECIPIENT_DELIVERED, ENVOI_RECIPIENT_DELIVERED },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (EnvoiLetterRecord) letter = envoi_letter_record_new ("letter");
    g_autoptr (GPtrArray) news =
      g_ptr_array_new_with_free_func ((GDestroyNotify) envoi_recipient_record_free);
    EnvoiRecipientRecord *recipient = envoi_recipient_record_new ("bob@example.org");
    EnvoiRecipientRecord *other = envoi_recipient_record_new ("anna@example.org");
    EnvoiRecipientRecord *heard = envoi_recipient_record_new ("Bob@Example.org");
    guint n_marked;

    g_test_message ("%s", cases[i].why);
    recipient->state = cases[i].before;
    other->state = ENVOI_RECIPIENT_ACCEPTED;
    heard->state = cases[i].heard;
    heard->text = g_strdup ("words");
    letter->is_dismissed = TRUE;
    g_ptr_array_add (letter->recipients, recipient);
    g_ptr_array_add (letter->recipients, other);
    g_ptr_array_add (news, heard);

    n_marked = envoi_outcome_apply_report (letter, news);
    g_assert_cmpint (recipient->state, ==, cases[i].after);
    g_assert_cmpint (other->state, ==, ENVOI_RECIPIENT_ACCEPTED);
    g_assert_cmpuint (n_marked, ==, cases[i].before != cases[i].after ? 1 : 0);
    g_assert_cmpstr (recipient->text, ==, n_marked > 0 ? "words" : NULL);
    if (n_marked > 0)
      g_assert_cmpint (letter->is_dismissed, ==, heard->state != ENVOI_RECIPIENT_RETURNED);
  }
}

int
main (int    argc,
      char **argv)
{
  envoi_test_init (&argc, &argv);

  g_test_add_func ("/envoi/outbox/units/report", test_report);
  g_test_add_func ("/envoi/outbox/units/transitions", test_transitions);
  g_test_add_func ("/envoi/outbox/units/transition-refused", test_transition_refused);
  g_test_add_func ("/envoi/outbox/units/back-off", test_back_off);
  g_test_add_func ("/envoi/outbox/units/hopeless", test_hopeless);
  g_test_add_func ("/envoi/outbox/units/bucket", test_bucket);
  g_test_add_func ("/envoi/outbox/units/pace-never-exceeded", test_pace_never_exceeded);
  g_test_add_func ("/envoi/outbox/units/pace-over-restarts", test_pace_over_restarts);
  g_test_add_func ("/envoi/outbox/units/pace-spent", test_pace_spent);
  g_test_add_func ("/envoi/outbox/units/schedule-lanes", test_schedule_lanes);
  g_test_add_func ("/envoi/outbox/units/at-once", test_schedule_at_once);
  g_test_add_func ("/envoi/outbox/units/schedule-changes", test_schedule_changes);
  g_test_add_func ("/envoi/outbox/units/schedule-pause", test_schedule_pause);
  g_test_add_func ("/envoi/outbox/units/schedule-set-back", test_schedule_set_back);
  g_test_add_func ("/envoi/outbox/units/folder-list", test_folder_list);
  g_test_add_func ("/envoi/outbox/units/lock", test_lock);
  g_test_add_func ("/envoi/outbox/units/letter", test_letter);

  return g_test_run ();
}
