/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "envoi-message-reader.h"

G_BEGIN_DECLS

/* What became of a letter for one recipient (RFC 3464 section 2.3.3). */
typedef enum {
  ENVOI_REPORT_FAILED,
  ENVOI_REPORT_DELAYED,
  ENVOI_REPORT_DELIVERED,
  ENVOI_REPORT_RELAYED,      /* to a system that sends no reports */
} EnvoiReportAction;

typedef struct {
  char              *address;         /* as the letter named it, when the report says so */
  char              *final_address;   /* nullable: where it went in the end */
  EnvoiReportAction  action;
  char              *status;          /* nullable: "5.1.1" */
  int                code;            /* of the last server's reply; 0 = not told */
  char              *text;            /* nullable: its words, safe to show */
} EnvoiReportedRecipient;

/**
 * EnvoiDeliveryReport:
 *
 * A bounce, a note of delay or a receipt, from whatever system wrote it.
 *
 * Thread: any (immutable)
 */
typedef struct {
  char      **message_ids;   /* that the letter may have had, with <>; the likeliest first */
  char       *envelope_id;   /* nullable: ENVID of the letter */
  char       *subject;       /* nullable: the letter's */
  GPtrArray  *recipients;    /* of EnvoiReportedRecipient; may be empty */
  char       *text;          /* what the report says to a person, shortened; "" = nothing */
} EnvoiDeliveryReport;

EnvoiDeliveryReport *envoi_delivery_report_new  (EnvoiMessageReader  *message);
void                 envoi_delivery_report_free (EnvoiDeliveryReport *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EnvoiDeliveryReport, envoi_delivery_report_free)

G_END_DECLS
