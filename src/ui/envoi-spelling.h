/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Which languages the writing surface checks: settings "check-spelling" and
 * "spelling-languages", where an empty list means the languages of the desktop.
 * Thread: main */

/* Codes ("en_US") with a dictionary on this computer, sorted. */
GStrv         envoi_spelling_list_installed (void);
/* Those of them that are to be checked; empty = no checking. */
GStrv         envoi_spelling_list_chosen    (GSettings          *settings);
/* "English (United States)" in the person's language. With the web engine only, as
 * envoi_spelling_create_menu(). */
char         *envoi_spelling_name_language  (const char         *code);
/* Toggles "check" and one for each language ("language-en_US"). */
GActionGroup *envoi_spelling_create_actions (GSettings          *settings);
GMenuModel   *envoi_spelling_create_menu    (void);

G_END_DECLS
