/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Whom a finished message's header names in To, Cc and Bcc, each mailbox once.
 * Thread: any. Errors: NO_RECIPIENT, BAD_ADDRESS */
char **envoi_message_parse_recipients (GBytes  *header,
                                       GError **error);
/* The mailbox of its From. Thread: any. (nullable) */
char  *envoi_message_parse_sender     (GBytes  *header);

G_END_DECLS
