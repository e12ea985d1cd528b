/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "fixture.h"

#include "envoi-message-error.h"
#include "envoi-service-answer.h"
#include "envoi-test.h"

#include <string.h>

#define SENDER_WITH_PRACTICE ((EnvoiServiceFlags) (ENVOI_SERVICE_SEND | ENVOI_SERVICE_PRACTICE))

#define MESSAGE \
  "From: Wei <wei@y.cn>\r\nTo: me@work.example, ann@z.org\r\nSubject: Plan\r\n" \
  "Date: Sun, 1 Mar 2026 16:00:00 +0800\r\nMessage-ID: <m9@y.cn>\r\nMIME-Version: 1.0\r\n" \
  "Content-Type: multipart/mixed; boundary=m\r\n\r\n" \
  "--m\r\nContent-Type: multipart/related; boundary=r\r\n\r\n" \
  "--r\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<p>Hi</p><img src=\"cid:p1@y\">\r\n" \
  "--r\r\nContent-Type: image/png; name=p.png\r\nContent-ID: <p1@y>\r\n\r\nPNG\r\n--r--\r\n" \
  "--m\r\nContent-Type: application/pdf; name=\"=?UTF-8?B?5oql5ZGKLnBkZg==?=\"\r\n" \
  "Content-ID: <unused@y>\r\nContent-Disposition: attachment\r\n\r\nPDF\r\n--m--\r\n"

static EnvoiDraft *
answer_letter (Fixture         *fixture,
               const char      *id,
               EnvoiAnswerKind  kind)
{
  EnvoiTestWait wait = { 0 };
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  EnvoiDraft *draft;

  envoi_service_answer_letter_async (fixture->service, id, kind, NULL, envoi_test_wait_cb, &wait);
  result = envoi_test_wait (&wait);
  draft = envoi_service_answer_finish (fixture->service, result, &error);
  g_assert_no_error (error);
  return draft;
}

static EnvoiDraft *
answer_message (Fixture            *fixture,
                EnvoiMessageReader *message,
                EnvoiAnswerKind     kind)
{
  EnvoiTestWait wait = { 0 };
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  EnvoiDraft *draft;

  envoi_service_answer_message_async (fixture->service, message, kind, NULL, envoi_test_wait_cb,
                                      &wait);
  result = envoi_test_wait (&wait);
  draft = envoi_service_answer_finish (fixture->service, result, &error);
  g_assert_no_error (error);
  return draft;
}

static EnvoiMessageReader *
read_file (Fixture     *fixture,
           const char  *path,
           GError     **error)
{
  g_autoptr (GFile) file = g_file_new_for_path (path);
  EnvoiTestWait wait = { 0 };
  g_autoptr (GAsyncResult) result = NULL;

  envoi_service_read_message_async (fixture->service, file, NULL, envoi_test_wait_cb, &wait);
  result = envoi_test_wait (&wait);
  return envoi_service_read_message_finish (fixture->service, result, error);
}

static EnvoiMessageReader *
write_and_read (Fixture    *fixture,
                const char *message)
{
  g_autofree char *path = g_build_filename (fixture->folder, "信.eml", NULL);
  g_autoptr (GError) error = NULL;
  EnvoiMessageReader *reader;

  g_assert_true (g_file_set_contents (path, message, -1, NULL));
  reader = read_file (fixture, path, &error);
  g_assert_no_error (error);
  return reader;
}

/* The one file or picture with that name, read back from the store. */
static void
assert_file (Fixture    *fixture,
             EnvoiDraft *draft,
             const char *name,
             gboolean    is_inline,
             const char *contents)
{
  GListModel *attachments = envoi_draft_get_attachments (draft);

  for (guint i = 0; i < g_list_model_get_n_items (attachments); i++) {
    g_autoptr (EnvoiAttachment) attachment = g_list_model_get_item (attachments, i);
    g_autoptr (GInputStream) input = NULL;
    char octets[64] = { 0 };
    gsize length;

    if (!g_str_equal (envoi_attachment_get_name (attachment), name))
      continue;

    g_assert_cmpint (envoi_attachment_get_is_inline (attachment), ==, is_inline);
    input = envoi_store_open_blob (envoi_service_get_store (fixture->service),
                                   envoi_attachment_get_blob_id (attachment), NULL);
    g_assert_true (g_input_stream_read_all (input, octets, sizeof octets - 1, &length, NULL, NULL));
    g_assert_cmpstr (octets, ==, contents);
    return;
  }

  g_assert_not_reached ();
}

/* A message in a file: the account it was written to answers, without itself. */
static void
test_message (void)
{
  Fixture fixture = { 0 };
  EnvoiAccount *account;
  g_autoptr (EnvoiMessageReader) message = NULL;
  g_autoptr (EnvoiDraft) reply = NULL;
  g_autoptr (EnvoiDraft) forward = NULL;

  fixture_start (&fixture, SENDER_WITH_PRACTICE, NULL);
  fixture_add_account (&fixture, "other@x.cn", "secret");
  account = fixture_add_account (&fixture, "me@work.example", "secret");
  message = write_and_read (&fixture, MESSAGE);

  reply = answer_message (&fixture, message, ENVOI_ANSWER_REPLY_ALL);
  g_assert_cmpstr (envoi_draft_get (reply, "account-id"), ==, envoi_account_get_id (account));
  g_assert_nonnull (strstr (envoi_draft_get (reply, "from"), "me@work.example"));
  g_assert_cmpstr (envoi_draft_get (reply, "to"), ==, "Wei <wei@y.cn>, ann@z.org");
  g_assert_cmpstr (envoi_draft_get (reply, "in-reply-to"), ==, "<m9@y.cn>");
  g_assert_cmpuint (g_list_model_get_n_items (envoi_draft_get_attachments (reply)), ==, 1);
  assert_file (&fixture, reply, "p.png", TRUE, "PNG");

  forward = answer_message (&fixture, message, ENVOI_ANSWER_FORWARD);
  g_assert_cmpstr (envoi_draft_get (forward, "subject"), ==, "Fwd: Plan");
  g_assert_cmpuint (g_list_model_get_n_items (envoi_draft_get_attachments (forward)), ==, 2);
  assert_file (&fixture, forward, "p.png", TRUE, "PNG");
  assert_file (&fixture, forward, "报告.pdf", FALSE, "PDF");
  fixture_stop (&fixture);
}

