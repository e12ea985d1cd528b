/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "fixture.h"

#include "envoi-manifest.h"
#include "envoi-message-error.h"
#include "envoi-message-reader.h"
#include "envoi-smtp-error.h"
#include "envoi-store-error.h"
#include "envoi-test.h"

#include <string.h>

#define SENDER_WITH_PRACTICE ((EnvoiServiceFlags) (ENVOI_SERVICE_SEND | ENVOI_SERVICE_PRACTICE))

static EnvoiAttachment *
attach (Fixture    *fixture,
        const char *path,
        GError    **error)
{
  g_autoptr (GFile) file = g_file_new_for_path (path);
  EnvoiTestWait wait = { 0 };
  g_autoptr (GAsyncResult) result = NULL;

  envoi_service_attach_async (fixture->service, file, NULL, NULL, NULL, envoi_test_wait_cb, &wait);
  result = envoi_test_wait (&wait);
  return envoi_service_attach_finish (fixture->service, result, error);
}

static GInputStream *
open_blob_cb (const char *blob_id,
              gpointer    store,
              GError    **error)
{
  return envoi_store_open_blob (store, blob_id, error);
}

static GBytes *
render (Fixture                 *fixture,
        const EnvoiLetterRecord *record)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (EnvoiManifest) manifest = envoi_manifest_deserialize (record->manifest, &error);
  g_autoptr (GInputStream) input = NULL;
  g_autoptr (GOutputStream) output = g_memory_output_stream_new_resizable ();

  g_assert_no_error (error);
  input = envoi_manifest_open (manifest, open_blob_cb, envoi_service_get_store (fixture->service),
                               &error);
  g_assert_no_error (error);
  g_output_stream_splice (output, input, G_OUTPUT_STREAM_SPLICE_CLOSE_TARGET, NULL, &error);
  g_assert_no_error (error);
  return g_memory_output_stream_steal_as_bytes (G_MEMORY_OUTPUT_STREAM (output));
}

