/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-test"

#include "config.h"

#include "envoi-test.h"

#include "envoi-delivery-report.h"

typedef struct {
  const char *why;
  const char *file;
  const char *key;              /* one of the Message-IDs, or the envelope id */
  const char *address;
  EnvoiReportAction action;
  const char *status;
  int code;
  const char *words;            /* part of what is said */
} Case;

static const Case cases[] = {
  { "RFC 3464 as Postfix writes it", "postfix", "<letter-1@example.org>", "Nobody+Tag@example.net",
    ENVOI_REPORT_FAILED, "5.1.1", 550, "rejected: User unknown" },
  { "a delay is no failure", "postfix-delayed", "<letter-2@example.org>", "slow@example.net",
    ENVOI_REPORT_DELAYED, "4.4.1", 0, "Connection timed out" },
  { "a receipt names the letter by ENVID", "receipt", "receipt-3", "bob@example.net",
    ENVOI_REPORT_DELIVERED, "2.0.0", 0, NULL },
  { "what is relayed has arrived as far as anybody will tell", "receipt", "receipt-3",
    "anna@example.net", ENVOI_REPORT_RELAYED, "2.0.0", 0, NULL },
  { "Gmail", "gmail", "<letter-4@example.org>", "nobody@gmail.com", ENVOI_REPORT_FAILED, "5.1.1",
    550, "does not exist" },
  { "Exchange keeps the first Message-ID beside its own", "exchange", "<letter-5@example.org>",
    "nobody@fabrikam.com", ENVOI_REPORT_FAILED, "5.1.10", 550, "RecipientNotFound" },
  { "QQ says it in Chinese words, in GB18030", "qq", "<tencent_123@qq.com>", "nobody@163.com",
    ENVOI_REPORT_FAILED, NULL, 550, "User not found" },
  { "NetEase forgets the empty line between the groups", "netease", "<letter-7@example.org>",
    "nobody@qq.com", ENVOI_REPORT_FAILED, "5.0.0", 550, "Mailbox unavailable" },
  { "NetEase in words alone", "netease-words", "<letter-8@example.org>", "li.lei@sina.com",
    ENVOI_REPORT_FAILED, "5.2.2", 552, "邮箱已满" },
  { "qmail", "qmail", "<letter-9@example.org>", "nobody@example.net", ENVOI_REPORT_FAILED, "5.1.1",
    550, "does not like recipient" },
  { "Exim without RFC 3464", "exim", "<letter-10@example.org>", "nobody@example.net",
    ENVOI_REPORT_FAILED, "5.1.1", 550, "unknown user" },
};

static EnvoiDeliveryReport *
read_report (const char *name)
{
  g_autofree char *file = g_strconcat (name, ".eml", NULL);
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, "data", "bounces", file, NULL);
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (EnvoiMessageReader) reader = NULL;
  g_autoptr (GError) error = NULL;
  char *contents;
  gsize length;

  g_file_get_contents (path, &contents, &length, &error);
  g_assert_no_error (error);
  bytes = g_bytes_new_take (contents, length);
  reader = envoi_message_reader_new (bytes, &error);
  g_assert_no_error (error);
  return envoi_delivery_report_new (reader);
}

static const EnvoiReportedRecipient *
find (const EnvoiDeliveryReport *report,
      const char                *address)
{
  for (guint i = 0; i < report->recipients->len; i++) {
    const EnvoiReportedRecipient *recipient = g_ptr_array_index (report->recipients, i);

    if (g_str_equal (recipient->address, address))
      return recipient;
  }

  return NULL;
}

static void
test_reports (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    const Case *row = &cases[i];
    g_autoptr (EnvoiDeliveryReport) report = read_report (row->file);
    const EnvoiReportedRecipient *recipient;

    g_test_message ("%s", row->why);
    g_assert_nonnull (report);
    g_assert_true (g_strcmp0 (report->envelope_id, row->key) == 0 ||
                   g_strv_contains ((const char *const *) report->message_ids, row->key));

    recipient = find (report, row->address);
    g_assert_nonnull (recipient);
    g_assert_cmpint (recipient->action, ==, row->action);
    g_assert_cmpstr (recipient->status, ==, row->status);
    g_assert_cmpint (recipient->code, ==, row->code);
    if (row->words)
      g_assert_nonnull (strstr (recipient->text, row->words));
  }
}

static void
test_details (void)
{
  g_autoptr (EnvoiDeliveryReport) postfix = read_report ("postfix");
  g_autoptr (EnvoiDeliveryReport) receipt = read_report ("receipt");
  g_autoptr (EnvoiDeliveryReport) qmail = read_report ("qmail");
  g_autoptr (EnvoiDeliveryReport) exchange = read_report ("exchange");

  g_assert_cmpstr (postfix->envelope_id, ==, "env+1");
  g_assert_cmpstr (postfix->subject, ==, "季度报告");
  g_assert_true (g_str_has_prefix (postfix->text, "This is the mail system"));
  g_assert_cmpuint (receipt->recipients->len, ==, 2);
  g_assert_cmpstr (find (receipt, "bob@example.net")->final_address, ==, "bob@inside.example.net");
  /* Who else the letter went to stands in its copy and is not failed. */
  g_assert_null (find (qmail, "other@example.net"));
  g_assert_cmpstr (exchange->message_ids[0], ==, "<letter-5@example.org>");
  g_assert_nonnull (strstr (exchange->text, "couldn't be delivered"));
}

/* What people and their machines answer is not a report, whatever words it has. */
static void
test_others (void)
{
  g_assert_null (read_report ("letter"));
  g_assert_null (read_report ("vacation"));
}

int
main (int    argc,
      char **argv)
{
  envoi_test_init (&argc, &argv);

  g_test_add_func ("/envoi/message/delivery-report/reports", test_reports);
  g_test_add_func ("/envoi/message/delivery-report/details", test_details);
  g_test_add_func ("/envoi/message/delivery-report/others", test_others);

  return g_test_run ();
}
