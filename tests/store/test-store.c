/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-test"

#include "config.h"

#include "envoi-store-fixture.h"

#define DRAFT (1u << ENVOI_LETTER_DRAFT)
#define QUEUED (1u << ENVOI_LETTER_QUEUED)
#define SENDING (1u << ENVOI_LETTER_SENDING)

typedef struct {
  char *folder;
  EnvoiStore *store;
} Fixture;

static void
set_up (Fixture      *fixture,
        gconstpointer data)
{
  fixture->folder = envoi_test_make_folder ();
  fixture->store = envoi_fixture_open_store (fixture->folder);
}

static void
tear_down (Fixture      *fixture,
           gconstpointer data)
{
  if (fixture->store)
    envoi_fixture_close_store (fixture->store);
  g_free (fixture->folder);
}

static void
reopen (Fixture *fixture)
{
  envoi_fixture_close_store (g_steal_pointer (&fixture->store));
  fixture->store = envoi_fixture_open_store (fixture->folder);
}

static void
write_ok (Fixture                 *fixture,
          const EnvoiLetterRecord *record,
          guint                    expected)
{
  g_autoptr (GError) error = NULL;

  envoi_fixture_write (fixture->store, record, expected, &error);
  g_assert_no_error (error);
}

static EnvoiLetterRecord *
load_ok (Fixture    *fixture,
         const char *id)
{
  g_autoptr (GError) error = NULL;
  EnvoiLetterRecord *record = envoi_fixture_load (fixture->store, id, &error);

  g_assert_no_error (error);
  return record;
}

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
  write_ok (fixture, written, DRAFT);
  reopen (fixture);

  read = load_ok (fixture, "one");
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

static void
test_unknown_id (Fixture      *fixture,
                 gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (EnvoiLetterRecord) record = envoi_fixture_load (fixture->store, "none", &error);

  g_assert_null (record);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
}

