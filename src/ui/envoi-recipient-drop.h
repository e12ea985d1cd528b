/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "envoi-recipient-entry.h"

G_BEGIN_DECLS

/* Lets recipients be dropped on a field: one of another field, or a list from anywhere. */
void envoi_recipient_drop_accept (EnvoiRecipientEntry *entry);
/* The same on the button that shows @entry. */
void envoi_recipient_drop_accept_for (EnvoiRecipientEntry *entry,
                                      GtkWidget           *button);

G_END_DECLS
