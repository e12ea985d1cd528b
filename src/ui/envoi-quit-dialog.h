/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>
#include "envoi-outbox.h"

G_BEGIN_DECLS

typedef void (*EnvoiQuitFunc) (gboolean is_quit,
                               gpointer user_data);

/* Asks whether to leave while letters of @outbox have yet to go out, and says
 * what becomes of them. @decided is called once. */
void envoi_quit_dialog_ask (GtkWindow     *parent,
                            EnvoiOutbox   *outbox,
                            EnvoiQuitFunc  decided,
                            gpointer       user_data);
/* The dialog's words: for tests. (transfer full) */
char *envoi_quit_dialog_format (guint n_sending,
                                guint n_handed_over,
                                guint n_waiting);

G_END_DECLS
