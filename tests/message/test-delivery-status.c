/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-test"

#include "config.h"

#include "envoi-test.h"

#include "envoi-delivery-report-private.h"

#include <string.h>

/* The fields of reports as many systems write them, and the words of those that
 * write none; each part by itself. */

static EnvoiDeliveryReport *
new_report (void)
{
  EnvoiDeliveryReport *report = g_new0 (EnvoiDeliveryReport, 1);

  report->recipients =
    g_ptr_array_new_with_free_func ((GDestroyNotify) envoi_reported_recipient_free);
  return report;
}

static EnvoiDeliveryReport *
read_status (const char *text)
{
  EnvoiDeliveryReport *report = new_report ();
  g_autoptr (GBytes) bytes = g_bytes_new (text, strlen (text));

  envoi_report_read_status (report, bytes);
  return report;
}

typedef struct {
  const char *why;
  const char *text;
  const char *address;          /* NULL = nobody is named */
  const char *final_address;
  EnvoiReportAction action;
  const char *status;
  int code;
  const char *words;
} Case;

static const Case cases[] = {
  { "one recipient, the usual way",
    "Reporting-MTA: dns; a\r\n\r\nFinal-Recipient: rfc822; a@b.example\r\nAction: failed\r\n"
    "Status: 5.1.1\r\nDiagnostic-Code: smtp; 550 5.1.1 No such user\r\n",
    "a@b.example", "a@b.example", ENVOI_REPORT_FAILED, "5.1.1", 550, "550 5.1.1 No such user" },
  { "line feeds alone",
    "Reporting-MTA: dns; a\n\nFinal-Recipient: rfc822; a@b.example\nAction: failed\nStatus: 5.2.2\n",
    "a@b.example", "a@b.example", ENVOI_REPORT_FAILED, "5.2.2", 0, NULL },
  { "names in other cases, blanks before the colon",
    "\r\nFINAL-RECIPIENT : RFC822;a@b.example\r\naction: Failed\r\nSTATUS: 5.0.0\r\n",
    "a@b.example", "a@b.example", ENVOI_REPORT_FAILED, "5.0.0", 0, NULL },
  { "the address in angle brackets, as Lotus Domino writes it",
    "\r\nFinal-Recipient: rfc822;<a@b.example>\r\nAction: failed\r\nStatus: 5.1.1\r\n",
    "a@b.example", "a@b.example", ENVOI_REPORT_FAILED, "5.1.1", 0, NULL },
  { "the first address counts, where it went is told, too",
    "\r\nOriginal-Recipient: rfc822;team@b.example\r\nFinal-Recipient: rfc822;anna@c.example\r\n"
    "Action: failed\r\nStatus: 5.7.1\r\n",
    "team@b.example", "anna@c.example", ENVOI_REPORT_FAILED, "5.7.1", 0, NULL },
  { "an original address alone",
    "\r\nOriginal-Recipient: rfc822;a@b.example\r\nAction: failed\r\nStatus: 5.1.2\r\n",
    "a@b.example", NULL, ENVOI_REPORT_FAILED, "5.1.2", 0, NULL },
  { "xtext in the original address",
    "\r\nOriginal-Recipient: rfc822;a+2Btag+3Dx@b.example\r\nAction: failed\r\nStatus: 5.1.1\r\n",
    "a+tag=x@b.example", NULL, ENVOI_REPORT_FAILED, "5.1.1", 0, NULL },
  { "a plus that is no xtext stays",
    "\r\nFinal-Recipient: rfc822;a+tag@b.example\r\nAction: failed\r\nStatus: 5.1.1\r\n",
    "a+tag@b.example", "a+tag@b.example", ENVOI_REPORT_FAILED, "5.1.1", 0, NULL },
  { "a diagnostic over several lines",
    "\r\nFinal-Recipient: rfc822;a@b.example\r\nAction: failed\r\nStatus: 5.7.1\r\n"
    "Diagnostic-Code: smtp;554 5.7.1 <a@b.example>:\r\n   Relay\r\n\taccess denied\r\n",
    "a@b.example", "a@b.example", ENVOI_REPORT_FAILED, "5.7.1", 554,
    "554 5.7.1 <a@b.example>:   Relay access denied" },
  { "the status only in the diagnostic",
    "\r\nFinal-Recipient: rfc822;a@b.example\r\nAction: failed\r\n"
    "Diagnostic-Code: smtp; 552-5.2.2 The mailbox is full\r\n",
    "a@b.example", "a@b.example", ENVOI_REPORT_FAILED, "5.2.2", 552,
    "552-5.2.2 The mailbox is full" },
  { "a status with a remark behind it",
    "\r\nFinal-Recipient: rfc822;a@b.example\r\nAction: failed\r\nStatus: 5.4.4 (no route)\r\n",
    "a@b.example", "a@b.example", ENVOI_REPORT_FAILED, "5.4.4", 0, NULL },
  { "a status that is none",
    "\r\nFinal-Recipient: rfc822;a@b.example\r\nAction: failed\r\nStatus: broken\r\n",
    "a@b.example", "a@b.example", ENVOI_REPORT_FAILED, NULL, 0, NULL },
  { "late",
    "\r\nFinal-Recipient: rfc822;a@b.example\r\nAction: delayed\r\nStatus: 4.4.7\r\n"
    "Will-Retry-Until: Mon, 19 May 2025 10:00:00 +0000\r\n",
    "a@b.example", "a@b.example", ENVOI_REPORT_DELAYED, "4.4.7", 0, NULL },
  { "delivered",
    "\r\nFinal-Recipient: rfc822;a@b.example\r\nAction: delivered (to mailbox)\r\nStatus: 2.1.5\r\n",
    "a@b.example", "a@b.example", ENVOI_REPORT_DELIVERED, "2.1.5", 0, NULL },
  { "handed to a list is delivered as far as the letter goes",
    "\r\nFinal-Recipient: rfc822;list@b.example\r\nAction: expanded\r\nStatus: 2.0.0\r\n",
    "list@b.example", "list@b.example", ENVOI_REPORT_DELIVERED, "2.0.0", 0, NULL },
  { "relayed",
    "\r\nFinal-Recipient: rfc822;a@b.example\r\nAction: relayed\r\nStatus: 2.0.0\r\n",
    "a@b.example", "a@b.example", ENVOI_REPORT_RELAYED, "2.0.0", 0, NULL },
  { "no action but a status of success",
    "\r\nFinal-Recipient: rfc822;a@b.example\r\nStatus: 2.0.0\r\n",
    "a@b.example", "a@b.example", ENVOI_REPORT_DELIVERED, "2.0.0", 0, NULL },
  { "neither: a report about somebody means trouble",
    "\r\nFinal-Recipient: rfc822;a@b.example\r\n",
    "a@b.example", "a@b.example", ENVOI_REPORT_FAILED, NULL, 0, NULL },
  { "the first field of a name counts",
    "\r\nFinal-Recipient: rfc822;a@b.example\r\nFinal-Recipient: rfc822;x@y.example\r\n"
    "Action: failed\r\nStatus: 5.1.1\r\nStatus: 2.0.0\r\n",
    "a@b.example", "a@b.example", ENVOI_REPORT_FAILED, "5.1.1", 0, NULL },
  { "controls do not come through",
    "\r\nFinal-Recipient: rfc822;a@b.example\r\nAction: failed\r\n"
    "Diagnostic-Code: smtp; 550 \x1b[31mred\x07\r\n",
    "a@b.example", "a@b.example", ENVOI_REPORT_FAILED, NULL, 550, "550 [31mred" },
  { "a diagnostic in GB18030, as NetEase writes it",
    "\r\nFinal-Recipient: rfc822;a@b.example\r\nAction: failed\r\n"
    "Diagnostic-Code: smtp; 550 \xd3\xca\xcf\xe4\xb2\xbb\xb4\xe6\xd4\xda\r\n",
    "a@b.example", "a@b.example", ENVOI_REPORT_FAILED, NULL, 550, "550 邮箱不存在" },
  { "iCloud",
    "Reporting-MTA: dns; p00-icloudmta-asmtp.apple.com\r\n\r\n"
    "Final-recipient: rfc822;a@b.example\r\nAction: failed\r\nStatus: 5.1.6 (recipient no longer "
    "on server)\r\nDiagnostic-code: smtp;550 5.1.6 recipient no longer on server: a@b.example\r\n",
    "a@b.example", "a@b.example", ENVOI_REPORT_FAILED, "5.1.6", 550,
    "550 5.1.6 recipient no longer on server: a@b.example" },
  { "Yahoo",
    "Reporting-MTA: dns; sonic.gate.mail.yahoo.com\r\n\r\n"
    "Final-Recipient: rfc822; a@b.example\r\nAction: failed\r\nStatus: 5.0.0\r\n"
    "Diagnostic-Code: smtp; 554 30 Sorry, your message cannot be delivered. This mailbox is "
    "disabled (554.30).\r\n",
    "a@b.example", "a@b.example", ENVOI_REPORT_FAILED, "5.0.0", 554,
    "554 30 Sorry, your message cannot be delivered. This mailbox is disabled (554.30)." },
  { "Microsoft, refused by a rule of the organisation",
    "Reporting-MTA: dns;AM0.prod.outlook.com\r\n\r\nFinal-Recipient: rfc822;a@b.example\r\n"
    "Action: failed\r\nStatus: 5.7.133\r\nDiagnostic-Code: smtp;550 5.7.133 "
    "RESOLVER.RST.SenderNotAuthenticatedForGroup\r\n",
    "a@b.example", "a@b.example", ENVOI_REPORT_FAILED, "5.7.133", 550,
    "550 5.7.133 RESOLVER.RST.SenderNotAuthenticatedForGroup" },
  { "Sendmail, without a reply of a server",
    "\r\nFinal-Recipient: RFC822; a@b.example\r\nAction: failed\r\nStatus: 5.1.2\r\n"
    "Remote-MTA: DNS; b.example\r\nLast-Attempt-Date: Mon, 12 May 2025 10:00:00 GMT\r\n",
    "a@b.example", "a@b.example", ENVOI_REPORT_FAILED, "5.1.2", 0, NULL },
  { "only the part about the letter", "Reporting-MTA: dns; a\r\nArrival-Date: today\r\n",
    NULL, NULL, ENVOI_REPORT_FAILED, NULL, 0, NULL },
  { "an empty address", "\r\nFinal-Recipient: rfc822;\r\nAction: failed\r\n",
    NULL, NULL, ENVOI_REPORT_FAILED, NULL, 0, NULL },
  { "lines that are no fields", "hello\r\n world\r\n\r\n\r\n:::\r\n",
    NULL, NULL, ENVOI_REPORT_FAILED, NULL, 0, NULL },
  { "nothing", "", NULL, NULL, ENVOI_REPORT_FAILED, NULL, 0, NULL },
};

