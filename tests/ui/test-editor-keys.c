/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-test"

#include "config.h"

#include "editor-fixture.h"

#include <string.h>

/* What real keys do in the letter, as everybody knows it from other programs. */

typedef struct {
  const char *says;
  const char *html;       /* with a "|" where the caret is */
  const char *keys;
  const char *expected;
} Keys;

#define QUOTE \
  "<blockquote type=\"cite\" style=\"margin: 0 0 0 8px; padding-left: 12px; " \
  "border-left: 2px solid #c0bfbc; color: #5e5c64;\">"
#define CODE \
  "<pre style=\"font-family: monospace; white-space: pre-wrap; background-color: #f2f2f2; " \
  "padding: 8px 10px;\">"
#define INDENT "<div style=\"margin-left: 40px\">"

static const Keys keys[] = {
  { "an empty item ends a list", "<ul><li>a|</li></ul>", "Return Return x",
    "<ul><li>a</li></ul><div>x</div>" },
  { "an empty inner item goes one level out", "<ul><li>a</li><ul><li>b|</li></ul></ul>",
    "Return Return x", "<ul><li>a</li><ul><li>b</li></ul><li>x</li></ul>" },
  { "Backspace takes the point away first", "<div>a</div><ul><li>|b</li><li>c</li></ul>",
    "BackSpace x", "<div>a</div>xb<br><ul><li>c</li></ul>" },
  { "also in the middle of a list", "<ul><li>a</li><li>|b</li></ul>", "BackSpace x",
    "<ul><li>a</li></ul>xb<br>" },
  { "an inner point goes one level out", "<ul><li>a</li><ul><li>|b</li></ul></ul>",
    "BackSpace x", "<ul><li>a</li><li>xb</li></ul>" },
  { "Backspace in an item takes a character", "<ul><li>ab|</li></ul>", "BackSpace",
    "<ul><li>a</li></ul>" },
  { "what was taken away comes back", "<ul><li>a</li><li>|b</li></ul>", "BackSpace ctrl+z",
    "<ul><li>a</li><li>b</li></ul>" },

  { "an empty line ends a quotation", QUOTE "<div>a|</div></blockquote>", "Return Return x",
    QUOTE "<div>a</div></blockquote><div>x</div>" },
  { "and divides it, for an answer in between", QUOTE "<div>a|</div><div>b</div></blockquote>",
    "Return Return x",
    QUOTE "<div>a</div></blockquote><div>x</div>" QUOTE "<div>b</div></blockquote>" },
  { "undo makes it whole", QUOTE "<div>a|</div><div>b</div></blockquote>",
    "Return Return ctrl+z ctrl+z", QUOTE "<div>a</div><div>b</div></blockquote>" },
  { "the paragraphs of other programs too", QUOTE "<p>a|</p><p>b</p></blockquote>",
    "Return Return x",
    QUOTE "<p>a</p></blockquote><div>x</div>" QUOTE "<p>b</p></blockquote>" },
  { "Backspace takes the first line out", "<div>a</div>" QUOTE "<div>|b</div><div>c</div></blockquote>",
    "BackSpace x", "<div>a</div><div>xb</div>" QUOTE "<div>c</div></blockquote>" },
  { "a later line joins the one before", QUOTE "<div>b</div><div>|c</div></blockquote>",
    "BackSpace x", QUOTE "<div>bxc</div></blockquote>" },
  { "Backspace takes an indentation back", "<div>a</div>" INDENT "<div>|b</div></div>",
    "BackSpace x", "<div>a</div><div>xb</div>" },

  { "code goes on in one block", CODE "a|</pre>", "Return x", CODE "a\nx</pre>" },
  { "also in the middle", CODE "a|b</pre>", "Return x", CODE "a\nxb</pre>" },
  { "an empty line ends it", CODE "a|</pre>", "Return Return x", CODE "a\n</pre><div>x</div>" },

  { "Tab in the last cell begins a row at its first cell, and what is below stays",
    "<div><table><tbody><tr><td>a</td><td>b|</td></tr></tbody></table><div>z</div></div>", "Tab x",
    "<div><table><tbody><tr><td>a</td><td>b</td></tr><tr><td>x</td><td><br></td></tr></tbody></table>"
    "<div>z</div></div>" },
  { "a row in a quotation stays there",
    QUOTE "<table><tbody><tr><td>a|</td></tr></tbody></table><div>z</div></blockquote>", "Tab x",
    QUOTE "<table><tbody><tr><td>a</td></tr><tr><td>x</td></tr></tbody></table><div>z</div></blockquote>" },
  { "and undo takes it back", "<table><tbody><tr><td>a|</td></tr></tbody></table><div>z</div>",
    "Tab ctrl+z", "<table><tbody><tr><td>a</td></tr></tbody></table><div>z</div>" },
  { "a line below a table does not fall into it",
    "<table><tbody><tr><td>a</td></tr></tbody></table><div>|b</div>", "BackSpace x",
    "<table><tbody><tr><td>ax</td></tr></tbody></table><div>b</div>" },
  { "Shift+Enter breaks a line", "<div>a|b</div>", "shift+Return x", "<div>a<br>xb</div>" },

  { "Tab makes an item an inner one", "<ul><li>a</li><li>b|</li></ul>", "Tab x",
    "<ul><li>a</li><ul><li>bx</li></ul></ul>" },
  { "Shift+Tab takes it out again", "<ul><li>a</li><ul><li>b|</li></ul></ul>", "shift+Tab x",
    "<ul><li>a</li><li>bx</li></ul>" },
  { "Tab goes to the next cell", "<table><tbody><tr><td>a|</td><td>b</td></tr></tbody></table>",
    "Tab x", "<table><tbody><tr><td>a</td><td>bx</td></tr></tbody></table>" },
  { "Shift+Tab to the one before", "<table><tbody><tr><td>a</td><td>b|</td></tr></tbody></table>",
    "shift+Tab x", "<table><tbody><tr><td>ax</td><td>b</td></tr></tbody></table>" },
};

