/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>
#include "envoi-clock.h"
#include "envoi-oauth-token.h"

G_BEGIN_DECLS

#define ENVOI_TYPE_TOKEN_JOURNAL (envoi_token_journal_get_type ())

/* What is remembered of each account's sign-in, and no secret: when, until when, for what.
 * Kept in a key file, so that a page can tell it before the first token of a session. Signal
 * "changed" (const char *account_id). Thread: main */
G_DECLARE_FINAL_TYPE (EnvoiTokenJournal, envoi_token_journal, ENVOI, TOKEN_JOURNAL, GObject)

/* Times in microseconds since the epoch; 0 = not known. */
typedef struct {
  gint64  signed_in_us;
  gint64  refreshed_us;
  gint64  ends_us;         /* when the provider said that the permission ends */
  char   *scope;           /* nullable: what was granted */
} EnvoiTokenNote;

/* @file: nullable, NULL remembers for this session only. */
EnvoiTokenJournal    *envoi_token_journal_new         (GFile                *file,
                                                       EnvoiClock           *clock);
/* Never fails: what cannot be read is not known. */
void                  envoi_token_journal_load_async  (EnvoiTokenJournal    *self,
                                                       GCancellable         *cancellable,
                                                       GAsyncReadyCallback   callback,
                                                       gpointer              user_data);
void                  envoi_token_journal_load_finish (EnvoiTokenJournal    *self,
                                                       GAsyncResult         *result);
/* @is_sign_in: by the person, not by a refresh. */
void                  envoi_token_journal_add         (EnvoiTokenJournal    *self,
                                                       const char           *account_id,
                                                       EnvoiOAuthToken      *token,
                                                       gboolean              is_sign_in);
void                  envoi_token_journal_forget      (EnvoiTokenJournal    *self,
                                                       const char           *account_id);
/* (nullable, transfer none) */
const EnvoiTokenNote *envoi_token_journal_get         (EnvoiTokenJournal    *self,
                                                       const char           *account_id);

G_END_DECLS
