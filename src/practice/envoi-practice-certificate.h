/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>
#include <gnutls/gnutls.h>

G_BEGIN_DECLS

gnutls_certificate_credentials_t envoi_practice_certificate_load_sync (const char  *folder,
                                                                       gint64       now,
                                                                       GError     **error);
char                            *envoi_practice_certificate_dup_ca_file (const char *folder);

G_END_DECLS
