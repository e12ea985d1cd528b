/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-test"

#include "config.h"

#include "envoi-faulty-vfs.h"
#include "envoi-outbox-fixture.h"
#include "envoi-outbox-private.h"

#include "test-network.h"

#include <sqlite3.h>

/* A disk that is full when the test says so */

static gint is_full;

static EnvoiDiskMood
disk_cb (const char *operation,
         gpointer    user_data)
{
  return g_atomic_int_get (&is_full) ? ENVOI_DISK_IS_FULL : ENVOI_DISK_OBEYS;
}

typedef struct {
  EnvoiClock *clock;
  EnvoiFakeDeliverer *deliverer;
  EnvoiInstance *one;
} Fixture;

static void
set_up (Fixture      *fixture,
        gconstpointer data)
{
  g_autofree char *folder = envoi_test_make_folder ();

  g_atomic_int_set (&is_full, FALSE);
  fixture->clock = envoi_clock_new_fake (BEGINNING);
  fixture->deliverer = envoi_fake_deliverer_new ();
  fixture->one = envoi_instance_start (folder, fixture->deliverer, fixture->clock, TRUE);
}

static void
tear_down (Fixture      *fixture,
           gconstpointer data)
{
  g_atomic_int_set (&is_full, FALSE);
  envoi_instance_stop (fixture->one);
  g_object_unref (fixture->deliverer);
  g_object_unref (fixture->clock);
}

static void
assert_on_disk (Fixture          *fixture,
                const char       *id,
                EnvoiLetterState  state)
{
  g_autoptr (EnvoiLetterRecord) record = envoi_fixture_load (fixture->one->store, id, NULL);

  g_assert_nonnull (record);
  g_assert_cmpint (record->state, ==, state);
}

static guint
count_acceptances (Fixture *fixture)
{
  g_autoptr (GPtrArray) acceptances =
    envoi_fake_deliverer_dup_acceptances (fixture->deliverer);

  return acceptances->len;
}

static gboolean
has_let_go (gpointer user_data)
{
  Fixture *fixture = user_data;

  return !envoi_fake_deliverer_is_holding (fixture->deliverer, "a");
}

static void
test_full_at_send (Fixture      *fixture,
                   gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (envoi_instance_save_draft (fixture->one, "a", "draft", NULL));
  g_atomic_int_set (&is_full, TRUE);
  g_assert_false (envoi_instance_submit (fixture->one, "a", "account", "text", BEGINNING,
                                         &error));
  g_assert_error (error, ENVOI_STORE_ERROR, ENVOI_STORE_ERROR_NO_SPACE);
  g_atomic_int_set (&is_full, FALSE);

  envoi_instance_move_clock (fixture->one, HOUR);
  assert_on_disk (fixture, "a", ENVOI_LETTER_DRAFT);
  g_assert_cmpuint (envoi_fake_deliverer_get_n_calls (fixture->deliverer), ==, 0);
}

static void
test_full_at_start (Fixture      *fixture,
                    gconstpointer data)
{
  g_assert_true (envoi_instance_submit (fixture->one, "a", "account", "text",
                                        BEGINNING + 10 * SECOND, NULL));
  g_atomic_int_set (&is_full, TRUE);
  envoi_instance_move_clock (fixture->one, 10 * SECOND);
  g_assert_cmpuint (envoi_fake_deliverer_get_n_calls (fixture->deliverer), ==, 0);
  assert_on_disk (fixture, "a", ENVOI_LETTER_QUEUED);

  /* It goes on by itself when there is room again, without trying all the time. */
  g_atomic_int_set (&is_full, FALSE);
  envoi_instance_move_clock (fixture->one, 29 * SECOND);
  g_assert_cmpuint (envoi_fake_deliverer_get_n_calls (fixture->deliverer), ==, 0);
  envoi_instance_move_clock (fixture->one, SECOND);
  envoi_instance_wait_holding (fixture->one, "a");
  envoi_fake_deliverer_order (fixture->deliverer, "a", ENVOI_ORDER_SEND);
  envoi_instance_wait_state (fixture->one, "a", ENVOI_LETTER_SENT);
}

