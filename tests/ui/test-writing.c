/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-test"

#include "config.h"

#include "envoi-test.h"
#include "widgets.h"

#include "envoi-composer-body-private.h"
#include "envoi-fit-layout.h"
#include "envoi-format-bar.h"
#include "envoi-preview-window.h"
#include "envoi-spelling.h"
#include "envoi-table-grid.h"
#include "envoi-twin.h"
#include "envoi-web.h"

#include <string.h>

/* How a letter is looked at while it is written: found in, as HTML, as plain text,
 * as it arrives; and the bar under it. */

typedef struct {
  GtkWidget         *window;
  EnvoiComposerBody *body;
  EnvoiDraft        *draft;
} Fixture;

static gboolean
is_ready (gpointer fixture)
{
  return envoi_editor_is_ready (((Fixture *) fixture)->body->editor);
}

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  static EnvoiEditorEngine *engine;
  const char *html = data;

  if (!engine)
    engine = envoi_editor_engine_new ();

  fixture->draft = envoi_draft_new ("draft");
  envoi_draft_set (fixture->draft, "html", html);
  fixture->window = gtk_window_new ();
  fixture->body = ENVOI_COMPOSER_BODY (envoi_composer_body_new ());
  gtk_window_set_default_size (GTK_WINDOW (fixture->window), 600, 400);
  gtk_window_set_child (GTK_WINDOW (fixture->window), GTK_WIDGET (fixture->body));
  gtk_window_present (GTK_WINDOW (fixture->window));
  envoi_composer_body_set_draft (fixture->body, fixture->draft);
  envoi_editor_start (fixture->body->editor, engine);
  envoi_test_wait_until (is_ready, fixture);
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  gtk_window_destroy (GTK_WINDOW (fixture->window));
  g_clear_object (&fixture->draft);
}

static const char *
get_html (Fixture *fixture)
{
  return envoi_draft_get (fixture->draft, "html");
}

static void
activate (Fixture    *fixture,
          const char *action)
{
  g_assert_true (gtk_widget_activate_action (GTK_WIDGET (fixture->body), action, NULL));
}

static gboolean
shows_source (gpointer fixture)
{
  return ((Fixture *) fixture)->body->kind == ENVOI_BODY_SOURCE;
}

static GtkTextBuffer *
get_source (Fixture *fixture)
{
  return gtk_text_view_get_buffer (envoi_source_page_get_view (fixture->body->source));
}

static gboolean
has_written_source (gpointer fixture)
{
  return strstr (get_html (fixture), "by hand") != NULL;
}

static gboolean
has_original (gpointer fixture)
{
  return strstr (get_html (fixture), "<b>two</b>") != NULL;
}

/* HTML by hand is cleaned, saved while it is written, and undone in one step. */
static void
test_source (Fixture       *fixture,
             gconstpointer  data)
{
  g_autofree char *source = NULL;

  activate (fixture, "body.source");
  envoi_test_wait_until (shows_source, fixture);
  g_object_get (get_source (fixture), "text", &source, NULL);
  g_assert_nonnull (strstr (source, "<div>one</div>\n"));
  g_assert_nonnull (strstr (source, "<b>two</b>"));

  gtk_text_buffer_set_text (get_source (fixture),
                            "<h1 onclick=\"x()\">by hand</h1>\n<script>x()</script>", -1);
  envoi_test_wait_until (has_written_source, fixture);
  g_assert_cmpstr (get_html (fixture), ==, "<h1>by hand</h1>");

  activate (fixture, "body.source");
  g_assert_false (shows_source (fixture));
  envoi_test_wait_until (has_written_source, fixture);
  envoi_editor_call (fixture->body->editor, "command", g_variant_new ("(ss)", "undo", ""));
  envoi_test_wait_until (has_original, fixture);
}

/* A look at the source alone changes nothing. */
static void
test_source_untouched (Fixture       *fixture,
                       gconstpointer  data)
{
  g_autofree char *after = NULL;

  envoi_source_page_set_html (fixture->body->source, data);
  after = envoi_source_page_dup_html (fixture->body->source);
  g_assert_cmpstr (after, ==, data);
}

static void
test_source_to_plain (Fixture       *fixture,
                      gconstpointer  data)
{
  activate (fixture, "body.source");
  envoi_test_wait_until (shows_source, fixture);
  gtk_text_buffer_set_text (get_source (fixture), "<p>by hand</p>", -1);
  envoi_composer_body_set_plain (fixture->body, TRUE);
  g_assert_cmpstr (get_html (fixture), ==, "");
  g_assert_cmpstr (envoi_draft_get (fixture->draft, "text"), ==, "by hand\n");
}

typedef struct {
  Fixture *fixture;
  const char *expected;
} Result;

