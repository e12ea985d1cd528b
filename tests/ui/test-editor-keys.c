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

static const Keys keys[] = {
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
  ADD ("leave", test_leave);

  return g_test_run ();
}