static void
test_keys (EditorFixture *fixture,
           gconstpointer  data)
{
  for (guint i = 0; editor_has_hand () && i < G_N_ELEMENTS (keys); i++) {
    g_test_message ("%s", keys[i].says);
    editor_set_marked (fixture, keys[i].html);
    editor_press (fixture, keys[i].keys);
    editor_assert_letter (fixture, keys[i].expected);
  }
}

#define A(href, words) "<a href=\"" href "\">" words "</a>"

typedef struct {
  const char *says;
  const char *typed;
  const char *expected;
} Typed;

static const Typed addresses[] = {
  { "a space ends an address", "see https://x.org/a?b=1 now",
    "<div>see " A ("https://x.org/a?b=1", "https://x.org/a?b=1") " now</div>" },
  { "one without a scheme", "www.x.org now", "<div>" A ("https://www.x.org", "www.x.org") " now</div>" },
  { "a person's", "to wei@x.cn now", "<div>to " A ("mailto:wei@x.cn", "wei@x.cn") " now</div>" },
  { "the end of a sentence is not part of it", "(at http://x.org/a.) now",
    "<div>(at " A ("http://x.org/a", "http://x.org/a") ".) now</div>" },
  { "a bracket of its own is", "http://x.org/a_(b) now",
    "<div>" A ("http://x.org/a_(b)", "http://x.org/a_(b)") " now</div>" },
  { "the beginning of one is none", "http:// www. a@b now", "<div>http:// www. a@b now</div>" },
  { "a number is none", "1.5 and x.y now", "<div>1.5 and x.y now</div>" },
};

/* Whether a space is kept from breaking depends on how quickly the next key comes. */
static void
assert_words (EditorFixture *fixture,
              const char    *expected)
{
  g_autofree char *letter = editor_dup_letter (fixture);
  g_autoptr (GString) words = g_string_new (letter);

  g_string_replace (words, "&nbsp;", " ", 0);
  g_assert_cmpstr (words->str, ==, expected);
}

