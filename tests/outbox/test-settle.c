/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-test"

#include "config.h"

#include "envoi-faulty-vfs.h"
#include "envoi-outbox-fixture.h"
#include "envoi-sender-lock-private.h"

/* What a crash left is told truly by whoever looks next, sender or not. */

#define DRAFT (1u << ENVOI_LETTER_DRAFT)

static gint is_full;

static EnvoiDiskMood
disk_cb (const char *operation,
         gpointer    user_data)
{
  return g_atomic_int_get (&is_full) ? ENVOI_DISK_IS_FULL : ENVOI_DISK_OBEYS;
}

typedef struct {
  char *folder;
  EnvoiClock *clock;
  EnvoiFakeDeliverer *deliverer;
} Fixture;

static void
set_up (Fixture      *fixture,
        gconstpointer data)
{
  g_atomic_int_set (&is_full, FALSE);
  fixture->folder = envoi_test_make_folder ();
  fixture->clock = envoi_clock_new_fake (BEGINNING);
  fixture->deliverer = envoi_fake_deliverer_new ();
}

static void
tear_down (Fixture      *fixture,
           gconstpointer data)
{
  g_atomic_int_set (&is_full, FALSE);
  g_object_unref (fixture->deliverer);
  g_object_unref (fixture->clock);
  g_free (fixture->folder);
}

static EnvoiInstance *
start (Fixture  *fixture,
       gboolean  may_send)
{
  return envoi_instance_start (fixture->folder, fixture->deliverer, fixture->clock, may_send);
}

static char *
get_lock_path (Fixture *fixture)
{
  return g_build_filename (fixture->folder, "sender.lock", NULL);
}

/* As a sender leaves it that was killed. */
static void
leave_sending (Fixture    *fixture,
               const char *id,
               gboolean    is_handed_over)
{
  EnvoiStore *store = envoi_fixture_open_store (fixture->folder);
  g_autoptr (EnvoiLetterRecord) record = envoi_fixture_make_letter (id, ENVOI_LETTER_SENDING);
  g_autoptr (GError) error = NULL;

  record->changed = BEGINNING - MINUTE;
  record->first_try = BEGINNING - MINUTE;
  record->attempts = 1;
  envoi_fixture_write (store, record, DRAFT, &error);
  g_assert_no_error (error);
  if (is_handed_over)
    envoi_fixture_hand_over (store, id, &error);
  g_assert_no_error (error);
  envoi_fixture_close_store (store);
}

static void
assert_stored (Fixture          *fixture,
               const char       *id,
               EnvoiLetterState  state)
{
  EnvoiStore *store = envoi_fixture_open_store (fixture->folder);
  g_autoptr (EnvoiLetterRecord) record = envoi_fixture_load (store, id, NULL);

  g_assert_nonnull (record);
  g_assert_cmpint (record->state, ==, state);
  envoi_fixture_close_store (store);
}

static void
test_by_one_who_does_not_send (Fixture      *fixture,
                               gconstpointer data)
{
  EnvoiInstance *plain;
  EnvoiInstance *sender;
  const EnvoiLetterRecord *record;

  leave_sending (fixture, "before", FALSE);
  leave_sending (fixture, "after", TRUE);
  plain = start (fixture, FALSE);

  g_assert_false (envoi_outbox_is_sender (plain->outbox));
  record = envoi_instance_get_record (plain, "before");
  g_assert_cmpint (record->state, ==, ENVOI_LETTER_WAITING);
  g_assert_cmpint (record->next_try, ==, BEGINNING);
  g_assert_cmpstr (record->error_domain, ==, "outbox");
  record = envoi_instance_get_record (plain, "after");
  g_assert_cmpint (record->state, ==, ENVOI_LETTER_UNKNOWN);
  g_assert_false (record->is_handed_over);
  assert_stored (fixture, "before", ENVOI_LETTER_WAITING);
  assert_stored (fixture, "after", ENVOI_LETTER_UNKNOWN);

  /* It keeps neither the lock nor the will to send, whatever the time. */
  envoi_instance_move_clock (plain, HOUR);
  g_assert_cmpuint (envoi_fake_deliverer_get_n_calls (fixture->deliverer), ==, 0);
  sender = start (fixture, TRUE);
  g_assert_true (envoi_outbox_is_sender (sender->outbox));
  envoi_instance_wait_holding (sender, "before");
  envoi_fake_deliverer_order (fixture->deliverer, "before", ENVOI_ORDER_SEND);
  envoi_instance_wait_state (sender, "before", ENVOI_LETTER_SENT);
  g_assert_cmpuint (envoi_fake_deliverer_get_n_calls (fixture->deliverer), ==, 1);
  envoi_instance_stop (sender);
  envoi_instance_stop (plain);
}

