/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "envoi-recipient-chip.h"
#include "envoi-recipient-entry.h"

G_BEGIN_DECLS

/* Shared by the files of EnvoiRecipientEntry. Thread: main */

/* @chip: what is none, NULL too, is the text. */
void envoi_recipient_entry_focus_chip  (EnvoiRecipientEntry *self,
                                        GtkWidget           *chip);
void envoi_recipient_entry_remove_chip (EnvoiRecipientEntry *self,
                                        EnvoiRecipientChip  *chip);
/* Makes it text again, to be changed. */
void envoi_recipient_entry_edit_chip   (EnvoiRecipientEntry *self,
                                        EnvoiRecipientChip  *chip);
/* Has a new chip answer to the keyboard. */
void envoi_recipient_entry_add_keys    (EnvoiRecipientEntry *self,
                                        GtkWidget           *chip);

G_END_DECLS
