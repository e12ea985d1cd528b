/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-test"

#include "config.h"

#include "envoi-store-fixture.h"

#define DRAFT (1u << ENVOI_LETTER_DRAFT)
#define SENT (1u << ENVOI_LETTER_SENT)

typedef EnvoiStoreFixture Fixture;

static const struct {
  const char *id;
  EnvoiLetterState state;
  const char *subject;
  const char *to_line;
  const char *address;
  const char *text;
} letters[] = {
  { "minutes", ENVOI_LETTER_SENT, "会议纪要", "李雷 <li@example.cn>", "li@example.cn",
    "各位同事，附件是今天下午的会议纪要，请查收。" },
  { "invoice", ENVOI_LETTER_SENT, "Invoice 2026-07", "Bob <bob@example.org>", "bob@example.org",
    "Dear Bob, please find the INVOICE attached. 100% of it is due." },
  { "trip", ENVOI_LETTER_WAITING, "Trip to Köln", "Anna <anna@example.de>", "anna@example.de",
    "Der Zug nach KÖLN fährt um acht. It's \"fine\"." },
  { "draft", ENVOI_LETTER_DRAFT, "Not finished", "bob@example.org", "bob@example.org",
    "An idea about snake_case and back\\slashes" },
  { "hidden", ENVOI_LETTER_SENT, "Report", "Team", "hidden.reader@example.net", "Numbers." },
};

static EnvoiLetterRecord *
make_letter (guint i)
{
  EnvoiLetterRecord *record = envoi_fixture_make_letter (letters[i].id, letters[i].state);

  g_free (record->subject);
  g_free (record->to_line);
  record->subject = g_strdup (letters[i].subject);
  record->to_line = g_strdup (letters[i].to_line);
  record->search_text = g_strdup (letters[i].text);
  record->changed = 1000 + i;
  g_ptr_array_set_size (record->recipients, 0);
  g_ptr_array_add (record->recipients, envoi_recipient_record_new (letters[i].address));
  return record;
}

static void
set_up (Fixture      *fixture,
        gconstpointer data)
{
  envoi_fixture_set_up (fixture, data);
  for (guint i = 0; i < G_N_ELEMENTS (letters); i++) {
    g_autoptr (EnvoiLetterRecord) record = make_letter (i);

    envoi_fixture_write_ok (fixture, record, DRAFT);
  }
}

/* The ids with commas between them, as the search gives them. */
static char *
search (Fixture    *fixture,
        const char *words,
        guint       states,
        guint       limit)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GPtrArray) records = NULL;
  g_autoptr (GError) error = NULL;
  GString *ids = g_string_new (NULL);
  EnvoiTestWait wait = { NULL };

  envoi_store_search_async (fixture->store, words, states, limit, NULL, envoi_test_wait_cb, &wait);
  result = envoi_test_wait (&wait);
  records = envoi_store_search_finish (fixture->store, result, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < records->len; i++) {
    const EnvoiLetterRecord *record = g_ptr_array_index (records, i);

    g_assert_null (record->manifest);
    g_string_append_printf (ids, "%s%s", i > 0 ? "," : "", record->id);
  }

  return g_string_free (ids, FALSE);
}

static void
assert_finds (Fixture    *fixture,
              const char *words,
              guint       states,
              const char *expected)
{
  g_autofree char *found = search (fixture, words, states, 0);
  g_autofree char *escaped = g_strescape (words, NULL);

  g_test_message ("“%s”", escaped);
  g_assert_cmpstr (found, ==, expected);
}