/* Draft, attachment, send: what arrives is byte for byte what was approved. */
static void
test_approved_bytes (void)
{
  Fixture fixture = { 0 };
  g_autoptr (EnvoiDraft) draft = NULL;
  g_autoptr (EnvoiAttachment) attachment = NULL;
  g_autoptr (EnvoiLetterRecord) record = NULL;
  g_autoptr (GBytes) approved = NULL;
  g_autoptr (GBytes) received = NULL;
  g_autofree char *path = NULL;
  g_autofree char *id = NULL;
  g_autoptr (GError) error = NULL;

  fixture_start (&fixture, SENDER_WITH_PRACTICE, NULL);
  path = g_build_filename (fixture.folder, "报告.bin", NULL);
  g_assert_true (g_file_set_contents (path, "a\0b\r\n.\r\nlast", 13, NULL));
  attachment = attach (&fixture, path, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (envoi_attachment_get_name (attachment), ==, "报告.bin");

  draft = fixture_write (&fixture, NULL, "practice@localhost");
  envoi_draft_add_attachment (draft, attachment);
  id = fixture_send (&fixture, draft, fixture_now (&fixture));
  record = fixture_wait_settled (&fixture, id);

  g_assert_cmpint (record->state, ==, ENVOI_LETTER_SENT);
  g_assert_cmpstr (record->account_id, ==, "practice");
  approved = render (&fixture, record);
  received = fixture_read_received (&fixture);
  g_assert_true (g_bytes_equal (approved, received));
  g_assert_cmpuint (g_bytes_get_size (received), ==, record->size);

  fixture_stop (&fixture);
}

static gboolean
save (Fixture     *fixture,
      const char  *id,
      const char  *path,
      GError     **error)
{
  g_autoptr (GFile) target = g_file_new_for_path (path);
  g_autoptr (GAsyncResult) result = NULL;
  EnvoiTestWait wait = { 0 };

  envoi_service_save_message_async (fixture->service, id, target, NULL, envoi_test_wait_cb, &wait);
  result = envoi_test_wait (&wait);
  return envoi_service_save_message_finish (fixture->service, result, error);
}

/* The file of a sent letter is, byte for byte, what the server got; a draft has none. */
static void
test_save_message (void)
{
  Fixture fixture = { 0 };
  g_autoptr (EnvoiDraft) draft = NULL;
  g_autoptr (EnvoiDraft) unsent = NULL;
  g_autoptr (EnvoiLetterRecord) record = NULL;
  g_autoptr (GBytes) received = NULL;
  g_autoptr (GBytes) saved = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *path = NULL;
  g_autofree char *id = NULL;
  EnvoiTestWait wait = { 0 };
  char *bytes;
  gsize length;

  fixture_start (&fixture, SENDER_WITH_PRACTICE, NULL);
  path = g_build_filename (fixture.folder, "季度报告.eml", NULL);
  draft = fixture_write (&fixture, NULL, "practice@localhost");
  id = fixture_send (&fixture, draft, fixture_now (&fixture));
  record = fixture_wait_settled (&fixture, id);
  received = fixture_read_received (&fixture);

  g_assert_true (save (&fixture, id, path, &error));
  g_assert_no_error (error);
  g_assert_true (g_file_get_contents (path, &bytes, &length, NULL));
  saved = g_bytes_new_take (bytes, length);
  g_assert_true (g_bytes_equal (saved, received));

  unsent = fixture_write (&fixture, NULL, "practice@localhost");
  envoi_service_save_draft_async (fixture.service, unsent, NULL, envoi_test_wait_cb, &wait);
  result = envoi_test_wait (&wait);
  g_assert_true (envoi_service_save_draft_finish (fixture.service, result, NULL));
  g_clear_object (&result);
  g_assert_false (save (&fixture, envoi_draft_get_id (unsent), path, &error));
  g_assert_error (error, ENVOI_STORE_ERROR, ENVOI_STORE_ERROR_CONFLICT);
  g_clear_error (&error);

  g_clear_pointer (&path, g_free);
  path = g_build_filename (fixture.folder, "no folder", "letter.eml", NULL);
  g_assert_false (save (&fixture, id, path, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);

  fixture_stop (&fixture);
}

typedef struct {
  const char *to;
  EnvoiLetterState state;
  int error_code;
  guint n_received;
} RecipientCase;

static const RecipientCase recipients[] = {
  { "refused@localhost", ENVOI_LETTER_FAILED, ENVOI_SMTP_ERROR_RECIPIENTS_REJECTED, 0 },
  { "busy@localhost", ENVOI_LETTER_WAITING, ENVOI_SMTP_ERROR_TRANSIENT, 0 },
  { "lost@localhost", ENVOI_LETTER_UNKNOWN, ENVOI_SMTP_ERROR_OUTCOME_UNKNOWN, 1 },
};

static void
test_recipients (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (recipients); i++) {
    const RecipientCase *row = &recipients[i];
    Fixture fixture = { 0 };
    g_autoptr (EnvoiDraft) draft = NULL;
    g_autoptr (EnvoiLetterRecord) record = NULL;
    g_autofree char *id = NULL;

    g_test_message ("%s", row->to);
    fixture_start (&fixture, SENDER_WITH_PRACTICE, NULL);
    draft = fixture_write (&fixture, NULL, row->to);
    id = fixture_send (&fixture, draft, fixture_now (&fixture));
    record = fixture_wait_settled (&fixture, id);

    g_assert_cmpint (record->state, ==, row->state);
    g_assert_cmpstr (record->error_domain, ==, "smtp");
    g_assert_cmpint (record->error_code, ==, row->error_code);
    g_assert_cmpuint (fixture_count_received (&fixture), ==, row->n_received);
    fixture_stop (&fixture);
  }
}

static void
test_some_refused (void)
{
  Fixture fixture = { 0 };
  g_autoptr (EnvoiDraft) draft = NULL;
  g_autoptr (EnvoiLetterRecord) record = NULL;
  g_autoptr (EnvoiProblem) problem = NULL;
  g_autofree char *id = NULL;

  fixture_start (&fixture, SENDER_WITH_PRACTICE, NULL);
  draft = fixture_write (&fixture, NULL, "practice@localhost, refused@localhost");
  id = fixture_send (&fixture, draft, fixture_now (&fixture));
  record = fixture_wait_settled (&fixture, id);

  g_assert_cmpint (record->state, ==, ENVOI_LETTER_SENT);
  problem = envoi_problem_new_for_letter (record, "127.0.0.1");
  g_assert_cmpint (problem->action, ==, ENVOI_PROBLEM_ACTION_FIX_RECIPIENTS);
  fixture_stop (&fixture);
}

/* "practice few" for each letter that the practice server got, the oldest first */
static char *
dup_received (Fixture *fixture)
{
  EnvoiTestWait wait = { 0 };
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GPtrArray) letters = NULL;
  g_autoptr (GError) error = NULL;
  GString *text = g_string_new (NULL);

  envoi_service_list_practice_async (fixture->service, NULL, envoi_test_wait_cb, &wait);
  result = envoi_test_wait (&wait);
  letters = envoi_service_list_practice_finish (fixture->service, result, &error);
  g_assert_no_error (error);
  for (guint i = letters->len; i > 0; i--) {
    const EnvoiPracticeLetter *letter = g_ptr_array_index (letters, i - 1);
    g_autofree char *recipients = g_strjoinv (" ", letter->recipients);

    g_string_append_printf (text, "%s%s", text->len > 0 ? ", " : "", recipients);
  }

  return g_string_free (text, FALSE);
}

