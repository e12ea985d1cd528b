/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-test"

#include "config.h"

#include "composer-fixture.h"
#include "envoi-test.h"
#include "widgets.h"

#include "envoi-answer.h"
#include "envoi-attachment-chip.h"
#include "envoi-send-limits.h"

#include <string.h>

/* What comes into a letter that is being written: files, pictures, and what is pasted. */

typedef ComposerFixture Fixture;

static gboolean
has_attachment (gpointer fixture)
{
  return g_list_model_get_n_items (
    envoi_draft_get_attachments (((Fixture *) fixture)->draft)) == 1;
}

static void
test_attachment (Fixture       *fixture,
                 gconstpointer  data)
{
  g_autofree char *folder = envoi_test_make_folder ();
  g_autofree char *path = g_build_filename (folder, "报告.txt", NULL);
  g_autoptr (EnvoiAttachment) attachment = NULL;

  g_assert_true (g_file_set_contents (path, "words", -1, NULL));
  composer_open (fixture);
  composer_attach (fixture, path);
  envoi_test_wait_until (has_attachment, fixture);
  attachment = g_list_model_get_item (envoi_draft_get_attachments (fixture->draft), 0);
  g_assert_cmpstr (envoi_attachment_get_name (attachment), ==, "报告.txt");
  g_assert_cmpuint (envoi_attachment_get_size (attachment), ==, 5);
}

/* Another name for the receiver; none at all is no name. */
static void
test_rename (void)
{
  g_autoptr (EnvoiAttachment) attachment =
    envoi_attachment_new ("a.txt", "text/plain", "0", 1);
  GtkWidget *chip = g_object_ref_sink (envoi_attachment_chip_new (attachment, NULL));
  GtkWidget *button = widget_find (chip, GTK_TYPE_MENU_BUTTON);
  GtkWidget *popover = GTK_WIDGET (gtk_menu_button_get_popover (GTK_MENU_BUTTON (button)));
  GtkWidget *entry = gtk_popover_get_child (GTK_POPOVER (popover));

  gtk_editable_set_text (GTK_EDITABLE (entry), "  报告.txt ");
  g_signal_emit_by_name (entry, "activate");
  g_assert_cmpstr (envoi_attachment_get_name (attachment), ==, "报告.txt");
  g_assert_cmpstr (gtk_widget_get_tooltip_text (button), ==, "Rename 报告.txt");

  gtk_editable_set_text (GTK_EDITABLE (entry), " ");
  g_signal_emit_by_name (entry, "activate");
  g_assert_cmpstr (envoi_attachment_get_name (attachment), ==, "报告.txt");
  g_assert_finalize_object (chip);
}

/* A letter that waits for its files goes with them, or not at all. */
static void
test_send_while_attaching (Fixture       *fixture,
                           gconstpointer  data)
{
  g_autofree char *folder = envoi_test_make_folder ();
  g_autofree char *path = g_build_filename (folder, "a.txt", NULL);

  g_assert_true (g_file_set_contents (path, "words", -1, NULL));
  composer_open (fixture);
  composer_write_letter (fixture);
  composer_attach (fixture, path);
  composer_activate (fixture, "composer.send");
  envoi_test_wait_until (composer_is_gone, fixture);
  g_assert_nonnull (fixture->sent);
  g_assert_true (has_attachment (fixture));
}

static gboolean
has_no_job (gpointer fixture)
{
  EnvoiComposerWindow *window = ((Fixture *) fixture)->window;

  return g_list_model_get_n_items (envoi_attacher_get_jobs (window->attacher)) == 0;
}

static void
test_send_without_file (Fixture       *fixture,
                        gconstpointer  data)
{
  g_autofree char *folder = envoi_test_make_folder ();
  g_autofree char *path = g_build_filename (folder, "gone.txt", NULL);

  composer_open (fixture);
  composer_write_letter (fixture);
  composer_attach (fixture, path);
  composer_activate (fixture, "composer.send");
  g_assert_true (fixture->window->waits_for_files);
  envoi_test_wait_until (has_no_job, fixture);
  g_assert_false (fixture->window->waits_for_files);
  g_assert_null (fixture->sent);

  /* The second time a person knows. */
  composer_activate (fixture, "composer.send");
  envoi_test_wait_until (composer_is_gone, fixture);
  g_assert_nonnull (fixture->sent);
}

