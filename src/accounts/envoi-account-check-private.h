/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* One setting each; pure but for the file. Errors: INCOMPLETE with a sentence. */
gboolean envoi_account_check_email      (const char  *email,
                                         GError     **error);
gboolean envoi_account_check_name       (const char  *name,
                                         GError     **error);
gboolean envoi_account_check_user       (const char  *user,
                                         GError     **error);
gboolean envoi_account_check_host       (const char  *host,
                                         GError     **error);
gboolean envoi_account_check_port       (guint        port,
                                         GError     **error);
gboolean envoi_account_check_ca_file    (const char  *path,
                                         GError     **error);
gboolean envoi_account_check_pinned_key (const char  *pin,
                                         GError     **error);

G_END_DECLS
