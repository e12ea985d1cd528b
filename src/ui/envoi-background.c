/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "envoi-ui"

#include "config.h"

#include "envoi-background.h"

#include <libportal/portal.h>

static void
answered_cb (GObject      *source,
             GAsyncResult *result,
             gpointer      user_data)
{
  g_autoptr (XdpPortal) portal = user_data;
  g_autoptr (GError) error = NULL;

  if (!xdp_portal_request_background_finish (portal, result, &error))
    g_message ("The desktop does not let Envoi go on without a window: %s",
               error ? error->message : "refused");
}

void
envoi_background_ask (const char *reason)
{
  XdpPortal *portal = xdp_portal_new ();
  g_autofree char *shown = g_strdup (reason);

  xdp_portal_request_background (portal, NULL, shown, NULL, XDP_BACKGROUND_FLAG_NONE, NULL,
                                 answered_cb, portal);
}
