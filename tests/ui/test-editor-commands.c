/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-test"

#include "config.h"

#include "editor-fixture.h"

#include <string.h>

/* What goes beyond plain formatting: marks that become formatting, the direction
 * of writing, tables with cells over several columns, pictures, and undo of all. */

static void
set_letter (EditorFixture *fixture,
            const char    *html)
{
  editor_run (fixture, "setHtml", g_variant_new ("(s)", html));
}

/* As keys do: one character after the other. */
static void
type_keys (EditorFixture *fixture,
           const char    *text)
{
  for (const char *p = text; *p; p = g_utf8_next_char (p)) {
    g_autofree char *character = g_utf8_substring (p, 0, 1);

    editor_type (fixture, character);
  }
}

typedef struct {
  const char *says;
  const char *typed;
  const char *expected;
} Mark;

#define NBSP "&nbsp;"
#define QUOTE \
  "<blockquote type=\"cite\" style=\"margin: 0 0 0 8px; padding-left: 12px; " \
  "border-left: 2px solid #c0bfbc; color: #5e5c64;\">"
#define CODE "<code style=\"font-family: monospace; background-color: #f2f2f2;\">"

static const Mark marks[] = {
  { "a dash begins a list", "- one", "<ul><li>one</li></ul>" },
  { "so does a star", "* one", "<ul><li>one</li></ul>" },
  { "a number begins a numbered list", "1. one", "<ol><li>one</li></ol>" },
  { "a hash makes a heading", "## one", "<h2>one</h2>" },
  { "an arrow quotes", "> one", QUOTE "<div>one</div></blockquote>" },
  { "three dashes draw a line", "--- one", "<hr><div>one</div>" },
  { "two stars make bold", "**one** two", "<div><b>one</b> two</div>" },
  { "one star makes italic", "*one* two", "<div><i>one</i> two</div>" },
  { "tildes strike through", "~~one~~ two", "<div><s>one</s> two</div>" },
  { "backticks make code, and it ends", "`one` two", "<div>" CODE "one</code> two</div>" },
  { "Chinese needs no spaces around", "中文**粗**字", "<div>中文<b>粗</b>字</div>" },
  { "a product is no italic", "2*3*4", "<div>2*3*4</div>" },
  { "a name with lines is no italic", "a_b_c", "<div>a_b_c</div>" },
  { "a signature's mark stays", "-- ", "<div>--" NBSP "</div>" },
  { "a dash inside a line stays", "a - b", "<div>a - b</div>" },
};

static void
test_marks (EditorFixture *fixture,
            gconstpointer  data)
{
  for (guint i = 0; i < G_N_ELEMENTS (marks); i++) {
    g_test_message ("%s", marks[i].says);
    set_letter (fixture, "");
    type_keys (fixture, marks[i].typed);
    editor_assert_letter (fixture, marks[i].expected);
  }
}

/* One undo brings back what was typed, and typing on does not change it again. */
static void
test_marks_undone (EditorFixture *fixture,
                   gconstpointer  data)
{
  type_keys (fixture, "- ");
  editor_command (fixture, "undo", "");
  editor_assert_letter (fixture, "<div>-" NBSP "</div>");
  type_keys (fixture, "x");
  editor_assert_letter (fixture, "<div>- x</div>");

  set_letter (fixture, "");
  type_keys (fixture, "a **b**");
  editor_command (fixture, "undo", "");
  editor_assert_letter (fixture, "<div>a **b**</div>");
  editor_command (fixture, "redo", "");
  editor_assert_letter (fixture, "<div>a" NBSP "<b>b</b></div>");
}

/* A mark in the middle of a letter leaves its neighbours alone. */
static void
test_marks_inside (EditorFixture *fixture,
                   gconstpointer  data)
{
  set_letter (fixture, "<div>above</div><div>below</div>");
  editor_run (fixture, "placeCaretAfter", g_variant_new ("(i)", 1));
  editor_command (fixture, "insertParagraph", "");
  type_keys (fixture, "- item");
  editor_assert_letter (fixture, "<div>above</div><ul><li>item</li></ul><div>below</div>");
}

