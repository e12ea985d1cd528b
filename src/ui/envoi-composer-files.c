/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-ui"

#include "config.h"

#include "envoi-composer-window-private.h"

#include <glib/gi18n.h>

/* Files of a letter: chosen, dropped, removed and brought back. */

/* A letter that was to go with this file must not go without it. */
static void
failed_cb (EnvoiAttacher       *attacher,
           EnvoiComposerWindow *self)
{
  self->waits_for_files = FALSE;
}

static void
noted_cb (EnvoiAttacher       *attacher,
          const char          *text,
          EnvoiComposerWindow *self)
{
  g_autofree char *escaped = g_markup_escape_text (text, -1);

  envoi_composer_window_toast (self, escaped);
}

static void
zip_answered_cb (EnvoiNoticeBar *bar,
                 guint           button,
                 GListStore     *folders)
{
  EnvoiComposerWindow *self =
    ENVOI_COMPOSER_WINDOW (gtk_widget_get_ancestor (GTK_WIDGET (bar), ENVOI_TYPE_COMPOSER_WINDOW));

  envoi_notice_bar_hide (bar);
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (folders)); i++) {
    g_autoptr (GFile) folder = g_list_model_get_item (G_LIST_MODEL (folders), i);

    envoi_attacher_add_folder (self->attacher, folder);
  }
}

static char *
dup_folder_sentence (GListModel *folders)
{
  g_autoptr (GFile) first = g_list_model_get_item (folders, 0);
  guint n = g_list_model_get_n_items (folders);
  g_autofree char *name = g_file_get_basename (first);
  g_autofree char *shown = g_utf8_make_valid (name, -1);

  if (n > 1)
    return g_strdup_printf (ngettext ("%u folder is among them. A letter can only take it along "
                                      "as one file.",
                                      "%u folders are among them. A letter can only take each "
                                      "along as one file.", n), n);

  /* Translators: %s is the name of a folder */
  return g_strdup_printf (_("“%s” is a folder. A letter can only take it along as one file."),
                          shown);
}

/* Folders that were dropped together are told of one by one, and asked about together. */
static void
folder_cb (EnvoiAttacher       *attacher,
           GFile               *folder,
           EnvoiComposerWindow *self)
{
  g_autofree char *sentence = NULL;

  if (!envoi_notice_bar_is_asked_by (self->hint_bar, self->folders))
    g_list_store_remove_all (self->folders);
  if (!g_list_store_find_with_equal_func (self->folders, folder, (GEqualFunc) g_file_equal, NULL))
    g_list_store_append (self->folders, folder);

  sentence = dup_folder_sentence (G_LIST_MODEL (self->folders));
  envoi_notice_bar_show (self->hint_bar, sentence, NULL,
                         ngettext ("Attach as _Zip File", "Attach as _Zip Files",
                                   g_list_model_get_n_items (G_LIST_MODEL (self->folders))), NULL);
  envoi_notice_bar_ask (self->hint_bar, G_CALLBACK (zip_answered_cb), self->folders);
}

typedef struct {
  GPtrArray *files;               /* of EnvoiAttachment */
  GArray *positions;              /* of guint, ascending: where they stood together */
  GPtrArray *replacements;        /* nullable: of EnvoiAttachment, what took their place */
  guint number;                   /* by which its toast knows it */
} Removal;

static void
removal_free (gpointer data)
{
  Removal *removal = data;

  g_ptr_array_unref (removal->files);
  g_array_unref (removal->positions);
  g_clear_pointer (&removal->replacements, g_ptr_array_unref);
  g_free (removal);
}

static Removal *
add_removal (EnvoiComposerWindow *self)
{
  Removal *removal = g_new0 (Removal, 1);

  removal->files = g_ptr_array_new_with_free_func (g_object_unref);
  removal->positions = g_array_new (FALSE, FALSE, sizeof (guint));
  removal->number = ++self->n_removals;
  g_ptr_array_add (self->removed, removal);
  self->n_undoable++;
  return removal;
}

static void
add_removed (Removal         *removal,
             EnvoiAttachment *file,
             guint            position)
{
  g_ptr_array_add (removal->files, g_object_ref (file));
  g_array_append_val (removal->positions, position);
}

/* Where they stood; what was removed since counts from what is there now. */
static void
restore (EnvoiComposerWindow *self,
         guint                index)
{
  Removal *removal = g_ptr_array_steal_index (self->removed, index);
  GListModel *attachments = envoi_draft_get_attachments (self->draft);

  self->n_undoable = MIN (self->n_undoable, self->removed->len);
  for (guint i = 0; removal->replacements && i < removal->replacements->len; i++)
    envoi_draft_remove_attachment (self->draft, g_ptr_array_index (removal->replacements, i));
  for (guint i = 0; i < removal->files->len; i++) {
    guint position = g_array_index (removal->positions, guint, i);

    envoi_draft_insert_attachment (self->draft,
                                   MIN (position, g_list_model_get_n_items (attachments)),
                                   g_ptr_array_index (removal->files, i));
  }

  if (removal->number == self->n_compressed && envoi_notice_bar_is_asked_by (self->hint_bar, self))
    envoi_notice_bar_hide (self->hint_bar);
  removal_free (removal);
}

