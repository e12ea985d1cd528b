/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>
#include "envoi-account.h"
#include "envoi-outbox.h"

G_BEGIN_DECLS

#define ENVOI_TYPE_LETTER_LIST (envoi_letter_list_get_type ())

/* The letters of one folder or of a search. Property "one-click" (a click opens, as
 * a narrow window needs). Signals: "chosen"
 * (nullable EnvoiLetter), "activated" (EnvoiLetter). */
G_DECLARE_FINAL_TYPE (EnvoiLetterList, envoi_letter_list, ENVOI, LETTER_LIST, AdwBin)

void envoi_letter_list_set_outbox   (EnvoiLetterList *self,
                                     EnvoiOutbox     *outbox);
void envoi_letter_list_set_folder   (EnvoiLetterList *self,
                                     EnvoiFolder      folder);
/* What a search for @words has found: a GListModel of EnvoiSearchHit. */
void envoi_letter_list_set_hits     (EnvoiLetterList *self,
                                     const char      *words,
                                     GListModel      *hits);
/* Followed: without one of the person's own, an empty folder offers to add one. */
void envoi_letter_list_set_accounts (EnvoiLetterList *self,
                                     GListModel      *accounts);
/* Selects @letter when it is in the list; NULL selects nothing. */
void envoi_letter_list_select       (EnvoiLetterList *self,
                                     EnvoiLetter     *letter);
/* What a search has found does not follow the folders. */
void envoi_letter_list_forget_hit   (EnvoiLetterList *self,
                                     EnvoiLetter     *letter);

G_END_DECLS
