/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "envoi-store.h"
#include "envoi-test.h"

G_BEGIN_DECLS

/* The asynchronous calls as plain ones, for tests: each runs the main context
 * until the answer is there. */
EnvoiStore        *envoi_fixture_open_store   (const char              *folder);
void               envoi_fixture_close_store  (EnvoiStore              *store);
gboolean           envoi_fixture_write        (EnvoiStore              *store,
                                               const EnvoiLetterRecord *record,
                                               guint                    expected,
                                               GError                 **error);
EnvoiLetterRecord *envoi_fixture_load         (EnvoiStore              *store,
                                               const char              *letter_id,
                                               GError                 **error);
GPtrArray         *envoi_fixture_list         (EnvoiStore              *store,
                                               guint                    states,
                                               guint                    offset,
                                               guint                    limit);
GPtrArray         *envoi_fixture_list_attempts (EnvoiStore             *store,
                                               const char              *letter_id);
gboolean           envoi_fixture_delete       (EnvoiStore              *store,
                                               const char              *letter_id,
                                               guint                    expected,
                                               GError                 **error);
char              *envoi_fixture_import       (EnvoiStore              *store,
                                               const char              *bytes,
                                               gsize                    length,
                                               GError                 **error);
gboolean           envoi_fixture_hand_over    (EnvoiStore              *store,
                                               const char              *letter_id,
                                               GError                 **error);
/* A letter to two recipients with a manifest and every field set. */
EnvoiLetterRecord *envoi_fixture_make_letter  (const char              *id,
                                               EnvoiLetterState         state);

/* A store in a folder of its own, for g_test_add(). */
typedef struct {
  char       *folder;
  EnvoiStore *store;
} EnvoiStoreFixture;

void               envoi_fixture_set_up       (EnvoiStoreFixture       *self,
                                               gconstpointer            data);
void               envoi_fixture_tear_down    (EnvoiStoreFixture       *self,
                                               gconstpointer            data);
/* As another process, or a later start, finds it. */
void               envoi_fixture_reopen       (EnvoiStoreFixture       *self);
void               envoi_fixture_write_ok     (EnvoiStoreFixture       *self,
                                               const EnvoiLetterRecord *record,
                                               guint                    expected);
EnvoiLetterRecord *envoi_fixture_load_ok      (EnvoiStoreFixture       *self,
                                               const char              *id);

#define EVERY_STATE ((1u << (ENVOI_LETTER_UNKNOWN + 1)) - 1)

G_END_DECLS