static void
test_addresses (EditorFixture *fixture,
                gconstpointer  data)
{
  for (guint i = 0; editor_has_hand () && i < G_N_ELEMENTS (addresses); i++) {
    g_test_message ("%s", addresses[i].says);
    editor_run (fixture, "setHtml", g_variant_new ("(s)", ""));
    editor_type_by_hand (fixture, addresses[i].typed);
    assert_words (fixture, addresses[i].expected);
  }
}

/* One undo takes the link off, leaves the words, and writing goes on behind them. */
static void
test_address_undone (EditorFixture *fixture,
                     gconstpointer  data)
{
  if (!editor_has_hand ())
    return;

  editor_run (fixture, "setHtml", g_variant_new ("(s)", ""));
  editor_type_by_hand (fixture, "www.x.org ");
  editor_press (fixture, "ctrl+z a b");
  assert_words (fixture, "<div>www.x.org ab</div>");

  editor_run (fixture, "setHtml", g_variant_new ("(s)", ""));
  editor_type_by_hand (fixture, "www.x.org");
  editor_press (fixture, "Return a");
  assert_words (fixture, "<div>" A ("https://www.x.org", "www.x.org") "</div><div>a</div>");
}

typedef struct {
  const char *says;
  const char *html;
  const char *text;
  const char *expected;
} Over;

static const Over pastes[] = {
  { "words in a quotation stay in its line", QUOTE "<div>a|b</div></blockquote>", "<b>X</b> y",
    QUOTE "<div>a<b>X</b> yb</div></blockquote>" },
  { "paragraphs do not divide it", QUOTE "<div>a|</div><div>b</div></blockquote>",
    "<p>one</p><ul><li>two</li></ul>",
    QUOTE "<div>aone</div><ul><li>two</li></ul><div>b</div></blockquote>" },
  { "words in an indented line stay in it", INDENT "<div>a|b</div></div>", "<b>X</b>",
    INDENT "<div>a<b>X</b>b</div></div>" },
  { "code takes the words of what is formatted", CODE "a|b</pre>",
    "<p style=\"color: red\">one</p><p>two<br><b>three</b></p>", CODE "aone\ntwo\nthreeb</pre>" },
};

static void
test_pastes (EditorFixture *fixture,
             gconstpointer  data)
{
  for (guint i = 0; i < G_N_ELEMENTS (pastes); i++) {
    g_test_message ("%s", pastes[i].says);
    editor_set_marked (fixture, pastes[i].html);
    editor_run (fixture, "paste", g_variant_new ("(sb)", pastes[i].text, FALSE));
    editor_assert_letter (fixture, pastes[i].expected);
  }

  editor_set_marked (fixture, "<ol><li>a|</li></ol>");
  editor_command (fixture, "insertParagraph", "");
  editor_run (fixture, "pasteText", g_variant_new ("(s)", "one\n\ntwo <\n"));
  editor_assert_letter (fixture, "<ol><li>a</li><li>one</li><li>two &lt;</li></ol>");

  editor_set_marked (fixture, CODE "a|b</pre>");
  editor_run (fixture, "pasteText", g_variant_new ("(s)", "one\n  two\n\nthree"));
  editor_assert_letter (fixture, CODE "aone\n  two\n\nthreeb</pre>");
  editor_command (fixture, "undo", "");
  editor_assert_letter (fixture, CODE "ab</pre>");
}

static gboolean
has_item (gpointer fixture)
{
  g_autoptr (JSCValue) value = editor_evaluate (fixture, "document.querySelector('li') !== null");

  return jsc_value_to_boolean (value);
}

static gboolean
has_bold (gpointer fixture)
{
  g_autoptr (JSCValue) value = editor_evaluate (fixture, "document.querySelector('b') !== null");

  return jsc_value_to_boolean (value);
}