static void
test_full_at_commit (Fixture      *fixture,
                     gconstpointer data)
{
  g_assert_true (envoi_instance_submit (fixture->one, "a", "account", "text", BEGINNING, NULL));
  envoi_instance_wait_holding (fixture->one, "a");
  g_atomic_int_set (&is_full, TRUE);
  envoi_fake_deliverer_order (fixture->deliverer, "a", ENVOI_ORDER_SEND);
  envoi_test_wait_until (has_let_go, fixture);
  envoi_instance_rest (fixture->one);

  /* The point of no return could not be written, so it was not passed. */
  g_assert_cmpuint (count_acceptances (fixture), ==, 0);
  g_atomic_int_set (&is_full, FALSE);
  while (count_acceptances (fixture) == 0) {
    envoi_instance_move_clock (fixture->one, 30 * SECOND);
    if (envoi_fake_deliverer_is_holding (fixture->deliverer, "a"))
      envoi_fake_deliverer_order (fixture->deliverer, "a", ENVOI_ORDER_SEND);
  }
  envoi_instance_wait_state (fixture->one, "a", ENVOI_LETTER_SENT);
}

/* The server has the letter and the disk does not take the news. */
static void
test_full_at_end (Fixture      *fixture,
                  gconstpointer data)
{
  g_assert_true (envoi_instance_submit (fixture->one, "a", "account", "text", BEGINNING, NULL));
  envoi_instance_wait_holding (fixture->one, "a");
  envoi_fake_deliverer_order (fixture->deliverer, "a", ENVOI_ORDER_COMMIT);
  while (!envoi_letter_is_handed_over (envoi_outbox_find (fixture->one->outbox, "a")))
    g_main_context_iteration (NULL, TRUE);
  envoi_instance_wait_holding (fixture->one, "a");
  g_atomic_int_set (&is_full, TRUE);
  envoi_fake_deliverer_order (fixture->deliverer, "a", ENVOI_ORDER_SEND);
  envoi_test_wait_until (has_let_go, fixture);
  envoi_instance_rest (fixture->one);
  envoi_instance_rest (fixture->one);
  assert_on_disk (fixture, "a", ENVOI_LETTER_SENDING);

  g_atomic_int_set (&is_full, FALSE);
  envoi_instance_move_clock (fixture->one, 30 * SECOND);
  envoi_instance_wait_state (fixture->one, "a", ENVOI_LETTER_SENT);
  assert_on_disk (fixture, "a", ENVOI_LETTER_SENT);
  g_assert_cmpuint (count_acceptances (fixture), ==, 1);
}

static void
test_full_at_stop (Fixture      *fixture,
                   gconstpointer data)
{
  g_autofree char *folder = g_strdup (fixture->one->folder);

  g_assert_true (envoi_instance_submit (fixture->one, "a", "account", "text", BEGINNING, NULL));
  envoi_instance_wait_holding (fixture->one, "a");
  envoi_fake_deliverer_order (fixture->deliverer, "a", ENVOI_ORDER_COMMIT);
  while (!envoi_letter_is_handed_over (envoi_outbox_find (fixture->one->outbox, "a")))
    g_main_context_iteration (NULL, TRUE);
  envoi_instance_wait_holding (fixture->one, "a");
  g_atomic_int_set (&is_full, TRUE);
  envoi_fake_deliverer_order (fixture->deliverer, "a", ENVOI_ORDER_SEND);
  envoi_instance_stop (fixture->one);

  /* The news is lost, so the truth is: it may have been delivered. */
  g_atomic_int_set (&is_full, FALSE);
  fixture->one = envoi_instance_start (folder, fixture->deliverer, fixture->clock, TRUE);
  g_assert_cmpint (envoi_instance_get_state (fixture->one, "a"), ==, ENVOI_LETTER_UNKNOWN);
  g_assert_cmpuint (count_acceptances (fixture), ==, 1);
}

