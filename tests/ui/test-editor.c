/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-test"

#include "config.h"

#include "editor-fixture.h"

#include <string.h>

/* The writing surface, in a real web view: what a person does there is done by
 * the functions the window calls, and what comes out is what would be sent. */

static const char png[] =
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==";

typedef struct {
  const char *command;
  const char *value;
  const char *expected;
} Format;

static const Format formats[] = {
  { "bold", "", "<div><b>word</b></div>" },
  { "italic", "", "<div><i>word</i></div>" },
  { "underline", "", "<div><u>word</u></div>" },
  { "strikeThrough", "", "<div><strike>word</strike></div>" },
  { "style", "h1", "<h1>word</h1>" },
  { "style", "h3", "<h3>word</h3>" },
  { "insertUnorderedList", "", "<ul><li>word</li></ul>" },
  { "insertOrderedList", "", "<ol><li>word</li></ol>" },
  { "indent", "", "<div style=\"margin-left: 40px\"><div>word</div></div>" },
  { "justifyCenter", "", "<div style=\"text-align: center\">word</div>" },
  { "foreColor", "#c01c28",
    "<div><span style=\"color: rgb(192, 28, 40)\">word</span></div>" },
  { "foreColor", "#000000", "<div>word</div>" },
  { "hiliteColor", "#f9f06b",
    "<div><span style=\"background-color: rgb(249, 240, 107)\">word</span></div>" },
  { "fontSize", "5", "<div><span style=\"font-size: x-large\">word</span></div>" },
  { "fontName", "Georgia, serif",
    "<div><span style=\"font-family: Georgia, serif\">word</span></div>" },
};

static void
test_formats (EditorFixture       *fixture,
              gconstpointer        data)
{
  for (guint i = 0; i < G_N_ELEMENTS (formats); i++) {
    editor_run (fixture, "setHtml", g_variant_new ("(s)", "<div>word</div>"));
    editor_select_all (fixture);
    editor_command (fixture, formats[i].command, formats[i].value);
    editor_assert_letter (fixture, formats[i].expected);
  }
}

static void
test_quote (EditorFixture       *fixture,
            gconstpointer        data)
{
  g_autofree char *quoted = NULL;

  editor_type (fixture, "word");
  editor_command (fixture, "quote", "");
  quoted = editor_dup_letter (fixture);
  g_assert_true (g_str_has_prefix (quoted, "<blockquote type=\"cite\" style=\""));
  editor_command (fixture, "quote", "");
  editor_assert_letter (fixture, "<div>word</div>");
}

static gboolean
action_is (EditorFixture    *fixture,
           const char       *name)
{
  g_autoptr (GVariant) state =
    g_action_group_get_action_state (envoi_editor_get_actions (fixture->editor), name);

  return g_variant_get_boolean (state);
}

static gboolean
is_bold (gpointer fixture)
{
  return action_is (fixture, "bold");
}

static gboolean
can_undo (gpointer fixture)
{
  return g_action_group_get_action_enabled (
    envoi_editor_get_actions (((EditorFixture *) fixture)->editor), "undo");
}

/* A toggle follows the caret. */
static void
test_state (EditorFixture       *fixture,
            gconstpointer        data)
{
  GActionGroup *actions = envoi_editor_get_actions (fixture->editor);

  editor_run (fixture, "setHtml", g_variant_new ("(s)", "<div><b>bold</b></div><div>plain</div>"));
  envoi_test_wait_until (is_bold, fixture);
  g_assert_false (g_action_group_get_action_enabled (actions, "undo"));

  editor_select_all (fixture);
  editor_command (fixture, "removeFormat", "");
  envoi_test_wait_until (can_undo, fixture);
  g_assert_false (action_is (fixture, "bold"));
  g_assert_false (g_action_group_get_action_enabled (actions, "add-row"));

  g_action_group_activate_action (actions, "bold", NULL);
  envoi_test_wait_until (is_bold, fixture);
}

static void
test_undo (EditorFixture       *fixture,
           gconstpointer        data)
{
  editor_run (fixture, "setHtml", g_variant_new ("(s)", "<div>word</div>"));
  editor_select_all (fixture);
  editor_command (fixture, "bold", "");
  editor_command (fixture, "undo", "");
  editor_assert_letter (fixture, "<div>word</div>");
  editor_command (fixture, "redo", "");
  editor_assert_letter (fixture, "<div><b>word</b></div>");
}