gboolean
envoi_composer_window_restore_last (EnvoiComposerWindow *self)
{
  if (self->n_undoable == 0)
    return FALSE;

  self->n_undoable--;
  restore (self, self->removed->len - 1);
  return TRUE;
}

void
envoi_composer_window_restore_attachment (EnvoiComposerWindow *self,
                                          guint                number)
{
  for (guint i = 0; i < self->removed->len; i++) {
    Removal *removal = g_ptr_array_index (self->removed, i);

    if (removal->number == number) {
      restore (self, i);
      return;
    }
  }
}

/* Each where the file stood that it is for; one for all of them behind what is left. */
static void
insert_replacements (EnvoiComposerWindow *self,
                     Removal             *removal,
                     GPtrArray           *files,
                     GPtrArray           *replacements)
{
  gboolean is_one_for_one = replacements->len == removal->files->len;

  removal->replacements = g_ptr_array_ref (replacements);
  for (guint i = 0; i < replacements->len; i++) {
    guint n = g_list_model_get_n_items (envoi_draft_get_attachments (self->draft));
    guint index = i;

    if (is_one_for_one)
      g_ptr_array_find (files, g_ptr_array_index (removal->files, i), &index);
    envoi_draft_insert_attachment (self->draft,
                                   is_one_for_one ?
                                   MIN (g_array_index (removal->positions, guint, i), n) : n,
                                   g_ptr_array_index (replacements, index));
  }
}

guint
envoi_composer_window_replace_files (EnvoiComposerWindow *self,
                                     GPtrArray           *files,
                                     GPtrArray           *replacements)
{
  GListModel *attachments = envoi_draft_get_attachments (self->draft);
  Removal *removal = add_removal (self);

  for (guint i = 0; i < g_list_model_get_n_items (attachments); i++) {
    g_autoptr (EnvoiAttachment) file = g_list_model_get_item (attachments, i);

    if (g_ptr_array_find (files, file, NULL))
      add_removed (removal, file, i);
  }

  for (guint i = 0; i < files->len; i++)
    envoi_draft_remove_attachment (self->draft, g_ptr_array_index (files, i));
  insert_replacements (self, removal, files, replacements);
  return removal->number;
}

static void
attachment_removed_cb (EnvoiAttachmentBar  *bar,
                       EnvoiAttachment     *attachment,
                       guint                position,
                       EnvoiComposerWindow *self)
{
  g_autofree char *name = g_markup_escape_text (envoi_attachment_get_name (attachment), -1);
  g_autofree char *text = g_strdup_printf (_("“%s” removed"), name);
  AdwToast *toast = adw_toast_new (text);
  Removal *removal = add_removal (self);

  add_removed (removal, attachment, position);
  adw_toast_set_button_label (toast, _("_Undo"));
  adw_toast_set_action_name (toast, "composer.undo-removal");
  adw_toast_set_action_target (toast, "u", removal->number);
  adw_toast_overlay_add_toast (self->toasts, toast);
  gtk_widget_grab_focus (GTK_WIDGET (self->body));
}

void
envoi_composer_window_attach (EnvoiComposerWindow *self,
                              GListModel          *files)
{
  g_return_if_fail (ENVOI_IS_COMPOSER_WINDOW (self));

  for (guint i = 0; self->attacher && i < g_list_model_get_n_items (files); i++) {
    g_autoptr (GFile) file = g_list_model_get_item (files, i);

    envoi_attacher_add_file (self->attacher, file, FALSE);
  }
}

static void
files_chosen_cb (GtkNativeDialog     *dialog,
                 int                  response,
                 EnvoiComposerWindow *self)
{
  g_autoptr (GListModel) files = NULL;
  gboolean is_inline = g_object_get_data (G_OBJECT (dialog), "inline") != NULL;

  if (response == GTK_RESPONSE_ACCEPT) {
    files = gtk_file_chooser_get_files (GTK_FILE_CHOOSER (dialog));
    for (guint i = 0; self->attacher && i < g_list_model_get_n_items (files); i++) {
      g_autoptr (GFile) file = g_list_model_get_item (files, i);

      envoi_attacher_add_file (self->attacher, file, is_inline);
    }
  }

  g_object_unref (dialog);
}

