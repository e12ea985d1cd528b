/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "envoi-letter-record.h"

G_BEGIN_DECLS

/* What scripts are told, after sysexits.h. Stable. */
typedef enum {
  ENVOI_EXIT_OK = 0,
  ENVOI_EXIT_BAD_INPUT = 65,
  ENVOI_EXIT_NO_RECIPIENT = 68,   /* every recipient was refused */
  ENVOI_EXIT_UNAVAILABLE = 69,
  ENVOI_EXIT_INTERNAL = 70,
  ENVOI_EXIT_LATER = 75,
  ENVOI_EXIT_PROTOCOL = 76,       /* protocol or TLS; also "may have been delivered" */
  ENVOI_EXIT_SIGN_IN = 77,
  ENVOI_EXIT_CONFIGURATION = 78,
} EnvoiExit;

EnvoiExit envoi_exit_for_error  (const GError            *error);
EnvoiExit envoi_exit_for_letter (const EnvoiLetterRecord *letter);

G_END_DECLS
