/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-app"

#include "config.h"

#include "envoi-service-contacts.h"
#include "envoi-service-private.h"

#include "envoi-desktop-contacts.h"
#include "envoi-group.h"
#include "envoi-message-error.h"
#include "envoi-vcard.h"

#include <glib/gi18n.h>
#include <string.h>

/* People from an address book that was imported: one "Name <mailbox>" a line, in a
 * file of ours. The address book itself is not kept. */

#define FILE_NAME "contacts"
#define MAX_BOOK (64 * 1024 * 1024)
#define FRESH_TIME (10 * 60 * G_USEC_PER_SEC)

typedef struct {
  GFile *book;        /* NULL: only what is kept is read */
  GFile *kept;
  char **people;
  guint n_new;
} Import;

static void
import_free (Import *import)
{
  g_clear_object (&import->book);
  g_clear_object (&import->kept);
  g_strfreev (import->people);
  g_free (import);
}

static GFile *
get_file (EnvoiService *self)
{
  return g_file_get_child (self->data_folder, FILE_NAME);
}

static char **
read_kept (GFile         *file,
           GCancellable  *cancellable,
           GError       **error)
{
  g_autofree char *text = NULL;
  g_autoptr (GError) local = NULL;

  if (!g_file_load_contents (file, cancellable, &text, NULL, NULL, &local)) {
    if (g_error_matches (local, G_IO_ERROR, G_IO_ERROR_NOT_FOUND))
      return g_new0 (char *, 1);
    g_propagate_error (error, g_steal_pointer (&local));
    return NULL;
  }

  g_strchomp (text);
  return *text != '\0' ? g_strsplit (text, "\n", -1) : g_new0 (char *, 1);
}

static char **
read_book (GFile         *file,
           GCancellable  *cancellable,
           GError       **error)
{
  g_autoptr (GFileInfo) info =
    g_file_query_info (file, G_FILE_ATTRIBUTE_STANDARD_SIZE "," G_FILE_ATTRIBUTE_STANDARD_TYPE ","
                       G_FILE_ATTRIBUTE_STANDARD_DISPLAY_NAME, G_FILE_QUERY_INFO_NONE,
                       cancellable, error);
  g_autofree char *bytes = NULL;
  char **people;
  gsize length;

  if (!info)
    return NULL;
  /* Opening a pipe would wait for somebody to write to it. */
  if (g_file_info_get_file_type (info) != G_FILE_TYPE_REGULAR) {
    g_set_error (error, ENVOI_MESSAGE_ERROR, ENVOI_MESSAGE_ERROR_REFUSED_INPUT,
                 _("%s is not a file."), g_file_info_get_display_name (info));
    return NULL;
  }
  if (g_file_info_get_size (info) > MAX_BOOK) {
    g_set_error_literal (error, ENVOI_MESSAGE_ERROR, ENVOI_MESSAGE_ERROR_TOO_LARGE,
                         _("The address book is too large."));
    return NULL;
  }
  if (!g_file_load_contents (file, cancellable, &bytes, &length, NULL, error))
    return NULL;

  people = envoi_vcard_list_people (bytes, length);
  if (people[0])
    return people;

  g_strfreev (people);
  g_set_error_literal (error, ENVOI_MESSAGE_ERROR, ENVOI_MESSAGE_ERROR_REFUSED_INPUT,
                       _("The file has no contacts with an e-mail address."));
  return NULL;
}

/* Two lines with the same key are about the same mailbox, or the same group. */
static char *
dup_key (const char *line)
{
  const char *angle = strrchr (line, '<');
  char *group = envoi_group_dup_name (line);

  return group ? group : g_strdup (angle ? angle : line);
}

/* The book wins: it is the newer word on somebody's name. */
static char **
merge (char  **book,
       char  **kept,
       guint  *n_new)
{
  g_autoptr (GHashTable) before = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GStrvBuilder) people = g_strv_builder_new ();
  char **lists[] = { book, kept };

  for (guint i = 0; kept[i]; i++)
    g_hash_table_add (before, dup_key (kept[i]));

  for (guint i = 0; i < G_N_ELEMENTS (lists); i++) {
    for (guint j = 0; lists[i][j]; j++) {
      g_autofree char *key = dup_key (lists[i][j]);

      if (!g_hash_table_add (seen, g_strdup (key)))
        continue;
      g_strv_builder_add (people, lists[i][j]);
      *n_new += !g_hash_table_contains (before, key);
    }
  }

  return g_strv_builder_end (people);
}

static gboolean
write_kept (GFile         *file,
            char         **people,
            GCancellable  *cancellable,
            GError       **error)
{
  g_autofree char *joined = g_strjoinv ("\n", people);
  g_autofree char *text = g_strconcat (joined, "\n", NULL);

  return g_file_replace_contents (file, text, strlen (text), NULL, FALSE,
                                  G_FILE_CREATE_PRIVATE | G_FILE_CREATE_REPLACE_DESTINATION, NULL,
                                  cancellable, error);
}

static gboolean
import (Import        *work,
        GCancellable  *cancellable,
        GError       **error)
{
  g_auto (GStrv) book = NULL;
  g_auto (GStrv) kept = read_kept (work->kept, cancellable, error);

  if (!kept)
    return FALSE;
  if (!work->book) {
    work->people = g_steal_pointer (&kept);
    return TRUE;
  }

  book = read_book (work->book, cancellable, error);
  if (!book)
    return FALSE;

  work->people = merge (book, kept, &work->n_new);
  return write_kept (work->kept, work->people, cancellable, error);
}

