/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-accounts"

#include "config.h"

#include "envoi-token-journal.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

/**
 * EnvoiTokenJournal:
 *
 * What is remembered of each account's sign-in. The file is written by one
 * worker, under a lock: the window and the command line may both refresh.
 *
 * Thread: main
 */
struct _EnvoiTokenJournal {
  GObject parent_instance;

  char *path;            /* nullable */
  EnvoiClock *clock;
  GThreadPool *worker;
  GHashTable *notes;     /* account id -> EnvoiTokenNote */
};

G_DEFINE_FINAL_TYPE (EnvoiTokenJournal, envoi_token_journal, G_TYPE_OBJECT)

enum {
  CHANGED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

/* One change of the file, or its reading when there is a task. */
typedef struct {
  char *path;
  char *account_id;
  EnvoiTokenNote *note;   /* nullable: the account is forgotten */
  GTask *task;            /* nullable */
} Job;

static void
note_free (gpointer data)
{
  EnvoiTokenNote *note = data;

  g_free (note->scope);
  g_free (note);
}

static EnvoiTokenNote *
note_copy (const EnvoiTokenNote *note)
{
  EnvoiTokenNote *copy = g_memdup2 (note, sizeof *note);

  copy->scope = g_strdup (note->scope);
  return copy;
}

static void
job_free (Job *job)
{
  g_free (job->path);
  g_free (job->account_id);
  g_clear_pointer (&job->note, note_free);
  g_clear_object (&job->task);
  g_free (job);
}

static EnvoiTokenNote *
parse_note (GKeyFile   *file,
            const char *account_id)
{
  EnvoiTokenNote *note = g_new0 (EnvoiTokenNote, 1);

  note->signed_in_us = MAX (0, g_key_file_get_int64 (file, account_id, "signed-in", NULL));
  note->refreshed_us = MAX (0, g_key_file_get_int64 (file, account_id, "refreshed", NULL));
  note->ends_us = MAX (0, g_key_file_get_int64 (file, account_id, "ends", NULL));
  note->scope = g_key_file_get_string (file, account_id, "scope", NULL);
  return note;
}

static GHashTable *
notes_new (void)
{
  return g_hash_table_new_full (g_str_hash, g_str_equal, g_free, note_free);
}

static GHashTable *
load_sync (const char *path)
{
  g_autoptr (GKeyFile) file = g_key_file_new ();
  g_autoptr (GError) error = NULL;
  GHashTable *notes = notes_new ();
  g_auto (GStrv) ids = NULL;

  if (!g_key_file_load_from_file (file, path, G_KEY_FILE_NONE, &error))
    g_debug ("the journal of sign-ins was not read: %s", error->message);

  ids = g_key_file_get_groups (file, NULL);
  for (guint i = 0; ids[i]; i++)
    g_hash_table_insert (notes, g_strdup (ids[i]), parse_note (file, ids[i]));

  return notes;
}

static void
write_note (GKeyFile             *file,
            const char           *account_id,
            const EnvoiTokenNote *note)
{
  g_key_file_set_int64 (file, account_id, "signed-in", note->signed_in_us);
  g_key_file_set_int64 (file, account_id, "refreshed", note->refreshed_us);
  g_key_file_set_int64 (file, account_id, "ends", note->ends_us);
  if (note->scope)
    g_key_file_set_string (file, account_id, "scope", note->scope);
  else
    g_key_file_remove_key (file, account_id, "scope", NULL);
}

/* Nobody's letter waits for this file: a failure costs a line on a page. */
static void
write_sync (const Job *job)
{
  g_autofree char *lock_path = g_strconcat (job->path, ".lock", NULL);
  g_autoptr (GKeyFile) file = g_key_file_new ();
  g_autofree char *text = NULL;
  g_autoptr (GError) error = NULL;
  int lock = g_open (lock_path, O_CREAT | O_RDWR | O_CLOEXEC, 0600);

  if (lock < 0 || flock (lock, LOCK_EX) != 0)
    g_debug ("the journal of sign-ins was not locked: %s", g_strerror (errno));

  g_key_file_load_from_file (file, job->path, G_KEY_FILE_KEEP_COMMENTS, NULL);
  if (job->note)
    write_note (file, job->account_id, job->note);
  else
    g_key_file_remove_group (file, job->account_id, NULL);

  text = g_key_file_to_data (file, NULL, NULL);
  if (!g_file_set_contents_full (job->path, text, -1, G_FILE_SET_CONTENTS_CONSISTENT, 0600, &error))
    g_debug ("the journal of sign-ins was not written: %s", error->message);
  if (lock >= 0)
    close (lock);
}

static void
run_job_cb (gpointer data,
            gpointer user_data)
{
  Job *job = data;

  if (job->task)
    g_task_return_pointer (job->task, load_sync (job->path), (GDestroyNotify) g_hash_table_unref);
  else
    write_sync (job);

  job_free (job);
}

static void
push_job (EnvoiTokenJournal    *self,
          const char           *account_id,
          const EnvoiTokenNote *note,
          GTask                *task)
{
  Job *job = g_new0 (Job, 1);

  job->path = g_strdup (self->path);
  job->account_id = g_strdup (account_id);
  job->note = note ? note_copy (note) : NULL;
  job->task = task;
  g_thread_pool_push (self->worker, job, NULL);
}

static void
envoi_token_journal_finalize (GObject *object)
{
  EnvoiTokenJournal *self = ENVOI_TOKEN_JOURNAL (object);

  /* What was noted is written: a program that ends after its letter is the usual one. */
  g_thread_pool_free (self->worker, FALSE, TRUE);
  g_clear_object (&self->clock);
  g_clear_pointer (&self->notes, g_hash_table_unref);
  g_free (self->path);

  G_OBJECT_CLASS (envoi_token_journal_parent_class)->finalize (object);
}

static void
envoi_token_journal_class_init (EnvoiTokenJournalClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = envoi_token_journal_finalize;

  signals[CHANGED] = g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                                   NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
envoi_token_journal_init (EnvoiTokenJournal *self)
{
  self->notes = notes_new ();
  self->worker = g_thread_pool_new (run_job_cb, NULL, 1, FALSE, NULL);
}

/**
 * envoi_token_journal_new:
 * @file: (nullable): where it is kept, or %NULL for this session only
 * @clock: what time it is
 *
 * Returns: (transfer full): a journal, empty until it is loaded
 *
 * Thread: main
 */
EnvoiTokenJournal *
envoi_token_journal_new (GFile      *file,
                         EnvoiClock *clock)
{
  EnvoiTokenJournal *self = g_object_new (ENVOI_TYPE_TOKEN_JOURNAL, NULL);

  self->path = file ? g_file_get_path (file) : NULL;
  self->clock = g_object_ref (clock);
  return self;
}

/**
 * envoi_token_journal_load_async:
 * @self: a journal
 * @cancellable: (nullable): ends the wait
 * @callback: called when it is done
 * @user_data: for @callback
 *
 * Reads the file. What was noted in the meantime counts for more.
 *
 * Thread: main
 */
void
envoi_token_journal_load_async (EnvoiTokenJournal   *self,
                                GCancellable        *cancellable,
                                GAsyncReadyCallback  callback,
                                gpointer             user_data)
{
  GTask *task;

  g_return_if_fail (ENVOI_IS_TOKEN_JOURNAL (self));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, envoi_token_journal_load_async);
  if (self->path) {
    push_job (self, NULL, NULL, task);
  } else {
    g_task_return_pointer (task, notes_new (), (GDestroyNotify) g_hash_table_unref);
    g_object_unref (task);
  }
}

/**
 * envoi_token_journal_load_finish:
 * @self: a journal
 * @result: what the callback got
 *
 * Thread: main
 */
void
envoi_token_journal_load_finish (EnvoiTokenJournal *self,
                                 GAsyncResult      *result)
{
  g_autoptr (GHashTable) notes = NULL;
  GHashTableIter iter;
  gpointer id;
  gpointer note;

  g_return_if_fail (g_task_is_valid (result, self));

  notes = g_task_propagate_pointer (G_TASK (result), NULL);
  if (!notes)
    return;

  g_hash_table_iter_init (&iter, notes);
  while (g_hash_table_iter_next (&iter, &id, &note)) {
    if (!g_hash_table_contains (self->notes, id))
      g_hash_table_insert (self->notes, g_strdup (id), note_copy (note));
  }
}

/* A rotated permission that says nothing of its end has an end nobody knows. */
static void
update_end (EnvoiTokenNote        *note,
            const EnvoiOAuthToken *token)
{
  if (token->refresh_expires_in_us > 0)
    note->ends_us = note->refreshed_us + token->refresh_expires_in_us;
  else if (token->refresh_token)
    note->ends_us = 0;
}

/**
 * envoi_token_journal_add:
 * @self: a journal
 * @account_id: whose token it is
 * @token: what the provider gave
 * @is_sign_in: whether the person signed in, and no refresh brought it
 *
 * Thread: main
 */
void
envoi_token_journal_add (EnvoiTokenJournal *self,
                         const char        *account_id,
                         EnvoiOAuthToken   *token,
                         gboolean           is_sign_in)
{
  EnvoiTokenNote *note;

  g_return_if_fail (ENVOI_IS_TOKEN_JOURNAL (self));
  g_return_if_fail (account_id != NULL);

  note = g_hash_table_lookup (self->notes, account_id);
  if (!note || is_sign_in) {
    note = g_new0 (EnvoiTokenNote, 1);
    g_hash_table_replace (self->notes, g_strdup (account_id), note);
  }

  note->refreshed_us = envoi_clock_get_now (self->clock);
  if (is_sign_in)
    note->signed_in_us = note->refreshed_us;
  update_end (note, token);
  /* RFC 6749 section 5.1: no scope in the answer means no change. */
  if (token->scope) {
    g_free (note->scope);
    note->scope = g_strdup (token->scope);
  }

  if (self->path)
    push_job (self, account_id, note, NULL);
  g_signal_emit (self, signals[CHANGED], 0, account_id);
}

/**
 * envoi_token_journal_forget:
 * @self: a journal
 * @account_id: whose sign-in is over
 *
 * Thread: main
 */
void
envoi_token_journal_forget (EnvoiTokenJournal *self,
                            const char        *account_id)
{
  g_autofree char *id = NULL;

  g_return_if_fail (ENVOI_IS_TOKEN_JOURNAL (self));
  g_return_if_fail (account_id != NULL);

  id = g_strdup (account_id);
  if (!g_hash_table_remove (self->notes, id))
    return;

  if (self->path)
    push_job (self, id, NULL, NULL);
  g_signal_emit (self, signals[CHANGED], 0, id);
}

/**
 * envoi_token_journal_get:
 * @self: a journal
 * @account_id: whose sign-in it is
 *
 * Returns: (transfer none) (nullable): what is known of it
 *
 * Thread: main
 */
const EnvoiTokenNote *
envoi_token_journal_get (EnvoiTokenJournal *self,
                         const char        *account_id)
{
  g_return_val_if_fail (ENVOI_IS_TOKEN_JOURNAL (self), NULL);

  return g_hash_table_lookup (self->notes, account_id);
}
