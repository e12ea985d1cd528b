/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-test"

#include "config.h"

#include "envoi-test.h"

#include "envoi-html-private.h"

#include <string.h>

/* The tables of what may stay, value by value. */

typedef struct {
  const char *from;
  const char *to;   /* NULL: nothing stays */
} Pair;

static const Pair words[] = {
  { "center", "center" }, { "rtl", "rtl" }, { "zh-Hans-CN", "zh-Hans-CN" }, { "", NULL }, { "a b", NULL },
  { "a;b", NULL }, { "a\"b", NULL }, { "a&b", NULL }, { "王", NULL }, { "a\nb", NULL },
};

static const Pair lengths[] = {
  { "1", "1" }, { "100%", "100%" }, { "+1", "+1" }, { "-2", "-2" }, { "1.5em", "1.5em" }, { "12px", "12px" },
  { "", NULL }, { "123456789", NULL }, { "1 2", NULL }, { "calc(1)", NULL }, { "1;", NULL },
};

static const Pair colors[] = {
  { "red", "red" }, { "#fff", "#fff" }, { "#C00000", "#C00000" }, { "rgb(1, 2, 3)", "rgb(1, 2, 3)" },
  { "", NULL }, { "red;x:y", NULL }, { "url(x:y)", NULL }, { "\\72 ed", NULL }, { "red\"", NULL },
};

static const Pair fonts[] = {
  { "Arial", "Arial" }, { "宋体", "宋体" }, { "'Segoe UI', sans-serif", "'Segoe UI', sans-serif" },
  { "@SimSun", "@SimSun" }, { "a;b", NULL }, { "a\"b", NULL }, { "a(b)", NULL }, { "a\\b", NULL }, { "a<b", NULL },
};

static const Pair links[] = {
  { "http://x.cn", "http://x.cn" },
  { "HTTPS://x.cn/A", "HTTPS://x.cn/A" },
  { " https://x.cn ", "https://x.cn" },
  { "https://x.cn/a b", "https://x.cn/a%20b" },
  { "https://x.cn/路径?q=王#f", "https://x.cn/路径?q=王#f" },
  { "https://x.cn/\"><b>", "https://x.cn/\"><b>" },
  { "ht\ntps://x.cn", "https://x.cn" },
  { "mailto:a@x.cn?subject=b", "mailto:a@x.cn?subject=b" },
  { "http://", NULL },
  { "mailto:", NULL },
  { "", NULL },
  { "#top", NULL },
  { "/a", NULL },
  { "//x.cn", NULL },
  { "x.cn", NULL },
  { "https:x.cn", NULL },
  { "https:/x.cn", NULL },
  { "javascript:alert(1)", NULL },
  { "JaVaScRiPt:alert(1)", NULL },
  { "java\tscript:alert(1)", NULL },
  { "java\nscript:alert(1)", NULL },
  { "\1javascript:alert(1)", NULL },
  { "data:text/html,x", NULL },
  { "vbscript:x", NULL },
  { "file:///etc/passwd", NULL },
  { "ftp://x.cn", NULL },
  { "cid:p1", NULL },
  { "tel:1", NULL },
  { "blob:https://x.cn/1", NULL },
  { "view-source:https://x.cn", NULL },
  { "feed:https://x.cn", NULL },
};

static const Pair pictures[] = {
  { "cid:p1", "cid:p1" },
  { "CID:p1", "cid:p1" },
  { "cid:image001.png@01DA6B1C.8F2D4A10", "cid:image001.png@01DA6B1C.8F2D4A10" },
  { "cid:", NULL },
  { "cid:a b", NULL },
  { "cid:a>b", NULL },
  { "cid:a\r\nBcc: x", NULL },
  { "cid:王", NULL },
  { "https://x.cn/a.png", NULL },
  { "data:image/png;base64,AA", NULL },
  { "a.png", NULL },
  { "", NULL },
};

