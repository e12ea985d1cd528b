/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "envoi-account-file-private.h"
#include "envoi-account.h"

G_BEGIN_DECLS

typedef enum {
  ENVOI_ACCOUNT_JOB_LOAD,
  ENVOI_ACCOUNT_JOB_PUT,
  ENVOI_ACCOUNT_JOB_REMOVE,
  ENVOI_ACCOUNT_JOB_ARRANGE,
} EnvoiAccountJobKind;

/* One piece of work on the account file: made on the main thread, run by the worker. */
typedef struct _EnvoiAccountJob EnvoiAccountJob;

EnvoiAccountJob  *envoi_account_job_new      (EnvoiAccountJobKind     kind,
                                              GFile                  *file,
                                              const char             *last_good_text,
                                              EnvoiAccount           *account,
                                              const char *const      *ids);
void              envoi_account_job_free     (EnvoiAccountJob        *self);
EnvoiAccountFile *envoi_account_job_run_sync (EnvoiAccountJob        *self,
                                              GError                **error);

G_END_DECLS
