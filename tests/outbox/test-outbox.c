/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-test"

#include "config.h"

#include "envoi-outbox-fixture.h"

typedef struct {
  char *folder;
  EnvoiClock *clock;
  EnvoiFakeDeliverer *deliverer;
  EnvoiInstance *one;
} Fixture;

static void
set_up (Fixture      *fixture,
        gconstpointer data)
{
  fixture->folder = envoi_test_make_folder ();
  fixture->clock = envoi_clock_new_fake (BEGINNING);
  fixture->deliverer = envoi_fake_deliverer_new ();
  envoi_fake_deliverer_set_now (fixture->deliverer, BEGINNING);
  fixture->one = envoi_instance_start (fixture->folder, fixture->deliverer, fixture->clock, TRUE);
}

static void
tear_down (Fixture      *fixture,
           gconstpointer data)
{
  if (fixture->one)
    envoi_instance_stop (fixture->one);
  g_object_unref (fixture->deliverer);
  g_object_unref (fixture->clock);
  g_free (fixture->folder);
}

static void
submit (Fixture    *fixture,
        const char *id,
        gint64      hold)
{
  g_autoptr (GError) error = NULL;

  envoi_instance_submit (fixture->one, id, "account", "text", BEGINNING + hold, &error);
  g_assert_no_error (error);
}

/* Submits, waits for the delivery and gives the order. */
static void
submit_and_order (Fixture         *fixture,
                  const char      *id,
                  EnvoiOrder       order,
                  EnvoiLetterState state)
{
  submit (fixture, id, 0);
  envoi_instance_wait_holding (fixture->one, id);
  envoi_fake_deliverer_order (fixture->deliverer, id, order);
  envoi_instance_wait_state (fixture->one, id, state);
}

static void
order (Fixture          *fixture,
       const char       *id,
       EnvoiOrder        what,
       EnvoiLetterState  state)
{
  envoi_instance_wait_holding (fixture->one, id);
  envoi_fake_deliverer_order (fixture->deliverer, id, what);
  envoi_instance_wait_state (fixture->one, id, state);
}

static void
act (Fixture           *fixture,
     const char        *id,
     EnvoiOutboxAction  action)
{
  g_autoptr (GError) error = NULL;

  envoi_instance_act (fixture->one, id, action, &error);
  g_assert_no_error (error);
}

static void
assert_conflict (Fixture           *fixture,
                 const char        *id,
                 EnvoiOutboxAction  action)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (envoi_instance_act (fixture->one, id, action, &error));
  g_assert_error (error, ENVOI_STORE_ERROR, ENVOI_STORE_ERROR_CONFLICT);
}

static guint
count (Fixture     *fixture,
       EnvoiFolder  folder)
{
  return g_list_model_get_n_items (envoi_outbox_get_folder (fixture->one->outbox, folder));
}

static guint
count_acceptances (Fixture *fixture)
{
  g_autoptr (GPtrArray) acceptances =
    envoi_fake_deliverer_dup_acceptances (fixture->deliverer);

  return acceptances->len;
}

static EnvoiRecipientState
get_recipient_state (Fixture    *fixture,
                     const char *id,
                     guint       index)
{
  const EnvoiLetterRecord *record = envoi_instance_get_record (fixture->one, id);
  const EnvoiRecipientRecord *recipient = g_ptr_array_index (record->recipients, index);

  return recipient->state;
}

static void
test_sent (Fixture      *fixture,
           gconstpointer data)
{
  submit_and_order (fixture, "a", ENVOI_ORDER_SEND, ENVOI_LETTER_SENT);
  g_assert_cmpuint (count_acceptances (fixture), ==, 1);
  g_assert_cmpuint (count (fixture, ENVOI_FOLDER_SENT), ==, 1);
  g_assert_cmpuint (count (fixture, ENVOI_FOLDER_OUTBOX), ==, 0);
  g_assert_cmpuint (count (fixture, ENVOI_FOLDER_ATTENTION), ==, 0);
  g_assert_cmpint (get_recipient_state (fixture, "a", 0), ==, ENVOI_RECIPIENT_ACCEPTED);
}