static void
show_pictures_only (GtkFileChooser *chooser)
{
  static const char *const types[] = { "image/png", "image/jpeg", "image/gif", "image/webp" };
  g_autoptr (GtkFileFilter) filter = gtk_file_filter_new ();

  gtk_file_filter_set_name (filter, _("Pictures"));
  for (guint i = 0; i < G_N_ELEMENTS (types); i++)
    gtk_file_filter_add_mime_type (filter, types[i]);
  gtk_file_chooser_add_filter (chooser, filter);
}

void
envoi_composer_window_choose_files (EnvoiComposerWindow *self,
                                    gboolean             is_inline)
{
  GtkFileChooserNative *dialog =
    gtk_file_chooser_native_new (is_inline ? _("Picture in the Text") : _("Attach Files"),
                                 GTK_WINDOW (self), GTK_FILE_CHOOSER_ACTION_OPEN,
                                 is_inline ? _("_Insert") : _("_Attach"), NULL);

  gtk_file_chooser_set_select_multiple (GTK_FILE_CHOOSER (dialog), TRUE);
  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (dialog), TRUE);
  if (is_inline) {
    show_pictures_only (GTK_FILE_CHOOSER (dialog));
    g_object_set_data (G_OBJECT (dialog), "inline", self);
  }

  g_signal_connect_object (dialog, "response", G_CALLBACK (files_chosen_cb), self, 0);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (dialog));
}

static void
want_answered_cb (EnvoiNoticeBar      *bar,
                  guint                button,
                  EnvoiComposerWindow *self)
{
  envoi_notice_bar_hide (bar);
  envoi_composer_window_choose_files (self, FALSE);
}

void
envoi_composer_window_want_file (EnvoiComposerWindow *self,
                                 const char          *name)
{
  /* Translators: %s is the name of a file */
  g_autofree char *sentence = g_strdup_printf (_("The link asks for “%s” to be attached. Nothing "
                                                 "was attached."), name);

  g_return_if_fail (ENVOI_IS_COMPOSER_WINDOW (self));

  envoi_notice_bar_show (self->hint_bar, sentence,
                         _("A link can come from anybody: attach only what you want to send."),
                         _("_Attach Files…"), NULL);
  envoi_notice_bar_ask (self->hint_bar, G_CALLBACK (want_answered_cb), self);
}

static gboolean
drop_cb (GtkDropTarget       *target,
         const GValue        *value,
         double               x,
         double               y,
         EnvoiComposerWindow *self)
{
  g_autoptr (GSList) files = gdk_file_list_get_files (g_value_get_boxed (value));

  if (!self->paster)
    return FALSE;

  envoi_paster_take_files (self->paster, files);
  return TRUE;
}

static void
jobs_changed_cb (GListModel          *jobs,
                 guint                position,
                 guint                removed,
                 guint                added,
                 EnvoiComposerWindow *self)
{
  if (self->waits_for_files && g_list_model_get_n_items (jobs) == 0) {
    self->waits_for_files = FALSE;
    envoi_composer_window_go_on_sending (self);
  }
}

/**
 * envoi_composer_window_connect_files:
 * @self: a window with its template
 *
 * Lets files be dropped anywhere on the window.
 *
 * Thread: main
 */
void
envoi_composer_window_connect_files (EnvoiComposerWindow *self)
{
  GtkDropTarget *target = gtk_drop_target_new (GDK_TYPE_FILE_LIST, GDK_ACTION_COPY);

  self->folders = g_list_store_new (G_TYPE_FILE);
  self->removed = g_ptr_array_new_with_free_func (removal_free);
  g_signal_connect_object (self->attachment_bar, "removed", G_CALLBACK (attachment_removed_cb),
                           self, 0);

  /* Before the web view, which would take the names for text. */
  gtk_event_controller_set_propagation_phase (GTK_EVENT_CONTROLLER (target), GTK_PHASE_CAPTURE);
  g_signal_connect (target, "drop", G_CALLBACK (drop_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (target));
}

/**
 * envoi_composer_window_watch_files:
 * @self: a window that has its attacher
 *
 * Says what the attacher has to say, and sends what waited for the last file.
 *
 * Thread: main
 */
void
envoi_composer_window_watch_files (EnvoiComposerWindow *self)
{
  g_signal_connect_object (self->attacher, "failed", G_CALLBACK (failed_cb), self, 0);
  g_signal_connect_object (self->attacher, "noted", G_CALLBACK (noted_cb), self, 0);
  g_signal_connect_object (self->attacher, "folder", G_CALLBACK (folder_cb), self, 0);
  envoi_composer_window_connect_compress (self);
  g_signal_connect_object (envoi_attacher_get_jobs (self->attacher), "items-changed",
                           G_CALLBACK (jobs_changed_cb), self, 0);
}
