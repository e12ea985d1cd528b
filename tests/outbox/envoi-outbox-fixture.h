/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "envoi-fake-deliverer.h"
#include "envoi-outbox.h"
#include "envoi-store-fixture.h"
#include "envoi-test.h"

G_BEGIN_DECLS

#define SECOND G_GINT64_CONSTANT (1000000)
#define MINUTE (60 * SECOND)
#define HOUR (60 * MINUTE)
#define BEGINNING (G_GINT64_CONSTANT (1700000000) * SECOND)

/* One process: a store, an outbox and a way to the server. */
typedef struct {
  char               *folder;
  EnvoiStore         *store;
  EnvoiOutbox        *outbox;
  EnvoiFakeDeliverer *deliverer;   /* shared by those that talk to one server */
  EnvoiClock         *clock;
} EnvoiInstance;

EnvoiInstance    *envoi_instance_start      (const char         *folder,
                                             EnvoiFakeDeliverer *deliverer,
                                             EnvoiClock         *clock,
                                             gboolean            may_send);
/* An orderly end; finds objects that outlive it. */
void              envoi_instance_stop       (EnvoiInstance      *self);
/* Runs what is ready and lets the store's thread finish what it has. */
void              envoi_instance_rest       (EnvoiInstance      *self);

EnvoiLetterRecord *envoi_instance_make_letter (const char       *id,
                                             const char         *account_id,
                                             const char         *text,
                                             gint64              hold_until);
gboolean          envoi_instance_submit     (EnvoiInstance      *self,
                                             const char         *id,
                                             const char         *account_id,
                                             const char         *text,
                                             gint64              hold_until,
                                             GError            **error);
gboolean          envoi_instance_submit_letter (EnvoiInstance   *self,
                                             EnvoiLetterRecord   *record,
                                             GError             **error);
gboolean          envoi_instance_save_draft (EnvoiInstance      *self,
                                             const char         *id,
                                             const char         *text,
                                             GError            **error);
gboolean          envoi_instance_act        (EnvoiInstance      *self,
                                             const char         *id,
                                             EnvoiOutboxAction   action,
                                             GError            **error);
EnvoiLetterState  envoi_instance_get_state  (EnvoiInstance      *self,
                                             const char         *id);
const EnvoiLetterRecord *envoi_instance_get_record (EnvoiInstance *self,
                                             const char         *id);
void              envoi_instance_wait_state (EnvoiInstance      *self,
                                             const char         *id,
                                             EnvoiLetterState    state);
void              envoi_instance_wait_holding (EnvoiInstance    *self,
                                             const char         *id);
void              envoi_instance_move_clock (EnvoiInstance      *self,
                                             gint64              by);

G_END_DECLS
