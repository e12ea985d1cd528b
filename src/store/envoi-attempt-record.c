/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-store"

#include "config.h"

#include "envoi-attempt-record.h"

/**
 * envoi_attempt_record_free:
 * @self: (transfer full): an attempt
 *
 * Frees it.
 *
 * Thread: any
 */
void
envoi_attempt_record_free (EnvoiAttemptRecord *self)
{
  g_free (self->error_domain);
  g_free (self->error_message);
  g_free (self->phase);
  g_free (self->reply_enhanced);
  g_free (self->reply_text);
  g_free (self->transcript);
  g_free (self);
}