/* The same for marks: they come back as they were typed, with what stood before them. */
static void
test_marks_undone (EditorFixture *fixture,
                   gconstpointer  data)
{
  if (!editor_has_hand ())
    return;

  editor_run (fixture, "setHtml", g_variant_new ("(s)", ""));
  editor_type_by_hand (fixture, "- ");
  envoi_test_wait_until (has_item, fixture);
  editor_press (fixture, "ctrl+z x");
  assert_words (fixture, "<div>- x</div>");

  editor_run (fixture, "setHtml", g_variant_new ("(s)", ""));
  editor_type_by_hand (fixture, "a **b**");
  envoi_test_wait_until (has_bold, fixture);
  editor_press (fixture, "ctrl+z");
  assert_words (fixture, "<div>a **b**</div>");
}

static const Over overs[] = {
  { "an address on words", "<div>see |this| now</div>", "https://x.org/\n",
    "<div>see " A ("https://x.org/", "this") " now</div>" },
  { "words on words", "<div>see |this| now</div>", "that", "<div>see that now</div>" },
  { "an address on an address", "<div>|https://x.org/|</div>", "https://y.org/",
    "<div>https://y.org/</div>" },
  { "a sentence with one in it", "<div>|this|</div>", "at https://x.org/", "<div>at https://x.org/</div>" },
  { "nothing is selected", "<div>a|</div>", "https://x.org/", "<div>ahttps://x.org/</div>" },
};

static void
test_paste_over (EditorFixture *fixture,
                 gconstpointer  data)
{
  for (guint i = 0; i < G_N_ELEMENTS (overs); i++) {
    g_test_message ("%s", overs[i].says);
    editor_set_marked (fixture, overs[i].html);
    editor_run (fixture, "pasteOver", g_variant_new ("(s)", overs[i].text));
    editor_assert_letter (fixture, overs[i].expected);
  }
}

static void
leave_cb (EnvoiEditor *editor,
          gboolean     back,
          GtkWidget   *window)
{
  gtk_widget_child_focus (window, back ? GTK_DIR_TAB_BACKWARD : GTK_DIR_TAB_FORWARD);
}

static gboolean
has_focus (gpointer widget)
{
  return gtk_widget_has_focus (widget);
}

/* Between two buttons Tab leads to the second and Shift+Tab to the first, and back. */
static void
test_leave (EditorFixture *fixture,
            gconstpointer  data)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *first = gtk_button_new_with_label ("first");
  GtkWidget *second = gtk_button_new_with_label ("second");
  GtkWidget *view = GTK_WIDGET (envoi_editor_get_view (fixture->editor));

  if (!editor_has_hand ())
    return;

  gtk_widget_set_vexpand (GTK_WIDGET (fixture->editor), TRUE);
  g_object_ref (fixture->editor);
  gtk_window_set_child (GTK_WINDOW (fixture->window), box);
  gtk_box_append (GTK_BOX (box), first);
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (fixture->editor));
  gtk_box_append (GTK_BOX (box), second);
  g_object_unref (fixture->editor);
  g_signal_connect (fixture->editor, "leave", G_CALLBACK (leave_cb), fixture->window);

  gtk_widget_grab_focus (first);
  editor_hand ("key", "Tab", NULL);
  envoi_test_wait_until (has_focus, view);
  editor_hand ("key", "Tab", NULL);
  envoi_test_wait_until (has_focus, second);
  editor_hand ("key", "shift+Tab", NULL);
  envoi_test_wait_until (has_focus, view);
  editor_hand ("key", "shift+Tab", NULL);
  envoi_test_wait_until (has_focus, first);
}

#define ADD(name, function) \
  g_test_add ("/envoi/ui/editor-keys/" name, EditorFixture, NULL, editor_set_up, function, \
              editor_tear_down)

int
main (int   argc,
      char *argv[])
{
  envoi_test_init (&argc, &argv);
  adw_init ();

  ADD ("keys", test_keys);
  ADD ("addresses", test_addresses);
  ADD ("address-undone", test_address_undone);
  ADD ("marks-undone", test_marks_undone);
  ADD ("pastes", test_pastes);
  ADD ("paste-over", test_paste_over);
  ADD ("leave", test_leave);

  return g_test_run ();
}
