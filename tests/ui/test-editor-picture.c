/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-test"

#include "config.h"

#include "editor-fixture.h"

#include <gdk-pixbuf/gdk-pixbuf.h>
#include <string.h>

/* A picture in the letter, taken by its handles: real presses of a real pointer on
 * the real web view, and what would be sent afterwards. */

#define QUOTE_STYLE \
  "margin: 0 0 0 8px; padding-left: 12px; border-left: 2px solid #c0bfbc; color: #5e5c64;"
#define PICTURE "<img src=\"cid:a@envoi\" alt=\"a\" width=\"%d\" height=\"%d\">"

static GInputStream *
open_picture (const char  *content_id,
              char       **content_type,
              gpointer     user_data)
{
  g_autoptr (GdkPixbuf) pixbuf = gdk_pixbuf_new (GDK_COLORSPACE_RGB, FALSE, 8, 120, 80);
  char *bytes;
  gsize length;

  gdk_pixbuf_fill (pixbuf, 0x3584e4ff);
  g_assert_true (gdk_pixbuf_save_to_buffer (pixbuf, &bytes, &length, "png", NULL, NULL));
  *content_type = g_strdup ("image/png");
  return g_memory_input_stream_new_from_data (bytes, (gssize) length, g_free);
}

static void
set_up (EditorFixture *fixture,
        gconstpointer  data)
{
  editor_set_up (fixture, data);
  envoi_editor_set_picture_func (fixture->editor, open_picture, NULL);
}

static gboolean
is_true (EditorFixture *fixture,
         const char    *script)
{
  g_autoptr (JSCValue) value = editor_evaluate (fixture, script);

  return jsc_value_to_boolean (value);
}

/* Where the middle of an element is, in pixels of the page. */
static double
find_middle (EditorFixture *fixture,
             const char    *selector,
             const char    *start,
             const char    *extent)
{
  g_autofree char *script =
    g_strdup_printf ("((box) => box.%s + box.%s / 2)"
                     "(document.querySelector('%s').getBoundingClientRect())",
                     start, extent, selector);
  g_autoptr (JSCValue) value = editor_evaluate (fixture, script);

  return jsc_value_to_double (value);
}

/* Nobody manages the windows here: this one is at the corner of the screen. */
static void
find_on_screen (EditorFixture *fixture,
                const char    *selector,
                int           *x,
                int           *y)
{
  double zoom = webkit_web_view_get_zoom_level (envoi_editor_get_view (fixture->editor));
  double left, top, surface_x, surface_y;

  left = find_middle (fixture, selector, "left", "width");
  top = find_middle (fixture, selector, "top", "height");
  g_assert_true (gtk_widget_translate_coordinates (
                   GTK_WIDGET (envoi_editor_get_view (fixture->editor)), fixture->window,
                   left * zoom, top * zoom, &left, &top));
  gtk_native_get_surface_transform (GTK_NATIVE (fixture->window), &surface_x, &surface_y);
  *x = (int) (left + surface_x + 0.5);
  *y = (int) (top + surface_y + 0.5);
}

static void
move_to (EditorFixture *fixture,
         int            x,
         int            y)
{
  g_autofree char *x_word = g_strdup_printf ("%d", x);
  g_autofree char *y_word = g_strdup_printf ("%d", y);

  editor_hand ("mousemove", x_word, y_word, NULL);
}

static gboolean
is_loaded (gpointer fixture)
{
  return is_true (fixture, "document.images.length > 0 && "
                  "[...document.images].every (image => image.naturalWidth > 0)");
}

static gboolean
has_frame (gpointer fixture)
{
  return is_true (fixture, "document.querySelector('envoi-handle') !== null");
}

static gboolean
has_no_frame (gpointer fixture)
{
  return !has_frame (fixture);
}

static void
show (EditorFixture *fixture,
      const char    *html)
{
  editor_run (fixture, "setHtml", g_variant_new ("(s)", html));
  envoi_test_wait_until (is_loaded, fixture);
}

