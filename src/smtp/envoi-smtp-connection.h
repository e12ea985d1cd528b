/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>
#include "envoi-clock.h"
#include "envoi-envelope.h"
#include "envoi-smtp-endpoint.h"
#include "envoi-smtp-outcome.h"

G_BEGIN_DECLS

#define ENVOI_TYPE_SMTP_CONNECTION (envoi_smtp_connection_get_type ())

/* The blocking driver of one submission connection around the socket-free
 * machine. Every call is cancellable within 100 ms in every state.
 * Thread: courier (the thread that made it) */
G_DECLARE_FINAL_TYPE (EnvoiSmtpConnection, envoi_smtp_connection, ENVOI, SMTP_CONNECTION, GObject)

/* Called on the courier thread before the byte after which delivery can no
 * longer be ruled out is written; returns when that fact is durable, or FALSE
 * to stop the transaction cleanly before it. */
typedef gboolean (*EnvoiSmtpCommitFunc)   (gpointer   user_data,
                                           GError   **error);
/* Octets of the message the peer has acknowledged so far (TCP, SIOCOUTQ). Courier thread. */
typedef void     (*EnvoiSmtpProgressFunc) (guint64    sent,
                                           guint64    total,
                                           gpointer   user_data);

typedef struct {
  EnvoiEnvelope         *envelope;      /* borrowed */
  GInputStream          *message;       /* borrowed; CRLF lines */
  guint64                size;          /* exact octets of @message */
  gboolean               is_8bit;
  gboolean               needs_smtputf8;
  EnvoiSmtpCommitFunc    commit;        /* nullable */
  EnvoiSmtpProgressFunc  progress;      /* nullable */
  gpointer               user_data;
  GCancellable          *cancellable;   /* nullable, borrowed; stops this letter until its commit */
} EnvoiSmtpTransaction;

/* Where letters come from and outcomes go to. Courier thread. */
typedef struct {
  /* The next letter, which stays valid until it is done; NULL when there is none at present. */
  const EnvoiSmtpTransaction *(*next) (gpointer                    user_data);
  /* Nullable: behind the letter that begins now, so many more may leave at once, of so
   * many octets in all. A good moment to prepare their commits. */
  void                        (*ahead) (guint                      n_letters,
                                        guint64                    n_octets,
                                        gpointer                   user_data);
  void                        (*done) (const EnvoiSmtpTransaction *transaction,
                                       EnvoiSmtpOutcome           *outcome,
                                       gpointer                    user_data);
  gpointer                      user_data;
} EnvoiSmtpLetterSource;

/* What the server offers after TLS, for "account check". */
typedef struct {
  char     *greeting;
  char    **keywords;       /* the EHLO lines, safe to show */
  char     *tls_version;
  char     *tls_cipher;
  char     *certificate;    /* a few lines: for whom, by whom, until when */
  char     *certificate_key; /* "sha256:..." of its public key, to compare and to pin */
  char     *mechanism;      /* the one used */
  guint64   size_limit;     /* 0 = not said */
} EnvoiSmtpServerInfo;

/* Told of each phase as it begins. Courier thread. */
typedef void (*EnvoiSmtpPhaseFunc) (EnvoiSmtpPhase phase,
                                    gpointer       user_data);

EnvoiSmtpConnection       *envoi_smtp_connection_new         (EnvoiSmtpEndpoint           *endpoint,
                                                              EnvoiClock                  *clock);
void                       envoi_smtp_connection_set_phase_func (EnvoiSmtpConnection      *self,
                                                              EnvoiSmtpPhaseFunc           func,
                                                              gpointer                     user_data);
/* Connect, TLS, EHLO, AUTH. @error: UNREACHABLE, PROXY_UNUSABLE, TLS_*, AUTH_*, TRANSIENT,
 * PERMANENT, PROTOCOL, G_IO_ERROR_CANCELLED. The outcome (never NULL) tells more. */
EnvoiSmtpOutcome          *envoi_smtp_connection_open_sync   (EnvoiSmtpConnection         *self,
                                                              EnvoiSmtpCredentials        *credentials,
                                                              GCancellable                *cancellable);
/* The same in two steps, for a sign-in whose secret is still on its way. */
EnvoiSmtpOutcome          *envoi_smtp_connection_greet_sync  (EnvoiSmtpConnection         *self,
                                                              GCancellable                *cancellable);
EnvoiSmtpOutcome          *envoi_smtp_connection_sign_in_sync (EnvoiSmtpConnection        *self,
                                                              EnvoiSmtpCredentials        *credentials,
                                                              GCancellable                *cancellable);
/* One letter on an open connection. Never NULL. */
EnvoiSmtpOutcome          *envoi_smtp_connection_send_sync   (EnvoiSmtpConnection         *self,
                                                              const EnvoiSmtpTransaction  *transaction,
                                                              GCancellable                *cancellable);
/* Letters behind each other, as many as @source has; the next one's envelope
 * leaves with the end of the last. */
void                       envoi_smtp_connection_send_many_sync (EnvoiSmtpConnection      *self,
                                                              const EnvoiSmtpLetterSource *source,
                                                              GCancellable                *cancellable);
/* MAIL, RCPT self, RSET without a message: "account check". */
EnvoiSmtpOutcome          *envoi_smtp_connection_probe_sync  (EnvoiSmtpConnection         *self,
                                                              const char                  *sender,
                                                              GCancellable                *cancellable);
const EnvoiSmtpServerInfo *envoi_smtp_connection_get_info    (EnvoiSmtpConnection         *self);
/* Open, in step with the server and not closed by it meanwhile; never blocks, sends nothing. */
gboolean                   envoi_smtp_connection_is_reusable (EnvoiSmtpConnection         *self);
/* QUIT, for somebody who wants to know how it went. Never NULL. */
EnvoiSmtpOutcome          *envoi_smtp_connection_quit_sync   (EnvoiSmtpConnection         *self);
/* Open as after greet_sync(), and not closed by the server meanwhile; never blocks. */
gboolean                   envoi_smtp_connection_can_sign_in (EnvoiSmtpConnection         *self);
/* Waits until the server ends an idle connection (FALSE), or @wake or the time does. */
gboolean                   envoi_smtp_connection_watch_sync  (EnvoiSmtpConnection         *self,
                                                              guint                        timeout_ms,
                                                              GCancellable                *wake);
/* QUIT and close_notify without waiting over 2 s. */
void                       envoi_smtp_connection_close_sync  (EnvoiSmtpConnection         *self);

G_END_DECLS