static void
test_expected_state (Fixture      *fixture,
                     gconstpointer data)
{
  static const struct {
    const char *what;
    gboolean is_there;
    EnvoiLetterState present;
    guint expected;
    gboolean is_taken;
  } cases[] = {
    { "a new letter is born as a draft", FALSE, ENVOI_LETTER_DRAFT, DRAFT, TRUE },
    { "a letter that is gone stays gone", FALSE, ENVOI_LETTER_DRAFT, QUEUED, FALSE },
    { "the state is as expected", TRUE, ENVOI_LETTER_QUEUED, QUEUED, TRUE },
    { "one of two states", TRUE, ENVOI_LETTER_QUEUED, DRAFT | QUEUED, TRUE },
    { "somebody sends it already", TRUE, ENVOI_LETTER_SENDING, DRAFT | QUEUED, FALSE },
    { "autosave of a sent letter", TRUE, ENVOI_LETTER_SENT, DRAFT, FALSE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *id = g_strdup_printf ("case-%u", i);
    g_autoptr (EnvoiLetterRecord) record = envoi_fixture_make_letter (id, cases[i].present);
    g_autoptr (GError) error = NULL;

    g_test_message ("%s", cases[i].what);
    if (cases[i].is_there)
      write_ok (fixture, record, DRAFT);
    record->state = ENVOI_LETTER_UNKNOWN;
    if (envoi_fixture_write (fixture->store, record, cases[i].expected, &error)) {
      g_assert_true (cases[i].is_taken);
    } else {
      g_assert_false (cases[i].is_taken);
      g_assert_error (error, ENVOI_STORE_ERROR, ENVOI_STORE_ERROR_CONFLICT);
    }
  }
}

/* Same state, other content: what one process read must not overwrite what
 * another one queued again meanwhile. */
static void
test_expected_revision (Fixture      *fixture,
                        gconstpointer data)
{
  g_autoptr (EnvoiLetterRecord) record = envoi_fixture_make_letter ("one", ENVOI_LETTER_QUEUED);
  g_autoptr (EnvoiLetterRecord) seen = NULL;
  g_autoptr (GError) error = NULL;

  write_ok (fixture, record, DRAFT);
  seen = load_ok (fixture, "one");
  g_assert_cmpint (seen->revision, >, 0);
  write_ok (fixture, record, QUEUED);

  seen->state = ENVOI_LETTER_SENDING;
  g_assert_false (envoi_fixture_write (fixture->store, seen, QUEUED, &error));
  g_assert_error (error, ENVOI_STORE_ERROR, ENVOI_STORE_ERROR_CONFLICT);
}

static void
test_manifest_stays (Fixture      *fixture,
                     gconstpointer data)
{
  g_autoptr (EnvoiLetterRecord) record = envoi_fixture_make_letter ("one", ENVOI_LETTER_QUEUED);
  g_autoptr (EnvoiLetterRecord) light = NULL;
  g_autoptr (EnvoiLetterRecord) read = NULL;
  g_autoptr (GPtrArray) records = NULL;
  static const char *const blob_ids[] = { "aa", "bb", NULL };

  g_strfreev (record->blob_ids);
  record->blob_ids = g_strdupv ((char **) blob_ids);
  write_ok (fixture, record, DRAFT);

  records = envoi_fixture_list (fixture->store, EVERY_STATE, 0, 0);
  light = envoi_letter_record_copy (g_ptr_array_index (records, 0));
  g_assert_null (light->manifest);
  light->state = ENVOI_LETTER_SENDING;
  write_ok (fixture, light, QUEUED);

  read = load_ok (fixture, "one");
  g_assert_cmpint (read->state, ==, ENVOI_LETTER_SENDING);
  g_assert_true (g_bytes_equal (read->manifest, record->manifest));
  g_assert_cmpuint (g_strv_length (read->blob_ids), ==, 2);
}

static void
test_hand_over (Fixture      *fixture,
                gconstpointer data)
{
  g_autoptr (EnvoiLetterRecord) record = envoi_fixture_make_letter ("one", ENVOI_LETTER_SENDING);
  g_autoptr (EnvoiLetterRecord) read = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_false (envoi_fixture_hand_over (fixture->store, "one", &error));
  g_assert_error (error, ENVOI_STORE_ERROR, ENVOI_STORE_ERROR_CONFLICT);
  g_clear_error (&error);

  write_ok (fixture, record, DRAFT);
  g_assert_true (envoi_fixture_hand_over (fixture->store, "one", &error));
  g_assert_no_error (error);
  reopen (fixture);
  read = load_ok (fixture, "one");
  g_assert_true (read->is_handed_over);

  record->state = ENVOI_LETTER_WAITING;
  write_ok (fixture, record, SENDING);
  g_assert_false (envoi_fixture_hand_over (fixture->store, "one", &error));
  g_assert_error (error, ENVOI_STORE_ERROR, ENVOI_STORE_ERROR_CONFLICT);
}

/* Begun for several letters, then finished one by one; one is withdrawn, and one
 * is given back without a wait. What cannot be handed over fails alone. */
static void
test_hand_over_together (Fixture      *fixture,
                         gconstpointer data)
{
  static const char *const ids[] = { "sent", "withdrawn", "missing", "given-back", "again" };
  static const gboolean is_marked[] = { TRUE, FALSE, FALSE, TRUE, TRUE };
  EnvoiHandOver *begun[G_N_ELEMENTS (ids)];

  for (guint i = 0; i < G_N_ELEMENTS (ids); i++) {
    g_autoptr (EnvoiLetterRecord) record = envoi_fixture_make_letter (ids[i],
                                                                      ENVOI_LETTER_SENDING);

    if (!g_str_equal (ids[i], "missing"))
      write_ok (fixture, record, DRAFT);
  }

  for (guint i = 0; i < G_N_ELEMENTS (ids); i++)
    begun[i] = envoi_store_begin_hand_over (fixture->store, ids[i]);
  envoi_hand_over_unref (begun[3]);
  envoi_store_withdraw_hand_over (fixture->store, "withdrawn");
  envoi_store_withdraw_hand_over (fixture->store, "again");
  envoi_hand_over_unref (begun[4]);
  begun[4] = envoi_store_begin_hand_over (fixture->store, "again");

  for (guint i = 0; i < G_N_ELEMENTS (ids); i++) {
    g_autoptr (GError) error = NULL;
    gboolean is_missing = g_str_equal (ids[i], "missing");

    if (i == 3)
      continue;
    g_assert_cmpint (envoi_store_finish_hand_over_sync (fixture->store, begun[i], &error), ==,
                     !is_missing);
    g_assert_cmpint (g_error_matches (error, ENVOI_STORE_ERROR, ENVOI_STORE_ERROR_CONFLICT), ==,
                     is_missing);
  }

  reopen (fixture);
  for (guint i = 0; i < G_N_ELEMENTS (ids); i++) {
    g_autoptr (EnvoiLetterRecord) read = NULL;

    if (g_str_equal (ids[i], "missing"))
      continue;
    read = load_ok (fixture, ids[i]);
    g_assert_cmpint (read->is_handed_over, ==, is_marked[i]);
  }
}

/* Writes share a commit past the reads that wait between them, and each read
 * still sees the write that was made before it. */
static void
test_reads_between_writes (Fixture      *fixture,
                           gconstpointer data)
{
  enum { N_LETTERS = 40 };
  EnvoiTestWait writes[N_LETTERS] = { { NULL } };
  EnvoiTestWait loads[N_LETTERS] = { { NULL } };

  for (guint i = 0; i < N_LETTERS; i++) {
    g_autofree char *id = g_strdup_printf ("letter-%u", i);
    g_autoptr (EnvoiLetterRecord) record = envoi_fixture_make_letter (id, ENVOI_LETTER_QUEUED);

    envoi_store_write_async (fixture->store, record, DRAFT, NULL, envoi_test_wait_cb, &writes[i]);
    envoi_store_load_async (fixture->store, id, NULL, envoi_test_wait_cb, &loads[i]);
  }

  for (guint i = 0; i < N_LETTERS; i++) {
    g_autofree char *id = g_strdup_printf ("letter-%u", i);
    g_autoptr (GAsyncResult) written = envoi_test_wait (&writes[i]);
    g_autoptr (GAsyncResult) loaded = envoi_test_wait (&loads[i]);
    g_autoptr (EnvoiLetterRecord) read = NULL;
    g_autoptr (GError) error = NULL;
    gint64 revision;

    revision = envoi_store_write_finish_revision (fixture->store, written, &error);
    g_assert_no_error (error);
    read = envoi_store_load_finish (fixture->store, loaded, &error);
    g_assert_no_error (error);
    g_assert_cmpstr (read->id, ==, id);
    g_assert_cmpint (read->revision, ==, revision);
    g_assert_cmpint (read->state, ==, ENVOI_LETTER_QUEUED);
  }
}

static void
test_history (Fixture      *fixture,
              gconstpointer data)
{
  g_autoptr (EnvoiLetterRecord) record = envoi_fixture_make_letter ("one", ENVOI_LETTER_QUEUED);
  g_autoptr (GPtrArray) attempts = NULL;
  g_autoptr (EnvoiLetterRecord) read = NULL;
  const EnvoiAttemptRecord *attempt;

  write_ok (fixture, record, DRAFT);
  for (guint i = 0; i < 2; i++) {
    record->state = ENVOI_LETTER_SENDING;
    record->changed = 100 * (i + 1);
    write_ok (fixture, record, EVERY_STATE);
    record->state = i == 0 ? ENVOI_LETTER_WAITING : ENVOI_LETTER_SENT;
    record->changed += 7;
    record->reply_code = i == 0 ? 451 : 250;
    g_free (record->transcript);
    record->transcript = g_strdup_printf ("S: %u", record->reply_code);
    write_ok (fixture, record, SENDING);
  }

  attempts = envoi_fixture_list_attempts (fixture->store, "one");
  g_assert_cmpuint (attempts->len, ==, 2);
  attempt = g_ptr_array_index (attempts, 0);
  g_assert_cmpuint (attempt->number, ==, 1);
  g_assert_cmpint (attempt->began, ==, 100);
  g_assert_cmpint (attempt->ended, ==, 107);
  g_assert_cmpint (attempt->result, ==, ENVOI_LETTER_WAITING);
  g_assert_cmpint (attempt->reply_code, ==, 451);
  g_assert_cmpstr (attempt->transcript, ==, "S: 451");
  attempt = g_ptr_array_index (attempts, 1);
  g_assert_cmpuint (attempt->number, ==, 2);
  g_assert_cmpint (attempt->result, ==, ENVOI_LETTER_SENT);

  read = load_ok (fixture, "one");
  g_assert_cmpstr (read->transcript, ==, "S: 250");
}

static void
test_list (Fixture      *fixture,
           gconstpointer data)
{
  g_autoptr (GPtrArray) all = NULL;
  g_autoptr (GPtrArray) drafts = NULL;
  g_autoptr (GPtrArray) page = NULL;

  for (guint i = 0; i < 20; i++) {
    g_autofree char *id = g_strdup_printf ("%02u", i);
    g_autoptr (EnvoiLetterRecord) record =
      envoi_fixture_make_letter (id, i % 2 ? ENVOI_LETTER_SENT : ENVOI_LETTER_DRAFT);

    record->changed = 1000 + i;
    write_ok (fixture, record, DRAFT);
  }

  all = envoi_fixture_list (fixture->store, EVERY_STATE, 0, 0);
  g_assert_cmpuint (all->len, ==, 20);
  g_assert_cmpstr (((EnvoiLetterRecord *) g_ptr_array_index (all, 0))->id, ==, "19");
  g_assert_cmpuint (((EnvoiLetterRecord *) g_ptr_array_index (all, 0))->recipients->len, ==, 2);

  drafts = envoi_fixture_list (fixture->store, DRAFT, 0, 0);
  g_assert_cmpuint (drafts->len, ==, 10);
  g_assert_cmpstr (((EnvoiLetterRecord *) g_ptr_array_index (drafts, 0))->id, ==, "18");

  page = envoi_fixture_list (fixture->store, EVERY_STATE, 15, 10);
  g_assert_cmpuint (page->len, ==, 5);
  g_assert_cmpstr (((EnvoiLetterRecord *) g_ptr_array_index (page, 4))->id, ==, "00");
}

/* Pages behind pages give every letter one time, also where times are equal. */
/* A report knows a letter by its Message-ID or by its envelope id. */
static void
test_find (Fixture      *fixture,
           gconstpointer data)
{
  static const char *const recipients[] = { "bob@example.org", NULL };
  static const struct {
    const char *keys[3];
    const char *found;        /* NULL = nothing */
  } cases[] = {
    { { "<one@example.org>" }, "one" },
    { { "<nothing@example.org>", "<two@example.org>" }, "two" },
    { { "env-2", "<one@example.org>" }, "two" },
    { { "<ONE@example.org>" }, NULL },
    { { "", "%" }, NULL },
    { { NULL }, NULL },
  };
  g_autoptr (EnvoiLetterRecord) one = envoi_fixture_make_letter ("one", ENVOI_LETTER_SENT);
  g_autoptr (EnvoiLetterRecord) two = envoi_fixture_make_letter ("two", ENVOI_LETTER_SENT);

  g_free (one->message_id);
  g_free (two->message_id);
  one->message_id = g_strdup ("<one@example.org>");
  two->message_id = g_strdup ("<two@example.org>");
  g_clear_pointer (&two->envelope, envoi_envelope_unref);
  two->envelope = envoi_envelope_new ("me@example.org", recipients,
                                      ENVOI_ENVELOPE_NOTIFY_SUCCESS, "env-2");
  g_assert_true (envoi_fixture_write (fixture->store, one, DRAFT, NULL));
  g_assert_true (envoi_fixture_write (fixture->store, two, DRAFT, NULL));

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GAsyncResult) result = NULL;
    g_autoptr (EnvoiLetterRecord) found = NULL;
    g_autoptr (GError) error = NULL;
    EnvoiTestWait wait = { NULL };

    envoi_store_find_async (fixture->store, cases[i].keys, NULL, envoi_test_wait_cb, &wait);
    result = envoi_test_wait (&wait);
    found = envoi_store_find_finish (fixture->store, result, &error);
    g_assert_cmpstr (found ? found->id : NULL, ==, cases[i].found);
    if (!found)
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
  }
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
test_list_older (Fixture      *fixture,
                 gconstpointer data)
{
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GPtrArray) page = NULL;

  for (guint i = 0; i < 23; i++) {
    g_autofree char *id = g_strdup_printf ("%02u", i);
    g_autoptr (EnvoiLetterRecord) record = envoi_fixture_make_letter (id, ENVOI_LETTER_SENT);

    record->changed = 1000 + i / 6;
    write_ok (fixture, record, DRAFT);
  }

  page = envoi_fixture_list (fixture->store, EVERY_STATE, 0, 5);
  while (page->len > 0) {
    g_autoptr (EnvoiLetterRecord) last = NULL;
    g_autoptr (GAsyncResult) result = NULL;
    EnvoiTestWait wait = { NULL };

    for (guint i = 0; i < page->len; i++) {
      const EnvoiLetterRecord *record = g_ptr_array_index (page, i);

      g_assert_true (g_hash_table_add (seen, g_strdup (record->id)));
      if (last)
        g_assert_cmpint (record->changed, <=, last->changed);
      g_clear_pointer (&last, envoi_letter_record_free);
      last = envoi_letter_record_copy (record);
    }

    envoi_store_list_older_async (fixture->store, EVERY_STATE, last, 5, NULL,
                                  envoi_test_wait_cb, &wait);
    result = envoi_test_wait (&wait);
    g_clear_pointer (&page, g_ptr_array_unref);
    page = envoi_store_list_finish (fixture->store, result, NULL);
  }

  g_assert_cmpuint (g_hash_table_size (seen), ==, 23);
}

