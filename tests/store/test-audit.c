/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-test"

#include "config.h"

#include "envoi-store-fixture.h"

#define DRAFT (1u << ENVOI_LETTER_DRAFT)
#define SENDING (1u << ENVOI_LETTER_SENDING)

typedef EnvoiStoreFixture Fixture;

static GPtrArray *
list (EnvoiStore *store,
      GError    **error)
{
  g_autoptr (GAsyncResult) result = NULL;
  EnvoiTestWait wait = { NULL };

  envoi_store_list_audit_async (store, NULL, envoi_test_wait_cb, &wait);
  result = envoi_test_wait (&wait);
  return envoi_store_list_audit_finish (store, result, error);
}

static void
assert_n_lines (Fixture *fixture,
                guint    expected)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) lines = list (fixture->store, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (lines->len, ==, expected);
}

/* One attempt, from SENDING to @state at @time. */
static void
attempt (Fixture          *fixture,
         const char       *id,
         EnvoiLetterState  state,
         gint64            time)
{
  g_autoptr (EnvoiLetterRecord) record = envoi_fixture_make_letter (id, ENVOI_LETTER_SENDING);
  EnvoiRecipientRecord *first = g_ptr_array_index (record->recipients, 0);
  EnvoiRecipientRecord *second = g_ptr_array_index (record->recipients, 1);

  g_assert_true (envoi_fixture_write (fixture->store, record, EVERY_STATE, NULL));
  record->state = state;
  record->changed = time;
  record->error_domain = state == ENVOI_LETTER_SENT ? NULL : g_strdup ("smtp");
  record->error_code = 5;
  record->reply_code = state == ENVOI_LETTER_SENT ? 250 : 550;
  record->reply_enhanced = g_strdup ("5.1.1");
  record->reply_text = g_strdup ("没有这个用户");
  first->state = ENVOI_RECIPIENT_ACCEPTED;
  second->state = ENVOI_RECIPIENT_REFUSED;
  g_assert_true (envoi_fixture_write (fixture->store, record, SENDING, NULL));
}

static void
test_line (Fixture      *fixture,
           gconstpointer data)
{
  g_autoptr (GPtrArray) lines = NULL;
  const EnvoiAuditRecord *line;

  assert_n_lines (fixture, 0);
  attempt (fixture, "one", ENVOI_LETTER_FAILED, 7000);
  lines = list (fixture->store, NULL);
  g_assert_cmpuint (lines->len, ==, 1);
  line = g_ptr_array_index (lines, 0);
  g_assert_cmpint (line->time, ==, 7000);
  g_assert_cmpstr (line->letter_id, ==, "one");
  g_assert_cmpstr (line->account_id, ==, "account");
  g_assert_cmpstr (line->sender, ==, "me@example.org");
  g_assert_cmpuint (line->n_recipients, ==, 2);
  g_assert_cmpuint (line->n_accepted, ==, 1);
  g_assert_cmpuint (line->n_refused, ==, 1);
  g_assert_cmpint (line->result, ==, ENVOI_LETTER_FAILED);
  g_assert_cmpstr (line->error_domain, ==, "smtp");
  g_assert_cmpint (line->error_code, ==, 5);
  g_assert_cmpint (line->reply_code, ==, 550);
  g_assert_cmpstr (line->reply_enhanced, ==, "5.1.1");
  g_assert_cmpstr (line->reply_text, ==, "没有这个用户");
}

static void
test_order (Fixture      *fixture,
            gconstpointer data)
{
  static const EnvoiLetterState states[] = {
    ENVOI_LETTER_WAITING, ENVOI_LETTER_WAITING, ENVOI_LETTER_UNKNOWN, ENVOI_LETTER_SENT,
  };
  g_autoptr (GPtrArray) lines = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (states); i++)
    attempt (fixture, "one", states[i], 1000 * (i + 1));
  lines = list (fixture->store, NULL);
  g_assert_cmpuint (lines->len, ==, G_N_ELEMENTS (states));
  for (guint i = 0; i < G_N_ELEMENTS (states); i++) {
    const EnvoiAuditRecord *line = g_ptr_array_index (lines, i);

    g_assert_cmpint (line->result, ==, states[i]);
    g_assert_cmpint (line->time, ==, 1000 * (i + 1));
  }
}

static void
assert_page (Fixture *fixture,
             gint64   before,
             guint    limit,
             gint64   first_time,
             guint    n_expected)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GPtrArray) lines = NULL;
  g_autoptr (GError) error = NULL;
  EnvoiTestWait wait = { NULL };

  envoi_store_list_audit_older_async (fixture->store, before, limit, NULL, envoi_test_wait_cb,
                                      &wait);
  result = envoi_test_wait (&wait);
  lines = envoi_store_list_audit_finish (fixture->store, result, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (lines->len, ==, n_expected);
  for (guint i = 0; i < lines->len; i++) {
    const EnvoiAuditRecord *line = g_ptr_array_index (lines, i);

    g_assert_cmpint (line->time, ==, first_time - 1000 * i);
  }
}

/* Page after page from the newest back, none twice and none left out. */
static void
test_pages (Fixture      *fixture,
            gconstpointer data)
{
  g_autoptr (GPtrArray) lines = NULL;
  const EnvoiAuditRecord *second;

  assert_page (fixture, G_MAXINT64, 2, 0, 0);
  for (guint i = 1; i <= 5; i++)
    attempt (fixture, "one", ENVOI_LETTER_WAITING, 1000 * i);

  assert_page (fixture, G_MAXINT64, 2, 5000, 2);
  assert_page (fixture, G_MAXINT64, 9, 5000, 5);
  lines = list (fixture->store, NULL);
  second = g_ptr_array_index (lines, 1);
  assert_page (fixture, second->number + 2, 2, 3000, 2);
  assert_page (fixture, second->number, 2, 1000, 1);
}