static void
test_empty (EditorFixture       *fixture,
            gconstpointer        data)
{
  editor_assert_letter (fixture, "");
  editor_type (fixture, "x");
  editor_assert_letter (fixture, "<div>x</div>");
  editor_command (fixture, "delete", "");
  editor_assert_letter (fixture, "");
}

static gboolean
has_text (gpointer fixture)
{
  return strstr (envoi_editor_get_html (((EditorFixture *) fixture)->editor), "typed") != NULL;
}

/* Nobody asks: the surface hands the letter over by itself. */
static void
test_change (EditorFixture       *fixture,
             gconstpointer        data)
{
  editor_type (fixture, "typed");
  envoi_test_wait_until (has_text, fixture);
}

/* What was written comes back the same when a draft is opened again. */
static void
test_again (EditorFixture       *fixture,
            gconstpointer        data)
{
  static const char letter[] =
    "<div>Dear Wei,</div><div><br></div><div style=\"margin-left: 40px\"><div>inner</div></div>"
    "<ul><li>one</li><li>two</li></ul><div>中文 &amp; more</div>";
  g_autofree char *html = g_strdup_printf ("<div style=\"font-family: Arial\">%s</div>", letter);
  g_autofree char *once = NULL;

  editor_run (fixture, "setHtml", g_variant_new ("(s)", html));
  editor_assert_letter (fixture, letter);
}

typedef struct {
  const char *html;
  const char *expected;
} Paste;

static const Paste pastes[] = {
  { "plain", "<div>plain</div>" },
  { "<b>bold</b> and <i>italic</i>", "<div><b>bold</b> and <i>italic</i></div>" },
  { "<span style=\"color: rgb(0, 0, 0); font-family: inherit; orphans: auto; "
    "-webkit-text-stroke-width: 0px\">text</span>", "<div>text</div>" },
  { "<p class=\"MsoNormal\" id=\"x\" data-x=\"y\">Word</p>", "<div><p>Word</p></div>" },
};

static void
test_paste (EditorFixture       *fixture,
            gconstpointer        data)
{
  for (guint i = 0; i < G_N_ELEMENTS (pastes); i++) {
    editor_run (fixture, "setHtml", g_variant_new ("(s)", ""));
    editor_run (fixture, "paste", g_variant_new ("(sb)", pastes[i].html, FALSE));
    editor_assert_letter (fixture, pastes[i].expected);
  }
}

static void
test_paste_again (EditorFixture       *fixture,
                  gconstpointer        data)
{
  static const char html[] = "<p style=\"color: red; font-size: 30px\"><b>Big</b> news</p>";
  g_autoptr (JSCValue) is_formatted = editor_call (fixture, "paste", g_variant_new ("(sb)", html, FALSE));

  g_assert_true (jsc_value_to_boolean (is_formatted));
  editor_assert_letter (fixture, "<div><p style=\"color: red; font-size: 30px\"><b>Big</b> news</p></div>");
  editor_run (fixture, "pasteAgain", g_variant_new ("(ssb)", html, "Big news", TRUE));
  editor_assert_letter (fixture, "<div><p><b>Big</b> news</p></div>");
  editor_run (fixture, "pasteAgain", g_variant_new ("(ssb)", html, "Big news", FALSE));
  editor_assert_letter (fixture, "<div>Big news</div>");
}

static const char *const attacks[] = {
  "<img src=x onerror=\"document.body.dataset.hit = 1\">",
  "<svg onload=\"document.body.dataset.hit = 1\"></svg>",
  "<script>document.body.dataset.hit = 1</script>",
  "<iframe srcdoc=\"<script>parent.document.body.dataset.hit = 1</script>\"></iframe>",
  "<a href=\"javascript:document.body.dataset.hit = 1\" autofocus onfocus=\"document.body.dataset.hit = 1\">x</a>",
  "<details open ontoggle=\"document.body.dataset.hit = 1\">x</details>",
  "<meta http-equiv=\"refresh\" content=\"0;url=http://127.0.0.1:1/\">",
  "<form action=\"http://127.0.0.1:1/\"><input autofocus onfocus=\"document.body.dataset.hit = 1\"></form>",
};

