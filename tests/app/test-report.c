/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-test"

#include "config.h"

#include "fixture.h"

#include "envoi-problem.h"
#include "envoi-service-report.h"
#include "envoi-test.h"

/* A bounce finds the letter it is about, in the letters that were really sent. */

static EnvoiReportResult *
take (Fixture    *fixture,
      const char *message)
{
  g_autoptr (GBytes) bytes = g_bytes_new (message, strlen (message));
  g_autoptr (EnvoiMessageReader) reader = envoi_message_reader_new (bytes, NULL);
  g_autoptr (EnvoiDeliveryReport) report = envoi_delivery_report_new (reader);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  EnvoiReportResult *taken;
  EnvoiTestWait wait = { 0 };

  g_assert_nonnull (report);
  envoi_service_take_report_async (fixture->service, report, envoi_test_wait_cb, &wait);
  result = envoi_test_wait (&wait);
  taken = envoi_service_take_report_finish (fixture->service, result, &error);
  g_assert_no_error (error);
  return taken;
}

static char *
write_bounce (const char *action,
              const char *status,
              const char *address,
              const char *header)
{
  return g_strdup_printf ("From: MAILER-DAEMON@localhost\r\nSubject: Report\r\n"
                          "Content-Type: multipart/report; report-type=delivery-status;"
                          " boundary=b\r\n\r\n"
                          "--b\r\nContent-Type: text/plain\r\n\r\nSorry.\r\n"
                          "--b\r\nContent-Type: message/delivery-status\r\n\r\n"
                          "Reporting-MTA: dns; localhost\r\n\r\n"
                          "Final-Recipient: rfc822; %s\r\nAction: %s\r\nStatus: %s\r\n"
                          "Diagnostic-Code: smtp; 550 %s The mailbox is gone\r\n\r\n"
                          "--b\r\nContent-Type: text/rfc822-headers\r\n\r\n%s\r\n"
                          "--b--\r\n", address, action, status, status, header);
}

static EnvoiLetterRecord *
send_one (Fixture    *fixture,
          const char *to,
          const char *subject)
{
  g_autoptr (EnvoiDraft) draft = fixture_write (fixture, NULL, to);
  g_autofree char *id = NULL;
  EnvoiLetterRecord *record;

  envoi_draft_set (draft, "subject", subject);
  id = fixture_send (fixture, draft, fixture_now (fixture));
  record = fixture_wait_settled (fixture, id);
  g_assert_cmpint (record->state, ==, ENVOI_LETTER_SENT);
  return record;
}

static void
test_returned (void)
{
  Fixture fixture = { 0 };
  g_autoptr (EnvoiLetterRecord) sent = NULL;
  g_autoptr (EnvoiLetterRecord) marked = NULL;
  g_autoptr (EnvoiReportResult) taken = NULL;
  g_autoptr (EnvoiProblem) problem = NULL;
  g_autofree char *header = NULL;
  g_autofree char *bounce = NULL;
  EnvoiRecipientRecord *recipient;
  GListModel *attention;

  fixture_start (&fixture, ENVOI_SERVICE_SEND | ENVOI_SERVICE_PRACTICE, NULL);
  sent = send_one (&fixture, "practice@localhost, anna@localhost", "Report");
  header = g_strdup_printf ("Message-ID: %s", sent->message_id);
  bounce = write_bounce ("failed", "5.1.1", "anna@localhost", header);

  taken = take (&fixture, bounce);
  g_assert_cmpstr (taken->letter_id, ==, sent->id);
  g_assert_cmpuint (taken->n_returned, ==, 1);
  g_assert_cmpstr (taken->first, ==, "anna@localhost");

  marked = fixture_load (&fixture, sent->id);
  recipient = g_ptr_array_index (marked->recipients, 1);
  g_assert_cmpint (marked->state, ==, ENVOI_LETTER_SENT);
  g_assert_cmpint (marked->changed, ==, sent->changed);
  g_assert_cmpint (recipient->state, ==, ENVOI_RECIPIENT_RETURNED);
  g_assert_cmpint (recipient->code, ==, 550);
  g_assert_cmpstr (recipient->enhanced, ==, "5.1.1");
  g_assert_cmpstr (recipient->text, ==, "550 5.1.1 The mailbox is gone");
  recipient = g_ptr_array_index (marked->recipients, 0);
  g_assert_cmpint (recipient->state, ==, ENVOI_RECIPIENT_ACCEPTED);

  attention = envoi_outbox_get_folder (envoi_service_get_outbox (fixture.service),
                                       ENVOI_FOLDER_ATTENTION);
  g_assert_cmpuint (g_list_model_get_n_items (attention), ==, 1);
  problem = envoi_problem_new_for_letter (marked, "localhost");
  g_assert_cmpint (problem->action, ==, ENVOI_PROBLEM_ACTION_FIX_RECIPIENTS);
  g_assert_cmpstr (problem->details, ==, "550 5.1.1 The mailbox is gone");

  fixture_stop (&fixture);
}

