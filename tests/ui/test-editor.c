/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-test"

#include "config.h"

#include "envoi-test.h"

#include "envoi-editor.h"

#include <string.h>

/* The writing surface, in a real web view: what a person does there is done by
 * the functions the window calls, and what comes out is what would be sent. */

typedef struct {
  GtkWidget   *window;
  EnvoiEditor *editor;
} Fixture;

static const char png[] =
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==";

static gboolean
is_ready (gpointer editor)
{
  return envoi_editor_is_ready (editor);
}

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  static EnvoiEditorEngine *engine;

  if (!engine)
    engine = envoi_editor_engine_new ();

  fixture->window = gtk_window_new ();
  fixture->editor = envoi_editor_new ();
  gtk_window_set_default_size (GTK_WINDOW (fixture->window), 600, 400);
  gtk_window_set_child (GTK_WINDOW (fixture->window), GTK_WIDGET (fixture->editor));
  gtk_window_present (GTK_WINDOW (fixture->window));
  envoi_editor_start (fixture->editor, engine);
  envoi_test_wait_until (is_ready, fixture->editor);
  gtk_widget_grab_focus (GTK_WIDGET (fixture->editor));
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  gtk_window_destroy (GTK_WINDOW (fixture->window));
}

static JSCValue *
call (Fixture    *fixture,
      const char *function,
      GVariant   *arguments)
{
  EnvoiTestWait wait = { 0 };
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  JSCValue *value;

  envoi_editor_call_async (fixture->editor, function, arguments, NULL, envoi_test_wait_cb, &wait);
  result = envoi_test_wait (&wait);
  value = envoi_editor_call_finish (fixture->editor, result, &error);
  g_assert_no_error (error);
  return value;
}

static void
run (Fixture    *fixture,
     const char *function,
     GVariant   *arguments)
{
  g_autoptr (JSCValue) value = call (fixture, function, arguments);
}

static void
command (Fixture    *fixture,
         const char *name,
         const char *value)
{
  run (fixture, "command", g_variant_new ("(ss)", name, value));
}

static void
type (Fixture    *fixture,
      const char *text)
{
  command (fixture, "insertText", text);
}

/* The letter without the outer block that names its font. */
static char *
dup_letter (Fixture *fixture)
{
  EnvoiTestWait wait = { 0 };
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *html = NULL;
  const char *start;

  envoi_editor_get_html_async (fixture->editor, NULL, envoi_test_wait_cb, &wait);
  result = envoi_test_wait (&wait);
  html = envoi_editor_get_html_finish (fixture->editor, result, &error);
  g_assert_no_error (error);
  if (*html == '\0')
    return g_strdup ("");

  g_assert_true (g_str_has_prefix (html, "<div style=\"font-family: "));
  g_assert_true (g_str_has_suffix (html, "</div>"));
  start = strchr (html, '>') + 1;
  return g_strndup (start, strlen (start) - strlen ("</div>"));
}

static void
assert_letter (Fixture    *fixture,
               const char *expected)
{
  g_autofree char *letter = dup_letter (fixture);

  g_assert_cmpstr (letter, ==, expected);
}

static void
select_all (Fixture *fixture)
{
  command (fixture, "selectAll", "");
}

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
test_formats (Fixture       *fixture,
              gconstpointer  data)
{
  for (guint i = 0; i < G_N_ELEMENTS (formats); i++) {
    run (fixture, "setHtml", g_variant_new ("(s)", "<div>word</div>"));
    select_all (fixture);
    command (fixture, formats[i].command, formats[i].value);
    assert_letter (fixture, formats[i].expected);
  }
}

static void
test_quote (Fixture       *fixture,
            gconstpointer  data)
{
  g_autofree char *quoted = NULL;

  type (fixture, "word");
  command (fixture, "quote", "");
  quoted = dup_letter (fixture);
  g_assert_true (g_str_has_prefix (quoted, "<blockquote type=\"cite\" style=\""));
  command (fixture, "quote", "");
  assert_letter (fixture, "<div>word</div>");
}

static gboolean
action_is (Fixture    *fixture,
           const char *name)
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
    envoi_editor_get_actions (((Fixture *) fixture)->editor), "undo");
}

/* A toggle follows the caret. */
static void
test_state (Fixture       *fixture,
            gconstpointer  data)
{
  GActionGroup *actions = envoi_editor_get_actions (fixture->editor);

  run (fixture, "setHtml", g_variant_new ("(s)", "<div><b>bold</b></div><div>plain</div>"));
  envoi_test_wait_until (is_bold, fixture);
  g_assert_false (g_action_group_get_action_enabled (actions, "undo"));

  select_all (fixture);
  command (fixture, "removeFormat", "");
  envoi_test_wait_until (can_undo, fixture);
  g_assert_false (action_is (fixture, "bold"));
  g_assert_false (g_action_group_get_action_enabled (actions, "add-row"));

  g_action_group_activate_action (actions, "bold", NULL);
  envoi_test_wait_until (is_bold, fixture);
}

