/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-test"

#include "config.h"

#include "envoi-test.h"
#include "strict-html.h"

#include "envoi-html.h"
#include "envoi-message-error.h"

#include <string.h>

typedef struct {
  const char *why;
  const char *from;
  const char *to;
} Case;

static char *
sanitize (const char *html)
{
  g_autoptr (GError) error = NULL;
  char *clean = envoi_html_sanitize (html, &error);

  g_assert_no_error (error);
  return clean;
}

static void
test_kept (void)
{
  static const char *const cases[] = {
    "<p>Hello</p>",
    "<div>王伟 😀</div>",
    "<b>b</b><i>i</i><u>u</u><s>s</s><sub>1</sub><sup>2</sup><code>c</code>",
    "<p style=\"text-align: center; margin-left: 40px\">x</p>",
    "<span style=\"font-family: '宋体',sans-serif; font-size: 14pt; color: #ff0000\">x</span>",
    "<span style=\"background-color: rgb(255, 255, 0); font-weight: bold\">x</span>",
    "<span style=\"text-decoration: underline line-through; font-style: italic\">x</span>",
    "<a href=\"https://example.org/?a=1&amp;b=2\">x</a>",
    "<a href=\"mailto:wei@x.cn\">x</a>",
    "<img src=\"cid:p1@x\" alt=\"\" width=\"10\" height=\"20%\">",
    "<table border=\"1\" cellpadding=\"4\" style=\"border-collapse: collapse; width: 100%\">"
    "<tbody><tr><td colspan=\"2\" style=\"border: 1px solid #ccc; padding: 4px\">x</td></tr></tbody>"
    "</table>",
    "<ol start=\"3\" type=\"a\"><li>x<ul><li>y</li></ul></li></ol>",
    "<blockquote type=\"cite\" style=\"margin: 0 0 0 8px; border-left: 2px solid #729fcf\">q</blockquote>",
    "<pre>a\n  b</pre><hr><h2 dir=\"rtl\" lang=\"ar\">شكرا</h2>",
    "<div class=\"envoi-signature\">-- <br>Wei</div>",
    "<font face=\"Arial\" size=\"+1\" color=\"#123456\">x</font>",
    "<p>1 &lt; 2 &amp;amp; &quot;3&quot; &gt; 2</p>",
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *clean = sanitize (cases[i]);

    g_assert_cmpstr (clean, ==, cases[i]);
    strict_html_check (clean);
  }
}