/* Asked for, the receipt comes back with the id that the letter was sent with. */
static void
test_receipt (void)
{
  Fixture fixture = { 0 };
  g_autoptr (EnvoiDraft) draft = NULL;
  g_autoptr (EnvoiLetterRecord) sent = NULL;
  g_autoptr (EnvoiLetterRecord) marked = NULL;
  g_autoptr (EnvoiReportResult) taken = NULL;
  g_autofree char *id = NULL;
  g_autofree char *receipt = NULL;
  EnvoiRecipientRecord *recipient;

  fixture_start (&fixture, ENVOI_SERVICE_SEND | ENVOI_SERVICE_PRACTICE, NULL);
  draft = fixture_write (&fixture, NULL, "practice@localhost");
  g_object_set (draft, "wants-receipt", TRUE, NULL);
  id = fixture_send (&fixture, draft, fixture_now (&fixture));
  sent = fixture_wait_settled (&fixture, id);
  g_assert_nonnull (envoi_envelope_get_envelope_id (sent->envelope));

  receipt = g_strdup_printf ("From: MAILER-DAEMON@localhost\r\n"
                             "Content-Type: multipart/report; boundary=b\r\n\r\n"
                             "--b\r\nContent-Type: message/delivery-status\r\n\r\n"
                             "Original-Envelope-Id: %s\r\n\r\n"
                             "Final-Recipient: rfc822; somewhere@else.example\r\n"
                             "Action: delivered\r\nStatus: 2.0.0\r\n\r\n--b--\r\n",
                             envoi_envelope_get_envelope_id (sent->envelope));
  taken = take (&fixture, receipt);
  g_assert_cmpstr (taken->letter_id, ==, sent->id);
  g_assert_cmpuint (taken->n_delivered, ==, 1);

  /* It was forwarded: the letter's only recipient is meant. */
  marked = fixture_load (&fixture, sent->id);
  recipient = g_ptr_array_index (marked->recipients, 0);
  g_assert_cmpstr (recipient->address, ==, "practice@localhost");
  g_assert_cmpint (recipient->state, ==, ENVOI_RECIPIENT_DELIVERED);

  fixture_stop (&fixture);
}

/* Where a provider has changed the Message-ID, subject and recipient tell; two
 * letters that fit are none. */
static void
test_by_subject (void)
{
  Fixture fixture = { 0 };
  g_autoptr (EnvoiLetterRecord) once = NULL;
  g_autoptr (EnvoiLetterRecord) one = NULL;
  g_autoptr (EnvoiLetterRecord) other = NULL;
  g_autoptr (EnvoiReportResult) found = NULL;
  g_autoptr (EnvoiReportResult) twice = NULL;
  g_autoptr (EnvoiReportResult) strange = NULL;
  g_autofree char *about_once = NULL;
  g_autofree char *about_twice = NULL;
  g_autofree char *about_strange = NULL;

  fixture_start (&fixture, ENVOI_SERVICE_SEND | ENVOI_SERVICE_PRACTICE, NULL);
  once = send_one (&fixture, "practice@localhost", "季度报告");
  one = send_one (&fixture, "practice@localhost", "Twice");
  other = send_one (&fixture, "practice@localhost", "Twice");
  about_once = write_bounce ("failed", "5.2.2", "practice@localhost",
                             "Message-ID: <changed@qq.com>\r\n"
                             "Subject: =?UTF-8?B?5a2j5bqm5oql5ZGK?=");
  about_twice = write_bounce ("failed", "5.2.2", "practice@localhost", "Subject: Twice");
  about_strange = write_bounce ("failed", "5.2.2", "anna@localhost",
                                "Message-ID: <strange@example.org>\r\nSubject: Strange");

  found = take (&fixture, about_once);
  twice = take (&fixture, about_twice);
  strange = take (&fixture, about_strange);
  g_assert_cmpstr (found->letter_id, ==, once->id);
  g_assert_cmpstr (twice->letter_id, ==, NULL);
  g_assert_cmpstr (strange->letter_id, ==, NULL);
  g_assert_cmpuint (strange->n_returned, ==, 0);

  fixture_stop (&fixture);
}

int
main (int    argc,
      char **argv)
{
  envoi_test_init (&argc, &argv);

  g_test_add_func ("/envoi/app/report/returned", test_returned);
  g_test_add_func ("/envoi/app/report/receipt", test_receipt);
  g_test_add_func ("/envoi/app/report/by-subject", test_by_subject);

  return g_test_run ();
}
