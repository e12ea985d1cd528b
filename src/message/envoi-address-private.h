/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "envoi-address.h"

G_BEGIN_DECLS

gboolean envoi_address_set_error    (GError     **error,
                                     const char  *format,
                                     const char  *text);
/* Whether @c parts addresses in a list as people type it. */
gboolean envoi_address_is_separator (gunichar     c);
/* The ASCII character an input method's full-width @c stands for, else @c. */
gunichar envoi_address_fold_width   (gunichar     c);

G_END_DECLS
