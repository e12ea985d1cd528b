/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "envoi-service.h"

G_BEGIN_DECLS

/* Takes the people of a vCard file over, for completion; the file may go then.
 * Errors: REFUSED_INPUT (nobody in it), TOO_LARGE, G_IO_ERROR_* */
void     envoi_service_import_contacts_async  (EnvoiService         *self,
                                               GFile                *book,
                                               GCancellable         *cancellable,
                                               GAsyncReadyCallback   callback,
                                               gpointer              user_data);
/* @n_new: nullable, how many mailboxes were not known before. */
gboolean envoi_service_import_contacts_finish (EnvoiService         *self,
                                               GAsyncResult         *result,
                                               guint                *n_new,
                                               GError              **error);
guint    envoi_service_count_contacts         (EnvoiService         *self);
/* All of them; the letters' own recipients stay known. */
void     envoi_service_forget_contacts        (EnvoiService         *self);

G_END_DECLS
