/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-ui"

#include "config.h"

#include "envoi-attacher.h"

#include "envoi-shrink.h"

#include "envoi-message-error.h"
#include "envoi-problem.h"

#include <glib/gi18n.h>

/**
 * EnvoiAttachJob:
 *
 * One file that is being copied into the store.
 *
 * Thread: main
 */
struct _EnvoiAttachJob {
  GObject parent_instance;

  EnvoiAttacher *attacher;      /* kept by the call in flight */
  char          *name;
  char          *content_id;    /* nullable */
  GFile         *file;          /* nullable */
  GPtrArray     *sources;       /* nullable: of EnvoiAttachment, to be packed */
  double fraction;
  gboolean is_inline;
  GCancellable  *cancellable;
};

G_DEFINE_FINAL_TYPE (EnvoiAttachJob, envoi_attach_job, G_TYPE_OBJECT)

enum {
  JOB_PROP_0,
  JOB_PROP_NAME,
  JOB_PROP_FRACTION,
  N_JOB_PROPS,
};

static GParamSpec *job_properties[N_JOB_PROPS];

/**
 * EnvoiAttacher:
 *
 * Copies what is attached into the store, beside the window's work, and adds it
 * to the draft when it is whole. What is wrong with a file is said at once.
 *
 * Thread: main
 */
struct _EnvoiAttacher {
  GObject parent_instance;

  EnvoiService *service;
  EnvoiDraft   *draft;
  GListStore   *jobs;
};

G_DEFINE_FINAL_TYPE (EnvoiAttacher, envoi_attacher, G_TYPE_OBJECT)

enum {
  ATTACHED,
  FAILED,
  NOTED,
  FOLDER,
  COMPRESSED,
  SHRUNK,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

static void
envoi_attach_job_get_property (GObject    *object,
                               guint       property_id,
                               GValue     *value,
                               GParamSpec *pspec)
{
  EnvoiAttachJob *self = ENVOI_ATTACH_JOB (object);

  switch (property_id) {
    case JOB_PROP_NAME:
      g_value_set_string (value, self->name);
      break;
    case JOB_PROP_FRACTION:
      g_value_set_double (value, self->fraction);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
  }
}

static void
envoi_attach_job_finalize (GObject *object)
{
  EnvoiAttachJob *self = ENVOI_ATTACH_JOB (object);

  g_clear_object (&self->attacher);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->file);
  g_clear_pointer (&self->sources, g_ptr_array_unref);
  g_clear_pointer (&self->name, g_free);
  g_clear_pointer (&self->content_id, g_free);

  G_OBJECT_CLASS (envoi_attach_job_parent_class)->finalize (object);
}

