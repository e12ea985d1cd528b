/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-message"

#include "config.h"

#include "envoi-message-error.h"

G_DEFINE_QUARK (envoi-message-error-quark, envoi_message_error)
