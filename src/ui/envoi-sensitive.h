/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What a person may regret to have in a letter. A bit each. */
typedef enum {
  ENVOI_SENSITIVE_ID_NUMBER = 1 << 0,     /* of a Chinese resident, GB 11643 */
  ENVOI_SENSITIVE_BANK_CARD = 1 << 1,
  ENVOI_SENSITIVE_PRIVATE_KEY = 1 << 2,   /* also access tokens of known form */
  ENVOI_SENSITIVE_PASSWORD = 1 << 3,
} EnvoiSensitive;

/* Looks for them in plain text; numbers count only when their check digits are right. */
guint envoi_sensitive_find (const char *text);
/* The first of the person's own @words that @text has, as it stands there; @words are parted by
 * semicolons (also full-width), "#" is a digit, "*" any characters of a line. (nullable) */
char  *envoi_sensitive_find_own (const char *words,
                                 const char *text);

G_END_DECLS