static void
test_reduced (void)
{
  static const Case cases[] = {
    { "a whole page", "<html><head><title>t</title></head><body bgcolor=red><p>x</body></html>",
      "<p>x</p>" },
    { "case and quotes", "<P ALIGN=Center>x</P>", "<p align=\"Center\">x</p>" },
    { "another's classes", "<p class=MsoNormal id=a>x</p>", "<p>x</p>" },
    { "Office's elements", "<p>a<o:p>&nbsp;</o:p>b</p>", "<p>a\u00a0b</p>" },
    { "comments", "a<!-- secret -->b", "ab" },
    { "Word's conditions", "<![if !vml]>a<![endif]><!--[if x]>b<![endif]-->c", "ac" },
    { "newer elements", "<section><article>x</article></section>", "<div><div>x</div></div>" },
    { "a remote picture leaves its words", "<img src=https://x/y.png alt=\"a &lt; b\">",
      "a &lt; b" },
    { "a pasted picture leaves nothing", "<p>x<img src=\"data:image/png;base64,AAAA\"></p>",
      "<p>x</p>" },
    { "a bad link leaves its words", "<a href=\"ftp://x\">x</a>", "<a>x</a>" },
    { "a space in a link", "<a href=\"https://x.cn/a b\">x</a>",
      "<a href=\"https://x.cn/a%20b\">x</a>" },
    { "style: some stay", "<p style=\"COLOR : Red ;; position:fixed; top:0\">x</p>",
      "<p style=\"color: Red\">x</p>" },
    { "style: a colour by the shorthand", "<b style=\"background:#ff0\">x</b>",
      "<b style=\"background-color: #ff0\">x</b>" },
    { "style: the shorthand with more", "<b style=\"background:#ff0 none\">x</b>", "<b>x</b>" },
    { "style: quotation marks", "<b style='font-family:\"A B\", C'>x</b>",
      "<b style=\"font-family: 'A B', C\">x</b>" },
    { "style: none stay", "<b style=\"x:y\">x</b>", "<b>x</b>" },
    { "a flag", "<table><tr><td nowrap>x</table>",
      "<table><tr><td nowrap=\"nowrap\">x</td></tr></table>" },
    { "a form keeps its words", "<form>a<label>b</label><input value=c></form>", "<div>ab</div>" },
    { "what follows an element without content", "<p>a<wbr>b</p><track>c<source src=x>d<p>e</p>",
      "<p>a<wbr>b</p>cd<p>e</p>" },
    { "what is hidden", "a<span style='color:red; DISPLAY : none'>b<i>c</i></span><p hidden>d</p>e",
      "ae" },
    { "what is not", "<span style='x-display:none; color:red'>a</span>",
      "<span style=\"color: red\">a</span>" },
    { "unclosed", "<p>a<b>b", "<p>a<b>b</b></p>" },
    { "a control character", "a&#1;b&#127;c", "abc" },
    { "nothing", "", "" },
    { "bytes that are no text", "a\xff", "a\xef\xbf\xbd" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *clean = sanitize (cases[i].from);

    g_test_message ("%s", cases[i].why);
    g_assert_cmpstr (clean, ==, cases[i].to);
  }
}

static void
test_attacks (void)
{
  g_autofree char *all = envoi_test_read ("data/xss/vectors.txt", NULL);
  g_auto (GStrv) lines = g_strsplit (all, "\n", -1);
  guint n_attacks = 0;

  for (guint i = 0; lines[i]; i++) {
    g_auto (GStrv) pieces = g_strsplit (lines[i], "\\n", -1);
    g_autofree char *attack = g_strjoinv ("\n", pieces);
    g_autofree char *clean = NULL;
    g_autofree char *again = NULL;

    if (!*attack || *attack == '#')
      continue;

    g_test_message ("%s", lines[i]);
    clean = sanitize (attack);
    again = sanitize (clean);
    strict_html_check (clean);
    g_assert_cmpstr (again, ==, clean);
    n_attacks++;
  }

  g_assert_cmpuint (n_attacks, >=, 60);
}

static void
test_refused (void)
{
  g_autoptr (GString) deep = g_string_new (NULL);
  g_autofree char *large = g_strnfill (9 * 1024 * 1024, 'x');
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < 5000; i++)
    g_string_append (deep, "<div>");
  g_string_append (deep, "x");

  g_assert_null (envoi_html_sanitize (deep->str, &error));
  g_assert_error (error, ENVOI_MESSAGE_ERROR, ENVOI_MESSAGE_ERROR_UNSAFE_HTML);
  g_clear_error (&error);

  g_assert_null (envoi_html_sanitize (large, &error));
  g_assert_error (error, ENVOI_MESSAGE_ERROR, ENVOI_MESSAGE_ERROR_UNSAFE_HTML);
}

/* A long address that may be broken anywhere is not nested. */
static void
test_many_breaks (void)
{
  g_autoptr (GString) html = g_string_new ("<p>");
  g_autofree char *clean = NULL;

  for (guint i = 0; i < 1000; i++)
    g_string_append (html, "<wbr>x");
  g_string_append (html, "</p>");
  clean = sanitize (html->str);
  g_assert_cmpstr (clean, ==, html->str);
}

/* A letter answered fifty times is not absurd. */
static void
test_long_thread (void)
{
  g_autoptr (GString) html = g_string_new (NULL);
  g_autofree char *clean = NULL;
  g_auto (GStrv) answers = NULL;

  for (guint i = 0; i < 60; i++)
    g_string_append (html, "<div><blockquote>answer");
  clean = sanitize (html->str);
  answers = g_strsplit (clean, "answer", -1);
  g_assert_cmpuint (g_strv_length (answers), ==, 61);
}

static const char *const pieces[] = {
  "<p>", "</p>", "<div>", "</div>", "<b>", "</b>", "<a href=\"https://x.cn/\">", "</a>", "<ul>",
  "</ul>", "<ol>", "<li>", "</li>", "<table>", "</table>", "<tr>", "<td>", "</td>", "<th>", "<pre>",
  "</pre>", "<blockquote>", "</blockquote>", "<br>", "<hr>", "<h1>", "</h1>", "<form>", "</form>",
  "<span style=\"color:red\">", "</span>", "<font size=1>", "</font>", "<img src=cid:a alt=w>",
  "<section>", "</section>", "<center>", "<dl>", "<dt>", "<dd>", "</body>", "</html>", "<body>",
  "<head>",
  "<!-- c -->", "<", ">", "&", "&amp;", "&lt;", "\n", " ", "\t", "w1", "w2", "王", "&nbsp;", "\"",
  "'",
  "<math>", "</math>", "<x>", "</x>", "<button>", "<caption>", "<tbody>", "<a>", "<p/>", "<option>",
  "<wbr>", "</wbr>", "<source>", "<track src=x>", "<o:p>", "</o:p>", "</source>",
};

