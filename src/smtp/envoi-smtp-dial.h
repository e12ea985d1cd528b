/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>
#include "envoi-clock.h"
#include "envoi-smtp-endpoint.h"

G_BEGIN_DECLS

/* Courier thread, while it dials. */
typedef struct {
  void (*did_resolve) (gpointer user_data);
  gpointer user_data;
} EnvoiSmtpDialWatch;

GSocketConnection *envoi_smtp_dial_sync (const EnvoiSmtpEndpoint  *endpoint,
                                         EnvoiClock               *clock,
                                         guint                     timeout_ms,
                                         const EnvoiSmtpDialWatch *watch,
                                         GCancellable             *cancellable,
                                         GError                  **error);

G_END_DECLS
