/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-test"

#include "config.h"

#include "envoi-test.h"
#include "test-service.h"
#include "widgets.h"

#include "envoi-attachment-bar.h"
#include "envoi-thumbnail.h"

#include <gdk-pixbuf/gdk-pixbuf.h>
#include <string.h>

/* Attached pictures are shown small, and whatever calls itself a picture does no harm. */

#define PIXELS 64

/* A stream that tells which thread reads it, and waits as long as it is told to. */
#define TEST_TYPE_STREAM (test_stream_get_type ())
G_DECLARE_FINAL_TYPE (TestStream, test_stream, TEST, STREAM, GInputStream)

struct _TestStream {
  GInputStream parent_instance;

  GThread *reader;      /* atomic */
};

G_DEFINE_FINAL_TYPE (TestStream, test_stream, G_TYPE_INPUT_STREAM)

/* As a disk that went to sleep: until the reading is cancelled. */
static gssize
test_stream_read (GInputStream  *stream,
                  void          *buffer,
                  gsize          count,
                  GCancellable  *cancellable,
                  GError       **error)
{
  GPollFD fd;

  g_atomic_pointer_set (&TEST_STREAM (stream)->reader, g_thread_self ());
  g_assert_true (g_cancellable_make_pollfd (cancellable, &fd));
  g_poll (&fd, 1, -1);
  g_cancellable_release_fd (cancellable);
  g_cancellable_set_error_if_cancelled (cancellable, error);
  return -1;
}

static void
test_stream_class_init (TestStreamClass *klass)
{
  G_INPUT_STREAM_CLASS (klass)->read_fn = test_stream_read;
}

static void
test_stream_init (TestStream *self)
{
}

static gboolean
is_read (gpointer stream)
{
  return g_atomic_pointer_get (&TEST_STREAM (stream)->reader) != NULL;
}