/* Even what the sanitiser would let through must not run. */
static void
test_attacks (EditorFixture       *fixture,
              gconstpointer        data)
{
  for (guint i = 0; i < G_N_ELEMENTS (attacks); i++) {
    g_autoptr (JSCValue) hit = NULL;

    editor_run (fixture, "setHtml", g_variant_new ("(s)", attacks[i]));
    editor_run (fixture, "paste", g_variant_new ("(sb)", attacks[i], FALSE));
    editor_run (fixture, "closest", g_variant_new ("(s)", "b"));
    hit = editor_call (fixture, "closest", g_variant_new ("(s)", "[data-hit]"));
    g_assert_true (jsc_value_is_null (hit) || jsc_value_is_undefined (hit));
    g_assert_true (envoi_editor_is_ready (fixture->editor));
  }
}

static GInputStream *
open_picture (const char  *content_id,
              char       **content_type,
              gpointer     user_data)
{
  gsize length;
  guchar *bytes = g_base64_decode (png, &length);

  g_assert_cmpstr (content_id, ==, "a@envoi");
  *content_type = g_strdup ("image/png");
  *(guint *) user_data += 1;
  return g_memory_input_stream_new_from_data (bytes, (gssize) length, g_free);
}

static gboolean
is_sized (gpointer fixture)
{
  return strstr (envoi_editor_get_html (((EditorFixture *) fixture)->editor), "width=\"1\"") != NULL;
}

static void
test_picture (EditorFixture       *fixture,
              gconstpointer        data)
{
  guint n_opened = 0;

  envoi_editor_set_picture_func (fixture->editor, open_picture, &n_opened);
  editor_run (fixture, "insertPicture", g_variant_new ("(ss)", "a@envoi", "a \"dot\""));
  envoi_test_wait_until (is_sized, fixture);
  editor_assert_letter (fixture, "<div><img src=\"cid:a@envoi\" alt=\"a &quot;dot&quot;\" "
                        "width=\"1\" height=\"1\"></div>");
  g_assert_cmpuint (n_opened, ==, 1);
}

static void
test_pasted_picture (EditorFixture       *fixture,
                     gconstpointer        data)
{
  g_autofree char *html =
    g_strdup_printf ("text<img src=\"data:image/png;base64,%s\"><img src=\"http://x/y\">", png);
  g_autoptr (JSCValue) taken = editor_call (fixture, "takePictures", g_variant_new ("(ss)", html, "/tmp"));
  g_autoptr (JSCValue) pictures = jsc_value_object_get_property (taken, "pictures");
  g_autoptr (JSCValue) first = jsc_value_object_get_property_at_index (pictures, 0);
  g_autoptr (JSCValue) bytes = jsc_value_object_get_property (first, "data");
  g_autoptr (JSCValue) left = jsc_value_object_get_property (taken, "html");
  g_autofree char *data_text = jsc_value_to_string (bytes);
  g_autofree char *left_text = jsc_value_to_string (left);

  g_assert_cmpstr (data_text, ==, png);
  g_assert_null (strstr (left_text, "data:"));
  g_assert_nonnull (strstr (left_text, "src=\"cid:"));
}

typedef struct {
  const char *says;
  const char *source;
  const char *path;      /* NULL: left to the sanitiser, which drops it */
} PastedFile;

static const PastedFile pasted_files[] = {
  { "a picture that WPS wrote", "file:///tmp/ksohtml/wps1.png", "/tmp/ksohtml/wps1.png" },
  { "with a host and a space", "file://localhost/tmp/a%20b.png", "/tmp/a b.png" },
  { "a picture of somebody's own", "file:///srv/wei/passport.png", NULL },
  { "a way out of the folder", "file:///tmp/../srv/wei/passport.png", NULL },
  { "a hidden way out", "file:///tmp/%2e%2e/srv/wei/passport.png", NULL },
  { "a folder with a like name", "file:///tmpfiles/a.png", NULL },
  { "another computer", "file://server/tmp/a.png", NULL },
};

