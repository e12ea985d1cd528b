/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-test"

#include "config.h"

#include "envoi-test.h"

#include "envoi-html.h"
#include "envoi-sign.h"

#include <string.h>

#define BLOCK "<div class=\"envoi-signature\">-- <br><b>Li Lei</b></div>"

static void
test_places (void)
{
  static const struct {
    const char *html, *text;
    const char *signed_html, *signed_text;
  } rows[] = {
    /* A new letter has a line above. */
    { "", "", "<div><br></div>" BLOCK, "" },
    /* An answer has its signature between the answer and the quotation. */
    { "<div><br></div><div><br></div><div>Wei wrote:</div>", "",
      "<div><br></div><div><br></div>" BLOCK "<div><br></div><div>Wei wrote:</div>", "" },
    { "", "\n\nWei wrote:\n> Hi\n", "", "\n\n-- \nLi Lei\n\nWei wrote:\n> Hi\n" },
    /* A letter that begins with a text, as from a link. */
    { "", "Hello\n", "", "Hello\n\n-- \nLi Lei\n" },
    { "<p>Hello</p>", "", "<p>Hello</p>" BLOCK, "" },
    /* One is enough. */
    { "<p>Hi</p><div class=\"envoi-signature\">-- <br>Old</div>", "",
      "<p>Hi</p><div class=\"envoi-signature\">-- <br>Old</div>", "" },
    { "", "Hi\n-- \nOld\n", "", "Hi\n-- \nOld\n" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (EnvoiDraft) draft = envoi_draft_new ("id");

    envoi_draft_set (draft, "html", rows[i].html);
    envoi_draft_set (draft, "text", rows[i].text);
    envoi_sign_draft (draft, "<b>Li Lei</b>", "Li Lei\n");
    envoi_sign_draft (draft, "<b>Li Lei</b>", "Li Lei\n");
    g_assert_cmpstr (envoi_draft_get (draft, "html"), ==, rows[i].signed_html);
    g_assert_cmpstr (envoi_draft_get (draft, "text"), ==, rows[i].signed_text);
  }
}

static void
test_none (void)
{
  g_autoptr (EnvoiDraft) draft = envoi_draft_new ("id");

  envoi_sign_draft (draft, "", "");
  g_assert_cmpstr (envoi_draft_get (draft, "html"), ==, "");
  g_assert_cmpstr (envoi_draft_get (draft, "text"), ==, "");
}

/* The mark survives the sanitiser, and the twin has the delimiter with its space. */
static void
test_twin (void)
{
  g_autofree char *block = envoi_sign_format_html ("<b>Li</b><br>Sales");
  g_autofree char *clean = envoi_html_sanitize (block, NULL);
  g_autofree char *twin = envoi_html_to_text (clean);

  g_assert_cmpstr (clean, ==, block);
  g_assert_cmpstr (twin, ==, "-- \nLi\nSales\n");
}

/* A signature alone is no letter worth keeping. */
static void
test_empty (void)
{
  static const struct {
    const char *html, *text;
    gboolean is_empty;
  } rows[] = {
    { "<div><br></div>" BLOCK, "", TRUE },
    { "<div><br></div><div class=\"envoi-signature\">-- <br>Li<hr>Sales</div>", "", TRUE },
    { "<div>a</div>" BLOCK, "", FALSE },
    { "<hr>" BLOCK, "", FALSE },
    { "", "\n\n-- \nLi\n", TRUE },
    { "", "a\n-- \nLi\n", FALSE },
    { "", "--\nLi\n", FALSE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (EnvoiDraft) draft = envoi_draft_new ("id");

    envoi_draft_set (draft, "html", rows[i].html);
    envoi_draft_set (draft, "text", rows[i].text);
    g_assert_cmpint (envoi_draft_is_empty (draft), ==, rows[i].is_empty);
  }
}

static void
test_same (void)
{
  g_assert_true (envoi_sign_is_same ("-- \nLi Lei\nSales\n", "Li Lei Sales"));
  g_assert_true (envoi_sign_is_same ("-- \n\u00a0Li", "Li"));
  g_assert_true (envoi_sign_is_same ("", ""));
  g_assert_false (envoi_sign_is_same ("-- \nLi Lei, Sales", "Li Lei"));
}

typedef struct {
  const char *says;
  const char *html;
  const char *block;     /* NULL: none */
} Found;

static const Found found[] = {
  { "as we write it", "<div>a</div>" BLOCK "<div>b</div>", BLOCK },
  { "with lines of its own", "<div>\n" BLOCK "\n</div>", BLOCK },
  { "blocks in it", "<div class=\"envoi-signature\"><div>Li</div><div>x</div></div><div>b</div>",
    "<div class=\"envoi-signature\"><div>Li</div><div>x</div></div>" },
  { "other attributes", "<DIV id='a>b' Class = 'x envoi-signature'>Li</DIV>c",
    "<DIV id='a>b' Class = 'x envoi-signature'>Li</DIV>" },
  { "a comment in it", "<div class=\"envoi-signature\">a<!-- </div> -->b</div>c",
    "<div class=\"envoi-signature\">a<!-- </div> -->b</div>" },
  { "without an end", "a<div class=\"envoi-signature\">Li", "<div class=\"envoi-signature\">Li" },
  { "none", "<div>envoi-signature</div>", NULL },
  { "a comment", "<!-- " BLOCK " -->", NULL },
  { "another element", "<divan class=\"envoi-signature\">x</divan>", NULL },
};

static void
test_find (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (found); i++) {
    g_autofree char *block = NULL;
    gsize start, length;

    g_test_message ("%s", found[i].says);
    if (envoi_sign_find (found[i].html, &start, &length))
      block = g_strndup (found[i].html + start, length);
    g_assert_cmpstr (block, ==, found[i].block);
  }
}

static void
test_find_place (void)
{
  static const char *const rows[] = {
    "<p>Hi</p>|",
    "<div style=\"font-family: Arial\"><div>Hi</div>|</div>\n",
    "<div>Hi</div>|<div>Wei wrote:</div>\n<blockquote type=\"cite\"><div>x</div></blockquote>",
    "Hi|<blockquote type=\"cite\">x</blockquote>",
    "|",
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_auto (GStrv) halves = g_strsplit (rows[i], "|", 2);
    g_autofree char *html = g_strconcat (halves[0], halves[1], NULL);

    g_assert_cmpuint (envoi_sign_find_place (html), ==, strlen (halves[0]));
  }
}

int
main (int   argc,
      char *argv[])
{
  envoi_test_init (&argc, &argv);

  g_test_add_func ("/envoi/message/sign/places", test_places);
  g_test_add_func ("/envoi/message/sign/none", test_none);
  g_test_add_func ("/envoi/message/sign/find", test_find);
  g_test_add_func ("/envoi/message/sign/find-place", test_find_place);
  g_test_add_func ("/envoi/message/sign/twin", test_twin);
  g_test_add_func ("/envoi/message/sign/empty", test_empty);
  g_test_add_func ("/envoi/message/sign/same", test_same);

  return g_test_run ();
}
