/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "envoi-delivery-report.h"
#include "envoi-service.h"

G_BEGIN_DECLS

/**
 * EnvoiReportResult:
 *
 * What a delivery report was good for.
 *
 * Thread: main
 */
typedef struct {
  char  *letter_id;     /* nullable: it is about none of our letters */
  guint  n_returned;    /* recipients of the letter, marked now or before */
  guint  n_delayed;
  guint  n_delivered;
  char  *first;         /* nullable: the first of these recipients */
} EnvoiReportResult;

void               envoi_report_result_free          (EnvoiReportResult         *self);
/* Finds the letter that @report is about by Message-ID, envelope id, or, where a provider has
 * changed these, by subject and recipient; marks the recipients on it.
 * Errors: CONFLICT (it is going out), NO_SPACE, CORRUPT */
void               envoi_service_take_report_async   (EnvoiService              *self,
                                                      const EnvoiDeliveryReport *report,
                                                      GAsyncReadyCallback        callback,
                                                      gpointer                   user_data);
EnvoiReportResult *envoi_service_take_report_finish  (EnvoiService              *self,
                                                      GAsyncResult              *result,
                                                      GError                   **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EnvoiReportResult, envoi_report_result_free)

G_END_DECLS