static EnvoiAttachment *
add_file (Fixture    *fixture,
          const char *name)
{
  g_autoptr (EnvoiAttachment) file = envoi_attachment_new (name, "text/plain", name, 5);

  envoi_draft_add_attachment (fixture->draft, file);
  return file;
}

static void
remove_file (Fixture         *fixture,
             EnvoiAttachment *file,
             guint            position)
{
  g_object_ref (file);
  envoi_draft_remove_attachment (fixture->draft, file);
  g_signal_emit_by_name (fixture->window->attachment_bar, "removed", file, position);
  g_object_unref (file);
}

static char *
join_files (Fixture *fixture)
{
  GListModel *files = envoi_draft_get_attachments (fixture->draft);
  g_autoptr (GString) names = g_string_new (NULL);

  for (guint i = 0; i < g_list_model_get_n_items (files); i++) {
    g_autoptr (EnvoiAttachment) file = g_list_model_get_item (files, i);

    g_string_append (names, envoi_attachment_get_name (file));
  }

  return g_string_free (g_steal_pointer (&names), FALSE);
}

static void
assert_files (Fixture    *fixture,
              const char *names)
{
  g_autofree char *found = join_files (fixture);

  g_assert_cmpstr (found, ==, names);
}

/* Each removal is a step, the last one first; after something was typed Undo is for the
 * text, and the button that was offered with a removal still brings that file back. */
static void
test_undo_removal (Fixture       *fixture,
                   gconstpointer  data)
{
  EnvoiAttachment *a, *b, *c;

  composer_open (fixture);
  a = add_file (fixture, "a");
  b = add_file (fixture, "b");
  c = add_file (fixture, "c");
  remove_file (fixture, a, 0);
  remove_file (fixture, c, 1);
  assert_files (fixture, "b");
  composer_activate (fixture, "composer.undo");
  assert_files (fixture, "bc");
  composer_activate (fixture, "composer.undo");
  assert_files (fixture, "abc");

  remove_file (fixture, a, 0);
  remove_file (fixture, b, 0);
  g_signal_emit_by_name (fixture->window->body, "typed");
  composer_activate (fixture, "composer.undo");
  assert_files (fixture, "c");
  g_assert_true (gtk_widget_activate_action (GTK_WIDGET (fixture->window), "composer.undo-removal",
                                             "u", 3u));
  assert_files (fixture, "ac");
  g_assert_true (gtk_widget_activate_action (GTK_WIDGET (fixture->window), "composer.undo-removal",
                                             "u", 3u));
  assert_files (fixture, "ac");
}

static gboolean
has_inline_picture (gpointer fixture)
{
  g_autoptr (EnvoiAttachment) attachment =
    g_list_model_get_item (envoi_draft_get_attachments (((Fixture *) fixture)->draft), 0);

  return attachment && envoi_attachment_get_is_inline (attachment) &&
         strstr (envoi_editor_get_html (composer_get_editor (fixture)), "cid:") != NULL;
}

static gboolean
offers_picture (gpointer fixture)
{
  return envoi_notice_bar_is_shown (((Fixture *) fixture)->window->hint_bar);
}

/* A dropped picture is attached, and the text is one click away. */
static void
test_drop_picture (Fixture       *fixture,
                   gconstpointer  data)
{
  guchar pixels[4] = { 0 };
  g_autoptr (GBytes) bytes = g_bytes_new (pixels, sizeof pixels);
  g_autoptr (GdkTexture) texture =
    gdk_memory_texture_new (1, 1, GDK_MEMORY_R8G8B8A8, bytes, 4);
  g_autofree char *folder = envoi_test_make_folder ();
  g_autofree char *path = g_build_filename (folder, "a.png", NULL);
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GSList) files = g_slist_prepend (NULL, file);

  g_assert_true (gdk_texture_save_to_png (texture, path));
  composer_open (fixture);
  envoi_test_wait_until (composer_is_editor_ready, fixture);
  envoi_paster_take_files (fixture->window->paster, files);
  envoi_test_wait_until (offers_picture, fixture);
  g_signal_emit_by_name (fixture->window->hint_bar, "chosen", 0);
  envoi_test_wait_until (has_inline_picture, fixture);
}

