/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Pieces of a list of recipients that are ended by a separator: comma, semicolon
 * (also full-width), line end or tab, outside quotes and angle brackets. What
 * follows the last one goes to @rest. Pure. */
GStrv    envoi_recipients_split     (const char  *text,
                                     char       **rest);
/* For a list from elsewhere: every piece, and "Wang, Wei <wei@x.cn>" as one. */
GStrv    envoi_recipients_split_all (const char  *text);

G_END_DECLS