static void
press_picture (EditorFixture *fixture,
               const char    *selector)
{
  int x, y;

  find_on_screen (fixture, selector, &x, &y);
  move_to (fixture, x, y);
  editor_hand ("click", "1", NULL);
  envoi_test_wait_until (has_frame, fixture);
}

/* All are 120 pixels wide at first. */
static gboolean
has_another_width (gpointer fixture)
{
  return is_true (fixture, "document.images[0].width !== 120 || document.images.length > 1 && "
                  "document.images[1].width !== 120");
}

/* Takes a handle and lets it go that many pixels of the letter further. */
static void
drag (EditorFixture *fixture,
      const char    *corner,
      int            by_x,
      int            by_y)
{
  g_autofree char *selector = g_strdup_printf ("[data-corner=%s]", corner);
  double zoom = webkit_web_view_get_zoom_level (envoi_editor_get_view (fixture->editor));
  int x, y;

  find_on_screen (fixture, selector, &x, &y);
  move_to (fixture, x, y);
  editor_hand ("mousedown", "1", NULL);
  move_to (fixture, x + (int) (by_x * zoom) / 2, y + (int) (by_y * zoom) / 2);
  move_to (fixture, x + (int) (by_x * zoom), y + (int) (by_y * zoom));
  editor_hand ("mouseup", "1", NULL);
  envoi_test_wait_until (has_another_width, fixture);
}

static void
assert_size (EditorFixture *fixture,
             const char    *before,
             int            width,
             int            height,
             const char    *after)
{
  g_autofree char *picture = g_strdup_printf (PICTURE, width, height);
  g_autofree char *expected = g_strconcat (before, picture, after, NULL);

  editor_assert_letter (fixture, expected);
}

typedef struct {
  const char *says;
  const char *corner;
  int by_x, by_y;
  int width, height;
} Drag;

static const Drag drags[] = {
  { "away from the middle it grows", "se", 60, 40, 180, 120 },
  { "the height follows the width alone", "se", 60, 0, 180, 120 },
  { "to the left it shrinks", "ne", -60, 0, 60, 40 },
  { "at the left it is the other way round", "sw", 60, 0, 60, 40 },
  { "it never becomes too small to be taken", "se", -118, 0, 16, 11 },
};

static void
test_drag (EditorFixture *fixture,
           gconstpointer  data)
{
  for (guint i = 0; editor_has_hand () && i < G_N_ELEMENTS (drags); i++) {
    g_test_message ("%s", drags[i].says);
    show (fixture, "<div>one<img src=\"cid:a@envoi\" alt=\"a\" width=\"120\" height=\"80\">two</div>");
    press_picture (fixture, "img");
    drag (fixture, drags[i].corner, drags[i].by_x, drags[i].by_y);
    assert_size (fixture, "<div>one", drags[i].width, drags[i].height, "two</div>");
    editor_command (fixture, "undo", "");
    assert_size (fixture, "<div>one", 120, 80, "two</div>");
    editor_command (fixture, "redo", "");
    assert_size (fixture, "<div>one", drags[i].width, drags[i].height, "two</div>");
  }
}

/* Pixels of the letter, not of the screen. */
static void
test_zoomed (EditorFixture *fixture,
             gconstpointer  data)
{
  if (!editor_has_hand ())
    return;

  envoi_editor_set_zoom (fixture->editor, 1.5);
  show (fixture, "<div><img src=\"cid:a@envoi\" alt=\"a\" width=\"120\" height=\"80\"></div>");
  press_picture (fixture, "img");
  drag (fixture, "se", 60, 0);
  assert_size (fixture, "<div>", 180, 120, "</div>");
}