static void
test_undo_time (Fixture      *fixture,
                gconstpointer data)
{
  submit (fixture, "a", 10 * SECOND);
  envoi_instance_rest (fixture->one);
  g_assert_cmpint (envoi_instance_get_state (fixture->one, "a"), ==, ENVOI_LETTER_QUEUED);
  g_assert_cmpuint (count (fixture, ENVOI_FOLDER_OUTBOX), ==, 1);
  envoi_instance_move_clock (fixture->one, 10 * SECOND - 1);
  g_assert_cmpuint (envoi_fake_deliverer_get_n_calls (fixture->deliverer), ==, 0);
  envoi_instance_move_clock (fixture->one, 1);
  order (fixture, "a", ENVOI_ORDER_SEND, ENVOI_LETTER_SENT);
}

static void
test_undo (Fixture      *fixture,
           gconstpointer data)
{
  g_autoptr (EnvoiLetterRecord) draft = NULL;

  submit (fixture, "a", 10 * SECOND);
  act (fixture, "a", ENVOI_OUTBOX_EDIT);
  g_assert_cmpint (envoi_instance_get_state (fixture->one, "a"), ==, ENVOI_LETTER_DRAFT);
  g_assert_cmpuint (count (fixture, ENVOI_FOLDER_DRAFTS), ==, 1);
  envoi_instance_move_clock (fixture->one, HOUR);
  g_assert_cmpuint (envoi_fake_deliverer_get_n_calls (fixture->deliverer), ==, 0);

  draft = envoi_fixture_load (fixture->one->store, "a", NULL);
  g_assert_cmpmem (g_bytes_get_data (draft->manifest, NULL), g_bytes_get_size (draft->manifest),
                   "text", 4);
  g_assert_cmpstr (draft->message_id, ==, "");
  g_assert_false (draft->was_cancelled);
}

static void
test_schedule (Fixture      *fixture,
               gconstpointer data)
{
  submit (fixture, "a", 5 * HOUR);
  envoi_instance_rest (fixture->one);
  g_assert_cmpuint (count (fixture, ENVOI_FOLDER_SCHEDULED), ==, 1);
  g_assert_cmpuint (count (fixture, ENVOI_FOLDER_OUTBOX), ==, 0);
  envoi_instance_move_clock (fixture->one, 5 * HOUR - MINUTE);
  g_assert_cmpuint (count (fixture, ENVOI_FOLDER_SCHEDULED), ==, 0);
  g_assert_cmpuint (count (fixture, ENVOI_FOLDER_OUTBOX), ==, 1);
  envoi_instance_move_clock (fixture->one, MINUTE);
  order (fixture, "a", ENVOI_ORDER_SEND, ENVOI_LETTER_SENT);
}

static void
test_clock_set_back (Fixture      *fixture,
                     gconstpointer data)
{
  submit (fixture, "undo", 10 * SECOND);
  submit (fixture, "at-nine", 5 * HOUR);
  envoi_instance_move_clock (fixture->one, -24 * HOUR);

  /* Ten seconds stay ten seconds; a time of day stays that time of that day. */
  envoi_instance_move_clock (fixture->one, 10 * SECOND);
  order (fixture, "undo", ENVOI_ORDER_SEND, ENVOI_LETTER_SENT);
  envoi_instance_move_clock (fixture->one, 24 * HOUR);
  g_assert_cmpint (envoi_instance_get_state (fixture->one, "at-nine"), ==, ENVOI_LETTER_QUEUED);
  envoi_instance_move_clock (fixture->one, 5 * HOUR);
  order (fixture, "at-nine", ENVOI_ORDER_SEND, ENVOI_LETTER_SENT);
}

