/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* The people in the address books of Evolution Data Server, which GNOME's and other desktops'
 * contacts live in, asked over the session bus: those books that are turned on and may complete
 * addresses. A desktop without it, or one that does not answer, has nobody.
 * Errors: G_IO_ERROR_CANCELLED only. Thread: main */
void  envoi_desktop_contacts_list_async  (GCancellable         *cancellable,
                                          GAsyncReadyCallback   callback,
                                          gpointer              user_data);
/* As envoi_vcard_list_people(). (transfer full) */
GStrv envoi_desktop_contacts_list_finish (GAsyncResult         *result,
                                          GError              **error);

G_END_DECLS