/* The main loop turns while a stream gives nothing, and nobody has to wait for it. */
static void
test_thread (void)
{
  g_autoptr (TestStream) stream = g_object_new (TEST_TYPE_STREAM, NULL);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  EnvoiTestWait wait = { 0 };

  envoi_thumbnail_make_async (G_INPUT_STREAM (stream), "image/png", PIXELS, cancellable,
                              envoi_test_wait_cb, &wait);
  envoi_test_wait_until (is_read, stream);
  g_assert_true (g_atomic_pointer_get (&stream->reader) != g_thread_self ());
  g_assert_null (wait.result);
  g_cancellable_cancel (cancellable);
  result = envoi_test_wait (&wait);
  g_assert_null (envoi_thumbnail_make_finish (result, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

static GBytes *
draw (const char *type,
      int         width,
      int         height)
{
  g_autoptr (GdkPixbuf) pixbuf = gdk_pixbuf_new (GDK_COLORSPACE_RGB, FALSE, 8, width, height);
  char *bytes;
  gsize length;

  gdk_pixbuf_fill (pixbuf, 0x3584e4ff);
  g_assert_true (gdk_pixbuf_save_to_buffer (pixbuf, &bytes, &length, type, NULL, NULL));
  return g_bytes_new_take (bytes, length);
}

/* (transfer full) */
static GBytes *
join (GBytes     *bytes,
      gsize       start,
      gsize       end,
      const char *before,
      gsize       n_before,
      const char *after,
      gsize       n_after)
{
  GByteArray *all = g_byte_array_new ();
  const guint8 *data = g_bytes_get_data (bytes, NULL);

  g_byte_array_append (all, (const guint8 *) before, (guint) n_before);
  g_byte_array_append (all, data + start, (guint) (end - start));
  g_byte_array_append (all, (const guint8 *) after, (guint) n_after);
  return g_byte_array_free_to_bytes (all);
}

/* A camera held upright: the picture lies, and a mark of old (Exif 6) says so. */
static GBytes *
draw_upright (void)
{
  static const char start[] =
    "\xff\xd8" "\xff\xe1\x00\x22" "Exif\0\0" "MM\0*\0\0\0\x08" "\0\x01"
    "\x01\x12\0\x03\0\0\0\x01\0\x06\0\0" "\0\0\0\0";
  g_autoptr (GBytes) lying = draw ("jpeg", 640, 320);

  return join (lying, 2, g_bytes_get_size (lying), start, sizeof start - 1, "", 0);
}

/* A small file that would be almost three gigabytes in memory. */
static GBytes *
draw_bomb (void)
{
  static const char head[] =
    "\x89PNG\r\n\x1a\n" "\0\0\0\x0d" "IHDR" "\0\0\x75\x30\0\0\x75\x30" "\x08\x02\0\0\0" "\xe9\x45\x6f\xed";
  g_autoptr (GBytes) real = draw ("png", 1, 1);

  /* All behind the first chunk. */
  return join (real, 33, g_bytes_get_size (real), head, sizeof head - 1, "", 0);
}

static GBytes *
draw_broken (void)
{
  g_autoptr (GBytes) whole = draw ("png", 640, 320);

  return join (whole, 0, 20, "", 0, "no picture, but words from here on", 34);
}

static GBytes *
write_svg (void)
{
  static const char svg[] = "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"64\" height=\"64\">"
                            "<rect width=\"64\" height=\"64\" fill=\"red\"/></svg>";

  return g_bytes_new_static (svg, sizeof svg - 1);
}

typedef struct {
  const char *says;
  const char *content_type;
  GBytes *(*draw)(void);
  int width, height;     /* 0: none */
} Case;

static GBytes *
draw_wide_png (void)
{
  return draw ("png", 640, 320);
}

static GBytes *
draw_small_png (void)
{
  return draw ("png", 16, 8);
}

static GBytes *
draw_line (void)
{
  return draw ("png", 640, 1);
}

static GBytes *
write_nothing (void)
{
  return g_bytes_new_static ("", 0);
}

static const Case cases[] = {
  { "a picture keeps its shape", "image/png", draw_wide_png, 64, 32 },
  { "a small one is not blown up", "image/png", draw_small_png, 16, 8 },
  { "a line is still a line", "image/png", draw_line, 64, 1 },
  { "a photograph stands as it was taken", "image/jpeg", draw_upright, 32, 64 },
  { "a broken picture is none", "image/png", draw_broken, 0, 0 },
  { "an empty file is none", "image/jpeg", write_nothing, 0, 0 },
  { "a bomb does not go off", "image/png", draw_bomb, 0, 0 },
  { "what calls itself something else is not drawn", "image/png", write_svg, 0, 0 },
  { "a kind that nobody knows", "image/x-unknown", draw_small_png, 0, 0 },
};

static void
test_kinds (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GBytes) bytes = cases[i].draw ();
    g_autoptr (GInputStream) stream = g_memory_input_stream_new_from_bytes (bytes);
    g_autoptr (GAsyncResult) result = NULL;
    g_autoptr (GdkTexture) texture = NULL;
    g_autoptr (GError) error = NULL;
    EnvoiTestWait wait = { 0 };

    g_test_message ("%s", cases[i].says);
    envoi_thumbnail_make_async (stream, cases[i].content_type, PIXELS, NULL, envoi_test_wait_cb,
                                &wait);
    result = envoi_test_wait (&wait);
    texture = envoi_thumbnail_make_finish (result, &error);
    g_assert_true ((texture == NULL) == (error != NULL));
    g_assert_cmpint (texture ? gdk_texture_get_width (texture) : 0, ==, cases[i].width);
    g_assert_cmpint (texture ? gdk_texture_get_height (texture) : 0, ==, cases[i].height);
    if (cases[i].draw == draw_bomb)
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED);
  }
}

