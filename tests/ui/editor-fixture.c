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
