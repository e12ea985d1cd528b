/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>
#include "envoi-clock.h"
#include "envoi-random.h"
#include "envoi-store.h"
#include "envoi-deliverer.h"
#include "envoi-letter.h"
#include "envoi-search-hit.h"

G_BEGIN_DECLS

#define ENVOI_TYPE_OUTBOX (envoi_outbox_get_type ())

typedef enum {
  ENVOI_FOLDER_DRAFTS,      /* DRAFT, no template */
  ENVOI_FOLDER_OUTBOX,      /* QUEUED within its undo time or due, SENDING, WAITING */
  ENVOI_FOLDER_ATTENTION,   /* FAILED, UNKNOWN, and SENT with a refused recipient not yet dismissed */
  ENVOI_FOLDER_SCHEDULED,   /* QUEUED with a hold over two minutes away */
  ENVOI_FOLDER_SENT,        /* SENT */
  ENVOI_FOLDER_TEMPLATES,   /* DRAFT, to begin letters from */
  ENVOI_N_FOLDERS,
} EnvoiFolder;

/* The one state machine of letters. Only the process that holds the sender lock
 * ("is-sender") moves letters to SENDING; others write and wake it.
 * Signal "settled" (EnvoiLetter, old state, new state) after each durable change; "planned" when
 * all that is due has been started, so that the others' waits are known. Thread: main */
G_DECLARE_FINAL_TYPE (EnvoiOutbox, envoi_outbox, ENVOI, OUTBOX, GObject)

/* @lock_file: flock'ed while this process is the sender. */
EnvoiOutbox *envoi_outbox_new             (EnvoiStore           *store,
                                           EnvoiDeliverer       *deliverer,
                                           EnvoiClock           *clock,
                                           EnvoiRandom          *random,
                                           GFile                *lock_file);
/* Loads the letters, takes the lock if it is free (@may_send), settles what a crash
 * left in SENDING (UNKNOWN when handed over, else WAITING) and starts the schedule.
 * When another process holds the lock, it is taken over as soon as it is released. */
void         envoi_outbox_start_async     (EnvoiOutbox          *self,
                                           gboolean              may_send,
                                           GCancellable         *cancellable,
                                           GAsyncReadyCallback   callback,
                                           gpointer              user_data);
gboolean     envoi_outbox_start_finish    (EnvoiOutbox          *self,
                                           GAsyncResult         *result,
                                           GError              **error);
gboolean     envoi_outbox_is_sender       (EnvoiOutbox          *self);
/* Microseconds since the epoch; 0 or past = letters of the account are not held back. */
gint64       envoi_outbox_get_paused_until (EnvoiOutbox      *self,
                                           const char           *account_id);
/* The same for the pace that the account keeps of itself. */
gint64       envoi_outbox_get_paced_until (EnvoiOutbox          *self,
                                           const char           *account_id);
void         envoi_outbox_renew_pace      (EnvoiOutbox          *self,
                                           const char           *account_id);
/* (transfer none): GListModel of EnvoiLetter, newest first. */
GListModel  *envoi_outbox_get_folder      (EnvoiOutbox          *self,
                                           EnvoiFolder           folder);
/* FALSE: the letter is not in the folder. */
gboolean     envoi_outbox_find_position   (EnvoiOutbox          *self,
                                           EnvoiFolder           folder,
                                           EnvoiLetter          *letter,
                                           guint                *position);
/* In no folder and not found, while its deletion can be undone. */
void         envoi_outbox_set_aside       (EnvoiOutbox          *self,
                                           const char           *letter_id,
                                           gboolean              is_aside);
/* (nullable, transfer none) */
EnvoiLetter *envoi_outbox_find            (EnvoiOutbox          *self,
                                           const char           *letter_id);
/* Letters of every folder with all of @words in subject, addresses or text, the newest change
 * first, @limit at most. */
void         envoi_outbox_search_async    (EnvoiOutbox          *self,
                                           const char           *words,
                                           guint                 limit,
                                           GCancellable         *cancellable,
                                           GAsyncReadyCallback   callback,
                                           gpointer              user_data);
/* (element-type EnvoiSearchHit) (transfer full) */
GListModel  *envoi_outbox_search_finish   (EnvoiOutbox          *self,
                                           GAsyncResult         *result,
                                           GError              **error);
