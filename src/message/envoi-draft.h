/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>
#include "envoi-attachment.h"

G_BEGIN_DECLS

#define ENVOI_TYPE_DRAFT (envoi_draft_get_type ())

/* A letter while it is written. Fields hold what the person typed, right or
 * wrong, so that nothing typed is ever lost; sealing checks them.
 * Properties (strings, never NULL, "" when empty, notify on change):
 * "id" (construct-only, made by the caller), "account-id", "from" (an address
 * with name), "to", "cc", "bcc",
 * "reply-to", "subject", "html" ("" = plain text only), "text" (the plain twin;
 * derived from "html" at sealing unless "is-text-custom"), "in-reply-to",
 * "references", "text-basis" (what a custom "text" was written for, a checksum);
 * boolean "is-text-custom", "wants-receipt", "is-all-or-nothing".
 * "attachments": GListModel of EnvoiAttachment.
 * Signal "changed": anything a save must keep has changed, attachments included.
 * Thread: main */
G_DECLARE_FINAL_TYPE (EnvoiDraft, envoi_draft, ENVOI, DRAFT, GObject)

EnvoiDraft  *envoi_draft_new               (const char       *id);
const char  *envoi_draft_get_id            (EnvoiDraft       *self);
/* Any string property by its name: envoi_draft_get (draft, "subject"). */
const char  *envoi_draft_get               (EnvoiDraft       *self,
                                            const char       *property);
void         envoi_draft_set               (EnvoiDraft       *self,
                                            const char       *property,
                                            const char       *value);
GListModel  *envoi_draft_get_attachments   (EnvoiDraft       *self);
void         envoi_draft_add_attachment    (EnvoiDraft       *self,
                                            EnvoiAttachment  *attachment);
void         envoi_draft_insert_attachment (EnvoiDraft       *self,
                                            guint             position,
                                            EnvoiAttachment  *attachment);
void         envoi_draft_remove_attachment (EnvoiDraft       *self,
                                            EnvoiAttachment  *attachment);
/* Extra header fields, for envoictl --header. Errors: REFUSED_INPUT */
gboolean     envoi_draft_add_header        (EnvoiDraft       *self,
                                            const char       *name,
                                            const char       *value,
                                            GError          **error);
/* Whether there is nothing worth keeping. */
gboolean     envoi_draft_is_empty          (EnvoiDraft       *self);
GBytes      *envoi_draft_serialize         (EnvoiDraft       *self);
EnvoiDraft  *envoi_draft_deserialize       (const char       *id,
                                            GBytes           *bytes,
                                            GError          **error);

G_END_DECLS
