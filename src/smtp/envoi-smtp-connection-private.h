/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "envoi-smtp-connection.h"

G_BEGIN_DECLS

/* How long each wait may take, in milliseconds. */
typedef struct {
  guint connect_ms;   /* the name and all its addresses */
  guint tls_ms;
  guint greeting_ms;
  guint command_ms;
  guint data_ms;      /* for the 354 */
  guint stall_ms;     /* while nothing more can be written */
  guint final_ms;     /* for the reply to the whole letter */
  guint quit_ms;
} EnvoiSmtpTimeouts;

void envoi_smtp_connection_set_timeouts (EnvoiSmtpConnection     *self,
                                         const EnvoiSmtpTimeouts *timeouts);

G_END_DECLS
