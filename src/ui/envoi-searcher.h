/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "envoi-outbox.h"

G_BEGIN_DECLS

/* So many letters are shown; who looks for one adds a word. */
#define ENVOI_SEARCHER_MOST 200

#define ENVOI_TYPE_SEARCHER (envoi_searcher_get_type ())

/* Asks the letters, one question at a time: a new one replaces the one before.
 * Signals: "found" (words, GListModel of EnvoiSearchHit), "failed" (GError). Thread: main */
G_DECLARE_FINAL_TYPE (EnvoiSearcher, envoi_searcher, ENVOI, SEARCHER, GObject)

EnvoiSearcher *envoi_searcher_new   (EnvoiOutbox   *outbox);
void           envoi_searcher_ask   (EnvoiSearcher *self,
                                     const char    *words);
void           envoi_searcher_stop  (EnvoiSearcher *self);

G_END_DECLS
