/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>
#include "envoi-state-words.h"

G_BEGIN_DECLS

#define ENVOI_TYPE_STATE_CARD (envoi_state_card_get_type ())

G_DECLARE_FINAL_TYPE (EnvoiStateCard, envoi_state_card, ENVOI, STATE_CARD, AdwBin)

void envoi_state_card_show (EnvoiStateCard        *self,
                            const EnvoiStateWords *words,
                            double                 progress);

G_END_DECLS
