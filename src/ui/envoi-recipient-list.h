/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>
#include "envoi-letter-record.h"

G_BEGIN_DECLS

#define ENVOI_TYPE_RECIPIENT_LIST (envoi_recipient_list_get_type ())

G_DECLARE_FINAL_TYPE (EnvoiRecipientList, envoi_recipient_list, ENVOI, RECIPIENT_LIST, AdwBin)

/* What became of each recipient; hides itself before there is anything to say. */
void envoi_recipient_list_show (EnvoiRecipientList      *self,
                                const EnvoiLetterRecord *letter);

G_END_DECLS
