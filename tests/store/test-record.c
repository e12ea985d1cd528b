/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-test"

#include "config.h"

#include "envoi-store-fixture.h"

#define DRAFT (1u << ENVOI_LETTER_DRAFT)

/* The record of a letter: kept field by field, copied, and put into words. */

typedef EnvoiStoreFixture Fixture;

static void
fill_every_field (EnvoiLetterRecord *record)
{
  EnvoiRecipientRecord *refused = g_ptr_array_index (record->recipients, 1);

  record->hold_until = 3;
  record->next_try = 4;
  record->first_try = 5;
  record->attempts = 6;
  record->was_cancelled = TRUE;
  record->is_handed_over = TRUE;
  record->is_dismissed = TRUE;
  record->pauses_account = TRUE;
  record->part_size = 100;
  record->lacks_receipt = TRUE;
  record->error_domain = g_strdup ("smtp");
  record->error_code = 7;
  record->error_message = g_strdup ("The server said no.");
  record->phase = g_strdup ("rcpt");
  record->reply_code = 550;
  record->reply_enhanced = g_strdup ("5.1.1");
  record->reply_text = g_strdup ("没有这个用户");
  refused->state = ENVOI_RECIPIENT_REFUSED;
  refused->code = 550;
  refused->enhanced = g_strdup ("5.1.1");
  refused->text = g_strdup ("no such user");
}

static void
assert_same_letter (const EnvoiLetterRecord *a,
                    const EnvoiLetterRecord *b)
{
  g_assert_cmpstr (a->id, ==, b->id);
  g_assert_cmpint (a->state, ==, b->state);
  g_assert_cmpstr (a->account_id, ==, b->account_id);
  g_assert_cmpstr (a->subject, ==, b->subject);
  g_assert_cmpstr (a->to_line, ==, b->to_line);
  g_assert_cmpstr (a->message_id, ==, b->message_id);
  g_assert_cmpuint (a->size, ==, b->size);
  g_assert_cmpint (a->created, ==, b->created);
  g_assert_cmpint (a->changed, ==, b->changed);
  g_assert_cmpint (a->hold_until, ==, b->hold_until);
  g_assert_cmpint (a->next_try, ==, b->next_try);
  g_assert_cmpint (a->first_try, ==, b->first_try);
  g_assert_cmpuint (a->attempts, ==, b->attempts);
  g_assert_cmpint (a->was_cancelled, ==, b->was_cancelled);
  g_assert_cmpint (a->is_handed_over, ==, b->is_handed_over);
  g_assert_cmpint (a->is_dismissed, ==, b->is_dismissed);
  g_assert_cmpint (a->pauses_account, ==, b->pauses_account);
  g_assert_cmpuint (a->part_size, ==, b->part_size);
  g_assert_cmpint (a->lacks_receipt, ==, b->lacks_receipt);
  g_assert_cmpstr (a->error_domain, ==, b->error_domain);
  g_assert_cmpint (a->error_code, ==, b->error_code);
  g_assert_cmpstr (a->error_message, ==, b->error_message);
  g_assert_cmpstr (a->phase, ==, b->phase);
  g_assert_cmpint (a->reply_code, ==, b->reply_code);
  g_assert_cmpstr (a->reply_enhanced, ==, b->reply_enhanced);
  g_assert_cmpstr (a->reply_text, ==, b->reply_text);
}

static void
test_round_trip (Fixture      *fixture,
                 gconstpointer data)
{
  g_autoptr (EnvoiLetterRecord) written = envoi_fixture_make_letter ("one", ENVOI_LETTER_SENT);
  g_autoptr (EnvoiLetterRecord) read = NULL;
  const EnvoiRecipientRecord *refused;

  fill_every_field (written);
  envoi_fixture_write_ok (fixture, written, DRAFT);
  envoi_fixture_reopen (fixture);

  read = envoi_fixture_load_ok (fixture, "one");
  assert_same_letter (read, written);
  g_assert_true (g_bytes_equal (read->manifest, written->manifest));
  g_assert_cmpstr (envoi_envelope_get_sender (read->envelope), ==, "me@example.org");
  g_assert_cmpstr (envoi_envelope_get_envelope_id (read->envelope), ==, "env-1");
  g_assert_cmpint (envoi_envelope_get_flags (read->envelope), ==, ENVOI_ENVELOPE_NOTIFY_FAILURE);
  g_assert_cmpuint (envoi_envelope_get_n_recipients (read->envelope), ==, 2);
  g_assert_cmpuint (read->recipients->len, ==, 2);
  refused = g_ptr_array_index (read->recipients, 1);
  g_assert_cmpstr (refused->address, ==, "b@example.org");
  g_assert_cmpint (refused->state, ==, ENVOI_RECIPIENT_REFUSED);
  g_assert_cmpint (refused->code, ==, 550);
  g_assert_cmpstr (refused->enhanced, ==, "5.1.1");
  g_assert_cmpstr (refused->text, ==, "no such user");
}

