/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib-object.h>
#include "envoi-audit-record.h"

G_BEGIN_DECLS

#define ENVOI_TYPE_LOG_ITEM (envoi_log_item_get_type ())

/* A line of the sending log for a list. Property "masked" (notify): whether its words
 * leave no whole address. Thread: main */
G_DECLARE_FINAL_TYPE (EnvoiLogItem, envoi_log_item, ENVOI, LOG_ITEM, GObject)

/* @account: nullable, the account's address while there is such an account. */
EnvoiLogItem           *envoi_log_item_new         (EnvoiAuditRecord *record,
                                                    const char       *account,
                                                    gboolean          is_masked);
const EnvoiAuditRecord *envoi_log_item_get_record  (EnvoiLogItem     *self);
/* "me@example.org, to 3 recipients" */
char                   *envoi_log_item_dup_who     (EnvoiLogItem     *self);
/* What came of it: "Sent", "Put off: the server is busy". */
char                   *envoi_log_item_dup_outcome (EnvoiLogItem     *self);
/* Nullable: the server's words. */
char                   *envoi_log_item_dup_reply   (EnvoiLogItem     *self);

G_END_DECLS