static void
count_done_cb (GObject      *source,
               GAsyncResult *result,
               gpointer      user_data)
{
  g_autoptr (GError) error = NULL;
  guint *counts = user_data;

  if (envoi_store_write_finish (ENVOI_STORE (source), result, &error))
    counts[0]++;
  else
    counts[1]++;
}

static gboolean
are_all_done (gpointer user_data)
{
  guint *counts = user_data;

  return counts[0] + counts[1] == 600;
}

/* Writes that share a commit stand each for itself. */
static void
test_batch (Fixture      *fixture,
            gconstpointer data)
{
  g_autoptr (EnvoiLetterRecord) sent = envoi_fixture_make_letter ("sent", ENVOI_LETTER_SENT);
  g_autoptr (GPtrArray) all = NULL;
  guint counts[2] = { 0, 0 };

  write_ok (fixture, sent, DRAFT);

  for (guint i = 0; i < 600; i++) {
    g_autofree char *id = g_strdup_printf ("letter-%u", i);
    g_autoptr (EnvoiLetterRecord) record =
      envoi_fixture_make_letter (i % 3 == 0 ? "sent" : id, ENVOI_LETTER_DRAFT);

    envoi_store_write_async (fixture->store, record, DRAFT, NULL, count_done_cb, counts);
  }

  envoi_test_wait_until (are_all_done, counts);
  g_assert_cmpuint (counts[0], ==, 400);
  g_assert_cmpuint (counts[1], ==, 200);
  reopen (fixture);
  all = envoi_fixture_list (fixture->store, EVERY_STATE, 0, 0);
  g_assert_cmpuint (all->len, ==, 401);
}

