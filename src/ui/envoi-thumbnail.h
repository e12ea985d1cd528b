/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* A small form of a picture, made on a thread of its own, one after the other: pictures
 * come from anywhere, and a small file can claim to be an enormous one.
 * @content_type: only what it says is tried. @pixels: the longer side at most; a picture
 * that is smaller stays as it is.
 * Errors: GDK_PIXBUF_ERROR, G_IO_ERROR_NOT_SUPPORTED (too many pixels), whatever reading
 * @stream gives. Thread: main */
void        envoi_thumbnail_make_async  (GInputStream         *stream,
                                         const char           *content_type,
                                         int                   pixels,
                                         GCancellable         *cancellable,
                                         GAsyncReadyCallback   callback,
                                         gpointer              user_data);
/* (transfer full) */
GdkTexture *envoi_thumbnail_make_finish (GAsyncResult         *result,
                                         GError              **error);
/* The same as a file of its own kind, JPEG or PNG, without what the camera wrote into it. */
void        envoi_thumbnail_make_file_async (GInputStream        *stream,
                                         const char           *content_type,
                                         int                   pixels,
                                         GCancellable         *cancellable,
                                         GAsyncReadyCallback   callback,
                                         gpointer              user_data);
GBytes     *envoi_thumbnail_make_file_finish (GAsyncResult       *result,
                                         GError              **error);

G_END_DECLS
