/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "envoi-crew.h"

#include "envoi-manifest.h"
#include "envoi-smtp-connection.h"

G_BEGIN_DECLS

/**
 * EnvoiErrand:
 *
 * One letter on its way through a crew: the frozen job, the task that is
 * returned with its outcome, and what a courier needs to send it. It is its
 * task's data.
 *
 * Thread: whoever has it: main, the crew's queue, or one courier
 */
typedef struct {
  EnvoiCourierJob *job;
  GTask *task;
  GSource *cancel_source;   /* main, nullable: takes it back while it waits */

  /* courier */
  EnvoiManifest *manifest;
  GInputStream *message;
  EnvoiSmtpTransaction transaction;
  gboolean is_pledged;      /* its commit was begun, and nothing has been withdrawn */
  gboolean is_committed;
  gboolean is_repeated;     /* once is all a letter gets when a warm connection is lost */

  GMutex mutex;             /* the three below */
  guint64 sent;
  guint64 total;
  gboolean is_progress_due;
} EnvoiErrand;

void         envoi_errand_call_main      (GMainContext           *context,
                                          GSourceFunc             func,
                                          gpointer                data,
                                          GDestroyNotify          notify);
EnvoiErrand *envoi_errand_new            (EnvoiCourierJob        *job,
                                          GTask                  *task);
gboolean     envoi_errand_is_for         (const EnvoiErrand      *self,
                                          EnvoiSmtpEndpoint      *endpoint,
                                          const char             *user);
gboolean     envoi_errand_prepare        (EnvoiErrand            *self);
gboolean     envoi_errand_pledge         (EnvoiErrand            *self);
void         envoi_errand_withdraw       (EnvoiErrand            *self);
void         envoi_errand_return         (EnvoiErrand            *self,
                                          EnvoiDeliveryOutcome   *outcome);
void         envoi_errand_return_smtp    (EnvoiErrand            *self,
                                          const EnvoiSmtpOutcome *outcome,
                                          EnvoiClock             *clock);

G_END_DECLS