static void
test_fields (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    const Case *row = &cases[i];
    g_autoptr (EnvoiDeliveryReport) report = read_status (row->text);
    const EnvoiReportedRecipient *recipient;

    g_test_message ("%s", row->why);
    g_assert_cmpuint (report->recipients->len, ==, row->address ? 1 : 0);
    if (!row->address)
      continue;

    recipient = g_ptr_array_index (report->recipients, 0);
    g_assert_cmpstr (recipient->address, ==, row->address);
    g_assert_cmpstr (recipient->final_address, ==, row->final_address);
    g_assert_cmpint (recipient->action, ==, row->action);
    g_assert_cmpstr (recipient->status, ==, row->status);
    g_assert_cmpint (recipient->code, ==, row->code);
    g_assert_cmpstr (recipient->text, ==, row->words);
  }
}

/* Each group is somebody else; a report has an end, however long it is. */
static void
test_groups (void)
{
  g_autoptr (EnvoiDeliveryReport) two =
    read_status ("Original-Envelope-Id: one+2Btwo\r\n\r\n"
                 "Final-Recipient: rfc822;a@b.example\r\nAction: failed\r\n\r\n\r\n"
                 "Final-Recipient: rfc822;c@d.example\r\nAction: delivered\r\n");
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (EnvoiDeliveryReport) many = NULL;
  g_autoptr (EnvoiDeliveryReport) none = NULL;

  g_assert_cmpstr (two->envelope_id, ==, "one+two");
  g_assert_cmpuint (two->recipients->len, ==, 2);
  g_assert_cmpstr (((EnvoiReportedRecipient *) two->recipients->pdata[1])->address, ==,
                   "c@d.example");
  g_assert_cmpint (((EnvoiReportedRecipient *) two->recipients->pdata[1])->action, ==,
                   ENVOI_REPORT_DELIVERED);

  for (guint i = 0; i < 5000; i++)
    g_string_append_printf (text, "\r\nFinal-Recipient: rfc822;a%u@b.example\r\n", i);
  many = read_status (text->str);
  g_assert_cmpuint (many->recipients->len, ==, 1000);

  none = read_status ("");
  g_assert_cmpuint (none->recipients->len, ==, 0);
}

