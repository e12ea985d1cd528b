/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "envoi-people.h"
#include "envoi-recipient-chip.h"

G_BEGIN_DECLS

#define ENVOI_TYPE_RECIPIENT_ENTRY (envoi_recipient_entry_get_type ())

/* A field of recipients. Properties: "text" (the whole field as it goes into a
 * draft: what is a chip and what is still typed), "label" (its accessible name). Signal
 * "move-wanted" (EnvoiRecipientChip, int -1 = to the field above, 1 = below).
 * Thread: main */
G_DECLARE_FINAL_TYPE (EnvoiRecipientEntry, envoi_recipient_entry, ENVOI, RECIPIENT_ENTRY, GtkWidget)

GtkWidget  *envoi_recipient_entry_new           (void);
const char *envoi_recipient_entry_get_text      (EnvoiRecipientEntry *self);
void        envoi_recipient_entry_set_text      (EnvoiRecipientEntry *self,
                                                 const char          *text);
/* Who may be meant: "Name <mailbox>", the likeliest first. */
void        envoi_recipient_entry_set_known     (EnvoiRecipientEntry *self,
                                                 EnvoiPeople         *known);
/* What is typed becomes a chip. */
void        envoi_recipient_entry_commit        (EnvoiRecipientEntry *self);
guint       envoi_recipient_entry_get_n_chips   (EnvoiRecipientEntry *self);
/* What is wrong with the first recipient that cannot be used. (nullable) */
const char *envoi_recipient_entry_get_problem   (EnvoiRecipientEntry *self);
/* Puts the focus on that recipient. */
void        envoi_recipient_entry_show_problem  (EnvoiRecipientEntry *self);
/* Beside what is typed. */
void        envoi_recipient_entry_take_list     (EnvoiRecipientEntry *self,
                                                 const char          *list);
/* From another field, which loses it; the focus goes with it. */
void        envoi_recipient_entry_take_chip     (EnvoiRecipientEntry *self,
                                                 EnvoiRecipientChip  *chip);
/* Gives up the recipients that @other has already. */
void        envoi_recipient_entry_leave_to      (EnvoiRecipientEntry *self,
                                                 EnvoiRecipientEntry *other);

G_END_DECLS
