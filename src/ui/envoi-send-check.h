/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "envoi-draft.h"
#include "envoi-send-limits.h"

G_BEGIN_DECLS

/* What a letter may lack, looked at before it is sent. Pure: nothing is asked,
 * nothing is changed. */
typedef enum {
  ENVOI_SEND_NO_RECIPIENT,
  ENVOI_SEND_BAD_ADDRESS,
  ENVOI_SEND_NO_SUBJECT,
  ENVOI_SEND_NO_TEXT,
  ENVOI_SEND_NO_ATTACHMENT,
  ENVOI_SEND_OTHER_SENDER,         /* the provider wants the account's own address */
  ENVOI_SEND_TOO_MANY_RECIPIENTS,  /* more than the provider takes */
  ENVOI_SEND_MANY_VISIBLE,         /* everybody would see everybody's address */
  ENVOI_SEND_TOO_LARGE,
  ENVOI_SEND_REFUSED_FILE,
  ENVOI_SEND_SENSITIVE,
  ENVOI_SEND_OPEN_PLACEHOLDER,     /* {{name}} that has no value */
  ENVOI_SEND_ODD_DOMAIN,           /* new, or nearly one that is known */
} EnvoiSendFindingKind;

typedef struct {
  EnvoiSendFindingKind  kind;
  gboolean              is_blocking;   /* cannot be sent like this */
  const char           *field;         /* the draft's property to look at, "attachments", "compress", "parts" or
                                        * "separately" */
  char                 *text;          /* a translated sentence */
} EnvoiSendFinding;

/* (element-type EnvoiSendFinding) (transfer full), the blocking ones first. @limits: nullable */
GPtrArray *envoi_send_check_run                 (EnvoiDraft            *draft,
                                                 const EnvoiSendLimits *limits);
/* Whether the letter speaks of something attached; quotations and signature do not count. */
gboolean   envoi_send_check_mentions_attachment (const char            *text);

G_END_DECLS
