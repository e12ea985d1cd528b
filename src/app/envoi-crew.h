/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>
#include "envoi-clock.h"
#include "envoi-deliverer.h"
#include "envoi-smtp-endpoint.h"
#include "envoi-store.h"

G_BEGIN_DECLS

/* One frozen job: nothing in it changes once a courier has it. */
typedef struct {
  EnvoiSmtpEndpoint         *endpoint;
  EnvoiSmtpCredentials      *credentials;
  EnvoiEnvelope             *envelope;
  GBytes                    *manifest;
  EnvoiStore                *store;
  EnvoiDeliveryPledgeFunc    pledge;       /* nullable, with withdraw */
  EnvoiDeliveryWithdrawFunc  withdraw;
  EnvoiDeliveryCommitFunc    commit;
  EnvoiDeliveryProgressFunc  progress;
  gpointer                   delivery_data;
} EnvoiCourierJob;

EnvoiCourierJob      *envoi_courier_job_new      (EnvoiSmtpEndpoint     *endpoint,
                                                  EnvoiSmtpCredentials  *credentials,
                                                  EnvoiStore            *store,
                                                  const EnvoiDelivery   *delivery);
void                  envoi_courier_job_free     (EnvoiCourierJob       *self);

#define ENVOI_TYPE_CREW (envoi_crew_get_type ())

/* The couriers of one account that has work or a warm connection: one, and more
 * only as far as the provider allows. Signal "ended" (main thread): nobody is
 * left. Thread: main (the couriers' threads inside) */
G_DECLARE_FINAL_TYPE (EnvoiCrew, envoi_crew, ENVOI, CREW, GObject)

EnvoiCrew            *envoi_crew_new             (EnvoiClock            *clock);
/* How many connections the account may have at a time; 1 until this is called. */
void                  envoi_crew_set_most        (EnvoiCrew             *self,
                                                  guint                  most);
/* Nobody is there. */
gboolean              envoi_crew_is_idle         (EnvoiCrew             *self);
/* Takes @job. */
void                  envoi_crew_deliver_async   (EnvoiCrew             *self,
                                                  EnvoiCourierJob       *job,
                                                  GCancellable          *cancellable,
                                                  GAsyncReadyCallback    callback,
                                                  gpointer               user_data);
/* Never NULL. */
EnvoiDeliveryOutcome *envoi_crew_deliver_finish  (EnvoiCrew             *self,
                                                  GAsyncResult          *result);
/* FALSE for a while after a connection made ahead of a letter was refused or not kept. */
gboolean              envoi_crew_can_warm_up     (EnvoiCrew             *self);
/* From now on: whoever asked for the warmth could not say who signs in, or the server would not have it. */
void                  envoi_crew_stay_cold       (EnvoiCrew             *self);
/* Connects ahead of a letter, and signs in unless @credentials is NULL; a failure is not told. */
void                  envoi_crew_warm_up         (EnvoiCrew             *self,
                                                  EnvoiSmtpEndpoint     *endpoint,
                                                  EnvoiSmtpCredentials  *credentials);
/* The network is another one: connections that lie idle are let go. */
void                  envoi_crew_forget_idle     (EnvoiCrew             *self);
/* Ends it as soon as its jobs are done, without keeping connections warm. */
void                  envoi_crew_quit            (EnvoiCrew             *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EnvoiCourierJob, envoi_courier_job_free)

G_END_DECLS