static gboolean
is_over (gpointer data)
{
  EnvoiLetterState state = envoi_letter_get_state (data);

  return state == ENVOI_LETTER_SENT || state == ENVOI_LETTER_FAILED;
}

static void
send_in_parts (Fixture    *fixture,
               const char *id)
{
  EnvoiOutbox *outbox = envoi_service_get_outbox (fixture->service);
  EnvoiTestWait wait = { 0 };
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  envoi_outbox_send_in_parts_async (outbox, id, 0, NULL, envoi_test_wait_cb, &wait);
  result = envoi_test_wait (&wait);
  envoi_outbox_act_finish (outbox, result, &error);
  g_assert_no_error (error);
  envoi_test_wait_until (is_over, envoi_outbox_find (outbox, id));
}

/* A server that takes two recipients of one letter: halved once, the letter is still too much
 * for it; halved again, everybody gets it, one time. */
static void
test_parts (void)
{
  Fixture fixture = { 0 };
  g_autoptr (EnvoiDraft) draft = NULL;
  g_autoptr (EnvoiLetterRecord) record = NULL;
  g_autoptr (EnvoiLetterRecord) again = NULL;
  g_autoptr (EnvoiLetterRecord) sent = NULL;
  g_autoptr (EnvoiProblem) problem = NULL;
  g_autofree char *id = NULL;
  g_autofree char *received = NULL;

  fixture_start (&fixture, SENDER_WITH_PRACTICE, NULL);
  draft = fixture_write (&fixture, NULL, "few@localhost, a@localhost, b@localhost, c@localhost, "
                         "d@localhost");
  id = fixture_send (&fixture, draft, fixture_now (&fixture));
  record = fixture_wait_settled (&fixture, id);
  g_assert_cmpint (record->state, ==, ENVOI_LETTER_FAILED);
  problem = envoi_problem_new_for_letter (record, "127.0.0.1");
  g_assert_cmpint (problem->action, ==, ENVOI_PROBLEM_ACTION_SEND_IN_PARTS);

  send_in_parts (&fixture, id);
  again = fixture_load (&fixture, id);
  g_assert_cmpint (again->state, ==, ENVOI_LETTER_FAILED);
  g_assert_cmpuint (fixture_count_received (&fixture), ==, 0);

  send_in_parts (&fixture, id);
  sent = fixture_load (&fixture, id);
  g_assert_cmpint (sent->state, ==, ENVOI_LETTER_SENT);
  received = dup_received (&fixture);
  g_assert_cmpstr (received, ==, "few@localhost a@localhost, b@localhost c@localhost, "
                   "d@localhost");
  fixture_stop (&fixture);
}

/* Known beforehand: the letter goes in parts from the first. */
static void
test_parts_at_once (void)
{
  Fixture fixture = { 0 };
  g_autoptr (EnvoiDraft) draft = NULL;
  g_autofree char *id = NULL;
  g_autofree char *received = NULL;
  EnvoiTestWait wait = { 0 };
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  fixture_start (&fixture, SENDER_WITH_PRACTICE, NULL);
  draft = fixture_write (&fixture, NULL, "a@localhost, few@localhost, b@localhost");
  envoi_service_send_in_parts_async (fixture.service, draft, fixture_now (&fixture), 2, NULL,
                                     envoi_test_wait_cb, &wait);
  result = envoi_test_wait (&wait);
  id = envoi_service_send_finish (fixture.service, result, &error);
  g_assert_no_error (error);
  g_clear_object (&result);
  envoi_test_wait_until (is_over, envoi_outbox_find (envoi_service_get_outbox (fixture.service),
                                                     id));
  received = dup_received (&fixture);
  g_assert_cmpstr (received, ==, "a@localhost few@localhost, b@localhost");
  fixture_stop (&fixture);
}

