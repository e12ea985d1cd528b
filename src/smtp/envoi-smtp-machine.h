/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "envoi-clock.h"
#include "envoi-smtp-capabilities.h"
#include "envoi-smtp-command.h"
#include "envoi-smtp-endpoint.h"
#include "envoi-smtp-outcome.h"

G_BEGIN_DECLS

/**
 * EnvoiSmtpMachine:
 *
 * The protocol without sockets: octets and events in, octets and one outcome
 * an operation out. Whoever drives it asks for the next action, does it, and
 * tells what came of it.
 *
 * Thread: courier
 */
typedef struct _EnvoiSmtpMachine EnvoiSmtpMachine;

typedef enum {
  ENVOI_SMTP_STATE_NEW,        /* nothing has been said */
  ENVOI_SMTP_STATE_HANDSHAKE,  /* TLS starts */
  ENVOI_SMTP_STATE_GREETING,   /* the server is to speak */
  ENVOI_SMTP_STATE_EHLO,
  ENVOI_SMTP_STATE_STARTTLS,
  ENVOI_SMTP_STATE_GREETED,    /* EHLO was answered inside TLS, the sign-in waits */
  ENVOI_SMTP_STATE_AUTH,
  ENVOI_SMTP_STATE_READY,      /* signed in, nothing under way */
  ENVOI_SMTP_STATE_ENVELOPE,   /* commands are out, the message is not wanted yet */
  ENVOI_SMTP_STATE_BODY,       /* the message is wanted */
  ENVOI_SMTP_STATE_COMMIT,     /* all but the last octets were given */
  ENVOI_SMTP_STATE_FINAL,      /* the last octets may be on their way */
  ENVOI_SMTP_STATE_QUIT,
  ENVOI_SMTP_STATE_CLOSED,
  ENVOI_SMTP_N_STATES,
} EnvoiSmtpState;

typedef enum {
  ENVOI_SMTP_ACTION_EXCHANGE,  /* write what there is, read what comes */
  ENVOI_SMTP_ACTION_HANDSHAKE, /* make TLS, then did_handshake() */
  ENVOI_SMTP_ACTION_BODY,      /* the next piece to give_body(), or end_body() */
  ENVOI_SMTP_ACTION_COMMIT,    /* make it durable, then did_commit() */
  ENVOI_SMTP_ACTION_DONE,      /* take_outcome() */
} EnvoiSmtpAction;

EnvoiSmtpMachine            *envoi_smtp_machine_new              (EnvoiSmtpEndpoint            *endpoint,
                                                                  EnvoiClock                   *clock);
void                         envoi_smtp_machine_free             (EnvoiSmtpMachine             *self);

/* Operations: begin one, follow the actions until DONE, take its outcome. A
 * letter may begin behind another (can_follow); outcomes come in order. */
void                         envoi_smtp_machine_open             (EnvoiSmtpMachine             *self,
                                                                  EnvoiSmtpCredentials         *credentials,
                                                                  const GError                 *connect_error);
void                         envoi_smtp_machine_greet            (EnvoiSmtpMachine             *self,
                                                                  const GError                 *connect_error);
void                         envoi_smtp_machine_sign_in          (EnvoiSmtpMachine             *self,
                                                                  EnvoiSmtpCredentials         *credentials);
void                         envoi_smtp_machine_send             (EnvoiSmtpMachine             *self,
                                                                  EnvoiEnvelope                *envelope,
                                                                  const EnvoiSmtpMessageTraits *traits);
void                         envoi_smtp_machine_probe            (EnvoiSmtpMachine             *self,
                                                                  const char                   *sender);
void                         envoi_smtp_machine_quit             (EnvoiSmtpMachine             *self);
EnvoiSmtpAction              envoi_smtp_machine_get_action       (const EnvoiSmtpMachine       *self);
gboolean                     envoi_smtp_machine_has_operation    (const EnvoiSmtpMachine       *self);
EnvoiSmtpOutcome            *envoi_smtp_machine_take_outcome     (EnvoiSmtpMachine             *self);

/* What the driver did. */
const guint8                *envoi_smtp_machine_peek_output      (const EnvoiSmtpMachine       *self,
                                                                  gsize                        *length);
void                         envoi_smtp_machine_did_write        (EnvoiSmtpMachine             *self,
                                                                  gsize                         length);
void                         envoi_smtp_machine_did_read         (EnvoiSmtpMachine             *self,
                                                                  const guint8                 *bytes,
                                                                  gsize                         length);
void                         envoi_smtp_machine_did_handshake    (EnvoiSmtpMachine             *self,
                                                                  GBytes                       *channel_binding);
void                         envoi_smtp_machine_give_body        (EnvoiSmtpMachine             *self,
                                                                  const guint8                 *bytes,
                                                                  gsize                         length);
void                         envoi_smtp_machine_end_body         (EnvoiSmtpMachine             *self);
void                         envoi_smtp_machine_did_commit       (EnvoiSmtpMachine             *self);
void                         envoi_smtp_machine_did_hang_up      (EnvoiSmtpMachine             *self,
                                                                  gboolean                      has_unsent);
void                         envoi_smtp_machine_did_fail         (EnvoiSmtpMachine             *self,
                                                                  const GError                 *cause,
                                                                  gboolean                      has_unsent);
void                         envoi_smtp_machine_give_up          (EnvoiSmtpMachine             *self,
                                                                  const GError                 *cause);
void                         envoi_smtp_machine_add_note         (EnvoiSmtpMachine             *self,
                                                                  const char                   *note);

/* What it knows. */
EnvoiSmtpState               envoi_smtp_machine_get_state        (const EnvoiSmtpMachine       *self);
EnvoiSmtpPhase               envoi_smtp_machine_get_phase        (const EnvoiSmtpMachine       *self);
guint                        envoi_smtp_machine_get_n_replies    (const EnvoiSmtpMachine       *self);
guint                        envoi_smtp_machine_get_n_owed       (const EnvoiSmtpMachine       *self);
gboolean                     envoi_smtp_machine_can_send         (const EnvoiSmtpMachine       *self);
gboolean                     envoi_smtp_machine_can_follow       (const EnvoiSmtpMachine       *self);
gboolean                     envoi_smtp_machine_has_room_behind  (const EnvoiSmtpMachine       *self,
                                                                  guint                        *n_letters,
                                                                  guint64                      *n_octets);
gboolean                     envoi_smtp_machine_can_give_up      (const EnvoiSmtpMachine       *self);
const char                  *envoi_smtp_machine_get_greeting     (const EnvoiSmtpMachine       *self);
const char                  *envoi_smtp_machine_get_mechanism    (const EnvoiSmtpMachine       *self);
const EnvoiSmtpCapabilities *envoi_smtp_machine_get_capabilities (const EnvoiSmtpMachine       *self);
const char                  *envoi_smtp_state_to_string          (EnvoiSmtpState                state);
gboolean                     envoi_smtp_state_may_follow         (EnvoiSmtpState                from,
                                                                  EnvoiSmtpState                to);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EnvoiSmtpMachine, envoi_smtp_machine_free)

G_END_DECLS
