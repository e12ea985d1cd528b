/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-app"

#include "config.h"

#include "envoi-service-private.h"

#include "envoi-audit-line.h"

/* The audit log as a file of JSON lines. */

typedef struct {
  GFile *target;
  gboolean is_masked;
  GPtrArray *records;     /* of EnvoiAuditRecord */
} Export;

static void
export_free (Export *export)
{
  g_object_unref (export->target);
  g_clear_pointer (&export->records, g_ptr_array_unref);
  g_free (export);
}

/* worker: a file that was there before stays until the new one is whole. */
static void
export_thread (GTask        *task,
               gpointer      source,
               gpointer      data,
               GCancellable *cancellable)
{
  Export *export = data;
  g_autoptr (GString) lines = g_string_new (NULL);
  GError *error = NULL;

  for (guint i = 0; i < export->records->len; i++) {
    g_autofree char *line = envoi_audit_line_format (g_ptr_array_index (export->records, i),
                                                     export->is_masked);

    g_string_append_printf (lines, "%s\n", line);
  }

  if (g_file_replace_contents (export->target, lines->str, lines->len, NULL, FALSE,
                               G_FILE_CREATE_PRIVATE, NULL, cancellable, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static void
did_list_cb (GObject      *source,
             GAsyncResult *result,
             gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  Export *export = g_task_get_task_data (task);
  GError *error = NULL;

  export->records = envoi_store_list_audit_finish (ENVOI_STORE (source), result, &error);
  if (export->records)
    g_task_run_in_thread (task, export_thread);
  else
    g_task_return_error (task, error);
}

void
envoi_service_export_audit_async (EnvoiService        *self,
                                  GFile               *target,
                                  gboolean             is_masked,
                                  GCancellable        *cancellable,
                                  GAsyncReadyCallback  callback,
                                  gpointer             user_data)
{
  Export *export;
  GTask *task;

  g_return_if_fail (ENVOI_IS_SERVICE (self));
  g_return_if_fail (G_IS_FILE (target));

  export = g_new0 (Export, 1);
  export->target = g_object_ref (target);
  export->is_masked = is_masked;
  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, envoi_service_export_audit_async);
  g_task_set_task_data (task, export, (GDestroyNotify) export_free);
  envoi_store_list_audit_async (self->store, cancellable, did_list_cb, task);
}

gboolean
envoi_service_export_audit_finish (EnvoiService  *self,
                                   GAsyncResult  *result,
                                   GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
