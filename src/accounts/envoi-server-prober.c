/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-accounts"

#include "config.h"

#include "envoi-server-prober.h"

G_DEFINE_INTERFACE (EnvoiServerProber, envoi_server_prober, G_TYPE_OBJECT)

static void
envoi_server_prober_default_init (EnvoiServerProberInterface *iface)
{
}

/**
 * envoi_server_prober_probe_async:
 * @self: a prober
 * @endpoint: where to look
 * @cancellable: (nullable): ends it
 * @callback: called on the main thread
 * @user_data: for @callback
 *
 * Thread: main
 */
void
envoi_server_prober_probe_async (EnvoiServerProber   *self,
                                 EnvoiSmtpEndpoint   *endpoint,
                                 GCancellable        *cancellable,
                                 GAsyncReadyCallback  callback,
                                 gpointer             user_data)
{
  ENVOI_SERVER_PROBER_GET_IFACE (self)->probe_async (self, endpoint, cancellable, callback,
                                                     user_data);
}

/**
 * envoi_server_prober_probe_finish:
 * @self: a prober
 * @result: what the callback got
 * @error: where an error goes
 *
 * Errors: all of SMTP, G_IO_ERROR_CANCELLED.
 *
 * Returns: whether letters can be handed in there, after signing in
 *
 * Thread: main
 */
gboolean
envoi_server_prober_probe_finish (EnvoiServerProber  *self,
                                  GAsyncResult       *result,
                                  GError            **error)
{
  return ENVOI_SERVER_PROBER_GET_IFACE (self)->probe_finish (self, result, error);
}
