/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "envoi-outbox.h"

#include "envoi-folder-list-private.h"
#include "envoi-letter-private.h"
#include "envoi-schedule-private.h"
#include "envoi-sender-lock-private.h"

G_BEGIN_DECLS

/* A hold that is further away is a letter "scheduled", a nearer one "going out". */
#define ENVOI_SCHEDULED_FROM (2 * 60 * G_USEC_PER_SEC)

typedef struct _EnvoiRun EnvoiRun;

struct _EnvoiOutbox {
  GObject parent_instance;

  /* Construct-only */
  EnvoiStore *store;
  EnvoiDeliverer *deliverer;
  EnvoiClock *clock;
  EnvoiRandom *random;
  GFile *lock_file;
  GNetworkMonitor *network;

  /* Owned */
  EnvoiSenderLock *lock;
  EnvoiSchedule *schedule;
  EnvoiFolderList *folders[ENVOI_N_FOLDERS];
  GHashTable *letters;        /* id -> EnvoiLetter */
  GHashTable *aside;          /* ids of letters that are in no folder */
  GHashTable *runs;           /* id -> EnvoiRun */
  GHashTable *writes;         /* id -> OpenWrites, see envoi-outbox-letters.c */
  GTask *start_task;
  GTask *stop_task;

  /* State */
  guint wake_id;              /* of the clock */
  gint64 wake_at;
  guint dispatch_id;          /* an idle source */
  guint n_settling;           /* letters a crash left, being written */
  gint64 settle_at;           /* 0 = all are settled */
  gboolean may_send;
  gboolean is_sender;
  gboolean is_started;
  gboolean is_stopping;
  gboolean was_online;
  gboolean is_asleep;
};

/* envoi-outbox-letters.c: the letters as the store holds them. */

typedef void (*EnvoiOutboxWrittenFunc) (EnvoiOutbox  *self,
                                        const char   *letter_id,
                                        const GError *error,
                                        gpointer      user_data);

/* (transfer full) @record; a newer one that is known already stays. */
void     envoi_outbox_adopt           (EnvoiOutbox              *self,
                                       EnvoiLetterRecord        *record,
                                       gboolean                  is_news);
void     envoi_outbox_forget          (EnvoiOutbox              *self,
                                       const char               *letter_id);
/* (transfer full) @record; adopted before @written is called, nullable. */
void     envoi_outbox_write           (EnvoiOutbox              *self,
                                       EnvoiLetterRecord        *record,
                                       guint                     expected,
                                       EnvoiOutboxWrittenFunc    written,
                                       gpointer                  user_data);
void     envoi_outbox_reload          (EnvoiOutbox              *self,
                                       const char               *letter_id);
void     envoi_outbox_letter_changed_cb (EnvoiStore             *store,
                                       const char               *letter_id,
                                       EnvoiOutbox              *self);
void     envoi_outbox_sort_scheduled  (EnvoiOutbox              *self);
gint64   envoi_outbox_get_next_sorting (EnvoiOutbox             *self);

/* envoi-outbox-sender.c: what only the sender does. */

void     envoi_outbox_take_lock       (EnvoiOutbox              *self);
void     envoi_outbox_queue_dispatch  (EnvoiOutbox              *self);
void     envoi_outbox_plan            (EnvoiOutbox              *self,
                                       EnvoiLetter              *letter);
void     envoi_outbox_retry_offline   (EnvoiOutbox              *self);
void     envoi_outbox_run_ended       (EnvoiOutbox              *self,
                                       EnvoiRun                 *run,
                                       gboolean                  was_sent);
void     envoi_outbox_finish_stop     (EnvoiOutbox              *self);

/* envoi-outbox-actions.c: (transfer full) @task, of envoi_outbox_act_async(). */

void     envoi_outbox_act_again       (GTask                    *task);

/* envoi-run.c: one attempt. */

EnvoiRun *envoi_run_ref               (EnvoiRun                 *self);
void     envoi_run_unref              (EnvoiRun                 *self);
void     envoi_run_start              (EnvoiOutbox              *outbox,
                                       EnvoiLetter              *letter);
const char *envoi_run_get_letter_id   (EnvoiRun                 *self);
const char *envoi_run_get_account_id  (EnvoiRun                 *self);
/* FALSE: too late, the letter is past the point of no return. */
gboolean envoi_run_stop               (EnvoiRun                 *self);
/* @task is returned when the attempt has ended; FALSE: too late, @task is untouched. */
gboolean envoi_run_take_back          (EnvoiRun                 *self,
                                       GBytes                   *draft_manifest,
                                       GTask                    *task);

/* envoi-outcome.c: pure. */

void     envoi_outcome_apply          (EnvoiLetterRecord        *record,
                                       const EnvoiDeliveryOutcome *outcome,
                                       gboolean                  was_handed_over,
                                       gint64                    now,
                                       double                    jitter);
void     envoi_outcome_recover        (EnvoiLetterRecord        *record,
                                       gint64                    now);
void     envoi_outcome_make_draft     (EnvoiLetterRecord        *record,
                                       GBytes                   *draft_manifest,
                                       gboolean                  is_cancel);
gboolean envoi_outcome_queue_again    (EnvoiLetterRecord        *record,
                                       gint64                    now);
gboolean envoi_outcome_queue_rest     (EnvoiLetterRecord        *record,
                                       gint64                    now);
GPtrArray *envoi_outcome_list_tried   (const EnvoiLetterRecord  *record);
gboolean envoi_outcome_split          (EnvoiLetterRecord        *record,
                                       guint                     most);
/* envoi-outbox-report.c */
guint    envoi_outcome_apply_report   (EnvoiLetterRecord        *record,
                                       const GPtrArray          *news);
gboolean envoi_outcome_is_open        (const EnvoiRecipientRecord *recipient);

G_END_DECLS
