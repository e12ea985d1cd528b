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
  EnvoiDeliveryCommitFunc    commit;
  EnvoiDeliveryProgressFunc  progress;
  gpointer                   delivery_data;
} EnvoiCourierJob;

EnvoiCourierJob      *envoi_courier_job_new           (EnvoiSmtpEndpoint     *endpoint,
                                                       EnvoiSmtpCredentials  *credentials,
                                                       EnvoiStore            *store,
                                                       const EnvoiDelivery   *delivery);
void                  envoi_courier_job_free          (EnvoiCourierJob       *self);

#define ENVOI_TYPE_COURIER (envoi_courier_get_type ())

/* The thread of one account that has work or a warm connection. Signal "ended"
 * (main thread): it takes no more jobs. Thread: main (its own thread inside) */
G_DECLARE_FINAL_TYPE (EnvoiCourier, envoi_courier, ENVOI, COURIER, GObject)

EnvoiCourier         *envoi_courier_new               (EnvoiClock            *clock);
/* Takes @job. FALSE, with @job still the caller's, when the courier has ended. */
gboolean              envoi_courier_deliver_async     (EnvoiCourier          *self,
                                                       EnvoiCourierJob       *job,
                                                       GCancellable          *cancellable,
                                                       GAsyncReadyCallback    callback,
                                                       gpointer               user_data);
/* Connects and signs in ahead of a letter; a failure is not told. FALSE when it has ended. */
gboolean              envoi_courier_warm_up           (EnvoiCourier          *self,
                                                       EnvoiSmtpEndpoint     *endpoint,
                                                       EnvoiSmtpCredentials  *credentials);
EnvoiDeliveryOutcome *envoi_courier_deliver_finish    (EnvoiCourier          *self,
                                                       GAsyncResult          *result);
/* Ends it as soon as its jobs are done, without keeping the connection warm. */
void                  envoi_courier_quit              (EnvoiCourier          *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EnvoiCourierJob, envoi_courier_job_free)

G_END_DECLS
