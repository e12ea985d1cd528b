/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-store"

#include "config.h"

#include "envoi-store-error.h"

G_DEFINE_QUARK (envoi-store-error-quark, envoi_store_error)