static void
test_retry (Fixture      *fixture,
            gconstpointer data)
{
  const EnvoiLetterRecord *record;

  submit_and_order (fixture, "a", ENVOI_ORDER_LATER, ENVOI_LETTER_WAITING);
  record = envoi_instance_get_record (fixture->one, "a");
  g_assert_cmpint (record->next_try - BEGINNING, >=, 24 * SECOND);
  g_assert_cmpint (record->next_try - BEGINNING, <=, 36 * SECOND);
  g_assert_cmpint (record->reply_code, ==, 451);
  g_assert_cmpuint (record->attempts, ==, 1);

  envoi_instance_move_clock (fixture->one, 23 * SECOND);
  g_assert_cmpuint (envoi_fake_deliverer_get_n_calls (fixture->deliverer), ==, 1);
  envoi_instance_move_clock (fixture->one, 13 * SECOND);
  order (fixture, "a", ENVOI_ORDER_SEND, ENVOI_LETTER_SENT);
  g_assert_cmpuint (count_acceptances (fixture), ==, 1);
}

static void
test_gives_up (Fixture      *fixture,
               gconstpointer data)
{
  guint n_tries = 1;

  submit_and_order (fixture, "a", ENVOI_ORDER_LATER, ENVOI_LETTER_WAITING);
  while (envoi_instance_get_state (fixture->one, "a") == ENVOI_LETTER_WAITING) {
    envoi_instance_move_clock (fixture->one, 2 * HOUR);
    envoi_instance_wait_holding (fixture->one, "a");
    envoi_fake_deliverer_order (fixture->deliverer, "a", ENVOI_ORDER_LATER);
    n_tries++;
    while (envoi_instance_get_state (fixture->one, "a") == ENVOI_LETTER_SENDING)
      g_main_context_iteration (NULL, TRUE);
  }

  g_assert_cmpint (envoi_instance_get_state (fixture->one, "a"), ==, ENVOI_LETTER_FAILED);
  g_assert_cmpuint (n_tries, ==, 25);
  g_assert_cmpuint (count (fixture, ENVOI_FOLDER_ATTENTION), ==, 1);

  act (fixture, "a", ENVOI_OUTBOX_SEND_NOW);
  order (fixture, "a", ENVOI_ORDER_SEND, ENVOI_LETTER_SENT);
}

static void
test_throttle (Fixture      *fixture,
               gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  submit_and_order (fixture, "a", ENVOI_ORDER_THROTTLE, ENVOI_LETTER_WAITING);
  submit (fixture, "b", 0);
  envoi_instance_submit (fixture->one, "c", "other", "text", BEGINNING, &error);
  g_assert_no_error (error);
  order (fixture, "c", ENVOI_ORDER_SEND, ENVOI_LETTER_SENT);
  g_assert_cmpint (envoi_instance_get_state (fixture->one, "b"), ==, ENVOI_LETTER_QUEUED);
  g_assert_cmpint (envoi_outbox_get_paused_until (fixture->one->outbox, "account"), ==,
                   BEGINNING + 10 * MINUTE);

  /* The pause survives a restart. */
  envoi_instance_stop (fixture->one);
  fixture->one = envoi_instance_start (fixture->folder, fixture->deliverer, fixture->clock, TRUE);
  envoi_instance_move_clock (fixture->one, 9 * MINUTE);
  g_assert_cmpint (envoi_instance_get_state (fixture->one, "b"), ==, ENVOI_LETTER_QUEUED);
  envoi_instance_move_clock (fixture->one, MINUTE);
  order (fixture, "b", ENVOI_ORDER_SEND, ENVOI_LETTER_SENT);
  order (fixture, "a", ENVOI_ORDER_SEND, ENVOI_LETTER_SENT);
}