static const Pair classes[] = {
  { "envoi-signature", "envoi-signature" },
  { "MsoNormal envoi-quote x", "envoi-quote" },
  { "envoi-a\tenvoi-b", "envoi-a envoi-b" },
  { "MsoNormal", NULL },
  { "", NULL },
  { "envoi-<", NULL },
  { "xenvoi-a", NULL },
};

static const Pair styles[] = {
  { "color:red", "color: red" },
  { "COLOR:Red", "color: Red" },
  { " color : red ; ", "color: red" },
  { "color:red;font-size:12pt", "color: red; font-size: 12pt" },
  { "color:red !important", "color: red" },
  { "color:red!IMPORTANT", "color: red" },
  { "color:red !other", NULL },
  { "font-family:\"A B\",'C',D", "font-family: 'A B','C',D" },
  { "font-family:宋体", "font-family: 宋体" },
  { "font-family:'A;B';color:red", "color: red" },
  { "font-family:'A", NULL },
  { "font-family:A'B'C'", NULL },
  { "color:rgb(1,2,3)", "color: rgb(1,2,3)" },
  { "color:RGBA(1,2,3,.5)", "color: RGBA(1,2,3,.5)" },
  { "color:hsl(1 2% 3%)", "color: hsl(1 2% 3%)" },
  { "color:xrgb(1,2,3)", NULL },
  { "color:rgb(rgb(1))", NULL },
  { "color:rgb(1,2,3", NULL },
  { "color:1)", NULL },
  { "background:#ff0", "background-color: #ff0" },
  { "background:rgb(1,2,3)", "background-color: rgb(1,2,3)" },
  { "background:none", NULL },
  { "background:red url(x)", NULL },
  { "background-color:red", "background-color: red" },
  { "background-image:url(https://x)", NULL },
  { "background:url(https://x)", NULL },
  { "background-color:url(x)", NULL },
  { "list-style:url(x)", NULL },
  { "list-style-type:square", "list-style-type: square" },
  { "list-style-image:url(x)", NULL },
  { "width:expression(alert(1))", NULL },
  { "width:calc(1px + 2px)", NULL },
  { "width:var(--a)", NULL },
  { "width:50%", "width: 50%" },
  { "--a:1", NULL },
  { "behavior:url(x)", NULL },
  { "-moz-binding:url(x)", NULL },
  { "position:fixed", NULL },
  { "display:none", NULL },
  { "visibility:hidden", NULL },
  { "opacity:0", NULL },
  { "float:left", NULL },
  { "z-index:9", NULL },
  { "content:'x'", NULL },
  { "cursor:url(x)", NULL },
  { "mso-list:l0", NULL },
  { "tab-stops:1", NULL },
  { "co/**/lor:red", NULL },
  { "color:re/**/d", NULL },
  { "col\\6fr:red", NULL },
  { "color:\\72 ed", NULL },
  { "color:red}body{color:blue", NULL },
  { "color:red</style>", NULL },
  { "color:<b>", NULL },
  { "@import 'x'", NULL },
  { "color", NULL },
  { "color:", NULL },
  { ":red", NULL },
  { ";;;", NULL },
  { "", NULL },
  { "x:y;color:red;z:(;);margin:0", "color: red; margin: 0" },
  { "x:\"a;color:blue\";color:red", "color: red" },
  { "white-space:pre-wrap", "white-space: pre-wrap" },
  { "border:1px solid #ccc", "border: 1px solid #ccc" },
  { "margin:-5px", "margin: -5px" },
  { "color:r\u200bed", NULL },
  { "color:\x01red", NULL },
};

static const struct {
  const char *name;
  EnvoiHtmlValue kind;
  const Pair *pairs;
  guint n_pairs;
} kinds[] = {
  { "word", ENVOI_HTML_WORD, words, G_N_ELEMENTS (words) },
  { "length", ENVOI_HTML_LENGTH, lengths, G_N_ELEMENTS (lengths) },
  { "color", ENVOI_HTML_COLOR, colors, G_N_ELEMENTS (colors) },
  { "font", ENVOI_HTML_FONT, fonts, G_N_ELEMENTS (fonts) },
  { "link", ENVOI_HTML_LINK, links, G_N_ELEMENTS (links) },
  { "picture", ENVOI_HTML_PICTURE, pictures, G_N_ELEMENTS (pictures) },
  { "class", ENVOI_HTML_CLASS, classes, G_N_ELEMENTS (classes) },
  { "style", ENVOI_HTML_STYLE, styles, G_N_ELEMENTS (styles) },
};

