/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "envoi-editor.h"

G_BEGIN_DECLS

/* Asks for the words that stand for the chosen picture where it cannot be seen.
 * Thread: main */
void envoi_picture_dialog_open (EnvoiEditor *editor);

G_END_DECLS