static void
test_history_has_the_attempt (Fixture      *fixture,
                              gconstpointer data)
{
  EnvoiInstance *plain;
  g_autoptr (GPtrArray) attempts = NULL;
  const EnvoiAttemptRecord *attempt;

  leave_sending (fixture, "after", TRUE);
  plain = start (fixture, FALSE);
  attempts = envoi_fixture_list_attempts (plain->store, "after");
  g_assert_cmpuint (attempts->len, ==, 1);
  attempt = g_ptr_array_index (attempts, 0);
  g_assert_cmpint (attempt->result, ==, ENVOI_LETTER_UNKNOWN);
  g_assert_cmpint (attempt->began, ==, BEGINNING - MINUTE);
  g_assert_cmpint (attempt->ended, ==, BEGINNING);
  g_assert_cmpstr (attempt->error_domain, ==, "outbox");
  envoi_instance_stop (plain);
}

/* What is really being sent is left alone. */
static void
test_not_while_it_is_sent (Fixture      *fixture,
                           gconstpointer data)
{
  EnvoiInstance *sender = start (fixture, TRUE);
  EnvoiInstance *plain;
  g_autoptr (GError) error = NULL;

  envoi_instance_submit (sender, "a", "account", "a", BEGINNING, &error);
  g_assert_no_error (error);
  envoi_instance_wait_holding (sender, "a");

  plain = start (fixture, FALSE);
  g_assert_cmpint (envoi_instance_get_state (plain, "a"), ==, ENVOI_LETTER_SENDING);
  envoi_instance_stop (plain);
  g_assert_cmpint (envoi_instance_get_state (sender, "a"), ==, ENVOI_LETTER_SENDING);

  envoi_fake_deliverer_order (fixture->deliverer, "a", ENVOI_ORDER_SEND);
  envoi_instance_wait_state (sender, "a", ENVOI_LETTER_SENT);
  envoi_instance_stop (sender);
}

/* Another process has the lock and is about to settle: it is the one to write. */
static void
test_not_without_the_lock (Fixture      *fixture,
                           gconstpointer data)
{
  g_autofree char *path = get_lock_path (fixture);
  EnvoiSenderLock *lock = envoi_sender_lock_new (path);
  g_autoptr (GError) error = NULL;
  EnvoiInstance *plain;

  leave_sending (fixture, "a", FALSE);
  g_assert_true (envoi_sender_lock_try (lock, &error));
  plain = start (fixture, FALSE);
  g_assert_cmpint (envoi_instance_get_state (plain, "a"), ==, ENVOI_LETTER_SENDING);
  envoi_instance_stop (plain);
  envoi_sender_lock_free (lock);

  plain = start (fixture, FALSE);
  g_assert_cmpint (envoi_instance_get_state (plain, "a"), ==, ENVOI_LETTER_WAITING);
  envoi_instance_stop (plain);
}

/* With nothing to settle, one who only looks does not even touch the lock. */
static void
test_no_lock_without_need (Fixture      *fixture,
                           gconstpointer data)
{
  g_autofree char *path = get_lock_path (fixture);

  envoi_instance_stop (start (fixture, FALSE));
  g_assert_false (g_file_test (path, G_FILE_TEST_EXISTS));
}

static void
test_full_disk (Fixture      *fixture,
                gconstpointer data)
{
  EnvoiInstance *plain;
  EnvoiInstance *sender;

  leave_sending (fixture, "a", TRUE);

  /* The start goes on, and the lock is free for one who can write. */
  envoi_instance_stop (start (fixture, FALSE));
  assert_stored (fixture, "a", ENVOI_LETTER_UNKNOWN);
  leave_sending (fixture, "b", TRUE);
  g_atomic_int_set (&is_full, TRUE);
  plain = start (fixture, FALSE);
  g_assert_cmpint (envoi_instance_get_state (plain, "b"), ==, ENVOI_LETTER_SENDING);
  g_atomic_int_set (&is_full, FALSE);

  sender = start (fixture, TRUE);
  g_assert_true (envoi_outbox_is_sender (sender->outbox));
  g_assert_cmpint (envoi_instance_get_state (sender, "b"), ==, ENVOI_LETTER_UNKNOWN);
  envoi_instance_wait_state (plain, "b", ENVOI_LETTER_UNKNOWN);
  envoi_instance_stop (sender);
  envoi_instance_stop (plain);
}