static void
envoi_attach_job_class_init (EnvoiAttachJobClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = envoi_attach_job_get_property;
  object_class->finalize = envoi_attach_job_finalize;

  job_properties[JOB_PROP_NAME] =
    g_param_spec_string ("name", NULL, NULL, "",
                         G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  job_properties[JOB_PROP_FRACTION] =
    g_param_spec_double ("fraction", NULL, NULL, -1, 1, -1,
                         G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_JOB_PROPS, job_properties);
}

static void
envoi_attach_job_init (EnvoiAttachJob *self)
{
  self->fraction = -1;
  self->cancellable = g_cancellable_new ();
}

const char *
envoi_attach_job_get_name (EnvoiAttachJob *self)
{
  g_return_val_if_fail (ENVOI_IS_ATTACH_JOB (self), "");

  return self->name;
}

double
envoi_attach_job_get_fraction (EnvoiAttachJob *self)
{
  g_return_val_if_fail (ENVOI_IS_ATTACH_JOB (self), -1);

  return self->fraction;
}

void
envoi_attach_job_cancel (EnvoiAttachJob *self)
{
  g_return_if_fail (ENVOI_IS_ATTACH_JOB (self));

  g_cancellable_cancel (self->cancellable);
}

static void
progress_cb (goffset  done,
             goffset  total,
             gpointer user_data)
{
  EnvoiAttachJob *job = user_data;

  job->fraction = total > 0 ? CLAMP ((double) done / (double) total, 0, 1) : -1;
  g_object_notify_by_pspec (G_OBJECT (job), job_properties[JOB_PROP_FRACTION]);
}

static EnvoiAttachJob *
start_job (EnvoiAttacher *self,
           const char    *name,
           gboolean       is_inline)
{
  EnvoiAttachJob *job = g_object_new (ENVOI_TYPE_ATTACH_JOB, NULL);

  job->attacher = g_object_ref (self);
  job->name = g_strdup (name);
  job->is_inline = is_inline;
  g_list_store_append (self->jobs, job);
  return job;
}

static void
end_job (EnvoiAttacher  *self,
         EnvoiAttachJob *job)
{
  guint position;

  if (g_list_store_find (self->jobs, job, &position))
    g_list_store_remove (self->jobs, position);
}

static void
note (EnvoiAttacher *self,
      const char    *format,
      const char    *name)
{
  g_autoptr (GString) text = g_string_new (format);

  g_string_replace (text, "%s", name, 1);
  g_signal_emit (self, signals[NOTED], 0, text->str);
}

static gboolean
is_in_draft (EnvoiAttacher   *self,
             EnvoiAttachment *attachment)
{
  GListModel *attachments = envoi_draft_get_attachments (self->draft);

  for (guint i = 0; i < g_list_model_get_n_items (attachments); i++) {
    g_autoptr (EnvoiAttachment) other = g_list_model_get_item (attachments, i);

    if (!envoi_attachment_get_is_inline (other) &&
        g_str_equal (envoi_attachment_get_blob_id (other),
                     envoi_attachment_get_blob_id (attachment)) &&
        g_str_equal (envoi_attachment_get_name (other), envoi_attachment_get_name (attachment)))
      return TRUE;
  }

  return FALSE;
}

static char *
make_content_id (void)
{
  g_autofree char *uuid = g_uuid_string_random ();

  return g_strconcat (uuid, "@envoi", NULL);
}

static void
add_inline (EnvoiAttacher   *self,
            EnvoiAttachJob  *job,
            EnvoiAttachment *file)
{
  g_autofree char *content_id = job->content_id ? g_strdup (job->content_id) : make_content_id ();
  g_autoptr (EnvoiAttachment) picture =
    envoi_attachment_new_inline (envoi_attachment_get_name (file),
                                 envoi_attachment_get_content_type (file),
                                 envoi_attachment_get_blob_id (file),
                                 envoi_attachment_get_size (file), content_id);

  envoi_draft_add_attachment (self->draft, picture);
  g_signal_emit (self, signals[ATTACHED], 0, picture);
}

static void
add_to_draft (EnvoiAttacher   *self,
              EnvoiAttachJob  *job,
              EnvoiAttachment *attachment)
{
  const char *name = envoi_attachment_get_name (attachment);

  if (job->is_inline) {
    add_inline (self, job, attachment);
    return;
  }

  if (is_in_draft (self, attachment)) {
    note (self, _("“%s” is attached already."), name);
    return;
  }

  if (envoi_attachment_get_size (attachment) == 0)
    note (self, _("“%s” is empty. It was attached as it is."), name);

  envoi_draft_add_attachment (self->draft, attachment);
  g_signal_emit (self, signals[ATTACHED], 0, attachment);
}

static gboolean
has_all (EnvoiAttacher *self,
         GPtrArray     *files)
{
  GListModel *attachments = envoi_draft_get_attachments (self->draft);
  guint n_found = 0;

  for (guint i = 0; i < g_list_model_get_n_items (attachments); i++) {
    g_autoptr (EnvoiAttachment) attachment = g_list_model_get_item (attachments, i);

    n_found += g_ptr_array_find (files, attachment, NULL);
  }

  return n_found == files->len;
}

/* What was removed while it was packed must not come back inside the archive. */
static void
tell_compressed (EnvoiAttacher   *self,
                 EnvoiAttachJob  *job,
                 EnvoiAttachment *archive)
{
  guint64 size = 0;

  for (guint i = 0; i < job->sources->len; i++)
    size += envoi_attachment_get_size (g_ptr_array_index (job->sources, i));

  if (!has_all (self, job->sources))
    g_signal_emit (self, signals[NOTED], 0,
                   _("Not compressed: an attachment was removed meanwhile."));
  else
    g_signal_emit (self, signals[COMPRESSED], 0,
                   envoi_attachment_get_size (archive) < size ? archive : NULL, job->sources);
}

/* Only now it matters what it is that cannot be attached. */
static void
did_look_cb (GObject      *source,
             GAsyncResult *result,
             gpointer      user_data)
{
  g_autoptr (EnvoiAttachJob) job = user_data;
  g_autoptr (GFileInfo) info = g_file_query_info_finish (G_FILE (source), result, NULL);

  if (info && g_file_info_get_file_type (info) == G_FILE_TYPE_DIRECTORY)
    g_signal_emit (job->attacher, signals[FOLDER], 0, job->file);
  else
    note (job->attacher, _("“%s” was not attached: it is gone or cannot be read."), job->name);
}

static void
tell_failure (EnvoiAttacher  *self,
              EnvoiAttachJob *job,
              const GError   *error)
{
  g_autoptr (EnvoiProblem) problem = NULL;

  g_signal_emit (self, signals[FAILED], 0);
  if (job->file &&
      g_error_matches (error, ENVOI_MESSAGE_ERROR, ENVOI_MESSAGE_ERROR_ATTACHMENT_UNREADABLE)) {
    g_file_query_info_async (job->file, G_FILE_ATTRIBUTE_STANDARD_TYPE, G_FILE_QUERY_INFO_NONE,
                             G_PRIORITY_DEFAULT, NULL, did_look_cb, g_object_ref (job));
    return;
  }

  problem = envoi_problem_new (error);
  g_signal_emit (self, signals[NOTED], 0, problem->title);
}

static void
finish_job (EnvoiAttachJob  *job,
            EnvoiAttachment *attachment,
            const GError    *error)
{
  EnvoiAttacher *self = job->attacher;

  /* Before the job ends: what waits for the last one looks at the draft then. */
  if (attachment && job->sources)
    tell_compressed (self, job, attachment);
  else if (attachment)
    add_to_draft (self, job, attachment);
  else if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    tell_failure (self, job, error);

  end_job (self, job);
}

static void
did_attach_file_cb (GObject      *source,
                    GAsyncResult *result,
                    gpointer      user_data)
{
  g_autoptr (EnvoiAttachJob) job = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (EnvoiAttachment) attachment =
    envoi_service_attach_finish (ENVOI_SERVICE (source), result, &error);

  finish_job (job, attachment, error);
}

static void
did_attach_bytes_cb (GObject      *source,
                     GAsyncResult *result,
                     gpointer      user_data)
{
  g_autoptr (EnvoiAttachJob) job = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (EnvoiAttachment) attachment =
    envoi_service_attach_bytes_finish (ENVOI_SERVICE (source), result, &error);

  finish_job (job, attachment, error);
}

static void
envoi_attacher_dispose (GObject *object)
{
  EnvoiAttacher *self = ENVOI_ATTACHER (object);

  g_clear_object (&self->jobs);
  g_clear_object (&self->draft);
  g_clear_object (&self->service);

  G_OBJECT_CLASS (envoi_attacher_parent_class)->dispose (object);
}

static void
envoi_attacher_class_init (EnvoiAttacherClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = envoi_attacher_dispose;

  signals[ATTACHED] = g_signal_new ("attached", ENVOI_TYPE_ATTACHER, G_SIGNAL_RUN_LAST, 0, NULL,
                                    NULL, NULL, G_TYPE_NONE, 1, ENVOI_TYPE_ATTACHMENT);
  signals[FAILED] = g_signal_new ("failed", ENVOI_TYPE_ATTACHER, G_SIGNAL_RUN_LAST, 0, NULL,
                                  NULL, NULL, G_TYPE_NONE, 0);
  signals[NOTED] = g_signal_new ("noted", ENVOI_TYPE_ATTACHER, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                 NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
  signals[FOLDER] = g_signal_new ("folder", ENVOI_TYPE_ATTACHER, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                  NULL, G_TYPE_NONE, 1, G_TYPE_FILE);
  signals[COMPRESSED] = g_signal_new ("compressed", ENVOI_TYPE_ATTACHER, G_SIGNAL_RUN_LAST, 0,
                                      NULL, NULL, NULL, G_TYPE_NONE, 2, ENVOI_TYPE_ATTACHMENT,
                                      G_TYPE_PTR_ARRAY);
  signals[SHRUNK] = g_signal_new ("shrunk", ENVOI_TYPE_ATTACHER, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                  NULL, G_TYPE_NONE, 2, G_TYPE_PTR_ARRAY, G_TYPE_PTR_ARRAY);
}

static void
envoi_attacher_init (EnvoiAttacher *self)
{
  self->jobs = g_list_store_new (ENVOI_TYPE_ATTACH_JOB);
}

EnvoiAttacher *
envoi_attacher_new (EnvoiService *service,
                    EnvoiDraft   *draft)
{
  EnvoiAttacher *self = g_object_new (ENVOI_TYPE_ATTACHER, NULL);

  self->service = g_object_ref (service);
  self->draft = g_object_ref (draft);
  return self;
}

GListModel *
envoi_attacher_get_jobs (EnvoiAttacher *self)
{
  g_return_val_if_fail (ENVOI_IS_ATTACHER (self), NULL);

  return G_LIST_MODEL (self->jobs);
}

void
envoi_attacher_add_file (EnvoiAttacher *self,
                         GFile         *file,
                         gboolean       is_inline)
{
  g_autofree char *name = NULL;
  EnvoiAttachJob *job;

  g_return_if_fail (ENVOI_IS_ATTACHER (self));

  name = g_file_get_basename (file);
  job = start_job (self, name ? name : "", is_inline);
  job->file = g_object_ref (file);
  envoi_service_attach_async (self->service, file, progress_cb, job, job->cancellable,
                              did_attach_file_cb, job);
}

void
envoi_attacher_add_folder (EnvoiAttacher *self,
                           GFile         *folder)
{
  g_autofree char *name = NULL;
  EnvoiAttachJob *job;

  g_return_if_fail (ENVOI_IS_ATTACHER (self));

  name = g_file_get_basename (folder);
  job = start_job (self, name ? name : "", FALSE);
  envoi_service_attach_folder_async (self->service, folder, job->cancellable, did_attach_file_cb,
                                     job);
}

static gboolean
is_compressing (EnvoiAttacher *self)
{
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->jobs)); i++) {
    g_autoptr (EnvoiAttachJob) job = g_list_model_get_item (G_LIST_MODEL (self->jobs), i);

    if (job->sources)
      return TRUE;
  }

  return FALSE;
}

