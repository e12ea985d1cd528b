/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The people in a vCard file (2.1, 3.0 by RFC 2426, 4.0 by RFC 6350), one "Name <mailbox>" for
 * each mailbox, in their order, nobody twice; then the groups, as envoi_group_format() writes them. Quoted-printable and the charsets of phones are
 * decoded; what is no usable address is left out. Empty when there is none. (transfer full)
 * Thread: any */
GStrv envoi_vcard_list_people (const char *bytes,
                               gsize       length);

G_END_DECLS
