/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* A group of recipients as a line, "Name: a@x, B <b@y>;" (RFC 5322, 3.4). Pure; thread: any */

/* @members: "Name <mailbox>" each, as envoi_address_format() gives them. What of @name would
 * end it early becomes a space. (transfer full) */
char    *envoi_group_format   (const char        *name,
                               const char *const *members);
/* Whether @line is one: no address ends so. */
gboolean envoi_group_is       (const char        *line);
/* NULL when @line is none. (transfer full) (nullable) */
char    *envoi_group_dup_name (const char        *line);

G_END_DECLS