static char *
make_random (GRand *rand)
{
  GString *html = g_string_new (NULL);
  gint32 n = g_rand_int_range (rand, 1, 40);

  for (gint32 i = 0; i < n; i++)
    g_string_append (html, pieces[g_rand_int_range (rand, 0, G_N_ELEMENTS (pieces))]);

  return g_string_free (html, FALSE);
}

static void
test_idempotent (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (11);

  for (guint i = 0; i < 4000; i++) {
    g_autofree char *html = make_random (rand);
    g_autofree char *clean = sanitize (html);
    g_autofree char *again = sanitize (clean);
    g_autofree char *text = envoi_html_to_text (clean);

    if (strcmp (clean, again) != 0)
      g_error ("%s -> %s -> %s", html, clean, again);
    strict_html_check (clean);
    g_assert_true (g_utf8_validate (text, -1, NULL));
  }
}

static guint
count_words (const char *text)
{
  guint n = 0;

  for (const char *p = strstr (text, "kept"); p; p = strstr (p + 1, "kept"))
    n++;

  return n;
}

/* Words between the tags of the safe set survive both ways. */
static void
test_text_is_kept (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (13);
  static const char *const open[] = {
    "<p>", "</p>", "<div>", "</div>", "<b>", "</b>", "<ul><li>", "</ul>", "<table><tr><td>",
    "</table>", "<blockquote>", "</blockquote>", "<h1>", "</h1>", "<pre>", "</pre>", "<form>",
    "<x>",
  };

  for (guint i = 0; i < 2000; i++) {
    g_autoptr (GString) html = g_string_new (NULL);
    gint32 n = g_rand_int_range (rand, 1, 30);
    g_autofree char *clean = NULL;
    g_autofree char *text = NULL;

    for (gint32 j = 0; j < n; j++)
      g_string_append_printf (html, "%skept ", open[g_rand_int_range (rand, 0,
                                                                      G_N_ELEMENTS (open))]);
    clean = sanitize (html->str);
    text = envoi_html_to_text (clean);
    g_assert_cmpuint (count_words (clean), ==, (guint) n);
    g_assert_cmpuint (count_words (text), ==, (guint) n);
  }
}