static void
test_undo (Fixture       *fixture,
           gconstpointer  data)
{
  run (fixture, "setHtml", g_variant_new ("(s)", "<div>word</div>"));
  select_all (fixture);
  command (fixture, "bold", "");
  command (fixture, "undo", "");
  assert_letter (fixture, "<div>word</div>");
  command (fixture, "redo", "");
  assert_letter (fixture, "<div><b>word</b></div>");
}

static void
test_empty (Fixture       *fixture,
            gconstpointer  data)
{
  assert_letter (fixture, "");
  type (fixture, "x");
  assert_letter (fixture, "<div>x</div>");
  command (fixture, "delete", "");
  assert_letter (fixture, "");
}

static gboolean
has_text (gpointer fixture)
{
  return strstr (envoi_editor_get_html (((Fixture *) fixture)->editor), "typed") != NULL;
}

/* Nobody asks: the surface hands the letter over by itself. */
static void
test_change (Fixture       *fixture,
             gconstpointer  data)
{
  type (fixture, "typed");
  envoi_test_wait_until (has_text, fixture);
}

/* What was written comes back the same when a draft is opened again. */
static void
test_again (Fixture       *fixture,
            gconstpointer  data)
{
  static const char letter[] =
    "<div>Dear Wei,</div><div><br></div><div style=\"margin-left: 40px\"><div>inner</div></div>"
    "<ul><li>one</li><li>two</li></ul><div>中文 &amp; more</div>";
  g_autofree char *html = g_strdup_printf ("<div style=\"font-family: Arial\">%s</div>", letter);
  g_autofree char *once = NULL;

  run (fixture, "setHtml", g_variant_new ("(s)", html));
  assert_letter (fixture, letter);
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
test_paste (Fixture       *fixture,
            gconstpointer  data)
{
  for (guint i = 0; i < G_N_ELEMENTS (pastes); i++) {
    run (fixture, "setHtml", g_variant_new ("(s)", ""));
    run (fixture, "paste", g_variant_new ("(sb)", pastes[i].html, FALSE));
    assert_letter (fixture, pastes[i].expected);
  }
}

static void
test_paste_again (Fixture       *fixture,
                  gconstpointer  data)
{
  static const char html[] = "<p style=\"color: red; font-size: 30px\"><b>Big</b> news</p>";
  g_autoptr (JSCValue) is_formatted = call (fixture, "paste", g_variant_new ("(sb)", html, FALSE));

  g_assert_true (jsc_value_to_boolean (is_formatted));
  assert_letter (fixture, "<div><p style=\"color: red; font-size: 30px\"><b>Big</b> news</p></div>");
  run (fixture, "pasteAgain", g_variant_new ("(ssb)", html, "Big news", TRUE));
  assert_letter (fixture, "<div><p><b>Big</b> news</p></div>");
  run (fixture, "pasteAgain", g_variant_new ("(ssb)", html, "Big news", FALSE));
  assert_letter (fixture, "<div>Big news</div>");
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
test_attacks (Fixture       *fixture,
              gconstpointer  data)
{
  for (guint i = 0; i < G_N_ELEMENTS (attacks); i++) {
    g_autoptr (JSCValue) hit = NULL;

    run (fixture, "setHtml", g_variant_new ("(s)", attacks[i]));
    run (fixture, "paste", g_variant_new ("(sb)", attacks[i], FALSE));
    run (fixture, "closest", g_variant_new ("(s)", "b"));
    hit = call (fixture, "closest", g_variant_new ("(s)", "[data-hit]"));
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
  return strstr (envoi_editor_get_html (((Fixture *) fixture)->editor), "width=\"1\"") != NULL;
}

static void
test_picture (Fixture       *fixture,
              gconstpointer  data)
{
  guint n_opened = 0;

  envoi_editor_set_picture_func (fixture->editor, open_picture, &n_opened);
  run (fixture, "insertPicture", g_variant_new ("(ss)", "a@envoi", "a \"dot\""));
  envoi_test_wait_until (is_sized, fixture);
  assert_letter (fixture, "<div><img src=\"cid:a@envoi\" alt=\"a &quot;dot&quot;\" "
                 "width=\"1\" height=\"1\"></div>");
  g_assert_cmpuint (n_opened, ==, 1);
}

static void
test_pasted_picture (Fixture       *fixture,
                     gconstpointer  data)
{
  g_autofree char *html =
    g_strdup_printf ("text<img src=\"data:image/png;base64,%s\"><img src=\"http://x/y\">", png);
  g_autoptr (JSCValue) taken = call (fixture, "takePictures", g_variant_new ("(s)", html));
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

static void
test_link (Fixture       *fixture,
           gconstpointer  data)
{
  type (fixture, "word");
  select_all (fixture);
  run (fixture, "setLink", g_variant_new ("(ss)", "https://example.org/?a=1&b=2", "word"));
  assert_letter (fixture, "<div><a href=\"https://example.org/?a=1&amp;b=2\">word</a></div>");
  run (fixture, "setLink", g_variant_new ("(ss)", "https://example.net/", "other"));
  assert_letter (fixture, "<div><a href=\"https://example.net/\">other</a></div>");
  run (fixture, "setLink", g_variant_new ("(ss)", "", ""));
  assert_letter (fixture, "<div>other</div>");
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
assert_cells (Fixture *fixture,
              guint    n_rows,
              guint    n_cells)
{
  g_autofree char *letter = dup_letter (fixture);

  g_assert_cmpuint (count (letter, "<tr>"), ==, n_rows);
  g_assert_cmpuint (count (letter, "<td "), ==, n_cells);
}

static void
test_table (Fixture       *fixture,
            gconstpointer  data)
{
  run (fixture, "insertTable", g_variant_new ("(ii)", 2, 3));
  assert_cells (fixture, 2, 6);
  type (fixture, "first");
  run (fixture, "changeTable", g_variant_new ("(s)", "add-row"));
  assert_cells (fixture, 3, 9);
  run (fixture, "changeTable", g_variant_new ("(s)", "add-column"));
  assert_cells (fixture, 3, 12);
  command (fixture, "undo", "");
  assert_cells (fixture, 3, 9);
  run (fixture, "changeTable", g_variant_new ("(s)", "add-column"));
  assert_cells (fixture, 3, 12);
  command (fixture, "undo", "");
  run (fixture, "moveInTable", g_variant_new ("(b)", FALSE));
  type (fixture, "second");
  run (fixture, "changeTable", g_variant_new ("(s)", "remove-row"));
  assert_cells (fixture, 2, 6);
  run (fixture, "changeTable", g_variant_new ("(s)", "remove-table"));
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
test_markers (Fixture       *fixture,
              gconstpointer  data)
{
  for (guint i = 0; i < G_N_ELEMENTS (markers); i++) {
    g_autoptr (JSCValue) is_expanded = NULL;

    run (fixture, "setHtml", g_variant_new ("(s)", ""));
    type (fixture, markers[i].marker);
    is_expanded = call (fixture, "expandMarker", NULL);
    g_assert_true (jsc_value_to_boolean (is_expanded));
    type (fixture, "word");
    assert_letter (fixture, markers[i].expected);
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
test_crash (Fixture       *fixture,
            gconstpointer  data)
{
  gboolean is_crashed = FALSE;
  WebKitWebView *view = WEBKIT_WEB_VIEW (adw_bin_get_child (ADW_BIN (fixture->editor)));

  type (fixture, "typed before");
  envoi_test_wait_until (has_text, fixture);
  g_signal_connect (fixture->editor, "crashed", G_CALLBACK (crashed_cb), &is_crashed);
  g_test_expect_message ("envoi-ui", G_LOG_LEVEL_WARNING, "*stopped*");
  webkit_web_view_terminate_web_process (view);
  envoi_test_wait_until (is_ready, fixture->editor);
  g_test_assert_expected_messages ();
  g_assert_true (is_crashed);
  assert_letter (fixture, "<div>typed before</div>");
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
  return strstr (envoi_editor_get_html (((Fixture *) fixture)->editor), "你好") != NULL;
}

/* What is being composed is in the letter at once, and once only when it is asked for. */
static void
test_preedit (Fixture       *fixture,
              gconstpointer  data)
{
  g_autoptr (WebKitInputMethodContext) method = g_object_new (TEST_TYPE_INPUT_METHOD, NULL);
  WebKitWebView *view = WEBKIT_WEB_VIEW (adw_bin_get_child (ADW_BIN (fixture->editor)));

  webkit_web_view_set_input_method_context (view, method);
  type (fixture, "word ");
  g_signal_emit_by_name (method, "preedit-started");
  g_signal_emit_by_name (method, "preedit-changed");
  envoi_test_wait_until (has_preedit, fixture);
  assert_letter (fixture, "<div>word 你好</div>");
  assert_letter (fixture, "<div>word 你好</div>");
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
  g_test_add ("/envoi/ui/editor/" name, Fixture, NULL, set_up, function, tear_down)

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
  ADD ("link", test_link);
  ADD ("table", test_table);
  ADD ("markers", test_markers);
  ADD ("preedit", test_preedit);
  ADD ("crash", test_crash);

  return g_test_run ();
}