static void
test_words (Fixture      *fixture,
            gconstpointer data)
{
  static const struct {
    const char *words;
    const char *found;
  } cases[] = {
    { "invoice", "invoice" },
    { "INVOICE", "invoice" },
    { "voic", "invoice" },
    { "invoice attached", "invoice" },
    { "attached   invoice\tbob", "invoice" },
    { "invoice absent", "" },
    { "köln", "trip" },
    { "bob@example.org", "draft,invoice" },
    { "hidden.reader", "hidden" },
    { "example", "hidden,draft,trip,invoice,minutes" },
    { "会议纪要", "minutes" },
    { "今天下午的会议", "minutes" },
    { "会议", "minutes" },
    { "纪", "minutes" },
    { "会议 附件是 请查收", "minutes" },
    { "KÖLN 8 um", "" },
    { "KÖLN um", "trip" },
    { "ab abc", "" },
    { "ed attac voice", "invoice" },
    { "ed attache invoiced", "" },
    { "会议 下班", "" },
    { "李雷", "minutes" },
    { "07", "invoice" },
    { "an id ea", "draft" },
    { "nothing like it", "" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    assert_finds (fixture, cases[i].words, EVERY_STATE, cases[i].found);
}

/* What means something to SQL, LIKE or FTS5 is only text here. */
static void
test_special_characters (Fixture      *fixture,
                         gconstpointer data)
{
  static const struct {
    const char *words;
    const char *found;
  } cases[] = {
    { "", "" },
    { "  \t\n ", "" },
    { "\"", "trip" },
    { "\"fine\"", "trip" },
    { "'", "trip" },
    { "it's", "trip" },
    { "%", "invoice" },
    { "0%", "invoice" },
    { "_", "draft" },
    { "e_", "draft" },
    { "\\", "draft" },
    { "k\\s", "draft" },
    { "snake_case", "draft" },
    { "bob OR anna", "" },
    { "invoice*", "" },
    { "subject:invoice", "" },
    { "NEAR(invoice)", "" },
    { "-invoice", "" },
    { "(((", "" },
    { "'; DROP TABLE letters; --", "" },
    { "\xff\xfe", "" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    assert_finds (fixture, cases[i].words, EVERY_STATE, cases[i].found);
  assert_finds (fixture, "invoice", EVERY_STATE, "invoice");
}

static void
test_states (Fixture      *fixture,
             gconstpointer data)
{
  assert_finds (fixture, "example", SENT, "hidden,invoice,minutes");
  assert_finds (fixture, "example", DRAFT, "draft");
  assert_finds (fixture, "example", DRAFT | SENT, "hidden,draft,invoice,minutes");
  assert_finds (fixture, "example", 1u << ENVOI_LETTER_FAILED, "");
  assert_finds (fixture, "example", 0, "");
}

static void
test_limit (Fixture      *fixture,
            gconstpointer data)
{
  g_autofree char *two = search (fixture, "example", EVERY_STATE, 2);
  g_autofree char *many = search (fixture, "example", EVERY_STATE, 100);

  g_assert_cmpstr (two, ==, "hidden,draft");
  g_assert_cmpstr (many, ==, "hidden,draft,trip,invoice,minutes");
}

/* Every word counts, however short. */
static void
test_many_words (Fixture      *fixture,
                 gconstpointer data)
{
  assert_finds (fixture, "de ar bo pl", EVERY_STATE, "invoice");
  assert_finds (fixture, "de ar bo pl xx", EVERY_STATE, "");
  assert_finds (fixture, "de ar bo pl invoice", EVERY_STATE, "invoice");
  assert_finds (fixture, "de ar bo pl xx invoice", EVERY_STATE, "");
  assert_finds (fixture, "de ar bo pl invoice absent", EVERY_STATE, "");
}

/* Looks for every single character and pair of neighbours in a letter's text. */
static void
assert_short_words_find (Fixture *fixture,
                         guint    letter)
{
  for (const char *p = letters[letter].text; *p; p = g_utf8_next_char (p)) {
    const char *next = g_utf8_next_char (p);
    g_autofree char *one = g_strndup (p, next - p);
    g_autofree char *two = g_strndup (p, (*next ? g_utf8_next_char (next) : next) - p);
    g_autofree char *found_one = search (fixture, one, EVERY_STATE, 0);
    g_autofree char *found_two = search (fixture, two, EVERY_STATE, 0);

    if (*one == ' ')
      continue;
    g_assert_nonnull (strstr (found_one, letters[letter].id));
    g_assert_nonnull (strstr (found_two, letters[letter].id));
  }
}

/* The index of words has no steps so short, and half of all Chinese words are. */
static void
test_short_words (Fixture      *fixture,
                  gconstpointer data)
{
  g_autoptr (EnvoiLetterRecord) record = make_letter (0);

  for (guint i = 0; i < G_N_ELEMENTS (letters); i++)
    assert_short_words_find (fixture, i);

  assert_finds (fixture, "下会", EVERY_STATE, "");
  assert_finds (fixture, "请查收 午的", EVERY_STATE, "minutes");
  assert_finds (fixture, "请查收 的午", EVERY_STATE, "");

  /* Nothing of the text before is left in the index. */
  g_free (record->search_text);
  record->search_text = g_strdup ("~");
  envoi_fixture_write_ok (fixture, record, SENT);
  assert_finds (fixture, "午的", EVERY_STATE, "");
  assert_finds (fixture, "附", EVERY_STATE, "");
  assert_finds (fixture, "纪要", EVERY_STATE, "minutes");
}

/* What was found in the text is shown; what is in the subject stands there already. */
static void
test_excerpts (Fixture      *fixture,
               gconstpointer data)
{
  static const struct {
    const char *words;
    const char *excerpt;
  } cases[] = {
    { "attached", "…Bob, please find the INVOICE attached. 100% of it is due." },
    { "hidden.reader", NULL },
    { "会议", "各位同事，附件是今天下午的会议纪要，请查收。" },
    { "hidden.reader numbers", "Numbers." },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GAsyncResult) result = NULL;
    g_autoptr (GPtrArray) records = NULL;
    EnvoiTestWait wait = { NULL };

    envoi_store_search_async (fixture->store, cases[i].words, EVERY_STATE, 1, NULL,
                              envoi_test_wait_cb, &wait);
    result = envoi_test_wait (&wait);
    records = envoi_store_search_finish (fixture->store, result, NULL);
    g_assert_cmpuint (records->len, ==, 1);
    g_assert_cmpstr (((EnvoiLetterRecord *) records->pdata[0])->excerpt, ==, cases[i].excerpt);
  }
}

static void
test_text_changes (Fixture      *fixture,
                   gconstpointer data)
{
  g_autoptr (EnvoiLetterRecord) record = make_letter (3);

  g_free (record->search_text);
  record->search_text = g_strdup ("Quite another matter");
  envoi_fixture_write_ok (fixture, record, DRAFT);
  assert_finds (fixture, "snake_case", EVERY_STATE, "");
  assert_finds (fixture, "another matter", EVERY_STATE, "draft");

  /* Without a text the one that is there stays; the subject follows. */
  g_clear_pointer (&record->search_text, g_free);
  g_free (record->subject);
  record->subject = g_strdup ("Almost complete");
  envoi_fixture_write_ok (fixture, record, DRAFT);
  assert_finds (fixture, "another matter almost", EVERY_STATE, "draft");
  assert_finds (fixture, "finished", EVERY_STATE, "");

  /* A change of state alone leaves the index as it is. */
  g_clear_pointer (&record->manifest, g_bytes_unref);
  record->state = ENVOI_LETTER_SENT;
  envoi_fixture_write_ok (fixture, record, DRAFT);
  assert_finds (fixture, "another matter", SENT, "draft");
}

static void
test_deleted (Fixture      *fixture,
              gconstpointer data)
{
  g_assert_true (envoi_fixture_delete (fixture->store, "invoice", SENT, NULL));
  assert_finds (fixture, "invoice", EVERY_STATE, "");
  assert_finds (fixture, "bob", EVERY_STATE, "draft");
}

static void
test_refused_write (Fixture      *fixture,
                    gconstpointer data)
{
  g_autoptr (EnvoiLetterRecord) record = make_letter (1);
  g_autoptr (GError) error = NULL;

  g_free (record->search_text);
  record->search_text = g_strdup ("never written");
  g_assert_false (envoi_fixture_write (fixture->store, record, DRAFT, &error));
  g_assert_error (error, ENVOI_STORE_ERROR, ENVOI_STORE_ERROR_CONFLICT);
  assert_finds (fixture, "never written", EVERY_STATE, "");
  assert_finds (fixture, "attached", EVERY_STATE, "invoice");
}

static void
test_reopened (Fixture      *fixture,
               gconstpointer data)
{
  envoi_fixture_close_store (fixture->store);
  fixture->store = envoi_fixture_open_store (fixture->folder);
  assert_finds (fixture, "会议纪要", EVERY_STATE, "minutes");
}

static void
test_closed (Fixture      *fixture,
             gconstpointer data)
{
  g_autoptr (GFile) folder = g_file_new_for_path (fixture->folder);
  g_autoptr (EnvoiStore) store = envoi_store_new (folder);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  EnvoiTestWait wait = { NULL };

  envoi_store_search_async (store, "word", EVERY_STATE, 0, NULL, envoi_test_wait_cb, &wait);
  result = envoi_test_wait (&wait);
  g_assert_null (envoi_store_search_finish (store, result, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CLOSED);
}

static void
test_cancelled (Fixture      *fixture,
                gconstpointer data)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  EnvoiTestWait wait = { NULL };

  g_cancellable_cancel (cancellable);
  envoi_store_search_async (fixture->store, "word", EVERY_STATE, 0, cancellable,
                            envoi_test_wait_cb, &wait);
  result = envoi_test_wait (&wait);
  g_assert_null (envoi_store_search_finish (fixture->store, result, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

#define ADD(name, function) \
  g_test_add ("/envoi/store/search/" name, Fixture, NULL, set_up, function, envoi_fixture_tear_down)

int
main (int    argc,
      char **argv)
{
  envoi_test_init (&argc, &argv);

  ADD ("words", test_words);
  ADD ("special-characters", test_special_characters);
  ADD ("excerpts", test_excerpts);
  ADD ("states", test_states);
  ADD ("limit", test_limit);
  ADD ("many-words", test_many_words);
  ADD ("short-words", test_short_words);
  ADD ("text-changes", test_text_changes);
  ADD ("deleted", test_deleted);
  ADD ("refused-write", test_refused_write);
  ADD ("reopened", test_reopened);
  ADD ("closed", test_closed);
  ADD ("cancelled", test_cancelled);

  return g_test_run ();
}
