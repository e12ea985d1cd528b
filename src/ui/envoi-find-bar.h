/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "envoi-editor.h"

G_BEGIN_DECLS

#define ENVOI_TYPE_FIND_BAR (envoi_find_bar_get_type ())

/* Finds words in a letter, formatted or plain. Signal "closed": the text wants
 * the focus again. Thread: main */
G_DECLARE_FINAL_TYPE (EnvoiFindBar, envoi_find_bar, ENVOI, FIND_BAR, AdwBin)

/* Where the next search looks: an EnvoiEditor or a GtkTextView, which outlives it. */
void envoi_find_bar_open  (EnvoiFindBar *self,
                           GtkWidget    *target);
/* The next or the one before; opens nothing. */
void envoi_find_bar_go    (EnvoiFindBar *self,
                           gboolean      is_back);
void envoi_find_bar_close (EnvoiFindBar *self);

G_END_DECLS
