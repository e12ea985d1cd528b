/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>
#include "envoi-attacher.h"

G_BEGIN_DECLS

#define ENVOI_TYPE_ATTACHMENT_BAR (envoi_attachment_bar_get_type ())

/* The files of a letter, those on their way included, and what they weigh when
 * sent. Hidden when there is none. Signal "removed" (EnvoiAttachment, guint
 * position: out of the draft now). Thread: main */
G_DECLARE_FINAL_TYPE (EnvoiAttachmentBar, envoi_attachment_bar, ENVOI, ATTACHMENT_BAR, AdwBin)

GtkWidget *envoi_attachment_bar_new      (void);
void       envoi_attachment_bar_set_up   (EnvoiAttachmentBar *self,
                                          EnvoiDraft         *draft,
                                          GListModel         *jobs);
/* Octets of a file as base64 lines (RFC 2045 section 6.8). Pure. */
guint64    envoi_attachment_encoded_size (guint64             size);

G_END_DECLS
