/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "envoi-secret-store.h"
#include "envoi-service.h"
#include "envoi-store.h"

G_BEGIN_DECLS

/* A service in folders of its own, with secrets in memory and the real practice server. */
typedef struct {
  char *folder;
  EnvoiSecretStore *secrets;
  EnvoiService *service;
} Fixture;

/* @secrets: nullable, taken; NULL = an empty store in memory. A folder that is set is used. */
void               fixture_start         (Fixture           *self,
                                          EnvoiServiceFlags  flags,
                                          EnvoiSecretStore  *secrets);
void               fixture_stop          (Fixture           *self);
/* A second service on the same folders. */
EnvoiService      *fixture_start_another (Fixture           *self,
                                          EnvoiServiceFlags  flags);
void               fixture_stop_service  (EnvoiService      *service);
EnvoiAccount      *fixture_get_practice  (Fixture           *self);
/* A saved account at the practice server, which wants "practice@localhost" to sign in. */
EnvoiAccount      *fixture_add_account   (Fixture           *self,
                                          const char        *email,
                                          const char        *password);
EnvoiDraft        *fixture_write         (Fixture           *self,
                                          EnvoiAccount      *account,
                                          const char        *to);
/* Sends @draft. Returns the letter's id. */
char              *fixture_send          (Fixture           *self,
                                          EnvoiDraft        *draft,
                                          gint64             hold_until);
gint64             fixture_now           (Fixture           *self);
/* Waits until the letter is neither queued nor on its way, and loads it. */
EnvoiLetterRecord *fixture_wait_settled  (Fixture           *self,
                                          const char        *id);
EnvoiLetterRecord *fixture_load          (Fixture           *self,
                                          const char        *id);
/* What the practice server received last. */
GBytes            *fixture_read_received (Fixture           *self);
guint              fixture_count_received (Fixture          *self);
/* Whether who types the first word is offered @person, a line of the list. */
gboolean           fixture_knows         (Fixture           *self,
                                          const char        *person);

G_END_DECLS
