/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>
#include "envoi-attacher.h"

G_BEGIN_DECLS

#define ENVOI_TYPE_ATTACHMENT_CHIP (envoi_attachment_chip_get_type ())

/* One file of a letter: what it is, its name, which can be changed, its size. Signal
 * "removed": the person wants it gone. Thread: main */
G_DECLARE_FINAL_TYPE (EnvoiAttachmentChip, envoi_attachment_chip, ENVOI, ATTACHMENT_CHIP, AdwBin)

/* @attacher: nullable, else a picture is shown small. */
GtkWidget *envoi_attachment_chip_new (EnvoiAttachment *attachment,
                                      EnvoiAttacher   *attacher);

G_END_DECLS