static void
import_in_thread (GTask        *task,
                  gpointer      source,
                  gpointer      data,
                  GCancellable *cancellable)
{
  GError *error = NULL;

  if (import (data, cancellable, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

/* @source: nullable: reading what is kept must not keep a service alive that stops. */
static void
start_import (EnvoiService        *source,
              GFile               *book,
              GFile               *kept,
              GCancellable        *cancellable,
              GAsyncReadyCallback  callback,
              gpointer             user_data)
{
  g_autoptr (GTask) task = g_task_new (source, cancellable, callback, user_data);
  Import *work = g_new0 (Import, 1);

  work->book = book ? g_object_ref (book) : NULL;
  work->kept = g_object_ref (kept);
  g_task_set_source_tag (task, start_import);
  g_task_set_task_data (task, work, (GDestroyNotify) import_free);
  g_task_run_in_thread (task, import_in_thread);
}

static void
take_people (EnvoiService *self,
             Import       *work)
{
  g_strfreev (self->contacts);
  self->contacts = g_steal_pointer (&work->people);
}

void
envoi_service_import_contacts_async (EnvoiService        *self,
                                     GFile               *book,
                                     GCancellable        *cancellable,
                                     GAsyncReadyCallback  callback,
                                     gpointer             user_data)
{
  g_autoptr (GFile) kept = NULL;

  g_return_if_fail (ENVOI_IS_SERVICE (self));
  g_return_if_fail (G_IS_FILE (book));

  kept = get_file (self);
  start_import (self, book, kept, cancellable, callback, user_data);
}

gboolean
envoi_service_import_contacts_finish (EnvoiService  *self,
                                      GAsyncResult  *result,
                                      guint         *n_new,
                                      GError       **error)
{
  Import *work;

  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  if (!g_task_propagate_boolean (G_TASK (result), error))
    return FALSE;

  work = g_task_get_task_data (G_TASK (result));
  take_people (self, work);
  if (n_new)
    *n_new = work->n_new;
  return TRUE;
}

static void
weak_free (GWeakRef *weak)
{
  g_weak_ref_clear (weak);
  g_free (weak);
}

static void
did_load_cb (GObject      *source,
             GAsyncResult *result,
             gpointer      user_data)
{
  GWeakRef *weak = user_data;
  g_autoptr (EnvoiService) self = g_weak_ref_get (weak);
  g_autoptr (GError) error = NULL;

  if (!g_task_propagate_boolean (G_TASK (result), &error))
    g_message ("The imported contacts were not read: %s", error->message);
  else if (self && !self->contacts)
    take_people (self, g_task_get_task_data (G_TASK (result)));
  weak_free (weak);
}

void
envoi_service_load_contacts (EnvoiService *self)
{
  g_autoptr (GFile) kept = get_file (self);
  GWeakRef *weak = g_new0 (GWeakRef, 1);

  g_weak_ref_init (weak, self);
  start_import (NULL, NULL, kept, NULL, did_load_cb, weak);
}

guint
envoi_service_count_contacts (EnvoiService *self)
{
  g_return_val_if_fail (ENVOI_IS_SERVICE (self), 0);

  return self->contacts ? g_strv_length (self->contacts) : 0;
}

static void
did_delete_cb (GObject      *source,
               GAsyncResult *result,
               gpointer      user_data)
{
  g_autoptr (GError) error = NULL;

  if (!g_file_delete_finish (G_FILE (source), result, &error))
    g_message ("The imported contacts were not removed: %s", error->message);
}

void
envoi_service_forget_contacts (EnvoiService *self)
{
  g_autoptr (GFile) file = NULL;

  g_return_if_fail (ENVOI_IS_SERVICE (self));

  file = get_file (self);
  g_clear_pointer (&self->contacts, g_strfreev);
  g_file_delete_async (file, G_PRIORITY_DEFAULT, NULL, did_delete_cb, NULL);
}

static void
got_desktop_contacts_cb (GObject      *source,
                         GAsyncResult *result,
                         gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  EnvoiService *self = g_task_get_source_object (task);
  GError *error = NULL;
  GStrv people = envoi_desktop_contacts_list_finish (result, &error);

  if (!people) {
    self->desktop_contacts_at = 0;
    g_task_return_error (task, error);
    return;
  }

  g_strfreev (self->desktop_contacts);
  self->desktop_contacts = people;
  g_task_return_boolean (task, TRUE);
}

void
envoi_service_read_desktop_contacts_async (EnvoiService        *self,
                                           GCancellable        *cancellable,
                                           GAsyncReadyCallback  callback,
                                           gpointer             user_data)
{
  g_autoptr (GTask) task = NULL;
  gint64 now = g_get_monotonic_time ();
  gboolean is_fresh;

  g_return_if_fail (ENVOI_IS_SERVICE (self));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, envoi_service_read_desktop_contacts_async);
  is_fresh = self->desktop_contacts_at != 0 && now - self->desktop_contacts_at < FRESH_TIME;
  if (is_fresh || !envoi_settings_uses_desktop_contacts (self->settings)) {
    g_task_return_boolean (task, FALSE);
    return;
  }

  self->desktop_contacts_at = now;
  envoi_desktop_contacts_list_async (cancellable, got_desktop_contacts_cb,
                                     g_steal_pointer (&task));
}

gboolean
envoi_service_read_desktop_contacts_finish (EnvoiService  *self,
                                            GAsyncResult  *result,
                                            GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