static void
test_values (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++) {
    for (guint j = 0; j < kinds[i].n_pairs; j++) {
      const Pair *pair = &kinds[i].pairs[j];
      g_autofree char *clean = envoi_html_clean_value (kinds[i].kind, pair->from);
      g_autofree char *again = clean ? envoi_html_clean_value (kinds[i].kind, clean) : NULL;

      g_test_message ("%s: %s", kinds[i].name, pair->from);
      g_assert_cmpstr (clean, ==, pair->to);
      g_assert_cmpstr (again, ==, clean);
    }
  }
}

/* No value is taken at any length. */
static void
test_lengths (void)
{
  static const struct {
    EnvoiHtmlValue kind;
    gsize longest;
    const char *start;
  } cases[] = {
    { ENVOI_HTML_WORD, 64, "" }, { ENVOI_HTML_LENGTH, 8, "" }, { ENVOI_HTML_COLOR, 64, "" },
    { ENVOI_HTML_FONT, 256, "" }, { ENVOI_HTML_TEXT, 2048, "" }, { ENVOI_HTML_LINK, 8192, "http://" },
    { ENVOI_HTML_PICTURE, 204, "cid:" }, { ENVOI_HTML_CLASS, 64, "envoi-" },
    { ENVOI_HTML_STYLE, 512 + strlen ("color:"), "color:" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *rest = g_strnfill (cases[i].longest - strlen (cases[i].start), 'a');
    g_autofree char *longest = g_strconcat (cases[i].start, rest, NULL);
    g_autofree char *longer = g_strconcat (longest, "a", NULL);
    g_autofree char *kept = envoi_html_clean_value (cases[i].kind, longest);
    g_autofree char *gone = envoi_html_clean_value (cases[i].kind, longer);

    g_assert_nonnull (kept);
    g_assert_null (gone);
  }
}

/* The table is searched by halving, so each name must be found where it stands. */
static void
test_elements (void)
{
  static const char *const kept[] = {
    "a", "b", "blockquote", "br", "code", "div", "em", "font", "h1", "h6", "hr", "i", "img", "li", "ol",
    "p", "pre", "s", "span", "strong", "sub", "sup", "table", "td", "th", "tr", "u", "ul", "wbr",
  };
  static const char *const dropped[] = {
    "applet", "audio", "base", "canvas", "embed", "frame", "frameset", "iframe", "input", "link", "meta",
    "noembed", "noframes", "noscript", "object", "script", "select", "style", "svg", "template", "title",
    "video", "xml",
  };
  static const char *const unknown[] = { "", "A", "aa", "math", "marquee", "zzz", "button", "o:p", "textarea" };

  for (guint i = 0; i < G_N_ELEMENTS (kept); i++)
    g_assert_cmpint (envoi_html_find_element (kept[i])->fate, ==, ENVOI_HTML_KEEP);
  for (guint i = 0; i < G_N_ELEMENTS (dropped); i++)
    g_assert_cmpint (envoi_html_find_element (dropped[i])->fate, ==, ENVOI_HTML_DROP);
  for (guint i = 0; i < G_N_ELEMENTS (unknown); i++)
    g_assert_null (envoi_html_find_element (unknown[i]));
}

static void
test_attributes (void)
{
  static const struct {
    const char *element;
    const char *attribute;
    gboolean is_kept;
  } cases[] = {
    { "a", "href", TRUE }, { "p", "href", FALSE }, { "img", "src", TRUE }, { "div", "src", FALSE },
    { "td", "colspan", TRUE }, { "p", "colspan", FALSE }, { "ol", "start", TRUE }, { "p", "style", TRUE },
    { "p", "lang", TRUE }, { "p", "dir", TRUE }, { "p", "id", FALSE }, { "p", "name", FALSE },
    { "p", "onclick", FALSE }, { "img", "srcset", FALSE }, { "img", "onerror", FALSE },
    { "a", "target", FALSE }, { "a", "ping", FALSE }, { "table", "background", FALSE },
    { "p", "contenteditable", FALSE }, { "p", "data-x", FALSE }, { "p", "is", FALSE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    EnvoiHtmlValue value;

    g_test_message ("%s %s", cases[i].element, cases[i].attribute);
    g_assert_cmpint (envoi_html_find_attribute (cases[i].element, cases[i].attribute, &value), ==,
                     cases[i].is_kept);
  }
}

/* Columns as a terminal counts them. */
static void
test_measure (void)
{
  static const struct {
    const char *text;
    gsize width;
  } cases[] = {
    { "", 0 }, { "abc", 3 }, { "汉字", 4 }, { "ａ", 2 }, { "e\u0301", 1 }, { "한국", 4 }, { "か゛", 4 },
    { "\u200b", 0 }, { "，", 2 }, { "😀", 2 }, { "é", 1 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    g_assert_cmpuint (envoi_html_measure (cases[i].text), ==, cases[i].width);
}

static char *
lay_out (const char *table,
         gboolean    has_header)
{
  g_autoptr (GPtrArray) rows = g_ptr_array_new_with_free_func ((GDestroyNotify) g_ptr_array_unref);
  g_auto (GStrv) lines = g_strsplit (table, "/", -1);

  for (guint i = 0; lines[i]; i++) {
    GPtrArray *row = g_ptr_array_new_with_free_func (g_free);
    g_auto (GStrv) cells = *lines[i] ? g_strsplit (lines[i], "|", -1) : g_new0 (char *, 1);

    for (guint j = 0; cells[j]; j++)
      g_ptr_array_add (row, g_strdup (cells[j]));
    g_ptr_array_add (rows, row);
  }

  return envoi_html_lay_out_table (rows, has_header);
}

/* Rows are parted by / and cells by |. */
static void
test_tables (void)
{
  static const struct {
    const char *table;
    gboolean has_header;
    const char *text;
  } cases[] = {
    { "a|b", FALSE, "a | b\n" },
    { "a|b", TRUE, "a | b\n" },
    { "a|b/c|d", TRUE, "a | b\n--+--\nc | d\n" },
    { "a|bb/ccc|d", FALSE, "a   | bb\nccc | d\n" },
    { "姓名|b/c|d", TRUE, "姓名 | b\n-----+--\nc    | d\n" },
    { "e\u0301|b/cc|d", FALSE, "e\u0301  | b\ncc | d\n" },
    { "😀|b/cc|d", FALSE, "😀 | b\ncc | d\n" },
    { "a\nbb|c/d|e", FALSE, "a  | c\nbb |\nd  | e\n" },
    { "a|b\nc\nd", FALSE, "a | b\n  | c\n  | d\n" },
    { "a|b|c/d", FALSE, "a | b | c\nd |   |\n" },
    { "/a|b", FALSE, "  |\na | b\n" },
    { "|b/c|", FALSE, "  | b\nc |\n" },
    { "a", FALSE, NULL },
    { "a/b/c", TRUE, NULL },
    { "", FALSE, NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *text = lay_out (cases[i].table, cases[i].has_header);

    g_test_message ("%s", cases[i].table);
    g_assert_cmpstr (text, ==, cases[i].text);
  }
}

int
main (int    argc,
      char **argv)
{
  envoi_test_init (&argc, &argv);

  g_test_add_func ("/envoi/message/html-rules/values", test_values);
  g_test_add_func ("/envoi/message/html-rules/lengths", test_lengths);
  g_test_add_func ("/envoi/message/html-rules/elements", test_elements);
  g_test_add_func ("/envoi/message/html-rules/attributes", test_attributes);
  g_test_add_func ("/envoi/message/html-rules/measure", test_measure);
  g_test_add_func ("/envoi/message/html-rules/tables", test_tables);

  return g_test_run ();
}
