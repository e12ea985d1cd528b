/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-practice"

#include "config.h"

#include "envoi-practice-server.h"

G_DEFINE_BOXED_TYPE (EnvoiPracticeLetter, envoi_practice_letter, envoi_practice_letter_copy,
                     envoi_practice_letter_free)

/**
 * envoi_practice_letter_copy:
 * @self: a received letter's particulars
 *
 * Returns: (transfer full): a copy
 *
 * Thread: any
 */
EnvoiPracticeLetter *
envoi_practice_letter_copy (const EnvoiPracticeLetter *self)
{
  EnvoiPracticeLetter *copy = g_new0 (EnvoiPracticeLetter, 1);

  copy->id = g_strdup (self->id);
  copy->sender = g_strdup (self->sender);
  copy->recipients = g_strdupv (self->recipients);
  copy->received = self->received;
  copy->size = self->size;
  return copy;
}

/**
 * envoi_practice_letter_free:
 * @self: (transfer full): a received letter's particulars
 *
 * Frees them; the letter's file stays.
 *
 * Thread: any
 */
void
envoi_practice_letter_free (EnvoiPracticeLetter *self)
{
  g_free (self->id);
  g_free (self->sender);
  g_strfreev (self->recipients);
  g_free (self);
}
