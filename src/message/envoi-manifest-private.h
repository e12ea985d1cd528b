/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "envoi-manifest.h"
#include "envoi-segment-private.h"

G_BEGIN_DECLS

/* What a manifest is made of; envoi_manifest_take() leaves it empty. */
typedef struct {
  EnvoiEnvelope *envelope;
  char *subject;
  char *message_id;
  char *to_line;
  gboolean is_8bit;
  gboolean needs_smtputf8;
  GPtrArray *segments;   /* of EnvoiSegment */
  GBytes *draft;         /* nullable: none for a raw letter */
} EnvoiManifestParts;

void           envoi_manifest_parts_clear (EnvoiManifestParts *parts);
EnvoiManifest *envoi_manifest_take        (EnvoiManifestParts *parts);

/* "<token@domain of @mailbox>", the domain as A-labels. */
char          *envoi_manifest_make_message_id (const char     *mailbox,
                                               const char     *token);
/* RFC 5322 section 3.3, with the zone, in English whatever the locale. */
char          *envoi_manifest_make_date       (EnvoiClock     *clock);
/* Mailboxes of all @lists, NULL-terminated, each once. (element-type EnvoiAddress) */
GStrv          envoi_manifest_merge           (GPtrArray      *lists[],
                                               guint           n_lists);
/* (element-type EnvoiAddress) */
char          *envoi_manifest_make_line       (GPtrArray      *addresses);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (EnvoiManifestParts, envoi_manifest_parts_clear)

G_END_DECLS
