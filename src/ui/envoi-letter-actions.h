/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "envoi-service.h"

G_BEGIN_DECLS

#define ENVOI_TYPE_LETTER_ACTIONS (envoi_letter_actions_get_type ())

/* What can be done with one letter, as actions that are enabled when its state
 * allows them: edit, reply, reply-all, forward, edit-as-new, use-template, resend, save, cancel, send-now,
 * arrived, compress, fix-recipients, send-in-parts, sign-in, edit-account,
 * open-page, delete. Property "letter". Signals, for whoever owns the windows: "draft-opened"
 * (EnvoiDraft), "compress-wanted" (EnvoiDraft to be opened for that), "account-wanted" (EnvoiAccount, gboolean only the secret), "page-wanted" (const char *
 * url), "delete-wanted" (EnvoiLetter), "save-wanted" (EnvoiLetter), "queued" (const char *letter_id), "told" (const char *sentence). Thread: main */
G_DECLARE_FINAL_TYPE (EnvoiLetterActions, envoi_letter_actions, ENVOI, LETTER_ACTIONS, GObject)

EnvoiLetterActions *envoi_letter_actions_new        (EnvoiService       *service);
GActionGroup       *envoi_letter_actions_get_group  (EnvoiLetterActions *self);
void                envoi_letter_actions_set_letter (EnvoiLetterActions *self,
                                                     EnvoiLetter        *letter);
/* (nullable, transfer none) */
EnvoiLetter        *envoi_letter_actions_get_letter (EnvoiLetterActions *self);
/* Takes @letter_id back and opens it again, as "edit" does for the shown letter. */
void                envoi_letter_actions_undo       (EnvoiLetterActions *self,
                                                     const char         *letter_id);

G_END_DECLS