static void
test_direction (EditorFixture *fixture,
                gconstpointer  data)
{
  set_letter (fixture, "<div>one</div>");
  editor_command (fixture, "direction", "");
  editor_assert_letter (fixture, "<div dir=\"rtl\" style=\"text-align: right\">one</div>");
  editor_command (fixture, "undo", "");
  editor_assert_letter (fixture, "<div>one</div>");
  editor_command (fixture, "redo", "");
  editor_command (fixture, "direction", "");
  editor_assert_letter (fixture, "<div dir=\"ltr\">one</div>");
}

/* What is written from the right says so by itself when it leaves. */
static void
test_direction_found (EditorFixture *fixture,
                      gconstpointer  data)
{
  set_letter (fixture, "<div>שלום</div><div>hello</div><ul><li>«مرحبا»</li></ul>");
  editor_assert_letter (fixture, "<div dir=\"rtl\">שלום</div><div>hello</div>"
                        "<ul><li dir=\"rtl\">«مرحبا»</li></ul>");
}

#define MERGED \
  "<table><tbody><tr><td colspan=\"2\">A</td><td rowspan=\"2\">B</td></tr>" \
  "<tr><td>c</td><td>d</td></tr></tbody></table>"

typedef struct {
  const char *says;
  guint cell;
  const char *change;
  const char *expected;
} Grid;

static const Grid grids[] = {
  { "a column between two that are joined above widens the joint", 2, "add-column",
    "<tr><td colspan=\"3\">A</td><td rowspan=\"2\">B</td></tr>"
    "<tr><td>c</td><td><br></td><td>d</td></tr>" },
  { "a row between two that are joined beside lengthens the joint", 2, "add-row-above",
    "<tr><td colspan=\"2\">A</td><td rowspan=\"3\">B</td></tr>"
    "<tr><td><br></td><td><br></td></tr><tr><td>c</td><td>d</td></tr>" },
  { "a column before the first", 2, "add-column-before",
    "<tr><td><br></td><td colspan=\"2\">A</td><td rowspan=\"2\">B</td></tr>"
    "<tr><td><br></td><td>c</td><td>d</td></tr>" },
  { "the first row goes, and what hangs down stays", 0, "remove-row",
    "<tr><td>c</td><td>d</td><td>B</td></tr>" },
  { "the first column goes, and what lies over it shrinks", 2, "remove-column",
    "<tr><td>A</td><td rowspan=\"2\">B</td></tr><tr><td>d</td></tr>" },
  { "the first row becomes a heading", 2, "toggle-header",
    "<tr><th colspan=\"2\">A</th><th rowspan=\"2\">B</th></tr><tr><td>c</td><td>d</td></tr>" },
};

static void
go_to_cell (EditorFixture *fixture,
            guint          cell)
{
  editor_run (fixture, "placeCaretAfter", g_variant_new ("(i)", 1));
  for (guint i = 4; i > cell + 1; i--)
    editor_run (fixture, "moveInTable", g_variant_new ("(b)", TRUE));
}

static void
test_grid (EditorFixture *fixture,
           gconstpointer  data)
{
  for (guint i = 0; i < G_N_ELEMENTS (grids); i++) {
    g_autofree char *expected =
      g_strconcat ("<table><tbody>", grids[i].expected, "</tbody></table>", NULL);

    g_test_message ("%s", grids[i].says);
    set_letter (fixture, MERGED);
    go_to_cell (fixture, grids[i].cell);
    editor_run (fixture, "changeTable", g_variant_new ("(s)", grids[i].change));
    editor_assert_letter (fixture, expected);
    editor_command (fixture, "undo", "");
    editor_assert_letter (fixture, MERGED);
  }
}

/* A reader without our style sheet must see one line between cells, not two. */
static void
test_table_lines (EditorFixture *fixture,
                  gconstpointer  data)
{
  g_autofree char *letter = NULL;

  editor_run (fixture, "insertTable", g_variant_new ("(ii)", 1, 2));
  letter = editor_dup_letter (fixture);
  g_assert_nonnull (strstr (letter, "border-collapse: collapse"));
}

