/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "envoi-cli.h"
#include "envoi-secret.h"

G_BEGIN_DECLS

/* What a letter needs besides its contents. */
typedef struct {
  gint64       hold_until;    /* 0 = at once */
  gboolean     must_wait;     /* --wait */
  gboolean     is_json;
  gboolean     is_quiet;      /* say something only when it is not sent */
  EnvoiSecret *secret;        /* nullable: for this run */
} EnvoiSendHow;

/* Sends a draft that is complete, or a finished message (@recipients NULL = its
 * header's), after making sure that the account can sign in; then shows what
 * became of it and finishes the run. @how must live as long as the run. */
void envoi_send_draft_and_finish   (EnvoiCli           *cli,
                                    EnvoiAccount       *account,
                                    EnvoiDraft         *draft,
                                    const EnvoiSendHow *how);
void envoi_send_message_and_finish (EnvoiCli           *cli,
                                    EnvoiAccount       *account,
                                    GInputStream       *message,
                                    const char *const  *recipients,
                                    const EnvoiSendHow *how);

G_END_DECLS