typedef struct {
  EnvoiService  *service;
  EnvoiDraft    *draft;
  EnvoiAttacher *attacher;
  GtkWidget     *window;
  GtkWidget     *bar;
} Fixture;

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  fixture->service = test_service_start (ENVOI_SERVICE_PRACTICE);
  fixture->draft = envoi_service_create_draft (fixture->service, NULL);
  fixture->attacher = envoi_attacher_new (fixture->service, fixture->draft);
  fixture->window = gtk_window_new ();
  fixture->bar = envoi_attachment_bar_new ();
  gtk_window_set_child (GTK_WINDOW (fixture->window), fixture->bar);
  envoi_attachment_bar_set_up (ENVOI_ATTACHMENT_BAR (fixture->bar), fixture->draft,
                               fixture->attacher);
  gtk_window_present (GTK_WINDOW (fixture->window));
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  gtk_window_destroy (GTK_WINDOW (fixture->window));
  g_clear_object (&fixture->attacher);
  g_clear_object (&fixture->draft);
  test_service_stop (&fixture->service);
}

static void
attach (Fixture    *fixture,
        const char *name,
        GBytes     *bytes)
{
  g_autofree char *folder = envoi_test_make_folder ();
  g_autofree char *path = g_build_filename (folder, name, NULL);
  g_autoptr (GFile) file = g_file_new_for_path (path);

  g_assert_true (g_file_set_contents (path, g_bytes_get_data (bytes, NULL),
                                      (gssize) g_bytes_get_size (bytes), NULL));
  envoi_attacher_add_file (fixture->attacher, file, FALSE);
}

static guint
count_pictures (GtkWidget *from)
{
  guint n = GTK_IS_IMAGE (from) && gtk_widget_has_css_class (from, "thumbnail") &&
            gtk_image_get_paintable (GTK_IMAGE (from)) != NULL;

  for (GtkWidget *child = gtk_widget_get_first_child (from); child;
       child = gtk_widget_get_next_sibling (child))
    n += count_pictures (child);

  return n;
}

static guint
count_files (Fixture *fixture)
{
  return g_list_model_get_n_items (envoi_draft_get_attachments (fixture->draft));
}

static gboolean
shows_picture (gpointer fixture)
{
  return count_pictures (((Fixture *) fixture)->bar) == 1;
}

static gboolean
has_five_files (gpointer fixture)
{
  return count_files (fixture) == 5;
}

/* One of five is a picture that can be shown; the others keep the icon of their kind. */
static void
test_chips (Fixture       *fixture,
            gconstpointer  data)
{
  g_autoptr (GBytes) picture = draw_wide_png ();
  g_autoptr (GBytes) bomb = draw_bomb ();
  g_autoptr (GBytes) broken = draw_broken ();
  g_autoptr (GBytes) svg = write_svg ();
  g_autoptr (GBytes) words = g_bytes_new_static ("words", 5);

  attach (fixture, "bomb.png", bomb);
  attach (fixture, "broken.png", broken);
  attach (fixture, "drawing.svg", svg);
  attach (fixture, "words.txt", words);
  attach (fixture, "picture.png", picture);
  envoi_test_wait_until (has_five_files, fixture);
  envoi_test_wait_until (shows_picture, fixture);
  envoi_test_settle ();
  g_assert_cmpuint (count_pictures (fixture->bar), ==, 1);
}

/* A picture is not made anew because another file comes. */
static void
test_kept (Fixture       *fixture,
           gconstpointer  data)
{
  g_autoptr (GBytes) picture = draw_wide_png ();
  g_autoptr (EnvoiAttachment) other = envoi_attachment_new ("a.txt", "text/plain", "0", 1);

  attach (fixture, "picture.png", picture);
  envoi_test_wait_until (shows_picture, fixture);
  envoi_draft_add_attachment (fixture->draft, other);
  g_assert_cmpuint (count_pictures (fixture->bar), ==, 1);
}

#define ADD(name, function) \
  g_test_add ("/envoi/ui/thumbnail/" name, Fixture, NULL, set_up, function, tear_down)

int
main (int   argc,
      char *argv[])
{
  envoi_test_init (&argc, &argv);
  adw_init ();

  g_test_add_func ("/envoi/ui/thumbnail/thread", test_thread);
  g_test_add_func ("/envoi/ui/thumbnail/kinds", test_kinds);
  ADD ("chips", test_chips);
  ADD ("kept", test_kept);

  return g_test_run ();
}
