/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "envoi-application.h"

G_BEGIN_DECLS

/* The one way in for a message in a file, whether it was opened from the files, dropped
 * on a window or named on the command line. Thread: main */
void     envoi_open_message         (EnvoiApplication *app,
                                     GFile            *file);
/* Whether a file is a message by its name. */
gboolean envoi_open_message_is_name (const char       *name);

G_END_DECLS
