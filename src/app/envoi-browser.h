/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Opens a page: by $BROWSER where it is set, else by the desktop's handler. */
gboolean envoi_browser_open (const char  *uri,
                             GError     **error);

G_END_DECLS
