/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The A-label form in lower case, without the root's dot; "" for NULL. */
char     *envoi_domain_to_ascii   (const char *domain);
/* What somebody registered: "example.org" of "mx1.mail.example.org". */
char     *envoi_domain_dup_base   (const char *domain);
/* Whole labels only: "notgoogle.com" is not below "google.com". */
gboolean  envoi_domain_is_below   (const char *host,
                                   const char *suffix);

G_END_DECLS
