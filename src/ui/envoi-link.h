/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What a person types as a link, as a link that may be sent: "example.org" gets
 * https:, a mail address mailto:. NULL for what is no link or not a safe one. Pure. */
char *envoi_link_normalize (const char *text);

G_END_DECLS
