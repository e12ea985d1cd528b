/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "envoi-cli.h"

G_BEGIN_DECLS

typedef struct {
  gint64    hold_until;   /* 0 = at once */
  gboolean  must_wait;    /* --wait */
  gboolean  is_json;
} EnvoiBatchHow;

/* Reads letters from standard input until it ends, makes each durable, and
 * finishes the run. @how must live as long as the run. */
void envoi_cli_batch (EnvoiCli            *cli,
                      EnvoiAccount        *account,
                      const EnvoiBatchHow *how);

G_END_DECLS
