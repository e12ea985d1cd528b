/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* What newer GTK does by GtkFileDialog, GtkUriLauncher and
 * gtk_accessible_announce(), in one place over the floor of GTK 4.8. Thread: main */

/* The files a person picks. Errors: G_IO_ERROR_CANCELLED (dismissed) */
void        envoi_compat_open_files_async  (GtkWindow            *parent,
                                            const char           *title,
                                            gboolean              is_multiple,
                                            GCancellable         *cancellable,
                                            GAsyncReadyCallback   callback,
                                            gpointer              user_data);
/* (transfer full) (element-type GFile) */
GListModel *envoi_compat_open_files_finish (GAsyncResult         *result,
                                            GError              **error);
/* Where to save. Errors: G_IO_ERROR_CANCELLED (dismissed) */
void        envoi_compat_save_file_async   (GtkWindow            *parent,
                                            const char           *title,
                                            const char           *suggested_name,
                                            GCancellable         *cancellable,
                                            GAsyncReadyCallback   callback,
                                            gpointer              user_data);
/* (transfer full) */
GFile      *envoi_compat_save_file_finish  (GAsyncResult         *result,
                                            GError              **error);
void        envoi_compat_open_uri          (GtkWindow            *parent,
                                            const char           *uri);
/* Says @text through a screen reader where GTK can. */
void        envoi_compat_announce          (GtkWidget            *widget,
                                            const char           *text);
/* The spoken name of the list item that @child fills. */
void        envoi_compat_name_list_item    (GtkWidget            *child,
                                            const char           *name);

G_END_DECLS