static void
test_words (void)
{
  static const struct {
    const char *why;
    const char *words;
    int code;
    const char *status;
  } rows[] = {
    { "code and status", "550 5.1.1 No such user", 550, "5.1.1" },
    { "joined by a hyphen", "550-5.1.1 No such user", 550, "5.1.1" },
    { "inside a sentence", "host mx[192.0.2.1] said: 452 4.2.2 Full", 452, "4.2.2" },
    { "in brackets", "(expanded: 554 Transaction failed)", 554, NULL },
    { "behind a Chinese colon", "退信原因：550 用户不存在", 550, NULL },
    { "a status without a code", "#5.1.10 not found", 0, "5.1.10" },
    { "an address of the network is neither", "connect to 192.0.2.251[5.9.1.1x]: refused", 0, NULL },
    { "a part is missing", "5.1 or so", 0, NULL },
    { "a detail of four digits", "5.1.1000", 0, NULL },
    { "at the end of a sentence", "The status is 5.7.26.", 0, "5.7.26" },
    { "a version is no status", "version 5.1.1b", 0, NULL },
    { "the first code counts", "451 then 550 5.1.1", 451, "5.1.1" },
    { "a year is no code", "on 12 May 2025 at 10:00", 0, NULL },
    { "a number of four digits is no code", "5500 users", 0, NULL },
    { "a room is no code of a server", "room 101 and 999", 0, NULL },
    { "no numbers", "mailbox unavailable", 0, NULL },
    { "nothing", "", 0, NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    EnvoiReportedRecipient *recipient = envoi_reported_recipient_new ("a@b.example");

    g_test_message ("%s", rows[i].why);
    envoi_report_read_words (recipient, rows[i].words);
    g_assert_cmpint (recipient->code, ==, rows[i].code);
    g_assert_cmpstr (recipient->status, ==, rows[i].status);
    g_assert_cmpstr (recipient->text, ==, *rows[i].words ? rows[i].words : NULL);
    envoi_reported_recipient_free (recipient);
  }
}

static const struct {
  const char *why;
  const char *prose;
  const char *failed;           /* X-Failed-Recipients */
  gboolean is_delay;
  const char *named;            /* "address code", with commas between them */
} proses[] = {
  { "Sina", "您的邮件未能发送至 li@qq.com，原因：550 Mailbox not found", NULL, FALSE,
    "li@qq.com 550" },
  { "Aliyun, the reason in the next line",
    "抱歉，您的邮件被退回。\n收件人: wang@163.com\n退信原因: 550 User not found\n", NULL, FALSE,
    "wang@163.com 550" },
  { "139, two recipients with a reason each",
    "a@139.com: 550 no such user\n\nb@139.com: 552 mailbox full\n", NULL, FALSE,
    "a@139.com 550,b@139.com 552" },
  { "one reason for two addresses",
    "The following could not be reached:\n  a@b.example\n  c@d.example\n\n"
    "Nothing else is known of them.\nIt is late.\nSo late.\nReason: 554 Refused", NULL, FALSE,
    "a@b.example 554,c@d.example 554" },
  { "the header names who it is", "It did not work: 550 unknown", "a@b.example", FALSE,
    "a@b.example 550" },
  { "the header names two", "<a@b.example>: 550 x\n\n<c@d.example>: 552 y\n",
    "a@b.example, c@d.example", FALSE, "a@b.example 550,c@d.example 552" },
  { "what is no address in the header", "words", "nobody, , @", FALSE, "" },
  { "a name without a domain, a domain without a name", "words", "a@ @b.example", FALSE, "" },
  { "many blanks between the two", "a@b.example: 550 x", "a@b.example,   ,", FALSE,
    "a@b.example 550" },
  { "the header names somebody of whom nothing is said", "Sorry, 451 later",
    "c@d.example", TRUE, "c@d.example 451" },
  { "behind a Chinese bracket", "收件人（li@qq.com）不存在：550 无此用户", NULL, FALSE,
    "li@qq.com 550" },
  { "a capital letter is the same address", "A@B.example\na@b.example: 550 no\n", NULL, FALSE,
    "a@b.example 550" },
  { "late", "a@b.example has not got it yet, 451 4.4.1 no answer", NULL, TRUE,
    "a@b.example 451" },
  { "no address at all", "Something @ all went wrong, 550", NULL, FALSE, "" },
  { "an address without a domain", "root@localhost said no", NULL, FALSE, "" },
  { "a full stop behind the address", "I could not reach a@b.example.", NULL, FALSE,
    "a@b.example 0" },
};

static void
test_prose (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (proses); i++) {
    g_autoptr (EnvoiDeliveryReport) report = new_report ();
    g_autoptr (GString) named = g_string_new (NULL);

    g_test_message ("%s", proses[i].why);
    envoi_report_read_prose (report, proses[i].prose, proses[i].failed, proses[i].is_delay);
    for (guint j = 0; j < report->recipients->len; j++) {
      const EnvoiReportedRecipient *recipient = g_ptr_array_index (report->recipients, j);

      g_assert_cmpint (recipient->action, ==,
                       proses[i].is_delay ? ENVOI_REPORT_DELAYED : ENVOI_REPORT_FAILED);
      g_string_append_printf (named, "%s%s %d", j > 0 ? "," : "", recipient->address,
                              recipient->code);
    }
    g_assert_cmpstr (named->str, ==, proses[i].named);
  }
}

