/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

#define ENVOI_TYPE_RANDOM (envoi_random_get_type ())

G_DECLARE_FINAL_TYPE (EnvoiRandom, envoi_random, ENVOI, RANDOM, GObject)

EnvoiRandom *envoi_random_new_system  (void);
EnvoiRandom *envoi_random_new_fake    (guint32      seed);
void         envoi_random_fill        (EnvoiRandom *self,
                                       void        *bytes,
                                       gsize        length);
char        *envoi_random_make_token  (EnvoiRandom *self,
                                       gsize        n_bytes);
double       envoi_random_get_double  (EnvoiRandom *self,
                                       double       begin,
                                       double       end);

G_END_DECLS
