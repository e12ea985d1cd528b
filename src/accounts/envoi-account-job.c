/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-accounts"

#include "config.h"

#include "envoi-account-job-private.h"

struct _EnvoiAccountJob {
  EnvoiAccountJobKind kind;
  char *path;
  char *last_good_text;         /* nullable */
  EnvoiAccountRecord *record;   /* nullable */
  char **ids;                   /* nullable */
};

/**
 * envoi_account_job_new:
 * @kind: what to do
 * @file: the account file
 * @last_good_text: (nullable): stands in for a file that got damaged meanwhile
 * @account: (nullable): which one it is about; its settings are taken now
 * @ids: (nullable): for an order: accounts, the first one first
 *
 * Returns: (transfer full): the job
 *
 * Thread: main
 */
EnvoiAccountJob *
envoi_account_job_new (EnvoiAccountJobKind  kind,
                       GFile               *file,
                       const char          *last_good_text,
                       EnvoiAccount        *account,
                       const char *const   *ids)
{
  EnvoiAccountJob *self = g_new0 (EnvoiAccountJob, 1);

  self->kind = kind;
  self->path = g_file_get_path (file);
  self->last_good_text = g_strdup (last_good_text);
  self->record = account ? envoi_account_record_new (account) : NULL;
  self->ids = g_strdupv ((char **) ids);
  return self;
}

/**
 * envoi_account_job_free:
 * @self: (transfer full): a job
 *
 * Thread: any
 */
void
envoi_account_job_free (EnvoiAccountJob *self)
{
  g_free (self->path);
  g_free (self->last_good_text);
  g_clear_pointer (&self->record, envoi_account_record_free);
  g_strfreev (self->ids);
  g_free (self);
}

/**
 * envoi_account_job_run_sync:
 * @self: a job
 * @error: where an error goes
 *
 * Errors: those of the file system; the file is as it was then.
 *
 * Returns: (transfer full): what the file says now, or %NULL with @error set
 *
 * Thread: worker
 */
EnvoiAccountFile *
envoi_account_job_run_sync (EnvoiAccountJob  *self,
                            GError          **error)
{
  switch (self->kind) {
    case ENVOI_ACCOUNT_JOB_LOAD:
      return envoi_account_file_load_sync (self->path, error);
    case ENVOI_ACCOUNT_JOB_PUT:
      return envoi_account_file_put_sync (self->path, self->last_good_text, self->record, error);
    case ENVOI_ACCOUNT_JOB_REMOVE:
      return envoi_account_file_remove_sync (self->path, self->last_good_text, self->record->id,
                                             error);
    case ENVOI_ACCOUNT_JOB_ARRANGE:
      return envoi_account_file_arrange_sync (self->path, (const char *const *) self->ids, error);
    default:
      g_assert_not_reached ();
  }
}
