/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>
#include "envoi-attempt-record.h"
#include "envoi-audit-record.h"
#include "envoi-letter-record.h"
#include "envoi-store-error.h"

G_BEGIN_DECLS

#define ENVOI_TYPE_STORE (envoi_store_get_type ())

/* The database of letters and the folder of blobs. Owns the store thread. Several
 * processes may have it open; each write is one transaction that is durable
 * (fsynced) when the call finishes. Thread: main, but where said */
G_DECLARE_FINAL_TYPE (EnvoiStore, envoi_store, ENVOI, STORE, GObject)

/* @folder gets letters.db and blobs/, made with mode 0700. Nothing is touched before open. */
EnvoiStore        *envoi_store_new                (GFile                    *folder);
/* (nullable, transfer none): what the property "notice" holds. */
const char        *envoi_store_get_notice         (EnvoiStore               *self);
/* Property "notice" (nullable): a sentence for the person when a damaged file was set aside.
 * Errors: CORRUPT, VERSION, NO_SPACE, G_IO_ERROR */
void               envoi_store_open_async         (EnvoiStore               *self,
                                                   GCancellable             *cancellable,
                                                   GAsyncReadyCallback       callback,
                                                   gpointer                  user_data);
gboolean           envoi_store_open_finish        (EnvoiStore               *self,
                                                   GAsyncResult             *result,
                                                   GError                  **error);
/* What a new version left to do for old letters, in small pieces when nothing else is wanted. */
void               envoi_store_catch_up           (EnvoiStore               *self);
/* Waits for what was begun, closes the file and ends the thread. */
void               envoi_store_close_async        (EnvoiStore               *self,
                                                   GCancellable             *cancellable,
                                                   GAsyncReadyCallback       callback,
                                                   gpointer                  user_data);
gboolean           envoi_store_close_finish       (EnvoiStore               *self,
                                                   GAsyncResult             *result,
                                                   GError                  **error);

/* Copies @input into the blobs (fsynced, stored once per content). Runs on a worker.
 * @progress is called on the main thread; nullable. */
void               envoi_store_import_blob_async  (EnvoiStore               *self,
                                                   GInputStream             *input,
                                                   GFileProgressCallback     progress,
                                                   gpointer                  progress_data,
                                                   GCancellable             *cancellable,
                                                   GAsyncReadyCallback       callback,
                                                   gpointer                  user_data);
/* Returns the blob id: SHA-256, 64 hexadecimal digits. */
char              *envoi_store_import_blob_finish (EnvoiStore               *self,
                                                   GAsyncResult             *result,
                                                   guint64                  *size,
                                                   GError                  **error);
/* Thread: any */
GInputStream      *envoi_store_open_blob          (EnvoiStore               *self,
                                                   const char               *blob_id,
                                                   GError                  **error);
/* Thread: any. (nullable when the id is not well formed) */
GFile             *envoi_store_dup_blob_file      (EnvoiStore               *self,
                                                   const char               *blob_id);

/* Inserts or replaces the record by id when the row is in a state in @expected (a bit
 * per state: 1 << ENVOI_LETTER_DRAFT | ...); DRAFT among them also allows that there is
 * no row. A record with a revision must still have it. Without a manifest the stored
 * one stays, with its blobs. One fsynced commit. Signal "letter-changed" (id) follows
 * on every EnvoiStore of this folder, in other processes too. Errors: CONFLICT, NO_SPACE */
void               envoi_store_write_async        (EnvoiStore               *self,
                                                   const EnvoiLetterRecord  *record,
                                                   guint                     expected,
                                                   GCancellable             *cancellable,
                                                   GAsyncReadyCallback       callback,
                                                   gpointer                  user_data);
gboolean           envoi_store_write_finish       (EnvoiStore               *self,
                                                   GAsyncResult             *result,
                                                   GError                  **error);
/* The same; returns the number of the row as it is now. 0 with @error set. */
gint64             envoi_store_write_finish_revision (EnvoiStore        *self,
                                                   GAsyncResult         *result,
                                                   GError              **error);
/* The courier's point of no return for a letter in SENDING: durable when it returns.
 * Thread: courier (never main or store). Errors: CONFLICT, NO_SPACE */
gboolean           envoi_store_mark_handed_over_sync (EnvoiStore            *self,
                                                   const char               *letter_id,
                                                   GError                  **error);
/* The same in two steps, for letters that leave in one flight: what is begun together
 * shares a commit. A hand-over is finished (which frees it), or given back. */
typedef struct _EnvoiHandOver EnvoiHandOver;
EnvoiHandOver     *envoi_store_begin_hand_over    (EnvoiStore               *self,
                                                   const char               *letter_id);
gboolean           envoi_store_finish_hand_over_sync (EnvoiStore            *self,
                                                   EnvoiHandOver            *hand_over,
                                                   GError                  **error);
void               envoi_hand_over_unref          (EnvoiHandOver            *self);
/* Nothing of the letter has left after all. */
void               envoi_store_withdraw_hand_over (EnvoiStore               *self,
                                                   const char               *letter_id);
