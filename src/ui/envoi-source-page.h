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
/* The words of the signature in it; NULL when there is none. (transfer full) (nullable) */
char        *envoi_source_page_dup_signature (EnvoiSourcePage *self);
/* Puts @block in its place, or where it belongs; "" takes it away. Nothing else changes,
 * and undo takes it back. */
void         envoi_source_page_set_signature (EnvoiSourcePage *self,
                                              const char      *block);

G_END_DECLS