static gboolean
has_result (gpointer data)
{
  Result *result = data;
  GtkWidget *entry = widget_find (GTK_WIDGET (result->fixture->body->find_bar),
                                  GTK_TYPE_SEARCH_ENTRY);
  GtkWidget *label = gtk_widget_get_next_sibling (entry);

  return g_str_equal (gtk_label_get_text (GTK_LABEL (label)), result->expected);
}

static void
wait_for_result (Fixture    *fixture,
                 const char *expected)
{
  Result result = { fixture, expected };

  envoi_test_wait_until (has_result, &result);
}

static void
search (Fixture    *fixture,
        const char *words)
{
  GtkWidget *entry = widget_find (GTK_WIDGET (fixture->body->find_bar), GTK_TYPE_SEARCH_ENTRY);

  gtk_editable_set_text (GTK_EDITABLE (entry), words);
}

static void
check_find (Fixture *fixture)
{
  activate (fixture, "body.find");
  search (fixture, "ONE");
  wait_for_result (fixture, "1 of 3");
  activate (fixture, "body.find-next");
  wait_for_result (fixture, "2 of 3");
  activate (fixture, "body.find-next");
  wait_for_result (fixture, "3 of 3");
  activate (fixture, "body.find-next");
  wait_for_result (fixture, "1 of 3");
  activate (fixture, "body.find-previous");
  wait_for_result (fixture, "3 of 3");
  search (fixture, "nowhere");
  wait_for_result (fixture, "Not found");
  search (fixture, "two");
  wait_for_result (fixture, "1 of 1");
  envoi_find_bar_close (fixture->body->find_bar);
}

static void
test_find (Fixture       *fixture,
           gconstpointer  data)
{
  check_find (fixture);
}

static void
test_find_plain (Fixture       *fixture,
                 gconstpointer  data)
{
  envoi_composer_body_set_plain (fixture->body, TRUE);
  check_find (fixture);
}

static double
get_zoom (Fixture *fixture)
{
  return webkit_web_view_get_zoom_level (envoi_editor_get_view (fixture->body->editor));
}

/* Only for the eyes: the letter stays as it is. */
static void
test_zoom (Fixture       *fixture,
           gconstpointer  data)
{
  g_autofree char *before = g_strdup (get_html (fixture));

  activate (fixture, "body.zoom-in");
  g_assert_cmpfloat_with_epsilon (get_zoom (fixture), 1.1, 0.001);
  for (guint i = 0; i < 20; i++)
    activate (fixture, "body.zoom-out");
  g_assert_cmpfloat_with_epsilon (get_zoom (fixture), 0.5, 0.001);
  activate (fixture, "body.zoom-normal");
  g_assert_cmpfloat_with_epsilon (get_zoom (fixture), 1, 0.001);
  g_assert_cmpstr (get_html (fixture), ==, before);
}

static void
test_twin (void)
{
  g_autoptr (EnvoiDraft) draft = envoi_draft_new ("draft");
  g_autoptr (EnvoiDraft) again = NULL;
  g_autoptr (GBytes) bytes = NULL;
  g_autofree char *made = NULL;
  g_autofree char *written = NULL;
  g_autofree char *followed = NULL;

  envoi_draft_set (draft, "html", "<p>one</p>");
  made = envoi_twin_dup_text (draft);
  g_assert_cmpstr (made, ==, "one\n");
  g_assert_false (envoi_twin_is_by_hand (draft));

  envoi_twin_write (draft, "mine");
  g_assert_true (envoi_twin_is_by_hand (draft));
  g_assert_false (envoi_twin_is_stale (draft));

  /* What looks different but reads the same is no change of the words. */
  envoi_draft_set (draft, "html", "<p><b>one</b></p>");
  g_assert_false (envoi_twin_is_stale (draft));
  envoi_draft_set (draft, "html", "<p>two</p>");
  g_assert_true (envoi_twin_is_stale (draft));
  written = envoi_twin_dup_text (draft);
  g_assert_cmpstr (written, ==, "mine");

  bytes = envoi_draft_serialize (draft);
  again = envoi_draft_deserialize ("draft", bytes, NULL);
  g_assert_true (envoi_twin_is_stale (again));

  envoi_twin_follow (again);
  followed = envoi_twin_dup_text (again);
  g_assert_cmpstr (followed, ==, "two\n");
}

static gboolean
says_stale (gpointer fixture)
{
  return envoi_notice_bar_is_shown (((Fixture *) fixture)->body->twin_bar);
}

