/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "envoi-smtp-connection.h"
#include "envoi-smtp-machine.h"
#include "envoi-smtp-transport.h"

G_BEGIN_DECLS

/* How long each wait may take, in milliseconds. */
typedef struct {
  guint connect_ms;   /* the name and all its addresses */
  guint tls_ms;
  guint greeting_ms;
  guint command_ms;
  guint first_ms;     /* for the first reply on a connection that lay idle; 0 = command_ms */
  guint data_ms;      /* for the 354 */
  guint stall_ms;     /* while nothing more can be written */
  guint final_ms;     /* for the reply to the whole letter */
  guint quit_ms;
} EnvoiSmtpTimeouts;

#define ENVOI_SMTP_INPUT_OCTETS (16 * 1024)
#define ENVOI_SMTP_PIECE_OCTETS (64 * 1024)
/* How long a deadline that passed while the computer slept is noticed late. */
#define ENVOI_SMTP_LONGEST_WAIT_MS 1000

/**
 * EnvoiSmtpConnection:
 *
 * Drives a machine over a socket: does what the machine asks for, keeps the
 * deadlines, and tells the machine what came of it. It knows no SMTP.
 *
 * Thread: courier
 */
struct _EnvoiSmtpConnection {
  GObject parent_instance;

  EnvoiSmtpEndpoint *endpoint;
  EnvoiClock *clock;
  EnvoiSmtpTimeouts timeouts;

  EnvoiSmtpMachine *machine;
  EnvoiSmtpTransport *transport;  /* nullable, while connected */
  EnvoiSmtpServerInfo info;
  guint8 *input;
  guint8 *piece;

  EnvoiSmtpPhaseFunc phase_func;
  gpointer phase_data;
  EnvoiSmtpPhase last_phase;

  GQueue flight;                            /* of EnvoiSmtpTransaction, borrowed: begun, no outcome */
  guint64 n_body_given;
  guint64 n_reported;
  GCancellable *cancellable;                /* borrowed, while an operation runs */

  gboolean has_lain_idle;         /* before the operation that runs */
  gint64 idle_since_us;           /* on the monotonic clock, which stands still in suspend */
  gint64 idle_since_boot_us;      /* on the one that goes on */

  guint n_replies_before;         /* when the operation began */
  guint n_replies_seen;
  gint64 reply_since_us;          /* on the boot time, as all deadlines: when the reply that is awaited began to be */
  gint64 moved_us;                /* when output last moved */
  guint64 n_sent_seen;
  guint64 n_arrived_seen;         /* of those, what the peer has acknowledged */
};

/* envoi-smtp-connection.c */
void              envoi_smtp_connection_set_timeouts (EnvoiSmtpConnection     *self,
                                                      const EnvoiSmtpTimeouts *timeouts);

/* envoi-smtp-connection-tls.c */
void              envoi_smtp_connection_shake_hands  (EnvoiSmtpConnection     *self);

/* envoi-smtp-connection-run.c */
void              envoi_smtp_connection_tell_phase   (EnvoiSmtpConnection     *self,
                                                      EnvoiSmtpPhase           phase);
void              envoi_smtp_connection_begin_clocks (EnvoiSmtpConnection     *self);
guint             envoi_smtp_connection_get_ms_left  (EnvoiSmtpConnection     *self,
                                                      gint64                   deadline_us);
void              envoi_smtp_connection_note_idle    (EnvoiSmtpConnection     *self);
void              envoi_smtp_connection_fail         (EnvoiSmtpConnection     *self,
                                                      const GError            *error);
void              envoi_smtp_connection_fail_late    (EnvoiSmtpConnection     *self);
void              envoi_smtp_connection_step         (EnvoiSmtpConnection     *self);
EnvoiSmtpOutcome *envoi_smtp_connection_run          (EnvoiSmtpConnection     *self,
                                                      GCancellable            *cancellable);
void              envoi_smtp_connection_settle       (EnvoiSmtpConnection     *self);

/* envoi-smtp-connection-send.c */
EnvoiSmtpOutcome *envoi_smtp_connection_report_closed (void);

G_END_DECLS