static void
copy_html (Fixture    *fixture,
           const char *html)
{
  g_autoptr (GBytes) bytes = g_bytes_new (html, strlen (html));
  g_autoptr (GdkContentProvider) content =
    gdk_content_provider_new_for_bytes ("text/html", bytes);

  gdk_clipboard_set_content (gtk_widget_get_clipboard (GTK_WIDGET (fixture->window)), content);
}

static gboolean
has_pasted (gpointer fixture)
{
  return strstr (envoi_editor_get_html (composer_get_editor (fixture)), "pasted") != NULL;
}

/* The clipboard's HTML is cleaned before the surface has it; a picture in it
 * becomes a part of the letter. */
static void
test_paste (Fixture       *fixture,
            gconstpointer  data)
{
  const char *html;

  composer_open (fixture);
  envoi_test_wait_until (composer_is_editor_ready, fixture);
  copy_html (fixture, "<p onclick=\"x()\" style=\"color: red\">pasted<script>x()</script>"
             "<img src=\"http://example.org/track.gif\"></p><img src=\"data:image/png;base64,"
             "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5E"
             "rkJggg==\">");
  g_signal_emit_by_name (composer_get_editor (fixture), "paste");
  envoi_test_wait_until (has_pasted, fixture);
  envoi_test_wait_until (has_attachment, fixture);
  html = envoi_editor_get_html (composer_get_editor (fixture));
  g_assert_null (strstr (html, "script"));
  g_assert_null (strstr (html, "onclick"));
  g_assert_null (strstr (html, "example.org"));
  g_assert_null (strstr (html, "data:"));
  g_assert_nonnull (strstr (html, "src=\"cid:"));
}

static gboolean
asks_for_both (gpointer fixture)
{
  return g_list_model_get_n_items (G_LIST_MODEL (((Fixture *) fixture)->window->folders)) == 2;
}

static gboolean
has_both_archives (gpointer fixture)
{
  return g_list_model_get_n_items (
    envoi_draft_get_attachments (((Fixture *) fixture)->draft)) == 2;
}

static void
answer (Fixture *fixture)
{
  g_signal_emit_by_name (fixture->window->hint_bar, "chosen", 0);
}

/* Folders are asked about together; an answer is for the question that is shown, not for
 * one before it: nothing is attached that nobody asked for. */
static void
test_folders (Fixture       *fixture,
              gconstpointer  data)
{
  g_autofree char *one = envoi_test_make_folder ();
  g_autofree char *other = envoi_test_make_folder ();

  composer_open (fixture);
  envoi_test_wait_until (composer_is_editor_ready, fixture);
  composer_attach (fixture, one);
  composer_attach (fixture, other);
  envoi_test_wait_until (asks_for_both, fixture);
  envoi_composer_window_want_file (fixture->window, "passwd");
  answer (fixture);
  g_assert_cmpuint (g_list_model_get_n_items (envoi_attacher_get_jobs (fixture->window->attacher)),
                    ==, 0);

  g_list_store_remove_all (fixture->window->folders);
  composer_attach (fixture, one);
  composer_attach (fixture, other);
  envoi_test_wait_until (asks_for_both, fixture);
  /* What goes on being written has no part in it. */
  g_signal_emit_by_name (fixture->window->body, "typed");
  g_assert_true (envoi_notice_bar_is_shown (fixture->window->hint_bar));
  answer (fixture);
  g_assert_false (envoi_notice_bar_is_shown (fixture->window->hint_bar));
  envoi_test_wait_until (has_both_archives, fixture);
}