void
envoi_attacher_compress (EnvoiAttacher *self,
                         GPtrArray     *files,
                         const char    *name)
{
  EnvoiAttachJob *job;

  g_return_if_fail (ENVOI_IS_ATTACHER (self));

  if (is_compressing (self))
    return;

  job = start_job (self, name, FALSE);
  job->sources = g_ptr_array_ref (files);
  envoi_service_compress_async (self->service, files, name, progress_cb, job, job->cancellable,
                                did_attach_file_cb, job);
}

static void
tell_shrunk (EnvoiAttacher  *self,
             EnvoiAttachJob *job,
             GPtrArray      *made)
{
  g_autoptr (GPtrArray) before = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GPtrArray) after = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < made->len; i++) {
    EnvoiAttachment *picture = g_ptr_array_index (job->sources, i);

    if (picture == g_ptr_array_index (made, i))
      continue;
    g_ptr_array_add (before, g_object_ref (picture));
    g_ptr_array_add (after, g_object_ref (g_ptr_array_index (made, i)));
  }

  if (has_all (self, before))
    g_signal_emit (self, signals[SHRUNK], 0, before, after);
  else
    g_signal_emit (self, signals[NOTED], 0,
                   _("Not compressed: an attachment was removed meanwhile."));
}

static void
did_shrink_cb (GObject      *source,
               GAsyncResult *result,
               gpointer      user_data)
{
  g_autoptr (EnvoiAttachJob) job = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) made = envoi_shrink_pictures_finish (result, &error);

  if (made)
    tell_shrunk (job->attacher, job, made);
  else if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    tell_failure (job->attacher, job, error);

  end_job (job->attacher, job);
}