/* What is heard of recipients after the letter was sent is kept as it was heard. */
static void
test_reported_states (Fixture      *fixture,
                      gconstpointer data)
{
  static const EnvoiRecipientState states[] = {
    ENVOI_RECIPIENT_RETURNED, ENVOI_RECIPIENT_DELAYED, ENVOI_RECIPIENT_DELIVERED,
  };
  g_autoptr (EnvoiLetterRecord) letter = envoi_fixture_make_letter ("reported",
                                                                    ENVOI_LETTER_SENT);

  for (guint i = 0; i < G_N_ELEMENTS (states); i++) {
    g_autoptr (EnvoiLetterRecord) kept = NULL;
    g_autoptr (GAsyncResult) result = NULL;
    EnvoiRecipientRecord *recipient = g_ptr_array_index (letter->recipients, 0);
    EnvoiTestWait wait = { NULL };

    recipient->state = states[i];
    recipient->code = 550;
    g_free (recipient->text);
    recipient->text = g_strdup ("邮箱不存在");
    g_assert_true (envoi_fixture_write (fixture->store, letter, EVERY_STATE, NULL));

    envoi_store_load_async (fixture->store, "reported", NULL, envoi_test_wait_cb, &wait);
    result = envoi_test_wait (&wait);
    kept = envoi_store_load_finish (fixture->store, result, NULL);
    recipient = g_ptr_array_index (kept->recipients, 0);
    g_assert_cmpint (recipient->state, ==, states[i]);
    g_assert_cmpint (recipient->code, ==, 550);
    g_assert_cmpstr (recipient->text, ==, "邮箱不存在");
  }
}

static void
test_copy (void)
{
  g_autoptr (EnvoiLetterRecord) record = envoi_fixture_make_letter ("one", ENVOI_LETTER_FAILED);
  g_autoptr (EnvoiLetterRecord) copy = NULL;
  EnvoiRecipientRecord *recipient;

  fill_every_field (record);
  record->search_text = g_strdup ("text");
  record->transcript = g_strdup ("S: 550 no");
  copy = envoi_letter_record_copy (record);
  assert_same_letter (copy, record);
  g_assert_cmpstr (copy->search_text, ==, "text");
  g_assert_cmpstr (copy->transcript, ==, "S: 550 no");
  g_assert_true (copy->search_text != record->search_text);
  g_assert_true (copy->recipients != record->recipients);
  g_assert_cmpuint (copy->recipients->len, ==, record->recipients->len);

  /* What happens to one does not happen to the other. */
  recipient = g_ptr_array_index (copy->recipients, 1);
  g_assert_cmpstr (recipient->enhanced, ==, "5.1.1");
  recipient->state = ENVOI_RECIPIENT_ACCEPTED;
  recipient = g_ptr_array_index (record->recipients, 1);
  g_assert_cmpint (recipient->state, ==, ENVOI_RECIPIENT_REFUSED);

  envoi_letter_record_clear_result (copy);
  g_assert_null (copy->error_domain);
  g_assert_null (copy->error_message);
  g_assert_null (copy->phase);
  g_assert_null (copy->reply_enhanced);
  g_assert_null (copy->reply_text);
  g_assert_null (copy->transcript);
  g_assert_cmpint (copy->error_code, ==, 0);
  g_assert_cmpint (copy->reply_code, ==, 0);
  g_assert_cmpstr (record->phase, ==, "rcpt");
  g_assert_cmpint (record->reply_code, ==, 550);
  g_assert_cmpstr (copy->subject, ==, record->subject);
  g_assert_cmpint (copy->state, ==, ENVOI_LETTER_FAILED);
}

/* A template is known by its id, and only while it is a draft. */
static void
test_template (void)
{
  g_autoptr (EnvoiLetterRecord) template =
    envoi_letter_record_new (ENVOI_TEMPLATE_ID_PREFIX "one");
  g_autoptr (EnvoiLetterRecord) draft = envoi_letter_record_new ("one");

  g_assert_true (envoi_letter_record_is_template (template));
  g_assert_false (envoi_letter_record_is_template (draft));
  template->state = ENVOI_LETTER_SENT;
  g_assert_false (envoi_letter_record_is_template (template));
}

static void
test_empty_record (void)
{
  g_autoptr (EnvoiLetterRecord) record = envoi_letter_record_new ("new");
  g_autoptr (EnvoiLetterRecord) copy = envoi_letter_record_copy (record);

  g_assert_cmpint (copy->state, ==, ENVOI_LETTER_DRAFT);
  g_assert_cmpstr (copy->subject, ==, "");
  g_assert_cmpuint (copy->recipients->len, ==, 0);
  g_assert_null (copy->manifest);
  g_assert_null (copy->envelope);
  g_assert_null (copy->search_text);
  g_assert_cmpuint (g_strv_length (copy->blob_ids), ==, 0);
}

static void
test_words (void)
{
  for (EnvoiLetterState state = 0; state <= ENVOI_LETTER_UNKNOWN; state++) {
    EnvoiLetterState again;

    g_assert_true (envoi_letter_state_from_string (envoi_letter_state_to_string (state), &again));
    g_assert_cmpint (again, ==, state);
  }

  for (EnvoiRecipientState state = 0; state <= ENVOI_RECIPIENT_UNKNOWN; state++) {
    EnvoiRecipientState again;

    g_assert_true (envoi_recipient_state_from_string (envoi_recipient_state_to_string (state),
                                                      &again));
    g_assert_cmpint (again, ==, state);
  }

  g_assert_false (envoi_letter_state_from_string ("lost in the post", NULL));
  g_assert_false (envoi_letter_state_from_string (NULL, NULL));
  g_assert_false (envoi_recipient_state_from_string ("sent", NULL));
}

#define ADD(name, function) \
  g_test_add ("/envoi/store/record/" name, Fixture, NULL, envoi_fixture_set_up, function, \
              envoi_fixture_tear_down)

int
main (int    argc,
      char **argv)
{
  envoi_test_init (&argc, &argv);

  ADD ("round-trip", test_round_trip);
  ADD ("reported-states", test_reported_states);
  g_test_add_func ("/envoi/store/record/copy", test_copy);
  g_test_add_func ("/envoi/store/record/template", test_template);
  g_test_add_func ("/envoi/store/record/empty-record", test_empty_record);
  g_test_add_func ("/envoi/store/record/words", test_words);

  return g_test_run ();
}
