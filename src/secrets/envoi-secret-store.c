/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-secrets"

#include "config.h"

#include "envoi-secret-store.h"

G_DEFINE_QUARK (envoi-secrets-error-quark, envoi_secrets_error)
