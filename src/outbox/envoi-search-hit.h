/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>
#include "envoi-letter.h"

G_BEGIN_DECLS

#define ENVOI_TYPE_SEARCH_HIT (envoi_search_hit_get_type ())

/* A letter that a search found, and the place in its text. Thread: main */
G_DECLARE_FINAL_TYPE (EnvoiSearchHit, envoi_search_hit, ENVOI, SEARCH_HIT, GObject)

EnvoiSearchHit *envoi_search_hit_new         (EnvoiLetter    *letter,
                                              const char     *excerpt);
EnvoiLetter    *envoi_search_hit_get_letter  (EnvoiSearchHit *self);
const char     *envoi_search_hit_get_excerpt (EnvoiSearchHit *self);

G_END_DECLS
