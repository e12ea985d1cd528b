/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define ENVOI_TYPE_RECIPIENT_ENTRY (envoi_recipient_entry_get_type ())

/* A field of recipients. Properties: "text" (the whole field as it goes into a
 * draft: what is a chip and what is still typed), "label" (its accessible name).
 * Thread: main */
G_DECLARE_FINAL_TYPE (EnvoiRecipientEntry, envoi_recipient_entry, ENVOI, RECIPIENT_ENTRY, GtkWidget)

GtkWidget  *envoi_recipient_entry_new           (void);
const char *envoi_recipient_entry_get_text      (EnvoiRecipientEntry *self);
void        envoi_recipient_entry_set_text      (EnvoiRecipientEntry *self,
                                                 const char          *text);
/* Who may be meant: "Name <mailbox>", the likeliest first. */
void        envoi_recipient_entry_set_known     (EnvoiRecipientEntry *self,
                                                 const char *const   *known);
/* What is typed becomes a chip. */
void        envoi_recipient_entry_commit        (EnvoiRecipientEntry *self);
guint       envoi_recipient_entry_get_n_chips   (EnvoiRecipientEntry *self);
/* What is wrong with the first recipient that cannot be used. (nullable) */
const char *envoi_recipient_entry_get_problem   (EnvoiRecipientEntry *self);
/* Puts the focus on that recipient. */
void        envoi_recipient_entry_show_problem  (EnvoiRecipientEntry *self);

G_END_DECLS
