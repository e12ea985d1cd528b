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
/* @attacher: nullable, what brings files into @draft. */
void       envoi_attachment_bar_set_up   (EnvoiAttachmentBar *self,
                                          EnvoiDraft         *draft,
                                          EnvoiAttacher      *attacher);
/* @octets: what the account may send, 0 = unknown */
void       envoi_attachment_bar_set_limit (EnvoiAttachmentBar *self,
                                          guint64             octets);

G_END_DECLS
