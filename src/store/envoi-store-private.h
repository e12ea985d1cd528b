/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "envoi-store.h"

#include "envoi-store-thread-private.h"

G_BEGIN_DECLS

struct _EnvoiStore {
  GObject parent_instance;

  /* Construct-only */
  GFile *folder;

  /* Owned */
  EnvoiStoreThread *thread;
  GFileMonitor *monitor;
  char *notice;

  /* State */
  gint64 seen_revision;
  gboolean is_looking;      /* a look for changes is queued */
  gboolean lacks_index;     /* of letters from before the newest version */
  guint index_id;           /* an idle source */
};

/* One call on its way through the store thread. */
typedef struct {
  GTask *task;                  /* NULL for those the store makes for itself */
  EnvoiStore *store;
  char *letter_id;
  char *account_id;
  char *words;
  EnvoiLetterRecord *record;
  guint states;
  guint offset;
  guint limit;
  gboolean is_whole;
  gboolean has_more;            /* letters wait for the newest index */
  gint64 revision;
  gint64 before;
  gint64 since;
  gssize n_counted;
  char *notice;
  GPtrArray *rows;
} EnvoiStoreRequest;

EnvoiStoreRequest *envoi_store_request_new  (EnvoiStore          *self,
                                             GCancellable        *cancellable,
                                             GAsyncReadyCallback  callback,
                                             gpointer             user_data);
EnvoiStoreRequest *envoi_store_request_new_own (EnvoiStore       *self);
void               envoi_store_request_free (EnvoiStoreRequest   *request);
void               envoi_store_request_push (EnvoiStoreRequest   *request,
                                             gboolean             is_write,
                                             EnvoiStoreWorkFunc   work,
                                             EnvoiStoreDoneFunc   done);
gboolean           envoi_store_check_open   (EnvoiDatabase      **database,
                                             GError             **error);

gboolean           envoi_store_work_nothing (EnvoiDatabase      **database,
                                             gpointer             data,
                                             GError             **error);

/* Main thread; @letter_id was written as change number @revision by this store. */
void               envoi_store_note_own_change (EnvoiStore       *self,
                                             const char          *letter_id,
                                             gint64               revision);
/* @blob_ids: (transfer full) (nullable): NULL = all */
void               envoi_store_collect_blobs (EnvoiStore         *self,
                                             char               **blob_ids);
gboolean           envoi_store_make_folders (EnvoiStore          *self,
                                             GError             **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EnvoiStoreRequest, envoi_store_request_free)

G_END_DECLS