/* Writes a draft row (state DRAFT). Errors: as envoi_store_write_async() */
void         envoi_outbox_save_draft_async  (EnvoiOutbox              *self,
                                           const EnvoiLetterRecord  *record,
                                           GCancellable             *cancellable,
                                           GAsyncReadyCallback       callback,
                                           gpointer                  user_data);
gboolean     envoi_outbox_save_draft_finish (EnvoiOutbox          *self,
                                           GAsyncResult         *result,
                                           GError              **error);
/* The durable Send: the sealed @record goes DRAFT (or absent) -> QUEUED with its
 * hold_until in one fsynced commit; finished = durable. Errors: CONFLICT, NO_SPACE */
void         envoi_outbox_submit_async    (EnvoiOutbox              *self,
                                           const EnvoiLetterRecord  *record,
                                           GCancellable             *cancellable,
                                           GAsyncReadyCallback       callback,
                                           gpointer                  user_data);
gboolean     envoi_outbox_submit_finish   (EnvoiOutbox          *self,
                                           GAsyncResult         *result,
                                           GError              **error);
typedef enum {
  ENVOI_OUTBOX_SEND_NOW,     /* QUEUED|WAITING: due at once; FAILED|UNKNOWN: queued again */
  ENVOI_OUTBOX_EDIT,         /* QUEUED|WAITING|FAILED|UNKNOWN -> DRAFT; @draft_manifest replaces the sealed one */
  ENVOI_OUTBOX_CANCEL,       /* as EDIT, marked cancelled; SENDING before the hand-over: stopped first */
  ENVOI_OUTBOX_DISMISS,      /* UNKNOWN -> SENT by the person's word "It Arrived"; hides refused recipients */
  ENVOI_OUTBOX_SEND_IN_PARTS, /* by envoi_outbox_send_in_parts_async() */
  ENVOI_OUTBOX_DELETE,       /* DRAFT, SENT, FAILED, UNKNOWN: away for good */
} EnvoiOutboxAction;
/* @draft_manifest: nullable, only for EDIT and CANCEL. Errors: CONFLICT (too late), NO_SPACE, NOT_FOUND */
void         envoi_outbox_act_async       (EnvoiOutbox          *self,
                                           const char           *letter_id,
                                           EnvoiOutboxAction     action,
                                           GBytes               *draft_manifest,
                                           GCancellable         *cancellable,
                                           GAsyncReadyCallback   callback,
                                           gpointer              user_data);
/* WAITING|FAILED: queued again, to a part of the recipients at a time. @most: recipients that
 * the server is said to take, 0 = not known. Errors: CONFLICT (it cannot be divided), NO_SPACE */
void         envoi_outbox_send_in_parts_async (EnvoiOutbox       *self,
                                           const char           *letter_id,
                                           guint                 most,
                                           GCancellable         *cancellable,
                                           GAsyncReadyCallback   callback,
                                           gpointer              user_data);
gboolean     envoi_outbox_act_finish      (EnvoiOutbox          *self,
                                           GAsyncResult         *result,
                                           GError              **error);
/* What a bounce or receipt says of recipients of a letter: @news of EnvoiRecipientRecord.
 * Errors: CONFLICT (it is going out), NOT_FOUND, NO_SPACE */
void         envoi_outbox_report_async    (EnvoiOutbox          *self,
                                           const char           *letter_id,
                                           GPtrArray            *news,
                                           GAsyncReadyCallback   callback,
                                           gpointer              user_data);
/* How many recipients were marked, -1 with @error set. */
int          envoi_outbox_report_finish   (EnvoiOutbox          *self,
                                           GAsyncResult         *result,
                                           GError              **error);
/* The computer is about to sleep: nothing begins, and what the server does not have yet is
 * stopped and goes on after waking up. */
void         envoi_outbox_set_asleep      (EnvoiOutbox          *self,
                                           gboolean              is_asleep);
/* Every waiting letter is due now, without its back-off. */
void         envoi_outbox_flush           (EnvoiOutbox          *self);
/* Stops the schedule, cancels what can still be stopped, waits for the rest, frees the lock. */
void         envoi_outbox_stop_async      (EnvoiOutbox          *self,
                                           GCancellable         *cancellable,
                                           GAsyncReadyCallback   callback,
                                           gpointer              user_data);
gboolean     envoi_outbox_stop_finish     (EnvoiOutbox          *self,
                                           GAsyncResult         *result,
                                           GError              **error);

G_END_DECLS