/* Another program that keeps the database locked for as long as the test says so */

static sqlite3 *
lock_database (Fixture *fixture)
{
  g_autofree char *path = g_build_filename (fixture->one->folder, "letters.db", NULL);
  sqlite3 *other;

  g_assert_cmpint (sqlite3_open (path, &other), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_busy_timeout (other, 60 * 1000), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_exec (other, "BEGIN IMMEDIATE", NULL, NULL, NULL), ==, SQLITE_OK);
  return other;
}

/* On a busy machine the store may have given up before it could go on. */
static gboolean
is_sent_at_last (gpointer user_data)
{
  Fixture *fixture = user_data;
  EnvoiLetterState state = envoi_instance_get_state (fixture->one, "a");

  if (envoi_fake_deliverer_is_holding (fixture->deliverer, "a"))
    envoi_fake_deliverer_order (fixture->deliverer, "a", ENVOI_ORDER_SEND);
  else if (state != ENVOI_LETTER_SENT)
    envoi_clock_set_fake_now (fixture->clock, envoi_clock_get_now (fixture->clock) + MINUTE);

  return state == ENVOI_LETTER_SENT;
}

/* The last byte waits until it is on the disk that it leaves. */
static void
test_locked_at_commit (Fixture      *fixture,
                       gconstpointer data)
{
  sqlite3 *other;

  g_assert_true (envoi_instance_submit (fixture->one, "a", "account", "text", BEGINNING, NULL));
  envoi_instance_wait_holding (fixture->one, "a");
  other = lock_database (fixture);
  envoi_fake_deliverer_order (fixture->deliverer, "a", ENVOI_ORDER_SEND);
  envoi_test_wait_until (has_let_go, fixture);
  envoi_test_settle ();
  g_assert_cmpuint (count_acceptances (fixture), ==, 0);

  sqlite3_close (other);
  envoi_test_wait_until (is_sent_at_last, fixture);
  g_assert_cmpuint (count_acceptances (fixture), ==, 1);
  assert_on_disk (fixture, "a", ENVOI_LETTER_SENT);
}

/* Send is not done before it is durable, and a draft stays a draft until then. */
static void
test_locked_at_send (Fixture      *fixture,
                     gconstpointer data)
{
  g_autoptr (EnvoiLetterRecord) record =
    envoi_instance_make_letter ("a", "account", "text", BEGINNING);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  EnvoiTestWait wait = { NULL };
  sqlite3 *other;

  g_assert_true (envoi_instance_save_draft (fixture->one, "a", "draft", NULL));
  other = lock_database (fixture);
  envoi_outbox_submit_async (fixture->one->outbox, record, NULL, envoi_test_wait_cb, &wait);
  envoi_test_settle ();
  g_assert_null (wait.result);
  g_assert_cmpint (envoi_instance_get_state (fixture->one, "a"), ==, ENVOI_LETTER_DRAFT);
  g_assert_cmpuint (envoi_fake_deliverer_get_n_calls (fixture->deliverer), ==, 0);

  sqlite3_close (other);
  result = envoi_test_wait (&wait);
  if (envoi_outbox_submit_finish (fixture->one->outbox, result, &error)) {
    envoi_test_wait_until (is_sent_at_last, fixture);
  } else {
    g_assert_error (error, G_IO_ERROR, G_IO_ERROR_BUSY);
    assert_on_disk (fixture, "a", ENVOI_LETTER_DRAFT);
  }
}

