/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "envoi-recipient-entry.h"

G_BEGIN_DECLS

/* Lets lists of recipients be pasted into @input, the text of @entry. Thread: main */
void envoi_recipient_paste_accept (EnvoiRecipientEntry *entry,
                                   GtkText             *input);

G_END_DECLS
