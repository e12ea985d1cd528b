/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "envoi-service.h"

G_BEGIN_DECLS

/* A service whose letters are in @folder, NULL = in the isolated home. */
EnvoiService *archive_start (const char       *folder,
                             EnvoiServiceFlags flags);
void          archive_stop  (EnvoiService     *service);
/* Writes so many sent letters, the oldest first, a second apart. */
void          archive_fill  (EnvoiService     *service,
                             guint             n_letters);

/* What the main thread does at one go, at most, while the loop runs: microseconds
 * that the person waits, and of the thread's own work, whatever else the machine does. */
typedef struct {
  gint64 wall;
  gint64 busy;
} ArchiveStall;

/* Of the calling thread, microseconds. */
gint64        archive_get_own_time (void);
void          archive_watch (void);
ArchiveStall  archive_get_longest_stall (void);
guint         archive_count_wake_ups (guint seconds);

G_END_DECLS
