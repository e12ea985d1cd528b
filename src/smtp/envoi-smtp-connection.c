/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-smtp"

#include "config.h"

#include "envoi-smtp-connection.h"

#include "envoi-smtp-error.h"
#include "envoi-smtp-outcome-private.h"

/**
 * EnvoiSmtpConnection:
 *
 * One submission connection.
 *
 * Thread: courier
 */
struct _EnvoiSmtpConnection {
  GObject parent_instance;

  EnvoiSmtpEndpoint *endpoint;
  EnvoiClock *clock;
  EnvoiSmtpServerInfo info;
  EnvoiSmtpPhaseFunc phase_func;
  gpointer phase_data;
};

G_DEFINE_FINAL_TYPE (EnvoiSmtpConnection, envoi_smtp_connection, G_TYPE_OBJECT)

static EnvoiSmtpOutcome *
report_not_connected (void)
{
  EnvoiSmtpOutcome *outcome = envoi_smtp_outcome_new (ENVOI_SMTP_PHASE_CONNECT);

  g_set_error_literal (&outcome->error, ENVOI_SMTP_ERROR, ENVOI_SMTP_ERROR_UNREACHABLE,
                       "There is no connection to the server.");
  outcome->transcript = g_strdup ("");
  return outcome;
}

static void
envoi_smtp_connection_finalize (GObject *object)
{
  EnvoiSmtpConnection *self = ENVOI_SMTP_CONNECTION (object);

  envoi_smtp_endpoint_unref (self->endpoint);
  g_clear_object (&self->clock);

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
}

EnvoiSmtpConnection *
envoi_smtp_connection_new (EnvoiSmtpEndpoint *endpoint,
                           EnvoiClock        *clock)
{
  EnvoiSmtpConnection *self = g_object_new (ENVOI_TYPE_SMTP_CONNECTION, NULL);

  self->endpoint = envoi_smtp_endpoint_ref (endpoint);
  self->clock = g_object_ref (clock);
  return self;
}

void
envoi_smtp_connection_set_phase_func (EnvoiSmtpConnection *self,
                                      EnvoiSmtpPhaseFunc   func,
                                      gpointer             user_data)
{
  self->phase_func = func;
  self->phase_data = user_data;
}

EnvoiSmtpOutcome *
envoi_smtp_connection_open_sync (EnvoiSmtpConnection  *self,
                                 EnvoiSmtpCredentials *credentials,
                                 GCancellable         *cancellable)
{
  return report_not_connected ();
}

EnvoiSmtpOutcome *
envoi_smtp_connection_send_sync (EnvoiSmtpConnection        *self,
                                 const EnvoiSmtpTransaction *transaction,
                                 GCancellable               *cancellable)
{
  return report_not_connected ();
}

EnvoiSmtpOutcome *
envoi_smtp_connection_probe_sync (EnvoiSmtpConnection *self,
                                  const char          *sender,
                                  GCancellable        *cancellable)
{
  return report_not_connected ();
}

const EnvoiSmtpServerInfo *
envoi_smtp_connection_get_info (EnvoiSmtpConnection *self)
{
  return &self->info;
}

gboolean
envoi_smtp_connection_is_reusable (EnvoiSmtpConnection *self)
{
  return FALSE;
}

void
envoi_smtp_connection_close_sync (EnvoiSmtpConnection *self)
{
}
