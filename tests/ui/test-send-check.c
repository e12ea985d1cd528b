/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-test"

#include "config.h"

#include "envoi-test.h"

#include "envoi-link.h"
#include "envoi-schedule.h"
#include "envoi-send-check.h"

typedef struct {
  const char *text;
  gboolean is_mentioned;
} Mention;

static const Mention mentions[] = {
  { "I have attached the report.", TRUE },
  { "Please find attached our offer.", TRUE },
  { "See the attachment for details.", TRUE },
  { "The photos are attached to this mail.", TRUE },
  { "I'm attaching two files.", TRUE },
  { "I will attach the plan below.", TRUE },
  { "Attached: minutes of Monday.", TRUE },
  { "The contract is enclosed.", TRUE },
  { "Enclosed please find the invoice.", TRUE },
  { "Attachments: 3", TRUE },
  { "附件是上周的会议纪要，请查收。", TRUE },
  { "详见附件。", TRUE },
  { "合同已附上，请确认。", TRUE },
  { "随信附上照片三张。", TRUE },
  { "我把简历附在附件里了。", TRUE },
  { "附图为新的设计。", TRUE },
  { "請見附件檔案。", TRUE },
  { "报价单见附件，谢谢！", TRUE },
  { "Shall we meet for lunch?", FALSE },
  { "I am very attached to this old chair.", FALSE },
  { "The label is attached to the wall.", FALSE },
  { "No attachment needed this time.", FALSE },
  { "Thanks, I got your attachment yesterday.", FALSE },
  { "> please find attached the report\nThanks, read it.", FALSE },
  { "Thanks!\n-- \nWei\nAttachments are scanned for viruses.", FALSE },
  { "Thanks!\n\nOn Mon, 3 Nov 2025 at 10:00, Li <li@x.cn> wrote:\nsee attached", FALSE },
  { "Attachment theory is my field.", FALSE },
  { "下午在公司附近见吧。", FALSE },
  { "您的附件我已经看过了。", FALSE },
  { "这次没有附件。", FALSE },
  { "收到附件，谢谢。", FALSE },
  { "谢谢！\n在 2025年11月3日，李雷 写道：\n附件请查收", FALSE },
  { "谢谢！\n------------------ 原始邮件 ------------------\n见附件", FALSE },
  { "这个产品的附加值很高。", FALSE },
};

static void
test_mentions (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (mentions); i++) {
    gboolean is_mentioned = envoi_send_check_mentions_attachment (mentions[i].text);

    if (is_mentioned != mentions[i].is_mentioned)
      g_test_message ("%s", mentions[i].text);
    g_assert_cmpint (is_mentioned, ==, mentions[i].is_mentioned);
  }
}

typedef struct {
  const char *to;
  const char *subject;
  const char *html;
  guint kinds;          /* a bit each */
  gboolean is_blocked;
} Letter;

#define BIT(kind) (1u << (kind))

static const Letter letters[] = {
  { "wei@x.cn", "Hello", "<div>Good morning</div>", 0, FALSE },
  { "", "Hello", "<div>Good morning</div>", BIT (ENVOI_SEND_NO_RECIPIENT), TRUE },
  { "wei@x.cn, wrong", "Hello", "<div>x</div>", BIT (ENVOI_SEND_BAD_ADDRESS), TRUE },
  { "wei@x.cn", "  ", "<div>Good morning</div>", BIT (ENVOI_SEND_NO_SUBJECT), FALSE },
  { "wei@x.cn", "Hello", "", BIT (ENVOI_SEND_NO_TEXT), FALSE },
  { "wei@x.cn", "Hello", "<div><img src=\"cid:a@b\"></div>", 0, FALSE },
  { "wei@x.cn", "Hello", "<div>see attachment</div>", BIT (ENVOI_SEND_NO_ATTACHMENT), FALSE },
  { "wei@x.cn", "见附件", "<div>你好</div>", BIT (ENVOI_SEND_NO_ATTACHMENT), FALSE },
  { "", "", "", BIT (ENVOI_SEND_NO_RECIPIENT) | BIT (ENVOI_SEND_NO_SUBJECT) |
    BIT (ENVOI_SEND_NO_TEXT), TRUE },
};

