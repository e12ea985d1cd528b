/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-smtp"

#include "config.h"

#include "envoi-smtp-connection.h"

#include "envoi-smtp-connection-private.h"
#include "envoi-smtp-dial.h"
#include "envoi-smtp-error.h"

G_DEFINE_FINAL_TYPE (EnvoiSmtpConnection, envoi_smtp_connection, G_TYPE_OBJECT)

/* The clocks of a suspended computer differ by more, those of a busy one by less. */
#define LONGEST_NAP (5 * G_USEC_PER_SEC)

static const EnvoiSmtpTimeouts default_timeouts = {
  .connect_ms = 40 * 1000,
  .tls_ms = 20 * 1000,
  .greeting_ms = 60 * 1000,
  .command_ms = 60 * 1000,
  .first_ms = 15 * 1000,
  .data_ms = 120 * 1000,
  .stall_ms = 60 * 1000,
  .final_ms = 600 * 1000,
  .quit_ms = 2 * 1000,
};

static void
clear_info (EnvoiSmtpServerInfo *info)
{
  g_clear_pointer (&info->greeting, g_free);
  g_clear_pointer (&info->keywords, g_strfreev);
  g_clear_pointer (&info->tls_version, g_free);
  g_clear_pointer (&info->tls_cipher, g_free);
  g_clear_pointer (&info->certificate, g_free);
  g_clear_pointer (&info->certificate_key, g_free);
  g_clear_pointer (&info->mechanism, g_free);
}

static void
envoi_smtp_connection_finalize (GObject *object)
{
  EnvoiSmtpConnection *self = ENVOI_SMTP_CONNECTION (object);

  g_clear_pointer (&self->transport, envoi_smtp_transport_free);
  envoi_smtp_machine_free (self->machine);
  envoi_smtp_endpoint_unref (self->endpoint);
  g_clear_object (&self->clock);
  clear_info (&self->info);
  g_free (self->input);
  g_free (self->piece);

  G_OBJECT_CLASS (envoi_smtp_connection_parent_class)->finalize (object);
}

static void
envoi_smtp_connection_class_init (EnvoiSmtpConnectionClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = envoi_smtp_connection_finalize;
}

static void
envoi_smtp_connection_init (EnvoiSmtpConnection *self)
{
  self->timeouts = default_timeouts;
  self->input = g_malloc (ENVOI_SMTP_INPUT_OCTETS);
  self->piece = g_malloc (ENVOI_SMTP_PIECE_OCTETS);
  g_queue_init (&self->flight);
  self->last_phase = (EnvoiSmtpPhase) -1;
}

/**
 * envoi_smtp_connection_new:
 * @endpoint: where to submit and whom to trust there
 * @clock: for the times in the transcript
 *
 * Makes a connection that is not open. One object serves one connection: after
 * it was closed or lost a new one is made.
 *
 * Returns: (transfer full): the connection
 *
 * Thread: courier
 */
EnvoiSmtpConnection *
envoi_smtp_connection_new (EnvoiSmtpEndpoint *endpoint,
                           EnvoiClock        *clock)
{
  EnvoiSmtpConnection *self = g_object_new (ENVOI_TYPE_SMTP_CONNECTION, NULL);

  self->endpoint = envoi_smtp_endpoint_ref (endpoint);
  self->clock = g_object_ref (clock);
  self->machine = envoi_smtp_machine_new (endpoint, clock);
  return self;
}

/**
 * envoi_smtp_connection_set_phase_func:
 * @self: a connection
 * @func: (nullable): told of each phase as it begins
 * @user_data: for @func
 *
 * Lets somebody follow the phases.
 *
 * Thread: courier
 */
void
envoi_smtp_connection_set_phase_func (EnvoiSmtpConnection *self,
                                      EnvoiSmtpPhaseFunc   func,
                                      gpointer             user_data)
{
  self->phase_func = func;
  self->phase_data = user_data;
}

/**
 * envoi_smtp_connection_set_timeouts:
 * @self: a connection
 * @timeouts: how long each wait may take
 *
 * Replaces the deadlines, which otherwise are those that suit a person who
 * waits (RFC 5321 section 4.5.3.2 allows minutes for each).
 *
 * Thread: courier
 */
void
envoi_smtp_connection_set_timeouts (EnvoiSmtpConnection     *self,
                                    const EnvoiSmtpTimeouts *timeouts)
{
  self->timeouts = *timeouts;
}

static void
did_resolve (gpointer user_data)
{
  envoi_smtp_connection_tell_phase (user_data, ENVOI_SMTP_PHASE_CONNECT);
}

static void
dial (EnvoiSmtpConnection  *self,
      GCancellable         *cancellable,
      GError              **error)
{
  EnvoiSmtpDialWatch watch = { did_resolve, self };
  g_autoptr (GSocketConnection) connection = NULL;

  envoi_smtp_connection_tell_phase (self, ENVOI_SMTP_PHASE_DNS);
  connection = envoi_smtp_dial_sync (self->endpoint, self->clock, self->timeouts.connect_ms, &watch,
                                     cancellable, error);
  if (connection)
    self->transport = envoi_smtp_transport_new (connection);
}