/* Whoever writes on is told that the other version stays behind. */
static void
test_stale (Fixture       *fixture,
            gconstpointer  data)
{
  envoi_twin_write (fixture->draft, "mine");
  g_assert_false (says_stale (fixture));
  envoi_editor_call (fixture->body->editor, "command",
                     g_variant_new ("(ss)", "insertText", "more "));
  envoi_test_wait_until (says_stale, fixture);
  g_assert_cmpstr (envoi_draft_get (fixture->draft, "text"), ==, "mine");

  envoi_twin_follow (fixture->draft);
  g_assert_false (says_stale (fixture));
}

static char *
dup_text (GtkTextView *view)
{
  char *text;

  g_object_get (gtk_text_view_get_buffer (view), "text", &text, NULL);
  return text;
}

typedef struct {
  GtkTextView *view;
  const char *expected;
} Shown;

static gboolean
shows_text (gpointer data)
{
  Shown *shown = data;
  g_autofree char *text = dup_text (shown->view);

  return g_str_equal (text, shown->expected);
}

static GtkTextView *
find_view (EnvoiPreviewWindow *window,
           const char         *page)
{
  GtkWidget *stack = widget_find (GTK_WIDGET (window), GTK_TYPE_STACK);

  return GTK_TEXT_VIEW (widget_find (gtk_stack_get_child_by_name (GTK_STACK (stack), page),
                                     GTK_TYPE_TEXT_VIEW));
}

/* The receiver has a name in the place of {{name}}; the letter still has what was written. */
static void
test_preview_filled (Fixture       *fixture,
                     gconstpointer  data)
{
  EnvoiPreviewWindow *window = NULL;
  Shown shown = { NULL, "Dear Wei" };

  envoi_draft_set (fixture->draft, "html", "");
  envoi_draft_set (fixture->draft, "to", "Wei <wei@x.cn>");
  envoi_draft_set (fixture->draft, "text", "Dear {{name}}");
  window = envoi_preview_window_open (GTK_WINDOW (fixture->window), NULL, fixture->draft,
                                      "formatted");
  shown.view = find_view (window, "formatted");
  envoi_test_wait_until (shows_text, &shown);
  g_assert_cmpstr (envoi_draft_get (fixture->draft, "text"), ==, "Dear {{name}}");
  gtk_window_destroy (GTK_WINDOW (window));
}

/* The plain version follows the letter until somebody writes in it. */
static void
test_preview (Fixture       *fixture,
              gconstpointer  data)
{
  EnvoiPreviewWindow *window =
    envoi_preview_window_open (GTK_WINDOW (fixture->window), NULL, fixture->draft, "plain");
  Shown shown = { find_view (window, "plain"), "two\n" };
  g_autofree char *kept = NULL;

  g_assert_true (window == envoi_preview_window_open (GTK_WINDOW (fixture->window), NULL,
                                                      fixture->draft, "formatted"));
  envoi_draft_set (fixture->draft, "html", "<p>two</p>");
  envoi_test_wait_until (shows_text, &shown);
  g_assert_false (envoi_twin_is_by_hand (fixture->draft));

  gtk_text_buffer_set_text (gtk_text_view_get_buffer (shown.view), "mine", -1);
  g_assert_true (envoi_twin_is_by_hand (fixture->draft));
  envoi_draft_set (fixture->draft, "html", "<p>three</p>");
  envoi_test_wait_until ((gboolean (*)(gpointer))envoi_twin_is_stale, fixture->draft);
  kept = dup_text (shown.view);
  g_assert_cmpstr (kept, ==, "mine");
  gtk_window_destroy (GTK_WINDOW (window));
}

static void
count_cb (EnvoiFitLayout *layout,
          guint          *n_changes)
{
  *n_changes += 1;
}

static guint
count_shown (GtkWidget *box)
{
  guint n = 0;

  for (GtkWidget *child = gtk_widget_get_first_child (box); child;
       child = gtk_widget_get_next_sibling (child))
    n += gtk_widget_get_child_visible (child);

  return n;
}

static gboolean
is_allocated (gpointer widget)
{
  return gtk_widget_get_width (widget) > 0;
}

