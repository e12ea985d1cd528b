/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "envoi-service.h"

G_BEGIN_DECLS

typedef enum {
  ENVOI_SAVE_CLEAN,     /* what is stored is what is there */
  ENVOI_SAVE_PENDING,   /* changed; will be saved by itself */
  ENVOI_SAVE_SAVING,
  ENVOI_SAVE_FAILED,    /* changed; tried again by itself */
} EnvoiSaveState;

#define ENVOI_TYPE_DRAFT_SAVER (envoi_draft_saver_get_type ())

/* Keeps a draft safe while it is written. Property "state" (read-only).
 * Thread: main */
G_DECLARE_FINAL_TYPE (EnvoiDraftSaver, envoi_draft_saver, ENVOI, DRAFT_SAVER, GObject)

EnvoiDraftSaver *envoi_draft_saver_new          (EnvoiService         *service,
                                                 EnvoiDraft           *draft);
EnvoiSaveState   envoi_draft_saver_get_state    (EnvoiDraftSaver      *self);
/* Why the last save failed. (nullable) */
const GError    *envoi_draft_saver_get_error    (EnvoiDraftSaver      *self);
/* Finishes when all that was changed until now is stored; an empty draft is taken away. */
void             envoi_draft_saver_flush_async  (EnvoiDraftSaver      *self,
                                                 GCancellable         *cancellable,
                                                 GAsyncReadyCallback   callback,
                                                 gpointer              user_data);
gboolean         envoi_draft_saver_flush_finish (EnvoiDraftSaver      *self,
                                                 GAsyncResult         *result,
                                                 GError              **error);
/* While a letter is being sent nobody else may write it. */
void             envoi_draft_saver_pause        (EnvoiDraftSaver      *self,
                                                 gboolean              is_paused);

G_END_DECLS