static void
test_cut_copy (void)
{
  static const struct {
    const char *prose;
    const char *before;
  } rows[] = {
    { "Sorry.\n--- Below this line is a copy of the message.\nTo: x@y.example", "Sorry.\n" },
    { "Sorry.\n------ This is a copy of the message, including all the headers. ------\nx",
      "Sorry.\n" },
    { "Sorry.\n-----Original Message-----\nx", "Sorry.\n" },
    { "抱歉。\n---原始邮件---\nx", "抱歉。\n" },
    { "原邮件信息：\n退信原因：满", "原邮件信息：\n退信原因：满" },
    { "No copy", "No copy" },
    { "", "" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autofree char *before = envoi_report_cut_copy (rows[i].prose);

    g_assert_cmpstr (before, ==, rows[i].before);
  }
}

int
main (int    argc,
      char **argv)
{
  envoi_test_init (&argc, &argv);

  g_test_add_func ("/envoi/message/delivery-status/fields", test_fields);
  g_test_add_func ("/envoi/message/delivery-status/groups", test_groups);
  g_test_add_func ("/envoi/message/delivery-status/words", test_words);
  g_test_add_func ("/envoi/message/delivery-status/prose", test_prose);
  g_test_add_func ("/envoi/message/delivery-status/cut-copy", test_cut_copy);

  return g_test_run ();
}