/* Drafts and queued letters are nobody's business here. */
static void
test_only_attempts (Fixture      *fixture,
                    gconstpointer data)
{
  for (EnvoiLetterState state = 0; state <= ENVOI_LETTER_UNKNOWN; state++) {
    g_autofree char *id = g_strdup_printf ("letter-%u", state);
    g_autoptr (EnvoiLetterRecord) record = envoi_fixture_make_letter (id, state);

    g_assert_true (envoi_fixture_write (fixture->store, record, DRAFT, NULL));
    g_assert_true (envoi_fixture_write (fixture->store, record, EVERY_STATE, NULL));
  }

  assert_n_lines (fixture, 0);
}

static void
test_outlives_letter (Fixture      *fixture,
                      gconstpointer data)
{
  attempt (fixture, "one", ENVOI_LETTER_SENT, 7000);
  g_assert_true (envoi_fixture_delete (fixture->store, "one", EVERY_STATE, NULL));
  assert_n_lines (fixture, 1);
  envoi_fixture_close_store (fixture->store);
  fixture->store = envoi_fixture_open_store (fixture->folder);
  assert_n_lines (fixture, 1);
}

/* A write that is refused leaves no line, as it leaves no attempt. */
static void
test_refused_write (Fixture      *fixture,
                    gconstpointer data)
{
  g_autoptr (EnvoiLetterRecord) record = envoi_fixture_make_letter ("one", ENVOI_LETTER_SENDING);
  g_autoptr (GError) error = NULL;

  g_assert_true (envoi_fixture_write (fixture->store, record, DRAFT, NULL));
  record->state = ENVOI_LETTER_SENT;
  g_assert_false (envoi_fixture_write (fixture->store, record, DRAFT, &error));
  g_assert_error (error, ENVOI_STORE_ERROR, ENVOI_STORE_ERROR_CONFLICT);
  assert_n_lines (fixture, 0);
}

static void
test_prune (Fixture      *fixture,
            gconstpointer data)
{
  g_autoptr (GPtrArray) letters = NULL;

  attempt (fixture, "one", ENVOI_LETTER_SENT, 1000);
  attempt (fixture, "two", ENVOI_LETTER_SENT, 2000);
  attempt (fixture, "three", ENVOI_LETTER_SENT, 3000);
  envoi_store_prune_audit (fixture->store, 0);
  assert_n_lines (fixture, 3);
  envoi_store_prune_audit (fixture->store, 2000);
  assert_n_lines (fixture, 2);
  envoi_store_prune_audit (fixture->store, G_MAXINT64);
  assert_n_lines (fixture, 0);

  letters = envoi_fixture_list (fixture->store, EVERY_STATE, 0, 0);
  g_assert_cmpuint (letters->len, ==, 3);
}

static gssize
count (EnvoiStore  *store,
       const char  *account_id,
       gint64       since,
       GError     **error)
{
  g_autoptr (GAsyncResult) result = NULL;
  EnvoiTestWait wait = { NULL };

  envoi_store_count_attempts_async (store, account_id, since, NULL, envoi_test_wait_cb, &wait);
  result = envoi_test_wait (&wait);
  return envoi_store_count_attempts_finish (store, result, error);
}

/* Failed attempts count as well: the provider has seen them. */
static void
test_count (Fixture      *fixture,
            gconstpointer data)
{
  static const struct {
    const char *account_id;
    gint64 since;
    gssize expected;
  } cases[] = {
    { "account", 0, 3 }, { "account", 1000, 3 }, { "account", 1001, 2 },
    { "account", 3001, 0 }, { "another", 0, 0 }, { "", 0, 0 },
  };
  g_autoptr (GPtrArray) before = envoi_fixture_list (fixture->store, EVERY_STATE, 0, 0);

  g_assert_cmpuint (before->len, ==, 0);
  g_assert_cmpint (count (fixture->store, "account", 0, NULL), ==, 0);

  attempt (fixture, "one", ENVOI_LETTER_SENT, 1000);
  attempt (fixture, "two", ENVOI_LETTER_FAILED, 2000);
  attempt (fixture, "three", ENVOI_LETTER_SENT, 3000);

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GError) error = NULL;

    g_assert_cmpint (count (fixture->store, cases[i].account_id, cases[i].since, &error), ==,
                     cases[i].expected);
    g_assert_no_error (error);
  }
}

static void
test_closed (Fixture      *fixture,
             gconstpointer data)
{
  g_autoptr (GFile) folder = g_file_new_for_path (fixture->folder);
  g_autoptr (EnvoiStore) store = envoi_store_new (folder);
  g_autoptr (GError) error = NULL;

  envoi_store_prune_audit (store, 1);
  g_assert_null (list (store, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CLOSED);
  g_clear_error (&error);
  g_assert_cmpint (count (store, "account", 0, &error), ==, -1);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CLOSED);
}

#define ADD(name, function) \
  g_test_add ("/envoi/store/audit/" name, Fixture, NULL, envoi_fixture_set_up, function, \
              envoi_fixture_tear_down)

int
main (int    argc,
      char **argv)
{
  envoi_test_init (&argc, &argv);

  ADD ("line", test_line);
  ADD ("order", test_order);
  ADD ("pages", test_pages);
  ADD ("only-attempts", test_only_attempts);
  ADD ("outlives-letter", test_outlives_letter);
  ADD ("refused-write", test_refused_write);
  ADD ("prune", test_prune);
  ADD ("count", test_count);
  ADD ("closed", test_closed);

  return g_test_run ();
}
