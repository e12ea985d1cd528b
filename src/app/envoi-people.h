/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * EnvoiPeople:
 *
 * Whom a letter may go to, ready to be searched at every key.
 *
 * Thread: any (immutable, atomically counted)
 */
typedef struct _EnvoiPeople EnvoiPeople;

/* @lines: "Name <mailbox>" each, or a group with its members, "Name: a@x, b@y;"; the
 * likeliest first. */
EnvoiPeople        *envoi_people_new         (const char *const *lines);
EnvoiPeople        *envoi_people_ref         (EnvoiPeople       *self);
void                envoi_people_unref       (EnvoiPeople       *self);
/* Without the groups. */
const char *const  *envoi_people_get_persons (EnvoiPeople       *self);
/* Those that @typed may mean, @max at most, the likeliest first: it begins their name, a word of
 * it, their address or its domain; Chinese characters match anywhere. A group is found
 * by its name alone. (transfer full) */
char              **envoi_people_match       (EnvoiPeople       *self,
                                              const char        *typed,
                                              guint              max);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EnvoiPeople, envoi_people_unref)

G_END_DECLS