static void
test_letters (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (letters); i++) {
    g_autoptr (EnvoiDraft) draft = envoi_draft_new ("id");
    g_autoptr (GPtrArray) findings = NULL;
    guint kinds = 0;
    gboolean is_blocked = FALSE;

    envoi_draft_set (draft, "to", letters[i].to);
    envoi_draft_set (draft, "subject", letters[i].subject);
    envoi_draft_set (draft, "html", letters[i].html);
    findings = envoi_send_check_run (draft, NULL);

    for (guint j = 0; j < findings->len; j++) {
      const EnvoiSendFinding *finding = g_ptr_array_index (findings, j);

      kinds |= BIT (finding->kind);
      is_blocked |= finding->is_blocking;
      g_assert_cmpstr (finding->text, !=, "");
    }

    g_assert_cmphex (kinds, ==, letters[i].kinds);
    g_assert_cmpint (is_blocked, ==, letters[i].is_blocked);
  }
}

static void
test_attached (void)
{
  g_autoptr (EnvoiDraft) draft = envoi_draft_new ("id");
  g_autoptr (EnvoiAttachment) file = envoi_attachment_new ("a.txt", "text/plain", "00", 5);
  g_autoptr (GPtrArray) findings = NULL;

  envoi_draft_set (draft, "to", "wei@x.cn");
  envoi_draft_set (draft, "subject", "Hello");
  envoi_draft_set (draft, "html", "<div>see attachment</div>");
  envoi_draft_add_attachment (draft, file);
  findings = envoi_send_check_run (draft, NULL);
  g_assert_cmpuint (findings->len, ==, 0);
}

/* What may bring a letter under the limit is offered, and nothing else. */
static void
test_too_large (void)
{
  static const struct {
    const char *prose;
    const char *name;
    const char *content_type;
    guint64 packable;         /* of 3000 octets */
    guint64 limit;
    const char *field;        /* NULL = the letter is not too large */
  } cases[] = {
    { "it fits", "a.csv", "text/csv", 3000, 100000, NULL },
    { "a table", "a.csv", "text/csv", 3000, 4000, "compress" },
    { "a table beside a photo that is too large by itself", "a.csv", "text/csv", 1000, 4000,
      "text" },
    { "a table beside a photo", "a.csv", "text/csv", 2500, 4000, "compress" },
    { "a photo", "a.jpg", "image/jpeg", 3000, 4000, "text" },
    { "a program, which is refused in an archive, too", "a.exe", "application/x-msdos-program",
      3000, 4000, "text" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (EnvoiDraft) draft = envoi_draft_new ("id");
    g_autoptr (EnvoiAttachment) file =
      envoi_attachment_new (cases[i].name, cases[i].content_type, "00", cases[i].packable);
    g_autoptr (EnvoiAttachment) photo =
      envoi_attachment_new ("b.jpg", "image/jpeg", "01", 3000 - cases[i].packable);
    EnvoiSendLimits limits = { .provider_name = "X", .size_limit = cases[i].limit };
    g_autoptr (GPtrArray) findings = NULL;
    const char *field = NULL;

    g_test_message ("%s", cases[i].prose);
    envoi_draft_add_attachment (draft, file);
    envoi_draft_add_attachment (draft, photo);
    findings = envoi_send_check_run (draft, &limits);
    for (guint j = 0; j < findings->len; j++) {
      const EnvoiSendFinding *finding = g_ptr_array_index (findings, j);

      if (finding->kind == ENVOI_SEND_TOO_LARGE)
        field = finding->field;
    }
    g_assert_cmpstr (field, ==, cases[i].field);
  }
}

/* Each of the two sentences about a long list has a remedy of its own. */
static void
test_too_many (void)
{
  g_autoptr (EnvoiDraft) draft = envoi_draft_new ("id");
  g_autoptr (GString) to = g_string_new (NULL);
  EnvoiSendLimits limits = { .provider_name = "X", .max_recipients = 20 };
  g_autoptr (GPtrArray) findings = NULL;
  g_autoptr (GString) fields = g_string_new (NULL);

  for (guint i = 0; i < 21; i++)
    g_string_append_printf (to, "%sa%u@x.cn", i > 0 ? ", " : "", i);
  envoi_draft_set (draft, "to", to->str);
  envoi_draft_set (draft, "subject", "Hello");
  envoi_draft_set (draft, "html", "<div>Good morning</div>");
  findings = envoi_send_check_run (draft, &limits);
  for (guint i = 0; i < findings->len; i++) {
    const EnvoiSendFinding *finding = g_ptr_array_index (findings, i);

    if (finding->kind == ENVOI_SEND_TOO_MANY_RECIPIENTS ||
        finding->kind == ENVOI_SEND_MANY_VISIBLE)
      g_string_append_printf (fields, "%s ", finding->field);
  }
  g_assert_cmpstr (fields->str, ==, "parts separately ");
}

static const char *const links[][2] = {
  { "not a link", NULL },
  { "", NULL },
  { "word", NULL },
  { "example.org", "https://example.org" },
  { " example.org/a?b=c ", "https://example.org/a?b=c" },
  { "http://example.org", "http://example.org" },
  { "HTTPS://example.org", "HTTPS://example.org" },
  { "https:", NULL },
  { "wei@example.org", "mailto:wei@example.org" },
  { "mailto:wei@example.org", "mailto:wei@example.org" },
  { "localhost:8080/x", "https://localhost:8080/x" },
  { "javascript:alert(1)", NULL },
  { "data:text/html,x", NULL },
  { "file:///etc/passwd", NULL },
  { "https://x/\"onclick=", NULL },
  { "例子.测试/路径", "https://例子.测试/路径" },
};

static void
test_links (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (links); i++) {
    g_autofree char *link = envoi_link_normalize (links[i][0]);

    g_assert_cmpstr (link, ==, links[i][1]);
  }
}