void
envoi_attacher_shrink (EnvoiAttacher *self,
                       GPtrArray     *pictures)
{
  EnvoiAttachJob *job;

  g_return_if_fail (ENVOI_IS_ATTACHER (self));

  if (is_compressing (self))
    return;

  job = start_job (self, _("Pictures"), FALSE);
  job->sources = g_ptr_array_ref (pictures);
  envoi_shrink_pictures_async (self->service, pictures, progress_cb, job, job->cancellable,
                               did_shrink_cb, job);
}

static const char *
get_picture_name (const char *content_type)
{
  if (g_strcmp0 (content_type, "image/jpeg") == 0)
    return "picture.jpg";
  if (g_strcmp0 (content_type, "image/gif") == 0)
    return "picture.gif";
  if (g_strcmp0 (content_type, "image/webp") == 0)
    return "picture.webp";

  return "picture.png";
}

void
envoi_attacher_add_picture (EnvoiAttacher *self,
                            GBytes        *bytes,
                            const char    *content_type,
                            const char    *content_id)
{
  const char *name = get_picture_name (content_type);
  EnvoiAttachJob *job;

  g_return_if_fail (ENVOI_IS_ATTACHER (self));

  job = start_job (self, name, TRUE);
  job->content_id = g_strdup (content_id);
  envoi_service_attach_bytes_async (self->service, bytes, name, content_type, job->cancellable,
                                    did_attach_bytes_cb, job);
}

GInputStream *
envoi_attacher_open (EnvoiAttacher  *self,
                     const char     *content_id,
                     char          **content_type)
{
  GListModel *attachments;

  g_return_val_if_fail (ENVOI_IS_ATTACHER (self), NULL);

  attachments = envoi_draft_get_attachments (self->draft);
  for (guint i = 0; i < g_list_model_get_n_items (attachments); i++) {
    g_autoptr (EnvoiAttachment) attachment = g_list_model_get_item (attachments, i);

    if (g_strcmp0 (envoi_attachment_get_content_id (attachment), content_id) == 0) {
      *content_type = g_strdup (envoi_attachment_get_content_type (attachment));
      return envoi_attacher_open_attachment (self, attachment);
    }
  }

  return NULL;
}

GInputStream *
envoi_attacher_open_attachment (EnvoiAttacher   *self,
                                EnvoiAttachment *attachment)
{
  g_return_val_if_fail (ENVOI_IS_ATTACHER (self), NULL);

  return envoi_store_open_blob (envoi_service_get_store (self->service),
                                envoi_attachment_get_blob_id (attachment), NULL);
}
