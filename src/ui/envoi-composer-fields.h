/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "envoi-people.h"
#include "envoi-account-list.h"
#include "envoi-draft.h"
#include "envoi-provider-table.h"

G_BEGIN_DECLS

#define ENVOI_TYPE_COMPOSER_FIELDS (envoi_composer_fields_get_type ())

/* From, To, Cc, Bcc, Reply-To and Subject, bound to a draft. Cc, Bcc and Reply-To
 * appear when asked for ("fields.show" with the draft's property name) or used.
 * Thread: main */
G_DECLARE_FINAL_TYPE (EnvoiComposerFields, envoi_composer_fields, ENVOI, COMPOSER_FIELDS, AdwBin)

GtkWidget *envoi_composer_fields_new    (void);
/* @accounts: nullable */
void       envoi_composer_fields_set_up (EnvoiComposerFields *self,
                                         EnvoiAccountList    *accounts,
                                         EnvoiDraft          *draft);
/* What is typed becomes chips. */
void       envoi_composer_fields_commit (EnvoiComposerFields *self);
/* Shows the field and puts the caret there: on what is wrong, if something is. */
void       envoi_composer_fields_focus  (EnvoiComposerFields *self,
                                         const char          *field);

/* For completion, see envoi_recipient_entry_set_known(). */
void       envoi_composer_fields_set_known (EnvoiComposerFields *self,
                                            EnvoiPeople         *known);
/* What providers do with senders they do not know is said below the field. */
void       envoi_composer_fields_set_providers (EnvoiComposerFields *self,
                                          EnvoiProviderTable  *providers);

G_END_DECLS