/* Only this side knows whether the name or the address was in the way. */
static EnvoiSmtpOutcome *
run_opening (EnvoiSmtpConnection *self,
             const GError        *dial_error,
             GCancellable        *cancellable)
{
  EnvoiSmtpOutcome *outcome = envoi_smtp_connection_run (self, cancellable);

  if (dial_error)
    outcome->phase = self->last_phase;
  return outcome;
}

/**
 * envoi_smtp_connection_open_sync:
 * @self: a new connection
 * @credentials: (nullable): who signs in; NULL only for a server that asks nobody
 * @cancellable: (nullable): ends every wait within 100 ms
 *
 * Connects, makes TLS, says EHLO and signs in.
 *
 * Errors: UNREACHABLE, PROXY_UNUSABLE, TLS_REQUIRED, TLS_UNTRUSTED,
 * AUTH_UNAVAILABLE, AUTH_REJECTED, TRANSIENT, PERMANENT, PROTOCOL,
 * G_IO_ERROR_CANCELLED
 *
 * Returns: (transfer full): what came of it, never NULL
 *
 * Thread: courier
 */
EnvoiSmtpOutcome *
envoi_smtp_connection_open_sync (EnvoiSmtpConnection  *self,
                                 EnvoiSmtpCredentials *credentials,
                                 GCancellable         *cancellable)
{
  g_autoptr (GError) error = NULL;

  if (envoi_smtp_machine_get_state (self->machine) != ENVOI_SMTP_STATE_NEW)
    return envoi_smtp_connection_report_closed ();

  dial (self, cancellable, &error);
  envoi_smtp_machine_open (self->machine, credentials, error);
  return run_opening (self, error, cancellable);
}

/**
 * envoi_smtp_connection_greet_sync:
 * @self: a new connection
 * @cancellable: (nullable): ends every wait within 100 ms
 *
 * Connects, makes TLS and says EHLO. The server then waits for the sign-in,
 * whose secret may still be on its way from the authorization server.
 *
 * Errors: as [method@SmtpConnection.open_sync] but those of AUTH
 *
 * Returns: (transfer full): what came of it, never NULL
 *
 * Thread: courier
 */
EnvoiSmtpOutcome *
envoi_smtp_connection_greet_sync (EnvoiSmtpConnection *self,
                                  GCancellable        *cancellable)
{
  g_autoptr (GError) error = NULL;

  if (envoi_smtp_machine_get_state (self->machine) != ENVOI_SMTP_STATE_NEW)
    return envoi_smtp_connection_report_closed ();

  dial (self, cancellable, &error);
  envoi_smtp_machine_greet (self->machine, error);
  return run_opening (self, error, cancellable);
}

/**
 * envoi_smtp_connection_sign_in_sync:
 * @self: a connection after greet_sync()
 * @credentials: who signs in
 * @cancellable: (nullable): ends every wait within 100 ms
 *
 * Signs in.
 *
 * Errors: AUTH_UNAVAILABLE, AUTH_REJECTED, TRANSIENT, PROTOCOL, REFUSED_INPUT,
 * G_IO_ERROR_CANCELLED
 *
 * Returns: (transfer full): what came of it, never NULL
 *
 * Thread: courier
 */
EnvoiSmtpOutcome *
envoi_smtp_connection_sign_in_sync (EnvoiSmtpConnection  *self,
                                    EnvoiSmtpCredentials *credentials,
                                    GCancellable         *cancellable)
{
  if (!envoi_smtp_connection_can_sign_in (self))
    return envoi_smtp_connection_report_closed ();

  envoi_smtp_machine_sign_in (self->machine, credentials);
  return envoi_smtp_connection_run (self, cancellable);
}

/**
 * envoi_smtp_connection_probe_sync:
 * @self: an open connection
 * @sender: the account's own address
 * @cancellable: (nullable): ends every wait within 100 ms
 *
 * Says MAIL and RCPT to oneself, then RSET, without a message.
 *
 * Errors: as [method@SmtpConnection.send_sync]
 *
 * Returns: (transfer full): what came of it, never NULL
 *
 * Thread: courier
 */
EnvoiSmtpOutcome *
envoi_smtp_connection_probe_sync (EnvoiSmtpConnection *self,
                                  const char          *sender,
                                  GCancellable        *cancellable)
{
  if (!self->transport || !envoi_smtp_machine_can_send (self->machine))
    return envoi_smtp_connection_report_closed ();

  envoi_smtp_machine_probe (self->machine, sender);
  return envoi_smtp_connection_run (self, cancellable);
}

/**
 * envoi_smtp_connection_get_info:
 * @self: a connection
 *
 * Says what is known of the server; what has not been learned is NULL. The
 * certificate is there also when it was refused.
 *
 * Returns: (transfer none): the server
 *
 * Thread: courier
 */
