/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "envoi-crew.h"
#include "envoi-errand-private.h"

G_BEGIN_DECLS

/**
 * EnvoiPost:
 *
 * One courier's place in its crew. The crew's lock guards it, but for @wake,
 * which only a courier that lies down waits for.
 */
typedef struct {
  GThread      *thread;
  GCancellable *wake;
  gboolean      is_asleep;
  gboolean      is_opening;      /* makes the connection that the others wait for */
  gboolean      has_connection;
  gboolean      is_signed_in;
  gboolean      is_forgotten;    /* the network has changed while it lay idle */
} EnvoiPost;

typedef enum {
  ENVOI_ORDER_NONE,
  ENVOI_ORDER_DELIVER,   /* @errand */
  ENVOI_ORDER_FOLLOW,    /* @endpoint: say hello there while another courier signs in */
  ENVOI_ORDER_WARM_UP,   /* @endpoint, and @credentials if anybody is to sign in */
} EnvoiOrderKind;

/* What a courier is to do next; it owns what is in it. */
typedef struct {
  EnvoiOrderKind        kind;
  EnvoiErrand          *errand;
  EnvoiSmtpEndpoint    *endpoint;
  EnvoiSmtpCredentials *credentials;   /* nullable */
} EnvoiOrder;

/* envoi-crew.c, all for couriers */
EnvoiClock   *envoi_crew_get_clock       (EnvoiCrew            *self);
GCancellable *envoi_crew_get_quit        (EnvoiCrew            *self);
EnvoiOrder    envoi_crew_take_order      (EnvoiCrew            *self,
                                          EnvoiPost            *post);
EnvoiErrand  *envoi_crew_take_fitting    (EnvoiCrew            *self,
                                          EnvoiSmtpEndpoint    *endpoint,
                                          const char           *user);
GQueue        envoi_crew_take_waiting    (EnvoiCrew            *self,
                                          EnvoiSmtpEndpoint    *endpoint,
                                          EnvoiSmtpCredentials *credentials);
void          envoi_crew_put_back        (EnvoiCrew            *self,
                                          EnvoiErrand          *errand);
void          envoi_crew_report          (EnvoiCrew            *self,
                                          EnvoiPost            *post,
                                          gboolean              has_connection,
                                          gboolean              is_signed_in);
void          envoi_crew_note_refusal    (EnvoiCrew            *self,
                                          EnvoiSmtpCredentials *credentials,
                                          EnvoiSmtpOutcome     *outcome);
EnvoiSmtpOutcome *envoi_crew_dup_refusal (EnvoiCrew            *self,
                                          EnvoiSmtpCredentials *credentials);
gboolean      envoi_crew_has_other       (EnvoiCrew            *self,
                                          const EnvoiPost      *post);
gboolean      envoi_crew_is_alone        (EnvoiCrew            *self);
gboolean      envoi_crew_lie_down        (EnvoiCrew            *self,
                                          EnvoiPost            *post);
gboolean      envoi_crew_get_up          (EnvoiCrew            *self,
                                          EnvoiPost            *post);
gboolean      envoi_crew_leave           (EnvoiCrew            *self,
                                          EnvoiPost            *post);
void          envoi_crew_resign          (EnvoiCrew            *self,
                                          EnvoiPost            *post);

/* envoi-courier.c */
void          envoi_courier_run          (EnvoiCrew            *crew,
                                          EnvoiPost            *post);

G_END_DECLS