static void
test_refused (Fixture      *fixture,
              gconstpointer data)
{
  submit_and_order (fixture, "a", ENVOI_ORDER_REFUSE, ENVOI_LETTER_FAILED);
  g_assert_cmpuint (count (fixture, ENVOI_FOLDER_ATTENTION), ==, 1);
  envoi_instance_move_clock (fixture->one, 100 * HOUR);
  g_assert_cmpuint (envoi_fake_deliverer_get_n_calls (fixture->deliverer), ==, 1);
  act (fixture, "a", ENVOI_OUTBOX_EDIT);
  g_assert_cmpint (envoi_instance_get_state (fixture->one, "a"), ==, ENVOI_LETTER_DRAFT);
}

static void
test_partly_refused (Fixture      *fixture,
                     gconstpointer data)
{
  submit_and_order (fixture, "a", ENVOI_ORDER_SEND_PARTLY, ENVOI_LETTER_SENT);
  g_assert_cmpint (get_recipient_state (fixture, "a", 0), ==, ENVOI_RECIPIENT_ACCEPTED);
  g_assert_cmpint (get_recipient_state (fixture, "a", 1), ==, ENVOI_RECIPIENT_REFUSED);
  g_assert_cmpuint (count (fixture, ENVOI_FOLDER_ATTENTION), ==, 1);
  g_assert_cmpuint (count (fixture, ENVOI_FOLDER_SENT), ==, 1);
  act (fixture, "a", ENVOI_OUTBOX_DISMISS);
  g_assert_cmpuint (count (fixture, ENVOI_FOLDER_ATTENTION), ==, 0);
  g_assert_cmpuint (count (fixture, ENVOI_FOLDER_SENT), ==, 1);
}

static void
test_rest_later (Fixture      *fixture,
                 gconstpointer data)
{
  g_autoptr (GPtrArray) acceptances = NULL;
  const EnvoiAcceptance *second;

  submit_and_order (fixture, "a", ENVOI_ORDER_SEND_REST_LATER, ENVOI_LETTER_WAITING);
  envoi_instance_move_clock (fixture->one, MINUTE);
  order (fixture, "a", ENVOI_ORDER_SEND, ENVOI_LETTER_SENT);

  /* Who has the letter does not get it again. */
  acceptances = envoi_fake_deliverer_dup_acceptances (fixture->deliverer);
  g_assert_cmpuint (acceptances->len, ==, 2);
  second = g_ptr_array_index (acceptances, 1);
  g_assert_cmpuint (g_strv_length (second->recipients), ==, 1);
  g_assert_cmpstr (second->recipients[0], ==, "b@example.org");
}

static void
test_unknown (Fixture      *fixture,
              gconstpointer data)
{
  submit_and_order (fixture, "a", ENVOI_ORDER_LOSE_ANSWER, ENVOI_LETTER_UNKNOWN);
  submit_and_order (fixture, "b", ENVOI_ORDER_LOSE_ANSWER, ENVOI_LETTER_UNKNOWN);
  g_assert_cmpint (get_recipient_state (fixture, "a", 0), ==, ENVOI_RECIPIENT_UNKNOWN);
  envoi_outbox_flush (fixture->one->outbox);
  envoi_instance_move_clock (fixture->one, 100 * HOUR);
  g_assert_cmpuint (envoi_fake_deliverer_get_n_calls (fixture->deliverer), ==, 2);

  act (fixture, "a", ENVOI_OUTBOX_DISMISS);
  g_assert_cmpint (envoi_instance_get_state (fixture->one, "a"), ==, ENVOI_LETTER_SENT);
  g_assert_cmpuint (count (fixture, ENVOI_FOLDER_ATTENTION), ==, 1);
  act (fixture, "b", ENVOI_OUTBOX_SEND_NOW);
  order (fixture, "b", ENVOI_ORDER_SEND, ENVOI_LETTER_SENT);
}

