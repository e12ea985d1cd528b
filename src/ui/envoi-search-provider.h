/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>
#include "envoi-outbox.h"

G_BEGIN_DECLS

/* Below the application's own path; data/ names it to the desktop. */
#define ENVOI_SEARCH_PROVIDER_PATH "/io/github/envoi_mail/Envoi/SearchProvider"

/* The overview shows a handful. */
#define ENVOI_SEARCH_PROVIDER_MOST 20

#define ENVOI_TYPE_SEARCH_PROVIDER (envoi_search_provider_get_type ())

/* Sent letters in the desktop's own search. Signals: "open-letter" (id, event time), "search"
 * (words, event time), "idle" (nobody asks any more; the program may leave). Thread: main */
G_DECLARE_FINAL_TYPE (EnvoiSearchProvider, envoi_search_provider, ENVOI, SEARCH_PROVIDER, GObject)

/* (transfer full) (nullable): offers itself on @bus. @linger_ms: how long after its last answer
 * the program should stay, for the question that follows. Errors: what the bus says */
EnvoiSearchProvider *envoi_search_provider_new        (GDBusConnection      *bus,
                                                       guint                 linger_ms,
                                                       GError              **error);
/* What came before waits for this. @outbox: nullable = there are no letters to be had,
 * every question has an empty answer. */
void                 envoi_search_provider_set_outbox (EnvoiSearchProvider  *self,
                                                       EnvoiOutbox          *outbox);
gboolean             envoi_search_provider_is_busy    (EnvoiSearchProvider  *self);

G_END_DECLS