static void
test_to_text (void)
{
  static const Case cases[] = {
    { "nothing", "", "" },
    { "paragraphs", "<p>a</p><p>b</p>", "a\n\nb\n" },
    { "an editor's lines", "<div>a</div><div>b</div><div><br></div><div>c</div>", "a\nb\n\nc\n" },
    { "a line break", "<p>a<br>b</p>", "a\nb\n" },
    { "a break at the end counts for nothing", "<p>a<br></p><p>b</p>", "a\n\nb\n" },
    { "spaces", "<p> a \n b&nbsp;&nbsp;c </p>", "a b  c\n" },
    { "words across elements", "<p>a<b>b</b> <i>c</i></p>", "ab c\n" },
    { "a heading", "<h1>T</h1><p>a</p>", "T\n\na\n" },
    { "a list", "<p>a</p><ul><li>b</li><li>c</li></ul><p>d</p>", "a\n\n- b\n- c\n\nd\n" },
    { "numbers", "<ol><li>a</li><li value=9>b</li><li>c</li></ol>", "1. a\n9. b\n10. c\n" },
    { "letters", "<ol type=a start=2><li>a</li><li>b</li></ol>", "b. a\nc. b\n" },
    { "lists in lists", "<ul><li>a<ol><li>b</li><li>c</li></ol></li><li>d</li></ul>",
      "- a\n  1. b\n  2. c\n- d\n" },
    { "a list beside the items", "<ul><li>a</li><ul><li>b</li></ul></ul>", "- a\n  - b\n" },
    { "an item of two lines", "<ul><li>a<br>b</li></ul>", "- a\n  b\n" },
    { "paragraphs in items", "<ol><li><p>a</p><p>b</p></li><li><p>c</p></li></ol><p>d</p>",
      "1. a\n\n   b\n2. c\n\nd\n" },
    { "an item that begins with a list", "<ul><li><ul><li>a</li></ul></li></ul>", "-\n  - a\n" },
    { "spaces kept by style", "<p style=\"white-space: pre-wrap\">a  b\n c</p>", "a  b\n c\n" },
    { "a space before them", "<p>a <code style=\"white-space: pre-wrap\">b  c</code> d</p>",
      "a b  c d\n" },
    { "spaces kept from outside", "<pre><code style=\"white-space: inherit\">a\n b</code></pre>",
      "a\n b\n" },
    { "an empty item", "<ul><li></li><li>b</li></ul>", "-\n- b\n" },
    { "a quotation", "<p>a</p><blockquote><p>b</p><p>c</p></blockquote><p>d</p>",
      "a\n\n> b\n>\n> c\n\nd\n" },
    { "quotations in quotations", "<blockquote>a<blockquote>b</blockquote></blockquote>",
      "> a\n>\n> > b\n" },
    { "a list in a quotation", "<blockquote><ul><li>a<br>b</li></ul></blockquote>",
      "> - a\n>   b\n" },
    { "a link", "<p>see <a href=\"https://x.cn/y\">this</a>.</p>", "see this <https://x.cn/y>.\n" },
    { "a link that says where", "<a href=\"https://x.cn/\">x.cn</a>", "x.cn\n" },
    { "a link in full", "<a href=\"https://x.cn/y\">https://x.cn/y</a>", "https://x.cn/y\n" },
    { "an address", "<a href=\"mailto:a@x.cn\">Ann</a>", "Ann <a@x.cn>\n" },
    { "an address that says so", "<a href=\"mailto:a@x.cn\">a@x.cn</a>", "a@x.cn\n" },
    { "a link without words", "<p>a <a href=\"https://x.cn/\"></a>b</p>", "a b\n" },
    { "a link of a picture", "<a href=\"https://x.cn/\"><img src=\"cid:x\" alt=\"w\"></a>",
      "[w] <https://x.cn/>\n" },
    { "a bad link", "<a href=\"javascript:x\">a</a>", "a\n" },
    { "a picture", "<p>a <img src=\"cid:x\" alt=\"photo\"> b</p>", "a [photo] b\n" },
    { "a picture without words", "<p>a<img src=\"cid:x\">b</p>", "ab\n" },
    { "a rule", "<p>a</p><hr><p>b</p>", "a\n\n----------------------------------------\n\nb\n" },
    { "what is preformatted", "<p>a</p><pre>x\n  y\n</pre><p>b</p>", "a\n\nx\n  y\n\nb\n" },
    { "a table", "<table><tr><th>a</th><th>b</th></tr><tr><td>1</td><td>22</td></tr></table>",
      "a | b\n--+---\n1 | 22\n" },
    { "a table in Chinese",
      "<table><tr><td>姓名</td><td>年龄</td></tr><tr><td>A</td><td>30</td></tr></table>",
      "姓名 | 年龄\nA    | 30\n" },
    { "a cell of two lines", "<table><tr><td>a<br>b</td><td>c</td></tr></table>", "a | c\nb |\n" },
    { "rows of different length", "<table><tr><td>a</td></tr><tr><td>b</td><td>c</td></tr></table>",
      "a |\nb | c\n" },
    { "a table for the layout", "<table><tr><td><p>a</p><p>b</p></td></tr></table>", "a\n\nb\n" },
    { "a table in a table",
      "<table><tr><td><table><tr><td>a</td><td>b</td></tr></table></td></tr></table>", "a | b\n" },
    { "a caption", "<table><caption>T</caption><tr><td>a</td><td>b</td></tr></table>",
      "T\na | b\n" },
    { "a signature", "<p>a</p><div>--&nbsp;</div><div>W</div>", "a\n\n-- \nW\n" },
    { "a signature with a break", "<div>-- <br>W</div>", "-- \nW\n" },
    { "definitions", "<dl><dt>a</dt><dd>b</dd></dl>", "a\n  b\n" },
    { "nothing active", "<script>x</script><style>y</style>a", "a\n" },
    { "a word that may be broken", "<p>a<wbr>b c</p><p>d</p>", "ab c\n\nd\n" },
    { "ruby", "<ruby>漢<rp>(</rp><rt>かん</rt><rp>)</rp></ruby>", "漢かん\n" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *text = envoi_html_to_text (cases[i].from);

    g_test_message ("%s", cases[i].why);
    g_assert_cmpstr (text, ==, cases[i].to);
  }
}

static void
test_wide_table (void)
{
  g_autofree char *wide = g_strnfill (90, 'w');
  g_autofree char *html = g_strdup_printf ("<table><tr><td>%s</td><td>%s</td></tr></table>", wide,
                                           wide);
  g_autofree char *expected = g_strdup_printf ("%s\n%s\n", wide, wide);
  g_autofree char *text = envoi_html_to_text (html);

  g_assert_cmpstr (text, ==, expected);
}

static void
test_from_text (void)
{
  static const Case cases[] = {
    { "nothing", "", "" },
    { "a line", "a", "<p>a</p>" },
    { "lines", "a\nb\r\nc", "<p>a<br>b<br>c</p>" },
    { "paragraphs", "a\n\nb\n", "<p>a</p><p>b</p>" },
    { "escaped", "<b> & \"c\"", "<p>&lt;b&gt; &amp; &quot;c&quot;</p>" },
    { "spaces", "  a  b", "<p>\u00a0\u00a0a \u00a0b</p>" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *html = envoi_html_from_text (cases[i].from);
    g_autofree char *clean = sanitize (html);

    g_test_message ("%s", cases[i].why);
    g_assert_cmpstr (html, ==, cases[i].to);
    g_assert_cmpstr (clean, ==, html);
  }
}

/* Plain text comes back from HTML as it was, but for spaces at line ends. */
static void
test_round_trip (void)
{
  static const char *const words[] = {
    "a", "王", "<", "&amp;", "  b", " ", "\n", "\n", "\n\n", "> q", "- ", "😀", "\"", "x.cn",
  };
  g_autoptr (GRand) rand = g_rand_new_with_seed (17);
  g_autoptr (GRegex) line_ends = g_regex_new (" +$", G_REGEX_MULTILINE, 0, NULL);

  for (guint i = 0; i < 4000; i++) {
    g_autoptr (GString) text = g_string_new ("start");
    gint32 n = g_rand_int_range (rand, 0, 30);
    g_autofree char *expected = NULL;
    g_autofree char *html = NULL;
    g_autofree char *again = NULL;

    for (gint32 j = 0; j < n; j++)
      g_string_append (text, words[g_rand_int_range (rand, 0, G_N_ELEMENTS (words))]);
    g_string_append (text, "\nend\n");

    html = envoi_html_from_text (text->str);
    again = envoi_html_to_text (html);
    expected = g_regex_replace_literal (line_ends, text->str, -1, 0, "", 0, NULL);
    g_assert_cmpstr (again, ==, expected);
  }
}

/* What was seen where it was copied and is not in the letter. */
static void
test_remote_pictures (void)
{
  static const struct {
    const char *what;
    const char *html;
    guint n;
  } rows[] = {
    { "nothing", "", 0 },
    { "words", "<p>https://x.cn/a.png</p>", 0 },
    { "a picture of a page", "<p><img src=\"https://x.cn/a.png\" width=300></p>", 1 },
    { "in capitals, without a scheme, with spaces",
      "<IMG SRC=\"HTTP://x.cn/a\"><img src='//x.cn/a'><img src=' https://x.cn/a '>", 3 },
    { "deep inside", "<table><tr><td><ul><li><b><img src=http://x.cn/a></b></li></ul></td>"
      "<td><img src=http://x.cn/b></td></tr></table><p>end</p>", 2 },
    { "a dot that watches", "<img src=https://x.cn/t width=1 height=1><img src=https://x.cn/t height=0>",
      0 },
    { "a picture of the letter's own", "<img src=\"cid:a@b\"><img src=\"data:image/png;base64,AA\">"
      "<img src=\"file:///tmp/a.png\"><img>", 0 },
    { "a picture in a comment", "<!-- <img src=https://x.cn/a> -->", 0 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autofree char *clean = envoi_html_sanitize (rows[i].html, NULL);

    g_test_message ("%s", rows[i].what);
    g_assert_cmpuint (envoi_html_count_remote_pictures (rows[i].html), ==, rows[i].n);
    g_assert_cmpuint (envoi_html_count_remote_pictures (clean), ==, 0);
  }
}

int
main (int    argc,
      char **argv)
{
  envoi_test_init (&argc, &argv);

  g_test_add_func ("/envoi/message/html/kept", test_kept);
  g_test_add_func ("/envoi/message/html/reduced", test_reduced);
  g_test_add_func ("/envoi/message/html/attacks", test_attacks);
  g_test_add_func ("/envoi/message/html/refused", test_refused);
  g_test_add_func ("/envoi/message/html/many-breaks", test_many_breaks);
  g_test_add_func ("/envoi/message/html/long-thread", test_long_thread);
  g_test_add_func ("/envoi/message/html/remote-pictures", test_remote_pictures);
  g_test_add_func ("/envoi/message/html/idempotent", test_idempotent);
  g_test_add_func ("/envoi/message/html/text-is-kept", test_text_is_kept);
  g_test_add_func ("/envoi/message/html/to-text", test_to_text);
  g_test_add_func ("/envoi/message/html/wide-table", test_wide_table);
  g_test_add_func ("/envoi/message/html/from-text", test_from_text);
  g_test_add_func ("/envoi/message/html/round-trip", test_round_trip);

  return g_test_run ();
}
