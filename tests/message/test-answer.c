/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-test"

#include "config.h"

#include "envoi-test.h"

#include "envoi-answer.h"
#include "envoi-html.h"

#include <string.h>

#define WHEN (G_GINT64_CONSTANT (1772352000) * G_USEC_PER_SEC)
#define BLOB "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

static const char *const own[] = { "li@x.cn", "Li@work.example", NULL };

static EnvoiOriginal *
make_original (const char *first, ...)
{
  g_autoptr (EnvoiDraft) letter = envoi_draft_new ("original");
  va_list fields;

  va_start (fields, first);
  for (const char *name = first; name; name = va_arg (fields, const char *))
    envoi_draft_set (letter, name, va_arg (fields, const char *));
  va_end (fields);
  return envoi_original_new (letter, "<m1@y.cn>", WHEN);
}

static EnvoiDraft *
answer (EnvoiOriginal   *original,
        EnvoiAnswerKind  kind)
{
  EnvoiDraft *draft = envoi_draft_new ("answer");

  envoi_answer_fill (draft, kind, original, own);
  return draft;
}

static void
test_subject (void)
{
  static const struct {
    const char *subject;
    const char *bare;
  } rows[] = {
    { "Report", "Report" },
    { "Re: Report", "Report" },
    { "RE: re: Fwd: Report", "Report" },
    { "Re[3]: Report", "Report" },
    { "Re(2): Report", "Report" },
    { "回复：报告", "报告" },
    { "回复: 转发：Re: 报告", "报告" },
    { "答复: 回复（3）：报告", "报告" },
    { "轉寄：回覆：報告", "報告" },
    { "AW: WG: Bericht", "Bericht" },
    { "Re :Report", "Report" },
    { "", "" },
    /* No prefixes at all: */
    { "Regarding: the plan", "Regarding: the plan" },
    { "Research: Re: x", "Research: Re: x" },
    { "回复率：90%", "回复率：90%" },
    { "Reply", "Reply" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autofree char *reply = envoi_answer_format_subject (ENVOI_ANSWER_REPLY, rows[i].subject);
    g_autofree char *forward = envoi_answer_format_subject (ENVOI_ANSWER_FORWARD, rows[i].subject);
    g_autofree char *again = envoi_answer_format_subject (ENVOI_ANSWER_REPLY, forward);
    g_autofree char *edit = envoi_answer_format_subject (ENVOI_ANSWER_EDIT, rows[i].subject);

    g_assert_true (g_str_has_prefix (reply, "Re: "));
    g_assert_cmpstr (reply + 4, ==, rows[i].bare);
    g_assert_true (g_str_has_prefix (forward, "Fwd: "));
    g_assert_cmpstr (forward + 5, ==, rows[i].bare);
    g_assert_cmpstr (again, ==, reply);
    g_assert_cmpstr (edit, ==, rows[i].subject);
  }
}

static void
test_recipients (void)
{
  static const struct {
    const char *from, *reply_to, *to, *cc;
    const char *reply_to_one;
    const char *all_to, *all_cc;
  } rows[] = {
    /* The sender alone, or with everybody else; ourselves never. */
    { "Wei <wei@y.cn>", "", "li@x.cn, ann@z.org", "Bo <bo@z.org>, LI@work.example",
      "Wei <wei@y.cn>", "Wei <wei@y.cn>, ann@z.org", "Bo <bo@z.org>" },
    /* Reply-To comes in the sender's place. */
    { "wei@y.cn", "list@y.cn", "li@x.cn", "", "list@y.cn", "list@y.cn", "" },
    /* Nobody is written to twice. */
    { "wei@y.cn", "", "wei@y.cn, ann@z.org", "ann@z.org, WEI@y.cn", "wei@y.cn",
      "wei@y.cn, ann@z.org", "" },
    /* Our own letter: those it went to. */
    { "Li <li@x.cn>", "", "ann@z.org", "bo@z.org", "ann@z.org", "ann@z.org", "bo@z.org" },
    { "li@x.cn", "other@x.cn", "ann@z.org", "", "ann@z.org", "ann@z.org", "" },
    /* A letter to ourselves. */
    { "li@x.cn", "", "li@x.cn", "", "li@x.cn", "li@x.cn", "" },
    /* A name with a comma keeps its quotes. */
    { "\"Wang, Wei\" <wei@y.cn>", "", "li@x.cn", "", "\"Wang, Wei\" <wei@y.cn>",
      "\"Wang, Wei\" <wei@y.cn>", "" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    EnvoiOriginal *original =
      make_original ("from", rows[i].from, "reply-to", rows[i].reply_to, "to", rows[i].to,
                     "cc", rows[i].cc, "bcc", "hidden@z.org", NULL);
    g_autoptr (EnvoiDraft) one = answer (original, ENVOI_ANSWER_REPLY);
    g_autoptr (EnvoiDraft) all = answer (original, ENVOI_ANSWER_REPLY_ALL);
    g_autoptr (EnvoiDraft) forward = answer (original, ENVOI_ANSWER_FORWARD);

    g_assert_cmpstr (envoi_draft_get (one, "to"), ==, rows[i].reply_to_one);
    g_assert_cmpstr (envoi_draft_get (one, "cc"), ==, "");
    g_assert_cmpstr (envoi_draft_get (all, "to"), ==, rows[i].all_to);
    g_assert_cmpstr (envoi_draft_get (all, "cc"), ==, rows[i].all_cc);
    g_assert_cmpstr (envoi_draft_get (all, "bcc"), ==, "");
    g_assert_cmpstr (envoi_draft_get (forward, "to"), ==, "");
    envoi_original_free (original);
  }
}

static void
test_references (void)
{
  static const struct {
    const char *references, *in_reply_to, *expected;
  } rows[] = {
    { "", "", "<m1@y.cn>" },
    { "<a@y> <b@y>", "<b@y>", "<a@y> <b@y> <m1@y.cn>" },
    { "<a@y>\r\n\t<b@y>", "", "<a@y> <b@y> <m1@y.cn>" },
    { "", "<b@y>", "<b@y> <m1@y.cn>" },
    { "", "<b@y> <c@y>", "<m1@y.cn>" },
    { "", "Wei's letter of Monday <b@y>", "<b@y> <m1@y.cn>" },
    { "<a@y> <m1@y.cn>", "", "<a@y> <m1@y.cn>" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    EnvoiOriginal *original = make_original ("from", "wei@y.cn", "references", rows[i].references,
                                             "in-reply-to", rows[i].in_reply_to, NULL);
    g_autoptr (EnvoiDraft) reply = answer (original, ENVOI_ANSWER_REPLY);
    g_autoptr (EnvoiDraft) forward = answer (original, ENVOI_ANSWER_FORWARD);

    g_assert_cmpstr (envoi_draft_get (reply, "references"), ==, rows[i].expected);
    g_assert_cmpstr (envoi_draft_get (reply, "in-reply-to"), ==, "<m1@y.cn>");
    g_assert_cmpstr (envoi_draft_get (forward, "references"), ==, "");
    g_assert_cmpstr (envoi_draft_get (forward, "in-reply-to"), ==, "");
    envoi_original_free (original);
  }
}

/* A conversation of a hundred letters: its first one and its last ones are named. */
static void
test_long_references (void)
{
  g_autoptr (GString) ids = g_string_new (NULL);
  g_autoptr (EnvoiDraft) reply = NULL;
  g_auto (GStrv) kept = NULL;
  EnvoiOriginal *original;

  for (guint i = 0; i < 100; i++)
    g_string_append_printf (ids, "<%u@y> ", i);
  original = make_original ("from", "wei@y.cn", "references", ids->str, NULL);
  reply = answer (original, ENVOI_ANSWER_REPLY);
  kept = g_strsplit (envoi_draft_get (reply, "references"), " ", -1);

  g_assert_cmpuint (g_strv_length (kept), ==, 21);
  g_assert_cmpstr (kept[0], ==, "<0@y>");
  g_assert_cmpstr (kept[1], ==, "<81@y>");
  g_assert_cmpstr (kept[20], ==, "<m1@y.cn>");
  envoi_original_free (original);
}

static void
test_plain_quotation (void)
{
  EnvoiOriginal *original =
    make_original ("from", "Wei <wei@y.cn>", "to", "li@x.cn", "subject", "Plan", "text",
                   "Hello\r\n\r\n> old\r\n>> older\r\n-- \r\nWei\r\nDirector\r\n", NULL);
  g_autoptr (EnvoiDraft) reply = answer (original, ENVOI_ANSWER_REPLY);
  g_autoptr (EnvoiDraft) forward = answer (original, ENVOI_ANSWER_FORWARD);
  const char *text = envoi_draft_get (reply, "text");

  g_assert_cmpstr (envoi_draft_get (reply, "html"), ==, "");
  g_assert_true (g_str_has_prefix (text, "\n\nOn "));
  g_assert_nonnull (strstr (text, "2026"));
  g_assert_nonnull (strstr (text, ", Wei <wei@y.cn> wrote:\n> Hello\n>\n>> old\n>>> older\n"));
  g_assert_null (strstr (text, "Director"));

  text = envoi_draft_get (forward, "text");
  g_assert_nonnull (strstr (text, "---------- Forwarded message ----------\n"
                            "From: Wei <wei@y.cn>\nDate: "));
  g_assert_nonnull (strstr (text, "\nSubject: Plan\nTo: li@x.cn\n\nHello\n\n> old\n"));
  g_assert_nonnull (strstr (text, "-- \nWei\nDirector\n"));
  g_assert_null (strstr (text, "Cc:"));
  envoi_original_free (original);
}

/* Nothing active comes in with a quotation, and no mark of ours: a signature in
 * it must not be taken for the one of this letter. */
static void
test_formatted_quotation (void)
{
  EnvoiOriginal *original =
    make_original ("from", "Wei <wei@y.cn>", "html",
                   "<p onclick=\"x()\">Hi <b>Li</b><script>evil()</script></p>"
                   "<img src=\"cid:p1\"><img src=\"http://t.example/p.png\">"
                   "<div class=\"envoi-signature\">Wei</div>", NULL);
  g_autoptr (EnvoiDraft) reply = answer (original, ENVOI_ANSWER_REPLY);
  g_autoptr (EnvoiDraft) forward = answer (original, ENVOI_ANSWER_FORWARD);
  const char *html = envoi_draft_get (reply, "html");

  g_assert_cmpstr (envoi_draft_get (reply, "text"), ==, "");
  g_assert_nonnull (strstr (html, "Wei &lt;wei@y.cn&gt; wrote:</div><blockquote"));
  g_assert_nonnull (strstr (html, "<b>Li</b>"));
  g_assert_nonnull (strstr (html, "cid:p1"));
  g_assert_null (strstr (html, "evil"));
  g_assert_null (strstr (html, "onclick"));
  g_assert_null (strstr (html, "t.example"));
  g_assert_null (strstr (html, "envoi-signature"));
  g_assert_nonnull (strstr (html, "<div>Wei</div>"));
  g_assert_null (strstr (envoi_draft_get (forward, "html"), "blockquote"));
  g_assert_null (strstr (envoi_draft_get (forward, "html"), "envoi-signature"));
  envoi_original_free (original);
}

/* Pictures on the internet stay there in every kind of answer, and are counted; what
 * nobody saw is not. */
static void
test_left_out (void)
{
  static const EnvoiAnswerKind kinds[] = {
    ENVOI_ANSWER_REPLY, ENVOI_ANSWER_REPLY_ALL, ENVOI_ANSWER_FORWARD, ENVOI_ANSWER_EDIT,
  };
  EnvoiOriginal *original =
    make_original ("from", "wei@y.cn", "html",
                   "<img src=\"https://t.example/a.png\"><img src=\"//t.example/b.png\">"
                   "<img src=\"http://t.example/c.gif\" width=\"1\" height=\"1\"><img src=\"cid:p1\">",
                   NULL);
  EnvoiOriginal *plain = make_original ("from", "wei@y.cn", "text", "https://t.example/a.png", NULL);

  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++) {
    g_autoptr (EnvoiDraft) draft = answer (original, kinds[i]);
    g_autoptr (EnvoiDraft) plain_draft = answer (plain, kinds[i]);

    g_assert_cmpuint (envoi_answer_get_n_left_out (draft), ==, 2);
    g_assert_cmpuint (envoi_answer_get_n_left_out (plain_draft), ==, 0);
  }
  envoi_original_free (original);
  envoi_original_free (plain);
}

static guint
count_files (EnvoiDraft *draft)
{
  return g_list_model_get_n_items (envoi_draft_get_attachments (draft));
}

static void
test_attachments (void)
{
  EnvoiOriginal *original = make_original ("from", "wei@y.cn", "html", "<img src=\"cid:p1\">", NULL);
  g_autoptr (EnvoiAttachment) file = envoi_attachment_new ("报告.pdf", "application/pdf", BLOB, 3);
  g_autoptr (EnvoiAttachment) picture =
    envoi_attachment_new_inline ("p.png", "image/png", BLOB, 3, "p1");
  g_autoptr (EnvoiDraft) reply = NULL;
  g_autoptr (EnvoiDraft) forward = NULL;
  g_autoptr (EnvoiDraft) edit = NULL;
  g_autoptr (EnvoiAttachment) kept = NULL;

  envoi_draft_add_attachment (original->letter, file);
  envoi_draft_add_attachment (original->letter, picture);
  reply = answer (original, ENVOI_ANSWER_REPLY_ALL);
  forward = answer (original, ENVOI_ANSWER_FORWARD);
  edit = answer (original, ENVOI_ANSWER_EDIT);

  g_assert_cmpuint (count_files (reply), ==, 1);
  kept = g_list_model_get_item (envoi_draft_get_attachments (reply), 0);
  g_assert_cmpstr (envoi_attachment_get_content_id (kept), ==, "p1");
  g_assert_cmpuint (count_files (forward), ==, 2);
  g_assert_cmpuint (count_files (edit), ==, 2);
  envoi_original_free (original);
}

static void
test_edit_as_new (void)
{
  static const char *const fields[] = {
    "to", "cc", "bcc", "reply-to", "subject", "html", "in-reply-to", "references",
  };
  EnvoiOriginal *original =
    make_original ("from", "li@x.cn", "to", "a@z.org", "cc", "b@z.org", "bcc", "c@z.org",
                   "reply-to", "d@z.org", "subject", "Re: x", "html", "<p>x</p>", "text", "twin",
                   "in-reply-to", "<a@y>", "references", "<a@y>", NULL);
  g_autoptr (EnvoiDraft) edit = answer (original, ENVOI_ANSWER_EDIT);

  for (guint i = 0; i < G_N_ELEMENTS (fields); i++)
    g_assert_cmpstr (envoi_draft_get (edit, fields[i]), ==,
                     envoi_draft_get (original->letter, fields[i]));
  g_assert_cmpstr (envoi_draft_get (edit, "text"), ==, "");
  envoi_original_free (original);
}

#define MESSAGE \
  "From: =?UTF-8?B?546LLCDkvJ8=?= <wei@y.cn>\r\n" \
  "To: =?gb2312?B?wO7A1w==?= <li@x.cn>, Team: ann@z.org, \"Bo, C\" <bo@z.org>;\r\n" \
  "Cc: undisclosed-recipients:;\r\n" \
  "Subject: =?UTF-8?B?5Zue5aSN77ya5oql5ZGK?=\r\n" \
  "Date: Sun, 1 Mar 2026 16:00:00 +0800\r\nMessage-ID: <m9@y.cn>\r\n" \
  "References: <m7@y.cn>\r\n <m8@y.cn>\r\nMIME-Version: 1.0\r\n" \
  "Content-Type: text/plain; charset=utf-8\r\n\r\nHello\r\n"

static void
test_message (void)
{
  g_autoptr (GBytes) source = g_bytes_new_static (MESSAGE, strlen (MESSAGE));
  g_autoptr (EnvoiMessageReader) reader = envoi_message_reader_new (source, NULL);
  g_autoptr (EnvoiOriginal) original = envoi_original_new_from_message (reader);
  g_autoptr (EnvoiDraft) reply = answer (original, ENVOI_ANSWER_REPLY_ALL);

  g_assert_cmpstr (envoi_draft_get (original->letter, "from"), ==, "\"王, 伟\" <wei@y.cn>");
  g_assert_cmpstr (envoi_draft_get (original->letter, "to"), ==,
                   "李雷 <li@x.cn>, ann@z.org, \"Bo, C\" <bo@z.org>");
  g_assert_cmpstr (envoi_draft_get (original->letter, "cc"), ==, "");
  g_assert_cmpint (g_date_time_to_unix (original->date), ==, 1772352000);
  g_assert_cmpstr (envoi_draft_get (reply, "subject"), ==, "Re: 报告");
  g_assert_cmpstr (envoi_draft_get (reply, "to"), ==,
                   "\"王, 伟\" <wei@y.cn>, ann@z.org, \"Bo, C\" <bo@z.org>");
  g_assert_cmpstr (envoi_draft_get (reply, "references"), ==, "<m7@y.cn> <m8@y.cn> <m9@y.cn>");
  g_assert_cmpstr (envoi_draft_get (reply, "in-reply-to"), ==, "<m9@y.cn>");
}

/* The fields of addresses, as foreign programs write them. */
static void
test_address_fields (void)
{
  static const struct {
    const char *field;
    const char *people;
  } rows[] = {
    { "a@x.cn", "a@x.cn" },
    { "A <a@x.cn>,\r\n B <b@x.cn>", "A <a@x.cn>, B <b@x.cn>" },
    { "\"A, B\" <a@x.cn>", "\"A, B\" <a@x.cn>" },
    { "=?UTF-8?Q?=E7=8E=8B=2C?= <a@x.cn>", "\"王,\" <a@x.cn>" },
    { "=?GBK?B?zfU=?= <a@x.cn>", "王 <a@x.cn>" },
    { "a@x.cn (Comment)", "Comment <a@x.cn>" },
    { "Group: a@x.cn, b@x.cn;, c@x.cn", "a@x.cn, b@x.cn, c@x.cn" },
    { "undisclosed-recipients:;", "" },
    { "a@x.cn, not an address, b@x.cn", "a@x.cn, b@x.cn" },
    { "<>", "" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autofree char *message = g_strdup_printf ("Subject: x\r\nTo: %s\r\n\r\nx\r\n", rows[i].field);
    g_autoptr (GBytes) source = g_bytes_new (message, strlen (message));
    g_autoptr (EnvoiMessageReader) reader = envoi_message_reader_new (source, NULL);
    g_autofree char *people = envoi_message_reader_dup_addresses (reader, "To");
    g_autofree char *nobody = envoi_message_reader_dup_addresses (reader, "Cc");

    if (g_strcmp0 (people, rows[i].people) != 0)
      g_test_message ("%s", rows[i].field);
    g_assert_cmpstr (people, ==, rows[i].people);
    g_assert_cmpstr (nobody, ==, "");
  }
}

static void
test_pictures_shown (void)
{
  g_autoptr (EnvoiOriginal) original = make_original ("html", "<img src=\"cid:p1@x\">", NULL);

  g_assert_true (envoi_original_shows (original, "p1@x"));
  g_assert_false (envoi_original_shows (original, "p2@x"));
  g_assert_false (envoi_original_shows (original, ""));
  g_assert_false (envoi_original_shows (original, NULL));
}

static const struct {
  const char *html;
  const char *plain;    /* NULL: it stays formatted */
} begun[] = {
  { "", "\n" },
  { ENVOI_ANSWER_LINES "<div>Wei wrote:</div><blockquote><div>a <b>b</b></div></blockquote>",
    "\n\nWei wrote:\n\n> a b\n" },
  { "<div>a <b>bold</b> word</div>", NULL },
  { "<ul><li>a</li></ul>", NULL },
};

static void
test_begin_plain (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (begun); i++) {
    g_autoptr (EnvoiDraft) draft = envoi_draft_new ("x");

    envoi_draft_set (draft, "html", begun[i].html);
    envoi_answer_begin_plain (draft);
    g_assert_cmpstr (envoi_draft_get (draft, "html"), ==, begun[i].plain ? "" : begun[i].html);
    g_assert_cmpstr (envoi_draft_get (draft, "text"), ==, begun[i].plain ? begun[i].plain : "");
  }
}

/* The words of a link, which had no formats when they were put into HTML. */
static void
test_begin_plain_with_words (void)
{
  static const char *const words[] = { "a", "a\nb", "a\n\nb & <c>", "甲\n\n乙" };

  for (guint i = 0; i < G_N_ELEMENTS (words); i++) {
    g_autoptr (EnvoiDraft) draft = envoi_draft_new ("x");
    g_autofree char *html = envoi_html_from_text (words[i]);

    envoi_draft_set (draft, "html", html);
    envoi_answer_begin_plain (draft);
    g_assert_cmpstr (envoi_draft_get (draft, "html"), ==, "");
    g_assert_true (g_str_has_prefix (envoi_draft_get (draft, "text"), words[i]));
  }
}

int
main (int   argc,
      char *argv[])
{
  envoi_test_init (&argc, &argv);

  g_test_add_func ("/envoi/message/answer/subject", test_subject);
  g_test_add_func ("/envoi/message/answer/recipients", test_recipients);
  g_test_add_func ("/envoi/message/answer/references", test_references);
  g_test_add_func ("/envoi/message/answer/long-references", test_long_references);
  g_test_add_func ("/envoi/message/answer/plain-quotation", test_plain_quotation);
  g_test_add_func ("/envoi/message/answer/formatted-quotation", test_formatted_quotation);
  g_test_add_func ("/envoi/message/answer/left-out", test_left_out);
  g_test_add_func ("/envoi/message/answer/attachments", test_attachments);
  g_test_add_func ("/envoi/message/answer/edit-as-new", test_edit_as_new);
  g_test_add_func ("/envoi/message/answer/message", test_message);
  g_test_add_func ("/envoi/message/answer/address-fields", test_address_fields);
  g_test_add_func ("/envoi/message/answer/pictures-shown", test_pictures_shown);
  g_test_add_func ("/envoi/message/answer/begin-plain", test_begin_plain);
  g_test_add_func ("/envoi/message/answer/begin-plain-with-words", test_begin_plain_with_words);

  return g_test_run ();
}