typedef struct {
  const char *now;
  const char *choices;   /* local times, joined */
} Schedule;

static const Schedule schedules[] = {
  /* A Thursday morning, a Thursday night, a Sunday, a Saturday. */
  { "2026-11-26T09:00:00Z", "26T13 26T18 27T08 30T08" },
  { "2026-11-26T21:30:00Z", "27T08 30T08" },
  { "2026-11-29T16:00:00Z", "29T18 30T08" },
  { "2026-11-28T17:30:00Z", "29T08 30T08" },
};

static void
test_schedules (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (schedules); i++) {
    g_autoptr (GDateTime) now = g_date_time_new_from_iso8601 (schedules[i].now, NULL);
    g_autoptr (GPtrArray) choices = envoi_schedule_list_choices (now);
    g_autoptr (GString) joined = g_string_new (NULL);

    for (guint j = 0; j < choices->len; j++) {
      EnvoiScheduleChoice *choice = g_ptr_array_index (choices, j);
      g_autofree char *when = g_date_time_format (choice->when, "%dT%H");

      g_assert_cmpint (g_date_time_compare (choice->when, now), >, 0);
      g_string_append_printf (joined, "%s%s", j > 0 ? " " : "", when);
    }

    g_assert_cmpstr (joined->str, ==, schedules[i].choices);
  }
}

int
main (int   argc,
      char *argv[])
{
  envoi_test_init (&argc, &argv);

  g_test_add_func ("/envoi/ui/send-check/mentions", test_mentions);
  g_test_add_func ("/envoi/ui/send-check/letters", test_letters);
  g_test_add_func ("/envoi/ui/send-check/attached", test_attached);
  g_test_add_func ("/envoi/ui/send-check/too-large", test_too_large);
  g_test_add_func ("/envoi/ui/send-check/too-many", test_too_many);
  g_test_add_func ("/envoi/ui/send-check/links", test_links);
  g_test_add_func ("/envoi/ui/send-check/schedules", test_schedules);

  return g_test_run ();
}
