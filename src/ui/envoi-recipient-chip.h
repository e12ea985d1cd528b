/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>
#include "envoi-address.h"

G_BEGIN_DECLS

#define ENVOI_TYPE_RECIPIENT_CHIP (envoi_recipient_chip_get_type ())

/* One recipient, right or wrong. Signals: "removed" (the cross), "edited" (Enter,
 * double click). Thread: main */
G_DECLARE_FINAL_TYPE (EnvoiRecipientChip, envoi_recipient_chip, ENVOI, RECIPIENT_CHIP, GtkWidget)

GtkWidget    *envoi_recipient_chip_new         (const char         *text);
/* As it stands in the letter: a formatted address, or what was typed. */
const char   *envoi_recipient_chip_get_text    (EnvoiRecipientChip *self);
/* (nullable) */
EnvoiAddress *envoi_recipient_chip_get_address (EnvoiRecipientChip *self);
/* Why it cannot be used. (nullable) */
const char   *envoi_recipient_chip_get_problem (EnvoiRecipientChip *self);

G_END_DECLS