static void
test_cancel_in_time (Fixture      *fixture,
                     gconstpointer data)
{
  submit (fixture, "a", 0);
  envoi_instance_wait_holding (fixture->one, "a");
  assert_conflict (fixture, "a", ENVOI_OUTBOX_EDIT);
  act (fixture, "a", ENVOI_OUTBOX_CANCEL);
  g_assert_cmpint (envoi_instance_get_state (fixture->one, "a"), ==, ENVOI_LETTER_DRAFT);
  g_assert_true (envoi_instance_get_record (fixture->one, "a")->was_cancelled);
  g_assert_cmpuint (count_acceptances (fixture), ==, 0);
}

static void
test_cancel_too_late (Fixture      *fixture,
                      gconstpointer data)
{
  submit (fixture, "a", 0);
  envoi_instance_wait_holding (fixture->one, "a");
  envoi_fake_deliverer_order (fixture->deliverer, "a", ENVOI_ORDER_COMMIT);
  while (!envoi_letter_is_handed_over (envoi_outbox_find (fixture->one->outbox, "a")))
    g_main_context_iteration (NULL, TRUE);
  assert_conflict (fixture, "a", ENVOI_OUTBOX_CANCEL);
  order (fixture, "a", ENVOI_ORDER_SEND, ENVOI_LETTER_SENT);
  assert_conflict (fixture, "a", ENVOI_OUTBOX_CANCEL);
}

/* Letters go together, until one fails: then one shows first that it works again. */
static void
test_one_goes_first (Fixture      *fixture,
                     gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  submit (fixture, "a", 0);
  order (fixture, "a", ENVOI_ORDER_LATER, ENVOI_LETTER_WAITING);
  submit (fixture, "b", 0);
  envoi_instance_wait_holding (fixture->one, "b");
  submit (fixture, "c", 0);
  submit (fixture, "d", 0);
  envoi_instance_submit (fixture->one, "e", "other", "text", BEGINNING, &error);
  g_assert_no_error (error);
  envoi_instance_wait_holding (fixture->one, "e");
  envoi_instance_rest (fixture->one);
  g_assert_false (envoi_fake_deliverer_is_holding (fixture->deliverer, "c"));
  order (fixture, "b", ENVOI_ORDER_SEND, ENVOI_LETTER_SENT);
  envoi_instance_wait_holding (fixture->one, "c");
  envoi_instance_wait_holding (fixture->one, "d");
  order (fixture, "d", ENVOI_ORDER_SEND, ENVOI_LETTER_SENT);
  order (fixture, "c", ENVOI_ORDER_SEND, ENVOI_LETTER_SENT);
  order (fixture, "e", ENVOI_ORDER_SEND, ENVOI_LETTER_SENT);
}

static void
test_stop (Fixture      *fixture,
           gconstpointer data)
{
  submit (fixture, "a", 0);
  envoi_instance_wait_holding (fixture->one, "a");
  envoi_instance_stop (g_steal_pointer (&fixture->one));
  fixture->one = envoi_instance_start (fixture->folder, fixture->deliverer, fixture->clock, TRUE);

  /* Stopped by ourselves: it goes on at once and it was no failed try. */
  order (fixture, "a", ENVOI_ORDER_SEND, ENVOI_LETTER_SENT);
  g_assert_cmpuint (envoi_instance_get_record (fixture->one, "a")->attempts, ==, 1);
}