static void
test_many (Fixture      *fixture,
           gconstpointer data)
{
  EnvoiInstance *plain;

  for (guint i = 0; i < 20; i++) {
    g_autofree char *id = g_strdup_printf ("letter-%u", i);

    leave_sending (fixture, id, i % 2 == 0);
  }

  plain = start (fixture, FALSE);
  for (guint i = 0; i < 20; i++) {
    g_autofree char *id = g_strdup_printf ("letter-%u", i);

    g_assert_cmpint (envoi_instance_get_state (plain, id), ==,
                     i % 2 == 0 ? ENVOI_LETTER_UNKNOWN : ENVOI_LETTER_WAITING);
  }
  envoi_instance_stop (plain);
}

/* The lock itself */

static gboolean
note_cb (gpointer user_data)
{
  (*(guint *) user_data)++;
  return G_SOURCE_REMOVE;
}

static gboolean
is_noted (gpointer user_data)
{
  return *(guint *) user_data > 0;
}

static void
test_lock_passes_on (Fixture      *fixture,
                     gconstpointer data)
{
  g_autofree char *path = get_lock_path (fixture);
  EnvoiSenderLock *first = envoi_sender_lock_new (path);
  EnvoiSenderLock *second = envoi_sender_lock_new (path);
  g_autoptr (GError) error = NULL;
  guint n_calls = 0;

  g_assert_true (envoi_sender_lock_try (first, &error));
  g_assert_no_error (error);
  g_assert_false (envoi_sender_lock_try (second, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK);
  g_clear_error (&error);

  envoi_sender_lock_await (second, note_cb, &n_calls);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_cmpuint (n_calls, ==, 0);
  envoi_sender_lock_release (first);
  envoi_test_wait_until (is_noted, &n_calls);
  g_assert_cmpuint (n_calls, ==, 1);
  g_assert_false (envoi_sender_lock_try (first, NULL));
  envoi_sender_lock_free (second);
  g_assert_true (envoi_sender_lock_try (first, &error));
  envoi_sender_lock_free (first);
}

static void
test_lock_is_not_wanted_any_more (Fixture      *fixture,
                                  gconstpointer data)
{
  g_autofree char *path = get_lock_path (fixture);
  EnvoiSenderLock *first = envoi_sender_lock_new (path);
  EnvoiSenderLock *second = envoi_sender_lock_new (path);
  EnvoiSenderLock *third = envoi_sender_lock_new (path);
  guint n_second = 0;
  guint n_third = 0;

  g_assert_true (envoi_sender_lock_try (first, NULL));
  envoi_sender_lock_await (second, note_cb, &n_second);
  envoi_sender_lock_free (second);
  envoi_sender_lock_await (third, note_cb, &n_third);
  envoi_sender_lock_free (first);

  /* The thread of the second one gets the lock too, and lets it go. */
  envoi_test_wait_until (is_noted, &n_third);
  g_assert_cmpuint (n_second, ==, 0);
  envoi_sender_lock_free (third);
}

static void
test_lock_without_a_folder (Fixture      *fixture,
                            gconstpointer data)
{
  g_autofree char *path = g_build_filename (fixture->folder, "none", "sender.lock", NULL);
  EnvoiSenderLock *lock = envoi_sender_lock_new (path);
  g_autoptr (GError) error = NULL;

  g_assert_false (envoi_sender_lock_try (lock, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
  envoi_sender_lock_release (lock);
  envoi_sender_lock_free (lock);
}

#define ADD(name, function) \
  g_test_add ("/envoi/outbox/settle/" name, Fixture, NULL, set_up, function, tear_down)

int
main (int    argc,
      char **argv)
{
  envoi_test_init (&argc, &argv);
  envoi_faulty_vfs_install (disk_cb, NULL);

  ADD ("by-one-who-does-not-send", test_by_one_who_does_not_send);
  ADD ("history-has-the-attempt", test_history_has_the_attempt);
  ADD ("not-while-it-is-sent", test_not_while_it_is_sent);
  ADD ("not-without-the-lock", test_not_without_the_lock);
  ADD ("no-lock-without-need", test_no_lock_without_need);
  ADD ("full-disk", test_full_disk);
  ADD ("many", test_many);
  ADD ("lock-passes-on", test_lock_passes_on);
  ADD ("lock-is-not-wanted-any-more", test_lock_is_not_wanted_any_more);
  ADD ("lock-without-a-folder", test_lock_without_a_folder);

  return g_test_run ();
}