static void
test_network_returns (void)
{
  g_autofree char *folder = envoi_test_make_folder ();
  g_autofree char *lock_path = g_build_filename (folder, "sender.lock", NULL);
  g_autoptr (GFile) lock_file = g_file_new_for_path (lock_path);
  g_autoptr (TestNetwork) network = test_network_new ();
  g_autoptr (EnvoiClock) clock = envoi_clock_new_fake (BEGINNING);
  g_autoptr (EnvoiRandom) random = envoi_random_new_fake (1);
  g_autoptr (EnvoiFakeDeliverer) deliverer = envoi_fake_deliverer_new ();
  g_autoptr (GAsyncResult) result = NULL;
  EnvoiTestWait wait = { NULL };
  EnvoiInstance instance = { .deliverer = deliverer, .clock = clock };

  instance.store = envoi_fixture_open_store (folder);
  instance.outbox = g_object_new (ENVOI_TYPE_OUTBOX, "store", instance.store,
                                  "deliverer", deliverer, "clock", clock, "random", random,
                                  "lock-file", lock_file, "network-monitor", network, NULL);
  envoi_outbox_start_async (instance.outbox, TRUE, NULL, envoi_test_wait_cb, &wait);
  result = envoi_test_wait (&wait);
  g_clear_object (&result);

  /* No network does not keep a letter back: the server may be on this computer. */
  g_assert_true (envoi_instance_submit (&instance, "a", "one", "text", BEGINNING, NULL));
  g_assert_true (envoi_instance_submit (&instance, "b", "two", "text", BEGINNING, NULL));
  envoi_instance_wait_holding (&instance, "a");
  envoi_fake_deliverer_order (deliverer, "a", ENVOI_ORDER_OFFLINE);
  envoi_instance_wait_holding (&instance, "b");
  envoi_fake_deliverer_order (deliverer, "b", ENVOI_ORDER_LATER);
  envoi_instance_wait_state (&instance, "a", ENVOI_LETTER_WAITING);
  envoi_instance_wait_state (&instance, "b", ENVOI_LETTER_WAITING);

  /* What found no server goes at once; what a server put off waits. */
  test_network_set_online (network, TRUE);
  envoi_instance_wait_holding (&instance, "a");
  envoi_fake_deliverer_order (deliverer, "a", ENVOI_ORDER_SEND);
  envoi_instance_wait_state (&instance, "a", ENVOI_LETTER_SENT);
  envoi_instance_rest (&instance);
  g_assert_cmpint (envoi_instance_get_state (&instance, "b"), ==, ENVOI_LETTER_WAITING);
  g_assert_cmpuint (envoi_fake_deliverer_get_n_calls (deliverer), ==, 3);

  envoi_outbox_stop_async (instance.outbox, NULL, envoi_test_wait_cb, &wait);
  result = envoi_test_wait (&wait);
  g_clear_object (&result);
  envoi_instance_rest (&instance);
  envoi_test_let_go (&instance.outbox);
  envoi_fixture_close_store (instance.store);
}

