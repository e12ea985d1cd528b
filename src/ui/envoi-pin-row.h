/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>
#include "envoi-account.h"

G_BEGIN_DECLS

#define ENVOI_TYPE_PIN_ROW (envoi_pin_row_get_type ())

/* The key an account trusts; hidden without one. */
G_DECLARE_FINAL_TYPE (EnvoiPinRow, envoi_pin_row, ENVOI, PIN_ROW, AdwActionRow)

/* Shows the pin of @account as it is now; its button takes it away. */
void envoi_pin_row_show (EnvoiPinRow  *self,
                         EnvoiAccount *account);

G_END_DECLS