static void
test_pasted_files (EditorFixture *fixture,
                   gconstpointer  data)
{
  for (guint i = 0; i < G_N_ELEMENTS (pasted_files); i++) {
    g_autofree char *html = g_strdup_printf ("<img src=\"%s\">", pasted_files[i].source);
    g_autoptr (JSCValue) taken =
      editor_call (fixture, "takePictures", g_variant_new ("(ss)", html, "/tmp"));
    g_autoptr (JSCValue) files = jsc_value_object_get_property (taken, "files");
    g_autoptr (JSCValue) first = jsc_value_object_get_property_at_index (files, 0);
    g_autoptr (JSCValue) path = NULL;
    g_autofree char *found = NULL;

    g_test_message ("%s", pasted_files[i].says);
    if (jsc_value_is_object (first)) {
      path = jsc_value_object_get_property (first, "path");
      found = jsc_value_to_string (path);
    }
    g_assert_cmpstr (found, ==, pasted_files[i].path);
  }
}

static void
test_link (EditorFixture       *fixture,
           gconstpointer        data)
{
  editor_type (fixture, "word");
  editor_select_all (fixture);
  editor_run (fixture, "setLink", g_variant_new ("(ss)", "https://example.org/?a=1&b=2", "word"));
  editor_assert_letter (fixture, "<div><a href=\"https://example.org/?a=1&amp;b=2\">word</a></div>");
  editor_run (fixture, "setLink", g_variant_new ("(ss)", "https://example.net/", "other"));
  editor_assert_letter (fixture, "<div><a href=\"https://example.net/\">other</a></div>");
  editor_run (fixture, "setLink", g_variant_new ("(ss)", "", ""));
  editor_assert_letter (fixture, "<div>other</div>");
}

static guint
count (const char *text,
       const char *part)
{
  guint n = 0;

  for (text = strstr (text, part); text; text = strstr (text + 1, part))
    n++;

  return n;
}

static void
assert_cells (EditorFixture *fixture,
              guint          n_rows,
              guint          n_cells)
{
  g_autofree char *letter = editor_dup_letter (fixture);

  g_assert_cmpuint (count (letter, "<tr>"), ==, n_rows);
  g_assert_cmpuint (count (letter, "<td "), ==, n_cells);
}

static void
test_table (EditorFixture       *fixture,
            gconstpointer        data)
{
  editor_run (fixture, "insertTable", g_variant_new ("(ii)", 2, 3));
  assert_cells (fixture, 2, 6);
  editor_type (fixture, "first");
  editor_run (fixture, "changeTable", g_variant_new ("(s)", "add-row"));
  assert_cells (fixture, 3, 9);
  editor_run (fixture, "changeTable", g_variant_new ("(s)", "add-column"));
  assert_cells (fixture, 3, 12);
  editor_command (fixture, "undo", "");
  assert_cells (fixture, 3, 9);
  editor_run (fixture, "changeTable", g_variant_new ("(s)", "add-column"));
  assert_cells (fixture, 3, 12);
  editor_command (fixture, "undo", "");
  editor_run (fixture, "moveInTable", g_variant_new ("(b)", FALSE));
  editor_type (fixture, "second");
  editor_run (fixture, "changeTable", g_variant_new ("(s)", "remove-row"));
  assert_cells (fixture, 2, 6);
  editor_run (fixture, "changeTable", g_variant_new ("(s)", "remove-table"));
  assert_cells (fixture, 0, 0);
}

typedef struct {
  const char *marker;
  const char *expected;
} Marker;

static const Marker markers[] = {
  { "-", "<ul><li>word</li></ul>" },
  { "1.", "<ol><li>word</li></ol>" },
  { "##", "<h2>word</h2>" },
};

static void
test_markers (EditorFixture       *fixture,
              gconstpointer        data)
{
  for (guint i = 0; i < G_N_ELEMENTS (markers); i++) {
    editor_run (fixture, "setHtml", g_variant_new ("(s)", ""));
    editor_type (fixture, markers[i].marker);
    editor_type (fixture, " ");
    editor_type (fixture, "word");
    editor_assert_letter (fixture, markers[i].expected);
  }
}

static void
crashed_cb (EnvoiEditor *editor,
            gboolean    *is_crashed)
{
  *is_crashed = TRUE;
}

