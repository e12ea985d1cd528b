/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-ui"

#include "config.h"

#include "envoi-thumbnail.h"

#include <gdk-pixbuf/gdk-pixbuf.h>

#define CHUNK_OCTETS (64 * 1024)
/* More than any camera's; in memory a quarter of a gigabyte. */
#define MAX_PIXELS (64 * 1024 * 1024)

typedef struct {
  GInputStream *stream;
  char         *content_type;
  int pixels;
  gboolean is_file;           /* else a picture to be shown */
  gboolean is_too_large;
} Making;

static void
making_free (Making *making)
{
  g_object_unref (making->stream);
  g_free (making->content_type);
  g_free (making);
}

/* Comes before memory is taken for the picture. A size of nothing is what stops a
 * decoder there. */
static void
size_known_cb (GdkPixbufLoader *loader,
               int              width,
               int              height,
               Making          *making)
{
  int longer = MAX (width, height);

  if ((gint64) width * height > MAX_PIXELS) {
    making->is_too_large = TRUE;
    gdk_pixbuf_loader_set_size (loader, 0, 0);
  } else if (longer > making->pixels) {
    gdk_pixbuf_loader_set_size (loader, MAX (1, (int) ((gint64) width * making->pixels / longer)),
                                MAX (1, (int) ((gint64) height * making->pixels / longer)));
  }
}

static gboolean
feed (GdkPixbufLoader *loader,
      Making          *making,
      GCancellable    *cancellable,
      GError         **error)
{
  g_autofree guchar *chunk = g_malloc (CHUNK_OCTETS);
  gssize n;

  while ((n = g_input_stream_read (making->stream, chunk, CHUNK_OCTETS, cancellable, error)) > 0) {
    if (!gdk_pixbuf_loader_write (loader, chunk, (gsize) n, error) || making->is_too_large)
      return FALSE;
  }

  return n == 0;
}

/* (transfer full) (nullable) */
static GdkPixbuf *
decode (Making        *making,
        GCancellable  *cancellable,
        GError       **error)
{
  g_autoptr (GdkPixbufLoader) loader = NULL;
  GdkPixbuf *pixbuf;
  gboolean is_fed;

  loader = gdk_pixbuf_loader_new_with_mime_type (making->content_type, error);
  if (!loader)
    return NULL;

  g_signal_connect (loader, "size-prepared", G_CALLBACK (size_known_cb), making);
  is_fed = feed (loader, making, cancellable, error);
  if (making->is_too_large) {
    g_clear_error (error);
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED, "The picture is too large");
  }

  /* A loader wants to be closed in any case. */
  if (!gdk_pixbuf_loader_close (loader, is_fed ? error : NULL) || !is_fed)
    return NULL;

  pixbuf = gdk_pixbuf_loader_get_pixbuf (loader);
  if (!pixbuf) {
    g_set_error_literal (error, GDK_PIXBUF_ERROR, GDK_PIXBUF_ERROR_CORRUPT_IMAGE,
                         "There is no picture in it");
    return NULL;
  }

  /* A camera that was held upright says so beside the picture. */
  return gdk_pixbuf_apply_embedded_orientation (pixbuf);
}

/* (transfer full) (nullable) */
static GBytes *
encode (GdkPixbuf   *pixbuf,
        const char  *content_type,
        GError     **error)
{
  gboolean is_jpeg = g_ascii_strcasecmp (content_type, "image/jpeg") == 0;
  char *octets = NULL;
  gsize n = 0;

  if (is_jpeg ? gdk_pixbuf_save_to_buffer (pixbuf, &octets, &n, "jpeg", error, "quality", "85", NULL)
              : gdk_pixbuf_save_to_buffer (pixbuf, &octets, &n, "png", error, NULL))
    return g_bytes_new_take (octets, n);

  return NULL;
}

static void
make_in_thread (gpointer data,
                gpointer unused)
{
  g_autoptr (GTask) task = data;
  Making *making = g_task_get_task_data (task);
  g_autoptr (GdkPixbuf) pixbuf = NULL;
  GBytes *bytes = NULL;
  GError *error = NULL;

  if (g_task_return_error_if_cancelled (task))
    return;

  pixbuf = decode (making, g_task_get_cancellable (task), &error);
  if (pixbuf && making->is_file)
    bytes = encode (pixbuf, making->content_type, &error);

  if (error)
    g_task_return_error (task, error);
  else if (bytes)
    g_task_return_pointer (task, bytes, (GDestroyNotify) g_bytes_unref);
  else
    g_task_return_pointer (task, g_steal_pointer (&pixbuf), g_object_unref);
}

static void
make (GInputStream        *stream,
      const char          *content_type,
      int                  pixels,
      gboolean             is_file,
      gpointer             source_tag,
      GCancellable        *cancellable,
      GAsyncReadyCallback  callback,
      gpointer             user_data)
{
  static GThreadPool *pool;
  GTask *task = g_task_new (NULL, cancellable, callback, user_data);
  Making *making = g_new0 (Making, 1);

  if (!pool)
    pool = g_thread_pool_new (make_in_thread, NULL, 1, FALSE, NULL);

  making->stream = g_object_ref (stream);
  making->content_type = g_strdup (content_type);
  making->pixels = pixels;
  making->is_file = is_file;
  g_task_set_source_tag (task, source_tag);
  g_task_set_task_data (task, making, (GDestroyNotify) making_free);
  g_thread_pool_push (pool, task, NULL);
}

void
envoi_thumbnail_make_async (GInputStream        *stream,
                            const char          *content_type,
                            int                  pixels,
                            GCancellable        *cancellable,
                            GAsyncReadyCallback  callback,
                            gpointer             user_data)
{
  g_return_if_fail (G_IS_INPUT_STREAM (stream));

  make (stream, content_type, pixels, FALSE, envoi_thumbnail_make_async, cancellable, callback,
        user_data);
}

GdkTexture *
envoi_thumbnail_make_finish (GAsyncResult  *result,
                             GError       **error)
{
  g_autoptr (GdkPixbuf) pixbuf = g_task_propagate_pointer (G_TASK (result), error);

  return pixbuf ? gdk_texture_new_for_pixbuf (pixbuf) : NULL;
}

void
envoi_thumbnail_make_file_async (GInputStream        *stream,
                                 const char          *content_type,
                                 int                  pixels,
                                 GCancellable        *cancellable,
                                 GAsyncReadyCallback  callback,
                                 gpointer             user_data)
{
  g_return_if_fail (G_IS_INPUT_STREAM (stream));

  make (stream, content_type, pixels, TRUE, envoi_thumbnail_make_file_async, cancellable, callback,
        user_data);
}

GBytes *
envoi_thumbnail_make_file_finish (GAsyncResult  *result,
                                  GError       **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}
