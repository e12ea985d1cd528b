/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

/**
 * EnvoiSecret:
 *
 * A password, authorization code or token. The bytes are kept out of core
 * dumps where the system allows it and are wiped when the last reference goes.
 * A secret is never printed, logged or put in an error.
 *
 * Thread: any (immutable, atomically counted)
 */
typedef struct _EnvoiSecret EnvoiSecret;

#define ENVOI_TYPE_SECRET (envoi_secret_get_type ())

GType        envoi_secret_get_type   (void) G_GNUC_CONST;
EnvoiSecret *envoi_secret_new        (const char        *bytes,
                                      gssize             length);
EnvoiSecret *envoi_secret_new_take   (char              *text);
EnvoiSecret *envoi_secret_ref        (EnvoiSecret       *self);
void         envoi_secret_unref      (EnvoiSecret       *self);
const char  *envoi_secret_peek       (const EnvoiSecret *self);
gsize        envoi_secret_get_length (const EnvoiSecret *self);
gboolean     envoi_secret_is_equal   (const EnvoiSecret *self,
                                      const EnvoiSecret *other);

void         envoi_wipe_memory       (void              *memory,
                                      gsize              length);
void         envoi_wipe_string       (char              *text);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EnvoiSecret, envoi_secret_unref)

G_END_DECLS