/* The process dies; the letter stays and the surface comes back with it. */
static void
test_crash (EditorFixture       *fixture,
            gconstpointer        data)
{
  gboolean is_crashed = FALSE;
  WebKitWebView *view = WEBKIT_WEB_VIEW (adw_bin_get_child (ADW_BIN (fixture->editor)));

  editor_type (fixture, "typed before");
  envoi_test_wait_until (has_text, fixture);
  g_signal_connect (fixture->editor, "crashed", G_CALLBACK (crashed_cb), &is_crashed);
  g_test_expect_message ("envoi-ui", G_LOG_LEVEL_WARNING, "*stopped*");
  webkit_web_view_terminate_web_process (view);
  envoi_test_wait_until (editor_is_ready, fixture->editor);
  g_test_assert_expected_messages ();
  g_assert_true (is_crashed);
  editor_assert_letter (fixture, "<div>typed before</div>");
}

/* An input method with a text in the making, as ibus has one for pinyin. */
#define TEST_TYPE_INPUT_METHOD (test_input_method_get_type ())
G_DECLARE_FINAL_TYPE (TestInputMethod, test_input_method, TEST, INPUT_METHOD,
                      WebKitInputMethodContext)

struct _TestInputMethod {
  WebKitInputMethodContext parent_instance;
};

G_DEFINE_FINAL_TYPE (TestInputMethod, test_input_method, WEBKIT_TYPE_INPUT_METHOD_CONTEXT)

static void
test_input_method_get_preedit (WebKitInputMethodContext  *context,
                               char                     **text,
                               GList                    **underlines,
                               guint                     *cursor)
{
  if (text)
    *text = g_strdup ("你好");
  if (underlines)
    *underlines = NULL;
  if (cursor)
    *cursor = 2;
}

static void
test_input_method_class_init (TestInputMethodClass *klass)
{
  WEBKIT_INPUT_METHOD_CONTEXT_CLASS (klass)->get_preedit = test_input_method_get_preedit;
}

static void
test_input_method_init (TestInputMethod *self)
{
}

static gboolean
has_preedit (gpointer fixture)
{
  return strstr (envoi_editor_get_html (((EditorFixture *) fixture)->editor), "你好") != NULL;
}

/* What is being composed is in the letter at once, and once only when it is asked for. */
static void
test_preedit (EditorFixture       *fixture,
              gconstpointer        data)
{
  g_autoptr (WebKitInputMethodContext) method = g_object_new (TEST_TYPE_INPUT_METHOD, NULL);
  WebKitWebView *view = WEBKIT_WEB_VIEW (adw_bin_get_child (ADW_BIN (fixture->editor)));

  webkit_web_view_set_input_method_context (view, method);
  editor_type (fixture, "word ");
  g_signal_emit_by_name (method, "preedit-started");
  g_signal_emit_by_name (method, "preedit-changed");
  envoi_test_wait_until (has_preedit, fixture);
  editor_assert_letter (fixture, "<div>word 你好</div>");
  editor_assert_letter (fixture, "<div>word 你好</div>");
}

static void
test_finalize (void)
{
  EnvoiEditor *editor = g_object_ref_sink (envoi_editor_new ());

  g_assert_cmpstr (envoi_editor_get_html (editor), ==, "");
  envoi_editor_set_html (editor, "<div>x</div>");
  g_assert_cmpstr (envoi_editor_get_html (editor), ==, "<div>x</div>");
  g_assert_finalize_object (editor);
}

#define ADD(name, function) \
  g_test_add ("/envoi/ui/editor/" name, EditorFixture, NULL, editor_set_up, function, editor_tear_down)

int
main (int   argc,
      char *argv[])
{
  envoi_test_init (&argc, &argv);
  adw_init ();

  g_test_add_func ("/envoi/ui/editor/finalize", test_finalize);
  ADD ("formats", test_formats);
  ADD ("quote", test_quote);
  ADD ("state", test_state);
  ADD ("undo", test_undo);
  ADD ("empty", test_empty);
  ADD ("change", test_change);
  ADD ("again", test_again);
  ADD ("paste", test_paste);
  ADD ("paste-again", test_paste_again);
  ADD ("attacks", test_attacks);
  ADD ("picture", test_picture);
  ADD ("pasted-picture", test_pasted_picture);
  ADD ("pasted-files", test_pasted_files);
  ADD ("link", test_link);
  ADD ("table", test_table);
  ADD ("markers", test_markers);
  ADD ("preedit", test_preedit);
  ADD ("crash", test_crash);

  return g_test_run ();
}
