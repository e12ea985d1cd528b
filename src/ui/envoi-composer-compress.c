/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-ui"

#include "config.h"

#include "envoi-composer-window-private.h"

#include "envoi-shrink.h"

#include <glib/gi18n.h>

/* A letter that is too large: its files become one archive, its pictures smaller ones, and what
 * has come of it is said as it is, so that nobody sends in vain. */

static void
undo (EnvoiComposerWindow *self)
{
  envoi_notice_bar_hide (self->hint_bar);
  envoi_composer_window_restore_attachment (self, self->n_compressed);
}

static void
shrink (EnvoiComposerWindow *self)
{
  g_autoptr (GPtrArray) pictures = envoi_send_limits_list_pictures (self->draft);

  envoi_notice_bar_hide (self->hint_bar);
  if (pictures->len > 0)
    envoi_attacher_shrink (self->attacher, pictures);
}

static void
result_answered_cb (EnvoiNoticeBar      *bar,
                    guint                button,
                    EnvoiComposerWindow *self)
{
  if (button == 0)
    undo (self);
  else
    shrink (self);
}

static void
offer_answered_cb (EnvoiNoticeBar      *bar,
                   guint                button,
                   EnvoiComposerWindow *self)
{
  shrink (self);
}

/* What is a matter of taste is offered, not done. */
static gboolean
has_pictures (EnvoiComposerWindow *self)
{
  g_autoptr (GPtrArray) pictures = envoi_send_limits_list_pictures (self->draft);

  return pictures->len > 0;
}

static char *
format_result (EnvoiSendLimits *limits,
               guint64          before,
               guint64          size)
{
  g_autofree char *before_words = g_format_size (before);
  g_autofree char *size_words = g_format_size (size);
  g_autofree char *limit_words = g_format_size (limits->size_limit);

  if (limits->size_limit > 0 && size > limits->size_limit)
    /* Translators: a size, the name of a mail provider, a size */
    return g_strdup_printf (_("The letter has %s as sent; %s takes %s at most. Take a file out, "
                              "or share it by a link."),
                            size_words, limits->provider_name, limit_words);
  if (limits->size_limit > 0)
    /* Translators: two sizes, the name of a mail provider, a size */
    return g_strdup_printf (_("The letter has %s as sent instead of %s; %s takes %s at most."),
                            size_words, before_words, limits->provider_name, limit_words);

  /* Translators: two sizes */
  return g_strdup_printf (_("The letter has %s as sent instead of %s."), size_words, before_words);
}

/* @before: octets of the letter when its files were as they came. @done: the sentence when it
 * fits. @can_shrink: whether pictures are next */
static void
tell_result (EnvoiComposerWindow *self,
             guint64              before,
             const char          *done,
             gboolean             can_shrink)
{
  guint64 size = envoi_send_limits_measure (self->draft);
  EnvoiSendLimits limits = { 0 };
  g_autofree char *details = NULL;
  gboolean fits, is_too_large;

  envoi_composer_window_get_limits (self, &limits);
  fits = limits.size_limit > 0 && size <= limits.size_limit;
  is_too_large = limits.size_limit > 0 && !fits;
  details = format_result (&limits, before, size);
  envoi_notice_bar_show (self->hint_bar,
                         is_too_large ? _("Compressed, the letter is still too large") : done,
                         details, _("_Undo"),
                         can_shrink && !fits ? _("Make _Pictures Smaller") : NULL);
  envoi_notice_bar_ask (self->hint_bar, G_CALLBACK (result_answered_cb), self);
}

static void
tell_useless (EnvoiComposerWindow *self)
{
  g_autofree char *details = NULL;

  if (!has_pictures (self)) {
    envoi_notice_bar_show (self->hint_bar, _("Compressing does not make the letter smaller"),
                           _("Pictures, films, PDF and office files are compressed already. Take a "
                             "file out, or share it by a link."), NULL, NULL);
    return;
  }

  details = g_strdup_printf (_("They can have %u pixels at most, which is enough for a screen. The "
                               "files on your computer stay as they are."), ENVOI_SHRINK_PIXELS);
  envoi_notice_bar_show (self->hint_bar, _("Only smaller pictures make the letter smaller"),
                         details, _("Make _Pictures Smaller"), NULL);
  envoi_notice_bar_ask (self->hint_bar, G_CALLBACK (offer_answered_cb), self);
}

static void
compressed_cb (EnvoiAttacher       *attacher,
               EnvoiAttachment     *archive,
               GPtrArray           *files,
               EnvoiComposerWindow *self)
{
  guint64 before = envoi_send_limits_measure (self->draft);
  g_autoptr (GPtrArray) archives = g_ptr_array_new_with_free_func (g_object_unref);

  if (!archive) {
    tell_useless (self);
    return;
  }

  g_ptr_array_add (archives, g_object_ref (archive));
  self->n_compressed = envoi_composer_window_replace_files (self, files, archives);
  tell_result (self, before, _("The attachments are compressed"), has_pictures (self));
}

static void
shrunk_cb (EnvoiAttacher       *attacher,
           GPtrArray           *pictures,
           GPtrArray           *made,
           EnvoiComposerWindow *self)
{
  guint64 before = envoi_send_limits_measure (self->draft);

  if (pictures->len == 0) {
    envoi_notice_bar_show (self->hint_bar, _("The pictures cannot be made smaller"), NULL, NULL,
                           NULL);
    return;
  }

  self->n_compressed = envoi_composer_window_replace_files (self, pictures, made);
  tell_result (self, before, _("The pictures are smaller"), FALSE);
}

static char *
dup_archive_name (GPtrArray *files)
{
  if (files->len == 1)
    return g_strconcat (envoi_attachment_get_name (g_ptr_array_index (files, 0)), ".zip", NULL);

  /* Translators: the name of a file that holds the attachments of a letter */
  return g_strdup (_("Attachments.zip"));
}

/**
 * envoi_composer_window_connect_compress:
 * @self: a window that has its attacher
 *
 * Puts an archive in the place of what is in it.
 *
 * Thread: main
 */
void
envoi_composer_window_connect_compress (EnvoiComposerWindow *self)
{
  g_signal_connect_object (self->attacher, "compressed", G_CALLBACK (compressed_cb), self, 0);
  g_signal_connect_object (self->attacher, "shrunk", G_CALLBACK (shrunk_cb), self, 0);
}

void
envoi_composer_window_compress (EnvoiComposerWindow *self)
{
  g_autoptr (GPtrArray) files = NULL;
  g_autofree char *name = NULL;
  EnvoiSendLimits limits = { 0 };

  g_return_if_fail (ENVOI_IS_COMPOSER_WINDOW (self));

  if (!self->attacher)
    return;

  envoi_composer_window_get_limits (self, &limits);
  files = envoi_send_limits_list_packable (&limits, self->draft);
  if (files->len == 0) {
    tell_useless (self);
    return;
  }

  name = dup_archive_name (files);
  envoi_attacher_compress (self->attacher, files, name);
}
