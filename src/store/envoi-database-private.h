/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>
#include <sqlite3.h>

G_BEGIN_DECLS

/**
 * EnvoiDatabase:
 *
 * The open SQLite file with its prepared statements.
 *
 * Thread: store (asserted in every function)
 */
typedef struct _EnvoiDatabase EnvoiDatabase;

/* The version the newest file in data/sql leads to. */
#define ENVOI_DATABASE_VERSION 7
/* "Envo", so that file(1) and a later Envoi know whose file it is. */
#define ENVOI_DATABASE_APPLICATION_ID 0x456e766f

typedef enum {
  ENVOI_STEP_ERROR,
  ENVOI_STEP_ROW,
  ENVOI_STEP_DONE,
} EnvoiStep;

EnvoiDatabase *envoi_database_open     (const char     *folder,
                                        char          **notice,
                                        GError        **error);
void           envoi_database_close    (EnvoiDatabase  *self);
const char    *envoi_database_get_folder (EnvoiDatabase *self);

gboolean       envoi_database_begin    (EnvoiDatabase  *self,
                                        GError        **error);
gboolean       envoi_database_commit   (EnvoiDatabase  *self,
                                        GError        **error);
void           envoi_database_rollback (EnvoiDatabase  *self);
gboolean       envoi_database_is_in_transaction (EnvoiDatabase *self);

/* @types, a letter per value: s = const char * (nullable), i = gint64, b = GBytes *. */
sqlite3_stmt  *envoi_database_query    (EnvoiDatabase  *self,
                                        GError        **error,
                                        const char     *sql,
                                        const char     *types,
                                        ...);
EnvoiStep      envoi_database_step     (EnvoiDatabase  *self,
                                        sqlite3_stmt   *statement,
                                        GError        **error);
gboolean       envoi_database_run      (EnvoiDatabase  *self,
                                        GError        **error,
                                        const char     *sql,
                                        const char     *types,
                                        ...);
gboolean       envoi_database_get_number (EnvoiDatabase *self,
                                        const char     *sql,
                                        gint64         *number,
                                        GError        **error);
int            envoi_database_get_n_changes (EnvoiDatabase *self);

/* envoi-database-file.c: what happens to the file before it is used. */
gboolean       envoi_database_file_lock_sync (const char *folder,
                                        int            *fd,
                                        GError        **error);
char          *envoi_database_file_set_aside (const char *path,
                                        GError        **error);

void           envoi_store_set_errno   (GError        **error,
                                        int             saved_errno,
                                        const char     *what);

G_END_DECLS
