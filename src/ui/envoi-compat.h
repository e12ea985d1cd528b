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
/* By the desktop's handler; where there is none the person gets the address. */
void        envoi_compat_open_uri          (GtkWindow            *parent,
                                            const char           *uri);
/* Says @text through a screen reader where GTK can. */
void        envoi_compat_announce          (GtkWidget            *widget,
                                            const char           *text);
/* The spoken name of the list item that @child fills. */
void        envoi_compat_name_list_item    (GtkWidget            *child,
                                            const char           *name);
/* From @widget down: gives the buttons and entries inside GTK's and libadwaita's own widgets the
 * spoken names that GTK 4.8 leaves out; lets what is written on buttons take several lines, so
 * that large text fits a narrow screen; breaks addresses without hyphens. Before they are shown. */
void        envoi_compat_mend_parts        (GtkWidget            *widget);
/* A GtkWidgetClass.focus() for a widget with one child and a grab_focus() of its own: Tab
 * leads through all that is inside. GTK's would only ever lead to what grab_focus() chooses. */
gboolean    envoi_compat_focus_in_order    (GtkWidget            *widget,
                                            GtkDirectionType      direction);
/* WebKit looks keys up in a text view of no size inside its own: the Tab key
 * is not to lead there, where nobody would find the focus again. */
void        envoi_compat_guard_web_view    (GtkWidget            *view);

G_END_DECLS
