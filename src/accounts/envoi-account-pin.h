/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "envoi-account.h"

G_BEGIN_DECLS

/* The one key that an account may trust without an authority. It belongs to a
 * server: "pinned-key" reads "sha256:DIGITS@HOST:PORT", and is of no effect for
 * any other. */

gboolean  envoi_account_is_key       (const char    *key);
gboolean  envoi_account_has_pin      (EnvoiAccount  *self);
char     *envoi_account_dup_pin      (EnvoiAccount  *self);
void      envoi_account_pin          (EnvoiAccount  *self,
                                      const char    *key);

G_END_DECLS
