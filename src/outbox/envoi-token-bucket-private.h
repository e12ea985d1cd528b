/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "envoi-deliverer.h"

G_BEGIN_DECLS

/**
 * EnvoiTokenBucket:
 *
 * The pace of one account: so many letters at once, then so many in an hour.
 *
 * Thread: main
 */
typedef struct {
  double  capacity;    /* 0 = no limit */
  double  per_hour;
  double  tokens;
  double  debt;        /* tokens that run in to no avail first: they went before the bucket was made */
  gint64  filled_at;   /* microseconds since the epoch */
} EnvoiTokenBucket;

void     envoi_token_bucket_init      (EnvoiTokenBucket *self,
                                       EnvoiPace         pace,
                                       guint             n_spent,
                                       gint64            now);
gboolean envoi_token_bucket_take      (EnvoiTokenBucket *self,
                                       gint64            now);
gint64   envoi_token_bucket_get_ready (EnvoiTokenBucket *self,
                                       gint64            now);

G_END_DECLS