/* Whole record with manifest and transcript. NULL with G_IO_ERROR_NOT_FOUND. */
void               envoi_store_load_async         (EnvoiStore               *self,
                                                   const char               *letter_id,
                                                   GCancellable             *cancellable,
                                                   GAsyncReadyCallback       callback,
                                                   gpointer                  user_data);
EnvoiLetterRecord *envoi_store_load_finish        (EnvoiStore               *self,
                                                   GAsyncResult             *result,
                                                   GError                  **error);
/* As a list has it: without manifest, blob ids and transcript. */
void               envoi_store_load_light_async   (EnvoiStore           *self,
                                                   const char           *letter_id,
                                                   GCancellable         *cancellable,
                                                   GAsyncReadyCallback   callback,
                                                   gpointer              user_data);
/* The history of a letter: one line per attempt, oldest first. */
void               envoi_store_list_attempts_async (EnvoiStore          *self,
                                                   const char           *letter_id,
                                                   GCancellable         *cancellable,
                                                   GAsyncReadyCallback   callback,
                                                   gpointer              user_data);
/* (element-type EnvoiAttemptRecord) */
GPtrArray         *envoi_store_list_attempts_finish (EnvoiStore         *self,
                                                   GAsyncResult         *result,
                                                   GError              **error);
/* Records without manifest, newest change first, whose state is in @states. @limit 0 = all. */
void               envoi_store_list_async         (EnvoiStore               *self,
                                                   guint                     states,
                                                   guint                     offset,
                                                   guint                     limit,
                                                   GCancellable             *cancellable,
                                                   GAsyncReadyCallback       callback,
                                                   gpointer                  user_data);
/* The page behind @last (borrowed for the call), however deep at the same cost. */
void               envoi_store_list_older_async   (EnvoiStore           *self,
                                                   guint                 states,
                                                   const EnvoiLetterRecord *last,
                                                   guint                 limit,
                                                   GCancellable         *cancellable,
                                                   GAsyncReadyCallback   callback,
                                                   gpointer              user_data);
/* (element-type EnvoiLetterRecord) */
GPtrArray         *envoi_store_list_finish        (EnvoiStore               *self,
                                                   GAsyncResult             *result,
                                                   GError                  **error);
/* Letters with all of @words in subject, addresses or text; newest change first.
 * @limit 0 = all. */
void               envoi_store_search_async       (EnvoiStore               *self,
                                                   const char               *words,
                                                   guint                     states,
                                                   guint                     limit,
                                                   GCancellable             *cancellable,
                                                   GAsyncReadyCallback       callback,
                                                   gpointer                  user_data);
/* (element-type EnvoiLetterRecord) */
GPtrArray         *envoi_store_search_finish      (EnvoiStore               *self,
                                                   GAsyncResult             *result,
                                                   GError                  **error);
/* The letter whose Message-ID or envelope id is the first of @keys that is known, as a list has
 * it. Errors: G_IO_ERROR_NOT_FOUND */
void               envoi_store_find_async         (EnvoiStore               *self,
                                                   const char *const        *keys,
                                                   GCancellable             *cancellable,
                                                   GAsyncReadyCallback       callback,
                                                   gpointer                  user_data);
EnvoiLetterRecord *envoi_store_find_finish        (EnvoiStore               *self,
                                                   GAsyncResult             *result,
                                                   GError                  **error);
/* The audit log: one line per attempt, oldest first; it outlives the letters. */
void               envoi_store_list_audit_async   (EnvoiStore               *self,
                                                   GCancellable             *cancellable,
                                                   GAsyncReadyCallback       callback,
                                                   gpointer                  user_data);
/* The lines before number @before, newest first. */
void               envoi_store_list_audit_older_async (EnvoiStore           *self,
                                                   gint64                    before,
                                                   guint                     limit,
                                                   GCancellable             *cancellable,
                                                   GAsyncReadyCallback       callback,
                                                   gpointer                  user_data);
/* (element-type EnvoiAuditRecord) */
GPtrArray         *envoi_store_list_audit_finish  (EnvoiStore               *self,
                                                   GAsyncResult             *result,
                                                   GError                  **error);
void               envoi_store_prune_audit        (EnvoiStore               *self,
                                                   gint64                    before);
/* How many attempts an account has made since then. */
void               envoi_store_count_attempts_async (EnvoiStore             *self,
                                                   const char               *account_id,
                                                   gint64                    since,
                                                   GCancellable             *cancellable,
                                                   GAsyncReadyCallback       callback,
                                                   gpointer                  user_data);
/* -1 = error */
gssize             envoi_store_count_attempts_finish (EnvoiStore            *self,
                                                   GAsyncResult             *result,
                                                   GError                  **error);
/* Deletes a draft, a sent or a failed letter the person threw away; then unused blobs.
 * Errors: G_IO_ERROR_NOT_FOUND, CONFLICT, NO_SPACE */
void               envoi_store_delete_async       (EnvoiStore               *self,
                                                   const char               *letter_id,
                                                   guint                     expected,
                                                   GCancellable             *cancellable,
                                                   GAsyncReadyCallback       callback,
                                                   gpointer                  user_data);
gboolean           envoi_store_delete_finish      (EnvoiStore               *self,
                                                   GAsyncResult             *result,
                                                   GError                  **error);

G_END_DECLS
