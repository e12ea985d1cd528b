/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-ui"

#include "config.h"

#include "envoi-composer-window-private.h"

#include <glib/gi18n.h>

/* A letter that is too large: its files become one archive, and what has come of it is said
 * as it is, so that nobody sends in vain. */

static void
answered_cb (EnvoiNoticeBar      *bar,
             guint                button,
             EnvoiComposerWindow *self)
{
  envoi_notice_bar_hide (bar);
  envoi_composer_window_restore_attachment (self, self->n_compressed);
}

/* @before: octets of the letter when its files were not compressed */
static void
tell_result (EnvoiComposerWindow *self,
             guint64              before)
{
  guint64 size = envoi_send_limits_measure (self->draft);
  g_autofree char *before_words = g_format_size (before);
  g_autofree char *size_words = g_format_size (size);
  g_autofree char *limit_words = NULL;
  g_autofree char *details = NULL;
  EnvoiSendLimits limits = { 0 };
  gboolean is_too_large;

  envoi_composer_window_get_limits (self, &limits);
  is_too_large = limits.size_limit > 0 && size > limits.size_limit;
  limit_words = g_format_size (limits.size_limit);
  if (is_too_large)
    /* Translators: a size, the name of a mail provider, a size */
    details = g_strdup_printf (_("The letter has %s as sent; %s takes %s at most. Take a file out, "
                                 "or share it by a link."),
                               size_words, limits.provider_name, limit_words);
  else if (limits.size_limit > 0)
    /* Translators: two sizes, the name of a mail provider, a size */
    details = g_strdup_printf (_("The letter has %s as sent instead of %s; %s takes %s at most."),
                               size_words, before_words, limits.provider_name, limit_words);
  else
    /* Translators: two sizes */
    details = g_strdup_printf (_("The letter has %s as sent instead of %s."), size_words,
                               before_words);

  envoi_notice_bar_show (self->hint_bar,
                         is_too_large ? _("Compressed, the letter is still too large")
                                      : _("The attachments are compressed"),
                         details, _("_Undo"), NULL);
  envoi_notice_bar_ask (self->hint_bar, G_CALLBACK (answered_cb), self);
}

static void
tell_useless (EnvoiComposerWindow *self)
{
  envoi_notice_bar_show (self->hint_bar, _("Compressing does not make the letter smaller"),
                         _("Pictures, films, PDF and office files are compressed already. Take a "
                           "file out, or share it by a link."), NULL, NULL);
}

static void
compressed_cb (EnvoiAttacher       *attacher,
               EnvoiAttachment     *archive,
               GPtrArray           *files,
               EnvoiComposerWindow *self)
{
  guint64 before = envoi_send_limits_measure (self->draft);

  if (!archive) {
    tell_useless (self);
    return;
  }

  self->n_compressed = envoi_composer_window_replace_files (self, files, archive);
  tell_result (self, before);
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
