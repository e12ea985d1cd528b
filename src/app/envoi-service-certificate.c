/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-app"

#include "config.h"

#include "envoi-service-private.h"

#include "envoi-smtp-connection.h"

#include <glib/gi18n.h>

/* Looks at a server's certificate, for a person who may want to pin its key.
 * Nobody signs in, so a stranger who answers learns nothing. */

typedef struct {
  EnvoiSmtpEndpoint *endpoint;
  EnvoiClock *clock;
} Look;

static void
look_free (Look *look)
{
  g_clear_pointer (&look->endpoint, envoi_smtp_endpoint_unref);
  g_clear_object (&look->clock);
  g_free (look);
}

static void
look_thread (GTask        *task,
             gpointer      source,
             gpointer      task_data,
             GCancellable *cancellable)
{
  Look *look = task_data;
  g_autoptr (EnvoiSmtpConnection) connection = envoi_smtp_connection_new (look->endpoint,
                                                                          look->clock);
  g_autoptr (EnvoiSmtpOutcome) outcome =
    envoi_smtp_connection_open_sync (connection, NULL, cancellable);
  const char *text = envoi_smtp_connection_get_info (connection)->certificate;
  EnvoiCertificateFacts *facts = text ? envoi_certificate_facts_parse (text) : NULL;

  envoi_smtp_connection_close_sync (connection);
  if (facts)
    g_task_return_pointer (task, facts, (GDestroyNotify) envoi_certificate_facts_free);
  else if (outcome->error)
    g_task_return_error (task, g_error_copy (outcome->error));
  else
    g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_FAILED, _("The server showed nothing."));
}

/* The pin of now would hide what is wrong with the certificate. */
static EnvoiSmtpEndpoint *
dup_unpinned_endpoint (EnvoiAccount  *account,
                       GError       **error)
{
  g_autoptr (EnvoiSmtpEndpoint) endpoint = envoi_account_dup_endpoint (account, error);
  EnvoiSmtpTrust trust = { 0 };

  if (!endpoint)
    return NULL;

  trust.ca_file = envoi_smtp_endpoint_get_ca_file (endpoint);
  return envoi_smtp_endpoint_new (envoi_smtp_endpoint_get_host (endpoint),
                                  envoi_smtp_endpoint_get_port (endpoint),
                                  envoi_smtp_endpoint_get_security (endpoint), &trust,
                                  envoi_smtp_endpoint_get_quirks (endpoint), error);
}

void
envoi_service_look_at_certificate_async (EnvoiService        *self,
                                         EnvoiAccount        *account,
                                         GCancellable        *cancellable,
                                         GAsyncReadyCallback  callback,
                                         gpointer             user_data)
{
  g_autoptr (GTask) task = NULL;
  Look *look;
  GError *error = NULL;

  g_return_if_fail (ENVOI_IS_SERVICE (self));
  g_return_if_fail (ENVOI_IS_ACCOUNT (account));

  look = g_new0 (Look, 1);
  look->clock = g_object_ref (self->clock);
  look->endpoint = dup_unpinned_endpoint (account, &error);
  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, envoi_service_look_at_certificate_async);
  g_task_set_task_data (task, look, (GDestroyNotify) look_free);

  if (look->endpoint)
    g_task_run_in_thread (task, look_thread);
  else
    g_task_return_error (task, error);
}

EnvoiCertificateFacts *
envoi_service_look_at_certificate_finish (EnvoiService  *self,
                                          GAsyncResult  *result,
                                          GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
