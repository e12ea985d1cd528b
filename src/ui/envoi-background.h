/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Asks the desktop, by its portal, to let the program go on without a window; in a sandbox
 * it may be ended otherwise. What the answer is changes nothing here: letters are kept
 * whatever happens to the program. @reason is shown to the person. Thread: main */
void envoi_background_ask (const char *reason);

G_END_DECLS