const EnvoiSmtpServerInfo *
envoi_smtp_connection_get_info (EnvoiSmtpConnection *self)
{
  return &self->info;
}

/* Reads what came while nobody asked: TLS may have something to say that is
 * not for us; any SMTP word, and the end, closes the machine. */
static void
look (EnvoiSmtpConnection *self,
      guint                timeout_ms,
      GCancellable        *wake)
{
  g_autoptr (GError) error = NULL;
  EnvoiSmtpExchange turn = { .input = self->input, .n_input = ENVOI_SMTP_INPUT_OCTETS };
  gboolean is_up = envoi_smtp_transport_exchange (self->transport, &turn, timeout_ms, wake, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  if (!is_up || turn.n_read > 0 || turn.is_hung_up)
    envoi_smtp_machine_did_hang_up (self->machine, FALSE);
}

/* What the network forgot in the meantime is found out only by a timeout, and a
 * letter that left by then is of unknown outcome: so no letter is risked. */
static gboolean
has_slept (EnvoiSmtpConnection *self)
{
  gint64 awake_us = envoi_clock_get_monotonic_time (self->clock) - self->idle_since_us;
  gint64 all_us = envoi_clock_get_boot_time (self->clock) - self->idle_since_boot_us;

  return all_us - awake_us > LONGEST_NAP;
}

static gboolean
is_still_open (EnvoiSmtpConnection *self)
{
  if (has_slept (self))
    envoi_smtp_machine_did_hang_up (self->machine, FALSE);
  else
    look (self, 0, NULL);

  envoi_smtp_connection_settle (self);
  return self->transport != NULL;
}

/**
 * envoi_smtp_connection_is_reusable:
 * @self: a connection
 *
 * Tells whether another letter can go: open, in step, below the server's limit
 * of letters, and not closed by the server meanwhile. Nothing is sent: a NOOP
 * would cost a round trip and prove nothing about the moment after it. Over a
 * suspend no connection is trusted.
 *
 * Returns: whether it can
 *
 * Thread: courier
 */
gboolean
envoi_smtp_connection_is_reusable (EnvoiSmtpConnection *self)
{
  return self->transport && envoi_smtp_machine_can_send (self->machine) && is_still_open (self);
}

/**
 * envoi_smtp_connection_can_sign_in:
 * @self: a connection
 *
 * Returns: whether it waits for the sign-in, and the server has not closed it
 *
 * Thread: courier
 */
gboolean
envoi_smtp_connection_can_sign_in (EnvoiSmtpConnection *self)
{
  return self->transport &&
         envoi_smtp_machine_get_state (self->machine) == ENVOI_SMTP_STATE_GREETED &&
         is_still_open (self);
}

/**
 * envoi_smtp_connection_watch_sync:
 * @self: a connection without an operation
 * @timeout_ms: how long at most
 * @wake: (nullable): ends the watch; the connection stays
 *
 * Waits, and sends nothing. A server that closes, or says 421 before it does,
 * is noticed at once, and not when the next letter needs the connection.
 *
 * Returns: %FALSE when the connection has ended
 *
 * Thread: courier
 */
gboolean
envoi_smtp_connection_watch_sync (EnvoiSmtpConnection *self,
                                  guint                timeout_ms,
                                  GCancellable        *wake)
{
  gint64 deadline = envoi_clock_get_boot_time (self->clock) + (gint64) timeout_ms * 1000;
  guint ms_left;

  while (self->transport && !g_cancellable_is_cancelled (wake) &&
         (ms_left = envoi_smtp_connection_get_ms_left (self, deadline)) > 0) {
    look (self, ms_left, wake);
    envoi_smtp_connection_settle (self);
  }

  return self->transport != NULL;
}

/**
 * envoi_smtp_connection_quit_sync:
 * @self: an open connection
 *
 * Says QUIT and waits at most 2 s for the answer. The socket is gone afterwards.
 *
 * Errors: TRANSIENT (no answer)
 *
 * Returns: (transfer full): what came of it, never NULL
 *
 * Thread: courier
 */
EnvoiSmtpOutcome *
envoi_smtp_connection_quit_sync (EnvoiSmtpConnection *self)
{
  EnvoiSmtpOutcome *outcome;

  if (!self->transport || envoi_smtp_machine_get_state (self->machine) == ENVOI_SMTP_STATE_CLOSED)
    return envoi_smtp_connection_report_closed ();

  envoi_smtp_machine_quit (self->machine);
  outcome = envoi_smtp_connection_run (self, NULL);
  envoi_smtp_connection_settle (self);
  return outcome;
}

/**
 * envoi_smtp_connection_close_sync:
 * @self: a connection in any state
 *
 * Says QUIT if the dialogue is in step, waits at most 2 s for the answer, and
 * closes.
 *
 * Thread: courier
 */
void
envoi_smtp_connection_close_sync (EnvoiSmtpConnection *self)
{
  self->phase_func = NULL;
  envoi_smtp_outcome_unref (envoi_smtp_connection_quit_sync (self));
  if (self->transport)
    envoi_smtp_connection_settle (self);
}
