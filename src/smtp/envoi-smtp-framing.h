/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * EnvoiSmtpFraming:
 *
 * Where in a line the message stands between two pieces of it.
 *
 * Thread: courier
 */
typedef struct {
  gboolean is_at_line_start;
  gboolean is_after_cr;
} EnvoiSmtpFraming;

void     envoi_smtp_framing_init         (EnvoiSmtpFraming  *self);
gboolean envoi_smtp_framing_check        (EnvoiSmtpFraming  *self,
                                          const guint8      *bytes,
                                          gsize              length,
                                          GError           **error);
gboolean envoi_smtp_framing_append_data  (EnvoiSmtpFraming  *self,
                                          GByteArray        *wire,
                                          const guint8      *bytes,
                                          gsize              length,
                                          GError           **error);
void     envoi_smtp_framing_append_end   (EnvoiSmtpFraming  *self,
                                          GByteArray        *wire);
void     envoi_smtp_framing_append_chunk (GByteArray        *wire,
                                          guint64            length,
                                          gboolean           is_last);

G_END_DECLS