static void
test_delete (Fixture      *fixture,
             gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  submit (fixture, "a", 10 * SECOND);
  assert_conflict (fixture, "a", ENVOI_OUTBOX_DELETE);
  act (fixture, "a", ENVOI_OUTBOX_CANCEL);
  act (fixture, "a", ENVOI_OUTBOX_DELETE);
  g_assert_null (envoi_outbox_find (fixture->one->outbox, "a"));
  g_assert_cmpuint (count (fixture, ENVOI_FOLDER_DRAFTS), ==, 0);
  g_assert_false (envoi_instance_act (fixture->one, "a", ENVOI_OUTBOX_EDIT, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
}

static void
test_late_autosave (Fixture      *fixture,
                    gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (envoi_instance_save_draft (fixture->one, "a", "first", &error));
  submit (fixture, "a", 10 * SECOND);
  g_assert_false (envoi_instance_save_draft (fixture->one, "a", "late", &error));
  g_assert_error (error, ENVOI_STORE_ERROR, ENVOI_STORE_ERROR_CONFLICT);
}

static void
test_second_instance (Fixture      *fixture,
                      gconstpointer data)
{
  EnvoiInstance *two =
    envoi_instance_start (fixture->folder, fixture->deliverer, fixture->clock, TRUE);
  g_autoptr (GError) error = NULL;

  g_assert_true (envoi_outbox_is_sender (fixture->one->outbox));
  g_assert_false (envoi_outbox_is_sender (two->outbox));

  /* What the second one writes, the first one sends. */
  envoi_instance_submit (two, "a", "account", "text", BEGINNING, &error);
  g_assert_no_error (error);
  order (fixture, "a", ENVOI_ORDER_SEND, ENVOI_LETTER_SENT);
  envoi_instance_wait_state (two, "a", ENVOI_LETTER_SENT);

  /* What the first one has, the second one takes back. */
  submit (fixture, "b", 10 * SECOND);
  envoi_instance_wait_state (two, "b", ENVOI_LETTER_QUEUED);
  envoi_instance_act (two, "b", ENVOI_OUTBOX_EDIT, &error);
  g_assert_no_error (error);
  envoi_instance_wait_state (fixture->one, "b", ENVOI_LETTER_DRAFT);

  /* The second one takes over when the first one ends. */
  submit (fixture, "c", 10 * SECOND);
  envoi_instance_stop (fixture->one);
  fixture->one = two;
  while (!envoi_outbox_is_sender (two->outbox))
    g_main_context_iteration (NULL, TRUE);
  envoi_instance_wait_state (two, "c", ENVOI_LETTER_QUEUED);
  envoi_instance_move_clock (two, 10 * SECOND);
  order (fixture, "c", ENVOI_ORDER_SEND, ENVOI_LETTER_SENT);
}

/* Two an hour: one at once, the next one half an hour later. */
static void
test_pace (Fixture      *fixture,
           gconstpointer data)
{
  gint64 held_until;

  envoi_fake_deliverer_set_pace (fixture->deliverer, (EnvoiPace) { 2, 60 });
  submit_and_order (fixture, "a", ENVOI_ORDER_SEND, ENVOI_LETTER_SENT);
  submit (fixture, "b", 0);
  envoi_instance_rest (fixture->one);
  g_assert_cmpint (envoi_instance_get_state (fixture->one, "b"), ==, ENVOI_LETTER_QUEUED);
  held_until = envoi_outbox_get_paced_until (fixture->one->outbox, "account");
  g_assert_cmpint (held_until, >, BEGINNING + HOUR - MINUTE);
  g_assert_cmpint (held_until, <, BEGINNING + HOUR + MINUTE);

  envoi_instance_move_clock (fixture->one, HOUR + 1);
  order (fixture, "b", ENVOI_ORDER_SEND, ENVOI_LETTER_SENT);
}

static void
report (Fixture             *fixture,
        const char          *id,
        const char          *address,
        EnvoiRecipientState  state)
{
  g_autoptr (GPtrArray) news =
    g_ptr_array_new_with_free_func ((GDestroyNotify) envoi_recipient_record_free);
  EnvoiRecipientRecord *heard = envoi_recipient_record_new (address);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  EnvoiTestWait wait = { NULL };

  heard->state = state;
  g_ptr_array_add (news, heard);
  envoi_outbox_report_async (fixture->one->outbox, id, news, envoi_test_wait_cb, &wait);
  result = envoi_test_wait (&wait);
  envoi_outbox_report_finish (fixture->one->outbox, result, &error);
  g_assert_no_error (error);
}

static void
assert_last_recipients (Fixture    *fixture,
                        guint       n_acceptances,
                        const char *recipients)
{
  g_autoptr (GPtrArray) acceptances = envoi_fake_deliverer_dup_acceptances (fixture->deliverer);
  const EnvoiAcceptance *last;
  g_autofree char *accepted = NULL;

  g_assert_cmpuint (acceptances->len, ==, n_acceptances);
  last = g_ptr_array_index (acceptances, n_acceptances - 1);
  accepted = g_strjoinv (" ", last->recipients);
  g_assert_cmpstr (accepted, ==, recipients);
}

/* Who has the letter by a receipt that was opened does not get it again either. */
static void
test_receipt (Fixture      *fixture,
              gconstpointer data)
{
  submit_and_order (fixture, "a", ENVOI_ORDER_LOSE_ANSWER, ENVOI_LETTER_UNKNOWN);
  report (fixture, "a", "a@example.org", ENVOI_RECIPIENT_DELIVERED);
  act (fixture, "a", ENVOI_OUTBOX_SEND_NOW);
  order (fixture, "a", ENVOI_ORDER_SEND, ENVOI_LETTER_SENT);
  assert_last_recipients (fixture, 2, "b@example.org");

  submit_and_order (fixture, "b", ENVOI_ORDER_LOSE_ANSWER, ENVOI_LETTER_UNKNOWN);
  report (fixture, "b", "a@example.org", ENVOI_RECIPIENT_DELIVERED);
  report (fixture, "b", "b@example.org", ENVOI_RECIPIENT_DELAYED);
  act (fixture, "b", ENVOI_OUTBOX_SEND_NOW);
  envoi_instance_wait_state (fixture->one, "b", ENVOI_LETTER_SENT);
  assert_last_recipients (fixture, 3, "a@example.org b@example.org");
}

/* A letter that one has and another is refused has been sent, not failed. */
static void
test_receipt_before_the_rest (Fixture      *fixture,
                              gconstpointer data)
{
  submit_and_order (fixture, "a", ENVOI_ORDER_SEND_REST_LATER, ENVOI_LETTER_WAITING);
  report (fixture, "a", "a@example.org", ENVOI_RECIPIENT_DELIVERED);
  report (fixture, "a", "b@example.org", ENVOI_RECIPIENT_RETURNED);
  g_assert_cmpint (get_recipient_state (fixture, "a", 0), ==, ENVOI_RECIPIENT_DELIVERED);
  g_assert_cmpint (get_recipient_state (fixture, "a", 1), ==, ENVOI_RECIPIENT_DEFERRED);

  envoi_instance_move_clock (fixture->one, MINUTE);
  order (fixture, "a", ENVOI_ORDER_SEND_PARTLY, ENVOI_LETTER_SENT);
  g_assert_cmpint (get_recipient_state (fixture, "a", 0), ==, ENVOI_RECIPIENT_DELIVERED);
  g_assert_cmpint (get_recipient_state (fixture, "a", 1), ==, ENVOI_RECIPIENT_REFUSED);
  g_assert_cmpuint (count (fixture, ENVOI_FOLDER_ATTENTION), ==, 1);
}

static void
assert_seen (Fixture    *fixture,
             EnvoiFolder folder,
             const char *id,
             gboolean    is_seen)
{
  EnvoiOutbox *outbox = fixture->one->outbox;
  EnvoiLetter *letter = envoi_outbox_find (outbox, id);
  guint position;

  g_assert_nonnull (letter);
  g_assert_true (envoi_outbox_find_position (outbox, folder, letter, &position) == is_seen);
  if (is_seen) {
    g_autoptr (EnvoiLetter) there =
      g_list_model_get_item (envoi_outbox_get_folder (outbox, folder), position);

    g_assert_true (there == letter);
  }
}

/* While its deletion can be undone a letter is out of sight and else what it was; one
 * that could not be deleted is seen again. */
static void
test_aside (Fixture      *fixture,
            gconstpointer data)
{
  EnvoiOutbox *outbox = fixture->one->outbox;

  submit_and_order (fixture, "a", ENVOI_ORDER_SEND, ENVOI_LETTER_SENT);
  submit_and_order (fixture, "b", ENVOI_ORDER_SEND, ENVOI_LETTER_SENT);
  submit (fixture, "c", HOUR);
  assert_seen (fixture, ENVOI_FOLDER_SENT, "a", TRUE);
  assert_seen (fixture, ENVOI_FOLDER_SENT, "b", TRUE);
  assert_seen (fixture, ENVOI_FOLDER_SENT, "c", FALSE);

  envoi_outbox_set_aside (outbox, "a", TRUE);
  assert_seen (fixture, ENVOI_FOLDER_SENT, "a", FALSE);
  assert_seen (fixture, ENVOI_FOLDER_SENT, "b", TRUE);
  envoi_outbox_set_aside (outbox, "a", FALSE);
  assert_seen (fixture, ENVOI_FOLDER_SENT, "a", TRUE);

  envoi_outbox_set_aside (outbox, "c", TRUE);
  assert_seen (fixture, ENVOI_FOLDER_SCHEDULED, "c", FALSE);
  g_assert_false (envoi_instance_act (fixture->one, "c", ENVOI_OUTBOX_DELETE, NULL));
  assert_seen (fixture, ENVOI_FOLDER_SCHEDULED, "c", TRUE);
}

/* A program that is started for each letter keeps the pace as well. */
static void
test_pace_over_restart (Fixture      *fixture,
                        gconstpointer data)
{
  envoi_fake_deliverer_set_pace (fixture->deliverer, (EnvoiPace) { 1, 60 });
  submit_and_order (fixture, "a", ENVOI_ORDER_SEND, ENVOI_LETTER_SENT);
  envoi_instance_stop (fixture->one);
  fixture->one = envoi_instance_start (fixture->folder, fixture->deliverer, fixture->clock, TRUE);

  submit (fixture, "b", 0);
  envoi_instance_rest (fixture->one);
  g_assert_cmpint (envoi_instance_get_state (fixture->one, "b"), ==, ENVOI_LETTER_QUEUED);

  /* The person lifts it. */
  envoi_fake_deliverer_set_pace (fixture->deliverer, (EnvoiPace) { 0 });
  envoi_outbox_renew_pace (fixture->one->outbox, "account");
  order (fixture, "b", ENVOI_ORDER_SEND, ENVOI_LETTER_SENT);
}

#define ADD(name, function) \
  g_test_add ("/envoi/outbox/outbox/" name, Fixture, NULL, set_up, function, tear_down)

int
main (int    argc,
      char **argv)
{
  envoi_test_init (&argc, &argv);

  ADD ("sent", test_sent);
  ADD ("undo-time", test_undo_time);
  ADD ("undo", test_undo);
  ADD ("schedule", test_schedule);
  ADD ("clock-set-back", test_clock_set_back);
  ADD ("retry", test_retry);
  ADD ("gives-up", test_gives_up);
  ADD ("throttle", test_throttle);
  ADD ("refused", test_refused);
  ADD ("partly-refused", test_partly_refused);
  ADD ("rest-later", test_rest_later);
  ADD ("unknown", test_unknown);
  ADD ("cancel-in-time", test_cancel_in_time);
  ADD ("cancel-too-late", test_cancel_too_late);
  ADD ("one-goes-first", test_one_goes_first);
  ADD ("stop", test_stop);
  ADD ("delete", test_delete);
  ADD ("aside", test_aside);
  ADD ("receipt", test_receipt);
  ADD ("receipt-before-the-rest", test_receipt_before_the_rest);
  ADD ("late-autosave", test_late_autosave);
  ADD ("second-instance", test_second_instance);
  ADD ("pace", test_pace);
  ADD ("pace-over-restart", test_pace_over_restart);

  return g_test_run ();
}
