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
/* Reads the desktop's address books, unless that was done a moment ago or is turned off. What is
 * found is in envoi_service_list_people_async() then, and nowhere else.
 * Errors: as envoi_desktop_contacts_list_finish() */
void     envoi_service_read_desktop_contacts_async  (EnvoiService         *self,
                                                     GCancellable         *cancellable,
                                                     GAsyncReadyCallback   callback,
                                                     gpointer              user_data);
/* Whether they were read anew. */
gboolean envoi_service_read_desktop_contacts_finish (EnvoiService         *self,
                                                     GAsyncResult         *result,
                                                     GError              **error);

G_END_DECLS
