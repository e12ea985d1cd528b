/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>
#include <libsoup/soup.h>

G_BEGIN_DECLS

/* One page by https: at most @most octets, three redirects, all of them to https. Its length in
 * time is the caller's, by @cancellable. */
void    envoi_https_get_async  (SoupSession          *session,
                                const char           *url,
                                gsize                 most,
                                GCancellable         *cancellable,
                                GAsyncReadyCallback   callback,
                                gpointer              user_data);
/* Errors: G_IO_ERROR, SOUP_* (no such page, no trust), G_IO_ERROR_PERMISSION_DENIED (it leads
 * away from https), G_IO_ERROR_MESSAGE_TOO_LARGE */
GBytes *envoi_https_get_finish (GAsyncResult         *result,
                                GError              **error);

G_END_DECLS