/* It stays where it is, whatever it stands in. */
static void
test_places (EditorFixture *fixture,
             gconstpointer  data)
{
  static const struct {
    const char *before;
    const char *after;
  } places[] = {
    { "<div>above</div><div>", "</div><div>below</div>" },
    { "<ul><li>one</li><li>", "</li></ul>" },
    { "<table><tbody><tr><td>", "</td><td>b</td></tr></tbody></table>" },
    { "<div><a href=\"https://example.org/\">", "</a></div>" },
    { "<div><a href=\"https://example.org/\">words ", " in it</a></div>" },
    { "<div><b>bold ", "</b> plain</div>" },
    { "<blockquote type=\"cite\" style=\"" QUOTE_STYLE "\"><div>", "</div></blockquote>" },
    { "<div>one ", " two</div>" },
    { "<h1>", "</h1>" },
    { "<div style=\"text-align: center\">", "</div>" },
  };

  for (guint i = 0; editor_has_hand () && i < G_N_ELEMENTS (places); i++) {
    g_autofree char *picture = g_strdup_printf (PICTURE, 120, 80);
    g_autofree char *html = g_strconcat (places[i].before, picture, places[i].after, NULL);

    g_test_message ("%s", html);
    show (fixture, html);
    press_picture (fixture, "img");
    drag (fixture, "se", 60, 0);
    assert_size (fixture, places[i].before, 180, 120, places[i].after);
    editor_command (fixture, "undo", "");
    editor_assert_letter (fixture, html);
  }
}

/* The same picture twice: the one that was pressed changes. */
static void
test_twice (EditorFixture *fixture,
            gconstpointer  data)
{
  g_autofree char *picture = g_strdup_printf (PICTURE, 120, 80);
  g_autofree char *first = g_strdup_printf ("<div>%s</div><div>", picture);
  g_autofree char *html = g_strdup_printf ("<div>%s</div><div>%s</div>", picture, picture);

  if (!editor_has_hand ())
    return;

  show (fixture, html);
  press_picture (fixture, "div:last-child img");
  drag (fixture, "se", 60, 0);
  assert_size (fixture, first, 180, 120, "</div>");
}

/* Who has no pointer selects it by keys, and its menu is about it. */
static void
test_keyboard (EditorFixture *fixture,
               gconstpointer  data)
{
  g_autoptr (JSCValue) value = NULL;

  if (!editor_has_hand ())
    return;

  show (fixture, "<div>a<img src=\"cid:a@envoi\" alt=\"a\" width=\"120\" height=\"80\">b</div>");
  editor_press (fixture, "Right shift+Right");
  value = editor_evaluate (fixture, "document.body.dispatchEvent ("
                           "new MouseEvent ('contextmenu', { bubbles: true })); 0");
  envoi_test_wait_until (has_frame, fixture);
  editor_run (fixture, "sizePicture", g_variant_new ("(s)", "small"));
  assert_size (fixture, "<div>a", 150, 100, "b</div>");
}

/* A click elsewhere and a key let it go; neither changes the letter. */
static void
test_let_go (EditorFixture *fixture,
             gconstpointer  data)
{
  int x, y;

  if (!editor_has_hand ())
    return;

  show (fixture, "<div>one</div><div><img src=\"cid:a@envoi\" alt=\"a\" width=\"120\" height=\"80\"></div>");
  press_picture (fixture, "img");
  assert_size (fixture, "<div>one</div><div>", 120, 80, "</div>");
  find_on_screen (fixture, "div", &x, &y);
  move_to (fixture, x, y);
  editor_hand ("click", "1", NULL);
  envoi_test_wait_until (has_no_frame, fixture);

  press_picture (fixture, "img");
  editor_hand ("key", "Left", NULL);
  envoi_test_wait_until (has_no_frame, fixture);
  assert_size (fixture, "<div>one</div><div>", 120, 80, "</div>");
}

#define ADD(name, function) \
  g_test_add ("/envoi/ui/editor-picture/" name, EditorFixture, NULL, set_up, function, editor_tear_down)

int
main (int   argc,
      char *argv[])
{
  envoi_test_init (&argc, &argv);
  adw_init ();

  ADD ("drag", test_drag);
  ADD ("zoomed", test_zoomed);
  ADD ("places", test_places);
  ADD ("twice", test_twice);
  ADD ("keyboard", test_keyboard);
  ADD ("let-go", test_let_go);

  return g_test_run ();
}
