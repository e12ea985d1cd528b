/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-smtp"

#include "config.h"

#include "envoi-smtp-error.h"

G_DEFINE_QUARK (envoi-smtp-error-quark, envoi_smtp_error)