static void
test_delete (Fixture      *fixture,
             gconstpointer data)
{
  g_autoptr (EnvoiLetterRecord) record = envoi_fixture_make_letter ("one", ENVOI_LETTER_SENDING);
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) all = NULL;

  write_ok (fixture, record, DRAFT);
  g_assert_false (envoi_fixture_delete (fixture->store, "one", DRAFT, &error));
  g_assert_error (error, ENVOI_STORE_ERROR, ENVOI_STORE_ERROR_CONFLICT);
  g_clear_error (&error);
  g_assert_false (envoi_fixture_delete (fixture->store, "two", DRAFT, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
  g_clear_error (&error);
  g_assert_true (envoi_fixture_delete (fixture->store, "one", SENDING, &error));
  g_assert_no_error (error);
  all = envoi_fixture_list (fixture->store, EVERY_STATE, 0, 0);
  g_assert_cmpuint (all->len, ==, 0);
}

static void
note_id_cb (EnvoiStore *store,
            const char *id,
            GPtrArray  *ids)
{
  g_ptr_array_add (ids, g_strdup (id));
}

static gboolean
has_heard (gpointer user_data)
{
  GPtrArray *ids = user_data;

  return ids->len >= 2;
}

/* Another store object stands for another process: it has its own connection. */
static void
test_other_process (Fixture      *fixture,
                    gconstpointer data)
{
  EnvoiStore *other = envoi_fixture_open_store (fixture->folder);
  g_autoptr (GPtrArray) ids = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (EnvoiLetterRecord) one = envoi_fixture_make_letter ("one", ENVOI_LETTER_DRAFT);
  g_autoptr (EnvoiLetterRecord) two = envoi_fixture_make_letter ("two", ENVOI_LETTER_DRAFT);

  write_ok (fixture, one, DRAFT);
  g_signal_connect (other, "letter-changed", G_CALLBACK (note_id_cb), ids);
  write_ok (fixture, two, DRAFT);
  g_assert_true (envoi_fixture_delete (fixture->store, "one", DRAFT, NULL));
  envoi_test_wait_until (has_heard, ids);
  g_assert_true (g_ptr_array_find_with_equal_func (ids, "one", g_str_equal, NULL));
  g_assert_true (g_ptr_array_find_with_equal_func (ids, "two", g_str_equal, NULL));
  envoi_fixture_close_store (other);
}

static void
test_closed (Fixture      *fixture,
             gconstpointer data)
{
  g_autoptr (GFile) folder = g_file_new_for_path (fixture->folder);
  g_autoptr (EnvoiStore) store = envoi_store_new (folder);
  g_autoptr (EnvoiLetterRecord) record = envoi_fixture_make_letter ("one", ENVOI_LETTER_DRAFT);
  g_autoptr (GError) error = NULL;

  g_assert_false (envoi_fixture_write (store, record, DRAFT, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CLOSED);
}

static void
test_cancelled_too_late (Fixture      *fixture,
                         gconstpointer data)
{
  g_autoptr (EnvoiLetterRecord) record = envoi_fixture_make_letter ("one", ENVOI_LETTER_DRAFT);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) all = NULL;
  EnvoiTestWait wait = { NULL };

  g_cancellable_cancel (cancellable);
  envoi_store_write_async (fixture->store, record, DRAFT, cancellable, envoi_test_wait_cb, &wait);
  result = envoi_test_wait (&wait);
  g_assert_false (envoi_store_write_finish (fixture->store, result, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);

  all = envoi_fixture_list (fixture->store, EVERY_STATE, 0, 0);
  g_assert_cmpuint (all->len, ==, 0);
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
  g_test_add ("/envoi/store/store/" name, Fixture, NULL, set_up, function, tear_down)

int
main (int    argc,
      char **argv)
{
  envoi_test_init (&argc, &argv);

  ADD ("round-trip", test_round_trip);
  ADD ("unknown-id", test_unknown_id);
  ADD ("expected-state", test_expected_state);
  ADD ("expected-revision", test_expected_revision);
  ADD ("manifest-stays", test_manifest_stays);
  ADD ("hand-over", test_hand_over);
  ADD ("hand-over-together", test_hand_over_together);
  ADD ("reads-between-writes", test_reads_between_writes);
  ADD ("history", test_history);
  ADD ("list", test_list);
  ADD ("find", test_find);
  ADD ("reported-states", test_reported_states);
  ADD ("list-older", test_list_older);
  ADD ("batch", test_batch);
  ADD ("delete", test_delete);
  ADD ("other-process", test_other_process);
  ADD ("closed", test_closed);
  ADD ("cancelled-too-late", test_cancelled_too_late);
  g_test_add_func ("/envoi/store/store/copy", test_copy);
  g_test_add_func ("/envoi/store/store/template", test_template);
  g_test_add_func ("/envoi/store/store/empty-record", test_empty_record);
  g_test_add_func ("/envoi/store/store/words", test_words);

  return g_test_run ();
}
