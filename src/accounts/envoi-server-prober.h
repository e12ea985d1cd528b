/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>
#include "envoi-smtp-endpoint.h"

G_BEGIN_DECLS

#define ENVOI_TYPE_SERVER_PROBER (envoi_server_prober_get_type ())

/* Whoever can try whether a server for sending is somewhere: connects, secures the connection,
 * says EHLO and leaves; never signs in. Thread: main */
G_DECLARE_INTERFACE (EnvoiServerProber, envoi_server_prober, ENVOI, SERVER_PROBER, GObject)

struct _EnvoiServerProberInterface {
  GTypeInterface parent_iface;

  void     (*probe_async)  (EnvoiServerProber    *self,
                            EnvoiSmtpEndpoint    *endpoint,
                            GCancellable         *cancellable,
                            GAsyncReadyCallback   callback,
                            gpointer              user_data);
  gboolean (*probe_finish) (EnvoiServerProber    *self,
                            GAsyncResult         *result,
                            GError              **error);
};

void     envoi_server_prober_probe_async  (EnvoiServerProber    *self,
                                           EnvoiSmtpEndpoint    *endpoint,
                                           GCancellable         *cancellable,
                                           GAsyncReadyCallback   callback,
                                           gpointer              user_data);
/* Whether one can sign in there over TLS that is trusted. Errors: SMTP_*, cancelled */
gboolean envoi_server_prober_probe_finish (EnvoiServerProber    *self,
                                           GAsyncResult         *result,
                                           GError              **error);

G_END_DECLS
