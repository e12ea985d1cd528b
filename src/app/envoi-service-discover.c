/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-app"

#include "config.h"

#include "envoi-service-private.h"

#include "envoi-smtp-prober.h"

/* From an address to its server, with guesses tried by the engine that sends. */

static void
did_find_cb (GObject      *source,
             GAsyncResult *result,
             gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;
  EnvoiFinding *finding = envoi_discovery_find_finish (ENVOI_DISCOVERY (source), result, &error);

  if (finding)
    g_task_return_pointer (task, finding, (GDestroyNotify) envoi_finding_unref);
  else
    g_task_return_error (task, error);
}

void
envoi_service_discover_async (EnvoiService        *self,
                              const char          *email,
                              EnvoiDiscoveryFunc   progress,
                              gpointer             progress_data,
                              GCancellable        *cancellable,
                              GAsyncReadyCallback  callback,
                              gpointer             user_data)
{
  g_autoptr (EnvoiSmtpProber) prober = NULL;
  g_autoptr (EnvoiDiscovery) discovery = NULL;
  GTask *task;

  g_return_if_fail (ENVOI_IS_SERVICE (self));
  g_return_if_fail (email != NULL);

  prober = envoi_smtp_prober_new (self->clock);
  discovery = envoi_discovery_new (self->providers, ENVOI_SERVER_PROBER (prober));
  if (!envoi_settings_asks_provider_database (self->settings))
    envoi_discovery_set_database (discovery, NULL);

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, envoi_service_discover_async);
  envoi_discovery_find_async (discovery, email, progress, progress_data, cancellable, did_find_cb,
                              task);
}

EnvoiFinding *
envoi_service_discover_finish (EnvoiService  *self,
                               GAsyncResult  *result,
                               GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
