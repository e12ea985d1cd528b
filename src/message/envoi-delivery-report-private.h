/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "envoi-delivery-report.h"

G_BEGIN_DECLS

/* envoi-delivery-status.c: groups of fields "Name: value" (RFC 3464 section 2.1). */

/* Reads a whole message/delivery-status into @report. */
void                    envoi_report_read_status     (EnvoiDeliveryReport    *report,
                                                      GBytes                 *bytes);
EnvoiReportedRecipient *envoi_reported_recipient_new (const char             *address);
void                    envoi_reported_recipient_free (EnvoiReportedRecipient *self);
/* Fills code and status from a server's words, "550 5.1.1 No such user", where they are. */
void                    envoi_report_read_words      (EnvoiReportedRecipient *recipient,
                                                      const char             *words);

/* envoi-delivery-prose.c: reports that only say it in words. */
void                    envoi_report_read_prose      (EnvoiDeliveryReport    *report,
                                                      const char             *prose,
                                                      const char             *failed,
                                                      gboolean                is_delay);
/* The part of @prose before the copy of the letter: (transfer full). */
char                   *envoi_report_cut_copy        (const char             *prose);

G_END_DECLS
