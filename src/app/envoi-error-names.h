/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The stable names of errors, in the store and in JSON: "smtp", "AUTH_REJECTED". */
const char *envoi_error_domain_to_string (GQuark      domain);
const char *envoi_error_code_to_string   (const char *domain,
                                          int         code);

G_END_DECLS
