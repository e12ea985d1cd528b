/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The first wait, the longest one, and how long a letter is tried at all. */
#define ENVOI_RETRY_FIRST (G_GINT64_CONSTANT (30) * G_USEC_PER_SEC)
#define ENVOI_RETRY_LONGEST (G_GINT64_CONSTANT (60) * 60 * G_USEC_PER_SEC)
#define ENVOI_RETRY_GIVE_UP (G_GINT64_CONSTANT (2) * 24 * 60 * 60 * G_USEC_PER_SEC)
/* A computer that slept for two days still gives a letter this many tries. */
#define ENVOI_RETRY_LEAST_ATTEMPTS 8

gint64   envoi_retry_policy_get_next    (gint64   now,
                                         guint    attempts,
                                         gint64   retry_after,
                                         double   jitter);
gboolean envoi_retry_policy_is_hopeless (gint64   now,
                                         gint64   first_try,
                                         guint    attempts);

G_END_DECLS
