/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-accounts"

#include "config.h"

#include "envoi-account.h"

G_DEFINE_QUARK (envoi-accounts-error-quark, envoi_accounts_error)