/* A letter that was sent: References name it as the receiver knows it. */
static void
test_sent_letter (void)
{
  Fixture fixture = { 0 };
  g_autoptr (EnvoiDraft) draft = NULL;
  g_autoptr (EnvoiDraft) reply = NULL;
  g_autoptr (EnvoiDraft) edit = NULL;
  g_autoptr (EnvoiLetterRecord) record = NULL;
  g_autofree char *id = NULL;

  fixture_start (&fixture, SENDER_WITH_PRACTICE, NULL);
  draft = fixture_write (&fixture, NULL, "practice@localhost");
  envoi_draft_set (draft, "subject", "Re: Plan");
  id = fixture_send (&fixture, draft, fixture_now (&fixture));
  record = fixture_wait_settled (&fixture, id);

  reply = answer_letter (&fixture, id, ENVOI_ANSWER_REPLY);
  g_assert_cmpstr (envoi_draft_get (reply, "account-id"), ==, record->account_id);
  g_assert_cmpstr (envoi_draft_get (reply, "subject"), ==, "Re: Plan");
  g_assert_cmpstr (envoi_draft_get (reply, "in-reply-to"), ==, record->message_id);
  g_assert_cmpstr (envoi_draft_get (reply, "references"), ==, record->message_id);
  g_assert_cmpstr (envoi_draft_get_id (reply), !=, id);

  edit = answer_letter (&fixture, id, ENVOI_ANSWER_EDIT);
  g_assert_cmpstr (envoi_draft_get (edit, "to"), ==, "practice@localhost");
  g_assert_cmpstr (envoi_draft_get (edit, "text"), ==, envoi_draft_get (draft, "text"));
  g_assert_cmpstr (envoi_draft_get (edit, "references"), ==, "");
  fixture_stop (&fixture);
}

static char *
send_message (Fixture    *fixture,
              const char *message)
{
  const char *const recipients[] = { "practice@localhost", NULL };
  g_autoptr (GInputStream) input =
    g_memory_input_stream_new_from_data (message, strlen (message), NULL);
  EnvoiTestWait wait = { 0 };
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  char *id;

  envoi_service_send_raw_async (fixture->service, fixture_get_practice (fixture), input,
                                recipients, fixture_now (fixture), NULL, envoi_test_wait_cb, &wait);
  result = envoi_test_wait (&wait);
  id = envoi_service_send_raw_finish (fixture->service, result, &error);
  g_assert_no_error (error);
  return id;
}

/* A letter that came finished has no fields of ours, but it is a message. */
static void
test_finished_letter (void)
{
  Fixture fixture = { 0 };
  g_autoptr (EnvoiDraft) forward = NULL;
  g_autofree char *id = NULL;

  fixture_start (&fixture, SENDER_WITH_PRACTICE, NULL);
  id = send_message (&fixture, MESSAGE);
  envoi_letter_record_free (fixture_wait_settled (&fixture, id));

  forward = answer_letter (&fixture, id, ENVOI_ANSWER_FORWARD);
  g_assert_cmpstr (envoi_draft_get (forward, "subject"), ==, "Fwd: Plan");
  g_assert_nonnull (strstr (envoi_draft_get (forward, "html"), "<p>Hi</p>"));
  assert_file (&fixture, forward, "报告.pdf", FALSE, "PDF");
  fixture_stop (&fixture);
}

/* What is no file, or not there, is said and not waited for. */
static void
test_unreadable (void)
{
  Fixture fixture = { 0 };
  g_autofree char *missing = NULL;
  g_autoptr (GError) folder_error = NULL;
  g_autoptr (GError) missing_error = NULL;

  fixture_start (&fixture, ENVOI_SERVICE_PLAIN, NULL);
  missing = g_build_filename (fixture.folder, "gone.eml", NULL);

  g_assert_null (read_file (&fixture, fixture.folder, &folder_error));
  g_assert_error (folder_error, ENVOI_MESSAGE_ERROR, ENVOI_MESSAGE_ERROR_REFUSED_INPUT);
  g_assert_null (read_file (&fixture, missing, &missing_error));
  g_assert_error (missing_error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
  fixture_stop (&fixture);
}

int
main (int   argc,
      char *argv[])
{
  envoi_test_init (&argc, &argv);

  g_test_add_func ("/envoi/app/answer/message", test_message);
  g_test_add_func ("/envoi/app/answer/sent-letter", test_sent_letter);
  g_test_add_func ("/envoi/app/answer/finished-letter", test_finished_letter);
  g_test_add_func ("/envoi/app/answer/unreadable", test_unreadable);

  return g_test_run ();
}
