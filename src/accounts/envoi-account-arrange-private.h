/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

char *envoi_account_arrange (const char         *text,
                             const char *const  *ids);

G_END_DECLS
