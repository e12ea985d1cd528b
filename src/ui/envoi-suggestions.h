/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "envoi-people.h"

G_BEGIN_DECLS

#define ENVOI_TYPE_SUGGESTIONS (envoi_suggestions_get_type ())

/* People a typed piece may mean, under a recipient field. The focus stays in
 * the field, which hands over its keys. Signal "chosen" (const char *text).
 * Thread: main */
G_DECLARE_FINAL_TYPE (EnvoiSuggestions, envoi_suggestions, ENVOI, SUGGESTIONS, GtkPopover)

GtkWidget *envoi_suggestions_new        (void);
void       envoi_suggestions_set_known  (EnvoiSuggestions  *self,
                                         EnvoiPeople       *known);
void       envoi_suggestions_update     (EnvoiSuggestions  *self,
                                         const char        *typed);
/* Up, Down, Enter, Tab and Escape while there is something to choose. */
gboolean   envoi_suggestions_handle_key (EnvoiSuggestions  *self,
                                         guint              keyval);

G_END_DECLS
