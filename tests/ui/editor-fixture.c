/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-test"

#include "config.h"

#include "editor-fixture.h"

#include <string.h>

gboolean
editor_is_ready (gpointer editor)
{
  return envoi_editor_is_ready (editor);
}

void
editor_set_up (EditorFixture       *fixture,
               gconstpointer        data)
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
  envoi_test_wait_until (editor_is_ready, fixture->editor);
  gtk_widget_grab_focus (GTK_WIDGET (fixture->editor));
}

void
editor_tear_down (EditorFixture       *fixture,
                  gconstpointer        data)
{
  gtk_window_destroy (GTK_WINDOW (fixture->window));
}

JSCValue *
editor_call (EditorFixture    *fixture,
             const char       *function,
             GVariant         *arguments)
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

void
editor_run (EditorFixture    *fixture,
            const char       *function,
            GVariant         *arguments)
{
  g_autoptr (JSCValue) value = editor_call (fixture, function, arguments);
}

void
editor_command (EditorFixture    *fixture,
                const char       *name,
                const char       *value)
{
  editor_run (fixture, "command", g_variant_new ("(ss)", name, value));
}

void
editor_type (EditorFixture    *fixture,
             const char       *text)
{
  editor_command (fixture, "insertText", text);
}

/* The letter without the outer block that names its font. */
char *
editor_dup_letter (EditorFixture *fixture)
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

void
editor_assert_letter (EditorFixture    *fixture,
                      const char       *expected)
{
  g_autofree char *letter = editor_dup_letter (fixture);

  g_assert_cmpstr (letter, ==, expected);
}

void
editor_select_all (EditorFixture *fixture)
{
  editor_command (fixture, "selectAll", "");
}

JSCValue *
editor_evaluate (EditorFixture *fixture,
                 const char    *script)
{
  EnvoiTestWait wait = { 0 };
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  WebKitWebView *view = envoi_editor_get_view (fixture->editor);
  JSCValue *value;

  webkit_web_view_evaluate_javascript (view, script, -1, ENVOI_EDITOR_WORLD, NULL, NULL,
                                       envoi_test_wait_cb, &wait);
  result = envoi_test_wait (&wait);
  value = webkit_web_view_evaluate_javascript_finish (view, result, &error);
  g_assert_no_error (error);
  return value;
}

static const char *
get_hand (void)
{
  static char *xdotool;

  if (!xdotool)
    xdotool = envoi_test_find_program ("xdotool");
  return xdotool;
}

gboolean
editor_has_hand (void)
{
  return get_hand () != NULL;
}

static void
spawn_hand (GPtrArray *words)
{
  g_autoptr (GError) error = NULL;
  int status;

  g_ptr_array_insert (words, 0, (gpointer) get_hand ());
  g_ptr_array_add (words, NULL);
  g_spawn_sync (NULL, (char **) words->pdata, NULL, 0, NULL, NULL, NULL, NULL, &status, &error);
  g_assert_no_error (error);
  g_assert_true (g_spawn_check_wait_status (status, NULL));
}

void
editor_hand (const char *first,
             ...)
{
  g_autoptr (GPtrArray) words = g_ptr_array_new ();
  va_list list;

  va_start (list, first);
  for (const char *word = first; word; word = va_arg (list, const char *))
    g_ptr_array_add (words, (gpointer) word);
  va_end (list);
  spawn_hand (words);
}

void
editor_set_marked (EditorFixture *fixture,
                   const char    *html)
{
  static const char script[] =
    "(() => {"
    "  const range = document.createRange();"
    "  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);"
    "  const marks = [];"
    "  while (texts.nextNode()) {"
    "    for (let at; (at = texts.currentNode.data.indexOf('|')) >= 0;) {"
    "      texts.currentNode.deleteData(at, 1);"
    "      marks.push([texts.currentNode, at]);"
    "    }"
    "  }"
    "  range.setStart(...marks[0]);"
    "  range.setEnd(...marks.at(-1));"
    "  getSelection().removeAllRanges();"
    "  getSelection().addRange(range);"
    "})()";
  g_autoptr (JSCValue) value = NULL;

  editor_run (fixture, "setHtml", g_variant_new ("(s)", html));
  value = editor_evaluate (fixture, script);
}

typedef struct {
  EditorFixture *fixture;
  int n_keys;
} Presses;

static gboolean
has_seen_keys (gpointer data)
{
  Presses *presses = data;
  g_autoptr (JSCValue) n_seen = editor_evaluate (presses->fixture, "window.nKeysSeen");

  return jsc_value_to_int32 (n_seen) >= presses->n_keys;
}

/* @words: what xdotool presses, @n_keys of them without Shift and its kin. */
static void
press (EditorFixture *fixture,
       GPtrArray     *words,
       int            n_keys)
{
  Presses presses = { fixture, n_keys };
  g_autoptr (JSCValue) value =
    editor_evaluate (fixture,
                     "window.nKeysSeen = 0;"
                     "window.onkeyup = event => {"
                     "  if (!['Shift', 'Control', 'Alt'].includes(event.key))"
                     "    window.nKeysSeen++;"
                     "};"
                     "0");

  spawn_hand (words);
  envoi_test_wait_until (has_seen_keys, &presses);
}

void
editor_press (EditorFixture *fixture,
              const char    *keys)
{
  g_auto (GStrv) names = g_strsplit (keys, " ", -1);
  g_autoptr (GPtrArray) words = g_ptr_array_new ();

  g_ptr_array_add (words, (gpointer) "key");
  for (guint i = 0; names[i]; i++)
    g_ptr_array_add (words, names[i]);
  press (fixture, words, (int) g_strv_length (names));
}

void
editor_type_by_hand (EditorFixture *fixture,
                     const char    *text)
{
  g_autoptr (GPtrArray) words = g_ptr_array_new ();

  g_ptr_array_add (words, (gpointer) "type");
  g_ptr_array_add (words, (gpointer) "--delay");
  g_ptr_array_add (words, (gpointer) "5");
  g_ptr_array_add (words, (gpointer) "--");
  g_ptr_array_add (words, (gpointer) text);
  press (fixture, words, (int) g_utf8_strlen (text, -1));
}
