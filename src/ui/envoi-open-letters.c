/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-ui"

#include "config.h"

#include "envoi-open-letters.h"

#include "envoi-composer-window.h"

#include "envoi-paths.h"

#include <string.h>

#define FILE_NAME "open-letters"

/**
 * EnvoiOpenLetters:
 *
 * A file beside the letters names those in open composers, one a line. Who
 * closes a window takes its line away; a program that was killed did not, and
 * its next run opens them again.
 *
 * Thread: main
 */
struct _EnvoiOpenLetters {
  GObject parent_instance;

  EnvoiApplication *app;         /* borrowed: it owns this */
  GFile            *file;
  guint write_source;
  gboolean is_writing;
  gboolean is_stale;             /* changed while it was written */
  gboolean is_holding;           /* the program does not end before the file is right */
};

G_DEFINE_FINAL_TYPE (EnvoiOpenLetters, envoi_open_letters, G_TYPE_OBJECT)

static void write_list (EnvoiOpenLetters *self);

static void
hold (EnvoiOpenLetters *self)
{
  if (!self->is_holding)
    g_application_hold (G_APPLICATION (self->app));
  self->is_holding = TRUE;
}

static void
release (EnvoiOpenLetters *self)
{
  if (self->is_holding && self->app)
    g_application_release (G_APPLICATION (self->app));
  self->is_holding = FALSE;
}

/* Never empty: GIO does not write nothing. */
static char *
format_list (EnvoiOpenLetters *self)
{
  GString *list = g_string_new ("\n");

  for (GList *link = gtk_application_get_windows (GTK_APPLICATION (self->app)); link;
       link = link->next) {
    if (ENVOI_IS_COMPOSER_WINDOW (link->data))
      g_string_append_printf (list, "%s\n",
                              envoi_draft_get_id (envoi_composer_window_get_draft (link->data)));
  }

  return g_string_free (list, FALSE);
}

static void
did_write_cb (GObject      *source,
              GAsyncResult *result,
              gpointer      user_data)
{
  g_autoptr (EnvoiOpenLetters) self = user_data;
  g_autoptr (GError) error = NULL;

  if (!g_file_replace_contents_finish (G_FILE (source), result, NULL, &error))
    g_message ("The list of open letters was not written: %s", error->message);

  self->is_writing = FALSE;
  if (self->is_stale)
    write_list (self);
  else if (self->write_source == 0)
    release (self);
}

static void
write_list (EnvoiOpenLetters *self)
{
  g_autofree char *list = NULL;
  g_autoptr (GBytes) bytes = NULL;

  self->is_stale = self->is_writing || !self->app;
  if (self->is_stale)
    return;

  list = format_list (self);
  bytes = g_bytes_new (list, strlen (list));
  self->is_writing = TRUE;
  g_file_replace_contents_bytes_async (self->file, bytes, NULL, FALSE,
                                       G_FILE_CREATE_PRIVATE | G_FILE_CREATE_REPLACE_DESTINATION,
                                       NULL, did_write_cb, g_object_ref (self));
}

static gboolean
write_later_cb (gpointer user_data)
{
  EnvoiOpenLetters *self = user_data;

  self->write_source = 0;
  write_list (self);
  return G_SOURCE_REMOVE;
}

/* A window that is added has no letter yet. */
static void
windows_changed_cb (EnvoiOpenLetters *self,
                    GtkWindow        *window)
{
  if (!ENVOI_IS_COMPOSER_WINDOW (window) || self->write_source != 0)
    return;

  hold (self);
  self->write_source = g_idle_add (write_later_cb, self);
}

static void
did_load_cb (GObject      *source,
             GAsyncResult *result,
             gpointer      user_data)
{
  g_autoptr (EnvoiOpenLetters) self = user_data;
  g_autoptr (EnvoiDraft) draft =
    envoi_service_load_draft_finish (ENVOI_SERVICE (source), result, NULL);

  /* A letter in which nothing was written yet was never kept; one that has been
   * sent since is no draft. */
  if (draft && self->app)
    envoi_application_open_draft (self->app, draft);
}

static void
open_again (EnvoiOpenLetters *self,
            const char       *list)
{
  EnvoiService *service = envoi_application_get_service (self->app);
  g_auto (GStrv) ids = g_strsplit (list, "\n", -1);

  for (guint i = 0; ids[i]; i++) {
    if (*ids[i] != '\0')
      envoi_service_load_draft_async (service, ids[i], NULL, did_load_cb, g_object_ref (self));
  }
}

static void
did_read_cb (GObject      *source,
             GAsyncResult *result,
             gpointer      user_data)
{
  g_autoptr (EnvoiOpenLetters) self = user_data;
  g_autofree char *list = NULL;

  if (g_file_load_contents_finish (G_FILE (source), result, &list, NULL, NULL, NULL) && self->app)
    open_again (self, list);

  if (!self->app)
    return;
  g_signal_connect_object (self->app, "window-added", G_CALLBACK (windows_changed_cb), self,
                           G_CONNECT_SWAPPED | G_CONNECT_AFTER);
  g_signal_connect_object (self->app, "window-removed", G_CALLBACK (windows_changed_cb), self,
                           G_CONNECT_SWAPPED | G_CONNECT_AFTER);
  write_list (self);
}

static void
envoi_open_letters_dispose (GObject *object)
{
  EnvoiOpenLetters *self = ENVOI_OPEN_LETTERS (object);

  g_clear_handle_id (&self->write_source, g_source_remove);
  if (self->app)
    g_object_remove_weak_pointer (G_OBJECT (self->app), (gpointer *) &self->app);
  self->app = NULL;
  g_clear_object (&self->file);

  G_OBJECT_CLASS (envoi_open_letters_parent_class)->dispose (object);
}

static void
envoi_open_letters_class_init (EnvoiOpenLettersClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = envoi_open_letters_dispose;
}

static void
envoi_open_letters_init (EnvoiOpenLetters *self)
{
}

EnvoiOpenLetters *
envoi_open_letters_new (EnvoiApplication *app)
{
  EnvoiOpenLetters *self = g_object_new (ENVOI_TYPE_OPEN_LETTERS, NULL);
  g_autoptr (GFile) folder = envoi_paths_dup_data_folder ();

  self->app = app;
  g_object_add_weak_pointer (G_OBJECT (app), (gpointer *) &self->app);
  self->file = g_file_get_child (folder, FILE_NAME);
  g_file_load_contents_async (self->file, NULL, did_read_cb, g_object_ref (self));
  return self;
}
