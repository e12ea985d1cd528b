/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "envoi-database-private.h"
#include "envoi-letter-record.h"
#include "envoi-attempt-record.h"

G_BEGIN_DECLS

/* All: Thread: store; those that change something inside a transaction. */
gboolean           envoi_letter_table_write   (EnvoiDatabase           *database,
                                               const EnvoiLetterRecord *record,
                                               guint                    expected,
                                               gint64                  *revision,
                                               GError                 **error);
gboolean           envoi_letter_table_mark_handed_over (EnvoiDatabase  *database,
                                               const char              *letter_id,
                                               gboolean                 is_handed_over,
                                               gint64                  *revision,
                                               GError                 **error);
/* @blob_ids: those the letter had, which nobody may need any more. */
gboolean           envoi_letter_table_delete  (EnvoiDatabase           *database,
                                               const char              *letter_id,
                                               guint                    expected,
                                               gint64                  *revision,
                                               char                  ***blob_ids,
                                               GError                 **error);
EnvoiLetterRecord *envoi_letter_table_load    (EnvoiDatabase           *database,
                                               const char              *letter_id,
                                               gboolean                 is_whole,
                                               GError                 **error);
GPtrArray         *envoi_letter_table_list    (EnvoiDatabase           *database,
                                               guint                    states,
                                               guint                    offset,
                                               guint                    limit,
                                               GError                 **error);
GPtrArray         *envoi_letter_table_list_older (EnvoiDatabase        *database,
                                               guint                    states,
                                               const EnvoiLetterRecord *last,
                                               guint                    limit,
                                               GError                 **error);
/* Ids of what was written or deleted after @revision, which moves on. */
GPtrArray         *envoi_letter_table_list_changes (EnvoiDatabase      *database,
                                               gint64                  *revision,
                                               GError                 **error);
gboolean           envoi_letter_table_get_revision (EnvoiDatabase      *database,
                                               gint64                  *revision,
                                               GError                 **error);
gboolean           envoi_letter_table_is_blob_used (EnvoiDatabase      *database,
                                               const char              *blob_id,
                                               gboolean                *is_used,
                                               GError                 **error);

/* "state IN (...)" for the bits in @states */
void               envoi_letter_table_append_states (GString           *sql,
                                               guint                    states);

/* envoi-audit-table.c: the log of attempts, apart from the letters. */
gboolean           envoi_audit_table_add      (EnvoiDatabase           *database,
                                               const EnvoiLetterRecord *letter,
                                               GError                 **error);
GPtrArray         *envoi_audit_table_list     (EnvoiDatabase           *database,
                                               GError                 **error);
GPtrArray         *envoi_audit_table_list_older (EnvoiDatabase         *database,
                                              gint64                   before,
                                              guint                    limit,
                                              GError                 **error);
gboolean           envoi_audit_table_count    (EnvoiDatabase           *database,
                                               const char              *account_id,
                                               gint64                   since,
                                               gssize                  *count,
                                               GError                 **error);
gboolean           envoi_audit_table_prune    (EnvoiDatabase           *database,
                                               gint64                   before,
                                               GError                 **error);

/* envoi-letter-search.c: what makes letters findable. */
gboolean           envoi_letter_search_write  (EnvoiDatabase           *database,
                                               const EnvoiLetterRecord *record,
                                               GError                 **error);
gboolean           envoi_letter_search_forget (EnvoiDatabase           *database,
                                               const char              *letter_id,
                                               GError                 **error);
GPtrArray         *envoi_letter_search_find   (EnvoiDatabase           *database,
                                               const char              *text,
                                               guint                    states,
                                               guint                    limit,
                                               GError                 **error);
/* Some letters that the index of version 5 does not have yet. */
gboolean           envoi_letter_search_index_more (EnvoiDatabase       *database,
                                               GError                 **error);
gboolean           envoi_letter_search_has_more (EnvoiDatabase         *database,
                                               gboolean                *has_more,
                                               GError                 **error);

/* envoi-letter-parts.c: the rows that belong to a letter's row. */
gboolean           envoi_letter_parts_write   (EnvoiDatabase           *database,
                                               const EnvoiLetterRecord *record,
                                               GError                 **error);
gboolean           envoi_letter_parts_read    (EnvoiDatabase           *database,
                                               EnvoiLetterRecord       *record,
                                               gboolean                 is_whole,
                                               GError                 **error);
gboolean           envoi_letter_parts_add_attempt (EnvoiDatabase       *database,
                                               const EnvoiLetterRecord *record,
                                               gint64                   began,
                                               GError                 **error);
GPtrArray         *envoi_letter_parts_list_attempts (EnvoiDatabase     *database,
                                               const char              *letter_id,
                                               GError                 **error);
char             **envoi_letter_parts_dup_blob_ids (EnvoiDatabase      *database,
                                               const char              *letter_id,
                                               GError                 **error);

G_END_DECLS
