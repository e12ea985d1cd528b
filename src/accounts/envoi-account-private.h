/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "envoi-account.h"

G_BEGIN_DECLS

/* For envoi-account-identities.c, which keeps the main identity the first. */
GListStore *envoi_account_get_identity_store (EnvoiAccount *self);

G_END_DECLS
