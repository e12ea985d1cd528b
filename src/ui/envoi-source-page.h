/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

#define ENVOI_TYPE_SOURCE_PAGE (envoi_source_page_get_type ())

/* The HTML of a letter, to be edited by hand. Signals: "edited" (after a pause in
 * typing), "done" (back to the letter is wanted). Thread: main */
G_DECLARE_FINAL_TYPE (EnvoiSourcePage, envoi_source_page, ENVOI, SOURCE_PAGE, AdwBin)

GtkTextView *envoi_source_page_get_view (EnvoiSourcePage *self);
void         envoi_source_page_set_html (EnvoiSourcePage *self,
                                         const char      *html);
/* What a letter may keep of it; NULL, and a sentence is shown, when it cannot be
 * read at all. (transfer full) (nullable) */
char        *envoi_source_page_dup_html (EnvoiSourcePage *self);

G_END_DECLS