static EnvoiDraft *
take_back (Fixture    *fixture,
           const char *id,
           gboolean    is_cancel,
           GError    **error)
{
  EnvoiTestWait wait = { 0 };
  g_autoptr (GAsyncResult) result = NULL;

  envoi_service_take_back_async (fixture->service, id, is_cancel, NULL, envoi_test_wait_cb, &wait);
  result = envoi_test_wait (&wait);
  return envoi_service_take_back_finish (fixture->service, result, error);
}

/* Who has the letter already is not in the draft, and so does not get it again. */
static void
test_edit_rest (void)
{
  Fixture fixture = { 0 };
  g_autoptr (EnvoiDraft) draft = NULL;
  g_autoptr (EnvoiDraft) rest = NULL;
  g_autoptr (EnvoiLetterRecord) waiting = NULL;
  g_autofree char *id = NULL;
  g_autoptr (GError) error = NULL;

  fixture_start (&fixture, SENDER_WITH_PRACTICE, NULL);
  draft = fixture_write (&fixture, NULL, "Wei <practice@localhost>, Li <busy@localhost>");
  envoi_draft_set (draft, "cc", "a@localhost");
  envoi_draft_set (draft, "bcc", "b@localhost, full@localhost");
  id = fixture_send (&fixture, draft, fixture_now (&fixture));
  waiting = fixture_wait_settled (&fixture, id);
  g_assert_cmpint (waiting->state, ==, ENVOI_LETTER_WAITING);

  rest = take_back (&fixture, id, FALSE, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (envoi_draft_get (rest, "to"), ==, "Li <busy@localhost>");
  g_assert_cmpstr (envoi_draft_get (rest, "cc"), ==, "");
  g_assert_cmpstr (envoi_draft_get (rest, "bcc"), ==, "full@localhost");
  fixture_stop (&fixture);
}

/* Send holds the letter for the undo time; Undo gives the draft back, sendable. */
static void
test_undo (void)
{
  Fixture fixture = { 0 };
  g_autoptr (EnvoiDraft) draft = NULL;
  g_autoptr (EnvoiDraft) again = NULL;
  g_autoptr (EnvoiLetterRecord) held = NULL;
  g_autoptr (EnvoiLetterRecord) taken = NULL;
  g_autoptr (EnvoiLetterRecord) sent = NULL;
  g_autofree char *id = NULL;
  g_autofree char *second_id = NULL;
  g_autoptr (GError) error = NULL;

  fixture_start (&fixture, SENDER_WITH_PRACTICE, NULL);
  draft = fixture_write (&fixture, NULL, "practice@localhost");
  id = fixture_send (&fixture, draft, 0);
  held = fixture_load (&fixture, id);
  g_assert_cmpint (held->state, ==, ENVOI_LETTER_QUEUED);
  g_assert_cmpint (held->hold_until - held->changed, >=, 9 * G_USEC_PER_SEC);

  again = take_back (&fixture, id, FALSE, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (envoi_draft_get_id (again), ==, id);
  g_assert_cmpstr (envoi_draft_get (again, "subject"), ==, "季度报告");
  g_assert_cmpstr (envoi_draft_get (again, "account-id"), ==, "practice");
  taken = fixture_load (&fixture, id);
  g_assert_cmpint (taken->state, ==, ENVOI_LETTER_DRAFT);
  g_assert_false (taken->was_cancelled);

  second_id = fixture_send (&fixture, again, fixture_now (&fixture));
  g_assert_cmpstr (second_id, ==, id);
  sent = fixture_wait_settled (&fixture, id);
  g_assert_cmpint (sent->state, ==, ENVOI_LETTER_SENT);
  fixture_stop (&fixture);
}

static void
test_cancel_waiting (void)
{
  Fixture fixture = { 0 };
  g_autoptr (EnvoiDraft) draft = NULL;
  g_autoptr (EnvoiDraft) again = NULL;
  g_autoptr (EnvoiLetterRecord) waiting = NULL;
  g_autoptr (EnvoiLetterRecord) cancelled = NULL;
  g_autofree char *id = NULL;
  g_autoptr (GError) error = NULL;

  fixture_start (&fixture, SENDER_WITH_PRACTICE, NULL);
  draft = fixture_write (&fixture, NULL, "busy@localhost");
  id = fixture_send (&fixture, draft, fixture_now (&fixture));
  waiting = fixture_wait_settled (&fixture, id);
  g_assert_cmpint (waiting->state, ==, ENVOI_LETTER_WAITING);

  again = take_back (&fixture, id, TRUE, &error);
  g_assert_no_error (error);
  cancelled = fixture_load (&fixture, id);
  g_assert_cmpint (cancelled->state, ==, ENVOI_LETTER_DRAFT);
  g_assert_true (cancelled->was_cancelled);
  fixture_stop (&fixture);
}

static void
test_too_late (void)
{
  Fixture fixture = { 0 };
  g_autoptr (EnvoiDraft) draft = NULL;
  g_autoptr (EnvoiDraft) again = NULL;
  g_autoptr (EnvoiLetterRecord) record = NULL;
  g_autofree char *id = NULL;
  g_autoptr (GError) error = NULL;

  fixture_start (&fixture, SENDER_WITH_PRACTICE, NULL);
  draft = fixture_write (&fixture, NULL, "practice@localhost");
  id = fixture_send (&fixture, draft, fixture_now (&fixture));
  record = fixture_wait_settled (&fixture, id);

  again = take_back (&fixture, id, FALSE, &error);
  g_assert_null (again);
  g_assert_error (error, ENVOI_STORE_ERROR, ENVOI_STORE_ERROR_CONFLICT);
  fixture_stop (&fixture);
}

typedef struct {
  const char *field;
  const char *value;
  int code;
} BadCase;

static const BadCase bad_drafts[] = {
  { "to", "", ENVOI_MESSAGE_ERROR_NO_RECIPIENT },
  { "to", "This is a sentence, not an address", ENVOI_MESSAGE_ERROR_BAD_ADDRESS },
  { "subject", "two\r\nBcc: everybody@x.cn", ENVOI_MESSAGE_ERROR_REFUSED_INPUT },
};

/* What cannot be sealed is not committed, and the draft stays as it was. */
static void
test_bad_drafts (void)
{
  Fixture fixture = { 0 };

  fixture_start (&fixture, SENDER_WITH_PRACTICE, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (bad_drafts); i++) {
    const BadCase *row = &bad_drafts[i];
    g_autoptr (EnvoiDraft) draft = fixture_write (&fixture, NULL, "practice@localhost");
    EnvoiTestWait wait = { 0 };
    g_autoptr (GAsyncResult) result = NULL;
    g_autofree char *id = NULL;
    g_autoptr (GError) error = NULL;

    envoi_draft_set (draft, row->field, row->value);
    envoi_service_send_async (fixture.service, draft, 0, NULL, envoi_test_wait_cb, &wait);
    result = envoi_test_wait (&wait);
    id = envoi_service_send_finish (fixture.service, result, &error);
    g_assert_null (id);
    g_assert_error (error, ENVOI_MESSAGE_ERROR, row->code);
    g_assert_cmpstr (envoi_draft_get (draft, row->field), ==, row->value);
    g_assert_null (envoi_outbox_find (envoi_service_get_outbox (fixture.service),
                                      envoi_draft_get_id (draft)));
  }

  fixture_stop (&fixture);
}

static void
test_bad_attachments (void)
{
  Fixture fixture = { 0 };
  g_autofree char *missing = NULL;
  const char *paths[2];

  fixture_start (&fixture, ENVOI_SERVICE_PLAIN, NULL);
  missing = g_build_filename (fixture.folder, "missing.pdf", NULL);
  paths[0] = missing;
  paths[1] = fixture.folder;

  for (guint i = 0; i < G_N_ELEMENTS (paths); i++) {
    g_autoptr (GError) error = NULL;
    g_autoptr (EnvoiAttachment) attachment = attach (&fixture, paths[i], &error);

    g_assert_null (attachment);
    g_assert_error (error, ENVOI_MESSAGE_ERROR, ENVOI_MESSAGE_ERROR_ATTACHMENT_UNREADABLE);
  }

  fixture_stop (&fixture);
}

static char *
send_raw (Fixture           *fixture,
          const char        *message,
          const char *const *to,
          GError           **error)
{
  g_autoptr (GInputStream) input = g_memory_input_stream_new_from_data (message, -1, NULL);
  EnvoiTestWait wait = { 0 };
  g_autoptr (GAsyncResult) result = NULL;

  envoi_service_send_raw_async (fixture->service, fixture_get_practice (fixture), input, to,
                                fixture_now (fixture), NULL, envoi_test_wait_cb, &wait);
  result = envoi_test_wait (&wait);
  return envoi_service_send_raw_finish (fixture->service, result, error);
}

/* A finished message: recipients of its header, Bcc taken out, bytes else kept. */
static void
test_raw (void)
{
  static const char message[] =
    "From: practice@localhost\nTo: A Group: a@x.cn, \"B, C\" <b@x.cn>;\nBcc: hidden@x.cn\n"
    "Subject: raw\nMessage-ID: <1@x>\nDate: Mon, 23 Nov 2026 00:00:00 +0000\n\nHello\n.\n";
  Fixture fixture = { 0 };
  g_autoptr (EnvoiLetterRecord) record = NULL;
  g_autoptr (GBytes) received = NULL;
  g_autofree char *id = NULL;
  g_autoptr (GError) error = NULL;

  fixture_start (&fixture, SENDER_WITH_PRACTICE, NULL);
  id = send_raw (&fixture, message, NULL, &error);
  g_assert_no_error (error);
  record = fixture_wait_settled (&fixture, id);
  g_assert_cmpint (record->state, ==, ENVOI_LETTER_SENT);
  g_assert_cmpstr (record->subject, ==, "raw");
  g_assert_cmpuint (record->recipients->len, ==, 3);

  received = fixture_read_received (&fixture);
  g_assert_null (memmem (g_bytes_get_data (received, NULL), g_bytes_get_size (received),
                         "hidden", 6));
  g_assert_nonnull (memmem (g_bytes_get_data (received, NULL), g_bytes_get_size (received),
                            "\r\n\r\nHello\r\n.\r\n", 14));
  fixture_stop (&fixture);
}

static void
test_raw_without_recipient (void)
{
  Fixture fixture = { 0 };
  g_autofree char *id = NULL;
  g_autoptr (GError) error = NULL;

  fixture_start (&fixture, SENDER_WITH_PRACTICE, NULL);
  id = send_raw (&fixture, "From: a@x.cn\nSubject: nobody\n\nHello\n", NULL, &error);
  g_assert_null (id);
  g_assert_error (error, ENVOI_MESSAGE_ERROR, ENVOI_MESSAGE_ERROR_NO_RECIPIENT);
  fixture_stop (&fixture);
}

/* A finished message that is taken back is a draft that has it attached. */
static void
test_raw_taken_back (void)
{
  static const char *const to[] = { "busy@localhost", NULL };
  Fixture fixture = { 0 };
  g_autoptr (EnvoiLetterRecord) record = NULL;
  g_autoptr (EnvoiDraft) draft = NULL;
  g_autofree char *id = NULL;
  g_autoptr (GError) error = NULL;

  fixture_start (&fixture, SENDER_WITH_PRACTICE, NULL);
  id = send_raw (&fixture, "From: practice@localhost\nSubject: raw\n\nHello\n", to, &error);
  g_assert_no_error (error);
  record = fixture_wait_settled (&fixture, id);
  g_assert_cmpint (record->state, ==, ENVOI_LETTER_WAITING);

  draft = take_back (&fixture, id, TRUE, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (envoi_draft_get (draft, "to"), ==, "busy@localhost");
  g_assert_cmpstr (envoi_draft_get (draft, "subject"), ==, "raw");
  g_assert_cmpuint (g_list_model_get_n_items (envoi_draft_get_attachments (draft)), ==, 1);
  fixture_stop (&fixture);
}

/* Who does not hold the lock only writes; who holds it notices and sends. */
static void
test_two_processes (void)
{
  Fixture window = { 0 };
  Fixture other = { 0 };
  g_autoptr (EnvoiDraft) draft = NULL;
  g_autoptr (EnvoiLetterRecord) record = NULL;
  g_autofree char *id = NULL;

  fixture_start (&window, SENDER_WITH_PRACTICE, NULL);
  other.folder = g_strdup (window.folder);
  other.secrets = g_object_ref (window.secrets);
  other.service = fixture_start_another (&window, SENDER_WITH_PRACTICE);
  g_assert_true (envoi_outbox_is_sender (envoi_service_get_outbox (window.service)));
  g_assert_false (envoi_outbox_is_sender (envoi_service_get_outbox (other.service)));

  draft = fixture_write (&other, NULL, "practice@localhost");
  id = fixture_send (&other, draft, fixture_now (&other));
  record = fixture_wait_settled (&other, id);
  g_assert_cmpint (record->state, ==, ENVOI_LETTER_SENT);

  fixture_stop (&other);
  fixture_stop (&window);
}

/* The connection is made while the letter is written, and the letter goes over it. */
static void
test_warm_up (void)
{
  Fixture fixture = { 0 };
  g_autoptr (EnvoiDraft) draft = NULL;
  g_autoptr (EnvoiLetterRecord) record = NULL;
  g_autofree char *id = NULL;

  fixture_start (&fixture, SENDER_WITH_PRACTICE, NULL);
  draft = fixture_write (&fixture, NULL, "practice@localhost");
  envoi_service_warm_up (fixture.service, fixture_get_practice (&fixture));
  envoi_service_warm_up (fixture.service, fixture_get_practice (&fixture));
  id = fixture_send (&fixture, draft, fixture_now (&fixture));
  record = fixture_wait_settled (&fixture, id);
  g_assert_cmpint (record->state, ==, ENVOI_LETTER_SENT);
  fixture_stop (&fixture);
}

/* Several letters in a row use one connection and all arrive. */
static void
test_many (void)
{
  Fixture fixture = { 0 };
  char *ids[5];

  fixture_start (&fixture, SENDER_WITH_PRACTICE, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (ids); i++) {
    g_autoptr (EnvoiDraft) draft = fixture_write (&fixture, NULL, "practice@localhost");

    ids[i] = fixture_send (&fixture, draft, fixture_now (&fixture));
  }

  for (guint i = 0; i < G_N_ELEMENTS (ids); i++) {
    g_autoptr (EnvoiLetterRecord) record = fixture_wait_settled (&fixture, ids[i]);

    g_assert_cmpint (record->state, ==, ENVOI_LETTER_SENT);
    g_free (ids[i]);
  }

  g_assert_cmpuint (fixture_count_received (&fixture), ==, G_N_ELEMENTS (ids));
  fixture_stop (&fixture);
}

int
main (int   argc,
      char *argv[])
{
  envoi_test_init (&argc, &argv);
  g_test_add_func ("/envoi/app/sending/save-message", test_save_message);
  g_test_add_func ("/envoi/app/sending/approved-bytes", test_approved_bytes);
  g_test_add_func ("/envoi/app/sending/recipients", test_recipients);
  g_test_add_func ("/envoi/app/sending/some-refused", test_some_refused);
  g_test_add_func ("/envoi/app/sending/parts", test_parts);
  g_test_add_func ("/envoi/app/sending/parts-at-once", test_parts_at_once);
  g_test_add_func ("/envoi/app/sending/undo", test_undo);
  g_test_add_func ("/envoi/app/sending/edit-rest", test_edit_rest);
  g_test_add_func ("/envoi/app/sending/cancel-waiting", test_cancel_waiting);
  g_test_add_func ("/envoi/app/sending/too-late", test_too_late);
  g_test_add_func ("/envoi/app/sending/bad-drafts", test_bad_drafts);
  g_test_add_func ("/envoi/app/sending/bad-attachments", test_bad_attachments);
  g_test_add_func ("/envoi/app/sending/raw", test_raw);
  g_test_add_func ("/envoi/app/sending/raw-without-recipient", test_raw_without_recipient);
  g_test_add_func ("/envoi/app/sending/raw-taken-back", test_raw_taken_back);
  g_test_add_func ("/envoi/app/sending/two-processes", test_two_processes);
  g_test_add_func ("/envoi/app/sending/many", test_many);
  g_test_add_func ("/envoi/app/sending/warm-up", test_warm_up);
  return g_test_run ();
}
