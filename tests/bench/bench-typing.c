/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-bench"

#include "config.h"

#include "envoi-test.h"

#include "envoi-composer-body.h"

#include <stdio.h>

/* bench-typing [PAGES [KEYS]]: types into the middle of a long letter with real key
* events (xdotool) and prints, as one line of JSON in milliseconds: the longest time
* from a key to the frame that shows it, the longest gap between two frames of the
* web process while keys come, and between two of the window. Under with-display. */

#define TITLE "envoi-bench-typing"
#define PARAGRAPHS_A_PAGE 8
#define SENTENCE "The quick brown fox jumps over the lazy dog, 敏捷的棕色狐狸跳过了懒狗。 "

/* Frames come only while something is drawn, so each key asks for the next one. */
#define PROBE \
  "globalThis.probe = { keys: 0, worstKey: 0, sum: 0, worstFrame: 0, last: 0, late: 0 };" \
  "const frame = now => { if (probe.last) { const gap = now - probe.last;" \
  "  probe.worstFrame = Math.max(probe.worstFrame, gap); if (gap > 50) probe.late++; }" \
  "  probe.last = now; if (!probe.isOver) requestAnimationFrame(frame); };" \
  "document.addEventListener('keydown', () => { const start = performance.now();" \
  "  if (!probe.last && !probe.keys) requestAnimationFrame(frame);" \
  "  requestAnimationFrame(() => setTimeout(() => { const took = performance.now() - start;" \
  "    probe.keys++; probe.sum += took; probe.worstKey = Math.max(probe.worstKey, took); }, 0)); }, true);"
#define COUNT "String(probe.keys)"
#define RESULT "probe.isOver = true; JSON.stringify(probe)"
/* Looks at the count of keys: a busy web process is behind with them for a while. */
#define MOST_LOOKS 200

typedef struct {
  GtkWidget         *window;
  EnvoiComposerBody *body;
  gint64 last_frame;
  gint64 worst_frame;
  gboolean is_typing;
  char *result;
} Bench;

static gboolean
is_ready (gpointer bench)
{
  return envoi_editor_is_ready (envoi_composer_body_get_editor (((Bench *) bench)->body));
}

static char *
make_letter (guint n_pages)
{
  GString *html = g_string_new (NULL);

  for (guint i = 0; i < n_pages * PARAGRAPHS_A_PAGE; i++)
    g_string_append (html, "<div>" SENTENCE SENTENCE "<b>" SENTENCE "</b>" SENTENCE "</div>");

  return g_string_free (html, FALSE);
}

static gboolean
tick_cb (GtkWidget     *widget,
         GdkFrameClock *clock,
         gpointer       user_data)
{
  Bench *bench = user_data;
  gint64 now = g_get_monotonic_time ();

  if (bench->is_typing && bench->last_frame > 0)
    bench->worst_frame = MAX (bench->worst_frame, now - bench->last_frame);
  bench->last_frame = now;
  return G_SOURCE_CONTINUE;
}

static void
evaluated_cb (GObject      *source,
              GAsyncResult *result,
              gpointer      user_data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (JSCValue) value =
    webkit_web_view_evaluate_javascript_finish (WEBKIT_WEB_VIEW (source), result, &error);

  g_assert_no_error (error);
  *(char **) user_data = jsc_value_to_string (value);
}

static gboolean
is_set (gpointer result)
{
  return *(char **) result != NULL;
}

static char *
evaluate (Bench      *bench,
          const char *script)
{
  WebKitWebView *view = envoi_editor_get_view (envoi_composer_body_get_editor (bench->body));
  char *result = NULL;

  webkit_web_view_evaluate_javascript (view, script, -1, ENVOI_EDITOR_WORLD, NULL, NULL,
                                       evaluated_cb, &result);
  envoi_test_wait_until (is_set, &result);
  return result;
}

static void
type_keys (Bench *bench,
           guint  n_keys)
{
  EnvoiTestWait wait = { 0 };
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *keys = g_strnfill (n_keys, 'x');
  g_autoptr (GSubprocess) hands = NULL;

  for (guint i = 5; i < n_keys; i += 6)
    keys[i] = ' ';
  hands = g_subprocess_new (G_SUBPROCESS_FLAGS_NONE, &error, "xdotool", "search", "--name", TITLE,
                            "windowfocus", "--sync", "type", "--delay", "60", keys, NULL);
  g_assert_no_error (error);
  bench->is_typing = TRUE;
  g_subprocess_wait_check_async (hands, NULL, envoi_test_wait_cb, &wait);
  result = envoi_test_wait (&wait);
  g_subprocess_wait_check_finish (hands, result, &error);
  g_assert_no_error (error);
  bench->is_typing = FALSE;
}

/* Keys that xdotool has sent are still on their way. */
static void
wait_for_keys (Bench *bench,
               guint  n_keys)
{
  guint n_seen = 0;

  for (guint i = 0; n_seen < n_keys && i < MOST_LOOKS; i++) {
    g_autofree char *count = evaluate (bench, COUNT);

    n_seen = (guint) atoi (count);
  }
}

int
main (int   argc,
      char *argv[])
{
  guint n_pages = argc > 1 ? (guint) atoi (argv[1]) : 200;
  guint n_keys = argc > 2 ? (guint) atoi (argv[2]) : 300;
  g_autoptr (EnvoiEditorEngine) engine = NULL;
  g_autoptr (EnvoiDraft) draft = envoi_draft_new ("bench");
  g_autofree char *letter = make_letter (n_pages);
  g_autofree char *begun = NULL;
  g_autofree char *result = NULL;
  Bench bench = { 0 };

  envoi_test_init (&argc, &argv);
  adw_init ();
  engine = envoi_editor_engine_new ();
  envoi_draft_set (draft, "html", letter);
  bench.window = gtk_window_new ();
  bench.body = ENVOI_COMPOSER_BODY (envoi_composer_body_new ());
  gtk_window_set_title (GTK_WINDOW (bench.window), TITLE);
  gtk_window_set_default_size (GTK_WINDOW (bench.window), 760, 720);
  gtk_window_set_child (GTK_WINDOW (bench.window), GTK_WIDGET (bench.body));
  gtk_window_present (GTK_WINDOW (bench.window));
  gtk_widget_add_tick_callback (bench.window, tick_cb, &bench, NULL);
  envoi_composer_body_set_draft (bench.body, draft);
  envoi_editor_start (envoi_composer_body_get_editor (bench.body), engine);
  envoi_test_wait_until (is_ready, &bench);
  gtk_widget_grab_focus (GTK_WIDGET (bench.body));

  begun = evaluate (&bench, PROBE
                    "envoi.placeCaret(document.body.children[document.body.childElementCount >> 1]);"
                    "envoi.caretElement().scrollIntoView(); 'begun'");
  type_keys (&bench, n_keys);
  wait_for_keys (&bench, n_keys);
  result = evaluate (&bench, RESULT);
  printf ("{\"pages\": %u, \"characters\": %ld, \"window_worst_frame\": %.1f, \"web\": %s}\n",
          n_pages, g_utf8_strlen (envoi_draft_get (draft, "html"), -1),
          (double) bench.worst_frame / 1000, result);
  gtk_window_destroy (GTK_WINDOW (bench.window));
  return 0;
}