static void
test_outcomes (void)
{
  static const struct {
    const char *what;
    EnvoiDeliveryResult result;
    gboolean was_handed_over;
    EnvoiLetterState state;
    EnvoiRecipientState recipient;
    guint attempts;
  } cases[] = {
    { "a final 250", ENVOI_DELIVERY_SENT, TRUE, ENVOI_LETTER_SENT, ENVOI_RECIPIENT_ACCEPTED, 3 },
    { "a final 550", ENVOI_DELIVERY_REFUSED, TRUE, ENVOI_LETTER_FAILED,
      ENVOI_RECIPIENT_PENDING, 3 },
    { "try again", ENVOI_DELIVERY_LATER, FALSE, ENVOI_LETTER_WAITING, ENVOI_RECIPIENT_PENDING,
      3 },
    { "lost", ENVOI_DELIVERY_UNKNOWN, TRUE, ENVOI_LETTER_UNKNOWN, ENVOI_RECIPIENT_UNKNOWN, 3 },
    { "stopped in time", ENVOI_DELIVERY_CANCELLED, FALSE, ENVOI_LETTER_WAITING,
      ENVOI_RECIPIENT_PENDING, 2 },
    { "stopped, it says, after the last byte", ENVOI_DELIVERY_CANCELLED, TRUE,
      ENVOI_LETTER_UNKNOWN, ENVOI_RECIPIENT_UNKNOWN, 3 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (EnvoiLetterRecord) record =
      envoi_fixture_make_letter ("a", ENVOI_LETTER_SENDING);
    g_autoptr (EnvoiDeliveryOutcome) outcome = envoi_delivery_outcome_new (cases[i].result);
    const EnvoiRecipientRecord *recipient = g_ptr_array_index (record->recipients, 0);

    g_test_message ("%s", cases[i].what);
    record->attempts = 3;
    record->first_try = BEGINNING;
    record->is_handed_over = TRUE;
    envoi_outcome_apply (record, outcome, cases[i].was_handed_over, BEGINNING + MINUTE, 0);
    g_assert_cmpint (record->state, ==, cases[i].state);
    g_assert_cmpint (recipient->state, ==, cases[i].recipient);
    g_assert_cmpuint (record->attempts, ==, cases[i].attempts);
    g_assert_cmpint (record->changed, ==, BEGINNING + MINUTE);
    g_assert_false (record->is_handed_over);
  }
}

/* Every recipient refused is no success, whatever the final word was. */
static void
test_all_refused (void)
{
  g_autoptr (EnvoiLetterRecord) record = envoi_fixture_make_letter ("a", ENVOI_LETTER_SENDING);
  g_autoptr (EnvoiDeliveryOutcome) outcome = envoi_delivery_outcome_new (ENVOI_DELIVERY_LATER);

  for (guint i = 0; i < record->recipients->len; i++) {
    const EnvoiRecipientRecord *recipient = g_ptr_array_index (record->recipients, i);
    EnvoiRecipientRecord *answer = envoi_recipient_record_new (recipient->address);

    answer->state = ENVOI_RECIPIENT_REFUSED;
    answer->code = 550;
    g_ptr_array_add (outcome->recipients, answer);
  }

  envoi_outcome_apply (record, outcome, FALSE, BEGINNING, 0);
  g_assert_cmpint (record->state, ==, ENVOI_LETTER_FAILED);
}

static void
test_recover (void)
{
  for (gboolean was_handed_over = FALSE; was_handed_over <= TRUE; was_handed_over++) {
    g_autoptr (EnvoiLetterRecord) record =
      envoi_fixture_make_letter ("a", ENVOI_LETTER_SENDING);

    record->is_handed_over = was_handed_over;
    envoi_outcome_recover (record, BEGINNING);
    g_assert_cmpint (record->state, ==,
                     was_handed_over ? ENVOI_LETTER_UNKNOWN : ENVOI_LETTER_WAITING);
    g_assert_cmpint (record->next_try, ==, was_handed_over ? 0 : BEGINNING);
    g_assert_cmpstr (record->error_domain, ==, "outbox");
    g_assert_nonnull (record->error_message);
  }
}

#define ADD(name, function) \
  g_test_add ("/envoi/outbox/trouble/" name, Fixture, NULL, set_up, function, tear_down)

int
main (int    argc,
      char **argv)
{
  envoi_test_init (&argc, &argv);
  envoi_faulty_vfs_install (disk_cb, NULL);

  ADD ("full-at-send", test_full_at_send);
  ADD ("full-at-start", test_full_at_start);
  ADD ("full-at-commit", test_full_at_commit);
  ADD ("full-at-end", test_full_at_end);
  ADD ("full-at-stop", test_full_at_stop);
  ADD ("locked-at-send", test_locked_at_send);
  ADD ("locked-at-commit", test_locked_at_commit);
  g_test_add_func ("/envoi/outbox/trouble/network-returns", test_network_returns);
  g_test_add_func ("/envoi/outbox/trouble/outcomes", test_outcomes);
  g_test_add_func ("/envoi/outbox/trouble/all-refused", test_all_refused);
  g_test_add_func ("/envoi/outbox/trouble/recover", test_recover);

  return g_test_run ();
}