/* What a page shows and the letter does not is said, with an offer or without one. */
static void
test_left_out (Fixture       *fixture,
               gconstpointer  data)
{
  GtkWidget *label;

  composer_open (fixture);
  envoi_test_wait_until (composer_is_editor_ready, fixture);
  copy_html (fixture, "<p>pasted <img src=\"https://example.org/a.png\"></p>");
  g_signal_emit_by_name (composer_get_editor (fixture), "paste");
  envoi_test_wait_until (offers_picture, fixture);
  label = widget_find (GTK_WIDGET (fixture->window->hint_bar), GTK_TYPE_LABEL);
  g_assert_cmpstr (gtk_label_get_text (GTK_LABEL (label)), ==,
                   "1 picture from the internet was left out.");
  g_signal_emit_by_name (fixture->window->body, "typed");
  g_assert_true (envoi_notice_bar_is_shown (fixture->window->hint_bar));
}

/* An answer leaves out what the letter it answers shows from the internet, and says so. */
static void
test_answer_left_out (Fixture       *fixture,
                      gconstpointer  data)
{
  g_autoptr (EnvoiDraft) letter = envoi_draft_new ("letter");
  EnvoiOriginal *original = envoi_original_new (letter, "", 0);
  GtkWidget *label;

  envoi_draft_set (letter, "html", "<img src=\"https://example.org/a.png\">"
                   "<img src=\"https://example.org/b.png\">");
  envoi_answer_fill (fixture->draft, ENVOI_ANSWER_EDIT, original, NULL);
  envoi_original_free (original);
  composer_open (fixture);
  label = widget_find (GTK_WIDGET (fixture->window->hint_bar), GTK_TYPE_LABEL);
  g_assert_true (envoi_notice_bar_is_shown (fixture->window->hint_bar));
  g_assert_cmpstr (gtk_label_get_text (GTK_LABEL (label)), ==,
                   "2 pictures from the internet were left out.");
  g_signal_emit_by_name (fixture->window->body, "typed");
  g_assert_true (envoi_notice_bar_is_shown (fixture->window->hint_bar));
}

/* A screenshot goes into the text. */
static void
test_paste_picture (Fixture       *fixture,
                    gconstpointer  data)
{
  guchar pixels[4 * 4 * 4] = { 0 };
  g_autoptr (GBytes) bytes = g_bytes_new (pixels, sizeof pixels);
  g_autoptr (GdkTexture) texture =
    gdk_memory_texture_new (4, 4, GDK_MEMORY_R8G8B8A8, bytes, 16);
  g_autoptr (EnvoiAttachment) picture = NULL;

  composer_open (fixture);
  envoi_test_wait_until (composer_is_editor_ready, fixture);
  gdk_clipboard_set_texture (gtk_widget_get_clipboard (GTK_WIDGET (fixture->window)), texture);
  g_signal_emit_by_name (composer_get_editor (fixture), "paste");
  envoi_test_wait_until (has_attachment, fixture);
  picture = g_list_model_get_item (envoi_draft_get_attachments (fixture->draft), 0);
  g_assert_true (envoi_attachment_get_is_inline (picture));
  g_assert_cmpstr (envoi_attachment_get_content_type (picture), ==, "image/png");
}

static void
test_encoded_size (void)
{
  g_assert_cmpuint (envoi_attachment_encoded_size (0), ==, 0);
  g_assert_cmpuint (envoi_attachment_encoded_size (1), ==, 6);
  g_assert_cmpuint (envoi_attachment_encoded_size (57), ==, 78);
  g_assert_cmpuint (envoi_attachment_encoded_size (58), ==, 78 + 6);
}

#define ADD(name, function) \
  g_test_add ("/envoi/ui/composer-files/" name, Fixture, NULL, composer_set_up, function, \
              composer_tear_down)

int
main (int   argc,
      char *argv[])
{
  envoi_test_init (&argc, &argv);
  adw_init ();

  g_test_add_func ("/envoi/ui/composer-files/encoded-size", test_encoded_size);
  g_test_add_func ("/envoi/ui/composer-files/rename", test_rename);
  ADD ("attachment", test_attachment);
  ADD ("send-while-attaching", test_send_while_attaching);
  ADD ("send-without-file", test_send_without_file);
  ADD ("undo-removal", test_undo_removal);
  ADD ("drop-picture", test_drop_picture);
  ADD ("folders", test_folders);
  ADD ("paste", test_paste);
  ADD ("left-out", test_left_out);
  ADD ("answer-left-out", test_answer_left_out);
  ADD ("paste-picture", test_paste_picture);

  return g_test_run ();
}
