/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "envoi-audit-record.h"

G_BEGIN_DECLS

/* "m***@example.org": enough to tell accounts apart, too little to write to. Every
 * address in @text is masked. Pure. */
char *envoi_audit_line_mask   (const char             *text);
/* One JSON object without a line end: the line of an export. Pure. */
char *envoi_audit_line_format (const EnvoiAuditRecord *record,
                               gboolean                is_masked);

G_END_DECLS
