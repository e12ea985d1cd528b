/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Why the person will have to sign in again. */
typedef enum {
  ENVOI_TOKEN_DUE_UNKNOWN,
  ENVOI_TOKEN_DUE_ENDS,      /* the provider said when the permission ends */
  ENVOI_TOKEN_DUE_UNUSED,    /* it ends when it is not used until then */
} EnvoiTokenDue;

/* For a page about the account. Times in microseconds since the epoch, 0 = not known. */
typedef struct {
  gint64             signed_in_us;
  gint64             refreshed_us;
  gint64             access_ends_us;  /* the token of this session; 0 = there is none */
  gint64             due_us;          /* when the person must sign in again */
  EnvoiTokenDue      due;
  const char        *granted;         /* nullable: scopes, with spaces between */
  const char *const *needed;          /* nullable: scopes; what only asks for a lasting permission too */
} EnvoiTokenHealth;

G_END_DECLS