static void
test_replace_all (EditorFixture *fixture,
                  gconstpointer  data)
{
  set_letter (fixture, "<div>a</div><ul><li>x</li></ul>");
  editor_run (fixture, "replaceAll", g_variant_new ("(s)", "<h1>q</h1><div>z</div>"));
  editor_assert_letter (fixture, "<h1>q</h1><div>z</div>");
  editor_command (fixture, "undo", "");
  editor_assert_letter (fixture, "<div>a</div><ul><li>x</li></ul>");
  editor_run (fixture, "replaceAll", g_variant_new ("(s)", ""));
  editor_assert_letter (fixture, "");
}

static gboolean
sees_caret (gpointer fixture)
{
  g_autoptr (JSCValue) value =
    editor_evaluate (fixture,
                     "(() => {"
                     "  const { bottom } = envoi.caretElement ().getBoundingClientRect ();"
                     "  return window.scrollY > 0 && bottom > 0 && bottom <= window.innerHeight;"
                     "})()");

  return jsc_value_to_boolean (value);
}

/* Behind what was pasted the caret is in sight, also when a bar takes room away. */
static void
test_reveal (EditorFixture *fixture,
             gconstpointer  data)
{
  g_autoptr (GString) lines = g_string_new (NULL);
  g_autoptr (GString) rows = g_string_new ("<table><tbody>");

  for (guint i = 0; i < 60; i++) {
    g_string_append_printf (lines, "line %u\n", i);
    g_string_append_printf (rows, "<tr><td>%u</td></tr>", i);
  }
  g_string_append (rows, "</tbody></table>");

  editor_run (fixture, "paste", g_variant_new ("(sb)", rows->str, FALSE));
  g_assert_true (sees_caret (fixture));
  editor_run (fixture, "pasteText", g_variant_new ("(s)", lines->str));
  g_assert_true (sees_caret (fixture));
  gtk_widget_set_margin_bottom (GTK_WIDGET (fixture->editor), 100);
  envoi_test_settle ();
  g_assert_true (sees_caret (fixture));
}

static void
test_grow (EditorFixture *fixture,
           gconstpointer  data)
{
  set_letter (fixture, "<div>word</div>");
  editor_select_all (fixture);
  editor_command (fixture, "grow", "1");
  editor_assert_letter (fixture, "<div><span style=\"font-size: large\">word</span></div>");
  editor_command (fixture, "grow", "-1");
  editor_assert_letter (fixture, "<div>word</div>");
}

static void
test_count (EditorFixture *fixture,
            gconstpointer  data)
{
  g_autoptr (JSCValue) before = NULL;

  set_letter (fixture, "<div>One one</div><div>ONE two one</div>");
  editor_run (fixture, "placeCaretAfter", g_variant_new ("(i)", 1));
  before = editor_call (fixture, "countBefore", g_variant_new ("(s)", "one"));
  g_assert_cmpint (jsc_value_to_int32 (before), ==, 2);
}

/* A change inside one block is seen although the others are remembered. */
static void
test_remembered (EditorFixture *fixture,
                 gconstpointer  data)
{
  set_letter (fixture, "<div>one</div><div><b>two</b></div>");
  editor_assert_letter (fixture, "<div>one</div><div><b>two</b></div>");
  editor_run (fixture, "placeCaretAfter", g_variant_new ("(i)", 2));
  editor_type (fixture, "!");
  editor_assert_letter (fixture, "<div>one</div><div><b>two!</b></div>");
  editor_command (fixture, "justifyCenter", "");
  editor_assert_letter (fixture,
                        "<div>one</div><div style=\"text-align: center\"><b>two!</b></div>");
}

#define ADD(name, function) \
  g_test_add ("/envoi/ui/editor-commands/" name, EditorFixture, NULL, editor_set_up, function, \
              editor_tear_down)

int
main (int   argc,
      char *argv[])
{
  envoi_test_init (&argc, &argv);
  adw_init ();

  ADD ("marks", test_marks);
  ADD ("marks-undone", test_marks_undone);
  ADD ("marks-inside", test_marks_inside);
  ADD ("direction", test_direction);
  ADD ("direction-found", test_direction_found);
  ADD ("grid", test_grid);
  ADD ("table-lines", test_table_lines);
  ADD ("replace-all", test_replace_all);
  ADD ("reveal", test_reveal);
  ADD ("grow", test_grow);
  ADD ("count", test_count);
  ADD ("remembered", test_remembered);

  return g_test_run ();
}
