/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define ENVOI_TYPE_EARLY_TEXT (envoi_early_text_get_type ())

/* Where a formatted letter is written until the web engine runs: text, and the three
 * formats that hands know by heart. Signal "edited". Thread: main */
G_DECLARE_FINAL_TYPE (EnvoiEarlyText, envoi_early_text, ENVOI, EARLY_TEXT, GtkTextView)

/* What was written, a block for each line, as the surface makes them when Enter is
 * pressed; "" for nothing. (transfer full) */
char *envoi_early_text_dup_html    (EnvoiEarlyText *self);
/* The formats of what would be typed next, as the surface calls them: "bold italic". */
char *envoi_early_text_dup_formats (EnvoiEarlyText *self);

G_END_DECLS