/* Nothing is lost in a narrow window: what does not fit is in the menu. */
static void
test_bar (void)
{
  GtkWidget *window = gtk_window_new ();
  GtkWidget *bar = envoi_format_bar_new ();
  GtkWidget *box = adw_bin_get_child (ADW_BIN (bar));
  EnvoiFitLayout *layout = ENVOI_FIT_LAYOUT (gtk_widget_get_layout_manager (box));
  guint n_changes = 0;
  int minimum, natural;

  gtk_window_set_child (GTK_WINDOW (window), bar);
  gtk_window_present (GTK_WINDOW (window));
  envoi_test_wait_until (is_allocated, box);
  gtk_widget_measure (box, GTK_ORIENTATION_HORIZONTAL, -1, &minimum, &natural, NULL, NULL);
  g_assert_cmpint (minimum, <=, 360);
  g_signal_connect (layout, "changed", G_CALLBACK (count_cb), &n_changes);

  gtk_widget_allocate (box, natural + 20, 40, -1, NULL);
  g_assert_null (envoi_fit_layout_get_first_left (layout));
  gtk_widget_allocate (box, 340, 40, -1, NULL);
  g_assert_nonnull (envoi_fit_layout_get_first_left (layout));
  g_assert_cmpuint (n_changes, >=, 1);
  g_assert_cmpuint (count_shown (box), >=, 6);
  g_assert_true (gtk_widget_get_child_visible (gtk_widget_get_last_child (box)));
  gtk_window_destroy (GTK_WINDOW (window));
}

static void
chosen_cb (EnvoiTableGrid *grid,
           int             rows,
           int             columns,
           int            *size)
{
  size[0] = rows;
  size[1] = columns;
}

static void
test_table_grid (void)
{
  GtkWidget *grid = g_object_ref_sink (envoi_table_grid_new ());
  GtkWidget *cells = widget_find (grid, GTK_TYPE_GRID);
  int size[2] = { 0, 0 };

  g_signal_connect (grid, "chosen", G_CALLBACK (chosen_cb), size);
  g_signal_emit_by_name (gtk_grid_get_child_at (GTK_GRID (cells), 3, 1), "clicked");
  g_assert_cmpint (size[0], ==, 2);
  g_assert_cmpint (size[1], ==, 4);
  g_assert_finalize_object (grid);
}

static void
load_web (void)
{
  EnvoiTestWait wait = { 0 };
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  envoi_web_load_async (NULL, envoi_test_wait_cb, &wait);
  result = envoi_test_wait (&wait);
  envoi_web_load_finish (result, &error);
  g_assert_no_error (error);
  g_assert_true (envoi_web_is_loaded ());
}

/* The dictionary that every installation of the tests has. */
static void
test_spelling (void)
{
  g_autoptr (GSettings) settings = g_settings_new (ENVOI_APPLICATION_ID);
  g_auto (GStrv) installed = envoi_spelling_list_installed ();
  GActionGroup *actions = envoi_spelling_create_actions (settings);
  g_autofree char *name = NULL;
  g_auto (GStrv) off = NULL;
  g_auto (GStrv) chosen = NULL;

  g_assert_true (g_strv_contains ((const char *const *) installed, "en_US"));
  load_web ();
  name = envoi_spelling_name_language ("en_US");
  g_assert_nonnull (strstr (name, "English"));

  g_settings_set_boolean (settings, "check-spelling", FALSE);
  off = envoi_spelling_list_chosen (settings);
  g_assert_cmpuint (g_strv_length (off), ==, 0);

  g_action_group_change_action_state (actions, "language-en_US", g_variant_new_boolean (TRUE));
  g_assert_true (g_settings_get_boolean (settings, "check-spelling"));
  chosen = envoi_spelling_list_chosen (settings);
  g_assert_cmpuint (g_strv_length (chosen), ==, 1);
  g_assert_cmpstr (chosen[0], ==, "en_US");

  g_action_group_change_action_state (actions, "language-en_US", g_variant_new_boolean (FALSE));
  g_assert_false (g_settings_get_boolean (settings, "check-spelling"));
  g_settings_reset (settings, "check-spelling");
  g_settings_reset (settings, "spelling-languages");
  g_object_unref (actions);
}

#define LETTER \
  "<div>one</div><div>One <b>two</b></div><ul><li>three ONE</li></ul>" \
  "<pre>a\n  b</pre><table><tbody><tr><td>x</td></tr></tbody></table><hr><div><br></div>"

#define ADD(name, function) \
  g_test_add ("/envoi/ui/writing/" name, Fixture, LETTER, set_up, function, tear_down)

int
main (int   argc,
      char *argv[])
{
  envoi_test_init (&argc, &argv);
  adw_init ();

  ADD ("source", test_source);
  ADD ("source-untouched", test_source_untouched);
  ADD ("source-to-plain", test_source_to_plain);
  ADD ("find", test_find);
  ADD ("find-plain", test_find_plain);
  ADD ("zoom", test_zoom);
  ADD ("stale", test_stale);
  ADD ("preview", test_preview);
  ADD ("preview-filled", test_preview_filled);
  g_test_add_func ("/envoi/ui/writing/twin", test_twin);
  g_test_add_func ("/envoi/ui/writing/bar", test_bar);
  g_test_add_func ("/envoi/ui/writing/table-grid", test_table_grid);
  g_test_add_func ("/envoi/ui/writing/spelling", test_spelling);

  return g_test_run ();
}
