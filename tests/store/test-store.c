/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-test"

#include "config.h"

#include "envoi-store-fixture.h"

#define DRAFT (1u << ENVOI_LETTER_DRAFT)
#define QUEUED (1u << ENVOI_LETTER_QUEUED)
#define SENDING (1u << ENVOI_LETTER_SENDING)

typedef EnvoiStoreFixture Fixture;

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
      envoi_fixture_write_ok (fixture, record, DRAFT);
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

  envoi_fixture_write_ok (fixture, record, DRAFT);
  seen = envoi_fixture_load_ok (fixture, "one");
  g_assert_cmpint (seen->revision, >, 0);
  envoi_fixture_write_ok (fixture, record, QUEUED);

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
  envoi_fixture_write_ok (fixture, record, DRAFT);

  records = envoi_fixture_list (fixture->store, EVERY_STATE, 0, 0);
  light = envoi_letter_record_copy (g_ptr_array_index (records, 0));
  g_assert_null (light->manifest);
  light->state = ENVOI_LETTER_SENDING;
  envoi_fixture_write_ok (fixture, light, QUEUED);

  read = envoi_fixture_load_ok (fixture, "one");
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

  envoi_fixture_write_ok (fixture, record, DRAFT);
  g_assert_true (envoi_fixture_hand_over (fixture->store, "one", &error));
  g_assert_no_error (error);
  envoi_fixture_reopen (fixture);
  read = envoi_fixture_load_ok (fixture, "one");
  g_assert_true (read->is_handed_over);

  record->state = ENVOI_LETTER_WAITING;
  envoi_fixture_write_ok (fixture, record, SENDING);
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
      envoi_fixture_write_ok (fixture, record, DRAFT);
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

  envoi_fixture_reopen (fixture);
  for (guint i = 0; i < G_N_ELEMENTS (ids); i++) {
    g_autoptr (EnvoiLetterRecord) read = NULL;

    if (g_str_equal (ids[i], "missing"))
      continue;
    read = envoi_fixture_load_ok (fixture, ids[i]);
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

  envoi_fixture_write_ok (fixture, record, DRAFT);
  for (guint i = 0; i < 2; i++) {
    record->state = ENVOI_LETTER_SENDING;
    record->changed = 100 * (i + 1);
    envoi_fixture_write_ok (fixture, record, EVERY_STATE);
    record->state = i == 0 ? ENVOI_LETTER_WAITING : ENVOI_LETTER_SENT;
    record->changed += 7;
    record->reply_code = i == 0 ? 451 : 250;
    g_free (record->transcript);
    record->transcript = g_strdup_printf ("S: %u", record->reply_code);
    envoi_fixture_write_ok (fixture, record, SENDING);
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

  read = envoi_fixture_load_ok (fixture, "one");
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
    envoi_fixture_write_ok (fixture, record, DRAFT);
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

/* Pages behind pages give every letter one time, also where times are equal. */
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
    envoi_fixture_write_ok (fixture, record, DRAFT);
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

  envoi_fixture_write_ok (fixture, sent, DRAFT);

  for (guint i = 0; i < 600; i++) {
    g_autofree char *id = g_strdup_printf ("letter-%u", i);
    g_autoptr (EnvoiLetterRecord) record =
      envoi_fixture_make_letter (i % 3 == 0 ? "sent" : id, ENVOI_LETTER_DRAFT);

    envoi_store_write_async (fixture->store, record, DRAFT, NULL, count_done_cb, counts);
  }

  envoi_test_wait_until (are_all_done, counts);
  g_assert_cmpuint (counts[0], ==, 400);
  g_assert_cmpuint (counts[1], ==, 200);
  envoi_fixture_reopen (fixture);
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

  envoi_fixture_write_ok (fixture, record, DRAFT);
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

  envoi_fixture_write_ok (fixture, one, DRAFT);
  g_signal_connect (other, "letter-changed", G_CALLBACK (note_id_cb), ids);
  envoi_fixture_write_ok (fixture, two, DRAFT);
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

#define ADD(name, function) \
  g_test_add ("/envoi/store/store/" name, Fixture, NULL, envoi_fixture_set_up, function, \
              envoi_fixture_tear_down)

int
main (int    argc,
      char **argv)
{
  envoi_test_init (&argc, &argv);

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
  ADD ("list-older", test_list_older);
  ADD ("batch", test_batch);
  ADD ("delete", test_delete);
  ADD ("other-process", test_other_process);
  ADD ("closed", test_closed);
  ADD ("cancelled-too-late", test_cancelled_too_late);

  return g_test_run ();
}
