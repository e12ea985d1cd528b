/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "envoi-message-reader.h"
#include "envoi-raw-private.h"

G_BEGIN_DECLS

/* What can be said against a message, in the order of the list below it. */
typedef struct {
  const char *octets;
  gsize length;
  EnvoiRawHeader *header;
  const char *html;                 /* nullable */
  const char *text;                 /* nullable */
  GPtrArray *parts;                 /* of EnvoiReceivedPart */
  gboolean has_new_names_only;      /* a file name by RFC 2231 alone */
} EnvoiMessageEvidence;

/* Untranslated, static; NULL-terminated. */
const char **envoi_message_find_complaints (const EnvoiMessageEvidence *evidence);

G_END_DECLS
