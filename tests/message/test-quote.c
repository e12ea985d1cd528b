/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-test"

#include "config.h"

#include "envoi-test.h"

#include "envoi-html.h"
#include "envoi-quote.h"
#include "envoi-sign.h"

#include <string.h>

#define WHEN (G_GINT64_CONSTANT (1772352000) * G_USEC_PER_SEC)

static EnvoiOriginal *
make_original (const char *from,
               const char *html,
               const char *text,
               gint64      date)
{
  g_autoptr (EnvoiDraft) letter = envoi_draft_new ("original");

  envoi_draft_set (letter, "from", from);
  envoi_draft_set (letter, "html", html);
  envoi_draft_set (letter, "text", text);
  return envoi_original_new (letter, "<m@x.cn>", date);
}

static void
test_marks (void)
{
  static const struct {
    const char *text;
    const char *marked;
  } rows[] = {
    { "a", "> a\n" },
    { "a\nb", "> a\n> b\n" },
    { "a\r\nb\r\n", "> a\n> b\n" },
    { "a\n\nb", "> a\n>\n> b\n" },
    { "> a", ">> a\n" },
    { ">> a\n> b\nc", ">>> a\n>> b\n> c\n" },
    { "  a", ">   a\n" },
    { "\n\na\n\n\n", ">\n>\n> a\n" },
    { "a\n-- \nWei", "> a\n" },
    { "-- \nWei", "" },
    /* Only the delimiter with its space ends the text. */
    { "a\n--\nb", "> a\n> --\n> b\n" },
    { "a\n-- b", "> a\n> -- b\n" },
    { "你好\n　缩进", "> 你好\n> 　缩进\n" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (EnvoiOriginal) original = make_original ("Wei <w@x.cn>", "", rows[i].text, 0);
    g_autofree char *quotation = envoi_quote_text (ENVOI_ANSWER_REPLY, original);
    g_autofree char *wanted = g_strconcat ("Wei <w@x.cn> wrote:\n", rows[i].marked, NULL);

    g_assert_cmpstr (quotation, ==, wanted);
  }
}

/* A formatted letter without a twin is quoted in plain text by its words. */
static void
test_words_of_html (void)
{
  g_autoptr (EnvoiOriginal) original =
    make_original ("w@x.cn", "<p>One</p><ul><li>two</li></ul>", "", WHEN);
  g_autofree char *quotation = envoi_quote_text (ENVOI_ANSWER_REPLY, original);

  g_assert_nonnull (strstr (quotation, "\n> One\n>\n"));
  g_assert_nonnull (strstr (quotation, "two\n"));
}

static void
test_attribution (void)
{
  static const struct {
    const char *from;
    gint64 date;
    const char *start, *end;
  } rows[] = {
    { "Wei <w@x.cn>", WHEN, "On 1 March 2026 at ", ", Wei <w@x.cn> wrote:\n" },
    { "Wei <w@x.cn>", 0, "Wei <w@x.cn> wrote:\n", "wrote:\n" },
    { "", 0, " wrote:\n", "wrote:\n" },
    { "\"A % n %s\" <a@x.cn>", WHEN, "On ", "\"A % n %s\" <a@x.cn> wrote:\n" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (EnvoiOriginal) original = make_original (rows[i].from, "", "", rows[i].date);
    g_autofree char *quotation = envoi_quote_text (ENVOI_ANSWER_REPLY, original);
    g_autofree char *line = g_strndup (quotation, strcspn (quotation, "\n") + 1);

    g_assert_true (g_str_has_prefix (line, rows[i].start));
    g_assert_true (g_str_has_suffix (line, rows[i].end));
  }
}

/* Names in the head of what is passed on are text, whatever they hold. */
static void
test_head (void)
{
  g_autoptr (EnvoiOriginal) original =
    make_original ("\"<b>Wei</b>\" <w@x.cn>", "<p>Hi</p>", "", WHEN);
  g_autofree char *html = NULL;
  g_autofree char *text = NULL;

  envoi_draft_set (original->letter, "subject", "a < b & c");
  envoi_draft_set (original->letter, "to", "li@x.cn");
  envoi_draft_set (original->letter, "cc", "ann@x.cn");
  html = envoi_quote_html (ENVOI_ANSWER_FORWARD, original);
  text = envoi_html_to_text (html);
  g_assert_nonnull (strstr (html, "&lt;b&gt;Wei&lt;/b&gt;"));
  g_assert_nonnull (strstr (html, "a &lt; b &amp; c"));
  g_assert_nonnull (strstr (text, "Subject: a < b & c\nTo: li@x.cn\nCc: ann@x.cn\n"));
  g_assert_null (strstr (html, "<blockquote"));
}

/* An answer to an answer: whatever is quoted is safe, and stays what it is when it is
 * made safe again. */
static void
test_repeated (void)
{
  g_autofree char *html = g_strdup ("<p>Hi <b>all</b></p><table><tr><td>1</td></tr></table>"
                                    "<div class=\"envoi-signature\">-- <br>Wei</div>");

  for (guint i = 0; i < 6; i++) {
    g_autoptr (EnvoiOriginal) original = make_original ("w@x.cn", html, "", WHEN);
    g_autofree char *quotation =
      envoi_quote_html (i % 3 == 2 ? ENVOI_ANSWER_FORWARD : ENVOI_ANSWER_REPLY, original);
    g_autofree char *clean = envoi_html_sanitize (quotation, NULL);

    g_assert_cmpstr (clean, ==, quotation);
    g_assert_null (strstr (clean, "envoi-"));
    g_assert_nonnull (strstr (clean, "<b>all</b>"));
    g_free (html);
    html = g_steal_pointer (&clean);
  }
}

static const char *const attacks[] = {
  "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "<svg onload=alert(1)>",
  "<iframe src=\"javascript:alert(1)\"></iframe>", "<a href=\"javascript:alert(1)\">x</a>",
  "<style>body{background:url(http://t.example/)}</style>", "<base href=\"http://t.example/\">",
  "<form action=\"http://t.example/\"><input></form>", "<meta http-equiv=refresh content=0>",
  "<div style=\"background:url(http://t.example/)\">x</div>", "<object data=x></object>",
  "</blockquote></div><script>alert(1)</script>", "<img src=\"http://t.example/pixel.png\">",
  "<link rel=stylesheet href=\"http://t.example/\">", "<p class=\"envoi-signature\">x</p>",
};

static void
test_attacks (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (attacks); i++) {
    g_autoptr (EnvoiOriginal) original = make_original ("w@x.cn", attacks[i], "", WHEN);
    g_autofree char *quotation = envoi_quote_html (ENVOI_ANSWER_REPLY, original);

    g_assert_null (strstr (quotation, "t.example"));
    g_assert_null (strstr (quotation, "script"));
    g_assert_null (strstr (quotation, "alert"));
    g_assert_null (strstr (quotation, "envoi-"));
    g_assert_true (g_str_has_suffix (quotation, "</blockquote>"));
  }
}

/* A signature goes where the answer is written, however the letter is read. */
static void
test_signed_answer (void)
{
  g_autoptr (EnvoiOriginal) original =
    make_original ("w@x.cn", "<p>Hi</p><div class=\"envoi-signature\">-- <br>Wei</div>", "", WHEN);
  g_autoptr (EnvoiDraft) draft = envoi_draft_new ("id");
  g_autofree char *text = NULL;
  g_autofree char *before = NULL;

  envoi_answer_fill (draft, ENVOI_ANSWER_REPLY, original, NULL);
  envoi_sign_draft (draft, "Li", "Li");
  text = envoi_html_to_text (envoi_draft_get (draft, "html"));
  before = g_strstrip (envoi_sign_dup_before (text));
  g_assert_cmpstr (before, ==, "");
  g_assert_nonnull (strstr (text, "-- \nLi\n"));
  g_assert_nonnull (strstr (text, "> Hi\n"));
}

int
main (int   argc,
      char *argv[])
{
  envoi_test_init (&argc, &argv);

  g_test_add_func ("/envoi/message/quote/marks", test_marks);
  g_test_add_func ("/envoi/message/quote/words-of-html", test_words_of_html);
  g_test_add_func ("/envoi/message/quote/attribution", test_attribution);
  g_test_add_func ("/envoi/message/quote/head", test_head);
  g_test_add_func ("/envoi/message/quote/repeated", test_repeated);
  g_test_add_func ("/envoi/message/quote/attacks", test_attacks);
  g_test_add_func ("/envoi/message/quote/signed-answer", test_signed_answer);

  return g_test_run ();
}
