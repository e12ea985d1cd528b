/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What the disk does with one operation of SQLite. */
typedef enum {
  ENVOI_DISK_OBEYS,
  ENVOI_DISK_IS_FULL,
  ENVOI_DISK_FAILS,
  ENVOI_DISK_TEARS_AND_DIES,   /* writes half, then the process is killed */
} EnvoiDiskMood;

/* Asked before each write, sync, truncation and deletion, on SQLite's thread. */
typedef EnvoiDiskMood (*EnvoiDiskFunc) (const char *operation,
                                        gpointer    user_data);

/* Puts a layer between SQLite and the system's files, for the whole process. */
void envoi_faulty_vfs_install (EnvoiDiskFunc  function,
                               gpointer       user_data);

G_END_DECLS
